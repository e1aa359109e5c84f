"""What must hold for any input, beside the examples of the other tests.

Few examples, always the same, so that the suite stays quick and a red run can be repeated. More of them, and others
each time: `PROPERTY_EXAMPLES=20000 pytest tests/properties`.
"""

from __future__ import annotations

import os

from hypothesis import settings

_MORE = os.environ.get("PROPERTY_EXAMPLES")

bounded = settings(max_examples=int(_MORE or 50), derandomize=not _MORE, deadline=None)

"""What parent and child say to each other, over the child's stdin and stdout, one job at a time.

In frames: four bytes of length (big-endian), then that many bytes.

    job      two frames: `Job` as JSON, then the document's bytes
    answer   one frame: `Outcome` as JSON; the very first, sent when the child is ready, is an empty one

Nothing that comes from a child is ever unpickled.
"""

from __future__ import annotations

import struct
from typing import Literal

from monitor.model import Reading, Value

LENGTH = struct.Struct(">I")


class Job(Value, frozen=True, kw_only=True):
    kind: str
    url: str
    headers: dict[str, str]
    settings: str


class Outcome(Value, frozen=True, kw_only=True):
    """A reading, or a sentence that says why there is none. `fault`: why the child should be replaced."""

    reading: Reading | None = None
    error: str | None = None
    fault: Literal["", "memory", "grown"] = ""

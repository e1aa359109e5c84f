"""What has disappeared: suspected by a poll, looked at singly, and only then called deleted.

window    which posts are missing from the middle of what a source shows: pure
evidence  what the answer at a post's address says of it: pure
course    what becomes of a suspect after a look: pure
words     what people are told: pure
noted     a poll's share: notes who is missing and who is back
looks     the looks, beside all polls and slower than any
"""

from monitor.poll.gone.looks import Looks
from monitor.poll.gone.noted import Noted, noted

__all__ = ["Looks", "Noted", "noted"]

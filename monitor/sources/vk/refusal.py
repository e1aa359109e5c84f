"""What VK's errors mean. They come with HTTP's 200: `{"error": {"error_code": 5, "error_msg": "…"}}`. Pure."""

from __future__ import annotations

import re

from monitor import markup
from monitor.errors import Blocked, MonitorError, Rejected, Unauthorized, Unreachable
from monitor.sources._json import Thing, document, part, string

_LONGEST = 64 * 1024  # bytes of an error; what is longer is a wall, or is read where it can do no harm
_MARK = b'"error_code"'  # in a post's words, where quotation marks are escaped, it cannot stand like this
_SECRET = re.compile(r"[\w.-]{40,}", re.ASCII)  # a token has no fewer signs; VK's own words have never so many

_TOKEN = frozenset((2, 4, 5, 11, 16, 27, 28, 38, 42, 101, 1116))
_DENIED = frozenset((7, 15, 19, 20, 21, 30, 203, 210))
_CHECKS = frozenset((14, 17, 24, 25))
_GONE = frozenset((18, 37))
_WRONG = frozenset((3, 8, 23, 34, 35, 100, 113, 125))
_DAILY = frozenset((29, 103, 601))

_FLOOD = 900.0  # seconds to wait after "flood control"
_AN_HOUR = 3600.0  # VK does not say when its day ends


def told(body: bytes) -> MonitorError | None:
    """Return the error an answer of the API holds, if it is one. Raises Unreadable for half of one."""
    if len(body) > _LONGEST or _MARK not in body:
        return None
    found = document(body, "an answer of VK's API")
    error = part(found, "error") if isinstance(found, dict) else {}
    return complaint(error) if error else None


def complaint(error: Thing) -> MonitorError:
    """Return what an error of the API (dev.vk.com, "errors") means for the next step."""
    given = error.get("error_code")
    code = given if isinstance(given, int) else 0
    said = _SECRET.sub("…", markup.line(string(error, "error_msg"), 200))
    words = f"(VK's error {code}: {said!r})"
    if code in _TOKEN:
        return Unauthorized(f"VK does not take the token: give the service token of an application that is on {words}")
    if code in _DENIED:
        return Unauthorized(f"VK does not show this wall to the token: it is closed, private or blocked {words}")
    if code in _CHECKS:
        return Blocked(f"VK wants to see a person behind the token: look at its application on dev.vk.com {words}")
    if code in _GONE:
        return Rejected(f"VK says that the wall's owner was deleted or banned {words}", status=410)
    if code in _WRONG:
        return Rejected(f"VK refuses the question itself: look at the source's url, or VK has changed its API {words}")
    return _later(code, words)


def _later(code: int, words: str) -> Unreachable:
    if code in _DAILY:
        why = "the token has used up what it may ask in a day: ask less often, or spread sources over several tokens"
        return Unreachable(f"{why} {words}", retry_after=_AN_HOUR)
    if code == 9:
        return Unreachable(f"VK calls this a flood of the same questions: ask less often {words}", retry_after=_FLOOD)
    if code == 6:
        return Unreachable(f"too many questions came with one token in one second {words}")
    return Unreachable(f"VK has a trouble of its own {words}")

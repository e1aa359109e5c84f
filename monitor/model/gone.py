"""What is no longer where it was said."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from monitor.model.value import Value


class Deletion(Value, frozen=True, kw_only=True):
    """A post that its publisher has taken away. It is kept, whole.

    at        when that was confirmed; `suspected`: when it was first missed
    seen      when it was last read at its source; it may have stood there longer
    evidence  what was found, in sentences with their times, in order
    restored  when it was there again; None while it is not
    """

    at: datetime
    suspected: datetime
    seen: datetime | None = None
    evidence: tuple[str, ...] = ()
    restored: datetime | None = None


class Suspect(Value, frozen=True, kw_only=True):
    """A post that may have been deleted, that was, or that proved to be there after all.

    since   when it was first missed; `due`: when it is looked at again, or forgotten
    absent  when it was first found missing where it should be, by a look or by its publisher's own word
    said    how often its publisher itself said so, at least ten minutes apart; `heard`: the last time
    shown   when its source showed it again after it was found deleted
    untold  what was found of it has still to be told
    """

    key: str
    since: datetime
    due: datetime
    state: Literal["suspected", "deleted", "present"] = "suspected"
    absent: datetime | None = None
    said: int = 0
    heard: datetime | None = None
    shown: datetime | None = None
    untold: bool = False
    seen: datetime | None = None
    evidence: tuple[str, ...] = ()

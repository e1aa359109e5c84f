"""What windows have counted: posts by the time they were seen, in groups, and which groups are full.

Bounded: a group keeps its newest MOST_POSTS posts and forgets each an hour after the window has passed it; of a
fortnight it keeps numbers by the hour. A group without a post for KEPT beyond the window is forgotten whole, a history
after some three weeks: so a window that leaves the configuration leaves the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from monitor.model import Alert
from monitor.store import keys
from monitor.store.connection import Argument, Connection, ms

MOST_POSTS = 5_000  # in one group
LATE = 3_600  # seconds by which a post may be judged after others that were seen later, and find those of its own time
KEPT = 86_400  # seconds: a judge that was away for so long goes on where it stopped
_HISTORY = 14 * 86_400  # seconds of hours that are compared with


class Tally(NamedTuple):
    """One post to count in one group.

    name      of the group, `history`: of its whole window
    unit      what the post counts as, "" for itself
    over      seconds; `at_least`, `times`: when the window is full
    """

    name: str
    history: str
    post: str
    unit: str
    seen: datetime
    over: float
    at_least: int
    times: float | None = None


class Member(NamedTuple):
    """A post that was counted. `unit`: what it counted as, "" for itself."""

    post: str
    unit: str
    seen: datetime


class Ring(NamedTuple):
    """A group that is full and whose alert is still to be raised: with the same name and end it is the same ring.

    `number`: of what is counted; `usual`: the mean of such windows before, None while unknown; `hours`: how many of
    these are known; `posts`: the newest that count, the oldest of these first.
    """

    name: str
    end: datetime
    number: int
    usual: float | None
    hours: int
    posts: tuple[Member, ...]


class Rung(NamedTuple):
    """A ring with its alert, to be raised with the end of a post's judging: the stream entry `entry`."""

    entry: str
    ring: Ring
    alert: Alert


class Windows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def tally(self, tallies: Sequence[Tally], now: datetime) -> list[Ring | None]:
        """Count posts, each once; return for each the ring of its group that is still to be raised (`alerts.conclude`).

        One atomic step for each, one round trip for all. May be repeated.
        """
        if not tallies:
            return []
        answers = await self._connection.scripts("tally", [_step(one, now) for one in tallies])
        return [_ring(one.name, answer) if answer else None for one, answer in zip(tallies, answers, strict=True)]


def _step(one: Tally, now: datetime) -> tuple[list[str], list[Argument]]:
    """Return keys and arguments of TALLY. A post from the future of a wrong clock was seen now."""
    step_keys = [keys.counted(one.name), keys.rung(one.name), keys.usual(one.name), keys.usual(one.history)]
    over = round(one.over * 1000)
    args: list[Argument] = [
        one.post, one.unit, ms(min(one.seen, now)), ms(now), over, LATE * 1000,
        over + (LATE + KEPT) * 1000, over + (_HISTORY + LATE + KEPT) * 1000, MOST_POSTS,
        one.at_least, "" if one.times is None else repr(one.times),
    ]  # fmt: skip
    return step_keys, args


def _ring(name: str, answer: Any) -> Ring:
    end, number, usual, hours, flat = answer
    members = [_member(one.decode(), score) for one, score in zip(flat[::2], flat[1::2], strict=True)]
    return Ring(
        name=name,
        end=_seen(end),
        number=number,
        usual=float(usual) if usual else None,
        hours=hours,
        posts=tuple(reversed(members)),
    )


def _member(written: str, score: bytes) -> Member:
    post, _, unit = written.partition(" ")
    return Member(post, unit, _seen(score))


def _seen(score: bytes) -> datetime:
    return datetime.fromtimestamp(float(score) / 1000, UTC)

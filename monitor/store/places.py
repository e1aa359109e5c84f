"""In which places a statement was met: by its marks, and noted on the post that said it first.

Bounded: a mark keeps the newest MOST versions and is forgotten after KEPT; a post notes one place for each post that
says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor.model import Like, Place, Repeat, SameAs, Translation, encode, short_key
from monitor.store import keys
from monitor.store.connection import Argument, Connection

MOST = 20  # versions of posts that one mark remembers: a stock phrase begins many
KEPT = 86_400  # seconds


class Version(NamedTuple):
    """One version of one post, by name; `written` as scripts know it."""

    key: str
    revision: int

    @property
    def written(self) -> str:
        return f"{self.key} {self.revision}"

    @classmethod
    def read(cls, written: bytes) -> Version:
        key, _, revision = written.decode().rpartition(" ")
        return cls(key, int(revision))


class Noted(NamedTuple):
    """A version that says what another post said before it, and where it does."""

    version: Version
    same_as: SameAs
    place: Repeat


class Linked(NamedTuple):
    """A version that is a translation: of which post, and what it is to that post."""

    version: Version
    first: Translation
    later: Translation


class Places:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def meet(self, marked: Sequence[tuple[Version, Sequence[str]]]) -> list[list[Version]]:
        """Register versions under their marks; return for each those registered before it with a mark in common.

        One atomic step for each, one round trip for all. May be repeated: the answer is the same, but for what has
        been forgotten since.
        """
        steps: list[tuple[list[str], list[Argument]]] = [
            ([keys.mark(mark) for mark in marks], [version.written, MOST, KEPT * 1000]) for version, marks in marked
        ]
        if not steps:
            return []
        return [[Version.read(one) for one in found] for found in await self._connection.scripts("meet", steps)]

    async def note(self, noted: Iterable[Noted]) -> None:
        """Keep on each version what it is of which post, and on that post where it appeared. May be repeated."""
        await self._connection.together(
            command for one in noted for command in noting(one.version, "same_as", one.same_as, "place", one.place)
        )

    async def link(self, linked: Iterable[Linked]) -> None:
        """Keep on each version what it is a translation of, and on that post its translations. May be repeated."""
        await self._connection.together(
            command
            for one in linked
            for command in noting(one.version, "translation_of", one.first, "translation", one.later)
        )

    async def follow(self, later: Iterable[tuple[str, Place]]) -> None:
        """Keep on posts, by their keys, which posts are later versions of them by their own marks. May be repeated."""
        await self._connection.together(_on(key, "later", one.key, encode(one)) for key, one in later)


def noting(
    version: Version, field: str, of: SameAs | Like | Translation, there: str, place: Repeat | Translation
) -> tuple[tuple[Argument, ...], ...]:
    """Return what keeps on a version what it is of another post, and on that post, once, where this one is."""
    return (
        ("HSET", keys.post(version.key), f"{field}:{version.revision}", encode(of)),
        _on(of.key, there, version.key, encode(place)),
    )


def _on(first: str, what: str, later: str, record: bytes) -> tuple[Argument, ...]:
    """Return what keeps on a post, once, what another one is to it."""
    return ("HSETNX", keys.post(first), f"{what}:{short_key(later)}", record)

"""In which places a statement was met: by its marks, and noted on the post that said it first.

Bounded: a mark keeps the newest MOST versions and is forgotten after KEPT; a post notes one place for each post that
says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor.model import Repeat, SameAs, Translation, digest, encode
from monitor.store import keys
from monitor.store.connection import Argument, Connection

MOST = 20  # versions of posts that one mark remembers: a stock phrase begins many
KEPT = 86_400  # seconds


class Version(NamedTuple):
    """One version of one post, by name."""

    key: str
    revision: int


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
            ([keys.mark(mark) for mark in marks], [_written(version), MOST, KEPT * 1000]) for version, marks in marked
        ]
        if not steps:
            return []
        return [[_read(one) for one in found] for found in await self._connection.scripts("meet", steps)]

    async def note(self, noted: Iterable[Noted]) -> None:
        """Keep on each version what it is of which post, and on that post where it appeared. May be repeated."""
        commands: list[tuple[Argument, ...]] = []
        for one in noted:
            place = f"place:{digest('seen', one.version.key, length=16)}"
            field = f"same_as:{one.version.revision}"
            commands.append(("HSET", keys.post(one.version.key), field, encode(one.same_as)))
            commands.append(("HSETNX", keys.post(one.same_as.key), place, encode(one.place)))
        await self._connection.together(commands)

    async def link(self, linked: Iterable[Linked]) -> None:
        """Keep on each version what it is a translation of, and on that post its translations. May be repeated."""
        commands: list[tuple[Argument, ...]] = []
        for one in linked:
            there = f"translation:{digest('seen', one.version.key, length=16)}"
            field = f"translation_of:{one.version.revision}"
            commands.append(("HSET", keys.post(one.version.key), field, encode(one.first)))
            commands.append(("HSETNX", keys.post(one.first.key), there, encode(one.later)))
        await self._connection.together(commands)


def _written(version: Version) -> str:
    return f"{version.key} {version.revision}"


def _read(written: bytes) -> Version:
    key, _, revision = written.decode().rpartition(" ")
    return Version(key, int(revision))

"""Which posts share words: every version under a few bands of it, and near copies noted on the post they are of.

Bands lie in a fixed number of drawers, six bytes for each version, and generations of a week each: one is written
and two are read, so that a copy is found for a week at least. Every drawer is bounded: looking up takes about as long
among a million posts as among a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from monitor.model import Like, Repeat
from monitor.store import keys
from monitor.store.connection import Argument, Connection, ms
from monitor.store.places import Version, noting

DRAWERS = 1 << 15  # more would hold few versions each, and weigh more than what is in them
RECORD = 6  # bytes: two of the band, which with the drawer are 31 of its bits; four of the version's number
GENERATION = 7 * 86_400_000  # ms
MOST = 6  # versions that are worth comparing as whole texts
MOST_OF_BAND = 12  # versions under one band in a drawer: a stock phrase is in many posts
MOST_BYTES = 2731 * RECORD  # of a drawer
_LEAST = 2  # bands that are shared


class Alike(NamedTuple):
    """A version that is a near copy, of which post, and how that is noted there."""

    version: Version
    like: Like
    place: Repeat


class Copies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def meet(self, banded: Sequence[tuple[Version, Sequence[int]]], now: datetime) -> list[list[Version]]:
        """Register versions under their bands (64 bits each); return for each those before it that share most.

        One atomic step for each, one round trip for all. May be repeated: nothing is registered twice.
        """
        generation = ms(now) // GENERATION
        steps = [_step(version, bands, generation) for version, bands in banded]
        if not steps:
            return []
        return [[Version.read(one) for one in found] for found in await self._connection.scripts("copies", steps)]

    async def note(self, noted: Iterable[Alike]) -> None:
        """Keep on each version what it is a copy of, and on that post where its copy is. May be repeated."""
        await self._connection.together(
            command for one in noted for command in noting(one.version, "like", one.like, "place", one.place)
        )


def _step(version: Version, bands: Sequence[int], generation: int) -> tuple[list[str], list[Argument]]:
    named = b"".join((band % DRAWERS << 16 | tag(band)).to_bytes(4, "big") for band in bands)
    args: list[Argument] = [
        version.key, version.revision, generation, 2 * GENERATION, MOST_OF_BAND, MOST_BYTES, _LEAST, MOST,
        keys.drawer(""), named,
    ]  # fmt: skip
    return [keys.post(version.key), keys.COMPARED], args


def drawer_of(band: int, generation: int) -> str:
    """Return the key of a band's drawer."""
    return keys.drawer(f"{generation}:{band % DRAWERS:x}")


def tag(band: int) -> int:
    """Return the 16 bits by which a band is known within its drawer."""
    return band >> 32 & 0xFFFF

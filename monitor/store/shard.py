"""Where keys stand on a cluster: all in the slot of one hash tag, which the address of the store may choose.

So several monitors with sources of their own share a cluster, each on a shard of it. `keys` has every key as it is in
the first shard; the connection writes it for its own.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Sequence

from monitor.store.line import Argument

FIRST = "00"

_SLOTS = 16_384


def slot(key: str) -> int:
    """Return the slot of a key: the CRC16 of what stands between its braces."""
    return crc_hqx(key[key.index("{") + 1 : key.index("}")].encode(), 0) % _SLOTS


def begin(shard: str) -> str:
    """Return how the keys of a shard begin."""
    return f"m:{{{shard}}}:"


_OF_FIRST = begin(FIRST)


def placed(command: Sequence[Argument], shard: str) -> Sequence[Argument]:
    """Return a command with its keys, and beginnings of keys that scripts complete, written for a shard.

    Words of others reach the store packed or behind one of ours, so none of them is taken for a key.
    """
    if shard == FIRST:
        return command
    return [_moved(one, _OF_FIRST, begin(shard)) if isinstance(one, str) else one for one in command]


def named(key: bytes, shard: str) -> str:
    """Return a key of a shard as `keys` has it."""
    return _moved(key.decode(), begin(shard), _OF_FIRST)


def _moved(word: str, before: str, after: str) -> str:
    return after + word.removeprefix(before) if word.startswith(before) else word

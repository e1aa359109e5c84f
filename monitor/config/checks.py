"""What only the whole configuration can show: ids given twice, names that lead nowhere, addresses that are refused."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from monitor import guard
from monitor.config import named, routing
from monitor.config.mistakes import wrong_kind
from monitor.config.named import Members, ids, listed
from monitor.config.raw import LISTS, Raw
from monitor.errors import Refused, nearest


def whole(raw: Raw) -> list[str]:
    """Return a sentence for each mistake, on the untyped tree, so that one mistake hides no other."""
    members = {name: _members(raw.tree, name) for name in LISTS}
    return [
        *_kindless(raw, members),
        *_twice(raw, members),
        *_tells_nobody(raw, members),
        *named.nowhere(raw, members),
        *routing.mistakes(raw, members),
        *_refused(raw, members),
        *_without_reason(raw, members),
    ]


def _members(tree: dict[str, Any], name: str) -> list[tuple[int, dict[str, Any]]]:
    given = tree.get(name)
    return [(i, one) for i, one in enumerate(given) if isinstance(one, dict)] if isinstance(given, list) else []


def _kindless(raw: Raw, members: Members) -> Iterator[str]:
    """A folder with one kind only would let pydantic take that one; but a file that names it stays right."""
    for name in ("sources", "channels"):
        for index, one in members[name]:
            if "kind" not in one:
                yield wrong_kind((name, index), raw)


def _twice(raw: Raw, members: Members) -> Iterator[str]:
    for name, ones in members.items():
        first: dict[str, int] = {}
        for index, one in ones:
            identity = str(one.get("id"))
            if "id" in one and identity in first:
                there = raw.place((name, first[identity]))
                yield f"{raw.place((name, index, 'id'))}: {identity!r} is taken already, in {there}"
            first.setdefault(identity, index)


def _tells_nobody(raw: Raw, members: Members) -> Iterator[str]:
    """Find channels that are to get notices, and are not there."""
    known = ids(members, "channels")
    ops = raw.tree.get("ops")
    for number, given in enumerate(listed(ops.get("to")) if isinstance(ops, dict) else ()):
        if str(given) not in known:
            yield f"{raw.place(('ops', 'to', number))}: no channel {given!r}{nearest(str(given), known)}"


def _refused(raw: Raw, members: Members) -> Iterator[str]:
    """Find addresses that the guard would refuse at every try: those that are plain to see without asking DNS."""
    for name in ("sources", "channels"):
        for index, one in members[name]:
            if one.get("enabled") is False:
                continue
            for key in ("url", "webhook_url"):
                why = _never(str(one[key]), listed(one.get("allow_private"))) if key in one else None
                if why:
                    yield f"{raw.place((name, index, key))}: {why}"


def _never(url: str, allowed: list[Any]) -> str | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        address = ip_address("127.0.0.1" if host == "localhost" else host)
        networks = tuple(ip_network(str(one), strict=False) for one in allowed)
        guard.check(host, port, [address], allow_private=networks)
    except ValueError:
        return None  # a name, or a mistake that is told elsewhere
    except Refused as why:
        return str(why)
    return None


def _without_reason(raw: Raw, members: Members) -> Iterator[str]:
    for index, source in members["sources"]:
        if source.get("enabled") is False and not source.get("disabled_because"):
            yield f'{raw.place(("sources", index))}: is off without a reason; add disabled_because: "…"'

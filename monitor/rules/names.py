"""What rules and categories name that must be somewhere else: categories, places, sources. On what was written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from monitor.rules import query, terms
from monitor.rules.query import Known, Said, Within

Path_ = tuple[str | int, ...]


class Named(NamedTuple):
    """`what`: category, place, source, party or kind. `narrow`: whether it must stand beside NEAR or in one part."""

    id: str
    what: str = "category"
    narrow: bool = False


def spoken_of(one: Mapping[str, Any]) -> Iterator[tuple[Path_, Named]]:
    """Yield what a rule or a category names, and where in it; what cannot be read is told elsewhere."""
    for key in ("terms", "unless"):
        filed = one.get(key)
        for language, written in filed.items() if isinstance(filed, dict) else ():
            for number, term in enumerate(written if isinstance(written, list) else ()):
                for named in _categories(str(term)):
                    yield (key, language, number), named
    for named in _in_query(str(one.get("when") or "")):
        yield ("when",), named


def unfit(named: Named, own: str | None, made_of: Mapping[str, set[str]], scored: Collection[str]) -> str:
    """Return why a category cannot be used where it is named; "" if it can.

    `own`: the category that names it, if one does; `made_of`: of each category those it names; `scored`: those with a
    threshold.
    """
    if named.narrow and named.id in scored:
        return (
            f"@{named.id} has a threshold, so it stands nowhere in particular; wanted beside NEAR or after title: are "
            "words, or a category without a threshold"
        )
    if own is not None and own in _reached(named.id, made_of):
        return f"@{named.id} leads back to @{own}: a category cannot be part of itself"
    return ""


def _reached(start: str, made_of: Mapping[str, set[str]]) -> set[str]:
    """Return a category and all that it is made of."""
    reached, waiting = set[str](), [start]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += made_of.get(one, ())
    return reached


def _categories(written: str) -> Iterator[Named]:
    try:
        term = terms.read(written)
    except ValueError:
        return
    for operand in term.operands:
        if terms.is_category(operand):
            yield Named(operand[1:], narrow=len(term.operands) > 1)


def _in_query(written: str) -> Iterator[Named]:
    try:
        leaves = [leaf for leaf, _ in query.leaves(query.read(written))] if written else []
    except ValueError:
        return
    for leaf in leaves:
        if isinstance(leaf, Said):
            yield from (one._replace(narrow=one.narrow or leaf.field is not None) for one in _categories(leaf.written))
        elif isinstance(leaf, Within):
            yield Named(leaf.place, "place")
        elif isinstance(leaf, Known) and leaf.what not in ("language", "official"):
            yield Named(leaf.value, leaf.what)

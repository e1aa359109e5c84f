"""Each mistake in one sentence: where it stands, what is wrong, what would be right. Pure."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from monitor import kinds
from monitor.config.raw import Raw, secret_fields
from monitor.config.text import Path_
from monitor.errors import nearest
from monitor.rules import CategoryConfig, PlaceConfig, RuleConfig, WindowConfig

_FOLDERS: dict[str, kinds.Folder] = {"sources": "sources", "channels": "notifiers"}
_MEMBERS: dict[str, type[BaseModel]] = {
    "rules": RuleConfig, "categories": CategoryConfig, "places": PlaceConfig, "windows": WindowConfig
}  # fmt: skip


def sentences(error: ValidationError, raw: Raw, root: type[BaseModel]) -> list[str]:
    """Return one sentence for each thing pydantic found."""
    found = error.errors(include_url=False, include_context=True)
    return [_sentence(one, raw, root) for one in found if not _told(_without_tags(one["loc"], raw), raw)]


def _told(path: Path_, raw: Raw) -> bool:
    """Say whether this only follows from a secret that could not be read."""
    return any(path in (secret, secret[:2]) for secret in raw.unread)


def _sentence(one: Any, raw: Raw, root: type[BaseModel]) -> str:
    path = _without_tags(one["loc"], raw)
    place = raw.place(path)
    what = one["type"]
    if what == "extra_forbidden":
        return f"{place}: no setting has this name{nearest(str(path[-1]), _names(path, raw, root))}"
    if what == "missing":
        return f"{place}: is missing"
    if what in ("union_tag_invalid", "union_tag_not_found") or (what == "literal_error" and path[-1:] == ("kind",)):
        return wrong_kind(path, raw)
    return f"{place}: {_words(one, secret=_holds_secret(path, raw))}"


def _holds_secret(path: Path_, raw: Raw) -> bool:
    """Say whether what stands at the path may be a secret, or hold one, and so is not to be shown."""
    if path[:1] == ("store",):
        return True
    folder = _FOLDERS.get(str(path[0])) if len(path) > 2 else None
    kind = _at(raw.tree, (*path[:2], "kind"))
    return folder is not None and str(path[2]) in secret_fields(folder, kind)


def wrong_kind(path: Path_, raw: Raw) -> str:
    folder = _FOLDERS[str(path[0])]
    member = path[:2]
    given = _at(raw.tree, (*member, "kind"))
    wrong = "is missing" if given is None else f"no kind {given!r}"
    return f"{raw.place((*member, 'kind'))}: {wrong}{nearest(str(given), kinds.names(folder))}"


def _words(one: Any, *, secret: bool) -> str:
    context = one.get("ctx", {})
    what, given = one["type"], "something else" if secret else _shortened(one.get("input"))
    if what == "value_error":
        return str(context.get("error", one["msg"]))
    if what == "literal_error":
        return f"{given} is none of {context.get('expected')}{_nearest_expected(one)}"
    if what == "string_pattern_mismatch":
        return f"{'this' if secret else given} is no {_ID}"
    if what == "too_short":
        return "at least one is wanted, this is an empty list"
    if what in _WANTED:
        return f"{_WANTED[what]} wanted, this is {given}"
    message = str(one["msg"])
    return f"{message[:1].lower()}{message[1:]}"


_ID = "id; wanted are small letters, digits, '-', '_' and '.', at most 64"
_WANTED = {
    "string_type": "a text is",
    **dict.fromkeys(("bool_parsing", "bool_type"), "true or false is"),
    **dict.fromkeys(("tuple_type", "list_type"), "a list like [a, b] is"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "settings, each as `name: value`, are"),
    **dict.fromkeys(("int_parsing", "int_type", "float_type", "float_parsing"), "a number is"),
}


def _nearest_expected(one: Any) -> str:
    expected = str(one.get("ctx", {}).get("expected", ""))
    close = get_close_matches(str(one.get("input")), re.findall(r"'([^']+)'", expected), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _names(path: Path_, raw: Raw, root: type[BaseModel]) -> list[str]:
    """Return the setting names that would be right where the path's last one stands."""
    model: type[BaseModel] | None = root
    if path and str(path[0]) in _FOLDERS and len(path) > 2:
        folder = _FOLDERS[str(path[0])]
        kind = _at(raw.tree, (*path[:2], "kind"))
        model = kinds.load(folder, str(kind)).Config if kind in kinds.names(folder) else None
    elif path and str(path[0]) in _MEMBERS and len(path) > 2:
        model = _MEMBERS[str(path[0])]
    elif len(path) > 1:
        annotation = root.model_fields[str(path[0])].annotation if str(path[0]) in root.model_fields else None
        model = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
    if model is None:
        return []
    names = [field.alias or name for name, field in model.model_fields.items()]
    secret = [name for name, field in model.model_fields.items() if "SecretStr" in repr(field.annotation)]
    return names + [f"{name}_file" for name in secret]


def _without_tags(loc: tuple[Any, ...], raw: Raw) -> Path_:
    """Drop what pydantic adds to a path: the kind behind the index, and names of branches of a union."""
    if len(loc) > 2 and loc[0] in _FOLDERS and loc[2] in kinds.names(_FOLDERS[loc[0]]):
        loc = (*loc[:2], *loc[3:])
    path: list[str | int] = []
    for part in loc:
        if _at(raw.tree, (*path, part)) is None and (" " in str(part) or "[" in str(part) or str(part) in _BRANCHES):
            continue
        path.append(part)
    return tuple(path)


_BRANCHES = frozenset({"str", "float", "int", "bool", "constrained-str"})


def _at(tree: Any, path: Path_) -> Any:
    for part in path:
        if isinstance(tree, dict):
            tree = tree.get(part)
        elif isinstance(tree, list | tuple) and isinstance(part, int) and part < len(tree):
            tree = tree[part]
        else:
            return None
    return tree


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"

"""The YAML files as they stand, before any checking: merged into one tree that remembers where each value came from."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr

from monitor import kinds
from monitor.config import text
from monitor.config.text import Path_
from monitor.errors import ConfigError

LISTS = ("sources", "channels", "rules", "categories", "places", "windows", "routes")
_FOLDERS: dict[str, kinds.Folder] = {"sources": "sources", "channels": "notifiers"}


@dataclass
class Raw:
    """What was read, and where from.

    tree      the merged values
    mistakes  found while reading
    origin    for each member of a merged list, its file and its place in it
    texts     each file as it was read; where a path stands in it is looked up only for a mistake
    unread    paths of secrets whose file could not be read: told once, there
    """

    main: Path
    tree: dict[str, Any] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    origin: dict[tuple[str, int], tuple[Path, int]] = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)
    unread: set[Path_] = field(default_factory=set)
    _known: dict[Path, dict[Path_, int]] = field(default_factory=dict)

    def place(self, path: Path_) -> str:
        """Return `file:line: path in it`, for a path in the merged tree."""
        file, inside = self.main, path
        if len(path) >= 2 and isinstance(path[1], int) and (str(path[0]), path[1]) in self.origin:
            file, index = self.origin[str(path[0]), path[1]]
            inside = (path[0], index, *path[2:])
        known = self._lines(file)
        line = next((known[inside[:n]] for n in range(len(inside), 0, -1) if inside[:n] in known), None)
        where = f"{_shown(file)}:{line}" if line else _shown(file)
        return f"{where}: {'.'.join(str(part) for part in inside)}" if inside else where

    def _lines(self, file: Path) -> dict[Path_, int]:
        if file not in self._known:
            known: dict[Path_, int] = {}
            text.value(self.texts.get(file, ""), known)
            self._known[file] = known
        return self._known[file]


def read(path: Path, rules: Path | None = None) -> Raw:
    """Read a configuration file, everything it includes, and the secrets it points to.

    `rules`: a file whose rules stand instead of all configured ones, and whose categories, places and windows stand
    instead of those of the same id.

    Raises ConfigError if the main file cannot be read; mistakes in it or in others are collected in `mistakes`.
    """
    raw = Raw(path)
    raw.tree = _file(raw, path)
    if not raw.tree and raw.mistakes:
        raise ConfigError(raw.mistakes)
    for name in LISTS:
        own = raw.tree.get(name)
        for index in range(len(own) if isinstance(own, list) else 0):
            raw.origin[name, index] = (path, index)
    _include(raw)
    if rules:
        _replace(raw, rules)
    _secrets(raw)
    return raw


def _file(raw: Raw, path: Path) -> dict[str, Any]:
    try:
        given = path.read_text(encoding="utf-8")
        value = text.value(given)
        raw.texts[path] = given
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raw.mistakes.append(f"{_shown(path)}: cannot be read: {why}")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{_shown(path)}:{mark.line + 1}" if mark else _shown(path)
        raw.mistakes.append(f"{where}: no valid YAML: {error.problem}")
    except (yaml.YAMLError, ValueError) as error:
        raw.mistakes.append(f"{_shown(path)}: no valid YAML: {error}")
    else:
        if isinstance(value, dict):
            return value
        if value is None:
            return {}
        raw.mistakes.append(f"{_shown(path)}: wanted are settings like `sources: […]`, not a {type(value).__name__}")
    return {}


def _include(raw: Raw) -> None:
    patterns = raw.tree.get("include") or []
    for number, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        try:
            absolute = str(pattern).startswith("/")
            folder = Path("/") if absolute else raw.main.parent
            files = sorted(folder.glob(str(pattern).lstrip("/")))
        except (ValueError, IndexError, NotImplementedError):
            files = []
        files = [file for file in files if file.is_file()]
        if not files:
            raw.mistakes.append(f"{raw.place(('include', number))}: no file matches {pattern!r} beside {raw.main.name}")
        for file in files:
            _merge(raw, file)


def _merge(raw: Raw, file: Path) -> None:
    for name, members in _file(raw, file).items():
        if name not in LISTS:
            wanted = ", ".join(LISTS)
            raw.mistakes.append(f"{_shown(file)}: {name}: an included file holds {wanted} and nothing else")
        elif not isinstance(members, list):
            raw.mistakes.append(f"{_shown(file)}: {name}: a list is wanted, each member beginning with '-'")
        else:
            all_ = raw.tree.setdefault(name, [])
            if not isinstance(all_, list):
                continue  # a mistake that is told elsewhere
            for index, member in enumerate(members):
                raw.origin[name, len(all_)] = (file, index)
                all_.append(member)


def _replace(raw: Raw, file: Path) -> None:
    """Let the members of a file stand instead of those read before it."""
    given = _file(raw, file)
    for name in LISTS:
        new = given.get(name)
        if name in ("rules", "windows") or isinstance(new, list):
            ids = {str(one.get("id")) for one in new if isinstance(one, dict)} if isinstance(new, list) else set()
            _drop(raw, name, None if name in ("rules", "windows") else ids)
    _merge(raw, file)


def _drop(raw: Raw, name: str, ids: set[str] | None) -> None:
    """Take members out of a list: those of these ids, or all."""
    old = raw.tree.get(name)
    kept = [
        (number, one)
        for number, one in enumerate(old if isinstance(old, list) else [])
        if ids is not None and not (isinstance(one, dict) and str(one.get("id")) in ids)
    ]
    origins = [raw.origin[name, number] for number, _ in kept]
    for key in [key for key in raw.origin if key[0] == name]:
        del raw.origin[key]
    raw.tree[name] = [one for _, one in kept]
    raw.origin.update({(name, number): origin for number, origin in enumerate(origins)})


def _secrets(raw: Raw) -> None:
    """Put secrets in place: from `<field>_file`, or from the environment as MONITOR_<ID>_<FIELD>."""
    for name, folder in _FOLDERS.items():
        members = raw.tree.get(name)
        for index, member in enumerate(members if isinstance(members, list) else []):
            if not isinstance(member, dict):
                continue
            for secret in secret_fields(folder, member.get("kind")):
                _one_secret(raw, (name, index), member, secret)
    if isinstance(web := raw.tree.get("web"), dict):
        _one_secret(raw, ("web",), web, "token")


def _one_secret(raw: Raw, where: Path_, member: dict[str, Any], secret: str) -> None:
    variable = re.sub(r"\W", "_", f"MONITOR_{member.get('id', '')}_{secret}".upper())
    pointer = member.pop(f"{secret}_file", None)
    if pointer is not None:
        if secret in member:
            raw.mistakes.append(f"{raw.place((*where, secret))}: give either {secret} or {secret}_file, not both")
            return
        file = raw.origin[str(where[0]), int(where[1])][0] if len(where) > 1 else raw.main
        value, why = _secret_from(file.parent / str(pointer))
        if why:
            raw.mistakes.append(f"{raw.place((*where, f'{secret}_file'))}: {pointer}: {why}")
            raw.unread.add((*where, secret))
        member[secret] = value
    elif secret not in member and os.environ.get(variable):
        member[secret] = os.environ[variable]


def _secret_from(path: Path) -> tuple[str, str | None]:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        return "", f"the secret cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}"
    return value, None if value else "the file is empty; the secret belongs into it"


def secret_fields(folder: kinds.Folder, kind: object) -> list[str]:
    try:
        return _secrets_of(kinds.load(folder, str(kind)).Config)
    except LookupError:
        return []


@cache
def _secrets_of(settings: type[BaseModel]) -> list[str]:
    fields = settings.model_fields.items()
    return [name for name, of in fields if "SecretStr" in repr(of.annotation) or of.annotation is SecretStr]


def _shown(path: Path) -> str:
    """Return the path as the person who started us would write it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)

"""YAML text to plain values, as a stream: a file of fifty thousand sources takes seconds and little memory.

A tree of nodes, as the library would build it, takes ten times the memory of the values and does not give it back.
libyaml (C) reads where PyYAML was built with it. Built by a loop, not by recursion, so no nesting can break it.
"""

from __future__ import annotations

from typing import Any

import yaml

Path_ = tuple[str | int, ...]

_DEEPEST = 50  # levels of nesting; what is wanted here has four
_TEXT = "tag:yaml.org,2002:str"
_COLLECTIONS = frozenset({None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def value(text: str, lines: dict[Path_, int] | None = None) -> Any:
    """Return what a YAML document says, None if it says nothing.

    `lines`: filled with the line of every path in it; a mapping's member is where its name stands. Raises
    yaml.YAMLError; also for a name given twice, which plain YAML would silently overrule, and for a name that is no
    plain text.
    """
    loader = _Loader(text)
    try:
        return _Builder(loader, lines).build()
    finally:
        loader.dispose()


class _Open:
    """A mapping or list that is being read. `place`: where the next value goes; None if a name is awaited."""

    def __init__(self, held: dict[str, Any] | list[Any], path: Path_, anchor: str | None) -> None:
        self.held = held
        self.path = path
        self.anchor = anchor
        self.place: str | int | None = 0 if isinstance(held, list) else None
        self.named: dict[str, int] = {}


class _Builder:
    def __init__(self, loader: Any, lines: dict[Path_, int] | None) -> None:
        self.loader = loader
        self.lines = lines
        self.open: list[_Open] = []
        self.anchors: dict[str, Any] = {}
        self.words: dict[str, str] = {}
        self.root: Any = None

    def build(self) -> Any:
        documents = 0
        while self.loader.check_event():
            event = self.loader.get_event()
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._begin(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                done = self.open.pop()
                self._put(done.held, done.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _wrong("one document is wanted, here a second one begins", event)
        return self.root

    def _scalar(self, event: Any) -> None:
        tag = event.tag
        if tag is None or tag == "!":
            tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if self._awaits_name():
            self._name(event, tag)
            return
        self._mark(event)
        node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
        self._put(self._word(event) if tag == _TEXT else self.loader.construct_object(node, deep=True), event.anchor)

    def _begin(self, event: Any) -> None:
        if self._awaits_name():
            self._name(event, None)
        if event.tag not in _COLLECTIONS:
            raise _wrong(f"no tag is known here, but {event.tag!r} is given", event)
        if len(self.open) >= _DEEPEST:
            raise _wrong(f"more than {_DEEPEST} levels of nesting", event)
        self._mark(event)
        self.open.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], self._path(), event.anchor))

    def _alias(self, event: Any) -> None:
        if self._awaits_name():
            self._name(event, None)
        if event.anchor not in self.anchors:
            raise _wrong(f"nothing before this is marked with &{event.anchor}", event)
        self._mark(event)
        self._put(self.anchors[event.anchor], None)

    def _awaits_name(self) -> bool:
        return bool(self.open) and self.open[-1].place is None

    def _name(self, event: Any, tag: str | None) -> None:
        if tag != _TEXT:
            raise _wrong("a name before ':' is a plain text", event)
        top, name = self.open[-1], self._word(event)
        if name in top.named:
            raise _wrong(f"{name!r} is given twice, first in line {top.named[name]}", event)
        top.named[name] = event.start_mark.line + 1
        top.place = name
        self._mark(event)

    def _word(self, event: Any) -> str:
        """Return a text; equal ones are one object, for names, kinds and languages come by the thousand."""
        word: str = event.value
        return self.words.setdefault(word, word)

    def _put(self, value: Any, anchor: str | None) -> None:
        """Store a finished value where it belongs, and let the next one follow."""
        if anchor:
            self.anchors[anchor] = value
        if not self.open:
            self.root = value
            return
        top = self.open[-1]
        if isinstance(top.held, list):
            top.held.append(value)
            top.place = len(top.held)
        else:
            top.held[str(top.place)] = value
            top.place = None

    def _path(self) -> Path_:
        if not self.open:
            return ()
        top = self.open[-1]
        return top.path if top.place is None else (*top.path, top.place)

    def _mark(self, event: Any) -> None:
        """Remember the line of what begins here; that of a mapping's member is known from its name."""
        if self.lines is not None and (path := self._path()):
            self.lines.setdefault(path, event.start_mark.line + 1)


def _wrong(what: str, event: Any) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, what, event.start_mark)

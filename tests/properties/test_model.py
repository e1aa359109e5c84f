"""Every value of the house, made of its types: what the store is given comes back, from older records too."""

from __future__ import annotations

import json
import types
import typing
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import model
from monitor.model import Value, decode, encode, plain, shaped
from tests.properties import bounded

VALUES = sorted(
    (kind for kind in Value.__subclasses__() if kind.__module__.startswith(model.__name__)),
    key=lambda kind: kind.__name__,
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    date: st.dates(),
    datetime: st.datetimes(
        timezones=st.just(UTC) | offsets,
        allow_imaginary=False,
        min_value=datetime(2, 1, 1),  # noqa: DTZ001  # hypothesis wants it so
        max_value=datetime(9998, 1, 1),  # noqa: DTZ001
    ),
}


def made(kind: Any) -> st.SearchStrategy[Any]:
    """Return what makes values of a type as the model uses them."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, Value):
        return st.builds(kind, **{name: made(part) for name, part in typing.get_type_hints(kind).items()})
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return st.sampled_from(inner)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*map(made, inner))
    if origin is tuple:
        return st.lists(made(inner[0]), max_size=2).map(tuple) if ... in inner else st.tuples(*map(made, inner))
    if origin is dict:
        return st.dictionaries(made(inner[0]), made(inner[1]), max_size=2)
    raise AssertionError(f"no values of {kind} can be made")


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_every_value_comes_back_as_it_was(kind: type[Value]) -> None:
    @bounded
    @given(made(kind))
    def holds(value: Value) -> None:
        assert decode(encode(value), kind) == value
        assert decode(encode(value).decode(), kind) == value
        assert shaped(plain(value), kind) == value

    holds()


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_records_of_other_versions_are_read(kind: type[Value]) -> None:
    """One that is older has fewer fields, one that is newer has more."""
    defaults = {field.name for field in msgspec.structs.fields(kind) if not field.required}

    @bounded
    @given(made(kind), st.sets(st.sampled_from(sorted(defaults))) if defaults else st.just(set()))
    def holds(value: Value, missing: set[str]) -> None:
        record = json.loads(encode(value))
        found = decode(json.dumps({name: record[name] for name in record.keys() - missing} | {"to come": [1]}), kind)
        for name in record.keys() - missing:
            assert getattr(found, name) == getattr(value, name)

    holds()


@bounded
@given(st.text(st.characters(categories=["L", "C", "P"]), max_size=20), st.text(max_size=20))
def test_a_key_is_plain_and_names_its_source(native_id: str, source: str) -> None:
    key = model.post_key(source, native_id)
    assert key.removeprefix(f"{source}:").isalnum()
    assert key == model.post_key(source, native_id)
    assert key != model.post_key(source, f"{native_id}x")


@bounded
@given(st.binary(max_size=40) | st.text(max_size=40))
def test_what_is_no_record_is_a_value_error(raw: bytes | str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the words are msgspec's
        decode(raw, model.Post)

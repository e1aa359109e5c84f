"""What all values have in common: frozen, made by keyword, the same as JSON everywhere; and how things are named."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every value: immutable, made by keyword."""


def digest(*parts: str, length: int = 20) -> str:
    """Return the first `length` hex digits of the SHA-256 of the parts, kept apart by NUL."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:length]


def post_key(source: str, native_id: str) -> str:
    """Return a post's key. From the source and the publisher's id alone, never from dates or content."""
    return f"{source}:{digest(source, native_id)}"


def short_key(key: str) -> str:
    """Return a post's key in 16 hex digits: how it is named where the store has very many of them."""
    return digest("seen", key, length=16)


def changed(value: T, **fields: Any) -> T:
    """Return a copy of a value with some fields changed."""
    return msgspec.structs.replace(value, **fields)


_encoder = msgspec.json.Encoder()


def encode(value: Any) -> bytes:
    """Return any of these values, or a list or dict of them, as compact JSON."""
    return _encoder.encode(value)


def spare(value: Value) -> bytes:
    """Return a value as compact JSON without what is as it is by default: for where very many are kept."""
    return _encoder.encode(_spared(value))


def _spared(value: Any) -> Any:
    if isinstance(value, Value):
        return {
            name: _spared(one)
            for name, default in _defaults(type(value))
            if (one := getattr(value, name)) is not default and one != default
        }
    return [_spared(one) for one in value] if isinstance(value, tuple) else value


@cache
def _defaults(kind: type[Value]) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a kind, and what each is by default; NODEFAULT, which equals no value, where it has none."""
    return tuple(
        (field.name, field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory())
        for field in msgspec.structs.fields(kind)
    )


def decode(raw: bytes | str, kind: type[T]) -> T:
    """Read a value back from `encode` or `spare`. Raises ValueError if it is not one."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error


def shaped(value: Any, kind: type[T]) -> T:
    """Make a value of dicts, lists, strings and numbers. Raises ValueError if they do not fit."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def plain(value: Any) -> Any:
    """Return the value as dicts, lists, strings and numbers, ready for templates or another encoder."""
    return msgspec.to_builtins(value)

"""Signatures: one purpose, one text, one secret."""

from __future__ import annotations

import pytest

from monitor.signing import holds, sign

SECRET = "a token of at least sixteen letters"


def test_a_signature_holds_for_what_was_signed() -> None:
    signature = sign(SECRET, "acknowledge", "incident", "1")

    assert holds(signature, SECRET, "acknowledge", "incident", "1")
    assert len(signature) == 32


@pytest.mark.parametrize(
    ("secret", "purpose", "parts"),
    [
        ("another token of sixteen letters", "acknowledge", ("incident", "1")),
        (SECRET, "session", ("incident", "1")),
        (SECRET, "acknowledge", ("incident", "2")),
        (SECRET, "acknowledge", ("incident1",)),
        (SECRET, "acknowledge", ("incident", "1", "")),
    ],
)
def test_it_holds_for_nothing_else(secret: str, purpose: str, parts: tuple[str, ...]) -> None:
    assert not holds(sign(SECRET, "acknowledge", "incident", "1"), secret, purpose, *parts)


@pytest.mark.parametrize("wrong", ["", "x", "é" * 32, "\ud800", "A" * 10_000])
def test_a_forged_one_does_not_hold(wrong: str) -> None:
    assert not holds(wrong, SECRET, "acknowledge", "incident", "1")

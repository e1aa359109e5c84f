"""Coverage-guided fuzzing of everything that reads bytes from outside: `python -m tests.fuzz`, or `make fuzz`.

A target is a function of bytes that asserts what must hold for any of them. Atheris (libFuzzer for Python) looks for
bytes that break it; it is no requirement of the project, because it has no wheel for every Python and machine:

    .venv/bin/pip install 'atheris>=3'

Without it the targets still run on their seeds and on hypothesis' bytes, as part of the test suite (`test_targets`).
Within the bytes of a target that takes several things they are parted by the record separator, 0x1e.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

# Each target, and the file here that holds it.
TARGETS = {
    "dates": "texts",
    "markup": "texts",
    "links": "texts",
    "feed": "feeds",
    "jsonfeed": "feeds",
    "decode": "feeds",
    "webpage": "kinds",
    "wordpress": "kinds",
    "sitemap": "kinds",
    "mastodon": "kinds",
    "bluesky": "kinds",
    "youtube": "kinds",
    "telegram": "kinds",
    "x": "apis",
    "vk": "apis",
    "drupal": "apis",
    "govuk": "apis",
    "headers": "answers",
    "gzip": "answers",
    "freshness": "answers",
    "walls": "answers",
    "robots": "answers",
    "address": "addresses",
    "guard": "addresses",
    "letter": "letters",
    "webhook": "letters",
    "slack": "letters",
}


class Target(NamedTuple):
    """`seeds` are where fuzzing begins, `words` what it may put in (libFuzzer's dictionary)."""

    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[str | bytes, ...] = ()

    @property
    def dictionary(self) -> list[bytes]:
        return [word.encode() if isinstance(word, str) else word for word in self.words]


def target(name: str) -> Target:
    found: Target = import_module(f"tests.fuzz.{TARGETS[name]}").FOUND[name]
    return found


def parts(data: bytes, number: int) -> list[bytes]:
    """Take the bytes apart; missing parts are empty, and the last one takes the rest."""
    found = data.split(b"\x1e", number - 1)
    return found + [b""] * (number - len(found))


def string(data: bytes) -> str:
    """Read any bytes as text, half characters included."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")

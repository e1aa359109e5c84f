"""When a text is a new version of itself. Pure."""

from __future__ import annotations

from monitor.dedup.flapping import worded
from monitor.model import Post, digest


def content_hash(post: Post) -> str:
    """Return the hash of what makes a version: title and text.

    White space, pictures, and lines that are no words (counters, stamps, bare addresses) do not count.
    """
    return digest("content", _squeezed(post.title), _squeezed(worded(post.text)))


def _squeezed(text: str) -> str:
    return " ".join(text.split())

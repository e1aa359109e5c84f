"""When a text is a new version of itself. Pure."""

from __future__ import annotations

from monitor.model import Post, digest


def content_hash(post: Post) -> str:
    """Return the hash of what makes a version: title and text. White space, links and pictures do not count."""
    return digest("content", _squeezed(post.title), _squeezed(post.text))


def _squeezed(text: str) -> str:
    return " ".join(text.split())

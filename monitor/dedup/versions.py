"""When a text is a new version of itself, and when two texts say the very same words. Pure."""

from __future__ import annotations

from monitor.dedup.flapping import unstamped, worded
from monitor.dedup.words import SHORTEST, letters
from monitor.model import Post, digest


def content_hash(post: Post) -> str:
    """Return the hash of what makes a version: title and text.

    White space, pictures, and lines that are no words (counters, stamps, bare addresses) do not count.
    """
    return digest("content", _squeezed(post.title), _squeezed(worded(post.text)))


def fingerprint(post: Post) -> str | None:
    """Return the hash of a post's words, whatever their case and punctuation; None if they are too few to tell.

    Counters and stamps do not count here either: a post that comes again has others beneath it. Numbers and addresses
    do: "Update 2" is another report, whatever its words.
    Two posts with one fingerprint say the same words. Whether the second is a repeat (same source, within the hour),
    a copy (another source) or news that happens to be worded alike is decided where the first is remembered: ADMIT.
    """
    plain = letters(post.title + unstamped(post.text))
    return digest("words", plain) if len(plain) >= SHORTEST else None


def _squeezed(text: str) -> str:
    return " ".join(text.split())

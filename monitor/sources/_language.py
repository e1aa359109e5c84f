"""The language a publisher names. Pure."""

from __future__ import annotations

import re

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


def language(*tags: object) -> str | None:
    """Return the first that is a BCP 47 tag; `en_US` is taken for `en-US`."""
    for tag in tags:
        candidate = tag.strip().replace("_", "-") if isinstance(tag, str) else ""
        if _TAG.fullmatch(candidate):
            return candidate
    return None

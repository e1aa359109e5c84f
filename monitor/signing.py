"""Signatures that only this monitor can make: of links in its messages, of sessions on its page. Pure.

HMAC-SHA256 (RFC 2104) with a key for each purpose, so that what was signed for one is worth nothing for another.
"""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256

_LENGTH = 24  # bytes of the signature that are kept: 192 bits


def sign(secret: str, purpose: str, *parts: str) -> str:
    """Return the signature of some words for one purpose: 32 letters, digits, `-` and `_`."""
    key = hmac.digest(secret.encode(), purpose.encode(), sha256)
    return base64.urlsafe_b64encode(hmac.digest(key, "\0".join(parts).encode(), sha256)[:_LENGTH]).decode()


def holds(signature: str, secret: str, purpose: str, *parts: str) -> bool:
    """Say whether a signature is the one of these words. Takes equally long whatever is wrong with it."""
    return hmac.compare_digest(signature.encode("utf-8", "replace"), sign(secret, purpose, *parts).encode())

"""Addresses of this page that stand in messages. Pure, and free of any library of the page: couriers need them too."""

from __future__ import annotations

from monitor import signing

_ACKNOWLEDGE = "acknowledge"  # the purpose that is signed


def acknowledge_link(url: str | None, token: str | None, incident: str) -> str | None:
    """Return where a person takes an incident in hand; None where the page has no public address, or no token.

    `url`: that of `web.url`, the address by which people reach the page; `token`: the secret that it is signed with.
    """
    if not url or not token:
        return None
    return f"{url.rstrip('/')}/acknowledge/{incident}/{signing.sign(token, _ACKNOWLEDGE, incident)}"


def is_signed(token: str | None, incident: str, signature: str) -> bool:
    """Say whether an address was made by `acknowledge_link` with this token."""
    return token is not None and signing.holds(signature, token, _ACKNOWLEDGE, incident)

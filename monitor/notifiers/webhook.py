"""Alerts as signed JSON to any web address, by Standard Webhooks 1.0.0 (github.com/standard-webhooks).

The receiver knows a repeat by `webhook-id` (the delivery's id) and a forgery by `webhook-signature`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, SecretStr, model_validator

from monitor.fetch.address import http_url
from monitor.model import Alert, Delivery, encode, plain
from monitor.notifiers import NotifierConfig, PostRequest, accepted
from monitor.notifiers._text import host, link, shorten
from monitor.notifiers._wording import acknowledgement, text_of

BODY_LIMIT = 20_000  # bytes; the specification advises less than 20 kB
_TEXT_LIMITS = (8000, 4000, 2000, 1000, 300)  # code points
_FEW = {"matches": 10, "guards": 5, "places": 10, "reasons": 3}  # of the verdict, where the body is too large
_ADVICE = "write whsec_ and the base64 of 24 to 64 random bytes, as `openssl rand -base64 32` prints them"


def _web_address(value: SecretStr) -> SecretStr:
    return SecretStr(http_url(value.get_secret_value()))


SecretUrl = Annotated[SecretStr, AfterValidator(_web_address)]


class Config(NotifierConfig):
    """`url`: whoever knows it may post there, so no message shows more than its host.

    `secret`: one `whsec_…`, or several separated by blanks while one replaces another; every one of them signs.
    """

    kind: Literal["webhook"] = "webhook"
    url: SecretUrl
    secret: SecretStr | None = None
    unsigned: bool = False

    @model_validator(mode="after")
    def _signed_or_not(self) -> Self:
        if self.unsigned and self.secret:
            raise ValueError("secret and unsigned: true exclude each other; leave one of them out")
        if not self.unsigned and not keys(self.secret):
            raise ValueError(f"a webhook is signed: {_ADVICE}, or set unsigned: true")
        return self


def keys(secret: SecretStr | None) -> tuple[bytes, ...]:
    """Return the signing keys. Raises ValueError, without showing any, if one is malformed."""
    return tuple(_key(word) for word in secret.get_secret_value().split()) if secret else ()


def _key(word: str) -> bytes:
    try:
        key = base64.b64decode(word.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        key = b""
    if not word.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise ValueError(f"the secret is no webhook secret; {_ADVICE}")
    return key


def message(alert: Alert, delivery: Delivery, settings: Config) -> bytes:
    """Return the body: `{"type": "alert.raised", "timestamp": …, "data": {…}}`, below `BODY_LIMIT` bytes.

    A notice has the type `notice.raised`, and its kind in `data.notice`, which is null in any other alert. `data` is
    the alert as everywhere else (`model.Alert` as JSON), but for `incident`, which has an `id`; with `delivery`,
    `channel`, `root` (the delivery that began the incident there), `acknowledge` (where to take it in hand), and
    `truncated`: whether something was left out to keep the body small.
    """
    kind = "notice.raised" if alert.notice else "alert.raised"
    bodies = (
        encode({"type": kind, "timestamp": alert.raised, "data": data})
        for data in _ever_thinner(alert, delivery, settings)
    )
    return next(body for body in bodies if len(body) < BODY_LIMIT)


def _ever_thinner(alert: Alert, delivery: Delivery, settings: Config) -> Iterator[dict[str, Any]]:
    """Yield the data in full, then with ever more left out. The last is small whatever the post holds."""
    whole = plain(alert) | {"delivery": delivery.id, "channel": settings.id, "root": delivery.root, "truncated": False}
    whole |= {"incident": _incident(whole["incident"]), "acknowledge": acknowledgement(delivery)}
    yield whole
    post, verdict = whole["post"], whole["verdict"]
    cut = {**whole, "truncated": True}
    for limit in _TEXT_LIMITS:
        yield {**cut, "post": {**post, "text": text_of(alert.post, limit)}}
    few = {**verdict, **{name: verdict[name][:most] for name, most in _FEW.items()}}
    short = {**post, "text": text_of(alert.post, 1000), "title": shorten(alert.post.title, 300), "media": []}
    cut["places"] = [{**one, "permalink": link(one["permalink"])} for one in whole["places"][:5]]
    yield {**cut, "post": short, "verdict": few}
    bare = {
        name: post[name] for name in ("key", "source", "kind", "revision", "created", "published", "updated", "seen")
    }
    bare |= {"title": shorten(alert.post.title, 300), "permalink": link(alert.post.permalink)}
    yield {**cut, "post": bare, "verdict": {**verdict, **{name: [] for name in _FEW}}, "places": [], "change": None}


def _incident(joined: dict[str, Any] | None) -> dict[str, Any] | None:
    return {"id" if name == "incident" else name: value for name, value in joined.items()} if joined else None


def signed(body: bytes, *, id: str, timestamp: int, keys: tuple[bytes, ...]) -> dict[str, str]:  # noqa: A002  # the field's name
    """Return the headers that go with a body. `timestamp`: Unix seconds of this attempt. Pure."""
    headers = {"content-type": "application/json", "webhook-id": id, "webhook-timestamp": str(timestamp)}
    content = f"{id}.{timestamp}.".encode() + body
    signatures = (base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode() for key in keys)
    if keys:
        headers["webhook-signature"] = " ".join(f"v1,{signature}" for signature in signatures)
    return headers


class Notifier:
    def __init__(self, settings: Config, post: PostRequest) -> None:
        self.settings = settings
        self.post = post

    async def send(self, alert: Alert, delivery: Delivery) -> None:
        """Post the alert once. See `notifiers.accepted` for what each answer means."""
        settings, url = self.settings, self.settings.url.get_secret_value()
        body = message(alert, delivery, settings)
        headers = signed(body, id=delivery.id, timestamp=int(time.time()), keys=keys(settings.secret))
        answer = await self.post(
            url,
            content=body,
            headers=headers,
            allow_private=settings.allow_private,
            timeout=settings.timeout,
        )
        accepted(answer, f"channel {settings.id}: {host(url)}")

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from monitor.errors import MonitorError, Rejected, Unauthorized, Unreachable
from monitor.model import Alert, Delivery, Match, Verdict
from monitor.notifiers import PostRequest
from monitor.notifiers.webhook import BODY_LIMIT, Config, Notifier, keys, message, signed
from tests.notifiers.alerts import make_alert, make_delivery, make_notice
from tests.servers import Reply, http_server

OLD, NEW = b"o" * 24, b"n" * 32
SECRETS = " ".join("whsec_" + base64.b64encode(key).decode() for key in (NEW, OLD))


def config(url: str = "https://archive.example/alerts", **settings: Any) -> Config:
    return Config.model_validate({"id": "ops", "url": url, **settings})


OPEN = config(unsigned=True)


def test_the_body_is_an_event_with_the_whole_alert(alert: Alert, delivery: Delivery) -> None:
    said = json.loads(message(alert, delivery, OPEN))
    assert said["type"] == "alert.raised"
    assert said["timestamp"] == "2021-11-16T11:02:05Z"
    data = said["data"]
    assert (data["id"], data["delivery"], data["channel"]) == (alert.id, delivery.id, "ops")
    assert data["post"]["text"] == alert.post.text
    assert data["verdict"]["matches"][0]["words"] == "opened fire"
    assert (data["update"], data["truncated"]) == (False, False)


def test_a_notice_says_so_by_its_type_and_its_kind(alert: Alert, delivery: Delivery) -> None:
    notice = make_notice()
    said = json.loads(message(notice, make_delivery(notice), OPEN))
    assert said["type"] == "notice.raised"
    assert (said["data"]["notice"], said["data"]["post"]["kind"]) == ("silent", "notice")
    assert said["data"]["post"]["published"] == "2021-11-16T02:00:00Z"
    assert (said["data"]["verdict"]["severity"], said["data"]["verdict"]["matches"]) == ("high", [])
    assert json.loads(message(alert, delivery, OPEN))["data"]["notice"] is None


def test_a_hostile_text_is_data_cut_and_flagged(hostile: Alert) -> None:
    body = message(hostile, make_delivery(hostile), OPEN)
    data = json.loads(body)["data"]
    assert len(body) < BODY_LIMIT
    assert data["truncated"]
    assert data["post"]["text"].endswith(" …")
    assert len(data["post"]["text"]) == 8000
    assert b"\x1b" not in body


def test_the_body_stays_small_whatever_is_large() -> None:
    match = Match(rule="r", topic="t", term="x" * 50, field="text", start=0, end=1, words="x" * 50)
    cases: tuple[tuple[int, dict[str, Any]], ...] = (
        (0, {"author": "ա" * 30_000}),
        (5_000, {}),
        (0, {"permalink": "https://a.example/" + "a" * 50_000}),
    )
    for number, changes in cases:
        large = make_alert(text="ա" * 50_000, title="\u0001" * 9_000, **changes)
        alert = msgspec.structs.replace(large, verdict=Verdict(alert=True, matches=(match,) * number))
        body = message(alert, make_delivery(alert), OPEN)
        assert len(body) < BODY_LIMIT
        assert json.loads(body)["data"]["post"]["key"] == alert.post.key


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "a webhook is signed"),
        ({"secret": ""}, "a webhook is signed"),
        ({"secret": "whsec_short"}, "24 to 64 random bytes"),
        ({"secret": base64.b64encode(NEW).decode()}, "whsec_"),
        ({"secret": SECRETS, "unsigned": True}, "exclude each other"),
    ],
)
def test_a_mistaken_configuration_says_what_is_wanted(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        config(**settings)
    assert base64.b64encode(NEW).decode() not in str(caught.value)


def test_a_signature_is_the_one_the_specification_prints() -> None:
    # The worked example of Standard Webhooks' own libraries.
    secret = config(secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").secret
    headers = signed(
        b'{"test": 2432232314}', id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, keys=keys(secret)
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_every_key_signs_what_arrives(alert: Alert, delivery: Delivery, post: PostRequest) -> None:
    async with http_server({"/in": Reply(204)}) as sink:
        settings = config(f"{sink.url}/in", secret=SECRETS, allow_private=["127.0.0.1"])
        await Notifier(settings, post).send(alert, delivery)
    (request,) = sink.requests
    assert request.headers["webhook-id"] == delivery.id
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 60
    content = f"{delivery.id}.{request.headers['webhook-timestamp']}.".encode() + request.body
    expected = [base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode() for key in (NEW, OLD)]
    assert request.headers["webhook-signature"] == " ".join(f"v1,{one}" for one in expected)


async def test_an_unsigned_one_has_no_signature(alert: Alert, delivery: Delivery, post: PostRequest) -> None:
    async with http_server({"/in": Reply(200, b"whatever")}) as sink:
        settings = config(f"{sink.url}/in", unsigned=True, allow_private=["127.0.0.1"])
        await Notifier(settings, post).send(alert, delivery)
    assert "webhook-signature" not in sink.requests[0].headers


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, Rejected), (307, Rejected), (400, Rejected), (401, Unauthorized), (403, Rejected), (404, Rejected),
        (408, Unreachable), (410, Rejected), (418, Rejected), (425, Unreachable), (429, Unreachable),
        (500, Unreachable), (503, Unreachable),
    ],
)  # fmt: skip
async def test_what_each_status_means(
    status: int, error: type[MonitorError], alert: Alert, delivery: Delivery, post: PostRequest
) -> None:
    reply = Reply(status, b"a page nobody outside should read", {"Location": "/elsewhere"})
    async with http_server({"/in/topsecret": reply}) as sink:
        settings = config(f"{sink.url}/in/topsecret", unsigned=True, allow_private=["127.0.0.1"])
        with pytest.raises(error) as caught:
            await Notifier(settings, post).send(alert, delivery)
    assert type(caught.value) is error
    assert len(sink.requests) == 1
    assert "channel ops: 127.0.0.1" in str(caught.value)
    assert "topsecret" not in f"{caught.value} {settings!r}"
    assert "nobody" not in str(caught.value)


@pytest.mark.parametrize("as_date", [False, True])
async def test_how_long_to_wait_is_told(as_date: bool, alert: Alert, delivery: Delivery, post: PostRequest) -> None:
    value = format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True) if as_date else "120"
    async with http_server({"/in": Reply(503, b"", {"Retry-After": value})}) as sink:
        settings = config(f"{sink.url}/in", unsigned=True, allow_private=["127.0.0.1"])
        with pytest.raises(Unreachable) as caught:
            await Notifier(settings, post).send(alert, delivery)
    assert caught.value.retry_after == pytest.approx(120, abs=30)


async def test_an_address_inside_is_refused_unless_it_was_named(
    alert: Alert, delivery: Delivery, post: PostRequest
) -> None:
    async with http_server({"/in": Reply(200)}) as sink:
        settings = config(f"{sink.url}/in?key=topsecret", unsigned=True)
        with pytest.raises(MonitorError, match="allow_private") as caught:
            await Notifier(settings, post).send(alert, delivery)
    assert sink.requests == []
    assert "topsecret" not in str(caught.value)

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.errors import MonitorError, Rejected, Unauthorized, Unreachable
from monitor.fetch import Fetcher
from monitor.model import Alert, Delivery
from monitor.notifiers import PostRequest
from monitor.notifiers._blocks import defused, escaped
from monitor.notifiers.slack import Notifier, message, plainer
from tests.notifiers.alerts import EVIL_TEXT, make_alert, make_delivery, make_notice
from tests.notifiers.workspace import BOT, HOOK, Workspace, config, opened
from tests.servers import Reply, Request, http_server


def texts(value: Any) -> list[dict[str, Any]]:
    """Every text object of a message, wherever it stands."""
    if isinstance(value, dict):
        own = [value] if value.get("type") in ("plain_text", "mrkdwn") else []
        return own + [found for part in value.values() for found in texts(part)]
    return [found for part in value for found in texts(part)] if isinstance(value, list) else []


def test_an_alert_says_who_when_why_and_where(alert: Alert, delivery: Delivery) -> None:
    said = json.dumps(message(alert, delivery, BOT)["blocks"], ensure_ascii=False)
    for words in (
        "HIGH · border, casualties", "Ministry of Defence (AM, official)", "16 Nov 2021 15:00 (+04) = 11:00 UTC",
        "16 Nov 2021 11:02 UTC", "fire (border): “opened fire”, “border”", "There are 2 casualties.",
        "On the situation at the border", "The situation is quiet now.",
        "<https://mod.example/en/news/7?a=1&amp;b=2|Original at mod.example>", f"Channel ops · delivery {delivery.id}",
    ):  # fmt: skip
        assert words in said
    assert "UPDATE" not in said
    assert "UPDATE: version 3" in json.dumps(message(make_alert(revision=3), delivery, BOT))


def test_a_notice_is_its_sentences_and_what_it_is_about() -> None:
    notice = make_notice()
    said = message(notice, make_delivery(notice), BOT)
    assert [block["type"] for block in said["blocks"]] == ["header", "section", "section", "section", "context"]
    header, title, text, known, context = (
        "\n".join(found["text"] for found in texts(block)) for block in said["blocks"]
    )  # fmt: skip
    assert header == "NOTICE · source silent · Ministry of Defence"
    assert title == "No new post for 9 hours"
    assert text == notice.post.text
    assert "Source\nMinistry of Defence (AM, official), id mod-am" in known
    assert make_delivery(notice).id in context
    assert said["metadata"]["event_type"] == "notice_raised"


def test_the_bot_form_carries_the_delivery_and_unfurls_nothing(alert: Alert, delivery: Delivery) -> None:
    said = message(alert, delivery, BOT)
    assert said["metadata"]["event_payload"] == {"delivery_id": delivery.id, "alert_id": alert.id}
    assert said["channel"] == "C1"
    assert (said["unfurl_links"], said["unfurl_media"]) == (False, False)
    assert said["text"]
    assert "metadata" not in message(alert, delivery, HOOK)


def test_a_hostile_text_stays_text_and_within_the_limits(hostile: Alert) -> None:
    said = message(hostile, make_delivery(hostile), BOT)
    raw = json.dumps(said, ensure_ascii=False)
    assert "<!" not in raw
    assert "<@" not in raw
    assert "<http" not in raw
    assert "javascript:" not in raw
    assert not set("\x1b\x00\x07\x85\u2028\u202e") & set("".join(found["text"] for found in texts(said["blocks"])))
    # Only our own sentence is mrkdwn, and Slack is told to leave it alone.
    assert [found for found in texts(said["blocks"]) if found["type"] == "mrkdwn"] == [
        {"type": "mrkdwn", "text": "_No usable link to the original was given._", "verbatim": True}
    ]
    assert said["mrkdwn"] is False
    assert not {"<", ">"} & set(said["text"])


@pytest.mark.parametrize(
    "stuff", ["x" * 50_000, "& < > " * 10_000, "слово " * 10_000, "casualties. " * 5_000, "👩‍👩‍👧 " * 9_000]
)
def test_limits_hold_for_any_text(stuff: str) -> None:
    alert = make_alert(
        title=stuff,
        text=stuff + " casualties",
        author=stuff,
        repost_of=stuff,
        permalink="https://a.example/" + "&" * 1900,
    )
    said = message(alert, make_delivery(alert), BOT)
    blocks = said["blocks"]
    assert len(blocks) <= 50
    assert len(blocks[0]["text"]["text"]) <= 150
    assert all(0 < len(found["text"]) <= 3000 for found in texts(blocks))
    assert len(blocks[2]["fields"]) <= 10
    assert sum(len(found["text"]) for found in texts(blocks)) < 13_000
    assert len(said["text"]) <= 8000


def test_a_link_keeps_no_sign_that_would_end_it_early() -> None:
    alert = make_alert(permalink="https://a.example/x|y>z <!channel>\n")
    said = json.dumps(message(alert, make_delivery(alert), HOOK))
    assert "<https://a.example/x%7Cy%3Ez%20%3C!channel%3E|Original at a.example>" in said


def test_escaping_comes_before_cutting_and_splits_no_entity() -> None:
    assert escaped("a & b < c", 100) == "a &amp; b &lt; c"
    assert escaped("&amp;", 100) == "&amp;amp;"
    assert [escaped("ab&cd", limit) for limit in (2, 4, 6, 7, 8)] == ["ab", "ab", "ab", "ab&amp;", "ab&amp;c"]


def test_mentions_are_taken_apart_and_addresses_are_not() -> None:
    assert defused("<!here> <@U1> <#C1> @channel") == "<\u200b!here> <\u200b@U1> <\u200b#C1> @\u200bchannel"
    assert defused("a < b, press@mod.example, @channels") == "a < b, press@mod.example, @channels"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "exactly one of the two"),
        ({"webhook_url": "https://hooks.slack.com/services/T", "token": "xoxb-1", "channel": "C1"}, "exactly one"),
        ({"token": "xoxb-1"}, "token and channel belong together"),
        ({"webhook_url": "https://hooks.slack.com/services/T", "channel": "C1"}, "built in"),
        ({"webhook_url": "hooks.slack.com/services/T"}, "no web address"),
    ],
)
def test_a_mistaken_configuration_says_what_is_wanted(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        config(**settings)
    assert "services/T" not in str(caught.value)
    assert "xoxb-1" not in str(caught.value)


async def test_the_bot_posts_with_its_token_and_keeps_the_ts(
    alert: Alert, delivery: Delivery, post: PostRequest
) -> None:
    taken = Reply(200, b'{"ok": true, "ts": "1637060525.000100", "warning": "missing_charset"}')
    async with http_server({"/api/chat.postMessage": taken}) as slack:
        way = {"token": "xoxb-secret", "channel": "C1", "api_url": f"{slack.url}/api/"}
        settings = config(**way)
        assert await Notifier(settings, post).send(alert, delivery) == "1637060525.000100"
    (request,) = slack.requests
    assert request.headers["authorization"] == "Bearer xoxb-secret"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(request.body) == message(alert, delivery, BOT)


async def answered(reply: Reply, post: PostRequest, alert: Alert, delivery: Delivery, *, bot: bool) -> str | None:
    async with http_server({"/chat.postMessage": reply, "/hook/secret": reply}) as slack:
        ways = (
            {"token": "xoxb-secret", "channel": "C1", "api_url": slack.url}
            if bot
            else {"webhook_url": f"{slack.url}/hook/secret"}
        )
        return await Notifier(config(**ways), post).send(alert, delivery)


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (400, b"user_not_found", Rejected, "user_not_found"),
        (403, b"action_prohibited", Rejected, "action_prohibited"),
        (404, b"no_service", Rejected, "make a new one"),
        (410, b"channel_is_archived", Rejected, "archived"),
        (404, b"<html>a page of somebody else</html>", Rejected, "answered 404"),
        (307, b"", Rejected, "redirect"),
        (401, b"", Unauthorized, "credentials"),
        (429, b"", Unreachable, "429"),
        (500, b"rollup_error", Unreachable, "rollup_error"),
        (503, b"upstream_broken", Unreachable, "503"),
    ],
)
async def test_what_a_webhook_answers(  # noqa: PLR0917  # pytest hands them over by name
    status: int, body: bytes, error: type[MonitorError], words: str, alert: Alert, delivery: Delivery, post: PostRequest
) -> None:
    with pytest.raises(error, match=words) as caught:
        await answered(Reply(status, body, {"Retry-After": "7"}), post, alert, delivery, bot=False)
    assert "secret" not in str(caught.value)
    assert "somebody else" not in str(caught.value)
    if isinstance(caught.value, Unreachable):
        assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("ratelimited", Unreachable), ("internal_error", Unreachable), ("fatal_error", Unreachable),
        ("request_timeout", Unreachable), ("team_access_not_granted", Unreachable),
        ("invalid_auth", Unauthorized), ("not_authed", Unauthorized), ("token_revoked", Unauthorized),
        ("token_expired", Unauthorized), ("account_inactive", Unauthorized), ("missing_scope", Unauthorized),
        ("channel_not_found", Rejected), ("is_archived", Rejected), ("not_in_channel", Rejected),
        ("restricted_action", Rejected), ("a_word_of_next_year", Rejected),
    ],
)  # fmt: skip
async def test_what_the_web_api_answers_with_200(
    word: str, error: type[MonitorError], alert: Alert, delivery: Delivery, post: PostRequest
) -> None:
    reply = Reply(200, json.dumps({"ok": False, "error": word}).encode(), {"Retry-After": "30"})
    with pytest.raises(error, match=word) as caught:
        await answered(reply, post, alert, delivery, bot=True)
    assert type(caught.value) is error
    if isinstance(caught.value, Unreachable):
        assert caught.value.retry_after == 30


async def test_a_webhook_that_takes_the_message_gives_no_receipt(
    alert: Alert, delivery: Delivery, post: PostRequest
) -> None:
    assert await answered(Reply(200, b"ok"), post, alert, delivery, bot=False) is None


@pytest.mark.parametrize("body", [b"<html>sign in to this hotel</html>", b"", b"[1]", b'{"ok": "yes"}', b"[" * 4000])
async def test_a_200_that_is_not_slacks_is_no_arrival(
    body: bytes, alert: Alert, delivery: Delivery, post: PostRequest
) -> None:
    with pytest.raises(Unreachable, match="without saying ok"):
        await answered(Reply(200, body), post, alert, delivery, bot=True)


@pytest.mark.parametrize("word", ["invalid_blocks", "msg_blocks_too_long", "invalid_payload"])
async def test_a_message_refused_for_its_form_is_sent_again_as_mere_text(
    word: str, alert: Alert, delivery: Delivery, post: PostRequest
) -> None:
    def picky(request: Request) -> Reply:
        refused = {"ok": False, "error": word} if "blocks" in json.loads(request.body) else {"ok": True, "ts": "2"}
        return Reply(200, json.dumps(refused).encode())

    async with http_server({"/chat.postMessage": picky}) as slack:
        settings = config(token="xoxb-secret", channel="C1", api_url=slack.url)
        assert await Notifier(settings, post).send(alert, delivery) == "2"
    assert json.loads(slack.requests[1].body) == plainer(alert, delivery, settings)
    assert delivery.id in json.loads(slack.requests[1].body)["text"]


async def test_a_form_refused_twice_is_refused(alert: Alert, delivery: Delivery, post: PostRequest) -> None:
    async with http_server({"/hook": Reply(400, b"invalid_payload")}) as slack:
        settings = config(webhook_url=f"{slack.url}/hook")
        with pytest.raises(Rejected, match="invalid_payload"):
            await Notifier(settings, post).send(alert, delivery)
    assert len(slack.requests) == 2


async def test_the_webhooks_address_is_in_no_error(alert: Alert, delivery: Delivery) -> None:
    async with http_server({}) as gone:
        url = f"{gone.url}/services/T0/B0/topsecret"
    for settings in (config(webhook_url=url), config(webhook_url=url, allow_private=[])):
        with pytest.raises(MonitorError) as caught:
            await Notifier(settings, Fetcher(user_agent="test").post).send(alert, delivery)
        assert "topsecret" not in f"{caught.value!r} {settings!r}"


async def test_metadata_that_is_refused_is_left_out(alert: Alert, delivery: Delivery, post: PostRequest) -> None:
    def picky(request: Request) -> Reply:
        refused = {"ok": False, "error": "invalid_metadata_schema"}
        return Reply(200, json.dumps(refused if "metadata" in json.loads(request.body) else {"ok": True}).encode())

    async with http_server({"/chat.postMessage": picky}) as slack:
        settings = config(token="xoxb-secret", channel="C1", api_url=slack.url)
        await Notifier(settings, post).send(alert, delivery)
    assert "blocks" not in json.loads(slack.requests[1].body)


async def test_an_answer_as_long_as_slacks_is_read_whole(delivery: Delivery, post: PostRequest) -> None:
    armenian = make_alert(text="Սահմանին կրակոցներ են։ " * 3_000)  # an answer repeats it, each letter as six bytes
    async with opened(Workspace(), post) as notifier:
        assert await notifier.send(armenian, delivery)


def test_hostile_text_is_what_the_tests_mean() -> None:
    assert "<!channel>" in EVIL_TEXT
    assert len(EVIL_TEXT) > 50_000

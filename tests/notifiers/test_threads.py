"""What goes on with an incident: where it stands in every channel, and what it says of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import structlog

from monitor.errors import Rejected, Unreachable
from monitor.model import Alert, Delivery, Joined, Severity, changed
from monitor.notifiers import PostRequest, console, slack, webhook
from monitor.notifiers import email as mailing
from monitor.notifiers._why import plain
from monitor.notifiers._wording import facts, headline
from monitor.notifiers.slack import for_all, message, thread
from tests.notifiers.alerts import make_alert, make_delivery, make_notice
from tests.notifiers.letters import config, html_of
from tests.notifiers.mail import mail_server
from tests.notifiers.workspace import BOT, HOOK, Workspace, opened
from tests.servers import Reply, http_server

ROOT = "f" * 32
LINK = "https://desk.example/acknowledge/abc/sig?x=1&y=2"
WHERE = "the incident opened 10:32 UTC (statement 5)"
SHARED = "it also speaks of Kelbajar; the first of AZ on it"


def fifth(adds: str | None = "the first of AZ on it", severity: Severity = "high", **changes: Any) -> Alert:
    alert = make_alert(**changes)
    joined = Joined(
        incident="abc", number=5, adds=adds, why="it also speaks of Kelbajar",
        opened=alert.raised - timedelta(minutes=30),
    )  # fmt: skip
    return changed(alert, incident=joined, verdict=changed(alert.verdict, severity=severity))


def following(alert: Alert, follows: str | None = None, **changes: Any) -> Delivery:
    return changed(make_delivery(alert), root=ROOT, follows=follows, acknowledge=LINK, **changes)


def blocks(alert: Alert, delivery: Delivery, settings: slack.Config) -> str:
    return json.dumps(message(alert, delivery, settings)["blocks"], ensure_ascii=False)


# --- what is said ---


def test_why_says_of_which_incident_it_is_part() -> None:
    alert = fifth()
    assert f"• part of {WHERE}: {SHARED}" in plain(alert, make_delivery(alert), limit=500).split("\n")
    assert f"<li><bdi>part of {WHERE}: {SHARED}</bdi></li>" in html_of(
        mailing.message(alert, make_delivery(alert), config())
    )
    gathered = fifth(adds=None)
    assert f"• part of {WHERE}: it also speaks of Kelbajar\n" in plain(gathered, make_delivery(gathered), limit=500)


def test_an_incident_of_yesterday_says_so_and_one_without_a_beginning_says_none() -> None:
    alert = fifth()
    assert alert.incident
    old = changed(alert, incident=changed(alert.incident, opened=alert.raised - timedelta(days=1)))
    assert "the incident opened 15 Nov 11:02 UTC (statement 5)" in plain(old, make_delivery(old), limit=500)
    unknown = changed(alert, incident=changed(alert.incident, opened=None))
    assert "part of the incident (statement 5): it" in plain(unknown, make_delivery(unknown), limit=500)


def test_what_opens_an_incident_says_nothing_of_it() -> None:
    alert = changed(make_alert(), incident=Joined(incident="abc"))
    assert plain(alert, make_delivery(alert), limit=500) == plain(make_alert(), make_delivery(alert), limit=500)


def test_a_console_says_what_it_continues_and_where_to_acknowledge() -> None:
    alert = fifth()
    lines = console.message(alert, following(alert), console.Config(id="ops")).splitlines()
    assert lines[5:7] == [f"  continues {WHERE}: {SHARED}", f"  acknowledge: {LINK}"]
    first_here = console.message(alert, make_delivery(alert), console.Config(id="ops")).splitlines()
    assert first_here[5] == f"  part of {WHERE}: {SHARED}"
    assert len(first_here) == 7


def test_a_webhook_has_incident_root_and_acknowledge_as_data() -> None:
    alert = fifth()
    hook = webhook.Config.model_validate({"id": "ops", "url": "https://a.example", "unsigned": True})
    data = json.loads(webhook.message(alert, following(alert), hook))["data"]
    assert data["incident"] == {
        "id": "abc", "number": 5, "adds": "the first of AZ on it", "why": "it also speaks of Kelbajar",
        "opened": "2021-11-16T10:32:05Z",
    }  # fmt: skip
    assert (data["root"], data["acknowledge"]) == (ROOT, LINK)
    alone = json.loads(webhook.message(make_alert(), make_delivery(make_alert()), hook))["data"]
    assert (alone["incident"], alone["root"], alone["acknowledge"]) == (None, None, None)


def test_the_link_to_acknowledge_is_in_every_form_and_nothing_else_is_a_link() -> None:
    alert = fifth()
    assert f"Acknowledge: {LINK}\n" in plain(alert, following(alert), limit=500)
    assert "<https://desk.example/acknowledge/abc/sig?x=1&amp;y=2|Acknowledge>" in blocks(alert, following(alert), BOT)
    html = html_of(mailing.message(alert, following(alert), config()))
    assert '<a href="https://desk.example/acknowledge/abc/sig?x=1&amp;y=2" rel="noreferrer"><b>Acknowledge</b>' in html
    evil = changed(following(alert), acknowledge="javascript:alert(1)")
    assert "Acknowledge" not in plain(alert, evil, limit=500) + blocks(alert, evil, BOT)
    assert "Acknowledge" not in html_of(mailing.message(alert, evil, config()))


def test_that_somebody_has_it_in_hand_goes_on_with_the_incident() -> None:
    notice = make_notice(title="Ani has it in hand", text="On the situation at the border\n\nAni has it in hand.")
    notice = changed(
        notice, notice="acknowledged", origin=changed(notice.origin, id="abc", kind="incident", name="The border"),
        incident=Joined(incident="abc", number=5, adds="acknowledged"),
    )  # fmt: skip
    assert headline(notice) == "NOTICE · incident in hand · The border"
    assert facts(notice)[0] == ("Incident", "abc")
    assert message(notice, following(notice, "1.5"), BOT)["thread_ts"] == "1.5"
    assert "Continues the incident" in blocks(notice, following(notice), HOOK)
    assert "statement" not in blocks(notice, following(notice), HOOK)
    assert mailing.message(notice, following(notice), config())["References"] == f"<{ROOT}@example.org>"


# --- where it stands ---


@pytest.mark.parametrize(
    ("adds", "severity", "all_of_them"),
    [(None, "high", False), (None, "critical", True), ("a correction", "low", True)],
)
def test_a_bot_replies_in_the_thread_and_tells_the_channel_what_cannot_wait(
    adds: str | None, severity: Severity, all_of_them: bool
) -> None:
    alert = fifth(adds, severity)
    said = message(alert, following(alert, "1637060525.000100"), BOT)
    assert (said["thread_ts"], said["reply_broadcast"]) == ("1637060525.000100", all_of_them)
    assert for_all(alert) is all_of_them
    assert "Continues" not in json.dumps(said["blocks"])


@pytest.mark.parametrize("follows", [None, "", "250 2.0.0 queued as 4F3", "1637060525"])
def test_without_a_receipt_of_slacks_it_stands_in_the_channel_and_says_what_it_continues(follows: str | None) -> None:
    alert = fifth()
    delivery = following(alert, follows)
    said = message(alert, delivery, BOT)
    assert thread(delivery) is None
    assert not {"thread_ts", "reply_broadcast"} & said.keys()
    assert said["blocks"][1]["elements"][0]["text"] == f"Continues {WHERE}"


def test_a_webhook_of_slack_knows_no_threads() -> None:
    alert = fifth()
    said = message(alert, following(alert, "1637060525.000100"), HOOK)
    assert "thread_ts" not in said
    assert said["blocks"][1]["elements"][0]["text"] == f"Continues {WHERE}"


@pytest.mark.parametrize("stuff", ["& < > " * 10_000, "casualties. " * 5_000])
def test_slacks_limits_hold_with_all_that_is_said_of_an_incident(stuff: str) -> None:
    joined = Joined(incident="abc", number=5, adds=stuff, why=stuff)
    alert = changed(fifth(title=stuff, text=stuff, author=stuff, repost_of=stuff), incident=joined)
    texts = [
        part["text"] for block in message(alert, following(alert), HOOK)["blocks"]
        for part in (block.get("text"), *block.get("fields", ()), *block.get("elements", ())) if part
    ]  # fmt: skip
    assert all(0 < len(text) <= 3000 for text in texts)
    assert sum(map(len, texts)) < 13_000


def test_a_letter_refers_to_the_first_of_the_incident_and_a_correction_to_both() -> None:
    alert = fifth()
    letter = mailing.message(alert, following(alert), config())
    assert letter["References"] == letter["In-Reply-To"] == f"<{ROOT}@example.org>"
    second = fifth(revision=2)
    first = f"<{make_delivery(make_alert()).id}@example.org>"
    assert mailing.message(second, following(second), config())["References"] == f"<{ROOT}@example.org> {first}"
    own = changed(following(second), root=make_delivery(make_alert()).id)
    assert mailing.message(second, own, config())["References"] == first


async def test_two_letters_of_one_incident_arrive_as_one_conversation() -> None:
    first, then = make_alert(), fifth(title="Another")
    async with mail_server() as mail:
        notifier = mailing.Notifier(config(port=mail.port))
        await notifier.send(first, make_delivery(first))
        await notifier.send(then, changed(following(then), id="e" * 32, root=make_delivery(first).id))
    one, two = mail.letters
    assert two["In-Reply-To"] == two["References"] == one["Message-ID"]
    assert two["Message-ID"] != one["Message-ID"]


async def test_in_slack_a_reply_is_posted_under_the_first(post: PostRequest) -> None:
    alert, workspace = fifth(None), Workspace()
    async with opened(workspace, post) as notifier:
        ts = await notifier.send(make_alert(), make_delivery(make_alert()))
        assert ts
        assert await notifier.send(alert, following(alert, ts, id="e" * 32)) == workspace.messages[1]["ts"]
    assert [one.get("thread_ts") for one in workspace.messages] == [None, ts]
    assert workspace.messages[1]["reply_broadcast"] is False


@pytest.mark.parametrize("refuses", ["", "thread_not_found", "message_not_found", "restricted_action_thread_locked"])
async def test_a_thread_that_is_gone_loses_nothing(refuses: str, post: PostRequest) -> None:
    alert, workspace = fifth(None), Workspace(gone={"1637060525.000100"}, refuses=refuses)
    async with opened(workspace, post) as notifier:
        with structlog.testing.capture_logs() as logs:
            assert await notifier.send(alert, following(alert, "1637060525.000100"))
    (told,) = workspace.messages
    assert "thread_ts" not in told
    assert [(log["event"], log["why"]) for log in logs] == [("slack.thread_gone", refuses or "no thread any more")]
    if refuses:
        assert "Continues" in json.dumps(told["blocks"])


async def test_a_word_about_threads_is_a_refusal_where_there_is_none(post: PostRequest) -> None:
    alert = fifth()
    refusal = Reply(200, b'{"ok": false, "error": "thread_not_found"}')
    async with http_server({"/chat.postMessage": refusal}) as gone:
        settings = slack.Config.model_validate(
            {"id": "ops", "token": "xoxb-1", "channel": "C1", "api_url": gone.url, "allow_private": ["127.0.0.0/8"]}
        )
        with pytest.raises(Rejected, match="thread_not_found"):
            await slack.Notifier(settings, post).send(alert, make_delivery(alert))
    assert len(gone.requests) == 1


# --- a reply whose answer was lost ---


@pytest.mark.parametrize("gone", [False, True])
async def test_a_reply_that_arrived_is_found_in_its_thread_or_in_the_channel(gone: bool, post: PostRequest) -> None:
    root, alert, workspace = make_alert(), fifth(None), Workspace(page=1)
    async with opened(workspace, post) as notifier:
        ts = await notifier.send(root, make_delivery(root))
        assert ts
        for number in "12":
            await notifier.send(alert, following(alert, ts, id=number * 32))
        workspace.gone |= {ts} if gone else set()
        workspace.deaf = 1
        with pytest.raises(Unreachable):
            await notifier.send(alert, following(alert, ts, id="3" * 32))

        found = await notifier.send(alert, following(alert, ts, id="3" * 32, attempts=1))

    assert len(workspace.messages) == 4
    assert found == workspace.messages[3]["ts"]
    assert workspace.asked[0]["ts"] == [ts]
    assert ("ts" in workspace.asked[-1]) is not gone


async def test_a_reply_that_did_not_arrive_is_posted_into_its_thread(post: PostRequest) -> None:
    root, alert, workspace = make_alert(), fifth(None), Workspace()
    async with opened(workspace, post) as notifier:
        ts = await notifier.send(root, make_delivery(root))
        assert ts
        await notifier.send(alert, following(alert, ts, id="e" * 32, attempts=3))
    assert workspace.messages[1]["thread_ts"] == ts
    assert len(workspace.asked) == 1  # the thread is there: the channel need not be asked

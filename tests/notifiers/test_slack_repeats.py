"""A send whose answer was lost: what Slack has taken is not posted twice."""

from __future__ import annotations

import asyncio
import time

import pytest
import structlog

from monitor.errors import Unreachable
from monitor.model import Alert, Delivery, changed
from monitor.notifiers import PostRequest
from monitor.notifiers.slack import Notifier
from tests.notifiers.alerts import make_alert, make_delivery
from tests.notifiers.workspace import Workspace, config, opened
from tests.servers import Reply, Request, http_server


@pytest.fixture
def again(delivery: Delivery) -> Delivery:
    return changed(delivery, attempts=1)


async def test_a_message_whose_answer_was_lost_is_found_and_not_posted_twice(
    alert: Alert, delivery: Delivery, again: Delivery, post: PostRequest
) -> None:
    workspace = Workspace(deaf=1)
    async with opened(workspace, post) as notifier:
        with pytest.raises(Unreachable):
            await notifier.send(alert, delivery)
        assert workspace.asked == []  # a first send has nothing to look for

        assert await notifier.send(alert, again) == workspace.messages[0]["ts"]

    assert len(workspace.messages) == 1
    (asked,) = workspace.asked
    assert (asked["channel"], asked["limit"], asked["include_all_metadata"]) == (["C1"], ["200"], ["true"])
    assert 0 <= alert.raised.timestamp() - float(asked["oldest"][0]) <= 300


async def test_it_is_found_behind_other_messages_too(alert: Alert, again: Delivery, post: PostRequest) -> None:
    workspace = Workspace(page=2)
    async with opened(workspace, post) as notifier:
        first = await notifier.send(alert, changed(again, attempts=0))
        for number in range(5):
            other = make_alert(title=f"Another {number}")
            await notifier.send(other, changed(make_delivery(other), id=f"{number}"))

        assert await notifier.send(alert, again) == first

    assert len(workspace.asked) == 3


async def test_what_is_not_there_is_posted(alert: Alert, again: Delivery, post: PostRequest) -> None:
    workspace = Workspace()
    workspace.messages = [
        {"ts": "1699999999.000001", "text": f"who knows what became of {again.id}?"},  # a person's words
        {"ts": "1699999999.000002", "metadata": {"event_payload": {"delivery_id": "another"}}},
    ]
    async with opened(workspace, post) as notifier:
        ts = await notifier.send(alert, again)

    assert ts == workspace.messages[2]["ts"]


@pytest.mark.parametrize("refusal", ["missing_scope", "ratelimited", "not_in_channel"])
async def test_without_a_look_at_the_history_it_is_posted_and_that_is_told_once(
    refusal: str, alert: Alert, again: Delivery, post: PostRequest
) -> None:
    workspace = Workspace(refusal=refusal)
    async with opened(workspace, post) as notifier:
        with structlog.testing.capture_logs() as logs:
            await notifier.send(alert, again)
            await notifier.send(alert, again)

    assert len(workspace.messages) == 2
    assert [(log["event"], log["log_level"]) for log in logs] == [("slack.look_up_failed", "info")]
    assert refusal in logs[0]["why"]


@pytest.mark.parametrize("body", [b"", b"[1]", b"<html>", b'{"ok": true, "messages": 7, "response_metadata": [1]}'])
async def test_a_history_nobody_can_read_keeps_nothing_back(
    body: bytes, alert: Alert, again: Delivery, post: PostRequest
) -> None:
    workspace = Workspace(nonsense=body)
    async with opened(workspace, post) as notifier:
        assert await notifier.send(alert, again)

    assert len(workspace.messages) == 1


async def test_a_look_takes_half_of_the_patience_at_most(alert: Alert, again: Delivery, post: PostRequest) -> None:
    async def silent(request: Request) -> Reply:
        await asyncio.Event().wait()
        return Reply()

    workspace = Workspace()
    async with http_server({"/chat.postMessage": workspace.post_message, "/conversations.history": silent}) as slack:
        settings = config(token="xoxb-secret", channel="C1", api_url=slack.url, timeout=0.6)
        began = time.monotonic()
        assert await Notifier(settings, post).send(alert, again)
        assert 0.3 <= time.monotonic() - began < 1.2  # what the courier waits for the whole

    assert len(workspace.messages) == 1

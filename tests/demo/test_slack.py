"""The Slack of the demo, asked by the real notifier's calls."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from monitor.demo.sink import Sink
from monitor.demo.slack import CHANNEL, Slack


@pytest.fixture
def desk() -> Sink:
    return Sink()


@pytest.fixture
def slack(desk: Sink) -> Slack:
    return Slack(desk)


def post(slack: Slack, text: str, **more: Any) -> dict[str, Any]:
    return slack.call("chat.postMessage", json.dumps({"channel": CHANNEL, "text": text, **more}).encode())


def said(slack: Slack, method: str, **asked: str) -> list[str]:
    answer = slack.call(method, urlencode({"channel": CHANNEL, **asked}).encode())
    return [one["text"] for one in answer["messages"]]


def test_an_answer_stands_in_its_thread_and_in_the_channel_only_if_it_is_for_all(slack: Slack, desk: Sink) -> None:
    root = post(slack, "first")["ts"]
    post(slack, "second", thread_ts=root, reply_broadcast=False)
    post(slack, "third", thread_ts=root, reply_broadcast=True)
    post(slack, "other")

    assert [(one.thread == root, one.shown) for one in desk.arrivals] == [
        (True, True),
        (True, False),
        (True, True),
        (False, True),
    ]
    assert said(slack, "conversations.replies", ts=root) == ["first", "second", "third"]
    assert said(slack, "conversations.history") == ["first", "third", "other"]


def test_what_answers_a_message_that_is_gone_stands_by_itself_and_is_repeated_so(slack: Slack, desk: Sink) -> None:
    answer = post(slack, "late", thread_ts="1.000001")

    assert "thread_ts" not in answer["message"]
    assert desk.arrivals[0].thread == answer["ts"]


def test_messages_have_names_of_their_own_and_only_newer_ones_are_told(slack: Slack) -> None:
    first, second = (post(slack, text)["ts"] for text in ("first", "second"))

    assert float(first) < float(second)
    assert said(slack, "conversations.history", oldest=second) == ["second"]


@pytest.mark.parametrize(
    ("method", "body", "error"),
    [
        ("chat.delete", b"{}", "unknown_method"),
        ("chat.postMessage", b'{"channel": "C1"}', "channel_not_found"),
        ("conversations.replies", b"ts=1.000001", "thread_not_found"),
    ],
)
def test_it_says_no_as_slack_does(slack: Slack, method: str, body: bytes, error: str) -> None:
    assert slack.call(method, body) == {"ok": False, "error": error}

"""A Slack workspace on the loopback: one channel, and its threads, that keeps what is posted."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from monitor.notifiers import PostRequest
from monitor.notifiers.slack import Config, Notifier
from tests.servers import Reply, Request, http_server


def config(**settings: Any) -> Config:
    return Config.model_validate({"id": "ops", "allow_private": ["127.0.0.0/8"], **settings})


BOT = config(token="xoxb-secret", channel="C1")
HOOK = config(webhook_url="https://hooks.slack.com/services/T/B/secret")


_KEPT = ("metadata", "thread_ts", "reply_broadcast", "blocks")


@dataclass
class Workspace:
    """A channel that keeps what is posted.

    deaf       how many answers to posts are lost
    refusal    the error with which its history is kept back
    nonsense   what is said instead of its history
    gone       the `ts` of messages that somebody has deleted
    refuses    the word with which a reply to one of those is refused; without one it becomes a message of the channel
    page       how many messages of its history are told at once
    """

    messages: list[dict[str, Any]] = field(default_factory=list)
    deaf: int = 0
    refusal: str = ""
    nonsense: bytes | None = None
    page: int = 200
    gone: set[str] = field(default_factory=set)
    refuses: str = ""
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def post_message(self, request: Request) -> Reply:
        said = json.loads(request.body)
        if said.get("thread_ts") in self.gone:
            if self.refuses:
                return self.answer(ok=False, error=self.refuses)
            del said["thread_ts"]
        self.messages.append({"ts": f"{time.time():.0f}.{len(self.messages):06}", "text": said["text"]})
        self.messages[-1] |= {name: said[name] for name in _KEPT if name in said}
        if self.deaf:
            self.deaf -= 1
            raise ConnectionResetError
        return self.answer(ok=True, ts=self.messages[-1]["ts"], message=said)

    def history(self, request: Request) -> Reply:
        assert request.headers["authorization"] == "Bearer xoxb-secret"
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        asked = parse_qs(request.body.decode(), strict_parsing=True)
        self.asked.append(asked)
        if self.nonsense is not None:
            return Reply(200, self.nonsense)
        if self.refusal:
            return self.answer(ok=False, error=self.refusal)
        return self._page(asked, [one for one in reversed(self.messages) if _in_channel(one)])

    def replies(self, request: Request) -> Reply:
        asked = parse_qs(request.body.decode(), strict_parsing=True)
        self.asked.append(asked)
        (ts,) = asked["ts"]
        if ts in self.gone:
            return self.answer(ok=False, error="thread_not_found")
        return self._page(asked, [one for one in self.messages if ts in (one["ts"], one.get("thread_ts"))])

    def _page(self, asked: dict[str, list[str]], messages: list[dict[str, Any]]) -> Reply:
        newer = [one for one in messages if float(one["ts"]) > float(asked["oldest"][0])]
        at = int(asked.get("cursor", ["0"])[0])
        further = str(at + self.page) if at + self.page < len(newer) else ""
        return self.answer(ok=True, messages=newer[at : at + self.page], response_metadata={"next_cursor": further})

    @staticmethod
    def answer(**said: Any) -> Reply:
        return Reply(200, json.dumps(said).encode())


def _in_channel(message: dict[str, Any]) -> bool:
    """Whether a message stands in the channel itself: a reply does only if it was broadcast."""
    return "thread_ts" not in message or bool(message.get("reply_broadcast"))


@contextlib.asynccontextmanager
async def opened(workspace: Workspace, post: PostRequest) -> AsyncIterator[Notifier]:
    routes = {
        "/chat.postMessage": workspace.post_message,
        "/conversations.history": workspace.history,
        "/conversations.replies": workspace.replies,
    }
    async with http_server(routes) as slack:
        yield Notifier(config(token="xoxb-secret", channel="C1", api_url=slack.url, timeout=5), post)

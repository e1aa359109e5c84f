"""A Slack workspace on the loopback: one channel that keeps what is posted."""

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


@dataclass
class Workspace:
    """A channel that keeps what is posted.

    deaf       how many answers to posts are lost
    refusal    the error with which its history is kept back
    nonsense   what is said instead of its history
    page       how many messages of its history are told at once
    """

    messages: list[dict[str, Any]] = field(default_factory=list)
    deaf: int = 0
    refusal: str = ""
    nonsense: bytes | None = None
    page: int = 200
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def post_message(self, request: Request) -> Reply:
        said = json.loads(request.body)
        self.messages.append({"ts": f"{time.time():.0f}.{len(self.messages):06}", "text": said["text"]})
        if "metadata" in said:
            self.messages[-1]["metadata"] = said["metadata"]
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
        newer = [one for one in reversed(self.messages) if float(one["ts"]) > float(asked["oldest"][0])]
        at = int(asked.get("cursor", ["0"])[0])
        further = str(at + self.page) if at + self.page < len(newer) else ""
        return self.answer(ok=True, messages=newer[at : at + self.page], response_metadata={"next_cursor": further})

    @staticmethod
    def answer(**said: Any) -> Reply:
        return Reply(200, json.dumps(said).encode())


@contextlib.asynccontextmanager
async def opened(workspace: Workspace, post: PostRequest) -> AsyncIterator[Notifier]:
    routes = {"/chat.postMessage": workspace.post_message, "/conversations.history": workspace.history}
    async with http_server(routes) as slack:
        yield Notifier(config(token="xoxb-secret", channel="C1", api_url=slack.url, timeout=5), post)

"""A Slack of one channel: what a bot may ask of it, and the threads that come of it.

Sources: https://docs.slack.dev/reference/methods/chat.postMessage, conversations.history, conversations.replies
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from monitor.demo.sink import Sink

CHANNEL = "C0DEMO"
_POST, _HISTORY, _REPLIES = "chat.postMessage", "conversations.history", "conversations.replies"


class Slack:
    """Keeps its messages in order; each goes into `desk`, too, under the `ts` of the message that began its thread."""

    def __init__(self, desk: Sink) -> None:
        self._desk = desk
        self._messages: list[dict[str, Any]] = []

    def call(self, method: str, body: bytes) -> dict[str, Any]:
        """Answer one call of the Web API. `body`: JSON for a new message, else a form."""
        if method == _POST:
            return self._post(json.loads(body))
        if method not in {_HISTORY, _REPLIES}:
            return {"ok": False, "error": "unknown_method"}
        asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return self._said(asked.get("ts"), float(asked.get("oldest", "0")))

    def _post(self, message: dict[str, Any]) -> dict[str, Any]:
        """Take a message. What answers one that is not there stands by itself, as in Slack, and is repeated so."""
        if message.get("channel") != CHANNEL:
            return {"ok": False, "error": "channel_not_found"}
        ts = f"{datetime.now(UTC).timestamp():.0f}.{len(self._messages):06}"
        parent = message.pop("thread_ts", None)
        threaded = {"thread_ts": parent} if any(one["ts"] == parent for one in self._messages) else {}
        kept = {**message, **threaded, "ts": ts}
        self._messages.append(kept)
        shown = not threaded or bool(message.get("reply_broadcast"))
        self._desk.take(json.dumps(message, ensure_ascii=False), thread=threaded.get("thread_ts", ts), shown=shown)
        return {"ok": True, "channel": CHANNEL, "ts": ts, "message": kept}

    def _said(self, thread: str | None, oldest: float) -> dict[str, Any]:
        """Return the messages of a thread, or those that stand in the channel."""
        if thread and not any(one["ts"] == thread for one in self._messages):
            return {"ok": False, "error": "thread_not_found"}
        mine = [one for one in self._messages if thread in {one["ts"], one.get("thread_ts")}] if thread else [
            one for one in self._messages if "thread_ts" not in one or one.get("reply_broadcast")
        ]  # fmt: skip
        return {"ok": True, "messages": [one for one in mine if float(one["ts"]) >= oldest]}

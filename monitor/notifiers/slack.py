"""Alerts to a Slack channel, by an incoming webhook or by a bot's token (chat.postMessage).

What a message looks like is in `_blocks`. What goes on with an incident is a reply in the thread of its first message,
by a bot; a webhook knows no threads. See docs.slack.dev: reference/methods/chat.postMessage, conversations.history and
conversations.replies.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, Literal, Self
from urllib.parse import urlencode

import structlog
from pydantic import SecretStr, model_validator

from monitor.errors import MonitorError, Rejected, Unauthorized, Unreachable
from monitor.fetch import Answer, HttpUrl, retry_after
from monitor.model import SEVERITIES, Alert, Delivery, changed
from monitor.notifiers import NotifierConfig, PostRequest, accepted
from monitor.notifiers._blocks import blocks, escaped
from monitor.notifiers._text import host
from monitor.notifiers._why import plain
from monitor.pace import Duration

log = structlog.get_logger("notifiers.slack")

_FALLBACK_TEXT, _FALLBACK_LIMIT = 900, 8000  # of the post, and of all once escaped; Slack cuts at 40,000
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,12}")  # by which Slack knows a message
_WORD = re.compile(r"[a-z_]{1,60}")
_PAGES, _PAGE = 5, 200  # of a channel's messages looked through for one that may have arrived; messages in a page
_ANSWER = 8 * 1024 * 1024  # bytes of an answer, which repeats whole messages, each letter as six bytes
_CLOCKS_APART = 300.0  # seconds by which our clock may be ahead of Slack's

# What Slack's words mean for us; any other word is a refusal for good, which a person sees at once.
_FORM = {
    *("attachment_payload_limit_exceeded", "invalid_attachments", "invalid_blocks", "invalid_blocks_format"),
    *("invalid_metadata_format", "invalid_metadata_schema", "invalid_payload", "metadata_too_large"),
    *("msg_blocks_too_long", "msg_too_long", "no_text"),
}
_NO_THREAD = {
    *("cannot_reply_to_message", "invalid_thread_ts", "message_not_found", "restricted_action_non_threadable_channel"),
    *("restricted_action_thread_locked", "thread_locked", "thread_not_found"),
}
_LATER = {
    *("fatal_error", "internal_error", "org_login_required", "rate_limited", "ratelimited", "request_timeout"),
    *("rollup_error", "service_unavailable", "team_access_not_granted", "team_added_to_org"),
}
_CREDENTIALS = {
    *("access_denied", "account_inactive", "invalid_auth", "missing_scope", "no_permission"),
    *("not_allowed_token_type", "not_authed", "token_expired", "token_revoked"),
}
_ADVICE = {
    "channel_not_found": "check the channel's id (C…), and invite the bot if the channel is private",
    "not_in_channel": "invite the bot to the channel",
    "is_archived": "the channel is archived; choose another",
    "channel_is_archived": "the channel is archived; choose another",
    "missing_scope": "give the bot the scope chat:write",
    "no_service": "the webhook was removed; make a new one",
}


class Config(NotifierConfig):
    """Either `webhook_url`, or `token` (xoxb-…) and `channel` (its id, C…)."""

    kind: Literal["slack"] = "slack"
    webhook_url: SecretStr | None = None
    token: SecretStr | None = None
    channel: str | None = None
    api_url: HttpUrl = "https://slack.com/api"
    pause: Duration = 1.0  # Slack takes one message a second per channel

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.webhook_url is None) == (self.token is None):
            raise ValueError("a Slack channel needs either webhook_url, or token and channel; exactly one of the two")
        if (self.token is None) != (self.channel is None):
            raise ValueError("token and channel belong together; an incoming webhook has its channel built in")
        if self.webhook_url and not host(self.webhook_url.get_secret_value()):
            raise ValueError("webhook_url is no web address; one begins with https://hooks.slack.com/services/")
        return self


def message(alert: Alert, delivery: Delivery, settings: Config) -> dict[str, Any]:
    """Return the message as Slack wants it; its `text`, the alert in short, is for notifications and screen readers."""
    body = plainer(alert, delivery, settings)
    return body | {"blocks": blocks(alert, delivery, threaded="thread_ts" in body)}


def plainer(alert: Alert, delivery: Delivery, settings: Config) -> dict[str, Any]:
    """Return the message in the form that leaves Slack least to object to: text alone, nothing formatted."""
    text = escaped(plain(alert, delivery, limit=_FALLBACK_TEXT), _FALLBACK_LIMIT)
    body: dict[str, Any] = {"text": text, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    if settings.channel:
        payload = {"delivery_id": delivery.id, "alert_id": alert.id}
        body["channel"] = settings.channel
        body["metadata"] = {"event_type": "notice_raised" if alert.notice else "alert_raised", "event_payload": payload}
        if ts := thread(delivery):
            body |= {"thread_ts": ts, "reply_broadcast": for_all(alert)}
    return body


def thread(delivery: Delivery) -> str | None:
    """Return the `ts` of the message under which a delivery belongs; None also where the receipt is not Slack's."""
    return delivery.follows if delivery.follows and _TS.fullmatch(delivery.follows) else None


def for_all(alert: Alert) -> bool:
    """Return whether a reply shall stand in the channel too, not only in its thread."""
    return alert.verdict.severity == SEVERITIES[-1] or bool(alert.incident and alert.incident.adds)


class Notifier:
    def __init__(self, settings: Config, post: PostRequest) -> None:
        self.settings = settings
        self.post = post
        self._blind = False  # a look-up has failed before, which is told once

    async def send(self, alert: Alert, delivery: Delivery) -> str | None:
        """Post once; a message refused for its form once more as mere text. Return the message's `ts` (bot only).

        Where its thread is gone it becomes a message of the channel. Where an earlier attempt may have arrived and its
        answer been lost, a bot looks first and posts nothing twice.
        """
        if delivery.attempts and self.settings.token and (ts := await self._arrived_before(alert, delivery)):
            return ts
        answer = await self._posted(alert, delivery)
        if self.settings.token and thread(delivery) and (why := unthreaded(answer)):
            log.info(
                "slack.thread_gone", channel=self.settings.id, delivery=delivery.id, why=why, then="told in the channel"
            )
            if _word(answer):
                answer = await self._posted(alert, changed(delivery, follows=None))
        return receipt(answer, self.settings)

    async def _posted(self, alert: Alert, delivery: Delivery) -> Answer:
        answer = await self._post(message(alert, delivery, self.settings))
        if (word := _word(answer)) in _FORM:
            text = plainer(alert, delivery, self.settings)
            if "metadata" in str(word):
                text.pop("metadata", None)
            answer = await self._post(text)
        return answer

    async def _arrived_before(self, alert: Alert, delivery: Delivery) -> str | None:
        """Return the `ts` of the message that carries this delivery; None if it is not there or nobody can say.

        Then it is sent: twice is better than not at all. Takes half of `timeout` at most.
        """
        try:
            async with asyncio.timeout(self.settings.timeout / 2):
                return await self._found(alert, delivery, thread(delivery))
        except (MonitorError, TimeoutError) as error:
            why = str(error) or "no answer in time"
        if not self._blind:
            log.info("slack.look_up_failed", channel=self.settings.id, why=why, then="sent all the same, perhaps twice")
        self._blind = True
        return None

    async def _found(self, alert: Alert, delivery: Delivery, ts: str | None) -> str | None:
        """Look through the thread of `ts`, or through the channel, where a reply stands if its thread is gone."""
        since, cursor = alert.raised.timestamp() - _CLOCKS_APART, ""
        for _ in range(_PAGES):
            said = await self._page(since, cursor, ts)
            if ts and said.get("error") in _NO_THREAD:
                ts = None
                continue
            found, cursor = carried_by(said, delivery), further(said)
            if found or not cursor:
                return found
        raise Unreachable(f"its last {_PAGES * _PAGE} messages do not reach back far enough")

    async def _page(self, since: float, cursor: str, ts: str | None) -> dict[str, Any]:
        """Return a page of a thread's or the channel's messages after a moment in Unix seconds, as Slack says it.

        Also if it says that the thread is gone.
        """
        method = "conversations.replies" if ts else "conversations.history"
        asked = {
            "channel": self.settings.channel,
            "oldest": f"{since:.6f}",
            "include_all_metadata": "true",
            "limit": _PAGE,
        } | {name: value for name, value in (("cursor", cursor), ("ts", ts)) if value}
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = await self._call(method, urlencode(asked).encode(), form)
        said = _said(answer)
        if said.get("ok") is not True and not (ts and _word(answer) in _NO_THREAD):
            raise Unreachable(f"{method}: {_word(answer) or f'unreadable answer {answer.status}'}")
        return said

    async def _post(self, body: dict[str, Any]) -> Answer:
        content = json.dumps(body, ensure_ascii=False).encode()
        return await self._call("chat.postMessage", content, {"content-type": "application/json; charset=utf-8"})

    async def _call(self, method: str, content: bytes, headers: dict[str, str]) -> Answer:
        """Call a method of the Web API; a channel with a webhook has only that."""
        settings = self.settings
        url = f"{settings.api_url.rstrip('/')}/{method}"
        if settings.webhook_url:
            url = settings.webhook_url.get_secret_value()
        if settings.token:
            headers = headers | {"authorization": f"Bearer {settings.token.get_secret_value()}"}
        return await self.post(
            url, content=content, headers=headers, allow_private=settings.allow_private, timeout=settings.timeout,
            most=_ANSWER,
        )  # fmt: skip


def carried_by(history: dict[str, Any], delivery: Delivery) -> str | None:
    """Return the `ts` of the message in a page of history that carries the delivery in its metadata. Pure.

    What people write does not count: they may quote an id that was given up.
    """
    messages = history.get("messages")
    for one in messages if isinstance(messages, list) else ():
        match one:
            case {"ts": str(ts), "metadata": {"event_payload": {"delivery_id": found}}} if found == delivery.id:
                return ts
    return None


def further(history: dict[str, Any]) -> str:
    """Return what leads to the next page of history, empty where there is none. Pure."""
    match history:
        case {"response_metadata": {"next_cursor": str(cursor)}}:
            return cursor
    return ""


def unthreaded(answer: Answer) -> str | None:
    """Return why a reply is in no thread: Slack refused it, or the parent is gone, and it became a message. Pure.

    Of the second Slack says nothing but that the message it repeats has no `thread_ts`.
    """
    if (word := _word(answer)) in _NO_THREAD:
        return word
    repeated = _said(answer).get("message")
    return "no thread any more" if isinstance(repeated, dict) and "thread_ts" not in repeated else None


def receipt(answer: Answer, settings: Config) -> str | None:
    """Return the message's `ts` (None from a webhook), or raise what the answer means."""
    place = f"channel {settings.id}: Slack"
    word = _word(answer)
    why = f"{word}; {_ADVICE[word]}" if word in _ADVICE else word
    if word in _LATER:
        wait, status = retry_after(answer.headers), answer.status
        raise Unreachable(f"{place} cannot now ({why}); it is tried again", retry_after=wait, status=status)
    if word in _CREDENTIALS:
        raise Unauthorized(f"{place} refuses the credentials ({why})")
    if word and answer.status < 429:
        raise Rejected(f"{place} refuses the message ({why})", status=answer.status)
    accepted(answer, place)
    if settings.webhook_url:
        return None
    said = _said(answer)
    if said.get("ok") is not True:
        raise Unreachable(f"{place} answered 200 without saying ok; it is tried again", status=answer.status)
    return str(said.get("ts") or "") or None


def _word(answer: Answer) -> str | None:
    """Return the word by which Slack says no: the body of a webhook's answer, or `error` in a 200 of the Web API."""
    said = _said(answer)
    word = said.get("error") if said.get("ok") is False else None
    if not said and answer.status >= 400:
        word = answer.body[:100].decode("ascii", "replace").strip()
    return word if isinstance(word, str) and _WORD.fullmatch(word) else None


def _said(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}

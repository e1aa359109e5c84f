"""Hostile posts as alerts: what becomes of them in a letter, a webhook's body and a Slack message."""

from __future__ import annotations

import email
import email.policy
import json
import re
from html.parser import HTMLParser
from typing import Any

from monitor.model import Alert, Match, changed
from monitor.notifiers import _letter, _text, slack, webhook
from monitor.notifiers import email as mailing
from tests.fuzz import Target, parts, string
from tests.notifiers.alerts import EVIL_TEXT, EVIL_TITLE, make_alert, make_delivery

MAIL = mailing.Config.model_validate(
    {"id": "ops", "kind": "email", "host": "mail.example", "from": "Monitor <m@ours.example>", "to": ["d@ours.example"]}
)
HOOK = webhook.Config.model_validate({"id": "ops", "kind": "webhook", "url": "https://hook.example/", "unsigned": True})
SLACK = slack.Config.model_validate({"id": "ops", "kind": "slack", "token": "xoxb-1", "channel": "C1"})

_HEADERS = {
    *("from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress", "mime-version"),
    *("content-type", "in-reply-to", "references"),
}
_TAGS = {
    *("html", "head", "meta", "title", "body", "h2", "h3", "p", "br", "b", "bdi", "ul", "li", "q", "mark"),
    *("small", "a"),
}
_STEERING = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class _Page(HTMLParser):
    """Notes tags, and whatever could run or load something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") or name in ("src", "srcset", "action") for name, _ in attrs)
        self.addresses += [value or "" for name, value in attrs if name == "href"]


def _alert(data: bytes) -> Alert:
    numbers, *words = parts(data, 6)
    title, author, link, reason, text = map(string, words)
    spans = [(numbers[at] * 2, numbers[at] * 2 + numbers[at + 1]) for at in range(0, len(numbers) - 1, 2)]
    given = make_alert(
        title=title, text=text, author=author or None, permalink=link, repost_of=link, revision=1 + len(numbers) % 2
    )
    fits = [(start, end) for start, end in spans if start < end <= len(text)]
    matches = tuple(
        Match(rule=reason[:40], topic=author[:40], term="t", field="text", start=start, end=end, words=text[start:end])
        for start, end in fits
    )
    return changed(given, verdict=changed(given.verdict, matches=matches, reasons=(reason,)))


def letter(data: bytes) -> None:
    """A letter has our headers and no others, one line each; its HTML holds our tags and one link to the web."""
    alert = _alert(data)
    sent = _letter.letter(alert, make_delivery(alert), MAIL).as_bytes()
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    assert b"\n" not in sent.replace(b"\r\n", b"")
    read: Any = email.message_from_bytes(sent, policy=email.policy.default)
    names = [name.lower() for name, _ in read.items()]
    assert set(names) <= _HEADERS
    assert len(names) == len(set(names))
    assert not _STEERING.search(str(read["subject"]))
    assert str(read["to"]) == "d@ours.example"
    plain, page = (part.get_content() for part in read.iter_parts())
    assert not _STEERING.search(plain)
    assert not _STEERING.search(page)
    seen = _Page()
    seen.feed(page)
    assert seen.tags <= _TAGS
    assert all(_text.host(address) for address in seen.addresses)


def webhook_body(data: bytes) -> None:
    """A webhook's body is JSON below its limit and keeps the names of the alert."""
    alert = _alert(data)
    body = webhook.message(alert, make_delivery(alert), HOOK)
    assert len(body) <= webhook.BODY_LIMIT
    read = json.loads(body.decode())
    assert read["type"] == "alert.raised"
    assert read["data"]["id"] == alert.id
    assert read["data"]["post"]["key"] == alert.post.key


def slack_message(data: bytes) -> None:
    """A Slack message keeps Slack's limits and mentions nobody."""
    alert = _alert(data)
    message = slack.message(alert, make_delivery(alert), SLACK)
    json.dumps(message).encode()
    for block in message["blocks"]:
        for part in (block.get("text"), *block.get("fields", ()), *block.get("elements", ())):
            assert part is None or 0 < len(part["text"]) <= 3000
            assert part is None or not _STEERING.search(part["text"])
    assert len(message["blocks"][0]["text"]["text"]) <= 150
    texts = [message["text"], *(block["text"]["text"] for block in message["blocks"] if "text" in block)]
    for text in texts:
        assert not re.search(r"<[!@#]|@(?:channel|here|everyone)\b", text)
    link = message["blocks"][-2]["text"]["text"]
    assert link.startswith("_No usable") or re.fullmatch(r"<https?://[^\s<>|]+\|Original at [^<>|\n]+>", link)


_ORDINARY = b"\x02\x05\x1eTitle\x1eA. Author\x1ehttps://mod.example/7\x1eit fired\x1eWords near the border. More words."
_EVIL = (
    b"\x1e".join(
        word.encode()
        for word in (
            "\x05\x30\x06\x01\x02",
            EVIL_TITLE,
            "\x1b[2J<!everyone>\u2029Bcc: c@x.example",
            "https://e.example/|x>\u2028y",
        )
    )
    + b"\x1e=?utf-8?q?x?= \r\nBcc: x\x1e"
    + EVIL_TEXT[:900].encode()
)
_WORDS = (
    *("\r\n", "\nBcc: x@y.example", "=?utf-8?q?", "?=", "<script>", "<!channel>", "<@U1>", "@here", "&lt;"),
    *("&#60;", "\u202e"),
    *("\u2028", "\x85", "\x1b[", "https://", "|", ">", "\\", "\ufeff", "\u200d", "\ud7ff", "\U0001f3f4", '"', "'"),
)

FOUND = {
    "letter": Target(letter, (_ORDINARY, _EVIL), _WORDS),
    "webhook": Target(webhook_body, (_ORDINARY, _EVIL), _WORDS),
    "slack": Target(slack_message, (_ORDINARY, _EVIL), _WORDS),
}

"""One ordinary alert, and the words of somebody who means us harm."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.model import Alert, Delivery, Match, Media, Origin, Post, Verdict, alert_id, delivery_id, post_key
from monitor.notices import notice

TEXT = (
    "Statement of the press service.\n\n"
    "At about 13:00 units of the armed forces opened fire on positions near the border. There are 2 casualties. "
    "The situation is quiet now."
)
EVIL_TEXT = (
    "<!channel> <@U012345> @here <https://evil.example|https://bank.example> *bold* & <script>alert(1)</script>\u2028"
    "Bcc: everyone@example.org\r\nBcc: more@example.org\x85\x1b[31mred\x1b]0;title\x07 \u202egnp.exe\u202c "
    "\u200fעברית\u200f casualties " + "\U0001f3f4" * 200 + "x" * 50_000 + "\x00"
)
EVIL_TITLE = "=?utf-8?q?=0ABcc:_victim@example.org?= \u2028Bcc: a@example.org\x85\x0b\x0cSubject: b\r\nX: y <!channel>"


def matched(rule: str, topic: str, text: str, words: str) -> Match:
    start = text.index(words)
    return Match(rule=rule, topic=topic, term=words, field="text", start=start, end=start + len(words), words=words)


def make_alert(*, revision: int = 1, **changes: Any) -> Alert:
    post = Post(
        **{
            "key": post_key("mod-am", "7"), "source": "mod-am", "kind": "rss", "native_id": "7", "revision": revision,
            "published": datetime(2021, 11, 16, 11, 0, tzinfo=UTC), "seen": datetime(2021, 11, 16, 11, 2, tzinfo=UTC),
            "title": "On the situation at the border", "text": TEXT, "language": "en",
            "permalink": "https://mod.example/en/news/7?a=1&b=2",
            "media": (Media(type="video", url="https://x.example/v"),),
            **changes,
        }
    )  # fmt: skip
    matches = [("fire", "border", "opened fire"), ("fire", "border", "border"), ("losses", "casualties", "casualties")]
    return Alert(
        id=alert_id(post),
        post=post,
        origin=Origin(
            id="mod-am", kind="rss", name="Ministry of Defence", party="AM", official=True, timezone="Asia/Yerevan"
        ),
        verdict=Verdict(
            alert=True, severity="high", topics=("border", "casualties"), rules=("fire", "losses"), to=("ops",),
            matches=tuple(matched(r, t, post.text, w) for r, t, w in matches if w in post.text), reasons=("it fired",),
        ),
        raised=datetime(2021, 11, 16, 11, 2, 5, tzinfo=UTC),
        update=revision > 1,
    )  # fmt: skip


def make_notice(**changes: Any) -> Alert:
    """A ministry that has been silent for nine hours."""
    origin = make_alert().origin
    said = {
        "title": "No new post for 9 hours",
        "text": "At this time of a Tuesday it has usually published 6 posts by now. Its feed answers, and shows the "
        "posts it showed at 06:00.\n\nOpen its page in a browser: if there are newer posts, its feed stands still.",
        **changes,
    }
    noticed = datetime(2021, 11, 16, 11, 2, 5, tzinfo=UTC)
    since = datetime(2021, 11, 16, 2, 0, tzinfo=UTC)
    return notice("silent", origin, now=noticed, since=since, severity="high", to=("ops",), **said)


def make_delivery(alert: Alert, channel: str = "ops") -> Delivery:
    return Delivery(id=delivery_id(alert.id, channel), alert=alert.id, channel=channel)

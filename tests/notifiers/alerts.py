"""One ordinary alert, and the words of somebody who means us harm."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.model import (
    Alert,
    Delivery,
    Guard,
    Match,
    Media,
    Mention,
    Origin,
    Post,
    Verdict,
    alert_id,
    changed,
    delivery_id,
    post_key,
)
from monitor.notices import notice

TEXT = (
    "Statement of the press service.\n\n"
    "At about 13:00 units of the armed forces opened fire on positions near the border. There are 2 casualties. "
    "The situation is quiet now."
)
RUSSIAN = (
    "В 13:00 противник открыл огонь по позициям на границе близ Гориса и Лачина.\n\n"
    "Сообщения о потерях не соответствуют действительности. Убитых нет."
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


def spot(words: str, text: str = RUSSIAN) -> dict[str, Any]:
    """Where words stand, as matches, guards and mentions have it."""
    start = text.index(words)
    return {"field": "text", "start": start, "end": start + len(words), "words": words}


def make_explained(**changes: Any) -> Alert:
    """An alert with all there is to hold against it: a denial, something cancelled, two places, a language."""
    alert = make_alert(title="О ситуации на границе", text=RUSSIAN, media=(), language="ru")
    verdict: dict[str, Any] = {
        "language": "ru",
        "languages": ("ru",),
        "matches": (
            Match(rule="fire", topic="border", term="открыл* огонь", **spot("открыл огонь")),
            Match(rule="border", topic="border", term="граница", **spot("границе")),
            Match(rule="losses", topic="casualties", term="потерях", **spot("потерях")),
        ),
        "guards": (
            Guard(guard="denial", **spot("не соответствуют действительности")),
            Guard(guard="unless", cancels=("Убитых",), **spot("Убитых нет")),
        ),
        "places": (
            Mention(place="goris", name="Goris", at=(39.5111, 46.3417), **spot("Гориса")),
            Mention(place="lachin", name="Lachin", **spot("Лачина")),
        ),
    }
    return changed(alert, verdict=changed(alert.verdict, **(verdict | changes)))


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

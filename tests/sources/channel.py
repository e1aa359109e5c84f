"""A channel of Telegram and the preview page that t.me makes of it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from monitor.model import Reading
from monitor.sources import telegram
from tests.servers import Reply, Request

URL = "https://t.me/s/ministry"
PAGE = 20


def settings(**more: object) -> telegram.Config:
    return telegram.Config.model_validate({"id": "m", "url": URL, "terms": "accepted", **more})


def read(html: str, url: str = URL) -> Reading:
    return telegram.read(html.encode(), {"content-type": "text/html; charset=utf-8"}, url, settings(language="ru"))


def text(html: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{html}</div>'


def view(number: int, message: int, taken: int = 1) -> str:
    """What the page's script tells back when a message was seen: channel, message and the time of asking."""
    told = json.dumps({"c": -number, "p": message, "t": taken, "h": "0f"}).encode()
    return base64.urlsafe_b64encode(told).decode().rstrip("=") + ":f2"


def wrapped(
    post: str,
    inside: str,
    *,
    date: str = "2026-11-22T08:00:00+00:00",
    meta: str = "",
    more: str = "",
    classes: str = "text_not_supported_wrap",
) -> str:
    """Return one message. `more`: further attributes; `meta`: words before the hour."""
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message {classes} js-widget_message" data-post="{post}" {more}>'
        f'<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author accent_color">'
        f'<a class="tgme_widget_message_owner_name" href="https://t.me/ministry"><span>The Ministry</span></a></div>'
        f"{inside}"
        '<div class="tgme_widget_message_footer"><div class="tgme_widget_message_info">'
        '<span class="tgme_widget_message_views">3.12K</span><span class="copyonly"> views</span>'
        f'<span class="tgme_widget_message_meta">{meta}<a class="tgme_widget_message_date" href="https://t.me/{post}">'
        f'<time datetime="{date}" class="time">12:00</time></a></span></div></div></div></div></div>'
    )


def page(*messages: str, more: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>The Ministry – Telegram</title></head><body>"
        f'<section class="tgme_channel_history js-message_history">{more}{"".join(messages)}</section></body></html>'
    )


LANDING = (
    '<!DOCTYPE html><html><body class="no_transition"><div class="tgme_page_wrap"><div class="tgme_page">'
    '<div class="tgme_page_title"><span>The Ministry</span></div><a class="tgme_action_button_new" '
    'href="tg://resolve?domain=ministry">View in Telegram</a></div></div></body></html>'
)


@dataclass
class Channel:
    """Serves `/s/<name>` as t.me does: twenty messages a page, `?before=`, and tokens that change with each answer."""

    name: str = "ministry"
    number: int = 1084368520
    words: dict[int, str] = field(default_factory=dict)
    edited: set[int] = field(default_factory=set)
    preview: bool = True
    asked: int = 0

    def say(self, *numbers: int, words: str = "Statement number {}.") -> None:
        self.words |= {number: words.format(number) for number in numbers}

    def __call__(self, request: Request) -> Reply:
        self.asked += 1
        if not self.preview:
            return Reply(302, headers={"Location": f"/{self.name}"})
        before = parse_qs(urlsplit(request.path).query).get("before", [""])[0]
        shown = sorted(number for number in self.words if not before or number < int(before))[-PAGE:]
        return Reply(200, self._page(shown).encode(), {"Content-Type": "text/html; charset=utf-8"})

    def _page(self, shown: list[int]) -> str:
        older = any(number < shown[0] for number in self.words) if shown else False
        link = f'href="/s/{self.name}?before={shown[0]}" data-before="{shown[0]}"' if older else ""
        more = f'<a class="tme_messages_more js-messages_more" {link}></a>' if older else ""
        return page(*(self._message(number) for number in shown), more=more)

    def _message(self, number: int) -> str:
        picture = f"https://cdn4.telegram-cdn.example/file/{number}.jpg?token={self.asked}"
        photo = (
            f'<a class="tgme_widget_message_photo_wrap 51 1_{self.asked}" href="https://t.me/{self.name}/{number}" '
            f"style=\"width:800px;background-image:url('{picture}')\"></a>"
        )
        return wrapped(
            f"{self.name}/{number}",
            photo + text(self.words[number]),
            meta="edited &nbsp;" if number in self.edited else "",
            more=f'data-view="{view(self.number, number, self.asked)}"',
        )

"""One message of a preview page, from its HTML to a post. Pure.

What changes with each answer though nobody changed the message (views, reactions, votes) becomes no part of the text.
"""

from __future__ import annotations

import base64
import json
import re
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from monitor import dates, markup
from monitor.model import Post, post_key
from monitor.sources import SourceConfig
from monitor.sources.telegram import media
from monitor.sources.telegram.parts import first, own

_PLACE = re.compile(r"([A-Za-z0-9_]{1,64})/([0-9]{1,18})")
_PEER = re.compile(r"c([0-9]{1,18})_")
_BOT_API = 10**12  # the same number as bots are given it: -100 and then its digits


class Message(NamedTuple):
    """`name`: of the channel, as it writes itself; `channel`: its number, if the page tells it."""

    node: LexborNode
    name: str
    number: int
    channel: str | None

    @property
    def is_service(self) -> bool:
        """Whether nobody said this: a message was pinned, a picture changed."""
        return "service_message" in (self.node.attributes.get("class") or "").split()


def identified(node: LexborNode) -> Message | None:
    """Return a message with its number; None if it has none."""
    place = _PLACE.fullmatch(node.attributes.get("data-post") or "")
    return Message(node, place[1], int(place[2]), _channel(node)) if place else None


def post(message: Message, settings: SourceConfig, url: str) -> Post:
    """Return what a message says. Its key is made of its number, which outlives a change of the channel's name."""
    node = message.node
    permalink = f"https://t.me/{message.name}/{message.number}"
    words = _words(node)
    attached = media.attached(node, url, permalink)
    when = first(node, ".tgme_widget_message_date time[datetime]")
    reply = first(node, ".tgme_widget_message_reply")
    return Post(
        key=post_key(settings.id, str(message.number)),
        source=settings.id,
        kind="telegram",
        native_id=f"{message.name}/{message.number}",
        author=_line(node, ".tgme_widget_message_from_author") or message.name,
        published=dates.parse((when and when.attributes.get("datetime")) or "", None),
        text=words,
        language=settings.language,
        permalink=permalink,
        media=attached,
        repost_of=_forwarded(node, url),
        reply_to=(reply and markup.link(reply.attributes.get("href") or "", url)) or None,
        flags=_flags(node, shown=bool(words or attached)),
    )


def number(post: Post) -> int:
    """Return the number of the message that a post is."""
    return int(post.native_id.rpartition("/")[2])


def _words(node: LexborNode) -> str:
    """Return the text or caption, then a poll with its options, then the name of a place."""
    texts = [markup.text(one.html or "") for one in own(node, ".js-message_text") if not _is_nested(one)]
    places = (".tgme_widget_message_location_title", ".tgme_widget_message_location_address")
    where = "\n".join(filter(None, (_line(node, place) for place in places)))
    return markup.clean("\n\n".join(filter(None, (*texts, _poll(node), where))))


def _poll(node: LexborNode) -> str:
    question = _line(node, ".tgme_widget_message_poll_question")
    options = (markup.line(markup.text(one.html or "")) for one in own(node, ".tgme_widget_message_poll_option_text"))
    return "\n".join(filter(None, (question, *(f"• {option}" for option in options if option))))


def _is_nested(text: LexborNode) -> bool:
    """A caption of an album stands within a copy of its own element."""
    above = text.parent
    return above is not None and "js-message_text" in (above.attributes.get("class") or "").split()


def _forwarded(node: LexborNode, url: str) -> str | None:
    """Return the address of the message that is passed on; the name of its author where that is all that is told."""
    origin = first(node, ".tgme_widget_message_forwarded_from_name")
    if origin is None:
        return None
    return markup.link(origin.attributes.get("href") or "", url) or markup.line(origin.text()) or None


def _flags(node: LexborNode, *, shown: bool) -> tuple[str, ...]:
    """`edited`: the page says so, and not when; `partial`: it shows nothing of the message (paid, a story)."""
    meta = first(node, ".tgme_widget_message_meta")
    edited = meta is not None and "edited" in meta.text(deep=False).split()
    hidden = not shown and first(node, ".message_media_not_supported") is not None
    return (("edited",) if edited else ()) + (("partial",) if hidden else ())


def _line(node: LexborNode, selector: str) -> str:
    found = first(node, selector)
    return markup.line(markup.text(found.html or "")) if found is not None else ""


def _channel(node: LexborNode) -> str | None:
    """Return the channel's number from what the page's own script tells back: `data-view`, else `data-peer`."""
    viewed = (node.attributes.get("data-view") or "").partition(":")[0]
    try:
        told = json.loads(base64.urlsafe_b64decode(f"{viewed}==")).get("c")
    except (ValueError, AttributeError, RecursionError):  # not what it used to be
        told = None
    if type(told) is int and told < 0:
        return str(-told - _BOT_API if -told > _BOT_API else -told)
    peer = _PEER.match(node.attributes.get("data-peer") or "")
    return peer[1] if peer else None

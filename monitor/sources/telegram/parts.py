"""The parts of a message that are its own: not those of the message it answers, nor of a page it links to. Pure."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

_STRANGE = frozenset(("tgme_widget_message_reply", "tgme_widget_message_link_preview"))
_MESSAGE = "tgme_widget_message"


def own(message: LexborNode, selector: str) -> list[LexborNode]:
    """Return the parts that a selector names, in the order of the page."""
    return [node for node in message.css(selector) if not _is_strange(node)]


def first(message: LexborNode, selector: str) -> LexborNode | None:
    return next(iter(own(message, selector)), None)


def _is_strange(node: LexborNode) -> bool:
    above = node.parent
    while above is not None:
        classes = (above.attributes.get("class") or "").split()
        if not _STRANGE.isdisjoint(classes):
            return True
        if _MESSAGE in classes:
            return False
        above = above.parent
    return False

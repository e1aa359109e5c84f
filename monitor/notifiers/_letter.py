"""One alert as one letter (RFC 5322, 2045 ff.): headers, plain text, and the same as HTML. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from monitor.model import Alert, Delivery, alert_id, changed, delivery_id
from monitor.notifiers._text import Piece, joined, one_line, shorten
from monitor.notifiers._why import Why, plain, points_of, remarks
from monitor.notifiers._wording import (
    LISTS,
    acknowledgement,
    body,
    facts,
    headline,
    lead,
    listed,
    original,
    signature,
    subject,
    title_and_text,
)

if TYPE_CHECKING:
    from monitor.notifiers.email import Config

# The dot-atom of RFC 5322 on the left, a name or a literal on the right; an international domain in its xn-- form.
_SPEC = r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.:\[\]-]+"
_ADDRESS = re.compile(rf"(?P<name>[^<>\r\n]*)<(?P<named>{_SPEC})>|(?P<bare>{_SPEC})", re.ASCII)
_SUBJECT_LIMIT = 180
_TEXT_LIMIT = 20_000
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">\n'
    '<meta name="color-scheme" content="light dark">\n'
    "<title>{title}</title></head>\n"
    '<body style="margin:1em auto;max-width:42em;padding:0 1em;font:16px/1.5 sans-serif;overflow-wrap:anywhere">\n'
    "{body}\n</body></html>\n"
)


def letter(alert: Alert, delivery: Delivery, settings: Config) -> EmailMessage:
    """Return the letter. A repeat of it has the same Message-ID.

    What goes on with an incident refers to the incident's first letter, a correction to the post's first.
    """
    found = EmailMessage(policy=SMTP)
    sender = address(settings.from_)
    found["From"] = sender
    found["To"] = [address(to) for to in settings.to]
    found["Subject"] = _header(f"{settings.subject_prefix} {subject(alert, _SUBJECT_LIMIT)}")
    found["Date"] = format_datetime(alert.raised)
    found["Message-ID"] = f"<{delivery.id}@{sender.domain}>"
    if before := _before(alert, delivery):
        found["In-Reply-To"] = found["References"] = " ".join(f"<{one}@{sender.domain}>" for one in before)
    found["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notice shall answer
    found["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    found.set_content(plain(alert, delivery, limit=_TEXT_LIMIT) + "\n")
    found.add_alternative(_html(alert, delivery), subtype="html")
    return found


def _before(alert: Alert, delivery: Delivery) -> list[str]:
    """Return the deliveries whose letters this one goes on with, the oldest first."""
    found = [delivery.root] if delivery.root else []
    first = alert.verdict.updates or alert.post.key
    if alert.post.revision > 1 or first != alert.post.key:
        found.append(delivery_id(alert_id(changed(alert.post, key=first, revision=1)), delivery.channel))
    return list(dict.fromkeys(found))


def address(value: str) -> Address:
    """Read `name@example.org` or `Name <name@example.org>`. Raises ValueError for anything else."""
    found = _ADDRESS.fullmatch(value.strip())
    if found is None:
        raise ValueError(
            f"{value!r} is no e-mail address; one like duty@example.org or Duty <duty@example.org> is wanted"
        )
    return Address(display_name=_header(found["name"] or "").strip('"'), addr_spec=found["named"] or found["bare"])


def _header(text: str) -> str:
    """Return one line that a mail program reads as it stands: `=?` would begin an encoded word (RFC 2047)."""
    return one_line(text).replace("=?", "= ?")


def _html(alert: Alert, delivery: Delivery) -> str:
    head = headline(alert)
    parts = [f"<h2>{escape(head)}</h2>", *(_of_notice(alert) if alert.notice else _of_alert(alert))]
    if url := acknowledgement(delivery):
        parts.append(f'<p><a href="{escape(url)}" rel="noreferrer"><b>Acknowledge</b></a></p>')
    parts.append(f"<p><small>{escape(signature(delivery))}</small></p>")
    return _PAGE.format(title=escape(head), body="\n".join(part for part in parts if part))


def _of_notice(alert: Alert) -> list[str]:
    title, text = title_and_text(alert.post)
    said = _paragraphs(escape(shorten(text, _TEXT_LIMIT)))
    return [_heading(escape(shorten(title, 500))), said, _labelled(facts(alert))]


def _of_alert(alert: Alert) -> list[str]:
    text = body(alert, _TEXT_LIMIT)
    return [
        _heading(_marked(lead(alert))),
        _labelled(facts(alert)),
        f"<p><b>Why:</b></p>\n<ul>{''.join(map(_reason, points_of(alert)))}</ul>",
        _labelled(remarks(alert)),
        _list(joined(text)) if alert.post.kind in LISTS else _paragraphs(_marked(text).strip()),
        _original(alert),
    ]


def _heading(html: str) -> str:
    return f'<h3 dir="auto">{html}</h3>' if html else ""


def _labelled(values: Iterable[tuple[str, str]]) -> str:
    lines = "<br>\n".join(f"<b>{label}:</b> <bdi>{escape(value)}</bdi>" for label, value in values)
    return f"<p>{lines}</p>" if lines else ""


def _paragraphs(html: str) -> str:
    found = (part.replace("\n", "<br>\n") for part in html.split("\n\n") if part)
    return "\n".join(f'<p dir="auto">{part}</p>' for part in found)


def _list(text: str) -> str:
    """Return the posts that a list names, each with its link."""
    lines = (f"<bdi>{escape(said)}</bdi>{f'<br>{_link(url)}' if url else ''}" for said, url in listed(text))
    return "\n".join(f"<p>{line}</p>" for line in lines)


def _reason(why: Why) -> str:
    around = f"<br><q><bdi>{_marked(why.pieces)}</bdi></q>" if why.pieces else ""
    return f"<li><bdi>{escape(why.cause)}</bdi>{around}</li>\n"


def _marked(parts: Iterable[Piece]) -> str:
    return "".join(f"<mark>{escape(words)}</mark>" if fired else escape(words) for words, fired in parts)


def _original(alert: Alert) -> str:
    if alert.post.kind in LISTS:
        return ""  # its list has a link for each
    called, url = original(alert.post)
    return f"<p>{called}: {_link(url)}</p>" if url else "<p>No usable link to the original was given.</p>"


def _link(url: str) -> str:
    return f'<a href="{escape(url)}" rel="noreferrer"><bdi>{escape(url)}</bdi></a>'

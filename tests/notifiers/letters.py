"""A mail channel as tests set it up, and to whom it writes."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from monitor.notifiers.email import Config

ELSEWHERE = "0x7f.1"  # a name like any other, that leads to 127.0.0.1
DUTY, SECOND, THIRD = "duty@example.org", "second@example.org", "third@example.org"


def config(**changes: Any) -> Config:
    settings = {"id": "ops", "host": "127.0.0.1", "from": "Monitor <monitor@example.org>", "to": [DUTY], "timeout": 5}
    return Config.model_validate(settings | changes)


def html_of(letter: EmailMessage) -> str:
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())

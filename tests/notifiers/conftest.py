from __future__ import annotations

import pytest

from monitor.fetch import Fetcher
from monitor.model import Alert, Delivery
from monitor.notifiers import PostRequest
from tests.notifiers.alerts import EVIL_TEXT, EVIL_TITLE, make_alert, make_delivery


@pytest.fixture
def alert() -> Alert:
    return make_alert()


@pytest.fixture
def delivery(alert: Alert) -> Delivery:
    return make_delivery(alert)


@pytest.fixture
def hostile() -> Alert:
    return make_alert(
        title=EVIL_TITLE,
        text=EVIL_TEXT,
        author="\x1b[2J<!everyone>\u2029Bcc: c@example.org",
        permalink="javascript:alert(1)",
        repost_of="https://evil.example/|x>\u2028y",
        flags=("partial",),
    )


@pytest.fixture
def post() -> PostRequest:
    return Fetcher(user_agent="monitor-test").post


@pytest.fixture(autouse=True)
def _colours_are_welcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)

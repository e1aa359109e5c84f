"""A source that answers what a test wants, and settings for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.model import Alert, Batch, Bookmark
from monitor.sources import SourceConfig
from monitor.store import Store


def settings(**given: Any) -> SourceConfig:
    usual: dict[str, Any] = {"id": "am-mod", "kind": "rss", "url": "https://example.org/feed", "every": 60.0}
    return SourceConfig(**(usual | given))


async def waiting(store: Store, channel: str = "duty") -> list[Alert]:
    """Return the alerts that a channel has yet to get."""
    return await store.alerts.of([one.alert for one in await store.outbox.listed(channel, "waiting", 1000)])


class Ministry:
    def __init__(self, *answers: Batch | Exception, pages: Mapping[str, Batch | Exception] | None = None) -> None:
        self.answers = list(answers)
        self.pages = pages or {}
        self.asked: list[Bookmark | None] = []
        self.turned: list[str] = []

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        self.asked.append(bookmark)
        return self._answer(self.answers.pop(0))

    async def earlier(self, page: str) -> Batch:
        self.turned.append(page)
        return self._answer(self.pages[page])

    @staticmethod
    def _answer(answer: Batch | Exception) -> Batch:
        if isinstance(answer, Exception):
            raise answer
        return answer

"""The reading side of the store in memory, some posts, and a site over them: with a socket, or without one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from starlette.types import ASGIApp

from monitor.errors import StoreUnavailable
from monitor.model import (
    Alert,
    Bookmark,
    ChannelState,
    Delivery,
    Entry,
    Marked,
    Match,
    Origin,
    PollRecord,
    Post,
    SourceState,
    Suspect,
    Verdict,
    alert_id,
    delivery_id,
    encode,
    post_key,
)
from monitor.rules import CategoryConfig, RuleConfig, WindowConfig
from monitor.store.gone import Held
from monitor.web import Rooms
from monitor.web.app import build
from monitor.web.server import Server
from monitor.web.written import Written
from tests.web.people import IncidentsInMemory, InMemory, SilencesInMemory

T = TypeVar("T", Entry, Alert)

NOON = datetime(2021, 11, 16, 12, 0, tzinfo=UTC)
MINISTRY = Origin(
    id="am-mod",
    kind="rss",
    name="Ministry of Defence",
    party="AM",
    official=True,
    language="en",
    timezone="Asia/Yerevan",
)
AGENCY = Origin(id="agency", kind="rss", name="News agency")
RULES = Written(
    rules=(
        RuleConfig(
            id="casualties",
            topic="losses",
            severity="high",
            to=("duty",),
            terms={"en": ("wound*", "killed", "@fire"), "ru": ("ранен",)},
            unless={"en": ("visit", "@exercises")},
        ),
        RuleConfig(id="border", terms={"en": ("border",)}, parties=("AM",), threshold=1, enabled=False),
    ),
    categories=(
        CategoryConfig(id="fire", terms={"en": ("shelling",), "hy": ("կրակոց", "գնդակոծություն")}),
        CategoryConfig(id="exercises", terms={"en": ("exercise",)}, guard=True),
    ),
    windows=(WindowConfig(id="many-speak", severity="critical", over=3600, count="sources", same="place"),),
)


class MemoryStore:
    """Everything in one list, in the order of arrival. `away` makes it a store that does not answer."""

    def __init__(self) -> None:
        self.stream: list[Entry | Alert | Marked] = []
        self.outgoing: list[Delivery] = []
        self.channel_states: list[ChannelState] = []
        self.source_states: list[SourceState] = []
        self.records: dict[str, list[PollRecord]] = {}
        self.habits: dict[str, str] = {}
        self.suspects: list[Suspect] = []
        self.beats: dict[str, datetime] = {}
        self.away = False
        self.followers = 0  # generators ever opened
        self.news = asyncio.Condition()
        self.posts, self.alerts, self.outbox, self.health = Posts(self), _Alerts(self), _Outbox(self), _Health(self)
        self.gone = _Gone(self)
        self.people = InMemory(self.answer)
        self.incidents, self.silences = IncidentsInMemory(self.people), SilencesInMemory(self.people)
        self.told: list[Alert] = []

    async def add(self, *items: Entry | Alert | Marked) -> None:
        self.stream.extend(items)
        await self.wake()

    async def wake(self) -> None:
        async with self.news:
            self.news.notify_all()

    def answer(self) -> None:
        if self.away:
            raise StoreUnavailable("the store at 127.0.0.1:6379 does not answer: secret-detail")

    async def live(self, cursor: str | None = None) -> AsyncIterator[tuple[str, Entry | Alert | Marked | None]]:
        self.followers += 1
        at = int(cursor.split("-")[0]) if cursor else len(self.stream)
        yield f"{at}-0/0-0", None
        while True:
            self.answer()
            if at < len(self.stream):
                at += 1
                yield f"{at}-0/0-0", self.stream[at - 1]
            else:
                async with self.news:
                    while not self.away and at == len(self.stream):
                        await self.news.wait()


class _Room:
    def __init__(self, store: MemoryStore) -> None:
        self.store = store

    def read(self, kind: type[T]) -> list[T]:
        self.store.answer()
        return [item for item in reversed(self.store.stream) if isinstance(item, kind)]


def _after(items: list[T], before: str | None, count: int) -> list[T]:
    if before is not None:
        items = items[[item.id for item in items].index(before) + 1 :]
    return items[:count]


class Posts(_Room):
    async def recent(self, count: int = 50, before: str | None = None) -> list[Entry]:
        return _after(self.read(Entry), before, count)

    async def history(self, key: str, /) -> list[Entry]:
        return [entry for entry in self.read(Entry) if entry.post.key == key]


class _Alerts(_Room):
    async def recent(self, count: int = 50, before: str | None = None) -> list[Alert]:
        return _after(self.read(Alert), before, count)

    async def of(self, ids: Sequence[str], /) -> list[Alert]:
        known = {each.id: each for each in self.read(Alert)}
        return [known[one] for one in ids if one in known]


class _Outbox(_Room):
    async def deliveries(self, alert: str, /) -> list[Delivery]:
        return [each for each in self.store.outgoing if each.alert == alert]

    async def listed(self, channel: str, state: str, count: int, /) -> list[Delivery]:
        self.store.answer()
        of_channel = [each for each in self.store.outgoing if (each.channel, each.state) == (channel, state)]
        return list(reversed(of_channel))[:count]

    async def get(self, delivery: str, /) -> Delivery | None:
        return next((each for each in self.store.outgoing if each.id == delivery), None)

    async def states(self, channels: Iterable[str], /) -> list[ChannelState]:
        self.store.answer()
        return [state for state in self.store.channel_states if state.id in set(channels)]


class _Gone(_Room):
    async def of(self, source: str, /) -> dict[str, Held]:
        self.store.answer()
        return {one.key: Held(one, b"") for one in self.store.suspects if one.key.startswith(f"{source}:")}

    async def lately(self, count: int, source: str | None = None, /) -> list[str]:
        found = [entry.post for entry in self.read(Entry) if entry.deletion]
        return list(dict.fromkeys(post.key for post in found if source in (None, post.source)))[:count]


class _Health(_Room):
    async def sources(self, ids: Iterable[str], /) -> list[SourceState]:
        self.store.answer()
        wanted = set(ids)
        return [state for state in self.store.source_states if state.id in wanted]

    async def left(self, source: str, /) -> tuple[Bookmark | None, SourceState, str | None]:
        self.store.answer()
        [state] = await self.sources([source]) or [SourceState(id=source)]
        return None, state, self.store.habits.get(source)

    async def tell(self, notices: Sequence[Alert], /) -> None:
        self.store.answer()
        self.store.told += [one for one in notices if one.id not in {each.id for each in self.store.told}]

    async def polls(self, source: str, /) -> list[PollRecord]:
        self.store.answer()
        return self.store.records.get(source, [])

    async def heartbeats(self) -> dict[str, datetime]:
        self.store.answer()
        return self.store.beats


def a_post(native_id: str = "1", text: str = "Two servicemen were wounded at the border.", **more: Any) -> Post:
    told: dict[str, Any] = {
        "source": "am-mod",
        "kind": "rss",
        "title": "Statement",
        "language": "en",
        "permalink": f"https://example.org/{native_id}",
        "published": NOON,
        "seen": NOON + timedelta(seconds=64),
    } | more
    return Post(key=post_key(told["source"], native_id), native_id=native_id, text=text, **told)


_number = iter(range(1, 10**9))


def record(value: Any) -> Any:
    """Return a value as its JSON, read back."""
    return json.loads(encode(value))


def an_entry(post: Post, **more: Any) -> Entry:
    return Entry(id=f"{next(_number)}-0", post=post, **more)


def a_verdict(post: Post, word: str = "wounded", **more: Any) -> Verdict:
    at = post.text.index(word)
    match = Match(
        rule="casualties", topic="losses", term="wound*", field="text", start=at, end=at + len(word), words=word
    )
    told: dict[str, Any] = {
        "severity": "high",
        "topics": ("losses",),
        "rules": ("casualties",),
        "to": ("duty",),
        "matches": (match,),
        "reasons": (f"casualties: “{word}” stands in the text",),
    } | more
    return Verdict(alert=True, **told)


def alerted(post: Post, verdict: Verdict | None = None, origin: Origin = MINISTRY) -> tuple[Entry, Alert, Delivery]:
    verdict = verdict or a_verdict(post)
    alert = Alert(
        id=alert_id(post), post=post, origin=origin, verdict=verdict, raised=(post.seen or NOON) + timedelta(seconds=1)
    )
    delivery = Delivery(
        id=delivery_id(alert.id, "duty"),
        alert=alert.id,
        channel="duty",
        state="arrived",
        queued=alert.raised,
        arrived=alert.raised + timedelta(seconds=2),
    )
    return an_entry(post, verdict=verdict, alert=alert.id), alert, delivery


SILENT = Verdict(alert=False, reasons=("no rule has a term that stands in this post",))


def a_site(store: Rooms, stopping: asyncio.Event | None = None, **other: Any) -> ASGIApp:
    async def metrics() -> bytes:
        return b"monitor_store_up 1\n"

    async def ready() -> list[str]:
        return []

    parts: dict[str, Any] = {
        "store": store,
        "sources": lambda: [MINISTRY, AGENCY],
        "channels": lambda: ["duty", "mail"],
        "explain": lambda post, origin: SILENT,
        "metrics": metrics,
        "ready": ready,
        "stopping": stopping or asyncio.Event(),
        "rules": lambda: RULES,
    } | other
    return build(**parts)


def browser(app: ASGIApp, host: str = "localhost") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


@asynccontextmanager
async def serving(store: Rooms, **other: Any) -> AsyncIterator[tuple[Server, str]]:
    """Run a real server on a free port; yield it and its address."""
    stopping = asyncio.Event()
    server = Server(a_site(store, stopping, **other), host="127.0.0.1", port=0, stopping=stopping)
    host, port = await server.start()
    try:
        yield server, f"http://{host}:{port}"
    finally:
        await server.stop()

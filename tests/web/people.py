"""What people do, in memory: incidents, silences, the audit; and a site that may be written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple

import httpx

from monitor.model import Acknowledgement, Action, Alert, Incident, Joined, Silence, Spot, changed
from monitor.policy.settings import GroupingConfig, RouteConfig, StepConfig
from monitor.web import Rooms
from monitor.web.access import Access
from monitor.web.orders import Orders

TOKEN = "a-token-of-the-desk"
PUBLIC = "https://watch.example.org"
ROUTES = (RouteConfig(id="desk", to=("duty",), then=(StepConfig.model_validate({"after": "10m", "to": ["mail"]}),)),)
NAMES = {"topics": ("losses", "border"), "rules": ("casualties",), "places": ("goris",)}


class Waiting(NamedTuple):
    incident: str
    route: str
    number: int
    due: datetime


class InMemory:
    """`answer` raises while the store is away."""

    def __init__(self, answer: Callable[[], None]) -> None:
        self.answer = answer
        self.incidents: list[Incident] = []
        self.steps: list[Waiting] = []
        self.silences: list[Silence] = []
        self.actions: list[Action] = []


class IncidentsInMemory:
    def __init__(self, kept: InMemory) -> None:
        self.kept = kept

    async def get(self, incident: str, /) -> Incident | None:
        self.kept.answer()
        return next((one for one in self.kept.incidents if one.id == incident), None)

    async def recent(self, count: int = 50) -> Sequence[Incident]:
        self.kept.answer()
        return sorted(self.kept.incidents, key=lambda one: one.last, reverse=True)[:count]

    async def waiting(self) -> Sequence[Waiting]:
        return self.kept.steps

    async def acknowledge(self, incident: str, who: Acknowledgement, /) -> Acknowledgement:
        about = await self.get(incident)
        assert about
        if about.acknowledged is None:
            self.kept.incidents.remove(about)
            self.kept.incidents.append(changed(about, acknowledged=who))
        return about.acknowledged or who


class SilencesInMemory:
    def __init__(self, kept: InMemory) -> None:
        self.kept = kept

    async def add(self, silence: Silence, action: Action, /) -> None:
        self.kept.silences.append(silence)
        await self.note(action)

    async def end(self, silence: str, now: datetime, action: Action, /) -> Silence | None:
        one = next((one for one in self.kept.silences if one.id == silence), None)
        if one is None or one.ended:
            return one
        self.kept.silences.remove(one)
        ended = changed(one, ended=now, ended_by=action.by)
        await self.add(ended, action)
        return ended

    async def note(self, action: Action, /) -> None:
        self.kept.actions.insert(0, action)

    async def all(self) -> Sequence[Silence]:
        self.kept.answer()
        return self.kept.silences

    async def audit(self, count: int = 100) -> Sequence[Action]:
        self.kept.answer()
        return self.kept.actions[:count]


def an_incident(alerts: Sequence[Alert], **more: Any) -> Incident:
    """An incident of these alerts, near Goris."""
    told: dict[str, Any] = {
        "id": "a1b2c3d4e5f6a7b8c9d0",
        "opened": alerts[0].raised,
        "last": alerts[-1].raised,
        "title": alerts[0].post.title,
        "severity": "high",
        "alerts": tuple(one.id for one in alerts),
        "count": len(alerts),
        "topics": ("losses",),
        "parties": ("AM",),
        "places": (Spot(place="goris", name="Goris"),),
    } | more
    return Incident(**told)


def joined(alert: Alert, incident: str, number: int = 1, **more: Any) -> Alert:
    verdict = changed(alert.verdict, routes=("desk",))
    return changed(alert, verdict=verdict, incident=Joined(incident=incident, number=number, **more))


@asynccontextmanager
async def writable(store: Rooms, name: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor of a page that may be written; signed in as `name`, if there is one."""
    from tests.web.memory import a_site, browser

    orders = Orders(ROUTES, GroupingConfig(), NAMES)
    site = a_site(store, access=Access(TOKEN, PUBLIC), orders=lambda: orders, hosts=["watch.example.org"])
    async with browser(site) as visitor:
        if name:
            answer = await visitor.post("/login", data={"name": name, "token": TOKEN}, headers=OURS)
            assert answer.status_code == 303
        yield visitor


OURS = {"origin": "http://localhost"}
BEARER = {"authorization": f"Bearer {TOKEN}"}

"""Nights by dice against the real store: whatever happens, each alert is told in one message, or silenced."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.errors import Partly, Rejected, Unauthorized, Unreachable
from monitor.model import Action, Alert, Delivery, Silence, changed
from monitor.policy.settings import GroupingConfig, Policy
from monitor.store import Store, keys
from monitor.store.connection import Connection
from tests.night import Killed, Night, said

EVENING = datetime(2021, 11, 16, 19, 0, tzinfo=UTC)
TICKS = 160  # of up to six minutes: until the next noon
CHANNELS: list[dict[str, Any]] = [
    {"quiet": [{"from": "22:00", "to": "06:30"}]},
    {"limit": {"messages": 3, "per": 900}, "quiet": [{"from": "23:00", "to": "05:00"}]},
    {"limit": {"messages": 2, "per": 600}},
    {"digest": "0 */2 * * *", "catch_up": "alert"},
]
POLICIES = [Policy((), GroupingConfig(interval=600)), Policy((), GroupingConfig(wait=90)), Policy()]


class Dice:
    """What happens in one night."""

    def __init__(self, seed: int, night: Night, connection: Connection) -> None:
        self.random = random.Random(seed)
        self.night = night
        self.connection = connection
        self.alerts: list[Alert] = []
        self.silences: list[Silence] = []
        self.troubled = True
        self.doubtful: set[str] = set()  # messages that were taken, and whose answer was lost
        self.unrecorded: set[str] = set()  # messages that were taken before the courier died
        self.refused: set[str] = set()  # dead letters, and those in their messages, all sent again
        self.courier = night.courier()
        self.lives = 1
        night.far.trouble = self.trouble

    def trouble(self, when: str) -> None:
        if not self.troubled or self.random.random() > 0.15:
            return
        if self.random.random() < 0.4:
            if when == "after":
                self.unrecorded.add(self.night.far.handed[-1].id)
            raise Killed
        if when == "after":
            self.doubtful.add(self.night.far.handed[-1].id)
            raise self.random.choice([Unreachable("no answer"), Partly("some", left=("a@example.org",))])
        raise self.random.choice([Unreachable("busy", status=503), Unauthorized("401"), Rejected("400", status=400)])

    async def tick(self) -> None:
        night, dice = self.night, self.random
        night.turn(dice.uniform(5, 700))
        for _ in range(dice.choice([0, 0, 1, 1, 2, 4])):
            self.alerts.append(await night.say(self.draw()))
        if dice.random() < 0.06:
            self.silences.append(await night.silence(dice.uniform(10, 200), topics=[dice.choice(["fire", "losses"])]))
        elif self.silences and dice.random() < 0.06:
            ended = dice.choice(self.silences)
            await night.store.silences.end(
                ended.id, night.now, Action(at=night.now, by="B", what="end", about=ended.id)
            )
        await self.work()

    def draw(self) -> Alert:
        dice = self.random
        firsts = [one for one in self.alerts[-12:] if not one.update]
        if firsts and dice.random() < 0.2:
            first = dice.choice(firsts)
            title = f"Corrected {first.post.title}"
            return said(0, key=first.post.key, revision=len(self.of(first)) + 1, title=title)
        alert = said(
            len(self.alerts),
            place=dice.choice(["sotk", "jermuk", "kapan"]),
            topic=dice.choice(["fire", "losses", "border"]),
            severity=dice.choice(["low", "medium", "medium", "high", "critical"]),
            party=dice.choice(["AM", "AZ"]),
        )
        return changed(alert, gather=dice.choice([None, None, None, None, "catch-up"]))

    def of(self, first: Alert) -> list[Alert]:
        return [one for one in self.alerts if one.post.key == first.post.key]

    async def work(self) -> None:
        """Let the courier send all that is due; where it dies another goes on, under its name or its own."""
        outbox = self.night.store.outbox
        for _ in range(30):
            try:
                await self.courier.step()
            except Killed:
                self.lives += 1
                self.courier = self.night.courier(self.random.choice(["courier-1", f"courier-{self.lives}"]))
            for letter in await outbox.listed("desk", "dead"):
                self.refused |= {letter.id, *letter.members}
                await outbox.revive(letter, self.night.now)
            lanes = [await self.connection.call("XLEN", key("desk")) for key in (keys.again, keys.outbox)]
            due = await self.connection.call("ZCOUNT", keys.later("desk"), "-inf", self.night.now.timestamp() * 1000)
            if not any(lanes) and not due:
                return

    def deadly(
        self, step: Callable[..., Awaitable[object]], *, ended: bool = False
    ) -> Callable[..., Awaitable[object]]:
        """Return a step of the store before which the process may die; `ended`: the step after a send."""

        async def tried(*given: object, **named: object) -> object:
            if self.troubled and self.random.random() < 0.05:
                if ended:
                    self.unrecorded.add(self.night.far.handed[-1].id)
                raise Killed
            return await step(*given, **named)

        return tried


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("seed", range(6))
async def test_every_alert_is_told_once_or_silenced(
    store: Store, server_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = Night(store, POLICIES[seed % 3], now=EVENING, **CHANNELS[seed % 4])
    connection = Connection(server_url)
    dice = Dice(seed, night, connection)
    for step in ("begin", "arrived", "later", "hold", "silenced"):
        monkeypatch.setattr(store.outbox, step, dice.deadly(getattr(store.outbox, step), ended=step == "arrived"))
    monkeypatch.setattr(store.bundles, "gather", dice.deadly(store.bundles.gather))
    for _ in range(TICKS):
        await dice.tick()
    dice.troubled = False
    for _ in range(60):
        night.turn(899)
        await dice.work()
    await connection.close()

    assert len(dice.alerts) > 150
    check(night, dice, {one.id: await night.state(one) for one in dice.alerts})


def check(night: Night, dice: Dice, found: dict[str, Delivery]) -> None:
    told = night.far.told
    silenced = {message for one in found.values() if one.state == "silenced" for message in told.get(one.id, [])}
    doubtful = dice.doubtful | (dice.unrecorded & silenced)  # taken, and then silenced as if it were not
    for one in found.values():
        sure = told.get(one.id, []) if not set(told.get(one.id, [])) & doubtful else None
        assert one.state in {"arrived", "silenced"}, one
        assert one.state == "silenced" or told.get(one.id), f"told to nobody: {one}"
        assert sure is None or len(sure) == (one.state == "arrived"), f"told in {sure}: {one}"
    assert all(len(words) == 1 for words in night.far.words.values())
    order = {message: number for number, (message, _) in reversed(list(enumerate(night.far.messages)))}
    for alert in dice.alerts:
        versions = [found[each.id].id for each in dice.of(alert) if found[each.id].state == "arrived"]
        places = [order[told[each][0]] for each in versions]
        assert places == sorted(places) or dice.refused & set(versions), f"a correction came first: {versions}"

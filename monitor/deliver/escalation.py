"""Calls whoever is next, while nobody has taken an incident in hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog

from monitor.errors import StoreUnavailable
from monitor.loop import pause, until_stopped
from monitor.policy import digest, escalation, silence
from monitor.policy.settings import Policy
from monitor.store.incidents import Step

if TYPE_CHECKING:
    from monitor.store import Store

log = structlog.get_logger("deliver")

_now = partial(datetime.now, UTC)
_LOOK = 1.0  # seconds between two looks; also the longest a stop has to wait


class Escalation:
    """Every monitor looks; a call's id comes from the incident and the step, so each is made once."""

    def __init__(
        self,
        store: Store,
        policy: Callable[[], Policy],
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._stopping = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        await until_stopped(self.step, stopping)

    async def step(self) -> None:
        """Make the calls that are due, then rest for a moment."""
        now = self._clock()
        for one in await self._store.incidents.due(now):
            try:
                await self._call(one, now)
            except StoreUnavailable:
                raise
            except Exception:  # one that cannot be made must not hold up those behind it
                log.exception("incident.not_called", incident=one.incident, route=one.route)
        await pause(_LOOK, self._stopping)

    async def _call(self, step: Step, now: datetime) -> None:
        """Tell the step's channels what the incident is about, and note what comes next.

        In this order: a crash in between makes the same call again, which the store knows by its id.
        """
        policy, store = self._policy(), self._store
        incident = await store.incidents.get(step.incident)
        route = next((one for one in policy.routes if one.id == step.route), None)
        call = escalation.due(incident, route, step.number, now, policy.grouping)
        if incident is None or call is None:
            await store.incidents.called(step, None)
            return
        silences = await store.silences.all()
        told = silence.unsilenced(silences, await store.alerts.of(incident.alerts), now)
        if told:
            call_id = escalation.call_id(step.incident, step.route, step.number)
            told_of = digest.alert(told, call.why, now, id=call_id, incident=incident, to=call.to, word="CALL")
            await store.health.tell([told_of])
            log.info("incident.called", incident=incident.id, route=step.route, to=",".join(call.to))
        following = Step(step.incident, step.route, *call.next) if call.next else None
        await store.incidents.called(step, following)

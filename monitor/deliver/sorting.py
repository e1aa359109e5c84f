"""What becomes of a delivery: sent now, held back, or silenced. Asks the pure policy, and does what it says."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from monitor.loop import insist
from monitor.model import SEVERITIES, Alert, Delivery, Incident, Silence, changed
from monitor.policy import desk, digest, routes, silence
from monitor.policy.settings import Policy
from monitor.store import parcel

if TYPE_CHECKING:
    from monitor.notifiers import NotifierConfig
    from monitor.store import Store
    from monitor.store.standing import Stood

log = structlog.get_logger("deliver")

_FRESH = 1.0  # seconds for which the silences are not asked for again


class Sorting:
    """The policy of one channel. `acknowledge`: the signed address at which an incident is taken in hand, if any."""

    def __init__(
        self,
        settings: NotifierConfig,
        store: Store,
        policy: Callable[[], Policy],
        acknowledge: Callable[[str], str | None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._policy = policy
        self._acknowledge = acknowledge
        self._silences: list[Silence] = []
        self._asked = -math.inf

    def anew(self) -> None:
        """Ask for the silences again before the next decision."""
        self._asked = -math.inf

    async def sort(
        self,
        delivery: Delivery,
        alert: Alert,
        now: datetime,
        stopping: asyncio.Event,
        earlier: Sequence[Delivery] = (),
    ) -> tuple[Delivery, Alert] | None:
        """Return what is to be sent now: the delivery, with those that it takes along, and the alert that tells them.

        None if it is not sent now; then it has been put off or silenced, or another message has taken it along.
        `earlier`: versions of the same post that the policy holds back; they come along, or it waits as they do.
        """
        outbox = self._store.outbox
        await self._ask()
        members = await self._store.bundles.alerts(delivery.members)
        stood = await self._store.standing.of(self._settings.id, alert, self._counted())
        match self._decide(_gravest(alert, [one for _, one in members]), delivery, stood, now):
            case desk.Silenced() as never:
                await insist(lambda: outbox.silenced(delivery, now, never.why), stopping)
                log.info("delivery.silenced", channel=self._settings.id, alert=alert.id, why=never.why)
                return None
            case desk.Hold() as held:
                apart = any(one.bundle != held.bundle for one in earlier)  # in another's message it would overtake them
                bundle = None if apart else held.bundle
                await insist(lambda: outbox.hold(delivery, now, held.until, held.why, bundle), stopping)
                return None
            case desk.Send() as send if (send.bundle or earlier) and not delivery.begun and not delivery.members:
                gathered = await self._gathered(delivery, send, now, earlier)
                if gathered is None:
                    return None
                delivery = gathered
                members = await self._store.bundles.alerts(delivery.members)
        return self._message(delivery, alert, [one for _, one in members], stood, now)

    def _decide(self, alert: Alert, delivery: Delivery, stood: Stood, now: datetime) -> desk.Decision:
        policy = self._policy()
        standing = desk.Standing(
            thread=stood.thread, incident=stood.incident, sent=stood.sent, silences=self._silences
        )  # fmt: skip
        route = routes.of(alert, policy.routes, self._settings.id)
        return desk.decide(alert, delivery, desk_of(self._settings, policy), standing, now, route)

    def _counted(self) -> int:
        return self._settings.limit.messages if self._settings.limit else 0

    async def _ask(self) -> None:
        if time.monotonic() - self._asked >= _FRESH:
            self._silences = await self._store.silences.all()
            self._asked = time.monotonic()

    async def _gathered(
        self, delivery: Delivery, send: desk.Send, now: datetime, earlier: Sequence[Delivery]
    ) -> Delivery | None:
        """Take along what waits in the same bundle, but for what has been silenced since: that is settled by itself."""
        bundles, besides = self._store.bundles, [one.id for one in earlier]
        without: list[str] = []
        if silence.active(self._silences, now):
            held = await bundles.held(self._settings.id, send.bundle) if send.bundle else []
            held += await bundles.alerts(besides)
            told = {one.id for one in desk.along([one for _, one in held], self._silences, now)}
            without = [i for i, one in held if one.id not in told]
        besides = [one for one in besides if one not in without]
        why = send.why or "of one statement"
        return await bundles.gather(delivery, send.bundle, now, why, besides=besides, without=without)

    def _message(
        self, delivery: Delivery, alert: Alert, members: Sequence[Alert], stood: Stood, now: datetime
    ) -> tuple[Delivery, Alert]:
        """Make one message of a delivery and its members, the same however often; say in whose thread it belongs."""
        if members:
            alert = _together([alert, *members], delivery, stood.incident, now)
        incident = alert.incident.incident if alert.incident else None
        thread = stood.thread if incident else None
        known = stood.incident.acknowledged if stood.incident else None
        return changed(
            delivery,
            root=thread.root if thread else None,
            follows=thread.receipt if thread else None,
            acknowledge=self._acknowledge(incident) if incident and not alert.notice and not known else None,
        ), alert


def _gravest(alert: Alert, members: Sequence[Alert]) -> Alert:
    """Return an alert with the highest severity in its message: what breaks quiet hours breaks them for all of it."""
    severity = max((one.verdict.severity for one in (alert, *members)), key=SEVERITIES.index)
    return changed(alert, verdict=changed(alert.verdict, severity=severity)) if members else alert


def _together(alerts: Sequence[Alert], lead: Delivery, incident: Incident | None, now: datetime) -> Alert:
    """Return one alert of several. It speaks as of when they were gathered, whatever has joined since."""
    if incident and digest.of_one(alerts):
        incident = changed(incident, count=max(one.incident.number for one in alerts if one.incident))
    else:
        incident = None
    why, then = lead.why or "told together", lead.gathered or now
    return digest.alert(alerts, why, then, id=parcel.message(lead), incident=incident)


def desk_of(settings: NotifierConfig, policy: Policy) -> desk.Desk:
    return desk.Desk(
        quiet=settings.quiet,
        zone=ZoneInfo(settings.timezone),
        limit=settings.limit,
        digest=settings.digest,
        catch_up=settings.catch_up,
        grouping=policy.grouping,
    )

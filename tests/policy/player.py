"""Plays a story on a controlled clock: the pure policy, with its state as the store would hold it.

Only `State` lasts: a crash in a story takes everything else away. A send takes no time; a channel that is down refuses,
and is tried again after a minute; what is held is looked at again after a quarter of an hour at the latest.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.model import (
    Acknowledgement,
    Alert,
    Delivery,
    Incident,
    Origin,
    Silence,
    Thread,
    alert_id,
    changed,
    delivery_id,
)
from monitor.model import digest as hashed
from monitor.notices import notice
from monitor.policy import desk, digest, escalation, incident, routes, silence
from monitor.policy.desk import Hold, Send, Silenced, Standing
from tests.policy.story import Event, Story

LONGEST_HOLD = timedelta(minutes=15)
RETRY = timedelta(minutes=1)


class Told(NamedTuple):
    """A message: its channel, when it went, which alerts it holds, and the delivery whose thread it is in."""

    channel: str
    at: datetime
    names: tuple[str, ...]
    root: str | None
    lead: str


@dataclass
class State:
    alerts: dict[str, Alert] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)  # by first version of a post
    threads: dict[tuple[str, str], Thread] = field(default_factory=dict)
    sent: dict[str, list[datetime]] = field(default_factory=dict)
    silences: dict[str, Silence] = field(default_factory=dict)
    followed: set[tuple[str, str]] = field(default_factory=set)  # incident and route
    escalations: dict[tuple[str, str, int], datetime] = field(default_factory=dict)


class Player:
    def __init__(self, story: Story) -> None:
        self.story = story
        self.state = State()
        self.told: list[Told] = []
        self._ahead = sorted(story.events, key=lambda event: event.at)
        self._missed: list[Event] = []
        self._down: set[str] = set()
        self._on = True
        self._now = self._ahead[0].at

    def play(self) -> list[Told]:
        """Play until nothing is left to happen; return every message, in their order."""
        while (now := min(self._moments(), default=None)) is not None:
            self._now = max(now, self._now)
            while self._ahead and self._ahead[0].at <= self._now:
                self._happen(self._ahead.pop(0))
            if self._on:
                self._escalate()
                while parcel := self._next():
                    self._carry(parcel)
        return self.told

    def waiting(self) -> list[Delivery]:
        return [one for one in self.state.deliveries.values() if one.state == "waiting" and one.lead is None]

    def _moments(self) -> Iterator[datetime]:
        yield from (event.at for event in self._ahead[:1])
        if self._on:
            yield from self.state.escalations.values()
            yield from (one.due for one in self.waiting() if one.due)

    def _next(self) -> Delivery | None:
        due = [one for one in self.waiting() if one.due and one.due <= self._now]
        return min(due, key=lambda one: one.due or self._now, default=None)

    # --- what happens ---

    def _happen(self, event: Event) -> None:
        match event.what:
            case "say" if event.alert:
                self._say(event, event.alert)
            case "ack":
                self._acknowledge(*event.args)
            case "silence":
                self._silence(*event.args)
            case "end":
                self.state.silences[event.args[0]] = changed(self.state.silences[event.args[0]], ended=self._now)
            case "down":
                self._down.add(event.args[0])
            case "up":
                self._down.discard(event.args[0])
            case "off":
                self._on = False
            case "on":
                self._on = True
                missed, self._missed = self._missed, []
                for one in missed:
                    self._happen(one)
            case "crash":
                self.state = pickle.loads(pickle.dumps(self.state))
            case other:
                raise AssertionError(f"nobody knows how to {other}")

    def _say(self, event: Event, said: Alert) -> None:
        if not self._on:
            self._missed.append(event)
            return
        said = changed(said, raised=self._now)
        if said.notice is None:
            found = routes.routed(said, self.story.routes)
            to = tuple(dict.fromkeys((*said.verdict.to, *found.to)))
            said = changed(said, verdict=changed(said.verdict, to=to, routes=found.ids))
        if said.notice is None and self.story.grouping:
            said = self._join(said)
        self._raise(said)

    def _join(self, said: Alert) -> Alert:
        state, grouping = self.state, self.story.grouping
        assert grouping
        first = state.joined.get(alert_id(changed(said.post, revision=1)))
        now = self._now
        after, joined = incident.join(list(state.incidents.values()), said, grouping, now, first=first)
        state.incidents[after.id] = after
        state.joined.setdefault(alert_id(changed(said.post, revision=1)), after.id)
        for route in routes.taken(said, self.story.routes):
            if (after.id, route.id) not in state.followed:
                state.followed.add((after.id, route.id))
                for step, due in escalation.first(route, grouping, after, now):
                    state.escalations[after.id, route.id, step] = due
        return changed(said, incident=joined)

    def _raise(self, said: Alert) -> None:
        self.state.alerts[said.id] = said
        for channel in said.verdict.to:
            name = delivery_id(said.id, channel)
            queued = Delivery(id=name, alert=said.id, channel=channel, queued=self._now, due=self._now)
            self.state.deliveries.setdefault(name, queued)

    def _silence(self, name: str, by: str, until: str, *conditions: str) -> None:
        when = {key: value.split(",") for key, _, value in (one.partition("=") for one in conditions)}
        end = datetime.fromisoformat(until)
        made = silence.new(when, "an exercise", by, since=self._now, until=end, now=self._now)
        self.state.silences[name] = made

    def _acknowledge(self, name: str, by: str) -> None:
        joined = self.state.alerts[name].incident
        assert joined
        now = self._now
        known = self.state.incidents[joined.incident]
        self.state.incidents[known.id] = changed(known, acknowledged=Acknowledgement(by=by, at=now))
        to = [channel for channel, told in self.state.threads if told == known.id]
        words = notice("acknowledged", Origin(id="desk", kind="digest", name="Desk"), by, f"{by} has it.", now, to=to)
        self._raise(changed(words, id=f"ack:{known.alerts[0]}", incident=changed(joined, adds=f"{by} has it in hand")))

    def _escalate(self) -> None:
        state, grouping = self.state, self.story.grouping
        due = {key: at for key, at in state.escalations.items() if at <= self._now}
        for key in sorted(due, key=lambda one: due[one]):
            del state.escalations[key]
            known = state.incidents[key[0]]
            route = next((one for one in self.story.routes if one.id == key[1]), None)
            call = escalation.due(known, route, key[2], self._now, grouping)
            if call is None:
                continue
            if call.next:
                state.escalations[key[0], key[1], call.next[0]] = call.next[1]
            alerts = silence.unsilenced(self._silences(), [state.alerts[one] for one in known.alerts], self._now)
            if alerts:
                name = hashed("call", *map(str, key))
                made = digest.alert(alerts, call.why, self._now, id=name, incident=known, to=call.to)
                self._raise(changed(made, post=changed(made.post, author=self._call(call.repeat, known))))

    def _call(self, repeat: bool, known: Incident) -> str:
        return f"{'again' if repeat else 'call'}:{known.alerts[0]}"

    # --- the courier ---

    def _silences(self) -> list[Silence]:
        return list(self.state.silences.values())

    def _carry(self, parcel: Delivery) -> None:
        state, channel, now = self.state, parcel.channel, self._now
        said = state.alerts[parcel.alert]
        about = said.incident.incident if said.incident else ""
        standing = Standing(
            thread=state.threads.get((channel, about)),
            incident=state.incidents.get(about),
            sent=state.sent.get(channel, []),
            silences=self._silences(),
        )
        route = routes.of(said, self.story.routes, channel)
        match desk.decide(said, parcel, self.story.desks[channel], standing, now, route):
            case Hold(until, why, bundle):
                assert until > now, f"{parcel.alert} would be held for ever: {why}"
                due = min(until, now + LONGEST_HOLD)
                state.deliveries[parcel.id] = changed(parcel, held=why, until=until, bundle=bundle, due=due)
            case Silenced(why):
                state.deliveries[parcel.id] = changed(parcel, state="silenced", held=why)
                for one in self._members(parcel):
                    state.deliveries[one.id] = changed(one, lead=None, due=now)
            case Send(bundle, why):
                self._send(parcel, bundle, why)

    def _members(self, lead: Delivery) -> list[Delivery]:
        return [one for one in self.state.deliveries.values() if one.lead == lead.id and one.state == "waiting"]

    def _send(self, lead: Delivery, bundle: str | None, why: str | None) -> None:
        state, now = self.state, self._now
        mine = [one for one in self.waiting() if one.channel == lead.channel and one.bundle == bundle is not None]
        alerts = {one.id: state.alerts[one.alert] for one in mine if one.id != lead.id}
        going = desk.along(list(alerts.values()), self._silences(), now)
        for one in mine:
            if one.id in alerts and not self._members(one):  # a message that was begun stays what it is
                goes = alerts[one.id] in going
                state.deliveries[one.id] = changed(one, lead=lead.id if goes else None, due=one.due if goes else now)
        if lead.channel in self._down:
            state.deliveries[lead.id] = changed(lead, due=now + RETRY, attempts=lead.attempts + 1)
            return
        self._tell(lead, [lead, *self._members(lead)], why or "")

    def _tell(self, lead: Delivery, deliveries: list[Delivery], why: str) -> None:
        state, channel, now = self.state, lead.channel, self._now
        alerts = [state.alerts[one.alert] for one in deliveries]
        common = digest.of_one(alerts)
        thread = state.threads.get((channel, common)) if common else None
        if len(alerts) > 1:
            assert digest.alert(alerts, why, now, id=lead.id).post.text.count("\n\n") >= min(len(alerts) - 1, 50)
        named = tuple(sorted(one.post.author or one.id for one in alerts))
        self.told.append(Told(channel, now, named, thread.root if thread else None, lead.id))
        state.sent.setdefault(channel, []).append(now)
        for one in deliveries:
            state.deliveries[one.id] = changed(one, state="arrived", arrived=now, lead=lead.id)
        if common:  # what tells of several events is in no thread, and begins none
            known = thread or Thread(root=lead.id, receipt=None, opened=now, last=now, messages=0)
            state.threads[channel, common] = changed(known, last=now, messages=known.messages + 1)

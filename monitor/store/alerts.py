"""What was raised. RAISE is the one step that ends a post's judging."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from monitor.model import Alert, Entry, Verdict
from monitor.store import keys, told
from monitor.store.connection import Argument, Connection, fields, ms
from monitor.store.parcel import addressed
from monitor.store.record import pack
from monitor.store.windows import Rung

Case = tuple[Entry, Verdict, Alert | None]  # a post as it was taken, what the rules say of it, and its alert


class Alerts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def conclude(self, cases: Sequence[Case], now: datetime, rung: Sequence[Rung] = ()) -> list[bool]:
        """Keep each verdict, raise its alert for each of its channels and acknowledge the post.

        `rung`: alerts of windows. Each is raised in the same step as the entry that it names ends, and once whoever
        rings. One atomic step for each case, one round trip for all.

        Returns for each case False where another judge had finished with the entry, then nothing was changed; and
        after these, for each of `rung`, whether it was raised here.
        """
        of_entry: dict[str, list[Rung]] = {}
        for one in rung:
            of_entry.setdefault(one.entry, []).append(one)
        steps = [_step(case, of_entry.get(case[0].id, []), now) for case in cases]
        answers = await self._connection.scripts("raise", steps)
        ended = [bool(done) for done, *_ in answers]
        raised = {(case[0].id, i.decode()) for case, (_, *ids) in zip(cases, answers, strict=True) for i in ids}
        return ended + [(one.entry, one.alert.id) in raised for one in rung]

    async def get(self, alert_id: str) -> Alert | None:
        return next(iter(await self.of([alert_id])), None)

    async def recent(self, count: int = 50, before: str | None = None) -> list[Alert]:
        """Return the newest alerts, newest first; `before` is the id of an alert to go on from."""
        found: list[Alert] = []
        skipping, edge = before is not None, "+"
        while len(found) < count:
            rows = await self._connection.call("XREVRANGE", keys.ALERTS, edge, "-", "COUNT", 200)
            if not rows:
                break
            edge = f"({rows[-1][0].decode()}"
            for alert in await self.named(rows):
                if not skipping:
                    found.append(alert)
                skipping = skipping and alert.id != before
        return found[:count]

    async def of(self, ids: Sequence[str]) -> list[Alert]:
        """Return the alerts with these ids, in their order; those that are lost are left out."""
        raws = await self._connection.script("alerts", [keys.alert(i) for i in ids], []) if ids else ()
        found = (told.read(raw, i) for raw, i in zip(raws, ids, strict=True))
        return [alert for alert in found if alert]

    async def named(self, rows: Iterable[Any]) -> list[Alert]:
        """Fill rows of the alerts stream with their records."""
        return await self.of([fields(row)["id"].decode() for _, row in rows if row])


def _step(case: Case, rung: Iterable[Rung], now: datetime) -> tuple[list[str], list[Argument]]:
    """Return keys and arguments of RAISE."""
    entry, verdict, alert = case
    step_keys = [keys.POSTS, keys.post(entry.post.key), keys.ALERTS, keys.CHANNELS]
    args: list[Argument] = [
        keys.JUDGE, entry.id, entry.post.revision, pack(verdict, entry.post), ms(now), alert.id if alert else "",
        int(verdict.idle), int(entry.held),
    ]  # fmt: skip
    if alert:
        step_keys.append(keys.alert(alert.id))
        args += [told.naming(alert, entry.post, verdict), *addressed(alert.id, verdict.to, step_keys)]
    for one in rung:
        about = one.alert
        step_keys += [keys.rung(one.ring.name), keys.post(about.post.key), keys.alert(about.id)]
        args += [ms(one.ring.end), pack(about.post), pack(about.verdict, about.post), about.id]
        args.append(told.naming(about, about.post, about.verdict))
        args += addressed(about.id, about.verdict.to, step_keys)
    return step_keys, args

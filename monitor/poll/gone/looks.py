"""The looks: posts that may be gone are asked for at their own addresses, beside all polls and slower than any.

So are, some times after their alerts, posts that alerted: their going matters most, and not every source would show it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from monitor.errors import MonitorError, StoreUnavailable
from monitor.loop import pause, until_stopped
from monitor.model import Alert, Deletion, Entry, Post, changed
from monitor.poll.gone import course, evidence, window, words
from monitor.poll.gone.evidence import Seen
from monitor.store.gone import Change, Held

if TYPE_CHECKING:
    from monitor.sources import Fetch, SourceConfig
    from monitor.store import Store

log = structlog.get_logger("poll")

Look = Callable[[str, datetime], Awaitable[None]]

_AT_ONCE = 2  # looks under way, of different sources
_PAUSE = 5.0  # seconds between two rounds
_LEASE = timedelta(minutes=10)  # for one look, of some requests, each of which waits for its host's turn
_READ = timedelta(minutes=1)  # between two readings of what was alerted
_ALERTS = 200  # in one reading
_SEARCHED = 50  # stored posts of a source, for some that are no newer
_NEIGHBOURS = 3  # posts that are no newer, of which one must answer, or no missing one counts; other places of a post


class Looks:
    """Looks at what is due, round after round. `sources`: those watched, by id; `ops`: the operators' channels.

    `held`: whether polls pause just now; then nobody is looked at either.
    """

    def __init__(
        self,
        store: Store,
        fetch: Fetch,
        sources: Callable[[], Mapping[str, SourceConfig]],
        ops: Callable[[], Sequence[str]],
        *,
        held: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store, self._fetch, self._sources, self._ops, self._held = store, fetch, sources, ops, held
        self._read: datetime | None = None  # when what was alerted was read last
        self._mark: str | None = None  # behind the last of it

    async def run(self, stopping: asyncio.Event) -> None:
        """Look until the stop. A look cut off by it is made again later."""
        await until_stopped(partial(self._step, stopping), stopping)

    async def _step(self, stopping: asyncio.Event) -> None:
        looked = 0 if self._held() else await self.round(datetime.now(UTC))
        await pause(0.0 if looked == _AT_ONCE else _PAUSE, stopping)

    async def round(self, now: datetime) -> int:
        """Look at what is due, a few posts at most; return how many. Raises StoreUnavailable."""
        if self._read is None or not timedelta(0) <= now - self._read < _READ:
            await self._follow_alerts(now)
            self._read = now
        due: list[tuple[str, Look]] = [
            (key, self._look) for key in await self._store.gone.take(now, now + _LEASE, _AT_ONCE)
        ]
        if room := _AT_ONCE - len(due):
            due += [(key, self._check) for key in await self._store.gone.watched(now, now + _LEASE, room)]
        of: dict[str, list[tuple[str, Look]]] = {}
        for key, look in due:
            of.setdefault(key.partition(":")[0], []).append((key, look))
        found = await asyncio.gather(*(self._in_turn(some, now) for some in of.values()), return_exceptions=True)
        for error in found:
            if error:
                raise error
        return len(due)

    async def _in_turn(self, due: Sequence[tuple[str, Look]], now: datetime) -> None:
        """Look at posts of one source one after the other, for its polls want their turns at its host, too."""
        for key, look in due:
            try:
                await look(key, now)
            except StoreUnavailable:
                raise
            except Exception:  # a mistake of ours with one post must not hold up the others; it is looked at again
                log.exception("post.look_failed", post=key)

    async def _follow_alerts(self, now: datetime) -> None:
        """Have the posts of new alerts watched; after a start those of the last days anew, which changes nothing."""
        since, sources = now - course.WATCHED[-1], self._sources()
        while True:
            alerts, mark = await self._store.gone.raised(since, _ALERTS, self._mark)
            told = (one for one in alerts if not one.notice and one.post.source in sources)
            due = {one.post.key: course.watched(one.raised, now) for one in told}
            await self._store.gone.watch({key: when for key, when in due.items() if when})
            if mark is None:
                return
            self._mark = mark

    async def _check(self, key: str, now: datetime) -> None:
        """Look whether a post that alerted is still there. If not, it is a suspect like any other."""
        history = await self._store.posts.history(key)
        newest = await self._alert(history)
        settings = self._sources().get(key.partition(":")[0])
        following = course.watched(newest.raised, now) if newest else None
        if newest and settings and settings.whereabouts(history[0].post) and not await self._is_doubted(history[0]):
            if await self._is_well(settings.id):
                seen = await self._seen(settings, history[0])
                if seen.what == "absent":
                    (last,) = await self._store.gone.last_shown(settings.id, [key])
                    await self._store.gone.change([Change(key, None, course.missed(key, seen, last, now))])
            elif following:
                following = min(following, now + course.WATCHED[0])
        await self._store.gone.watch_next(key, following)

    async def _is_doubted(self, entry: Entry) -> bool:
        """Whether a post is found deleted, or a suspect that is looked at anyway."""
        return _is_gone(entry) or await self._store.gone.held(entry.post.key) is not None

    async def _look(self, key: str, now: datetime) -> None:
        held = await self._store.gone.held(key)
        history = await self._store.posts.history(key) if held else []
        if held is None or not history:  # nobody is suspected any more; or the post was another's words, or is lost
            await self._store.gone.change([Change(key, held, None)])
            return
        suspect, settings = held.suspect, self._sources().get(key.partition(":")[0])
        if suspect.untold and settings and history[0].deletion:  # the last look was cut off when it had been kept
            await self._tell(settings, history, history[0].deletion)
            await self._store.gone.change([Change(key, held, changed(suspect, untold=False, due=now))])
            return
        if suspect.state == "present":
            following = course.Next(None, "present")
        elif settings is None or not await self._is_well(settings.id):
            following = course.put_off(suspect, now)
        else:
            following = course.after_look(suspect, await self._seen(settings, history[0], suspect.said), now)
        await self._conclude(settings, held, following, history, now)

    async def _is_well(self, source: str) -> bool:
        """Whether the source itself answers as usual: what else is missing while it does not proves nothing."""
        return window.is_in_order((await self._store.health.left(source)).state)

    async def _seen(self, settings: SourceConfig, entry: Entry, said: int = 0) -> Seen:
        post = entry.post
        url = settings.whereabouts(post)
        if url is None:
            return evidence.without_address(said)
        seen = await self._at(settings, post, url)
        if seen.what != "absent":
            return seen
        for place in [one.permalink for one in entry.repeats if one.permalink and not one.source][-_NEIGHBOURS:]:
            if (await self._at(settings, post, place)).what == "present":
                return Seen("present", f"{seen.said}, and its source has it at {place}")
        return await self._beside(settings, entry, seen, said)

    async def _beside(self, settings: SourceConfig, missing: Entry, seen: Seen, said: int) -> Seen:
        """Return what a post's absence is worth beside how posts of its source fare that are no newer."""
        neighbour = await self._neighbour(settings, missing)
        if neighbour is None and said:
            return seen
        if neighbour is None:
            return Seen("nothing", f"{seen.said}, and no other post of the source is known that should be there, too")
        if neighbour.answers:
            return seen._replace(said=f"{seen.said}, while another post of its source, no newer, is there")
        return Seen("nothing", f"{seen.said}, but nor can another post of the source be found at its own")

    async def _at(self, settings: SourceConfig, post: Post, url: str) -> Seen:
        try:
            answer = await self._fetch.get(
                url, allow_private=settings.allow_private, robots=settings.robots == "obey", headers={"Accept": "*/*"}
            )
        except StoreUnavailable:
            raise
        except MonitorError as error:
            return evidence.of_error(url, error)
        denied, shown = settings.denies(answer.body), settings.shows(answer.body)
        return await asyncio.to_thread(evidence.of_answer, post, url, answer, denied=denied, shown=shown)

    async def _neighbour(self, settings: SourceConfig, missing: Entry) -> Seen | None:
        """Return how a post fares that should be found if the missing one should; None where none is known to ask for.

        One that is no newer: where a site has moved, or keeps its pages for a while, the new ones answer, and the old
        ones do not.
        """
        seen = None
        for post in await self._no_newer(settings.id, missing.post):
            if url := settings.whereabouts(post):
                seen = await self._at(settings, post, url)
                if seen.answers:
                    break
        return seen

    async def _no_newer(self, source: str, missing: Post) -> list[Post]:
        """Return posts of a source that are no newer: what it still shows, else what was stored before."""
        text, suspects = await self._store.gone.left(source)
        shown = window.read(source, text)[: -_NEIGHBOURS - 1 : -1]
        return await self._among(shown, suspects, missing) or await self._among(
            await self._store.gone.stored_before(missing.key, _SEARCHED), suspects, missing
        )

    async def _among(self, keys: Sequence[str], suspects: Mapping[str, Held], missing: Post) -> list[Post]:
        found: list[Post] = []
        for key in keys:
            history = await self._store.posts.history(key) if key != missing.key and key not in suspects else []
            if history and not _is_gone(history[0]) and _said(history[0].post) <= _said(missing):
                found.append(history[0].post)
            if len(found) == _NEIGHBOURS:
                break
        return found

    async def _conclude(
        self, settings: SourceConfig | None, held: Held, following: course.Next, history: Sequence[Entry], now: datetime
    ) -> None:
        """Keep what a look has shown, then tell it: what is cut off between is told by the next look, and told once."""
        suspect, key, what = following.suspect, held.suspect.key, None
        before = history[0].deletion
        if following.what == "deleted" and suspect:
            what = course.deletion(suspect, now)
        elif following.what == "restored" and suspect and before:
            what = changed(before, restored=now, evidence=suspect.evidence)
        elif following.what == "undecided":
            log.info("post.undecided", post=key, then="two weeks of looks said nothing clear: it stays as it was")
        if not (settings and suspect and what):
            await self._store.gone.change([Change(key, held, suspect)])
            return
        untold = changed(suspect, untold=True, due=now + _LEASE)
        (kept,) = await self._store.gone.change([Change(key, held, untold, what)])
        if kept:  # else a poll knows better by now
            await self._tell(settings, history, what)
            await self._store.gone.change([Change(key, Held.of(untold), suspect)])

    async def _tell(self, settings: SourceConfig, history: Sequence[Entry], what: Deletion) -> None:
        """Tell what has been kept of a post. Told again, it is the same notice."""
        post = history[0].post
        alert = await self._alert(history)
        told = words.restored if what.restored else words.deleted
        await self._store.health.tell([told(post, settings.origin, what, alert, self._ops())])
        if what.restored:
            log.info("post.restored", post=post.key, address=post.permalink)
        else:
            log.warning("post.deleted", post=post.key, address=post.permalink, then="it is kept, and shown as deleted")

    async def _alert(self, history: Sequence[Entry]) -> Alert | None:
        """Return the newest alert on a post."""
        name = next((one.alert for one in history if one.alert), None)
        return await self._store.alerts.get(name) if name else None


def _is_gone(entry: Entry) -> bool:
    return entry.deletion is not None and entry.deletion.restored is None


def _said(post: Post) -> datetime:
    """Return when a post was published, or else first seen."""
    return post.published or post.created or post.seen or datetime.max.replace(tzinfo=UTC)

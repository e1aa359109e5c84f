"""The looks: posts that may be gone are asked for at their own addresses, beside all polls and slower than any."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from monitor.errors import MonitorError, StoreUnavailable
from monitor.loop import pause, until_stopped
from monitor.model import Deletion, Entry, Post, Suspect, changed
from monitor.poll.gone import course, evidence, window, words
from monitor.poll.gone.evidence import Seen
from monitor.store.gone import Change, Held

if TYPE_CHECKING:
    from monitor.sources import Fetch, SourceConfig
    from monitor.store import Store

log = structlog.get_logger("poll")

_AT_ONCE = 2  # looks under way
_PAUSE = 5.0  # seconds between two rounds
_LEASE = timedelta(minutes=5)  # for one look, of two requests at most
_NEIGHBOURS = 3  # posts still shown, of which one must answer, or no missing one counts; and other places of a post


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

    async def run(self, stopping: asyncio.Event) -> None:
        """Look until the stop. A look cut off by it is made again later."""
        await until_stopped(partial(self._step, stopping), stopping)

    async def _step(self, stopping: asyncio.Event) -> None:
        looked = 0 if self._held() else await self.round(datetime.now(UTC))
        await pause(0.0 if looked == _AT_ONCE else _PAUSE, stopping)

    async def round(self, now: datetime) -> int:
        """Look at what is due, a few posts at most; return how many. Raises StoreUnavailable."""
        due = await self._store.gone.take(now, now + _LEASE, _AT_ONCE)
        found = await asyncio.gather(*(self._look(key, now) for key in due), return_exceptions=True)
        for key, error in zip(due, found, strict=True):
            if isinstance(error, StoreUnavailable) or (error and not isinstance(error, Exception)):
                raise error
            if error:  # a mistake of ours with one post must not hold up the others; it is looked at again later
                log.error("post.look_failed", post=key, exc_info=error)
        return len(due)

    async def _look(self, key: str, now: datetime) -> None:
        held = await self._store.gone.held(key)
        history = await self._store.posts.history(key) if held else []
        if held is None or not history:  # nobody is suspected any more; or the post was another's words, or is lost
            await self._store.gone.change([Change(key, held, None)])
            return
        suspect, settings = held.suspect, self._sources().get(key.partition(":")[0])
        if suspect.state == "present":
            following = course.Next(None, "present")
        elif settings is None or not await self._is_well(settings.id):
            following = course.put_off(suspect, now)
        else:
            following = course.after_look(suspect, await self._seen(settings, history[0], suspect), now)
        await self._conclude(held, following, history, now)

    async def _is_well(self, source: str) -> bool:
        """Whether the source itself answers as usual: what else is missing while it does not proves nothing."""
        return window.is_in_order((await self._store.health.left(source)).state)

    async def _seen(self, settings: SourceConfig, entry: Entry, suspect: Suspect) -> Seen:
        post = entry.post
        url = settings.whereabouts(post)
        if url is None:
            return evidence.without_address(suspect.said)
        seen = await self._at(settings, post, url)
        if seen.what != "absent":
            return seen
        for place in [one.permalink for one in entry.repeats if one.permalink and not one.source][-_NEIGHBOURS:]:
            if (await self._at(settings, post, place)).what == "present":
                return Seen("present", f"{seen.said}, and its source has it at {place}")
        neighbour = await self._neighbour(settings, post.key)
        if neighbour is None:
            return seen
        if neighbour.answers:
            return seen._replace(said=f"{seen.said}, while another post of the source is there")
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
        return await asyncio.to_thread(evidence.of_answer, post, url, answer, denied=settings.denies(answer.body))

    async def _neighbour(self, settings: SourceConfig, missing: str) -> Seen | None:
        """Return how a post fares that is still shown: where none is found either, addresses mean nothing just now.

        None where none is known to ask for.
        """
        text, suspects = await self._store.gone.left(settings.id)
        shown = [key for key in window.read(settings.id, text) if key != missing and key not in suspects]
        seen = None
        for key in shown[:_NEIGHBOURS]:
            history = await self._store.posts.history(key)
            url = settings.whereabouts(history[0].post) if history else None
            if not url:
                continue
            seen = await self._at(settings, history[0].post, url)
            if seen.answers:
                break
        return seen

    async def _conclude(self, held: Held, following: course.Next, history: Sequence[Entry], now: datetime) -> None:
        """Keep what a look has shown, and tell it: told before it is kept, so that neither is lost, and told once."""
        suspect, key = following.suspect, held.suspect.key
        entry, what = history[0], None
        if following.what == "deleted" and suspect:
            what = course.deletion(suspect, now)
        elif following.what == "restored" and suspect and entry.deletion:
            what = changed(entry.deletion, restored=now, evidence=suspect.evidence)
        if what and await self._store.gone.held(key) == held:
            await self._tell(key, entry, what, history)
        elif following.what == "undecided":
            log.info("post.undecided", post=key, then="two weeks of looks said nothing clear: it stays as it was")
        await self._store.gone.change([Change(key, held, suspect, what)])

    async def _tell(self, key: str, entry: Entry, what: Deletion, history: Sequence[Entry]) -> None:
        source = self._sources()[entry.post.source]
        name = next((one.alert for one in history if one.alert), None)
        alert = await self._store.alerts.get(name) if name else None
        told = words.restored if what.restored else words.deleted
        await self._store.health.tell([told(entry.post, source.origin, what, alert, self._ops())])
        if what.restored:
            log.info("post.restored", post=key, address=entry.post.permalink)
        else:
            log.warning("post.deleted", post=key, address=entry.post.permalink, then="it is kept, and shown as deleted")

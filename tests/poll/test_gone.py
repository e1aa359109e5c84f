"""Deletions through real polls of a site on the loopback: five kinds that are real, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from monitor.model import Joined, Verdict, changed
from monitor.store import Store, keys
from monitor.store.connection import Connection
from tests.make import NOON, alert
from tests.poll.site import GONE, HOUR, MINUTE, Site, a_soft_404, taken_down, watched, words
from tests.servers import Reply

DAY = timedelta(days=1)

TOMBSTONE = "<at:deleted-entry xmlns:at='http://purl.org/atompub/tombstones/1.0' ref='9' when='2021-11-16T12:00:00Z'/>"
COMPLETE = "<fh:complete xmlns:fh='http://purl.org/syndication/history/1.0'/>"


def gone_for_good(site: Site) -> None:
    taken_down(site)
    site.server.routes[f"/news/{GONE}"] = Reply(410)


def named_by_a_tombstone(site: Site) -> None:
    site.head = TOMBSTONE
    taken_down(site)


def left_out_of_a_complete_feed(site: Site) -> None:
    site.head = COMPLETE
    site.posts.remove(GONE)
    site.show()


def beside_new_ones(site: Site) -> None:
    site.posts += [12, 13]
    taken_down(site)


@pytest.mark.parametrize(
    "happens", [taken_down, gone_for_good, named_by_a_tombstone, left_out_of_a_complete_feed, beside_new_ones]
)
async def test_a_statement_that_was_taken_away_is_marked_kept_and_told(
    happens: Callable[[Site], None], store: Store
) -> None:
    async with watched(store) as (site, monitor):
        happens(site)
        await monitor.poll()
        assert await monitor.deletion(GONE) is None
        await monitor.look(HOUR)

        what = await monitor.deletion(GONE)
        assert what is not None
        assert timedelta(minutes=9) <= what.at - what.suspected <= timedelta(minutes=13)
        assert what.seen == NOON + MINUTE  # the second poll brought the same bytes, and nobody read them
        assert (await store.posts.history(monitor.key(GONE)))[0].post.title == "Bulletin 9"
        told = [one for one in await monitor.heard() if one.notice == "deleted"]
        assert [(one.verdict.severity, one.verdict.to) for one in told] == [("low", ("ops",))]
        assert "Bulletin 9" in told[0].post.title
        assert {n for n in range(14) if await monitor.deletion(n)} == {GONE}


async def test_a_post_that_is_shown_again_is_cleared_before_anybody_is_told(store: Store) -> None:
    async with watched(store) as (site, monitor):
        taken_down(site)
        await monitor.poll()
        await monitor.look(2 * MINUTE)
        assert await monitor.suspects() == {GONE: "suspected"}
        site.posts.append(GONE)
        site.show()
        await monitor.poll()
        assert await monitor.suspects() == {GONE: "present"}
        await monitor.look(2 * DAY)

        assert await monitor.suspects() == {}
        assert await monitor.deletion(GONE) is None


async def test_a_page_that_is_back_when_it_is_looked_for_again_was_never_deleted(store: Store) -> None:
    async with watched(store) as (site, monitor):
        taken_down(site)
        await monitor.poll()
        await monitor.look(2 * MINUTE)
        assert (await store.gone.of("am-mod"))[monitor.key(GONE)].suspect.absent is not None
        site.server.routes[f"/news/{GONE}"] = Reply(body=words(GONE).encode())
        await monitor.look(HOUR)

        assert (await monitor.suspects(), await monitor.deletion(GONE)) == ({GONE: "present"}, None)
        assert await monitor.heard() == []


async def test_channels_that_were_told_hear_of_the_deletion_in_its_incident(store: Store) -> None:
    async with watched(store) as (site, monitor):
        (entry,) = [one for one in await store.posts.take("me", 50, block=0) if one.post.key == monitor.key(GONE)]
        part = Joined(incident="cafe", number=2, opened=monitor.now)
        rang = alert(entry.post, to=("desk",), incident=part)
        await store.alerts.conclude([(entry, Verdict(alert=True, to=("desk",)), rang)], monitor.now)
        taken_down(site)
        await monitor.poll()
        await monitor.look(HOUR)

        (told,) = await monitor.heard()
        assert (told.notice, told.verdict.to, told.verdict.severity) == ("deleted", ("desk", "ops"), "medium")
        assert told.incident == changed(part, adds="a statement deleted")
        assert len(await store.outbox.listed("desk", "waiting", 9)) == 2


async def test_a_post_that_comes_back_is_marked_restored_and_told(store: Store) -> None:
    async with watched(store) as (site, monitor):
        taken_down(site)
        await monitor.poll()
        await monitor.look(HOUR)
        site.posts.append(GONE)
        site.show()
        await monitor.poll()
        await monitor.look(MINUTE)

        what = await monitor.deletion(GONE)
        assert what is not None
        assert what.restored == monitor.now
        assert [one.notice for one in await monitor.heard()] == ["deleted", "restored"]


async def test_a_page_that_comes_back_is_found_though_the_feed_has_moved_on(store: Store) -> None:
    async with watched(store) as (site, monitor):
        taken_down(site)
        await monitor.poll()
        await monitor.look(HOUR)
        site.server.routes[f"/news/{GONE}"] = Reply(body=words(GONE).encode())
        await monitor.look(DAY)

        what = await monitor.deletion(GONE)
        assert what is not None
        assert what.restored is not None


async def test_half_a_feed_gone_at_once_is_one_notice_and_each_is_looked_at_by_itself(store: Store) -> None:
    async with watched(store) as (site, monitor):
        for n in (10, 9, 8, 7, 6):
            site.posts.remove(n)
        site.show()
        polled = await monitor.poll()
        assert [one.what for one in polled.news] == ["vanished"]
        assert [one.notice for one in await monitor.heard()] == ["vanished"]
        site.server.requests.clear()
        await monitor.look(HOUR)

        assert {n for n in range(12) if await monitor.deletion(n)} == {10, 9, 8, 7, 6}
        looked = [one.path for one in site.server.requests]
        assert [looked.count(f"/news/{n}") for n in (10, 9, 8, 7, 6)] == [2] * 5


async def test_pages_made_by_scripts_prove_by_being_there_that_one_that_is_not_is_gone(store: Store) -> None:
    async with watched(store) as (site, monitor):
        taken_down(site)
        for n in site.posts:
            site.server.routes[f"/news/{n}"] = Reply(body=b"<div id='app'></div><script src='/app.js'></script>")
        await monitor.poll()
        await monitor.look(HOUR)

        assert await monitor.deletion(GONE) is not None


async def test_a_post_that_moved_to_another_address_and_id_is_not_deleted(store: Store) -> None:
    async with watched(store) as (site, monitor):
        site.posts.remove(GONE)
        site.moved = {99: GONE}
        site.show()
        polled = await monitor.poll()
        assert polled.counts["repeat"] == 1
        await monitor.look(HOUR)

        assert await monitor.deletion(GONE) is None
        assert await monitor.suspects() == {GONE: "present"}


async def test_a_source_in_trouble_is_compared_with_what_it_showed_before_it(store: Store) -> None:
    async with watched(store) as (site, monitor):
        site.broken = Reply(503)
        site.show()
        await monitor.poll()
        site.broken = None
        taken_down(site)
        await monitor.poll()
        assert await monitor.suspects() == {}
        site.posts.append(12)
        site.show()
        await monitor.poll()

        assert await monitor.suspects() == {GONE: "suspected"}


async def test_what_cannot_be_decided_is_given_up_after_two_weeks(store: Store) -> None:
    async with watched(store) as (site, monitor):
        a_soft_404(site)
        await monitor.poll()
        for _ in range(16 * 4):
            monitor.now += 6 * HOUR
            await monitor.looks.round(monitor.now)

        assert (await monitor.suspects(), await monitor.deletion(GONE)) == ({}, None)


async def test_a_look_told_and_then_cut_off_is_told_once(store: Store, server_url: str) -> None:
    async with watched(store) as (site, monitor):
        taken_down(site)
        await monitor.poll()
        await monitor.look(9 * MINUTE)
        (held,) = (await store.gone.of("am-mod")).values()
        await monitor.look(5 * MINUTE)
        raw = Connection(server_url)  # as if the process had died before it kept what it had told
        await raw.call("HSET", keys.gone("am-mod"), held.suspect.key.partition(":")[2], held.record)
        await raw.call("ZADD", keys.LOOKS, 0, held.suspect.key)
        await raw.close()
        await monitor.look(5 * MINUTE)

        assert [one.notice for one in await monitor.heard()] == ["deleted"]
        assert await monitor.suspects() == {GONE: "deleted"}

"""The pages over the real store, for what a store in memory cannot show: its ids, its cursors, its signatures."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx

from monitor.model import Alert, Joined, Origin, Verdict, alert_id
from monitor.store import Store
from monitor.store.incidents import Decided
from monitor.web.links import acknowledge_link
from tests.web.memory import MINISTRY, NOON, a_post, a_verdict, serving
from tests.web.people import OURS, PUBLIC, TOKEN, an_incident, writable
from tests.web.test_live import viewer
from tests.web.told import untold


async def placed(address: str) -> None:
    """Wait until the server follows the store; the page says so by its cursor."""
    async with httpx.AsyncClient(base_url=address) as visitor, asyncio.timeout(10):
        while 'data-cursor=""' in (await visitor.get("/")).text:  # noqa: ASYNC110  # each turn asks the server
            await asyncio.sleep(0.02)


async def raise_alert(store: Store) -> Alert:
    [entry] = await store.posts.take("judge-1", 10, block=1.0)
    verdict = a_verdict(entry.post)
    alert = Alert(id=alert_id(entry.post), post=entry.post, origin=MINISTRY, verdict=verdict, raised=NOON)
    assert await store.alerts.conclude([(entry, verdict, alert)], NOON) == [True]
    return alert


async def test_a_post_goes_from_the_store_to_every_page_and_stream(store: Store) -> None:
    await store.posts.admit("am-mod", [a_post("0", "Before the page.")], NOON, backfill=True)
    [first] = await store.posts.take("judge-1", 10, block=1.0)
    await store.alerts.conclude([(first, Verdict(alert=False, reasons=("no term",)), None)], NOON)

    async with serving(store) as (_, address), httpx.AsyncClient(base_url=address) as visitor:
        await placed(address)
        async with viewer(address) as seen:
            await store.posts.admit("am-mod", [a_post("1")], NOON)
            post = await seen.next()
            alert = await raise_alert(store)
            raised = await seen.next()

        assert (post.name, post.data["entry"]["post"]["native_id"]) == ("post", "1")
        assert (raised.name, raised.data["alert"]["id"]) == ("alert", alert.id)
        async with viewer(address, last=post.id) as again:
            assert (await again.next()).data["alert"]["id"] == alert.id
        page = (await visitor.get("/")).text
        assert page.index("wounded") < page.index("Before the page.")
        whole = (await visitor.get(f"/api/posts/{alert.post.key}")).json()
        assert [each["channel"] for each in whole["deliveries"]] == ["duty"]
        older = (await visitor.get("/api/posts", params={"before": post.data["entry"]["id"]})).json()
        assert [entry["post"]["text"] for entry in older["entries"]] == ["Before the page."]
        for path in (
            f"/posts/{alert.post.key}",
            "/alerts",
            "/sources",
            "/sources/am-mod",
            "/rules",
            "/rules/casualties",
            "/channels",
            "/deliveries",
            "/health",
            "/incidents",
            "/silences",
            "/audit",
        ):
            assert (await visitor.get(path)).status_code == 200


async def test_a_viewer_from_before_a_restart_catches_up_with_the_real_cursors(store: Store) -> None:
    def sources() -> list[Origin]:
        return [MINISTRY]

    async with serving(store, sources=sources) as (_, address):
        await placed(address)
        async with viewer(address) as seen:
            await store.posts.admit("am-mod", [a_post("1", "One.")], NOON)
            last = (await seen.next()).id
    await store.posts.admit("am-mod", [a_post("2", "Two."), a_post("3", "Three.")], NOON)
    async with serving(store, sources=sources) as (_, address), viewer(address, last=last) as seen:
        texts = {(await seen.next()).data["entry"]["post"]["text"] for _ in range(2)}

    assert texts == {"Two.", "Three."}


async def test_an_incident_is_taken_in_hand_and_a_silence_begun_and_ended_in_the_store(store: Store) -> None:
    await store.posts.admit("am-mod", [a_post()], NOON)
    alert = await raise_alert(store)
    about = an_incident([alert], last=datetime.now(UTC))
    decided = Decided([about], {alert.id: Joined(incident=about.id)})
    await store.incidents.join([alert], 7200, NOON, lambda *_: decided)
    link = (acknowledge_link(PUBLIC, TOKEN, about.id) or "").removeprefix(PUBLIC)

    async with writable(store, "Anna") as visitor:
        taken = await visitor.post(link, data={"name": "Anna"}, headers=OURS)
        second = await visitor.post(link, data={"name": "Boris"}, headers=OURS)
        await visitor.post("/silences", data={"topics": "losses", "for": "1h", "reason": "a test"}, headers=OURS)
        (silence,) = await store.silences.all()
        await visitor.post(f"/silences/{silence.id}/end", headers=OURS)
        page = (await visitor.get(f"/incidents/{about.id}")).text
        audit = (await visitor.get("/api/audit")).json()["actions"]

    assert "You have it in hand" in taken.text
    assert "You came later: nothing was changed." in second.text
    assert not untold(page, "Anna has it in hand", "1 statement", "duty")
    assert [each["what"] for each in audit] == ["ended a silence", "silenced", "acknowledged"]
    parcels = await store.outbox.take("duty", "courier-1", 10)
    assert [told.notice for _, told in parcels] == [None, "acknowledged"]

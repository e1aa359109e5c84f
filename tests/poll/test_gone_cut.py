"""A process that dies, or loses the store, where a look decides: what is told is what is marked, and in its order."""

from __future__ import annotations

from contextlib import suppress

import pytest

from monitor.store import Store
from tests.poll.site import GONE, HOUR, MINUTE, Monitor, Site, taken_down, watched
from tests.wire import Wire

# The steps of a round that decides, of those that go to the store: the last of reading, keeping, telling, its end.
DELETES, RESTORES = range(9, 13), range(5, 9)


async def cut(monitor: Monitor, wire: pytest.MonkeyPatch, step: int) -> None:
    """Look minute by minute until a round breaks off before a step."""
    for _ in range(30):
        monitor.now += MINUTE
        with wire.context() as patch, suppress(SystemError):
            sent = Wire(monitor.store, patch, dies=step)
            await monitor.looks.round(monitor.now)
        if sent.sent > step:
            return
    pytest.fail(f"no round came to its step {step}")


async def gone(site: Site, monitor: Monitor) -> None:
    """Take the post away, and let it be looked at once."""
    taken_down(site)
    await monitor.poll()
    await monitor.look(9 * MINUTE)


async def back(site: Site, monitor: Monitor) -> None:
    site.posts.append(GONE)
    site.show()
    await monitor.poll()


async def heard(monitor: Monitor) -> list[str | None]:
    """Return what the operators heard; it must say what is marked."""
    told, what = [one.notice for one in await monitor.heard()], await monitor.deletion(GONE)
    assert told == (["deleted", "restored"][: 1 + (what.restored is not None)] if what else [])
    return told


@pytest.mark.parametrize("step", DELETES)
async def test_a_deletion_that_is_cut_off_is_told_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    async with watched(store) as (site, monitor):
        await gone(site, monitor)
        await cut(monitor, monkeypatch, step)
        await monitor.look(HOUR)

        assert await heard(monitor) == ["deleted"]


@pytest.mark.parametrize("step", DELETES)
async def test_one_that_is_back_after_the_cut_is_told_as_both_or_as_neither(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    async with watched(store) as (site, monitor):
        await gone(site, monitor)
        await cut(monitor, monkeypatch, step)
        await back(site, monitor)
        await monitor.look(HOUR)

        assert await heard(monitor) == ([] if step <= DELETES[1] else ["deleted", "restored"])


@pytest.mark.parametrize("step", RESTORES)
async def test_a_restoration_that_is_cut_off_is_told_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    async with watched(store) as (site, monitor):
        await gone(site, monitor)
        await monitor.look(HOUR)
        await back(site, monitor)
        await cut(monitor, monkeypatch, step)
        await monitor.look(HOUR)

        assert await heard(monitor) == ["deleted", "restored"]

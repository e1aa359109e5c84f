"""What a ministry does in a week, each by itself: where the whole week breaks, one of these says why."""

from __future__ import annotations

import pytest

from monitor.store import Store
from tests.week.ministry import DAY, ONLY_SEEMING, SAID, TAKEN_DOWN, THAT_DO_NOT, THAT_MATTER, a_week
from tests.week.press import AGENCY, MINISTRY, a_room

LONG = (
    "Ten reservists were wounded when a bridge near Ashtarak gave way under their column. "
    "The bridge was closed by the engineers, who begin with its repair within the week."
)


@pytest.mark.parametrize("what", [*THAT_MATTER, *THAT_DO_NOT])
async def test_an_edit_alerts_again_only_where_it_matters(store: Store, what: str) -> None:
    before, after = (THAT_MATTER | THAT_DO_NOT)[what]
    async with a_week(store, 6) as played:
        played.week.posts.append(6)
        for text in (before, after):
            played.week.said[6] = text
            played.week.show()
            await played.poll()

        assert await played.alerts_on(6) == (2 if what in THAT_MATTER else 1)


async def test_of_what_is_missing_only_what_was_taken_down_is_deleted(store: Store) -> None:
    async with a_week(store, 24) as played:
        week = played.week
        for seeming in ONLY_SEEMING.values():
            seeming(week)
            await played.an_hour()
            week.broken = None
            week.show()
            await played.an_hour()
            assert await played.deleted() == set()
        for n, status in TAKEN_DOWN.items():
            week.posts.remove(n)
            week.taken[n] = status
            week.show()
            await played.an_hour()
        played.monitor.now += DAY
        await played.an_hour()

        assert await played.deleted() == set(TAKEN_DOWN)
        assert [one.notice for one in await played.monitor.heard()].count("deleted") == len(TAKEN_DOWN)


async def test_a_statement_put_up_again_under_another_address_alerts_once(store: Store) -> None:
    async with a_week(store, 6) as played:
        for n in (6, 7):
            played.week.posts.append(n)
            played.week.said[n] = SAID
            played.week.show()
            await played.poll()

        assert (await played.alerts_on(6), await played.alerts_on(7)) == (1, 0)


async def test_a_site_that_renews_all_its_ids_neither_repeats_nor_deletes(store: Store) -> None:
    async with a_week(store, 6) as played:
        week = played.week
        week.posts.append(6)
        week.said[6] = SAID
        week.show()
        await played.poll()
        week.moved = {n + 30: n for n in week.posts}
        week.said[36] = SAID
        week.posts = []
        week.show()
        await played.an_hour()
        played.monitor.now += DAY
        await played.an_hour()

        assert sum([await played.alerts_on(n) for n in range(40)]) == 1
        assert await played.deleted() == set()


async def test_a_statement_above_a_counter_alerts_once_though_its_id_is_renewed(store: Store) -> None:
    async with a_week(store, 6) as played:
        week = played.week
        week.posts.append(6)
        for views in (12, 4180):  # a counter is no version, so the first words are those that are kept
            week.said[6] = f"{SAID}\n\nViews: {views}"
            week.show()
            await played.poll()
        week.moved = {36: 6}
        week.said[36] = week.said[6]
        week.posts.remove(6)
        week.show()
        await played.an_hour()

        assert (await played.alerts_on(6), await played.alerts_on(36)) == (1, 0)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    "line",
    ["The agency reports:", "YEREVAN.", "ANKARA, 16 November /Agency/ —"],
)
async def test_what_an_agency_puts_before_a_copy_is_no_news(store: Store, line: str) -> None:
    async with a_room(store) as (room, _):
        for source, text in ((MINISTRY, LONG), (AGENCY, f"{line} {LONG}")):
            room.press[source].publish(text, room.now)
            await room.hour()

        assert [alert.post.source for alert in room.told] == [MINISTRY]

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import poll
from monitor.errors import StoreUnavailable, Unreachable
from monitor.model import Batch, Bookmark, changed
from monitor.poll.earlier import Filled
from monitor.store import Store
from tests.make import NOON, post
from tests.poll.ministry import Ministry, settings


def page(*numbers: int, earlier: str | None = None) -> Batch:
    return Batch(posts=tuple(post(n) for n in numbers), earlier=earlier)


async def polls(store: Store, ministry: Ministry) -> poll.Polled:
    """Poll as often as the ministry has answers, a minute apart."""
    times = len(ministry.answers)
    last = [await poll.poll(settings(), ministry, store, NOON + timedelta(minutes=n)) for n in range(times)]
    return last[-1]


async def stored(store: Store) -> dict[str, bool]:
    """Return the title of every post, and whether it is silent."""
    return {entry.post.title: entry.silent for entry in await store.posts.recent()}


async def test_a_window_that_moved_too_far_is_told_as_a_gap(store: Store) -> None:
    ministry = Ministry(page(1, 2), page(2, 3), page(4, 5), page(5), page(6, 5))

    gaps = [(await poll.poll(settings(), ministry, store, NOON + timedelta(minutes=n))).after.gap for n in range(5)]

    third = NOON + timedelta(minutes=2)
    assert gaps == [None, None, third, third, third]


async def test_older_pages_fill_the_gap_up_to_what_is_known(store: Store) -> None:
    older = {"p2": page(7, 6, earlier="p3"), "p3": page(5, 2, earlier="p4"), "p4": page(1)}
    ministry = Ministry(page(2, 1), page(9, 8, earlier="p2"), pages=older)

    last = await polls(store, ministry)

    assert ministry.turned == ["p2", "p3"], "no further than to the first page with a known post"
    assert (last.after.gap, last.after.filled, last.after.posts) == (None, 3, 7)
    assert {title for title, silent in (await stored(store)).items() if not silent} == {
        f"Statement {n}" for n in (5, 6, 7, 8, 9)
    }


async def test_where_nothing_known_is_found_old_pages_ring_no_bell(store: Store) -> None:
    missed = post(7, published=NOON + timedelta(seconds=30))
    held_back = post(8, published=NOON - timedelta(minutes=10))  # its date came before the last answer, it did not
    of_today = post(4, published=NOON - timedelta(hours=12))  # a day without an hour
    older = {"p2": Batch(posts=(missed, held_back, of_today, post(6, published=NOON - timedelta(days=900)), post(5)))}
    ministry = Ministry(page(1), page(9, earlier="p2"), pages=older)

    last = await polls(store, ministry)

    assert last.after.gap == NOON + timedelta(minutes=1)
    assert await stored(store) == {
        "Statement 1": True,
        "Statement 4": False,
        "Statement 5": True,
        "Statement 6": True,
        "Statement 7": False,
        "Statement 8": False,
        "Statement 9": False,
    }


async def test_pages_that_lead_in_circles_or_fail_end_the_walk(store: Store) -> None:
    circle = Ministry(page(1), page(9, earlier="p2"), pages={"p2": page(8, earlier="p3"), "p3": page(7, earlier="p2")})
    await polls(store, circle)
    broken = Ministry(page(19, earlier="p9"), pages={"p9": Unreachable("away")})

    last = await polls(store, broken)

    assert circle.turned == ["p2", "p3"]
    assert broken.turned == ["p9"]
    assert last.error is None
    assert last.after.gap is not None


async def test_the_walk_is_short(store: Store) -> None:
    endless = {f"p{n}": page(100 + n, earlier=f"p{n + 1}") for n in range(100)}
    ministry = Ministry(page(1), page(9, earlier="p0"), pages=endless)

    await polls(store, ministry)

    assert len(ministry.turned) == 5


async def test_a_poll_that_died_behind_its_posts_leaves_the_gap_to_the_next(store: Store) -> None:
    """The posts are stored, and then the process dies: to the next poll they are all known."""
    ministry = Ministry(
        page(1), page(9, 8, earlier="p2"), page(9, 8, earlier="p2"), page(9, 8), pages={"p2": page(7, 1)}
    )
    await poll.poll(settings(), ministry, store, NOON)
    ministry.pages = {"p2": StoreUnavailable("away")}
    with pytest.raises(StoreUnavailable):
        await poll.poll(settings(), ministry, store, NOON + timedelta(minutes=1))
    ministry.pages = {"p2": page(7, 1)}

    again = await poll.poll(settings(), ministry, store, NOON + timedelta(minutes=2))
    after_that = await poll.poll(settings(), ministry, store, NOON + timedelta(minutes=3))

    assert again.filled == Filled(1, reached=True)
    assert (again.after.gap, again.after.filled) == (None, 1)
    assert after_that.filled is None
    assert "Statement 7" in await stored(store)


@pytest.mark.parametrize(
    "older", [KeyError("a mistake of ours"), Batch(posts=(post(7, text="\ud800"),))], ids=["mistake", "unstorable"]
)
async def test_an_older_page_that_nobody_can_use_is_a_gap_and_no_failed_poll(
    store: Store, older: Batch | Exception
) -> None:
    last = await polls(store, Ministry(page(1), page(9, earlier="p2"), pages={"p2": older}))

    assert last.error is None
    assert last.after.gap == NOON + timedelta(minutes=1)


async def test_a_page_that_moved_on_while_it_was_turned_proves_nothing(store: Store) -> None:
    """Posts come between two requests, so that the second page begins with what stood on the first."""
    older = {"p2": page(8, 7, 6, earlier="p3"), "p3": page(5, 4, 1)}
    ministry = Ministry(page(1), page(9, 8, earlier="p2"), pages=older)

    last = await polls(store, ministry)

    assert (last.after.gap, last.filled) == (None, Filled(4, reached=True))
    assert len(await stored(store)) == 7


async def test_what_a_poll_that_died_has_stored_proves_nothing_to_the_next(store: Store) -> None:
    ministry = Ministry(page(1), page(9, 8, earlier="p2"), pages={"p2": StoreUnavailable("away")})
    await poll.poll(settings(), ministry, store, NOON)
    with pytest.raises(StoreUnavailable):
        await poll.poll(settings(), ministry, store, NOON + timedelta(minutes=1))
    ministry.answers = [page(11, 10, earlier="p2")]
    ministry.pages = {"p2": page(9, 8, earlier="p3"), "p3": page(7, 6, earlier="p4"), "p4": page(5, 1)}

    last = await poll.poll(settings(), ministry, store, NOON + timedelta(minutes=2))

    assert (last.after.gap, last.filled) == (None, Filled(3, reached=True))
    assert len(await stored(store)) == 8


async def test_a_walk_that_broke_off_is_walked_again_and_told_after_an_hour(store: Store) -> None:
    first, newest = page(1), page(9, 8, earlier="p2")
    newest = changed(newest, bookmark=Bookmark(etag="of the newest"))
    older: dict[str, Batch | Exception] = {"p2": page(7, earlier="p3"), "p3": Unreachable("busy", status=503)}
    ministry = Ministry(first, newest, newest, newest, page(9, 8), pages=older)
    at = [NOON + timedelta(minutes=n) for n in (0, 1, 2, 62, 63)]

    polled = [await poll.poll(settings(), ministry, store, one) for one in at[:2]]
    assert polled[1].after.gap is None
    assert polled[1].filled == Filled(0, reached=False, broken=True)
    assert ministry.asked[2:] == []
    polled.append(await poll.poll(settings(), ministry, store, at[2]))
    assert ministry.asked[2] == Bookmark(), "the bookmark stayed where it was"
    late = await poll.poll(settings(), ministry, store, at[3])
    over = await poll.poll(settings(), ministry, store, at[4])

    assert (late.after.gap, over.filled) == (at[3], None)
    assert await stored(store) == {f"Statement {n}": n in (1, 7) for n in (1, 7, 8, 9)}


async def test_a_walk_that_broke_off_fills_the_gap_when_the_page_is_there_again(store: Store) -> None:
    newest = page(9, 8, earlier="p2")
    older: dict[str, Batch | Exception] = {"p2": page(7, earlier="p3"), "p3": Unreachable("busy", status=503)}
    ministry = Ministry(page(1), newest, newest, pages=older)
    for minute in (0, 1):
        await poll.poll(settings(), ministry, store, NOON + timedelta(minutes=minute))
    ministry.pages = {**older, "p3": page(6, 1)}

    last = await poll.poll(settings(), ministry, store, NOON + timedelta(minutes=2))

    assert (last.after.gap, last.filled) == (None, Filled(2, reached=True))
    assert (await stored(store))["Statement 6"] is False


async def test_a_first_poll_that_died_leaves_no_gap_behind_that_nobody_sees(store: Store) -> None:
    await store.posts.admit("am-mod", [post(1)], NOON, mark="of a poll that died")
    ministry = Ministry(page(9, 8, earlier="p2"), pages={"p2": page(7, 1)})

    last = await poll.poll(settings(), ministry, store, NOON + timedelta(minutes=1))

    assert (last.after.gap, last.filled) == (None, Filled(1, reached=True))


async def test_where_nothing_was_at_the_first_poll_nothing_is_missed(store: Store) -> None:
    ministry = Ministry(page(), page(2, 1, earlier="p2"))

    last = await polls(store, ministry)

    assert (last.after.gap, last.filled, ministry.turned) == (None, None, [])


async def test_what_an_older_page_calls_deleted_is_looked_at(store: Store) -> None:
    gone = changed(page(7, 2), deletions=(post(1).native_id, "never seen"))
    ministry = Ministry(page(2, 1), page(9, earlier="p2"), pages={"p2": gone})

    last = await polls(store, ministry)

    assert last.filled == Filled(1, reached=True, deletions=gone.deletions)
    assert {key: held.suspect.said for key, held in (await store.gone.of("am-mod")).items()} == {post(1).key: 1}

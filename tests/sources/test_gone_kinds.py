"""Deletions on sites of each kind whose whole window is known: those that are real, and those that only seem so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from monitor.fetch import Fetcher
from monitor.model import Batch
from monitor.store import Store
from tests.poll.site import HOUR
from tests.servers import HttpServer, Reply
from tests.sources.places import GONE, KINDS, Drupal, GovUk, Place, Watch, WebPage, YouTube
from tests.sources.watcher import Watcher, said


@pytest.fixture(params=KINDS, ids=[kind.kind for kind in KINDS])
async def watch(request: pytest.FixtureRequest, server: HttpServer, store: Store) -> AsyncIterator[Watch]:
    """Return a monitor that has polled a site of each kind twice."""
    async with Fetcher(user_agent="test/0") as fetch:
        watching = Watch(request.param(server), store, fetch)
        await watching.poll()
        await watching.poll()
        assert await watching.suspects() == {}
        yield watching


async def test_what_is_taken_away_is_found_deleted_and_nothing_else(watch: Watch) -> None:
    watch.place.posts.remove(GONE)
    watch.place.posts.append(9)
    watch.place.show()
    await watch.poll()
    assert await watch.suspects() == {watch.key(GONE): "suspected"}
    await watch.look(HOUR)

    (number,) = await watch.deletions()
    assert number == GONE


async def test_what_is_put_back_is_found_restored(watch: Watch) -> None:
    watch.place.posts.remove(GONE)
    watch.place.show()
    await watch.poll()
    await watch.look(HOUR)
    watch.place.posts.append(GONE)
    watch.place.show()
    await watch.poll()
    await watch.look(HOUR)

    assert (await watch.deletions())[GONE].restored is not None


def left_out_of_the_list(place: Place) -> None:
    place.unlisted.add(GONE)


def another_answer_in_its_place(place: Place) -> None:
    """A soft 404; of a video that is private now 403; of a node that its site withholds an answer that says so."""
    hidden = said({"data": [], "meta": {"omitted": {"detail": "Some.", "links": {}}}})
    other = Reply(body=b"<h1>Not here</h1><p>Other news of the day, none of it about that.</p>")
    place.posts.remove(GONE)
    place.pages[GONE] = hidden if isinstance(place, Drupal) else Reply(403) if isinstance(place, YouTube) else other


def no_page_is_found(place: Place) -> None:
    """The list is well, but no address of a post leads anywhere: the site has moved its pages, or is ill."""
    nothing = said({"data": []}) if isinstance(place, Drupal) else Reply(404)
    place.unlisted.add(GONE)
    place.pages |= dict.fromkeys(place.posts, nothing)


def the_newest_alone_are_left(place: Place) -> None:
    place.unlisted |= {1, 2, 3, 4}


@pytest.mark.parametrize(
    "happens", [left_out_of_the_list, another_answer_in_its_place, no_page_is_found, the_newest_alone_are_left]
)
async def test_what_only_seems_deleted_is_not(watch: Watch, happens: Callable[[Place], None]) -> None:
    happens(watch.place)
    watch.place.show()
    await watch.poll()
    suspects = await watch.suspects()
    assert list(suspects) == ([] if happens is the_newest_alone_are_left else [watch.key(GONE)])
    await watch.look(HOUR)

    assert await watch.deletions() == {}


async def test_a_page_that_is_published_anew_meanwhile_hides_no_deletion(server: HttpServer, store: Store) -> None:
    async with Fetcher(user_agent="test/0") as fetch:
        watch = Watch(GovUk(server), store, fetch)
        await watch.poll()
        watch.place.posts.remove(GONE)
        watch.place.anew = (3,)
        watch.place.show()
        await watch.poll()

        assert await watch.suspects() == {watch.key(GONE): "suspected"}


async def test_a_list_without_dates_or_in_another_order_is_no_window(server: HttpServer) -> None:
    place = WebPage(server)
    assert (await _polled(place)).window is not None
    whole = server.routes["/"]
    assert isinstance(whole, Reply)
    server.routes["/"] = Reply(body=whole.body.replace(b"datetime=", b"data-x=", 1))
    assert (await _polled(place)).window is None
    head, *items = whole.body.split(b"<article>")
    server.routes["/"] = Reply(body=b"<article>".join([head, *items[::-1]]))
    assert (await _polled(place)).window is None


async def _polled(place: Place) -> Batch:
    return await Watcher(place.server, place.kind, {"robots": "ignore"}).poll()

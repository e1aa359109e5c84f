"""What only looks like a deletion, through real polls of a site on the loopback: nobody is told of any."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.fetch import Fetcher
from monitor.store import Store
from tests.poll.site import GONE, HOUR, Site, a_soft_404, taken_down, watched
from tests.servers import Reply


def outage(site: Site) -> None:
    site.server.routes.clear()


def all_answers_are_500(site: Site) -> None:
    site.broken = Reply(500)
    taken_down(site)
    site.posts.append(GONE)


def paging(site: Site) -> None:
    site.posts += [12, 13, 14, 15]
    site.show()


def a_pinned_one_moved(site: Site) -> None:
    site.show(only=[11, 10, 8, 7, 6, 5, 4])


def the_window_shrank(site: Site) -> None:
    site.size = 3
    site.show()


def all_ids_were_renewed(site: Site) -> None:
    site.posts = [n + 20 for n in site.posts]
    site.show()


def another_layout(site: Site) -> None:
    site.server.routes["/feed"] = Reply(body=b"<html><body><h1>Our new site</h1></body></html>")


def the_account_is_closed(site: Site) -> None:
    site.server.routes.clear()
    site.server.routes["/feed"] = Reply(410)


def turned_round(site: Site) -> None:
    site.show(only=[4, 5, 6, 7, 8, 9, 10, 11])


def a_cut_answer(site: Site) -> None:
    whole = site.server.routes["/feed"]
    assert isinstance(whole, Reply)
    kept = whole.body.replace(b"<guid isPermaLink='false'>9</guid>", b"<guid isPermaLink='false'>x</guid>")
    site.server.routes["/feed"] = Reply(body=kept[: len(kept) * 3 // 4])


def an_empty_feed(site: Site) -> None:
    site.show(only=[])


def every_address_changed(site: Site) -> None:
    taken_down(site)
    for n in site.posts:
        site.server.routes[f"/news/{n}"] = Reply(404)


def a_wall(site: Site) -> None:
    taken_down(site)
    site.server.routes[f"/news/{GONE}"] = Reply(403)


def its_site_moved(site: Site) -> None:
    """What is older has no page any more where it was; what is newer has."""
    taken_down(site)
    for n in range(GONE):
        site.server.routes[f"/news/{n}"] = Reply(404)


def led_home(site: Site) -> None:
    taken_down(site)
    site.server.routes["/"] = Reply(body=b"<h1>Ministry of Defence</h1><p>The news of the day.</p>")
    site.server.routes[f"/news/{GONE}"] = Reply(302, headers={"Location": "/"})


def led_to_a_login(site: Site) -> None:
    taken_down(site)
    site.server.routes["/login"] = Reply(body=b"<h1>Log in</h1><form><input type='password'></form>")
    site.server.routes[f"/news/{GONE}"] = Reply(302, headers={"Location": "/login"})


def withheld_by_law(site: Site) -> None:
    taken_down(site)
    site.server.routes[f"/news/{GONE}"] = Reply(451)


def a_captcha(site: Site) -> None:
    taken_down(site)
    challenge = b"<html><head><title>Just a moment...</title></head><script>window._cf_chl_opt={}</script></html>"
    site.server.routes[f"/news/{GONE}"] = Reply(200, challenge, {"Content-Type": "text/html"})


def a_broken_page(site: Site) -> None:
    taken_down(site)
    site.server.routes[f"/news/{GONE}"] = Reply(500)


@pytest.mark.parametrize(
    "happens",
    [
        outage, all_answers_are_500, paging, a_pinned_one_moved, the_window_shrank, all_ids_were_renewed,
        another_layout, the_account_is_closed, a_soft_404, turned_round, a_cut_answer, an_empty_feed,
        every_address_changed, a_wall, its_site_moved, led_home, led_to_a_login, withheld_by_law, a_captcha,
        a_broken_page,
    ],
)  # fmt: skip
async def test_what_only_seems_deleted_is_not(happens: Callable[[Site], None], store: Store) -> None:
    async with watched(store) as (site, monitor):
        happens(site)
        await monitor.poll()
        await monitor.look(HOUR)
        await monitor.poll()
        await monitor.look(2 * HOUR)

        assert [n for n in range(40) if await monitor.deletion(n)] == []
        assert {"deleted"} & {one.notice for one in await monitor.heard()} == set()


async def test_what_robots_txt_forbids_is_looked_at_by_nobody(store: Store) -> None:
    async with watched(store, robots="obey") as (site, monitor), Fetcher(user_agent="test/0") as anew:
        taken_down(site)
        await monitor.poll()
        site.server.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /news/\n")
        monitor.fetch = anew  # which has not read the one that was not there
        monitor.restart()
        await monitor.look(HOUR)

        assert await monitor.suspects() == {GONE: "suspected"}
        assert [one.path for one in site.server.requests if one.path.startswith("/news/")] == []

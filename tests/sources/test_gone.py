"""What the kinds know of posts that disappear: tombstones, whole windows, and where one post can be asked for."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model import Post, Reading
from monitor.sources import _entries, bluesky, drupal, mastodon, x, youtube
from monitor.sources.rss import Config
from tests.make import NOON, post
from tests.servers import HttpServer
from tests.sources import bluesky_server, channel, mastodon_server, vk_server
from tests.sources.feeds import items, read

ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0' "
    "xmlns:fh='http://purl.org/syndication/history/1.0'><title>T</title><id>x</id>{head}"
    "<entry><id>tag:2</id><title>Two</title><updated>2021-11-16T12:00:00Z</updated>{inside}</entry></feed>"
)
TOMBSTONE = (
    "<{p}:deleted-entry {ns} ref=' tag:{n} ' when='2021-11-16T12:00:00Z'><{p}:comment>x</{p}:comment>"
    "</{p}:deleted-entry>"
)
SPACE = "xmlns:gone='http://purl.org/atompub/tombstones/1.0'"


def tombstone(n: int, prefix: str = "at", space: str = "") -> str:
    return TOMBSTONE.format(p=prefix, n=n, ns=space)


def test_tombstones_name_what_was_deleted_whatever_their_prefix() -> None:
    reading = read(ATOM.format(head=tombstone(1) + tombstone(3, "gone", SPACE) + tombstone(1), inside=""))

    assert reading.deletions == ("tag:1", "tag:3")
    assert ([one.title for one in reading.posts], reading.warnings, reading.complete) == (["Two"], (), False)


def test_what_the_feed_still_shows_is_not_deleted_and_what_a_post_says_is_no_tombstone() -> None:
    assert read(ATOM.format(head=tombstone(2), inside="")).deletions == ()
    assert read(ATOM.format(head="", inside=tombstone(1))).deletions == ()
    assert read(ATOM.format(head="<deleted-entry ref='tag:1'/>", inside="")).deletions == ()


def test_a_damaged_feeds_tombstones_are_read_too() -> None:
    reading = read(ATOM.format(head=tombstone(1), inside="<br>"))

    assert reading.deletions == ("tag:1",)
    assert reading.warnings


def test_a_complete_feed_says_so() -> None:
    assert read(ATOM.format(head="<fh:complete/>", inside="")).complete
    assert not read(ATOM.format(head="<complete/>", inside="<fh:complete/>")).complete
    assert not read(items("<title>a</title>")).complete


def shown(*posts: Post) -> tuple[str, ...]:
    return _entries.window(Reading(posts=posts), posts[0].source)


def test_a_window_is_ordered_by_its_dates_where_all_have_one() -> None:
    old, new = post("old", published=NOON), post("new", published=NOON.replace(hour=13))

    assert shown(old, new) == (new.key, old.key)
    assert shown(old, post("undated"), new) == (old.key, post("undated").key, new.key)
    assert shown(post("a", published=NOON), post("b", published=NOON)) == shown(post("a"), post("b"))
    assert shown(post("a", flags=("no-id",)), post("b")) == (post("b").key,)


def test_a_post_is_asked_for_at_its_address_and_no_page_denies_it() -> None:
    feed = Config(id="m", url="https://ministry.example/rss.xml")

    assert feed.whereabouts(post(1)) == "https://example.org/1"
    assert not feed.denies(b"Post not found")


def made(native_id: str, **fields: Any) -> Post:
    return post("x", native_id=native_id, **fields)


def test_mastodon_is_asked_for_a_post_by_its_api() -> None:
    config = mastodon.Config(id="m", url="https://social.example/@ministry")

    assert config.whereabouts(made("109/7")) == "https://social.example/api/v1/statuses/109%2F7"


def test_bluesky_answers_with_an_empty_list_where_there_is_no_such_post() -> None:
    config = bluesky.Config(id="m", url="https://bsky.app/profile/ministry.example")
    uri = "at://did:plc:a/app.bsky.feed.post/3k"

    assert config.whereabouts(made(uri)) == (
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getPosts?uris=at:%2F%2Fdid:plc:a%2Fapp.bsky.feed.post%2F3k"
    )
    assert config.whereabouts(made(uri, repost_of=uri)) is None
    assert config.denies(b'{"posts": []}\n')
    assert not config.denies(b'{"posts": [{"uri": "at://"}]}')
    assert not config.denies(b"{}")


@pytest.mark.parametrize(
    ("said", "denied"),
    [("Post not found", True), ("Please open Telegram to view this post", False)],
)
def test_telegram_says_in_its_frame_that_there_is_no_such_message(said: str, *, denied: bool) -> None:
    config = channel.settings()

    assert config.whereabouts(made("ministry/7", permalink="https://t.me/ministry/7")) == (
        "https://t.me/ministry/7?embed=1&mode=tme"
    )
    assert config.denies(f'<div class="tgme_widget_message_error">{said}</div>'.encode()) is denied
    assert not config.denies(b"<div>Post not found</div>")


def test_drupal_is_asked_for_a_node_by_its_api_for_at_its_address_it_says_403() -> None:
    config = drupal.Config(id="m", url="https://ministry.example/hy", type="news", query={"filter[kind]": "army"})

    assert config.whereabouts(made("6a2f")) == (
        "https://ministry.example/hy/jsonapi/node/news?filter[status]=1&filter[id]=6a2f"
    )
    assert config.denies(b'{"jsonapi": {"version": "1.0"}, "data": [], "links": {}}')
    assert config.denies(b'{"data": [], "meta": {"count": 0}}')
    assert not config.denies(b'{"data": [], "meta": {"omitted": {"detail": "Some are withheld."}}}')
    assert not config.denies(b'{"data": [{"id": "6a2f"}]}')
    assert not config.denies(b'{"errors": []}')
    assert not config.denies(b"<html>")


def test_youtube_is_asked_how_a_video_is_embedded_for_its_page_always_answers() -> None:
    config = youtube.Config(id="m", url="https://www.youtube.com/feeds/videos.xml?channel_id=UCa")

    assert config.whereabouts(made("yt:video:a-_1", permalink="https://www.youtube.com/shorts/a-_1")) == (
        "https://www.youtube.com/oembed?url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Da-_1&format=json"
    )
    assert config.shows(b'{"title": "Briefing"}')
    assert not config.shows(b'{"title": ""}')
    assert not config.shows(b"Forbidden")


def test_a_post_of_x_cannot_be_asked_for() -> None:
    assert x.Config(id="m", url="https://x.com/ministry").whereabouts(made("7")) is None


async def test_the_newest_page_of_an_account_is_a_window(server: HttpServer) -> None:
    instance = mastodon_server.Instance(server)
    instance.statuses = [mastodon_server.status(n) for n in range(1, 6)]
    batch = await mastodon_server.Follower(instance).poll()

    assert batch.window == tuple(one.key for one in sorted(batch.posts, key=lambda one: one.native_id)[::-1])


async def test_the_newest_page_of_an_appview_is_a_window(server: HttpServer) -> None:
    appview = bluesky_server.AppView(server)
    appview.feed = [bluesky_server.view(n) for n in range(1, 6)]
    batch = await bluesky_server.Follower(appview).poll()

    assert batch.window is not None
    assert set(batch.window) == {one.key for one in batch.posts}


async def test_what_a_wall_calls_deleted_reaches_the_poll_and_its_page_is_no_window(server: HttpServer) -> None:
    api = vk_server.Api(server)
    api.items = [vk_server.item(1), vk_server.item(2, is_deleted=True)]
    batch = await vk_server.Follower(api).poll()

    assert len(batch.deletions) == 1
    assert batch.window is None


async def test_no_window_where_nothing_has_changed(server: HttpServer) -> None:
    instance = mastodon_server.Instance(server)
    instance.statuses = [mastodon_server.status(1)]
    follower = mastodon_server.Follower(instance)

    assert (await follower.poll()).window is not None
    assert (await follower.poll()).window is None

"""A channel that is polled over real HTTP: older pages, edits, names taken over, previews switched off."""

from __future__ import annotations

import pytest

from monitor.errors import Blocked, Refused, Unreachable
from monitor.model import Batch, post_key
from monitor.poll.earlier import Filled
from monitor.poll.once import poll as poll_once
from monitor.sources import telegram
from monitor.store import Store
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply
from tests.sources.channel import LANDING, Channel
from tests.sources.feeds import at
from tests.sources.follower import Follower


class Polled(Follower):
    """A channel, and the source that polls it."""

    def __init__(self, server: HttpServer, channel: Channel) -> None:
        given = {"id": "m", "url": f"{server.url}/s/ministry", "terms": "accepted", "allow_private": ["127.0.0.0/8"]}
        super().__init__(server, "telegram", given)
        self.channel = channel


@pytest.fixture
def polled(server: HttpServer) -> Polled:
    channel = Channel()
    server.routes |= {"/s/ministry": channel, "/ministry": Reply(200, LANDING.encode(), {"Content-Type": "text/html"})}
    polled = Polled(server, channel)
    assert polled.settings.allow_private == ALLOW_LOOPBACK
    return polled


def ids(batch: Batch) -> list[int]:
    return [int(post.native_id.partition("/")[2]) for post in batch.posts]


async def test_the_last_messages_come_oldest_first_and_the_bookmark_knows_the_channel(polled: Polled) -> None:
    polled.channel.say(*range(1, 31))
    batch = await polled.poll()

    assert ids(batch) == list(range(11, 31))
    assert batch.bookmark.cursor == {"channel": "1084368520", "oldest": "11", "newest": "30"}
    assert (batch.status, batch.unchanged) == (200, False)
    assert polled.server.requests[0].headers["accept"] == "text/html"


async def test_the_last_messages_are_a_window_and_older_pages_none(polled: Polled) -> None:
    polled.channel.say(*range(1, 31))
    batch = await polled.poll()

    assert batch.window == tuple(post.key for post in reversed(batch.posts))
    assert batch.earlier is not None
    assert (await polled.source.earlier(batch.earlier)).window is None


async def test_counters_and_tokens_that_change_are_nothing_new(polled: Polled) -> None:
    polled.channel.say(1, 2)
    first = await polled.poll()
    second = await polled.poll()

    assert (
        first.posts[0].media
        != telegram.read(polled.channel(polled.server.requests[0]).body, {}, "https://t.me/s/ministry", polled.settings)
        .posts[0]
        .media
    )
    assert second.unchanged
    assert second.posts == ()


async def test_an_edit_is_the_same_post_with_other_words(polled: Polled) -> None:
    polled.channel.say(1, 2)
    first = await polled.poll()
    polled.channel.say(1, words="Three wounded, not two.")
    polled.channel.edited = {1}
    second = await polled.poll()

    assert second.posts[0].key == first.posts[0].key
    assert (second.posts[0].text, second.posts[0].flags) == ("Three wounded, not two.", ("edited",))


async def test_older_pages_follow_to_the_first_message(polled: Polled) -> None:
    polled.channel.say(*range(1, 46))
    batch = await polled.poll()
    found = [ids(batch)]
    while batch.earlier:
        batch = await polled.source.earlier(batch.earlier)
        found.append(ids(batch))

    assert found == [list(range(26, 46)), list(range(6, 26)), list(range(1, 6)), []]
    assert polled.paths == ["/s/ministry", *(f"/s/ministry?before={n}" for n in (26, 6, 1))]


async def test_a_name_that_somebody_else_took_over_stops_the_source(polled: Polled) -> None:
    polled.channel.say(*range(1, 41))
    batch = await polled.poll()
    polled.channel.number = 777
    polled.channel.say(41, words="The war has begun.")

    with pytest.raises(Refused, match=r"another channel than it was \(number 777, until now 1084368520\)"):
        await polled.poll()
    with pytest.raises(Refused):
        await polled.source.earlier(str(batch.earlier))
    assert polled.bookmark is not None
    assert polled.bookmark.cursor["channel"] == "1084368520"

    polled.channel.number = 1084368520
    assert ids(await polled.poll())[-1] == 41


async def test_a_renamed_channel_goes_on(polled: Polled) -> None:
    polled.channel.say(1, 2)
    first = await polled.poll()
    polled.channel.name = "Ministry_AM"
    polled.channel.say(3)
    second = await polled.poll()

    assert [post.key for post in second.posts[:2]] == [post.key for post in first.posts]
    assert second.posts[2].permalink == "https://t.me/Ministry_AM/3"


async def test_a_preview_that_is_switched_off_is_told_in_a_sentence(polled: Polled) -> None:
    polled.channel.say(1)
    await polled.poll()
    polled.channel.preview = False

    with pytest.raises(Blocked, match=r"127\.0\.0\.1/ministry shows no public preview of its messages"):
        await polled.poll()


async def test_an_old_message_that_moves_up_where_another_was_deleted_is_no_news(polled: Polled) -> None:
    polled.channel.say(*range(1, 31))
    await polled.poll()
    del polled.channel.words[25]
    polled.channel.say(31)
    del polled.channel.words[26], polled.channel.words[27]
    batch = await polled.poll()

    assert ids(batch) == [n for n in range(11, 32) if n not in (25, 26, 27)]
    assert ids(await polled.source.earlier("/s/ministry?before=13")) == [11, 12]
    assert batch.bookmark.cursor["oldest"] == "11"


async def test_an_empty_page_is_no_deletion_and_a_warning(polled: Polled) -> None:
    polled.channel.say(1)
    await polled.poll()
    polled.channel.words.clear()
    batch = await polled.poll()

    assert batch.posts == ()
    assert batch.warnings == ("there is no message left on the page, where there were",)
    assert batch.bookmark.cursor["channel"] == "1084368520"


async def test_a_channel_that_has_said_nothing_yet_is_no_warning(polled: Polled) -> None:
    assert (await polled.poll()).warnings == ()


async def test_errors_of_the_host_are_told_with_its_wish_for_patience(polled: Polled) -> None:
    polled.server.routes["/s/ministry"] = Reply(502)
    with pytest.raises(Unreachable) as broken:
        await polled.poll()
    polled.server.routes["/s/ministry"] = Reply(429, headers={"Retry-After": "90"})
    with pytest.raises(Unreachable) as hurried:
        await polled.poll()

    assert (broken.value.status, hurried.value.status) == (502, 429)
    assert hurried.value.retry_after == 90


async def test_what_came_in_an_outage_is_fetched_from_older_pages(polled: Polled, store: Store) -> None:
    polled.channel.say(*range(1, 31))
    await poll_once(polled.settings, polled.source, store, at(2026, 11, 22, 9))
    polled.channel.say(*range(31, 101))
    after = await poll_once(polled.settings, polled.source, store, at(2026, 11, 22, 12))

    assert (after.counts["new"], after.filled) == (20, Filled(50, reached=True))
    assert (after.after.gap, after.error) == (None, None)


async def test_a_name_taken_over_is_told_to_operators(polled: Polled, store: Store) -> None:
    polled.channel.say(1)
    await poll_once(polled.settings, polled.source, store, at(2026, 11, 22, 9))
    polled.channel.number = 777
    told = [await poll_once(polled.settings, polled.source, store, at(2026, 11, 22, 9, m)) for m in (5, 10, 15)]

    assert [one.outcome for one in told] == ["refused"] * 3
    (news,) = told[-1].news
    assert "somebody took the name over" in news.text


async def test_a_message_taken_from_the_middle_of_the_page_is_looked_at(polled: Polled, store: Store) -> None:
    polled.channel.say(*range(1, 6))
    first = await poll_once(polled.settings, polled.source, store, at(2026, 11, 22, 9))
    del polled.channel.words[3]
    await poll_once(polled.settings, polled.source, store, at(2026, 11, 22, 9, 5))

    assert first.counts == {"new": 5}
    assert list(await store.gone.of("m")) == [post_key("m", "3")]

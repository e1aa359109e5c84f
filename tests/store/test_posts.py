from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import datetime, timedelta

from monitor.model import Post, Verdict, changed, post_key
from monitor.store import Store, keys
from monitor.store.connection import Connection, ms
from tests.make import NOON, alert, post

WORDS = "Four servicemen are known for sure to be wounded after the attack on the positions in the east."


async def test_first_poll_is_silent_and_the_next_is_not(store: Store) -> None:
    assert await store.posts.admit("am-mod", [post(1), post(2)], NOON) == Counter(new=2)
    assert await store.posts.admit("am-mod", [post(3), post(1)], NOON) == Counter(new=1, known=1)

    entries = await store.posts.recent()

    assert [(e.post.title, e.silent) for e in entries] == [
        ("Statement 3", False),
        ("Statement 1", True),
        ("Statement 2", True),
    ]


async def test_first_poll_alerts_where_the_source_asks_for_it(store: Store) -> None:
    await store.posts.admit("am-mod", [post(1)], NOON, backfill=True)

    assert [e.silent for e in await store.posts.recent()] == [False]


async def test_an_empty_first_poll_counts_as_the_first(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", [post(1)], NOON)

    assert [e.silent for e in await store.posts.recent()] == [False]


async def test_twenty_concurrent_admits_stream_a_post_once(store: Store) -> None:
    outcomes = await asyncio.gather(*(store.posts.admit("am-mod", [post(1)], NOON) for _ in range(20)))

    assert sum(outcomes, Counter()) == Counter(new=1, known=19)
    assert len(await store.posts.recent()) == 1


async def test_a_changed_text_is_the_next_version_of_the_same_post(store: Store) -> None:
    await store.posts.admit("am-mod", [post(1)], NOON)
    outcome = await store.posts.admit("am-mod", [post(1, text="Other words now.")], NOON)

    newest, first = await store.posts.recent()

    assert outcome == Counter(version=1)
    assert (newest.post.key, newest.post.revision) == (first.post.key, 2)
    assert newest.previous is not None
    assert newest.previous.text == "Words of statement 1."
    assert [e.post.revision for e in await store.posts.history(newest.post.key)] == [2, 1]


async def test_white_space_alone_is_no_version(store: Store) -> None:
    await store.posts.admit("am-mod", [post(1, text="Some  words\n\nhere")], NOON)

    assert await store.posts.admit("am-mod", [post(1, text="Some words here ")], NOON) == Counter(known=1)


async def test_same_words_under_a_new_address_within_the_hour_are_noted_not_repeated(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    original = post(1, text=WORDS, published=NOON)
    again = changed(original, key=post_key("am-mod", "x"), native_id="x", permalink="https://x/")
    await store.posts.admit("am-mod", [original], NOON)
    outcome = await store.posts.admit("am-mod", [again], NOON + timedelta(minutes=9))

    entries = await store.posts.recent()
    (version,) = await store.posts.history(original.key)

    assert outcome == Counter(repeat=1)
    assert [e.post.key for e in entries] == [original.key]
    assert [(p.permalink, p.seen) for p in version.repeats] == [("https://x/", NOON + timedelta(minutes=9))]
    assert await store.posts.admit("am-mod", [again], NOON + timedelta(minutes=10)) == Counter(known=1)


async def test_a_site_with_new_addresses_at_every_poll_does_not_fill_the_store(store: Store, server_url: str) -> None:
    await store.posts.admit("am-mod", [], NOON)
    original = post(1, text=WORDS, published=NOON)
    await store.posts.admit("am-mod", [original], NOON)
    for n in range(150):
        again = changed(original, key=post_key("am-mod", str(n)), native_id=str(n))
        assert await store.posts.admit("am-mod", [again], NOON) == Counter(repeat=1)

    (version,) = await store.posts.history(original.key)
    connection = Connection(server_url)
    expiry = await connection.call("PTTL", keys.post(post_key("am-mod", "149")))
    lasting = await connection.call("PTTL", keys.post(original.key))
    await connection.close()

    assert 50 < len(version.repeats) < 100
    assert expiry > 0
    assert lasting == -1


async def test_same_words_the_next_morning_are_news(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", [post(1, text=WORDS, published=NOON)], NOON)
    next_day = post(1, text=WORDS, published=NOON + timedelta(hours=20))
    later = changed(next_day, key=post_key("am-mod", "y"), native_id="y")

    assert await store.posts.admit("am-mod", [later], NOON + timedelta(hours=20)) == Counter(new=1)


async def test_a_repeat_that_goes_its_own_way_becomes_a_version_beside_the_original(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    original = post(1, text=WORDS, published=NOON)
    again = changed(original, key=post_key("am-mod", "x"), native_id="x")
    await store.posts.admit("am-mod", [original, again], NOON)
    more = changed(again, text=WORDS.replace("Four", "Six"))

    assert await store.posts.admit("am-mod", [more], NOON) == Counter(version=1)

    newest = (await store.posts.recent())[0]

    assert newest.post.key == again.key
    assert newest.previous is not None
    assert newest.previous.text == WORDS
    assert not newest.silent


async def test_another_sources_same_words_are_a_copy(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("agency", [], NOON)
    original = post(1, text=WORDS)
    await store.posts.admit("am-mod", [original], NOON)
    copied = changed(original, key=post_key("agency", "77"), source="agency", native_id="77")

    assert await store.posts.admit("agency", [copied], NOON) == Counter(new=1)

    newest, first = await store.posts.recent()

    assert (newest.copy_of, first.copy_of) == (original.key, None)


def used(source: str, name: int, published: datetime | None = NOON) -> Post:
    """Return a post of the same words under an address of its own."""
    return post(name, source=source, title="Of today", text=WORDS, published=published)


async def begun(store: Store, *sources: str) -> None:
    for source in sources:
        await store.posts.admit(source, [], NOON)


async def test_a_copier_with_new_addresses_at_every_poll_does_not_fill_the_store(store: Store, server_url: str) -> None:
    await begun(store, "am-mod", "agency")
    await store.posts.admit("am-mod", [used("am-mod", 0)], NOON)
    outcomes = [await store.posts.admit("agency", [used("agency", n)], NOON) for n in range(50)]

    assert outcomes == [Counter(new=1)] + [Counter(repeat=1)] * 49
    assert [entry.copy_of for entry in await store.posts.recent()] == [used("am-mod", 0).key, None]
    (copied,) = await store.posts.history(used("agency", 0).key)
    assert len(copied.repeats) == 49
    assert await store.posts.admit("am-mod", [used("am-mod", 99)], NOON) == Counter(repeat=1)
    connection = Connection(server_url)
    (words,) = await connection.call("KEYS", keys.words("*"))
    assert await connection.call("STRLEN", words) < 500
    await connection.close()


async def test_a_copiers_repeat_is_one_only_within_the_hour(store: Store) -> None:
    await begun(store, "am-mod", "agency")
    await store.posts.admit("am-mod", [used("am-mod", 0)], NOON)
    later = NOON + timedelta(hours=20)
    for at in (NOON, later):
        for number, outcome in ((1, "new"), (2, "repeat")):
            one = used("agency", at.hour * 10 + number, at)
            assert await store.posts.admit("agency", [one], at) == Counter([outcome])

    undated = [
        await store.posts.admit("agency", [used("agency", 1000 + minutes, None)], later + timedelta(minutes=minutes))
        for minutes in (30, 59, 61, 90)
    ]
    assert undated == [Counter(repeat=1), Counter(repeat=1), Counter(new=1), Counter(repeat=1)]
    assert {entry.copy_of for entry in await store.posts.recent()} == {None, used("am-mod", 0).key}


async def test_a_source_with_new_addresses_is_known_for_as_long_as_it_shows_a_post(
    store: Store, server_url: str
) -> None:
    await begun(store, "am-mod")
    await store.posts.admit("am-mod", [used("am-mod", 0)], NOON)
    connection = Connection(server_url)
    (words,) = await connection.call("KEYS", keys.words("*"))
    await connection.call("PEXPIRE", words, 60_000)  # nearly a day has gone by

    assert await store.posts.admit("am-mod", [used("am-mod", 1)], NOON + timedelta(hours=24)) == Counter(repeat=1)
    assert await connection.call("PTTL", words) > 60_000
    await connection.close()


async def test_those_who_use_the_same_words_are_few_in_number_and_push_nobody_out(
    store: Store, server_url: str
) -> None:
    agencies = [f"agency-{n}" for n in range(60)]
    await begun(store, "am-mod", *agencies)
    for day in range(30):
        at = NOON + timedelta(days=day)
        assert await store.posts.admit("am-mod", [used("am-mod", day, at)], NOON) == Counter(new=1)
        if not day:
            assert await store.posts.admit("agency-0", [used("agency-0", 1)], NOON) == Counter(new=1)
    assert await store.posts.admit("agency-0", [used("agency-0", 2)], NOON) == Counter(repeat=1)
    for agency in agencies[1:]:
        await store.posts.admit(agency, [used(agency, 1)], NOON)

    assert await store.posts.admit("agency-59", [used("agency-59", 2)], NOON) == Counter(repeat=1)
    assert await store.posts.admit("am-mod", [used("am-mod", 99)], NOON) == Counter(repeat=1)
    connection = Connection(server_url)
    (words,) = await connection.call("KEYS", keys.words("*"))
    assert await connection.call("STRLEN", words) < 6_000
    await connection.close()


async def test_words_remembered_by_the_version_before_are_read(store: Store, server_url: str) -> None:
    await begun(store, "am-mod", "agency")
    first = used("am-mod", 0)
    await store.posts.admit("am-mod", [first], NOON)
    connection = Connection(server_url)
    (words,) = await connection.call("KEYS", keys.words("*"))
    old = {"key": first.key, "source": "am-mod", "published": str(ms(NOON)), "seen": ms(NOON)}
    await connection.call("SET", words, json.dumps(old), "PX", 60_000)
    await connection.close()

    assert await store.posts.admit("am-mod", [used("am-mod", 1)], NOON) == Counter(repeat=1)
    assert await store.posts.admit("agency", [used("agency", 1)], NOON) == Counter(new=1)
    assert await store.posts.admit("agency", [used("agency", 2)], NOON) == Counter(repeat=1)
    assert (await store.posts.recent())[0].copy_of == first.key


async def test_few_words_are_never_a_copy(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    original = post(1, text="No incidents.")
    again = changed(original, key=post_key("am-mod", "x"), native_id="x")

    assert await store.posts.admit("am-mod", [original, again], NOON) == Counter(new=2)


async def test_a_taken_entry_waits_for_its_verdict_even_after_a_crash(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", [post(1)], NOON)

    (taken,) = await store.posts.take("judge-1", 10, block=0.01)
    (again,) = await store.posts.take("judge-1", 10, block=0.01, unfinished=True)

    assert await store.posts.unjudged() == 1
    assert again == taken
    assert await store.posts.take("judge-2", 10, block=0.01) == []
    assert [e.id for e in await store.posts.inherit("judge-2", 10)] == [taken.id]

    assert await store.alerts.conclude([(taken, Verdict(alert=False), None)], NOON) == [True]
    assert await store.alerts.conclude([(taken, Verdict(alert=False), None)], NOON) == [False]
    assert await store.posts.unjudged() == 0


async def test_an_alert_its_deliveries_and_the_acknowledgement_are_one_step(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", [post(1)], NOON)
    (taken,) = await store.posts.take("judge-1", 10, block=0.01)
    raised = alert(taken.post, to=("desk", "duty"))

    assert await store.alerts.conclude([(taken, raised.verdict, raised)], NOON) == [True]
    assert await store.alerts.conclude([(taken, raised.verdict, raised)], NOON) == [False]

    assert await store.alerts.recent() == [raised]
    assert await store.alerts.get(raised.id) == raised
    assert [s.waiting for s in await store.outbox.states(["desk", "duty"])] == [1, 1]
    assert (await store.posts.recent())[0].alert == raised.id
    assert await store.posts.alerted([taken.post.key, "unknown"]) == {taken.post.key: raised.id}


async def test_an_empty_store_has_nothing_unjudged(store: Store, server_url: str) -> None:
    connection = Connection(server_url)
    await connection.call("FLUSHALL")
    await connection.close()

    assert await store.posts.unjudged() == 0
    assert await store.posts.recent() == []


async def test_a_repeat_of_an_edited_text_is_known_as_one(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    original = post(1, text=WORDS, published=NOON)
    edited = changed(original, text=WORDS.replace("Four", "Seven"))
    again = changed(edited, key=post_key("am-mod", "x"), native_id="x")
    await store.posts.admit("am-mod", [original], NOON)
    await store.posts.admit("am-mod", [edited], NOON)

    assert await store.posts.admit("am-mod", [again], NOON) == Counter(repeat=1)

"""Where a statement was met: marks with an order, whoever registers, and places noted on the first."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from monitor.model import Repeat, SameAs, Verdict, changed
from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.places import KEPT, MOST, Noted, Version
from tests.make import NOON, alert, post

A, B, C = (Version(f"source-{letter}:00", 1) for letter in "abc")


async def test_each_finds_those_registered_before_it(store: Store) -> None:
    assert await store.places.meet([(A, ["one"]), (B, ["one", "two"])]) == [[], [A]]
    assert await store.places.meet([(C, ["two", "one"])]) == [[B, A]]
    assert await store.places.meet([]) == []


async def test_judged_again_after_a_crash_each_keeps_its_place(store: Store) -> None:
    await store.places.meet([(A, ["one"]), (B, ["one"])])  # and then the process dies
    await store.places.meet([(C, ["one"])])

    assert await store.places.meet([(B, ["one"]), (A, ["one"])]) == [[A], []]


async def test_a_later_version_is_one_of_its_own(store: Store) -> None:
    edited = Version(A.key, 2)

    assert await store.places.meet([(A, ["one"]), (B, ["one"]), (edited, ["one"])]) == [[], [A], [A, B]]


async def test_of_two_that_judge_at_once_exactly_one_finds_the_other(server_url: str, store: Store) -> None:
    other = Store(server_url)
    for number in range(25):
        marks = [f"one-{number}", f"two-{number}"]
        found = await asyncio.gather(store.places.meet([(A, marks)]), other.places.meet([(B, marks[::-1])]))
        assert sorted(found) in ([[[]], [[A]]], [[[]], [[B]]])
    await other.close()


async def test_a_mark_is_bounded_and_forgotten(server_url: str, store: Store) -> None:
    many = [(Version(f"source:{number}", 1), ["one"]) for number in range(MOST + 10)]
    *_, last = await store.places.meet(many)
    raw = Connection(server_url)

    assert [version for version, _ in many[9:-1]] == last
    assert 0 < await raw.call("PTTL", keys.mark("one")) <= KEPT * 1000
    await raw.call("PEXPIRE", keys.mark("one"), 0)
    assert await store.places.meet([(A, ["one"])]) == [[]]
    await raw.close()


async def test_a_place_is_noted_once_on_the_first_and_what_it_is_on_itself(store: Store) -> None:
    first, later = post(source="am-mod"), post(source="am-tg")
    for one in (first, later):
        await store.posts.admit(one.source, [one], NOON)
    place = Repeat(permalink="https://t.me/1", native_id="1", seen=NOON, source="am-tg", key=later.key)
    noted = Noted(Version(later.key, 1), SameAs(key=first.key, likeness="extended"), place)
    for minute in (0, 5):
        await store.places.note([noted._replace(place=changed(place, seen=NOON + timedelta(minutes=minute)))])

    (told,), (itself,) = await store.posts.history(first.key), await store.posts.history(later.key)
    assert told.repeats == (place,)
    assert itself.same_as == noted.same_as
    assert {entry.same_as for entry in await store.posts.recent()} == {None, noted.same_as}


async def test_a_place_that_nobody_can_read_hides_no_other(server_url: str, store: Store) -> None:
    first = post(source="am-mod")
    await store.posts.admit(first.source, [first], NOON)
    place = Repeat(permalink=None, native_id="1", seen=NOON, source="am-tg", key="am-tg:1")
    await store.places.note([Noted(Version("am-tg:1", 1), SameAs(key=first.key, likeness="same"), place)])
    raw = Connection(server_url)
    for field in ("place:00", "translation:00"):
        await raw.call("HSET", keys.post(first.key), field, b'{"of": "a version to come"}')
    await raw.close()

    (told,) = await store.posts.history(first.key)
    assert (told.repeats, told.translations) == ((place,), ())


async def test_versions_come_with_the_alert_that_told_them(store: Store) -> None:
    one = post(text="Two wounded.")
    for text in ("Two wounded.", "Two were wounded."):
        await store.posts.admit(one.source, [post(text=text)], NOON, backfill=True)
    first, second = await store.posts.take("judge", 10, block=0.01)
    told = alert(first.post)
    await store.alerts.conclude([(first, told.verdict, told), (second, Verdict(alert=False), None)], NOON)
    names = [Version(one.key, 1), Version(one.key, 2), Version(one.key, 3)]
    found = await store.posts.versions([*names, *names])

    assert {name: entry.alert for name, entry in found.items()} == {names[0]: told.id, names[1]: told.id}
    assert found[names[1]].post.text == "Two were wounded."


async def test_a_version_that_nobody_has_judged_was_told_by_nothing(store: Store) -> None:
    for text in ("Two wounded.", "Three wounded."):
        await store.posts.admit("am-mod", [post(text=text)], NOON, backfill=True)
        (entry,) = await store.posts.take("judge", 1, block=0.01)
        if text.startswith("Two"):
            await store.alerts.conclude([(entry, alert(entry.post).verdict, alert(entry.post))], NOON)

    (found,) = (await store.posts.versions([Version(post().key, 2)])).values()
    assert found.alert is None

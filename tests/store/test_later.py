"""A post says which others are by their own marks its later versions."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import Place, changed
from monitor.store import Store
from tests.make import NOON, post


async def test_later_versions_are_noted_once_on_the_post_that_they_go_on_with(store: Store) -> None:
    await store.posts.admit("am-mod", [post(1), post(2), post(3)], NOON)
    second, third = (Place(key=post(n).key, source="am-mod", name="Ministry", seen=NOON) for n in (2, 3))
    await store.places.follow([(post(1).key, second), (post(1).key, third)])
    await store.places.follow([(post(1).key, changed(second, seen=NOON + timedelta(hours=1)))])

    ((first,), (other,)) = await store.posts.history(post(1).key), await store.posts.history(post(2).key)
    assert sorted(first.later, key=lambda one: one.key) == sorted((second, third), key=lambda one: one.key)
    assert other.later == ()

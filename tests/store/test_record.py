"""How records lie in the store: packed; what was written before, and what a later release writes."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.model import Alert, Guard, Match, Mention, Post, Value, Verdict, changed, encode
from monitor.store import Store, keys, quotes, record
from tests.make import NOON, alert, post
from tests.properties import bounded
from tests.properties.test_model import VALUES, made

WRITTEN_WITH = {1: "4592d6be8d4fac3588253c7dbd2a885ae87b4adc5c840bb44666eb8a33ad389d"}  # SHA-256 of each dictionary
RECORD = (
    "ASD1zQIA04IIn8ZTsKJlnH2xfJ7H5rIcDj0FK1rGsW/zROlLZ5bScdz7ExH8MGdMzhoR8THJUN++yd0lH49bYp8i"
    "bWU7cjyRwwvIVvuFJqNBieFnZHsJfMqoEkKE6i4="
)
SAID = post(text="Two servicemen were wounded near Sotk.", published=NOON)
VERDICT = Verdict(
    alert=True,
    matches=(Match(rule="c", topic="c", term="wounded", field="text", start=20, end=27, words="wounded"),),
    guards=(Guard(guard="exercise", field="title", start=0, end=9, words="Statement"),),
    places=(Mention(place="sotk", name="Sotk", field="text", start=33, end=37, words="Sotk"),),
)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_every_record_comes_back(kind: type[Value]) -> None:
    @bounded
    @given(made(kind))
    def holds(value: Value) -> None:
        assume(not isinstance(value, Alert) or all(one.words for one in quoted(value.verdict)))
        assert record.unpack(record.pack(value), kind) == value
        assert record.unpack(encode(value), kind) == value  # as it was written before there were dictionaries

    holds()


def quoted(verdict: Verdict) -> tuple[Match | Guard | Mention, ...]:
    return (*verdict.matches, *verdict.guards, *verdict.places)


def test_a_record_of_an_earlier_release_is_read() -> None:
    assert record.unpack(base64.b64decode(RECORD), Post) == SAID


def test_a_dictionary_is_never_changed() -> None:
    found = {int(path.name): hashlib.sha256(path.read_bytes()).hexdigest() for path in record.WORDS.iterdir()}

    assert found == WRITTEN_WITH
    assert max(found) == record.NUMBER


def test_what_a_later_release_has_written_is_left_alone_and_said() -> None:
    later = bytes((record.NUMBER + 1,)) + record.pack(SAID)[1:]

    assert record.readable(later, Post, "a post") is None
    with pytest.raises(ValueError, match="dictionary 2, which this release does not have"):
        record.unpack(later, Post)


@bounded
@given(st.binary(max_size=60))
def test_what_is_damaged_is_a_value_error(rest: bytes) -> None:
    for raw in (rest, bytes((record.NUMBER,)) + rest, record.pack(SAID)[:-1], record.pack(SAID) + b"\0" + rest):
        with pytest.raises(ValueError):  # noqa: PT011  # the words are another's
            record.unpack(raw, Post)


def test_a_record_that_claims_to_be_huge_is_not_unpacked() -> None:
    header = b"\xe0" + (record.LARGEST + 1).to_bytes(8, "little")  # RFC 8878, 3.1.1.1: eight bytes of content size

    with pytest.raises(ValueError, match="larger than any record"):
        record.unpack(bytes((record.NUMBER,)) + header, Post)


def test_threads_write_and_read_at_once() -> None:
    posts = [post(n, text=f"Statement {n} " * n) for n in range(200)]

    with ThreadPoolExecutor(8) as threads:
        packed = list(threads.map(record.pack, posts))
        assert list(threads.map(lambda raw: record.unpack(raw, Post), packed)) == posts


def test_a_verdict_is_kept_without_the_words_of_its_post() -> None:
    assert b"wounded" in record.spared(VERDICT)
    assert b"Sotk" not in record.spared(changed(VERDICT, matches=()), SAID).replace(b'"name":"Sotk"', b"")
    kept = record.unpack(record.pack(VERDICT, SAID), Verdict)
    assert not any(one.words for one in quoted(kept))
    assert quotes.full(kept, SAID) == VERDICT


def test_words_that_do_not_stand_there_are_kept() -> None:
    other = changed(SAID, text="Nothing of the kind.")
    kept = record.unpack(record.pack(VERDICT, other), Verdict)

    assert [one.words for one in quoted(kept)] == ["wounded", "", "Sotk"]
    assert quotes.full(kept, other) == VERDICT


def test_a_statement_takes_a_few_hundred_bytes() -> None:
    text = "Units of the adversary opened fire with small arms at our posts near the village at about 03:20. " * 2
    one = alert(post(text=text, published=NOON))

    assert len(record.pack(one.post)) < 150
    assert len(record.pack(one)) < 200


async def test_a_post_is_packed_and_lies_in_one_piece_with_its_verdict(store: Store) -> None:
    connection = store.posts._connection
    await store.posts.admit("am-mod", [changed(SAID, text=SAID.text * 20)], NOON)
    (entry,) = await store.posts.take("judge", 1, block=0.01)

    await store.alerts.conclude([(entry, VERDICT, None)], NOON)

    assert [raw[0] for raw in (await stored(store, "record:1"), await stored(store, "verdict:1"))] == [
        record.NUMBER
    ] * 2
    (after,) = await store.posts.recent()
    assert (after.post, after.verdict) == (entry.post, VERDICT)
    assert await connection.call("OBJECT", "ENCODING", keys.post(SAID.key)) == b"listpack"


async def stored(store: Store, field: str) -> bytes:
    raw: bytes = await store.posts._connection.call("HGET", keys.post(SAID.key), field)
    return raw

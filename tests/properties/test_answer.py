"""What an answer says of itself: `monitor.fetch.answer`."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.errors import Unreadable
from monitor.fetch import answer
from tests.properties import bounded

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMIT = 5_000
members = st.lists(st.binary(max_size=40), min_size=1, max_size=4)
paddings = st.sampled_from([b"", b"\0", b"\0\0\0", b"\x1f", b"\x1f\0", b"garbage"])


def unpacked(packed: bytes, step: int) -> bytes:
    body = answer.unpacker("gzip", LIMIT, "ministry.example")
    for at in range(0, len(packed), step):
        body.feed(packed[at : at + step])
        assert len(body.body) <= LIMIT
    return body.finish()


@bounded
@given(members, paddings, st.integers(1, 60))
@example([b"first", b"second"], b"", 26)  # the second member's magic in two chunks
@example([b"first"], b"\0\x1f\x8b", 2)  # padding that looks like the beginning of a member
def test_a_body_says_the_same_however_it_is_cut(parts: list[bytes], padding: bytes, step: int) -> None:
    packed = b"".join(gzip.compress(part, mtime=0) for part in parts) + padding
    assert unpacked(packed, step) == b"".join(parts)


@bounded
@given(st.integers(LIMIT + 1, LIMIT * 50), st.integers(1, 400))
def test_no_body_grows_over_its_limit(size: int, step: int) -> None:
    with pytest.raises(Unreadable, match="too large"):
        unpacked(gzip.compress(bytes(size), mtime=0), step)


@bounded
@given(st.binary(max_size=60), st.integers(1, 60))
def test_what_is_no_gzip_is_unreadable(body: bytes, step: int) -> None:
    with pytest.raises(Unreadable, match=r"is gzip and is not|breaks off"):
        unpacked(b"\0" + body, step)


@bounded
@given(st.text(st.characters(codec="latin-1"), max_size=40) | st.from_regex(r"\A[0-9]{1,30}(\.[0-9]{1,30})?\Z"))
@example("Sun, 22 Nov 0000 10:00:00 -9999")
@example("9" * 400)
def test_patience_that_is_asked_for_is_a_day_at_most(value: str) -> None:
    wait = answer.retry_after({"retry-after": value}, NOW)
    assert wait is None or 0 <= wait <= answer.LONGEST_WAIT


@bounded
@given(st.lists(st.tuples(st.binary(max_size=10), st.binary(max_size=30)), max_size=6))
def test_headers_go_back_as_they_came(pairs: list[tuple[bytes, bytes]]) -> None:
    found = answer.received(pairs)
    for name, value in pairs:
        assert value in found[name.decode("latin-1").lower()].encode("latin-1")

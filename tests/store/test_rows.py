"""Polls as rows and bookmarks in two parts: they come back as they were, and so does what was written before them."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Bookmark, PollRecord, Value, changed
from monitor.store import Store, keys, record, rows
from monitor.store.connection import Connection
from tests.make import NOON
from tests.properties import bounded

QUIET = PollRecord(
    at=NOON, outcome="unchanged", seconds=0.25, next=NOON + timedelta(minutes=1), status=304, known=20
)  # fmt: skip
FAILED = PollRecord(
    at=NOON, outcome="unreachable", seconds=20.0, next=NOON + timedelta(minutes=5), why="the host does not answer"
)
ENTRIES = base64.b64encode(bytes(range(256))).decode()
LEFT = Bookmark(
    etag='"a"', cursor={"home": "c0ffee", "entries": f"ebae51:{ENTRIES}", "whole": NOON.isoformat()}, full=NOON
)
BEFORE = {  # as a release without rows wrote them
    "quiet": (
        QUIET,
        "ASB4PQIAU0MKX5SRBtuRYR7NhsYZabaOe25zTLOpkhMjzaaxjMK6jOK6TLNxGaUmBwEI/HANqjsr3JasTrF07SDzqbX0h4ws8DkcsSM=",
    ),
    "failed": (
        changed(FAILED, why="the host does not answer within 20 s"),
        (
            "ASCPlQIA08IIn2aDUULM6nDWDrhBnR0V02wiJ8pIsz3WZRTXZZqNyyg1OQgN/AJaGk99RuZoT6FjCP4uRPdAhzI7YyJfhYZF9TL+ynykrP6Q8wp8"
            "9kDICQ=="
        ),
    ),
    "left": (
        changed(LEFT, cursor={**LEFT.cursor, "entries": f"ebae5107e673:{ENTRIES[:128]}"}),
        (
            "AWAHACUHADQMeyJldGFnIjoiXCJhXHVyc29yIjp7ImhvYzBmZmVlIiwiZSI6ImViYWU1MTA3ZTY3MzpBQUVDQXdRRkJnY0lDUW9MREEwT0R4QVJF"
            "aE1VRlJZWEdCa2FHeHdkSGg4Z0lTSWpKQ1VtSnlncEtpc3NMUzR2TURFeU16UTFOamM0T1RvN1BEMCtQMEJCUWtORVJVWkhTRWxLUzB4TlRrOVFV"
            "VkpUVkZWV1YxaFpXbHRjWFZ3aG8yMDIxKyJ9LCJmdWxsWiJ9CPxHIBzRqSj5d62BpnXIHUrwQ+5Z/yyf668hun2/Pw=="
        ),
    ),
}
POLLS = {
    "quiet": QUIET,
    "failed": FAILED,
    "with a long reason": changed(FAILED, why="The host does not answer within 20 s; " * 9),
    "with a reason of two lines": changed(QUIET, why="one\ntwo"),
    "with an empty reason": changed(QUIET, why=""),
    "far off": changed(QUIET, next=NOON + timedelta(days=40)),
    "to the microsecond": changed(QUIET, at=NOON + timedelta(microseconds=7), seconds=0.1234567890123),
    "of any length": changed(QUIET, seconds=1e308),
    "by a clock set back": changed(QUIET, seconds=-1.0, next=NOON - timedelta(minutes=1)),
}
UNFIT = {
    "very many posts": changed(QUIET, known=70_000),
    "a status of nought": changed(QUIET, status=0),
    "an outcome of two lines": changed(QUIET, outcome="one\ntwo"),
}
CURSORS = {
    "no colon": {"entries": ENTRIES},
    "several colons": {"entries": f"a:b::{ENTRIES}"},
    "two of them": {"entries": f"a:{ENTRIES}", "more": f"b:{ENTRIES}"},
}
PLAIN = {
    "short": {"entries": f"a:{ENTRIES[:96]}"},
    "not as it would be written": {"entries": f"a:{ENTRIES[:-3]}f=="},
    "another alphabet": {"entries": "a:" + ENTRIES.replace("/", "_")},
    "a name that is too long": {"e" * 64: ENTRIES},
    "no name": {"": ENTRIES},
}


@pytest.mark.parametrize("one", POLLS.values(), ids=POLLS)
def test_a_poll_is_a_row(one: PollRecord) -> None:
    assert rows.polled(one)
    assert record.unpack(record.pack(one), PollRecord) == one


@pytest.mark.parametrize("one", UNFIT.values(), ids=UNFIT)
def test_what_fits_into_no_row_is_kept_as_before(one: PollRecord) -> None:
    assert not rows.polled(one)
    assert record.unpack(record.pack(one), PollRecord) == one


@pytest.mark.parametrize("cursor", CURSORS.values(), ids=CURSORS)
def test_long_base64_lies_as_bytes(cursor: dict[str, str]) -> None:
    one = changed(LEFT, cursor=cursor)

    assert bytes(range(256)) in record.pack(one)
    assert record.unpack(record.pack(one), Bookmark) == one


@pytest.mark.parametrize("cursor", PLAIN.values(), ids=PLAIN)
def test_any_other_text_stays_text(cursor: dict[str, str]) -> None:
    one = changed(LEFT, cursor=cursor)

    assert rows.apart(one) == (one, rows.Beside())
    assert record.unpack(record.pack(one), Bookmark) == one


def test_what_every_source_has_is_small() -> None:
    assert len(record.pack(QUIET)) == 40
    assert len(record.pack(POLLS["with a long reason"])) < 110
    assert len(record.pack(LEFT)) < 256 + 110


@pytest.mark.parametrize(("one", "written"), BEFORE.values(), ids=BEFORE)
def test_what_was_written_before_is_read(one: Value, written: str) -> None:
    assert record.unpack(base64.b64decode(written), type(one)) == one


@pytest.mark.parametrize("one", [QUIET, LEFT], ids=["poll", "bookmark"])
def test_what_is_cut_off_is_a_value_error(one: Value) -> None:
    raw = record.pack(one)
    for length in range(len(raw)):
        with pytest.raises(ValueError):  # noqa: PT011  # the words are another's
            record.unpack(raw[:length], type(one))


def test_an_outcome_or_a_time_of_a_later_release_is_a_value_error() -> None:
    raw = record.pack(QUIET)
    for later in (raw[:-1] + b"\xff", b"\0\x7f" + raw[2:]):
        with pytest.raises(ValueError, match="no row of a poll"):
            record.unpack(later, PollRecord)


@bounded
@given(st.binary(min_size=1, max_size=60), st.sampled_from([PollRecord, Bookmark]))
def test_any_bytes_are_a_record_or_a_value_error(rest: bytes, kind: type[Value]) -> None:
    try:
        found = record.unpack(b"\0" + rest, kind)
    except ValueError:
        return
    assert isinstance(found, kind)


async def test_a_source_goes_on_where_an_earlier_release_left_it(store: Store, server_url: str) -> None:
    quiet, failed, left = (base64.b64decode(written) for _, written in BEFORE.values())
    connection = Connection(server_url)
    await connection.call("HSET", keys.source("a"), "bookmark", left)
    await connection.call("RPUSH", keys.polls("a"), failed, quiet)
    await connection.close()
    bookmark, state, _ = await store.health.left("a")
    assert bookmark == BEFORE["left"][0]

    await store.health.keep(state, LEFT, record=QUIET)

    assert await store.health.polls("a") == [QUIET, BEFORE["failed"][0], QUIET]
    assert (await store.health.left("a")).bookmark == LEFT

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest

from monitor.errors import Rejected, Unauthorized, Unreachable, Unreadable
from monitor.fetch.answer import complaint, received, retry_after, unpacker

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LIMIT = 1000


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("1000000000", 86400.0),
        ("9" * 5000, 86400.0),
        ("Sun, 22 Nov 2026 12:02:00 GMT", 120.0),
        ("Sunday, 22-Nov-26 12:02:00 GMT", 120.0),
        ("Sun Nov 22 12:02:00 2026", 120.0),
        ("Sun, 22 Nov 2026 16:02:00 +0400", 120.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 22 Nov 2027 12:00:00 GMT", 86400.0),
        ("", None),
        ("-5", None),
        ("1e3", None),
        ("١٢", None),
        ("soon", None),
        ("Sun, 99 Nov 2026 12:00:00 GMT", None),
        ("Sun, 22 Nov 99999999999999999999 12:00:00 GMT", None),
        ("Sun, 22 Nov 2026 12:00:00 +99999999999999", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_a_moment_to_come_back_at_is_told_by_the_servers_own_clock() -> None:
    ahead = {"date": "Sun, 22 Nov 2026 13:00:00 GMT", "retry-after": "Sun, 22 Nov 2026 13:02:00 GMT"}

    assert retry_after(ahead, NOW) == 120.0


def test_a_validator_sent_many_times_over_does_not_grow_beyond_its_bound() -> None:
    found = received([(b"ETag", b'"%d"' % number) for number in range(1000)])

    assert found["etag"].startswith('"0", "1"')
    assert len(found["etag"]) <= 1024


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOW.timestamp()) + 90)}, 90.0),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 90)}, 90.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-22T12:05:00.123456Z"}, 300.123456),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-22T12:05:00"}, 300.0),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "45"}, 45.0),
        ({"x-ratelimit-remaining": "7", "x-ratelimit-reset": "2026-11-22T12:05:00Z"}, None),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1"}, 1.0),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "9" * 300}, 86400.0),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "soon"}, None),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "946684800"}, 86400.0),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1600000000"}, 0.0),
        ({"retry-after": "5", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-22T12:05:00Z"}, 5.0),
    ],
)
def test_without_retry_after_the_end_of_a_used_up_rate_limit_counts(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers, NOW) == seconds


def test_no_retry_after() -> None:
    assert retry_after({}, NOW) is None


@pytest.mark.parametrize("status", [200, 201, 202, 204, 226, 299, 304])
def test_good_statuses_bring_no_complaint(status: int) -> None:
    assert complaint(status, {}, "feeds.example") is None


@pytest.mark.parametrize("status", [401, 403, 407])
def test_closed_doors(status: int) -> None:
    problem = complaint(status, {}, "feeds.example")
    assert isinstance(problem, Unauthorized)
    assert "feeds.example" in str(problem)
    assert str(status) in str(problem)


def test_gone() -> None:
    problem = complaint(410, {}, "feeds.example")
    assert isinstance(problem, Rejected)
    assert problem.status == 410


@pytest.mark.parametrize("status", [101, 300, 305, 400, 404, 408, 425, 429, 451, 500, 502, 503, 504, 599, 999])
def test_all_else_is_asked_again(status: int) -> None:
    problem = complaint(status, {"retry-after": "30"}, "feeds.example")
    assert isinstance(problem, Unreachable)
    assert (problem.status, problem.retry_after) == (status, 30.0)
    assert str(problem).startswith(f"feeds.example answered {status}")


def test_a_status_is_given_its_name() -> None:
    assert str(complaint(404, {}, "feeds.example")) == "feeds.example answered 404 Not Found"
    assert str(complaint(599, {}, "feeds.example")) == "feeds.example answered 599"


def test_header_names_are_lower_case_and_repeats_are_joined() -> None:
    pairs = [(b"Content-TYPE", b"text/xml"), (b"X-A", b"1"), (b"x-a", b"2")]
    assert received(pairs) == {"content-type": "text/xml", "x-a": "1, 2"}


def test_giant_headers_are_ignored() -> None:
    pairs = [
        (b"ETag", b"e" * 1025),
        (b"Last-Modified", b"m" * 1025),
        (b"X-Short", b"s" * 8192),
        (b"X-Long", b"l" * 8193),
    ]
    assert list(received(pairs)) == ["x-short"]
    assert received([(b"ETag", b"e" * 1024)])["etag"] == "e" * 1024


def test_any_byte_of_a_validator_survives() -> None:
    raw = bytes(range(0x80, 0x100))
    assert received([(b"etag", raw)])["etag"].encode("latin-1") == raw


def read(encoding: str, *chunks: bytes) -> bytes:
    body = unpacker(encoding, LIMIT, "feeds.example")
    for chunk in chunks:
        body.feed(chunk)
    return body.finish()


@pytest.mark.parametrize("encoding", ["", "identity", "Identity "])
def test_a_plain_body(encoding: str) -> None:
    assert read(encoding, b"one ", b"two") == b"one two"
    assert read(encoding) == b""
    assert len(read(encoding, b"x" * LIMIT)) == LIMIT
    with pytest.raises(Unreadable, match=r"the answer of feeds\.example is over 0\.000954 MiB: too large"):
        read(encoding, b"x" * LIMIT, b"x")


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_a_gzip_body_in_any_pieces(encoding: str) -> None:
    text = "Երևան Баку Ankara ".encode() * 20
    packed = gzip.compress(text)
    assert read(encoding, packed) == text
    assert read(encoding, *(packed[i : i + 1] for i in range(len(packed)))) == text


def test_gzip_of_several_members_in_any_pieces() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two")
    assert read("gzip", packed) == b"one two"
    assert read("gzip", *(packed[i : i + 2] for i in range(0, len(packed), 2))) == b"one two"


def test_padding_after_gzip_is_overlooked() -> None:
    assert read("gzip", gzip.compress(b"text") + b"\0\0\0", b"\0\0") == b"text"


def test_an_empty_answer_marked_gzip_is_empty() -> None:
    assert read("gzip") == b""


def test_gzip_at_its_limit_and_over() -> None:
    assert len(read("gzip", gzip.compress(b"x" * LIMIT))) == LIMIT
    with pytest.raises(Unreadable, match="when unpacked"):
        read("gzip", gzip.compress(b"x" * (LIMIT + 1)))
    with pytest.raises(Unreadable, match="when unpacked"):
        read("gzip", gzip.compress(b"x" * 700), gzip.compress(b"x" * 700))


def test_a_bomb_is_never_held_beyond_its_limit() -> None:
    body = unpacker("gzip", LIMIT, "feeds.example")
    with pytest.raises(Unreadable, match="when unpacked"):
        body.feed(gzip.compress(bytes(900_000)))
    assert len(body.body) == LIMIT + 1


def test_truncated_gzip() -> None:
    packed = gzip.compress(b"text" * 50)
    for end in (1, 5, 20, len(packed) - 9, len(packed) - 1):
        with pytest.raises(Unreadable, match="breaks off within its gzip"):
            read("gzip", packed[:end])


def test_spoilt_gzip() -> None:
    packed = bytearray(gzip.compress(b"text" * 50))
    packed[-5] ^= 0xFF  # the checksum
    for spoilt in (bytes(packed), b"<rss/>", zlib.compress(b"text"), gzip.compress(b"a") + b"\x1f\x8bnonsense"):
        with pytest.raises(Unreadable, match="says it is gzip and is not"):
            read("gzip", spoilt)


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "compress", "gzip, gzip", "gzip,br", "identity, gzip"])
def test_other_and_chained_encodings(encoding: str) -> None:
    with pytest.raises(Unreadable, match=rf"as '{encoding}' although only gzip was asked for"):
        unpacker(encoding, LIMIT, "feeds.example")

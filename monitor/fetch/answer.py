"""What an HTTP answer says: its headers, its status, its packed body. Pure; `fetch` does the talking."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from monitor.errors import MonitorError, Rejected, Unauthorized, Unreachable, Unreadable

KIB = 1024
MIB = 1024 * KIB
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
LONGEST_HEADER = 8 * KIB
LONGEST_VALIDATOR = KIB  # it is stored and sent back with every poll
LONGEST_WAIT = 86400.0
_A_MOMENT = 1e9  # a number above it counts from 1970 and not from now
_LAST_SECOND = 4e9  # of the year 2096: whatever is later is no moment that anybody meant

_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. `headers` have lower-case names; `body` is unpacked; `url` is where redirects ended.

    The answer to a `post` has only scheme and host as its `url`, for the rest may be a secret.

    `moved`: where permanent redirects (301, 308) led from the address that was asked for, up to the first that was
    only temporary; None if the very first answer was no permanent redirect.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    moved: str | None = None


def received(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers with lower-case names, repeated ones joined by a comma (RFC 9110, 5.3), without giant ones.

    Values are read as Latin-1, which any byte survives: a validator goes back exactly as it came.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        longest = LONGEST_VALIDATOR if name in ("etag", "last-modified") else LONGEST_HEADER
        whole = f"{headers[name]}, {value}" if name in headers else value
        if len(whole) <= longest:
            headers[name] = whole
    return headers


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds an answer asks us to wait, a day at most; None if it says nothing clear.

    By `Retry-After` (RFC 9110, 10.2.3); without one, by the end of a rate limit that is used up: `RateLimit-Reset` in
    seconds (draft-ietf-httpapi-ratelimit-headers-03), `X-RateLimit-Reset` as X (Unix seconds) and Mastodon (ISO 8601)
    send it. A moment is counted from the answer's own `Date`, for its clock may be another than ours.
    """
    reference = http_date(headers.get("date", "")) or now or datetime.now(UTC)
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), LONGEST_WAIT)
    moment = http_date(value) or _reset(headers, reference)
    if moment is None:
        return None
    return min(max((moment - reference).total_seconds(), 0.0), LONGEST_WAIT)


def _reset(headers: Mapping[str, str], reference: datetime) -> datetime | None:
    """Return when a rate limit of which nothing remains is renewed."""
    for prefix in ("x-ratelimit", "x-rate-limit", "ratelimit"):
        value = headers.get(f"{prefix}-reset", "").strip()
        if not value or headers.get(f"{prefix}-remaining", "0").strip() != "0":
            continue
        if not _SECONDS.fullmatch(value):
            return _iso_date(value)
        seconds = min(float(value), _LAST_SECOND)
        return datetime.fromtimestamp(seconds, UTC) if seconds > _A_MOMENT else reference + timedelta(seconds=seconds)
    return None


def _iso_date(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def http_date(value: str) -> datetime | None:
    """Read the first date of a header, in any of HTTP's three forms (RFC 9110, 5.6.7); None if it is no date."""
    try:
        moment = parsedate_to_datetime(value)  # which overlooks what follows the first
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def complaint(status: int, headers: Mapping[str, str], host: str) -> MonitorError | None:
    """Return what the status of an answer to a GET means for the next step; None if there is something to read."""
    if 200 <= status < 300 or status == 304:
        return None
    named = f"{status} {HTTPStatus(status).phrase}" if status in _KNOWN else str(status)
    if status == 410:
        return Rejected(f"{host} says that this address is gone for good ({named})", status=status)
    if status in (401, 403, 407):
        return Unauthorized(
            f"{host} does not let us in ({named}): check the credentials, or ask its operator", status=status
        )
    return Unreachable(f"{host} answered {named}", status=status, retry_after=retry_after(headers))


_KNOWN = frozenset(HTTPStatus)


def unpacker(encoding: str, limit: int, host: str) -> Plain:
    """Return what reads a body with this `Content-Encoding`. Raises Unreadable for all but gzip and none."""
    match encoding.strip().lower():
        case "" | "identity":
            return Plain(limit, host)
        case "gzip" | "x-gzip":
            return Gzip(limit, host)
        case other:
            raise Unreadable(f"{host} packed its answer as {other[:40]!r} although only gzip was asked for")


class Plain:
    """Takes a body in chunks, as sent; refuses to grow over `limit` bytes. Raises Unreadable."""

    def __init__(self, limit: int, host: str) -> None:
        self.limit = limit
        self.host = host
        self.sent = 0
        self.body = bytearray()

    def feed(self, chunk: bytes) -> None:
        self.sent += len(chunk)
        self.measure(self.sent)
        self.body += self.unpack(chunk)
        self.measure(len(self.body), " when unpacked")

    def measure(self, size: int, when: str = "") -> None:
        """Raise Unreadable if `size` bytes are too many."""
        if size > self.limit:
            raise Unreadable(f"the answer of {self.host} is over {self.limit / MIB:.3g} MiB{when}: too large to read")

    def unpack(self, chunk: bytes) -> bytes:
        return chunk

    def finish(self) -> bytes:
        """Return the whole body. Raises Unreadable if its end is missing."""
        return bytes(self.body)


class Gzip(Plain):
    """Unpacks gzip (RFC 1952, of one or several members), never more than one byte over the limit."""

    def __init__(self, limit: int, host: str) -> None:
        super().__init__(limit, host)
        self._member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        self._begun = b""  # half of what may begin another member
        self._over = False

    def unpack(self, chunk: bytes) -> bytes:
        chunk, self._begun = self._begun + chunk, b""
        room = self.limit + 1 - len(self.body)
        unpacked = bytearray()
        try:
            while chunk and len(unpacked) < room and not self._over:
                if self._member.eof:
                    if chunk == _GZIP_MAGIC[:1]:
                        self._begun = chunk
                        break
                    if not chunk.startswith(_GZIP_MAGIC):
                        self._over = True  # padding after the end, which every browser overlooks
                        break
                    self._member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
                unpacked += self._member.decompress(chunk, room - len(unpacked))
                chunk = self._member.unused_data
        except zlib.error:
            raise Unreadable(f"the answer of {self.host} says it is gzip and is not") from None
        return bytes(unpacked)

    def finish(self) -> bytes:
        if self.sent and not self._member.eof:
            raise Unreadable(f"the answer of {self.host} breaks off within its gzip")
        return super().finish()

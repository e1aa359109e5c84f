"""Answers that are more than they seem: packed, endless, or of a length that is a lie."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

from tests.faults.case import Family, Stage, fails, healthy
from tests.faults.speech import HEAD, document, packed, posts, serves, status
from tests.servers import Reply, Script, endlessly, hang, says

FAMILY = Family("bombs")
_MIB = 2**20
_FEED = posts(1, 2).encode()


@cache
def _zeros(mib: int) -> bytes:
    """Return so many MiB of zeros, packed."""
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(_MIB)
    return b"".join(packer.compress(zeros) for _ in range(mib)) + packer.flush()


@FAMILY(fails("unreadable"))
def gzip_bomb(_: Stage) -> Script:
    """100 MiB of zeros packed into 100 KB."""
    return serves(document(_zeros(100), Content_Encoding="gzip"))


@FAMILY(fails("unreadable"))
def gzip_bomb_of_many_members(_: Stage) -> Script:
    """A thousand gzip files of 1 MiB each, one after another."""
    return serves(document(_zeros(1) * 1000, Content_Encoding="gzip"))


@FAMILY(fails("unreadable"))
def gzip_bomb_behind_a_feed(_: Stage) -> Script:
    """A good feed, and 100 MiB of zeros behind it."""
    return serves(document(gzip.compress(_FEED) + _zeros(100), Content_Encoding="gzip"))


@FAMILY(fails("unreadable"))
def gzip_within_gzip(_: Stage) -> Script:
    """Packed three times, and so declared."""
    body = gzip.compress(gzip.compress(_zeros(20)))
    return serves(document(body, Content_Encoding="gzip, gzip, gzip"))


@FAMILY(fails("unreadable"))
def gzip_within_gzip_in_two_headers(_: Stage) -> Script:
    """Packed twice, declared in two headers."""
    twice = b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n"
    return says(HEAD + twice, gzip.compress(gzip.compress(_FEED)))


@FAMILY(fails("unreadable"))
def gzip_within_gzip_undeclared(_: Stage) -> Script:
    """Packed twice, declared once: what is unpacked is no feed."""
    return serves(document(gzip.compress(gzip.compress(_FEED)), Content_Encoding="gzip"))


@FAMILY(fails("unreadable"))
def gzip_cut(_: Stage) -> Script:
    """The packed answer breaks off."""
    return serves(document(gzip.compress(_FEED)[:-12], Content_Encoding="gzip"))


@FAMILY(fails("unreadable"))
def gzip_that_is_none(_: Stage) -> Script:
    """Plain text that says it is packed."""
    return serves(document(_FEED, Content_Encoding="gzip"))


@FAMILY(healthy(2))
def gzip_with_padding(_: Stage) -> Script:
    """Zeros behind the packed feed, which every browser overlooks."""
    return serves(document(gzip.compress(_FEED) + bytes(512), Content_Encoding="gzip"))


@FAMILY(fails("unreadable"))
def brotli_nobody_asked_for(_: Stage) -> Script:
    """Says it is packed by brotli."""
    return serves(packed(b"\x1b\x03\x00" + bytes(200), "br"))


@FAMILY(fails("unreadable"))
def zstd_nobody_asked_for(_: Stage) -> Script:
    """Says it is packed by zstd."""
    return serves(packed(b"\x28\xb5\x2f\xfd" + bytes(200), "zstd"))


@FAMILY(fails("unreadable"))
def deflate_nobody_asked_for(_: Stage) -> Script:
    """Says it is packed by deflate."""
    return serves(document(zlib.compress(_FEED), Content_Encoding="deflate"))


@FAMILY(fails("unreadable"))
def endless_body(_: Stage) -> Script:
    """A body without a length and without an end."""
    return says(HEAD + b"\r\n", then=endlessly(b"<item>" + b"x" * 65536))


@FAMILY(fails("unreadable"))
def endless_chunks(_: Stage) -> Script:
    """A body of chunks without an end."""
    return says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", then=endlessly(b"10000\r\n" + b"x" * 65536 + b"\r\n"))


@FAMILY(fails("unreachable"), ends="deadline")
def endless_small_chunks(_: Stage) -> Script:
    """Chunks of one byte without an end."""
    return says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", then=endlessly(b"1\r\nx\r\n" * 10, 0.01))


@FAMILY(fails("unreachable"))
def chunks_of_garbage(_: Stage) -> Script:
    """The length of a chunk is no number."""
    return says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n")


@FAMILY(fails("unreachable"))
def a_chunk_of_all_bytes_there_are(_: Stage) -> Script:
    """The length of a chunk has 30 digits."""
    return says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 30 + b"\r\nhello")


@FAMILY(fails("unreadable"))
def a_length_beyond_the_limit(_: Stage) -> Script:
    """Declares 10 TB, and sends nothing."""
    return says(HEAD + b"Content-Length: 10000000000000\r\n\r\n", then=hang)


@FAMILY(fails("unreachable"))
def a_length_too_long(_: Stage) -> Script:
    """Declares more than it sends."""
    return says(HEAD + b"Content-Length: 100000\r\n\r\n" + _FEED)


@FAMILY(healthy(1))
def a_length_too_short(_: Stage) -> Script:
    """Declares less than it sends: the second post is cut off, the first is read."""
    return says(HEAD + b"Content-Length: %d\r\n\r\n" % (len(_FEED) - 60) + _FEED)


@FAMILY(fails("unreachable"))
def a_length_below_zero(_: Stage) -> Script:
    """Declares a negative length."""
    return says(HEAD + b"Content-Length: -1\r\n\r\n" + _FEED)


@FAMILY(fails("unreachable"))
def two_lengths(_: Stage) -> Script:
    """Declares two lengths."""
    return says(HEAD + b"Content-Length: 5\r\nContent-Length: %d\r\n\r\n" % len(_FEED) + _FEED)


@FAMILY(fails("unreachable"))
def a_huge_header(_: Stage) -> Script:
    """One header of 200 KB."""
    return says(HEAD + b"X-Huge: " + b"h" * 200_000 + b"\r\n\r\n" + _FEED)


@FAMILY(fails("unreachable"))
def endless_headers(_: Stage) -> Script:
    """Headers without an end."""
    return says(HEAD, then=endlessly(b"X-More: " + b"h" * 1000 + b"\r\n"))


@FAMILY(fails("unreachable"), ends="deadline")
def endless_continue(_: Stage) -> Script:
    """`100 Continue` for ever."""
    return says(then=endlessly(b"HTTP/1.1 100 Continue\r\n\r\n", 0.001))


@FAMILY(fails("unreachable"), ends="deadline")
def endless_early_hints(_: Stage) -> Script:
    """`103 Early Hints` for ever."""
    return says(then=endlessly(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.01))


@FAMILY(fails("unreachable"))
def another_protocol(_: Stage) -> Script:
    """A mail server answers."""
    return says(b"220 mail.example ESMTP\r\n")


@FAMILY(fails("unreachable"))
def noise(_: Stage) -> Script:
    """Bytes of all kinds."""
    return says(bytes(range(256)) * 40)


@FAMILY(fails("unreachable"))
def nothing_at_all(_: Stage) -> Script:
    """Hangs up without a word."""
    return says()


@FAMILY(fails("unreachable"))
def another_conversation(_: Stage) -> Script:
    """`101 Switching Protocols`, which nobody asked for."""
    return says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")


@FAMILY(fails("unreadable"))
def no_content(_: Stage) -> Script:
    """`204 No Content`."""
    return serves(Reply(204))


@FAMILY(fails("unreachable"))
def a_status_nobody_knows(_: Stage) -> Script:
    """Status 799."""
    return serves(status(799))

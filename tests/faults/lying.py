"""Publishers whose headers, ids and dates say something that is not so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.faults.case import Family, Stage, fails, healthy
from tests.faults.speech import document, item, posts, rss, serves, serves_each
from tests.servers import Reply, Request, Script

FAMILY = Family("lying")
_NOT_MODIFIED = Reply(304)


def _once_with(etag: str) -> Script:
    """Give a good feed, and 304 to whoever sends its validator back exactly."""

    def answer(request: Request) -> Reply:
        if request.headers.get("if-none-match", "").encode("latin-1") == etag.encode("latin-1"):
            return _NOT_MODIFIED
        return document(posts(1, 2), ETag=etag)

    return serves(answer)


@FAMILY(fails("unreadable"))
def not_modified_without_a_condition(_: Stage) -> Script:
    """304 to the very first request, which set no condition."""
    return serves(_NOT_MODIFIED)


@FAMILY(healthy(2), healthy(2), healthy(2))
def not_modified_for_ever(_: Stage) -> Script:
    """304 for ever after the first answer, whatever has been published."""

    def answer(request: Request) -> Reply:
        return _NOT_MODIFIED if "if-none-match" in request.headers else document(posts(1, 2), ETag='"1"')

    return serves(answer)


@FAMILY(healthy(2), healthy(2), healthy(2))
def an_ETag_that_changes_always(_: Stage) -> Script:  # noqa: N802  # a name for people
    """The same feed under a new ETag each time."""
    return serves_each(lambda n: document(posts(1, 2), ETag=f'"{n}"'))


@FAMILY(healthy(2), healthy(3))
def an_ETag_that_never_changes(_: Stage) -> Script:  # noqa: N802  # a name for people
    """The same ETag for another feed: what comes in full is read."""
    return serves(document(posts(1, 2), ETag='"1"'), document(posts(3, 2, 1), ETag='"1"'))


@FAMILY(healthy(2), healthy(2))
def an_ETag_of_odd_bytes(_: Stage) -> Script:  # noqa: N802  # a name for people
    """An ETag in Latin-1 without quotes, which wants to be sent back byte by byte."""
    return _once_with("caf\xe9 \xff;,=")


@FAMILY(healthy(2), healthy(2))
def a_giant_ETag(_: Stage) -> Script:  # noqa: N802  # a name for people
    """An ETag of 7 KB: it is not kept, and nothing is lost by it."""
    return serves(document(posts(1, 2), ETag='"' + "e" * 7000 + '"'))


@FAMILY(healthy(2), healthy(3))
def a_Last_Modified_of_nonsense(_: Stage) -> Script:  # noqa: N802  # a name for people
    """`Last-Modified: yesterday`, and then one of the year 9999."""
    return serves(
        document(posts(1, 2), Last_Modified="yesterday"),
        document(posts(3, 2, 1), Last_Modified="Fri, 31 Dec 9999 23:59:59 GMT"),
    )


@FAMILY(healthy(3), healthy(3))
def one_guid_for_all(_: Stage) -> Script:
    """Every post has the same guid: they are told apart by their links."""
    return serves(document(rss(item(n, guid="the-guid") for n in (1, 2, 3))))


@FAMILY(healthy(3), healthy(4))
def one_guid_for_all_and_a_new_post(_: Stage) -> Script:
    """Every post has the same guid, and a new one comes."""
    return serves(
        document(rss(item(n, guid="the-guid") for n in (1, 2, 3))),
        document(rss(item(n, guid="the-guid") for n in (4, 1, 2, 3))),
    )


@FAMILY(healthy(3), healthy(3), healthy(3))
def guids_that_rotate(_: Stage) -> Script:
    """Every post has a new guid and a new link at every poll: the same words are no new posts."""
    return serves_each(
        lambda day: document(
            rss(
                item(
                    n,
                    f"Entry {n} of the register that is written anew",
                    guid=f"{day}-{n}",
                    link=f"https://ministry.example/{day}/{n}",
                )
                for n in (1, 2, 3)
            )
        )
    )


@FAMILY(healthy(3), healthy(3), healthy(3))
def session_ids_in_links(_: Stage) -> Script:
    """No guids, and links with another session id at every poll: the same words are no new posts."""
    link = "https://ministry.example/{}?sid={}"
    return serves_each(
        lambda day: document(
            rss(
                item(n, f"Entry {n} for a visitor with a session", guid="", link=link.format(n, day)) for n in (1, 2, 3)
            )
        )
    )


@FAMILY(healthy(2), healthy(2), titles=("Statement number 1 of the ministry", "Something quite different"))
def a_guid_used_again(_: Stage) -> Script:
    """An old guid with other words: another version of the post, and both are kept."""
    return serves(document(posts(1, 2)), document(rss((item(1, "Something quite different"), item(2)))))


@FAMILY(healthy(2), healthy(3))
def a_post_dated_back(_: Stage) -> Script:
    """A new post with a date of last year: what is new is new."""
    old = "<pubDate>Mon, 01 Jan 2024 00:00:00 GMT</pubDate>"
    return serves(document(posts(1, 2)), document(rss((item(1), item(2), item(3, more=old)))))


@FAMILY(healthy(3))
def posts_of_the_future(_: Stage) -> Script:
    """Posts of tomorrow, of the year 9999 and of the year 99999."""
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1))
    dates = (tomorrow, "Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 99999 00:00:00 GMT")
    return serves(document(rss(item(n, more=f"<pubDate>{date}</pubDate>") for n, date in enumerate(dates))))


@FAMILY(healthy(4))
def dates_of_nonsense(_: Stage) -> Script:
    """Dates that are none: a word, the 99th, minus one, an emoji."""
    dates = ("soon", "Mon, 99 Foo 2026 25:61:61 +9999", "-1", "\N{SPIRAL CALENDAR PAD}")
    return serves(document(rss(item(n, more=f"<pubDate>{date}</pubDate>") for n, date in enumerate(dates))))


@FAMILY(healthy(2), healthy(2), healthy(2))
def a_feed_that_empties(_: Stage) -> Script:
    """No posts on the second day, the old ones again on the third: they are not new."""
    return serves(document(posts(1, 2)), document(rss(())), document(posts(1, 2)))


@FAMILY(healthy(2), healthy(4))
def a_feed_that_turns_around(_: Stage) -> Script:
    """The newest first, and then the oldest first."""
    return serves(document(posts(2, 1)), document(posts(1, 2, 3, 4)))


@FAMILY(healthy(1))
def another_content_type(_: Stage) -> Script:
    """A feed that calls itself a picture."""
    return serves(document(posts(1), "image/png"))


@FAMILY(healthy(1))
def no_content_type(_: Stage) -> Script:
    """A feed that calls itself nothing."""
    return serves(document(posts(1), ""))


@FAMILY(healthy(1))
def cookies(_: Stage) -> Script:
    """Sets cookies by the hundred; none is ever sent back."""

    def answer(request: Request) -> Reply:
        assert "cookie" not in request.headers
        return document(posts(1), Set_Cookie="id=" + "x" * 4000)

    return serves(answer)

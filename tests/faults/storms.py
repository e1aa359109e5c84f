"""Too much at once, too little for long, and round in circles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.faults.case import Family, Make, Outcome, Stage, fails, healthy
from tests.faults.speech import by_path, document, item, posts, redirect, rss, serves, serves_each, status
from tests.servers import Script

FAMILY = Family("storms")


@FAMILY(healthy(1), healthy(5_000))
def five_thousand_new_posts(_: Stage) -> Script:
    """One post, and then 4,999 new ones at once."""
    return serves(document(posts(0)), document(posts(*range(5_000))))


@FAMILY(healthy(5_000))
def more_posts_than_anybody_reads(_: Stage) -> Script:
    """6,000 posts: the first 5,000 are kept, and it is said that there were more."""
    return serves(document(posts(*range(6_000))))


@FAMILY(healthy(50), healthy(100), healthy(150))
def all_new_at_every_poll(_: Stage) -> Script:
    """Fifty posts, and fifty others at every poll."""
    return serves_each(lambda day: document(rss(item(f"{day}-{n}") for n in range(50))))


_PATIENCE = {
    "in seconds": "120",
    "as a date": format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=False),
    "of thirty years": "1000000000",
    "in the past": "Mon, 01 Jan 2024 00:00:00 GMT",
    "of nonsense": "in a while",
    "below zero": "-5",
    "of a million digits": "9" * 7000,
    "not said": "",
}


def _too_many(patience: str) -> Make:
    reply = status(429, Retry_After=patience) if patience else status(429)
    return lambda _: serves(document(posts(1, 2)), reply)


for _name, _value in _PATIENCE.items():
    _line = f"429 after a good day, with a Retry-After {_name}."
    FAMILY.made(f"429 with patience {_name}", _line, _too_many(_value), healthy(2), fails("unreachable", kept=2))


_STATUSES: dict[int, Outcome] = {
    400: "unreachable", 401: "unauthorized", 402: "unreachable", 403: "unauthorized", 404: "unreachable",
    407: "unauthorized", 410: "rejected", 418: "unreachable", 451: "unreachable", 500: "unreachable",
    502: "unreachable", 503: "unreachable", 504: "unreachable",
}  # fmt: skip


def _breaks(code: int) -> Make:
    return lambda _: serves(document(posts(1, 2)), status(code))


for _code, _outcome in _STATUSES.items():
    _line = f"{_code} with an empty body after a good day."
    FAMILY.made(f"status {_code}", _line, _breaks(_code), healthy(2), fails(_outcome, kept=2))


@FAMILY(healthy(2), fails("unreachable", kept=2), healthy(3))
def a_bad_day(_: Stage) -> Script:
    """500 for a day, and all is well again: the post of that day is not lost."""
    return serves(document(posts(1, 2)), status(500), document(posts(3, 2, 1)))


@FAMILY(fails("unreachable"))
def a_redirect_to_itself(_: Stage) -> Script:
    """A redirect to the same address."""
    return serves(redirect("/feed"))


@FAMILY(fails("unreachable"))
def redirects_without_end(_: Stage) -> Script:
    """A redirect to an ever longer address."""
    return serves_each(lambda n: redirect(f"/{'a' * n}"))


@FAMILY(fails("unreachable"))
def a_redirect_to_nowhere(_: Stage) -> Script:
    """A redirect that does not say where."""
    return serves(status(302))


@FAMILY(healthy(1))
def five_redirects(_: Stage) -> Script:
    """As many redirects as are followed."""
    hops = {f"/{n}": redirect(f"/{n + 1}") for n in range(1, 5)}
    return by_path({"/feed": redirect("/1"), **hops}, document(posts(1)))


@FAMILY(healthy(1), healthy(1))
def moved_for_good(_: Stage) -> Script:
    """301 to another address, each time."""
    return by_path({"/feed": redirect("/new", 301)}, document(posts(1)))


@FAMILY(healthy(1), healthy(1))
def moved_for_good_by_308(_: Stage) -> Script:
    """308 to another address, each time."""
    return by_path({"/feed": redirect("/new", 308)}, document(posts(1)))


@FAMILY(healthy(1), healthy(1))
def moved_for_good_and_then_for_now(_: Stage) -> Script:
    """301, and from there 302."""
    return by_path({"/feed": redirect("/new", 301), "/new": redirect("/newer")}, document(posts(1)))


@FAMILY(fails("rejected"))
def moved_to_where_it_is_gone(_: Stage) -> Script:
    """301 to an address that says 410."""
    return by_path({"/feed": redirect("/new", 301)}, status(410))

"""What a feed says of itself: how often it wants to be read, and where the posts before these are."""

from __future__ import annotations

import pytest

from monitor.model import Hints, Reading
from monitor.sources import rss

URL = "https://ministry.example/feeds/rss.xml?page=1&token=t"
SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH = 31 * 86400.0


def read(body: str, url: str = URL, **headers: str) -> Reading:
    settings = rss.Config.model_validate({"id": "m", "url": url})
    return rss.read(body.encode(), {name.replace("_", "-"): value for name, value in headers.items()}, url, settings)


def channel(inner: str, item: str = "<title>x</title>") -> str:
    namespaces = f'{SY} xmlns:atom="http://www.w3.org/2005/Atom"'
    return f'<rss version="2.0" {namespaces}><channel>{inner}<item>{item}</item></channel></rss>'


def hints(inner: str) -> Hints:
    return read(channel(inner)).hints


def hours(*written: object) -> str:
    return "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in written) + "</skipHours>"


def days(*written: str) -> str:
    return "<skipDays>" + "".join(f"<day>{day}</day>" for day in written) + "</skipDays>"


def test_a_feed_that_asks_for_nothing() -> None:
    assert hints("<title>t</title>") == Hints()


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("60", 3600.0),
        (" 5\n", 300.0),
        ("0.5", 30.0),
        ("0.001", 1.0),
        ("1000000", MONTH),
        ("9" * 99, MONTH),
        ("0", None),
        ("-60", None),
        ("an hour", None),
        ("", None),
        ("1e3", None),
        ("nan", None),
        ("inf", None),
        ("٦٠", None),
        ("9" * 101, None),
    ],
)
def test_ttl_is_in_minutes(written: str, seconds: float | None) -> None:
    assert hints(f"<ttl>{written}</ttl>") == Hints(ttl=seconds)


def test_a_ttl_within_a_post_is_not_the_feeds() -> None:
    assert read(channel("", "<title>x</title><ttl>5</ttl><skipHours><hour>3</hour></skipHours>")).hints == Hints()


@pytest.mark.parametrize(
    ("written", "skipped"),
    [
        (hours(3, 1, 2), (1, 2, 3)),
        (hours(24, 0, "07", " 9 "), (0, 7, 9)),
        (hours(5, 5), (5,)),
        (hours(-1, 25, "noon", "", 4), (4,)),
        (hours(*range(24)), ()),
        (hours(*range(1, 25)), ()),
        (hours(*range(23)), tuple(range(23))),
        ("<skipHours/>", ()),
        ("<hour>3</hour>", ()),
        (hours(*["x"] * 5000, 3), ()),
    ],
)
def test_hours_in_which_nothing_is_published(written: str, skipped: tuple[int, ...]) -> None:
    assert hints(written) == Hints(skip_hours=skipped)


@pytest.mark.parametrize(
    ("written", "skipped"),
    [
        (days("Sunday", "Saturday"), (5, 6)),
        (days(" monday ", "MONDAY"), (0,)),
        (days("воскресенье", "7", "Caturday", "Friday"), (4,)),
        (days(*DAYS), ()),
        (days(*DAYS[1:]), (1, 2, 3, 4, 5, 6)),
    ],
)
def test_days_on_which_nothing_is_published(written: str, skipped: tuple[int, ...]) -> None:
    assert hints(written) == Hints(skip_days=skipped)


@pytest.mark.parametrize(
    ("period", "frequency", "seconds"),
    [
        ("hourly", "1", 3600.0),
        ("hourly", "6", 600.0),
        (" Daily ", None, 86400.0),
        (None, "4", 21600.0),
        ("weekly", "2", 302400.0),
        ("monthly", "1", 30 * 86400.0),
        ("yearly", "1", MONTH),
        ("yearly", "365", 86400.0),
        ("hourly", "0", 3600.0),
        ("hourly", "-3", 3600.0),
        ("hourly", "often", 3600.0),
        ("hourly", "9" * 40, 1.0),
        ("always", "1", None),
        ("always", None, None),
        (None, "0", None),
        ("", "", None),
    ],
)
def test_a_period_and_how_often_within_it(period: str | None, frequency: str | None, seconds: float | None) -> None:
    written = "" if period is None else f"<sy:updatePeriod>{period}</sy:updatePeriod>"
    written += "" if frequency is None else f"<sy:updateFrequency>{frequency}</sy:updateFrequency>"
    assert hints(f"{written}<sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>") == Hints(period=seconds)


def test_rdf_and_atom_may_use_the_module_too() -> None:
    period = "<sy:updatePeriod>daily</sy:updatePeriod>"
    rdf = f'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {SY}>'
    assert read(f"{rdf}<channel>{period}</channel></r:RDF>").hints.period == 86400.0
    assert read(f'<feed xmlns="http://www.w3.org/2005/Atom" {SY}>{period}</feed>').hints.period == 86400.0


def test_a_damaged_feed_is_still_heard() -> None:
    body = channel(f"<ttl>10</ttl>{hours(1, 2)}{days('Sunday')}<sy:updatePeriod>hourly</sy:updatePeriod>")
    reading = read(body.replace("</channel>", "<b>never closed"))
    assert reading.warnings
    assert reading.hints == Hints(ttl=600.0, period=3600.0, skip_hours=(1, 2), skip_days=(6,))


# The posts before these


def atom_link(rel: str, href: str) -> str:
    return f'<atom:link rel="{rel}" href="{href}"/>'


@pytest.mark.parametrize(
    ("links", "page"),
    [
        (atom_link("next", "?page=2"), "https://ministry.example/feeds/rss.xml?page=2"),
        (atom_link("prev-archive", "/2026/10"), "https://ministry.example/2026/10"),
        (atom_link("next", "/2") + atom_link("prev-archive", "/1"), "https://ministry.example/1"),
        (atom_link("NEXT ", "https://cdn.example/2"), "https://cdn.example/2"),
        (atom_link("next", "http://ministry.example/2"), "https://ministry.example/2"),
        (atom_link("next", "https://user:secret@ministry.example/2"), "https://ministry.example/2"),
        (atom_link("prev-archive", "mailto:a@b.example") + atom_link("next", "/2"), "https://ministry.example/2"),
        (atom_link("next", URL.replace("&", "&amp;")), None),
        (atom_link("next", URL.replace("&", "&amp;").replace("https", "http") + "#top"), None),
        (atom_link("previous", "/0") + atom_link("next-archive", "/0") + atom_link("current", "/0"), None),
        (atom_link("next", "javascript:alert(1)"), None),
        (atom_link("next", ""), None),
        ("<link>https://ministry.example/</link>", None),
    ],
)
def test_the_archive_before_else_the_next_page(links: str, page: str | None) -> None:
    assert read(channel(links)).earlier == page


def test_a_link_within_a_post_is_not_the_feeds() -> None:
    assert read(channel("", f"<title>x</title>{atom_link('next', '/2')}")).earlier is None


def test_an_atom_page_counts_from_its_own_base() -> None:
    links = '<link rel="self" href="1"/><link rel="next" href="2"/>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/archive/">{links}</feed>'
    assert read(feed).earlier == "https://ministry.example/archive/2"


def test_a_page_read_from_elsewhere_names_itself_by_that_address() -> None:
    body = channel(atom_link("next", "/canonical.xml"))
    assert read(body, content_location="/canonical.xml").earlier is None
    assert read(body).earlier == "https://ministry.example/canonical.xml"


@pytest.mark.parametrize(
    ("following", "page"),
    [
        ('"?page=2"', "https://ministry.example/feeds/rss.xml?page=2"),
        (f'"{URL}"', None),
        ("7", None),
        ("null", None),
        ('"ftp://x.example/"', None),
    ],
)
def test_json_feed_names_its_next_page(following: str, page: str | None) -> None:
    body = f'{{"version": "https://jsonfeed.org/version/1.1", "next_url": {following}, "hubs": [], "items": []}}'
    reading = read(body)
    assert (reading.earlier, reading.hints) == (page, Hints())


# Addresses


def test_nothing_of_the_address_we_asked_is_told_to_readers_of_a_post() -> None:
    reading = read(channel("", "<title>x</title><link>#top</link>"), URL.replace("//", "//user:secret@"))
    assert reading.posts[0].permalink == "https://ministry.example/feeds/rss.xml#top"


@pytest.mark.parametrize("nonsense", ["http://[", "http://a:b/", "javascript:1", "\x00", "ftp://x.example/"])
def test_a_content_location_that_is_no_address_is_overlooked(nonsense: str) -> None:
    reading = read(channel("", "<title>x</title><link>1</link>"), content_location=nonsense)
    assert reading.posts[0].permalink == "https://ministry.example/feeds/1"

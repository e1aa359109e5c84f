"""Documents within the limit of size that cost a parser seconds, gigabytes or its life. The worker has limits."""

from __future__ import annotations

from functools import cache

from tests.faults.case import Family, Make, Stage, Then, fails, healthy
from tests.faults.speech import document, item, posts, rss, serves
from tests.servers import Script

FAMILY = Family("heavy")
_JSON = "application/feed+json"
_MANY = " ".join(f'a{n}="{n}"' for n in range(60_000))


def _nested(count: int) -> str:
    chain = "".join(f'<!ENTITY e{n} "&e{n - 1};">' for n in range(1, count))
    return f'<!DOCTYPE rss [<!ENTITY e0 "x">{chain}]>{rss((item(1, f"&e{count - 1};"),))}'


@FAMILY(fails("unreadable"))
def thirty_thousand_nested_entities(_: Stage) -> Script:
    """A chain of entities, each within the next: older expats crash."""
    return serves(document("<!-- <a -->" + _nested(30_000)))


@FAMILY(fails("unreadable"))
def a_billion_laughs(_: Stage) -> Script:
    """Ten entities, each of ten others."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return serves(document(f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}]>{rss((item(1, "&l9;"),))}'))


@FAMILY(fails("unreadable"))
def one_entity_a_hundred_thousand_times(_: Stage) -> Script:
    """One long entity, and a title made of it alone: quadratic."""
    return serves(document(f'<!DOCTYPE rss [<!ENTITY a "{"a" * 10_000}">]>{rss((item(1, "&a;" * 100_000),))}'))


@FAMILY(fails("unreadable"))
def a_hundred_thousand_default_attributes(_: Stage) -> Script:
    """A document type that gives each item 100,000 attributes."""
    many = "".join(f'a{n} CDATA "x" ' for n in range(100_000))
    return serves(document(f"<!DOCTYPE rss [<!ATTLIST item {many}>]>{posts(1)}"))


# What the reader makes of these is its own affair, as long as it is quick: the document is sound XML, or nearly.
_WEIRD: dict[str, tuple[str, str, Then]] = {
    "a million newlines": ("A million newlines before the feed.", "\n" * 1_000_000 + posts(1), healthy(1)),
    "one large attribute": (
        "An attribute of 7 MB.",
        rss((item(1, more=f'<comments a="{"x" * 7_000_000}"/>'),)),
        healthy(1),
    ),
    "an author without end": (
        "An author like a mail address with 32,000 dots.",
        rss((item(1, more=f"<author>a@{'a.' * 32_000}a!</author>"),)),
        healthy(1),
    ),
    "a style without end": (
        "A style that opens 20,000 brackets.",
        rss((item(1, more=f'<description>&lt;p style="{"url(" * 20_000}"&gt;x&lt;/p&gt;</description>'),)),
        healthy(1),
    ),
    "many references": (
        "A title of 100,000 references to characters that do not exist.",
        rss((item(1, "&#1234567890123;" * 100_000),)),
        healthy(1),
    ),
    "a long date": (
        "A date of a million signs.",
        rss((item(1, more=f"<pubDate>{'1 ' * 500_000}</pubDate>"),)),
        healthy(1),
    ),
    "many blanks": (
        "A text of 200,000 blanks that do not break.",
        rss((item(1, more=f"<description>&lt;b&gt;x&lt;/b&gt;{'&#160; ' * 200_000}</description>"),)),
        healthy(1),
    ),
    "a hundred thousand posts": (
        "100,000 posts in 5 MB: the first 5,000 are kept.",
        rss(f"<item><guid>{n}</guid><title>Statement {n}</title></item>" for n in range(100_000)),
        healthy(5_000),
    ),
    "a text of seven megabytes": (
        "One post of 7 MB: its text is cut.",
        rss((item(1, more=f"<description>{'Calm on the border. ' * 350_000}</description>"),)),
        healthy(1),
    ),
}


def _serving(body: str) -> Make:
    return lambda _: serves(document(body))


for _name, (_line, _body, _then) in _WEIRD.items():
    FAMILY.made(_name, _line, _serving(_body), _then)


@FAMILY(fails("unreadable"), ends="worker")
def many_attributes(_: Stage) -> Script:
    """60,000 attributes on one element: quadratic in every parser there is for feeds."""
    return serves(document(rss((item(1, more=f"<comments {_MANY}/>"),))))


@FAMILY(fails("unreadable"), ends="worker")
def deep_HTML(_: Stage) -> Script:  # noqa: N802  # a name for people
    """400,000 elements within each other, in a text."""
    return serves(document(rss((item(1, more=f"<description>{'&lt;div&gt;' * 400_000}</description>"),))))


@FAMILY(fails("unreadable"))
def open_brackets(_: Stage) -> Script:
    """Half a million `<`."""
    return serves(document("<" * 500_000))


@FAMILY(healthy(0))
def open_comments(_: Stage) -> Script:
    """100,000 comments that are never closed: a feed without posts, said to be malformed."""
    return serves(document("<rss>" + "<!--" * 100_000))


@FAMILY(healthy(0))
def open_declarations(_: Stage) -> Script:
    """100,000 declarations that are never closed: the same."""
    return serves(document("<rss>" + "<![" * 100_000))


@FAMILY(fails("unreadable"), ends="worker")
def deep_XML(_: Stage) -> Script:  # noqa: N802  # a name for people
    """200,000 elements within each other."""
    return serves(document(rss((item(1, more="<a>" * 200_000),))))


@FAMILY(fails("unreadable"))
def deep_JSON(_: Stage) -> Script:  # noqa: N802  # a name for people
    """200,000 lists within each other."""
    return serves(document("[" * 200_000, _JSON))


@FAMILY(fails("unreadable"))
def deep_JSON_of_objects(_: Stage) -> Script:  # noqa: N802  # a name for people
    """100,000 objects within each other."""
    return serves(document('{"a": ' * 100_000 + "1" + "}" * 100_000, _JSON))


@FAMILY(fails("unreadable"))
def a_number_of_a_million_digits(_: Stage) -> Script:
    """A JSON Feed with a number nobody can read in time."""
    body = f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": {"9" * 1_000_000}}}]}}'
    return serves(document(body, _JSON))


@cache
def _eight() -> str:
    return "<rss><channel>" + "<item>" * 1_300_000


@FAMILY(fails("unreadable"))
def items_within_items(_: Stage) -> Script:
    """1,300,000 posts within each other, in 8 MB: none is whole."""
    return serves(document(_eight()))

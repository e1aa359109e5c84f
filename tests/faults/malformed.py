"""Documents that are damaged, or no feeds, or want something from whoever reads them."""

from __future__ import annotations

from tests.faults.case import Family, Stage, fails, healthy
from tests.faults.speech import document, item, page, posts, rss, serves
from tests.servers import Script

FAMILY = Family("malformed")
_CALM = "A calm day at the border"


@FAMILY(healthy(3))
def cut_XML(_: Stage) -> Script:  # noqa: N802  # a name for people
    """Breaks off in the middle of the fourth post: the three whole ones are read."""
    whole = posts(1, 2, 3, 4, 5)
    return serves(document(whole[: whole.index("number 4") + 8]))


@FAMILY(healthy(3), titles=("Fire & smoke",))
def bare_ampersands(_: Stage) -> Script:
    """`&` where XML wants `&amp;`."""
    return serves(document(rss((item(1), item(2, "Fire & smoke"), item(3)))))


@FAMILY(healthy(3))
def tags_never_closed(_: Stage) -> Script:
    """HTML in a post that is not closed."""
    return serves(document(rss((item(1), item(2, more="<comments><p>open<br></comments>"), item(3)))))


@FAMILY(healthy(1), titles=("A calm day at the border \ufffd",))
def NUL_and_other_controls(_: Stage) -> Script:  # noqa: N802  # a name for people
    """Characters that XML forbids, as bytes and as references."""
    return serves(document(rss((item(1, "A calm\x00 day at\x07 the\x0b border\x0c &#8;"),))))


@FAMILY(healthy(1))
def half_characters(_: Stage) -> Script:
    """References to surrogates and to numbers beyond Unicode."""
    return serves(document(rss((item(1, "&#xD800; &#xDFFF; &#9999999999; &#x110000;"),))))


@FAMILY(healthy(1))
def half_characters_in_JSON(_: Stage) -> Script:  # noqa: N802  # a name for people
    r"""A JSON Feed with `\ud800` as its id, its title and its text."""
    half = '{"id": "\\ud800", "title": "x \\udfff", "content_text": "\\ud800"}'
    return serves(document(_json_feed(half), "application/feed+json"))


@FAMILY(healthy(1), titles=("Ելույթ",))
def a_character_set_that_does_not_exist(_: Stage) -> Script:
    """The declared encoding has never been heard of."""
    return serves(document('<?xml version="1.0" encoding="klingon"?>' + rss((item(1, "Ելույթ"),))))


@FAMILY(healthy(1), titles=(_CALM,))
def a_character_set_that_is_none(_: Stage) -> Script:
    """The declared encoding is one of Python's own that runs code over the text."""
    return serves(document('<?xml version="1.0" encoding="unicode_escape"?>' + rss((item(1, _CALM),))))


@FAMILY(fails("unreadable"))
def nothing_in_it(_: Stage) -> Script:
    """Status 200, and an empty body."""
    return serves(document(""))


@FAMILY(fails("unreadable"))
def blanks(_: Stage) -> Script:
    """A body of blanks and NULs."""
    return serves(document(b" \n\0\t" * 1000))


@FAMILY(fails("unreadable"))
def a_picture(_: Stage) -> Script:
    """A picture that calls itself a feed."""
    return serves(document(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20))


@FAMILY(fails("unreadable"))
def a_path_as_the_body(_: Stage) -> Script:
    """The body is the path of a file of ours, which some libraries would open."""
    return serves(document("/etc/passwd"))


@FAMILY(fails("unreadable"))
def an_address_as_the_body(stage: Stage) -> Script:
    """The body is a web address, which some libraries would ask."""
    return serves(document(f"http://{stage.canary}/feed"))


@FAMILY(fails("unreadable"))
def an_external_entity(_: Stage) -> Script:
    """An entity that stands for a file of ours."""
    return serves(document(_declared('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;")))


@FAMILY(fails("unreadable"))
def an_external_entity_of_the_web(stage: Stage) -> Script:
    """An entity that stands for a page within our network."""
    return serves(document(_declared(f'<!ENTITY % x SYSTEM "http://{stage.canary}/"> %x;', "x")))


@FAMILY(healthy(1))
def a_document_type_elsewhere(stage: Stage) -> Script:
    """A document type to be loaded from within our network: it is dropped, the feed is read."""
    return serves(document(f'<!DOCTYPE rss SYSTEM "http://{stage.canary}/rss.dtd">{posts(1)}'))


@FAMILY(healthy(1))
def an_inclusion(stage: Stage) -> Script:
    """XInclude and a style sheet that lead into our network: they are not followed."""
    wish = f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='http://{stage.canary}/' parse='text'/>"
    return serves(document(f"<?xml-stylesheet href='http://{stage.canary}/'?>{rss((item(1, more=wish),))}"))


@FAMILY(fails("unreadable"))
def a_hidden_document_type(_: Stage) -> Script:
    """A document type with entities behind a comment that looks like a tag."""
    return serves(document("<!-- <a -->" + _declared('<!ENTITY a "b">', "&a;")))


@FAMILY(fails("unreadable"))
def a_document_type_in_UTF_16(_: Stage) -> Script:  # noqa: N802  # a name for people
    """The same in UTF-16, where a search for bytes finds nothing."""
    return serves(document(_declared('<!ENTITY a "b">', "&a;").encode("utf-16")))


@FAMILY(fails("unreadable"))
def a_document_type_in_UTF_7(_: Stage) -> Script:  # noqa: N802  # a name for people
    """The same in UTF-7, where every bracket is written otherwise."""
    body = b'<?xml version="1.0" encoding="utf-7"?>' + _declared('<!ENTITY a "b">', "&a;").encode("utf-7")
    return serves(document(body, "text/xml; charset=utf-7"))


@FAMILY(fails("unreadable"))
def other_XML(_: Stage) -> Script:  # noqa: N802  # a name for people
    """A site map."""
    return serves(document("<urlset><url><loc>https://ministry.example/</loc></url></urlset>"))


@FAMILY(fails("unreadable"))
def other_JSON(_: Stage) -> Script:  # noqa: N802  # a name for people
    """An error as JSON, with status 200."""
    return serves(document('{"error": "too many requests"}', "application/json"))


@FAMILY(healthy(1))
def JSON_of_all_shapes(_: Stage) -> Script:  # noqa: N802  # a name for people
    """A JSON Feed whose fields are lists, numbers and nulls; items that are none are left out."""
    odd = '{"id": 7, "title": ["x"], "authors": {"a": 1}, "attachments": 3, "date_published": false, "image": {}}'
    return serves(document(_json_feed(f"{odd}, null, 3, [], true"), "application/feed+json"))


@FAMILY(healthy(0))
def a_feed_without_posts(_: Stage) -> Script:
    """A feed with nothing in it is a feed."""
    return serves(document(rss(())))


@FAMILY(fails("unreadable"))
def a_page_for_people(_: Stage) -> Script:
    """An HTML page of the ministry under the feed's address."""
    return serves(page("<!doctype html><html><title>Ministry</title><body><h1>News</h1><p>Calm.</p></body></html>"))


def _declared(declaration: str, title: str) -> str:
    return f'<?xml version="1.0"?><!DOCTYPE rss [{declaration}]>{rss((item(1, title),))}'


def _json_feed(items: str) -> str:
    return f'{{"version": "https://jsonfeed.org/version/1.1", "title": "Ministry", "items": [{items}]}}'

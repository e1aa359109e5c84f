"""What every kind of source but the feed (see `feeds`) and the four of `apis` is answered with."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from types import ModuleType

from monitor.errors import Unreadable
from monitor.model import Post, Reading, changed
from monitor.sources import SourceConfig, bluesky, mastodon, sitemap, telegram, webpage, wordpress, youtube
from tests.fuzz import Target, parts
from tests.properties import holds
from tests.sources import bluesky_server, channel, mastodon_server, newsroom, test_sitemap, test_youtube, wordpress_site

SITE = "https://user:secret@ministry.example"
LISTED = f"{SITE}/hy/news?token=secret"
PAGED = newsroom.config(url=LISTED, title=None, summary="p", detail={"drop": [".share"]})
PRESS = wordpress.Config.model_validate({"id": "m", "url": f"{SITE}/", "timezone": "Asia/Yerevan"})
MAP = sitemap.Config.model_validate({"id": "m", "url": f"{SITE}/news.xml?token=secret", "timezone": "Asia/Yerevan"})
MASTODON = mastodon.Config.model_validate({"id": "m", "url": "https://social.example/@mod"})
BLUESKY = bluesky.Config.model_validate({"id": "m", "url": "https://bsky.app/profile/mod.example"})
VIDEOS = "https://www.youtube.com/feeds/videos.xml?playlist_id=UUSHabc"
YOUTUBE = youtube.Config.model_validate({"id": "m", "url": VIDEOS})
TELEGRAM = channel.settings()


def same(one: Reading, other: Reading, url: str) -> None:
    """Both are equal and keep the promises; what a post passes on may be named by an id where there is no address."""
    assert one == other
    for post in one.posts:
        holds.harmless(post.repost_of or "")
    plain = tuple(
        post if (post.repost_of or "").startswith("http") else changed(post, repost_of=None) for post in one.posts
    )
    holds.reading(changed(one, posts=plain), url)


def twice(module: ModuleType, data: bytes, url: str, settings: SourceConfig, **headers: str) -> Reading:
    """Read bytes as an answer of this address, and again."""
    reading: Reading = module.read(data, headers, url, settings)
    same(reading, module.read(data, headers, url, settings), url)
    return reading


def webpage_(data: bytes) -> None:
    """A list, and each page as a post's own: posts without our secrets, or it is said in words what is wrong."""
    header, body = parts(data, 2)
    headers = {"content-type": header.decode("latin-1")}
    with suppress(Unreadable):
        reading = twice(webpage, body, LISTED, PAGED, **headers)
        assert "secret" not in repr(reading) or b"secret" in data
    with suppress(Unreadable):
        (own,) = webpage.read(body, {**headers, webpage.DETAIL: ""}, f"{SITE}/hy/news/1", PAGED).posts
        _whole(own)
        assert "secret" not in repr(own) or b"secret" in data


def _whole(own: Post) -> None:
    holds.one_line(own.title)
    holds.clean(own.text)
    for url in filter(None, (own.permalink, *(medium.url for medium in own.media))):
        holds.web_address(url)
    for when in (own.published, own.updated):
        holds.moment(when)


def wordpress_(data: bytes) -> None:
    """An answer of the API or a feed."""
    with suppress(Unreadable):
        twice(wordpress, data, f"{SITE}/wp-json/wp/v2/posts?page=1", PRESS)


def sitemap_(data: bytes) -> None:
    """A sitemap or an index, packed or not; what an index leads to are addresses of the web."""
    with suppress(Unreadable):
        reading = twice(sitemap, data, MAP.url, MAP)
        assert "secret" not in repr(reading) or b"secret" in data
        for place in reading.cursor.get("sitemaps", "").splitlines():
            holds.web_address(place)
    with suppress(Unreadable):
        packed = gzip.compress(data, 1, mtime=0)
        assert sitemap.read(packed, {}, MAP.url, MAP) == sitemap.read(data, {}, MAP.url, MAP)


def mastodon_(data: bytes) -> None:
    """A page of statuses, one of them, or an account."""
    with suppress(Unreadable):
        twice(mastodon, data, f"{MASTODON.timeline('1001')}&token=secret", MASTODON)


def bluesky_(data: bytes) -> None:
    """A feed of views, one of them, or a name that was resolved."""
    with suppress(Unreadable):
        reading = twice(bluesky, data, BLUESKY.timeline(bluesky_server.DID), BLUESKY)
        assert all(post.repost_of is None or post.repost_of.startswith("at://") for post in reading.posts)


def youtube_(data: bytes) -> None:
    """A feed of videos."""
    with suppress(Unreadable):
        twice(youtube, data, VIDEOS, YOUTUBE)


def telegram_(data: bytes) -> None:
    """A channel's preview page."""
    with suppress(Unreadable):
        twice(telegram, data, channel.URL, TELEGRAM)


_PAGES = (newsroom.AM_LIST, newsroom.AM_PAGE, newsroom.AZ_LIST, newsroom.AZ_PAGE)
_ARTICLE = newsroom.linked(headline="A", articleBody="<p>x</p>", image=[{"url": "/a.jpg"}], author={"name": "B"})
_STATUS = mastodon_server.status(2, media_attachments=[{"type": "image", "url": "https://x.example/a", "meta": {}}])
_FACET = {"index": {"byteStart": 0, "byteEnd": 4}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "h"}]}
_VIEW = bluesky_server.view(1, "Four wounded", record={"facets": [_FACET], "langs": ["ru"]})
JSON = (
    '"id"',
    '"url"',
    "null",
    "true",
    "[]",
    "{}",
    "[{}]",
    "1e999",
    "-1",
    "\\ud800",
    "\\u0000",
    "\\u202e",
    '""',
    "<p>",
)
_XML = ("<url>", "</url>", "<loc>", "</loc>", "<entry>", "</entry>", "<title>", "<![CDATA[", "&#x202e;", "&#0;", "<?")
_HTML = (
    *("<a href=", "<time datetime=", "<base href=", "<h3>", "</div>", "<script type='application/ld+json'>", "\u202e"),
    *("<template>", "<svg>", "<table>", "style='background-image:url(", "hidden", "&#0;", "//", "http://[", "@", "]"),
)
_FEED = b"""<rss version="2.0"><channel><item><guid>https://ministry.example/?p=1</guid></item>
<item><title>x</title><guid>https://ministry.example/;?p=1</guid></item></channel></rss>"""


def said(*things: object) -> tuple[bytes, ...]:
    return tuple(json.dumps(thing).encode() for thing in things)


FOUND = {
    "webpage": Target(
        webpage_,
        (
            *(b"\x1e" + page.encode() for page in _PAGES),
            b"text/html; charset=koi8-r\x1e" + _ARTICLE.encode() + newsroom.AM_LIST.encode("utf-16"),
            b"text/html\x1e" + _ARTICLE.encode() + newsroom.AM_LIST.encode(),
        ),
        (*_HTML, ".news-list", "class=item", "/news/1", '"@graph"', '"@type":"Article"', "og:image", "charset="),
    ),
    "wordpress": Target(
        wordpress_,
        (
            *said(
                [wordpress_site.thing(1), wordpress_site.thing(2), wordpress_site.thing(1)],
                {"code": "rest_no_route", "message": "x"},
            ),
            b"<br />Warning: x" + said([wordpress_site.thing(3)])[0],
            _FEED,
        ),
        (*JSON, '"rendered"', '"_embedded"', '"wp:featuredmedia"', '"date_gmt"', "?p=1", "<rss>"),
    ),
    "sitemap": Target(
        sitemap_,
        (
            test_sitemap.urls(test_sitemap.news("1"), test_sitemap.news("2", more="<lastmod>2026-11-22</lastmod>")),
            test_sitemap.index(("https://a.example/news.xml", "2026-11-22"), "/b.xml"),
            gzip.compress(test_sitemap.urls(test_sitemap.news("1")), mtime=0),
            test_sitemap.urls(test_sitemap.news("1").replace("https://ministry", "https://#ministry")),
        ),
        (*_XML, "<sitemap>", "<news:title>", "<news:language>", "<lastmod>", "<image:loc>", b"\x1f\x8b\x08"),
    ),
    "mastodon": Target(
        mastodon_,
        said(
            [mastodon_server.status(1), _STATUS | {"reblog": mastodon_server.status(3)}, mastodon_server.status(1)],
            [
                _STATUS
                | {"quote": {"state": "accepted", "quoted_status": _STATUS}, "poll": {"options": [{"title": "a"}]}}
            ],
            mastodon_server.account(moved=mastodon_server.account("new@other.example")),
            {"error": "Record not found"},
        ),
        (*JSON, '"reblog"', '"quote"', '"poll"', '"media_attachments"', '"meta"', '"account"', '"acct"', '"duration"'),
    ),
    "bluesky": Target(
        bluesky_,
        said(
            {"feed": [_VIEW, bluesky_server.repost(2, bluesky_server.view(3))], "cursor": "x"},
            {"did": bluesky_server.DID},
            {"error": "InvalidRequest", "message": "no"},
        ),
        (*JSON, '"post"', '"record"', '"facets"', '"byteStart"', '"embed"', '"$type"', '"reason"', '"uri"', "at://"),
    ),
    "youtube": Target(
        youtube_,
        (
            test_youtube.feed(test_youtube.video("a", words="Two wounded"), test_youtube.video("b")),
            test_youtube.feed('<at:deleted-entry ref="yt:video:a"/>'),
        ),
        (*_XML, "<yt:videoId>", "<published>", "<media:group>", "<link rel=", "yt:video:", "/shorts/", "<at:"),
    ),
    "telegram": Target(
        telegram_,
        (
            channel.page(
                channel.wrapped("ministry/70", channel.text("On the <b>border</b> <a href='https://x/'>x</a>")),
                channel.wrapped("ministry/71", channel.text("Edited"), meta="edited ", more='data-view="x"'),
            ).encode(),
            channel.page(
                channel.wrapped("ministry/72", "", more=f'data-view="{channel.view(1, 72)}"'),
                more='<a class="tme_messages_more" data-before="70">',
            ).encode(),
            channel.LANDING.encode(),
        ),
        (*_HTML, "data-post=", "data-view=", "data-before=", "tgme_widget_message", "ministry/1", "service_message"),
    ),
}

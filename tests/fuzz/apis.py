"""What the APIs of X, VK, Drupal and GOV.UK answer."""

from __future__ import annotations

from contextlib import suppress

from monitor.errors import MonitorError, Unreadable
from monitor.sources import drupal, govuk, vk, x
from monitor.sources.vk import refusal
from tests.fuzz import Target
from tests.fuzz.kinds import JSON, SITE, said, twice
from tests.properties import holds
from tests.sources import drupal_site, govuk_site, vk_server, x_server

X = x.Config.model_validate({"id": "m", "url": "https://x.com/mod", "language": "hy"})
VK = vk.Config.model_validate({"id": "m", "url": "https://vk.com/mod", "language": "ru"})
DRUPAL = drupal.Config.model_validate({
    "id": "m", "url": f"{SITE}/hy", "type": "news", "text": ["field_lead", "body"], "include": ["field_image", "uid"],
    "timezone": "Asia/Yerevan",
})  # fmt: skip
GOVUK = govuk.Config.model_validate(
    {"id": "m", "url": "https://www.gov.uk/government/organisations/ministry-of-defence"}
)


def x_(data: bytes) -> None:
    """A page of posts, one of them, several answers in a row, or an account: what is counted and paid for are ids."""
    with suppress(Unreadable):
        reading = twice(x, data, X.timeline("1001", {}), X)
        holds.harmless(" ".join((*reading.warnings, reading.cursor.get("name", ""), reading.cursor.get("refused", ""))))
        for name in ("posts", "users", "newest", "oldest", "account"):
            assert all(map(str.isdecimal, reading.cursor.get(name, "").split()))


def vk_(data: bytes) -> None:
    """A page of a wall, an owner, or an error, which is told in words."""
    with suppress(Unreadable):
        reading = twice(vk, data, VK.wall("-1001"), VK)
        assert not {post.native_id for post in reading.posts} & set(reading.deletions)
    with suppress(Unreadable):
        error = refusal.told(data)
        assert error is None or isinstance(error, MonitorError)
        holds.harmless(str(error))


def drupal_(data: bytes) -> None:
    """A page of nodes, or one of them."""
    with suppress(Unreadable):
        reading = twice(drupal, data, DRUPAL.collection, DRUPAL)
        holds.harmless(" ".join(reading.warnings))
        assert "secret" not in repr(reading) or b"secret" in data


def govuk_(data: bytes) -> None:
    """A list, or a page with its text."""
    with suppress(Unreadable):
        twice(govuk, data, GOVUK.search(), GOVUK)


_REFERS = [{"type": "retweeted", "id": x_server.tweet_id(2)}, {"type": "quoted", "id": x_server.tweet_id(3)}]
_TWEET = x_server.tweet(
    1,
    "Fire &amp; smoke https://t.co/abc https://t.co/abcd",
    entities={"urls": [{"url": "https://t.co/abc", "expanded_url": "https://mod.example/1"}]},
    attachments={"media_keys": ["3_1"]},
    note_tweet={"text": "All of it", "entities": {"urls": []}},
    withheld={"country_codes": ["XY"]},
)
_VIDEO = {
    "media_key": "3_1", "type": "video", "duration_ms": 1500, "preview_image_url": "https://pbs.example/1.jpg",
    "alt_text": "A map", "variants": [{"bit_rate": 1, "content_type": "video/mp4", "url": "https://v.example/1.mp4"}],
}  # fmt: skip
_BESIDE = {
    "users": [x_server.user(), {"data": x_server.user("b", "2")}],
    "tweets": [x_server.tweet(2)],
    "media": [_VIDEO],
}
_PHOTO = {
    "type": "photo",
    "photo": {"text": "A map", "sizes": [{"type": "x", "width": 5, "height": 5, "url": "https://v/1"}]},
}
_POLL = {"type": "poll", "poll": {"question": "Where?", "answers": [{"text": "Here", "votes": 1}]}}
_CARD = {"type": "link", "link": {"url": "https://mod.example/1", "title": "Statement"}}
_NODE = drupal_site.node(1, published_at="2026-11-22T10:00:00+04:00", field_lead=["<p>One</p>", {"summary": "Two"}])
_SHORT = drupal_site.node(3, published_at=1795327200, body={"summary": "x"}, path={"alias": None})
_FILE = {
    "type": "file--file",
    "id": drupal_site.uuid(4),
    "attributes": {"uri": {"url": "/a.jpg"}, "filemime": "image/png"},
}
_IMAGE = {"field_image": {"data": {"type": "file--file", "id": drupal_site.uuid(4), "meta": {"alt": "The border"}}}}
_PAPER = govuk_site.Paper(
    1,
    details={
        "attachments": [{"title": "A map", "url": "/map.pdf", "content_type": "application/pdf"}],
        "change_history": [{"note": "New figures", "public_timestamp": "2026-11-22T10:00:00Z"}],
        "images": [{"sources": {"s300": "/a.jpg"}, "alt_text": "x"}],
    },
)

FOUND = {
    "x": Target(
        x_,
        said(
            {
                "data": [_TWEET, x_server.tweet(4, referenced_tweets=_REFERS)],
                "includes": _BESIDE,
                "meta": {"next_token": "t"},
            },
            {"data": [x_server.tweet(1), x_server.tweet(2, edit_history_tweet_ids=[x_server.tweet_id(1)])]},
            [{"data": x_server.tweet(1)}, {"errors": [x_server.error("Gone", "That post was deleted.")]}],
            {"data": x_server.user()},
        ),
        (*JSON, '"data"', '"includes"', '"edit_history_tweet_ids"', '"referenced_posts"', '"note_post"', '"meta"'),
    ),
    "vk": Target(
        vk_,
        said(
            vk_server.answer([vk_server.item(1, "[club1|Name]", attachments=[_PHOTO, _POLL, _CARD])], count=900),
            vk_server.answer([vk_server.item(2, copy_history=[vk_server.item(1)]), vk_server.item(3, is_deleted=True)]),
            {"response": {"object_id": 5, "type": "user"}},
            vk_server.failure(5),
        ),
        (
            *JSON,
            '"response"',
            '"items"',
            '"attachments"',
            '"copy_history"',
            '"owner_id"',
            '"date"',
            "[id1|",
            "error_code",
        ),
    ),
    "drupal": Target(
        drupal_,
        said(
            {
                "data": [_NODE | {"relationships": _IMAGE}, drupal_site.node(2), drupal_site.node(2)],
                "included": [_FILE],
                "links": {"next": {"href": "https://a.example/?page%5Boffset%5D=50&page%5Blimit%5D=50"}},
                "meta": {"omitted": {"links": {"a": {"meta": {"detail": "The 'view' permission is required."}}}}},
            },
            {"data": _SHORT},
            {"errors": [{"title": "Forbidden", "detail": "x"}]},
        ),
        (
            *JSON,
            '"data"',
            '"included"',
            '"attributes"',
            '"relationships"',
            '"processed"',
            '"alias"',
            '"langcode"',
            "page[offset]",
        ),
    ),
    "govuk": Target(
        govuk_,
        said(
            {"results": [_PAPER.result(), govuk_site.Paper(2, path="/government/news/b.ur").result(), _PAPER.result()]},
            _PAPER.page() | {"withdrawn_notice": {"explanation": "<p>Old</p>"}},
            govuk_site.Paper(
                3, details={"documents": ['<a href="/a.pdf">A</a>'], "parts": [{"title": "A", "body": "b"}]}
            ).page(),
        ),
        (
            *JSON,
            '"results"',
            '"base_path"',
            '"details"',
            '"link"',
            '"content_id"',
            '"public_timestamp"',
            '"attachments"',
        ),
    ),
}

"""What is read of an AppView's JSON: words with whole links, embeds, reposts, quotes, and times that are claims."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.errors import Unreadable
from monitor.model import Post, Reading
from monitor.sources import bluesky
from monitor.sources.bluesky.facets import whole
from tests.sources.bluesky_server import DID, FEED, View, repost, uri, view

URL = f"https://public.api.example{FEED}?actor={DID}&limit=50&filter=posts_with_replies&includePins=false"
SETTINGS = bluesky.Config.model_validate({"id": "mod", "url": "https://bsky.app/profile/mod.example", "language": "hy"})
OTHER = "did:plc:press"


def read(*views: View, **more: object) -> Reading:
    return bluesky.read(json.dumps({"feed": views, **more}).encode(), {}, URL, SETTINGS)


def one(given: View) -> Post:
    (post,) = read(given).posts
    return post


def linked(text: str, shown: str, to: str, *, moved: int = 0) -> str:
    begin = len(text.partition(shown)[0].encode()) + moved
    index = {"byteStart": begin, "byteEnd": begin + len(shown.encode())}
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": to}
    return whole(text, [{"index": index, "features": [feature]}])


def test_an_ordinary_post() -> None:
    post = one(view(1, "Fire was opened.\n\nNo losses.", record={"langs": ["ru", "en"]}))

    assert post.native_id == uri(1)
    assert (post.author, post.language, post.title, post.flags) == ("mod.example", "ru", "", ())
    assert post.text == "Fire was opened.\n\nNo losses."
    assert post.created == post.published == datetime(2026, 11, 22, 6, 1, tzinfo=UTC)
    assert post.permalink == f"https://bsky.app/profile/{DID}/post/3k0001"


@pytest.mark.parametrize(
    ("claimed", "created"),
    [
        ("", None),
        (None, None),
        ("yesterday", None),
        ("2007-07-07T03:04:05", datetime(2007, 7, 7, 3, 4, 5, tzinfo=UTC)),
        ("2007-07-07T07:04:05.123456789+04:00", datetime(2007, 7, 7, 3, 4, 5, 123457, tzinfo=UTC)),
    ],
)
def test_the_authors_time_is_a_claim_and_the_servers_the_publication(claimed: object, created: datetime | None) -> None:
    post = one(view(1, record={"createdAt": claimed}))

    assert post.created == created
    assert post.published == datetime(2026, 11, 22, 6, 1, tzinfo=UTC)


def test_a_repost_is_a_post_of_its_own_with_the_words_of_another() -> None:
    said = view(1, "Four were wounded.")
    said["post"] |= {"uri": uri(1, OTHER), "author": {"did": OTHER, "handle": "press.example"}}
    post = one(repost(90, said))

    assert post.native_id == f"at://{DID}/app.bsky.feed.repost/3r0090"
    assert (post.author, post.text) == ("mod.example", "Four were wounded.")
    assert post.repost_of == uri(1, OTHER)
    assert post.permalink == f"https://bsky.app/profile/{OTHER}/post/3k0001"
    assert post.created == datetime(2026, 11, 22, 6, 1, tzinfo=UTC)
    assert post.published == datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


def test_a_repost_without_an_uri_and_the_post_itself_are_two() -> None:
    said = view(1)
    first, second = read(said, repost(90, said, uri=None)).posts

    assert (first.native_id, second.native_id) == (uri(1), f"{DID} {uri(1)}")


@pytest.mark.parametrize(
    ("text", "shown", "to", "read_as"),
    [
        ("Հայտարարություն mil.am/a/20… այսօր", "mil.am/a/20…", "https://mil.am/a/2026", "https://mil.am/a/2026"),
        ("😆 см. mil.am/a/20... тут", "mil.am/a/20...", "https://mil.am/a/2026", "https://mil.am/a/2026"),
        ("See mil.am", "mil.am", "https://mil.am/", "https://mil.am/"),
        ("See https://mil.am/a", "https://mil.am/a", "https://mil.am/a", "https://mil.am/a"),
        ("See the statement", "the statement", "https://mil.am/a", "the statement (https://mil.am/a)"),
        ("See mil.am now", "mil.am", "https://evil.example/", "mil.am (https://evil.example/)"),
        ("mil", "mil", "https://mil.am/a", "mil (https://mil.am/a)"),
        ("See it", "it", "javascript:alert(1)", "it"),
    ],
)
def test_links_are_written_whole_by_their_place_in_bytes(text: str, shown: str, to: str, read_as: str) -> None:
    assert linked(text, shown, to) == text.replace(shown, read_as)


@pytest.mark.parametrize("moved", [-99, -1, 1, 99])
def test_a_place_that_is_none_changes_nothing(moved: int) -> None:
    text = "ԱԲԳ այստեղ ԱԲԳ"  # every letter is two bytes

    assert linked(text, "այստեղ", "https://mil.am/a", moved=moved) == text


def test_two_links_at_one_place_and_facets_of_another_shape() -> None:
    def facet(start: object, end: object, to: object) -> View:
        return {"index": {"byteStart": start, "byteEnd": end}, "features": [{"uri": to}]}

    odd = [{}, {"index": 3, "features": "x"}, facet("0", 3, "https://a.example"), facet(3, 0, "https://a.example")]
    sound = [facet(4, 7, "https://b.example"), facet(0, 3, "https://a.example"), facet(2, 5, "https://c.example")]
    assert whole("one two", [*odd, *sound]) == "one (https://a.example) two (https://b.example)"


def test_a_card_adds_its_title_and_address_where_the_words_lack_them() -> None:
    card = {"uri": "https://mil.example/a", "title": "Statement\nof the ministry", "description": "Long"}
    embed = {"$type": "app.bsky.embed.external#view", "external": card}

    assert one(view(1, "Read this.", embed=embed)).text == (
        "Read this.\n\nStatement of the ministry\nhttps://mil.example/a"
    )
    said = "Statement of the ministry: https://mil.example/a"
    assert one(view(1, said, embed=embed)).text == said


def test_media_with_their_descriptions() -> None:
    def media(embed: View) -> list[tuple[str, str, str | None]]:
        return [(m.type, m.url, m.alt) for m in one(view(1, embed=embed)).media]

    images = {"images": [{"fullsize": "https://cdn.example/1", "thumb": "https://cdn.example/t", "alt": "A map"}]}
    video = {"playlist": "https://video.example/1.m3u8", "thumbnail": "https://cdn.example/t", "alt": ""}
    items = {"items": [{"fullsize": f"https://cdn.example/{n}", "alt": ""} for n in range(20)]}
    assert media(images) == [("image", "https://cdn.example/1", "A map")]
    assert media(video) == [("video", "https://video.example/1.m3u8", None)]
    assert len(media(items)) == 20
    assert media({"media": images, "record": {"record": {"uri": uri(5)}}}) == media(images)
    assert media({"$type": "app.bsky.embed.hologram#view", "cube": [1]}) == []


@pytest.mark.parametrize("deeper", [False, True])
@pytest.mark.parametrize(
    ("type_", "flags"),
    [
        ("viewRecord", ()),
        ("viewNotFound", ("quote-deleted",)),
        ("viewBlocked", ("quote-blocked",)),
        ("viewDetached", ("quote-revoked",)),
    ],
)
def test_a_quote_names_what_it_quotes_and_why_it_is_not_shown(type_: str, flags: object, *, deeper: bool) -> None:
    quoted: View = {"$type": f"app.bsky.embed.record#{type_}", "uri": uri(7, OTHER)}
    post = one(view(1, embed={"record": {"record": quoted} if deeper else quoted}))

    assert (post.quote_of, post.flags) == (uri(7, OTHER), flags)


def test_a_quote_is_known_from_the_record_alone_and_a_list_is_none() -> None:
    assert one(view(1, record={"embed": {"record": {"uri": uri(7)}}})).quote_of == uri(7)
    listed = f"at://{OTHER}/app.bsky.graph.list/3l1"
    assert one(view(1, embed={"record": {"uri": listed}})).quote_of is None


def test_an_answer_names_what_it_answers() -> None:
    reply = {"root": {"uri": uri(1, OTHER)}, "parent": {"uri": uri(2, OTHER)}}

    assert one(view(3, record={"reply": reply})).reply_to == uri(2, OTHER)


def test_pinned_posts_and_warnings_are_flagged_and_one_that_comes_twice_is_one() -> None:
    pinned = view(1) | {"reason": {"$type": "app.bsky.feed.defs#reasonPin"}}
    assert one(pinned).flags == ("pinned",)
    assert len(read(pinned, view(2), view(1)).posts) == 2
    warned = {"labels": {"values": [{"val": "graphic-media"}]}}
    assert one(view(1, record=warned)).flags == ("sensitive",)


def test_the_address_of_a_page_is_by_did_whatever_the_uri_says() -> None:
    given = view(1)
    given["post"]["uri"] = "at://mod.example/app.bsky.feed.post/3k1"
    assert one(given).permalink == f"https://bsky.app/profile/{DID}/post/3k1"
    given["post"] |= {"uri": uri(1), "author": {}}
    assert one(given).permalink == f"https://bsky.app/profile/{DID}/post/3k0001"
    given["post"]["uri"] = f"at://{DID}/com.other.app.note/3k1"
    assert one(given).permalink is None


def test_an_account_whose_name_does_not_hold_is_called_by_its_did() -> None:
    given = view(1)
    given["post"]["author"]["handle"] = "handle.invalid"

    assert one(given).author == DID


def test_the_page_before_is_named_with_all_that_was_asked() -> None:
    before = f"https://public.api.example{FEED}?actor={DID}&limit=100&filter=posts_with_replies&includePins=false"

    assert read(view(1), cursor="2026-11-22T06:01:00Z::x").earlier == f"{before}&cursor=2026-11-22T06:01:00Z::x"
    assert read(view(1)).earlier is None


def test_what_has_no_uri_is_left_out_with_a_warning() -> None:
    nameless = view(1)
    nameless["post"]["uri"] = "https://bsky.app/"
    reading = bluesky.read(json.dumps({"feed": [nameless, 3, view(2)]}).encode(), {}, URL, SETTINGS)

    assert [post.native_id for post in reading.posts] == [uri(2)]
    assert reading.warnings == ("2 posts of the answer have no usable id and were left out",)


def test_a_resolved_name_gives_the_did_and_a_single_post_is_read_too() -> None:
    assert bluesky.read(json.dumps({"did": DID}).encode(), {}, URL, SETTINGS).cursor == {"account": DID}
    assert [p.text for p in bluesky.read(json.dumps(view(1)).encode(), {}, URL, SETTINGS).posts] == ["Statement 1."]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "was empty"),
        (b"<html>", "a page for people"),
        (b"[]", "no object"),
        (b'{"error": "InvalidRequest", "message": "Profile not found"}', "InvalidRequest: Profile not found"),
        (b'{"actors": []}', "neither a feed nor a post"),
    ],
)
def test_what_is_no_answer_of_bluesky_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        bluesky.read(body, {}, URL, SETTINGS)


def test_fields_of_another_type_are_as_good_as_missing() -> None:
    odd: dict[str, Any] = {"uri": uri(1), "author": 3, "record": [], "embed": "x", "indexedAt": 7, "labels": {}}
    post = one({"post": odd, "reason": "x"})

    assert (post.native_id, post.text, post.author, post.published, post.language) == (uri(1), "", None, None, "hy")


@pytest.mark.parametrize("path", ["mod.example", "mod.example/", DID, "did:web:mod.example"])
def test_an_account_is_named_by_the_address_of_its_page(path: str) -> None:
    settings = bluesky.Config.model_validate({"id": "mod", "url": f"https://bsky.app/profile/{path}"})

    assert settings.account == path.rstrip("/")


@pytest.mark.parametrize("path", ["", "/profile/mod", "/profile/mod.example/post/3k1", "/profile/mod.example/rss"])
def test_other_addresses_are_refused(path: str) -> None:
    with pytest.raises(ValidationError, match=r"like https://bsky\.app/profile/name\.example"):
        bluesky.Config.model_validate({"id": "mod", "url": f"https://bsky.app{path}"})

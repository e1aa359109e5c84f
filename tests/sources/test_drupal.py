"""A site made with Drupal: what the answers of its JSON:API say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading, post_key
from monitor.sources import drupal
from tests.sources.drupal_site import node, uuid
from tests.sources.watcher import DAY, HOUR, START

SITE = "https://ministry.example/hy"


def settings(**more: Any) -> drupal.Config:
    return drupal.Config.model_validate({"id": "mod", "url": SITE, "type": "news", **more})


def read(said: object, **more: Any) -> Reading:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return drupal.read(body, {}, f"{SITE}/jsonapi/node/news", settings(**more))


def only(said: dict[str, Any], included: tuple[dict[str, Any], ...] = (), **more: Any) -> Post:
    (post,) = read({"data": [said], "included": included}, **more).posts
    return post


def file(number: int, url: str, mime: str = "image/jpeg") -> dict[str, Any]:
    said = {"filename": "a", "uri": {"value": "public://a", "url": url}, "filemime": mime, "filesize": 5}
    return {"type": "file--file", "id": uuid(number), "attributes": said}


def names(type_: str, number: int, **meta: Any) -> dict[str, Any]:
    return {"type": type_, "id": uuid(number), "meta": {"drupal_internal__target_id": number, **meta}}


def test_a_post_with_all_it_may_have() -> None:
    said = node(12, START, START + HOUR, title="Losses &amp; “positions”")
    said["attributes"]["body"]["processed"] = "<p>Two were&nbsp;wounded.</p><p>One <b>died</b>.</p><img src='/b.png'>"
    said["relationships"] = {
        "uid": {"data": names("user--user", 3)},
        "field_image": {"data": names("file--file", 4, alt="The  border", width=5)},
        "field_tags": {"data": [names("taxonomy_term--tags", 9)]},
    }
    press = {"type": "user--user", "id": uuid(3), "attributes": {"display_name": "Press office", "name": "p"}}
    post = only(said, (press, file(4, "/sites/default/files/a.jpg")))

    assert post == Post(
        key=post_key("mod", uuid(12)),
        source="mod",
        kind="drupal",
        native_id=uuid(12),
        author="Press office",
        created=START,
        published=START,
        updated=START + HOUR,
        title="Losses &amp; “positions”",
        text="Two were wounded.\n\nOne died.",
        language="hy",
        permalink="https://ministry.example/hy/news/12",
        media=(
            Media(
                type="image",
                url="https://ministry.example/sites/default/files/a.jpg",
                alt="The border",
                mime="image/jpeg",
            ),
            Media(type="image", url="https://ministry.example/b.png"),
        ),
    )


def test_files_of_media_a_film_elsewhere_and_a_list_of_documents() -> None:
    said = node(1)
    said["relationships"] = {
        "field_media": {"data": [names("media--image", 2), names("media--remote_video", 3), names("media--image", 99)]},
        "field_files": {"data": [names("file--file", 6, description="The text")]},
        "field_empty": {"data": None},
    }
    image = {"type": "media--image", "id": uuid(2), "relationships": {
        "field_media_image": {"data": names("file--file", 4, alt="A map")},
        "thumbnail": {"data": names("file--file", 5, alt="small")},
    }}  # fmt: skip
    film = {
        "type": "media--remote_video",
        "id": uuid(3),
        "attributes": {"field_media_oembed_video": "https://v.example/7"},
    }
    files = (file(4, "/a.png", "image/png"), file(5, "/small.png"), file(6, "/t.pdf", "application/pdf"))

    assert [(one.type, one.url, one.alt) for one in only(said, (image, film, *files)).media] == [
        ("image", "https://ministry.example/a.png", "A map"),
        ("video", "https://v.example/7", None),
        ("document", "https://ministry.example/t.pdf", "The text"),
    ]


@pytest.mark.parametrize("created", ["2026-11-22T16:00:00+04:00", int(START.timestamp())])
def test_a_time_with_a_zone_or_in_seconds(created: object) -> None:
    said = node(1)
    said["attributes"]["created"] = created
    assert only(said).published == START


@pytest.mark.parametrize("created", ["2026-11-22T16:00:00", None, True, -5, 2**39, [], "soon"])
def test_a_time_that_is_none_is_unknown(created: object) -> None:
    said = node(1)
    said["attributes"]["created"] = created
    assert only(said).published is None


def test_a_draft_is_dated_by_its_publication_where_that_is_told() -> None:
    post = only(node(1, START - DAY, START, published_at=START.isoformat()))
    assert (post.created, post.published, post.updated) == (START - DAY, START, None)


def test_the_text_may_be_in_other_fields_many_or_one_string() -> None:
    said = node(1, field_lead="Lead.", field_text=[{"processed": "<p>One.</p>"}, {"value": "Two."}])
    assert only(said, text=("field_lead", "field_text")).text == "Lead.\n\nOne.\n\nTwo."


def test_a_text_that_is_only_a_summary_is_partial() -> None:
    said = node(1, body={"value": "", "processed": "", "summary": "In short."})
    assert (only(said).text, only(said).flags) == ("In short.", ("partial",))
    assert (only(node(1, body=None)).text, only(node(1, body=None)).flags) == ("", ())


def test_an_address_without_an_alias_and_one_in_letters() -> None:
    assert only(node(7, path={"alias": None})).permalink == "https://ministry.example/hy/node/7"
    assert only(node(7, path=None, drupal_internal__nid=None)).permalink is None
    assert only(node(7, path={"alias": "/զեկույց"}), url="https://ministry.example").permalink == (
        "https://ministry.example/%D5%A6%D5%A5%D5%AF%D5%B8%D6%82%D5%B5%D6%81"
    )


def test_a_language_that_is_none_is_the_sources_own() -> None:
    assert only(node(1, langcode="und"), language="ru").language == "ru"
    assert only(node(1, langcode="zh-hans")).language == "zh-hans"


def test_what_visitors_may_not_see_is_told() -> None:
    links = {"help": {"href": "https://x.example"}} | {
        f"item--{n}": {"href": "h", "meta": {"rel": "item", "detail": "The  'view' permission is required."}}
        for n in "ab"
    }
    reading = read({"data": [node(1)], "meta": {"omitted": {"detail": "Some.", "links": links}}})
    assert len(reading.posts) == 1
    assert reading.warnings == (
        "the site leaves 2 things out of its answer, which visitors may not see: The 'view' permission is required.",
    )


def test_what_has_no_id_is_told_and_one_node_is_a_post() -> None:
    assert read({"data": [node(1), {"type": "node--news"}, 5]}).warnings == (
        "2 posts of the answer have no usable id and were left out",
    )
    assert [post.native_id for post in read({"data": node(4)}).posts] == [uuid(4)]


def test_a_node_that_comes_twice_is_one_post() -> None:
    (post,) = read({"data": [node(1), node(1, title="Later")]}).posts
    assert post.title == "Later"


@pytest.mark.parametrize("href", ["https://[x/?page[offset]=50", "?page%5Boffset%5D=50&page%5Blimit%5D=" + 5000 * "9"])
def test_the_next_page_is_known_even_by_an_address_that_is_none(href: str) -> None:
    assert read({"data": [], "links": {"next": {"href": href}}}).cursor == {"next": "50", "numbers": "{}"}


def test_a_link_that_says_not_where_the_next_page_begins_says_that_there_is_one() -> None:
    link = {"next": {"href": "?page[number]=2&page[limit]=25"}}
    assert read({"data": [], "links": link}).cursor == {"next": "", "size": "25", "numbers": "{}"}


def test_nonsense_in_the_place_of_objects_is_no_crash() -> None:
    said = {"id": uuid(1), "attributes": [], "relationships": {"a": 5, "b": {"data": [5]}}}
    assert read({"data": [said], "included": [7], "meta": [], "links": []}).posts[0].title == ""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>", "a page for people"),
        (b'{"data": [', "cannot be read as JSON"),
        (b"[]", "other JSON"),
        (b'{"data": null}', "other JSON"),
        (b'{"errors": [{"title": "Bad Request", "status": "400", "detail": "No <b>field</b>"}]}', "Bad Request: No"),
    ],
)
def test_what_is_no_answer_of_drupal(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(body)


def test_settings_cannot_take_what_the_monitor_sets() -> None:
    assert settings().collection == f"{SITE}/jsonapi/node/news"
    assert settings(api="/api/v1/", type="page").collection == f"{SITE}/api/v1/node/page"
    assert settings(url=f"{SITE}/jsonapi/node/page").collection == f"{SITE}/jsonapi/node/news"
    assert settings(url="https://ministry.example/jsonapi").home == ""
    with pytest.raises(ValidationError, match=r"page\[limit\], sort: the monitor itself sets this"):
        settings(query={"page[limit]": "2", "sort": "x"})
    for wrong in ({"type": "../users"}, {"include": ("a,b",)}, {"text": ()}, {"api": "jsonapi"}):
        with pytest.raises(ValidationError):
            settings(**wrong)

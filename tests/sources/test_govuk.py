"""GOV.UK: what its search and its pages say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading, post_key
from monitor.sources import govuk
from tests.sources.govuk_site import Paper, uuid
from tests.sources.watcher import DAY, START

SITE = "https://www.gov.uk"
MOD = f"{SITE}/government/organisations/ministry-of-defence"
FILES = "https://assets.publishing.service.gov.uk"


def settings(**more: Any) -> govuk.Config:
    return govuk.Config.model_validate({"id": "uk", "url": MOD, **more})


def read(said: object, **more: Any) -> Reading:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return govuk.read(body, {}, f"{SITE}/api/search.json", settings(**more))


def text(paper: Paper) -> Post:
    (post,) = read(paper.page()).posts
    return post


def found(**more: Any) -> Post:
    (post,) = read({"results": [Paper(1, found=more).result()]}).posts
    return post


def test_a_result_is_a_post_without_its_text() -> None:
    assert found() == Post(
        key=post_key("uk", uuid(1)),
        source="uk",
        kind="govuk",
        native_id=uuid(1),
        author="Ministry of Defence",
        published=START,
        title="Statement 1",
        text="About 1.",
        permalink=f"{SITE}/government/news/statement-1",
        flags=("partial",),
    )


def test_a_page_with_all_it_may_have() -> None:
    attached = [
        {"attachment_type": "file", "title": "The map", "url": f"{FILES}/map.pdf", "content_type": "application/pdf"},
        {"attachment_type": "html", "title": "The report", "url": "/government/publications/a/report"},
        {"attachment_type": "external", "title": "no address", "url": ""},
    ]
    history = [
        {"public_timestamp": "2026-11-21T12:00:00Z", "note": "First published."},
        {"public_timestamp": "2026-11-22T12:00:00Z", "note": "Added <b>losses</b>."},
    ]
    picture = {"url": f"{FILES}/s300.jpg", "high_resolution_url": f"{FILES}/s960.jpg", "alt_text": "A  tank"}
    details = {"attachments": attached, "change_history": history, "image": picture}
    post = text(Paper(1, START, START - DAY, "Two &amp; one were wounded.", details=details))

    assert (post.native_id, post.language, post.author) == (uuid(1), "en", "Ministry of Defence")
    assert (post.published, post.updated) == (START - DAY, START)
    assert post.text == "About 1.\n\nTwo & one were wounded.\n\nUpdate: Added losses."
    assert post.media == (
        Media(type="image", url=f"{FILES}/s960.jpg", alt="A tank"),
        Media(type="document", url=f"{FILES}/map.pdf", alt="The map", mime="application/pdf"),
        Media(type="document", url=f"{SITE}/government/publications/a/report", alt="The report"),
    )
    assert post.flags == ()


def test_the_first_publication_is_no_update() -> None:
    history = [{"public_timestamp": "2026-11-21T12:00:00Z", "note": "First published."}]
    assert "Update" not in text(Paper(1, details={"change_history": history})).text


def test_a_withdrawn_page_says_so_first() -> None:
    notice = {"explanation": "<p>It was <b>wrong</b>.</p>", "withdrawn_at": "2026-11-22T12:00:00Z"}
    post = text(Paper(1, more={"withdrawn_notice": notice}))
    assert post.text.startswith("Withdrawn: It was wrong.\n\nAbout 1.")
    assert post.flags == ("withdrawn",)


def test_a_text_in_several_forms_and_in_chapters() -> None:
    body = [{"content_type": "text/govspeak", "content": "# x"}, {"content_type": "text/html", "content": "<p>A.</p>"}]
    parts = [{"title": "Safety", "slug": "s", "body": body}, {"title": "Entry", "body": "<p>B.</p>"}]
    post = text(Paper(1, details={"body": None, "summary": body, "parts": parts}))
    assert post.text == "About 1.\n\nA.\n\nSafety\n\nA.\n\nEntry\n\nB."


def test_documents_of_old_times_are_html() -> None:
    shown = ['<section class="attachment"><a class="x" href="/files/a.pdf?b=1&amp;c=2">A</a></section>', "a.pdf", 5]
    assert text(Paper(1, details={"documents": shown})).media == (
        Media(type="document", url=f"{SITE}/files/a.pdf?b=1&c=2"),
    )


def test_pictures_of_several_widths() -> None:
    images = [{"type": "lead", "sources": {"s300": f"{FILES}/s3.jpg", "s960": f"{FILES}/s9.jpg"}, "caption": "Men"}, 5]
    assert text(Paper(1, details={"images": images})).media == (Media(type="image", url=f"{FILES}/s9.jpg", alt="Men"),)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"content_id": None}, "/government/news/statement-1"),
        ({"content_id": None, "link": "world/a"}, "/world/a"),
        ({"link": "/government/news/a.ar"}, f"{uuid(1)}.ar"),
        ({"link": "/government/news/a.zh-tw"}, f"{uuid(1)}.zh-tw"),
        ({"link": "/government/news/version-2"}, uuid(1)),
    ],
)
def test_the_key_is_the_content_id_and_a_translation_is_a_post_of_its_own(told: dict[str, Any], name: str) -> None:
    assert found(**told).native_id == name


def test_a_result_elsewhere_keeps_its_address_and_one_without_is_told() -> None:
    assert found(link="https://www.nato.example/a").permalink == "https://www.nato.example/a"
    reading = read({"results": [Paper(1).result(), {"title": "x"}, 5]})
    assert len(reading.posts) == 1
    assert reading.warnings == ("2 posts of the answer have no usable id and were left out",)


def test_a_page_that_is_listed_twice_is_one_post() -> None:
    reading = read({"results": [Paper(1).result(), Paper(2).result(), Paper(1).result()]})
    assert [post.native_id for post in reading.posts] == [uuid(1), uuid(2)]
    assert reading.cursor == {"items": "3"}


def test_list_and_page_give_the_same_key() -> None:
    assert found().key == text(Paper(1)).key


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>", "a page for people"),
        (b'{"results": [', "cannot be read as JSON"),
        (b'{"error": "x"}', "other JSON"),
        (b"[]", "other JSON"),
        (json.dumps(Paper(1, more={"schema_name": "gone"}).page()).encode(), "was withdrawn from GOV.UK"),
        (json.dumps(Paper(1, more={"document_type": "redirect"}).page()).encode(), "or has moved"),
    ],
)
def test_what_is_no_answer_of_gov_uk(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(body)


def test_the_list_is_asked_of_all_organisations() -> None:
    several = settings(
        organisations=["foreign-office", "ministry-of-defence"], query={"filter_world_locations": "armenia"}
    )
    assert several.search(50) == (
        f"{SITE}/api/search.json?filter_organisations=ministry-of-defence&filter_organisations=foreign-office"
        "&filter_content_purpose_supergroup=news_and_communications&filter_world_locations=armenia"
        "&order=-public_timestamp&count=50"
        "&fields=title,link,content_id,description,public_timestamp,organisations&start=50"
    )
    assert "supergroup" not in settings(purposes=[]).search()
    assert settings(url=f"{SITE}/world/organisations/british-embassy-yerevan").slugs == ("british-embassy-yerevan",)
    assert settings(url=f"{SITE}/", organisations=["mod"]).slugs == ("mod",)


def test_settings_that_ask_for_nothing_or_for_what_the_monitor_sets_are_refused() -> None:
    with pytest.raises(ValidationError, match="the page of an organisation is wanted"):
        settings(url=SITE)
    with pytest.raises(ValidationError, match="what `organisations` and `purposes` are for"):
        settings(query={"filter_organisations": "x"})
    for wrong in ({"organisations": ["a&b"]}, {"query": {"count": "2"}}, {"most": 0}):
        with pytest.raises(ValidationError):
            settings(**wrong)

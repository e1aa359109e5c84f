"""What is read of VK's JSON: words, marks, reposts, what is attached, and what is left out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading
from monitor.sources import vk
from tests.sources.vk_server import FIRST, Item, answer, failure, item

WALL = "https://api.vk.example/method/wall.get?owner_id=-1001&filter=owner&extended=1"
URL = f"{WALL}&count=50&v=5.199"
SETTINGS = vk.Config.model_validate({"id": "mod", "url": "https://vk.com/mod", "language": "ru"})


def read(value: object, url: str = URL) -> Reading:
    return vk.read(json.dumps(value).encode(), {}, url, SETTINGS)


def one(words: str = "", **fields: object) -> Post:
    (post,) = read(answer([item(1, words, **fields)])).posts
    return post


def attached(sort: str, **thing: object) -> list[Item]:
    return [{"type": sort, sort: thing}]


def test_an_ordinary_post() -> None:
    post = one("Fire was opened.\n\nNo losses & no prisoners.")

    assert (post.native_id, post.kind, post.author, post.language) == ("-1001_1", "vk", "mod", "ru")
    assert (post.title, post.text) == ("", "Fire was opened.\n\nNo losses & no prisoners.")
    assert post.created == post.published == datetime(2026, 11, 22, 6, 1, tzinfo=UTC)
    assert (post.updated, post.flags, post.media, post.repost_of, post.reply_to) == (None, (), (), None, None)
    assert post.permalink == "https://vk.com/wall-1001_1"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("По данным [club1|Минобороны], потерь нет", "По данным Минобороны, потерь нет"),
        ("[id77|Иван Петров] и [public5|Пресса | Ереван]", "Иван Петров и Пресса | Ереван"),
        ("[id7:bp-1_2|Анна], спасибо", "Анна, спасибо"),
        ("см. [https://vk.com/wall-1_2?w=a|здесь].", "см. здесь."),
        ("[важно] 5 [убитых|раненых]", "[важно] 5 [убитых|раненых]"),
        ("[club1|]", "[club1|]"),
        ("[[club1|A]]", "[A]"),
        ("5 &lt; 6", "5 &lt; 6"),
    ],
)
def test_a_mark_is_shown_as_its_name(written: str, shown: str) -> None:
    assert one(written).text == shown


def test_marks_without_end_take_no_time() -> None:
    assert len(one("[club1|" * 20_000).text) == 100_000
    assert len(one("[https://" + "a" * 90_000).text) == 90_009


def test_a_repost_has_the_words_of_the_original_below_its_own() -> None:
    original = item(9, "Four were wounded.", owner_id=-7, from_id=-7, date=FIRST, attachments=attached("poll"))
    post = one("Our comment.", copy_history=[original, item(3, "The first.", owner_id=-8)])

    assert post.text == "Our comment.\n\nFour were wounded.\n\nThe first."
    assert (post.native_id, post.author, post.permalink) == ("-1001_1", "mod", "https://vk.com/wall-1001_1")
    assert post.repost_of == "https://vk.com/wall-7_9"
    assert post.published == datetime(2026, 11, 22, 6, 1, tzinfo=UTC)
    assert post.created == datetime(2026, 11, 22, 6, tzinfo=UTC)


def test_a_repost_of_what_was_removed_stays_a_post() -> None:
    gone = {"id": 9, "owner_id": 5, "from_id": 0, "date": 0, "text": "... this post has been removed ..."}
    post = one("Look.", copy_history=[gone])

    assert (post.created, post.repost_of) == (None, "https://vk.com/wall5_9")


def test_flags_tell_of_edits_advertisements_pins_and_what_is_paid_for() -> None:
    assert one(edited=FIRST + 600).updated == datetime(2026, 11, 22, 6, 10, tzinfo=UTC)
    assert one(edited=FIRST + 600).flags == ("edited",)
    assert one(marked_as_ads=1).flags == one(post_type="post_ads").flags == ("ad",)
    assert one(is_pinned=1).flags == ("pinned",)
    assert one(donut={"is_donut": True, "placeholder": {"text": "For subscribers."}}).flags == ("partial",)
    assert one(donut={"is_donut": False}).flags == ()
    assert one(reply_owner_id=-5, reply_post_id=6).reply_to == "https://vk.com/wall-5_6"


def test_a_photo_comes_in_its_largest_size() -> None:
    sizes = [
        {"type": "s", "url": "https://sun.example/s.jpg", "width": 75, "height": 50},
        {"type": "w", "url": "https://sun.example/w.jpg", "width": 2000, "height": 1000},
        {"type": "y", "url": "https://sun.example/y.jpg", "width": 800, "height": 400},
    ]
    largest = Media(type="image", url="https://sun.example/w.jpg", alt="The bridge")
    assert one(attachments=attached("photo", sizes=sizes, text="The bridge")).media == (largest,)

    original = {"type": "base", "url": "https://sun.example/o.jpg", "width": 4000, "height": 2000}
    assert one(attachments=attached("photo", sizes=sizes, orig_photo=original)).media[0].url.endswith("/o.jpg")
    old = [{**size, "width": 0, "height": 0} for size in sizes]
    assert one(attachments=attached("photo", sizes=old)).media[0].url.endswith("/w.jpg")
    assert one(attachments=attached("photo", sizes=[{"url": "javascript:1"}, {}, 7])).media == ()


def test_videos_sounds_and_files_are_media_with_their_names() -> None:
    things = [
        *attached("video", owner_id=-1, id=2, title="Briefing", duration=61, player="https://vk.example/hours-only"),
        *attached("audio", owner_id=5, id=6, artist="Orchestra", title="March", duration=180, url=""),
        *attached("doc", title="Losses.pdf", url="https://vk.com/doc-1_3?hash=a", ext="pdf"),
        *attached("clip", owner_id=-1, id=4),
        *attached("video", owner_id="x"),
        *attached("sticker", sticker_id=1),
        {"type": "video"},
    ]

    assert one(attachments=things).media == (
        Media(type="video", url="https://vk.com/video-1_2", alt="Briefing", duration=61.0),
        Media(type="audio", url="https://vk.com/audio5_6", alt="Orchestra – March", duration=180.0),
        Media(type="document", url="https://vk.com/doc-1_3?hash=a", alt="Losses.pdf"),
        Media(type="video", url="https://vk.com/video-1_4"),
    )
    assert one(attachments=things).text == "Statement 1."
    assert one(attachments=things, text="").text == "Briefing\nOrchestra – March\nLosses.pdf"


def test_a_card_and_a_poll_add_their_words() -> None:
    card = attached("link", url="https://mod.example/a", title="Four wounded", description="not shown", caption="mod")
    assert one("Today", attachments=card).text == "Today\n\nFour wounded\nhttps://mod.example/a"
    assert one("https://mod.example/a", attachments=card).text == "https://mod.example/a\n\nFour wounded"

    def asked(votes: int) -> Post:
        answers = [{"id": 1, "text": "Yes", "votes": votes}, {"id": 2, "text": "No", "votes": 0}, {"id": 3}]
        return one("Vote.", attachments=attached("poll", question="Is it over?", answers=answers, votes=votes))

    assert asked(1).text == "Vote.\n\nIs it over?\n• Yes\n• No"
    assert asked(1) == asked(500)


def test_what_has_no_id_is_told_and_what_is_called_deleted_is_no_post() -> None:
    broken: list[object] = [item(0), item(3, id="3"), item(4, owner_id=None), item(5, id=True), 7]
    reading = read(answer([item(1), item(1), item(2, is_deleted=True), *broken]))

    assert [post.native_id for post in reading.posts] == ["-1001_1"]
    assert reading.deletions == ("-1001_2",)
    assert reading.warnings == ("5 posts of the answer have no usable id and were left out",)


def test_what_an_answer_also_shows_is_not_deleted() -> None:
    reading = read(answer([item(1, is_deleted=True), item(1), item(2, is_deleted=True), item(2, is_deleted=True)]))

    assert [post.native_id for post in reading.posts] == ["-1001_1"]
    assert reading.deletions == ("-1001_2",)


@pytest.mark.parametrize("date", [0, -5, "soon", True, None, 1e30, 10**17, 10**400])
def test_a_time_that_is_none_is_none(date: object) -> None:
    assert one(date=date).published is None


def test_the_page_before_begins_where_this_one_ends() -> None:
    def before(count: int, url: str = URL) -> str | None:
        return read(answer([item(1)], count=count), url).earlier

    assert before(51) == f"{WALL}&count=100&v=5.199&offset=50"
    assert before(50) is None
    assert before(151, f"{WALL}&count=100&offset=50") == f"{WALL}&count=100&offset=150"
    assert before(150, f"{WALL}&count=100&offset=50") is None
    assert before(500, f"{WALL}&count=many&offset=50") is None
    assert before(500, "https://vk.com/mod") is None
    assert read(answer([], count=500)).earlier is None


@pytest.mark.parametrize(
    ("response", "account"),
    [
        ({"type": "group", "object_id": 5}, "-5"),
        ({"type": "page", "object_id": 5}, "-5"),
        ({"type": "user", "object_id": 5}, "5"),
        ({"type": "application", "object_id": 5}, "0"),
        ([], "0"),
    ],
)
def test_a_name_leads_to_an_owner(response: object, account: str) -> None:
    assert read({"response": response}).cursor == {"account": account}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the answer was empty"),
        (b"<!doctype html><title>VK</title>", "a page for people"),
        (b"{", "cannot be read as JSON"),
        (b"[]", "none of VK's API"),
        (b'{"response": {"count": 1}}', "neither a wall of VK nor an owner"),
        (json.dumps(failure(15)).encode(), "VK does not show this wall"),
        (b'{"error": "invalid_request"}', "trouble of its own"),
    ],
)
def test_anything_else_is_unreadable(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        vk.read(body, {}, URL, SETTINGS)


@pytest.mark.parametrize(
    ("page", "owner", "name"),
    [
        ("https://vk.com/mod_am.official/", None, "mod_am.official"),
        ("https://vk.com/public123", "-123", None),
        ("https://m.vk.com/club123?w=wall-123_1", "-123", None),
        ("https://vk.ru/event123", "-123", None),
        ("https://vk.com/-123", "-123", None),
        ("https://vk.com/wall-123", "-123", None),
        ("https://vk.com/id123", "123", None),
        ("https://vk.com/publicity", None, "publicity"),
    ],
)
def test_pages_of_communities_and_people(page: str, owner: str | None, name: str | None) -> None:
    settings = vk.Config.model_validate({"id": "mod", "url": page})

    assert (settings.owner, settings.account) == (owner, name)


@pytest.mark.parametrize(
    "page", ["https://vk.com/", "https://vk.com/wall-1_2", "https://vk.example/mod", "ftp://vk.com/a"]
)
def test_other_addresses_are_refused(page: str) -> None:
    with pytest.raises(ValidationError):
        vk.Config.model_validate({"id": "mod", "url": page})

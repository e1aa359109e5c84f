"""Feeds as documents: what stands in an entry, that our own kind reads it back, and that no hostile word breaks it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.model import Change, Deletion, Entry, Media, Post, changed
from monitor.web import atom, jsonfeed
from monitor.web.syndicated import Feed, Item, Tombstone, name, of_alert, of_deletion, of_post
from tests.web.feeds import ATOM, TOMBSTONES, links, only, read, sound, sound_json
from tests.web.memory import AGENCY, MINISTRY, NOON, a_post, alerted, an_entry

PAGE = "https://watch.example.org/posts/x"
MINUTE = timedelta(minutes=1)
HOSTILE = (
    "<script>alert(1)</script> &amp; ]]> <![CDATA[x]]> </content></entry></feed>",
    "\x00\x01\x08\x0b\x0c\x1f\x7f\x85\ufffe\uffff\ud800 \u202e&#0;&#x1;",
    "a\r\nb\rc\u2028d\te",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
    "",
    " \n ",
    '"\'`\\" {"id": 1} \ud83d',
    "Հայտարարություն 🇦🇲 İstiqlal",
)


def a_feed(*items: Item | None, gone: tuple[Tombstone, ...] = (), older: str | None = None) -> Feed:
    home = "https://watch.example.org/"
    told = tuple(item for item in items if item)
    return Feed(name("feed"), "Posts", home, f"{home}feeds/posts", f"{home}feeds/posts", older, told, gone)


def an_item(*versions: Post, **more: Any) -> Item:
    """`versions`: the oldest first; `more` is of the newest entry."""
    history: list[Entry] = [an_entry(each) for each in reversed(versions)]
    history[0] = changed(history[0], **more)
    item = of_post(history, MINISTRY, PAGE)
    assert item
    return item


def test_a_post_is_an_entry_with_its_clocks_its_ministry_and_its_addresses() -> None:
    media = Media(type="video", url="https://example.org/v.mp4", mime="video/mp4", alt="The road", duration=12.5)
    item = an_item(a_post("1", "First.\n\nSecond.", author="Spokesman", media=(media,)))
    entry = only(sound(atom.write(a_feed(item))), "entry")

    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert only(entry, "author").findtext(f"{ATOM}name") == "Spokesman"
    assert only(entry, "source").findtext(f"{ATOM}title") == "Ministry of Defence"
    assert entry.findtext(f"{ATOM}published") == entry.findtext(f"{ATOM}updated") == "2021-11-16T12:00:00Z"
    assert links(entry) == {"alternate": "https://example.org/1", "related": PAGE, "enclosure": media.url}
    assert (only(entry, "content").get("type"), only(entry, "content").text) == ("text", "First.\n\nSecond.")
    [told] = sound_json(jsonfeed.write(a_feed(item)))["items"]
    assert told["attachments"] == [
        {"url": media.url, "mime_type": "video/mp4", "title": "The road", "duration_in_seconds": 12.5}
    ]
    assert (told["_monitor"]["page"], told["_monitor"]["source"]["party"]) == (PAGE, "AM")


def test_a_new_version_keeps_the_id_and_the_first_time_and_moves_the_other() -> None:
    first = a_post("1", "Two wounded.", updated=NOON + 90 * MINUTE)  # its clock is ahead of ours
    second = changed(first, revision=2, text="Three wounded.", published=NOON + 4 * MINUTE, seen=NOON + 5 * MINUTE)
    before, after = an_item(first), an_item(first, second)

    assert (before.id, before.published) == (after.id, after.published) == (after.id, NOON)
    assert (before.updated, after.updated, after.text) == (first.seen, second.seen, "Three wounded.")


def test_a_restored_post_is_an_entry_later_than_its_tombstone() -> None:
    gone = Deletion(at=NOON + 60 * MINUTE, suspected=NOON, evidence=("404.", "<b>404</b>\x00 again."))
    stone = of_deletion(a_post().key, gone, MINISTRY, PAGE)
    back = an_item(a_post(), deletion=changed(gone, restored=NOON + 90 * MINUTE))
    root = sound(atom.write(a_feed(gone=(stone,))))
    told = root.find(f"{TOMBSTONES}deleted-entry")

    assert told is not None
    assert told.findtext(f"{TOMBSTONES}by/{ATOM}name") == "Ministry of Defence"
    assert told.findtext(f"{TOMBSTONES}comment") == "404. <b>404</b> again."
    assert (stone.id, stone.when < back.updated) == (back.id, True)


def test_an_alert_says_what_was_said_then_why_and_is_filed_under_its_topics() -> None:
    _, alert, _ = alerted(a_post())
    alert = changed(alert, change=Change(summary="two instead of three"))
    entry = only(sound(atom.write(a_feed(of_alert(alert, PAGE)))), "entry")
    said, _, why = (only(entry, "content").text or "").partition("\n\n")

    assert said == alert.post.text
    assert why.startswith("Why this alert (high): a new version of the post changes this: two instead of three; ")
    assert why.endswith("casualties: “wounded” stands in the text")
    assert [each.get("term") for each in entry.findall(f"{ATOM}category")] == ["losses", "high"]
    assert only(entry, "id").text != an_item(alert.post).id


def test_a_notice_is_told_in_its_own_words_alone() -> None:
    _, alert, _ = alerted(a_post())
    item = of_alert(changed(alert, notice="deleted"), None)

    assert (item.text, item.tags) == (alert.post.text, ("losses", "notice:deleted", "high"))


def test_a_post_that_nobody_dated_is_left_out_and_one_without_words_is_not() -> None:
    assert of_post([an_entry(a_post(published=None, seen=None))], AGENCY, None) is None
    nothing = an_item(a_post(text="", title="", published=None))
    assert (nothing.heading, nothing.published) == ("(no words)", nothing.updated)
    assert an_item(a_post(text="word " * 100, title="")).heading.endswith("word…")


def test_an_attachment_has_a_type_even_if_nobody_named_it() -> None:
    media = tuple(Media(type="image", url=f"https://example.org/{name}") for name in ("a.png?x=1", "b"))
    [told] = sound_json(jsonfeed.write(a_feed(an_item(a_post(media=media)))))["items"]

    assert [each["mime_type"] for each in told["attachments"]] == ["image/png", "application/octet-stream"]


def test_an_empty_feed_is_a_feed() -> None:
    assert sound(atom.write(a_feed())).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
    assert sound_json(jsonfeed.write(a_feed()))["items"] == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "https://e.org/\x00", "//e.org", "x y"])
def test_an_address_that_is_none_is_left_out(address: str) -> None:
    post = a_post(permalink=address, media=(Media(type="image", url=address),))
    document = atom.write(a_feed(an_item(post)))

    assert set(links(only(sound(document), "entry"))) == {"related"}
    assert "attachments" not in sound_json(jsonfeed.write(a_feed(an_item(post))))["items"][0]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200), st.text(max_size=30))
def test_no_words_break_a_feed(title: str, text: str, called: str) -> None:
    unbroken(title, text, called)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_words(hostile: str) -> None:
    unbroken(hostile, hostile, hostile)


def unbroken(title: str, text: str, called: str) -> None:
    """Whatever is said: one entry, one tombstone, both formats, and our own reader takes them without a complaint."""
    origin = changed(MINISTRY, name=called)
    media = Media(type="image", url="https://example.org/a.jpg", alt=title, mime="image/jpeg")
    post = a_post("1", text, title=title, author=called, language=called or None, media=(media,))
    gone = Deletion(at=NOON, suspected=NOON, evidence=(title, text))
    stone = of_deletion("am-mod:2", gone, origin, PAGE)
    feed = a_feed(of_post([an_entry(post)], origin, PAGE), gone=(stone,))
    for body, look in ((atom.write(feed), sound), (jsonfeed.write(feed), sound_json)):
        look(body)
        found = read(body)
        assert [one.native_id for one in found.posts] == [feed.items[0].id]
        assert found.deletions == (stone.id,)
    assert (only(only(sound(atom.write(feed)), "entry"), "content").text or "") == feed.items[0].text


@example(json.dumps({"_deleted": [{"id": 7}, {"id": ""}, {}, 8, None]}))
@example(json.dumps({"_deleted": {"id": "x"}}))
@given(st.just("{}"))
def test_a_strange_list_of_deletions_hurts_nobody(more: str) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": []} | json.loads(more)).encode()

    assert read(body).deletions in ((), ("7",))

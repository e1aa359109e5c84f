"""One preview page of Telegram: what becomes a post, and what does not."""

from __future__ import annotations

import pytest

from monitor.errors import Unreadable
from monitor.model import Media, Post, post_key
from tests.sources.channel import LANDING, URL, page, read, text, view, wrapped
from tests.sources.feeds import at


def only(inside: str, **more: str) -> Post:
    (post,) = read(page(wrapped("Ministry/70", inside, **more))).posts
    return post


def test_a_message_becomes_a_post() -> None:
    words = (
        'На <b>границе</b> <a href="https://x.example/">спокойно</a>.<br/><br/>'
        'Двое &amp; трое <tg-emoji emoji-id="5"><i class="emoji"><b>🇦🇲</b></i></tg-emoji>'
    )

    assert only(text(words)) == Post(
        key=post_key("m", "70"),
        source="m",
        kind="telegram",
        native_id="Ministry/70",
        author="Ministry",
        published=at(2026, 11, 22, 8),
        text="На границе спокойно.\n\nДвое & трое 🇦🇲",
        language="ru",
        permalink="https://t.me/Ministry/70",
    )


def test_an_albums_caption_that_stands_within_itself_is_read_once() -> None:
    nested = (
        f'<div class="tgme_widget_message_text js-message_text before_footer">{text("One caption.")}<span></span></div>'
    )

    assert only(nested).text == "One caption."


def test_spoilers_quotations_and_code_are_text() -> None:
    html = "<tg-spoiler>Hidden.</tg-spoiler><blockquote expandable>They said so.</blockquote><pre>a  b</pre>"

    assert only(text(html)).text == "Hidden.\n\nThey said so.\n\na b"


def test_a_signature_is_the_author() -> None:
    meta = '<span class="tgme_widget_message_from_author" dir="auto">A. Spokesman</span>,&nbsp;'

    assert only(text("Words."), meta=meta).author == "A. Spokesman"


def test_the_mark_of_an_edit_is_a_flag_and_a_signature_of_that_name_is_none() -> None:
    assert only(text("Words."), meta="edited &nbsp;").flags == ("edited",)
    assert only(text("Words."), meta='<span class="tgme_widget_message_from_author">edited</span>').flags == ()


def test_an_album_is_one_post_with_its_pictures_in_their_order() -> None:
    inside = (
        '<div class="tgme_widget_message_grouped_wrap"><div class="tgme_widget_message_grouped">'
        '<a class="tgme_widget_message_video_player grouped_media_wrap" href="https://t.me/ministry/70?single">'
        '<i class="tgme_widget_message_video_thumb" style="background-image:url(\'https://cdn.example/thumb\')"></i>'
        '<video src="https://cdn.example/v.mp4?token=1"></video>'
        '<time class="message_video_duration">1:02:05</time>'
        '<div class="message_media_not_supported_wrap"><div class="message_media_not_supported">no</div></div></a>'
        '<a class="tgme_widget_message_photo_wrap grouped_media_wrap" href="https://t.me/ministry/71?single" '
        'style="width:9px;background-image: url(&quot;https://cdn.example/1.jpg&quot;);"></a>'
        '<a class="tgme_widget_message_photo_wrap grouped_media_wrap" href="https://t.me/ministry/72?single" '
        "style=\"background-image:url('//cdn.example/2.jpg')\"></a></div></div>"
    )
    post = only(inside + text("Three pictures."))

    assert post.native_id == "Ministry/70"
    assert post.media == (
        Media(type="video", url="https://cdn.example/v.mp4?token=1", duration=3725.0),
        Media(type="image", url="https://cdn.example/1.jpg"),
        Media(type="image", url="https://cdn.example/2.jpg"),
    )
    assert post.flags == ()


HERE = 'href="https://t.me/ministry/70"'
LARGE = (
    f'<a class="tgme_widget_message_video_player not_supported" {HERE}>'
    '<div class="message_media_not_supported">Media is too big</div>'
    '<time class="message_video_duration">0:42</time></a>'
)
ROUND = (
    '<div class="tgme_widget_message_roundvideo_player">'
    '<video class="tgme_widget_message_roundvideo" src="https://cdn.example/r.mp4"></video>'
    '<time class="tgme_widget_message_roundvideo_duration">0:15</time></div>'
)
VOICE = (
    f'<a class="tgme_widget_message_voice_player" {HERE}>'
    '<audio class="tgme_widget_message_voice" src="https://cdn.example/v.ogg"></audio>'
    '<time class="tgme_widget_message_voice_duration">1:05</time></a>'
)
ORDER = (
    f'<a class="tgme_widget_message_document_wrap" {HERE}>'
    '<div class="tgme_widget_message_document_icon accent_bg"></div><div class="tgme_widget_message_document">'
    '<div class="tgme_widget_message_document_title">order-7.pdf</div>'
    '<div class="tgme_widget_message_document_extra">113.9 KB</div></div></a>'
)
SONG = (
    f'<a class="tgme_widget_message_document_wrap" {HERE}>'
    '<div class="tgme_widget_message_document_icon accent_bg audio"></div>'
    '<div class="tgme_widget_message_document_title">Anthem</div></a>'
)
STICKER = (
    '<div class="tgme_widget_message_sticker_wrap">'
    '<i class="tgme_widget_message_sticker" data-webp="https://cdn.example/s.webp"></i></div>'
)


@pytest.mark.parametrize(
    ("inside", "media"),
    [
        (LARGE, Media(type="video", url="https://t.me/ministry/70", duration=42.0)),
        (ROUND, Media(type="video", url="https://cdn.example/r.mp4", duration=15.0)),
        (VOICE, Media(type="audio", url="https://cdn.example/v.ogg", duration=65.0)),
        (ORDER, Media(type="document", url="https://t.me/ministry/70", alt="order-7.pdf, 113.9 KB")),
        (SONG, Media(type="audio", url="https://t.me/ministry/70", alt="Anthem")),
        (STICKER, Media(type="image", url="https://cdn.example/s.webp")),
    ],
)
def test_what_is_attached_has_its_kind(inside: str, media: Media) -> None:
    post = only(inside)

    assert post.media == (media,)
    assert post.text == ""
    assert post.flags == ()


def test_a_place_is_attached_and_its_name_is_read() -> None:
    post = only(
        '<a class="tgme_widget_message_location_wrap" href="https://maps.example/?q=39.8,46.7">'
        '<div class="tgme_widget_message_location_title">Lachin</div>'
        '<div class="tgme_widget_message_location_address">The bridge</div></a>'
    )

    assert post.text == "Lachin\nThe bridge"
    assert post.media == (Media(type="other", url="https://maps.example/?q=39.8,46.7", alt="Lachin, The bridge"),)


def poll_of(*votes: int) -> str:
    options = "".join(
        f'<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">{n}%</div>'
        f'<div class="tgme_widget_message_poll_option_text">Answer {place}</div></div>'
        for place, n in enumerate(votes, start=1)
    )
    return (
        '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Open the border?</div>'
        f'<div class="tgme_widget_message_poll_type">Anonymous Poll</div>{options}</div>'
    )


def test_a_poll_is_its_question_and_its_answers_without_the_votes() -> None:
    assert only(poll_of(16, 84)).text == "Open the border?\n• Answer 1\n• Answer 2"
    assert only(poll_of(16, 84)) == only(poll_of(50, 50))


def test_a_linked_page_is_neither_text_nor_picture() -> None:
    card = (
        '<a class="tgme_widget_message_link_preview" href="https://news.example/">'
        '<div class="link_preview_site_name">N</div><i class="link_preview_image" style="background-image:url(\'https://cdn.example/card.jpg\')"></i>'
        '<div class="tgme_widget_message_video_player"><video src="https://cdn.example/card.mp4"></video></div>'
        '<div class="link_preview_title">Ten killed</div><div class="link_preview_description">Long ago.</div></a>'
    )
    post = only(text("See there.") + card)

    assert (post.text, post.media) == ("See there.", ())


def test_an_answer_names_what_it_answers_and_does_not_repeat_it() -> None:
    quoted = (
        '<a class="tgme_widget_message_reply" href="https://t.me/ministry/12">'
        '<i class="tgme_widget_message_photo_wrap" '
        "style=\"background-image:url('https://cdn.example/old.jpg')\"></i>"
        '<div class="tgme_widget_message_text js-message_reply_text">Five were wounded.</div></a>'
    )
    post = only(quoted + text("That was untrue."))

    assert (post.text, post.reply_to, post.media) == ("That was untrue.", "https://t.me/ministry/12", ())


def forwarded(tag: str, href: str = "") -> str:
    return (
        '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from '
        f'<{tag} class="tgme_widget_message_forwarded_from_name" {href}><span>Another &amp; Co</span></{tag}>'
        '<span class="tgme_widget_message_forwarded_from_author">B. Writer</span></div>'
    )


def test_a_message_passed_on_names_its_origin_even_a_hidden_one() -> None:
    passed_on = only(forwarded("a", 'href="https://t.me/another/310"') + text("Words."))
    hidden = only(forwarded("span") + text("Words."))

    assert (passed_on.repost_of, passed_on.author, passed_on.text) == ("https://t.me/another/310", "Ministry", "Words.")
    assert hidden.repost_of == "Another & Co"


def test_what_the_page_does_not_show_is_marked() -> None:
    post = only(
        '<div class="message_media_not_supported_wrap"><div class="message_media_not_supported">'
        "Please open Telegram to view this post</div></div>"
    )

    assert (post.text, post.flags, post.permalink) == ("", ("partial",), "https://t.me/Ministry/70")


def test_a_service_message_is_no_post_and_counts_as_the_newest() -> None:
    reading = read(
        page(
            wrapped("ministry/70", text("Words.")),
            wrapped("ministry/71", text("The Ministry pinned «Words.»"), classes="service_message"),
        )
    )

    assert [post.native_id for post in reading.posts] == ["ministry/70"]
    assert reading.cursor == {"oldest": "70", "newest": "71"}


def test_a_pinned_message_that_stands_there_twice_is_one_post_in_its_place() -> None:
    posts = read(page(*(wrapped(f"ministry/{n}", text(f"No {n}.")) for n in (71, 70, 71, 9)))).posts

    assert [post.native_id for post in posts] == ["ministry/9", "ministry/70", "ministry/71"]


def test_the_key_outlives_another_name_of_the_channel() -> None:
    (before,) = read(page(wrapped("ministry/70", text("Words.")))).posts
    (after,) = read(page(wrapped("Ministry_AM/70", text("Words.")))).posts

    assert before.key == after.key
    assert before.native_id != after.native_id


@pytest.mark.parametrize(
    "more",
    [
        f'data-view="{view(1084368520, 70)}"',
        f'data-view="{view(1001084368520, 70)}"',
        'data-peer="c1084368520_-4817389475"',
        'data-view="!!!" data-peer="c1084368520_7"',
        'data-view="W10" data-peer="c1084368520_7"',
    ],
)
def test_the_channels_number_is_read_wherever_it_stands(more: str) -> None:
    assert read(page(wrapped("ministry/70", text("Words."), more=more))).cursor["channel"] == "1084368520"


@pytest.mark.parametrize("more", ["", 'data-view="bnVsbA"', 'data-view="Ä"', 'data-view="eyJjIjoidHdvIn0"'])
def test_a_page_without_the_number_is_read_all_the_same(more: str) -> None:
    reading = read(page(wrapped("ministry/70", text("Words."), more=more)))

    assert len(reading.posts) == 1
    assert "channel" not in reading.cursor


@pytest.mark.parametrize(
    ("more", "url", "earlier"),
    [
        ('<a class="tme_messages_more" data-before="60" href="/s/ministry?before=60"></a>', URL, f"{URL}?before=60"),
        ('<link rel="prev" href="/s/ministry?before=61">', f"{URL}?before=90", f"{URL}?before=61"),
        ('<a class="tme_messages_more" data-after="99"></a>', f"{URL}?after=60", f"{URL}?before=70"),
        ("", f"{URL}?q=border", f"{URL}?q=border&before=70"),
        ("", f"{URL}?before=70", None),
    ],
)
def test_the_page_before_is_named(more: str, url: str, earlier: str | None) -> None:
    assert read(page(wrapped("ministry/70", text("Words.")), more=more), url).earlier == earlier


def test_an_empty_page_of_a_channel_is_no_failure() -> None:
    assert read(page()).posts == ()
    assert read(page()).earlier is None


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        (LANDING, "t.me/ministry shows no public preview of its messages"),
        ("<html><body>Welcome</body></html>", "none of Telegram's previews"),
        (page(wrapped("", text("Words."))), "Telegram has changed its page"),
        (page(wrapped("ministry/x", text("Words."))), "Telegram has changed its page"),
    ],
)
def test_a_page_that_is_no_preview_is_told_in_a_sentence(html: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(html)

"""What is read of Mastodon's JSON: words, boosts, quotes, edits, media, and what is left out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from monitor.errors import Unreadable
from monitor.model import Post, Reading
from monitor.sources import mastodon
from tests.sources.mastodon_server import FIRST_ID, account, status

URL = "https://social.example/api/v1/accounts/1001/statuses?limit=40"
SETTINGS = mastodon.Config.model_validate({"id": "mod", "url": "https://social.example/@mod", "language": "hy"})


def read(value: object, url: str = URL) -> Reading:
    return mastodon.read(json.dumps(value).encode(), {}, url, SETTINGS)


def one(**fields: object) -> Post:
    (post,) = read([status(1, "", **fields)]).posts
    return post


def test_an_ordinary_status() -> None:
    post = one(content="<p>Fire was opened.<br>Nobody &amp; nothing was hit.</p><p>More follows.</p>")

    assert post.native_id == str(FIRST_ID + 1)
    assert post.author == "mod"
    assert post.text == "Fire was opened.\nNobody & nothing was hit.\n\nMore follows."
    assert post.published == post.created == datetime(2026, 11, 22, 6, 1, tzinfo=UTC)
    assert post.updated is None
    assert post.permalink == f"https://social.example/@mod/{FIRST_ID + 1}"
    assert post.language == "en"
    assert post.flags == ()


def test_a_status_that_is_shown_twice_is_one_post() -> None:
    assert [post.text for post in read([status(2), status(1), status(2)]).posts] == ["Statement 2.", "Statement 1."]


def test_a_boost_is_a_post_of_its_own_with_the_words_of_another() -> None:
    said = status(1, "Four were wounded.", account=account("press@other.example"), url="https://other.example/@press/1")
    post = one(content="", language=None, reblog=said | {"language": "ru"}, created_at="2026-11-22T09:30:00.000Z")

    assert post.native_id == str(FIRST_ID + 1)
    assert (post.author, post.text, post.language) == ("mod", "Four were wounded.", "ru")
    assert post.repost_of == post.permalink == "https://other.example/@press/1"
    assert post.published == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert post.created == datetime(2026, 11, 22, 6, 1, tzinfo=UTC)


def test_a_quote_names_what_it_quotes() -> None:
    quoted = status(7, url="https://other.example/@press/7")
    post = one(quote={"state": "accepted", "quoted_status": quoted})

    assert post.quote_of == "https://other.example/@press/7"
    assert post.text == "Statement 1."
    assert post.flags == ()


@pytest.mark.parametrize(
    "state",
    ["pending", "rejected", "revoked", "deleted", "unauthorized", "blocked_account", "blocked_domain", "muted_account"],
)
def test_a_quote_that_is_not_shown_keeps_its_line_and_says_why(state: str) -> None:
    link = '<a href="https://other.example/@press/7"><span class="invisible">https://</span><span>other…</span></a>'
    post = one(
        content=f'<p class="quote-inline">RE: {link}</p><p>Not true.</p>', quote={"state": state, "quoted_status": None}
    )

    assert post.quote_of is None
    assert post.text == "RE: https://other.example/@press/7\n\nNot true."
    assert post.flags == (f"quote-{state.replace('_', '-')}",)


@pytest.mark.parametrize(
    ("fields", "of"),
    [
        ({"quote": {"state": "accepted", "quoted_status_id": "77"}}, "77"),
        ({"quote": status(7, url="https://other.example/7")}, "https://other.example/7"),
        ({"pleroma": {"quote_url": "https://other.example/objects/7"}}, "https://other.example/objects/7"),
        ({"quote_id": "77"}, "77"),
    ],
)
def test_quotes_as_other_versions_and_servers_write_them(fields: dict[str, object], of: str) -> None:
    assert one(**fields).quote_of == of
    assert one(**fields).flags == ()


def test_a_link_is_written_whole_and_a_mention_as_it_stands() -> None:
    hidden = '<span class="invisible">https://</span><span class="ellipsis">mil.example/news/a</span>'
    mention = '<span class="h-card"><a href="https://social.example/@mfa" class="u-url mention">@<span>mfa</span></a>'
    post = one(
        content=f'<p>{mention}</span> see <a href="https://mil.example/news/a?b=1&amp;c=2" rel="nofollow" '
        f'target="_blank">{hidden}<span class="invisible">?b=1&amp;c=2</span></a> now</p>'
    )

    assert post.text == "@mfa see https://mil.example/news/a?b=1&c=2 now"


def test_a_content_warning_is_the_title() -> None:
    post = one(spoiler_text="Losses &\n names", sensitive=True)

    assert (post.title, post.text, post.flags) == ("Losses & names", "Statement 1.", ("sensitive",))


def test_an_edit_has_its_time_and_a_flag() -> None:
    post = one(edited_at="2026-11-22T08:00:00.000Z")

    assert post.updated == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert post.flags == ("edited",)


def test_what_a_poll_lets_choose_from_is_part_of_the_words_and_its_votes_are_not() -> None:
    def asked(votes: int) -> Post:
        options = [{"title": "Yes", "votes_count": votes}, {"title": "No", "votes_count": 0}]
        return one(content="<p>Is it over?</p>", poll={"id": "1", "options": options, "votes_count": votes})

    assert asked(1).text == "Is it over?\n\n• Yes\n• No"
    assert asked(1) == asked(500)


def test_media_with_their_descriptions() -> None:
    def medium(kind: str, **fields: object) -> dict[str, object]:
        given: dict[str, object] = {
            "id": kind,
            "type": kind,
            "url": f"https://files.example/{kind}",
            "description": None,
            "meta": {},
        }
        return given | fields

    original = {"original": {"duration": 217.730612}}
    post = one(
        media_attachments=[
            medium("image", description="A map of\nthe border"),
            medium("gifv"),
            medium("audio", meta=original),
            medium("unknown", url=None, remote_url="https://remote.example/x"),
            medium("video", url=None),
        ]
    )

    assert [(m.type, m.url, m.alt, m.duration) for m in post.media] == [
        ("image", "https://files.example/image", "A map of\nthe border", None),
        ("video", "https://files.example/gifv", None, None),
        ("audio", "https://files.example/audio", None, 217.73),
        ("other", "https://remote.example/x", None, None),
    ]


def test_an_answer_names_what_it_answers() -> None:
    assert one(in_reply_to_id="42").reply_to == "42"


def test_who_may_see_it_is_told_where_not_everybody_may() -> None:
    assert [one(visibility=who).flags for who in ("unlisted", "private", "direct")] == [
        ("unlisted",),
        ("private",),
        ("direct",),
    ]


def test_without_a_page_its_uri_is_the_address_and_without_a_language_the_setting() -> None:
    post = one(url=None, language=None)

    assert post.permalink == f"https://social.example/users/mod/statuses/{FIRST_ID + 1}"
    assert post.language == "hy"


def test_servers_that_say_less_and_have_other_ids() -> None:
    given: dict[str, object] = {
        "id": "01HYZ0X1",
        "created_at": "2026-11-22T06:00:00Z",
        "content": "<p>So.</p>",
        "account": {},
    }
    (post,) = read([given]).posts

    assert (post.native_id, post.text, post.author, post.permalink) == ("01HYZ0X1", "So.", None, None)


def test_the_page_before_is_named_by_the_lowest_id() -> None:
    url = f"{URL}&exclude_reblogs=true&min_id=5"
    reading = read([status(3), status(12), status(9)], url)

    kept = "https://social.example/api/v1/accounts/1001/statuses?limit=40&exclude_reblogs=true"
    assert reading.earlier == f"{kept}&max_id={FIRST_ID + 3}"
    assert read([]).earlier is None


def test_what_has_no_id_is_left_out_with_a_warning() -> None:
    reading = read([status(1), {"content": "x", "account": {}}, "x", status(2, id="../3")])

    assert len(reading.posts) == 1
    assert reading.warnings == ("3 posts of the answer have no usable id and were left out",)


def test_of_an_answer_without_end_the_beginning_is_read() -> None:
    reading = read([status(n) for n in range(1_001)])

    assert len(reading.posts) == 1_000
    assert reading.warnings == ("the answer holds more than 1000 posts; only the first were read",)


def test_an_account_that_has_moved_says_so() -> None:
    moved = account(moved={"url": "https://new.example/@mod"})

    assert read([status(1, account=moved)]).warnings == (
        "the account says that it has moved to https://new.example/@mod",
    )


def test_an_account_gives_its_id() -> None:
    reading = read(account(), "https://social.example/api/v1/accounts/lookup?acct=mod")

    assert reading.posts == ()
    assert reading.cursor == {"account": "1001"}


def test_a_single_status_is_read_too() -> None:
    assert [post.text for post in read(status(1)).posts] == ["Statement 1."]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "was empty"),
        (b"<!doctype html><title>Log in</title>", "a page for people"),
        (b"[{", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b'{"error": "Record not found"}', "error: 'Record not found'"),
        (b'{"items": []}', "neither posts of Mastodon nor an account"),
        (b"7", "neither posts of Mastodon nor an account"),
    ],
)
def test_what_is_no_answer_of_mastodon_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        mastodon.read(body, {}, URL, SETTINGS)


def test_fields_of_another_type_are_as_good_as_missing() -> None:
    odd: dict[str, object] = dict.fromkeys(status(1), 7) | {
        "account": [],
        "media_attachments": [3],
        "poll": {"options": 1},
    }
    (post,) = read([odd | {"id": 12}]).posts

    assert (post.native_id, post.text, post.media, post.published) == ("12", "", (), None)


def test_half_a_character_does_no_harm() -> None:
    body = json.dumps([status(1)]).replace("Statement", "State\\ud83dment").encode()
    (post,) = mastodon.read(body, {}, URL, SETTINGS).posts

    assert post.text == "State?ment 1."


@pytest.mark.parametrize("path", ["/@mod", "/@mod/", "/users/mod", "/profile/mod", "/mod", "/@mod?x=1#top"])
def test_an_account_is_named_by_the_address_of_its_page(path: str) -> None:
    settings = mastodon.Config.model_validate({"id": "mod", "url": f"https://social.example{path}"})

    assert settings.account == "mod"
    assert settings.server == "https://social.example/api/v1/accounts"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://social.example/", "the address of an account's page is wanted"),
        ("https://social.example/@mod/1170", "the address of an account's page is wanted"),
        ("https://other.example/@mod@social.example", "https://social.example/@mod"),
    ],
)
def test_other_addresses_are_refused_with_the_right_one(url: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        mastodon.Config.model_validate({"id": "mod", "url": url})


def test_a_token_is_never_shown() -> None:
    settings = SETTINGS.model_copy(update={"token": mastodon.Config.model_validate(
        {"id": "mod", "url": "https://social.example/@mod", "token": "tok-secret"}
    ).token})  # fmt: skip

    assert "tok-secret" not in f"{settings!r} {settings.model_dump_json()}"

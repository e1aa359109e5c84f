from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from monitor import kinds
from monitor.model import ChannelState, Delivery, Match, Verdict, delivery_id
from monitor.notices import channel_failing
from monitor.notifiers import specimen
from monitor.notifiers._text import joined, link, shorten, tidy
from monitor.notifiers._why import plain, reasons
from monitor.notifiers._wording import body, facts, lead, subject, title_and_text, when
from tests.notifiers.alerts import EVIL_TEXT, EVIL_TITLE, make_alert, make_delivery, make_notice, matched

NOON = datetime(2021, 11, 16, 12, 0, tzinfo=UTC)
SETTINGS: dict[str, dict[str, Any]] = {
    "console": {}, "webhook": {"url": "https://a.example", "unsigned": True},
    "slack": {"webhook_url": "https://hooks.slack.com/services/T"},
    "email": {"host": "localhost", "from": "a@a.example", "to": ["b@b.example"]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        (None, "Asia/Yerevan", "time not given"),
        (NOON, None, "16 Nov 2021 12:00 UTC"),
        (NOON, "UTC", "16 Nov 2021 12:00 UTC"),
        (NOON, "Asia/Baku", "16 Nov 2021 16:00 (+04) = 12:00 UTC"),
        (NOON, "Asia/Kathmandu", "16 Nov 2021 17:45 (+0545) = 12:00 UTC"),
        (NOON.replace(hour=22), "Asia/Yerevan", "17 Nov 2021 02:00 (+04) = 16 Nov 2021 22:00 UTC"),
        (NOON, "Atlantis/Capital", "16 Nov 2021 12:00 UTC"),
        (NOON, "../etc/passwd", "16 Nov 2021 12:00 UTC"),
    ],
)
def test_a_time_is_told_by_both_clocks(moment: datetime | None, zone: str | None, words: str) -> None:
    assert when(moment, zone) == words


def sentence(text: str, words: str) -> str:
    alert = make_alert(text=text)
    verdict = Verdict(alert=True, matches=(matched("r", "t", text, words),))
    (why,) = reasons(msgspec.structs.replace(alert, verdict=verdict))
    assert [piece.words for piece in why.pieces if piece.fired] == [words]
    return why.sentence


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("One. Two shots. Three.", "shots", "Two shots."),
        ("One? «Two shots!» Three.", "shots", "«Two shots!»"),
        ("Title\nTwo shots\n\nThree", "shots", "Two shots"),
        ("Как сообщил А. Петров, в г. Шуши слышны выстрелы. Всё.", "выстрелы",
         "Как сообщил А. Петров, в г. Шуши слышны выстрелы."),
        ("Հակառակորդը կրակ է բացել։ Կան զոհեր։ Վերջ։", "զոհեր", "Կան զոհեր։"),
        ("At 14.30 hours 2.5 km of the border", "border", "At 14.30 hours 2.5 km of the border"),
        ("shots", "shots", "shots"),
    ],
)  # fmt: skip
def test_the_sentence_around_what_fired(text: str, words: str, wanted: str) -> None:
    assert sentence(text, words) == wanted


def test_a_sentence_without_end_is_cut_around_what_fired() -> None:
    found = sentence("a " * 3000 + "shots" + " b" * 3000, "shots")
    assert found.startswith("… a ")
    assert found.endswith("b …")
    assert len(found) < 330


def test_what_fired_twice_in_one_sentence_is_one_reason() -> None:
    first, second = reasons(make_alert())
    assert first.cause == "fire (border): “opened fire”, “border”"
    assert [piece.words for piece in first.pieces if piece.fired] == ["opened fire", "border"]
    assert second.cause == "losses (casualties): “casualties”"


def test_offsets_beyond_the_text_and_overlaps_do_no_harm() -> None:
    spans = [(0, 3), (1, 5), (4, 4), (3, 2), (20, 90), (95, 99)]
    matches = tuple(Match(rule="r", topic="t", term="x", field="text", start=a, end=b, words="x") for a, b in spans)
    alert = msgspec.structs.replace(
        make_alert(text="Two shots were heard"), verdict=Verdict(alert=True, matches=matches)
    )
    assert [why.sentence for why in reasons(alert)] == ["Two shots were heard", ""]


@pytest.mark.parametrize("stuff", [".", " ", "\n", "! ", "a. ", "«", "\r", "\x85", "…"])
def test_a_text_that_is_all_ends_costs_no_more_than_its_length(stuff: str) -> None:
    begin = time.process_time()
    text = stuff * 100_000
    matches = tuple(
        Match(rule="r", topic="t", term="x", field="text", start=n, end=n + 1, words="x") for n in range(0, 50_000, 50)
    )
    reasons(msgspec.structs.replace(make_alert(text=text), verdict=Verdict(alert=True, matches=matches)))
    assert time.process_time() - begin < 2


def test_cutting_spares_words_and_composed_characters() -> None:
    assert shorten("short", 5) == "short"
    assert shorten("the border was quiet", 16) == "the border …"
    assert shorten("x" * 100, 10) == "x" * 8 + " …"
    family = "👩‍👩‍👧"
    assert shorten("x" * 48 + family, 52) == "x" * 48 + " …"
    assert shorten("e\u0301" * 10, 5) == "e\u0301 …"


def test_tidying_keeps_what_is_read_and_drops_what_steers() -> None:
    assert tidy("a\r\nb\rc\u2028d\x85e\tf") == "a\nb\nc\nd\ne\tf"
    assert tidy("\x1b[31m\u202eevil\u2066\x00\x9b") == "[31mevil"
    assert tidy("\ud800") == "\ufffd"
    assert tidy("\u200fعברית‌\u200f") == "\u200fعברית‌\u200f"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://mod.example/a b|c>", "https://mod.example/a%20b%7Cc%3E"),
        ("https://mod.example/%D0%B0?x=1&y=2#z", "https://mod.example/%D0%B0?x=1&y=2#z"),
        ("https://mod.example/новости", "https://mod.example/новости"),
        ("javascript:alert(1)", None), ("file:///etc/passwd", None), ("//mod.example", None), ("https://", None),
        ("https://[broken", None), ("", None), (None, None), ("https://a.example/" + "x" * 3000, None),
        ("hTtpS://Example.org/A", "https://Example.org/A"),
    ],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str | None, wanted: str | None) -> None:
    assert link(url) == wanted


def test_facts_tell_what_a_reader_must_know() -> None:
    alert = make_alert(
        published=None, created=NOON, updated=NOON.replace(hour=13), author=" Press\u2028office ", flags=("partial",),
        repost_of="https://x.example/1", seen=None,
    )  # fmt: skip
    assert facts(alert) == [
        ("Who", "Ministry of Defence (AM, official)"),
        ("Written", "16 Nov 2021 16:00 (+04) = 12:00 UTC"),
        ("Changed", "16 Nov 2021 17:00 (+04) = 13:00 UTC"),
        ("First seen", "time not given"),
        ("Author", "Press office"),
        ("Repost of", "https://x.example/1"),
        ("Attached", "1 video"),
        ("Note", "the source gives only part of the text"),
    ]


def test_a_title_that_only_begins_the_text_is_not_said_twice() -> None:
    assert title_and_text(make_alert(title="Shots at  the border", text="Shots at the\nborder. More").post)[0] == ""
    assert title_and_text(make_alert(title="Other", text="Shots").post) == ("Other", "Shots")


def test_what_was_said_first_is_the_title_or_the_beginning_of_the_text_with_what_fired() -> None:
    assert lead(make_alert()) == (("On the situation at the border", False),)
    text = " \nTwo\nshots near the border. " + "More. " * 90
    alert = make_alert(title="\u202e ", text=text)
    assert lead(alert)[:3] == (("Two shots near the ", False), ("border", True), (". " + "More. " * 44 + "…", False))
    title = Match(rule="r", topic="t", term="border", field="title", start=24, end=30, words="border")
    alert = msgspec.structs.replace(make_alert(), verdict=Verdict(alert=True, matches=(title,)))
    assert lead(alert) == (("On the situation at the ", False), ("border", True), ("", False))


def test_a_text_is_not_said_twice_where_the_lead_is_all_of_it() -> None:
    for title in ("", "Two shots near the border."):
        assert body(make_alert(title=title, text="Two shots near\nthe border. "), 500) == ()
    longer = make_alert(title="Two shots near the border.", text="Two shots near the border. Nobody was hurt.")
    assert joined(body(longer, 500)) == "Two shots near the border. Nobody was hurt."


def test_a_notice_says_what_it_is_what_happened_since_when_and_what_to_do() -> None:
    notice = make_notice()
    delivery = make_delivery(notice)
    assert plain(notice, delivery, limit=500).split("\n\n") == [
        "NOTICE · source silent · Ministry of Defence",
        "No new post for 9 hours",
        *notice.post.text.split("\n\n"),
        (
            "Source: Ministry of Defence (AM, official), id mod-am\n"
            "Since: 16 Nov 2021 06:00 (+04) = 02:00 UTC\n"
            "Noticed: 16 Nov 2021 11:02 UTC"
        ),
        f"Channel ops · delivery {delivery.id}",
    ]
    assert subject(notice, 30) == "NOTICE · source silent · …"


def test_a_notice_about_a_moment_or_a_channel_says_no_more_than_there_is() -> None:
    moment = make_notice()
    assert facts(msgspec.structs.replace(moment, raised=moment.post.published))[1:] == [
        ("Noticed", "16 Nov 2021 02:00 UTC")
    ]
    state = ChannelState(id="desk", failures=2, waiting=1, oldest=NOON, error="away")
    notice = channel_failing(state, NOON.replace(hour=13), ("ops",))
    assert notice
    assert facts(notice)[0] == ("Channel", "desk")
    assert subject(notice, 100) == "NOTICE · channel failing · desk"


@pytest.mark.parametrize("kind", kinds.names("notifiers"))
def test_a_specimen_can_be_worded_by_every_kind(kind: str) -> None:
    module = kinds.load("notifiers", kind)
    alert = specimen("ops", NOON)
    delivery = Delivery(id=delivery_id(alert.id, "ops"), alert=alert.id, channel="ops")
    said = str(module.message(alert, delivery, module.Config.model_validate({"id": "ops", **SETTINGS[kind]})))
    assert "Test of the channel ops" in said
    assert delivery.id in said
    assert reasons(alert)[0].cause == "test: “border”"
    assert specimen("ops", NOON.replace(hour=13)).id != alert.id


def worded(kind: str, **changes: Any) -> str:
    notice = make_notice(**changes)
    module = kinds.load("notifiers", kind)
    config = module.Config.model_validate({"id": "ops", **SETTINGS[kind]})
    return str(module.message(notice, make_delivery(notice), config))


@pytest.mark.parametrize("kind", kinds.names("notifiers"))
def test_a_notice_reads_as_one_in_every_kind(kind: str) -> None:
    said = worded(kind)
    for words in ("No new post for 9 hours", "usually published 6 posts", "its feed stands still"):
        assert words in " ".join(said.replace("=\n", "").split())
    assert not [words for words in ("Why", "why:", "Original", "usable link", "HIGH", "UPDATE") if words in said]


@pytest.mark.parametrize("kind", kinds.names("notifiers"))
def test_foreign_words_in_a_notice_steer_nothing(kind: str) -> None:
    said = worded(kind, title=EVIL_TITLE, text=EVIL_TEXT)
    assert not set("\x1b\x00\x07\x85\u2028\u202e") & set(said)
    head = said.replace("\r", "").split("\n\n")[0]  # a header it must not be; as a line of a text it does no harm
    assert "\nBcc:" not in head
    assert kind != "slack" or "<!" not in said

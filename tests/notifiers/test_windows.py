"""What a window over time has to say, in every channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Alert, Origin, changed
from monitor.notifiers import console, slack
from monitor.notifiers import email as mailing
from monitor.notifiers._why import plain
from monitor.notifiers._wording import WINDOW, subject
from monitor.rules.window import KIND, CountedConfig, Group, Level, Spoken, WindowConfig
from monitor.rules.window import alert as ring
from tests.notifiers.alerts import make_alert, make_delivery
from tests.notifiers.letters import config, html_of

NOON = datetime(2021, 11, 16, 12, 0, tzinfo=UTC)
VOICES = WindowConfig(
    id="several-voices", topic="several voices", severity="high", to=("ops",), over=3600, same="place",
    count="sources", at_least=3, posts=CountedConfig(official=True),
)  # fmt: skip
HOOK = slack.Config.model_validate({"id": "ops", "webhook_url": "https://hooks.slack.com/services/T"})


def rung(*titles: str, posts: int = 0, url: str = "https://mod.example/7?a=1&b=2") -> Alert:
    spoken = [
        Spoken(
            changed(make_alert(title=title).post, permalink=url),
            Origin(id="mod", kind="rss", name=f"Ministry {number}", party="AM", official=True),
            NOON - timedelta(minutes=20 - number),
        )
        for number, title in enumerate(titles)
    ]
    level = Level(len(titles), posts or len(titles))
    return ring(Group(VOICES, "goris", "Goris", ""), level, spoken, NOON, NOON)


THREE = rung("Fire near Goris", "Նկատվել է <!channel> կրակ", "*Shots* & more", posts=5)


def test_the_kind_is_the_one_that_the_rules_write() -> None:
    assert WINDOW == KIND


def test_as_text_it_is_the_sentence_why_and_the_posts() -> None:
    assert plain(THREE, make_delivery(THREE), limit=5000).split("\n\n") == [
        "HIGH · several voices",
        "3 official sources speak of Goris within 1 hour",
        "Reached: 16 Nov 2021 12:00 UTC",
        "Why:\n• WINDOW several-voices: 3 official sources speak of Goris within 1 hour",
        "16 Nov 11:40 UTC · Ministry 0 · Fire near Goris\nhttps://mod.example/7?a=1&b=2",
        "16 Nov 11:41 UTC · Ministry 1 · Նկատվել է <!channel> կրակ\nhttps://mod.example/7?a=1&b=2",
        "16 Nov 11:42 UTC · Ministry 2 · *Shots* & more\nhttps://mod.example/7?a=1&b=2",
        "and 2 more",
        f"Channel ops · delivery {make_delivery(THREE).id}",
    ]
    assert subject(THREE, 200) == (
        "HIGH · several voices · WINDOW several-voices · 3 official sources speak of Goris within 1 hour"
    )


def test_a_list_without_posts_leaves_no_empty_lines() -> None:
    alone = rung()
    assert len(slack.message(alone, make_delivery(alone), HOOK)["blocks"]) == 5
    assert "<bdi></bdi>" not in html_of(mailing.message(alone, make_delivery(alone), config()))


def test_a_list_that_is_cut_is_cut_between_two_posts() -> None:
    many = rung(*(f"Post {number}" for number in range(20)))
    *_, last, end, _ = plain(many, make_delivery(many), limit=300).split("\n\n")
    assert last.endswith("\nhttps://mod.example/7?a=1&b=2")
    assert end == "… and 16 more"


def test_on_a_console_it_is_six_lines() -> None:
    assert console.message(THREE, make_delivery(THREE), console.Config(id="ops")).splitlines() == [
        "HIGH · several voices · WINDOW several-voices",
        "3 official sources speak of Goris within 1 hour",
        "  why: WINDOW several-voices: 3 official sources speak of Goris within 1 hour",
        "  reached: 16 Nov 2021 12:00 UTC",
        "  last of them: https://mod.example/7?a=1&b=2",
        f"  Channel ops · delivery {make_delivery(THREE).id}",
    ]


def test_in_a_letter_each_post_has_its_link() -> None:
    html = html_of(mailing.message(THREE, make_delivery(THREE), config()))
    assert html.count('<a href="https://mod.example/7?a=1&amp;b=2" rel="noreferrer">') == 3
    assert "<bdi>16 Nov 11:41 UTC · Ministry 1 · Նկատվել է &lt;!channel&gt; կրակ</bdi><br><a" in html
    assert "<p><bdi>and 2 more</bdi></p>" in html
    assert not [words for words in ("Original", "No usable link", "Language", "Who:") if words in html]


def test_in_slack_each_post_has_its_link_and_nobody_is_mentioned() -> None:
    blocks = slack.message(THREE, make_delivery(THREE), HOOK)["blocks"]
    assert [block["type"] for block in blocks] == ["header", *["section"] * 4, "context"]
    assert blocks[4]["text"] == {
        "type": "mrkdwn",
        "verbatim": True,
        "text": "• 16 Nov 11:40 UTC · Ministry 0 · Fire near Goris <https://mod.example/7?a=1&amp;b=2|open>\n"
        "• 16 Nov 11:41 UTC · Ministry 1 · Նկատվել է &lt;\u200b!channel&gt; կրակ "
        "<https://mod.example/7?a=1&amp;b=2|open>\n"
        "• 16 Nov 11:42 UTC · Ministry 2 · *Shots* &amp; more <https://mod.example/7?a=1&amp;b=2|open>\n"
        "• and 2 more",
    }


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("&<>" * 99, "https://a.example/" + "&" * 80),
        ("ա" * 300, "https://a.example/" + "x" * 1900),
        ("t", "javascript:alert(1)"),
        ("t", "https://a.example/\n\n<!here>|x>"),
    ],
)
def test_in_slack_the_limits_hold_for_any_list(title: str, url: str) -> None:
    many = rung(*[title] * 20, posts=900, url=url)
    said = slack.message(many, make_delivery(many), HOOK)
    texts = [block["text"]["text"] for block in said["blocks"] if "text" in block]
    assert all(0 < len(text) <= 3000 for text in texts)
    assert sum(map(len, texts)) < 13_000
    assert "javascript:" not in "".join(texts).replace("• javascript:", "")
    assert "<!" not in "".join(texts)
    for text in texts:
        assert all(part.startswith("https://a.example/") for part in text.split("<")[1:])

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import Result

from monitor.config import schema
from monitor.model import Post, post_key
from tests.cli.conftest import Command
from tests.cli.history import NEWS, OLD, QUIET, opened
from tests.daemon import running, world
from tests.make import NOON, alert, post, until

FEEDS = Path(__file__).parent.parent / "data" / "rss"
Called = Callable[..., Result]


def lines(result: Result) -> list[dict[str, object]]:
    """The output as JSON lines."""
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_counts_what_is_there_and_names_an_idle_channel(called: Called) -> None:
    result = called("check")

    assert result.exit_code == 0
    assert "1 sources watched (1 listed but off), 2 channels, 1 rules" in result.stdout
    assert "nothing is sent to channel 'spare'" in result.stdout


def test_check_says_the_same_in_json(called: Called) -> None:
    assert lines(called("check", "--json")) == [
        {"ok": True, "sources": 1, "sources_off": 1, "channels": 2, "rules": 1, "idle_channels": ["spare"]}
    ]


def test_check_lists_every_mistake_and_exits_with_two(config: Path, called: Called) -> None:
    good = config.read_text(encoding="utf-8")
    config.write_text(good.replace("to: [console]", "to: [consle]").replace("kind: rss", "kind: rs"), encoding="utf-8")

    told, machine = called("check"), called("check", "--json")

    assert told.exit_code == machine.exit_code == 2
    assert "did you mean 'console'" in told.stderr
    assert told.stderr.count("did you mean 'rss'") == 2
    assert told.stdout == ""
    answer = json.loads(machine.stdout)
    assert answer["ok"] is False
    assert answer["mistakes"] == told.stderr.splitlines()[:-1]


def test_a_missing_configuration_is_one_sentence(tmp_path: Path, command: Command) -> None:
    result = command("check", "-c", tmp_path / "none.yaml")

    assert result.exit_code == 2
    assert "none.yaml: cannot be read: No such file" in result.stderr


# --- parse ------------------------------------------------------------------------------------------------------------


def test_parse_prints_each_post_with_exactly_the_fields_of_a_post(command: Command) -> None:
    posts = lines(command("parse", "rss", FEEDS / "rss20.xml", "--source", "am-mod"))

    assert len(posts) >= 2
    assert all(list(post) == [field.name for field in msgspec.structs.fields(Post)] for post in posts)
    assert posts[0]["key"] == post_key("am-mod", str(posts[0]["native_id"]))


def test_parse_takes_the_timezone_and_language_of_posts_that_name_none(tmp_path: Path, command: Command) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        "<rss version='2.0'><channel><title>M</title><item><guid>1</guid><title>One</title>"
        "<pubDate>Tue, 16 Nov 2021 16:00:00</pubDate></item></channel></rss>",
        encoding="utf-8",
    )

    (post,) = lines(command("parse", "rss", feed, "--timezone", "Asia/Yerevan", "--language", "hy"))

    assert post["published"] == "2021-11-16T12:00:00Z"
    assert post["language"] == "hy"


def test_parse_keeps_warnings_apart_from_posts(tmp_path: Path, command: Command) -> None:
    cut = tmp_path / "cut.xml"
    cut.write_bytes(b"<rss version='2.0'><channel><title>M</title><item><guid>1</guid><title>One</title></item><item>")

    result = command("parse", "rss", cut)

    assert [post["title"] for post in lines(result)] == ["One"]
    assert result.stderr.startswith("warning: ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("parse", "rss", FEEDS.parent.parent / "make.py"), "feed"),
        (("parse", "rsss", FEEDS / "rss20.xml"), "no kind 'rsss'; did you mean 'rss'?"),
        (("parse", "rss", FEEDS / "rss20.xml", "--timezone", "Asia/Erevan2"), "no time zone 'Asia/Erevan2'"),
        (("parse", "rss", FEEDS / "rss20.xml", "--url", "nowhere"), "--url: a web address"),
    ],
)
def test_parse_says_in_one_sentence_why_it_cannot(words: tuple[str | Path, ...], told: str, command: Command) -> None:
    result = command(*words)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_parse_of_a_file_that_is_not_there_is_a_mistake_of_the_caller(tmp_path: Path, command: Command) -> None:
    result = command("parse", "rss", tmp_path / "none.xml")

    assert result.exit_code == 2
    assert "does not exist" in result.stderr


# --- posts, alerts, sources -------------------------------------------------------------------------------------------


def test_an_empty_store_has_nothing_to_tell(called: Called) -> None:
    for name in ("posts", "alerts"):
        result = called(name)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    (state,) = lines(called("sources", "--json"))
    assert (state["id"], state["health"], state["posts"]) == ("am-mod", "new", 0)


def test_posts_are_listed_newest_first_with_what_became_of_them(filled: Path, called: Called) -> None:
    told = called("posts").stdout.splitlines()

    assert [line.split("am-mod", 1)[1].strip() for line in told] == [NEWS.title, QUIET.title, OLD.title]
    assert ["ALERT" in told[0], "first" in told[2]] == [True, True]
    assert [post["key"] for post in lines(called("posts", "--json", "--count", "2"))] == [NEWS.key, QUIET.key]


def test_posts_of_one_source(filled: Path, called: Called) -> None:
    assert len(called("posts", "--source", "am-mod", "--count", "1").stdout.splitlines()) == 1
    assert called("posts", "--source", "az-mod").stdout == ""
    assert "did you mean 'az-mod'" in called("posts", "--source", "azmod").stderr


def test_an_alert_without_a_title_is_told_by_its_words(config: Path, called: Called) -> None:
    async def fill() -> None:
        async with opened(config) as store:
            await store.posts.admit("am-mod", [], NOON)
            await store.posts.admit("am-mod", [post(title="", text="Fire\nat the border.")], NOON)
            await store.posts.prepare()
            (entry,) = await store.posts.take("judge", 1, block=0.1)
            one = alert(entry.post)
            await store.alerts.conclude([(entry, one.verdict, one)], NOON)

    asyncio.run(fill())

    assert "Ministry of Tests: Fire at the border.\n" in called("alerts").stdout


def test_alerts_say_what_fired_and_where_each_arrived(filled: Path, called: Called) -> None:
    told = called("alerts").stdout
    (one,) = lines(called("alerts", "--json"))

    assert f"Ministry of Tests: {NEWS.title}" in told
    assert "border: “border”  [console waiting]" in told
    assert isinstance(one["post"], dict)
    assert one["post"]["title"] == NEWS.title
    deliveries = one["deliveries"]
    assert isinstance(deliveries, list)
    assert [(each["channel"], each["state"]) for each in deliveries] == [("console", "waiting")]


@pytest.mark.parametrize("count", ["0", "-3", "many"])
def test_a_count_that_counts_nothing_is_a_mistake_of_the_caller(count: str, called: Called) -> None:
    for name in ("posts", "alerts"):
        assert called(name, "--count", count).exit_code == 2


@pytest.mark.parametrize("name", ["posts", "alerts", "sources"])
def test_a_store_that_does_not_answer_is_one_sentence(name: str, config: Path, called: Called) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("url: embedded", 'url: "redis://:planted@127.0.0.1:1/0"'), encoding="utf-8")

    result = called(name)

    assert result.exit_code == 1
    assert result.stderr.startswith("the store at redis://127.0.0.1:1/0 does not answer")
    assert len(result.stderr.splitlines()) == 1
    assert "planted" not in result.stderr


async def test_the_questions_are_answered_while_the_daemon_runs(tmp_path: Path) -> None:
    async def asked(*words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", *words, "-c", str(here.config),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        told, mistakes = await process.communicate()
        assert (process.returncode, mistakes) == (0, b"")
        return told.decode()

    async with world(tmp_path) as here:
        here.posts = [OLD]
        async with running(here.config) as daemon:
            await until(lambda: bool(daemon.events("source.posts")))
            assert OLD.title in await asked("posts")
            assert "healthy" in await asked("sources")
            assert await asked("alerts") == ""
            assert daemon.events("store.away") == []
            assert daemon.process.returncode is None


# --- schema -----------------------------------------------------------------------------------------------------------


def test_the_schema_is_the_one_that_stands_beside_the_example(command: Command) -> None:
    assert json.loads(command("schema").stdout) == schema()

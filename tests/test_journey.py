"""The client's sentence, end to end: a real daemon, a real store, real HTTP and SMTP."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from pathlib import Path

import httpx

from monitor.model import changed
from tests.daemon import Daemon, running, world
from tests.make import post, until
from tests.servers import Reply

OLD = post("old", title="Two wounded last week", text="Two were wounded a week ago.")
NEWS = post("news", title="Four wounded", text="Four servicemen are known for sure to be wounded.")
QUIET = post("quiet", title="A visit", text="The minister received an ambassador.")


async def polled(daemon: Daemon) -> None:
    await until(lambda: bool(daemon.events("source.posts")))


async def test_a_post_travels_from_the_ministry_to_slack_mail_and_console_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.posts = [OLD]
        async with running(here.config) as daemon:
            await polled(daemon)
            here.posts += [QUIET, NEWS]
            await until(lambda: here.arrived().total() == 2)
            await asyncio.sleep(2.5)  # two more polls and more: nothing may come twice

            assert here.arrived() == {"slack: Four wounded": 1, "mail: Four wounded": 1}
            assert daemon.out.count("Four wounded") == 1
            assert "casualties" in here.slack_messages()[0]
            assert here.mail.letters[0]["Message-ID"]

            async with httpx.AsyncClient(base_url=daemon.page) as web:
                assert (await web.get("/healthz")).text == "ok"
                assert (await web.get("/readyz")).json()["ready"] is True
                listed = (await web.get("/api/posts")).json()
                assert QUIET.title in (await web.get("/")).text
                assert 'monitor_alerts_total{severity="high"} 1.0' in (await web.get("/metrics")).text
            by_title = {entry["post"]["title"]: entry for entry in listed["entries"]}
            assert by_title[OLD.title]["silent"]
            assert by_title[QUIET.title]["alert"] is None
            assert by_title[NEWS.title]["alert"]

            began = time.monotonic()
            assert await daemon.end(signal.SIGTERM) == 0
            assert time.monotonic() - began < 10
    assert daemon.events("part.ended") == []


async def test_kill_nine_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.posts = [OLD]
        async with running(here.config) as daemon:
            await polled(daemon)
            for number in range(3):
                here.posts.append(changed(NEWS, key=f"k{number}", native_id=str(number), title=f"Wounded no {number}"))
            await until(lambda: here.arrived().total() >= 1)
            await daemon.end(signal.SIGKILL)
        here.posts.append(changed(NEWS, key="k9", native_id="9", title="Wounded no 9"))
        async with running(here.config) as daemon:
            await until(lambda: here.arrived().total() >= 8)
            await asyncio.sleep(2.5)

            # A send whose record the kill cut off is repeated, under the same id: one for each channel at the most.
            arrived = here.arrived()
            assert len(arrived) == 8
            assert arrived.total() <= 8 + 2
            assert await daemon.end(signal.SIGTERM) == 0


async def test_an_edit_that_matters_alerts_again_and_a_comma_does_not(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.posts = [OLD]
        async with running(here.config) as daemon:
            await polled(daemon)
            here.posts.append(NEWS)
            await until(lambda: len(here.slack_messages()) == 1)
            here.posts[-1] = changed(NEWS, text=NEWS.text.replace(" to be", ", to be"))
            await until(lambda: len(daemon.events("source.posts")) >= 3)
            here.posts[-1] = changed(NEWS, text=NEWS.text.replace("Four", "Seven"))
            await until(lambda: len(here.slack_messages()) == 2)

            assert "Seven servicemen" in here.slack_messages()[1]
            assert "version 3" in here.slack_messages()[1].lower()


async def test_a_dead_channel_delays_no_other_and_gets_everything_later(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.slack_status = 500
        async with running(here.config) as daemon:
            await until(lambda: any(r.path == "/feed" for r in here.http.requests))
            await asyncio.sleep(0.3)
            here.posts.append(NEWS)
            await until(lambda: len(here.mail.letters) == 1)
            assert here.slack_messages() == []
            here.slack_status = 200
            await until(lambda: len(here.slack_messages()) == 1)

            assert len(daemon.events("channel.failing")) == 1
            assert here.arrived() == {"slack: Four wounded": 1, "mail: Four wounded": 1}


async def test_a_source_that_does_not_answer_is_told_once_and_again_when_it_is_back(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        feed = here.http.routes.pop("/feed")
        async with running(here.config) as daemon:
            await until(lambda: len([r for r in here.http.requests if r.path == "/feed"]) >= 3)

            assert len(daemon.events("source.failing")) == 1
            here.http.routes["/feed"] = feed
            await until(lambda: bool(daemon.events("source.recovered")))


async def test_a_reload_takes_a_good_configuration_and_refuses_a_bad_one(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.posts = [OLD]
        async with running(here.config) as daemon:
            await polled(daemon)
            good = here.config.read_text(encoding="utf-8")
            here.config.write_text(good.replace("severity: high", "severity: hihg"), encoding="utf-8")
            daemon.process.send_signal(signal.SIGHUP)
            await until(lambda: bool(daemon.events("config.refused")))
            assert "did you mean 'high'" in json.dumps(daemon.events("config.refused"))

            here.write(terms="ambassador")
            daemon.process.send_signal(signal.SIGHUP)
            await until(lambda: bool(daemon.events("config.reloaded")))
            here.posts += [NEWS, QUIET]
            await until(lambda: here.arrived().total() == 2)
            await asyncio.sleep(1.5)

            assert here.arrived() == {"slack: A visit": 1, "mail: A visit": 1}


async def test_a_second_daemon_on_one_directory_is_refused_with_exit_code_two(tmp_path: Path) -> None:
    async with world(tmp_path) as here, running(here.config) as first:
        async with running(here.config) as second:
            assert await second.process.wait() == 2
        assert f"in use by another monitor (process {first.process.pid})" in second.told[0]
        assert first.process.returncode is None


async def test_bad_configuration_starts_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.config.write_text("surces: []\nweb: {listen: here}\n", encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "monitor",
            "run",
            "-c",
            str(here.config),
            stderr=asyncio.subprocess.PIPE,
        )
        _, told = await process.communicate()

    assert process.returncode == 2
    assert b"did you mean 'sources'" in told
    assert b"here" in told
    assert not (tmp_path / "data").exists()


async def test_operators_are_told_once_of_a_source_that_is_gone_and_of_posts_that_may_be_missing(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        here.posts = [OLD]
        text = here.config.read_text(encoding="utf-8")
        gone = f'- {{id: az-mod, kind: rss, url: "{here.http.url}/gone", every: 1s, allow_private: [127.0.0.1]}}'
        text = text.replace("sources:", f"ops: {{to: [desk]}}\n            sources:\n              {gone}")
        here.config.write_text(text, encoding="utf-8")
        here.http.routes["/gone"] = Reply(410)
        async with running(here.config) as daemon:
            await polled(daemon)
            here.posts = [NEWS]  # the one that was known has left the feed
            await until(lambda: len(here.taken) == 3)
            await asyncio.sleep(2.5)  # two more polls and more

            told = here.slack_messages()
            assert len(told) == 3
            assert [("gone" in one, "may have lost posts" in one, "Four wounded" in one) for one in sorted(told)].count(
                (True, False, False)
            ) == 1
            assert sum("may have lost posts" in one for one in told) == 1
            async with httpx.AsyncClient(base_url=daemon.page) as web:
                states = {one["id"]: one["health"] for one in (await web.get("/health")).json()["sources"]}
                assert states == {"am-mod": "healthy", "az-mod": "gone"}
                timeline = (await web.get("/api/posts")).json()["entries"]
                assert {entry["post"]["title"] for entry in timeline} == {OLD.title, NEWS.title}

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from monitor import errors
from monitor.sources import rss
from monitor.workers import Workers, old_parser
from monitor.workers.frames import Job
from monitor.workers.lanes import readers
from monitor.workers.pool import Pool
from tests.odd import FEED, ODD, ODD_KIND, START, URL


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, ...]:
    """What starts a child that knows the odd kind."""
    (tmp_path / "odd.py").write_text(ODD_KIND)
    return (sys.executable, "-c", START, str(tmp_path))


@pytest.fixture
async def odd(command: tuple[str, ...]) -> AsyncIterator[Pool]:
    pool = Pool(2, wall=1.5, memory=300 * 2**20, cpu=1, command=command)
    yield pool
    await pool.close()


async def ask(pool: Pool, word: str) -> dict[str, Any]:
    reading = await pool.read(Job(kind="odd", url=URL, headers={"etag": "x"}, settings=ODD), word.encode())
    said: dict[str, Any] = json.loads(reading.posts[0].text)
    return said


async def test_a_document_is_read_by_its_kind_in_another_process() -> None:
    workers = Workers(1)
    await workers.start()
    reading = await workers.read("rss", FEED, {}, URL, rss.Config(id="m", url=URL).model_dump_json().encode())
    await workers.close()
    (post,) = reading.posts
    assert (post.source, post.native_id, post.title) == ("m", "1", "Calm")


@pytest.mark.parametrize(("cores", "enough"), [(1, 1), (2, 1), (3, 2), (64, 2)])
def test_there_is_a_reader_for_each_core_beside_the_daemons_and_two_are_enough(cores: int, enough: int) -> None:
    assert readers(cores) == enough


async def test_children_stay_warm_and_know_what_they_were_handed(odd: Pool) -> None:
    first, second = await ask(odd, "hello"), await ask(odd, "hello")
    assert first == second
    assert first["pid"] != os.getpid()
    assert (first["headers"], first["url"], first["id"]) == ({"etag": "x"}, URL, "o")


async def test_no_secret_of_the_parent_is_in_reach(odd: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_TOKEN", "xoxb")
    assert (await ask(odd, "hello"))["secret"] is None


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("sleep", "longer than 1.5 s"),
        ("spin", "processor time|longer than 1.5 s"),
        ("eat", "more memory than 300 MB"),
        ("crash", r"signal 11 \(SIGSEGV\)"),
        ("leave", "status 3"),
    ],
)
async def test_a_killer_document_ends_in_a_sentence_and_a_new_child(odd: Pool, word: str, sentence: str) -> None:
    bad = asyncio.create_task(ask(odd, word))
    good = [await ask(odd, "hello") for _ in range(3)]
    with pytest.raises(errors.Unreadable, match=sentence):
        await bad
    after = await asyncio.gather(ask(odd, "hello"), ask(odd, "hello"))
    assert {g["pid"] for g in good} <= {a["pid"] for a in after}
    assert len(odd._alive) == 2


@pytest.mark.parametrize(
    ("word", "sentence"), [("refuse", "no document of ours"), ("fail", "ZeroDivisionError: 'a surprise'")]
)
async def test_an_error_of_the_reader_is_told_and_the_child_stays(odd: Pool, word: str, sentence: str) -> None:
    before = await ask(odd, "hello")
    with pytest.raises(errors.Unreadable, match=sentence) as caught:
        await ask(odd, word)
    assert "Traceback" not in str(caught.value)
    assert await ask(odd, "hello") == before


async def test_a_child_that_died_idle_is_replaced_before_anybody_asks_it(odd: Pool) -> None:
    before = await ask(odd, "hello")
    (child,) = odd._idle
    os.kill(before["pid"], signal.SIGKILL)
    await child.process.wait()
    assert (await ask(odd, "hello"))["pid"] != before["pid"]


async def test_what_a_reader_prints_does_not_disturb_the_answers(odd: Pool) -> None:
    assert await ask(odd, "chat") == await ask(odd, "hello")


async def test_a_caller_who_gives_up_leaves_nothing_behind(odd: Pool) -> None:
    await odd.start()
    waiting = [asyncio.create_task(ask(odd, "sleep")) for _ in range(5)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert all(task.cancelled() for task in waiting)
    async with asyncio.timeout(10):
        assert len({(await ask(odd, "hello"))["pid"] for _ in range(4)}) == 1
    assert len(odd._alive) <= 2


async def test_more_documents_than_children_wait_their_turn(odd: Pool) -> None:
    said = await asyncio.gather(*(ask(odd, "hello") for _ in range(20)))
    assert len({s["pid"] for s in said}) <= 2


async def test_close_ends_everything_even_a_document_being_read(odd: Pool) -> None:
    await odd.start()
    pids = [child.process.pid for child in odd._alive]
    busy = asyncio.create_task(ask(odd, "sleep"))
    while len(odd._idle) == 2:  # noqa: ASYNC110  # a pool announces nothing
        await asyncio.sleep(0.001)
    await odd.close()
    with pytest.raises(errors.Unreadable, match="SIGKILL"):
        await busy
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    with pytest.raises(errors.Unreadable, match="stopping"):
        await ask(odd, "hello")


async def test_children_never_outlive_a_killed_parent_and_ignore_its_signals(tmp_path: Path) -> None:
    parent = """
import asyncio
from monitor.workers.pool import Pool
async def main():
    pool = Pool(2, wall=8, memory=600 * 2**20, cpu=5)
    await pool.start()
    print(*(child.process.pid for child in pool._alive), flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", parent, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    pids = [int(word) for word in (await process.stdout.readline()).split()]
    for pid in pids:
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, 0)
    process.kill()
    await process.communicate()
    async with asyncio.timeout(10):
        while any(alive(pid) for pid in pids):  # noqa: ASYNC110  # orphans announce nothing
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


async def test_an_unknown_kind_is_no_accident_of_the_pool(odd: Pool) -> None:
    with pytest.raises(errors.Unreadable, match="no kind"):
        await odd.read(Job(kind="nonsense", url=URL, headers={}, settings="{}"), b"")


async def test_a_child_that_has_grown_is_replaced(command: tuple[str, ...]) -> None:
    pool = Pool(1, wall=5, memory=600 * 2**20, cpu=5, command=command)
    first = await ask(pool, "hello")
    grown = await ask(pool, "grow")
    assert grown["pid"] == first["pid"]
    assert (await ask(pool, "hello"))["pid"] != first["pid"]
    await pool.close()


MOST = 5_000
PARAGRAPH = "Обстановка спокойная. Calm on the border. " * 21
LARGE = "".join(
    ["<rss version='2.0'><channel>"]
    + [f"<item><guid>{n}</guid><title>Statement {n}</title><description>{PARAGRAPH}</description></item>"
       for n in range(MOST)]
    + ["</channel></rss>"]
).encode()  # fmt: skip


async def test_the_largest_feed_anybody_may_publish_is_read_within_the_memory() -> None:
    assert 6 * 2**20 < len(LARGE) <= 8 * 2**20
    workers = Workers(1, wall=60, cpu=30)
    reading = await workers.read("rss", LARGE, {}, URL, rss.Config(id="m", url=URL).model_dump_json())
    await workers.close()
    assert len(reading.posts) == MOST


# Lanes


@pytest.fixture
async def lanes(command: tuple[str, ...]) -> AsyncIterator[Workers]:
    workers = Workers(1, wall=20, cpu=5, quick=0.2, command=command)
    await workers.start()
    await hand(workers, "hello")  # a child's first document may take longer
    yield workers
    await workers.close()


async def hand(workers: Workers, word: str, source: str = "o") -> str:
    """Have a document of a source read; return the process that read it."""
    settings = ODD.replace('"o"', f'"{source}"')
    reading = await workers.read("odd", word.encode(), {}, URL, settings)
    return str(json.loads(reading.posts[0].text)["pid"])


async def test_who_takes_long_is_read_elsewhere_and_keeps_nobody_waiting(lanes: Workers) -> None:
    quick = await hand(lanes, "hello")
    slow = await hand(lanes, "think", "heavy")
    assert slow != quick

    second = asyncio.create_task(hand(lanes, "sleep", "heavy"))
    assert {await hand(lanes, "hello") for _ in range(20)} == {await hand(lanes, "hello")}
    assert not second.done(), "they were read meanwhile"
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


async def test_a_source_that_is_quick_again_is_read_among_the_quick(lanes: Workers) -> None:
    slow = await hand(lanes, "think", "heavy")
    assert await hand(lanes, "hello", "heavy") == slow
    assert await hand(lanes, "hello", "heavy") == await hand(lanes, "hello")


async def test_only_a_few_slow_documents_wait_for_each_other(lanes: Workers) -> None:
    await hand(lanes, "think", "heavy")
    crowd = [asyncio.create_task(hand(lanes, "sleep", "heavy")) for _ in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(errors.Unreadable, match="put off to its next poll"):
        await hand(lanes, "hello", "heavy")
    for task in crowd:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


def test_an_old_xml_parser_is_told_and_a_sound_one_is_not() -> None:
    assert "expat 2.5.0" in (old_parser((2, 5, 0)) or "")
    assert old_parser((2, 7, 2)) is None
    assert old_parser((2, 10, 0)) is None

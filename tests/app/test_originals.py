from __future__ import annotations

import gzip
import json
import os
from datetime import timedelta
from pathlib import Path

import structlog

from monitor.app.originals import Originals
from monitor.fetch import Answer, Fetcher
from tests.make import NOON
from tests.servers import ALLOW_LOOPBACK, Reply, http_server

DAY = timedelta(days=1)


def answer(body: bytes) -> Answer:
    headers = {"etag": '"1"', "set-cookie": "session=secret"}
    return Answer(status=200, headers=headers, body=body, url="https://example.org/feed")


def kept(folder: Path) -> list[bytes]:
    return [gzip.decompress(file.read_bytes()) for file in sorted(folder.glob("*/*.gz"))]


async def test_an_answer_is_kept_byte_by_byte_as_it_came(tmp_path: Path) -> None:
    originals = Originals(tmp_path, keep=DAY.total_seconds(), most=2**20)
    body = bytes(range(256))

    async with http_server({"/feed": Reply(body=body)}) as server, Fetcher(user_agent="test") as fetcher:
        await originals.beside(fetcher, "am-mod").get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)

    [line] = (tmp_path / "am-mod" / "index.jsonl").read_text(encoding="utf-8").splitlines()
    about = json.loads(line)
    assert kept(tmp_path) == [body]
    assert (about["status"], about["url"]) == (200, f"{server.url}/feed")
    assert about["sha256"].startswith(about["file"].split("-")[1].removesuffix(".gz"))


async def test_what_a_server_wants_us_to_remember_is_not_kept(tmp_path: Path) -> None:
    await Originals(tmp_path, keep=DAY.total_seconds(), most=2**20).put("am-mod", answer(b"x"), NOON)

    assert "secret" not in (tmp_path / "am-mod" / "index.jsonl").read_text(encoding="utf-8")


async def test_the_oldest_go_where_all_would_be_too_much(tmp_path: Path) -> None:
    for number in range(4):
        # A new one each time, for it looks after the old ones once an hour.
        originals = Originals(tmp_path, keep=3650 * DAY.total_seconds(), most=60)
        await originals.put("am-mod", answer(b"answer %d" % number), NOON + number * DAY)

    assert kept(tmp_path) == [b"answer 2", b"answer 3"]


async def test_a_disk_that_fails_costs_a_line_and_no_poll(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    originals = Originals(tmp_path / "file", keep=1.0, most=1)

    with structlog.testing.capture_logs() as lines:
        await originals.put("am-mod", answer(b"x"), NOON)
        await originals.put("am-mod", answer(b"x"), NOON)

    assert [line["event"] for line in lines] == ["originals.failed"]


async def test_what_is_too_old_goes(tmp_path: Path) -> None:
    keep = DAY.total_seconds() / 2
    await Originals(tmp_path, keep=keep, most=2**20).put("am-mod", answer(b"old"), NOON)
    for file in list(tmp_path.glob("*/*.gz")):  # noqa: ASYNC240  # a test may wait for a disk
        os.utime(file, (NOON.timestamp(), NOON.timestamp()))

    await Originals(tmp_path, keep=keep, most=2**20).put("am-mod", answer(b"new"), NOON + DAY)

    assert kept(tmp_path) == [b"new"]

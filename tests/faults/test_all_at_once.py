"""One daemon with every case as a source at once, and ten good sources that must not notice."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.fetch import Fetcher
from monitor.model import SourceState
from monitor.store import Store, embedded
from tests.daemon import Daemon, running
from tests.faults import names
from tests.faults.bystanders import Bystander, bystanders
from tests.faults.case import Case
from tests.faults.cases import CASES
from tests.faults.far_side import ALLOWED, FarSide, far_side
from tests.faults.processes import Weight, weigh
from tests.notifiers.mail import MailServer, mail_server
from tests.servers import HttpServer, Reply, Request, http_server

INTERVAL = 3.0  # seconds between two polls of a good source
OTHERS = 15.0  # and of the others
LIMITS = {"at once": 0.0, "deadline": 25.0, "worker": 0.0, "lookup": 0.0}  # seconds that a conversation may take
GRACE = 15.0
PATIENCE = 150.0  # seconds: what the slow reader reads, it reads one by one
SERVED = 0.3  # of the polls that the interval promises, at least: the machine may have more to do than this
MEMORY = 300.0  # MB (PSS) of the daemon and its three readers, of which one may hold all of a bad document; no Valkey

PLAYED = [case for case in CASES if not case.alone]
LIVE = ("<!channel>", "<@U0>", "<https://evil", "<script>alert", "<img src=x", "javascript:alert")


@pytest.mark.timeout(240)
async def test_good_sources_do_not_notice_the_bad_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", names.teach(tmp_path))
    slack: list[Request] = []

    def take(request: Request) -> Reply:
        slack.append(request)
        return Reply(200, b"ok")

    async with (
        http_server({"/slack": take}) as desk,
        mail_server() as mail,
        far_side(PLAYED, behind=True) as far,
        bystanders([f"good-{number}" for number in range(10)]) as good,
    ):
        config = write_config(tmp_path, far, good, desk, mail)
        async with running(config) as daemon:
            told = await day(daemon, good, slack, tmp_path)
            page = await shown(daemon)
            assert await daemon.end(signal.SIGTERM) == 0

    sys.stdout.write(figures(told, good, far))
    assert outcomes(told.states) == {}
    assert {name: seconds for name, seconds in far.longest.items() if seconds > bound(name)} == {}
    assert {one.name: len(one.asked) for one in good if len(one.asked) < told.seconds / INTERVAL * SERVED} == {}
    assert told.peak.pss < MEMORY
    assert traces(daemon) == []
    assert sent(slack, told.published) == Counter(told.published)
    said = "".join(json.loads(request.body)["text"] for request in slack)
    assert [word for word in LIVE if word in said or word in page] == []
    assert {tuple(recipients) for recipients in mail.recipients} == {("duty@example.org",)}
    assert [letter for letter in mail.letters if letter["Bcc"]] == []


class Day:
    """What was seen while it lasted."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.seconds = 0.0
        self.peak = Weight()
        self.published: list[str] = []
        self.states: list[SourceState] = []


async def day(daemon: Daemon, good: list[Bystander], slack: list[Request], folder: Path) -> Day:
    """Let everything run until every source has been asked, the slowest given up, and every alert has arrived."""
    here = Day()
    store = Store(embedded.url(folder / "data"))
    while True:
        await asyncio.sleep(0.5)
        here.peak = max(here.peak, weigh(daemon.process.pid, without="valkey-server"))
        here.seconds = time.monotonic() - here.began
        here.states = await store.health.sources(case.id for case in PLAYED)
        arrived = len(sent(slack, here.published)) == len(here.published)
        if here.seconds > LIMITS["deadline"] and arrived and all(state.asked for state in here.states):
            break
        assert here.seconds < PATIENCE, [s.id for s in here.states if not s.asked]
        first = all(one.asked for one in good)  # what the first poll brings alerts nobody
        if first and here.seconds < LIMITS["deadline"]:
            mark = f"no.{len(here.published):06d}x"
            good[len(here.published) % len(good)].publish(f"Two servicemen wounded, {mark}")
            here.published.append(mark)
    await store.close()
    return here


def figures(told: Day, good: list[Bystander], far: FarSide) -> str:
    """Return what was measured, for whoever runs this with `-s`."""
    gaps = sorted(gap for one in good for gap in one.gaps)
    served = min(len(one.asked) for one in good) / (told.seconds / INTERVAL)
    slowest = max(far.longest, key=lambda name: far.longest[name])
    return (
        f"\n{len(PLAYED)} cases for {told.seconds:.0f} s; the least served good source got {served:.0%} of its polls, "
        f"gaps: median {_at(gaps, 0.5):.1f} s, 99 % {_at(gaps, 0.99):.1f} s, longest {gaps[-1]:.1f} s; "
        f"peak {told.peak.pss:.0f} MB, {told.peak.sockets} sockets; slowest: {slowest}, {far.longest[slowest]:.1f} s\n"
    )


def _at(gaps: list[float], share: float) -> float:
    return gaps[int(share * (len(gaps) - 1))]


async def shown(daemon: Daemon) -> str:
    """Return the page as a browser gets it."""
    async with Fetcher(user_agent="test") as fetcher:
        answer = await fetcher.get(f"{daemon.page}alerts", allow_private=ALLOWED)
    assert b"wounded" in answer.body
    return answer.body.decode()


def outcomes(states: list[SourceState]) -> dict[str, str]:
    """Return the sources that came to an end that their case does not know.

    All are read at once here: one that was put off for others comes to its end at its next poll.
    """
    found = {}
    for case, state in zip(PLAYED, states, strict=True):
        outcome = state.error_kind or "healthy"
        put_off = "put off to its next poll" in (state.error or "")
        if outcome not in {then.outcome for then in case.then} and not put_off:
            found[case.name] = f"{outcome}: {state.error}"
    return found


def bound(name: str) -> float:
    return LIMITS[next(case.ends for case in PLAYED if case.name == name)] + GRACE


def traces(daemon: Daemon) -> list[Any]:
    """Return what tells of a mistake of ours: traces, errors, words outside of the log."""
    bad = [event for event in daemon.log if "exception" in event or event["level"] in ("error", "critical")]
    return [*bad, *daemon.told]


def sent(slack: list[Request], marks: list[str]) -> Counter[str]:
    """Count how often the alert of each good post arrived."""
    texts = [json.loads(request.body)["text"] for request in slack]
    return Counter(mark for text in texts for mark in marks if mark in text)


def write_config(folder: Path, far: FarSide, good: list[Bystander], desk: HttpServer, mail: MailServer) -> Path:
    def source(name: str, url: str, every: float, case: Case | None = None) -> dict[str, object]:
        own = dict(case.settings) if case else {}
        return {"id": name, "kind": "rss", "url": url, "every": every, "allow_private": ["127.0.0.1"], **own}

    tree = {
        "store": {"url": "embedded", "dir": str(folder / "data")},
        "web": {"listen": "127.0.0.1:0"},
        "log": {"format": "json"},
        "sources": [source(one.name, one.url, INTERVAL) for one in good]
        + [source(case.id, far.urls[case.name], OTHERS, case) for case in PLAYED],
        "channels": [
            {"id": "desk", "kind": "slack", "webhook_url": f"{desk.url}/slack", "allow_private": ["127.0.0.1"],
             "pause": 0},
            {"id": "duty", "kind": "email", "host": "127.0.0.1", "port": mail.port, "from": "monitor@example.org",
             "to": ["duty@example.org"]},
        ],
        "rules": [{"id": "casualties", "severity": "high", "to": ["desk", "duty"], "terms": {"en": ["wounded"]}}],
    }  # fmt: skip
    path = folder / "monitor.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    return path

"""A process of polls, to be killed: `python -m tests.cuts.child STORE SEED`, with the sources' settings on stdin.

It says `ready`, then of each poll a line with its source when it begins, and one with the whole of it when it ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import sys

import structlog

from monitor import kinds
from monitor.fetch import Fetcher
from monitor.sources import SourceConfig
from monitor.store import Store
from tests.cuts.polls import once

_APART = 0.5  # seconds between two polls of a source, at most: most are under way when the end comes


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # stdout is taken
    given = [json.loads(line) for line in sys.stdin]
    settings = [kinds.load("sources", one["kind"]).Config.model_validate(one) for one in given]
    asyncio.run(_poll(settings, sys.argv[1], random.Random(sys.argv[2])))


async def _poll(sources: list[SourceConfig], url: str, dice: random.Random) -> None:
    store, fetch = Store(url), Fetcher(user_agent="test-monitor/1.0")
    _say("ready")
    await asyncio.gather(*(_for_ever(one, fetch, store, dice) for one in sources))


async def _for_ever(settings: SourceConfig, fetch: Fetcher, store: Store, dice: random.Random) -> None:
    while True:
        await asyncio.sleep(dice.uniform(0, _APART))
        _say(settings.id)
        _say(list(await once(settings, fetch, store)))


def _say(word: object) -> None:
    sys.stdout.write(json.dumps(word) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from monitor.model import Alert, Entry, Guard, Verdict, changed
from monitor.rules import Rulebook
from monitor.store import Store
from monitor.web.lookback import MOST, Lookback
from tests.web.memory import (
    MINISTRY,
    RULES,
    MemoryStore,
    Posts,
    a_post,
    a_site,
    a_verdict,
    alerted,
    an_entry,
    browser,
    serving,
)
from tests.web.people import writable
from tests.web.told import is_absent, untold, words


def lately(number: int, **more: Any) -> tuple[Entry, Alert]:
    """A post of so many hours ago, with its alert."""
    post = a_post(str(number), seen=datetime.now(UTC) - timedelta(hours=number), title=f"Statement {number}")
    entry, alert, _ = alerted(post, a_verdict(post, **more))
    return entry, alert


def cancelled(number: int) -> Entry:
    guard = Guard(guard="exercises", field="text", start=0, end=8, words="exercise", cancels=("wounded",))
    why = "casualties: “wounded” is cancelled by “exercise” (exercises) in the same sentence"
    return an_entry(a_post(f"quiet {number}"), verdict=Verdict(alert=False, guards=(guard,), reasons=(why,)))


async def test_the_list_has_every_rule_the_loudest_first_and_those_that_are_off_last(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    for number in (400, 300, 20, 1):
        await memory.add(*lately(number))
    await memory.add(*lately(0, rules=("many-speak",)))

    page = (await visitor.get("/rules")).text
    answer = (await visitor.get("/api/rules")).json()

    assert re.findall(r'href="/rules/([^"]+)"', page) == ["casualties", "many-speak", "border"]
    said = words(page)
    assert "2 of 3 are on" in said
    assert "casualties losses ▲ high duty 2 4 80 % on" in said
    assert "many-speak window ■ critical no channel 1 1 20 % on" in said
    assert "border ◆ medium no channel 0 0 – ○ off" in said
    assert answer["rules"][0] == {
        "id": "casualties", "kind": "rule", "topic": "losses", "severity": "high", "to": ["duty"], "enabled": True,
        "week": 2, "month": 4, "share": 0.8,
    }  # fmt: skip
    assert [one["id"] for one in answer["rules"]] == ["casualties", "many-speak", "border"]
    assert answer["looked"]["alerts"] == 5


async def test_without_rules_the_page_says_so(memory: MemoryStore) -> None:
    async with browser(a_site(memory, rules=type(RULES))) as visitor:
        assert "No rule is configured" in words((await visitor.get("/rules")).text)


async def test_the_page_of_a_rule_shows_what_it_is_its_noise_and_its_last_alerts(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    for number in range(60, 30, -1):
        await memory.add(*lately(number))
    await memory.add(*lately(30, rules=("casualties", "gone")), cancelled(1), cancelled(2))

    page = (await visitor.get("/rules/casualties")).text

    missing = untold(
        page,
        "Its alerts go to duty",
        "Its terms 3 (en 2, ru 1) Categories @fire, 3 (en 1, hy 2)",
        "Last 7 days 31 Last 30 days 31 100 % of all alerts",
        "By itself 30 of 31",
        "Term Alerts wound* 31",
        "Source Alerts Ministry of Defence 31",
        "By Posts @exercises 2",
        "Counted over the newest 31 alerts of all rules, and what kept it silent over the newest 33 posts",
        "at most 2,000 of each are looked at",
    )
    assert missing == []
    assert page.count("<title>") == 1 + 30
    assert page.count('class="bar"') in (2, 3)  # of the days in UTC that 31 hours touch
    assert re.findall(r">(Statement \d+)<", page) == [f"Statement {number}" for number in range(30, 50)]
    assert '<mark lang="en" dir="auto">wounded</mark>' in page


async def test_the_same_as_json(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    entry, alert = lately(1)
    await memory.add(entry, alert, cancelled(1))

    told = (await visitor.get("/api/rules/casualties")).json()

    assert (told["id"], told["month"], told["alerts"], told["alone"]) == ("casualties", 1, 1, 1)
    assert told["facts"]["Its terms"] == "3 (en 2, ru 1)"
    assert len(told["days"]) == 30
    assert sum(day["alerts"] for day in told["days"]) == 1
    assert told["terms"] == [{"term": "wound*", "alerts": 1}]
    assert told["sources"] == [{"id": "am-mod", "name": "Ministry of Defence", "alerts": 1}]
    assert told["silenced"] == [{"by": "@exercises", "posts": 1}]
    [last] = told["last"]
    assert (last["post"], last["title"], last["words"]) == (entry.post.key, "Statement 1", ["wounded"])
    assert told["looked"]["posts"] == 2


async def test_a_rule_that_never_rang_and_a_window_have_pages(visitor: httpx.AsyncClient) -> None:
    for rule, told in (("border", "○ off: it never fires"), ("many-speak", "Rings at 3 sources within 1 h")):
        said = words((await visitor.get(f"/rules/{rule}")).text)
        assert told in said
        assert "It has not rung." in said
        assert "Terms that ring most" not in said


async def test_an_unknown_rule_is_said_in_words(visitor: httpx.AsyncClient) -> None:
    await is_absent(visitor, "rules", "nobody", "%3Cscript%3E", "A%20B", told="No rule with this id is configured here")


async def test_alerts_and_posts_lead_to_the_rules_that_there_are(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    entry, alert = lately(1, rules=("casualties", "gone"))
    await memory.add(entry, alert)

    for path in ("/alerts", f"/posts/{entry.post.key}"):
        page = (await visitor.get(path)).text
        assert '<a href="/rules/casualties">casualties</a>' in page
        assert "/rules/gone" not in page


# --- how much is read ---


class Counted(Posts):
    """Posts that take a moment to read, and count what is asked for."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store)
        self.asked: list[int] = []

    async def recent(self, count: int = 50, before: str | None = None) -> list[Entry]:
        self.asked.append(count)
        await asyncio.sleep(0)
        return await super().recent(count, before)


def a_counting_store() -> tuple[MemoryStore, list[int]]:
    store = MemoryStore()
    store.posts = posts = Counted(store)
    return store, posts.asked


async def test_many_visitors_read_the_store_once() -> None:
    memory, read = a_counting_store()
    await memory.add(*lately(1))

    async with browser(a_site(memory)) as visitor:
        paths = ["/rules", "/rules/casualties", "/rules/border", "/api/rules", "/api/rules/casualties"] * 4
        answers = await asyncio.gather(*map(visitor.get, paths))

    assert {answer.status_code for answer in answers} == {200}
    assert read == [200]


async def test_what_was_read_goes_stale(memory: MemoryStore) -> None:
    lookback = Lookback(memory, fresh=0)
    assert (await lookback.seen()).posts == 0
    await memory.add(cancelled(1))

    assert (await lookback.seen()).posts == 1


async def test_no_more_than_the_newest_two_thousand_are_looked_at() -> None:
    memory, read = a_counting_store()
    _, alert = lately(1)
    alerts = [changed(alert, id=f"{n:020x}", raised=alert.raised - timedelta(minutes=n)) for n in range(2_100)]
    await memory.add(*reversed(alerts), *(cancelled(n) for n in range(2_100)))

    seen = await Lookback(memory).seen()

    assert (len(seen.rang), seen.posts, sum(read)) == (MOST, MOST, MOST)
    assert seen.reach == alerts[MOST - 1].raised
    assert seen.silenced["casualties"]["@exercises"] == MOST


async def test_a_store_that_comes_back_is_read_again(memory: MemoryStore) -> None:
    async with browser(a_site(memory)) as visitor:
        memory.away = True
        assert (await visitor.get("/rules")).status_code == 503
        memory.away = False
        assert (await visitor.get("/rules")).status_code == 200


# --- with the rules and the store themselves ---


async def test_what_the_rules_say_is_counted_as_they_say_it(store: Store) -> None:
    book = Rulebook([rule for rule in RULES.rules if rule.enabled], RULES.categories)
    now = datetime.now(UTC)
    texts = (
        "Two men were wounded.",
        "The wounded in the exercise were carried off.",
        "A visit to the wounded.",
        "Rain.",
    )
    await store.posts.admit("am-mod", [a_post(str(n), text) for n, text in enumerate(texts)], now, backfill=True)
    for entry in await store.posts.take("judge-1", 10, block=1.0):
        verdict = book.judge(entry.post, MINISTRY)
        _, alert, _ = alerted(entry.post, verdict)
        case = (entry, verdict, changed(alert, raised=now) if verdict.alert else None)
        assert await store.alerts.conclude([case], now) == [True]

    async with serving(store, explain=book.judge) as (_, address), httpx.AsyncClient(base_url=address) as visitor:
        told = (await visitor.get("/api/rules/casualties")).json()
        page = (await visitor.get("/rules/casualties")).text

    assert [(one["term"], one["alerts"]) for one in told["terms"]] == [("wound*", 1)]
    assert sorted((one["by"], one["posts"]) for one in told["silenced"]) == [("@exercises", 1), ("“visit”", 1)]
    assert "Last 7 days 1 Last 30 days 1 100 % of all alerts" in words(page)


async def test_where_routes_say_who_is_told_a_rule_without_channels_says_so(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        listed = (await visitor.get("/rules")).text
        page = (await visitor.get("/rules/border")).text

    assert "by route" in listed
    assert "the routes say where its alerts go" in page

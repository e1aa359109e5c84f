"""What other places add to a judge: one statement of a party in several coats alerts once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from monitor.dedup import Said
from monitor.judge import Judge, decide
from monitor.model import Entry, Likeness, Origin, Post, Verdict, changed
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store
from monitor.store.connection import Connection
from tests.make import NOON, judge, judged_by, origin, post
from tests.wire import Wire, judged_until_dead

RULES = Rulebook([
    RuleConfig(id="casualties", severity="high", to=("desk", "duty"), terms={"en": ("wounded", "killed")}),
    RuleConfig(id="border", to=("desk",), terms={"en": ("border",)}),
])  # fmt: skip
FIRE = "Units of the neighbouring state opened fire at our positions near Sotk at 14:00, on the border."
WOUNDED = f"{FIRE} Four servicemen were wounded."
X = f"{WOUNDED[:-9]}… https://t.co/a1b2"  # "…were wo…"
TELEGRAM = f"⚡️ {WOUNDED}\n\n@mod_news #Army"
SOURCES = {
    "x": origin("x", name="Ministry on X", official=True),
    "telegram": origin("telegram", name="Ministry on Telegram", official=True),
    "site": origin("site", name="Ministry", official=True),
    "paper": origin("paper", name="Paper"),
    "az-mod": origin("az-mod", party="AZ", official=True),
    "agency": origin("agency", party=None),
}


def watching(store: Store, name: str = "judge-1", sources: Mapping[str, Origin] = SOURCES) -> Judge:
    return judge(store, RULES, sources, name=name)


async def say(
    store: Store, source: str, minute: float, text: str, title: str = "", *, first_poll: bool = False
) -> Post:
    moment = NOON + timedelta(minutes=minute)
    said = post(f"{source}-{minute}", source=source, title=title, text=text, published=moment, seen=moment)
    await store.posts.admit(source, [said], moment, backfill=not first_poll)
    return said


async def told(store: Store) -> list[str]:
    """Return the sources of all alerts, the oldest first."""
    return [alert.origin.id for alert in reversed(await store.alerts.recent())]


@pytest.mark.parametrize("batch", [True, False], ids=["in one batch", "one after the other"])
async def test_three_coats_alert_once_and_a_figure_that_came_later_again(store: Store, batch: bool) -> None:
    first = None
    for minute, (source, text, title) in enumerate((
        ("telegram", TELEGRAM, ""), ("site", WOUNDED, "Statement"), ("x", X, "")
    )):  # fmt: skip
        first = first or await say(store, source, minute, text, title)
        if minute:
            await say(store, source, minute, text, title)
        if not batch:
            await judged_by(watching(store))
    await judged_by(watching(store))
    assert await told(store) == ["telegram"]
    assert first is not None
    (noted,) = await store.posts.history(first.key)
    assert [(one.source, one.likeness) for one in noted.repeats] == [("site", "extended"), ("x", "shortened")]

    await say(store, "paper", 20, f"{WOUNDED} Later 12 were killed.")
    await judged_by(watching(store))
    longer = (await store.alerts.recent())[0]
    assert longer.verdict.reasons[0].startswith("longer form of Ministry on Telegram, 12:00 UTC: ")
    assert "“killed”" in longer.verdict.reasons[0]
    assert [place.source for place in longer.places] == ["telegram", "site", "x", "paper"]


async def test_a_first_place_that_alerts_names_the_others_of_its_batch(store: Store) -> None:
    await say(store, "telegram", 0, TELEGRAM)
    await say(store, "site", 3, WOUNDED)
    await judged_by(watching(store))

    (alert,) = await store.alerts.recent()
    assert [(place.name, place.seen) for place in alert.places] == [
        ("Ministry on Telegram", NOON), ("Ministry", NOON + timedelta(minutes=3))
    ]  # fmt: skip


async def test_a_cut_form_that_told_fewer_does_not_silence_the_whole(store: Store) -> None:
    await say(store, "x", 0, X)
    await say(store, "telegram", 3, TELEGRAM)
    site = await say(store, "site", 9, WOUNDED, "On the situation")
    await judged_by(watching(store))

    assert await told(store) == ["x", "telegram"]
    (silent,) = await store.posts.history(site.key)
    assert silent.verdict is not None
    assert silent.verdict.reasons[0] == "same statement as Ministry on Telegram, 12:03 UTC, which has alerted"
    assert silent.same_as is not None
    assert silent.same_as.key.startswith("x:")


async def test_a_form_kept_silent_silences_nobody(store: Store) -> None:
    await say(store, "x", 0, WOUNDED, first_poll=True)
    await say(store, "telegram", 3, TELEGRAM)
    await judged_by(watching(store))

    assert await told(store) == ["telegram"]
    assert [place.source for place in (await store.alerts.recent())[0].places] == ["x", "telegram"]


async def test_another_party_is_not_one(store: Store) -> None:
    await say(store, "telegram", 0, TELEGRAM)
    await say(store, "az-mod", 3, f"{WOUNDED} More soon.")
    await judged_by(watching(store))

    assert await told(store) == ["telegram", "az-mod"]


async def test_no_unofficial_place_silences_an_official_one(store: Store) -> None:
    await say(store, "paper", 0, TELEGRAM)
    await say(store, "site", 3, WOUNDED)
    await judged_by(watching(store))

    assert await told(store) == ["paper", "site"]


async def test_an_edit_is_silent_only_where_another_place_made_the_same(store: Store) -> None:
    more, less = f"{WOUNDED} Later 12 were killed.", f"{FIRE} Nobody was hurt."
    for minute, source, text in (
        (0, "telegram", TELEGRAM), (0, "site", WOUNDED), (0, "telegram", more), (0, "site", more), (0, "site", less)
    ):  # fmt: skip
        said = post("one", source=source, title="", text=text, published=NOON, seen=NOON)
        await store.posts.admit(source, [said], NOON + timedelta(minutes=minute), backfill=True)
        await judged_by(watching(store))
    assert await told(store) == ["telegram", "telegram", "site"]
    assert (await store.alerts.recent())[0].post.text == less


async def test_a_typing_error_put_right_in_one_place_does_not_ring_in_the_next(store: Store) -> None:
    for source, text in (("telegram", WOUNDED.replace("opened", "oppened")), ("telegram", WOUNDED), ("site", TELEGRAM)):
        said = post("one", source=source, title="", text=text, published=NOON, seen=NOON)
        await store.posts.admit(source, [said], NOON, backfill=True)
        await judged_by(watching(store))

    assert await told(store) == ["telegram"]


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(34))
async def test_wherever_a_judge_dies_each_statement_alerts_once(
    server_url: str, store: Store, monkeypatch: pytest.MonkeyPatch, step: int, done: bool
) -> None:
    for minute, source, text in ((0, "telegram", TELEGRAM), (3, "site", WOUNDED), (5, "x", X)):
        await say(store, source, minute, text)
    await judged_until_dead(server_url, monkeypatch, watching, step=step, done=done)
    await judged_by(watching(store))

    assert await told(store) == ["telegram"]


async def test_where_the_marks_cannot_be_read_each_is_judged_by_itself(server_url: str, store: Store) -> None:
    await say(store, "telegram", 0, TELEGRAM)
    await judged_by(watching(store))
    raw = Connection(server_url)
    for key in await raw.call("KEYS", "*mark:*"):
        await raw.call("SET", key, "no list")
    for key in await raw.call("KEYS", "*drawer:*"):
        await raw.call("DEL", key)
        await raw.call("LPUSH", key, "no string")
    await raw.close()
    await say(store, "site", 3, WOUNDED)
    await judged_by(watching(store))

    assert await told(store) == ["telegram", "site"]
    assert await store.posts.unjudged() == 0


async def test_a_batch_of_strangers_costs_two_round_trips_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(store, monkeypatch)

    async def cost(first: int, party: str | None) -> int:
        for minute in range(first, first + 20):
            await say(store, "site", minute, f"Number {minute} of the things that the ministry says at the border.")
        return await wire.cost(watching(store, sources={"site": origin("site", party=party)}))

    await cost(0, "AM")  # until now the server may not have known the scripts
    assert await cost(100, "AM") == await cost(200, None) + 2  # other coats, other languages


# --- decide ---


def said(likeness: Likeness, text: str = WOUNDED, to: tuple[str, ...] = ("desk", "duty")) -> Said:
    verdict = Verdict(alert=True, rules=("casualties",), to=to)
    there = Entry(id="", post=post(title="", text=text, published=NOON), verdict=verdict, alert="a1")
    return Said(there, SOURCES["telegram"], likeness)


def decided(*places: Said, text: str = WOUNDED, previous: Post | None = None) -> Verdict:
    now = post(title="", text=text, revision=2 if previous else 1)
    return decide(Entry(id="1-0", post=now, previous=previous), SOURCES["site"], RULES, None, places)


def test_only_what_everybody_was_told_is_silent() -> None:
    assert not decided(said("same")).alert
    assert not decided(said("shortened")).alert
    assert decided(said("same", to=("desk",))).alert
    unjudged = said("same")._replace(entry=changed(said("same").entry, alert=None))
    assert decided(unjudged).alert
    assert not decided(unjudged, said("same")).alert


def test_an_address_is_no_new_figure_and_a_new_figure_is() -> None:
    assert not decided(said("extended", f"{WOUNDED} https://t.me/mod/17"), text=f"{WOUNDED} https://mod.am/99").alert
    assert "new numbers: 7" in decided(said("extended"), text=f"{WOUNDED} Damaged: 7 houses.").reasons[0]


def test_what_breaks_while_places_are_compared_alerts_everybody() -> None:
    class Broken(Rulebook):
        @staticmethod
        def matters(before: Verdict, after: Verdict, previous: Post, current: Post) -> str | None:
            raise RuntimeError("a mistake of ours")

    rules = Broken([RuleConfig(id="a", to=("desk",), terms={"en": ("border",)})])
    entry = Entry(id="1-0", post=post(text=WOUNDED))

    assert decide(entry, SOURCES["site"], rules, None, [said("extended")]).topics == ("unjudged",)

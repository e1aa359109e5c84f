from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from monitor.model import Alert, Entry, Guard, Verdict, changed
from monitor.web import noise
from monitor.web.noise import Loudness, Seen
from tests.web.memory import AGENCY, MINISTRY, NOON, a_post, a_verdict, alerted, an_entry


def rung(number: int, days: float, *rules: str, **more: Any) -> Alert:
    """An alert of so many days before noon."""
    post = a_post(str(number), **more)
    verdict = a_verdict(post, rules=rules)
    matches = tuple(changed(verdict.matches[0], rule=rule) for rule in rules)
    origin = MINISTRY if post.source == "am-mod" else AGENCY
    _, alert, _ = alerted(post, changed(verdict, matches=matches), origin)
    return changed(alert, raised=NOON - timedelta(days=days))


def seen(*alerts: Alert, whole: bool = True) -> Seen:
    return Seen(rang=noise.rang(sorted(alerts, key=lambda one: one.raised, reverse=True)), whole=whole)


def silenced(entry: Entry, rule: str = "casualties") -> Counter[str]:
    found = Seen()
    found.add([entry])
    return found.silenced.get(rule, Counter())


def silent(*reasons: str, **more: Any) -> Entry:
    return an_entry(a_post(), verdict=Verdict(alert=False, reasons=reasons, **more))


# --- what rang ---


def test_loudness_is_of_the_last_days_and_of_all_alerts() -> None:
    looked = seen(rung(1, 1, "a"), rung(2, 6.9, "a", "b"), rung(3, 7.1, "a"), rung(4, 29, "b"), rung(5, 31, "a"))

    assert noise.loudness(looked, NOON) == {"a": Loudness(2, 3, 0.75), "b": Loudness(1, 2, 0.5)}
    assert noise.loudness(Seen(), NOON) == {}


def test_a_rule_s_noise_is_told_from_the_others() -> None:
    looked = seen(
        rung(1, 0.1, "a"),
        rung(2, 0.2, "a", "b", source="agency"),
        rung(3, 40, "a", text="They wounded him."),
        rung(4, 2, "b"),
    )

    heard = noise.noise(looked, "a", NOON)

    assert (heard.alerts, heard.alone, heard.loudness) == (3, 2, Loudness(2, 2, 2 / 3))
    assert heard.terms == [("wound*", 3)]
    assert heard.sources == [(("am-mod", "Ministry of Defence"), 2), (("agency", "News agency"), 1)]
    assert [one.words("a") for one in heard.last] == [["wounded"]] * 3
    assert heard.last[1].words("b") == ["wounded"]
    assert heard.last[0].words("b") == []
    assert noise.noise(looked, "nobody", NOON).loudness == Loudness(0, 0, 0.0)


def test_the_days_go_back_as_far_as_was_looked() -> None:
    alerts = [rung(1, 0, "a"), rung(2, 0.4, "a"), rung(3, 3, "a"), rung(4, 5, "b")]

    whole = noise.noise(seen(*alerts), "a", NOON).days
    part = noise.noise(seen(*alerts, whole=False), "a", NOON).days

    assert (len(whole), whole[0].day, whole[-1].day) == (30, date(2021, 10, 18), date(2021, 11, 16))
    assert [day.alerts for day in whole[-4:]] == [1, 0, 0, 2]
    assert {day.alerts for day in whole[:-4]} == {0}
    assert [day.alerts for day in part[-7:]] == [None, 0, 0, 1, 0, 0, 2]
    assert {day.alerts for day in part[:-6]} == {None}


def test_what_the_monitor_says_of_itself_is_no_noise_of_rules() -> None:
    assert noise.rang([changed(rung(1, 0, "a"), notice="silent")]) == []


def test_the_last_twenty_alerts_and_the_ten_commonest_terms_are_listed() -> None:
    alerts = [rung(n, n / 10, "a", source=f"s{n}") for n in range(25)]

    heard = noise.noise(seen(*alerts), "a", NOON)

    assert [one.source for one in heard.last] == [f"s{n}" for n in range(20)]
    assert (len(heard.sources), heard.alerts) == (10, 25)


def test_a_long_title_is_cut_and_a_missing_one_is_the_text() -> None:
    post = a_post(title="", text="wounded\n\n" + "word " * 100)
    [one] = noise.rang([alerted(post)[1]])

    assert one.title.startswith("wounded word word")
    assert one.title.endswith("…")
    assert len(one.title) == 161


@pytest.mark.parametrize(
    ("share", "told"), [(0, "0 %"), (0.004, "under 1 %"), (0.01, "1 %"), (0.645, "64 %"), (1, "100 %")]
)
def test_a_share_in_words(share: float, told: str) -> None:
    assert noise.percent(share) == told


# --- what kept silent ---

EXERCISE = Guard(guard="exercises", field="text", start=0, end=8, words="exercise", cancels=("wounded",))


@pytest.mark.parametrize(
    ("reason", "guards", "told"),
    [
        ("no term found", (), None),
        ("switched off", (), None),
        ("“wounded” is cancelled by “exercise” (exercises) in the same sentence", (EXERCISE,), "@exercises"),
        (
            "“wounded” is cancelled by “Visit” in the title",
            (changed(EXERCISE, guard="unless", words="Visit"),),
            "“visit”",
        ),
        ("“wounded” is cancelled by “drill” (exercises) in the sentence before", (), "“drill” (exercises)"),
        ("only for party AM, this is of no party", (), "only for party AM"),
        ("only for sources a, b, this is c", (), "only for sources a, b"),
        ("“clash” +1, “fire” +0.5: 1.5 of 3", (), noise.THRESHOLD),
        ("“clash” +1, “sport” -2: -1 of 3", (), noise.THRESHOLD),
        ("`@fire and official` does not hold", (), "`@fire and official` does not hold"),
    ],
)
def test_what_silences_a_rule_has_one_name(reason: str, guards: tuple[Guard, ...], told: str | None) -> None:
    entry = silent(f"casualties: {reason}", "other: no term found", guards=guards)

    assert silenced(entry) == Counter([told] if told else [])
    assert not silenced(entry, "other")


@pytest.mark.parametrize(
    ("said", "first", "told"),
    [
        ("first poll of this source: stored and shown, no alert", True, noise.FIRST_POLL),
        ("same words as agency:0, which has alerted", False, noise.COPY),
        ("version 2 changes no term and no figure", False, noise.NO_NEWS),
    ],
)
def test_a_rule_that_fired_in_a_silent_post_was_silenced_by_the_judge(said: str, first: bool, told: str) -> None:
    entry = changed(silent(said, "casualties: “wounded”", rules=("casualties",)), silent=first)

    assert silenced(entry) == Counter([told])


def test_alerts_and_what_nobody_has_judged_silence_nothing() -> None:
    assert not silenced(an_entry(a_post(), verdict=a_verdict(a_post())))
    assert not silenced(an_entry(a_post()))

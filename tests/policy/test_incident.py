from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import Alert, Incident, Joined, Mention, changed
from monitor.policy import incident
from monitor.policy.settings import GroupingConfig
from tests.policy.story import said
from tests.policy.test_selector import NOON

LATER = NOON + timedelta(minutes=10)
GROUPING = GroupingConfig()


def alert(words: str, name: str = "b") -> Alert:
    return said(name, words.split(), LATER)


def opened(words: str, name: str = "a") -> Incident:
    return incident.opened(said(name, words.split(), NOON), NOON)


def joined(first: str, second: str) -> Joined:
    return incident.join([opened(first)], alert(second), GROUPING, LATER)[1]


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("AM border goris", "AM casualties goris", "it also speaks of Goris"),
        ("AM border sotk", "AM border vardenis", "it also speaks of Vardenis"),
        ("AM border vardenis sotk", "AM border sotk", "it also speaks of Sotk"),
        ("AM border goris", "AZ casualties meghri", "it also speaks of syunik"),
        ("AM border vardenis", "AZ positions kalbajar", "Kalbajar is 28 km from Vardenis"),
        ("AM border goris", "AM border", "it also speaks of border, and it names no place"),
        ("AM border", "AM border goris", "it also speaks of border, and the incident names no place"),
        ("AM border", "AM border", "it also speaks of border, and it names no place"),
        ("AM border armenia", "AM border armenia", "it also speaks of border, and it names no place"),
        ("AM border", "AM casualties", "AM has spoken before, and it names no place"),
        ("AM border goris", "AM casualties", "AM has spoken before, and it names no place"),
        ("AM border", "AM casualties goris", "AM has spoken before, and the incident names no place"),
    ],
)
def test_what_belongs_together_says_why(first: str, second: str, why: str) -> None:
    found = joined(first, second)

    assert (found.incident, found.number, found.why) == (opened(first).id, 2, why)
    assert found.opened == NOON


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("AM border goris", "AM border tavush"),
        ("AM border goris armenia", "AM border tavush armenia"),
        ("AM border nakhchivan", "AM border goris"),  # 85 km
        ("AM border", "AZ casualties"),
        ("AM border goris", "AZ casualties"),
        ("border", "casualties"),
    ],
)
def test_what_does_not_belong_together_opens_its_own(first: str, second: str) -> None:
    found = joined(first, second)

    assert (found.incident, found.number, found.adds, found.why) == (opened(second, "b").id, 1, None, "")


def beside(place: str, region: str, touches: dict[str, str], name: str = "b") -> Alert:
    """An alert on a village without coordinates, in a region that touches others."""
    there = Mention(
        place=place, name=place.title(), within=(region, "country"), beside=tuple(touches),
        called={region: region.title(), **touches}, field="text", start=0, end=0, words="",
    )  # fmt: skip
    plain = said(name, ["AM", "casualties"], LATER)
    return changed(plain, verdict=changed(plain.verdict, places=(there,)))


def test_two_sides_of_a_border_are_one_event() -> None:
    ours = beside("sotk", "gegharkunik", {"kalbajar": "Kalbajar"}, "a")
    theirs = beside("yellija", "kalbajar", {"gegharkunik": "Gegharkunik"})
    far = beside("goris", "syunik", {"lachin": "Lachin"})

    def why(first: Alert, second: Alert) -> str:
        return incident.join([incident.opened(first, NOON)], second, GROUPING, LATER)[1].why

    assert why(ours, theirs) == "the region of Yellija borders Gegharkunik"
    assert why(theirs, ours) == "the region of Sotk borders Kalbajar"
    assert why(ours, far) == ""


def test_a_place_counts_more_than_a_topic_and_then_the_newest() -> None:
    near, far = opened("AM border goris", "near"), opened("AM border", "far")
    newer = changed(opened("AM border goris", "newer"), last=NOON + timedelta(minutes=5))
    newest = changed(far, last=NOON + timedelta(minutes=9))

    assert incident.join([near, newest], alert("AM border goris"), GROUPING, LATER)[1].incident == near.id
    assert incident.join([newer, near], alert("AM border goris"), GROUPING, LATER)[1].incident == newer.id


def test_a_topic_counts_more_than_a_side() -> None:
    fight, newer = opened("AM border"), changed(opened("AM positions", "newer"), last=NOON + timedelta(minutes=5))

    assert incident.join([fight, newer], alert("AM border"), GROUPING, LATER)[1].incident == fight.id
    assert incident.join([fight, newer], alert("AM casualties"), GROUPING, LATER)[1].incident == newer.id


def test_an_incident_takes_alerts_until_none_has_come_for_so_long() -> None:
    one = opened("AM border goris")
    until = NOON + timedelta(seconds=GROUPING.within)

    assert incident.join([one], alert("AM border goris"), GROUPING, until)[1].incident == one.id
    assert incident.join([one], alert("AM border goris"), GROUPING, until + timedelta(seconds=1))[1].number == 1


def test_a_version_joins_what_the_first_one_joined() -> None:
    old, fresh = opened("AM border goris"), opened("AM casualties tavush", "fresh")
    much_later = NOON + timedelta(days=1)
    update = alert("AM casualties tavush update=a")

    found = incident.join([fresh, old], update, GROUPING, much_later, first=old.id)[1]
    assert (found.incident, found.adds) == (old.id, "a correction")
    assert incident.join([fresh], update, GROUPING, LATER, first=old.id)[1].incident == fresh.id


@pytest.mark.parametrize(
    ("second", "adds"),
    [
        ("AM border goris", None),
        ("border goris", None),
        ("AM border goris low", None),
        ("AZ border goris", "the first of AZ on it"),
        ("AM border goris high", "the first of severity high"),
        ("AM border casualties positions goris", "the first to speak of casualties and of positions"),
    ],
)
def test_what_cannot_wait_says_what_it_adds(second: str, adds: str | None) -> None:
    assert joined("AM border goris", second).adds == adds


def test_an_incident_grows() -> None:
    after, _ = incident.join([opened("AM border goris hy")], alert("AZ casualties sotk goris high az"), GROUPING, LATER)

    assert (after.count, after.alerts, after.last) == (2, ("a", "b"), LATER)
    assert (after.severity, after.topics, after.parties) == ("high", ("border", "casualties"), ("AM", "AZ"))
    assert after.languages == ("hy", "az")
    assert [spot.place for spot in after.places] == ["goris", "sotk"]
    assert after.title == "Statement a"


def test_it_remembers_the_newest_two_hundred_and_counts_all() -> None:
    one = opened("AM border goris")
    for number in range(250):
        one, _ = incident.join([one], alert("AM border goris", f"b{number}"), GROUPING, LATER)

    assert (one.count, len(one.alerts), one.alerts[-1]) == (251, 200, "b249")


def test_a_long_title_is_cut_and_in_one_line() -> None:
    long = alert("AM border")
    long = changed(long, post=changed(long.post, title="", text="word\n\n" * 100))
    title = incident.opened(long, NOON).title

    assert len(title) <= 160
    assert title.startswith("word word")
    assert title.endswith(" …")


def test_distances() -> None:
    assert incident.kilometres((0, 0), (0, 0)) == 0
    assert incident.kilometres((0, 0), (0, 180)) == pytest.approx(20015.1, abs=0.1)
    assert incident.kilometres((40.1833, 45.7305), (40.1066, 46.0384)) == pytest.approx(27.5, abs=0.2)

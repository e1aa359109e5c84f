"""The sum of the day: silent where all is well, and plain where anything was lost, repeated or rang in vain."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.demo.day import OPENS, Statement, statements
from monitor.demo.report import report
from monitor.demo.settings import CHANNELS
from monitor.demo.sink import Arrival
from monitor.demo.told import Observed, Told
from monitor.model import Alert, Entry, Match, Origin, Post, Repeat, Verdict, alert_id, changed, delivery_id, post_key

BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = statements()
SAID = {
    "am-10104": ("a: no term found", "b: “x” is cancelled by “y” in the same sentence"),
    "am-10108-edit": ("new numbers: 7", "border: “border”"),
    "ag-512": ("same words as am:0",),
}


def entry(number: int, one: Statement) -> Entry:
    post = Post(
        key=post_key(one.source, one.native_id),
        source=one.source,
        kind="rss",
        native_id=one.native_id,
        revision=one.revision,
        title=one.title,
        text=one.text,
        seen=BEGAN + timedelta(seconds=number),
    )
    rang = one.fate == "alert"
    match = Match(rule="border", topic="border", term="border", field="text", start=0, end=6, words="Border")
    verdict = Verdict(
        alert=rang,
        matches=(match,) if rang else (),
        reasons=SAID.get(one.id, ("a: no term found",)),
    )
    return Entry(
        id=str(number),
        post=post,
        verdict=verdict,
        alert=alert_id(post) if rang else None,
        copy_of="am:0" if one.copies else None,
        silent=one.at < OPENS,
    )


def alert(of: Entry) -> Alert:
    verdict = of.verdict or Verdict(alert=True)
    origin = Origin(id=of.post.source, kind="rss", name="A ministry")
    return Alert(id=alert_id(of.post), post=of.post, origin=origin, verdict=verdict, raised=BEGAN)


def arrivals(channel: str, alerts: list[Alert]) -> list[Arrival]:
    at = [one.post.seen or BEGAN for one in alerts]
    return [
        Arrival(at=seen + timedelta(milliseconds=80), marks=f"<{delivery_id(one.id, channel)}@x>")
        for one, seen in zip(alerts, at, strict=True)
    ]


@pytest.fixture
def well() -> Observed:
    entries = [entry(number, one) for number, one in enumerate(DAY) if not one.repeats]
    alerts = [alert(one) for one in entries if one.alert]
    return Observed(
        began=BEGAN,
        entries=entries,
        alerts=alerts,
        repeats=[Repeat(permalink=None, native_id=one.native_id, seen=BEGAN) for one in DAY if one.repeats],
        deliveries=[],
        arrivals={channel: arrivals(channel, alerts) for channel in CHANNELS},
    )


def test_a_day_as_it_should_be_has_no_problems(well: Observed) -> None:
    found = report(DAY, well)
    rang = sum(one.fate == "alert" for one in DAY)

    assert found.problems == ()
    assert (found.stored, found.repeated, found.alerts, found.doubles) == (len(DAY) - 1, 1, rang, 0)
    assert found.channels == dict.fromkeys(CHANNELS, Told(alerts=rang, messages=rang, shown=rang))


def test_every_row_says_when_and_why(well: Observed) -> None:
    rows = {row.id: row for row in report(DAY, well).rows}

    assert rows["am-10105"].why == "border: border"
    assert rows["am-10105"].alerted == 80
    assert rows["am-10108-edit"].why == "version 2, new numbers: 7; border: border"
    assert rows["am-10104"].why == "silent: “x” cancelled by “y”"
    assert rows["ag-512"].why == "silent: same words as am-10111"
    assert rows["am-10093"].why == "silent: first poll"
    assert rows["az-38402"].why == "silent: no term found"
    assert rows["am-10111-again"].why == "silent: same words as am-10111, new address"
    assert rows["am-10111-again"].seen == 0
    assert [row.published for row in rows.values()] == sorted(row.published for row in rows.values())


def test_a_lost_statement_is_named(well: Observed) -> None:
    found = report(DAY, changed(well, entries=[one for one in well.entries if one.post.native_id != "az-38402"]))

    assert found.problems == (
        "“The minister spoke with his Russian colleague” (az-38402, 18:06) was lost: it was never seen",
    )
    assert next(row for row in found.rows if row.id == "az-38402").why == "LOST: never seen"


def test_a_statement_stored_twice_is_named(well: Observed) -> None:
    [problem] = report(DAY, changed(well, entries=[*well.entries, changed(well.entries[4], id="more")])).problems

    assert problem.endswith("was stored 2 times")


def test_a_repeat_stored_as_new_is_named(well: Observed) -> None:
    [again] = [one for one in DAY if one.repeats]
    stored = changed(entry(99, again), alert=None)
    [problem] = report(DAY, changed(well, entries=[*well.entries, stored])).problems

    assert (
        problem
        == "“Several positions attacked” (am-10111-again, 16:52) repeats am-10111 and was stored as if it were new"
    )


def test_something_nobody_published_is_named(well: Observed) -> None:
    strange = changed(well.entries[4], post=changed(well.entries[4].post, native_id="x-1"))
    [problem] = report(DAY, changed(well, entries=[*well.entries, strange])).problems

    assert problem.startswith("stored, but nobody published it")


def test_a_decoy_that_rings_is_named(well: Observed) -> None:
    [decoy] = [one for one in well.entries if one.post.native_id == "am-10104"]
    rang = [*well.alerts, alert(decoy)]
    arrived = {channel: arrivals(channel, rang) for channel in CHANNELS}
    found = report(DAY, changed(well, alerts=rang, arrivals=arrived))

    assert found.problems == (
        "“Open positions at the ministry” (am-10104, 11:20) rang and should have stayed silent (vacancy)",
    )


def test_news_that_stays_silent_is_named(well: Observed) -> None:
    quiet = [one for one in well.alerts if one.post.native_id != "am-10105"]
    arrived = {channel: arrivals(channel, quiet) for channel in CHANNELS}
    [problem] = report(DAY, changed(well, alerts=quiet, arrivals=arrived)).problems

    assert problem.startswith("“Attack in the eastern direction” (am-10105, 13:04) stayed silent and should have rung")


def test_an_alert_that_misses_a_channel_or_comes_twice_is_named(well: Observed) -> None:
    desk, duty = well.arrivals["desk"], well.arrivals["duty"]
    found = report(DAY, changed(well, arrivals={**well.arrivals, "desk": desk[1:], "duty": [*duty, duty[0]]}))

    assert found.doubles == 1
    assert found.problems == (
        "the alert on “Attack in the eastern direction” (am-10105) never came on channel desk",
        "the alert on “Attack in the eastern direction” (am-10105) came 2 times on channel duty",
    )


def test_a_repeat_around_a_kill_is_noted_and_no_problem(well: Observed) -> None:
    duty = well.arrivals["duty"]
    later = changed(duty[0], at=duty[0].at + timedelta(seconds=3))
    kill = duty[0].at + timedelta(seconds=1)
    found = report(DAY, changed(well, arrivals={**well.arrivals, "duty": [*duty, later]}, kills=[kill]))

    assert (found.doubles, found.restarts, found.problems) == (1, 1, ())
    [note] = found.notes
    assert note.startswith("the alert on “Attack in the eastern direction” (am-10105) came 2 times on channel duty")
    assert note.endswith("a kill fell between its sending and the note of it")


def test_a_kill_at_another_time_explains_nothing(well: Observed) -> None:
    duty = well.arrivals["duty"]
    later = changed(duty[0], at=duty[0].at + timedelta(seconds=3))
    kill = later.at + timedelta(seconds=1)
    found = report(DAY, changed(well, arrivals={**well.arrivals, "duty": [*duty, later]}, kills=[kill]))

    assert found.notes == ()
    assert len(found.problems) == 1


def test_a_message_without_an_alert_is_counted(well: Observed) -> None:
    stranger = Arrival(at=BEGAN, marks="hello")
    found = report(DAY, changed(well, arrivals={**well.arrivals, "console": [*well.arrivals["console"], stranger]}))

    assert found.problems == ("1 messages on channel console belong to no alert",)


def test_an_empty_house_has_lost_everything() -> None:
    found = report(
        DAY,
        Observed(
            began=BEGAN,
            entries=[],
            alerts=[],
            repeats=[],
            deliveries=[],
            arrivals={channel: [] for channel in CHANNELS},
        ),
    )

    assert found.stored == 0
    assert len(found.problems) == len(DAY)

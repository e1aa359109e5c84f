from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from monitor import dates
from tests.properties import bounded, holds

# An hour forward and back, half an hour, a change at midnight, none at all, none any more.
ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Berlin", "Australia/Lord_Howe", "America/Asuncion", "Asia/Yerevan", "Asia/Baku", "UTC")
]
PIECES = (
    *("22", "2026", "11", "31", "10:00", "23:59:60", "24:00", "0", "99999", "T", "Z", "+0400", "-14:00", "GMT", "AMT"),
    *(
        "Nov",
        "ноября",
        "նոյեմբերի",
        "Kasım",
        "yanvar",
        "թ.",
        "г.",
        ".",
        ",",
        "/",
        "-",
        ":",
        " ",
        "(",
        ")",
        "p.m.",
        "st",
    ),
)
zones = st.none() | st.sampled_from(ZONES)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join) | st.text(max_size=120)
clocks = st.datetimes(min_value=datetime(1990, 1, 3), max_value=datetime(2099, 12, 29))  # noqa: DTZ001  # a zone is added
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@bounded
@given(texts, zones)
@example("Sun, 22 Nov 2026 23:59:60 -1400", None)
@example("31.12.2099 24:00 GMT", None)
def test_any_text_is_a_sensible_moment_or_unknown(text: str, zone: ZoneInfo | None) -> None:
    holds.moment(dates.parse(text, zone))


@bounded
@given(texts, zones)
def test_what_was_read_once_is_read_the_same_when_written_again(text: str, zone: ZoneInfo | None) -> None:
    moment = dates.parse(text, zone)
    if moment:
        assert dates.parse(moment.isoformat(), zone) == moment
        assert dates.parse(format_datetime(moment), zone) == moment.replace(microsecond=0)


@bounded
@given(clocks, offsets, zones)
def test_a_text_that_names_its_offset_needs_no_zone(clock: datetime, offset: timezone, zone: ZoneInfo | None) -> None:
    local = clock.replace(tzinfo=offset)
    assert dates.parse(local.isoformat(), zone) == local
    assert dates.parse(format_datetime(local), zone) == local.replace(microsecond=0)


@bounded
@given(clocks, st.sampled_from(ZONES))
@example(datetime(2026, 10, 25, 2, 30), ZONES[0])  # noqa: DTZ001  # twice in Berlin
@example(datetime(2026, 3, 29, 2, 30), ZONES[0])  # noqa: DTZ001  # never in Berlin
@example(datetime(2026, 4, 5, 1, 45), ZONES[1])  # noqa: DTZ001  # twice on Lord Howe
def test_a_local_time_is_the_first_of_its_name_and_one_that_never_was_is_near(clock: datetime, zone: ZoneInfo) -> None:
    written = clock.replace(second=0, microsecond=0)
    moment = dates.parse(f"{written:%d.%m.%Y %H:%M}", zone)
    assert moment is not None
    shown = moment.astimezone(zone).replace(tzinfo=None)
    if shown == written:
        assert moment <= written.replace(tzinfo=zone, fold=1).astimezone(UTC)
    else:
        assert abs(shown - written) <= timedelta(hours=1)
        assert written.replace(tzinfo=zone).utcoffset() != moment.astimezone(zone).utcoffset()


@bounded
@given(st.sampled_from(PIECES), st.integers(1, 30_000))
def test_a_long_text_costs_no_more_than_its_length(piece: str, times: int) -> None:
    assert len(piece * times) <= dates.LONGEST or dates.parse(piece * times, None) is None

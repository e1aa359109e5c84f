"""Reading the dates that publishers really write. Pure; a date that can be read in two ways is unknown, never a guess.

Known forms: RFC 822/2822/5322, RFC 3339 and the W3C profile, and the written forms of English, Russian, Armenian,
Azerbaijani and Turkish, with the parts in any sensible order around one time of day.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo

LONGEST = 100
FIRST_YEAR, LAST_YEAR = 1990, 2100

# One line a month: English, Russian, Armenian, Azerbaijani, Turkish; in full, inflected, short.
_MONTHS = """
january jan январь января янв հունվար հունվարի հնվ yanvar yanvarın yan ocak oca
february feb февраль февраля фев февр փետրվար փետրվարի փտվ փետ fevral fevralın fev şubat şub
march mar март марта մարտ մարտի մրտ mart martın
april apr апрель апреля апр ապրիլ ապրիլի ապր aprel aprelin nisan nis
may май мая մայիս մայիսի մյս mayın mayıs
june jun июнь июня июн հունիս հունիսի հնս iyun iyunun iyn haziran haz
july jul июль июля июл հուլիս հուլիսի հլս iyul iyulun iyl temmuz tem
august aug август августа авг օգոստոս օգոստոսի օգս avqust avqustun avq ağustos ağu
september sep sept сентябрь сентября сен сент սեպտեմբեր սեպտեմբերի սեպ sentyabr sentyabrın sen eylül eyl
october oct октябрь октября окт հոկտեմբեր հոկտեմբերի հոկ oktyabr oktyabrın okt ekim eki
november nov ноябрь ноября ноя нояб նոյեմբեր նոյեմբերի նոյ noyabr noyabrın noy kasım kas
december dec декабрь декабря дек դեկտեմբեր դեկտեմբերի դեկ dekabr dekabrın dek aralık ara
"""

# RFC 2822's names and those of the region. Names that mean two zones (AMST, IST, BST) are left out on purpose.
_ZONES = dict.fromkeys(("z", "utc", "ut", "gmt"), 0) | {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "msk": 3, "мск": 3, "amt": 4, "azt": 4, "get": 4,
}  # fmt: skip


def _fold(word: str) -> str:
    """Lower case without marks, and without Turkish dots: ŞUBAT, şubat and subat are one word."""
    bare = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c)).replace("ı", "i")


_MONTH = {_fold(name): number for number, line in enumerate(_MONTHS.split("\n")) for name in line.split()}

_CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9})\d*)?)?"
    r"(?![\d:])\s*(?P<half>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?)?(?=$|Z|[+-]\d)", re.IGNORECASE)
_OFFSET = re.compile(
    r"(?:\s*\(?(?:GMT|UTC?|Z))?\s*([+\N{MINUS SIGN}-])(\d{1,2})(?::?(\d{2}))?(?![\d:./-])", re.IGNORECASE
)
_WORD = r"(?P<month>[^\W\d_]{3,12})"
_YEAR_SIGN = r"(?:\s*(?:թ|г|թվականի|года|il)\b\.?)?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})(?P<sep>[-/.])(?P<monthno>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second>\d{1,2})(?P=sep)(?P<year>\d{4})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s.-]*{_WORD}[\s.,-]*(?P<year>\d{{4}}|\d{{2}})(?!\d)",
        rf"{_WORD}[\s.]+(?P<day>\d{{1,2}})(?:st|nd|rd|th|-?ին)?[\s,]+(?P<year>\d{{4}})(?!\d)",
        rf"(?<!\d)(?P<year>\d{{4}}){_YEAR_SIGN}[\s,]+{_WORD}[\s.]+(?P<day>\d{{1,2}})(?!\d)",
    )
)
_CTIME_YEAR = re.compile(r"^(.*?)\s*\b(\d{4})$")


def parse(text: str, zone: tzinfo | None) -> datetime | None:
    """Return the moment a text names, in UTC, or None where it is unknown.

    `zone` is the source's own setting; it is used for texts that name no zone, or one that is not known here.
    A time without any zone is unknown. A day without a time is that day's midnight in `zone`, or in UTC without one,
    as the W3C profile's dates are commonly meant. 03/04/2026 is unknown; 03.04.2026 is the third of April.
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        return None
    try:
        moment = _read(_spread(text), zone)
    except (ValueError, OverflowError):  # the 31st of June, an hour of 25
        return None
    return moment if moment and FIRST_YEAR <= moment.year < LAST_YEAR else None


def _spread(text: str) -> str:
    """20261122T103000Z is rewritten as 2026-11-22 10:30:00Z; other texts stay."""
    found = _COMPACT.match(text)
    if not found:
        return text
    year, month, day, hour, minute, second = found.groups()
    clock = f" {hour}:{minute}:{second or '00'}" if hour else ""
    return f"{year}-{month}-{day}{clock}{text[found.end() :]}"


def _read(text: str, zone: tzinfo | None) -> datetime | None:
    clock = _CLOCK.search(text)
    if not clock:
        day = _day(text)
        return day and _at(day, zone or UTC)
    before, after = text[: clock.start()].rstrip("Tt "), text[clock.end() :]
    offset = _OFFSET.match(after)
    if offset:
        zone, after = _offset(offset), after[offset.end() :]
    day = _day(before)
    if not day and (late := _CTIME_YEAR.match(after)):  # Sun Nov 22 10:00:00 UTC 2026
        day = _day(f"{before} {late[2]}")
        after = late[1] if day else after
    if not day:
        day, after = _day(after), _without_day(after)
    if not day:
        return None
    if not offset:
        zone = _named(after, zone)
    return _at(day + _time(clock), zone) if zone else None


def _at(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _time(clock: re.Match[str]) -> timedelta:
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    if clock["half"] and hour <= 12:
        hour = hour % 12 + (12 if clock["half"][0] in "pP" else 0)
    # 24:00 is the end of a day (ISO 8601), :60 a leap second.
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and (minute or second)):
        raise ValueError("no time of day")
    fraction = float(f"0.{clock['fraction'] or 0}")
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=round(fraction * 1e6))


def _offset(found: re.Match[str]) -> tzinfo:
    digits, minutes = found[2], int(found[3] or 0)
    if int(digits) > 14 or minutes > 59:
        raise ValueError("no such offset")
    ahead = timedelta(hours=int(digits), minutes=minutes)
    return timezone(ahead if found[1] == "+" else -ahead)


def _named(after: str, zone: tzinfo | None) -> tzinfo | None:
    """Return the zone whose name follows the time, else the source's own."""
    word = after.strip(" ,.()[]").split(" ")[0].rstrip(",.)")
    hours = _ZONES.get(word.casefold())
    return zone if hours is None else timezone(timedelta(hours=hours))


def _without_day(text: str) -> str:
    for pattern in _DATES:
        text = pattern.sub(" ", text)
    return text


def _day(text: str) -> datetime | None:
    """Return midnight, without a zone, of the first date in a text."""
    for pattern in _DATES:
        for found in pattern.finditer(text):
            parts = found.groupdict()
            if "first" in parts:
                return _numeric(int(parts["first"]), parts["sep"], int(parts["second"]), int(parts["year"]))
            month = int(parts["monthno"]) if "monthno" in parts else _MONTH.get(_fold(parts["month"]))
            if month:
                return datetime(_year(parts["year"]), month, int(parts["day"]))  # noqa: DTZ001  # the zone comes later
    return None


def _numeric(first: int, separator: str, second: int, year: int) -> datetime | None:
    """Dots mean day first; with dashes and slashes only a part above twelve tells the day."""
    if separator == "." or first > 12:
        return datetime(year, second, first)  # noqa: DTZ001  # the zone comes later
    if second > 12:
        return datetime(year, first, second)  # noqa: DTZ001  # the zone comes later
    return None


def _year(digits: str) -> int:
    """RFC 2822 4.3: two digits below 50 are of this century."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 50 else 1900)

"""Where and when an agency filed what it took over, at the beginning: `YEREVAN, 16 November. /AGENCY/.` Pure.

It says nothing of what happened. Only cities from which news is filed are known here: a village in capitals may be the
place of the fight.
"""

from __future__ import annotations

import re

from monitor.dedup.shingles import folded
from monitor.dedup.weighty import weight
from monitor.dedup.words import small

_CITIES = frozenset(
    small("""
yerevan baku ankara istanbul moscow tbilisi tehran brussels washington paris geneva vienna
ереван баку анкара стамбул москва тбилиси тегеран брюссель вашингтон париж женева вена
երևան բաքու անկարա ստամբուլ մոսկվա թբիլիսի թեհրան բրյուսել վաշինգտոն փարիզ ժնև վիեննա
bakı İstanbul moskva tiflis tehran brüssel vaşinqton paris cenevrə vyana
erivan bakü moskova tahran brüksel vaşington cenevre viyana
erevan bakou moscou tbilissi téhéran bruxelles genève vienne
""").split()
)
_DAY, _WORD, _MONTH = re.compile(r"\b\d{1,2}\b"), re.compile(r"[^\W\d_]+"), re.compile(r"m\d{1,2}")
_SHORT_MONTHS = {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
_FILED = re.compile(
    r"(?P<city>[^\W\d_]{3,12})"
    r"(?:, (?P<country>[^\W\d_]{4,20})(?=,))?"
    r"(?P<day>[,.]? (?:\d{1,2} [^\W\d_]{3,12}|[^\W\d_]{3,12}\.? \d{1,2})(?:,? \d{4})?)?"
    r"(?P<agency>[,.]? ?(?:/[^/\n\d]{2,30}/|\([^()\n\d]{2,30}\))|(?(day), [^\W\d_]{3,20}(?=[.:։\n]|$)|(?!)))?"
    r" ?(?:[.:։]|[—–-](?=\s)|(?=\n))(?: ?/[^/\n\d]{2,30}/[.:։]?)?(?:\s?[—–-](?=\s))?\s*"
)


def unfiled(text: str) -> str:
    """Return a text without where and when it was filed; as it is where that is not sure."""
    found = _line(text)
    return text[found.end() :] if found else text


def filed_alike(one: str, other: str) -> bool:
    """Say whether two texts were filed in the same city and on the same day, as far as both say.

    In capitals a city may as well be where it happened; and the report of the next day may have the same words.
    """
    found = _line(one), _line(other)
    if not found[0] or not found[1]:
        return True
    said = [
        (small(line["city"]), small(line["country"] or ""), _DAY.findall(line["day"] or "")) for line in found if line
    ]
    return all(a == b or not (a and b) for a, b in zip(*said, strict=True))


def _line(text: str) -> re.Match[str] | None:
    found = _FILED.match(text)
    if not found or small(found["city"]) not in _CITIES or not _is_day(found["day"]):
        return None
    return found if found["city"].isupper() or found["day"] or found["agency"] else None


def _is_day(said: str | None) -> bool:
    """Say whether the word beside the figure is a month; it is none in `YEREVAN, 12 killed`."""
    word = next(iter(_WORD.findall(folded(said or ""))), None)
    return word is None or word in _SHORT_MONTHS or bool(_MONTH.fullmatch((weight(word) or ("", ""))[1]))

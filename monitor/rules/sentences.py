"""Where sentences end, in six languages.

A sentence ends at `!`, `?`, the Armenian `։`, a full stop, an ellipsis or a line break; in Armenian also at `:`.
It does not end inside a figure or a time (2.5, 14:30, 17։00, 18.11.2021), an address (mod.gov.az), after an initial
or an abbreviation (S. Papikyan, Lt. Col., 3-го г.), nor before a small letter.
"""

from __future__ import annotations

import re

from monitor.rules.fold import fold

_mark = re.compile("[.!?…։:\\n\\r\\v\\f\\x85\u2028\u2029]")
_last_word = re.compile(r"(\d*)\W{0,2}?([^\W\d_]*)$")
_closing = "\"'”’»)]"
_around = " \t\u00a0\u202f\"'“”„«»‘’([-–—"


def _set(line: str) -> frozenset[str]:
    return frozenset(line.split())


# After these a full stop says "shortened", whatever follows. In folded spelling.
_shortened = _set(
    "mr mrs ms dr prof gen maj col lt capt sgt cpl pvt brig adm st no nos vs approx ca dept fig art "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun "
    "ген полк подп подполк майор кап лейт серж ст мл им ул св обл пос дер см стр тыс млн млрд чел проф акад тов гр рис "
    "зам нач мин пом пр др "
    "alb org alm yzb bnb tgm doc sok cad mah vb vs akad polk "
    "թթ հհ պն գեն գնդ փգնդ կպտ"
)
_longest = max(map(len, _shortened))


def starts(text: str) -> list[int]:
    """Return the offsets, in code points, at which a new sentence begins; the first one, at 0, is not named."""
    return [match.end() for match in _mark.finditer(text) if _ends(text, match.start())]


def _ends(text: str, at: int) -> bool:
    mark, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if mark not in ".…:։":
        return True
    if before.isdigit() and after.isdigit():
        return False
    if mark == "։":
        return True
    if mark == ":":
        letter = text[max(at - 3, 0) : at].rstrip(_closing)[-1:]
        return "\u0531" <= letter <= "\u0587" and (not after or after.isspace())
    if after and not after.isspace() and after not in _closing and after not in ".…":
        return before.islower() and after.isupper()
    following = text[at + 1 : at + 12].lstrip(_around + ".…")
    return not following[:1].islower() and not _is_short(text[max(at - 16, 0) : at])


def _is_short(before: str) -> bool:
    """Tell whether the word before a full stop is an initial (`S`) or cut short (`Lt`); `2021 г` may end a sentence."""
    if len(before) > _longest and before[-_longest - 1 :].isalpha():
        return False
    match = _last_word.search(before)
    number, word = match.groups() if match else ("", "")
    if len(word) == 1:
        return word.isupper() or not number
    return bool(word) and fold(word) in _shortened

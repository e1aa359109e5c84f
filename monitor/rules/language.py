"""Which of the six languages a text is in: by its script first, then by its commonest words. No model, no I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.fold import words

_enough = 2000
_armenian = re.compile("[ա-և]")
_cyrillic = re.compile("[\u0400-\u04ff]")
_not_russian = re.compile("[іїєґўјљњћђџѓќ]", re.IGNORECASE)
_schwa = "əƏ"
_turkic_letters = "ığşİĞŞ"


def _set(line: str) -> frozenset[str]:
    return frozenset(line.split())


# In folded spelling. No word of one list is a word of the neighbours' (`in`, `on`, `at`, `an`, `as` are Turkish too).
_english = _set(
    "the of and was were is are has have had been by with for that from this which their its it they said will not "
    "to near after during against"
)
_turkic = _set("ve bir bu ile saat gore sonra var olan daha ki hem ise silahli hec")
_azerbaijani = _set(
    "ucun olaraq olub edib edilib olunub bildirib terefinden qeder kimi artiq deyil yoxdur nazirliyi mudafie "
    "herbi qarsi istiqametinde bolmeleri bolmelerimiz xidmeti ancaq amma zaman sehid yeni"
)
_turkish = _set(
    "icin olarak oldu tarafindan edildi etti kadar gibi degil yok bakanligi savunma askeri asker bildirdi "
    "acikladi duyurdu oldugu uzere ancak sinir sinirda yonunde birlikleri acti cikti"
)
_french = _set("le les des du et une dans aux au est sont ete qui pour sur par avec cette selon leur ses")
_others = _set("der die das und nicht mit del los las que che per con")


def detect(text: str) -> str | None:
    """Return `hy`, `ru`, `az`, `tr`, `en`, `fr`; None for any other, and where the text is too short to tell."""
    return of(text, words(text[:_enough]))


def of(text: str, folded: Sequence[str]) -> str | None:
    """The same as `detect`, for a text whose folded words are already at hand."""
    if not text.isascii():
        initials = "".join([word[0] for word in folded])
        armenian, cyrillic = len(_armenian.findall(initials)), len(_cyrillic.findall(initials))
        if max(armenian, cyrillic) * 2 > len(initials):
            return "hy" if armenian > cyrillic else _slavic(text[:_enough])
    return _latin(text, folded)


def _slavic(text: str) -> str | None:
    """Russian, unless letters say that it is one of its neighbours."""
    return None if _not_russian.search(text) else "ru"


def _latin(text: str, folded: Sequence[str]) -> str | None:
    """Count different common words, not all of them: a word said ten times is no better evidence than once."""
    english, french = len(_english.intersection(folded)), len(_french.intersection(folded))
    azerbaijani, turkish = len(_azerbaijani.intersection(folded)), len(_turkish.intersection(folded))
    letters = 0
    if not text.isascii():
        azerbaijani += 2 * any(letter in text for letter in _schwa)
        letters = 2 * any(letter in text for letter in _turkic_letters)
    turkic = len(_turkic.intersection(folded)) + azerbaijani + turkish
    most = max(english, french, turkic + letters)
    if most < 2 or most <= len(_others.intersection(folded)):
        return None
    if french == most:
        return "fr" if french > max(english, turkic + letters) else None
    if english >= turkic:
        return "en" if english > turkic else None
    return "az" if azerbaijani > turkish else "tr"

"""What changes on a page though nobody says anything: counters, stamps, links, labelled advertisements. Pure.

Only whole lines that hold nothing else are taken for such: a figure in a sentence is never one. What is not known here
by its words is known by its changes, see ADMIT.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from monitor.dedup.words import small

_Kind = Literal["counter", "stamp", "number", "address"]

_LONGEST = 120  # characters of such a line
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_FIRST_WORD = re.compile(r"(?<![^\W_])[^\W\d_][^\W_]*")  # that is no number
_NUMBER = re.compile(r"\d+(?:[km]|k|m|к|м)?")
_ONE_NUMBER = re.compile(r"\D*\d{1,2}\D*")  # Update 2; a clock and a date have more
_EYES = frozenset("👁👀")


def _listed(*lines: str) -> frozenset[str]:
    return frozenset(small(word) for line in lines for word in line.split())


_COUNTED = _listed(
    "view views viewed read reads hits visits comment comments like likes share shares downloads",
    "просмотр просмотра просмотров просмотры прочитано прочтений прочтения посещений комментарий комментария",
    "комментариев комментарии лайк лайков репостов",
    "դիտում դիտումներ դիտումների դիտվել դիտված ընթերցում կարդացվել կարդացել մեկնաբանություն մեկնաբանություններ",
    "baxış baxıb baxılıb oxunub oxunma oxunuş şərh şərhlər paylaşım",
    "görüntülenme görüntüleme okunma okundu izlenme yorum beğeni",
    "vue vues lecture lectures commentaire commentaires partages",
)
_BESIDE = _listed(
    "total number of count times so far today раз раза всего число количество сегодня անգամ է թիվը քանակը այսօր",
    "dəfə sayı bu gün kez kere defa toplam bugün nombre de fois тыс հզր min bin",
)
_CHANGED = _listed(
    "updated update modified edited обновлено обновлён обновлен обновления обновление изменено թարմացվել թարմացված",
    "թարմացում խմբագրվել yenilənib yenilənmə yeniləndi güncellendi güncelleme güncellenme actualisé modifié jour",
)
_WHEN = _listed(
    "last on at am pm utc gmt time date the в последнее последний дата время г года мск վերջին ժամը ժամ է թ",
    "son tarixi tarix saat tarihi tarih mis à le date heure h",
    "january february march april may june july august september october november december",
    "jan feb mar apr jun jul aug sep sept oct nov dec",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի",
    "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "ocak şubat nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
)
_KNOWN = _COUNTED | _BESIDE | _CHANGED | _WHEN
_ADVERTISEMENT = re.compile(
    r"[\W_]*(?:advertisement|sponsored|реклама|на правах рекламы|գովազդ|reklam|publicité)\s*(?::|\n)", re.IGNORECASE
)


def worded(text: str) -> str:
    """Return a text without the lines that are no words of anybody: counters, stamps, bare addresses.

    All of it where there is nothing else. `Views: 123`, `Обновлено: 16.11.2021 15:30`, `https://example.org/a?b=1`.
    """
    return _but_for(text, frozenset({"counter", "stamp", "number", "address"}))


def unstamped(text: str) -> str:
    """Return a text without counters and stamps alone: of two posts another number or address makes two reports."""
    return _but_for(text, frozenset({"counter", "stamp"}))


def stated(text: str) -> str:
    """Return the part of a text in which a figure states something: `worded`, without labelled advertisements."""
    return "\n\n".join(part for part in worded(text).split("\n\n") if not _ADVERTISEMENT.match(part))


def _but_for(text: str, left_out: frozenset[_Kind]) -> str:
    kept = [line for line, kind in _lines(text) if kind not in left_out]
    return "\n".join(kept) if any(map(str.strip, kept)) else text


@lru_cache(maxsize=4)  # of one text the hash and the fingerprint are taken in a row
def _lines(text: str) -> tuple[tuple[str, _Kind | None], ...]:
    return tuple((line, _kind(line)) for line in text.splitlines())


def _kind(line: str) -> _Kind | None:
    """Say what a line is that is no words of anybody; None for any other."""
    if len(line) > _LONGEST:
        return None
    if "://" in line or "www." in line:
        return None if any(map(str.isalnum, _ADDRESS.sub("", line))) else "address"
    first = _FIRST_WORD.search(line)
    if not any(map(str.isdigit, line)) or (first and small(first[0]) not in _KNOWN):
        return None  # most lines, at the cost of one word
    words = [word for word in map(small, _WORD.findall(line)) if not _NUMBER.fullmatch(word)]
    if _tells(words, _COUNTED, _BESIDE) or not (first or _EYES.isdisjoint(line)):
        return "counter"
    if not _tells(words, _CHANGED, _WHEN):
        return None
    return "number" if _CHANGED.issuperset(words) and _ONE_NUMBER.fullmatch(line) else "stamp"


def _tells(words: list[str], telling: frozenset[str], beside: frozenset[str]) -> bool:
    """Say whether these are words that tell, at least one, and words that stand beside them."""
    return not telling.isdisjoint(words) and all(word in telling or word in beside for word in words)

"""What changes on a page though nobody says anything: counters, stamps, links, labelled advertisements. Pure.

Only whole lines that hold nothing else are taken for such: a figure in a sentence is never one. What is not known here
by its words is known by its changes, see ADMIT.
"""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.dedup.words import small

_LONGEST = 120  # characters of such a line
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_FIRST_WORD = re.compile(r"(?<![^\W_])[^\W\d_][^\W_]*")  # that is no number
_NUMBER = re.compile(r"\d+(?:[km]|k|m|к|м)?")
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


@lru_cache(maxsize=4)  # of one text the hash and the fingerprint are taken in a row
def worded(text: str) -> str:
    """Return a text without the lines that are no words of anybody: counters, stamps, bare addresses.

    All of it where there is nothing else. `Views: 123`, `Обновлено: 16.11.2021 15:30`, `https://example.org/a?b=1`.
    """
    kept = [line for line in text.splitlines() if not _is_no_word(line)]
    return "\n".join(kept) if any(map(str.strip, kept)) else text


def stated(text: str) -> str:
    """Return the part of a text in which a figure states something: `worded`, without labelled advertisements."""
    return "\n\n".join(part for part in worded(text).split("\n\n") if not _ADVERTISEMENT.match(part))


def _is_no_word(line: str) -> bool:
    if len(line) > _LONGEST:
        return False
    if "://" in line or "www." in line:
        return not any(map(str.isalnum, _ADDRESS.sub("", line)))
    if not any(map(str.isdigit, line)):
        return False
    first = _FIRST_WORD.search(line)
    if not first:
        return not _EYES.isdisjoint(line)
    if small(first[0]) not in _KNOWN:  # most lines, at the cost of one word
        return False
    words = [word for word in map(small, _WORD.findall(line)) if not _NUMBER.fullmatch(word)]
    return _tells(words, _COUNTED, _BESIDE) or _tells(words, _CHANGED, _WHEN)


def _tells(words: list[str], telling: frozenset[str], beside: frozenset[str]) -> bool:
    """Say whether these are words that tell, at least one, and words that stand beside them."""
    return not telling.isdisjoint(words) and all(word in telling or word in beside for word in words)

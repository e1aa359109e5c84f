"""What a text says in any language: figures, times, days, words of weight, names by their sound. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from monitor.dedup.coat import bare
from monitor.dedup.numerals import VALUES, figure, ungrouped
from monitor.dedup.shingles import folded
from monitor.dedup.sounds import skeletons
from monitor.dedup.weighty import light, weight
from monitor.model import Post

_LONGEST = 20_000  # characters that are read
_MARKS = re.compile("[\u00ad\u0301\u055b\u055c\u055e\u200b-\u200f]")
_HOURS = re.compile(r"(?<!\d)(\d{1,2})\s?h\s?(\d{2})(?!\d)")  # 14h20, in French
_HALF_DAY = re.compile(
    r"(?<![\d.:])(\d{1,2})(?:[:.](\d{2}))?\s?([ap])\.?m\b(?:\.(?=\s(?-i:[a-z])))?", re.IGNORECASE
)  # 2 a.m.
_ZONED = re.compile(r"(?<!\d)([01]\d|2[0-3])([0-5]\d)(?=\s?(?:\(?(?:GMT|UTC|local)\b|hours\b|hrs\b))")  # 1100 hrs
_ZONE = re.compile(r"\b(?:GMT|UTC)\s?[+-]\s?\d{1,2}(?::\d\d)?")
_SHORT_MONTH = re.compile(
    r"\b(?:(?<=\d\s)(JAN)|(JAN)(?=\.?\s\d))\b\.?".replace("JAN", "Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec")
)
_MONTHS = {"Jan": "January", "Feb": "February", "Apr": "April", "Aug": "August", "Sep": "September", "Oct": "October",
           "Nov": "November", "Dec": "December"}  # fmt: skip
_WORD = re.compile(r"\d+(?:[.,:։]\d+)*|[^\W\d_]\w*")
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:։.]([0-5]\d)")
_STOP = re.compile(r"[.!?։…:]\s|\n|[«“„\"‹]")
_SENTENCE = re.compile(r"(?<!\b\w)[.!?։…]+[\"»”’)]*(?:\s+|$)|\n+")

# Beside those of `numerals`: what agencies write in words above thirteen, seldom enough.
_MORE = {
    word: number
    for number, line in (
        (14, "fourteen четырнадцать տասնչորս quatorze"),
        (15, "fifteen пятнадцать տասնհինգ quinze"),
        (16, "sixteen шестнадцать տասնվեց seize"),
        (17, "seventeen семнадцать տասնյոթ"),
        (18, "eighteen восемнадцать տասնութ"),
        (19, "nineteen девятнадцать տասնինը"),
        (20, "twenty двадцать двадцати քսան iyirmi yirmi vingt"),
        (30, "thirty тридцать тридцати երեսուն otuz trente"),
        (40, "forty сорок сорока քառասուն qirx kirk quarante"),
        (50, "fifty пятьдесят пятидесяти հիսուն elli cinquante"),
    )
    for word in line.split()
}
_HALVES = frozenset(folded("half половиной կես demi demie bucuk yarim").split())
_INITIALS = 6  # letters of an office, at most
_SUFFIX = 3  # letters: the 16-го of November
_TURKIC_TEN = "on"  # counts only before a unit: in English it stands before every day

# Written with a capital, and the name of nobody, by their first letters; beside what is light and what has weight.
_OFFICES = """
republic presid premier prime chief general head office state govern parliam council committee staff command colonel
  major captain lieuten sergeant private corporal joint coordin center centre central monitor mission europe union
  united nations foreign affair internal national securit border guard operat patriot contact line peacek peace human
  rights ombuds hospital statem urgent attention situat represent special envoy terror district police
республ презид премьер глава главн генер полков майор капитан лейтен сержант рядов государ правит совет комит штаб
  команд совмест координ центр миссия миссии европ союз иностр дел внутрен национ безопас погран отечеств миротвор
  прав омбудс представит специал госпит больниц полиц
հանրապ նախագ վարչապ գլխավոր գեներալ գնդապետ մայոր կապիտան լեյտեն սերժանտ շարքային պետ կառավար խորհուր կոմիտե շտաբ
  հրամանատ համատեղ համակարգ կենտրոն առաքելութ եվրոպ միությ արտաքին գործեր ներքին ազգային անվտանգ սահման հայրեն
  խաղաղապ ներկայացուց հատուկ հիվանդանոց ոստիկան
respubl prezid baş general polkovnik mayor kapitan leytenant serjant dövlət hökum şura komit qərargah birgə koordin
  mərkəz missiya avropa ittifaq xarici işlər daxili milli təhlük sərhəd vətən sülhmər nümayənd xəstəxan rayon polis
cumhur başkan başbakan genel albay binbaşı yüzbaşı teğmen astsubay orgeneral korgeneral tümgeneral tuğgeneral devlet
  hükümet konsey komite kurmay ortak merkez misyon birliğ dışiş içiş işleri güvenlik sınır vatan barış temsilci özel
  hastane terör ilçe harekat
républ présid chef général capitaine lieuten état gouvern conseil comité commun mission étrang intérieur sécurité
  patrie paix représent spécial hôpital
"""
_LONG, _BENT = 5, 2  # letters: of an office that may go on in any way; of an ending of a shorter one
_STEMS = tuple(stem for stem in folded(_OFFICES).split() if len(stem) >= _LONG)
_SHORT = frozenset(stem for stem in folded(_OFFICES).split() if len(stem) < _LONG)

# Words of weight that come and go with a language, or say when and where rather than what.
_PASSING = frozenset({
    *("yesterday", "today", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("north", "south", "east", "west", "more", "less", "not", "only", "goes-on", "begun", "ended", "hit"),
})  # fmt: skip


class Anchors(NamedTuple):
    """What may be compared with a text in another language, each in the order in which it is said.

    numbers    beside clocks and dates: `7`, `25000`, `2.5`; of words that count only those above one
    clocks     `14.05`; dates: `m11-16`, without the day of publication and the one before
    states     words of weight, by the names of `weighty`, each at its first place
    names      how each word with a capital may sound, but for those in `places`, of offices, and of one sound
    words      skeletons of all words; loud: of those with a capital, also where a sentence begins
    title      numbers and clocks of the title
    sentences, letters   how many
    """

    numbers: tuple[str, ...]
    clocks: tuple[str, ...]
    dates: frozenset[str]
    states: tuple[str, ...]
    names: frozenset[tuple[str, ...]]
    words: frozenset[str]
    loud: frozenset[str]
    title: tuple[str, ...]
    sentences: int
    letters: int


class Token(NamedTuple):
    """A word as written, folded, with what it weighs; `opens`: it begins a sentence or a quotation; `at`: where."""

    written: str
    word: str
    state: str | None
    opens: bool
    party: str | None = None
    at: int = 0


@lru_cache(maxsize=256)  # candidates come again with the next posts of their party
def anchors(post: Post, places: frozenset[str] = frozenset()) -> Anchors:
    """Read a post. `places`: words, as written, that are known to name places."""
    title, text, read = spoken(post)
    figures, titled = Figures(post, read), Figures(post, list(tokens(title)))
    loud = with_capital(read)
    away = frozenset(folded(word) for place in places for word in _WORD.findall(place))
    names = (one for one in loud if not one.opens and one.word not in away and is_name(one))
    states = (one.state for one in read if one.state and one.word.isalpha() and one.state not in _PASSING)
    return Anchors(
        tuple(figures.numbers),
        tuple(figures.clocks),
        frozenset(figures.dates),
        tuple(dict.fromkeys(state for state in states if not (is_month(state) or state.isdigit()))),
        frozenset(sounds for one in names if len((sounds := skeletons(one.word))[0]) > 1),
        frozenset(sound for one in read if one.word.isalpha() for sound in skeletons(one.word)),
        frozenset(sound for one in loud for sound in skeletons(one.word)),
        (*titled.numbers, *titled.clocks),
        sum(1 for part in _SENTENCE.split(text) if any(map(str.isalpha, part))),
        sum(map(str.isalpha, text)),
    )


@lru_cache(maxsize=256)  # for `telling` too
def spoken(post: Post) -> tuple[str, str, tuple[Token, ...]]:
    """Return the title and the text of a post as they are read here, and the words of the text; or of the title."""
    plain = bare(post)
    text = _clean(plain.text or plain.title)
    return _clean(plain.title), text, tuple(tokens(text))


def _clean(text: str) -> str:
    text = _MARKS.sub("", unicodedata.normalize("NFKC", text[:_LONGEST]))
    text = _ZONE.sub("", _ZONED.sub(r"\1:\2", text))
    text = _SHORT_MONTH.sub(lambda found: _MONTHS[(found[1] or found[2])[:3]], text)
    return ungrouped(_HALF_DAY.sub(_hours, _HOURS.sub(r"\1:\2", text)))


def _hours(found: re.Match[str]) -> str:
    return f"{int(found[1]) % 12 + 12 * (found[3] in 'pP')}:{found[2] or '00'}"


def with_capital(read: Sequence[Token]) -> list[Token]:
    """Return the words with a capital; none of a text all in capitals."""
    if not any(token.written[1:].islower() for token in read):
        return []
    return [one for one in read if one.written[0].isupper() and len(one.written) > 2]


def tokens(text: str) -> Iterator[Token]:
    end = 0
    for found in _WORD.finditer(text):
        word = folded(found[0])
        kind, state = weight(word) or ("", None)
        yield Token(
            found[0],
            word,
            state if kind == "state" else None,
            not end or bool(_STOP.search(text, end, found.start() + 1)),
            state if kind == "party" else None,
            found.start(),
        )
        end = found.end()


def is_name(token: Token) -> bool:
    word = token.word
    initials = len(word) <= _INITIALS and not token.written[1:].islower()
    exchanged = len(word) > 3 and light(word)  # every word of three letters is light; Kut and Тех are villages
    return not (initials or exchanged or weight(word) or word in _PASSING or word.startswith(_STEMS) or _bent(word))


def _bent(word: str) -> bool:
    return any(word[: len(word) - ending] in _SHORT for ending in range(_BENT + 1))


class Figures:
    """Takes the numbers of a text, token by token: a month makes a date of its neighbour, tens take units."""

    def __init__(self, post: Post, read: Sequence[Token]) -> None:
        moment = post.published or post.seen
        self._own = frozenset(_days(moment)) if moment else frozenset[str]()
        self._year = {str(moment.year)} if moment else set[str]()
        self._before = Token("", "", None, opens=True)
        self._month = ""
        self._since = 9  # tokens since a number that may be a day
        self._since_spelled = 9  # tokens since a number in words: three and a half
        self.numbers: list[str] = []
        self.clocks: list[str] = []
        self.dates: list[str] = []
        for token in read:
            self._read(token)

    def _read(self, token: Token) -> None:
        before, self._before = self._before, token
        if token.state and is_month(token.state):
            self._new_month(token.state)
            return
        self._since += 1 if len(token.word) <= _SUFFIX else 9
        if token.word in _HALVES and self._since_spelled <= 3 and self.numbers:
            self.numbers[-1] += ".5"
        self._since_spelled += 1
        month, self._month = self._month, ""
        if token.word[0].isdecimal():  # not ❶, which numbers the items of a list
            self._figure(token.word, month)
        elif token.word in _MORE:
            self.numbers.append(str(_MORE[token.word]))
        elif token.word in VALUES:
            self._spelled(int(VALUES[token.word]), before)

    def _new_month(self, month: str) -> None:
        """Make a date of the day before a month: `16 November`, `16-го ноября`; else wait for one behind it."""
        self._month = month
        if self._since <= 1 and self.numbers:
            self._date(f"{month}-{self.numbers.pop()}")
            self._month, self._since = "", 9

    def _figure(self, word: str, month: str) -> None:
        if found := _DATE.fullmatch(word):
            self._date(f"m{int(found[2])}-{int(found[1])}")
        elif found := _CLOCK.fullmatch(word):
            self.clocks.append(f"{int(found[1])}.{found[2]}")
        elif not word.isdigit():
            self.numbers.append(figure(word))
        elif month and 0 < int(word) <= 31:
            self._date(f"{month}-{int(word)}")
        elif word not in self._year:
            self.numbers.append(str(int(word)))
            self._since = 0 if int(word) <= 31 else 9

    def _spelled(self, value: int, before: Token) -> None:
        self._since_spelled = 0
        if value < 10 and _MORE.get(before.word, 0) >= 20:
            self.numbers[-1] = str(_MORE[before.word] + value)
        elif value < 10 and before.word == _TURKIC_TEN:
            self.numbers.append(str(10 + value))
        elif value > 1:
            self.numbers.append(str(value))

    def _date(self, date: str) -> None:
        if date not in self._own:
            self.dates.append(date)


def _days(moment: datetime) -> Sequence[str]:
    return [f"m{day.month}-{day.day}" for day in (moment, moment - timedelta(days=1))]


def is_month(state: str) -> bool:
    return state[0] == "m" and state[1:].isdigit()

"""What one word says for each Latin-script language: a known word much, an ending less, most words nothing.

A vote is one number with a lane for each language, so that the votes of many words are added in one sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from monitor.rules.language import lexicon
from monitor.rules.remembered import Remembered

LANES = ("en", "fr", "tr", "az", "others")  # others: neighbours that must not pass for one of ours
# Twelve bits hold the points of a thousand words, and five lanes stay within what the processor adds in one step.
_MOST = 1000
_BITS = 12
_LANE = (1 << _BITS) - 1
_WORD = 4  # points
_KEPT, _LONGEST = 16384, 32  # words kept, the letters of the longest

# Ending: its points. The longest one counts; two letters or more stand before it.
_ENDINGS = {
    "en": {
        2: "ing ings ed ied ly ness less ship ships ward wards ous ously ably ity ities ful ck cks ght men",
    },
    "fr": {
        2: "eux euse euses aux eau eaux ique iques aire aires eur eurs iere ieres elle elles ette ettes ait ees oise "
        "ois oir ienne iennes ien iens aison aisons",
        3: "aient ellement ivement iquement erent irent eront",
    },
    "tr": {
        2: "mak acak acaklar tti ttu kti ktu pti sti stu ktan kten kta kte arak igi ugu siyla siyle",
        3: "iyor uyor iyordu uyordu digi dugu tigi tugu digini dugunu tigini tugunu digina diginda diginden dugunda "
        "mistir mustur makta mekte maktadir mektedir acagi acagini ecegi ecegini yacak yecek",
    },
    "az": {
        2: "ib ub maq acaq araq kdir tdir sdir pdir qdir kdur tdur sdur qda kda kde tda tde sda sde tdan kdan tden "
        "kden qdan tdi kdi sdi tdu kdu iq uq aq",
        3: "ilib ulub inib unub irib urub ayib eyib lib nib liyi luyu liyin liyine liyini liyinin diyi duyu diyini "
        "duyunu diyine misdir musdur acagiq eceyik eceyi eceyini",
    },
    "turkic": {
        2: "inda inde unda unde ndan nden indi undu ildi uldu irdi urdu mis mus dir dur masi mesi imiz umuz lik luk "
        "ligi lugu siz suz lar ler lari leri sinin sunun inin unun sina sine suna sune sini ecek madi medi nin nun "
        "ndaki ndeki daki deki",
        3: "larin lerin larini lerini larda lerde lardan lerden larina lerine larinin lerinin larinda lerinde larimiz "
        "lerimiz larimizin lerimizin larindan lerinden larla lerle indan inden undan unden masina mesine masini mesini "
        "sinda sinde sunda sunde sindan sinden ilmis inmis unmus ulmus ilmesi inmasi",
    },
}  # fmt: skip
_LONGEST_ENDING = 9


def vote(points: int, *languages: str) -> int:
    """Return a vote of some points for each of the languages; `turkic` is Turkish and Azerbaijani."""
    lanes = [lane for language in languages for lane in (("tr", "az") if language == "turkic" else (language,))]
    return sum(points << LANES.index(lane) * _BITS for lane in lanes)


def points(votes: int) -> tuple[int, int, int, int, int]:
    """Return what a sum of votes says for each of `LANES`."""
    return (
        votes & _LANE,
        votes >> _BITS & _LANE,
        votes >> 2 * _BITS & _LANE,
        votes >> 3 * _BITS & _LANE,
        votes >> 4 * _BITS,
    )


class Words(Remembered[int]):
    """The vote of each word; remembered, for to look for an ending takes longer than the rest."""

    def __init__(self) -> None:
        super().__init__(self._vote, most=_KEPT, longest=_LONGEST)
        lists = {
            "en": lexicon.ENGLISH,
            "fr": lexicon.FRENCH,
            "tr": lexicon.TURKISH,
            "az": lexicon.AZERBAIJANI,
            "turkic": lexicon.TURKIC,
            "others": lexicon.OTHERS,
        }
        self._known = _votes(lists, _WORD) | dict.fromkeys(lexicon.NAMES, 0)
        self._endings = {
            ending: said
            for language, levels in _ENDINGS.items()
            for many, endings in levels.items()
            for ending, said in _votes({language: endings.split()}, many).items()
        }

    def votes(self, words: Sequence[str]) -> int:
        """Return the sum for different words: one said ten times is no better evidence than once."""
        return sum(map(self.__getitem__, set(words[:_MOST])))

    def _vote(self, word: str) -> int:
        if word in self._known or word.isdecimal():
            return self._known.get(word, 0)
        return self._by_ending(word)

    def _by_ending(self, word: str) -> int:
        for length in range(min(_LONGEST_ENDING, len(word) - 2), 1, -1):
            said = self._endings.get(word[-length:])
            if said is not None:
                return said
        return 0


def _votes(words: Mapping[str, Iterable[str]], many: int) -> dict[str, int]:
    votes: dict[str, int] = {}
    for language, found in words.items():
        votes |= dict.fromkeys(found, vote(many, language))
    return votes

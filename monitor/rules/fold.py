"""Words brought to one spelling, so that a term meets every way its word is written.

The same folding is done to terms and to posts. It works word by word, so a match is known by its first and last word
and points at the original text, however much shorter or longer the folded spelling is.

What becomes one: capitals and small letters; I ı İ i; ə ǝ e; ё е; և եւ եվ; letters with and without marks (ş s, ç c,
ğ g, ö o, ü u, é e, but not й и); full-width and other dressed-up letters; Latin letters inside a Cyrillic word and
Cyrillic ones inside a Latin word. What is dropped: the Armenian marks ՛ ՜ ՞, zero-width and direction characters,
soft hyphens, stress marks. Everything that is no letter or digit parts two words: spaces, hyphens, apostrophes,
quotes, dashes, commas (the Armenian ՝ too), underscores.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from monitor.rules.remembered import Remembered

# Stands inside a word and says nothing: combining marks (Hebrew and Arabic points too), joiners, soft hyphen,
# directions, Armenian ՛ ՜ ՞, tags.
SILENT = (
    "\u00ad\u0300-\u036f\u0483-\u0489\u055b\u055c\u055e\u0591-\u05bd\u05c1\u05c2\u0610-\u061a\u061c\u064b-\u065f"
    "\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\U000e0000-\U000e01ef"
)
WORD = re.compile(rf"\w[\w{SILENT}]*")

_latin = re.compile("[a-z]")
_cyrillic = re.compile("[\u0400-\u04ff]")
_letters = str.maketrans({"ı": "i", "ə": "e", "ǝ": "e", "ё": "е", "ø": "o", "ł": "l", "đ": "d"})
_twins = str.maketrans("abcehkmoptxy", "авсенкмортху")
_twins_back = str.maketrans("авсенкмортхуіѕјһә", "abcehkmoptxyisjhe")


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order: one for each match of `spans`."""
    return folded(WORD.findall(_plain(text)))


def folded(written: Iterable[str]) -> list[str]:
    """Return words in their folded spelling."""
    return list(map(_folded.__getitem__, written))


def parted(text: str, bounds: Iterable[int]) -> tuple[list[str], list[int]]:
    """Return the words of a text as they stand, and how many of them stand before each of some places in it."""
    text, found, counts = _plain(text), list[str](), [0]
    for begin, end in pairwise(bounds):
        found += WORD.findall(text, begin, end)
        counts.append(len(found))
    return found, counts


def spans(text: str) -> list[tuple[int, int]]:
    """Return where each word of `words` stands in the text, in code points."""
    return list(map(re.Match.span, WORD.finditer(_plain(text))))


def fold(word: str) -> str:
    """Return one word in its folded spelling: never empty for a word, and folding it again changes nothing."""
    if word.isascii():
        return word.lower()
    word = unicodedata.normalize("NFC", word).casefold().translate(_letters)
    word = "".join(filter(str.isalnum, map(_bare, word)))
    return _one_script(word.replace("եվ", "եւ"))


_folded = Remembered(fold, most=32_768, longest=40)


def _plain(text: str) -> str:
    # `\w` counts the underscore as a letter; we do not. One for one, so that offsets stay.
    return text.replace("_", " ") if "_" in text else text


def _bare(letter: str) -> str:
    """Return a Latin or dressed-up letter without its marks. Cyrillic and its neighbours keep theirs (й is no и)."""
    if "\u0370" <= letter < "\u1e00" or letter.isascii():
        return letter
    plain = "".join(filter(str.isalnum, unicodedata.normalize("NFKD", letter))).casefold()
    return plain.translate(_letters) or letter


def _one_script(word: str) -> str:
    """Give a word of mixed Latin and Cyrillic letters the script its unmistakable letters, or else most, are from."""
    latin, cyrillic = _latin.findall(word), _cyrillic.findall(word)
    if not latin or not cyrillic:
        return word
    own_latin = sum(ord(letter) not in _twins for letter in latin)
    own_cyrillic = sum(ord(letter) not in _twins_back for letter in cyrillic)
    if (own_cyrillic, len(cyrillic)) >= (own_latin, len(latin)):
        return word.translate(_twins)
    return word.translate(_twins_back)

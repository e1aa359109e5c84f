"""How a name sounds, in whatever script: its consonants, as few kinds of them as languages keep apart. Pure tables.

Горис, Գորիս and Goris are KRS; Laçın, Лачин and Lachin LSN. Vowels are not kept, nor h and kh, which one language
writes and another leaves out. Voices fall together (b p f, d t, g k q), and so does all that hisses: languages
disagree whether a name has s, sh, z, zh, ts, dz, ch or j.
"""

from __future__ import annotations

from functools import lru_cache

# Longer spellings before shorter ones; of folded words: ş is s, ç is c, ğ is g, ə is e, й is и.
_SPELLED = {
    "latin": (("sch", "S"), ("tch", "S"), ("dzh", "S"), ("dj", "S"), ("zh", "S"), ("sh", "S"), ("ch", "S"),
              ("ts", "S"), ("tz", "S"), ("dz", "S"), ("kh", ""), ("gh", "K"), ("ph", "P"), ("th", "T"), ("x", "")),
    "cyrillic": (("дж", "S"), ("дз", "S"), ("тс", "S"), ("тц", "S"), ("кс", "KS")),
    "armenian": (("ու", "ը"),),
}  # fmt: skip
_SOUNDS = {
    "P": "bpf бпф բպփֆ",
    "T": "dt дт դտթ",
    "K": "gkq гк գկքղ",
    "S": "cjsz жзсцчшщ զժծձճշչջսց",
    "V": "vw в վւ",
    "L": "l л լ",
    "M": "m м մ",
    "N": "n н ն",
    "R": "r р րռ",
}
_LETTERS = {ord(letter): sound for sound, letters in _SOUNDS.items() for letter in letters if letter != " "}
_ENDING, _SHORT = 3, 2  # consonants: of an ending at most; of a name that sounds like many a word


def skeletons(word: str) -> tuple[str, ...]:
    """Return how a name may sound: the Russian Г is also the h of others; Грачья is Hrachya, Оганян Ohanyan."""
    sound = skeleton(word)
    return (sound, skeleton(word.replace("г", "х"))) if "г" in word else (sound,)


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """Return the consonants of a folded word, of nine kinds; doubled ones once."""
    for spelling, sound in _SPELLED[_script(word)]:
        word = word.replace(spelling, sound)
    if word.startswith("ո"):  # spoken "vo" at the beginning of a word
        word = f"վ{word}"
    kept: list[str] = []
    for letter in word.translate(_LETTERS):
        if letter in _SOUNDS and kept[-1:] != [letter]:
            kept.append(letter)
        elif letter not in _SOUNDS:
            kept.append("")  # a vowel between two of a kind parts them
    return "".join(kept)


def sounds_alike(one: str, other: str) -> bool:
    """Say whether two skeletons may be one name, one of them with the ending of a case."""
    shorter, longer = sorted((one, other), key=len)
    most = _ENDING if len(shorter) > _SHORT else 1
    return len(shorter) >= _SHORT and longer.startswith(shorter) and len(longer) - len(shorter) <= most


def _script(word: str) -> str:
    first = word[:1]
    return "armenian" if "ա" <= first <= "և" else "cyrillic" if "а" <= first <= "я" else "latin"

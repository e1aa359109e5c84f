"""How Azerbaijani and Turkish words bend: one table, for in folded spelling the two differ in little.

Folding has already made one of ı/i, ö/o, ü/u and ə/e, so of vowel harmony two questions are left: is the low vowel of
an ending `a` or `e`, and is the high one `i` or `u`. Both are answered by the last vowel of the stem; after i, o and u,
which stand for two vowels each, either low one may come, but it stays the same to the end of the word.

Patterns are written as templates: `A` is the low vowel, `H` the high one (plain `i` after a low one), `Y` the buffer
letter of a verb in a vowel.

A noun is joined with its cases, possessors, plurals, -ki, "is" and "was". A verb (`vurmak`, `vurmaq`; a bare stem
where it can be told from a noun) with its tenses, participles, verbal nouns and passive. Not joined is what says
something else: negation (`yaralanmadı`, was not hurt), "can" and "must", derivations (-li, -siz, -lik, -ci, -kes).
"""

from __future__ import annotations

import re
from functools import cache

from monitor.rules.inflection.form import Form


def _set(line: str) -> frozenset[str]:
    return frozenset(line.split())


# Drop their last vowel before an ending that begins with one: oğul, oğlu; kayıp, kaybı.
_dropping = _set(
    "agil agiz akil alin asil beyin boyun burun cebir cisim devir emir fikir gogus hapis hasim hukum isim izin kabir "
    "karin kayip kayit kesif kisim metin nabiz nakil nakit nehir nesil ogul omuz omur qebir qedir resim sabir sebir "
    "sehir sekil setir sinif tavir vakif vakit zehir zihin zulum"
)
# Double their last letter there. Their bare stem takes no vowel, so that `hata` (mistake) is no `hat` (line).
_doubling = {"hat": "hatt", "hak": "hakk", "his": "hiss", "ret": "redd", "af": "aff", "sir": "sirr", "tip": "tibb"}
# One syllable softens only in these; longer words all may. Other words: at, atı (horse); ad, adı (name).
_softening = _set("bent celp cenk cep darp dip dort gok grup harp kalp kap kurt renk yurt")
_soft = {"p": "b", "t": "d", "k": "g", "q": "g"}
_hard = {"b": "p", "d": "t", "g": "kq", "y": "k"}

_no_infinitives = _set(
    "ahmak axmaq barmaq basamak cakmak caxmaq damak damaq ekmek hamak irmak kaymak komek parmak qaymaq tokmak yamaq"
)
_verbs = _set(
    "ac al bat bul cek cix cik dus et gec gecir gel get getir gir git gotur itir kac kaybet kec kecir kes ol olun "
    "patla tut ver vur"
)
_verb = re.compile(r"[a-z]{2,}[dt][iu]r|[a-z]{4,}l[ae]|[a-z]{3,}l[ae][nst]|[a-z]{3,}[iu]l")
_palatal = re.compile(r"a(?:l|s?t|[lr][bfp])$")
_infinitive = re.compile(r"([a-z]{2,})m(?:a[kq]|e[kq])")

# What only looks like a form: ölüm (death) is no "my dead", itkin (missing) no "your loss".
_others = {"olu": "(?!m(?!uz))", "itki": "(?!n(?!i))"}
# Öldü, ölüb, ölmüş are oldu, olub, olmuş (was, became) in folded spelling; only an `e` tells that somebody died.
_died = "(?=[a-z]{0,20}e)"

# "Is", "was", "they say", "if", "while": after a consonant, after a vowel; and what short stems take of it.
_is = (
    "[dt]H(?:r(?:lAr)?|lAr)?|mHs(?:[dt]Hr|lAr)?|sA|ken|cA",
    "dHr(?:lAr)?|y(?:dH(?:lAr)?|mHs(?:[dt]Hr)?|sA|ken|Hz)|cA",
)
_is_short = ("[dt]Hr(?:lAr)?", "dHr(?:lAr)?|y(?:dH|mHs)")
# The relative -ki is always light in Turkish: sınırdaki, sınırdakiler; dark after a dark vowel in Azerbaijani.
_ki = "ki(?:l[ae]r(?:in?|[ae]|d[ae]n?|l[ae])?|n(?:in?|[ae]|d[ae]n?)|dir)?"
# After -[dt]: -da, -dan, -daki and its own cases, -dadır, -daydı, -dayız.
_in = f"A(?:n(?:dir)?|{_ki}|dir(?:lAr)?|y(?:di(?:lAr)?|mis|sA|ken|iz|i[kq]))?"
# After a possessor: my, your, our; his, hers and theirs, with their -n-.
_mine = f"(?:H(?:n(?:ki)?)?|ki|A|[dt]{_in}|lA|{_is[0]})?"
_his = f"(?:n(?:H(?:n(?:ki)?)?|A|d{_in}|cA)|ylA|{_is[1]})?"
_owned = f"H(?:[mn](?:Hz)?{_mine}|{_his})"
_softened = f"(?:{_owned}|A)"
_after_consonant = f"{_owned}|A|[dt]{_in}|lA"
_after_vowel = f"[mn](?:Hz)?{_mine}|[sy]?{_owned}|yA|d{_in}|y?lA"
_plural = f"lAr(?:{_after_consonant}|{_is[0]})?".replace("H", "i")
_theirs = f"lAri{_his}".replace("H", "i")

_noun = (f"(?:{_after_consonant}|{_is[0]}|{_plural})?", f"(?:{_after_vowel}|{_is[1]}|{_plural})?")
_short_noun = tuple(noun.replace(full, short) for noun, full, short in zip(_noun, _is, _is_short, strict=True))
_bare_noun = f"(?:[dt]{_in}|lA|{_is[0]}|{_plural})?"

# A verbal noun in -ma is also a negated order, and -madan "without": those forms are left out.
_doing = f"mA(?:si{_his}|y[iA]|nin|miz(?:in?|A|dA)?|dA|dir|{_plural})?".replace("H", "i")
_finite = (
    "[dt]H(?:[mnkq]|nHz|lAr)?|YH[bp](?:dHr)?(?:lAr)?|YAcA[gy](?:i[kqmz]|[ae]m)|YArA[kq]|YHncA|mHs(?:H[kqz]|[HA]m|[dt]H[mkq])"
    "|YHr(?:lAr|[HA]m|H[zkq]|s[HA]n|sHnHz|[dt]H(?:lAr)?|mHs|sA|ken)?"
    "|YAr(?:lAr|[iA]m|i[zkq]|s[iA]n|siniz|[dt]i(?:lAr)?|mis|sA|ken)?"
)
_participles = (
    f"(?:mHs|[dt]H[kqgy]){_noun[0]}|(?:YAcA[kqgy]|mA[kqg]){_noun[0].replace('H', 'i')}"
    f"|YAn{_short_noun[0].replace('H', 'i')}"  # not -andı, or atandı (was appointed) were a form of atmak (to throw)
)
_going = "[iu]yor(?:um|uz|sun|sunuz|lar|lardi|du|dum|duk|dular|mus|sa|ken)?"
_verbal = f"(?:{_finite}|{_participles}|{_doing}|{_going})"
_verb_after_consonant = _verbal.replace("Y", "")
_aorist = "r(?:lAr|[HA]m|H[zk]|sHn|[dt]H(?:lAr)?|mHs|sA|ken)?"
_verb_after_vowel = f"(?:{_verbal.replace('Y', 'y')}|{_aorist}|n(?:Hl)?{_verb_after_consonant})"


def forms(word: str) -> tuple[Form, ...]:
    """Return the forms of a folded Azerbaijani or Turkish word: of a verb by its infinitive, or else of a noun.

    A word not written in plain Latin letters alone (`t-72`, another script) is returned as it is.
    """
    if not (word.isascii() and word.isalpha() and len(word) > 1):
        return (Form(word, ""),)
    infinitive = _infinitive.fullmatch(word)
    if infinitive and word not in _no_infinitives:
        return _verb_forms(infinitive[1], word[-2])
    if word in _verbs or _verb.fullmatch(word):
        return (*_noun_forms(word), *_verb_forms(word, _low(word)))
    return _noun_forms(word)


def _noun_forms(word: str) -> tuple[Form, ...]:
    low, high = _low(word), _high(word)
    nouns = _short_noun if len(word) < 4 else _noun
    if word[-1] in "aeiou":
        return (Form(word, _others.get(word, "") + _written(nouns[1], low, high)), *_of_its_many(word))
    softened = _written(_softened, low, high)
    found = [Form(stem, softened) for stem in sorted(_weakened(word))]
    if word in _doubling:
        return (Form(word, _written(_bare_noun, low, high)), Form(_doubling[word], softened))
    if len(word) > 3 and word[-1] == word[-2]:
        found.append(Form(word[:-1], _written(_bare_noun, low, high)))  # Azerbaijani xətt: xəttin, but xətdə
    return (Form(word, _written(nouns[0], low, high)), *found)


def _weakened(word: str) -> set[str]:
    """Return the other stems of a word before a vowel: şehit, şehid-; yüksəklik, yüksəkliy-; kayıp, kayb-."""
    stems = {word[:-2] + word[-1]} if word in _dropping else set()
    if word in _softening or len(_vowels(word)) > 1:
        for stem in (word, *stems):
            stems.add(stem[:-1] + _soft.get(stem[-1], stem[-1]))
        if word[-1] == "k" and _vowels(word)[-1] != "a":
            stems.add(word[:-1] + "y")
    return {stem for stem in stems if len(stem) > 1} - {word}


def _of_its_many(word: str) -> tuple[Form, ...]:
    """Return the plural of the last word of a compound: temas hattı, temas hatları; sınır kapısı, sınır kapıları."""
    if word[-1] not in "iu" or len(word) < 5:
        return ()
    stem = word[:-1]
    stems = {stem, *(stem[:-1] + letter for letter in _hard.get(stem[-1], ""))}
    if stem[-1] == "s" and stem[-2] in "aeiou":
        stems.add(stem[:-1])
    if stem[-1] == stem[-2]:
        stems = {stem[:-1]}
    return tuple(Form(stem, _written(_theirs, _low(stem), "i")) for stem in sorted(stems))


def _verb_forms(stem: str, low: str) -> tuple[Form, ...]:
    """Return the forms of a verb by its stem and the low vowel of its endings, which an infinitive shows."""
    high = _high(stem)
    if stem[-1] in "aeiou":
        # Turkish yarala-, yaralıyor.
        dropped = (Form(stem[:-1], _going),) if len(stem) > 2 else ()
        return (Form(stem, _written(_verb_after_vowel, low, high)), *dropped)
    passive = "(?:Hn)?" if stem[-1] == "l" else "(?:Hl)?"
    only = _died if (stem, low) == ("ol", "e") else ""
    endings = _written(only + passive + _verb_after_consonant, low, high)
    softened = stem[:-1] + "d" if stem.endswith(("et", "git")) else stem
    return tuple(Form(begin, endings) for begin in dict.fromkeys((stem, softened)))


def _vowels(word: str) -> str:
    return "".join(filter("aeiou".__contains__, word)) or "i"


def _high(word: str) -> str:
    return "u" if _vowels(word)[-1] in "ou" else "i"


def _low(word: str) -> str:
    """Return the low vowels that may follow: both after i, o, u, and after soft loans: saat, saate; harp, harbe."""
    last = _vowels(word)[-1]
    return last if last == "e" or (last == "a" and not _palatal.search(word)) else "ae"


@cache
def _written(template: str, low: str, high: str) -> str:
    """Return a template as an expression. Few exist, so that thousands of terms share them."""
    return "(?:" + "|".join(template.replace("A", vowel) for vowel in low).replace("H", high) + ")"

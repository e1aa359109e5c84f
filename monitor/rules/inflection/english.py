"""How English words bend: plural, -s, -ed and -ing, and the irregular verbs and nouns of reports.

A word is led back to its base (positions, killed, stopped, lost), and the base brings what a noun and a verb of that
spelling may be: border, borders, bordered, bordering. Nothing is derived: no -er, -ly, -tion, no comparison. The
apostrophe parts words, so a possessive needs nothing. A noun in -ing that means more than its verb stands for itself
(training is not train, mining is not mine), and so does a plural that is no plural (news, customs).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.rules.inflection.form import LONGEST, Form, with_itself

_PLAIN = "(?:s|ed|ing)?"  # attack
_HISS = "(?:es|ed|ing)?"  # crash
_ECHO = "(?:s|es|ed|ing)?"  # veto
_SILENT = "(?:e|es|ed|ing)"  # fire
_OPEN = "(?:s|d|ing)?"  # agree
_Y = "(?:y|ies|ied|ying)"  # army
_NOUN = "s?"  # training, stop
_DOUBLED = "(?:ed|ing)"  # stopp-
_MAN = "(?:a|e)n"  # servicem-
# Without the -ed of a verb whose past is irregular: see is not seed.
_PRESENT = {
    _PLAIN: "(?:s|ing)?",
    _HISS: "(?:es|ing)?",
    _SILENT: "(?:e|es|ing)",
    _OPEN: "(?:s|ing)?",
    _Y: "(?:y|ies|ying)",
    _DOUBLED: "ing",
}

# The base and its pasts; -s and -ing come by rule.
_VERBS = """
arise arose arisen; beat beaten; become became; begin began begun; bend bent; bind bound; bleed bled; blow blew blown
break broke broken; bring brought; build built; burn burnt burned; buy bought; catch caught; choose chose chosen
come came; cut; deal dealt; dig dug; draw drew drawn; drive drove driven; eat ate eaten; fall fell fallen; feed fed
feel felt; fight fought; find found; flee fled; fly flew flown; forbid forbade forbidden; forget forgot forgotten
freeze froze frozen; get got gotten; give gave given; go went gone; grow grew grown; hang hung hanged; hear heard
hide hid hidden; hit; hold held; hurt; keep kept; know knew known; lay laid; lead led; leave left; lend lent; let
lose lost; make made; mean meant; meet met; pay paid; put; ride rode ridden; rise rose risen; run ran; say said
see saw seen; seek sought; sell sold; send sent; set; shake shook shaken; shed; shoot shot; shut; sink sank sunk
sit sat; slay slew slain; speak spoke spoken; spend spent; split; spread; stand stood; steal stole stolen
strike struck stricken; sweep swept; swim swam swum; take took taken; teach taught; tear tore torn; tell told
think thought; throw threw thrown; wake woke woken; wear wore worn; win won; write wrote written
"""
_BEFORE = ("re", "over", "under", "with", "out", "up", "mis", "fore")  # withdraw, overrun, retake
# All their forms.
_WHOLE = """
die dies died dying; lie lies lied lying; tie ties tied tying; go goes went gone going; foot feet; tooth teeth
child children; life lives; wife wives; knife knives; half halves; thief thieves; wolf wolves; crisis crises
analysis analyses; hypothesis hypotheses; hero heroes; echo echoes; shoe shoes
"""
# Stand for themselves, whatever they end in.
_ALONE = frozenset(
    """new news custom customs good goods series species means headquarters premises barracks always omen amen
    specimen regimen often even perhaps besides afterwards towards his this thus plus yes was has does gas bus virus
    campus status census corpus bonus focus consensus sacred naked wicked armed unarmed united limited aged during
    morning evening nothing something anything everything king thing ceiling sibling sterling shilling herring
    offspring being wedding human german roman ottoman shaman talisman caiman bed hundred kindred ing red wing
    string spring ring swing sling bring sing cling fling sting""".split()  # noqa: SIM905  # words read better unquoted
)
# More than their verbs.
_GERUNDS = frozenset(
    """training meeting building hearing feeling clothing housing funding rating ranking mining parking briefing ruling
    heading offering setting outing engineering understanding warning wording gathering""".split()  # noqa: SIM905  # as above
)
# Nouns without the form in -ed or -ing that means something else: united, mining, lining, training.
_LESS = {
    "unit": ("unit", "s?"),
    "mine": ("min", "(?:e|es|ed)"),
    "line": ("lin", "(?:e|es|ed)"),
    "train": ("train", "(?:s|ed)?"),
}
_AGREED = frozenset(("agreed", "disagreed", "freed", "guaranteed", "decreed", "refereed"))
_SHORT = re.compile("(?:[^aeiou]*|.?qu)[aeiou][bdfgklmnprtvz]")  # stop, gun
_CLOSED = re.compile(".*[^aeiou][aeiou][bdfglmnprtv]")  # patrol
_HISSING = re.compile(".*(?:[sxz]|ch|sh)")
_TWICE = re.compile(r".*([bdgmnprtv])\1|.*[aeiou].*[aeiou]ll")  # stopp-, controll-
_PLURALS = [  # and -ied, which follows -ies
    (re.compile(pattern), base)
    for pattern, base in (
        ("(.*m)en", r"\1an"),
        ("(..+)ie[sd]", r"\1y"),
        ("(.*(?:ss|x|ch|sh|zz))es", r"\1"),
        ("(.*[^sui])s", r"\1"),
    )
]
_DROPPED_E = re.compile(  # what a base without its e ends in: fir-, mov-, captur-, invad-
    rf"{_SHORT.pattern}|.*(?:[cvu]|[^z]z|[^s]s|[rld]g|eng|[hr]ang|ieg|[bcdfgkptz]l|[mb]il|[dr]ul|[^a]ir|[^o]ur"
    "|(?:l|p|squ)ar|(?:pl|gn|st|sc)or|[^aou]in|[nr]ven|tpon|[^eo]ad|[^aou]id|[^o][ou]d|ced|mped|[vw]ok|wak|scap|com"
    "|[^o]um|(?<!mb)(?<![eo])at|(?:n|gn|nv|xc|rec)it|[mnv]ot|[^o]ut|mpl?et|del[ei]t|[ei]k)"
)


@lru_cache(maxsize=1)
def _irregular() -> dict[str, tuple[str, ...]]:
    """Return the pasts of each irregular verb by its base."""
    groups = [group.split() for group in _VERBS.replace("\n", ";").split(";") if group.strip()]
    return {base: tuple(pasts) for base, *pasts in groups}


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, ...]]:
    """Return every word of a group whose forms follow no rule, with the group."""
    groups = [tuple(group.split()) for group in _WHOLE.replace("\n", ";").split(";") if group.strip()]
    return {word: group for group in groups for word in group}


@lru_cache(maxsize=1)
def _pasts() -> dict[str, str]:
    """Return the base of each irregular past."""
    return {past: base for base, pasts in _irregular().items() for past in pasts}


def forms(word: str) -> tuple[Form, ...]:
    """Return the forms of a folded English word; the word itself is always among them."""
    if not 3 <= len(word) <= LONGEST or not word.isascii() or not word.isalpha() or word in _ALONE:
        return (Form(word, ""),)
    if group := _known().get(word):
        return tuple(Form(each, "") for each in group)
    if word in _GERUNDS:
        return (Form(word, _NOUN),)
    return with_itself(word, _of_base(_base(word)))


def _split(word: str) -> tuple[str, str]:
    """Part a prefix from an irregular verb or past, if there is both."""
    for prefix in ("", *_BEFORE):
        rest = word.removeprefix(prefix)
        if word.startswith(prefix) and (rest in _irregular() or rest in _pasts()):
            return prefix, rest
    return "", word


def _base(word: str) -> str:
    """Lead a plural, a past or a form in -ing back to the base it may come from."""
    prefix, rest = _split(word)
    if rest in _irregular() or rest in _pasts():
        return prefix + _pasts().get(rest, rest)
    for pattern, base in _PLURALS:
        if pattern.fullmatch(word):
            return pattern.sub(base, word)
    stem = re.sub("(?:ed|ing)$", "", word)
    if (
        stem == word
        or len(stem) < 2
        or not re.search("[aeiouy]", stem)
        or (word.endswith("eed") and word not in _AGREED)
    ):
        return word
    if _TWICE.fullmatch(stem) and stem not in ("add", "err"):
        return stem[:-1]
    return stem + "e" if _DROPPED_E.fullmatch(stem) else stem


def _of_base(base: str) -> Iterator[Form]:
    prefix, rest = _split(base)
    pasts = _irregular().get(rest)
    for past in pasts or ():
        yield Form(prefix + past, "")
    if base.endswith("man") and base not in _ALONE:
        yield Form(base[:-2], _MAN)
        return
    for stem, endings in _regular(base):
        yield Form(stem, endings if pasts is None else _PRESENT.get(endings, endings))


def _regular(base: str) -> Iterator[tuple[str, str]]:
    last = base[-1]
    if base in _LESS:
        yield _LESS[base]
    elif base.endswith(("ee", "oe", "ye")):
        yield base, _OPEN
    elif last == "e" and re.search("[aeiouy]", base[:-1]):
        yield base[:-1], _SILENT
    elif last == "y" and base[-2] not in "aeiou":
        yield base[:-1], _Y
    elif last == "o":
        yield base, _ECHO
    elif not re.search("[aeiouy]", base[:-1]):
        yield base, _NOUN  # the
    elif _HISSING.fullmatch(base):
        yield base, _HISS
    elif _SHORT.fullmatch(base):
        yield base, _NOUN
        yield base + last, _DOUBLED
    else:
        yield base, _PLAIN
        if _CLOSED.fullmatch(base):
            yield base + last, _DOUBLED

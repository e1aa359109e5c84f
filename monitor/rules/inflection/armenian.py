"""How Eastern Armenian words bend: nouns by case, number, article and possessive; verbs by tense and voice.

A noun takes a plural, a case and one mark (article ը ն, possessive ս դ), in this order. Before an ending that begins
with a vowel the ի or ու of its last syllable often falls out (գիծ, գծի); as no rule tells where, both stems are tried,
but not with suffixes that never change. Adjectives stand unchanged, or bend as nouns do.

A verb given as infinitive is found in active and passive; given in the passive (-վել, -ված, -վում), in the passive
alone, since that is often another thing: զոհվել is to fall, զոհել to sacrifice. Negations (չ-) are not joined, nor
words made from the same root: մահ is not մահացու, սահման not սահմանադրություն.
"""

from __future__ import annotations

import re

from monitor.rules.inflection.form import Form

_armenian = re.compile("[ա-ֆ]{2,}")
_consonant = "[բգդզթժլխծկհձղճմյնշչպջռսվտրցփքֆ]"

# Words of grammar. They stand in phrases, and what would be their forms are other words (եւս, ուս).
_unbent = {"եւ", "ու", "կամ", "բայց", "նաեւ", "թե", "որ", "ոչ", "մի", "այս", "այդ", "այն", "առանց", "առ", "ըստ", "դեպի"}
_unbent |= {"եմ", "ես", "ենք", "եք", "են", "էր", "էին", "կա", "կան", "մինչ", "մինչեւ", "համար", "մասին"}
_unbent |= {"չեմ", "չես", "չի", "չենք", "չեք", "չեն", "չէ", "չէր", "չէին", "չկա", "չկան"}

# ---- nouns

_mark = "[ընսդ]"
_no_place = "(?:ի[նսդ]?|ից[նսդ]?|ով[նսդ]?)"
_case = f"(?:{_no_place}|ում[նսդ]?)"
_plural = f"ն?եր(?:{_case}|{_mark})?"
_noun = f"(?:{_plural}|{_case}|{_mark})?"
_noun_nowhere = f"(?:{_plural}|{_no_place}|{_mark})?"
_short = f"(?:{_plural}|{_case})"  # after a stem that lost its vowel
_after_a_o = f"(?:{_plural}|յ{_case}|[նսդ])?"  # դիվերսիայի
_oblique = f"(?:ից[նսդ]?|ով[նսդ]?|ում|{_mark})?"  # after a genitive: մարդկանցից, կնոջը
_u = "ու(?:ց?[նսդ]?)"  # թշնամու, թշնամուց
_i_lost = f"(?:{_u}|ով[նսդ]?|ում[նսդ]?)"
_yun = f"(?:ուն{_noun}|ան{_mark}?|ամբ[սդ]?)"  # հրաձգություն, հրաձգության
_um = f"(?:ում{_noun}|ման(?:ից)?{_mark}?|մամբ[սդ]?)"  # հարձակում, հարձակման

# The locative of these is a word of its own: սահմանում "lays down", վիրավորում "insult", զոհում "sacrifices".
_nowhere = {"սահման", "վիրավոր", "զոհ", "նահատակ", "կապ", "պատասխան", "թիվ", "գին", "լուր"}

# Their last vowel stays, and without it they would be other words (մտքի is of a thought, հունի of a river bed).
_firm_endings = ("իկ", "ուկ", "ույթ", "յուն", "ում")
_firm = {"մուտք", "հույն", "լույս", "նիստ", "գին", "լուր", "թիվ", "դեղ"}
_losing = re.compile(f"(.*(?!յ){_consonant})(?:ի|ու)({_consonant}+)")
_narrowing = re.compile(f"(.*{_consonant})(?:(?P<u>ույ)({_consonant}+)|յակ)")

_time = {"ամիս": "ամս", "տարի": "տար"} | {
    each: each for each in ("օր", "կեսօր", "ժամ", "շաբաթ", "րոպե", "գիշեր", "առավոտ", "ցերեկ", "ամառ", "ձմեռ", "երեկ")
}

# Genitives and plurals that follow no rule; whatever a genitive may take follows them.
_own = {
    "մարդ": ("մարդու", "մարդուց", "մարդիկ", "մարդկանց"),
    "մահ": ("մահվան", "մահվամբ"),
    "կորուստ": ("կորստյան", "կորստյամբ"),
    "ծնունդ": ("ծննդյան",),
    "թիվ": ("թվի", "թվին", "թվից", "թվով", "թվեր"),
    "գին": ("գնի", "գնին", "գնից", "գնով", "գներ"),
    "անուն": ("անվան", "անվամբ"),
    "կին": ("կնոջ", "կանայք", "կանանց"),
    "աղջիկ": ("աղջկա",),
    "քույր": ("քրոջ",),
    "ընկեր": ("ընկերոջ",),
    "տեր": ("տիրոջ",),
    "սեր": ("սիրո",),
    "մայր": ("մոր",),
    "հայր": ("հոր",),
    "եղբայր": ("եղբոր",),
    "ամուսին": ("ամուսնու", "ամուսնուց"),
    "տուն": ("տան",),
    "շուն": ("շան",),
    "լեռ": ("լեռան",),
    "դուռ": ("դռան", "դռն"),
    "բեռ": ("բեռան",),
    "թոռ": ("թոռան",),
    "գարուն": ("գարնան",),
    "աշուն": ("աշնան",),
    "մանուկ": ("մանկան",),
    "աստված": ("աստծո", "աստծու"),
}

# ---- verbs

_named = "(?:ը|ն|ս|դ|ու(?:ց|ն|ս|դ)?|ով|իս)?"  # an infinitive bends too: կրակելու, կրակելիս
_may = "ե(?:մ|ս|ն|նք|ք|ի(?:ր|ն|նք|ք)?)"
_may_a = "ա(?:մ|ս|ն|նք|ք|ր|յի(?:ր|ն|նք|ք)?)?"
_did = "ց(?:ի(?:ր|ն|նք|ք)?)?"  # after ե or ա: կրակեց, կրակեցին
_went = "ա(?:վ|ն|նք|ր|ք)?"  # անցավ, անցան
_done = f"(?:ած|ող){_noun}"
# The subjunctive's ի and եր are left out without the future's կ-: they would be the noun's (կրակի, կրակեր).
_one_voice = f"(?:ել{_named}|ե{_did}|ում|{_done}|{_may})"
_both = f"(?:վ?{_one_voice})"  # with the passive; a root may end in վ itself: գրավել, գրավվել
_goes = f"(?:ել{_named}|ում|ող{_noun}|{_may})"  # the present of verbs with another past
_went_all = f"(?:{_went}|ել|ած{_noun})"
_did_all = f"(?:ե{_did}|ել|ած{_noun}|վ{_one_voice})"
_becomes = f"(?:ալ{_named}|ում|{_may_a})"
_became = f"(?:{_went}|ել|{_done}|(?:ի(?:ր|ն|նք|ք)?)?)"
_reads = f"(?:ալ{_named}|ում|ա{_did}|աց(?:ել|{_done}|վ{_one_voice})|{_may_a})"
_makes = f"(?:ն{_goes}|ր(?:ե{_did}|ել|ած{_noun})|վ{_one_voice})"  # կորցնել, կորցրեց
_will = f"(?:վ?(?:{_may}|եր|ի))"
_will_a = f"(?:{_may_a}|ի)"

_kinds = {
    "making": (_makes, f"(?:ն{_will}|վ{_will})"),
    "turning": (f"(?:ն{_becomes}|ց{_became})", f"ն{_will_a}"),
    "reading": (_reads, _will_a),
    "plain": (_both, _will),
}

# Infinitives whose past has another root: the present, the past, and how the past goes.
_other_past = {
    "հասնել": ("հասն", "հաս", _went_all),
    "մտնել": ("մտն", "մտ", _went_all),
    "ընկնել": ("ընկն", "ընկ", _went_all),
    "գտնել": ("գտն", "գտ", _went_all),
    "տեսնել": ("տեսն", "տես", _went_all),
    "իջնել": ("իջն", "իջ", _went_all),
    "ելնել": ("ելն", "ել", _went_all),
    "առնել": ("առն", "առ", _went_all),
    "անցնել": ("անցն", "անց", _went_all),
    "մեռնել": ("մեռն", "մեռ", _went_all),
    "փախչել": ("փախչ", "փախ", _went_all),
    "թռչել": ("թռչ", "թռ", _went_all),
    "կորչել": ("կորչ", "կոր", _went_all),
    "դիպչել": ("դիպչ", "դիպ", _went_all),
    "տանել": ("տան", "տար", _went_all),
    "լինել": ("լին", "եղ", _went_all),
    "թողնել": ("թողն", "թող", _did_all),
    "դնել": ("դն", "դր", _did_all),
    "անել": ("ան", "ար", _did_all),
    "դառնալ": ("դառն", "դարձ", _went_all),
    "վերադառնալ": ("վերադառն", "վերադարձ", _went_all),
    "տալ": ("տալ", "տվ", _did_all),
    "գալ": ("գալ", "եկ", _went_all),
}
_by_past = {
    past + ending: infinitive
    for infinitive, (_, past, went) in _other_past.items()
    for ending in ("ել", "ած", "եց" if went is _did_all else "ավ")
}

# Their passive is another word: գտնվել to lie somewhere, հայտնվել to appear.
_no_passive = {"հայտնել", "վերաբերել", "հանդիսանալ"}

# Nouns that only look like a verb's forms: the strike, the arsenal, Israel.
_no_verb = re.compile(
    ".*(?:հարված|կաթված|զանգված|գեներալ|հոսպիտալ)|հատված|աստված|արսենալ|կապիտալ|տերմինալ|սիգնալ|կանալ|ֆինալ|մատերիալ"
    "|սերիալ|տրիբունալ|ժուռնալ|սկանդալ|պորտալ|նեպալ|իսրայել|մոդել|շրապնել|թունել|պանել|հոթել|կաբել|դուել|.+իել"
)
_verbs = re.compile(
    "(?P<making>.+ց|.*դարձ)(?:նել|րել|րած|րեց|րեցին)|(?P<turning>.{2,}[եա])(?:նալ|ցել|ցած|ցավ|ցան)|(?P<reading>.{2,})ալ"
    "|(?P<plain>.{2,})(?:ել|ած|եց|եցին|(?<=վ)ում)"
)


def forms(word: str) -> tuple[Form, ...]:
    """Return the forms of a folded word; of one in another script, of a word of grammar, of one letter, itself."""
    if word in _unbent or not _armenian.fullmatch(word):
        return (Form(word, ""),)
    word = _by_past.get(word, word)
    if word in _other_past:
        return _with_other_past(*_other_past[word])
    verb = None if _no_verb.fullmatch(word) else _verbs.fullmatch(word)
    if verb is None or verb.lastgroup is None:
        return _of_noun(word)
    return _of_verb(word, verb.lastgroup, verb[verb.lastgroup])


def _of_noun(word: str) -> tuple[Form, ...]:
    found = [_with_endings(word), *(Form(own, _oblique) for own in _own.get(word, ()))]
    if word in _time:
        found.append(Form(_time[word] + "վա", "(?:[նսդ]|նից)?"))
    if word.endswith("ի") and word[:-1] not in _nowhere:
        found.append(Form(word[:-1], _i_lost) if len(word) > 2 else Form(word, _u))
    elif word.endswith("ու") and len(word) > 3:
        found.append(Form(word[:-2] + "վ", _case))
    elif stem := _short_stem(word):
        found.append(Form(stem, _short))
    return tuple(found)


def _with_endings(word: str) -> Form:
    if word.endswith("յուն"):
        return Form(word[:-3], _yun)
    if word.endswith("ում") and len(word) > 4:
        return Form(word[:-3], _um)
    if word.endswith(("ա", "ո", "օ")):
        return Form(word, _after_a_o)
    return Form(word, _noun_nowhere if word in _nowhere else _noun)


def _short_stem(word: str) -> str | None:
    """Return the stem of a noun without, or with less of, its last vowel; None if it keeps it."""
    if word in _firm or word.endswith(_firm_endings):
        return None
    if narrow := _narrowing.fullmatch(word):
        return f"{narrow[1]}ու{narrow[3]}" if narrow["u"] else f"{narrow[1]}եկ"
    if lost := _losing.fullmatch(word):
        return lost[1] + lost[2]
    return None


def _of_verb(word: str, kind: str, stem: str) -> tuple[Form, ...]:
    if word in _no_passive:
        return (Form(stem, _one_voice),)
    endings, future = _kinds[kind]
    found = [Form(stem, endings)]
    if len(stem) > 2:  # the future's կ- before less is likely to begin another word
        found.append(Form("կ" + stem, future))
    return tuple(found)


def _with_other_past(present: str, past: str, went: str) -> tuple[Form, ...]:
    if present.endswith("ալ"):
        return (Form(present, _named), Form(past, went))
    return (Form(present, _becomes if past.endswith("դարձ") else _goes), Form(past, went))

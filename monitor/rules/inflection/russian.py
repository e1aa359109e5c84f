r"""How Russian words bend: the cases of nouns and adjectives, the tenses and participles of verbs.

A word is wanted as a dictionary gives it (потеря, раненый, погибнуть), or as its plural (потери, раненые); a past tense
(обстреляли) is led back to its verb where it can be no noun. Any other form stands for itself. A verb brings its own
forms only: обстрелять is not обстреливать, and neither is обстрел. Folded text has no ё; it is е here.

How the table below is read, `table` says; the class `-` is that of stems that nothing follows, `@` stands where that
word's forms are taken instead. A class is wider than the grammar where nothing else can stand there (no harm in endings
that make no word), and narrow elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.rules.inflection import table
from monitor.rules.inflection.form import LONGEST, Form, with_itself

# Adjectives: hard, after г к х, after ж ч ш щ, soft. Participles of the passive, after the vowel of the verb.
_HARD = "(?:ый|ого|ому|ым|ом|ая|ой|ую|ою|ое|ые|ых|ыми)"
_HUSH = "(?:ий|его|ему|им|ем|ая|ей|ую|ею|ее|ие|их|ими)"
_DONE_N = f"н(?:а|о|ы|н?{_HARD})?"  # обстрелян, обстреляна, обстрелянный; ранен, раненый
_DONE_T = f"т(?:а|о|ы|{_HARD})?"  # убит, убита, убитый
# Verbs: the past after a vowel and after a consonant; the present, or future, of both conjugations.
_PAST = f"л|ла|ло|ли|в|вши|вш{_HUSH}"
_PAST_C = f"ла|ло|ли|ши|ш{_HUSH}"
_NOW = f"ю|ешь|ет|ем|ете|ют|я|ющ{_HUSH}"
_NOW_C = f"у|ешь|ет|ем|ете|ут|ущ{_HUSH}"

_CLASSES = {
    "-": "",
    # adjectives; `short` ones are full too
    "hard": _HARD,
    "back": "(?:ий|ой|ого|ому|им|ом|ая|ую|ою|ое|ие|их|ими)",
    "hush": _HUSH,
    "soft": "(?:ий|его|ему|им|ем|яя|ей|юю|ею|ее|ие|их|ими)",
    "short": f"(?:а|о|ы|{_HARD})",
    "ended": f"(?:а|о|ы|н?{_HARD})?",
    "ended-t": f"(?:а|о|ы|{_HARD})?",
    # verbs
    "past": f"(?:{_PAST})",
    "past-n": f"(?:ть|{_PAST}|{_DONE_N})",
    "past-t": f"(?:ть|{_PAST}|{_DONE_T})",
    "now": f"(?:{_NOW})",
    "now-c": f"(?:{_NOW_C})",
    "plain": f"(?:ть|{_PAST}|{_DONE_N}|{_NOW})",
    "had": f"(?:ть|{_PAST}|{_NOW})",
    "lost": f"(?:{_PAST_C})?",
    "push": f"(?:уть|у(?:{_PAST}|{_DONE_T})|{_NOW_C})",
    "give": f"(?:ть|{_PAST}|{_DONE_N}|м|шь|ст|дим|дите|дут)",
    "giving": f"(?:вать|ва(?:{_PAST}|я|ем{_HARD})|{_NOW})",
    "stand": f"(?:ть|{_PAST}|н(?:{_NOW_C}))",
    "live": f"(?:ть|{_PAST}|{_DONE_T}|в(?:{_NOW_C}))",
    "carry": f"(?:ти|{_PAST_C}|{_NOW_C}|я|е(?:{_DONE_N}))?",
    "lead": f"(?:сти|л|ла|ло|ли|дш{_HUSH}|д(?:{_NOW_C}|я|е{_DONE_N}))",
    "went": f"(?:ел|ла|ло|ли|едш{_HUSH})",
    "go": f"(?:{_NOW_C}|я|ен(?:а|о|ы|н{_HARD})?)",
    "able": f"(?:{_PAST_C}|у|ут|ущ{_HUSH}|н(?:{_NOW_C}))?",
    "draw": f"(?:{_PAST_C}|у|ут|ущ{_HUSH})?",
    "drawn": f"(?:ешь|ет|ем|ете|е(?:{_DONE_N}))",
    "second": f"(?:ю|ишь|ит|им|ите|ят|я|ящ{_HUSH})",
    "second-h": f"(?:у|ишь|ит|им|ите|ат|а|ащ{_HUSH})",
    "done": f"(?:{_DONE_N})",
    "changed": f"(?:у|ю|е(?:{_DONE_N}))",  # захвачу, захвачен
    # nouns; `many`: a plural whose gender is not known takes what either has
    "man": "(?:а|у|ом|е|ы|ов|ам|ами|ах)?",
    "man-k": "(?:а|у|ом|е|и|ов|ам|ами|ах)?",
    "man-h": "(?:а|у|ом|ем|е|и|ей|ам|ами|ах)?",
    "man-c": "(?:а|у|ом|ем|е|ы|ов|ев|ам|ами|ах)?",
    "folk": "(?:е|ам|ами|ах)?",
    "name": "(?:а|у|ом|ым|е|ы|ой|ов|ых|ыми|ам|ами|ах)?",
    "woman": "(?:а|ы|е|у|ой|ою|ам|ами|ах)?",
    "woman-k": "(?:а|и|е|у|ой|ою|ам|ами|ах)?",
    "woman-h": "(?:а|и|е|у|ей|ею|ой|ам|ами|ах)?",
    "woman-c": "(?:а|ы|е|у|ей|ею|ой|ам|ами|ах)?",
    "woman-s": "(?:я|и|е|ю|ей|ею|ь|ям|ями|ях)",
    "third": "(?:ь|и|ью|ей|ям|ями|ях)",
    "sign": "(?:ь|я|ю|ем|е|и|ью|ей|ям|ями|ях)",
    "reader": "(?:ь|я|ю|ем|е|и|ей|ям|ями|ях)",
    "bare": "(?:я|ю|ем|е|и|ей|ям|ями|ях)",
    "thing": "(?:о|а|у|ом|е|ам|ами|ах)?",
    "thing-h": "(?:е|а|у|ем|ам|ами|ах)?",
    "thing-s": "(?:е|я|ю|ем|ей|ям|ями|ях)",
    "jot": "(?:й|я|ю|ем|ей|ею|е|и|ев|ям|ями|ях)",
    "sister": "(?:я|е|и|ю|ем|ей|ею|ям|ями|ях)",
    "many": "(?:а|ы|е|у|ом|ой|ою|ов|ам|ами|ах)?",
    "many-k": "(?:а|и|е|у|ом|ой|ою|ов|ам|ами|ах)?",
    "many-h": "(?:а|и|е|у|ом|ем|ей|ею|ам|ами|ах)?",
    "many-c": "(?:а|ы|е|у|ом|ем|ей|ею|ов|ев|ам|ами|ах)?",
    "our": "(?:а|е|и|его|ему|им|ем|ей|ею|у|их|ими)?",
    "own": "(?:й|его|ему|им|ем|я|ей|ею|ю|е|и|их|ими)",
    "two": "(?:а|е|ух|ум|умя)",
    "three": "(?:и|ех|ем|емя)",
    "people": "(?:и|ей|ям|ьми|ях)",
    "time": "(?:и|ем|а|ам|ами|ах)?",
}

# What looks like a verb and is a noun; the beginnings of verbs; consonants and vowels.
_NO_VERB = "памят|печат|кроват|рат|нит|плот|ртут|сут|мечет|рукоят|благодат|сет|клет|плет|трет|пят|девят|десят|прыт|мут"
_PREFIX = "в|во|вз|вы|до|за|из|ис|на|о|об|от|пере|по|под|пред|при|про|раз|рас|с|со|у|"
_WAY = "во|вы|до|за|на|обо|ото|пере|подо|про|разо|со|у|взо"
_C = "[бвгджзклмнпрстфхцчшщ]"
_V = "[аеиоуыэюя]"

_TABLE = rf"""
# words of their own
(наш|ваш)[аеи]?           \1 our
(сво|мо|тво)[йяеи]        \1 own
два|две                   дв two
три                       тр three
человек|люди              человек man-k  люд people
ребенок|дети              ребенок -  ребенк man-k  дет people
мать                      мать -  матер third
дочь                      доч third  дочер third  дочерьми -
брат|братья               брат man  брать sister  братьев -
друг|друзья               друг man-k  друзь sister  друзей -
лагерь                    лагер reader  лагеря -
путь                      пут reader
церковь                   церковь -  церковью -  церкв bare  церквам -
судно                     судн thing  суд man
войска|войско             войск thing
оружие                    оружи jot
(окн|звен|зерн|бревн|полотн|пятн|сукн)о  \1 thing
(.*)время                 = -  \1времен time
(знам|плам|плем|им)я      = -  \1ен time
({_NO_VERB})ь             \1 third
быть                      = -  бы past  буд now-c
идти                      = -  ше past  ш went  ид now-c
лечь                      = -  лег lost  ляг draw  ляж drawn
взять                     взя past-t  возьм now-c

# past tenses, led back to their verbs
(.+)(?:лся|лась|лось|лись)  \1ться @
(.+ова|.+ну|.+я)л[аои]?   \1ть @
(.+[{_C[1:-1]}][иы])ли    \1ть @
(напа|попа|упа)л[аои]?     \1сть @
(погиб|исчез|достиг|проник|возник|вторг)(?:л[аои])?  \1нуть @

# verbs
(.*нес|.*вез|спас|полз)ти  \1 carry
(.*ве)сти                 \1 lead
({_WAY})йти               = -  \1ш went  \1йд go
прийти                    = -  приш went  прид go
(напа|попа|упа|выпа|се)сть  = -  \1 past  \1д now-c
(.*мо|бере|стере)чь       = -  \1г able  \1ж drawn
(дости|пости)чь           = -  \1г able
(.*)жечь                  = -  \1жег lost  \1ожг lost  \1ожж drawn
(.*вле|.*се|обре)чь       = -  \1к draw  \1ч drawn
({_PREFIX})дать           \1да give
(.*да|.*зна)вать          \1 giving
({_PREFIX}|вос)стать      \1ста stand
({_PREFIX})([блпш])ить    \1\2и past-t  \1\2ь now  \1о\2ь now
({_PREFIX})жить           \1жи live
({_PREFIX})быть           \1бы past-t  \1буд now-c
(.+)ыть                   \1ы past-t  \1о now
(.*м)ереть                = -  \1ер lost  \1р now-c
(за|на|по)нять            \1ня past-t  \1йм now-c
(при|предпри|пере)нять    \1ня past-t  \1м now-c  \1йм now-c
(под|с|от|об)нять         \1ня past-t  \1ним now-c
(.*на)чать                \1ча past-t  \1чн now-c
(.*рв|жд|.*[^ую]жд)ать    \1а plain  \1 now-c
(.*)брать                 \1бра past-n  \1бер now-c
(.*)звать                 \1зва past-n  \1зов now-c
(.*)слать                 \1сла past-n  \1шл now-c
(.*)гнать                 \1гна past-n  \1гон second
(.*)ехать                 \1еха past-n  \1ед now-c
(.*пи)сать                \1са past-n  \1ш now-c
(.*ка|.*вя|.*ре)зать      \1за past-n  \1ж now-c
(.*)бежать                \1бежа past-n  \1беж second-h  \1бег now-c
(.+[жчшщ])ать             \1а plain  \1 second-h
(.+)овать                 \1ова past-n  \1у now
(.+)евать                 \1ева plain  \1ю now  \1у now
(.+[ая])ть                \1 plain
(.*(?:гиб|ник|верг|торг|чез|стиг|мерз|вык|дох|сох|пух|слеп|тих|креп))нуть  \1 lost  \1н push
(.+)нуть                  \1н push
(.{_C})еть                \1е had
(.+{_C})еть               \1е had  \1 second
(.+[бпвмф])ить            \1и past-n  \1 second  \1л changed
(.+)стить                 \1сти past-n  \1ст second  \1щ changed
(.+)дить                  \1ди past-n  \1д second  \1ж changed  \1жд changed
(.+)тить                  \1ти past-n  \1т second  \1ч changed  \1щ changed
(.+)зить                  \1зи past-n  \1з second  \1ж changed
(.+)сить                  \1си past-n  \1с second  \1ш changed
(.+[жчшщ])ить             \1и past-n  \1 second-h  \1 changed
(.+)ить                   \1и past-n  \1 second  \1е done

# adjectives and participles
((?:от|пере|с|при|раз|у|)бо|(?:на|)стро|геро|сло|поко|конво|засто|усто|зно|ро|во)й  \1 jot
(ста|сва)я                \1 jot
(?!колено|полено)(.{{2,}}[^м]ен|.+ован|.{{2,}}ян)о  \1 ended
(.{{2,}}[жчшщ]ен|.+нен|.+стрелян|.+ован)[аы]?  \1 ended
(уби|сби|отби|разби|взя|заня|откры|закры)т[оаы]?  \1т ended-t
(.+ован|.+ян|.{{2,}}[^мв]ен)н?(?:ый|ая|ое|ые)  \1 ended
(.{{2,}}[ияыу]т)(?:ый|ая|ое|ые)  \1 ended-t
(.+{_C})н(?:ый|ая|ое|ые)  \1н short  \1ен -
(.{{2,}}[гкх])(?:ий|ой|ая|ое|ие)  \1 back
(.*личи)е                 \1 jot
(.{{2,}}[жчшщ])(?:ий|ая|ее|ие)  \1 hush
(.+[дтшжрхвн]н|.+ьн)(?:ий|яя|ее|ие)  \1 soft
(.{{2,}})(?:ый|ой|ая|ое|ые)  \1 hard

# nouns in a vowel, and in й
(.{{2,}}и)[йяеи]          \1 jot
(.+)ья                    \1ь sister  \1ей -
(.+)ье                    \1ь sister  \1ий -  \1ей -
(.+{_V})[йяи]             \1 jot
(.+{_C})([нл])я           \1\2 woman-s  \1е\2 -  \1е\2ь -
(.{{2,}})я                \1 woman-s
(.+[жчшщ])ка              \1к woman-k  \1ек -
(.+)([йь])ка              \1\2к woman-k  \1ек -
(.+{_C})ка                \1к woman-k  \1ок -
(.+[гкх])а                \1 woman-k
(.+[жчшщ])а               \1 woman-h
(.+ц)а                    \1 woman-c
(.+{_C})а                 \1 woman
(?:.+н|.+{_C}к|.*[оеь]к)о  = -
(.+{_C})([рл])о           \1\2 thing  \1е\2 -
(.+{_C})о                 \1 thing
(пол|мор|гор)е            \1 thing-s
(.+щ)е                    \1 thing-h
(.+{_C})це                \1ц thing-h  \1ец -

# nouns in the plural
(.*{_V})йцы               \1ец -  \1йц man-c
(.+)льцы                  \1лец -  \1льц man-c
(.+{_C})цы                \1ец -  \1ц man-c
(.+ц)ы                    \1 many-c
(.+{_C})ы                 \1 many
(.+[жчшщ])ки              \1к many-k  \1ек -  \1ок -
(.+{_C})ки                \1к many-k  \1ок -
(.+[гкх])и                \1 many-k
(.+[жчшщ])и               \1 many-h
(.{{2,}})и                \1 sign

# nouns in a consonant
(ог|д|полд|кам|пар|уров|переч|кор|рем|греб|лив|п)[ое]нь  = -  \1н bare
(ног|лок|ког)оть          = -  \1т bare
(гост|гвозд|вожд|дожд|голуб|черв|медвед|лебед|зят|тест|.+тел|.+ар|.+бр)ь  \1 reader
(.+ст|.*[зж]н|.+[вчшщжмбпф]|.+[аео]д)ь  \1 third
(.{{2,}})ь                \1 sign
(уг|уз|пос|ор|кот|ос|умыс|замыс)[ое]л  = -  \1л man
(шат|кост|ков|вет)ер      = -  \1р man
(р|хреб)[ое]т             = -  \1т man
(л|р)[ое]в                = -  \1ьв man  \1в man
лед                       = -  льд man
(.*{_V})ец                = -  \1йц man-c
(.*{_C}{{2}}ец)           \1 man-c
(.+)лец                   = -  \1льц man-c
(.+)ец                    = -  \1ц man-c
(?!(?:пр?|)о?рок|урок)(.*{_V}.*{_C})ок  = man-k  \1к man-k
(.*{_V})ек                = -  \1йк man-k  = man-k
(.+[жчшщ])ек              = -  \1к man-k
(.+[ая]н)ин               \1ин man  \1 folk
(.{{2,}}[ое]в|.{{2,}}[иы]н)  \1 name
(.+[гкх])                 \1 man-k
(.+[жчшщ])                \1 man-h
(.+ц)                     \1 man-c
(.+{_C})                  \1 man
"""


def forms(word: str) -> tuple[Form, ...]:
    """Return the forms of a folded Russian word; the word itself is always among them."""
    if word.endswith(("ться", "тись", "чься")) and len(word) <= LONGEST:
        return tuple(Form(stem, f"{endings}(?:ся|сь)") for stem, endings in forms(word[:-2]))
    return with_itself(word, _bent(word) if 2 < len(word) <= LONGEST else ())


def _bent(word: str) -> Iterator[Form]:
    for stem, name in table.bent(word, _TABLE):
        if name == "@":
            yield from forms(stem)
        else:
            yield Form(stem, _CLASSES[name])

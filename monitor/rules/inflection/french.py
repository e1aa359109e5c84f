r"""How French words bend: plurals, feminines, participles, and the forms of verbs.

Folded text has no accents: blessé, blesse and blesses differ by their ends only, so a word in -e brings the participle
of a verb as well (attaque, attaquée). The other forms of a verb come from its infinitive: perdre is perd, perdu,
perdirent, but not perte. A word in -ee stands for a noun (armée, tranchée) and brings its plural only.

How the table below is read, `table` says; the class `-` is that of stems that nothing follows.
"""

from __future__ import annotations

from monitor.rules.inflection import table
from monitor.rules.inflection.form import LONGEST, Form, with_itself

_OLD = "ais|ait|aient|ions|iez|ant"
_SOON = "r(?:ai|as|a|ons|ez|ont|ais|ait|ions|iez|aient)"
_CLASSES = {
    "-": "",
    # nouns, adjectives, participles
    "s": "s?",
    "x": "x?",
    "e": "(?:e|es)",
    "ee": "(?:ee|ees)",
    "done": "(?:e|es|ee|ees)",  # bless-, attaqu-
    "agree": "(?:s|e|es)?",  # perdu, prisonnier
    "french": "(?:e|es)?",  # pris, francais
    "al": "(?:al|als|ale|ales|aux)",
    "if": "(?:f|fs|ve|ves)",
    "eux": "(?:x|se|ses)",
    # verbs
    "er": f"(?:er|e|es|ee|ees|ent|ons|ez|a|as|at|erent|{_OLD}|e{_SOON})",
    "ger": f"(?:er|e|es|ee|ees|ent|ez|erent|ions|iez|e(?:a|as|at|ons|{_OLD})|e{_SOON})",
    "mute": f"(?:e|es|ent|e{_SOON})",  # deploi-, appell-
    "ir": f"(?:r|rs|e|s|es|t|ss(?:e|es|ent|ons|ez|{_OLD})|rent|{_SOON})?",
    "re": f"(?:re|res|s|ent|ons|ez|is|it|irent|u|ue|us|ues|{_OLD}|{_SOON})?",
    "soon": f"(?:{_SOON})",
    "take": f"(?:ent|ons|ez|{_OLD})",
    "taken": "(?:s|t|rent|se|ses)",
    "hold": f"(?:ir|ons|ez|u|ue|us|ues|{_OLD})",
    "held": "(?:s|t|nent)",
    "go": "(?:s|t|rent)",
    "leave": f"(?:ir|i|is|it|irent|ent|ons|ez|{_OLD}|i{_SOON})",
    "open": f"(?:ir|e|es|ent|ons|ez|is|it|irent|{_OLD}|i{_SOON})",
    "run": f"(?:ir|s|t|ent|ons|ez|u|ue|us|ues|ut|urent|{_OLD}|{_SOON})",
    "build": f"(?:re|s|t|ts|te|tes|s(?:ent|ons|ez|it|irent|{_OLD})|{_SOON})",
    "write": f"(?:re|s|t|ts|te|tes|v(?:ent|ons|ez|it|irent|{_OLD})|{_SOON})",
    "reach": f"(?:dre|s|t|ts|te|tes|d{_SOON})",
}

_INVARIABLE = (
    "temps|corps|cours|secours|vers|hors|alors|ours|toujours|mars|dans|sans|moins|gens|fonds|leurs|plusieurs|ailleurs"
    "|apres|pres|tres|acces|succes|proces|progres|deces|exces|les|des|ces|mes|tes|ses|nos|vos|travers|divers|univers"
    "|parcours|recours|concours|discours|lors|deux"
)

_TABLE = rf"""
# verbs
(arm|all|dur|entr|port|tranch)er  = -  \1 e  \1 take  \1e soon
(.+oir)s?                 \1 s
mourir                    mour run  meur run  mort agree
(.*[tv])enir              \1en hold  \1ien held  \1in go  \1iend soon
(.*)prendre               \1prend re  \1pren take  \1prenn take  \1pri taken
(.*)mettre                \1mett re  \1met s  \1mi taken
(.*)battre                \1batt re  \1bat s
(.*romp)re                \1 re
(.*)vivre                 \1viv re  \1vi go  \1vecu agree
(.*)suivre                \1suiv re  \1sui go  \1suivi agree
(.*(?:ra|e|o))indre       \1in reach  \1ign take  \1ign open
(.*(?:[trvfp]en|scen|span|epan|epon|fon|per|mor|tor|ton)d)re  \1 re
(.*[dtrn]ui)re            \1 build
(.*cri)re                 \1 write
(conqu|acqu|reconqu)erir  = -  \1er take  \1is french  \1i go  \1ier held  \1er soon
(.*(?:par|sor|ser|dor|men|sen))([tvm])ir  \1\2 leave  \1 go
(.*(?:ouv|off|souff|couv))rir  \1r open  \1ert agree
(.*cour)ir                \1 run
fuir                      fui ir  fui mute  fuy take
(.{{2,}}i)r               \1 ir
(mer|fer|hiver|sniper|tanker|leader|hacker|poster|cancer|enfer|hier|super)s?  \1 s
(.+)yer                   \1y er  \1i mute
(.+)eler                  \1el er  \1ell mute
(.*j)eter                 \1et er  \1ett mute
(.+g)er                   = agree  \1 ger
(.{{2,}})er               = agree  \1 er

# nouns, adjectives, participles
({_INVARIABLE})  = -
travail|travaux           travail -  travaux -
(.*(?:pr|qu|(?:so|per|pro|com|re|ad|trans)m)is)(?:es?)?  \1 french
(.{{3,}}(?:[gnldc]ai|[nc]oi)s)(?:es?)?  \1 french
(.*(?:ouv|off|souff|couv)ert)(?:e?s?)?  \1 agree
(mort|civil|grand|petit|lourd|fort|haut|court|seul|soldat|azeri|allemand)(?:e?s?)?  \1 agree
(.+[dtrn]uit|.*crit)(?:e?s?)?  \1 agree
(.*(?:[rn]d|att|ten|par|cour|ven|lu|ol|ab)u)(?:e?s?)?  \1 agree
(.{{2,}}[nhl]i)s?         \1 agree
(.{{3,}}m)is?             \1i agree
(.+ien)s?                 \1 s  \1ne s
(.+(?:i|tu|du|nn)el)s?    \1 s  \1le s
(.{{3,}}(?:[^dgm]ent|ant)|.{{3,}}[cr]ain)s?  \1 agree
(.{{2,}})(?:al|aux)       \1 al
(.+i)fs?                  \1 if
(f|li|j|v|nev|adi|enj|mili)eux?  \1eu x
(.{{2,}}eu)(?:x|ses?)     \1 eux
(.+eau)x?                 \1 x
(.+)ees?                  \1 ee
(arm|tranch|entr|cot|port|dur)es?  \1 e
(.*(?:ss|[uioa]s|[^u]x))  = -
(.{{2,}})es?              \1 done
(.+?)s?                   \1 s
"""


def forms(word: str) -> tuple[Form, ...]:
    """Return the forms of a folded French word; the word itself is always among them."""
    readable = 3 <= len(word) <= LONGEST and word.isascii() and word.isalpha()
    bent = table.bent(word, _TABLE) if readable else ()
    return with_itself(word, (Form(stem, _CLASSES[name]) for stem, name in bent))

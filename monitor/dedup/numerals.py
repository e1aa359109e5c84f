"""How numbers are written: figures with their grouping, and words for one to thirteen and a few vague ones.

Words are those of six languages, in folded spelling.
"""

from __future__ import annotations

import re

_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
_SPACED = re.compile(r" \d{3}")  # seldom in a text, and looked for in a tenth of the time
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_POINT = re.compile(r"[.,:։/]")

# `bir` and `un` are hardly numbers, so they are left out; so is `on`, ten in Turkish, which in English stands before
# every day of the week.
_lines = (
    "one один одна одного одну одному մեկ մեկը",
    "two два две двое двух двоих երկու երկուսը iki ikisi deux",
    "three три трое трех троих երեք երեքը uc ucu trois",
    "four четыре четверо четырех четверых չորս չորսը dord dort dordu quatre",
    "five пять пятеро пяти пятерых հինգ հինգը bes besi cinq",
    "six шесть шестеро шести шестерых վեց վեցը alti altisi",
    "seven семь семеро семи семерых յոթ յոթը yeddi yedi sept",
    "eight восемь восьмеро восьмерых восьми ութ ութը sekkiz sekiz huit",
    "nine девять девятеро девятерых девяти ինը ինն doqquz dokuz neuf",
    "ten десять десяти десятерых տասը տասն onu dix",
    "eleven одиннадцать одиннадцати տասնմեկ onze",
    "twelve двенадцать двенадцати տասներկու douze",
    "thirteen тринадцать тринадцати տասներեք treize",
)
VALUES = {word: str(number) for number, line in enumerate(_lines, start=1) for word in line.split()}

# What stands for a number without being one to compare: "dozens were wounded".
_vague = (
    "several dozen dozens scores hundreds",
    "несколько десятки десятков сотни сотен",
    "քանի տասնյակ տասնյակներ հարյուրավոր",
    "onlarla onlarca yuzlerle yuzlerce",
    "plusieurs dizaine dizaines centaines",
)
VAGUE = frozenset(word for line in _vague for word in line.split())


def ungrouped(text: str) -> str:
    """Return a text, NFKC, with 25 000 as 25000."""
    return _GROUPED.sub(lambda found: found[0].replace(" ", ""), text) if _SPACED.search(text) else text


def figure(word: str) -> str:
    """Return 25,000 and 25.000 as 25000, and 2,5 as 2.5; any other word as it is."""
    if not word[0].isdigit() or word.isdigit():
        return word
    return _POINT.sub("", word) if _THOUSANDS.fullmatch(word) else _POINT.sub(".", word)

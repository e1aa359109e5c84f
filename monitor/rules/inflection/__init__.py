"""How a word bends: from one written form of it to a pattern that fits all of them, by language.

A word is taken apart into a stem and the endings that may follow it. A search for the stem is cheap however many there
are; only where one stands, the rest of the word is tried against the endings. Nothing is done to the words of a post.
"""

from __future__ import annotations

from monitor.rules.inflection import armenian, english, french, russian, turkic
from monitor.rules.inflection.form import Form

__all__ = ["Form", "forms"]

_languages = {
    "en": english.forms,
    "fr": french.forms,
    "hy": armenian.forms,
    "ru": russian.forms,
    "az": turkic.forms,
    "tr": turkic.forms,
}


def forms(word: str, language: str) -> tuple[Form, ...]:
    """Return what any form of a folded word begins with and may end in; in an unknown language the word alone."""
    inflect = _languages.get(language)
    return inflect(word) if inflect else (Form(word, ""),)

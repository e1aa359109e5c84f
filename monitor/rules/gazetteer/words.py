"""Words that say that a name beside them is a place's, and of which kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from monitor.rules.gazetteer.place import PlaceKind


class Sort(NamedTuple):
    """What a word like "village" makes of the name beside it.

    kinds  the kinds of place it may be; none: any
    close  whether it says so only right beside the name: "near" speaks of much
    """

    kinds: frozenset[PlaceKind]
    close: bool


# The kinds a word may stand for, and the word by language; commas part several. A district is also the town it is named
# after, and the other way round. Words that mean something else as often (Turkish `yol`, `göl`) are left out.
_words: tuple[tuple[tuple[PlaceKind, ...], dict[str, str]], ...] = (
    (("village",), {"en": "village", "ru": "село, деревня", "hy": "գյուղ", "az": "kənd", "tr": "köy", "fr": "village"}),
    (("village", "town"), {
        "en": "settlement", "ru": "посёлок, населённый пункт", "hy": "բնակավայր", "az": "qəsəbə, yaşayış məntəqəsi",
        "tr": "yerleşim yeri", "fr": "localité",
    }),
    (("town", "district"), {
        "en": "town, city", "ru": "город", "hy": "քաղաք", "az": "şəhər", "tr": "şehir, kasaba", "fr": "ville",
    }),
    (("district", "region", "town"), {
        "en": "district, region, province, community", "ru": "район, область, община", "hy": "շրջան, մարզ, համայնք",
        "az": "rayon", "tr": "rayon, ilçe, bölge", "fr": "district, région, province",
    }),
    (("mountain",), {
        "en": "mountain, mount, height, hill, pass", "ru": "гора, высота, перевал", "hy": "լեռ, բարձունք, լեռնանցք",
        "az": "dağ, yüksəklik, aşırım", "tr": "dağ, tepe, geçit", "fr": "mont, col, hauteur",
    }),
    (("lake",), {"en": "lake, reservoir", "ru": "озеро, водохранилище", "hy": "լիճ, ջրամբար", "fr": "lac"}),
    (("river",), {"en": "river", "ru": "река", "hy": "գետ", "tr": "nehir", "fr": "rivière"}),
    (("road",), {
        "en": "road, highway, corridor", "ru": "дорога, трасса, коридор", "hy": "ճանապարհ, միջանցք",
        "az": "dəhliz, avtomobil yolu", "tr": "koridor, karayolu", "fr": "route, corridor",
    }),
    ((), {
        "en": "direction, sector, section, area, border, position, outskirts, front",
        "ru": "направление, участок, граница, окрестность, позиция, приграничье",
        "hy": "ուղղություն, հատված, սահման, դիրք, հարակից, մոտակայք",
        "az": "istiqamət, sərhəd, ərazi, mövqe", "tr": "istikamet, sınır, mevzi, kesim",
        "fr": "direction, secteur, frontière, position, environs",
    }),
)  # fmt: skip

_close_words = {
    "en": "near, towards, toward, outside", "ru": "близ, возле, около, под", "hy": "մոտ, մերձակա",
    "az": "yaxınlıq, yaxın", "tr": "yakın, yakınlar", "fr": "près de, vers",
}  # fmt: skip


def signs() -> Iterator[tuple[str, str, Sort]]:
    """Yield every such word, its language, and what it makes of a name."""
    for kinds, by_language in (*_words, ((), _close_words)):
        sort = Sort(frozenset(kinds), close=by_language is _close_words)
        for language, words in by_language.items():
            yield from ((word, language, sort) for word in words.split(", "))

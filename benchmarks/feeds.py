"""Made-up feeds like those of ministries: twenty posts of HTML, about 39 KB, five languages mixed, always the same."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

POSTS = 20
_HTML_BYTES = 1_230  # of one post's content; with everything around it a feed of twenty has 39 KB
_NEWEST = datetime(2021, 11, 16, 18, 0, tzinfo=UTC)

_PLACES = {
    "en": ("Gegharkunik", "Kelbajar", "Ankara", "Tbilisi", "Syunik", "the capital"),
    "ru": ("Ереване", "Баку", "Москве", "Сюнике", "Тбилиси", "столице"),
    "hy": ("Երևանում", "Սյունիքում", "Վայոց Ձորում", "Գյումրիում", "Տավուշում", "Գորիսում"),
    "az": ("Bakıda", "Gəncədə", "Naxçıvanda", "Laçında", "Şuşada", "Kəlbəcərdə"),
    "tr": ("Ankara'da", "Kars'ta", "Erzurum'da", "Iğdır'da", "İstanbul'da", "Ardahan'da"),
}
_SENTENCES = {
    "en": (
        "On {n} November the minister received the ambassador in {place} and spoke with him about cooperation.",
        "Unit {n} opened fire at about 14:{m} in the direction of {place}; there were no losses.",
        "A delegation of {m} officers arrived in {place} for a working visit under plan {n}.",
        "The press service asks the public to trust official reports only (notice {n}).",
        "According to report {n}, two servicemen were wounded near {place} and are being treated.",
        "The situation along the state border in {place} stayed calm during the night, says bulletin {n}.",
    ),
    "ru": (
        "Министр провёл в {place} рабочее совещание № {n}, в котором участвовали {m} представителей ведомств.",
        "По данным сводки {n}, подразделения противника открыли огонь; ранены {m} военнослужащих.",
        "Обстановка на границе остаётся спокойной, сообщает пресс-служба в {place} (бюллетень {n}).",
        "Делегация прибыла с рабочим визитом, чтобы обсудить программу {n} и порядок обучения {m} специалистов.",
        "Ведомство призывает пользоваться только официальными сообщениями; сообщение {n} опубликовано в {place}.",
    ),
    "hy": (
        "Նախարարը {place} ընդունել է դեսպանին և քննարկել համագործակցության {n} ծրագիրը։",
        "Թիվ {n} հաղորդագրության համաձայն՝ սահմանին իրադրությունը հանգիստ է, {m} կետում։",
        "Պաշտպանության նախարարությունը կոչ է անում հետևել միայն պաշտոնական լուրերին ({n})։",
        "Ըստ {n} տեղեկագրի՝ {place} վիրավորվել է {m} զինծառայող, նրանք ստանում են բուժօգնություն։",
    ),
    "az": (
        "Nazir {place} səfiri qəbul edib və {n} nömrəli əməkdaşlıq proqramını müzakirə edib.",
        "Saat 14:{m} radələrində düşmən bölmələri mövqelərimizi atəşə tutub, deyə {n} saylı məlumatda bildirilir.",
        "Mətbuat xidməti {place} keçirilən görüş haqqında {n} nömrəli məlumat yayıb.",
        "Sərhəddə vəziyyət sakitdir; {m} məntəqədən alınan {n} saylı hesabatda belə deyilir.",
    ),
    "tr": (
        "Bakan {place} büyükelçiyi kabul etti ve {n} sayılı iş birliği programını görüştü.",
        "Sınır hattında durum sakin; {m} noktadan gelen {n} sayılı rapora göre can kaybı yok.",
        "Basın merkezi {place} yapılan toplantı hakkında {n} numaralı açıklamayı yayımladı.",
        "Heyet, {m} subayın eğitimini ve {n} sayılı planı konuşmak üzere ziyarete geldi.",
    ),
}
LANGUAGES = tuple(_SENTENCES)


def sentences(dice: random.Random, language: str, count: int) -> list[str]:
    """Return sentences of one language; their numbers make each of them unlike any other."""
    return [
        dice.choice(_SENTENCES[language]).format(
            n=dice.randrange(1, 1_000_000), m=dice.randrange(10, 60), place=dice.choice(_PLACES[language])
        )
        for _ in range(count)
    ]


def words(dice: random.Random, language: str, count: int) -> str:
    """Return a text of exactly `count` words."""
    found: list[str] = []
    while len(found) < count:
        found += sentences(dice, language, 1)[0].split()
    return " ".join(found[:count])


def item(feed: int, number: int, *, title: str = "") -> bytes:
    """Return post `number` of a feed as an RSS item; a higher number is newer."""
    dice = random.Random(feed * 1_000_003 + number)
    language = LANGUAGES[(feed + number) % len(LANGUAGES)]
    url = f"https://ministry-{feed}.example/news/{number}"
    lead, *paragraphs = sentences(dice, language, 3)
    html = f'<p><img src="{url}/photo.jpg" alt="" width="640" height="360"/></p><p class="lead">{lead}</p>'
    while len(html.encode()) < _HTML_BYTES:
        paragraphs = sentences(dice, language, 2)
        html += f'<p style="text-align:justify">{" ".join(paragraphs)} <a href="{url}#more">&raquo;</a>&nbsp;</p>\n'
    published = format_datetime(_NEWEST + timedelta(minutes=number))
    return (
        f"<item><title>{title or lead[:70]}</title><link>{url}</link>"
        f'<guid isPermaLink="false">{feed}-{number}</guid><pubDate>{published}</pubDate>'
        f"<dc:creator>Press service</dc:creator><category>News</category><description>{lead}</description>"
        f"<content:encoded><![CDATA[{html}]]></content:encoded></item>\n"
    ).encode()


def document(feed: int, items: list[bytes]) -> bytes:
    """Return an RSS document with these items in this order."""
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Ministry {feed}</title><link>https://ministry-{feed}.example/</link>"
        "<description>Official statements</description>\n"
    )
    return head.encode() + b"".join(items) + b"</channel></rss>\n"

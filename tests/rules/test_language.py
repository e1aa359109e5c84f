"""The language of a text."""

from __future__ import annotations

import time
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules import sentences
from monitor.rules.fold import words
from monitor.rules.language import detect, lexicon, of
from monitor.rules.language.votes import LANES, Words, points, vote
from tests.properties import bounded

KNOWN = [
    ("hy", "Սահմանին իրավիճակը կայուն է։"),
    ("hy", "Երեք վիրավոր"),
    ("hy", "2002 թ."),
    ("hy", "ՊՆ. MQ-9 drone-ը խոցվել է Գորիսի մոտ"),
    ("ru", "Ситуация на границе стабильная."),
    ("ru", "Трое раненых"),
    ("ru", "Су-25 сбит 12.09.2022 в 14:30"),
    ("ru", "Это та же высота, что и вчера; пункт е) не выполнен."),
    ("az", "Sərhəddə vəziyyət sabitdir."),
    ("az", "Üç nəfər yaralanıb"),
    ("az", "Mövqelərimiz atəşə tutulub"),
    ("az", "Mudafie Nazirliyi bildirib ki, itki yoxdur, herbi texnika qeder."),
    ("az", "Uc herbci yaralanib, dusmen susdurulub"),
    ("tr", "Bakanlık, sınırda durumun sakin olduğunu bildirdi."),
    ("tr", "İki asker yaralandı, bölgeye takviye gönderiliyor."),
    ("tr", "Sınırda çatışma"),
    ("tr", "Ateşkes ihlal edildi"),
    ("tr", "Erivan'daki gösteride olay çıkmadı, yollar açıldı."),
    ("tr", "Savunma Bakanligi bu konuda yeni bir sey acikladi, asker icin sorun yok."),
    ("en", "The situation on the border was calm."),
    ("en", "Three wounded"),
    ("en", "Soldier killed near Goris"),
    ("en", "Border calm"),
    ("en", "Nobody was hurt."),
    ("en", "Shelling of Kapan resumed"),
    ("en", "The ministry said that Kəlbəcər and Laçın were calm for the whole of the night."),
    ("fr", "Le ministère de la Défense dit que la situation est stable dans le nord."),
    ("fr", "Des hauteurs ont été prises, dit le ministre."),
    ("fr", "L'armée riposte"),
    ("fr", "Deux soldats tués à Djermouk"),
    ("fr", "Communiqué du ministère"),
]
OPEN = [
    # other languages: German, Spanish, Italian, Portuguese, Dutch, Romanian, Polish, Swedish, Uzbek, Kurdish …
    "Der Minister und die Truppen, das ist der Stand.",
    "An der Grenze wurden zwei Soldaten verletzt.",
    "War das der letzte Schuss?",
    "Bei einem Angriff auf ein Dorf starben drei Menschen.",
    "Deutschland will Frieden im Kaukasus.",
    "El ejército respondió al fuego enemigo en la frontera.",
    "Tres muertos y cinco heridos en la frontera entre Armenia y Azerbaiyán",
    "La situación es tranquila.",
    "Il ministero della Difesa ha confermato la morte di due soldati.",
    "O ministério da Defesa confirmou a morte de dois soldados.",
    "De situatie is rustig.",
    "Doi militari au fost răniți.",
    "Dwóch żołnierzy zostało rannych na granicy.",
    "Två soldater skadades vid gränsen.",
    "Chegarada vaziyat barqaror.",
    "Li ser sînor du leşker hatin kuştin.",
    # in Latin letters, but not written in them: Georgian, Persian, Armenian, Russian
    "Dghes sazghvarze mshvidoba iko, ori jariskatsi daichra.",
    "Sakartvelos tavdatsvis saministro: situatsia stabiluria.",
    "Niruhaye mosallah be hamle pasokh dadand.",
    "Krakel en Nakhijevani koghmic, hima handart e",
    "Obstanovka na granitse stabilnaya.",
    # Cyrillic, but not Russian: Ukrainian, Bulgarian, Serbian, Belarusian, Kazakh, Azerbaijani
    "Положення на кордоні є стабільним, її ніхто не змінює.",
    "Поранено двох солдатів.",
    "Після обстрілу було тихо.",
    "Положението на границата е спокойно.",
    "Војник је рањен.",
    "Шекарадағы жағдай тұрақты.",
    "Сәрһәддә вәзијјәт сабитдир.",
    # other scripts
    "საზღვარზე მშვიდობაა",
    "وضعیت در مرز آرام است",
    # names alone
    "Papikyan - Shoigu",
    "Nikol Pashinyan, Ilham Aliyev, Recep Tayyip Erdoğan",
    "Hasan Ahmed, Mohammed Rashed",
    "Sotk, Ishkhanasar, Verin Shorzha, Nerkin Hand",
    "Jermuk, Goris, Kapan, Yerevan, Armenia",
    "Armenia - Azerbaijan 2:1",
    "Laçın, İğdır, Şuşa",
    "D'Artagnan, L'Oréal",
    "https://mod.gov.az/en/news/123.html",
    "12:30",
    "🔴",
    "",
]
MIXED: list[tuple[list[str | None], str]] = [
    (["en", "az", "ru"], "The ministry denied it. Müdafiə Nazirliyi bunu təkzib edib. Министерство это опровергло."),
    (["fr", "tr"], "Le ministère a démenti cette information. Savunma Bakanlığı bunu yalanladı."),
    (["hy", "en"], "Թշնամին կրակ է բացել։ The enemy opened fire."),
    ([None, "en"], "Zwei Soldaten sind verletzt. Two soldiers were wounded."),
]


@pytest.mark.parametrize(("language", "text"), KNOWN)
def test_languages(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", OPEN)
def test_what_is_none_of_the_six_or_names_only_stays_open(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(("languages", "text"), MIXED)
def test_each_sentence_of_a_mixed_post_has_its_own(languages: list[str | None], text: str) -> None:
    bounds = [0, *sentences.starts(text), len(text)]

    assert [detect(text[begin:end]) for begin, end in pairwise(bounds) if begin < end] == languages


def test_the_language_that_has_most_of_a_mixed_post_is_its_own() -> None:
    assert detect("Թշնամին կրակ է բացել մեր դիրքերի ուղղությամբ։ Fire opened.") == "hy"
    assert detect("«Граница спокойна». The ministry said that nothing had happened there during the night.") == "en"


@pytest.mark.parametrize(("language", "text"), KNOWN)
def test_capitals_do_not_matter(language: str, text: str) -> None:
    """But for ı, which Python makes an I: Turkish may lose a letter that speaks for it, and with it the answer."""
    assert detect(text.lower()) == language
    assert detect(text.upper()) in ({language} if "ı" not in text else {language, None})


def test_marks_and_dressed_up_letters_do_not_matter() -> None:
    assert detect("Ｔｈｅ ｓｏｌｄｉｅｒ ｗａｓ ｗｏｕｎｄｅｄ") == "en"
    assert detect("One sоldier kіlled near the border") == "en"  # Cyrillic о and і
    assert detect("En kısa sürede saldırıya karşılık verildi") == detect("En kisa surede saldiriya karsilik verildi")


@given(st.text())
@bounded
def test_any_text_is_taken(text: str) -> None:
    assert detect(text) in {"hy", "ru", "az", "tr", "en", "fr", None}


@given(st.lists(st.sampled_from([text for _, text in KNOWN] + OPEN)).map(" ".join))
@bounded
def test_the_words_at_hand_give_the_same(text: str) -> None:
    assert of(text, words(text)) == detect(text) or len(text) > 2000


@given(st.lists(st.sampled_from([text for _, text in KNOWN if text.isascii()]), min_size=1).map(" ".join))
@bounded
def test_a_text_of_ascii_is_judged_alike_in_any_case(text: str) -> None:
    assert detect(text) == detect(text.upper()) == detect(text.lower())


@pytest.mark.parametrize("unit", ["l'", "a", "Ա", "ы ", "xyzib ", "’", "ə", "The minister said "])
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    def taken(many: int) -> float:
        text = unit * many
        folded = words(text)
        began = time.process_time()
        for _ in range(5):
            of(text, folded)
        return time.process_time() - began

    short = min(taken(5_000) for _ in range(3))
    long = min(taken(50_000) for _ in range(3))

    assert long < 40 * short + 0.01


def test_different_words_without_end_are_not_all_kept() -> None:
    spoken = Words()
    for start in range(0, 40_000, 500):
        spoken.votes([f"w{number}" for number in range(start, start + 500)])

    assert len(spoken) <= 16384
    assert spoken.votes(["the"]) == vote(4, "en")


def test_long_words_are_not_kept() -> None:
    spoken = Words()

    assert spoken.votes(["x" * 100_000 + "ilib"]) == vote(3, "az")
    assert len(spoken) == 0


@pytest.mark.parametrize("language", LANES)
def test_no_lane_runs_over_into_the_next(language: str) -> None:
    got = dict(zip(LANES, points(sum([vote(4, language)] * 1000)), strict=True))

    assert got == dict.fromkeys(LANES, 0) | {language: 4000}


def test_no_word_stands_in_two_lists_and_each_is_folded() -> None:
    lists = {name: found for name, found in vars(lexicon).items() if name.isupper()}

    assert len(lists) == 7
    assert {(a, b): both for a, b in combinations(lists, 2) if (both := lists[a] & lists[b])} == {}
    assert [word for found in lists.values() for word in found if words(word) != [word]] == []

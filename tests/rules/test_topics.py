"""The shipped topics: what must ring, what must stay silent. Every sentence here is made up for the purpose."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from monitor.model import Origin
from monitor.rules import Rulebook, RuleConfig

FOLDER = Path(__file__).parents[2] / "config" / "rules"
ORIGIN = Origin(id="ministry", kind="rss", name="A ministry")

LOUD = [
    # English
    ("border", "The situation on the border remained tense overnight."),
    ("border", "Units opened fire from small arms in the direction of the village."),
    ("border", "The ministry calls the report of a ceasefire violation disinformation."),
    ("border", "An attempt by a sabotage group to cross was prevented near the lake."),
    ("casualties", "Private A. Petrosyan was fatally wounded this morning."),
    ("casualties", "There were no casualties among civilians, but two servicemen were wounded."),
    ("casualties", "Потерь нет, но двое ранены."),
    ("casualties", "Կորուստներ չկան, երկու զինծառայող վիրավորվել է։"),
    ("casualties", "İtki yoxdur, iki hərbçi yaralanıb."),
    ("casualties", "Kayıp yok, iki asker yaralandı."),
    ("casualties", "Seven servicemen became Shehid, ten more are in hospital."),
    ("casualties", "A conscript was killed during the exercises."),
    ("casualties", "Contact was lost with a group of six; their fate is unknown."),
    ("casualties", "Thirteen servicemen were taken prisoner."),
    ("positions", "Two combat positions were lost in the afternoon."),
    ("positions", "The heights above the road have been retaken."),
    ("positions", "Thrown back, the attackers returned to their starting positions."),
    # Russian
    ("border", "На границе слышны выстрелы."),
    ("border", "Вечером открыли огонь в направлении села, обстрел длился час."),
    ("casualties", "Один военнослужащий погиб, двое получили ранения различной степени тяжести."),
    ("casualties", "Шестеро попали в плен, ещё трое пропали без вести."),
    ("casualties", "Погибших нет, трое ранены."),
    ("positions", "Потеряны две боевые позиции, остальные удерживаются."),
    ("positions", "Противник был отброшен на исходные позиции."),
    # Armenian
    ("border", "Հակառակորդը կրա՞կ է բացել սահմանի ուղղությամբ։"),
    ("border", "Խախտվել է հրադադարի ռեժիմը։"),
    ("casualties", "Զոհվել է մեկ զինծառայող, երկուսը վիրավորվել են։"),
    ("casualties", "Տասներեք զինծառայող գերեվարվել է։"),
    ("casualties", "Զոհեր չկան, երկու զինծառայող վիրավորվել է։"),
    ("positions", "Կորցրել ենք երկու մարտական դիրք։"),
    # Azerbaijani, once with the letters people drop
    ("border", "Mövqelərimiz iriçaplı silahlardan atəşə tutulub."),
    ("border", "Sərhəddə təxribat törədilib."),
    ("border", "Movqelerimiz atese tutulub."),
    ("casualties", "Yeddi hərbçi şəhid olub, on hərbçi yaralanıb."),
    ("casualties", "İTKİLƏR VAR, məlumat dəqiqləşdirilir."),
    ("casualties", "Bir nəfər əsir götürülüb."),
    ("positions", "Hakim yüksəkliklər ələ keçirilib."),
    # Turkish
    ("border", "Sınırda çatışma sürüyor, köye ateş açıldı."),
    ("border", "SINIRDA ateşkes ihlal edildi."),
    ("casualties", "Üç asker şehit oldu, dört asker yaralandı."),
    ("casualties", "İki asker esir alındı."),
    ("positions", "İki mevzi kaybedildi, tepeler ele geçirildi."),
    # Written to slip through
    ("positions", "Two combat pоsitions were lost."),
    ("casualties", "Двое пог\u200bибли."),
]

QUIET = [
    "We are hiring: three positions open in the press department, apply by Friday.",
    "The ministry published a position paper on climate and defence policy.",
    "The positions of the sides on the treaty were discussed in negotiations.",
    "Our wrestlers took leading positions in the ranking after the championship.",
    "The 30th anniversary of the border troops was marked with a concert.",
    "On Border Guard Day the minister congratulated the staff.",
    "Large-scale exercises near the border: troops captured heights held by an imaginary enemy.",
    "During the drills, units opened fire on targets and repelled an attack.",
    "Wreaths were laid at the Alley of Martyrs and a minute of silence held for the fallen.",
    "The minister met families of martyrs and visited a museum.",
    "He expressed condolences over the victims of the earthquake.",
    "The defence minister received the ambassador and spoke of cooperation in education.",
    "The border crossing point will close for customs works on Monday.",
    "The football match ended 2:1, the visitors attacked to the end.",
    "Cross-border trade grew by a tenth.",
    "Three officers received medals for long service on the border.",
    "Открыты вакансии: три должности в пресс-службе.",
    "Стороны сверили позиции по вопросам сотрудничества.",
    "К 30-летию пограничных войск: годовщину отметили концертом.",
    "На учениях подразделения отразили атаку условного противника и заняли высоты.",
    "Министр почтил память погибших и возложил венок.",
    "Премьер выразил соболезнования семьям жертв землетрясения.",
    "Сборная вернулась из-за границы с чемпионата.",
    "Սահմանադրության օրվա առթիվ կայացել է հանդիպում։",
    "Ժամը 20:00-ի սահմաններում տեղի կունենա համերգ։",
    "Նախարարությունը հստակեցրեց իր դիրքորոշումը։",
    "Զորավարժության ընթացքում գրավվել են մարտական դիրքեր։",
    "Հարգանքի տուրք մատուցվեց զոհվածների հիշատակին։",
    "Գոտեմարտի առաջնությունում մեր մարզիկը հաղթեց։",
    "Təlimdə şərti düşmənin mövqeləri ələ keçirilib.",
    "Şəhidlər Xiyabanı ziyarət edilib, əklil qoyulub.",
    "Sərhədçi günü münasibətilə əməkdaşlar təbrik edilib.",
    "Nazirliyin mövqeyi dəyişməz qalır.",
    "Bu il yeni məktəb tikilib və istifadəyə verilmiş olub.",
    "Tatbikatta düşman mevzileri ateş altına alındı.",
    "Şehitlerimizi anma töreni düzenlendi.",
    "Sinir sistemi hastalıkları üzerine konferans oldu.",
    "Bakan sınır kapısını ziyaret etti.",
]

DENIED = [
    "There are no casualties among the personnel.",
    "No one was killed or injured, the ministry says: no casualties or losses.",
    "Потерь нет.",
    "Погибших и раненых нет.",
    "Կորուստներ չկան։",
    "Զոհեր և վիրավորներ չկան։",
    "İtki yoxdur.",
    "Həlak olan və ya yaralanan yoxdur.",
    "Askerler arasında ölen ya da yaralanan yok.",
    "Can kaybı yok.",
]


def rules() -> list[RuleConfig]:
    files = sorted(FOLDER.glob("*.yaml"))
    return [RuleConfig(**rule) for file in files for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]]


@cache
def book() -> Rulebook:
    return Rulebook(rules())


def test_each_shipped_file_holds_its_topic_in_five_languages() -> None:
    by_topic: dict[str, set[str]] = {}
    for rule in rules():
        by_topic.setdefault(rule.subject, set()).update(rule.terms)
    five = {"en", "ru", "hy", "az", "tr"}
    assert by_topic == {"border": five, "casualties": five, "positions": five}


def test_shipped_rules_have_ids_of_their_own_and_write_to_the_console() -> None:
    ids = [rule.id for rule in rules()]
    assert len(ids) == len(set(ids))
    assert {rule.to for rule in rules()} == {("console",)}


def test_no_term_is_written_twice_in_one_list() -> None:
    doubled = [
        (rule.id, tongue, term)
        for rule in rules()
        for lists in (rule.terms, rule.unless)
        for tongue, terms in lists.items()
        for term in set(terms)
        if terms.count(term) > 1
    ]
    assert doubled == []


@pytest.mark.parametrize(("topic", "text"), LOUD)
def test_rings(topic: str, text: str) -> None:
    verdict = book().explain(text, ORIGIN)
    assert topic in verdict.topics, verdict.reasons


@pytest.mark.parametrize("text", QUIET)
def test_stays_silent(text: str) -> None:
    verdict = book().explain(text, ORIGIN)
    assert not verdict.alert, verdict.reasons


@pytest.mark.parametrize("text", DENIED)
def test_a_denial_is_no_casualty(text: str) -> None:
    assert "casualties" not in book().explain(text, ORIGIN).topics


def test_casualties_are_high_and_border_alone_is_medium() -> None:
    assert book().explain("One soldier was killed near the border.", ORIGIN).severity == "high"
    assert book().explain("Shelling on the border.", ORIGIN).severity == "medium"

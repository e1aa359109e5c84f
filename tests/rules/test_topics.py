"""The shipped topics: what must ring. Every sentence here is made up for the purpose."""

from __future__ import annotations

from collections import Counter

import pytest

from monitor.rules import examples
from tests.rules.shipped import ORIGIN, book, shipped

LOUD = [
    # English
    ("border", "The situation on the border remained tense overnight."),
    ("border", "Units opened fire from small arms in the direction of the village."),
    ("border", "The ministry calls the report of a ceasefire violation disinformation."),
    ("border", "An attempt by a sabotage group to cross was prevented near the lake."),
    ("casualties", "Private A. Petrosyan was fatally wounded this morning."),
    ("casualties", "There were no casualties among civilians, but two servicemen were wounded."),
    ("casualties", "No one was hurt in the village, two servicemen were wounded."),
    ("casualties", "Потерь нет, но двое ранены."),
    ("casualties", "Կորուստներ չկան, երկու զինծառայող վիրավորվել է։"),
    ("casualties", "İtki yoxdur, iki hərbçi yaralanıb."),
    ("casualties", "Kayıp yok, iki asker yaralandı."),
    ("casualties", "Seven servicemen became Shehid, ten more are in hospital."),
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
    # French
    ("border", "Les unités ennemies ont ouvert le feu en direction du village."),
    ("border", "Un échange de tirs a été entendu près de la frontière."),
    ("border", "Le ministère dément toute provocation sur la ligne de contact."),
    ("casualties", "Deux soldats ont été tués et trois autres blessés."),
    ("casualties", "Aucun mort, mais deux blessés parmi les militaires."),
    ("casualties", "Un militaire a succombé à ses blessures."),
    ("casualties", "Quatre appelés sont portés disparus, un officier est prisonnier."),
    ("positions", "Nous avons perdu deux positions, une colline a été conquise."),
    ("positions", "Les troupes se sont repliées vers la rivière."),
    # Said in other words
    ("border", "The opposing side fired in bursts at the outskirts of the village."),
    ("border", "It is a lie that our units opened up on the neighbouring post."),
    ("border", "Their assault was repelled before dawn."),
    ("border", "Shots were heard on the far bank."),
    ("casualties", "A van ran over a mine near the village."),
    ("positions", "The height is no longer ours."),
    ("border", "Army positions in the district were subjected to fire."),
    ("casualties", "Radio contact was cut at noon with the crew of the post."),
    ("casualties", "One of the soldiers did not survive."),
    ("casualties", "The body was found by a search party at the river."),
    ("casualties", "It is feared that the platoon is in enemy hands."),
    ("positions", "The defenders have fallen back to the next ridge."),
    ("border", "Колонна зашла вглубь территории на два километра."),
    ("positions", "Колонна зашла вглубь территории на два километра."),
    ("positions", "Они пытаются закрепиться у озера."),
    ("border", "Вечером автоматные очереди стихли."),
    ("casualties", "Тело солдата найдено у реки."),
    ("casualties", "Отряд второй день не выходит на связь."),
    ("casualties", "Уничтожено до двадцати боевиков."),
    ("border", "Նրանք խորացել են Հայաստանի տարածք մոտ երեք կիլոմետր։"),
    ("positions", "Նրանք խորացել են Հայաստանի տարածք մոտ երեք կիլոմետր։"),
    ("casualties", "Զինվորի մարմինը գտել են գետի մոտ։"),
    ("casualties", "Erku zoh unenq, mek el viravor ka"),
    ("border", "Gyughi koghme krakel en, hima handart e"),
    ("border", "Kənd güllə yağışına tutulub."),
    ("border", "Dünən mövqelərimizi gülləbaran ediblər."),
    ("casualties", "Qrupla əlaqə kəsilib."),
    ("positions", "Düşmən səngərlərini qoyub qaçıb."),
    ("border", "Köye gece boyunca kurşun yağdı."),
    ("border", "Birlikler iki kilometre içeri girdi."),
    ("casualties", "İki asker can verdi."),
    ("positions", "Mevzilerini terk edip kaçtılar."),
    # What stands near by does not silence them
    ("casualties", "The ministry shares the grief over the private, born in 1998, killed by enemy fire."),
    ("casualties", "Veteran officer killed by a sniper in his yard."),
    ("border", "Vaccination went on in the valley. At noon the enemy opened fire."),
    ("casualties", "A civilian born in 1943 was killed in the shelling."),
    ("border", "The night was calm until four. Then shells fell: mortars fired at the village."),
    ("border", "Комиссия прервала работу: по ней открыли огонь."),
    ("casualties", "После обстрела начался пожар, двое погибли."),
    ("casualties", "Atəş nəticəsində yanğın baş verib, iki hərbçi yaralanıb."),
    ("border", "Komisyon çalışırken köye ateş açıldı."),
    ("casualties", "Prayers were said in the church. Overnight two soldiers were killed."),
    # Written to slip through
    ("positions", "Two combat pоsitions were lost."),
    ("casualties", "Двое пог\u200bибли."),
]


def test_every_category_has_words_in_six_languages() -> None:
    six = {"en", "ru", "hy", "az", "tr", "fr"}
    lacking = {one.id: six - set(one.terms) for one in shipped().categories if "any" not in one.terms}
    assert {name: tongues for name, tongues in lacking.items() if tongues} == {}


def test_shipped_rules_write_to_the_console() -> None:
    assert {rule.to for rule in shipped().rules} == {("console",)}


def test_no_term_is_written_twice_in_one_list() -> None:
    doubled = [
        (category.id, tongue, term)
        for category in shipped().categories
        for tongue, terms in category.terms.items()
        for term, times in Counter(terms).items()
        if times > 1
    ]
    assert doubled == []


def test_the_shipped_examples_come_out_as_they_say() -> None:
    settings = shipped()
    assert sum(len(rule.must_alert) + len(rule.must_not_alert) for rule in settings.rules) >= 40
    assert list(examples.broken(settings.rules, settings.categories, settings.places)) == []


@pytest.mark.parametrize(("topic", "text"), LOUD)
def test_rings(topic: str, text: str) -> None:
    verdict = book().explain(text, ORIGIN)
    assert topic in verdict.topics, verdict.reasons


def test_the_title_of_an_attack_silences_nothing() -> None:
    text = "It was hit at noon. Two people were killed."
    assert "casualties" in book().explain(text, ORIGIN, title="Museum shelled").topics


def test_fire_at_positions_is_no_loss_of_positions() -> None:
    assert book().explain("They opened fire at our combat positions and trenches.", ORIGIN).topics == ("border",)
    assert book().explain("Mevzilerimize ateş açıldı.", ORIGIN).topics == ("border",)


def test_casualties_are_high_and_border_alone_is_medium() -> None:
    assert book().explain("One soldier was killed near the border.", ORIGIN).severity == "high"
    assert book().explain("Shelling on the border.", ORIGIN).severity == "medium"

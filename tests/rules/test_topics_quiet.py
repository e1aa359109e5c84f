"""The shipped topics: what must stay silent. Every sentence here is made up for the purpose."""

from __future__ import annotations

import pytest

from tests.rules.shipped import ORIGIN, book

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
    # Medicine
    "Covid-19: forty patients died in a day, doctors say the losses of the autumn are heavy.",
    "За сутки коронавирус выявлен у ста человек, двое скончались.",
    "Կորոնավիրուսից մահացել է երկու մարդ։",
    "Koronavirusdan iki nəfər həyatını itirib.",
    "Koronavirüsten üç kişi hayatını kaybetti.",
    "Deux patients ont succombé au coronavirus.",
    # History
    "In May 1918 the volunteers threw back the regiments; many were killed.",
    "On this day the town was captured and hundreds were killed.",
    "В 1920 году бои шли на границе, сотни погибли.",
    "1918 թվականին գնդերը հետ շպրտվեցին, շատերը զոհվեցին։",
    "1918-ci ildə döyüşlər gedib, yüzlərlə əsgər həlak olub.",
    "1921'de sınırda çatışma çıktı, yüzlerce asker şehit oldu.",
    "En 1915 les combats firent des centaines de tués à la frontière.",
    # Nothing happened
    "No violations were recorded along the border last night.",
    "На границе нарушений не зафиксировано.",
    "Սահմանին միջադեպեր չեն գրանցվել։",
    "Sərhəddə insident qeydə alınmayıb.",
    "Gece sınırda bir olay yaşanmadı.",
    "La nuit a été calme, aucun incident à la frontière.",
    # Maps, commissions, crossings, weather
    "The border commissions exchanged maps.",
    "Комиссии обсудили карты и линию границы.",
    "Հանձնաժողովները քննարկել են սահմանի քարտեզները։",
    "Sərhəd-keçid məntəqəsində növbə yaranıb.",
    "Komisyonlar sınır haritalarını görüştü.",
    "Les commissions ont comparé les cartes de la frontière.",
    # Fires, and letters of condolence
    "Yanğın söndürülüb, ölən yaralanan yoxdur.",
    "Depoda çıkan yangın söndürüldü, ölen ya da yaralanan olmadı.",
    "The minister sent a letter of condolence over the many dead and wounded in the explosion.",
    "Նախարարը ցավակցագիր է հղել պայթյունի զոհերի և վիրավորների կապակցությամբ։",
    "Taziye mesajında depremde ölenler anıldı.",
    "Le ministre a envoyé un message de condoléances pour les morts et les blessés du séisme.",
    # Games, markets, posts to fill
    "The visitors attacked, their midfielder was injured in the World Cup qualifier.",
    "Чёрные потеряли позицию, но гроссмейстер нашёл ничью.",
    "Շախմատ․ սևերը կորցրին դիրքը։",
    "Traders retreated and cut their positions.",
    "The positions of chief specialist and accountant are to be filled.",
    "Les postes vacants et les positions de chef sont publiés, on recrute.",
    "Le match fut une longue attaque, un joueur est blessé.",
    "Prices have fallen by a tenth.",
    # Figures of speech
    "The two ministries had a clash of opinions over the budget.",
    "The orchestra captured the imagination of the town.",
    "Trenches for the water pipeline were dug.",
    # Exercises, in their other words
    "По замыслу учений раненых условно эвакуировали, боевые позиции заняли вовремя.",
    "Պայմանական վիրավորները տարհանվեցին, դիրքերը վերականգնվեցին պայմանական հակառակորդից։",
    "Şərti yaralılar çıxarılıb, mövqelər şərti düşməndən geri alınıb.",
    "Pendant l'exercice les unités ont ouvert le feu et pris le contrôle d'une colline.",
]

TITLED = [  # a title that tells what all of the text is about
    ("World Cup qualifier", "It was a long fight. Two were injured and replaced."),
    ("Учения артиллерии", "Погода была ясной. Расчёты открыли огонь, заняли боевые позиции."),
    ("Восемьдесят лет назад", "Зимой битва кончилась. Потери были велики, тысячи попали в плен."),
    ("Ցավակցական հեռագիր", "Նամակում ասվում է պայթյունի մասին։ Երկու զոհ և հինգ վիրավոր կա։"),
    ("Təlim", "Hava aydın idi. Bölmələr hücuma keçib, yüksəklik ələ keçirilib."),
    ("Tatbikat", "Hava açıktı. Birlikler mevzilere ateş açtı."),
    ("Exercice d'hiver", "Il neigeait. Les unités ont ouvert le feu et pris le contrôle d'une colline."),
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
    "Aucun blessé parmi les militaires.",
    "Il n'y a ni mort ni blessé.",
]


@pytest.mark.parametrize("text", QUIET)
def test_stays_silent(text: str) -> None:
    verdict = book().explain(text, ORIGIN)
    assert not verdict.alert, verdict.reasons


@pytest.mark.parametrize(("title", "text"), TITLED)
def test_a_title_silences_its_text(title: str, text: str) -> None:
    verdict = book().explain(text, ORIGIN, title=title)
    assert book().explain(text, ORIGIN).alert
    assert not verdict.alert, verdict.reasons


@pytest.mark.parametrize("text", DENIED)
def test_a_denial_is_no_casualty(text: str) -> None:
    assert "casualties" not in book().explain(text, ORIGIN).topics

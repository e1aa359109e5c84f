"""Places, and their names as posts write them, in all their forms."""

from __future__ import annotations

FORMS = {
    "kalbajar": """Kalbajar Kelbajar Karvachar Kelbadjar Kalbadschar Kelbecer Kelbecer'in Kelbecer’de Kelbecerde
        Kəlbəcər Kəlbəcərin Kəlbəcərə Kəlbəcəri Kəlbəcərdə Kəlbəcərdən KƏLBƏCƏR Кельбаджар Кельбаджара Кельбаджаре
        Кельбаджаром Кельбаджарский Кельбаджарском кельбаджарского Кяльбаджаре Карвачара Քարվաճառ Քարվաճառի Քարվաճառում
        Քարվաճառից Քարվաճառը ՔԱՐՎԱՃԱՌ Քարվաճարի""",
    "goris": """Goris Goris's Goris’s Gorus Gorusun Gorusda Gorusdan Горис Гориса Горисе Горисом горисском Գորիս Գորիսի
        Գորիսում Գորիսից Գորիսը Goris'e""",
    "vardenis": """Vardenis Basarkechar Basargechar Basarkeçər Basarkeçərin Basarkeçərdə Basarkeçer'den BASARKEÇƏR
        Варденис Варденисе Вардениса варденисском Басаркечара Վարդենիս Վարդենիսի Վարդենիսում Վարդենիսից""",
    "lachin": "Lachin Laçın Laçının Laçında Laçından Laçın'da LAÇIN Лачин Лачине Лачинского Բերձոր Բերձորի Բերձորում",
    "sisian": "Sisian Qarakilsə Qarakilsədə Qarakilsənin Гаракилса Сисиане Սիսիանի Սիսիանում Karakilise'de",
    "shushi": "Shushi Shusha Şuşa Şuşada Şuşadan Şuşanın Шуша Шуше Шушу Шуши Շուշի Շուշիի Շուշիում Chouchi",
    "stepanakert": "Stepanakert Khankendi Xankəndi Xankəndidə Степанакерте Ханкенди Ստեփանակերտում Hankendi'de",
    "nakhchivan": "Nakhchivan Naxçıvan Naxçıvanda Naxçıvanın Нахичевани Нахичеванью Նախիջևանի Նախիջեւանում Nahçıvan'da",
    "berd": "Tovuzgala Tovuzqala Tovuzqalada Товузкалы",
    "karabakh": "Karabakh Qarabağda Карабахе Карабаха Ղարաբաղում Արցախի Karabağ'da",
    "syunik": "Syunik Сюнике Сюникской Սյունիքում Zəngəzurda",
    "tovuz": "Tovuz Tovuzda Tovuzun Товузе Թովուզի",
}
SPELLINGS = [(place, name) for place, names in FORMS.items() for name in names.split()]

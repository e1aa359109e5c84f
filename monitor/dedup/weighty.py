"""The words that carry a statement: change one and it says something else. And those that carry nothing. Pure tables.

Of two texts that are alike in everything but such a word the second is an update, a denial or the other side's claim.
Six languages together, each word by its first letters; `=` behind a word: this form alone. A line
names what its words say; it goes on where the next one is set in. What is missing here costs
a copy that is not found, or is told a second time by the rules: see `copies`.
"""

from __future__ import annotations

from functools import lru_cache

from monitor.dedup.numerals import VAGUE, VALUES
from monitor.dedup.shingles import folded

_PARTIES = """
armenia armen армен армян հայկակ հայաստ հայոց ermen ermən
azerbaijan azer азерб ադրբեջ azər
russia russi росс русск ռուս rusiya rusya
turkey turk турц турец թուրք turc
karabakh karaba qaraba карабах ղարաբաղ artsakh арцах արցախ
enemy enem adversar противник враг вражес հակառակորդ թշնամ düşmən düşman ennemi
ours our= ours= наш մեր= bizim notre= nos=
"""

_STATES = """
not not= no= never= none= without= neither= nor= cannot= не= нет= ни= без= չի= չեն= չէ= չէին= չէր= չկա ոչ=
  առանց degil değil deyil yok= yoktur yox= yoxdur ne= pas= aucun sans=
deny deni deny refut false lie= lies= untrue fake disinfo misinfo fabricat baseless опровер ложь= ложн лжив
  дезинф фейк հերք կեղծ սուտ ապատեղեկ yalan təkzib tekzip dezinfo asılsız əsassız démen fauss mensong
confirm confirm verif подтвер հաստատ təsdiq doğrula teyit vérif
preliminary prelim предварит նախնակ ilkin prélim unconfirm неподтвер
claim claim alleg утвержда якобы պնդ iddia prétend
killed kill dead= deadly= death died= die= fatal victim martyr perish погиб убит смерт жертв զոհ սպան մահ
  həlak öldür ölən ölü= şəhid şehit tué mort= morts=
losses casualt loss lost= lose потер утра կորուստ կորց itki kayıp kayb perte perdu
wounded wound injur ранен ранил վիրավոր yaral bless
captured captur captiv prisoner pow= pows= detain плен задерж գերի գերե ձերբակ əsir esir gözalt captur
missing missing пропа անհետ itkin disparu
taken seiz took= taken= occup захва занял занят оккуп գրավ işğal işgal ələ= prend pris=
advanced advanc продви наступ առաջխաղ առաջ= irəlilə ilerle avanc
withdrew retreat withdr отступ отош отвел отвед նահանջ çəkil çekil recul retir
repelled repel repuls thwart foil отраж отбит отбро пресеч հետ= կասեց qarşısı püskürt repouss
hit hit= hits=
attack attack assault offensiv атак напад հարձակ hücum saldır attaq
fire fire= fired= firing= shell shoot shot= bombard strike struck= обстрел огонь= огня= огне= стрел կրակ
  գնդակոծ հրետակոծ atəş= atəşə atəşi ateş= ateşe tir= tirs=
truce ceasefir cease= truce перемир հրադադ atəşkəs ateşkes cessez
breach violat breach наруш խախտ pozul pozub pozdu ihlal viol
begun began= begun= begin start resum launch нача возобн սկս վերսկս başla commenc
ended stop ended= end= halt прекра останов դադար dayan durdu bitdi= bitti= termin
goes-on contin ongoing= продолж շարունակ davam devam
calm calm quiet= stabl спокой стабил հանգիստ կայուն sakit sabit sakin
tense tens напряж լարված gərgin gergin tendu
destroyed destroy уничтож ոչնչաց məhv imha détrui
damaged damag поврежд վնաս zərər ziyan hasar endommag
downed down= downed= сбит խոց vurul düşür abatt
closed clos block shut= закры перекры заблок փակ արգելափ bağla kapal kapat ferm bloqu
opened open reopen откры բաց açıl açtı açıb açmı ouver ouvr rouv
alive alive живым= живой= живы= կենդանի sağ= vivant
body body= bodies= тело= тела= тел= մարմին մարմն դի= cəsəd cesed cenaze corps=
agreed agree соглас договор համաձայն razılaş anlaş accord
refused refus reject отказ отверг մերժ rədd imtina reddet rejet
only only= alone= только= лишь= միայն yalnız sadece seul
more more= increas увелич больше= возрос ավելի աճ artdı arttı augment
less less= fewer= decreas declin reduc меньше= уменьш сниз նվազ պակաս azal dimin
badly badly serious critical sever grave= тяжел ծանր ağır
slightly slight minor= легк թեթև yüngül hafif
exercise exercis drill учени զորավարժ təlim tatbikat
civilian civil мирн гражданс քաղաքացիակ խաղաղ mülki dinc sivil
soldier soldier servicem personnel военнослуж солдат զինծառայ զինվոր hərbi əsgər asker milit
officer officer офицер սպա= zabit subay
drone drone uav= uavs= беспилот бпла= дрон անօդաչու ասթ= pua= iha= siha=
tank tank танк տանկ
artillery artiller артилл հրետան artiler topçu
mortar mortar миномет ականանետ minaatan havan mortier
missile missil rocket ракет հրթիռ raket füze roket
aircraft aircraft plane= planes= helicop самол вертол ուղղաթիռ ինքնաթիռ təyyarə uçak helikop
north north север հյուսիս şimal kuzey nord
south south юг= юге= юга= южн հարավ cənub güney sud=
east east восто արևել şərq doğu=
west west запад արևմ qərb batı ouest
yesterday yesterd вчера երեկ= երեկվա dünən dün= hier=
today today сегодня այսօր bugün bu-gün aujourd
tomorrow tomorr завтра վաղը sabah= yarın demain
monday понедел երկուշաբ bazar-ertəsi pazartesi lundi
tuesday вторник երեքշաբ çərşənbə-axşamı salı= mardi
wednesday сред= среду= չորեքշաբ çərşənbə çarşamba mercredi
thursday четверг հինգշաբ cümə-axşamı perşembe jeudi
friday пятниц ուրբաթ cümə= cuma= vendredi
saturday суббот շաբաթ= şənbə cumartesi samedi
sunday воскрес կիրակի bazar= pazar= dimanche
m1 januar январ հունվար yanvar ocak janvier
m2 februar феврал փետրվ fevral şubat février
m3 march= март մարտի= mart mars=
m4 april апрел ապրիլ aprel nisan avril
m5 may= мая= мае= май= մայիս may= mayın mayıs mai=
m6 june= июн հունիս iyun haziran juin=
m7 july= июл հուլիս iyul temmuz juillet
m8 august август օգոստ avqust ağustos août
m9 septemb сентябр սեպտեմ sentyabr eylül septemb
m10 octob октябр հոկտեմ oktyabr ekim octob
m11 novemb ноябр նոյեմ noyabr kasım novemb
m12 decemb декабр դեկտեմ dekabr aralık décemb
"""

# What agencies exchange for one another, or put around what was said: no part of it.
_LIGHT = """
said say says tell told report state stated statement announce inform note noted add added according press service
spokes spokes ministr defen depart agency news military armed forces force unit subdivision troop army
about around approximately toward direction near section area region position part territory side also this that these
those which have has been were will with from into over under their there they them then when where while after before
during since until still already currently well both each some several
сообщ заяв отмет информ пресс служб министер минобор оборон ведомств агентств новост соглас слов данным подраздел войск
вооружен силы сил арми район направлен участ сторон позици около возле также этот этого этом было были будет
հայտն տեղեկ հաղորդ նշ մամուլ նախար պաշտպ ըստ գործակալ լրատվ զինված ուժեր ստորաբաժ բանակ ուղղությ հատված կողմ
  դիրք մոտ նաև
bildir məlumat xəbər nazir müdafiə mətbuat xidmət görə qeyd agentli silahlı qüvvə bölmə ordu istiqamət mövqe
  tərəf həmçinin
açıkla bakan savunma basın ajans belirt göre haber kuvvet birlik yönün bölge mevzi taraf ayrıca
déclar annon inform minist défens presse service selon agence force unité armée direction secteur position région aussi
"""


def _read(lines: str) -> dict[str, str]:
    table: dict[str, str] = {}
    for line in folded(lines).strip().replace("\n  ", " ").splitlines():
        name, *stems = line.split()
        table |= dict.fromkeys(stems, name)
    return table


_WEIGHTY = {"party": _read(_PARTIES), "state": _read(_STATES)}
_LIGHTLY = frozenset(folded(_LIGHT).split())
_LONGEST = max(map(len, (*_WEIGHTY["party"], *_WEIGHTY["state"], *_LIGHTLY)))
# Turkish and Azerbaijani deny within the verb: edilmedi, olmayıb, bilmir.
_NEGATED = tuple(folded("medi madı məyib mayıb memiş mamış mədi maz mez mir mır mur mür məz mayan meyen məyən").split())
_TURKIC_END = ("dir", "ler", "lar")


@lru_cache(maxsize=20_000)
def weight(word: str) -> tuple[str, str] | None:
    """Return which word of weight this folded word is: `party` or `state`, and which; None if it is none.

    Numbers as words count as the figures they stand for; amounts such as "dozens" as themselves.
    """
    if word[0].isdigit():
        return "state", word.lstrip("0") or "0"
    if word in VALUES or word in VAGUE:
        return "state", VALUES.get(word, word)
    for kind, table in _WEIGHTY.items():
        if name := _named(word, table):
            return kind, name
    stem = word[:-3] if word.endswith(_TURKIC_END) else word
    return ("state", "not") if len(stem) > 5 and stem.endswith(_NEGATED) else None  # shorter are nouns


@lru_cache(maxsize=20_000)
def light(word: str) -> bool:
    """Say whether a folded word is one that may be exchanged or put beside a statement without changing it."""
    return len(word) < 4 or any(word[:end] in _LIGHTLY for end in range(4, min(len(word), _LONGEST) + 1))  # of, the, на


def _named(word: str, table: dict[str, str]) -> str | None:
    if name := table.get(f"{word}="):
        return name
    return next((table[word[:end]] for end in range(min(len(word), _LONGEST), 2, -1) if word[:end] in table), None)

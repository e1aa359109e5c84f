"""Words that tell the Latin-script languages apart, in folded spelling (see `monitor.rules.fold`).

No word stands in two lists, and what two languages write alike (`in`, `on`, `her`, `son`, `mission`, `region`) stands
in none. Of what an apostrophe parts, some stands here as a word: `qu`, `didn`, `daki`.
"""

from __future__ import annotations


def _set(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


ENGLISH = _set(
    "the of and to was were is are has have had been being be having by with for that from this these those which who",
    "whom whose their its it they them there then than what when where why how he she his him we our ours you your us",
    "will would shall should could cannot might must may did does doing done said says say saying told tell not nor",
    "none nobody nothing near after before during against about above below between among through into onto upon",
    "within without under over across along around toward towards until till since while because although though",
    "however only still again once already yet just very too such same other others another each every both any some",
    "several many much more most less least few all if whether either neither but out up down back here now today",
    "yesterday tomorrow tonight morning afternoon evening night nights week weeks month months year years ago later",
    "earlier soon late next last first two three four five seven eight nine eleven twelve thirteen fourteen fifteen",
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds",
    "thousand thousands half dozen dozens monday tuesday wednesday thursday friday saturday sunday january february",
    "june july october december aug oct feb pm new old own small big high low short good bad great full whole parts",
    "side sides way day days hour hours time times number people person persons woman women child children family",
    "families house houses home town towns city villages road roads street school church bridge border borders",
    "frontier frontline army casualty casualties troops soldier soldiers serviceman servicemen officer officers",
    "captain guard guards conscript conscripts martyr martyrs fighter fighters defender defenders defence units",
    "peacekeeper peacekeepers staff ministry minister government spokesman spokesperson spokeswoman statement",
    "statements report reports news state country countries peace war ceasefire truce agreement movement treaty talks",
    "meeting committee council headquarters fire shot shots shoot shell shells guns gunfire gunshot weapon weapons",
    "artillery mortar mortars rocket rockets tanks vehicle vehicles truck trucks aircraft warplane landmine blast",
    "bomb strike strikes struck attack attacks battle fight fought clash clashes assault advance withdraw withdrew",
    "withdrawal wound wounds injury injuries kill kills dead death deaths fell fallen fall falls lost lose loss",
    "losses captured prisoner prisoners hostage hostages took taken take takes hold holds held broke broken break",
    "begun begin begins began start go goes gone went come comes came left leave kept keep gave given give gives got",
    "get made make makes set sent send brought bring seen saw see found find heard known knew know think thought stop",
    "stops hit hits hurt lay laid burnt met rose risen stood stand stands paid won win ran run runs beat drew drawn",
    "drove driven flew flown grew shown show shows remain remains became become becomes wrote written write writes",
    "read enemy adversary opponent foe heights height hill hills mountain mountains ridge river lake field fields",
    "trench trenches outpost outposts foothold area areas ground checkpoint districts north south east west northern",
    "southern eastern western northeast northwest southeast southwest armed military armenian armenians azerbaijani",
    "azerbaijanis azeri russian russians turkish georgian iranian european foreign domestic british german chinese",
    "israeli syrian ukrainian indian life lives health body bodies hand hands head neck memory rest funeral wife",
    "husband father mother brother sister daughter friend friends names word words fact facts rumour rumor rumours",
    "rumors false fake true untrue deny denies refute reject rejects claim claims calm quiet tense dawn dusk noon",
    "midnight water fuel power supply food bread work works worker workers market law judge vote election elections",
    "parliament speaker deputy chief chairman leader leadership member members citizen citizens resident residents",
    "civilian civilians farmer farmers shepherd livestock cattle driver rescuers doctor doctors nurse teacher student",
    "students pupil game team goal gold press details follow update updates footage release response measures",
    "adequate drill drills exercise exercises weather snow rain storm flood strait wait await refugees employees",
    "trees isn wasn weren doesn didn couldn wouldn ll",
)

FRENCH = _set(
    "le les des du une aux au est sont ete etait etaient etre seront serait soit qui que quoi dont pour par avec sans",
    "sous chez vers dans sur depuis pendant avant apres lors contre jusque puisque lorsque quand et cette cet ces ce",
    "cela celui celle ceux celles leur leurs ses nos notre votre vos elles ils nous vous je ont avait avaient avoir",
    "aura auront ayant fait faire faites fut furent peut peuvent doit doivent dit disent affirme annoncent declare",
    "indique rapporte selon ainsi aussi alors mais donc pas moins trop peu encore deja jamais toujours toute toutes",
    "tous aucun aucune autre autres chaque plusieurs quelques meme memes tandis comme afin deux trois quatre cinq",
    "huit neuf dix douze treize quatorze quinze seize vingt trente quarante cinquante soixante premier premiere",
    "deuxieme dernier derniere lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril juin",
    "juillet aout septembre octobre novembre decembre jour jours nuit nuits matin soir heure heures semaine semaines",
    "mois annee annees ans hier aujourd demain ministere ministre armee armees soldat soldats militaires officier",
    "officiers blesse blesses blessee blessees mort morts morte tue tues tuee tuees victime victimes perte pertes",
    "prisonnier prisonniers guerre paix cessez feu feux tirs tireur coup obus frontiere frontieres frontalier",
    "frontaliers hauteurs poste postes ennemi ennemis ennemie adverse adversaire riposte attaque attaques",
    "bombardement bombardements armenien armeniens armenienne armeniennes armenie azerbaidjan azerbaidjanais",
    "azerbaidjanaise azerbaidjanaises russe russes turc turque turquie russie nord ouest cote cotes ville villes etat",
    "etats gouvernement loi parlement ambassade ambassadeur pourparlers negociations mitrailleuse roquette roquettes",
    "balle balles blinde blindes avions helicopteres camions hommes homme femme femmes enfant enfants famille",
    "familles personnes gens civils pris prise prises perdu perdus touche touches touchee parle demande mis remis",
    "ouvert subi repousse repousses tombe tombes recu vu voulu calme tendue partie nouvelle nouvelles nouveau",
    "nouveaux petit bonne hors loin pres ici voir droit eau pluie incendie foudre ecole hopital communique dementi",
    "faux vrai verite rien reste restent qu jusqu lorsqu",
)

TURKIC = _set(  # Turkish and Azerbaijani alike
    "ve bir bu ile saat gore sonra var olan olmus etmis daha ki hem ise silahli hec iki uc bes alti otuz elli altmis",
    "yetmis seksen yuz yarali yaralilar yaralanan yaralanmis yaralandi ermeni ermeniler ermenistan ermenistanin",
    "azerbaycan azerbaycanin ates atese atesi atesin atesini gece geri ileri yeni kendi oz ilk gunu gunler ay ayin",
    "yol yolu yolun dag dagi tepe tepeler tepeye evi evler ele bas basi olu olen olenler hucum topcu ordu ordusu",
    "ordumuz ordunun ordusuna ordusunun onlar onlarin onun bunu bunun biz bizim siz ona teslim oldu olsun olur olacak",
    "verdi veren aldi gelen geldi gelir idi imis diger altinda altina ustunde uzerinde arasinda arasindaki icinde",
    "yaninda boyunca bassagligi diledi ailesine ailelerine vatan milli heyati heyet heyeti zaman beraber suren yaris",
    "ikisi ucu besi iddia iddiasi butun hava ruhu yalan sakin yer yerine yerli dedi demis uzun yuksek dogru gercek",
    "agir gorusme ifade esas ateskes yanan yandi kendinin",
)

TURKISH = _set(
    "icin olarak tarafindan edildi etti kadar gibi degil yok bakanligi bakanlik bakan bakani savunma acikladi duyurdu",
    "bildirdi oldugu oldugunu olmadigini uzere sinir siniri sinira sinirda sinirin sinirinda sinirdaki yonunde",
    "yonundeki birlikleri birliklerinin birliklerimiz birlikler birlik asker askeri acti cikti subat ocak nisan mayis",
    "haziran temmuz agustos eylul ekim kasim aralik pazartesi sali carsamba persembe cuma cumartesi sabah aksam ogle",
    "dun bugun yarin simdi hemen henuz hala hep hicbir birkac cok cogu bazi tum ayni baska boyle soyle iste ragmen",
    "nasil hakkinda dolayi nedeniyle sirasinda sirada sonucu sonucunda sonrasi sonrasinda oncesi onceki itibaren",
    "karsi karsilik karsilikli taraf tarafi taraflar tarafin askerler askerin askerinin askerimiz askerlerin sehit",
    "sehitler sehidimiz sehir arkadasimiz silahlarla dort yedi sekiz dokuz yirmi kirk doksan bin binlerce onlarca",
    "dordu kisi kisinin kisiyi catisma catismada catismalar saldiri saldirisi saldirida havan mayin mayina kursun",
    "dusman dusmanin dusmana sizma tespit etkisiz getirildi bulunan bulunuyor hedef hedefler imha baris kayip kaybi",
    "kaybetti hayatini yasamini yitirdi hastaneye hastanede operasyon harekat harekati tatbikat tatbikati personel",
    "personeli bolge bolgede bolgesi bolgeye bolgesinde komutan komutani komutanligi baskan baskani basbakan",
    "cumhurbaskani disisleri icisleri buyukelci meclis hukumet yonetim yonetimi devlet ulke ulkeden ulkenin kent",
    "kenti koyu koyune ilcesi ilcesinde mahalle yerel haberi haberler haberlerin asilsiz durum durumu durumun hafif",
    "birligi kaldi kaldirildi kaldirilan yapildi yapti yapan ediyor ettigi ettigini ettiler belirtti soyledi yazdi",
    "anlatti kacti girdi cekildi basladi bitti surdu suruyor durdu durdurdu dustu dusurdu vurdu vuruldu patladi",
    "patlama yangin deprem ogrenci ogretmen okul okullar saglik egitim vatandas vatandaslar cocuk kadin erkek takim",
    "kaleci hakem puan dakika dakikada saatlerinde saatte araliklarla sayisi misliyle yanit yakin yaklasik kapisi",
    "kapisinda gorustu uluslararasi toplum ortak teroristler orgutu kahraman rusya birlikte devam hale mevzi mevziler",
    "mevzileri mevziye mevziyi mevziden mevzilerden toren torende tren iyi buyuk kucuk kisa guney kuzey dogu bati",
    "geregi hatti hattinda hattindaki cephe nokta noktaya hayir evet tesekkur rahmet nin nun nda nde ndan nden ndaki",
    "ndeki daki deki taki teki",
)

AZERBAIJANI = _set(
    "ucun olaraq olub olunub edib edilib etmisdir bildirib bildirilib bildirir terefinden terefden qeder kimi deyil",
    "yoxdur nazir naziri nazirliyi nazirliyinin nazirliyine mudafie herbi herbici herbcilerimiz qarsi qarsisi",
    "istiqametinde istiqametde istiqametinden bolmeleri bolmelerimiz bolmelerimizin bolmelerinin xidmeti xidmetinin",
    "serhed serhedi serhedinde serhedde serhedinin itki itkimiz itkisi xesaret cavab cixarilib tedbir tedbirleri",
    "neticesinde nefer doyus doyusler doyusde cumleden erzinde sexsi dusmen dusmenin dusmene helak mehv melumat",
    "melumata xeber yaralanib esger esgeri esgerler zabit gizir polkovnik leytenant kapitan movqe movqeler movqeleri",
    "movqelerimiz movqelerimize movqelerini movqeyi movqede gulle atici acib acilib sehid sehidler sehidlik",
    "susdurulub tutub tutulub kecirilib kecib kecirib goturulub alib alinib verib verilib deyib dusub gelib gedib",
    "qayidib olunur edilir edilecek olunacaq edecek veziyyet veziyyeti sabitdir agirdir vetendas vetendaslar",
    "vetendasimiz igid igidimiz yanvar fevral aprel avqust sentyabr oktyabr noyabr dekabr yanvarin fevralin martin",
    "aprelin iyun iyul iyunun iyulun avqustun sentyabrin oktyabrin noyabrin dekabrin dunen bugunku seherden cersenbe",
    "senbe yeddi sekkiz dord doqquz iyirmi qirx doxsan muveqqeti novbeti esasen hazirda artiq yeniden daima hemcinin",
    "habele lakin yoxsa cunki terefi terefimiz teref raket artilleriya minaatan mina minaya qosun qosunlar qosunlari",
    "quvve quvveler quvveleri quvvelerinin rayonu rayonunun rayonunda qesebe qesebesi kendinde menteqe menteqesi",
    "menteqeler erazi erazisi erazisinde erazide erazini torpaq torpaqlar yuksekliyi yukseklik yukseklikler dayaq",
    "istehkam mulki dinc ehali usaq qadin mekteb xestexana hekim muellim telim telimler telimlerin muzakire gorus",
    "gorusde goruse sazis danisiqlar beyanat beyannamesi teleb qeti tekzib yalandir heqiqet dezinformasiya menbe",
    "xahis qanunsuz azad terxis muqavile heyata muxtelif istifade cehd tehlukesizlik mesele barede haqda haqqinda",
    "yaxin yaxinliginda yaxinligindaki yaxinlarina xarici daxili fovqelade yanib zelzele oyun komanda qapi xal",
    "cempionat bakida bakidan mene hami defe kecen kecmis birinci ucuncu boyuk kicik yuxari asagi simal cenub serq",
    "qerb irevan rusiya axsam seher dovlet davam uzre indi bele ancaq cox basqa vaxt yaxud verir deyir edir gedir",
    "getdi prezident dileyirik rehmet rehmetine qalib birge hele nece aparilib aparildi yuk maz",
)

# Neighbours that must not pass for one of the five: German, Dutch, Spanish, Portuguese, Italian, Romanian, Polish, the
# Scandinavian languages, Uzbek and Turkmen, Kurdish, Indonesian.
OTHERS = _set(
    "der das und nicht mit von dem ein eine einen einem einer ist sind wurde wurden wird werden haben auch nach bei",
    "zwischen gegen sich noch aus zum zur uber wie dass keine soldaten grenze lage laut bleibt het een heeft stad",
    "niet zijn worden aan voor ook naar geen deze maar el los las del una unos por con como muy pero fue fueron sus",
    "este esta estan segun dijo soldados heridos desde sobre frontera ejercito ayer che della delle degli dei nel",
    "nella alla sono stato stati anche piu di gli confine soldati feriti questo ieri nao uma dos em pelo pela foi",
    "foram tambem sao ao pentru cu fost sunt prin iar nie sie jest przez oraz ze dla zolnierzy granicy wedlug och att",
    "det som inte til ikke ble fra bilan uchun emas yoki bilen kerek ku ji xwe yang dengan untuk dari pada",
)

# Names that end as English words do.
NAMES = _set("ahmed hamed mehmed mohammed muhammed khaled rashed saeed sayed waleed zayed")

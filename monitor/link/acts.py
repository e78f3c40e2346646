"""What is said to be done or hit, as a few classes that mean the same in six languages."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from monitor.link.places.words import fold

# A star stands for any ending. A word may be of several classes.
_WORDS = {
    "strike": """
        airstrike* strike strikes struck striking raid* bomb bombs bombed bombing* bombard* attack* barrage* shell
        shells shelled shelling pound pounds pounded pounding hit hits hitting salvo* target targets targeted targeting
        missile* rocket* drone* frappe* attaqu* bombe* roquette* obus ataque* atac* bombarde* misil* cohete* dron удар*
        атак* обстрел* обстріл* бомб* ракет* беспилотник* безпілотник* бпла дрон* налет* налёт* наліт* нальот* вдари*
        влучи* влучан* поцілил* попадан* غار* الغار* قصف* القصف هجوم*
        هجم* الهجوم* الهجم* ضرب* الضرب* صاروخ* صواريخ الصواريخ الصاروخ* مسير* المسير* استهدف* استهداف* الاستهداف*
        تستهدف يستهدف قذيف* قذائف* القذائف القذيفة
        تقصف يقصف يقصفون تضرب يضرب تهاجم يهاجم""",
    "kill": """
        kill* dead death* die died dies toll victim* tue tues tuee tuees tuent tuant mort morts victime* muert* muere*
        mueren mata* victima* погиб* убит* убил* убива* жертв* умер* загин* вбит* вбив* загибл*
        قتل* تقتل يقتل مقتل قتيل* القتل* استشه* شهيد* شهداء الشهداء وفاة""",
    "intercept": """
        intercept* thwart* downs downed перехват* сбит* сбил* отраз* збит* збил* اعترض* اعتراض تصد* اسقاط اسقط*""",
    "talk": """
        talk talks negotiat* meet meets meeting met deal deals pourparler* negoci* rencontre* acuerdo* переговор*
        встреч* договор* сделк* перемовин* зустріч* угод* محادثات مفاوضات المفاوضات اجتماع لقاء اتفاق*""",
    "condemn": "condemn* denounc* slam slams condamn* denonc* conden* осуд* осужд* засуд* تدين ادان* دان* ادانة",
    "deny": "deny denies denied denying reject* refut* dement nie niega rechaz* опроверг* отверг* отриц* спростов* "
    "запереч* تنفي نفى نفت ينفي",
    "warn": """
        threat* warn* vow vows vowed menace* avert* amenaz* пригроз* угро* предупре* погро* попередж* تهدد هدد* يهدد
        حذر* تحذر يحذر توعد*""",
    "truce": "ceasefire truce pause paused treve cessez tregua перемири* перемир'* прекращени* هدنة الهدنة",
    "blast": "explo* blast* взрыв* вибух* انفجار* الانفجار* تفجير* التفجير*",
    "ground": "invas* incursion* invad* вторж* вторгн* наземн* توغل* اجتياح",
    "flee": "evacuat* flee flees fled displac* evacu* huy* эвакуац* эвакуир* евакуац* евакую* اجلاء نزوح النازح*",
    "law": """
        arrest* charge charged charges court courts trial sentenc* convict* guilty tribunal* proces juicio* арест*
        задерж* суд суда суде суду приговор* вирок* заареш* затрим* اعتقال* اعتقل* محكمة المحكمة""",
    "sanction": "sanction* sancion* санкци* санкці* عقوبات العقوبات",
    "oil": "oil crude brent petrole petroleo нефт* нафт* نفط* النفط",
    "stocks": "stocks shares bourse prices prix precios биржа цены цен ціни ціна اسعار اسهم البورصة",
    "market": """
        market markets marketplace marche marches mercado mercados рынок рынка рынке рынку ринок ринку سوق
        السوق سوقا اسواق""",
    "cluster munition": """
        cluster sous-munition* sousmunition* submunicion* racimo кассетн* касетн* عنقودي* العنقودي*""",
    "civilian": "civilian* civil civils civiles мирн* цивильн* цивілн* цивільн* гражданск* مدنيين مدني* المدنيين",
    "camp": "camp camps campement* campamento* лагер* табір табор* مخيم* المخيم*",
    "power": """
        grid blackout* electricity energy electricite electricidad энерг* енерг* электр* електр* كهرباء
        الكهرباء الطاقة""",
    "bus": "bus buses busse autobus autocar автобус* маршрутк* حافلة الحافلة حافلات",
    "train": """
        train trains railway* rail gare tren ferrocarril поезд* железнодорож* потяг* вокзал* залізнич* قطار
        القطار محطة""",
    "bridge": "bridge bridges pont ponts puente мост мосту мосте моста міст جسر الجسر",
    "aid": "aid humanitarian relief humanitaire* humanitari* гуманитар* гуманітар* مساعدات المساعدات انسانية الانسانية",
    "journalist": """
        journalist* reporter* correspondent* journaliste* periodista* журналист* журналіст* صحفي* الصحفي* صحافي*""",
    "medic": """
        medic medics paramedic* doctor* ambulance* secouriste* medecin* medico* ambulancia* медик* врач* лікар* مسعف*
        اطباء اسعاف""",
    "refinery": "refiner* raffinerie* НПЗ нефтеперераб* нафтопереробн* مصفاة المصفاة مصافي",
    "flight": "flight* airport* airspace airline* aeroport* aeropuerto* vuelo* рейс* аэропорт* аеропорт* مطار* المطار*",
    "labour": "union unions workers walkout* strikers greve* huelga* забастовк* страйк* اضراب*",
    "mourn": "funeral* buried burial* grie* mourn* funerail* obseques luto похорон* траур* жалоб* تشييع جنازة حداد",
    "nuclear": "nuclear nucleaire* ядерн* نووي* النووي*",
    "school": """
        school* pupil* schoolgirl* student* ecole* eleve eleves escuela* alumn* школ* ученик* учн* مدرس* المدرس*""",
    "hospital": "hospital* hopital hopitaux больниц* госпитал* лікарн* مستشفى* المستشفى* مستشفيات",
    "worship": "mosque* church* mosquee* eglise* mezquita* iglesia* мечет* церк* مسجد المسجد كنيسة",
    "embassy": "embass* consulat* ambassade* embajada* посольств* консульств* سفارة السفارة قنصلية",
    "ship": "ship ships tanker* vessel* navire* petrolier* buque* корабл* танкер* судн* سفين* السفين* ناقل* سفن",
    "base": "base bases база базе базу базы баз قاعدة قواعد القواعد",
    "troops": "troop troops soldier* servicem* soldat* soldado* военнослуж* солдат* військовослуж* جنود جندي* الجنود",
    "child": """
        child children kids girl girls boy boys enfant* nino ninos nina ninas ребен* ребён* дети детей детям девоч* діт*
        дитин* طفل* اطفال الاطفال""",
}
TARGETS = frozenset(
    {
        "market", "camp", "power", "bus", "train", "bridge", "refinery", "flight", "school", "hospital", "worship",
        "embassy", "ship",
    }
)  # fmt: skip
"""The classes of what is hit that tell two attacks on one town apart."""

ATTACKS = frozenset({"strike", "blast"})
HARM = ATTACKS | {"kill"}
"""The classes of what is done to people and places."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SHORTEST_PREFIX = 2
# What Russian and Ukrainian write before a word of attack as one with it: "авиаудар", "артобстрел", "минобстрел".
_OF_ARMS = re.compile(r"(?:авиа|авіа|арт|мин|мін)(?=\w{4})")
# What Arabic does: and, so, by, for, as; "for the" has lost the letter that the article begins with.
_ARABIC_PARTICLE = re.compile(r"(?:[وف]?(?:لل|[بلك])|[وف])(?=\w{3})")


def _table() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    words: dict[str, set[str]] = defaultdict(set)
    prefixes: dict[str, set[str]] = defaultdict(set)
    for act, listed in _WORDS.items():
        for word in listed.split():
            (prefixes if word.endswith("*") else words)[fold(word.rstrip("*"))].add(act)
    return (
        {word: frozenset(acts) for word, acts in words.items()},
        {prefix: frozenset(acts) for prefix, acts in prefixes.items()},
    )


_EXACT, _PREFIXES = _table()
_LONGEST_PREFIX = max(map(len, _PREFIXES))


@lru_cache(maxsize=16_384)
def acts_of(word: str) -> frozenset[str]:
    """The classes of a word: `strike`, `kill`, `deny`, `school` …; mostly none."""
    folded = fold(word)
    if found := _classes(folded):
        return found
    if of_arms := _OF_ARMS.match(folded):
        return _classes(folded[of_arms.end() :]) & {"strike"}
    particle = _ARABIC_PARTICLE.match(folded)
    return _classes(folded[particle.end() :]) if particle else found


def acts_in(text: str) -> list[tuple[int, frozenset[str]]]:
    """Where each word of a text begins that has a class, and its classes.

    A word behind a hyphen also has those of both together: "air-strike", "sous-munitions".
    """
    found = []
    first, last = 0, 0
    for word in _WORD.finditer(text):
        acts = acts_of(word[0])
        if last and text[last : word.start()] == "-":
            acts |= acts_of(text[first : word.end()])
        if acts:
            found.append((word.start(), acts))
        first, last = word.span()
    return found


def _classes(folded: str) -> frozenset[str]:
    """The classes of a folded word as it stands."""
    found = _EXACT.get(folded, frozenset())
    for length in range(_SHORTEST_PREFIX, min(len(folded), _LONGEST_PREFIX) + 1):
        found |= _PREFIXES.get(folded[:length], frozenset())
    return found

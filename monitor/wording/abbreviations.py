"""Words that are written with a dot which ends no sentence, and words that sentences begin with, by language.

Small letters, without the last dot; what is written in two ("т. д.") stands here as one ("т.д").
"""

from __future__ import annotations

BEFORE_MORE = {
    "en": (
        "mr mrs ms mx dr prof gen col lt sgt cpl capt cmdr cdr maj brig adm rev hon gov sen rep pres amb supt insp"
        " det messrs mt ft pvt vs approx cf viz incl e.g i.e"
    ),
    "fr": "mm mme mmes mlle mlles dr drs pr mgr ste gén gal col cdt cne ltt cf éd av bd boul env p.ex ex",
    "es": (
        "sr sra sres sras srta sto sta dr dra drs d dña gral cnel tte sgto cdte cmdte alte lic ing arq prof mons ud"
        " uds vd av avda aprox núm op cit p.ej ej ee ff rr"
    ),
    "ru": (
        "г гг ул просп пер пл наб им акад проф доц ген полк подполк кап лейт корп кв пос дер св тов гр т.н т.е т.к"
        " т.о и.о в.о напр ср ок прим см"
    ),
    "uk": (
        "вул просп пров пл ім акад проф доц ген полк св гр напр див т.зв т.ч р р-н рр смт тов п о орієнт бл наб буд"
    ),
    "ar": "أ.د",
}
"""After which a name, a number or a word of the same sentence always follows."""

BEFORE_A_NUMBER = {
    "en": "no nos fig figs p pp vol vols ch art arts sec par para ver",
    "fr": "n no nos art arts p pp al chap fig vol t",
    "es": "núm núms nro nros n no pág págs art arts fig vol cap",
    "ru": "стр с рис табл ст п пп ч гл разд д",
    "uk": "стор с рис табл ст п ч гл буд",
    "ar": "ص",
}
"""Which end none before a number; elsewhere they may be words, as "no" is."""

BEFORE_A_NAME = {
    "en": (
        "st inc ltd corp co llc plc jr dept govt assn bros intl ave blvd rd jan feb mar apr jun jul aug sep sept"
        " oct nov dec mon tue tues wed thu thur thurs fri sat sun calif fla tex ariz mass mich minn pa va conn ill"
        " wash colo tenn ore okla ont que"
    ),
    "fr": "st janv févr avr juil sept oct nov déc cie sté",
    "es": "ene febr abr jun jul sept oct nov dic cía ltda cap uu aa hh",
    "ru": "обл р-н респ пр янв февр апр авг сент окт нояб дек",
    "uk": "обл респ січ лют бер квіт трав черв лип серп верес жовт листоп груд",
}
"""Which end none before a name; they do before a word that sentences begin with.

The English ones are abbreviations only with a capital: "Sun." is, "sun." is not.
"""

AFTER_A_NUMBER = {
    "en": "etc bn mn km cm kg lb lbs oz mph hrs min ft a.m p.m",
    "fr": "etc hab km kg mds md mio env",
    "es": "etc hab km kg mill",
    "ru": "тыс млн млрд трлн руб коп долл чел км кг га см мин т.д т.п др н.э вв",
    "uk": "тис млн млрд трлн грн коп дол чол ос км кг га см хв т.д т.п ін н.е ст",
    "ar": "إلخ",
}
"""Which end a sentence when a capital follows."""

NAMES_WITH_A_MARK = frozenset("yahoo jeopardy mamma chips".split())
"""Names that end with "!"."""

BEGINNINGS = {
    "en": (
        "the a this that these those it its he his she her they their we our you your my i in on at by for from"
        " with after before during since when while where as if and but or however meanwhile more about some many"
        " most several there here what who why how not all both each such no two three four five six seven eight"
        " nine ten eleven twelve dozens hundreds thousands officials police residents witnesses"
    ),
    "fr": (
        "le la les l un une des ce cet cette ces il elle ils elles on nous vous son sa ses leur leurs dans en sur"
        " au aux à par pour avec après avant depuis lors quand pendant selon mais et ou cependant plus plusieurs"
        " deux trois quatre cinq six sept huit neuf dix"
    ),
    "es": (
        "el la los las un una unos unas este esta estos estas eso él ella ellos se su sus en por para con tras"
        " desde según cuando mientras pero y sin más varios al hay dos tres cuatro cinco seis siete ocho nueve diez"
    ),
    "ru": (
        "в во на по при после до из за к с у о об это этот эта эти он она они оно мы я его её их как когда пока"
        " если но и а также однако ранее позже среди более около там тем все так что кроме сообщается два две три"
        " четыре пять шесть семь восемь девять десять"
    ),
    "uk": (
        "в у на по при після до із з за к про це цей ця ці він вона вони воно ми я його її їх як коли поки якщо але"
        " і й а та також однак раніше пізніше серед понад близько там тим усі всі так що крім два дві три чотири"
        " п'ять шість сім вісім дев'ять десять"
    ),
}
"""Common words: with a capital after a dot they begin a sentence, where another word may be a name."""

ARTICLES = frozenset("le la les el los las l".split())
"""Beginnings that names have too: after an initial they begin none (J. Le Pen)."""

MONTHS = frozenset(
    "januar februar märz april mai juni juli august september oktober november dezember january february march may june"
    " july october december".split()
)
"""After "3." the name of a month goes on with a date."""

SUFFIXES_OF_DOMAINS = frozenset(
    "com org net edu gov int info io ai tv news press media me app html php pdf txt csv zip xml jpg png mp4 doc docx js"
    " py uk us ca au de fr es it eu ru ua by kz il ir iq sy lb jo eg sa ae qa ye tr pk in cn jp ch at nl be pl".split()
)
"""What addresses and names of files end with."""

TIMES = frozenset(["a.m", "p.m"])
AFTER_A_TIME = (
    frozenset(
        "monday tuesday wednesday thursday friday saturday sunday et est edt pst pdt gmt utc bst cet eet ist".split()
    )
    | MONTHS
)
"""What goes on behind a time of day, though it has a capital: "at 5 p.m. Monday", "at 5 p.m. GMT"."""

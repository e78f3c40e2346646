"""The names of months, weekdays, halves of the day and time zones, as feeds write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

# A row for each language or country, January first; forms of one month are parted by a slash. Any beginning of at least
# three letters that means one month only is an abbreviation of it.
_MONTHS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",  # whole names here: other languages have other months of these
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
    "يناير فبراير مارس أبريل/ابريل مايو يونيو/يونيه/يونية يوليو/يوليه/يولية أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    (
        "كانون-الثاني/كانون-ثاني/كانون-ثان شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين-الأول/تشرين-أول "
        "تشرين-الثاني/تشرين-ثاني/تشرين-ثان كانون-الأول/كانون-أول"
    ),
    "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
    "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "januar/jänner februar/feber märz april mai juni juli august september oktober november dezember",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "januari februari maart/mrt april mei juni juli augustus september oktober november december",
    "januarie februarie maart april mei junie julie augustus september oktober november desember",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november desember",
    "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "januar februar marec april maj junij julij avgust september oktober november december",
    "јануари февруари март април мај јуни јули август септември октомври ноември декември",
    "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
    "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
    "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris",
    (
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
        "marraskuuta joulukuuta"
    ),
    "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio",
    "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "január február március április május június július augusztus szeptember október november december",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου "  # noqa: ISC004
    "δεκεμβρίου",
    (
        "ינואר/בינואר פברואר/בפברואר מרץ/מרס/במרץ/במרס אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט "
        "ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר"
    ),
    "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня",
    "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr",
    "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "январ феврал март апрел май июн июл август сентябр октябр ноябр декабр",
    "جنوري فبروري مارچ اپریل مۍ جون جولای اگست سپتمبر اکتوبر نومبر دسمبر",
    "کانوونی-دووەم شوبات ئازار نیسان ئایار حوزەیران تەمووز ئاب ئەیلوول تشرینی-یەکەم تشرینی-دووەم کانوونی-یەکەم",
    "ጃንዋሪ/ጃንዩወሪ ፌብሩዋሪ/ፌብሩወሪ ማርች ኤፕሪል ሜይ ጁን ጁላይ ኦገስት ሴፕቴምበር ኦክቶበር ኖቬምበር ዲሴምበር",
    "janaayo febraayo maarso abriil may juun luuliyo ogost sebtembar oktoobar nofembar desembar",
    "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
    "janairu faburairu maris afirilu mayu yuni yuli agusta satumba oktoba nuwamba disamba",
    "januari februari mac april mei jun julai ogos september oktober november disember",
    "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი",
    "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
)
# Monday first; any beginning of two letters or more.
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles jueves viernes sábado domingo",
    (
        "понедельник/пнд/пн вторник/втр/вт среда/среду/срд/ср четверг/чтв/чт пятница/пятницу/птн/пт "
        "суббота/субботу/сбт/сб воскресенье/вск/вс"
    ),
    "понеділок/пн вівторок/вт середа/середу/ср четвер/чт п'ятниця/п'ятницю/пт субота/суботу/сб неділя/неділю/нд",
    "الاثنين/الإثنين الثلاثاء الأربعاء الخميس الجمعة/الجمعه السبت الأحد",
    "שני שלישי רביעי חמישי שישי שבת ראשון",
    "دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه",
    "montag dienstag mittwoch donnerstag freitag samstag/sonnabend sonntag",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "segunda terça quarta quinta sexta sábado domingo",
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "måndag tisdag onsdag torsdag fredag lördag söndag",
    "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "pondělí úterý středa/středu čtvrtek pátek sobota/sobotu neděle/neděli",
    "luni marți miercuri joi vineri sâmbătă duminică",
    "hétfő kedd szerda csütörtök péntek szombat vasárnap",
    "понеделник вторник сряда четвъртък петък събота неделя",
    "δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή",
    "星期一 星期二 星期三 星期四 星期五 星期六 星期日/星期天",
    "周一/週一 周二/週二 周三/週三 周四/週四 周五/週五 周六/週六 周日/週日",
    "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
    "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
)
# Those of further languages: that they are weekdays is known, not which; so that no abbreviation of the above is lost.
_FURTHER_WEEKDAYS = (
    "pondelok utorok streda/stredu štvrtok piatok sobota nedeľa/nedeľu",
    "ponedeljek torek sreda četrtek petek sobota nedelja",
    "ponedeljak utorak sreda četvrtak petak subota nedelja",
    "ponedjeljak utorak srijeda/srijedu četvrtak petak subota/subotu nedjelja/nedjelju",
    "понедељак уторак среда четвртак петак субота недеља",
    "понеделник вторник среда четврток петок сабота недела",
    "панядзелак аўторак серада/сераду чацвер пятніца/пятніцу субота/суботу нядзеля/нядзелю",
    "дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі",
    "dushanba seshanba chorshanba payshanba juma shanba yakshanba",
    "душанбе сешанбе чоршанбе панҷшанбе ҷумъа шанбе якшанбе",
    "ორშაბათი სამშაბათი ოთხშაბათი ხუთშაბათი პარასკევი შაბათი კვირა",
    "երկուշաբթի երեքշաբթի չորեքշաբթի հինգշաբթի ուրբաթ շաբաթ կիրակի",
    "پیر منگل بدھ جمعرات جمعہ ہفتہ اتوار",
    "دووشەممە سێشەممە چوارشەممە پێنجشەممە هەینی شەممە یەکشەممە",
    "maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai",
    "maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina",
    "pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sekmadienis",
    "pirmdiena otrdiena trešdiena ceturtdiena piektdiena sestdiena svētdiena",
    "esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev",
    "hënë martë mërkurë enjte premte shtunë diel",
    "дүйшөмбү шейшемби шаршемби бейшемби жума ишемби жекшемби",
    "senin/isnin selasa rabu kamis/khamis jumat/jumaat sabtu minggu/ahad",
    "jumatatu jumanne jumatano alhamisi ijumaa jumamosi jumapili",
    "isniin talaado arbaco khamiis jimco sabti axad",
    "litinin talata laraba alhamis jummaʼa asabar lahadi",
    "ሰኞ ማክሰኞ ረቡዕ ሐሙስ ዓርብ ቅዳሜ እሑድ",
)
# Words that may stand in a date and change nothing of it.
_FILLING = frozenset(
    "a actualizado al am at date de del des du el em en er feira h heures hora horas horas hrs klo kl la las le les "
    "los mis jour nd o of om on os posted publicado published publié rd st th the to um uhr updated às à "
    "г год года годині год. го е о об опубликовано опубліковано обновлено оновлено р рік року у в во час время "
    "den ж жыл жылы թ gada u alle ore hs uur hod hodin godz godzina saat ora ч часов час години στις klokken kell "
    "first last pukul jam v ve m d "
    "الساعه الساعة في يوم من سنة عام م ساعت در و בשעה".split()
)
_MORNING = (
    "am",
    "a.m.",
    "a.m",
    "a. m.",
    "a. m",
    "a m",
    "ص",
    "صباحا",
    "дп",
    "فجرا",
    "утра",
    "ранку",
    "du matin",
    "de la mañana",
    "öö",
    "π.μ.",
    "π.μ",
)
_AFTERNOON = ("pm", "p.m.", "p.m", "p. m.", "p. m", "p m", "م", "مساء", "ظهرا", "عصرا", "بعد الظهر",
              "пп", "вечера", "дня", "вечора",
              "du soir", "de l'après-midi", "de la tarde", "de la noche", "ös", "μ.μ.", "μ.μ", "ptg")  # fmt: skip
HALVES = {name: half for half, names in enumerate((_MORNING, _AFTERNOON)) for name in names}
"""0 for before noon, 1 for after it, by name."""

# Hours from UTC. A name that means several zones is here when one of them is by far the commonest in feeds; IST is
# India's and CST North America's. AST (Arabia, the Atlantic) and BDT are not: what they mean is not certain.
_HOURS = {
    0: "z utc gmt ut wet utc0", 1: "cet met mez wat bst west irish", 2: "cest mest mesz eet cat sast wast",
    3: "eest msk мск eat idt trt fet", 3.5: "irst", 4: "msd gst azt samt get", 4.5: "irdt aft", 5: "pkt yekt uzt tjt",
    5.5: "ist", 5.75: "npt", 6: "omst", 6.5: "mmt", 7: "ict wib krat novt", 8: "hkt sgt pht myt awst wita irkt",
    9: "jst kst wit yakt", 9.5: "acst", 10: "aest vlat chst", 10.5: "acdt", 11: "aedt magt sakt", 12: "nzst pett",
    13: "nzdt", -2.5: "ndt", -3: "adt brt art clst uyt", -3.5: "nst", -4: "edt clt vet bot", -5: "est cdt cot pet ect",
    -6: "cst mdt", -7: "mst pdt", -8: "pst akdt", -9: "akst", -10: "hst",
}  # fmt: skip
ZONES = {name: timedelta(hours=hours) for hours, names in _HOURS.items() for name in names.split()}
"""How far a zone is from UTC, by its name in small letters."""

PLACES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
"""Names of zones that do not say whether it is summer time."""

_LONG_NAMES = """
    Africa/Cairo egypt; Africa/Johannesburg south africa; Africa/Khartoum sudan; Africa/Lagos w central africa/west
    africa; Africa/Nairobi e africa/east africa; Africa/Tripoli libya; America/Bogota sa pacific/colombia;
    America/Chicago central; America/Denver mountain; America/Halifax atlantic; America/Los_Angeles pacific;
    America/New_York eastern; America/Sao_Paulo e south america/brasilia; Asia/Almaty central asia; Asia/Amman jordan;
    Asia/Baghdad arabic; Asia/Baku azerbaijan; Asia/Bangkok se asia/indochina; Asia/Beirut middle east; Asia/Damascus
    syria; Asia/Dubai arabian/gulf; Asia/Hebron west bank; Asia/Jerusalem israel; Asia/Kabul afghanistan; Asia/Karachi
    pakistan; Asia/Kolkata india/indian; Asia/Riyadh arab/arabia; Asia/Seoul korea; Asia/Shanghai china; Asia/Tashkent
    west asia; Asia/Tbilisi georgian; Asia/Tehran iran; Asia/Tokyo japan; Asia/Yangon myanmar; Asia/Yekaterinburg
    ekaterinburg; Asia/Yerevan caucasus; Australia/Sydney aus eastern; Europe/Berlin w europe; Europe/Bucharest gtb;
    Europe/Budapest central europe; Europe/Chisinau e europe; Europe/Istanbul turkey; Europe/Kyiv fle/eastern
    european/kiev; Europe/Lisbon western european; Europe/London gmt/british; Europe/Minsk belarus; Europe/Moscow
    russian; Europe/Paris romance; Europe/Warsaw central european; Etc/UTC coordinated universal/universal/greenwich
    mean/greenwich
"""


@cache
def long_names() -> dict[str, str]:
    """The place whose time a zone has by its name without "standard time": of Windows, or as people write it."""
    rows = (row.split(maxsplit=1) for row in _LONG_NAMES.split(";"))
    return {" ".join(name.split()): place for place, names in rows for name in names.split("/")}


def plain(name: str) -> str:
    """A name as names are compared: small, without accents, dots and what joins letters."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char) and char not in "'’ʼ.\u200c\u0640")


@cache
def months() -> dict[str, int]:
    """The number of a month by its name or any abbreviation that means no other; two words are joined by a dash."""
    return _by_beginning(_MONTHS, shortest=3)


@cache
def weekdays() -> dict[str, int]:
    """The number of a weekday, Monday is 0, by its name or an abbreviation that means no other."""
    return _by_beginning(_WEEKDAYS, shortest=2)


@cache
def weekday_names() -> frozenset[str]:
    """The names of weekdays and all abbreviations, also those that mean one day here and another there: "Di"."""
    names = (name for name, _ in _forms(_WEEKDAYS + _FURTHER_WEEKDAYS))
    return frozenset(name[:length] for name in names for length in range(min(2, len(name)), len(name) + 1))


@cache
def filling() -> frozenset[str]:
    """Words that may stand in a date and change nothing of it."""
    return frozenset(map(plain, _FILLING))


def _by_beginning(rows: tuple[str, ...], *, shortest: int) -> dict[str, int]:
    """Whole names mean what they are, whatever else begins so; a beginning counts when it can only mean one thing."""
    whole: dict[str, set[int]] = {}
    begun: dict[str, set[int]] = {}
    for name, number in _forms(rows):
        whole.setdefault(name, set()).add(number)
        for length in range(shortest, len(name)):
            begun.setdefault(name[:length], set()).add(number)
    merged = {name: numbers for name, numbers in begun.items() if name not in whole} | whole
    return {name: min(numbers) for name, numbers in merged.items() if len(numbers) == 1}


def _forms(rows: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    for row in rows:
        for number, forms in enumerate(row.split()):
            for form in forms.split("/"):
                yield plain(form), number

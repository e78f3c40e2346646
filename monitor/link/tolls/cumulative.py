"""Tolls that are not of the event a report is about: of a war, of a year or some weeks, or of an event before it."""

from __future__ import annotations

import re

MONTHS = "(?:" + "|".join(
    """
    january february march april may june july august september october november december oct nov dec
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
    """.split()
) + ")"  # fmt: skip
_DATE = rf"(?:(?:early|mid|late)[ -])?(?:\d{{1,2}}(?:er)?\s+(?:de\s+)?)?(?:{MONTHS}|(?:19|20)\d\d)\b"
_SINCE = (
    rf"since\s+(?:last\s+)?{_DATE}",
    r"since\s+(?:the\s+|its\s+|their\s+)?(?:\w+\s+){0,2}(?:start|beginning|outbreak|onset|war|invasion|ceasefire|truce)\b",
    r"since\s+(?:[\w-]+(?:['’]s)?\s+){0,4}(?:assault|offensive|fighting|hostilities|conflict|war|siege|genocide|coup)\b",
    r"since\s+last\s+(?:year|month)\b",
    r"(?:so\s+far\s+)?this\s+(?:year|month)\b|last\s+(?:year|month)\b|in\s+(?:19|20)\d\d\b",
    r"(?:in|over|during|after)\s+(?:the\s+)?(?:past|last|nearly|almost|over|more\s+than)?\s*(?:\w+|\d+)\s+(?:months|years)\b",
    rf"depuis\s+(?:le\s+|la\s+)?{_DATE}",
    r"depuis\s+(?:le\s+|la\s+|l['’])?(?:début|déclenchement|reprise|rupture|cessez-le-feu|trêve|invasion)",
    r"en\s+(?:\w+\s+){1,3}(?:mois|ans|années)\b|cette\s+année\b|l['’]an\s+dernier\b|en\s+20\d\d\b",
    r"(?:ces|des)\s+(?:\w+\s+)?(?:derniers\s+mois|dernières\s+années)\b",
    r"depuis\s+(?:l['’]|la\s+|le\s+|les\s+)?(?:\w+\s+){0,2}(?:offensive|combats|hostilités|conflit|guerre|siège)\b",
    rf"desde\s+(?:el\s+)?{_DATE}",
    r"desde\s+(?:\w+\s+){0,3}(?:ofensiva|combates|hostilidades|conflicto|guerra|asedio)\b",
    r"desde\s+(?:el\s+|la\s+)?(?:inicio|comienzo|principio|alto\s+el\s+fuego|invasión)",
    r"en\s+(?:\w+\s+){1,3}(?:meses|años)\b|este\s+(?:año|mes)\b|el\s+año\s+pasado\b",
    rf"со?\s+{_DATE}",
    r"со?\s+(?:самого\s+)?(?:момента\s+)?начала\s+(?:\w+\s+)?(?:войн|вторж|года|сво|операци|конфликт|эскалац)",
    r"за\s+(?:\w+\s+){0,2}(?:год|года|лет|месяц|месяца|месяцев|время\s+войны)\b",
    r"в\s+(?:этом|прошлом|20\d\d)\s+году\b",
    rf"(?:від|з|із)\s+{_DATE}",
    r"(?:від|з|із)\s+(?:самого\s+)?початку\s+(?:\w+\s+)?(?:війн|вторг|року|операці)",
    r"за\s+(?:\w+\s+){0,2}(?:рік|роки|років|місяць|місяці|місяців|час\s+війни)\b|торік\b|(?:цього|минулого)\s+року\b",
    r"منذ\s+(?:بدء|بداية|اندلاع|انطلاق|السابع|\d{1,2}|أكتوبر|تشرين|عام|العام|وقف|الحرب|أشهر|سنوات)",
    r"خلال\s+(?:\w+\s+)?(?:ال)?(?:عامين|عام|سنوات|سنتين|أشهر|شهرين)\b|هذا\s+العام|العام\s+(?:الماضي|الجاري)",
)
# What weeks bring is a total, as the UN and ministries publish it; "this week" and "last week" are when one event was.
_OF_WEEKS = (
    r"weekly\s+(?:\w+\s+)?(?:toll|total|count)\b",
    r"(?:in|over|during|within)\s+(?:(?:the\s+)?(?:past|last)(?:\s+\w+)?|an?|one|two|three|four|\d+)\s+weeks?\b",
    r"en\s+(?:une|deux|trois|quatre|\d+)\s+semaines?\b|semaine\s+écoulée\b",
    r"en\s+(?:una|dos|tres|cuatro|\d+|la\s+última|las\s+últimas(?:\s+\w+)?)\s+semanas?\b",
    r"за\s+(?:\w+\s+){0,2}недел[юиь]\b(?!\s+до)|за\s+(?:\w+\s+){0,2}недель\b|за\s+(?:\w+\s+){0,2}ти(?:ждень|жні|жнів)\b(?!\s+до)",
    r"(?:خلال|في)\s+(?:\w+\s+)?(?:ال)?(?:أسبوع|أسبوعين|أسابيع)\b",
)
_OF_A_WAR = (
    r"(?:war|conflict|offensive|genocide)(?:['’]s)?\s+(?:death\s+toll|toll|dead)\b",
    r"(?:war|conflict|offensive|genocide)\s+(?:that\s+|which\s+)?(?:has\s+|have\s+|had\s+)?(?:killed|claimed|left|cost)\b",
    r"(?:guerre|conflit|offensive)\s+(?:qui\s+)?(?:a|ont|avait|aurait)\s+(?:déjà\s+)?(?:fait|tué|causé|coûté)\b",
    r"bilan\s+(?:total\s+)?de\s+la\s+guerre\b",
    r"(?:guerra|conflicto|ofensiva)\s+(?:que\s+)?(?:ya\s+)?(?:ha\s+|había\s+)?(?:dejado|matado|causado|costado|dejó|mató)\b",
    r"(?:войн|конфликт)\w*,?\s+(?:котор\w+\s+)?(?:уже\s+)?(?:унес|унёс|убил|стоил|привел)\w*",
    r"(?:війн|конфлікт)\w*,?\s+(?:(?:яка|який|що)\s+)?(?:вже\s+)?(?:забра|вби|уби|призв)\w*",
    r"(?:ال|لل|بال)?حرب\s+(?:التي\s+)?(?:أودت|قتلت|خلفت|خلّفت|أسفرت|راح)",
)
_WAR = re.compile("|".join(rf"\b(?:{pattern})" for pattern in _OF_A_WAR), re.IGNORECASE)
_CUMULATIVE = re.compile("|".join(rf"\b(?:{pattern})" for pattern in (*_SINCE, *_OF_WEEKS)), re.IGNORECASE)
_NATURE = re.compile(
    r"quake|tsunami|flood|cyclone|hurricane|typhoon|landslide|epidemic|pandemic|covid|cholera|famine"
    r"|séisme|inondation|ouragan|épidémie|choléra|terremoto|sismo|inundaci|huracán|epidemia|cólera"
    r"|землетряс|наводнен|ураган|эпидеми|холер|землетрус|повін|повен|епідем|زلزال|فيضان|إعصار|وباء|كوليرا",
    re.IGNORECASE,
)
# "The deadliest attack in two years", "the second in a week": the time says how rare it is, and not what is counted.
_HOW_RARE = re.compile(
    r"\b(?:first|worst|deadliest|biggest|heaviest|largest|bloodiest|most|les?\s+plus|la\s+plus|premi[eè]re?|pire"
    r"|(?:el|la)\s+(?:\w+\s+)?(?:más|peor|mayor)|primer[ao]?|перв\w+|сам(?:ый|ая|ое|ым|ой)|крупнейш\w+|перш\w+|най\w+"
    r"|(?:second|third|fourth|fifth|deuxième|troisième|quatrième|segund[ao]|tercer[ao]?|cuart[ao]|втор(?:ой|ая|ое|ого|ом)"
    r"|трет(?:ий|ья|ье|ьего|ього|ій|я|є)|четв[её]рт\w+|друг(?:ий|а|е|ого|ому))(?!(?:\s+\w+)?\s+(?:year|month|week|année|mois|año))"
    r"|أول|الأول|الأولى|الأكثر|الأعنف|أسوأ|أكبر|ثاني|الثاني|الثانية|ثالث|الثالث|الثالثة|رابع|الرابع|الرابعة)\b",
    re.IGNORECASE,
)

# "Nine killed, two days after a strike on Idlib killed 40", "six killed where bombs killed 60 a week earlier".
_AFTER_IT = re.compile(
    r"\b(?:(?:hours?|days?|weeks?|months?|years?)\s+after"
    r"|(?:heures?|jours?|semaines?|mois|ans?)\s+après|lendemain\s+d[eu’']"
    r"|(?:horas?|días?|semanas?|mes|meses|años?)\s+después\s+de"
    r"|(?:час\w*|день|дня|дней|недел\w*|месяц\w*|лет)\s+(?:после|спустя)|накануне"
    r"|(?:годин\w*|день|дні|днів|тиж\w*|місяц\w*|років)\s+після|напередодні"
    r"|بعد\s+(?:\w+\s+)?(?:ساعات|يوم|يومين|أيام|أسبوع|أسبوعين|أسابيع|شهر|شهرين|أشهر)\s+(?:من|على))\b[^,;:–—]*$",
    re.IGNORECASE,
)
_BEFORE_IT = re.compile(
    r"\s*(?:(?!and\b)\w+\s+){0,4}?(?:earlier|previously|the\s+(?:day|week)\s+before|ago|plus\s+tôt|auparavant|la\s+veille"
    r"|antes|atrás|ранее|назад|накануне|раніше|напередодні)\b",
    re.IGNORECASE,
)
# "Strikes in retaliation for the ambush that killed three": the dead are of what is answered.
_ANSWERED = re.compile(
    r"\b(?:(?:in|as)\s+(?:retaliation|response|reprisal|revenge)\s+(?:for|to|of|over|after)|(?:retaliat|aveng)\w+\s+(?:for\s+)?"
    r"|en\s+(?:représailles|réponse|riposte)\s+(?:à|au|aux)|en\s+(?:represalia|respuesta|venganza)\s+(?:por|a|al)"
    r"|в\s+ответ\s+на|у\s+відповідь\s+на|ردا\s+على)\b[^,;:–—]*$",
    re.IGNORECASE,
)


def is_of_nature(text: str) -> bool:
    """Whether a text tells of what kills more people at once than any attack: an earthquake, an epidemic."""
    return _NATURE.search(text) is not None


def is_of_a_war(words: str) -> bool:
    """Whether words up to a toll say that it counts a war, as "in a war that has killed 500,000" does.

    Or what is only answered: "in retaliation for the attack that killed three".
    """
    return _WAR.search(words) is not None or _ANSWERED.search(words) is not None


def is_earlier(before: str, after: str) -> bool:
    """Whether the words before or behind a toll say that it is of an event before the one a report is about."""
    return _AFTER_IT.search(before) is not None or _BEFORE_IT.match(after) is not None


def is_cumulative(words: str) -> bool:
    """Whether the words around a toll say that it counts more than one event, as "since October" does."""
    return _CUMULATIVE.search(words) is not None and _HOW_RARE.search(words) is None

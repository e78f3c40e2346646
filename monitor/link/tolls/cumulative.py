"""Tolls of no one event: those of a war, of a year, or since a month."""

from __future__ import annotations

import re

_MONTHS = "(?:" + "|".join(
    """
    january february march april may june july august september october november december oct nov dec
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
    """.split()
) + ")"  # fmt: skip
_DATE = rf"(?:(?:early|mid|late)[ -])?(?:\d{{1,2}}(?:er)?\s+(?:de\s+)?)?(?:{_MONTHS}|(?:19|20)\d\d)\b"
_SINCE = (
    rf"since\s+(?:last\s+)?{_DATE}",
    r"since\s+(?:the\s+|its\s+|their\s+)?(?:\w+\s+){0,2}(?:start|beginning|outbreak|onset|war|invasion|ceasefire|truce)\b",
    r"since\s+last\s+(?:year|month)\b",
    r"(?:so\s+far\s+)?this\s+(?:year|month)\b|last\s+(?:year|month)\b|in\s+(?:19|20)\d\d\b",
    r"(?:in|over|during|after)\s+(?:the\s+)?(?:past|last|nearly|almost|over|more\s+than)?\s*(?:\w+|\d+)\s+(?:months|years)\b",
    rf"depuis\s+(?:le\s+|la\s+)?{_DATE}",
    r"depuis\s+(?:le\s+|la\s+|l['’])?(?:début|déclenchement|reprise|rupture|cessez-le-feu|trêve|invasion)",
    r"en\s+(?:\w+\s+){1,3}(?:mois|ans|années)\b|cette\s+année\b|l['’]an\s+dernier\b|en\s+20\d\d\b",
    r"(?:ces|des)\s+(?:\w+\s+)?(?:derniers\s+mois|dernières\s+années)\b",
    rf"desde\s+(?:el\s+)?{_DATE}",
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
    r"خلال\s+(?:ال)?(?:عامين|عام|سنوات|سنتين|أشهر|شهرين)\b|هذا\s+العام|العام\s+(?:الماضي|الجاري)",
)
_CUMULATIVE = re.compile("|".join(rf"\b(?:{pattern})" for pattern in _SINCE), re.IGNORECASE)
# "The deadliest attack in two years", "the first since October": the time says how rare it is, and not what is counted.
_HOW_RARE = re.compile(
    r"\b(?:first|worst|deadliest|biggest|heaviest|largest|bloodiest|most|les?\s+plus|la\s+plus|premi[eè]re?|pire"
    r"|(?:el|la)\s+(?:\w+\s+)?(?:más|peor|mayor)|primer[ao]?|перв\w+|сам(?:ый|ая|ое|ым|ой)|крупнейш\w+|перш\w+|най\w+"
    r"|أول|الأول|الأولى|الأكثر|الأعنف|أسوأ|أكبر)\b",
    re.IGNORECASE,
)


def is_cumulative(words: str) -> bool:
    """Whether the words around a toll say that it counts more than one event, as "since October" does."""
    return _CUMULATIVE.search(words) is not None and _HOW_RARE.search(words) is None

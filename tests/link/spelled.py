"""Numbers from 1 to 9,999 in words of six languages, written independently of how they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_FR = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
_FR_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
_ES = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
).split()
_ES_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
_ES_HUNDREDS = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
).split()
_RU = (
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать "
    "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
).split()
_RU_TENS = "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split()
_RU_HUNDREDS = "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот".split()
_UK = (
    "нуль один два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять чотирнадцять "
    "п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять"
).split()
_UK_TENS = "двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто".split()
_UK_HUNDREDS = "сто двісті триста чотириста п'ятсот шістсот сімсот вісімсот дев'ятсот".split()
_AR = "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة".split()
_AR_TENS = "عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون".split()
_AR_HUNDREDS = "مئة مئتان ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة".split()


def _english(number: int) -> str:
    if number >= 1000:
        rest = number % 1000
        return f"{_english(number // 1000)} thousand" + (
            f"{' and' if rest < 100 else ''} {_english(rest)}" if rest else ""
        )
    if number >= 100:
        rest = number % 100
        return f"{_EN[number // 100]} hundred" + (f" and {_english(rest)}" if rest else "")
    if number < 20:
        return _EN[number]
    return _EN_TENS[number // 10 - 2] + (f"-{_EN[number % 10]}" if number % 10 else "")


def _french(number: int) -> str:
    if number >= 1000:
        many, rest = divmod(number, 1000)
        return ("mille" if many == 1 else f"{_french(many)} mille") + (f" {_french(rest)}" if rest else "")
    if number >= 100:
        many, rest = divmod(number, 100)
        hundreds = "cent" if many == 1 else f"{_FR[many]} cent{'' if rest else 's'}"
        return hundreds + (f" {_french(rest)}" if rest else "")
    if number <= 16:
        return _FR[number]
    if number < 20:
        return f"dix-{_FR[number - 10]}"
    if number >= 80:
        return "quatre-vingt" + (f"-{_french(number - 80)}" if number > 80 else "s")
    tens = min(number // 10, 6)
    rest = number - tens * 10
    if rest in (1, 11):
        return f"{_FR_TENS[tens]} et {_FR[rest]}"
    return _FR_TENS[tens] + (f"-{_french(rest)}" if rest else "")


def _spanish(number: int) -> str:
    if number >= 1000:
        many, rest = divmod(number, 1000)
        thousands = "mil" if many == 1 else f"{_spanish(many).removesuffix('uno') + 'un' * (many == 1)} mil"
        return thousands + (f" {_spanish(rest)}" if rest else "")
    if number == 100:
        return "cien"
    if number > 100:
        return _ES_HUNDREDS[number // 100 - 1] + (f" {_spanish(number % 100)}" if number % 100 else "")
    if number < 30:
        return _ES[number]
    return _ES_TENS[number // 10 - 3] + (f" y {_ES[number % 10]}" if number % 10 else "")


def _slavic(
    ones: list[str], tens: list[str], hundreds: list[str], thousands: tuple[str, str, str, str]
) -> Callable[[int], str]:
    two, one_thousand, few, many = thousands

    def spell(number: int) -> str:
        parts = []
        if number >= 1000:
            count, number = divmod(number, 1000)
            form = one_thousand if count == 1 else few if count < 5 else many
            parts.append(form if count == 1 else f"{two if count == 2 else ones[count]} {form}")
        if number >= 100:
            parts.append(hundreds[number // 100 - 1])
            number %= 100
        if number >= 20:
            parts.append(tens[number // 10 - 2])
            number %= 10
        if number:
            parts.append(ones[number])
        return " ".join(parts)

    return spell


def _arabic(number: int) -> str:
    parts = []
    if number >= 1000:
        many, number = divmod(number, 1000)
        parts.append("ألف" if many == 1 else "ألفان" if many == 2 else f"{_AR[many]} آلاف")
    if number >= 100:
        parts.append(_AR_HUNDREDS[number // 100 - 1])
        number %= 100
    if number in (11, 12):
        parts.append("أحد عشر" if number == 11 else "اثنا عشر")
    elif 13 <= number <= 19:
        parts.append(f"{_AR[number - 10]} عشر")
    else:
        if number % 10 or number == 10:
            parts.append(_AR[10 if number == 10 else number % 10])
        if number >= 20:
            parts.append(_AR_TENS[number // 10 - 2])
    return " و".join(parts)


SPELLED: Mapping[str, Callable[[int], str]] = {
    "en": _english,
    "fr": _french,
    "fr, hyphens everywhere": lambda number: _french(number).replace(" ", "-"),
    "es": _spanish,
    "ru": _slavic(_RU, _RU_TENS, _RU_HUNDREDS, ("две", "тысяча", "тысячи", "тысяч")),
    "uk": _slavic(_UK, _UK_TENS, _UK_HUNDREDS, ("дві", "тисяча", "тисячі", "тисяч")),
    "ar": _arabic,
}

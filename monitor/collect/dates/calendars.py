"""Dates by other calendars, and in scripts whose vowels are signs of their own, as dates that the others read.

Iran and Afghanistan count the years of the sun since 622, Thailand counts from 543 years before our first, Japan and
Taiwan by eras. The months of the moon, by which Saudi Arabia dates, begin when it is seen: no table tells their days
for certain, so such a date is passed over where the same day is written as we do beside it, and else is none.
docs/decisions/0024.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

# Each with the year before its first, in which its year 1 would be the number 0.
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "民國": 1911, "民国": 1911}
_ERA = re.compile(rf"(?:中華|中华)?({'|'.join(_ERAS)})\s?(\d{{1,3}}|元)\s?年")

_BUDDHIST = re.compile(r"(?<![\d:+])(?<!:\d\d\.)(25[4-9]\d)(?![\d:])")
_AHEAD = 543

# The months of the sun, as Iran and as Afghanistan call them.
_SOLAR = (
    "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت",
)
_SOLAR_MONTHS = {name: number for row in _SOLAR for number, name in enumerate(row.split(), 1)}
# Two letters that Arabic keyboards write otherwise.
_PERSIAN = str.maketrans("يىك", "ییک")
_OF_EITHER = str.maketrans({"ی": "[یيى]", "ک": "[کك]"})
_SOLAR_YEAR = r"(1[34]\d\d)"
_SOLAR_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s({'|'.join(_SOLAR_MONTHS).translate(_OF_EITHER)})(?:\s?ماه)?[\s،,]+{_SOLAR_YEAR}(?!\d)"
)
_SOLAR_NUMBERS = re.compile(
    rf"(?<!\d){_SOLAR_YEAR}\s?([/.-])\s?(\d{{1,2}})\s?\2\s?(\d{{1,2}})(?!\d)"
    rf"|(?<![\d./-])(\d{{1,2}})\s?([/.-])\s?(\d{{1,2}})\s?\6\s?{_SOLAR_YEAR}(?!\d)"
)
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_PARTED_WEEKDAY = re.compile(r"\b([یي][کك]|دو|سه|چهار|پنج)\s(?=شنبه)")
# The 33 years after which leap years come again have eight of them; this holds from 1244 to 1472.
_LEAP = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
_KNOWN_YEAR, _KNOWN_DAY = 1403, date(2024, 3, 20)
"""A year of the sun, and its first day."""

_LUNAR = re.compile(
    r"(?<!\d)\d{1,2}\s(?:(?:ال)?محرم|صفر|ربيع\s(?:ال)?(?:[أا]ول|ثاني|[آا]خر)|جماد[ىي]\s(?:ال)?(?:[أا]ول[ىي]|ثانية|[آا]خرة)|"
    r"رجب|شعبان|رمضان|شوال|ذو\s?ال(?:قعدة|حجة)|ذي\s?ال(?:قعدة|حجة))[\s،,]+14\d\d\s?ه?ـ?"
)

# The names of months in scripts that part a word at its vowels, and in a language that numbers them.
_NAMED = (
    (
        "ม.ค./มกราคม ก.พ./กุมภาพันธ์ มี.ค./มีนาคม เม.ย./เมษายน พ.ค./พฤษภาคม มิ.ย./มิถุนายน ก.ค./กรกฎาคม ส.ค./สิงหาคม "
        "ก.ย./กันยายน ต.ค./ตุลาคม พ.ย./พฤศจิกายน ธ.ค./ธันวาคม"
    ),
    "जनवरी फरवरी/फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर",
    "ဇန်နဝါရီ ဖေဖော်ဝါရီ မတ် ဧပြီ မေ ဇွန် ဇူလိုင် ဩဂုတ် စက်တင်ဘာ အောက်တိုဘာ နိုဝင်ဘာ ဒီဇင်ဘာ",
    "জানুয়ারি/জানুয়ারী ফেব্রুয়ারি/ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
)
_ENGLISH = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTHS = {
    unicodedata.normalize("NFKC", form): month
    for row in _NAMED
    for month, forms in zip(_ENGLISH, row.split(), strict=True)
    for form in forms.split("/")
}
_MONTH = re.compile("|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)))
_NUMBERED = re.compile(r"\b(?:tháng|thg)\.?\s?(0?[1-9]|1[0-2])\b")
# What else stands in such dates, and says nothing that the day, the month and the year do not.
_WEEKDAY = re.compile(
    r"(?:วัน|\b)(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|ศุกร์|เสาร์|อาทิตย์)(?:ที่)?|(?<![\u0e00-\u0e7f.])(?:จ|อ|พ|พฤ|ศ|ส|อา)\.(?=[\s,])|"
    r"(?<!\w)[אבגדהוש]['׳](?=[\s,])|[\u0900-\u097f]+वार(?![\u0900-\u097f])|[\u0980-\u09ff]+বার(?![\u0980-\u09ff])|"
    r"\bthứ (?:hai|ba|tư|năm|sáu|bảy)\b|\bchủ nhật\b"
)
_FILLING = re.compile(
    r"วันที่|เมื่อ|เวลา|[พค]\.ศ\.|(?<![\u0e00-\u0e7f])น\.|को|बजे|সময়|الموافق|\bיום\b|(?<=[א-ת])['׳]|\bngày\b|\bnăm\b|\blúc\b|\bgiờ\b"
)


_ZONES = re.compile(r"(?:بتوقيت )?([غج]رينتش)|(?:по )?(?:московскому времени|времени москвы)|بتوقيت موسكو")


def in_our_calendar(text: str) -> str:
    """A date, in small letters and ASCII digits, by our years and months; itself where it is written so already."""
    text = _BUDDHIST.sub(lambda found: str(int(found[1]) - _AHEAD), text)
    text = _SOLAR_NUMBERS.sub(_of_numbers, text)
    if text.isascii():
        return text
    text = _ERA.sub(lambda found: f"{_ERAS[found[1]] + (1 if found[2] == '元' else int(found[2]))}年", text)
    if _ARABIC.search(text):
        text = _SOLAR_NAMED.sub(_of_name, _PARTED_WEEKDAY.sub(r"\1", text))
    return text


def in_latin(text: str) -> str:
    """A date with the English names of months for those of scripts and languages that others do not read."""
    if text.isascii() and "thg" not in text:
        return text
    text = _MONTH.sub(lambda found: f" {_MONTHS[found[0]]} ", text)
    text = _NUMBERED.sub(lambda found: f" {_ENGLISH[int(found[1]) - 1]} ", text)
    text = _ZONES.sub(lambda found: " gmt " if found[1] else " msk ", text)
    return _FILLING.sub(" ", _WEEKDAY.sub(" ", _LUNAR.sub(" ", text)))


def _of_name(found: re.Match[str]) -> str:
    return _ours(int(found[3]), _SOLAR_MONTHS[found[2].translate(_PERSIAN)], int(found[1])) or found[0]


def _of_numbers(found: re.Match[str]) -> str:
    if found[1]:
        return _ours(int(found[1]), int(found[3]), int(found[4])) or found[0]
    return _ours(int(found[8]), int(found[7]), int(found[5])) or found[0]


def _ours(year: int, month: int, day: int) -> str:
    """A day of a year of the sun as our date, such as 2024-11-20; nothing where there is no such day."""
    length = 31 if month <= 6 else 30 if month <= 11 or _is_leap(year) else 29
    if not (1 <= month <= 12 and 1 <= day <= length):
        return ""
    years = range(_KNOWN_YEAR, year) if year >= _KNOWN_YEAR else range(year, _KNOWN_YEAR)
    days = sum(365 + _is_leap(one) for one in years) * (1 if year >= _KNOWN_YEAR else -1)
    days += 31 * (month - 1) - max(0, month - 7) + day - 1
    return (_KNOWN_DAY + timedelta(days=days)).isoformat()


def _is_leap(year: int) -> bool:
    return year % 33 in _LEAP

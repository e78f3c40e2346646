"""Dates as feeds write them: read to the last word, or not at all."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.dates.published import published_at, rough_time, settled
from monitor.collect.dates.readings import readings

SEEN_AT = datetime(2024, 12, 31, tzinfo=UTC)
NOON = datetime(2024, 11, 20, 12, 0, tzinfo=UTC)
AFTERNOON = datetime(2024, 11, 20, 16, 54, tzinfo=UTC)
DAY = datetime(2024, 11, 20, tzinfo=UTC)

MEANT = {
    NOON: (
        "Wed, 20 Nov 2024 12:00:00 GMT", "wed, 20 nov 2024 12:00:00 gmt", "Wed, 20 Nov 2024 12:00:00 Z",
        "20 Nov 2024 12:00 UT", "Wed, 20 Nov 24 12:00:00 +0000", "Wednesday, 20-Nov-24 12:00:00 GMT",
        "Wed Nov 20 12:00:00 2024", "Wed Nov 20 12:00:00 UTC 2024", "Wed, Nov 20 2024 07:00:00 -0500",
        "Wed, 20 Nov 2024 13:00:00 CET", "Wed, 20 Nov 2024 15:00:00 MSK", "Wed, 20 Nov 2024 07:00:00 EST",
        "Wed, 20 Nov 2024 14:00:00 EET", "Wed, 20 Nov 2024 15:00:00 EEST", "Wed, 20 Nov 2024 17:30:00 IST",
        "Wed, 20 Nov 2024 07:00:00 GMT-0500", "Wed, 20 Nov 2024 15:00:00 UTC+3", "Wed, 20 Nov 2024 15:00:00 GMT+03:00",
        "Wed, 20 Nov 2024 14:00:00 +0200 (EET)", "Wed, 20 Nov 2024 12:00:00 GMT (Greenwich Mean Time)",
        "Wed, 20 Nov 2024 12:00:00 −0000", "Wed, 20 Nov 2024 7:00 AM ET",
        "2024-11-20T12:00:00Z", "2024-11-20 12:00:00", "2024-11-20T12:00Z", "2024-11-20T15:00:00+3:00",
        "2024-11-20T15:00:00+03", "2024-11-20T15:00:00+0300", "2024-11-20T15:00:00 +03:00",
        "2024-11-20T12:00:00.5Z", "2024-11-20T14:00:00+02:00[Europe/Kyiv]", "2024/11/20 12:00:00", "20241120T120000Z",
        "20241120120000", "1732104000", "1732104000.25", "1732104000000", "/Date(1732104000000)/",
        "November 20, 2024, 12:00 pm", "12:00 20.11.2024", "20.11.2024 12:00", "20/11/2024 12:00", "11/20/2024 12:00",
        "20-11-2024 12:00", "20.11.24 12:00", "Wed, 20 Nov 2024 14:00:00 Europe/Kyiv", "2024-11-20 15:00 [Etc/GMT-3]",
        "20 Nov 2024 9:00 America/Argentina/Buenos_Aires", "2024-11-20T12:00:00+00:00[UTC]",
        "Wed, 20 Nov 2024 12:0:0 GMT", "2024-11-20T15:00:00 03:00", "Wed, 20 Nov 2024 17:30:00 0530",
        '<time datetime="2024-11-20T12:00:00Z">3 hours ago</time>',
        '&lt;time class="datetime" datetime="2024-11-20T15:00:00+03:00"&gt;Wed, 11/20/2024 - 15:00&lt;/time&gt;',
        "2024-W47-3T12:00:00Z", "2024W473T120000Z", "2024-325T12:00:00Z", "2024325T120000Z",
        "2024年11月20日 20:00:00 +0800", "2024年11月20日12时00分 UTC", "2024年11月20日(水) 21:00 +0900",
        "2024년 11월 20일 21시 +0900", "星期三, 20 十一月 2024 12:00:00 GMT",
        "12:00 20.11.2024 GMT", "14:00, 20 November 2024 EET", "13:00 20 nov 2024 +01:00", "20.11.2024, 13:00 Uhr MEZ",
        "Wed, 20 Nov 2024 12.00.00 GMT", "Di, 20 Nov 2024 12:00 GMT", "ons, 20 nov. 2024 12:00:00 GMT",
        "2024-11-20 15:00:00.5 +0300 +03", "2024-11-20 15:00:00 +0300 MSK m=+0.02", "2024-11-20 12:00:00 +0000 +0000",
        "2024-11-20T12:00:00Z[UTC]", '"2024-11-20T12:00:00Z"', "<time>2024-11-20T12:00:00Z</time>",
        "Wed, 20&nbsp;Nov 2024 12:00:00 GMT", "středa 20. listopadu 2024 12:00", "2024. november 20., 12:00",
        "20 Νοεμβρίου 2024 12:00", "20 noiembrie 2024 12:00",
        "۳۰ آبان ۱۴۰۳ 12:00", "1403/08/30 12:00", "30/08/1403 12:00", "1403-08-30T15:30:00+03:30",
        "چهارشنبه ۳۰ آبان ماه ۱۴۰۳ - ۱۲:۰۰", "چهار شنبه، ۳۰ آبان ۱۴۰۳ ساعت ۱۲:۰۰", "30 عقرب 1403 12:00",
        "令和6年11月20日 21:00 +0900", "民國113年11月20日 12:00", "20/11/2567 12:00", "2567-11-20T19:00:00+07:00",
        "Wed, 20 Nov 2567 19:00:00 +0700", "พ., 20 พ.ย. 2567 19:00:00 +0700", "20 พ.ย. 2024 12:00",
        "วันพุธที่ 20 พฤศจิกายน พ.ศ. 2567 เวลา 12:00 น.", "thg 11 20, 2024 12:00 GMT", "Thứ Tư, 20/11/2024 - 12:00",
        "ngày 20 tháng 11 năm 2024 12:00", "बुधवार, 20 नवम्बर 2024 12:00", "20 নভেম্বর 2024 12:00",
        "الأربعاء 18 جمادى الأولى 1446هـ - 20 نوفمبر 2024م 12:00", "20 نومبر 2024 12:00", "20 تشرين ثاني 2024 12:00",
        "יום רביעי, 20 בנובמבר 2024 בשעה 12:00", "ד', 20 נוב' 2024 14:00:00 +0200", "20 лістапада 2024 12:00",
        "Срд, 20 Ноя 2024 15:00:00 +0300", "20 noyabr 2024 12:00", "20 ნოემბერი 2024 12:00", "20 նոյեմբերի 2024 12:00",
        "Wed, 20 Nov 2024 15:00:00 (GMT+3)", "2024-11-20 T12:00:00Z", "Mis à jour le 20/11/2024 à 12:00",
        "20/11/2024 - 12:00 ظهراً", "20 نوفمبر 2024 الساعة 12:00 بتوقيت غرينتش",
        "20 ноября 2024 15:00 по московскому времени",
        "20.11.2024 15:00:00 Russian Standard Time", "Wed, 20 Nov 2024 14:00:00 (FLE Daylight Time)",
        "11/20/2024 1:00:00 PM W. Europe Standard Time", "20 Nov 2024 12:00 Coordinated Universal Time",
        "2024-11-20 15:00 Moscow Time", "14:00 Kyiv time, 20 November 2024", "Nov 20, 2024 @ 7:00 am Eastern Time",
        "20 novembre 2024 alle ore 12:00", "20 de noviembre de 2024 a las 12:00hs.", "20 listopada 2024 godz. 12:00",
        "20. listopadu 2024 v 12:00 hod.", "20 noiembrie 2024, ora 12:00", "20 nov 2024 om 12:00 uur",
        "keskiviikkona 20. marraskuuta 2024 klo 12.00", "2024 m. lapkričio 20 d., trečiadienis 12:00",
        "trešdiena, 2024. gada 20. novembris 12:00", "12:00 - ۳۰ آبان ۱۴۰۳",
        "Posted: 20 November 2024 12:00", "Publié le 20 novembre 2024 à 12h00", "Опубликовано 20 ноября 2024 в 12:00",
    ),
    AFTERNOON: (
        "Wed, 20 Nov 2024 04:54 PM", "Wed, 20 Nov 2024 4:54pm", "20 Nov 2024 4:54 p.m.", "Nov. 20th, 2024 at 4:54 PM",
        "Wed, 20 Nov 2024 16:54 PM", "20/11/2024 4.54 PM", "4.54pm 20 November 2024",
        "mercredi 20 novembre 2024 à 16h54", "le 20 nov. 2024, 16 h 54", "mer., 20 nov. 2024 16:54:00 +0000",
        "20 de noviembre de 2024, 16:54", "mié, 20 nov 2024 4:54 p. m.", "20 de noviembre de 2024 a las 16:54",
        "20 ноября 2024 г., 16:54", "ср, 20 ноя 2024 16:54:00 GMT", "20 ноября 2024 года в 16:54",
        "20.11.2024 - 19:54 мск", "2024年11月20日 下午4:54", "2024년 11월 20일 오후 4시 54분",
        "20 листопада 2024 р., 16:54", "ср, 20 лис 2024 16:54", "20 листопада 2024 року о 16:54",
        "الأربعاء، 20 نوفمبر 2024 - 04:54 م", "٢٠ نوفمبر ٢٠٢٤ ١٦:٥٤", "20 تشرين الثاني 2024 16:54",
        "الأربعاء 20 تشرين الثاني/نوفمبر 2024 16:54",
        "20 نوفمبر/تشرين الثاني 2024 الساعة 4:54 مساءً", "20 نوفمبر 2024 4:54 مَساءً",
        "۲۰ نوامبر ۲۰۲۴ ۱۶:۵۴", "20 Nov 2024 16.54", "Mittwoch, 20. November 2024, 16:54 Uhr", "20 Kasım 2024 16:54",
    ),
    DAY: ("20 November 2024", "2024-11-20", "20241120", "2024 November 20", "20 нояб. 2024", "20.11.2024",
          "2024-11-20Z", "2024-11-20+00:00", "2024-11-19T24:00:00Z", "2024-W47-3", "2024-325", "2024年11月20日"),
}  # fmt: skip

UNREADABLE = (
    "2024-11-20 12:00:00 +0300 +0500",
    "2024-W54-1", "2023-366", "2024-000", "2024年13月20日", "20 Nov 2024 12:00 Uhr XQT", "12:00 20 Nov 2024 extra",
    "20 Nov/Dec 2024", "20 آذار/نوفمبر 2024", "20 Nov 2024 12:00 Europe/Atlantis",
    "", " ", "Published today", "yesterday", "2 hours ago", "вчора о 16:54", "16:54", "2024", "Nov 2024", "20 Nov",
    "Wed, 20 Nov 2024 12:00:00 XQT", "Wed, 20 Nov 2024 12:00:00 +2500", "31 Feb 2024", "20 Nov 2024 25:00",
    "20 Nov 2024 12:61", "20 Nov 21 Nov 2024", "20 Nov 2024 12:00 13:00", "24-11-20", "0000-00-00 00:00:00",
    "20 Nov 2024 updated by the editor", "Sat Nov 23 2024 04:54 PM PM PM", "1/2/3/2024", "20 Nov 2024 0:30 PM",
    "1403/13/01", "1404/12/30", "1446/05/18", "18 جمادى الأولى 1446", "令和6年13月20日", "20 พ.ย.", "24 thg 13, 2024",
    "٢٠ جمادى ١٤٤٦", "AST 20 Nov 2024 12:00 AST",
)  # fmt: skip


@pytest.mark.parametrize(("text", "moment"), [(text, moment) for moment, texts in MEANT.items() for text in texts])
def test_a_date_is_the_moment_it_means(text: str, moment: datetime) -> None:
    assert published_at(text, seen_at=SEEN_AT) == moment


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_with_certainty_is_no_date(text: str) -> None:
    assert published_at(text, seen_at=SEEN_AT) is None


def test_the_first_date_that_can_be_read_counts() -> None:
    assert published_at("", "soon", "05/11/2024", "2024-11-20T12:00:00Z", "2024-11-21", seen_at=SEEN_AT) == NOON


@pytest.mark.parametrize(
    ("year", "first"),
    [(1399, "2020-03-20"), (1400, "2021-03-21"), (1403, "2024-03-20"), (1404, "2025-03-21"), (1405, "2026-03-21"),
     (1408, "2029-03-20"), (1409, "2030-03-21")],
)  # fmt: skip
def test_a_year_of_the_sun_begins_when_spring_does(year: int, first: str) -> None:
    assert [one.moment.isoformat() for one in readings(f"{year}/01/01")] == [f"{first}T00:00:00"]


# Those of which every form is read; of others some are, and none is read as another day.
LOCALES = (
    "en en_GB fr fr_CA es es_MX pt pt_PT it de nl sv da nb pl cs sk hu ro bg sr sr_Latn sl mk el tr ru uk be kk "
    "tg ka he ar ar_SY ar_IQ ar_MA ar_DZ fa ur th vi id zh zh_Hant ja ko sw"
).split()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_day_is_read_as_its_language_writes_it(locale: str) -> None:
    """By the Common Locale Data Repository, with the weekday, and with months in full and short."""
    wrong = []
    for month, form in itertools.product(range(1, 13), ("full", "long", "medium")):
        day = datetime(2024, month, 20, tzinfo=UTC)
        written = format_date(day, form, locale=locale)
        if published_at(written, seen_at=SEEN_AT) != day:
            wrong.append(written)
    assert wrong == []


FIFTH, ELEVENTH = "2024-11-05T10:00:00", "2024-05-11T10:00:00"


@pytest.mark.parametrize(
    ("language", "others", "meant"),
    [
        ("", ["25/11/2024 10:00"], FIFTH),
        ("", ["11/25/2024 10:00"], ELEVENTH),
        ("fr", [], FIFTH),
        ("ar", [], FIFTH),
        ("uk-UA", [], FIFTH),
        ("en-US", [], ELEVENTH),
        ("en-us", [], ELEVENTH),
        ("en-GB", [], FIFTH),
        ("en", [], "05/11/2024 10:00"),
        ("", [], "05/11/2024 10:00"),
        ("en-US", ["25/11/2024 10:00"], FIFTH),
        ("ru", ["11/25/2024 10:00"], ELEVENTH),
        ("", ["25/11/2024 10:00", "11/25/2024 10:00"], "05/11/2024 10:00"),
        ("", ["Mon, 04/11/2024 10:00"], FIFTH),
        ("", ["2024-11-25T10:00:00Z", "25.11.2024"], "05/11/2024 10:00"),
    ],
)
def test_the_order_of_day_and_month_is_proven_by_the_other_dates_then_by_the_language(
    language: str, others: list[str], meant: str
) -> None:
    assert settled(["05/11/2024 10:00", *others], language)[0] == meant


@pytest.mark.parametrize(
    ("language", "others", "month"),
    [
        ("hr", [], 10),
        ("hr-HR", [], 10),
        ("", ["5. studenoga 2024. u 12:00"], 10),
        ("", ["nedjelja, 5. svibnja 2024."], 10),
        ("pl", [], 11),
        ("", ["5 lipca 2024", "5. srpna 2024", "5. prosince 2024"], 11),
    ],
)
def test_a_month_that_means_another_one_in_croatian_is_told_by_the_document(
    language: str, others: list[str], month: int
) -> None:
    meant = settled(["20. listopada 2024", *others], language)
    dates = [published_at(one, seen_at=SEEN_AT) for one in meant]
    assert dates[0] == datetime(2024, month, 20, tzinfo=UTC)
    assert None not in dates


def test_a_reading_that_lies_in_the_future_is_none() -> None:
    """On 9 March it is not the 10th of December yet."""
    seen_at = datetime(2024, 3, 9, tzinfo=UTC)
    assert published_at("12/02/2024", seen_at=seen_at) == datetime(2024, 2, 12, tzinfo=UTC)
    assert published_at("02/03/2024", seen_at=seen_at) is None, "the 3rd of February, or the 2nd of March"


def test_a_rough_time_needs_no_clock() -> None:
    assert rough_time(["soon", "20 Nov 2024 12:00"]) == NOON
    assert rough_time(["soon"]) is None


@given(st.text(max_size=80) | st.text("0123456789:./- ,TZ+APMapmNov", max_size=40))
def test_no_text_makes_reading_raise(text: str) -> None:
    for reading in readings(text):
        assert isinstance(reading.moment, datetime)
    published_at(text, seen_at=SEEN_AT)


@given(
    st.integers(820_454_400, 1_733_011_200).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(
        ["%Y-%m-%dT%H:%M:%SZ", "%d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%B %d, %Y %I:%M:%S %p"]
    ),
)
def test_what_is_written_is_what_is_read(moment: datetime, form: str) -> None:
    assert published_at(moment.strftime(form), seen_at=SEEN_AT) == moment


@given(st.sampled_from(MEANT[AFTERNOON] + MEANT[NOON]), st.sampled_from(["?", "xyz", "©", "13:13:13", "9999"]))
def test_a_part_that_is_not_understood_leaves_no_date(text: str, part: str) -> None:
    assert published_at(f"{text} {part}", seen_at=SEEN_AT) is None

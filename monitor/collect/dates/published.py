"""When an article was published: which reading of its date holds.

Where a date can be read in two ways, 05/11 as a day in May or in November, the rest of the document decides
(`settled`), or that one of them is impossible; else there is no date. docs/decisions/0024.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from monitor.collect.dates.readings import readings

_TOLERANCE = timedelta(minutes=5)
_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
_FAR = timedelta(days=2)


def published_at(*texts: str, seen_at: datetime) -> datetime | None:
    """The time that the first date that can be read means, UTC; without a zone it is taken for UTC.

    A time up to two days after `seen_at` is a clock or zone gone wrong and becomes `seen_at`; one before 1995 or
    further in the future says nothing. Of two readings the one holds that has not the future against it.
    """
    for text in texts:
        possible = {
            moment
            for reading in readings(text)
            if (moment := _sane(reading.moment, seen_at, seen_at + _FAR)) is not None
        }
        if len(possible) == 1:
            return possible.pop()
    return None


def settled(texts: Sequence[str], language: str) -> list[str]:
    """The dates of one document, those with two readings written out as the others and the language prove.

    `language` is a code such as `en-US`. What nothing proves stays as it is. In a document that is in Croatian, or has
    a month that only Croatian has, months are put into English: "listopada" is October there, and November in Polish.
    """
    if _is_croatian(texts, language):
        texts = [_CROATIAN.sub(lambda month: _MONTHS[month[1].lower()], text) for text in texts]
    read = [readings(text) for text in texts]
    proven = {one[0].order for one in read if len(one) == 1 and one[0].order}
    order = next(iter(proven)) if len(proven) == 1 else _order_of(language) if not proven else ""
    return [
        next((one.moment.isoformat() for one in found if one.order == order), text) if len(found) > 1 else text
        for text, found in zip(texts, read, strict=True)
    ]


def rough_time(texts: Iterable[str]) -> datetime | None:
    """When an entry was published as far as its document alone says, to put entries in order; None when it does not."""
    for text in texts:
        for reading in readings(text):
            moment = _aware(reading.moment)
            if moment is not None and moment >= _OLDEST:
                return moment
    return None


_MONTHS = dict(
    zip(
        "sij velj ožu tra svi lip srp kol ruj lis stu pro".split(),
        "January February March April May June July August September October November December".split(),
        strict=True,
    )
)
_CROATIAN = re.compile(rf"\b({'|'.join(_MONTHS)})[^\W\d_]*", re.IGNORECASE)
_CROATIAN_ONLY = (
    "siječ veljač ožuj travnj travanj svibnj svibanj lipnj lipanj srpnj srpanj kolovoz rujn rujan studeno prosinca "
    "prosinac"
).split()


def _is_croatian(texts: Iterable[str], language: str) -> bool:
    """Whether a document is in Croatian, by its language or its months; Bosnian has the same ones."""
    written = " ".join(texts).lower()
    return language[:2].lower() in ("hr", "bs") or any(month in written for month in _CROATIAN_ONLY)


def _order_of(language: str) -> str:
    """English writes days and months in both orders, by the country; of the rest, nearly everyone the day first."""
    code, _, country = language.strip().replace("_", "-").lower().partition("-")
    if code in ("en", ""):
        return {"": "", "us": "mdy", "ph": "mdy"}.get(country, "dmy")
    return "dmy"


def _sane(moment: datetime, seen_at: datetime, latest: datetime) -> datetime | None:
    aware = _aware(moment)
    if aware is None or aware < _OLDEST or aware > latest:
        return None
    return seen_at if aware > seen_at + _TOLERANCE else aware


def _aware(moment: datetime) -> datetime | None:
    try:
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (OverflowError, ValueError):
        return None

"""Which zone a date is in: by its offset from UTC, by a zone's name, or by a place's.

docs/decisions/0024.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from monitor.collect.dates.names import PLACES, ZONES, filling, long_names, months, plain, weekday_names

_OFFSET = re.compile(r"\s*(?:(?:utc|gmt|ut|z)\s*)?([+-])\s*(\d{1,2})(?::?(\d\d))?(?::?00)?(?![\d:]|[./-]\d)")
_ZONE = re.compile(r"[\s,]*([^\W\d_]{1,5}\d?)(?!\w)")
_PLACE = re.compile(r"[\s\[(]*([a-z_]+/[a-z_+-]+\d{0,2}(?:/[a-z_-]+)?)[\])]?")
# "Russian Standard Time", which Windows writes also in summer, "W. Europe Daylight Time", "Kyiv time".
_LONG = re.compile(r"[\s,]*((?:[a-z]+\.? ){1,3}?)(?:(?:standard|daylight|summer) )?time(?!\w)")
_BRACKETS = re.compile(r"[\[\]]")
# What Go prints behind a moment: how long its process has been running.
_RUNNING = re.compile(r"\s+m=[+-]\d+\.\d+$")
_LAST = re.compile(r"(.*\d)[\s,]+(\S+)", re.DOTALL)


def zone_of(text: str) -> tuple[timedelta | ZoneInfo | None, str]:
    """The zone that a text begins with, None where it is none that is known, and what stands behind it.

    Raises:
        ValueError: an offset that no zone has.
    """
    if found := _OFFSET.match(text):
        hours, minutes = int(found[2]), int(found[3] or 0)
        if hours > 14 or minutes > 59:  # no zone is further from UTC
            raise ValueError("no offset")
        offset = timedelta(hours=hours, minutes=minutes) * (1 if found[1] == "+" else -1)
        behind = text[found.end() :]
        again = _OFFSET.match(behind)  # Go prints an offset for the name of a zone that has none
        same = again and (again[1], again[2], again[3] or "00") == (found[1], found[2], found[3] or "00")
        return offset, _not_again(behind[again.end() :] if again and same else behind)
    if (found := _PLACE.match(text)) and found[1] in _zone_names():
        return ZoneInfo(_zone_names()[found[1]]), text[found.end() :]
    if (found := _LONG.match(text)) and (place := _place_of(plain(found[1]).strip())):
        return ZoneInfo(place), text[found.end() :]
    if found := _ZONE.match(text):
        if found[1] in ZONES:
            return ZONES[found[1]], _not_again(text[found.end() :], only="[")
        if found[1] in PLACES:
            return ZoneInfo(PLACES[found[1]]), text[found.end() :]
    return None, text


def _not_again(text: str, *, only: str = "") -> str:
    """What stands behind a zone, without a name that says it once more; `only` one that begins with these signs."""
    if not text.startswith(only):
        return text
    text = _RUNNING.sub("", text)
    named = _ZONE.match(_BRACKETS.sub(" ", text))
    if (named and named[1] in ZONES) or (named := _PLACE.match(text)):
        return text[named.end() :].lstrip("]")
    return text


@cache
def _zone_names() -> dict[str, str]:
    """The names of places whose time is known, such as Europe/Kyiv, by themselves in small letters."""
    return {name.casefold(): name for name in available_timezones()}


def _place_of(name: str) -> str:
    """The place whose time a zone has that is named in words, or after a city; "" for none that is known."""
    return long_names().get(name) or _cities().get(name.replace(" ", "_"), "")


@cache
def _cities() -> dict[str, str]:
    return {name.rpartition("/")[2]: zone for name, zone in _zone_names().items() if "/" in name}


def zone_at_end(text: str) -> tuple[timedelta | ZoneInfo | None, str]:
    """The zone that a date without its time ends with, and the date: "12:00 20.11.2024 GMT"."""
    found = _LAST.fullmatch(text)
    if found is None or plain(found[2]) in months() or plain(found[2]) in weekday_names() | filling():
        return None, text
    zone, behind = zone_of(found[2])
    return (None, text) if zone is None or behind.strip() else (zone, found[1])

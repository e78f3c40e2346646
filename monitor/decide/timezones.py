"""Timezones in routes.yaml: which there are, which was meant, and which is hardly ever meant."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from monitor.files.yaml import closest
from monitor.wording.counts import counted

# Names that timezones once had, which still work, and what they are called now.
_RENAMED = {
    "Europe/Kiev": "Europe/Kyiv",
    "Europe/Uzhgorod": "Europe/Kyiv",
    "Europe/Zaporozhye": "Europe/Kyiv",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Dacca": "Asia/Dhaka",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Macao": "Asia/Macau",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Asia/Tel_Aviv": "Asia/Jerusalem",
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "Atlantic/Faeroe": "Atlantic/Faroe",
}
_ABBREVIATION = re.compile(r"[A-Z]{2,5}")  # of a time of the year: CEST, MSK, EDT
# Those of them that are timezones. They are the same in summer as in winter, which hardly anybody means.
_WITHOUT_SUMMER = {"EST": "America/New_York", "MST": "America/Denver"}
_BEHIND_UTC = re.compile(r"Etc/GMT(?P<sign>[+-])(?P<hours>[1-9]\d?)")
_OF_NO_PLACE = frozenset(("Factory", "localtime"))
_OFFSET = re.compile(r"(UTC|GMT)? ?[+-] ?\d", re.IGNORECASE)


def known_timezone(value: str) -> str:
    """A timezone as it was written.

    Raises:
        ValueError: there is none of this name; with what was probably meant.
    """
    if value not in available_timezones() - _OF_NO_PLACE:
        if _OFFSET.match(value) or _ABBREVIATION.fullmatch(value):
            city = "name one by its city, as Europe/Kyiv, for the time in summer too"
            raise ValueError(f'"{value}" is no timezone; {city}')
        close = _closest_timezone(value)
        hint = f' - did you mean "{close}"?' if close else " such as Europe/Kyiv"
        raise ValueError(f'"{value}" is no timezone{hint}')
    return value


def _closest_timezone(value: str) -> str | None:
    """The timezone that was probably meant, by its whole name or its city alone, as it is called today."""
    names = sorted(name for name in available_timezones() if "/" in name or name in ("UTC", "GMT"))
    by_city = {name.rpartition("/")[2]: name for name in names if "/" in name and not name.startswith("Etc/")}
    city = closest(value.strip().replace(" ", "_").title(), by_city) if "/" not in value else None
    close = by_city[city] if city else closest(value, names)
    return _RENAMED.get(close, close) if close else None


def unlikely(timezone: str) -> str:
    """What a timezone is that says something else than most people read in it; empty for any other."""
    if city := _WITHOUT_SUMMER.get(timezone):
        return f'"{timezone}" is the same in summer; name a city, as {city}, for the time that clocks show there'
    if found := _BEHIND_UTC.fullmatch(timezone):
        side = "behind" if found["sign"] == "+" else "ahead of"
        return f'"{timezone}" is {counted(int(found["hours"]), "hour")} {side} UTC, also in summer; name a city instead'
    return ""

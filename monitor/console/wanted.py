"""What the forms of lists ask for: days, feeds by name, places in any language. A list's address can be sent on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from starlette.exceptions import HTTPException

from monitor.link.places.ids import inside
from monitor.link.places.mentions import mentions
from monitor.model import Feed

OFFERED = 300
"""So many feeds are offered by name where one may be typed."""


def day_of(written: str) -> tuple[datetime, datetime]:
    """When a day begins and ends, in UTC.

    Raises:
        HTTPException: that is no day.
    """
    try:
        begin = datetime.combine(date.fromisoformat(written), time(tzinfo=UTC))
        return begin, begin + timedelta(days=1)
    except (ValueError, OverflowError):
        raise HTTPException(400) from None


def days_of(given: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """From when and until when something is wanted, both days included; None for any time.

    Raises:
        HTTPException: one of the two is no day.
    """
    since = day_of(given["from"])[0] if given.get("from") else None
    until = day_of(given["to"])[1] if given.get("to") else None
    return since, until


def feed_named(written: str, feeds: Sequence[Feed]) -> str:
    """The id of the feed that is called so, in any case; what was written where none is: it may be an id of old."""
    if any(feed.id == written for feed in feeds):
        return written
    key = written.casefold()
    return next((feed.id for feed in feeds if key and key in (feed.name.casefold(), feed.id)), written)


def offered(feeds: Sequence[Feed]) -> list[str]:
    """The names of feeds to choose from, unless they are too many for a page."""
    names = sorted({feed.name for feed in feeds}, key=str.casefold)
    return names if len(names) <= OFFERED else []


async def places_named(written: str) -> tuple[str, ...]:
    """The ids of the places that words may be a name of, in any language and case, and of all that lies in these."""
    if not written:
        return ()
    # The names of all places take a moment to read, where nothing has read them yet.
    return await asyncio.to_thread(_places, written)


def _places(written: str) -> tuple[str, ...]:
    found = mentions(written) or mentions(written.title())
    alone = [one for one in found if not one.metonym]
    whole = [one for one in alone if not written[: one.start].strip() and not written[one.end :].strip()]
    named = dict.fromkeys(one.place.place_id for one in whole)
    return tuple(dict.fromkeys([*named, *(inner for place_id in named for inner in sorted(inside(place_id)))]))

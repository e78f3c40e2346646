"""What the forms of lists ask for: days, feeds by name, places in any language, and where a list goes on.

A list's address can be sent on.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException

from monitor.link.join import WINDOW
from monitor.link.places.ids import inside
from monitor.link.places.mentions import mentions
from monitor.model import Feed, ListPlace, Severity, StoryFilter

T = TypeVar("T")

OFFERED = 300
"""So many feeds are offered by name where one may be typed."""

HOURS = ("1", "4", "8", "12", "24")
"""Of how many of the last hours somebody may want the stories: since the coffee, since the shift began."""


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


def feed_named(written: str, feeds: Sequence[Feed]) -> tuple[str, list[Feed]]:
    """The id of the feed that is called so, in any case, or that alone is called like it.

    What was written where there is none, which may be an id of old; and the feeds that may be meant.
    """
    key = written.casefold()
    named = [feed for feed in feeds if key and key in (feed.id, feed.name.casefold())]
    like = named or [feed for feed in feeds if key and is_called(feed, written)]
    if named or len(like) == 1:
        return like[0].id, []
    return written, like


def is_called(feed: Feed, words: str) -> bool:
    """Whether these words, in any case, stand in a feed's name, its id, or the name of its host."""
    return words.casefold() in f"{feed.name}\n{feed.id}\n{urlsplit(feed.url).hostname or ''}".casefold()


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


def filter_of(given: Mapping[str, str], now: datetime, user_id: str) -> StoryFilter:
    """Which stories the form of their list asks for.

    Raises:
        HTTPException: it names a severity or a number of hours that there is none of.
    """
    severity, within = given.get("severity", ""), given.get("within", "")
    if (severity and severity not in [str(one) for one in Severity]) or (within and within not in HOURS):
        raise HTTPException(400)
    begins = [now - WINDOW] if given.get("open") else []
    begins += [now - timedelta(hours=int(within))] if within else []
    return StoryFilter(
        words=given.get("words", ""),
        rule=given.get("rule", ""),
        severity=next((one for one in Severity if str(one) == severity), None),
        language=given.get("language", "").casefold(),
        place=given.get("place", ""),
        feed=given.get("feed", ""),
        muted=bool(given.get("muted")),
        held_by=user_id if given.get("mine") else "",
        free=bool(given.get("free")),
        since=max(begins, default=None),
    )


def cursor_of(place: ListPlace) -> str:
    """Where a list goes on, for the address of the next page."""
    at, row_id = place
    microseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{microseconds}:{row_id}".encode()).decode().rstrip("=")


def part_of(found: Sequence[T], limit: int, place: Callable[[T], ListPlace]) -> tuple[Sequence[T], str]:
    """The lines of a page, of which one more was asked for, and where the next page goes on; "" where there is none."""
    shown = found[:limit]
    return shown, cursor_of(place(shown[-1])) if len(found) > limit else ""


def place_after(given: Mapping[str, str]) -> ListPlace | None:
    """After which line the page of a list begins.

    Raises:
        HTTPException: the address names no such line.
    """
    try:
        return place_of(given["after"]) if given.get("after") else None
    except ValueError:
        raise HTTPException(400) from None


def place_of(cursor: str) -> ListPlace:
    """The place that a cursor names.

    Raises:
        ValueError: it is none.
    """
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
        microseconds, _, row_id = text.partition(":")
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(microseconds)), row_id
    except (ValueError, binascii.Error, OverflowError):
        raise ValueError("it is no `next` of a page") from None

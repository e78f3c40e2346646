"""When an article was published, from what feeds write there."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

_TOLERANCE = timedelta(minutes=5)
_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
_FAR = timedelta(days=2)
_LANGUAGES = ["en", "fr", "es", "ar", "ru", "uk"]


def published_at(text: str, *, seen_at: datetime) -> datetime | None:
    """The time a feed's date means, UTC.

    RFC 822 and RFC 3339 first, then words in the six languages; without a zone it is taken for UTC. A time up to two
    days after `seen_at` is a clock or zone gone wrong and becomes `seen_at`; one before 1995 or further in the future
    says nothing: None.
    """
    moment = _standard(text.strip()) or _in_words(text.strip(), seen_at)
    if moment is None:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    if moment < _OLDEST or moment > seen_at + _FAR:
        return None
    return seen_at if moment > seen_at + _TOLERANCE else moment


def _standard(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _in_words(text: str, seen_at: datetime) -> datetime | None:
    if not text or len(text) > 80 or not any(char.isalnum() for char in text):
        return None
    settings = {"RELATIVE_BASE": seen_at.replace(tzinfo=None), "TIMEZONE": "UTC", "STRICT_PARSING": True}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # dateparser's own use of what its dependencies deprecate
            found = _dateparser().parse(text, languages=_LANGUAGES, settings=settings)
    except Exception:  # noqa: BLE001 - dateparser raises what it likes on hostile text; no date is the answer then
        return None
    return found if isinstance(found, datetime) else None


@cache
def _dateparser() -> Any:
    # Takes a moment to import, and most feeds need none of it.
    import dateparser  # noqa: PLC0415

    return dateparser

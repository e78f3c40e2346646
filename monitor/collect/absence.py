"""Which articles were taken out of a feed, and did not just make room for newer ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.collect.links import canonical_link
from monitor.collect.text import clean
from monitor.model import Absent, Entry

WATCHED = timedelta(days=2)
"""How long an alerted article is missed by its feed; what leaves later has had its time."""

_LEAST_ENTRIES = 6
_OLDER = 3
_ORDERED = 0.9


def taken_out(
    shown: Sequence[datetime | None], absent: Iterable[Absent], entries: Iterable[Entry] = ()
) -> frozenset[str]:
    """The ids of those absent articles that a feed must have taken out: it still lists three that are older.

    And one that is newer. A feed that ends before the article is rather an old copy of itself, of a second server or
    from a backup; one that took its newest article out says so with the next.

    `shown` is when each article of the document was published, in its order; None where nobody knows. `entries` are its
    entries: an article whose guid or link one of them has was not taken out, for its page goes on with other news.

    Only a feed that dates its entries and lists the newest first says so. One that lists what it finds important drops
    articles in any order, and that means nothing.
    """
    dates = [published for published in shown if published is not None]
    if len(dates) < max(_LEAST_ENTRIES, len(shown) * _ORDERED) or not _is_newest_first(dates):
        return frozenset()
    third_oldest, newest = sorted(dates)[_OLDER - 1], max(dates)
    gone = [one for one in absent if one.published is not None and third_oldest < one.published < newest]
    keys = {key for entry in entries for key in (clean(entry.guid), canonical_link(entry.link))} if gone else ()
    return frozenset(one.item_id for one in gone if not one.key or one.key not in keys)


def _is_newest_first(dates: Sequence[datetime]) -> bool:
    steps = [newer >= older for newer, older in pairwise(dates)]
    return sum(steps) >= _ORDERED * len(steps)

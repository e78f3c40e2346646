"""Items before the store is asked: cleaned, matched and read, off the event loop.

One bad item harms no other: what a stage raises on it is kept with it, and becomes its verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.collect.items import bare_item, item_of
from monitor.link.additions import addition_in
from monitor.link.reading import read_report
from monitor.match.engine import Engine
from monitor.match.itemtexts import ItemTexts
from monitor.match.meaning import Given, Meanings
from monitor.model import Addition, Entry, Feed, Item, Match, Report


@dataclass(frozen=True, slots=True)
class Prepared:
    """An item, the rules that match it and, if any do, what it says; `error` when a stage raised on it.

    `unweighed` are the texts whose vectors an opinion on it would weigh, and which were not known; such an item is to
    be matched again (`match_again`) and not read yet. An item that no rule matches for sure may have an `addition` to a
    story; then it is read too, and `rules` are those by which stories are told.
    """

    item: Item
    matches: tuple[Match, ...] = ()
    report: Report | None = None
    error: Exception | None = None
    unweighed: frozenset[str] = frozenset()
    addition: Addition | None = None
    rules: tuple[Match, ...] = ()


def prepare(
    entries: Sequence[Entry],
    feed: Feed,
    engine: Engine,
    *,
    language: str,
    base_url: str,
    now: datetime,
    encoder: str = "",
) -> list[Prepared]:
    """Clean, match and read entries, oldest first (feeds list the newest first).

    Where there is an `encoder`, what an opinion would weigh of its vectors is told, for `match_again`; but no alert of
    a live rule waits for what only rules on test would weigh (docs/decisions/0052).
    """
    prepared = []
    for entry in reversed(entries):
        try:
            item = item_of(entry, feed, feed_language=language, base_url=base_url, seen_at=now)
        except Exception as error:  # noqa: BLE001 - one bad item must not cost the others of its feed
            prepared.append(Prepared(bare_item(entry, feed, seen_at=now), error=error))
            continue
        prepared.append(_match_or_wait(item, engine, encoder) if encoder else match_item(item, engine))
    return in_order(prepared, now=now)


def in_order(prepared: Sequence[Prepared], *, now: datetime) -> list[Prepared]:
    """Items as they are judged: oldest first, and those of one time as they are."""
    return sorted(prepared, key=lambda one: one.item.published or now)


def _match_or_wait(item: Item, engine: Engine, encoder: str) -> Prepared:
    """As `match_item`, unless an opinion would weigh vectors of texts, for none is known yet."""
    asked = Given(encoder)
    try:
        matches = engine.match(ItemTexts.of(item), asked)
    except Exception as error:  # noqa: BLE001 - as above
        return Prepared(item, error=error)
    alerts = any(match.live for match in matches)
    if asked.pressing if alerts else asked.missing:
        return Prepared(item, unweighed=frozenset(asked.missing))
    return read_item(item, matches, engine.flagging)


def match_again(prepared: Sequence[Prepared], engine: Engine, vectors: Given) -> list[Prepared]:
    """Items that waited for vectors, matched and read; of one without a vector the plain opinions judge."""
    return [match_item(one.item, engine, vectors) for one in prepared]


def match_item(item: Item, engine: Engine, meanings: Meanings | None = None) -> Prepared:
    """Match one item, and read it when it matches; a programming error in a stage is kept with it."""
    try:
        matches = engine.match(ItemTexts.of(item), meanings)
    except Exception as error:  # noqa: BLE001 - as above
        return Prepared(item, error=error)
    return read_item(item, matches, engine.flagging)


def read_item(item: Item, matches: tuple[Match, ...], rules: tuple[Match, ...] = ()) -> Prepared:
    """An item that was matched, read when it matches or, not for sure, may add to a story that one of `rules` flagged.

    A programming error in reading is kept with it.
    """
    try:
        sure = any(not match.doubtful for match in matches)
        addition = addition_in(item.title) if rules and not sure else None
        report = read_report(item, matches, addition) if matches or addition else None
        return Prepared(item, matches, report, addition=addition, rules=rules if addition else ())
    except Exception as error:  # noqa: BLE001 - as above
        return Prepared(item, matches, error=error)

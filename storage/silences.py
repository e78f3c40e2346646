"""What rules matched by hour, when the service looked, and which silences of rules were found (docs/decisions/0038)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from monitor.model import Delivery, Evidence, MatchedBefore, RuleHour, RuleHours, Silence
from storage import deliveries
from storage.database import StorePart, reading, writing
from storage.locks import NOTICE_LOCK, lock
from storage.rows import row_of
from storage.statements import same_revision, upsert, write
from storage.tables.base import table
from storage.tables.items import ItemRow, MatchRow, RevisionRow, VerdictRow
from storage.tables.service import SilenceRow, WatchedHourRow

_MOST_MATCHES = 300_000
"""The newest matches that are counted at most; a service with more of them in ten weeks knows its rules by fewer."""

_LAST_MATCHES = 200


def look_at_hour(connection: Connection, now: datetime, *, forget: datetime) -> None:
    """Note that the service looked in this hour, and forget the hours before `forget`."""
    hour = _hour_of(now)
    statement = upsert(WatchedHourRow, connection.dialect.name).values(hour=hour, looks=1)
    more = {"looks": table(WatchedHourRow).c.looks + 1}
    connection.execute(statement.on_conflict_do_update(index_elements=["hour"], set_=more))
    connection.execute(table(WatchedHourRow).delete().where(WatchedHourRow.hour < forget))


def rule_hours(connection: Connection, since: datetime, now: datetime) -> RuleHours:
    """What live rules matched by hour since then; the reports of one story count once a day for a language."""
    story = func.coalesce(VerdictRow.story_id, MatchRow.item_id)
    statement = (
        select(MatchRow.rule, func.coalesce(ItemRow.language, ""), ItemRow.feed_id, RevisionRow.seen_at, story)
        .select_from(table(RevisionRow))
        .join(table(MatchRow), same_revision(RevisionRow, MatchRow))
        .join(table(ItemRow), ItemRow.id == MatchRow.item_id)
        .outerjoin(table(VerdictRow), same_revision(VerdictRow, MatchRow))
        .where(RevisionRow.seen_at >= since, RevisionRow.seen_at <= now, MatchRow.live.is_(True))
        .order_by(RevisionRow.seen_at.desc())
        .limit(_MOST_MATCHES)
    )
    counted: set[tuple[str, str, str, object]] = set()
    found: Counter[tuple[str, str, str, datetime]] = Counter()
    for rule, language, feed_id, seen_at, event in reversed(connection.execute(statement).all()):
        once = rule, language, event, seen_at.date()
        if once not in counted:
            counted.add(once)
            found[rule, language, feed_id, _hour_of(seen_at)] += 1
    looks = select(WatchedHourRow.hour, WatchedHourRow.looks).where(WatchedHourRow.hour >= since)
    return RuleHours(
        since=since,
        counts=tuple(
            RuleHour(rule=rule, language=language, feed_id=feed_id, hour=hour, count=count)
            for (rule, language, feed_id, hour), count in sorted(found.items())
        ),
        looks=dict(connection.execute(looks).all()),
    )


def items_by_hour(connection: Connection, since: datetime, now: datetime, languages: Collection[str]) -> RuleHours:
    """As `rule_hours`, of everything that feeds brought: the "rule" is the language."""
    spoken = func.coalesce(ItemRow.language, "")
    statement = select(spoken, ItemRow.first_seen_at).where(
        ItemRow.first_seen_at >= since, ItemRow.first_seen_at <= now, spoken.in_(sorted(languages))
    )
    found = Counter((language, _hour_of(seen_at)) for language, seen_at in connection.execute(statement))
    counts = (
        RuleHour(rule=language, language=language, feed_id="", hour=hour, count=count)
        for (language, hour), count in sorted(found.items())
    )
    return RuleHours(since=since, counts=tuple(counts))


def matched_before(
    connection: Connection, asked: Mapping[tuple[str, str], datetime]
) -> dict[tuple[str, str], MatchedBefore]:
    """By what rules matched last before a time, by rule and language ("" for any)."""
    return {key: _matched_before(connection, *key, until) for key, until in asked.items()}


def _matched_before(connection: Connection, rule: str, language: str, until: datetime) -> MatchedBefore:
    wanted = [MatchRow.rule == rule, MatchRow.live.is_(True), RevisionRow.seen_at < until]
    if language:
        wanted.append(ItemRow.language == language)
    statement = (
        select(MatchRow.rule_hash, MatchRow.evidence)
        .select_from(table(MatchRow))
        .join(table(RevisionRow), same_revision(RevisionRow, MatchRow))
        .join(table(ItemRow), ItemRow.id == MatchRow.item_id)
        .where(*wanted)
        .order_by(RevisionRow.seen_at.desc(), MatchRow.item_id)
        .limit(_LAST_MATCHES)
    )
    hashes: dict[str, None] = {}
    terms: Counter[str] = Counter()
    count = 0
    for rule_hash, evidence in connection.execute(statement):
        hit: tuple[Evidence, ...] = evidence or ()
        hashes.setdefault(rule_hash)
        terms.update({one.term for one in hit})
        count += 1
    return MatchedBefore(count=count, hashes=tuple(hashes), terms=dict(terms))


def all_silences(connection: Connection) -> list[Silence]:
    """Every silence that is remembered, by rule and language."""
    rows = connection.execute(select(table(SilenceRow)).order_by(SilenceRow.rule, SilenceRow.language)).mappings()
    return [Silence(**row) for row in rows]


def save(
    connection: Connection, known: Sequence[Silence], change: Callable[[], tuple[Sequence[Silence], Sequence[Delivery]]]
) -> int:
    """Write what `change` makes of the silences, with its notices, in one transaction; how many notices were new.

    Nothing is written when those `known` are no more those that are stored: another process was quicker.
    """
    lock(connection, NOTICE_LOCK)
    if all_silences(connection) != list(known):
        return 0
    silences, notices = change()
    left = {(one.rule, one.language) for one in silences}
    for one in known:
        if (one.rule, one.language) not in left:
            of_it = SilenceRow.rule == one.rule, SilenceRow.language == one.language
            connection.execute(table(SilenceRow).delete().where(*of_it))
    write(connection, SilenceRow, [row_of(SilenceRow, one) for one in silences])
    return deliveries.enqueue(connection, list(notices))


def _hour_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


class SilencesPart(StorePart):
    """Rules that match far less than they did."""

    look_at_hour = writing(look_at_hour)
    rule_hours = reading(rule_hours)
    items_by_hour = reading(items_by_hour)
    matched_before = reading(matched_before)
    silences = reading(all_silences)
    save_silences = writing(save)

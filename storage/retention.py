"""Retention: old words go, what keeps anything from being alerted twice stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, tuple_

from monitor.model import DeliveryState, PruneReport
from storage import feeddays, search
from storage.database import StorePart
from storage.statements import in_list, same_revision
from storage.tables.base import table
from storage.tables.deliveries import AttemptRow, DeliveryRow
from storage.tables.desk import RatingRow
from storage.tables.items import MatchRow, RevisionRow
from storage.tables.stories import StoryItemRow, StoryKeyRow, StoryRow
from storage.tables.types import as_json

_PRUNED_AT_A_TIME = 2_000

STORY_KEYS = timedelta(days=9)
"""How long a quiet story can be found by its keys: the week in which reports still join it, and two days to spare."""


def prune(connection: Connection, before: datetime, *, now: datetime, limit: int) -> PruneReport:
    """Empty or delete at most `limit` old rows of each kind; to be repeated until nothing is left to do.

    Words go that were seen before `before`; when a story was quiet for `STORY_KEYS`, its keys, and (not before `before`
    either) the texts that later reports are compared with. Kept for good: entry digests, items with every key they
    were seen under, revisions with title and hash, matches without their evidence, verdicts, stories with the headlines
    and profiles of their members, claims with their quotes, cards, deliveries without what they said, and ratings with
    the texts they are about, which second opinions learn from.
    """
    return PruneReport(
        revisions=_empty_revisions(connection, before, now, limit),
        matches=_empty_matches(connection, before, limit),
        attempts=_delete_attempts(connection, before, limit),
        deliveries=_empty_deliveries(connection, before, limit),
        story_items=_empty_members(connection, min(before, now - STORY_KEYS), limit),
        story_keys=_delete_story_keys(connection, now - STORY_KEYS, limit),
    )


def _empty_members(connection: Connection, before: datetime, limit: int) -> int:
    quiet = select(StoryRow.id).where(StoryRow.updated_at < before)
    old = select(StoryItemRow.item_id).where(StoryItemRow.story_id.in_(quiet), StoryItemRow.summary != "").limit(limit)
    statement = table(StoryItemRow).update().where(StoryItemRow.item_id.in_(old)).values(summary="")
    return connection.execute(statement).rowcount


def _delete_story_keys(connection: Connection, before: datetime, limit: int) -> int:
    key = (StoryKeyRow.key, StoryKeyRow.story_id)
    quiet = select(StoryRow.id).where(StoryRow.updated_at < before)
    old = select(*key).where(StoryKeyRow.story_id.in_(quiet)).limit(limit)
    return connection.execute(table(StoryKeyRow).delete().where(tuple_(*key).in_(old))).rowcount


def _empty_revisions(connection: Connection, before: datetime, now: datetime, limit: int) -> int:
    """Their words leave the search too, as soon as it is brought up to date."""
    key = (RevisionRow.item_id, RevisionRow.revision)
    full = or_(RevisionRow.summary != "", RevisionRow.body != "")
    rated = select(RatingRow.item_id, RatingRow.revision)
    old = RevisionRow.seen_at < before, full, tuple_(*key).not_in(rated)
    items = sorted(set(connection.scalars(select(RevisionRow.item_id).where(*old).limit(limit))))
    if not items:
        return 0
    of_these = in_list(RevisionRow.item_id, "ids", connection.dialect.name)
    emptied = table(RevisionRow).update().where(of_these, *old).values(summary="", body="")
    count = connection.execute(emptied, {"ids": as_json(items)}).rowcount
    search.wait(connection, items, now)
    return count


def _empty_matches(connection: Connection, before: datetime, limit: int) -> int:
    key = (MatchRow.item_id, MatchRow.revision, MatchRow.position)
    of_match = same_revision(RevisionRow, MatchRow)
    old = (
        select(*key)
        .join(table(RevisionRow), of_match)
        .where(RevisionRow.seen_at < before, MatchRow.evidence.is_not(None))
        .limit(limit)
    )
    statement = table(MatchRow).update().where(tuple_(*key).in_(old)).values(evidence=None)
    return connection.execute(statement).rowcount


def _delete_attempts(connection: Connection, before: datetime, limit: int) -> int:
    old = (
        select(AttemptRow.id)
        .join(table(DeliveryRow), DeliveryRow.id == AttemptRow.delivery_id)
        .where(DeliveryRow.state == DeliveryState.SENT, DeliveryRow.sent_at < before)
        .limit(limit)
    )
    return connection.execute(table(AttemptRow).delete().where(AttemptRow.id.in_(old))).rowcount


def _empty_deliveries(connection: Connection, before: datetime, limit: int) -> int:
    old = (
        select(DeliveryRow.id)
        .where(DeliveryRow.state == DeliveryState.SENT, DeliveryRow.sent_at < before, DeliveryRow.payload.is_not(None))
        .limit(limit)
    )
    return connection.execute(table(DeliveryRow).update().where(DeliveryRow.id.in_(old)).values(payload=None)).rowcount


class RetentionPart(StorePart):
    """Old texts, dropped."""

    async def prune(self, before: datetime, *, now: datetime) -> PruneReport:
        """Drop words from before `before`, keep what keeps things from being alerted twice (see `prune`).

        Many small transactions, so that nobody waits long.
        """
        report = PruneReport()
        while True:
            step = await self._database.write(lambda c: prune(c, before, now=now, limit=_PRUNED_AT_A_TIME))
            report += step
            if not step.total:
                break
        while await self._database.write(search.index):
            pass
        await self._database.write(lambda c: feeddays.forget(c, now - feeddays.KEPT))
        return report

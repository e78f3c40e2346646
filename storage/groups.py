"""Feeds that fail together: their groups, which survive a restart (see `monitor.decide.together`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, select

from monitor.model import FailingFeed, FailureClass, FeedGroup, GroupChange, GroupsNow
from storage import deliveries, feedpolls
from storage.database import StorePart, writing
from storage.feeds import state_of
from storage.locks import NOTICE_LOCK, lock
from storage.rows import row_of
from storage.statements import write
from storage.tables.base import table
from storage.tables.feeds import FeedRow
from storage.tables.service import FeedGroupMemberRow, FeedGroupRow

_GROUPS, _MEMBERS = table(FeedGroupRow), table(FeedGroupMemberRow)
_KEPT = timedelta(days=30)


def groups_now(connection: Connection, feed_id: str) -> GroupsNow:
    """The groups as one feed is judged among them; those of which every feed works again are no longer open."""
    groups = {row["key"]: FeedGroup(**row) for row in connection.execute(select(_GROUPS)).mappings()}
    failing = select(FeedGroupMemberRow.group_key).where(FeedGroupMemberRow.healed.is_(False)).distinct()
    still = set(connection.scalars(failing))
    member = connection.execute(
        select(FeedGroupMemberRow.group_key, FeedGroupMemberRow.healed).where(FeedGroupMemberRow.feed_id == feed_id)
    ).first()
    own = groups.get(member.group_key) if member else None
    members = {}
    if own is not None:
        of_it = select(FeedGroupMemberRow.feed_id, FeedGroupMemberRow.healed).where(
            FeedGroupMemberRow.group_key == own.key
        )
        members = dict(connection.execute(of_it).all())
    return GroupsNow(
        open=[group for key, group in sorted(groups.items()) if key in still],
        own=own,
        healed=bool(member and member.healed),
        members=members,
        failing=lambda: _failing(connection),
    )


def _failing(connection: Connection) -> list[FailingFeed]:
    columns = FeedRow.id, FeedRow.failure, FeedRow.failing_since, FeedRow.failures
    rows = connection.execute(select(*columns).where(FeedRow.failures > 0, FeedRow.failing_since.is_not(None)))
    return [
        FailingFeed(
            feed_id=row.id,
            failure=row.failure or FailureClass.INTERNAL,
            failing_since=row.failing_since,
            failures=row.failures,
        )
        for row in rows
    ]


def fold(connection: Connection, feed_id: str, build: Callable[[GroupsNow], GroupChange], now: datetime) -> GroupChange:
    """Write what `build` makes of a feed among the groups."""
    lock(connection, NOTICE_LOCK)
    change = build(groups_now(connection, feed_id))
    if change.group is None:
        if change.deliveries:  # it is told of alone from now on
            connection.execute(_MEMBERS.delete().where(FeedGroupMemberRow.feed_id == feed_id))
        return change
    write(connection, FeedGroupRow, [row_of(FeedGroupRow, change.group)])
    if name := change.member or change.healed:
        row = {"feed_id": name, "group_key": change.group.key, "healed": bool(change.healed)}
        write(connection, FeedGroupMemberRow, [row])
    deliveries.enqueue(connection, list(change.deliveries))
    waits = {name: state_of(connection, name).rhythm.not_before or now for name in change.due}
    # One whose server asked to be left alone for longer is left alone.
    feedpolls.poll_anew(connection, [name for name, until in waits.items() if until <= now], (), now=now)
    old = select(FeedGroupRow.key).where(FeedGroupRow.last_at < now - _KEPT)
    connection.execute(_MEMBERS.delete().where(FeedGroupMemberRow.group_key.in_(old)))
    connection.execute(_GROUPS.delete().where(FeedGroupRow.last_at < now - _KEPT))
    return change


class GroupsPart(StorePart):
    """Feeds that fail together."""

    fold = writing(fold)

    async def is_healing(self, feed_id: str) -> bool:
        """Whether a feed is of a group of which another one works again and nobody read so yet."""
        healing = exists().where(
            FeedGroupMemberRow.feed_id == feed_id,
            FeedGroupRow.key == FeedGroupMemberRow.group_key,
            FeedGroupRow.healing_since.is_not(None),
        )
        return await self._database.read(lambda c: bool(c.scalar(select(healing))))

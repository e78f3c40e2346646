"""What a poll writes apart from what it judges: which feeds fail together, and which articles a feed removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import structlog

from monitor.collect import absence
from monitor.decide import together
from monitor.decide.together import Together
from monitor.errors import StoreError
from monitor.model import Delivery, Entry, FailingFeed, FailureClass, FeedState, Route
from monitor.pipeline.needs import PollStore

log = structlog.get_logger()


async def note_failing(
    store: PollStore,
    others: Together,
    after: FeedState,
    trouble: tuple[Delivery, ...],
    ops: Route | None,
    *,
    now: datetime,
) -> tuple[Delivery, ...]:
    """Note a feed that fails; the notices about its `trouble`, unless it fails together with `others`."""
    if trouble and after.failing_since is not None:
        feed = FailingFeed(
            feed_id=after.feed_id,
            failure=after.failure or FailureClass.INTERNAL,
            failing_since=after.failing_since,
            failures=after.failures,
            reason=after.reason or "",
        )
        change = await store.fold(
            after.feed_id, lambda groups: together.failing(feed, trouble, groups, others.hosts, ops, now=now), now
        )
        return () if change.group else change.deliveries
    if after.failure_told and await store.is_healing(after.feed_id):
        await store.fold(after.feed_id, partial(together.still_failing, ops=ops, now=now), now)
    return trouble


async def note_working(
    store: PollStore, others: Together, feed_id: str, own: tuple[Delivery, ...], ops: Route | None, *, now: datetime
) -> tuple[Delivery, ...]:
    """Note a feed that works again; the notices of that, its `own` unless it failed together with `others`."""
    if not own:
        return ()
    change = await store.fold(feed_id, lambda groups: together.working(feed_id, own, groups, ops, now=now), now)
    return () if change.group else others.one_by_one(change.deliveries, ops, now=now)


async def note_missed(store: PollStore, feed_id: str, entries: Sequence[Entry], *, now: datetime) -> None:
    """Note which alerted articles the feed removed, and which of those it shows again. Trouble is logged."""
    digests = [entry.digest for entry in entries]
    try:
        absent, missed = await store.absent(feed_id, digests, since=now - absence.WATCHED)
        if not absent and not missed:
            return
        published = await store.published(feed_id, digests)
        gone = absence.taken_out([published.get(digest) for digest in digests], absent, entries) - missed
        back = missed.difference(one.item_id for one in absent)
        if gone or back:
            await store.miss(feed_id, gone, back, now)
    except StoreError as error:
        log.error(
            "cannot check whether the feed removed articles",
            action="absences_not_checked",
            feed=feed_id,
            error=str(error),
        )

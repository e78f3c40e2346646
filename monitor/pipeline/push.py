"""What a hub pushes is judged like the document of a poll, and leaves the feed's polls as they are planned."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import structlog

from monitor.collect.links import canonical_link
from monitor.collect.pacing import reported_by_many
from monitor.errors import StoreError
from monitor.judge.batch import Poll
from monitor.model import Failed, Feed, FeedState, Fetched, Parsed, PollStatus
from monitor.pipeline.intake import Intake
from monitor.pipeline.report import Laps, PollReport, report

log = structlog.get_logger()


async def push(intake: Intake, feed: Feed, pushed: Fetched) -> PollReport:
    """Judge what a hub pushed. Never raises.

    A hub may push only the newest entries. So nothing is concluded from entries that are missing, and the feed's state
    stays that of its last poll, apart from what new entries show.
    """
    try:
        return replace(await _pushed(intake, feed, pushed), pushed=True)
    except StoreError as error:
        log.error("push not written; the hub sends it again", action="push_not_written", feed=feed.id, error=str(error))
        return PollReport(id=feed.id, status=PollStatus.FAILED, error=str(error), written=False, pushed=True)
    except Exception as error:
        log.exception("push failed; the next poll brings its entries", action="push_failed", feed=feed.id)
        return PollReport(id=feed.id, status=PollStatus.FAILED, error=type(error).__name__, pushed=True)


async def _pushed(intake: Intake, feed: Feed, pushed: Fetched) -> PollReport:
    laps = Laps()
    before = await intake.store.feed_state(feed.id)
    laps.end("state")
    document = await intake.read(feed, pushed, laps)
    if isinstance(document, Failed):
        return PollReport(id=feed.id, status=PollStatus.FAILED, error=document.reason)
    if not _is_of(feed, before, pushed, document.parsed):
        log.warning("a hub pushed the document of another feed; polled", action="push_of_another", feed=feed.id)
        return PollReport(id=feed.id, status=PollStatus.FAILED, error="the document of another feed was pushed")
    entries = len(document.parsed.entries)
    if before.baselined_at is None:  # what it shows at first is judged as a whole, by a poll
        return PollReport(id=feed.id, status=PollStatus.OK, entries=entries)
    now = intake.clock()
    prepared = await intake.prepare(document, laps, now=now)
    if not prepared:
        return PollReport(id=feed.id, status=PollStatus.OK, entries=entries)
    # Where only new entries are sent, it says nothing that all of them are new.
    after = replace(before, course=replace(before.course, shown=0))
    poll = Poll(after, partial(_shown_as_before, before.course.shown))
    batch = await intake.judge(document, prepared, poll, before=before, now=now)
    laps.end("judge")
    return replace(report(feed, entries, batch, laps), busy=reported_by_many(batch.stories, now=now))


def _is_of(feed: Feed, state: FeedState, pushed: Fetched, parsed: Parsed) -> bool:
    """Whether what was pushed is the feed's, by the addresses that its document or the push itself gives; few do."""
    own = {canonical_link(one) for one in (feed.url, state.url or "", pushed.url)}
    named = {canonical_link(one) for one in (parsed.hub.topic, pushed.hub.topic)} - {""}
    return not named or not named.isdisjoint(own)


def _shown_as_before(shown: int, state: FeedState) -> FeedState:
    """The state after a push: how many entries the feed shows is known from polls alone."""
    return replace(state, course=replace(state.course, shown=shown))

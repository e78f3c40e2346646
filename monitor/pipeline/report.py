"""What came of a poll or a push, how long its parts took, and what is logged of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import structlog

from monitor.model import (
    BREAKS_OFF,
    Action,
    Batch,
    Feed,
    FeedState,
    Hub,
    Judgement,
    Observation,
    PollStatus,
    Reason,
)

log = structlog.get_logger()


@dataclass(slots=True)
class Laps:
    """How long the parts of a poll took: waits included, in seconds, by name."""

    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.perf_counter)

    def end(self, part: str) -> None:
        """A part ends here; what comes now belongs to the next. Times of parts of one name are added."""
        now = time.perf_counter()
        self.seconds[part] = self.seconds.get(part, 0.0) + now - self._since
        self._since = now

    def in_ms(self) -> dict[str, float]:
        """The parts in their order, in milliseconds."""
        return {part: round(1000 * seconds, 1) for part, seconds in self.seconds.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """The result of one poll of a feed, or of what was `pushed` for it. Entries seen before are not in it.

    `left_out` is how many entries the document has beyond those that are read. `busy` are the families of stories
    that it reports and many others do. `hub` is where its pushes come from, None where no document was read.
    `written` is whether the database has it.
    """

    id: str
    status: PollStatus
    entries: int = 0
    new: int = 0
    matched: int = 0
    alerts: int = 0
    left_out: int = 0
    busy: frozenset[str] = frozenset()
    hub: Hub | None = None
    pushed: bool = False
    error: str | None = None
    written: bool = True
    silent: bool = False
    observations: tuple[Observation, ...] = ()


def log_oddities(before: FeedState, after: FeedState) -> None:
    """Log what is odd in how a feed is read when it begins, not at each poll."""
    if after.doubt == BREAKS_OFF != before.doubt:
        log.warning("a feed's document breaks off before its end", action="feed_breaks_off", feed=after.feed_id)
    elif after.doubt and after.doubt != before.doubt:
        log.warning(
            "a feed is not in the character set it says", action="feed_charset", feed=after.feed_id, reason=after.doubt
        )
    if after.left_out and not before.left_out:
        log.warning(
            "a feed has more entries than are read; the oldest are left out",
            action="feed_entries_left_out",
            feed=after.feed_id,
            left_out=after.left_out,
        )


def report(feed: Feed, entries: int, batch: Batch, laps: Laps, *, silent: bool = False) -> PollReport:
    """Count, and log what people will ask about. `laps` say what the time until here was taken by."""
    alerts = 0
    for observation in batch.observations:
        verdict = observation.verdict
        if verdict is None:
            continue
        alerts += verdict.action is Action.ALERT
        if verdict.reason is Reason.ERROR:
            log.error(
                "item failed",
                action="item_failed",
                feed=feed.id,
                item=observation.identity.item_id,
                error=verdict.detail,
            )
        elif observation.matches:
            log.info(
                "item matched",
                action="item_matched",
                feed=feed.id,
                item=observation.identity.item_id,
                rules=[match.rule for match in observation.matches],
                verdict=str(verdict.action),
                reason=str(verdict.reason),
                story=verdict.story_id,
                took_ms=laps.in_ms(),
            )
    return PollReport(
        id=feed.id,
        status=PollStatus.OK,
        entries=entries,
        new=sum(one.identity.judgement is Judgement.NEW for one in batch.observations),
        matched=sum(bool(one.matches) for one in batch.observations),
        alerts=alerts,
        silent=silent,
        observations=batch.observations,
    )

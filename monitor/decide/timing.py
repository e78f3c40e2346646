"""When an alert goes out: at once and by itself, or with others in a digest, and then not before when?"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from monitor.decide.digest import BUSY_WAIT
from monitor.decide.policy import Policy
from monitor.decide.routing import quiet_until
from monitor.model import (
    FEED_LIMIT,
    Alert,
    Card,
    Context,
    DigestReason,
    Identity,
    Item,
    Judgement,
    Route,
    Severity,
)

UNSURE_WAIT = timedelta(minutes=30)
"""How long a digest of unsure alerts gathers them before it goes out."""

CRITICAL_UNSURE_WAIT = timedelta(minutes=5)
"""How long it does once one of them is critical, should that be right after all (docs/decisions/0023)."""

LATE_AFTER = timedelta(hours=12)
"""An article first shown this long after it was published, or `catch_up` if that is longer, goes into a digest.

docs/decisions/0009 says why.
"""

_WITHOUT_CRITICAL = (DigestReason.BUSY, DigestReason.QUIET_HOURS, DigestReason.BACKLOG)
"""The digests in which nothing critical waits."""


class Timing:
    """When the alerts of one poll, judged at `now`, go out; those that went out in this hour count."""

    def __init__(self, policy: Policy, context: Context, *, now: datetime) -> None:
        self._policy = policy
        self.now = now
        self._catch_up = policy.catch_up if context.state.baselined_at is None else None
        self._state = context.state
        self._known = {known.item_id: known for known in context.known}
        self._told_of_feed = context.told_of_feed
        self._flooded_before = self.is_flood()
        self._cards_last_hour = dict(context.cards_last_hour)

    def too_old(self, item: Item) -> timedelta | None:
        """How old an item is that is too old for its feed's first poll; None for any other."""
        age = self.now - _latest(item.published or item.seen_at)
        return age if self._catch_up is not None and age >= self._catch_up else None

    def was_too_old(self, alert: Alert) -> bool:
        """Whether an item that was edited had been too old for an alert when its feed's first poll showed it.

        Of an article that another feed showed first it is not known when that feed's first poll was; its age decides.
        """
        limit, known = self._policy.catch_up, self._known.get(alert.item_id)
        if limit is None or known is None or alert.published is None:
            return False
        baselined_at = self._state.baselined_at if known.feed_id == self._state.feed_id else known.first_seen_at
        at_first = baselined_at is not None and known.first_seen_at <= baselined_at
        return at_first and known.first_seen_at - _latest(alert.published) >= limit

    def is_late(self, alert: Alert, identity: Identity) -> bool:
        """Whether an article was old when its feed first showed it; an edit is as young as its words.

        By the clock of its publisher, if that is known to be behind.
        """
        limit = self._policy.catch_up
        if limit is None or alert.published is None or identity.judgement is Judgement.REVISION:
            return False
        age = self.now - self._state.rhythm.behind - _latest(alert.published)
        return age >= max(limit, LATE_AFTER)

    def is_flood(self) -> bool:
        """Whether the feed has had as many messages of its own in this hour as a feed may."""
        return self._told_of_feed >= FEED_LIMIT

    def count_item(self) -> None:
        """Note that an item of the feed got a message of its own."""
        self._told_of_feed += 1

    def count_card(self, route: Route) -> None:
        """Note that a route got a card, of which it may have `max_per_hour`."""
        self._cards_last_hour[route.name] = self._cards_last_hour.get(route.name, 0) + 1

    def why_together(self, route: Route, alert: Alert, *, late: bool = False) -> tuple[DigestReason | None, datetime]:
        """In which digest an alert waits (None: in none), and when it is due at the earliest.

        Critical ones wait only in digests for what is not new, or very unsure. The end of quiet hours is not said here:
        the outbox looks it up when it is about to post.
        """
        if self._catch_up is not None:
            return DigestReason.CATCH_UP, self.now + self._policy.digest_wait
        patient = alert.severity is not Severity.CRITICAL
        if patient and quiet_until(route.quiet_hours, self.now):
            return DigestReason.QUIET_HOURS, self.now
        if late:
            return DigestReason.LATE, self.now + self._policy.digest_wait
        if alert.waits:
            return DigestReason.UNSURE, self.now + (UNSURE_WAIT if patient else CRITICAL_UNSURE_WAIT)
        if self.is_flood():
            # The first digest of a flood goes out with the poll's cards; later ones wait, not to fill the channel.
            return DigestReason.FLOOD, self.now + (BUSY_WAIT if self._flooded_before else timedelta(0))
        cards = self._cards_last_hour.get(route.name, 0)
        if patient and route.max_per_hour is not None and cards >= route.max_per_hour:
            return DigestReason.BUSY, self.now + BUSY_WAIT
        return None, self.now

    def waits(self, route: Route, alert: Alert) -> bool:
        """Whether an alert waits in a digest."""
        return self.why_together(route, alert)[0] is not None


def _latest(published: datetime) -> datetime:
    """When an article was published at the latest: a date that names only the day may be of any hour of it."""
    return published + timedelta(days=1) if published.astimezone(UTC).time() == time.min else published


def must_not_wait(held_for: DigestReason, alert: Alert, card: Card) -> bool:
    """Whether news of a story that waits in a digest is posted alone: if the story was unsure, or is critical now."""
    if held_for is DigestReason.UNSURE:
        return True
    return held_for in _WITHOUT_CRITICAL and alert.severity is Severity.CRITICAL and card.severity < Severity.CRITICAL

"""Tell one route of a report: by a card, a reply, a line of a digest, or not; and keep what is to be written of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.decide.cards import Cards
from monitor.decide.digest import OpenDigests
from monitor.decide.heldback import RouteAlert, by_route, mute_words, stays_in_thread, unmuted
from monitor.decide.later import LaterReport, RouteVerdict, Step, what_becomes
from monitor.decide.news import news_of, told_first, told_last
from monitor.decide.policy import Policy
from monitor.decide.timing import Timing
from monitor.model import (
    Action,
    Alert,
    Card,
    CardMessage,
    Context,
    Delivery,
    DigestReason,
    FollowUpMessage,
    FollowUps,
    Identity,
    Link,
    Mute,
    MutedItem,
    Reason,
    Route,
)
from monitor.model.ids import card_key, follow_up_key

MOST_IN_FLOOD = 1_000
"""How many stories of feeds that bring too many wait in one digest; further ones are stored, and ops gets a
notice."""

_DIGEST_REASONS = {
    DigestReason.CATCH_UP: Reason.CATCH_UP_DIGEST,
    DigestReason.LATE: Reason.LATE_DIGEST,
    DigestReason.QUIET_HOURS: Reason.QUIET_HOURS_DIGEST,
    DigestReason.UNSURE: Reason.UNSURE_DIGEST,
    DigestReason.BUSY: Reason.BUSY_DIGEST,
    DigestReason.FLOOD: Reason.FLOOD_DIGEST,
}
"""The reason of a verdict that puts an alert into a digest. Backlogs are made later, by the outbox: no verdict names
them."""


@dataclass(frozen=True, slots=True)
class MatchedReport:
    """A report that some rules matched: `alert` has all its live matches, `places` are those that it names."""

    alert: Alert
    link: Link
    identity: Identity
    feed_id: str
    places: frozenset[str]


class Teller:
    """Tells routes of the reports of one poll; what a route gets of one counts for the next.

    `cards` are what routes know of stories, `timing` says when something goes out. `flooded`: the feed brings more than
    one feed may have posted in an hour.
    """

    def __init__(self, policy: Policy, context: Context, cards: Cards, timing: Timing, *, now: datetime) -> None:
        self._now = now
        self._timing = timing
        self._cards = cards
        self._digests = OpenDigests(context.digests, now=now)
        self._messages: list[Delivery] = []
        self._mutes = by_route(context.mutes, policy.routes, now)
        self._muted: dict[MutedItem, None] = {}
        self.flooded = False

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Everything to be sent: new messages, and digests that grew."""
        return (*self._messages, *self._digests.changed)

    @property
    def muted(self) -> tuple[MutedItem, ...]:
        """The items that mutes held back from a route."""
        return tuple(self._muted)

    def unmuted(self, route: Route, alert: Alert, card: Card | None, report: MatchedReport) -> Alert | Mute:
        """What mutes leave of an alert for a route, or the mute that holds all of it back."""
        asked = RouteAlert(alert=alert, feed_id=report.feed_id, places=report.places, card=card)
        return unmuted(self._mutes.get(route.name, ()), asked, least=route.min_severity)

    def tell(
        self, route: Route, alert: Alert, card: Card | None, others: Sequence[Card], report: MatchedReport
    ) -> RouteVerdict:
        """The verdict for a route on an alert of a report.

        `card` is the route's, or that of another route to its channel; `others` are those of the stories that the
        report tells too.
        """
        link, identity = report.link, report.identity
        if card is None and link.own and self._timing.was_too_old(alert):
            detail = "an edit of an item that was too old to alert when first seen"
            return RouteVerdict(Action.SUPPRESSED, Reason.CATCH_UP, detail)
        left = self.unmuted(route, alert, card, report)
        if card is None:
            if isinstance(left, Mute):
                self._hold_back(left, identity)
                return RouteVerdict(Action.SUPPRESSED, Reason.MUTED, mute_words(left, self._now))
            return self._first_report(route, left, late=self._timing.is_late(left, identity))
        if card.rejected and not isinstance(left, Mute):
            # The channel has never seen this story: any report of it is worth a card.
            self._first_report(route, left, instead_of=card)
            detail = f"a new card for {route.name}, because Slack rejected the one before"
            return RouteVerdict(Action.ALERT, Reason.NEW_STORY, detail)
        mute = left if isinstance(left, Mute) else None
        shown = alert if isinstance(left, Mute) else left
        later = LaterReport(
            route=route,
            alert=shown,
            card=card,
            link=link,
            identity=identity,
            mute=mute,
            dismissed=card.dismissed if stays_in_thread(card, shown) else None,
            changes=news_of(card.with_others(others), shown, several=link.several),
            held_for=self._digests.why(card.delivery_id, card.story_id),
        )
        return self._later_report(later)

    def _hold_back(self, mute: Mute, identity: Identity) -> None:
        self._muted[MutedItem(mute.mute_id, identity.item_id)] = None

    def _later_report(self, report: LaterReport) -> RouteVerdict:
        route, alert, card = report.route, report.alert, report.card
        step, verdict = what_becomes(report, self._timing)
        match step:
            case Step.EDIT:
                self.flooded |= verdict.reason is Reason.FLOOD
                self._cards.show(card, alert)
            case Step.HOLD_BACK if report.mute:
                self._hold_back(report.mute, report.identity)
                self._cards.show_facts(card, alert.record)
            case Step.NEW_CARD:
                self._first_report(route, alert, instead_of=card)
            case Step.TAKE_OUT:
                self._take_out(route, alert, card)
            case Step.JOIN:
                self._remember(report)
                self._digests.add_report(card.delivery_id, alert)
            case Step.REPLY:
                if not report.dismissed:
                    self._remember(report)
                self._cards.show(card, alert, told=True, aloud=bool(report.told))
                self._messages.append(self._follow_up(report))
        return verdict

    def _remember(self, report: LaterReport) -> None:
        """Note what a route knows of a story with a report that its card's thread or digest shows."""
        second = any(change.reason is Reason.CONFIRMED for change in report.changes)
        self._cards.remember(
            report.route,
            report.alert,
            report.card.delivery_id,
            card=report.card,
            aloud=bool(report.told),
            second=second,
        )

    def _take_out(self, route: Route, alert: Alert, card: Card) -> None:
        """Post a report by itself that need not wait for the digest that its story waits in."""
        _, due_at = self._timing.why_together(route, alert)
        if self._digests.let_go(card.delivery_id, alert, route=route, due_at=due_at):
            self._cards.remember(route, alert, card.delivery_id, card=card)
        else:
            self._first_report(route, alert, instead_of=card)

    def _first_report(
        self, route: Route, alert: Alert, *, late: bool = False, instead_of: Card | None = None
    ) -> RouteVerdict:
        why, due_at = self._timing.why_together(route, alert, late=late)
        before = instead_of.delivery_id if instead_of else ""
        if why is DigestReason.FLOOD:
            self.flooded = True
            if instead_of is None and self._digests.waiting(route, why) >= MOST_IN_FLOOD:
                detail = f"its feed brings more than {MOST_IN_FLOOD} at a time; kept, but not posted"
                return RouteVerdict(Action.SUPPRESSED, Reason.FLOOD, detail)
        if why is not None:
            digest = self._digests.add(route, alert, why=why, due_at=due_at, of_card=before or None)
            self._cards.remember(route, alert, digest, card=instead_of)
            return RouteVerdict(Action.ALERT, _DIGEST_REASONS[why], f"in the {why} digest of {route.name}")
        key = card_key(alert.story_id, route.name, instead_of=before)
        card = Delivery.new(key, route, CardMessage(alert=alert), severity=alert.severity, now=self._now)
        self._messages.append(card)
        self._cards.remember(route, alert, card.delivery_id, card=instead_of)
        self._timing.count_card(route)
        marked = ", marked unsure" if alert.doubtful else ""
        return RouteVerdict(Action.ALERT, Reason.NEW_STORY, f"first report of its story for {route.name}{marked}")

    def _follow_up(self, report: LaterReport) -> Delivery:
        route, alert, card, changes = report.route, report.alert, report.card, report.told
        followups = FollowUps.THREAD if report.dismissed else route.followups
        threaded = followups is not FollowUps.CHANNEL
        broadcast = threaded and (bool(changes) or followups is FollowUps.THREAD_AND_CHANNEL)
        if threaded and not broadcast and card.channel:
            # Its thread is where the card is, wherever the route leads by now.
            route = replace(route, channel=card.channel)
        return Delivery.new(
            follow_up_key(alert.item_id, report.identity.revision, route.name),
            route,
            FollowUpMessage(alert=alert, news=told_first(report.changes), also=told_last(report.changes)),
            severity=alert.severity,
            now=self._now,
            parent_id=card.delivery_id if threaded else None,
            broadcast=broadcast,
        )

"""Decide about each item: which routes get it, how, and why. Every item gets a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.decide.cards import Cards
from monitor.decide.digest import OpenDigests
from monitor.decide.heldback import RouteAlert, by_route, mute_words, stays_in_thread, unmuted
from monitor.decide.later import LaterReport, RouteVerdict, Step, what_becomes
from monitor.decide.news import adds_rules, news_of, told_first, told_last
from monitor.decide.policy import Policy
from monitor.decide.routing import Taker, by_channel, severity_of, unheard
from monitor.decide.timing import Timing
from monitor.model import (
    TOLD_ALONE,
    Action,
    Alert,
    Card,
    CardChange,
    CardMessage,
    Context,
    Delivery,
    DigestReason,
    FollowUpMessage,
    FollowUps,
    Gist,
    Identity,
    Item,
    Judgement,
    Link,
    Match,
    Mute,
    MutedItem,
    Reason,
    Route,
    StoryFacts,
    Verdict,
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

_SUMMARY_ON_CARD = 1_000
_NOTHING = StoryFacts()
_NO_GIST = Gist()


# The verdict on an item is the weightiest of those for its routes.
_WEIGHT = (Action.ALERT, Action.UPDATE, Action.FOLLOW_UP, Action.DUPLICATE, Action.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class _Report:
    """A report that some rules matched: `alert` has all its live matches, `places` are those that it names."""

    alert: Alert
    link: Link
    identity: Identity
    feed_id: str
    places: frozenset[str]


class Decider:
    """Decides about the items of one poll, one after another; what a route gets of one counts for the next.

    `flooded`: the feed brings more than one feed may have posted in an hour.
    """

    def __init__(self, policy: Policy, context: Context, *, now: datetime) -> None:
        self._policy = policy
        self._now = now
        self._timing = Timing(policy, context, now=now)
        self._cards = Cards((card for story in context.stories for card in story.cards), now=now)
        self._digests = OpenDigests(context.digests, now=now)
        self._messages: list[Delivery] = []
        self.flooded = False
        self._mutes = by_route(context.mutes, policy.routes, now)
        self._muted: dict[MutedItem, None] = {}

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Everything to be sent: new messages, and digests that grew."""
        return (*self._messages, *self._digests.changed)

    @property
    def cards(self) -> tuple[Card, ...]:
        """What routes know by now, for those stories where that changed."""
        return self._cards.changed

    @property
    def muted(self) -> tuple[MutedItem, ...]:
        """The items that mutes held back from a route."""
        return tuple(self._muted)

    @property
    def changes(self) -> tuple[CardChange, ...]:
        """What these items change about cards that routes have."""
        return self._cards.changes

    def decide(
        self,
        item: Item,
        identity: Identity,
        matches: Sequence[Match],
        link: Link,
        facts: StoryFacts = _NOTHING,
        *,
        places: frozenset[str] = frozenset(),
        gist: Gist = _NO_GIST,
    ) -> Verdict:
        """The verdict on an item that is new or was edited, and that some rules matched.

        `link` is its story, `facts` what that says with this item in it, `places` the ids of those that the item itself
        names, and `gist` what it says in English.
        """
        live = [match for match in matches if match.live]
        if not live:
            names = ", ".join(match.rule for match in matches)
            detail = f"only rules on test matched: {names}"
            return Verdict(Action.SUPPRESSED, Reason.RULE_ON_TEST, detail, link.story_id)
        if (age := self._timing.too_old(item)) is not None:
            hours = f"{age.total_seconds() / 3600:.0f} h"
            detail = f"published {hours} before the feed's first poll; stored in silence"
            return Verdict(Action.SUPPRESSED, Reason.CATCH_UP, detail, link.story_id)
        alert = _alert(item, identity, link, tuple(live), facts, gist)
        report = _Report(alert, link, identity, item.feed_id, places)
        outcomes = [self._tell_channel(takers, report) for takers in by_channel(live, self._policy.routes)]
        verdicts = [verdict for _, verdict in outcomes]
        if any(one.reason in TOLD_ALONE for one in verdicts):
            self._timing.count_item()
        self._cards.show_facts_of(link.story_id, facts, besides={route for route, _ in outcomes})
        if not verdicts:
            return Verdict(Action.SUPPRESSED, Reason.NO_ROUTE, unheard(live, self._policy.routes), link.story_id)
        weightiest = min(verdicts, key=lambda one: _WEIGHT.index(one.action))
        return Verdict(weightiest.action, weightiest.reason, weightiest.detail, link.story_id)

    def _tell_channel(self, takers: Sequence[Taker], report: _Report) -> tuple[str, RouteVerdict]:
        """The verdict for the routes to one channel that take the report.

        Also the name of the route whose card shows what the story says now, or which posts.
        """
        link, routes = report.link, [taker.route for taker in takers]
        rules = {match.rule for taker in takers for match in taker.matches}
        alert = _only_of(report.alert, tuple(match for match in report.alert.matches if match.rule in rules))
        card, others = self._cards.of(link.story_id, routes), self._cards.of_others(link, routes)
        if card is None and others and not adds_rules(others[0].with_others(others), alert):
            return others[0].route, RouteVerdict(Action.DUPLICATE, Reason.ROUND_UP, link.reason)
        route = self._speaker(takers, card, report)
        return card.route if card else route.name, self._tell(route, alert, card, others, report)

    def _speaker(self, takers: Sequence[Taker], card: Card | None, report: _Report) -> Route:
        """Which of the routes to one channel posts it: the one whose own settings let it post soonest.

        Between equals that is the card's own route. A mute on the card's route holds for its thread, whichever route
        has something to post there.
        """
        owner = card.route if card else ""
        in_order = sorted(takers, key=lambda taker: taker.route.name != owner)
        free: list[Route] = []
        for taker in in_order:
            left = self._unmuted(taker.route, _only_of(report.alert, taker.matches), card, report)
            if isinstance(left, Mute):
                if taker.route.name == owner:
                    return taker.route
            elif self._timing.waits(taker.route, left):
                free.append(taker.route)
            else:
                return taker.route
        return free[0] if free else in_order[0].route

    def _unmuted(self, route: Route, alert: Alert, card: Card | None, report: _Report) -> Alert | Mute:
        """What mutes leave of an alert for a route, or the mute that holds all of it back."""
        asked = RouteAlert(alert=alert, feed_id=report.feed_id, places=report.places, card=card)
        return unmuted(self._mutes.get(route.name, ()), asked, least=route.min_severity)

    def _tell(
        self, route: Route, alert: Alert, card: Card | None, others: Sequence[Card], report: _Report
    ) -> RouteVerdict:
        link, identity = report.link, report.identity
        if card is None and link.own and self._timing.was_too_old(alert):
            detail = "an edit of an item that was too old to alert when first seen"
            return RouteVerdict(Action.SUPPRESSED, Reason.CATCH_UP, detail)
        left = self._unmuted(route, alert, card, report)
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


def no_match(identity: Identity, link: Link | None) -> Verdict:
    """The verdict on an item that no rule matches; `link` is its story, if it was in one before it was edited."""
    edited = identity.judgement is Judgement.REVISION and link is not None
    return Verdict(Action.NONE, Reason.NO_MATCH, "the edited text matches no rule" if edited else "no rule matched")


def suppressed_by_error(error: Exception) -> Verdict:
    """The verdict on an item on which a stage raised: it is stored, and the log says so."""
    return Verdict(Action.SUPPRESSED, Reason.ERROR, f"{type(error).__name__}: {error}"[:500])


def _alert(
    item: Item, identity: Identity, link: Link, matches: tuple[Match, ...], facts: StoryFacts, gist: Gist
) -> Alert:
    """An item as all its live matches have it; a route gets the part that is meant for it."""
    return Alert(
        story_id=link.story_id,
        item_id=identity.item_id,
        severity=severity_of(matches),
        title=item.title,
        summary=item.summary[:_SUMMARY_ON_CARD],
        url=item.url,
        source=item.source,
        language=item.language,
        published=item.published,
        seen_at=item.seen_at,
        matches=matches,
        record=facts,
        gist=gist,
        spoken=any(match.of_officials for match in matches),
    )


def _only_of(alert: Alert, matches: tuple[Match, ...]) -> Alert:
    """An alert by some of its matches alone."""
    return replace(alert, matches=matches, severity=severity_of(matches))

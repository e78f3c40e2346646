"""Decide about each item: which routes get it, how, and why. Every item gets a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.decide.cards import Cards
from monitor.decide.later import RouteVerdict
from monitor.decide.news import adds_rules
from monitor.decide.policy import Policy
from monitor.decide.routing import Taker, by_channel, severity_of, unheard
from monitor.decide.teller import MatchedReport, Teller
from monitor.decide.timing import Timing
from monitor.model import (
    TOLD_ALONE,
    Action,
    Alert,
    Card,
    CardChange,
    Context,
    Delivery,
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

_SUMMARY_ON_CARD = 1_000
_NOTHING = StoryFacts()
_NO_GIST = Gist()

# The verdict on an item is the weightiest of those for its routes.
_WEIGHT = (Action.ALERT, Action.UPDATE, Action.FOLLOW_UP, Action.DUPLICATE, Action.SUPPRESSED)


class Decider:
    """Decides about the items of one poll, one after another; what a route gets of one counts for the next."""

    def __init__(self, policy: Policy, context: Context, *, now: datetime) -> None:
        self._policy = policy
        self._timing = Timing(policy, context, now=now)
        self._cards = Cards((card for story in context.stories for card in story.cards), now=now)
        self._teller = Teller(policy, context, self._cards, self._timing, now=now)

    @property
    def flooded(self) -> bool:
        """Whether the feed brings more than one feed may have posted in an hour."""
        return self._teller.flooded

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Everything to be sent: new messages, and digests that grew."""
        return self._teller.deliveries

    @property
    def cards(self) -> tuple[Card, ...]:
        """What routes know by now, for those stories where that changed."""
        return self._cards.changed

    @property
    def muted(self) -> tuple[MutedItem, ...]:
        """The items that mutes held back from a route."""
        return self._teller.muted

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
        report = MatchedReport(alert, link, identity, item.feed_id, places)
        outcomes = [self._tell_channel(takers, report) for takers in by_channel(live, self._policy.routes)]
        verdicts = [verdict for _, verdict in outcomes]
        if any(one.reason in TOLD_ALONE for one in verdicts):
            self._timing.count_item()
        self._cards.show_facts_of(link.story_id, facts, besides={route for route, _ in outcomes})
        if not verdicts:
            return Verdict(Action.SUPPRESSED, Reason.NO_ROUTE, unheard(live, self._policy.routes), link.story_id)
        weightiest = min(verdicts, key=lambda one: _WEIGHT.index(one.action))
        return Verdict(weightiest.action, weightiest.reason, weightiest.detail, link.story_id)

    def _tell_channel(self, takers: Sequence[Taker], report: MatchedReport) -> tuple[str, RouteVerdict]:
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
        return card.route if card else route.name, self._teller.tell(route, alert, card, others, report)

    def _speaker(self, takers: Sequence[Taker], card: Card | None, report: MatchedReport) -> Route:
        """Which of the routes to one channel posts it: the one whose own settings let it post soonest.

        Between equals that is the card's own route. A mute on the card's route holds for its thread, whichever route
        has something to post there.
        """
        owner = card.route if card else ""
        in_order = sorted(takers, key=lambda taker: taker.route.name != owner)
        free: list[Route] = []
        for taker in in_order:
            left = self._teller.unmuted(taker.route, _only_of(report.alert, taker.matches), card, report)
            if isinstance(left, Mute):
                if taker.route.name == owner:
                    return taker.route
            elif self._timing.waits(taker.route, left):
                free.append(taker.route)
            else:
                return taker.route
        return free[0] if free else in_order[0].route


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

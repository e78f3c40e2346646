"""Which cards do the routes have of the stories of one poll, and what do these items change about them?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from monitor.decide.news import told_of
from monitor.model import Alert, Card, CardChange, Link, Route, StoryFacts, Told


class Cards:
    """The cards of stories by route, with what each route knows of its story by now."""

    def __init__(self, cards: Iterable[Card], *, now: datetime) -> None:
        self._now = now
        self._cards = {(card.story_id, card.route): card for card in cards}
        self._changed: dict[tuple[str, str], Card] = {}
        self._changes: list[CardChange] = []

    @property
    def changed(self) -> tuple[Card, ...]:
        """What routes know by now, for those stories where that changed."""
        return tuple(self._changed.values())

    @property
    def changes(self) -> tuple[CardChange, ...]:
        """What these items change about what cards show."""
        return tuple(self._changes)

    def of(self, story_id: str, takers: Sequence[Route]) -> Card | None:
        """The card that one of these routes has of a story, or else another route in their channel.

        The other may be one that has a new name by now. A channel gets no second card of a story.
        """
        for route in takers:
            if card := self._cards.get((story_id, route.name)):
                return card
        channel = takers[0].channel
        others = (card for (story, _), card in self._cards.items() if story == story_id and card.channel == channel)
        return next(others, None)

    def of_others(self, link: Link, takers: Sequence[Route]) -> list[Card]:
        """The cards that these routes have of the other stories that a round-up repeats."""
        found = (self.of(story_id, takers) for story_id in link.repeats if story_id != link.story_id)
        return [card for card in found if card is not None]

    def show(self, card: Card, alert: Alert, *, told: bool = False, aloud: bool = False) -> None:
        """Let a card show what its story says with one more report.

        `told`: the thread gets a message about it too; `aloud`: which the channel sees. A story that was found not
        relevant counts what stays in its thread, and is relevant again with what does not.
        """
        self._changes.append(
            CardChange(
                delivery_id=card.delivery_id,
                story_id=card.story_id,
                record=alert.record,
                report=alert,
                told=told,
                kept=told and not aloud and card.is_dismissed,
                reopened=aloud and card.is_dismissed,
                at=self._now,
            )
        )

    def show_facts(self, card: Card, facts: StoryFacts) -> None:
        """Let a card show what its story says by now, and nothing of the report that says it."""
        change = CardChange(delivery_id=card.delivery_id, story_id=card.story_id, record=facts, at=self._now)
        self._changes.append(change)

    def show_facts_of(self, story_id: str, facts: StoryFacts, *, besides: Collection[str]) -> None:
        """As `show_facts`, for the cards that a story has on routes which do not get the report: all but `besides`."""
        for (of_story, route), card in self._cards.items():
            if of_story == story_id and route not in besides:
                self.show_facts(card, facts)

    def remember(
        self,
        route: Route,
        alert: Alert,
        delivery_id: str,
        *,
        card: Card | None = None,
        aloud: bool = True,
        second: bool = False,
    ) -> None:
        """Note what the route knows by now; facts only if they were posted aloud, not in the thread alone.

        But that there is a `second` source is said once, wherever.
        `card` is the one that the channel has, maybe by another route; what it knows stays that route's.
        """
        where = (alert.story_id, card.route if card else route.name)
        known = self._cards.get(where)
        rules = frozenset(match.rule for match in alert.matches)
        sure = frozenset(match.rule for match in alert.matches if not match.doubtful)
        all_told = aloud or known is None or known.told is None
        now = Card(
            story_id=alert.story_id,
            route=where[1],
            delivery_id=delivery_id,
            rules=rules,
            unsure=rules - sure,
            severity=alert.severity,
            told=told_of(alert) if all_told else Told(confirmed=True) if second else None,
            channel=known.channel if known and known.delivery_id == delivery_id else route.channel,
            dismissed=known.dismissed if known and not (aloud and known.is_dismissed) else None,
        )
        self._cards[where] = self._changed[where] = known.with_more(now) if known else now

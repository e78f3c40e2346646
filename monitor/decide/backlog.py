"""Backlogs: a channel in which too many cards wait gets a digest for each route, instead of minutes of cards.

docs/decisions/0012 has the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.decide.digest import BUSY_WAIT, OpenDigests
from monitor.model import Alert, CardMessage, Delivery, DigestMessage, DigestReason, Folded, Route

MOST_WAITING = 10
"""How many cards may wait for a channel, critical ones apart: at Slack's pace they are there within some seconds."""


def fold(
    waiting: Sequence[Delivery],
    digests: Sequence[Delivery],
    told: Mapping[str, int] | None = None,
    *,
    most: int = MOST_WAITING,
    limits: Mapping[str, int] | None = None,
    now: datetime,
) -> Folded:
    """Put cards that wait, most urgent first, into the digests of their routes, when they are more than `most`.

    `digests` are those of the channel that were not posted yet. A route that has such a digest of earlier cards puts
    its further ones there, however few they are; without one a route's only card stays a card. What a route has above
    its limit, because that was lowered, goes to its busy digest: `limits` are the limits by route, `told` how many
    cards of the last hour count against them, with those that wait.
    """
    found = [digest for digest in digests if isinstance(digest.message, DigestMessage)]
    backlogs = [digest for digest in found if _why(digest) is DigestReason.BACKLOG]
    grown, cards_of = OpenDigests(found, now=now), Counter(delivery.route for delivery in waiting)
    together = {digest.route for digest in backlogs if digest.parent_id is None}
    if len(waiting) > most:
        together |= {route for route, count in cards_of.items() if count > 1}
    above = {route: (told or {}).get(route, 0) - limit for route, limit in (limits or {}).items()}
    stories = {}
    for delivery in waiting:
        # The most urgent come first: the last ones of a route are those above its limit.
        left, cards_of[delivery.route] = cards_of[delivery.route], cards_of[delivery.route] - 1
        surplus = left <= above.get(delivery.route, 0)
        if isinstance(delivery.message, CardMessage) and (delivery.route in together or surplus):
            backlog = delivery.route in together
            alert = _listed(delivery.message.alert)
            grown.add(
                Route(name=delivery.route, channel=delivery.channel),
                alert,
                why=DigestReason.BACKLOG if backlog else DigestReason.BUSY,
                due_at=now if backlog else now + BUSY_WAIT,
                of_card=delivery.delivery_id,
            )
            stories[delivery.delivery_id] = delivery.route, alert.story_id
    shown_in = {
        (part.route, alert.story_id): part.delivery_id
        for part in grown.changed
        if isinstance(part.message, DigestMessage)
        for alert in part.message.alerts
    }
    return Folded(grown.changed, {card: shown_in[story] for card, story in stories.items()})


def fits(digest: Delivery, told: Mapping[str, int], limits: Mapping[str, int]) -> bool:
    """Whether a busy digest need not wait any longer: its route may have what is in it in this hour."""
    alerts = len(digest.message.alerts) + len(digest.message.later) if isinstance(digest.message, DigestMessage) else 0
    limit = limits.get(digest.route)
    return limit is None or told.get(digest.route, 0) + alerts <= limit


def _why(digest: Delivery) -> DigestReason | None:
    return digest.message.why if isinstance(digest.message, DigestMessage) else None


def _listed(alert: Alert) -> Alert:
    """What a digest shows of an alert; hundreds of them must not fill the database with words nobody sees."""
    return replace(alert, summary="", matches=tuple(replace(match, evidence=()) for match in alert.matches))

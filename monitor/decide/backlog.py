"""Backlogs: a channel in which too many cards wait gets a digest for each route, instead of minutes of cards.

docs/decisions/0012 has the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
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
    together = {digest.route for digest in found if _why(digest) is DigestReason.BACKLOG and digest.parent_id is None}
    if len(waiting) > most:
        together |= {route for route, count in Counter(one.route for one in waiting).items() if count > 1}
    above = {route: (told or {}).get(route, 0) - limit for route, limit in (limits or {}).items()}
    grown, stories = OpenDigests(found, now=now), {}
    for delivery, why in _taken(waiting, together, above):
        if isinstance(delivery.message, CardMessage):
            alert = _listed(delivery.message.alert)
            grown.add(
                Route(name=delivery.route, channel=delivery.channel),
                alert,
                why=why,
                due_at=now if why is DigestReason.BACKLOG else now + BUSY_WAIT,
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


def _taken(
    waiting: Sequence[Delivery], together: Collection[str], above: Mapping[str, int]
) -> Iterator[tuple[Delivery, DigestReason]]:
    """What goes to a digest, and why: all of the routes whose cards go `together`, and what is `above` a limit."""
    left = Counter(delivery.route for delivery in waiting)
    for delivery in waiting:
        if delivery.route in together:
            yield delivery, DigestReason.BACKLOG
        # The most urgent come first: the last ones of a route are those above its limit.
        elif left[delivery.route] <= above.get(delivery.route, 0):
            yield delivery, DigestReason.BUSY
        left[delivery.route] -= 1


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

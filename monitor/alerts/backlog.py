"""A channel in which too many cards wait gets them together: one digest for each route instead of minutes of cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alerts.digest import OpenDigests
from monitor.model import Alert, CardMessage, Delivery, DigestMessage, DigestReason, Folded, Route

MOST_WAITING = 10
"""How many cards may wait for a channel, critical ones apart: at Slack's pace they are there within some seconds."""


def fold(
    waiting: Sequence[Delivery], digests: Sequence[Delivery], *, most: int = MOST_WAITING, now: datetime
) -> Folded:
    """Put cards that wait, most urgent first, into the digests of their routes, when they are more than `most`.

    `digests` are those of the channel that were not posted yet. A route that has such a digest of earlier cards puts
    its further ones there, however few they are; without one a route's only card stays a card.
    """
    backlogs = [
        digest
        for digest in digests
        if isinstance(digest.message, DigestMessage) and digest.message.why is DigestReason.BACKLOG
    ]
    grown, cards_of = OpenDigests(backlogs, now=now), Counter(delivery.route for delivery in waiting)
    together = {digest.route for digest in backlogs if digest.parent_id is None}
    if len(waiting) > most:
        together |= {route for route, count in cards_of.items() if count > 1}
    into = {}
    for delivery in waiting:
        if isinstance(delivery.message, CardMessage) and delivery.route in together:
            digest = grown.add(
                Route(name=delivery.route, channel=delivery.channel),
                _listed(delivery.message.alert),
                why=DigestReason.BACKLOG,
                due_at=now,
                of_card=delivery.delivery_id,
            )
            into[delivery.delivery_id] = digest.delivery_id
    return Folded(grown.changed, into)


def _listed(alert: Alert) -> Alert:
    """What a digest shows of an alert; hundreds of them must not fill the database with words nobody sees."""
    return replace(alert, summary="", matches=tuple(replace(match, evidence=()) for match in alert.matches))

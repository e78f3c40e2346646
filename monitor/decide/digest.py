"""Digests: alerts that do not go out alone gather in one message per route and reason.

A channel in which too many cards wait gets them in digests too (`fold`): one for each route instead of minutes of
cards. docs/decisions/0007 and docs/decisions/0012 have the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import Alert, CardMessage, Delivery, DigestMessage, DigestReason, Folded, Route
from monitor.model.ids import digest_key

ALERTS_LISTED = 10
"""So many alerts are listed in the channel; a digest of more goes on in its own thread."""

ALERTS_PER_PART = 20
"""So many alerts are listed in each message of that thread."""

BUSY_WAIT = timedelta(minutes=10)
"""How long the digest of a route above its `max_per_hour` gathers alerts before it goes out."""

MOST_WAITING = 10
"""How many cards may wait for a channel, critical ones apart: at Slack's pace they are there within some seconds."""


class OpenDigests:
    """The digests that have not been sent yet, and take further alerts until they are."""

    def __init__(self, digests: Iterable[Delivery], *, now: datetime) -> None:
        self._now = now
        self._open = {digest.delivery_id: digest for digest in digests}
        self._changed: dict[str, Delivery] = {}

    @property
    def changed(self) -> tuple[Delivery, ...]:
        """The digests begun or grown here."""
        return tuple(self._changed.values())

    def add(
        self, route: Route, alert: Alert, *, why: DigestReason, due_at: datetime, of_card: str | None = None
    ) -> Delivery:
        """Put an alert into the open digest of a route for this reason, or begin one that goes out at `due_at`.

        `of_card` is the delivery of a card that the alert was to be, or takes the place of; without it a story begins
        one digest at most for each route and reason.
        """
        parts = [
            (digest.message.part, digest, digest.message)
            for digest in self._open.values()
            if isinstance(digest.message, DigestMessage)
            and digest.message.why is why
            and digest.route == route.name
            # Nobody in the channel would hear of what goes to the thread of a part that was posted already.
            and (digest.parent_id is None or digest.parent_id in self._open)
        ]
        begins = of_card or alert.story_id
        if not parts:
            return self._begin(route, alert, why, due_at, begins=begins)
        number, last, message = max(parts, key=lambda part: part[0])
        if number > 1 or len(message.alerts) >= ALERTS_LISTED:
            self._tell_first(last.parent_id or last.delivery_id, more=alert)
        if len(message.alerts) >= (ALERTS_LISTED if number == 1 else ALERTS_PER_PART):
            first = last.parent_id or last.delivery_id
            return self._begin(route, alert, why, last.not_before, begins=begins, part=number + 1, first=first)
        grown = replace(
            last,
            message=replace(message, alerts=(*message.alerts, alert)),
            severity=max(last.severity, alert.severity),
        )
        return self._keep(grown)

    def _tell_first(self, delivery_id: str | None, *, more: Alert | None = None, less: Alert | None = None) -> None:
        """Let the first part say how many alerts its thread has, unless it was posted already."""
        first = self._open.get(delivery_id or "")
        if first is None or not isinstance(first.message, DigestMessage):
            return
        later, oldest_at = list(first.message.later), first.message.oldest_at
        if more is not None:
            later.append(more.severity)
            oldest_at = min(oldest_at or more.seen_at, more.seen_at)
        if less is not None and less.severity in later:
            later.remove(less.severity)
        self._keep(replace(first, message=replace(first.message, later=tuple(later), oldest_at=oldest_at)))

    def add_report(self, delivery_id: str, alert: Alert) -> bool:
        """Let a further report of a story that an open digest shows add its rules there; False if none shows it."""
        digest = self._open.get(delivery_id)
        if digest is None or not isinstance(digest.message, DigestMessage):
            return False
        shown = tuple(
            other.with_report(alert) if other.story_id == alert.story_id else other for other in digest.message.alerts
        )
        self._keep(replace(digest, message=replace(digest.message, alerts=shown)))
        return True

    def let_go(self, delivery_id: str, alert: Alert, *, route: Route, due_at: datetime) -> bool:
        """Take a story out of an open digest, because a report of it is to be told alone by this route.

        A digest that shows nothing else goes out by `due_at` as that report's card, by that route: True. A later part,
        which would be a reply in the thread of the first, keeps the story instead.
        """
        digest = self._open.get(delivery_id)
        if digest is None or not isinstance(digest.message, DigestMessage):
            return False
        others = tuple(one for one in digest.message.alerts if one.story_id != alert.story_id)
        if others:
            severity = max(one.severity for one in others)
            self._keep(replace(digest, message=replace(digest.message, alerts=others), severity=severity))
            for gone in (one for one in digest.message.alerts if one not in others):
                self._tell_first(digest.parent_id, less=gone)
            return False
        if digest.parent_id is not None:
            return False
        (shown,) = digest.message.alerts
        only = replace(digest.message, alerts=(alert.naming(shown),))
        due_at = min(digest.not_before, due_at)
        severity = only.alerts[0].severity
        self._keep(replace(digest, message=only, severity=severity, not_before=due_at, route=route.name))
        return True

    def why(self, delivery_id: str) -> DigestReason | None:
        """Why this open digest gathers alerts; None when there is no such digest."""
        digest = self._open.get(delivery_id)
        message = digest.message if digest else None
        return message.why if isinstance(message, DigestMessage) else None

    def _begin(
        self,
        route: Route,
        alert: Alert,
        why: DigestReason,
        due_at: datetime,
        *,
        begins: str,
        part: int = 1,
        first: str | None = None,
    ) -> Delivery:
        return self._keep(
            Delivery.new(
                digest_key(why, route.name, begins, part),
                route,
                DigestMessage(why=why, alerts=(alert,), part=part),
                severity=alert.severity,
                now=self._now,
                not_before=due_at,
                parent_id=first,
            )
        )

    def _keep(self, digest: Delivery) -> Delivery:
        self._open[digest.delivery_id] = self._changed[digest.delivery_id] = digest
        return digest


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
    into = {}
    for delivery in waiting:
        # The most urgent come first: the last ones of a route are those above its limit.
        left, cards_of[delivery.route] = cards_of[delivery.route], cards_of[delivery.route] - 1
        surplus = left <= above.get(delivery.route, 0)
        if isinstance(delivery.message, CardMessage) and (delivery.route in together or surplus):
            backlog = delivery.route in together
            digest = grown.add(
                Route(name=delivery.route, channel=delivery.channel),
                _listed(delivery.message.alert),
                why=DigestReason.BACKLOG if backlog else DigestReason.BUSY,
                due_at=now if backlog else now + BUSY_WAIT,
                of_card=delivery.delivery_id,
            )
            into[delivery.delivery_id] = digest.delivery_id
    return Folded(grown.changed, into)


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

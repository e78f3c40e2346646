"""Digests: alerts that do not go out alone gather in one message per route and reason, the most urgent first.

docs/decisions/0007 and 0023 have the reasons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import Alert, Delivery, DigestMessage, DigestReason, Route, Severity
from monitor.model.ids import delivery_id_of, digest_key

ALERTS_LISTED = 10
"""So many alerts are listed in the channel; a digest of more goes on in its own thread."""

ALERTS_PER_PART = 20
"""So many alerts are listed in each message of that thread."""

BUSY_WAIT = timedelta(minutes=10)
"""How long the digest of a route above its `max_per_hour` gathers alerts before it goes out."""


def most_urgent_first(alerts: Sequence[Alert]) -> list[Alert]:
    """Alerts in the order in which digests list them: the most severe first, those of one rule side by side.

    What may be off topic stands behind what is as severe and sure, the likeliest first. A severity begins with the rule
    that the severity before it ended with. So a digest begins with what is most urgent wherever it is read, and names a
    rule as seldom as that allows.
    """
    rules: dict[str, int] = {}
    for one in sorted(alerts, key=_urgency, reverse=True):
        rules.setdefault(lead_rule(one), len(rules))
    listed: list[Alert] = []
    for urgency in sorted({_urgency(one) for one in alerts}, reverse=True):
        going_on = lead_rule(listed[-1]) if listed else ""
        alike = [one for one in alerts if _urgency(one) == urgency]
        listed += sorted(alike, key=lambda one: (lead_rule(one) != going_on, rules[lead_rule(one)], -_likely(one)))
    return listed


def _urgency(alert: Alert) -> tuple[Severity, bool]:
    return alert.severity, not alert.doubtful


def _likely(alert: Alert) -> float:
    """How sure it is that an alert is on topic, where that is doubted; 0 for any other."""
    return max((match.confidence or 0 for match in alert.matches), default=0) if alert.doubtful else 0


def lead_rule(alert: Alert) -> str:
    """The title of the rule that a digest names an alert under: the most severe one that is not doubted."""
    first = max(alert.matches, key=lambda match: (not match.doubtful, match.severity), default=None)
    return first.rule_title if first else ""


@dataclass(slots=True)
class _Digest:
    """A digest that was not posted yet, or what was not posted of it: its parts in order, and all that they list.

    `takes_more` is False once its first part was posted: nobody in the channel would notice what goes to its thread.
    """

    why: DigestReason
    route: Route
    parts: list[tuple[Delivery, DigestMessage]]
    alerts: list[Alert]
    takes_more: bool = True
    begins: str = ""

    @classmethod
    def of(cls, parts: Sequence[Delivery], *, takes_more: bool) -> _Digest:
        """The digest that these parts are of."""
        told = [(part, part.message) for part in parts if isinstance(part.message, DigestMessage)]
        told.sort(key=lambda one: one[1].part)
        first, message = told[0]
        return cls(
            why=message.why,
            route=Route(name=first.route, channel=first.channel),
            parts=told,
            alerts=[alert for _, one in told for alert in one.alerts],
            takes_more=takes_more,
        )

    def arranged(self, now: datetime, due_at: datetime) -> list[Delivery]:
        """All parts as they are to be, the most urgent stories in the first; further parts where there are too many.

        A part that is there keeps one story at least.
        """
        listed, at = most_urgent_first(self.alerts), 0
        posted = self.parts[0][1].earlier if self.parts else 0
        parts: list[Delivery] = []
        for place, size in enumerate(self._sizes()):
            earlier, shown, at = posted + at, tuple(listed[at : at + size]), at + size
            rest = tuple(alert.severity for alert in listed[at:]) if place == 0 and self.takes_more else ()
            severity = max(alert.severity for alert in shown)
            if place < len(self.parts):
                part, listing = self.parts[place]
                message = replace(listing, alerts=shown, earlier=earlier, later=rest)
                due = min(part.not_before, due_at)
                parts.append(replace(part, message=message, severity=severity, not_before=due, route=self.route.name))
                continue
            parts.append(
                Delivery.new(
                    digest_key(self.why, self.route.name, parts[0].delivery_id if parts else self.begins, place + 1),
                    self.route,
                    DigestMessage(why=self.why, alerts=shown, part=place + 1, earlier=earlier, later=rest),
                    severity=severity,
                    now=now,
                    not_before=due_at,
                    parent_id=parts[0].delivery_id if parts else None,
                )
            )
        return parts

    def _sizes(self) -> list[int]:
        """How many stories each part lists."""
        sizes: list[int] = []
        left = len(self.alerts)
        while left > 0:
            waiting = max(0, len(self.parts) - len(sizes) - 1)
            most = ALERTS_LISTED if not sizes and self.takes_more else ALERTS_PER_PART
            sizes.append(min(most, left - waiting))
            left -= sizes[-1]
        return sizes


class OpenDigests:
    """The digests that have not been sent yet, and take further alerts until they are.

    A story is known by the first part of the digest that lists it, whatever part it stands in when that goes out.
    """

    def __init__(self, digests: Iterable[Delivery], *, now: datetime) -> None:
        self._now = now
        self._before = {digest.delivery_id: digest for digest in digests}
        self._due_at: dict[str, datetime] = {}
        parts_of: defaultdict[str, list[Delivery]] = defaultdict(list)
        for digest in self._before.values():
            if isinstance(digest.message, DigestMessage):
                parts_of[digest.parent_id or digest.delivery_id].append(digest)
        self._digests = {
            first: _Digest.of(parts, takes_more=first in self._before) for first, parts in parts_of.items()
        }

    @property
    def changed(self) -> tuple[Delivery, ...]:
        """The digests begun or grown here, the parts of each in order."""
        parts = [
            part for first, due_at in self._due_at.items() for part in self._digests[first].arranged(self._now, due_at)
        ]
        return tuple(part for part in parts if part != self._before.get(part.delivery_id))

    def add(
        self, route: Route, alert: Alert, *, why: DigestReason, due_at: datetime, of_card: str | None = None
    ) -> str:
        """Put an alert into the open digest of a route for this reason, or begin one that goes out at `due_at`.

        `of_card` is the delivery of a card that the alert was to be, or takes the place of; without it a story begins
        one digest at most for each route and reason. Gives the delivery of the digest's first part. A digest goes out
        as early as any alert in it wants.
        """
        found = [
            (first, digest)
            for first, digest in self._digests.items()
            if digest.why is why and digest.route.name == route.name and digest.takes_more
        ]
        if found:
            first, digest = found[-1]
            digest.alerts.append(alert)
        else:
            begins = of_card or alert.story_id
            digest = _Digest(why=why, route=route, parts=[], alerts=[alert], begins=begins)
            first = delivery_id_of(digest_key(why, route.name, begins, 1))
            self._digests[first] = digest
        self._change(first, due_at)
        return first

    def waiting(self, route: Route, why: DigestReason) -> int:
        """How many stories wait in the open digests of a route for this reason."""
        mine = (one for one in self._digests.values() if one.why is why and one.route.name == route.name)
        return sum(len(one.alerts) for one in mine)

    def add_report(self, delivery_id: str, alert: Alert) -> bool:
        """Let a further report of a story that an open digest shows add its rules there; False if none shows it."""
        first = self._showing(delivery_id, alert.story_id)
        if first is None:
            return False
        digest = self._digests[first]
        digest.alerts = [
            other.with_report(alert) if other.story_id == alert.story_id else other for other in digest.alerts
        ]
        self._change(first)
        return True

    def let_go(self, delivery_id: str, alert: Alert, *, route: Route, due_at: datetime) -> bool:
        """Take a story out of an open digest, because a report of it is to be told alone by this route.

        A digest that shows nothing else goes out by `due_at` as that report's card, by that route: True. The last story
        of a later part, which would be a reply in the thread of the first, stays there.
        """
        first = self._showing(delivery_id, alert.story_id)
        if first is None:
            return False
        digest = self._digests[first]
        others = [one for one in digest.alerts if one.story_id != alert.story_id]
        if others and len(others) >= len(digest.parts):
            digest.alerts = others
            self._change(first)
        elif not others and digest.takes_more:
            digest.alerts = [alert.naming(digest.alerts[0])]
            digest.route = replace(digest.route, name=route.name)
            self._change(first, due_at)
            return True
        return False

    def why(self, delivery_id: str, story_id: str) -> DigestReason | None:
        """The reason of the open digest that shows this story; None when no such digest is open."""
        first = self._showing(delivery_id, story_id)
        return self._digests[first].why if first else None

    def _showing(self, delivery_id: str, story_id: str) -> str | None:
        """The first part of the digest that a delivery is a part of, if what is open of it shows a story."""
        part = self._before.get(delivery_id)
        first = (part.parent_id if part else None) or delivery_id
        digest = self._digests.get(first)
        shows = digest is not None and any(one.story_id == story_id for one in digest.alerts)
        return first if shows else None

    def _change(self, first: str, due_at: datetime | None = None) -> None:
        before = self._due_at.get(first)
        parts = self._digests[first].parts
        times = [at for at in (before, due_at, parts[0][0].not_before if parts else None) if at is not None]
        self._due_at[first] = min(times)

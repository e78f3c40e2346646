"""Feeds that fail together, or work again together, are told of together: one cause, one notice."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.decide.notices import notice
from monitor.model import Delivery, FailureClass, Route

ALONE = 3
"""So many feeds are told of one by one within `WINDOW`; the further ones share a notice."""

WINDOW = timedelta(minutes=10)

_CAUSES = {
    FailureClass.DNS: "Names cannot be found: look at this machine's nameserver and network first.",
    FailureClass.CONNECT: "No connection comes about: look at this machine's network and proxy first.",
    FailureClass.TIMEOUT: "They answer too late or not at all: look at this machine's network and proxy first.",
    FailureClass.TLS: "No secure connection comes about: look at this machine's clock and certificates first.",
    FailureClass.INTERNAL: "The cause is in Wirewatch itself: look at its log.",
}


@dataclass(slots=True)
class Together:
    """What this process told ops of feeds lately. A restart forgets it, and tells a few one by one again."""

    _failing: deque[tuple[datetime, FailureClass | None, str]] = field(default_factory=deque)
    _working: deque[tuple[datetime, FailureClass | None, str]] = field(default_factory=deque)

    def failing(
        self, told: tuple[Delivery, ...], failure: FailureClass, host: str, ops: Route | None, *, now: datetime
    ) -> tuple[Delivery, ...]:
        """What is told of a feed that fails: its own notices `told`, one for many feeds, or nothing after that one."""
        place = _place(self._failing, told, failure, host, now)
        if place <= ALONE or ops is None:
            return told
        if place > ALONE + 1:
            return ()
        text = (
            f"More than {ALONE} feeds began to fail within {WINDOW // timedelta(minutes=1)} minutes. "
            f"{_cause(self._failing)} The others get no message of their own; `feeds list` shows them all."
        )
        return (notice(f"feeds-failing:{now.isoformat()}", "Many feeds are failing", text, ops, now=now),)

    def working(self, told: tuple[Delivery, ...], ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
        """As `failing`, of a feed that works again."""
        place = _place(self._working, told, None, "", now)
        if place <= ALONE or ops is None:
            return told
        if place > ALONE + 1:
            return ()
        text = "More feeds that were failing work again; `feeds list` shows those that do not."
        return (notice(f"feeds-recovered:{now.isoformat()}", "Many feeds work again", text, ops, now=now),)


def _place(
    lately: deque[tuple[datetime, FailureClass | None, str]],
    told: Sequence[Delivery],
    failure: FailureClass | None,
    host: str,
    now: datetime,
) -> int:
    """Which of those told of lately this one is, from 1; 0 when there is nothing to tell."""
    if not told:
        return 0
    while lately and not timedelta(0) <= now - lately[0][0] <= WINDOW:
        lately.popleft()
    lately.append((now, failure, host))
    return len(lately)


def _cause(lately: Sequence[tuple[datetime, FailureClass | None, str]]) -> str:
    """What they have in common, if they have."""
    hosts = {host for _, _, host in lately}
    if len(hosts) == 1:
        return f"All of them are on {hosts.pop()}."
    failure, count = Counter(failure for _, failure, _ in lately).most_common(1)[0]
    return _CAUSES.get(failure, "") if failure is not None and count == len(lately) else "Their causes differ."

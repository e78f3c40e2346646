"""Feeds that push what is new: what a document says of its hub, and what was agreed with it. docs/decisions/0043."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Hub:
    """Where a feed's pushes come from, and the address that it has there; both empty when it names none."""

    url: str = ""
    topic: str = ""


class PushState(StrEnum):
    """How far a subscription has got."""

    WANTED = "wanted"
    ASKED = "asked"
    """The hub was asked, and has yet to ask back."""
    ACTIVE = "active"
    REFUSED = "refused"
    LEAVING = "leaving"
    """It is no longer wanted, and the hub has yet to say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What was agreed with a hub about a feed; one row.

    `token` is the part of our address that nobody can guess, `secret` what the hub signs with. The hub was asked at
    `asked_at`, and pushes until `until`, `lease` long. `next_at` is when to ask again, after `tries` that failed, the
    last one because of `reason`. The last push came at `pushed_at`, and at `missed_at` a poll found what none had
    brought. `pushes` were taken, `forged` were not signed with the secret.
    """

    feed_id: str
    hub: str
    topic: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    state: PushState = PushState.WANTED
    asked_at: datetime | None = None
    until: datetime | None = None
    lease: timedelta | None = None
    next_at: datetime | None = None
    tries: int = 0
    reason: str = ""
    pushed_at: datetime | None = None
    missed_at: datetime | None = None
    pushes: int = 0
    forged: int = 0

    def is_pushing(self, now: datetime) -> bool:
        """Whether polls may wait, because pushes come and none was missing since the last one."""
        agreed = self.state is PushState.ACTIVE and self.until is not None and now < self.until
        if not agreed or self.pushed_at is None:
            return False
        return self.missed_at is None or self.missed_at < self.pushed_at

"""What delivering hands on: a claimed delivery, and what its attempt led to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.decided import Delivery


class DeliveryState(StrEnum):
    """Where a delivery stands. `SENDING` is written before the call, so that a crash leaves a trace."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    HELD = "held"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery taken for one attempt, under a lease on its channel.

    `look_up` is True when an earlier attempt's outcome is unknown and the channel's history must be read instead of
    posting; `first_attempt_at` is when it may have been posted earliest, `lookups` how often it was looked for in
    vain. `plain` asks for the fallback without blocks. `parent_ts` is Slack's timestamp of the parent message,
    `channel_problem` what was wrong with the channel so far, None when it worked.
    """

    delivery: Delivery
    attempt: int
    look_up: bool
    lookups: int
    first_attempt_at: datetime
    plain: bool = False
    parent_ts: str | None = None
    channel_problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a delivery has got. `channel_problem` is what is wrong with its channel, None when it works."""

    state: DeliveryState
    reason: str | None
    attempts: int
    first_attempt_at: datetime | None
    sent_at: datetime | None
    channel_problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What an attempt led to, as it is to be written.

    `not_before` is when to try (or look) again, `channel_ready_at` the earliest next call on this channel (pacing,
    rate limit, broken channel) and `channel_problem` what is wrong with the channel, None when it works.
    `notices` are enqueued in the same transaction.
    """

    state: DeliveryState
    reason: str
    not_before: datetime
    channel_ready_at: datetime
    channel_problem: str | None = None
    ts: str | None = None
    lookups: int = 0
    plain: bool = False
    notices: tuple[Delivery, ...] = ()

"""What delivering hands on: a delivery taken for an attempt, and what its attempt led to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.messages import Delivery, Message

EDIT_EVERY = timedelta(seconds=30)
"""How long a card shows what it shows, at least: people read it, and Slack counts edits."""


class DeliveryState(StrEnum):
    """Where a delivery stands. `SENDING` is written before the call, so that a crash leaves a trace.

    A card that waited too long among too many is `FOLDED` into a digest, which is posted in its place.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    HELD = "held"
    REJECTED = "rejected"
    FOLDED = "folded"


WAITING_STATES = (DeliveryState.PENDING, DeliveryState.UNKNOWN)
"""The states of what waits to be posted or to be looked for."""

OPEN_STATES = (*WAITING_STATES, DeliveryState.SENDING)
"""The states of what waits, or is tried just now."""


class Refusal(StrEnum):
    """How a delivery that waits was refused: as all of its channel; so, but the channel has worked since; by itself.

    What was refused `ITSELF`, while other messages are posted, comes after all others of its channel.
    """

    CHANNEL = "channel"
    BEFORE = "before"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A delivery taken for one attempt, under a lease on its channel.

    `look_up` is True when an earlier attempt's outcome is unknown and the channel's history must be read instead of
    posting; `number` counts posts from 1, `first_attempt_at` is when it may have been posted earliest, `lookups` how
    often it was looked for in vain, `looks` how often at all, in vain or not, since it was last posted. `plain` asks
    for the fallback without blocks. `parent_ts` is Slack's timestamp of the parent message, None also for one that will
    never be posted; `stand_in_ts` is that of the first reply to it, in whose thread those are that were sent before the
    parent was posted. `parent` is what that one says. `after_ts` is that of a message which was in the channel before
    the first attempt, as far as one is known. `others_posted` says that others were posted to the channel between its
    last two posts, `arrives` that any were to some channel of the same sink since its first. `channel_problem` is what
    was wrong with the channel so far, None when it worked, `elsewhere` what is wrong with other channels, and `waiting`
    how many other messages wait for each channel with a problem.
    """

    delivery: Delivery
    number: int
    look_up: bool
    lookups: int
    first_attempt_at: datetime
    looks: int = 0
    plain: bool = False
    parent_ts: str | None = None
    stand_in_ts: str | None = None
    parent: Message | None = None
    refusal: Refusal | None = None
    after_ts: str | None = None
    others_posted: bool = False
    arrives: bool = False
    channel_problem: str | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)

    @property
    def refused_alone(self) -> bool:
        """Whether it was refused before, and its channel has worked since."""
        return self.refusal in (Refusal.BEFORE, Refusal.ITSELF) and not self.channel_problem


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
    `refusal` is how the delivery counts from now on. `elsewhere` is what the attempt says of other channels: the
    problem that was known and the one it becomes, None for none. `notices` are enqueued in the same transaction.
    """

    state: DeliveryState
    reason: str
    not_before: datetime
    channel_ready_at: datetime
    channel_problem: str | None = None
    ts: str | None = None
    lookups: int = 0
    plain: bool = False
    refusal: Refusal | None = None
    elsewhere: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    notices: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditAttempt:
    """A posted card taken for one edit, under a lease on its channel.

    `delivery` has the newest message, which is its `version`th; `ts` is Slack's timestamp of the card, `posted_at` when
    it was posted. `tries` counts the tries since the last edit that worked, this one included. `plain` asks for the
    fallback without blocks.
    """

    delivery: Delivery
    ts: str
    posted_at: datetime
    version: int
    tries: int = 1
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Folded:
    """Cards that are posted together instead: the digests, begun or grown, and which card went into which.

    `into` is from the card's delivery id to the digest's.
    """

    digests: tuple[Delivery, ...] = ()
    into: Mapping[str, str] = field(default_factory=dict)


class EditState(StrEnum):
    """What came of an edit. `ENDED` cards are edited no more; `GONE` ones because somebody deleted them."""

    SHOWN = "shown"
    WAITING = "waiting"
    ENDED = "ended"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSettlement:
    """What an edit led to, as it is to be written.

    `not_before` is when the card may be edited again, `channel_ready_at` the earliest next call on this channel,
    `edits_ready_at` the earliest next edit of any card in it. `notices` are enqueued in the same transaction.
    """

    state: EditState
    reason: str
    not_before: datetime
    channel_ready_at: datetime
    edits_ready_at: datetime
    plain: bool = False
    notices: tuple[Delivery, ...] = ()

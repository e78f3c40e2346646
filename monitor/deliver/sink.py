"""What a sink must be able to do, and what the result of a call can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from monitor.model import Attempt, EditAttempt

NOT_RENDERED = "not_rendered"
"""The code of a message that could not be put into words, which nobody was asked to take."""


class Scope(StrEnum):
    """What a refusal is about: this message, this channel, everything we send, or nobody can tell from it alone.

    A refusal that is about one thread never leaves the sink, which then posts the reply by itself.
    """

    MESSAGE = "message"
    CHANNEL = "channel"
    APP = "app"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there; `ts` is the sink's name for it, which replies need."""

    ts: str


@dataclass(frozen=True, slots=True)
class Limited:
    """It is not there: the channel must be left alone for a while."""

    wait: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class NotPosted:
    """It is certainly not there: the request never arrived."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may be there or not: the reply was lost."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not there and will not be if tried again as it is. `reason` is for a person, `code` the sink's word."""

    code: str
    reason: str
    scope: Scope

    @property
    def words(self) -> str:
        """The code and the reason."""
        return f"{self.code}: {self.reason}"


@dataclass(frozen=True, slots=True)
class NotFound:
    """A look-up did not find it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A look-up was not possible. `lasting`: it will not be until somebody changes something."""

    reason: str
    lasting: bool


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours that stands in a channel, and the stories that it tells of."""

    ts: str
    delivery_id: str
    story_ids: tuple[str, ...] = ()


Outcome = Sent | Limited | NotPosted | Unknown | Refused
LookUp = Sent | NotFound | Unreadable | Limited | Refused


class Sink(Protocol):
    """A place that alerts go to. `pace` is the least time between two messages in one channel."""

    name: str
    pace: timedelta

    async def post(self, attempt: Attempt) -> Outcome:
        """Post once. Never raises for what the other side does, and never again what may have been posted.

        A reply to what is not there, or whose thread takes none, is posted by itself and says what it belongs to.
        """

    async def find(self, attempt: Attempt) -> LookUp:
        """Look whether an earlier attempt at this delivery arrived."""

    async def history(self, channel: str, after_ts: str | None) -> Sequence[Posted] | Unreadable | Limited | Refused:
        """What of ours was posted to a channel after a message (None: as far back as is worth a look), oldest first."""

    async def edit(self, edit: EditAttempt) -> Outcome:
        """Let a posted card show its message as it is now. Never raises for what the other side does."""

"""Vital signs: the facts a health check judges by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.model import DeliveryState
from storage import deliveries, feeds, outbox
from storage.statements import write
from storage.tables import ServiceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSigns:
    """How the service stood at one time; what is unhealthy is for the reader to say.

    `beats` is the last heartbeat of each part of the service. `feeds_failing` counts feeds whose last poll failed,
    `succeeded_at` is the newest poll that worked. `oldest_due_at` is since when the delivery waits that could have
    been posted longest ago; `stuck` counts those that wait behind one that is held or was rejected.
    """

    beats: Mapping[str, datetime]
    feeds_total: int
    feeds_failing: int
    succeeded_at: datetime | None
    outbox: Mapping[DeliveryState, int]
    oldest_due_at: datetime | None
    stuck: int
    channel_problems: Mapping[str, str]

    @property
    def beat_at(self) -> datetime | None:
        """The last heartbeat of any part of the service."""
        return max(self.beats.values(), default=None)


def beat(connection: Connection, service: str, now: datetime) -> None:
    """Write that a part of the service is alive."""
    write(connection, ServiceRow, [{"name": service, "beat_at": now}])


def vital_signs(connection: Connection, now: datetime, feed_ids: Collection[str] | None) -> VitalSigns:
    """Read the facts; `feed_ids` are the feeds that count, None for every one ever polled."""
    states = [state for state in feeds.all_states(connection) if feed_ids is None or state.feed_id in feed_ids]
    beats = connection.execute(select(ServiceRow.name, ServiceRow.beat_at))
    return VitalSigns(
        beats={name: beat_at for name, beat_at in beats},  # noqa: C416 - rows are no pairs to mypy
        feeds_total=len(states),
        feeds_failing=sum(state.failures > 0 for state in states),
        succeeded_at=max((state.succeeded_at for state in states if state.succeeded_at), default=None),
        outbox=deliveries.counts(connection),
        oldest_due_at=outbox.oldest_due_at(connection, now),
        stuck=outbox.stuck(connection),
        channel_problems=outbox.problems(connection),
    )

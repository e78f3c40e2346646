"""Vital signs: the facts a health check judges by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.model import RoutesNow, VitalSigns
from storage import channels, deliveries, feeds, outbox
from storage.database import Part
from storage.statements import write
from storage.tables.service import ServiceRow


def heartbeat(connection: Connection, service: str, now: datetime) -> None:
    """Write that a part of the service is alive."""
    write(connection, ServiceRow, [{"name": service, "beat_at": now}])


_ANY = RoutesNow()


def vital_signs(
    connection: Connection, now: datetime, feed_ids: Collection[str] | None, routes: RoutesNow
) -> VitalSigns:
    """Read the facts; `feed_ids` are the feeds that count, None for every one ever polled."""
    states = [state for state in feeds.all_states(connection) if feed_ids is None or state.feed_id in feed_ids]
    heartbeats = connection.execute(select(ServiceRow.name, ServiceRow.beat_at))
    return VitalSigns(
        heartbeats={name: at for name, at in heartbeats},  # noqa: C416 - rows are no pairs to mypy
        feeds_total=len(states),
        feeds_failing=sum(state.failures > 0 for state in states),
        succeeded_at=max((state.succeeded_at for state in states if state.succeeded_at), default=None),
        outbox=deliveries.counts(connection),
        oldest_due_at=outbox.oldest_due_at(connection, now, routes),
        stuck=outbox.stuck(connection),
        channel_problems=channels.problems(connection, routes),
    )


class HealthPart(Part):
    """Heartbeats and vital signs."""

    async def heartbeat(self, service: str, now: datetime) -> None:
        """Write that a part of the service is alive."""
        await self._database.write(lambda c: heartbeat(c, service, now))

    async def vital_signs(
        self, now: datetime, feed_ids: Collection[str] | None = None, routes: RoutesNow = _ANY
    ) -> VitalSigns:
        """The facts a health check judges by; `feed_ids` are the feeds that count, None for every one ever polled.

        A channel that no route of `routes` leads to counts only while something waits for it.
        """
        return await self._database.read(lambda c: vital_signs(c, now, feed_ids, routes))

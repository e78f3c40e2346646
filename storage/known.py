"""What a database knows of what stands in a channel, for one that is new or a copy from before (decision 0029)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from monitor.model import DeliveryState
from monitor.model.waits import waits
from storage.database import StorePart, reading, writing
from storage.statements import write
from storage.tables.deliveries import DeliveryRow
from storage.tables.service import UpkeepRow

BEHIND = "behind:"
"""How the upkeep of a channel is named whose messages are not all known of: since when, and from which one on."""

_BEHIND_FOR = timedelta(days=7)
"""So long feeds may bring again what an earlier database told."""


def known_until(connection: Connection, channel: str, now: datetime) -> str | None:
    """Slack's timestamp of the newest message before which all in a channel is known of; None when nothing is."""
    behind = select(UpkeepRow.at, UpkeepRow.problem).where(UpkeepRow.name == BEHIND + channel)
    row = connection.execute(behind).first()
    if row is not None and waits(row.at, _BEHIND_FOR, now):
        return row.problem or None
    ts: str | None = connection.scalar(select(func.max(DeliveryRow.ts)).where(DeliveryRow.channel == channel))
    return ts


def not_known(
    connection: Connection, channel: str, deliveries: Collection[str], until: str | None, now: datetime
) -> dict[str, bool]:
    """Those of the deliveries that were not posted as far as is known; then it is remembered from where on.

    The value says whether the database has the delivery, as one that waits or that is being looked for.
    """
    there = select(DeliveryRow.id, DeliveryRow.state).where(DeliveryRow.id.in_(deliveries))
    states = {row.id: row.state for row in connection.execute(there)}
    unknown = {one: one in states for one in deliveries if states.get(one) is not DeliveryState.SENT}
    behind = connection.scalar(select(UpkeepRow.at).where(UpkeepRow.name == BEHIND + channel))
    if unknown and not waits(behind, _BEHIND_FOR, now):
        write(connection, UpkeepRow, [{"name": BEHIND + channel, "at": now, "problem": until or ""}])
    return unknown


class KnownPart(StorePart):
    """What is known of what stands in a channel: the shape of `monitor.deliver.before.KnownStore`."""

    known_until = reading(known_until)
    not_known = writing(not_known)

"""Subscriptions: what was agreed with the hubs of feeds that push what is new."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from monitor.model import Subscription
from storage.database import Part
from storage.statements import write
from storage.tables.base import table
from storage.tables.feeds import SubscriptionRow


def all_of_them(connection: Connection) -> list[Subscription]:
    """Every subscription, by feed."""
    return list(connection.scalars(select(SubscriptionRow.subscription).order_by(SubscriptionRow.feed_id)))


def save(connection: Connection, subscription: Subscription) -> None:
    """Write a subscription in the place of the one that the feed had."""
    write(connection, SubscriptionRow, [{"feed_id": subscription.feed_id, "subscription": subscription}])


def forget(connection: Connection, feed_id: str) -> None:
    """Delete the subscription of a feed."""
    connection.execute(table(SubscriptionRow).delete().where(SubscriptionRow.feed_id == feed_id))


class PushesPart(Part):
    """Subscriptions. Every method is one transaction and may raise `StoreError`."""

    async def subscriptions(self) -> Sequence[Subscription]:
        """Every subscription, by feed."""
        return await self._database.read(all_of_them)

    async def save_subscription(self, subscription: Subscription) -> None:
        """Write a subscription in the place of the one that the feed had."""
        await self._database.write(lambda c: save(c, subscription))

    async def forget_subscription(self, feed_id: str) -> None:
        """Delete the subscription of a feed."""
        await self._database.write(lambda c: forget(c, feed_id))

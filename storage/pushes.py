"""Subscriptions: what was agreed with the hubs of feeds that push what is new."""

from __future__ import annotations

from sqlalchemy import Connection, select

from monitor.model import Subscription
from storage.database import StorePart, reading, writing
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


class PushesPart(StorePart):
    """Subscriptions. Every method is one transaction and may raise `StoreError`."""

    subscriptions = reading(all_of_them)
    save_subscription = writing(save)
    forget_subscription = writing(forget)

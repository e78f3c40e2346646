"""Subscriptions are kept as they are, one for each feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.model import PushState, Subscription
from storage.store import Store
from tests.support.builders import NOW

ONE = Subscription(
    feed_id="wire", hub="https://hub.example/", topic="https://wire.example/rss", token="t0ken", secret="s3cret"
)


async def test_a_subscription_is_kept_replaced_and_forgotten(store: Store) -> None:
    other = replace(ONE, feed_id="other")
    await store.save_subscription(ONE)
    await store.save_subscription(other)
    agreed = replace(
        ONE,
        state=PushState.ACTIVE,
        asked_at=NOW,
        until=NOW + timedelta(days=10),
        lease=timedelta(days=10),
        next_at=NOW,
        pushed_at=NOW,
        missed_at=NOW,
        tries=2,
        reason="HTTP 500",
        pushes=7,
        forged=1,
    )
    await store.save_subscription(agreed)
    assert await store.subscriptions() == [other, agreed]
    await store.forget_subscription("other")
    await store.forget_subscription("nobody")
    assert await store.subscriptions() == [agreed]

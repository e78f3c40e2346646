"""Who waits for whom on PostgreSQL, where writes of several processes run side by side."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence

from monitor.model import Delivery
from storage.store import Store
from tests.storage.make import NOW, delivery

PATIENCE = 20


async def test_a_look_at_channels_keeps_nobody_from_putting_alerts_in(postgresql_url: str) -> None:
    """Who puts alerts for two channels in, and who looks at both, would wait for each other."""
    store = Store.open(postgresql_url, busy_timeout=PATIENCE)
    await store.enqueue([delivery("a")])
    looking, put_in = threading.Event(), threading.Event()
    in_time: list[bool] = []

    def tell(_: Mapping[str, str]) -> Sequence[Delivery]:
        looking.set()
        in_time.append(put_in.wait(PATIENCE / 2))
        return ()

    look = asyncio.create_task(store.channels_inspected({"C1": None}, tell, now=NOW))
    await asyncio.to_thread(looking.wait, PATIENCE)
    await store.enqueue([delivery("b")])
    put_in.set()
    await look
    assert in_time == [True]
    await store.close()

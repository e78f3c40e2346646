"""Who waits for whom on PostgreSQL, where writes of several processes run side by side."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence

import psycopg
from sqlalchemy import make_url

from monitor.model import CardMessage, Delivery, DeliveryState, Folded
from storage import backlog
from storage.database import Database
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import SECOND, alert, batch, card, delivery, digest, follow_up, lookup, matched, settlement

PATIENCE = 20


async def test_a_look_at_channels_keeps_nobody_from_putting_alerts_in(postgresql_url: str) -> None:
    """Who puts alerts for two channels in, and who looks at both, would wait for each other."""
    store = Store.open(postgresql_url, busy_timeout=PATIENCE)
    await store.enqueue([delivery("a")])
    looking, put_in = threading.Event(), threading.Event()
    in_time: list[bool] = []

    def tell(_: Mapping[str, str | None], __: Mapping[str, str]) -> Sequence[Delivery]:
        looking.set()
        in_time.append(put_in.wait(PATIENCE / 2))
        return ()

    look = asyncio.create_task(store.channels_inspected({"C1": None}, tell, can_see=lambda _: True, now=NOW))
    await asyncio.to_thread(looking.wait, PATIENCE)
    await store.enqueue([delivery("b")])
    put_in.set()
    await look
    assert in_time == [True]
    await store.close()


async def test_a_note_for_a_card_that_is_being_folded_goes_to_the_thread_of_its_digest(postgresql_url: str) -> None:
    store, other = Store.open(postgresql_url, busy_timeout=PATIENCE), Database(postgresql_url, busy_timeout=PATIENCE)
    made = delivery("a", CardMessage(alert=alert("i-a", "s-a")))
    await store.judge(lookup(), batch(matched("a", "a"), deliveries=[made], cards=[card("a", "a")]))

    def build(waiting: Sequence[Delivery], _: Sequence[Delivery], __: Mapping[str, int]) -> Folded:
        return Folded((digest("all", alert("i-a", "s-a")),), {one.delivery_id: "d-all" for one in waiting})

    def fold() -> None:
        with other._write_engine.begin() as connection:
            assert backlog.fold(connection, "C1", build, NOW) == 1
            folding.set()
            noted.wait(PATIENCE)

    folding, noted = threading.Event(), threading.Event()
    folded = asyncio.create_task(asyncio.to_thread(fold))
    await asyncio.to_thread(folding.wait, PATIENCE)
    note = asyncio.create_task(store.enqueue([follow_up("note", "a")]))
    await asyncio.to_thread(_until_one_waits, postgresql_url, note)
    noted.set()
    await asyncio.gather(folded, note)
    posted = []
    while attempt := await store.take_delivery("C1", owner="w1", now=NOW, lease=25 * SECOND):
        posted.append(attempt.delivery.delivery_id)
        await store.settle(attempt, settlement(DeliveryState.SENT), owner="w1", now=NOW)
    assert posted == ["d-all", "d-note"]
    await store.close()
    await other.close()


def _until_one_waits(url: str, task: asyncio.Task[int]) -> None:
    """Until the task waits for a lock, or is done without."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    waiting = (
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
        "WHERE NOT granted AND datname = current_database()"
    )
    with psycopg.connect(address, autocommit=True) as connection:
        while not task.done():
            if connection.execute(waiting).fetchone() != (0,):
                return

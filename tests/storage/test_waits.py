"""Every kind of wait that is stored, written by a clock that was wrong and put right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from monitor.model import DeliveryState, FeedState, Mute, MuteScope, Person
from monitor.model.waits import SKEW
from storage import mutes
from storage.store import Store
from storage.tables.base import Base
from storage.waits import WAITS
from tests.support.builders import NOW
from tests.support.stored import DAY, HOUR, MINUTE, SECOND, delivery, settlement, taken

LEASE = 25 * SECOND
NONE = timedelta(0)


async def _feed_polled(store: Store, at: datetime) -> None:
    await store.save_feed(FeedState(feed_id="bbc", polled_at=at, next_poll_at=at + 5 * MINUTE))


async def _feed_backs_off(store: Store, at: datetime) -> None:
    await store.save_feed(FeedState(feed_id="bbc", polled_at=at, next_poll_at=at + HOUR, failures=9))


async def _feed_taken(store: Store, at: datetime) -> None:
    assert await store.take_due({"bbc"}, now=at, lease=45 * SECOND, limit=1) == ["bbc"]


async def _feed_is_due(store: Store, now: datetime) -> bool:
    return await store.take_due({"bbc"}, now=now, lease=SECOND, limit=1) == ["bbc"]


async def _enqueued(store: Store, at: datetime) -> None:
    await store.enqueue([delivery("a", created_at=at, not_before=at + MINUTE)])


async def _settled(store: Store, at: datetime, state: DeliveryState = DeliveryState.PENDING) -> None:
    await store.enqueue([delivery("a", created_at=at - DAY, not_before=at - DAY)])
    attempt = await taken(store, now=at, lease=LEASE)
    wait = settlement(state, not_before=at + 10 * MINUTE, channel_ready_at=at + 10 * MINUTE)
    await store.settle(attempt, wait, owner="me", now=at)


async def _limited(store: Store, at: datetime) -> None:
    """A limit on the channel; what is posted next came before."""
    await _settled(store, at, DeliveryState.SENT)
    await store.enqueue([delivery("b", created_at=at - DAY, not_before=at - DAY)])


async def _unknown(store: Store, at: datetime) -> None:
    await _settled(store, at, DeliveryState.UNKNOWN)


async def _can_be_taken(store: Store, now: datetime) -> bool:
    agree = (await store.next_due_at() or now + DAY) <= now
    assert (await store.due_channels(now) == ["C1"]) is agree
    return agree and await store.take_delivery("C1", owner="you", now=now, lease=LEASE) is not None


Write = Callable[[Store, datetime], Awaitable[None]]
Over = Callable[[Store, datetime], Awaitable[bool]]

KINDS = [
    pytest.param(_feed_polled, _feed_is_due, 5 * MINUTE, id="a feed's next poll"),
    pytest.param(_feed_backs_off, _feed_is_due, HOUR, id="a feed that backs off"),
    pytest.param(_feed_taken, _feed_is_due, 45 * SECOND, id="a feed that a process took and left"),
    pytest.param(_enqueued, _can_be_taken, MINUTE, id="a message that is due later"),
    pytest.param(_settled, _can_be_taken, 10 * MINUTE, id="a message that is tried again"),
    pytest.param(_limited, _can_be_taken, 10 * MINUTE, id="a channel's limit"),
    pytest.param(_unknown, _can_be_taken, 10 * MINUTE, id="a message that is looked for"),
]


@pytest.mark.parametrize("ahead", [2 * HOUR, 30 * DAY, 2 * MINUTE], ids=["two hours", "a month", "two minutes"])
@pytest.mark.parametrize(("write", "over", "length"), KINDS)
async def test_what_a_clock_wrote_that_was_ahead_is_over_when_it_is_right(
    store: Store, write: Write, over: Over, length: timedelta, ahead: timedelta
) -> None:
    await write(store, NOW + ahead)
    assert await store.put_waits_right(NOW, NONE) > 0
    assert await over(store, NOW)


@pytest.mark.parametrize(("write", "over", "length"), KINDS)
async def test_what_a_right_clock_wrote_stays(store: Store, write: Write, over: Over, length: timedelta) -> None:
    await write(store, NOW)
    for now in (NOW, NOW - SKEW, NOW + length - SECOND):
        assert await store.put_waits_right(now, NONE) == 0
        assert not await over(store, now)
    assert await over(store, NOW + length)


@pytest.mark.parametrize(("write", "over", "length"), KINDS)
async def test_what_waits_while_the_clock_is_put_back_waits_no_longer(
    store: Store, write: Write, over: Over, length: timedelta
) -> None:
    """The clock was two hours ahead for a day: it is put back while half of the wait is over."""
    await write(store, NOW)
    jump = -2 * HOUR
    now = NOW + length / 2 + jump
    await store.put_waits_right(now, jump)
    await store.put_waits_right(now + 2 * SECOND, jump)  # by another process, which saw the same jump
    assert await over(store, now + length / 2)


async def test_everything_that_waits_is_looked_after(database_url: str) -> None:
    """A column of a table here that is a time until which something waits stands in `WAITS`, or is said to be none."""
    looked_after = {f"{kind.row.__tablename__}.{end.key}" for kind in WAITS for end in kind.ends}
    times = {
        f"{name}.{column.name}"
        for name, columns in Base.metadata.tables.items()
        for column in columns.columns
        if column.name.startswith(("not_before", "next_")) or column.name.endswith(("until", "ready_at"))
    }
    assert times - looked_after == {"channels.lease_until", "mutes.until"}


async def test_a_mute_keeps_its_length(store: Store) -> None:
    ann = Person(user_id="U1", name="Ann")
    mute = Mute(
        mute_id="m1",
        scope=MuteScope.RULE,
        subject="r",
        words="r",
        route="desk",
        delivery_id="d-a",
        by=ann,
        began_at=NOW + 2 * HOUR,
        until=NOW + 6 * HOUR,
    )
    await store.enqueue([delivery("a")])
    await _save_mute(store, mute)
    await store.put_waits_right(NOW, NONE)
    (found,) = await store.mutes()
    assert (found.began_at, found.until) == (NOW, NOW + 4 * HOUR)
    await store.put_waits_right(NOW + HOUR, -2 * HOUR)
    assert await store.mutes() == (found,), "it ends by the clock on the wall"


async def _save_mute(store: Store, mute: Mute) -> None:
    await store._database.write(lambda c: mutes.save(c, [mute]))


async def test_a_lease_is_ended_only_while_it_is_the_same(store: Store) -> None:
    await store.enqueue([delivery("a"), delivery("b")])
    ahead = NOW + 2 * HOUR
    await taken(store, now=ahead, lease=LEASE)
    assert await store.put_waits_right(NOW, NONE) == 0
    assert await store.leases() == {"C1": ahead + LEASE}
    assert await store.due_channels(NOW) == []
    await store.end_lease("C1", ahead, NOW)
    assert await store.due_channels(NOW) == []
    await store.end_lease("C1", ahead + LEASE, NOW)
    assert await store.recover(NOW) == 1


async def test_a_look_up_says_what_was_in_the_channel_before(store: Store) -> None:
    """By the order of attempts: the clock was two hours ahead when the second was tried."""
    await store.enqueue([delivery("a", created_at=NOW - MINUTE), delivery("b"), delivery("c", created_at=NOW + SECOND)])
    for name, at, state, ts in (
        ("d-a", NOW, DeliveryState.SENT, "100.1"),
        ("d-b", NOW + 2 * HOUR, DeliveryState.UNKNOWN, None),
        ("d-c", NOW + 2 * HOUR + MINUTE, DeliveryState.SENT, "300.3"),
    ):
        attempt = await taken(store, now=at, lease=LEASE)
        assert (attempt.delivery.delivery_id, attempt.after_ts) == (name, None)
        later = at + HOUR if state is DeliveryState.UNKNOWN else at
        await store.settle(attempt, settlement(state, ts=ts, not_before=later, channel_ready_at=at), owner="me", now=at)
    await store.put_waits_right(NOW, NONE)
    attempt = await taken(store, lease=LEASE)
    assert (attempt.look_up, attempt.after_ts, attempt.first_attempt_at) == (True, "100.1", NOW)

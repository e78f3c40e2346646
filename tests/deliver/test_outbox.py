"""The outbox over a real database and a Slack on loopback: once each, in order, at Slack's pace, come what may."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.deliver.leases import LEASE
from monitor.deliver.outbox import Outbox
from monitor.deliver.retries import BROKEN_RETRY
from monitor.deliver.sink import NotFound, Posted, Sent
from monitor.deliver.slack.sink import SlackSink
from monitor.errors import StoreBusy
from monitor.model import Attempt, Delivery, EditAttempt, NoticeMessage, RoutesNow, Severity
from storage.store import Store
from tests.support.builders import NOW
from tests.support.fakes.slack import FakeSlack, Fault, random_faults
from tests.support.messages import DESK, OPS, ROUTES, Clock, card, delivery, further, stories, texts
from tests.support.patience import PATIENCE
from tests.support.stored import states

ENDED = ("sent", "rejected", "folded")


# -- order and pace ----------------------------------------------------------------------------------------------


async def test_channels_go_side_by_side_each_at_its_pace_critical_first_then_oldest(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    quiet = stories(3, channel="C2QUIET")
    urgent = delivery("z", severity=Severity.CRITICAL, created_at=NOW, message=card(title="Urgent"))
    older = delivery("y", created_at=NOW - timedelta(minutes=1), message=card(title="Older"))
    newer = delivery("x", message=card(title="Newer"))
    await database.enqueue([*quiet, newer, older, urgent])
    assert await outbox.drain() == 6
    assert texts(slack) == ["CRITICAL: Urgent", "CRITICAL: Older", "CRITICAL: Newer"]
    for channel in (DESK.channel, "C2QUIET"):
        times = [float(message["ts"]) for message in slack.messages(channel)]
        assert [round(after - before, 2) for before, after in pairwise(times)] == [1.1, 1.1]
    assert clock() - NOW < timedelta(seconds=5)
    assert await states(database) == {"sent": 6}


async def test_deliver_due_sends_what_is_possible_now_and_leaves_the_rest(outbox: Outbox, database: Store) -> None:
    later = delivery("later", not_before=NOW + timedelta(minutes=30), channel="C3LATER")
    await database.enqueue([*stories(2), *stories(2, channel="C2QUIET"), later])
    assert await outbox.deliver_due() == 2
    assert await outbox.deliver_due() == 0
    assert await outbox.drain() == 2
    assert await states(database) == {"sent": 4, "pending": 1}


async def test_a_follow_up_waits_for_its_card_and_goes_into_its_thread(
    outbox: Outbox, database: Store, slack: FakeSlack
) -> None:
    first = delivery("card")
    reply = delivery("reply", further("also Reactions"), parent_id=first.delivery_id, severity=Severity.CRITICAL)
    slack.faults.append(Fault.LOST_REPLY)
    await database.enqueue([first, reply])
    assert await outbox.drain() == 2
    card_message, reply_message = slack.messages(DESK.channel)
    assert reply_message["thread_ts"] == card_message["ts"]


# -- once each ---------------------------------------------------------------------------------------------------


async def test_what_arrived_without_an_answer_is_found_and_not_posted_again(
    outbox: Outbox, database: Store, slack: FakeSlack
) -> None:
    slack.faults.append(Fault.LOST_REPLY)
    await database.enqueue(stories(1))
    assert await outbox.drain() == 1
    assert len(slack.messages()) == len(slack.calls("chat.postMessage")) == len(slack.calls("conversations.history"))
    assert await states(database) == {"sent": 1}


async def test_what_may_have_arrived_is_looked_for_twice_before_it_is_posted_again(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    slack.faults.append(Fault.CLOSED)
    await database.enqueue(stories(1))
    assert await outbox.drain() == 1
    called = [method for method, _ in slack.requests]
    assert called == ["chat.postMessage", "conversations.history", "conversations.history", "chat.postMessage"]
    assert clock() - NOW >= timedelta(seconds=10)


async def test_a_limit_is_waited_out_and_needs_no_look_up(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    slack.retry_after = 30
    slack.faults.append(Fault.LIMITED)
    await database.enqueue(stories(1))
    assert await outbox.drain() == 1
    assert timedelta(seconds=30) <= clock() - NOW < timedelta(seconds=31)
    assert slack.calls("conversations.history") == []


@pytest.mark.parametrize("arrived", [True, False], ids=["arrived", "did not arrive"])
async def test_what_a_crash_cut_off_is_looked_for_once_its_lease_is_over(
    outbox: Outbox, database: Store, sink: SlackSink, slack: FakeSlack, clock: Clock, arrived: bool
) -> None:
    await database.enqueue(stories(1))
    claimed = await database.take_delivery(DESK.channel, owner="crashed", now=NOW, lease=LEASE)
    assert claimed is not None
    if arrived:
        await sink.post(claimed)
    assert await outbox.drain() == 1
    assert clock() - NOW >= LEASE
    assert len(slack.messages()) == 1


async def test_two_processes_share_an_outbox_without_doubling(
    outbox: Outbox, database: Store, slack: FakeSlack, sink: SlackSink, clock: Clock
) -> None:
    channels = [f"C{number}DESK" for number in range(6)]
    await database.enqueue([one for channel in channels for one in stories(4, channel=channel)])
    other = Outbox(database, sink, ROUTES, owner="w2", clock=clock, sleep=clock.sleep)
    sent = await asyncio.gather(outbox.drain(), other.drain())
    assert sum(sent) == 24
    assert set(Counter(slack.alert_ids()).values()) == {1}


async def test_faults_of_every_kind_lose_nothing_and_double_nothing(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    rates: dict[Fault | str, float] = dict.fromkeys(
        [fault for fault in Fault if not fault.startswith("no answer")], 0.05
    ) | dict.fromkeys(["internal_error", "ratelimited", "not_in_channel", "invalid_auth", "invalid_blocks"], 0.04)
    slack.plan = random_faults(random.Random(7), rates)
    cards = [one for number in range(5) for one in stories(5, channel=f"C{number}DESK")]
    replies = [
        delivery(f"reply to {one.key}", further(), channel=one.channel, parent_id=one.delivery_id) for one in cards[:12]
    ]
    await database.enqueue([*cards, *replies])
    waiting = -1
    for _ in range(60):
        await outbox.drain()
        assert (await database.vital_signs(clock())).stuck == 0
        counts = await states(database)
        waiting = sum(counts.values()) - sum(counts.get(state, 0) for state in ENDED)
        if not waiting:
            break
        clock.now += BROKEN_RETRY
    assert waiting == 0
    posted = Counter(slack.alert_ids())
    assert len(slack.calls("chat.postMessage")) > posted.total() + 20, "hardly a fault happened"
    assert set(posted.values()) == {1}
    missing = {one.delivery_id for one in (*cards, *replies)} - posted.keys()
    # Notices can be rejected too; of those nobody is told.
    assert (await states(database)).get("rejected", 0) >= len(missing)
    told = sum("was refused, as plain text too" in message["text"] for message in slack.messages(OPS.channel))
    assert told == len(missing)
    alone = [message for message in slack.messages() if "Part of the story" in message["text"]]
    in_threads = [message for message in slack.messages() if "thread_ts" in message]
    assert len(in_threads) + len(alone) == len(replies) - len({one.delivery_id for one in replies} & missing)
    assert len(in_threads) > len(alone)


# -- refused -----------------------------------------------------------------------------------------------------


async def test_a_refused_app_keeps_everything_does_not_wait_and_is_logged_once_in_ten_minutes(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    slack.token = "xoxb-another"
    await database.enqueue([*stories(2), *stories(2, channel="C2QUIET")])
    with capture_logs() as logs:
        assert await outbox.drain() == 0
        assert clock() == NOW
        assert len(slack.requests) == 2
        assert await states(database) == {"pending": 4}
        for _ in range(2):
            clock.now += timedelta(minutes=6)
            await outbox.drain()
    assert len(slack.requests) == 6
    said = sorted(line["channel"] for line in logs if line["action"] == "channel_broken")
    assert said == ["C1DESK", "C1DESK", "C2QUIET", "C2QUIET"]


async def test_a_history_without_scope_holds_what_may_be_there_and_reposts_what_is_critical(
    outbox: Outbox, database: Store, slack: FakeSlack
) -> None:
    slack.faults.extend([Fault.CLOSED, Fault.CLOSED])
    slack.history_faults.extend(["missing_scope", "missing_scope"])
    urgent = delivery("urgent", severity=Severity.CRITICAL, message=card(title="Urgent"))
    await database.enqueue([urgent, delivery("other", message=card(title="Other"))])
    assert await outbox.drain() == 2
    assert texts(slack) == ["CRITICAL: Urgent"]
    (told,) = slack.messages(OPS.channel)
    assert "“Other” for desk may or may not have been posted" in told["text"]
    assert await states(database) == {"sent": 2, "held": 1}


async def test_an_unreachable_slack_is_tried_for_two_minutes_and_nothing_is_lost(
    database: Store, clock: Clock, unused_address: str
) -> None:
    sink = SlackSink("xoxb-test", unused_address, clock=clock)
    outbox = Outbox(database, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep)
    await database.enqueue(stories(1))
    assert await outbox.drain() == 0
    await sink.close()
    assert timedelta(minutes=1) < clock() - NOW <= timedelta(minutes=2)
    assert await states(database) == {"pending": 1}
    assert "cannot be reached" in (await database.vital_signs(clock())).channel_problems[DESK.channel]


@pytest.fixture
async def unused_address() -> str:
    async with FakeSlack() as gone:
        return gone.base_url


# -- sinks that misbehave ----------------------------------------------------------------------------------------


class Gate:
    """A sink that posts to one channel only when told to, and raises for another."""

    name = "gate"
    pace = timedelta(0)

    def __init__(self, *, slow: str = "", raises: str = "") -> None:
        self.slow, self.raises = slow, raises
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()
        self.posted: list[Attempt] = []
        self._changed = asyncio.Condition()

    async def post(self, attempt: Attempt) -> Sent:
        if attempt.delivery.channel == self.slow:
            self.reached.set()
            await self.opened.wait()
        if attempt.delivery.channel == self.raises:
            raise ZeroDivisionError("by a fault of ours")
        async with self._changed:
            self.posted.append(attempt)
            self._changed.notify_all()
        return Sent("1")

    async def find(self, attempt: Attempt) -> NotFound:  # noqa: ARG002 - the interface's
        return NotFound()

    async def history(self, channel: str, after_ts: str | None) -> Sequence[Posted]:  # noqa: ARG002 - the interface's
        return ()

    async def edit(self, edit: EditAttempt) -> Sent:
        return Sent(edit.ts)

    async def has_posted(self, count: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.posted) >= count)


async def test_a_slow_channel_keeps_no_other_waiting(database: Store, clock: Clock) -> None:
    gate = Gate(slow="C1SLOW")
    outbox = Outbox(database, gate, ROUTES, owner="w1", clock=clock)
    await database.enqueue([*stories(3, channel="C1SLOW"), *stories(3)])
    task = asyncio.create_task(outbox.deliver_due())
    async with asyncio.timeout(PATIENCE):
        await gate.reached.wait()
        await gate.has_posted(3)
    assert {attempt.delivery.channel for attempt in gate.posted} == {DESK.channel}
    gate.opened.set()
    assert await task == 6


async def test_a_sink_that_raises_harms_no_other_channel_and_ops_is_told_of_the_alert_that_waits(
    database: Store, clock: Clock
) -> None:
    gate = Gate(raises=DESK.channel)
    outbox = Outbox(database, gate, ROUTES, owner="w1", clock=clock, sleep=clock.sleep)
    await database.enqueue([*stories(1), *stories(2, channel="C2QUIET")])
    with capture_logs() as logs:
        assert await outbox.drain() == 3
    waiting = await states(database)
    assert waiting.pop("sent") == 3
    assert sum(waiting.values()) == 1
    assert waiting.keys() <= {"pending", "unknown"}
    (told,) = [attempt.delivery.message for attempt in gate.posted if attempt.delivery.channel == OPS.channel]
    assert isinstance(told, NoticeMessage)
    assert "ZeroDivisionError in the gate sink" in told.text
    assert any(line["action"] == "sink_failed" for line in logs)


# -- the running service -----------------------------------------------------------------------------------------


def real_time() -> datetime:
    return datetime.now(UTC)


def due_now(name: str, **over: Any) -> Delivery:
    return delivery(name, created_at=real_time(), not_before=real_time(), **over)


class Flaky:
    """A store whose database is busy for the first look at what is due; the rest is real."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.failed = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def due_channels(self, now: datetime, routes: RoutesNow) -> Sequence[str]:
        if not self.failed:
            self.failed += 1
            raise StoreBusy("the database is locked")
        return await self._store.due_channels(now, routes)


async def test_the_service_delivers_what_comes_in_and_survives_a_busy_database(database: Store) -> None:
    gate = Gate()
    store: Any = Flaky(database)
    outbox = Outbox(store, gate, ROUTES, owner="w1", clock=real_time)
    stop = asyncio.Event()
    with capture_logs() as logs:
        task = asyncio.create_task(outbox.run(stop))
        async with asyncio.timeout(PATIENCE):
            await database.enqueue([due_now("a")])
            outbox.wake()
            await gate.has_posted(1)
            await database.enqueue([due_now("b"), due_now("c", channel="C2QUIET")])
            outbox.wake()
            await gate.has_posted(3)
            stop.set()
            await task
    assert store.failed == 1
    assert {
        "event": "the outbox cannot reach the database",
        "action": "outbox_without_database",
        "error": "the database is locked",
        "log_level": "error",
    } in logs
    assert await states(database) == {"sent": 3}


async def test_on_stop_the_call_under_way_is_finished_and_no_further_one_begun(database: Store) -> None:
    gate = Gate(slow=DESK.channel)
    outbox = Outbox(database, gate, ROUTES, owner="w1", clock=real_time)
    await database.enqueue([due_now("a"), due_now("b")])
    stop = asyncio.Event()
    task = asyncio.create_task(outbox.run(stop))
    async with asyncio.timeout(PATIENCE):
        await gate.reached.wait()
        stop.set()
        await asyncio.sleep(0)
        assert not task.done()
        gate.opened.set()
        await task
    assert await states(database) == {"sent": 1, "pending": 1}


async def test_cut_off_in_a_call_a_delivery_is_left_to_be_looked_for(database: Store) -> None:
    gate = Gate(slow=DESK.channel)
    outbox = Outbox(database, gate, ROUTES, owner="w1", clock=real_time)
    await database.enqueue([due_now("a")])
    task = asyncio.create_task(outbox.run(asyncio.Event()))
    async with asyncio.timeout(PATIENCE):
        await gate.reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await states(database) == {"sending": 1}
    assert await database.recover(real_time() + LEASE) == 1
    assert await states(database) == {"unknown": 1}


async def test_what_could_not_be_recorded_is_recorded_as_soon_as_the_database_takes_it(
    sqlite_url: str, sink: SlackSink, slack: FakeSlack, clock: Clock
) -> None:
    """Else its channel waited for the end of the lease, and then looked for what it knows."""
    database = Store.open(sqlite_url, busy_timeout=0.05)
    outbox = Outbox(database, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    await database.enqueue(stories(2))

    def lock(_: object) -> None:
        other.execute("BEGIN IMMEDIATE")

    slack.on_post = lock
    with capture_logs() as logs, contextlib.suppress(StoreBusy):
        await outbox.deliver_due()
    assert "delivery_not_recorded" in [line["action"] for line in logs]
    other.execute("ROLLBACK")
    slack.on_post = lambda _: None
    clock.now += timedelta(seconds=2)
    await outbox.drain()
    assert await states(database) == {"sent": 2}
    assert len(texts(slack)) == 2
    assert clock() - NOW < LEASE
    assert slack.calls("conversations.history") == [], "nothing was looked for"
    other.close()
    await database.close()

"""Ops is told of each trouble once and once that it is over, in Slack or by the second way, whatever restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
import structlog

from monitor.decide.notices.notice import as_posted
from monitor.errors import SettingsError, StoreError
from monitor.health.alarm import Alarm
from monitor.health.secondway import Apprised, addresses, all_is_well
from monitor.health.vitals import SLACK_REFUSES
from monitor.model import Beat, Delivery, DeliveryState, NoticeMessage, Route, Routes, RoutesNow, Settlement, Trouble
from storage.store import Store
from tests.support.builders import NOW
from tests.support.receiver import SECRET, Receiver
from tests.support.stored import written_by_hand

OPS = Route(name="ops", channel="C0OPS")
ROUTES = Routes((Route(name="desk", channel="C1"),), OPS)
MATCHER = Trouble(name="matcher@w1", what="the matching hangs", since=NOW - timedelta(minutes=2), remedy="report it")
SLACK = Trouble(name="outbox C1", what="nothing is accepted", since=NOW, channels=frozenset({"C1"}))
BROKEN = Trouble(name="channel C0OPS", what="C0OPS is archived", channels=frozenset({"C0OPS"}), told_elsewhere=True)


@dataclass
class Ops:
    """Who is told: a database, a hook, and clocks that tests move."""

    store: Store
    receiver: Receiver
    now: datetime = NOW
    uptime: float = 0.0
    routes: Routes = ROUTES
    alarms: dict[str, Alarm] = field(default_factory=dict)

    def alarm(self, own: str = "w1") -> Alarm:
        """The alarm of a process."""
        return Alarm(
            self.store,
            addresses(self.receiver.hook),
            routes=lambda: self.routes,
            own=own,
            clock=lambda: self.now,
            uptime=lambda: self.uptime,
        )

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.uptime += seconds

    async def told(self) -> list[str]:
        """The notices in the outbox, oldest first."""
        waiting = await self.store.waiting_for([OPS.channel], self.now, limit=99)
        return [f"{one.message.title}: {one.message.text}" for one in waiting]  # type: ignore[union-attr]


@pytest.fixture
async def ops(store: Store) -> AsyncIterator[Ops]:
    async with Receiver() as receiver:
        yield Ops(store, receiver)


async def look(ops: Ops, alarm: Alarm, *found: Trouble, times: int = 3) -> None:
    for _ in range(times):
        await alarm.look(found)
        ops.pass_(10)


async def test_a_trouble_is_told_once_and_once_that_it_is_over(ops: Ops) -> None:
    alarm = ops.alarm()
    await look(ops, alarm, MATCHER)
    (text,) = await ops.told()
    assert text == (
        "Wirewatch is in trouble: The matching hangs, since 2026-03-04 11:58:00 UTC. What to do: report it. "
        "A message follows when it is over."
    )
    await look(ops, alarm, times=1)
    assert len(await ops.told()) == 1, "one look without it is no end"
    await look(ops, alarm, times=2)
    assert (await ops.told())[1:] == ["Wirewatch works again: It is over: the matching hangs. It lasted 2 min 40 s."]
    await look(ops, alarm, MATCHER)
    assert len(await ops.told()) == 3, "what comes back is told again"
    assert ops.receiver.told == [], "Slack was no trouble"


async def test_a_restart_and_a_second_process_tell_nothing_twice(ops: Ops) -> None:
    everywhere = replace(MATCHER, name="every feed fails")
    await look(ops, ops.alarm("w1"), everywhere)
    await look(ops, ops.alarm("w2"), everywhere)
    both = ops.alarm("w1"), ops.alarm("w2")
    for _ in range(4):
        for alarm in both:
            await alarm.look(())
        ops.pass_(10)
    assert ["works again" in text for text in await ops.told()] == [False, True]


async def test_what_a_process_that_is_gone_had_said_is_over_after_a_while(ops: Ops) -> None:
    await look(ops, ops.alarm("w1"), MATCHER)
    successor = ops.alarm("w2")
    await look(ops, successor, times=6)
    assert len(await ops.told()) == 1
    await look(ops, successor, times=4)
    assert len(await ops.told()) == 2


async def test_slack_in_trouble_is_told_by_the_second_way_and_afterwards_in_slack(ops: Ops) -> None:
    alarm = ops.alarm()
    await alarm.look([SLACK])
    await ops.receiver.has(told=1)
    assert [one["title"] for one in ops.receiver.told] == ["Wirewatch is in trouble"]
    assert "Nothing is accepted" in ops.receiver.told[0]["text"]
    ops.routes = Routes(ROUTES.desk, replace(OPS, channel="C1"))
    await look(ops, alarm, times=4)
    await ops.receiver.has(told=2)
    assert [one["title"] for one in ops.receiver.told] == ["Wirewatch is in trouble", "Wirewatch works again"]


async def test_what_is_told_elsewhere_goes_the_second_way_only_where_nobody_would_read_it(ops: Ops) -> None:
    alarm = ops.alarm()
    await look(ops, alarm, replace(BROKEN, name="channel C1", channels=frozenset({"C1"})), BROKEN)
    await ops.receiver.has(told=1)
    assert [one["text"].partition("\n")[2][:17] for one in ops.receiver.told] == ["C0OPS is archived"]
    assert await ops.told() == []


async def test_without_an_ops_route_everything_goes_the_second_way(ops: Ops) -> None:
    ops.routes = Routes(ROUTES.desk)
    await ops.alarm().look([MATCHER])
    await ops.receiver.has(told=1)
    assert "The matching hangs" in ops.receiver.told[0]["text"]


async def test_a_second_way_that_fails_is_tried_again_and_its_secret_is_not_logged(ops: Ops) -> None:
    alarm = ops.alarm()
    ops.receiver.status = 302
    with structlog.testing.capture_logs() as logs:
        await alarm.look([SLACK])
        await ops.receiver.has(asked=1)
        ops.receiver.status = 200
        while not ops.receiver.told:
            alarm.send()
            await asyncio.sleep(0)
        while not any(line["action"] == "second_way_told" for line in logs):
            alarm.send()
            await asyncio.sleep(0)
    assert ops.receiver.beats == 0, "no redirect is followed"
    assert [line["reason"] for line in logs if line["action"] == "second_way_failed"] == ["HTTP 302"]
    assert SECRET not in str(logs)
    assert len(ops.receiver.told) == 1


@pytest.mark.parametrize("elsewhere", [False, True], ids=["told here alone", "told elsewhere in Slack"])
async def test_a_database_that_fails_is_told_at_once_and_in_slack_when_it_works(ops: Ops, elsewhere: bool) -> None:
    alarm = ops.alarm()
    what = "the database cannot be used"
    trouble = Trouble(name="store@w1", what=what, since=NOW, remedy="disk full", told_elsewhere=elsewhere)
    for _ in range(3):
        alarm.store_fails(trouble)
        ops.pass_(30)
    await ops.receiver.has(told=1)
    assert [one["title"] for one in ops.receiver.told] == ["Wirewatch is in trouble"]
    await alarm.look(())
    await ops.receiver.has(told=2)
    assert ops.receiver.told[1]["title"] == "Wirewatch works again"
    said = ["Wirewatch works again: It is over: the database cannot be used. It lasted 1 min 30 s."]
    assert await ops.told() == ([] if elsewhere else said)


@pytest.mark.parametrize("goes_on", [False, True], ids=["over meanwhile", "goes on"])
async def test_what_cannot_be_written_is_told_by_the_second_way(ops: Ops, migrated_url: str, goes_on: bool) -> None:
    """As where the disk or somebody's rights take heartbeats and no messages."""
    alarm = ops.alarm()
    polls = Trouble(name="polls", what="nothing is written", since=NOW, remedy="look at the database")
    written_by_hand(migrated_url, "ALTER TABLE deliveries RENAME TO away")
    for _ in range(3):
        with pytest.raises(StoreError):
            await alarm.look([polls])
        ops.pass_(10)
    await ops.receiver.has(told=1)
    assert [one["title"] for one in ops.receiver.told] == ["Wirewatch is in trouble"]
    written_by_hand(migrated_url, "ALTER TABLE away RENAME TO deliveries")
    await look(ops, alarm, *([polls] if goes_on else []), times=1)
    assert [text.partition(":")[0] for text in await ops.told()] == (
        ["Wirewatch is in trouble"] if goes_on else ["Wirewatch works again"]
    )
    await look(ops, alarm, times=4)
    await ops.receiver.has(told=2)
    assert [one["title"] for one in ops.receiver.told][1:] == ["Wirewatch works again"]
    assert (await ops.told())[-1].startswith("Wirewatch works again: It is over: nothing is written.")


async def test_a_process_that_ended_without_being_asked_is_told_once(ops: Ops) -> None:
    store = ops.store
    await store.heartbeat("w0", Beat(at=NOW, began_at=NOW, troubles=(MATCHER,)))
    await store.heartbeat("stopped", Beat(at=NOW, began_at=NOW))
    await store.ended("stopped", NOW)
    await store.heartbeat("socket:w0", Beat(at=NOW))
    await store.heartbeat("ahead", Beat(at=NOW + timedelta(days=1)))
    ops.pass_(30)
    alarm = ops.alarm()
    assert await alarm.tell_of_the_lost() == 0, "it may only be slow"
    ops.pass_(40)
    await store.heartbeat("w1", Beat(at=ops.now, began_at=ops.now))
    assert [await alarm.tell_of_the_lost(), await ops.alarm("w2").tell_of_the_lost()] == [1, 0]
    (text,) = await ops.told()
    assert text.startswith("Wirewatch was started again: A process of Wirewatch ended at about 2026-03-04 12:00:00 UTC")
    assert "It had said of itself: the matching hangs." in text
    assert (await store.vital_signs(ops.now)).beats["w0"].ended_at == ops.now


async def test_the_address_for_all_is_well_is_called(ops: Ops) -> None:
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(None, all_is_well, ops.receiver.beat) is None
    ops.receiver.status = 500
    assert await loop.run_in_executor(None, all_is_well, ops.receiver.beat) == "HTTP 500"
    closed = "http://127.0.0.1:1/beat"
    assert await loop.run_in_executor(None, all_is_well, closed) == "Connection refused"
    assert ops.receiver.beats == 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_an_address_of_apprise_is_told_by_apprise(ops: Ops) -> None:
    pytest.importorskip("apprise", reason="the extra ops is not installed")
    url = ops.receiver.hook.replace("http://", "json://")
    (address,) = addresses(url)
    assert isinstance(address, Apprised)
    told = await asyncio.get_running_loop().run_in_executor(None, address.tell, "A title", "A text")
    assert (told, ops.receiver.told[0]["title"], ops.receiver.told[0]["message"]) == (None, "A title", "A text")
    with pytest.raises(SettingsError, match="Apprise knows no address of nosuch://"):
        addresses("nosuch://secret@host")


async def test_a_trouble_that_slack_takes_only_when_it_is_over_is_one_message(ops: Ops) -> None:
    alarm = ops.alarm()
    await alarm.look([SLACK])
    (delivery,) = await ops.store.waiting_for([OPS.channel], ops.now, limit=9)
    soon, late = (as_posted(delivery, NOW + timedelta(seconds=seconds)).message for seconds in (59, 61))
    assert isinstance(soon, NoticeMessage)
    assert isinstance(late, NoticeMessage)
    assert (soon.title, late.title) == ("Wirewatch is in trouble", "Wirewatch was in trouble, and works again")
    assert late.text == (
        "Nothing is accepted, from 2026-03-04 12:00:00 UTC to about 2026-03-04 12:01:01 UTC. If it goes on after that, "
        "a message follows when it is over."
    )
    ops.pass_(120)
    await post(ops, delivery)
    await look(ops, alarm)
    assert await ops.told() == [], "the message said so"
    await ops.receiver.has(told=2)
    assert ops.receiver.told[1]["title"] == "Wirewatch works again", "who read of it by the second way reads its end"


async def test_that_slack_refuses_nothing_any_more_is_said_by_the_first_post_and_not_here_as_well(ops: Ops) -> None:
    alarm = ops.alarm()
    await look(ops, alarm, replace(SLACK, name=SLACK_REFUSES, channels=frozenset({OPS.channel})))
    await look(ops, alarm, times=4)
    assert await ops.told() == []
    await ops.receiver.has(told=2)
    assert ops.receiver.told[1]["title"] == "Wirewatch works again", "who read of it by the second way reads its end"


async def test_a_trouble_that_goes_on_after_such_a_message_is_said_to_be_over(ops: Ops) -> None:
    alarm = ops.alarm()
    await alarm.look([SLACK])
    (delivery,) = await ops.store.waiting_for([OPS.channel], ops.now, limit=9)
    ops.pass_(120)
    await post(ops, delivery)
    await look(ops, alarm, SLACK, times=13)
    await look(ops, alarm)
    (text,) = await ops.told()
    assert text.startswith("Wirewatch works again: It is over: nothing is accepted.")


async def test_the_end_of_what_slack_took_at_once_is_a_message_of_its_own(ops: Ops) -> None:
    alarm = ops.alarm()
    await alarm.look([SLACK])
    (delivery,) = await ops.store.waiting_for([OPS.channel], ops.now, limit=9)
    await post(ops, delivery)
    await look(ops, alarm, times=4)
    assert len(await ops.told()) == 1


async def post(ops: Ops, delivery: Delivery) -> None:
    """As the outbox does."""
    attempt = await ops.store.take_delivery(
        delivery.channel, owner="w1", now=ops.now, lease=timedelta(minutes=1), routes=RoutesNow()
    )
    assert attempt is not None
    assert attempt.delivery.delivery_id == delivery.delivery_id
    settled = Settlement(
        state=DeliveryState.SENT, reason="posted", ts="1.000001", not_before=ops.now, channel_ready_at=ops.now
    )
    await ops.store.settle(attempt, settled, owner="w1", now=ops.now)

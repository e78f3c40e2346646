"""What waits follows routes.yaml as it is now: another channel, other quiet hours, another limit, another name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from monitor.decide.routing import routes_now
from monitor.deliver.outbox import Outbox
from monitor.deliver.slack.sink import SlackSink
from monitor.model import (
    Delivery,
    DeskMessage,
    DigestMessage,
    DigestReason,
    QuietHours,
    Routes,
    Severity,
    UnansweredMessage,
)
from monitor.model.ids import delivery_id_of, digest_key
from storage.store import Store
from tests.support.builders import NOW
from tests.support.fakes.slack import FakeSlack, Fault
from tests.support.messages import (
    DESK,
    OPS,
    ROUTES,
    Clock,
    alert,
    card,
    delivery,
    further,
    notice_message,
    stories,
    texts,
)
from tests.support.patience import PATIENCE
from tests.support.stored import outbox_counts, states

NEW = replace(DESK, channel="C3NEW")
MOVED = Routes((NEW,), OPS)
NIGHT = QuietHours(time(11), time(14), "UTC")
"""NOW is in it, for two hours."""


def quiet(**over: Any) -> Routes:
    return Routes((replace(DESK, quiet_hours=NIGHT, **over),), OPS)


def limited(most: int | None) -> Routes:
    return Routes((replace(DESK, max_per_hour=most),), OPS)


def busy(*titles: str, wait: timedelta = timedelta(minutes=9)) -> Delivery:
    key = digest_key("busy", "desk", "s", 1)
    alerts = tuple(alert(story_id=f"s-{title}", title=title) for title in titles)
    message = DigestMessage(why=DigestReason.BUSY, alerts=alerts)
    return delivery(key, message, delivery_id=delivery_id_of(key), key=key, not_before=NOW + wait)


# -- another channel ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["is_archived", "channel_not_found", "not_in_channel"])
async def test_what_waits_for_a_broken_channel_goes_to_the_routes_new_one_at_once(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock, code: str
) -> None:
    slack.plan = lambda body: code if body["channel"] == DESK.channel else None
    await database.enqueue([*stories(2), delivery("notice", notice_message())])
    await outbox.drain()
    assert texts(slack, "C3NEW") == []
    before = clock()
    outbox.use(MOVED)
    await outbox.drain()
    assert sorted(texts(slack, "C3NEW"))[:2] == ["CRITICAL: Story C1DESK-0", "CRITICAL: Story C1DESK-1"]
    assert len(slack.messages("C3NEW")) == 3
    assert clock() - before < timedelta(seconds=10)
    assert slack.messages(DESK.channel) == []
    signs = await database.vital_signs(clock(), routes=routes_now(MOVED, clock()))
    assert signs.channel_problems == {}, "nobody needs to see to a channel that no route leads to"


async def test_notices_follow_the_ops_route(outbox: Outbox, database: Store, slack: FakeSlack) -> None:
    slack.unknown_channels.add(OPS.channel)
    await database.enqueue([delivery("n", notice_message(), route="ops", channel=OPS.channel)])
    await outbox.drain()
    outbox.use(Routes((DESK,), replace(OPS, channel="C8OPS")))
    await outbox.drain()
    assert len(slack.messages("C8OPS")) == 1


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.CLOSED], ids=["it was posted", "it was not posted"])
async def test_what_may_be_posted_is_looked_for_where_it_was_tried_first(
    outbox: Outbox, database: Store, slack: FakeSlack, fault: Fault
) -> None:
    slack.faults.append(fault)
    await database.enqueue(stories(1))
    assert await outbox.deliver_due() == 0
    assert await states(database) == {"unknown": 1}
    outbox.use(MOVED)
    assert await outbox.drain() == 1
    posted = fault is Fault.LOST_REPLY
    assert (len(slack.messages(DESK.channel)), len(slack.messages("C3NEW"))) == (int(posted), int(not posted))
    assert {body["channel"] for body in slack.calls("conversations.history")} == {DESK.channel}


async def test_what_can_nowhere_be_looked_for_is_decided_as_the_route_says(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    """The old channel is gone for good: critical alerts are posted again, others held and told."""
    slack.faults.extend([Fault.CLOSED, Fault.CLOSED])
    urgent = delivery("urgent", severity=Severity.CRITICAL, message=card(title="Urgent"))
    await database.enqueue([urgent, delivery("other", message=card(title="Other"))])
    await outbox.deliver_due()
    clock.now += timedelta(seconds=2)
    await outbox.deliver_due()
    assert await states(database) == {"unknown": 2}
    slack.unknown_channels.add(DESK.channel)
    outbox.use(MOVED)
    await outbox.drain()
    assert texts(slack, "C3NEW") == ["CRITICAL: Urgent"]
    assert await states(database) == {"sent": 2, "held": 1}
    assert any(
        "“Other” for desk may or may not have been posted" in told["text"] for told in slack.messages(OPS.channel)
    )


async def test_a_call_under_way_ends_where_it_began_and_what_it_did_not_post_follows(
    database: Store, slack: FakeSlack, sink: SlackSink, clock: Clock
) -> None:
    outbox = Outbox(database, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep)
    slack.faults.append("is_archived")
    slack.on_post = lambda _: outbox.use(MOVED)
    await database.enqueue(stories(2))
    await outbox.drain()
    assert slack.messages(DESK.channel) == []
    assert len(slack.messages("C3NEW")) == 2


FOLLOWS = [
    pytest.param(further("toll rises"), True, "C3NEW", id="news is told aloud, where people read"),
    pytest.param(further(), False, DESK.channel, id="a further report stays in the thread"),
    pytest.param(DeskMessage(story_id="s", words="Ann: I'm on it"), False, DESK.channel, id="what the desk did"),
    pytest.param(
        UnansweredMessage(story_id="s", title="t", silent_for=timedelta(1)), False, DESK.channel, id="a silence"
    ),
]


@pytest.mark.parametrize(("message", "aloud", "channel"), FOLLOWS)
@pytest.mark.parametrize("decided_for", [DESK.channel, "C3NEW"])
@pytest.mark.parametrize("broken", [False, True], ids=["", "the old channel is broken"])
async def test_what_follows_a_card_of_the_old_channel(
    outbox: Outbox,
    database: Store,
    slack: FakeSlack,
    clock: Clock,
    message: Any,
    aloud: bool,
    channel: str,
    decided_for: str,
    broken: bool,
) -> None:
    first = delivery("card")
    await database.enqueue([first])
    await outbox.drain()
    outbox.use(MOVED)
    if broken:
        slack.unknown_channels.add(DESK.channel)
        found = {DESK.channel: "channel_not_found: there is no such channel"}
        await database.channels_inspected(found, lambda _, __: (), can_see=bool, now=clock())
    later = delivery("later", message, route="desk", channel=decided_for, parent_id=first.delivery_id, broadcast=aloud)
    await database.enqueue([later])
    assert await outbox.drain() == 1
    channel = "C3NEW" if broken else channel
    posted = slack.messages(channel)[-1]
    assert posted["metadata"]["event_payload"]["alert_id"] == later.delivery_id
    assert ("thread_ts" in posted) is (channel == DESK.channel)


async def test_what_a_removed_route_left_goes_where_it_was_going(
    outbox: Outbox, database: Store, slack: FakeSlack
) -> None:
    await database.enqueue(stories(2))
    outbox.use(Routes((replace(DESK, name="other", channel="C4OTHER"),), OPS))
    assert await outbox.drain() == 2
    assert len(slack.messages(DESK.channel)) == 2


async def test_what_a_renamed_route_left_waits_as_the_new_one_wants(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    await database.enqueue(stories(2))
    outbox.use(Routes((replace(DESK, name="weapons", quiet_hours=NIGHT),), OPS))
    assert await outbox.drain() == 0
    clock.now += timedelta(hours=2)
    assert await outbox.drain() == 2
    assert len(slack.messages(DESK.channel)) == 2


async def test_two_services_move_each_message_once(
    database_url: str, slack: FakeSlack, sink: SlackSink, clock: Clock
) -> None:
    stores = [Store.open(database_url) for _ in range(2)]
    await stores[0].upgrade()
    await stores[0].enqueue(stories(8))
    outboxes = [
        Outbox(store, sink, MOVED, owner=f"w{number}", clock=clock, sleep=clock.sleep)
        for number, store in enumerate(stores)
    ]
    async with asyncio.timeout(PATIENCE):
        while (await outbox_counts(stores[0])).get("sent") != 8:  # type: ignore[call-overload]
            await asyncio.gather(*(outbox.deliver_due() for outbox in outboxes))
            clock.now += timedelta(seconds=2)
    assert len(slack.messages("C3NEW")) == len(set(slack.alert_ids("C3NEW"))) == 8
    for store in stores:
        await store.close()


# -- quiet hours -------------------------------------------------------------------------------------------------


async def test_quiet_hours_hold_what_is_not_critical_until_they_end(
    database: Store, slack: FakeSlack, sink: SlackSink, clock: Clock
) -> None:
    outbox = Outbox(database, sink, quiet(), owner="w1", clock=clock, sleep=clock.sleep)
    urgent = delivery("urgent", severity=Severity.CRITICAL, message=card(title="Urgent"))
    await database.enqueue(
        [*stories(2), urgent, delivery("n", notice_message()), delivery("ops", route="ops", channel=OPS.channel)]
    )
    assert await outbox.drain() == 3
    assert len(slack.messages(OPS.channel)) == 1
    routes = routes_now(quiet(), clock())
    assert await database.next_due_at(routes) == NOW + timedelta(hours=2)
    assert (await database.vital_signs(clock(), routes=routes)).oldest_due_at is None
    clock.now = NOW + timedelta(hours=2)
    routes = routes_now(quiet(), clock())
    assert (await database.vital_signs(clock(), routes=routes)).oldest_due_at == clock(), "nobody was late"
    assert await outbox.drain() == 2


CHANGED_HOURS: Sequence[Any] = [
    pytest.param(QuietHours(time(11), time(14), "UTC"), None, True, id="lifted"),
    pytest.param(QuietHours(time(11), time(14), "UTC"), QuietHours(time(11), time(12), "UTC"), True, id="shortened"),
    pytest.param(QuietHours(time(11), time(14), "UTC"), QuietHours(time(12, 1), time(14), "UTC"), True, id="moved"),
    pytest.param(QuietHours(time(11), time(14), "UTC"), QuietHours(time(11), time(14), "Asia/Tokyo"), True, id="zone"),
    pytest.param(None, QuietHours(time(11), time(14), "UTC"), False, id="added"),
    pytest.param(QuietHours(time(9), time(10), "UTC"), QuietHours(time(9), time(13), "UTC"), False, id="lengthened"),
]


@pytest.mark.parametrize(("before", "after", "goes"), CHANGED_HOURS)
async def test_changed_quiet_hours_act_on_what_waits(
    database: Store, sink: SlackSink, clock: Clock, before: QuietHours | None, after: QuietHours | None, goes: bool
) -> None:
    outbox = Outbox(
        database, sink, Routes((replace(DESK, quiet_hours=before),), OPS), owner="w1", clock=clock, sleep=clock.sleep
    )
    await database.enqueue(stories(1))
    if goes:
        assert await outbox.drain() == 0
    outbox.use(Routes((replace(DESK, quiet_hours=after),), OPS))
    assert await outbox.drain() == int(goes)
    assert clock() - NOW < timedelta(seconds=2)


async def test_what_may_be_posted_is_looked_for_in_quiet_hours_too(
    outbox: Outbox, database: Store, slack: FakeSlack
) -> None:
    slack.faults.append(Fault.LOST_REPLY)
    await database.enqueue(stories(1))
    await outbox.deliver_due()
    outbox.use(quiet())
    assert await outbox.drain() == 1


async def test_quiet_hours_are_those_of_the_route_not_of_the_channel(
    database: Store, slack: FakeSlack, sink: SlackSink, clock: Clock
) -> None:
    routes = Routes((replace(DESK, name="night-watch", quiet_hours=NIGHT), DESK), OPS)
    outbox = Outbox(database, sink, routes, owner="w1", clock=clock, sleep=clock.sleep)
    await database.enqueue([delivery("a", route="night-watch", channel=DESK.channel), delivery("b")])
    assert await outbox.drain() == 1
    assert texts(slack) == ["CRITICAL: Story b"]


# -- limits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "goes"), [(None, True), (5, True), (2, True), (1, False)])
async def test_a_busy_digest_goes_out_as_soon_as_its_route_may_have_what_is_in_it(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock, most: int | None, goes: bool
) -> None:
    outbox.use(limited(1))
    await database.enqueue([busy("One", "Two")])
    assert await outbox.deliver_due() == 0
    outbox.use(limited(most))
    assert await outbox.deliver_due() == int(goes)
    assert clock() == NOW


async def test_cards_above_a_lowered_limit_wait_together(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    urgent = delivery("urgent", severity=Severity.CRITICAL, message=card(title="Urgent"))
    high = delivery("high", message=card(story_id="s-high", title="High"))
    low = [delivery(name, severity=Severity.LOW, message=card(story_id=f"s-{name}", title=name)) for name in "ab"]
    await database.enqueue([urgent, high, *low])
    outbox.use(limited(1))
    assert await outbox.drain() == 2
    assert texts(slack) == ["CRITICAL: Urgent", "CRITICAL: High"]
    assert await states(database) == {"sent": 2, "folded": 2, "pending": 1}
    clock.now += timedelta(minutes=11)
    assert await outbox.drain() == 1
    assert len(slack.messages(DESK.channel)) == 3

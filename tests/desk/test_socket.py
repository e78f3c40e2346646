"""The connection by Socket Mode: made, lost, made anew and told of; what comes over it is done once."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta

import pytest
import structlog.testing

from monitor.desk.run import Watch
from monitor.desk.socket import DeskSocket
from monitor.model import DeliveryState, NoticeMessage, Route
from storage.store import Store
from tests.support.builders import NOW
from tests.support.clicks import ANN, BOB, actions, connected, held_by, holder, posted, said
from tests.support.fakes.socketmode import FakeSocketMode
from tests.support.messages import Clock
from tests.support.stored import settlement


async def test_slack_has_its_answer_before_anything_is_done(
    slack: FakeSocketMode, one_store: Store, clock: Clock, sqlite_url: str
) -> None:
    """Somebody keeps the database for longer than Slack waits."""
    message = await posted(one_store)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    async with connected(slack, one_store, clock):
        other.execute("BEGIN IMMEDIATE")
        envelope = await slack.press(ANN, message, "claim", message["card"])
        assert envelope in slack.acks
        assert await holder(one_store) == ""
        other.execute("ROLLBACK")
        await held_by(one_store, ANN)
    other.close()


async def test_an_envelope_whose_answer_is_lost_comes_again_and_is_done_once(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    message = await posted(one_store)
    async with connected(slack, one_store, clock):
        slack.lost_acks = 1
        await slack.press(ANN, message, "unclaim", message["card"])
        assert await said(slack) == "Nobody has this story."
        await slack.press(ANN, message, "nobody_knows_it")
        await said(slack, 2)
    assert len(slack.ephemeral) == 2


async def test_the_connection_is_made_anew_without_a_word(
    slack: FakeSocketMode, one_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.desk.socket._LOOK_EVERY", 0.01)
    message = await posted(one_store)
    with structlog.testing.capture_logs() as logged:
        async with connected(slack, one_store, clock):
            await slack.refresh()
            await slack.until(lambda: len(slack.calls("apps.connections.open")) == 2 and slack.connections)
            await slack.press(ANN, message, "claim", message["card"])
            await held_by(one_store, ANN)
            await slack.press(BOB, message, "claim", message["card"])
            await said(slack)
    assert "secret-ticket" not in str(logged)
    assert [line["event"] for line in logged if "Socket Mode" in line["event"]] == [
        "the desk's buttons and commands work: connected to Slack by Socket Mode"
    ]


async def test_a_connection_that_stays_away_is_said_once_and_so_is_its_return(
    slack: FakeSocketMode, one_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.desk.socket._LOOK_EVERY", 0.01)
    monkeypatch.setattr("monitor.desk.socket._RENEWED_WITHIN", 0.05)
    monkeypatch.setattr("monitor.desk.socket._PING", 0.05)
    with structlog.testing.capture_logs() as logged:

        def said_of_it() -> list[str]:
            return [line["action"] for line in logged if line.get("action", "").startswith("socket_")]

        async with connected(slack, one_store, clock):
            await slack.until(lambda: "socket_connected" in said_of_it())
            slack.open_sockets = False
            await slack.cut()
            await slack.until(lambda: "socket_lost" in said_of_it())
            slack.open_sockets = True
            await slack.until(lambda: len(said_of_it()) == 3)
    assert said_of_it() == ["socket_connected", "socket_lost", "socket_connected"]


async def test_an_address_that_lets_nobody_in_is_asked_for_anew(
    slack: FakeSocketMode, one_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a network that came back too late: Slack's addresses are good for half a minute."""
    monkeypatch.setattr("monitor.desk.socket._PING", 0.05)
    slack.dead_tickets = 2
    with structlog.testing.capture_logs() as logged:
        async with connected(slack, one_store, clock):
            assert len(slack.calls("apps.connections.open")) == 3
    assert "secret-ticket" not in str(logged)


async def test_slack_is_asked_again_for_a_connection_however_long_it_asks_to_wait(
    slack: FakeSocketMode, one_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.desk.socket._LONGEST_PAUSE", 0.05)
    monkeypatch.setattr("monitor.desk.socket._PING", 0.05)
    slack.retry_after, slack.says_no = 86_400, {"apps.connections.open": "ratelimited"}
    with structlog.testing.capture_logs() as logged:

        async def is_well_in_the_end() -> None:
            await slack.until(lambda: len(slack.calls("apps.connections.open")) > 1 and logged)
            slack.says_no = {}

        until_well = asyncio.create_task(is_well_in_the_end())
        async with connected(slack, one_store, clock):
            await until_well
    assert logged[0]["reason"] == "ratelimited"


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (None, "internal_error"),
        (
            "too_many_websockets",
            "too_many_websockets: more processes are connected with this app token than the ten that Slack allows",
        ),
    ],
)
async def test_without_a_connection_it_is_said_once_asked_for_seldom_and_ends_in_time(
    slack: FakeSocketMode,
    one_store: Store,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    ended: str | None,
    told: str,
) -> None:
    """Slack opens none, or ends each at once."""
    monkeypatch.setattr("monitor.desk.socket._LOOK_EVERY", 0.01)
    slack.open_sockets, slack.ends = ended is not None, ended or ""
    made = actions(slack, one_store, clock)
    looks = []

    async def watch(connected: bool, reason: str) -> None:
        assert not connected
        looks.append(reason)

    socket = DeskSocket(made, bot_token=slack.token, app_token="xapp-test", base_url=slack.base_url, watch=watch)
    stop = asyncio.Event()
    with structlog.testing.capture_logs() as logged:
        task = asyncio.create_task(socket.run(stop))
        await slack.until(lambda: logged and len(looks) > 20)
        stop.set()
        await asyncio.wait_for(task, 20)
    (line,) = logged
    assert line["event"] == "no connection by Socket Mode; posting goes on, buttons and commands do not work"
    assert line["reason"] == looks[-1] == told
    assert len(slack.calls("apps.connections.open")) <= 3


async def test_ops_is_told_once_that_buttons_do_not_work_and_again_when_they_do(one_store: Store, clock: Clock) -> None:
    """Two processes lose the connection at once; a third still has it at first."""
    ops = Route(name="ops", channel="C0OPS")
    one, two, three = (Watch(one_store, name, ops=lambda: ops, clock=clock) for name in ("a", "b", "c"))
    for watch in (one, two, three):
        await watch(True, "")
    for _ in range(5):
        clock.now += timedelta(minutes=1)
        for watch in (one, two):
            await watch(False, "invalid_auth")
        await three(True, "")
    assert await told(one_store) == []
    for _ in range(10):
        clock.now += timedelta(minutes=1)
        for watch in (one, two, three):
            await watch(False, "invalid_auth")
    (text,) = await told(one_store)
    assert text.startswith("There is no connection to Slack by Socket Mode (invalid_auth)")
    for watch in (one, two):
        await watch(True, "")
    assert await told(one_store) == ["Slack's buttons and commands work again: there is a connection by Socket Mode."]


async def told(store: Store) -> list[str]:
    """What ops is told."""
    found = []
    while (
        claim := await store.take_delivery("C0OPS", owner="t", now=NOW + timedelta(days=9), lease=timedelta(0))
    ) is not None:
        assert isinstance(claim.delivery.message, NoticeMessage)
        found.append(claim.delivery.message.text)
        await store.settle(claim, settlement(DeliveryState.SENT), owner="t", now=NOW)
    return found

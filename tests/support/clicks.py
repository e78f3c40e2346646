"""People who click in Slack: a process that takes their clicks, a card to click on, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from monitor.desk.actions import DeskActions
from monitor.desk.answers import Answers
from monitor.desk.permission import Permission
from monitor.desk.socket import DeskSocket
from monitor.desk.voice import SlackVoice
from monitor.model import CardMessage, DeliveryState, DeskMessage
from storage.store import Store
from tests.support.builders import NOW
from tests.support.fakes.socketmode import FakeSocketMode, Json
from tests.support.messages import Clock, alert
from tests.support.patience import PATIENCE
from tests.support.stored import batch, card, delivery, lookup, matched, settlement

DESK = "C0DESK"
ANN, BOB = "U0ANN", "U0BOB"


async def no_routes(names: Sequence[str]) -> str:
    """There is no service here that could test its routes."""
    return f"no route {' '.join(names)}"


def actions(slack: FakeSocketMode, store: Store, clock: Clock, *, group: str | None = None) -> DeskActions:
    voice = SlackVoice(slack.token, slack.base_url)
    return DeskActions(
        store=store,
        voice=voice,
        answers=Answers(store=store, test_routes=no_routes, clock=clock, feeds=tuple),
        permission=Permission(group, voice.members, clock=clock),
        clock=clock,
    )


@asynccontextmanager
async def connected(
    slack: FakeSocketMode, store: Store, clock: Clock, *, group: str | None = None
) -> AsyncIterator[None]:
    """A process that takes clicks, connected."""

    async def watch(connected: bool, reason: str) -> None:
        """Nobody asks."""

    made = actions(slack, store, clock, group=group)
    socket = DeskSocket(made, bot_token=slack.token, app_token=slack.app_token, base_url=slack.base_url, watch=watch)
    stop = asyncio.Event()
    before = slack.connections
    task = asyncio.create_task(socket.run(stop))
    await slack.sockets(before + 1)
    try:
        yield
    finally:
        stop.set()
        await task


async def posted(store: Store, **over: Any) -> Json:
    """A story whose card stands in Slack; the message there."""
    shown = alert(story_id="s-a", item_id="i-a", **over)
    sent = delivery("a", message=CardMessage(alert=shown), channel=DESK, route="desk")
    await store.judge(lookup(), batch(matched("a", "a"), deliveries=[sent], cards=[card(delivery_name="a")]))
    return {"channel": DESK, "ts": "100.1", "card": sent.delivery_id}


async def said(slack: FakeSocketMode, count: int = 1) -> str:
    """What somebody was told last, once they were told so often."""
    await slack.until(lambda: len(slack.ephemeral) >= count)
    return str(slack.ephemeral[-1]["text"])


async def eventually(holds: Callable[[], Awaitable[object]]) -> None:
    """Wait for what a click leads to in the store; Slack has its answer before."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.01)


async def holder(store: Store, card_id: str = "d-a") -> str:
    """Who works on the story of a card, or of a line of a digest."""
    found = await store.desk_card(card_id)
    assert found is not None
    return found.assignment.by.user_id if found.assignment else ""


async def held_by(store: Store, who: str, card_id: str = "d-a") -> None:
    async def is_held() -> bool:
        return await holder(store, card_id) == who

    await eventually(is_held)


async def muted(store: Store, count: int) -> None:
    async def are_muted() -> bool:
        return len(await store.mutes()) == count

    await eventually(are_muted)


async def thread(store: Store, of: str = "d-a") -> list[str]:
    """What was put into the outbox for the card's thread."""
    found = []
    while (
        claim := await store.take_delivery(DESK, owner="t", now=NOW + timedelta(days=9), lease=timedelta(0))
    ) is not None:
        if isinstance(claim.delivery.message, DeskMessage):
            assert claim.delivery.parent_id == of
            found.append(claim.delivery.message.words)
        await store.settle(claim, settlement(DeliveryState.SENT), owner="t", now=NOW)
    return found

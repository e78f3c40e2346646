"""The desk's hands, put together: Socket Mode around the store, for `run` when there is an app token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.alerts.desk.hands import DeskStore, Hands
from monitor.alerts.desk.permission import Permission
from monitor.alerts.desk.socket import DeskSocket, SlackVoice
from monitor.answers import AnswersStore, StoredAnswers
from monitor.errors import StoreError
from monitor.house import House
from monitor.report import SOCKET
from monitor.settings import Settings

log = structlog.get_logger()

_BEAT_EVERY = timedelta(seconds=10)
_STOP = 1.0


class HandsStore(DeskStore, AnswersStore, Protocol):
    """A store that serves clicks and commands."""

    async def beat(self, service: str, now: datetime) -> None:
        """Write a sign of life."""


@asynccontextmanager
async def hands_of(
    settings: Settings, house: House, store: HandsStore, *, clock: Callable[[], datetime], stop: asyncio.Event
) -> AsyncIterator[None]:
    """Take clicks and commands until `stop` is set. Whatever goes wrong in here, what is posted goes on."""
    if settings.slack_app_token is None or settings.slack_bot_token is None:
        if settings.slack_app_token is not None:
            log.warning("SLACK_APP_TOKEN without SLACK_BOT_TOKEN: nothing is posted, so there are no buttons")
        yield
        return
    token, base_url = settings.slack_bot_token.get_secret_value(), settings.slack_api_url
    voice = SlackVoice(token, base_url)
    hands = Hands(
        store=store,
        voice=voice,
        answers=StoredAnswers(store=store, clock=clock, feed_ids=lambda: house.feed_ids),
        permission=Permission(settings.wirewatch_desk_group, voice.members, clock=clock),
        clock=clock,
        wake=house.outbox.wake,
    )
    socket = DeskSocket(
        hands,
        bot_token=token,
        app_token=settings.slack_app_token.get_secret_value(),
        base_url=base_url,
        alive=_Alive(store, f"{SOCKET}{house.owner}", clock).beat,
    )
    task = asyncio.create_task(socket.run(stop), name="the desk's hands")
    try:
        yield
    finally:
        _, late = await asyncio.wait([task], timeout=_STOP if stop.is_set() else 0)
        for one in late:
            one.cancel()
        if (ended := (await asyncio.gather(task, return_exceptions=True))[0]) is not None:
            log.error("the desk's hands ended in trouble", error=f"{type(ended).__name__}")


class _Alive:
    """Writes a sign of life of the connection now and then."""

    def __init__(self, store: HandsStore, name: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._name = name
        self._clock = clock
        self._at: datetime | None = None

    async def beat(self) -> None:
        now = self._clock()
        if self._at is not None and now - self._at < _BEAT_EVERY:
            return
        self._at = now
        try:
            await self._store.beat(self._name, now)
        except StoreError as error:
            log.error("cannot leave a sign of life of Socket Mode", error=str(error))

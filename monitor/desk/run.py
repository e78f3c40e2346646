"""The desk's buttons and commands, put together: Socket Mode around the store, for `run` when there is an app token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.app.app import App
from monitor.decide.notices.notice import notice
from monitor.desk.actions import DeskActions
from monitor.desk.answers import Answers, AnswersStore
from monitor.desk.permission import Permission
from monitor.desk.regroup import RegroupStore
from monitor.desk.socket import DeskSocket
from monitor.desk.voice import SlackVoice
from monitor.errors import StoreError
from monitor.health.drill import Drilled, DrillStore, drill
from monitor.model import Beat, Route
from monitor.model.stores import (
    ActStore,
    EnqueueStore,
    FeedsStore,
    HeartbeatStore,
    ItemsStore,
    StoryEditsStore,
    VitalsStore,
)
from monitor.model.vitals import SOCKET
from monitor.model.waits import waits
from monitor.settings import Settings, Token

log = structlog.get_logger()

TELL_AFTER = timedelta(minutes=5)
"""How long there may be no connection before ops is told."""

_HEARTBEAT_EVERY = timedelta(seconds=10)
_STOP = 1.0


class DeskServiceStore(
    AnswersStore,
    DrillStore,
    RegroupStore,
    ActStore,
    EnqueueStore,
    FeedsStore,
    HeartbeatStore,
    ItemsStore,
    StoryEditsStore,
    VitalsStore,
    Protocol,
):
    """A store that serves clicks and commands."""


@asynccontextmanager
async def desk_of(
    settings: Settings, app: App, store: DeskServiceStore, *, clock: Callable[[], datetime], stop: asyncio.Event
) -> AsyncIterator[None]:
    """Take clicks and commands until `stop` is set. Whatever goes wrong in here, what is posted goes on."""
    if settings.slack_app_token is None or settings.slack_bot_token is None:
        if settings.slack_app_token is not None:
            log.warning(
                "SLACK_APP_TOKEN without SLACK_BOT_TOKEN: nothing is posted, so there are no buttons",
                action="bot_token_missing",
            )
        yield
        return
    token, base_url = Token(settings, "slack_bot_token"), settings.slack_api_url
    voice = SlackVoice(token, base_url, proxies=settings.proxies)
    socket = DeskSocket(
        DeskActions(
            store=store,
            voice=voice,
            answers=_answers(app, store, clock),
            permission=Permission(settings.wirewatch_desk_group, voice.members, clock=clock),
            clock=clock,
            wake=app.outbox.wake,
        ),
        bot_token=token,
        app_token=Token(settings, "slack_app_token"),
        base_url=base_url,
        proxies=settings.proxies,
        watch=Watch(store, app.owner, ops=lambda: app.configuration.routes.ops, clock=clock),
    )
    task = asyncio.create_task(socket.run(stop), name="the desk's buttons and commands")
    try:
        yield
    finally:
        _, late = await asyncio.wait([task], timeout=_STOP if stop.is_set() else 0)
        for one in late:
            one.cancel()
        if (ended := (await asyncio.gather(task, return_exceptions=True))[0]) is not None:
            log.error(
                "the desk's buttons and commands ended with an error",
                action="socket_failed",
                error=type(ended).__name__,
            )


def _answers(app: App, store: DeskServiceStore, clock: Callable[[], datetime]) -> Answers:
    return Answers(
        store=store,
        test_routes=_Drills(app, store, clock),
        clock=clock,
        feeds=lambda: app.configuration.feeds,
        routes=lambda: app.configuration.routes,
        engine=lambda: app.configuration.engine,
    )


class _Drills:
    """Runs drills of the routes of now. The service's own outbox delivers, so the drill has nothing to pump."""

    def __init__(self, app: App, store: DeskServiceStore, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._store = store
        self._clock = clock

    async def __call__(self, names: Sequence[str]) -> Sequence[Drilled] | str:
        """What became of each route's test alert; words when there is no such route."""
        known = {route.name: route for route in self._app.configuration.routes.all()}
        if unknown := [name for name in names if name not in known]:
            return f"routes.yaml has no route {', '.join(unknown)}; it has {', '.join(known)}"
        wanted = [known[name] for name in dict.fromkeys(names)] or list(known.values())
        await self._app.keeper.look_now(self._app.configuration.routes)
        return await drill(wanted, self._store, self, self._app.sink, clock=self._clock)

    async def run(self, stop: asyncio.Event) -> None:
        """Let the service deliver until `stop` is set."""
        self._app.outbox.wake()
        await stop.wait()


class Watch:
    """Writes heartbeats of the connection; tells ops when it is lost for long, and when it is back.

    `ops` gives the route that hears of it.
    """

    def __init__(
        self, store: DeskServiceStore, owner: str, *, ops: Callable[[], Route | None], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._name = f"{SOCKET}{owner}"
        self._ops = ops
        self._clock = clock
        self._heartbeat_at: datetime | None = None
        self._down_since: datetime | None = None
        self._told = ""

    async def __call__(self, connected: bool, reason: str) -> None:
        """Note whether the connection stands. Trouble with the database is logged, never raised."""
        try:
            await (self._up() if connected else self._down(reason))
        except StoreError as error:
            log.error("the state of Socket Mode cannot be written", action="socket_state_not_written", error=str(error))

    async def _up(self) -> None:
        now = self._clock()
        if not waits(self._heartbeat_at, _HEARTBEAT_EVERY, now):
            self._heartbeat_at = now
            await self._store.heartbeat(self._name, Beat(at=now))
        ops = self._ops()
        if self._told and ops is not None:
            text = "Slack's buttons and commands work again: there is a connection by Socket Mode."
            await self._store.enqueue([notice(f"socket-up:{self._told}", "Buttons work again", text, ops, now=now)])
        self._down_since, self._told = None, ""

    async def _down(self, reason: str) -> None:
        """Tell once; of several processes that lost the connection at once, the database lets one tell."""
        now, ops = self._clock(), self._ops()
        self._down_since = min(self._down_since or now, now)
        if self._told or ops is None or waits(self._down_since, TELL_AFTER, now):
            return
        signs = await self._store.vital_signs(now, ())
        last = max((at for name, at in signs.heartbeats.items() if name.startswith(SOCKET)), default=None)
        if last is not None and now - last < TELL_AFTER:
            return  # another process takes the clicks
        self._told = last.isoformat() if last else "never"
        text = (
            f"There is no connection to Slack by Socket Mode ({reason or 'no reason known'}): buttons and /wirewatch "
            "do not work. Alerts are still posted. Wirewatch keeps trying to connect."
        )
        await self._store.enqueue([notice(f"socket-down:{self._told}", "Buttons do not work", text, ops, now=now)])

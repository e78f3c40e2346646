"""Slack's Socket Mode: takes what people do from Slack, and says within its three seconds that it has it.

https://docs.slack.dev/apis/events-api/using-socket-mode: an envelope that is not answered is delivered again, to any
connection. Without it nothing is lost but the buttons and commands; what is posted does not pass through here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from monitor.deliver.slack.client import AnyToken, asked_for
from monitor.deliver.slack.codes import of_socket
from monitor.desk.actions import DeskActions
from monitor.desk.payloads import click_of, question_of, submission_of
from monitor.desk.voice import TIMEOUT, TROUBLE, trouble
from monitor.model.waits import retry_after
from monitor.settings.proxies import DIRECT, Proxies

log = structlog.get_logger()

T = TypeVar("T")
Listener = Callable[[Callable[[], Awaitable[object]], object], Awaitable[None]]
"""What slack_bolt calls, with the function that answers Slack and what Slack sent."""

_ANYTHING = re.compile(".*", re.DOTALL)
_PING = 5
_LOOK_EVERY = 1.0
_SHORT = 30.0
"""Seconds that a connection lasts which is not ended at once."""
_LONGEST_PAUSE = 60.0
_USUAL = ("warning", "refresh_requested")
"""Why Slack ends connections every few hours."""
_RENEWED_WITHIN = 5.0
"""Seconds without a connection that are no loss: Slack ends each one every few hours, and a new one takes its place."""


class DeskSocket:
    """One connection of one process. `watch` is told every second whether it stands, and if not why."""

    def __init__(
        self,
        actions: DeskActions,
        *,
        bot_token: AnyToken,
        app_token: AnyToken,
        base_url: str,
        proxies: Proxies = DIRECT,
        watch: Callable[[bool, str], Awaitable[None]],
    ) -> None:
        self._reasons = _Reasons()
        self._bot_token, self._app_token = asked_for(bot_token), asked_for(app_token)
        client = AsyncWebClient(base_url=base_url, timeout=TIMEOUT, retry_handlers=[])
        client.proxy = proxies.of(base_url)
        app = AsyncApp(
            client=client,
            authorize=_authorized(self._bot_token),
            signing_secret="not used by Socket Mode",  # noqa: S106 - it is no secret
            name="wirewatch",
            logger=self._reasons.logger,
        )
        wire(app, actions)
        self._handler = AsyncSocketModeHandler(
            app, self._app_token(), logger=self._reasons.logger, web_client=client, ping_interval=_PING
        )
        self._reasons.listener = self._forget_address
        self._handler.client.on_message_listeners.append(self._noted)
        self._anew = self._handler.client.connect_to_new_endpoint
        self._handler.client.connect_to_new_endpoint = self._connect_anew  # type: ignore[method-assign]
        self._handler.client.issue_new_wss_url = self._address  # type: ignore[method-assign]
        self._connecting = asyncio.Lock()
        self._began, self._short = 0.0, 0
        # The address of the socket, which Slack gives at each connection, is reached the way that Slack is.
        self._handler.client.proxy = client.proxy
        self._watch = watch

    async def run(self, stop: asyncio.Event) -> None:
        """Keep connected until `stop` is set. Each change is logged once; nothing is raised."""
        connect = self._handler.client.connect()  # type: ignore[no-untyped-call]
        connecting = asyncio.create_task(connect, name="connect to Socket Mode")
        connected: bool | None = None
        seen_at = 0.0
        clock = asyncio.get_running_loop().time
        try:
            while not stop.is_set():
                # slack_sdk asks for a connection with what stands here; a token may have been replaced.
                self._handler.client.app_token = self._app_token()
                # One that Slack has ended may stand until there is another.
                now = await self._handler.client.is_connected() and not self._connecting.locked()
                seen_at = clock() if now else seen_at
                connected = self._told(connected, now, gone=clock() - seen_at > _RENEWED_WITHIN)
                await self._watch(now, of_socket(self._reasons.last))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _LOOK_EVERY)
        finally:
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
            await self._close()

    def _told(self, connected: bool | None, now: bool, *, gone: bool) -> bool | None:
        """Log a change, once; whether the connection stands or is only being renewed, None while there was none yet."""
        if now and not connected:
            log.info(
                "the desk's buttons and commands work: connected to Slack by Socket Mode",
                action="socket_connected",
            )
            self._reasons.last = ""
        elif connected and not now and gone:
            log.warning(
                "the connection by Socket Mode is lost; it is tried again",
                action="socket_lost",
                reason=of_socket(self._reasons.last),
            )
            return False
        elif connected is None and self._reasons.last:
            log.error(
                "no connection by Socket Mode; posting goes on, buttons and commands do not work",
                action="socket_not_connected",
                reason=of_socket(self._reasons.last),
            )
            return False
        return now or connected

    def _forget_address(self) -> None:
        """After any trouble ask for a new address: slack_sdk tries the one it has for ever, and it expires."""
        self._handler.client.wss_uri = None

    async def _address(self) -> str:
        """The address of a new connection. Raises what the Web API does.

        slack_sdk waits as long as Slack says when it is asked too often, be that days, and tells nobody.
        """
        client = self._handler.client
        try:
            url = (await client.web_client.apps_connections_open(app_token=client.app_token))["url"]
        except SlackApiError as error:
            self._reasons.last = trouble(error)
            headers = getattr(error.response, "headers", None) or {}
            asked = retry_after(headers.get("Retry-After"), at=headers.get("Date"))
            if isinstance(asked, timedelta):
                await asyncio.sleep(min(asked.total_seconds(), _LONGEST_PAUSE))
            raise
        if not isinstance(url, str):
            raise TypeError("the answer names no address")
        return url

    async def _noted(self, message: aiohttp.WSMessage) -> None:
        """Keep why Slack ends a connection, where it is for another reason than its age."""
        with contextlib.suppress(ValueError, AttributeError, TypeError):
            found = json.loads(message.data)
            reason = str(found.get("reason") or "")
            if found.get("type") == "disconnect" and reason and reason not in _USUAL:
                self._reasons.last = reason[:40]

    async def _connect_anew(self, force: bool = False) -> None:
        """Connect again, later and later where each connection ends at once, as when an app has too many of them.

        slack_sdk does so without a pause: twenty times in a second.
        """
        clock = asyncio.get_running_loop().time
        async with self._connecting:
            self._short = self._short + 1 if clock() - self._began < _SHORT else 0
            if self._short > 1:
                await asyncio.sleep(min(2.0 ** (self._short - 2), _LONGEST_PAUSE))
            if not self._handler.client.closed:
                await self._anew(force)
            self._began = clock()

    async def _close(self) -> None:
        client = self._handler.client
        tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
        with contextlib.suppress(*TROUBLE):
            await client.close()  # type: ignore[no-untyped-call]
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


def wire(app: AsyncApp, actions: DeskActions) -> None:
    """Answer everything first, then hand it on."""

    def taken(read: Callable[[object], T | None], hand_on: Callable[[T], Awaitable[None]], what: str) -> Listener:
        async def listener(ack: Callable[[], Awaitable[object]], body: object) -> None:
            await ack()
            if (found := read(body)) is not None:
                await hand_on(found)
            else:
                log.warning("what Slack sent makes no sense", action="payload_unreadable", what=what)

        return listener

    async def nothing(ack: Callable[[], Awaitable[object]]) -> None:
        await ack()

    app.action(_ANYTHING)(taken(click_of, actions.clicked, "action"))
    app.view(_ANYTHING)(taken(submission_of, actions.submitted, "form"))
    app.view_closed(_ANYTHING)(nothing)
    app.command(_ANYTHING)(taken(question_of, actions.asked, "command"))
    app.shortcut(_ANYTHING)(nothing)
    app.event(_ANYTHING)(nothing)


def _authorized(token: Callable[[], str]) -> Callable[..., Awaitable[AuthorizeResult]]:
    async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        # Slack is answered within 3 s: nothing is asked of it before. The socket was opened with a valid token.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token=token())

    return authorize


class _Reasons(logging.Handler):
    """Listens to what the libraries log, for the last reason; they would say it every five seconds, with addresses.

    `listener` is called at each trouble.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""
        self.listener: Callable[[], None] = lambda: None
        self.logger = logging.Logger("wirewatch.socket", logging.WARNING)  # noqa: LOG001 - nobody else shall get it
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep why, in a word."""
        if record.exc_info and record.exc_info[1] is not None:
            self.last = trouble(record.exc_info[1])
            self.listener()

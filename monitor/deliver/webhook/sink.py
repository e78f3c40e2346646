"""The webhook sink: signed JSON by POST, each message until the receiver takes it (docs/decisions/0033).

A receiver that gets a message twice knows it by its id, so what may have arrived is simply sent again. What it answers
is never read: its status says all, and redirects are not followed.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import aiohttp

from monitor.deliver.sink import (
    Limited,
    LookUp,
    NotFound,
    NotPosted,
    Outcome,
    Posted,
    Refused,
    Scope,
    Sent,
)
from monitor.deliver.webhook import signature
from monitor.deliver.webhook.payload import payload
from monitor.errors import SettingsError
from monitor.model import Attempt, EditAttempt, Routes, Webhook
from monitor.model.waits import retry_after

TIMEOUT = 10.0
"""Seconds until a call is given up; shorter than the outbox's lease."""

BROKEN_FROM = 5
"""From this attempt on ops is told that a webhook does not answer, and is shown what waits for it."""

_REMEMBERED = 10_000
_DEFAULT_WAIT = timedelta(seconds=30)
_LEAST_WAIT, _LONGEST_WAIT = timedelta(seconds=1), timedelta(days=1)
_FOR_NOW = {408, 425, 429}
# What a receiver answers to every message, and not to this one.
_CHANNEL = {
    401: "the receiver does not accept the signature: does it know the same secret?",
    403: "the receiver does not accept the signature: does it know the same secret?",
    404: "there is no receiver at this address",
    405: "the receiver takes no POST at this address",
    410: "the receiver wants no more messages at this address; take the route out of routes.yaml",
}


class Sessions(Protocol):
    """The sessions by which requests leave, behind a guard on addresses."""

    async def to(self, url: str) -> tuple[aiohttp.ClientSession, str | None]:
        """The session that asks for an address, and the proxy to name to it. May raise what the guard raises."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """`outgoing` makes the sessions, once there is a loop; their guard raises `blocked` for what it refuses.

    `secret` gives the secret of that name, None when it is not set.
    """

    outgoing: Callable[[], Sessions]
    blocked: type[OSError]
    secret: Callable[[str], str | None]
    timeout: float = TIMEOUT


class WebhookSink:
    """Posts to the webhooks of the routes that `use` was told of last, and those that it was told of before."""

    name = "webhook"
    pace = timedelta(0)

    def __init__(self, settings: WebhookSettings, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._hooks: dict[str, Webhook] = {}
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._outgoing: Sessions | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._outgoing is not None:
            await self._outgoing.close()

    def use(self, routes: Routes) -> None:
        """Know the webhooks of these routes; what waits for one that is gone is sent to it until the next start."""
        self._hooks |= {route.channel: route.webhook for route in routes.all() if route.webhook}

    def problem(self, hook: Webhook) -> str | None:
        """Why nothing can be sent to a webhook at all; None when its secret can be used."""
        keys = self._keys(hook)
        return keys.words if isinstance(keys, Refused) else None

    async def post(self, attempt: Attempt) -> Outcome:
        """One POST. Only a status from 200 to 299 within the time is a yes; all else is sent again."""
        delivery = attempt.delivery
        hook = self._hooks.get(delivery.channel)
        if hook is None:
            return _refused("no_route", "no route leads to this webhook any more")
        keys = self._keys(hook)
        if isinstance(keys, Refused):
            return keys
        now = self._clock()
        body = json.dumps(payload(delivery, now=now), separators=(",", ":")).encode()
        headers = signature.headers(delivery.delivery_id, body, keys, now=now)
        outcome = await self._posted(hook, body, headers)
        if isinstance(outcome, Sent):
            self._taken[delivery.delivery_id] = None
            if len(self._taken) > _REMEMBERED:
                self._taken.popitem(last=False)
        if isinstance(outcome, NotPosted) and attempt.number >= BROKEN_FROM:
            return _refused("no_answer", outcome.reason)
        return outcome

    async def find(self, attempt: Attempt) -> LookUp:
        """Whether this process saw the receiver take it; otherwise it is sent again, by the same id."""
        delivery_id = attempt.delivery.delivery_id
        return Sent(_ts(delivery_id)) if delivery_id in self._taken else NotFound()

    async def history(self, channel: str, after_ts: str | None) -> Sequence[Posted]:  # noqa: ARG002 - the interface's
        """A receiver shows nothing of what it took."""
        return ()

    async def edit(self, edit: EditAttempt) -> Outcome:
        """What was sent stays as it is: all that is news since then is sent as a message of its own."""
        return Sent(edit.ts)

    def _keys(self, hook: Webhook) -> tuple[bytes, ...] | Refused:
        try:
            secret = self._settings.secret(hook.secret)
        except SettingsError as error:
            return _refused("secret_unusable", str(error))
        if secret is None:
            return _refused("secret_missing", f"the environment has no {hook.secret}, which is to hold the secret")
        try:
            return signature.keys_of(secret)
        except ValueError as error:
            return _refused("secret_unusable", f"the secret in {hook.secret} cannot be used: {error}")

    async def _posted(self, hook: Webhook, body: bytes, headers: dict[str, str]) -> Outcome:
        if self._outgoing is None:
            self._outgoing = self._settings.outgoing()
        headers |= {"Content-Type": "application/json"}
        try:
            async with asyncio.timeout(self._settings.timeout):
                session, proxy = await self._outgoing.to(hook.url)
                post = session.post(hook.url, data=body, headers=headers, allow_redirects=False, proxy=proxy)
                async with post as response:
                    outcome = self._judged(response)
                    response.close()  # whatever it goes on to say is of no interest, and may have no end
                    return outcome or Sent(_ts(headers["webhook-id"]))
        except TimeoutError:
            return NotPosted(f"the webhook did not answer within {self._settings.timeout:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return self._broken_off(error)

    def _judged(self, response: aiohttp.ClientResponse) -> Outcome | None:
        """What a status means; None when the receiver took the message."""
        status = response.status
        if 200 <= status < 300:
            return None
        if 300 <= status < 400:
            return _refused(f"http_{status}", "the webhook has moved: write its new address into routes.yaml")
        answered = f"the webhook answered with status {status}"
        if status in _FOR_NOW or status >= 500:
            if "Retry-After" in response.headers or status == 429:
                return Limited(self._wait(response.headers), answered)
            return NotPosted(answered)
        if about := _CHANNEL.get(status):
            return _refused(f"http_{status}", about)
        return Refused(f"http_{status}", answered, Scope.UNCLEAR)

    def _wait(self, headers: Mapping[str, str]) -> timedelta:
        """What Retry-After asks for, a day at most; half a minute when that cannot be read."""
        asked = retry_after(headers.get("Retry-After"), at=headers.get("Date"))
        if asked is None:
            return _DEFAULT_WAIT
        wait = asked if isinstance(asked, timedelta) else asked - self._clock()
        return min(max(wait, _LEAST_WAIT), _LONGEST_WAIT)

    def _broken_off(self, error: Exception) -> Outcome:
        """What a connection that failed means. An address may be secret, so the error's own words are not repeated."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, self._settings.blocked):
                return _refused("blocked_address", str(cause))
            cause = getattr(cause, "os_error", None) or cause.__cause__
        if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
            return NotPosted("the webhook's certificate is not accepted")
        if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
            return NotPosted("the proxy does not connect to the webhook")
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            return NotPosted("the webhook's host has no address")
        if isinstance(error, aiohttp.ClientConnectorError):
            return NotPosted(f"the webhook cannot be reached: {error.os_error.strerror or 'no connection'}")
        return NotPosted(f"the webhook broke off ({type(error).__name__})")


def _ts(delivery_id: str) -> str:
    return f"webhook-{delivery_id}"


def _refused(code: str, reason: str) -> Refused:
    return Refused(code, reason, Scope.CHANNEL)

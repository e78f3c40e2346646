"""The Slack sink: posts once, and says honestly when it cannot know whether it did (docs/decisions/0002)."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncServerErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from monitor.decide.channel_notices import UNREACHABLE
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
    Unknown,
    Unreadable,
)
from monitor.deliver.slack.codes import ONE_METHOD, is_limit, is_of_thread, may_be_of_thread, maybe_posted, refusal
from monitor.deliver.slack.payload import EVENT_TYPE, payload
from monitor.model import Attempt, Delivery, EditAttempt
from monitor.wording.messages import story_words

log = structlog.get_logger()

TIMEOUT = 10
"""Seconds until a call is given up; what it did is then unknown."""

FIND_TIMEOUT = 15
"""Seconds for a whole look-up, its retries and further pages included; shorter than the outbox's lease."""

PACE = timedelta(seconds=1.1)
"""Slack allows one message per second and channel (https://docs.slack.dev/apis/web-api/rate-limits)."""

AnyToken = str | Callable[[], str]
"""A token, or what gives the one of now."""

CHECK_TIMEOUT = 3
"""Seconds for a look whether a message is there although Slack refused it."""

_CLOCKS_DIFFER = timedelta(days=1)
"""By so much our clock may have been wrong, against Slack's, when a message was posted that is looked for."""

POSTED_TIMEOUT = 8
"""Seconds for reading what stands in a channel before the first post; with that post shorter than the lease."""

_LOOKED_BACK = timedelta(days=30)
"""How far a channel is read back for a database that knows of no message in it."""

_MOST_PAGES = 10
_PAGE = 200
_SCOPES = "x-oauth-scopes"
_DEFAULT_WAIT = timedelta(seconds=30)


class SlackSink:
    """Posts with a bot token. slack_sdk's own retries are off: they post a second time when a reply is lost.

    `token` may give another one at each call. `buttons` says whether somebody listens for clicks; only then cards have
    buttons, else links to the console at the address `console`, "" for none. `translate` is the address of a translator
    (see `wording.translate`), "" for none. `resolver` makes what looks up Slack's name; None leaves that to aiohttp, on
    threads that others may hold.
    """

    name = "slack"
    pace = PACE

    def __init__(
        self,
        token: AnyToken,
        base_url: str,
        *,
        timeout: float | None = None,
        buttons: bool = False,
        translate: str = "",
        console: str = "",
        resolver: Callable[[], AbstractResolver] | None = None,
        clock: Callable[[], datetime],
    ) -> None:
        self._resolver = resolver
        self.buttons = buttons
        self._token = asked_for(token)
        self._translate = translate
        self._console = console
        self._writer = AsyncWebClient(base_url=base_url, retry_handlers=[])
        self._reader = AsyncWebClient(
            base_url=base_url,
            retry_handlers=[AsyncConnectionErrorRetryHandler(), AsyncServerErrorRetryHandler()],
        )
        if is_local(base_url):
            # slack_sdk takes a proxy from the environment, also for this machine.
            self._writer.proxy = self._reader.proxy = None
        self._session: aiohttp.ClientSession | None = None
        self._timeout = TIMEOUT if timeout is None else timeout
        self._clock = clock

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def post(self, attempt: Attempt) -> Outcome:
        """A chat.postMessage; the outcome says whether the message is there, is not, or may be.

        A reply that its thread does not take is posted by itself, and so is one that is refused by a code which nobody
        knows. What was refused by such a code before is posted as plain text: what Slack takes somehow does not wait.
        """
        until = asyncio.get_running_loop().time() + self._timeout * 0.8
        result = await self._post(attempt, attempt.parent_ts, plain=attempt.plain)
        unclear = isinstance(result, Refused) and result.scope is Scope.UNCLEAR
        if unclear and attempt.channel_problem and attempt.number % 2:
            # While a channel is known not to work, every other attempt is enough to try all forms.
            return await self._certain(attempt, result)
        if attempt.parent_ts and isinstance(result, Refused) and may_be_of_thread(result):
            result = await self._certain(attempt, result)
            if isinstance(result, Refused) and asyncio.get_running_loop().time() < until:
                result = await self._post(attempt, None, plain=attempt.plain)
        result = await self._certain(attempt, result)
        unclear = isinstance(result, Refused) and result.scope is Scope.UNCLEAR
        if unclear and attempt.refusal and not attempt.plain and asyncio.get_running_loop().time() < until:
            result = await self._certain(attempt, await self._post(attempt, None, plain=True))
        return result

    async def _post(self, attempt: Attempt, thread: str | None, *, plain: bool) -> Outcome:
        """One call, as a reply in a thread or by itself."""
        belongs = (
            "" if thread or not attempt.delivery.parent_id else story_words(attempt.delivery.message, attempt.parent)
        )
        body = self._rendered(attempt.delivery, now=self._clock(), plain=plain, belongs=belongs)
        if isinstance(body, Refused):
            return body
        where = {"thread_ts": thread, "reply_broadcast": attempt.delivery.broadcast} if thread else {}
        result = await self._call(self._writer.chat_postMessage, body | where)
        if not isinstance(result, dict):
            return result
        ts = result.get("ts")
        return Sent(str(ts)) if ts else Unknown("the reply names no message")

    async def _certain(self, attempt: Attempt, result: Outcome) -> Outcome:
        """The outcome; of a refusal by a code that nobody knows only after a look whether the message is there."""
        if not isinstance(result, Refused) or result.scope is not Scope.UNCLEAR:
            return result
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                found = await self.find(attempt)
        except TimeoutError:
            return result
        return found if isinstance(found, Sent) else result

    async def edit(self, edit: EditAttempt) -> Outcome:
        """One chat.update: the card as it is now, with the times of when it was posted."""
        body = self._rendered(edit.delivery, now=edit.posted_at, plain=edit.plain, version=edit.version)
        if isinstance(body, Refused):
            return body
        result = await self._call(self._writer.chat_update, body | {"ts": edit.ts})
        return Sent(edit.ts) if isinstance(result, dict) else result

    def _rendered(
        self, delivery: Delivery, *, now: datetime, plain: bool, version: int = 0, belongs: str = ""
    ) -> dict[str, Any] | Refused:
        try:
            body = payload(
                delivery.message,
                delivery_id=delivery.delivery_id,
                now=now,
                plain=plain,
                buttons=self.buttons,
                version=version,
                belongs=belongs,
                translate=self._translate,
                console=self._console,
            )
        except Exception as error:
            log.exception(
                "a message could not be rendered", action="render_failed", delivery=delivery.delivery_id, plain=plain
            )
            return Refused("not_rendered", f"{type(error).__name__} while it was put into words", Scope.MESSAGE)
        return body | {"channel": delivery.channel}

    async def find(self, attempt: Attempt) -> LookUp:
        """Look for the alert id in the metadata of what was posted since the first attempt.

        Replies are not in a channel's history, but in that of their thread. They are in the channel's when they were
        posted by themselves, and also when they were broadcast, which helps where threads may not be read.
        """
        try:
            async with asyncio.timeout(FIND_TIMEOUT):
                found = await self._find(attempt, attempt.parent_ts)
                if attempt.parent_ts is None or isinstance(found, Sent):
                    return found
                shown_in_channel = isinstance(found, Unreadable) and found.lasting and attempt.delivery.broadcast
                return await self._find(attempt, None) if isinstance(found, NotFound) or shown_in_channel else found
        except TimeoutError:
            return Unreadable(f"no end of the history within {FIND_TIMEOUT} s", lasting=False)

    async def history(self, channel: str, after_ts: str | None) -> Sequence[Posted] | Unreadable | Limited | Refused:
        """What of ours stands in a channel's history after a message; without one, of the last 30 days."""
        oldest = after_ts or f"{(self._clock() - _LOOKED_BACK).timestamp():.6f}"
        asked: dict[str, Any] = {"channel": channel, "oldest": oldest, "limit": _PAGE, "include_all_metadata": True}
        found: list[Posted] = []
        try:
            async with asyncio.timeout(POSTED_TIMEOUT):
                for _ in range(_MOST_PAGES):
                    result = await self._call(self._reader.conversations_history, asked)
                    if not isinstance(result, dict):
                        answer = _not_read(result)
                        return answer if isinstance(answer, Unreadable | Limited | Refused) else ()
                    found += filter(None, map(_posted, result.get("messages") or ()))
                    cursor = (result.get("response_metadata") or {}).get("next_cursor")
                    if not cursor:
                        break
                    asked["cursor"] = cursor
        except TimeoutError:
            return Unreadable(f"no end of the history within {POSTED_TIMEOUT} s", lasting=False)
        return sorted(found, key=lambda one: one.ts)

    async def about_token(self) -> frozenset[str] | Outcome:
        """The scopes of the token; the empty set when Slack names none."""
        response = await self._respond(self._reader.auth_test, {})
        if isinstance(response, Outcome):
            return response
        scopes = next((value for name, value in response.headers.items() if name.lower() == _SCOPES), "")
        return frozenset(filter(None, re.split(r"[,\s]+", str(scopes))))

    async def about_channel(self, channel: str) -> dict[str, Any] | Outcome:
        """What conversations.info says of a channel."""
        result = await self._call(self._reader.conversations_info, {"channel": channel})
        if not isinstance(result, dict):
            return result
        about = result.get("channel")
        return about if isinstance(about, dict) else Unknown("the reply names no channel")

    async def _find(self, attempt: Attempt, thread: str | None) -> LookUp:
        asked: dict[str, Any] = {
            "channel": attempt.delivery.channel,
            "oldest": _oldest(attempt, self._clock()),
            "limit": _PAGE,
            # Without it the metadata of even our own messages comes empty.
            "include_all_metadata": True,
        }
        method = self._reader.conversations_replies if thread else self._reader.conversations_history
        asked |= {"ts": thread} if thread else {}
        while True:
            result = await self._call(method, asked)
            if thread and isinstance(result, Refused) and is_of_thread(result.code):
                return NotFound()
            if not isinstance(result, dict):
                return _not_read(result)
            for message in result.get("messages") or ():
                if _alert_id(message) == attempt.delivery.delivery_id:
                    return Sent(str(message["ts"]))
            cursor = (result.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return NotFound()
            asked["cursor"] = cursor

    async def _call(self, method: Callable[..., Awaitable[Any]], arguments: dict[str, Any]) -> dict[str, Any] | Outcome:
        """The answer's data when Slack said ok; else what is certain about the request."""
        response = await self._respond(method, arguments)
        if isinstance(response, Outcome):
            return response
        data = getattr(response, "data", None)
        return data if isinstance(data, dict) else Unknown("the reply cannot be read")

    async def _respond(self, method: Callable[..., Awaitable[Any]], arguments: dict[str, Any]) -> Any | Outcome:
        """The answer when Slack said ok; else what is certain about the request."""
        self._writer.session = self._reader.session = self._open_session()
        self._writer.token = self._reader.token = self._token()
        try:
            return await method(**arguments)
        except SlackApiError as error:
            return _said_no(error)
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError) as error:
            return NotPosted(f"{UNREACHABLE}: {_unreachable(error)}")
        except TimeoutError:
            return Unknown(f"no reply within {self._timeout:g} s")
        except (aiohttp.ClientError, OSError) as error:
            return Unknown(f"the reply was lost: {type(error).__name__}")
        except (SlackClientError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            # slack_sdk stumbles in many ways over a body that is not Slack's.
            return Unknown(f"the reply cannot be read: {type(error).__name__}")

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A connection that is not made in time has certainly not carried a message.
            limits = aiohttp.ClientTimeout(total=self._timeout, sock_connect=self._timeout / 2)
            connector = aiohttp.TCPConnector(resolver=self._resolver() if self._resolver else None)
            self._session = aiohttp.ClientSession(timeout=limits, connector=connector)
        return self._session


def asked_for(token: AnyToken) -> Callable[[], str]:
    """What gives a token each time it is used."""
    return token if callable(token) else lambda: token


def _oldest(attempt: Attempt, now: datetime) -> str:
    """From where on a channel is searched, by Slack's clock: our own may have been wrong at the attempt.

    That is after the last message that we know of from before it, and not much longer ago than our clocks say.
    """
    by_clock = (min(attempt.first_attempt_at, now) - _CLOCKS_DIFFER).timestamp()
    return f"{max(by_clock, float(attempt.after_ts or 0)):.6f}"


def is_local(url: str) -> bool:
    """Whether an address is this machine."""
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")


def _said_no(error: SlackApiError) -> Outcome:
    """What an error answer makes certain. The response may be a raw one without data when its body was no JSON."""
    response: Any = error.response
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    if status == 429 or is_limit(code):
        return Limited(_retry_after(getattr(response, "headers", None) or {}), code or "rate limited")
    if status >= 500 or maybe_posted(code):
        return Unknown(f"Slack answered {code or f'HTTP {status}'}")
    if code:
        return refusal(code, str(data.get("needed") or "") if isinstance(data, dict) else "")
    if 400 <= status < 500 and status != 408:
        return NotPosted(f"{UNREACHABLE}: HTTP {status} from something that is not Slack; is SLACK_API_URL right?")
    return Unknown(f"Slack answered HTTP {status} with a body that cannot be read")


def _not_read(outcome: Outcome) -> LookUp:
    """What an answer to a look-up means that is no history."""
    match outcome:
        case Limited():
            return outcome
        case Refused(code, scope=Scope.CHANNEL | Scope.APP):
            return Unreadable(outcome.words, lasting=True) if code in ONE_METHOD else outcome
        case Refused():
            return Unreadable(outcome.words, lasting=False)
        case Sent():
            return outcome
        case NotPosted(reason) | Unknown(reason):
            return Unreadable(reason, lasting=False)


def _retry_after(headers: Any) -> timedelta:
    value = str(headers.get("Retry-After") or "")
    return timedelta(seconds=int(value)) if re.fullmatch(r"[0-9]{1,6}", value) else _DEFAULT_WAIT


def _alert_id(message: Any) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    found = (metadata.get("event_payload") or {}).get("alert_id")
    return str(found) if found else None


def _posted(message: Any) -> Posted | None:
    """A message of ours in a history; None for one of somebody else."""
    alert_id = _alert_id(message)
    if alert_id is None:
        return None
    about = message["metadata"]["event_payload"]
    several = about.get("story_ids")
    named = [about.get("story_id"), *(several if isinstance(several, list) else ())]
    return Posted(str(message["ts"]), alert_id, tuple(name for name in named if isinstance(name, str)))


def _unreachable(error: Exception) -> str:
    """Why there was no connection, in words that somebody can act on."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return f"the certificate of {error.host} is not trusted"
        case aiohttp.ClientConnectorDNSError():
            return f"the name {error.host} cannot be found"
        case aiohttp.ClientConnectorError():
            number = error.os_error.errno
            return f"{os.strerror(number) if number else type(error).__name__} at {error.host}, port {error.port}"
        case aiohttp.ClientHttpProxyError():
            return f"the proxy answered HTTP {error.status}"
        case _:
            return "no connection in time"

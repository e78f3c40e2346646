"""The Slack sink: posts once, and says honestly when it cannot know whether it did (docs/decisions/0002)."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncServerErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from monitor.deliver.sink import (
    Limited,
    LookUp,
    NotFound,
    NotPosted,
    Outcome,
    Refused,
    Scope,
    Sent,
    Unknown,
    Unreadable,
)
from monitor.deliver.slack.payload import EVENT_TYPE, payload
from monitor.model import Attempt, Delivery, EditAttempt

log = structlog.get_logger()

TIMEOUT = 10
"""Seconds until a call is given up; what it did is then unknown."""

FIND_TIMEOUT = 15
"""Seconds for a whole look-up, its retries and further pages included; shorter than the outbox's lease."""

PACE = timedelta(seconds=1.1)
"""Slack allows one message per second and channel (https://docs.slack.dev/apis/web-api/rate-limits)."""

_CLOCK_SKEW = timedelta(seconds=60)
_PAGE = 200
_SCOPES = "x-oauth-scopes"
_DEFAULT_WAIT = timedelta(seconds=30)

# Error codes by what they are about; https://docs.slack.dev/reference/methods/chat.postMessage lists them. Of some it
# says that "some aspect of the operation succeeded before the error was raised": the message may be there.
_RATE = {"ratelimited", "rate_limited", "message_limit_exceeded"}
_MAYBE_POSTED = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
CHANNEL = {
    "not_in_channel": "the bot is not in the channel; invite it",
    "channel_not_found": "there is no such channel, or it is private and the bot is not in it",
    "is_archived": "the channel is archived",
    "channel_is_archived": "the channel is archived",
    "is_inactive": "the channel is frozen, archived or deleted",
    "restricted_action": "the workspace does not let the bot post here",
    "messages_tab_disabled": "the messages tab of this app is switched off",
}
_APP = {
    "invalid_auth": "the token is not valid",
    "not_authed": "no token was sent",
    "account_inactive": "the token belongs to a deleted user or workspace",
    "token_revoked": "the token was revoked",
    "token_expired": "the token has expired",
    "not_allowed_token_type": "this kind of token may not do that; a bot token is needed",
    "missing_scope": "the token lacks a scope",
    "no_permission": "the token lacks a permission",
    "org_login_required": "the workspace is being moved; its owners know",
}
_MESSAGE = {
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_blocks",
    "invalid_blocks_format",
    "no_text",
    "markdown_text_conflict",
    "metadata_too_large",
    "too_many_attachments",
    "invalid_arguments",
}


# A reply to a message that somebody deleted stands by itself instead.
_NO_THREAD = {"thread_not_found", "message_not_found", "cannot_reply_to_message"}
# These refuse one method, not the whole app: without a scope for reading we can still post.
_ONE_METHOD = {"missing_scope", "no_permission", "not_allowed_token_type", "not_in_channel"}


class SlackSink:
    """Posts with a bot token. slack_sdk's own retries are off: they post a second time when a reply is lost.

    `buttons` says whether somebody listens for clicks; only then cards have buttons. `translate` is the address of a
    translator (see `wording.translate`), "" for none.
    """

    name = "slack"
    pace = PACE

    def __init__(
        self,
        token: str,
        base_url: str,
        *,
        timeout: float | None = None,
        buttons: bool = False,
        translate: str = "",
        clock: Callable[[], datetime],
    ) -> None:
        self.buttons = buttons
        self._translate = translate
        self._writer = AsyncWebClient(token=token, base_url=base_url, retry_handlers=[])
        self._reader = AsyncWebClient(
            token=token,
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
        """One chat.postMessage; the outcome says whether the message is there, is not, or may be."""
        delivery = attempt.delivery
        body = self._rendered(delivery, now=self._clock(), plain=attempt.plain)
        if isinstance(body, Refused):
            return body
        thread = {"thread_ts": attempt.parent_ts, "reply_broadcast": delivery.broadcast} if attempt.parent_ts else {}
        result = await self._call(self._writer.chat_postMessage, body | thread)
        if thread and isinstance(result, Refused) and result.code in _NO_THREAD:
            result = await self._call(self._writer.chat_postMessage, body)
        if not isinstance(result, dict):
            return result
        ts = result.get("ts")
        return Sent(str(ts)) if ts else Unknown("the reply names no message")

    async def edit(self, edit: EditAttempt) -> Outcome:
        """One chat.update: the card as it is now, with the times of when it was posted."""
        body = self._rendered(edit.delivery, now=edit.posted_at, plain=edit.plain, version=edit.version)
        if isinstance(body, Refused):
            return body
        result = await self._call(self._writer.chat_update, body | {"ts": edit.ts})
        return Sent(edit.ts) if isinstance(result, dict) else result

    def _rendered(
        self, delivery: Delivery, *, now: datetime, plain: bool, version: int = 0
    ) -> dict[str, Any] | Refused:
        try:
            body = payload(
                delivery.message,
                delivery_id=delivery.delivery_id,
                now=now,
                plain=plain,
                buttons=self.buttons,
                version=version,
                translate=self._translate,
            )
        except Exception as error:
            log.exception(
                "a message could not be rendered", action="render_failed", delivery=delivery.delivery_id, plain=plain
            )
            return Refused("not_rendered", f"{type(error).__name__} while it was put into words", Scope.MESSAGE)
        return body | {"channel": delivery.channel}

    async def find(self, attempt: Attempt) -> LookUp:
        """Look for the alert id in the metadata of what was posted since the first attempt.

        Replies are not in a channel's history, but in that of their thread. They are in the channel's too when they
        were broadcast, which helps where threads may not be read, and when the thread was gone: then they were posted
        by themselves.
        """
        try:
            async with asyncio.timeout(FIND_TIMEOUT):
                found = await self._find(attempt, attempt.parent_ts)
                if attempt.parent_ts and isinstance(found, Unreadable):
                    shown_in_channel = attempt.delivery.broadcast and found.lasting
                    if shown_in_channel or found.reason in _NO_THREAD:
                        return await self._find(attempt, None)
                return found
        except TimeoutError:
            return Unreadable(f"no end of the history within {FIND_TIMEOUT} s", lasting=False)

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
            "oldest": f"{(attempt.first_attempt_at - _CLOCK_SKEW).timestamp():.6f}",
            "limit": _PAGE,
            # Without it the metadata of even our own messages comes empty.
            "include_all_metadata": True,
        }
        method = self._reader.conversations_replies if thread else self._reader.conversations_history
        asked |= {"ts": thread} if thread else {}
        while True:
            result = await self._call(method, asked)
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
        try:
            return await method(**arguments)
        except SlackApiError as error:
            return _said_no(error)
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError) as error:
            return NotPosted(f"Slack cannot be reached: {_unreachable(error)}")
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
            self._session = aiohttp.ClientSession(timeout=limits)
        return self._session


def is_local(url: str) -> bool:
    """Whether an address is this machine."""
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")


def _said_no(error: SlackApiError) -> Outcome:
    """What an error answer makes certain. The response may be a raw one without data when its body was no JSON."""
    response: Any = error.response
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    if status == 429 or code in _RATE:
        return Limited(_retry_after(getattr(response, "headers", None) or {}), code or "rate limited")
    if status >= 500 or code in _MAYBE_POSTED:
        return Unknown(f"Slack answered {code or f'HTTP {status}'}")
    if code:
        return _refusal(code, str(data.get("needed") or "") if isinstance(data, dict) else "")
    if 400 <= status < 500 and status != 408:
        return NotPosted(f"HTTP {status} from something that is not Slack; is SLACK_API_URL right?")
    return Unknown(f"Slack answered HTTP {status} with a body that cannot be read")


def _refusal(code: str, needed: str) -> Refused:
    if code in CHANNEL or code.startswith("restricted_action"):
        return Refused(code, CHANNEL.get(code, CHANNEL["restricted_action"]), Scope.CHANNEL)
    if code in _APP:
        return Refused(code, f"{_APP[code]}: {needed}" if needed else _APP[code], Scope.APP)
    ours = code in _MESSAGE or code.startswith("invalid_metadata")
    reason = "Slack does not take the message as it is" if ours else "Slack says no with a code we do not know"
    return Refused(code, reason, Scope.MESSAGE if ours else Scope.UNCLEAR)


def _not_read(outcome: Outcome) -> LookUp:
    """What an answer to a look-up means that is no history."""
    match outcome:
        case Limited():
            return outcome
        case Refused(code, reason, scope) if scope in (Scope.CHANNEL, Scope.APP):
            return Unreadable(f"{code}: {reason}", lasting=True) if code in _ONE_METHOD else outcome
        case Refused(code):
            return Unreadable(code, lasting=True)
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

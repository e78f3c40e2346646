"""The Slack sink: posts once, and says honestly when it cannot know whether it did."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from monitor.alerts.render import payload
from monitor.alerts.sink import (
    Absent,
    Limited,
    LookUp,
    NotPosted,
    Outcome,
    Refused,
    Scope,
    Sent,
    Unknown,
    Unreadable,
)
from monitor.model import Claim

TIMEOUT = 10
PACE = timedelta(seconds=1.1)
"""Slack allows one message per second and channel (https://docs.slack.dev/apis/web-api/rate-limits)."""

_CLOCK_SKEW = timedelta(seconds=60)
_PAGE = 200
_MAX_PAGES = 10
_DEFAULT_WAIT = timedelta(seconds=30)

# Error codes by what they are about; https://docs.slack.dev/reference/methods/chat.postMessage lists them.
_RATE = {"ratelimited", "rate_limited", "message_limit_exceeded"}
_MAYBE_POSTED = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
_CHANNEL = {
    "not_in_channel": "the bot is not in the channel; invite it",
    "channel_not_found": "there is no such channel, or it is private and the bot is not in it",
    "is_archived": "the channel is archived",
    "restricted_action": "the workspace does not let the bot post here",
    "messages_tab_disabled": "the messages tab of this app is switched off",
}
_APP = {
    "invalid_auth": "the token is not valid",
    "not_authed": "no token was sent",
    "account_inactive": "the token belongs to a deleted user or workspace",
    "token_revoked": "the token was revoked",
    "token_expired": "the token has expired",
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


class SlackSink:
    """Posts with a bot token. slack_sdk's own retries are off: they post a second time when a reply is lost."""

    name = "slack"
    pace = PACE

    def __init__(self, token: str, base_url: str, *, timeout: int = TIMEOUT, clock: Callable[[], datetime]) -> None:
        self._client = AsyncWebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])
        self._session: aiohttp.ClientSession | None = None
        self._clock = clock

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def post(self, claim: Claim) -> Outcome:
        """One chat.postMessage; the outcome says whether the message is there, is not, or may be."""
        delivery = claim.delivery
        body = payload(delivery.message, delivery_id=delivery.delivery_id, now=self._clock(), plain=claim.plain)
        if claim.parent_ts is not None:
            body |= {"thread_ts": claim.parent_ts, "reply_broadcast": delivery.broadcast}
        result = await self._call(self._client.chat_postMessage(channel=delivery.channel, **body))
        if not isinstance(result, dict):
            return result
        ts = result.get("ts")
        return Sent(str(ts)) if ts else Unknown("the reply has no ts")

    async def find(self, claim: Claim) -> LookUp:
        """Look for the alert id in the metadata of what was posted since the first attempt.

        `include_all_metadata` is needed also for the app's own messages; replies are in no channel history.
        """
        cursor, delivery = "", claim.delivery
        oldest = f"{(claim.first_attempt_at - _CLOCK_SKEW).timestamp():.6f}"
        for _ in range(_MAX_PAGES):
            asked: dict[str, Any] = {"channel": delivery.channel, "oldest": oldest, "limit": _PAGE}
            asked |= {"include_all_metadata": True} | ({"cursor": cursor} if cursor else {})
            if claim.parent_ts is None:
                result = await self._call(self._client.conversations_history(**asked))
            else:
                asked["ts"] = claim.parent_ts
                result = await self._call(self._client.conversations_replies(**asked))
            if isinstance(result, Limited):
                return result
            if not isinstance(result, dict):
                return Unreadable(result.reason if not isinstance(result, Sent) else "an unexpected answer")
            for message in result.get("messages") or ():
                if _alert_id(message) == delivery.delivery_id:
                    return Sent(str(message["ts"]))
            cursor = (result.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return Absent()
        return Unreadable("too many messages since the attempt to look through")

    async def _call(self, call: Awaitable[Any]) -> dict[str, Any] | Outcome:
        """The answer's data when Slack said ok; else what is certain about the request."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._client.timeout))
            self._client.session = self._session
        try:
            response = await call
        except SlackApiError as error:
            return _said_no(error)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return NotPosted(f"Slack cannot be reached: {type(error).__name__}")
        except TimeoutError:
            return Unknown(f"no reply within {self._client.timeout} s")
        except (aiohttp.ClientError, OSError, SlackClientError, json.JSONDecodeError) as error:
            return Unknown(f"the reply was lost: {type(error).__name__}")
        data = getattr(response, "data", None)
        return data if isinstance(data, dict) else Unknown("the reply cannot be read")


def _said_no(error: SlackApiError) -> Outcome:
    """What an error answer makes certain. The response may be a raw one without data when its body was no JSON."""
    response: Any = error.response
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    headers = getattr(response, "headers", None) or {}
    if status == 429 or code in _RATE:
        return Limited(_retry_after(headers), code or "rate limited")
    if status >= 500 or code in _MAYBE_POSTED:
        return Unknown(f"Slack answered {code or f'HTTP {status}'}")
    if code in _CHANNEL or code.startswith("restricted_action"):
        return Refused(code, _CHANNEL.get(code, _CHANNEL["restricted_action"]), Scope.CHANNEL)
    if code in _APP:
        needed = f" ({data['needed']})" if isinstance(data, dict) and data.get("needed") else ""
        return Refused(code, f"{_APP[code]}{needed}", Scope.APP)
    if code in _MESSAGE or code.startswith("invalid_metadata"):
        return Refused(code, f"Slack does not take the message: {code}", Scope.MESSAGE)
    return Unknown(f"Slack answered {code or f'HTTP {status} with a body that cannot be read'}")


def _retry_after(headers: Any) -> timedelta:
    value = str(headers.get("Retry-After") or headers.get("retry-after") or "")
    return timedelta(seconds=int(value)) if value.isdigit() else _DEFAULT_WAIT


def _alert_id(message: Any) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != "wirewatch_alert":
        return None
    found = (metadata.get("event_payload") or {}).get("alert_id")
    return str(found) if found else None

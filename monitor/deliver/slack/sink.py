"""The Slack sink: posts once, and says honestly when it cannot know whether it did (docs/decisions/0002)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp.abc import AbstractResolver

from monitor.deliver.sink import (
    NOT_RENDERED,
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
from monitor.deliver.slack.client import AnyToken, SlackClient
from monitor.deliver.slack.codes import ONE_METHOD, is_of_metadata, is_of_thread, may_be_of_thread
from monitor.deliver.slack.history import alert_id_of, page_of, posted_in, ts_of
from monitor.deliver.slack.payload import payload
from monitor.model import Attempt, Delivery, EditAttempt
from monitor.settings.proxies import DIRECT, Proxies
from monitor.wording.messages import story_words

log = structlog.get_logger()

FIND_TIMEOUT = 15
"""Seconds for a whole look-up, its retries and further pages included; shorter than the outbox's lease."""

PACE = timedelta(seconds=1.1)
"""Slack allows one message per second and channel (https://docs.slack.dev/apis/web-api/rate-limits)."""

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


class SlackSink:
    """Posts with a bot token; `token` may give another one at each call.

    `buttons` says whether somebody listens for clicks; only then cards have buttons, else links to the console at the
    address `console`, "" for none. `translate` is the address of a translator (see `wording.translate`), "" for none.
    `resolver` and `proxies` are as for `SlackClient`.
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
        proxies: Proxies = DIRECT,
        clock: Callable[[], datetime],
    ) -> None:
        self._slack = SlackClient(token, base_url, timeout=timeout, resolver=resolver, proxies=proxies)
        self._buttons = buttons
        self._translate = translate
        self._console = console
        self._clock = clock

    async def close(self) -> None:
        """Close the connections."""
        await self._slack.close()

    async def post(self, attempt: Attempt) -> Outcome:
        """A chat.postMessage; the outcome says whether the message is there, is not, or may be.

        A reply that its thread does not take is posted by itself, and so is one that is refused by a code which nobody
        knows, or a second time. What was refused by such a code before is posted as plain text: what Slack takes
        somehow does not wait.
        """
        until = asyncio.get_running_loop().time() + self._slack.timeout * 0.8
        result = await self._post(attempt, attempt.parent_ts, plain=attempt.plain)
        unclear = isinstance(result, Refused) and result.scope is Scope.UNCLEAR
        if unclear and attempt.channel_problem and attempt.number % 2:
            # While a channel is known not to work, every other attempt is enough to try all forms.
            return await self._certain(attempt, result)
        again = attempt.refusal and isinstance(result, Refused) and result.scope is not Scope.MESSAGE
        if attempt.parent_ts and isinstance(result, Refused) and (again or may_be_of_thread(result)):
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
        result = await self._sent(self._slack.writer.chat_postMessage, body | where)
        if not isinstance(result, dict):
            return result
        ts = ts_of(result)
        return Sent(ts) if ts else Unknown("the reply names no message")

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
        result = await self._sent(self._slack.writer.chat_update, body | {"ts": edit.ts})
        return Sent(edit.ts) if isinstance(result, dict) else result

    async def _sent(self, method: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> dict[str, Any] | Outcome:
        """One call, and where Slack does not take the metadata another one without.

        Should the reply to that be lost, the message is not found in the history and may be posted twice: better than
        not at all.
        """
        result = await self._slack.call(method, body)
        if isinstance(result, Refused) and is_of_metadata(result.code):
            return await self._slack.call(method, {name: body[name] for name in body if name != "metadata"})
        return result

    def _rendered(
        self, delivery: Delivery, *, now: datetime, plain: bool, version: int = 0, belongs: str = ""
    ) -> dict[str, Any] | Refused:
        try:
            body = payload(
                delivery.message,
                delivery_id=delivery.delivery_id,
                now=now,
                plain=plain,
                buttons=self._buttons,
                version=version,
                belongs=belongs,
                translate=self._translate,
                console=self._console,
            )
        except Exception as error:
            log.exception(
                "a message could not be rendered", action="render_failed", delivery=delivery.delivery_id, plain=plain
            )
            return Refused(NOT_RENDERED, f"{type(error).__name__} while it was put into words", Scope.MESSAGE)
        return body | {"channel": delivery.channel}

    async def find(self, attempt: Attempt) -> LookUp:
        """Look for the alert id in the metadata of what was posted since the first attempt.

        Replies are not in a channel's history, but in that of their thread, which is another one where their parent was
        posted after them. They are in the channel's when they were posted by themselves, and also when they were
        broadcast, which helps where threads may not be read.
        """
        try:
            async with asyncio.timeout(FIND_TIMEOUT):
                found = await self._find(attempt, attempt.parent_ts)
                if isinstance(found, NotFound) and _stood_in(attempt):
                    found = await self._find(attempt, attempt.stand_in_ts)
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
                    result = await self._slack.call(self._slack.reader.conversations_history, asked)
                    if not isinstance(result, dict):
                        answer = _not_read(result)
                        return answer if isinstance(answer, Unreadable | Limited | Refused) else ()
                    page = page_of(result)
                    if page.lacking:
                        return page.lacking
                    found += filter(None, map(posted_in, page.messages))
                    if not page.next:
                        break
                    asked["cursor"] = page.next
        except TimeoutError:
            return Unreadable(f"no end of the history within {POSTED_TIMEOUT} s", lasting=False)
        return sorted(found, key=lambda one: one.ts)

    async def about_token(self) -> frozenset[str] | Outcome:
        """The scopes of the token; the empty set when Slack names none."""
        response = await self._slack.respond(self._slack.reader.auth_test, {})
        if isinstance(response, Outcome):
            return response
        scopes = next((value for name, value in response.headers.items() if name.lower() == _SCOPES), "")
        return frozenset(filter(None, re.split(r"[,\s]+", str(scopes))))

    async def about_channel(self, channel: str) -> dict[str, Any] | Outcome:
        """What conversations.info says of a channel."""
        result = await self._slack.call(self._slack.reader.conversations_info, {"channel": channel})
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
        method = self._slack.reader.conversations_replies if thread else self._slack.reader.conversations_history
        asked |= {"ts": thread} if thread else {}
        while True:
            result = await self._slack.call(method, asked)
            if thread and isinstance(result, Refused) and is_of_thread(result.code):
                return NotFound()
            if not isinstance(result, dict):
                return _not_read(result)
            page = page_of(result)
            for message in page.messages:
                if alert_id_of(message) == attempt.delivery.delivery_id and (ts := ts_of(message)):
                    return Sent(ts)
            if page.lacking or not page.next:
                return page.lacking or NotFound()
            asked["cursor"] = page.next


def _stood_in(attempt: Attempt) -> bool:
    """Whether another reply stood by itself in the place of the parent before that was posted."""
    return bool(attempt.stand_in_ts and attempt.parent_ts and float(attempt.stand_in_ts) < float(attempt.parent_ts))


def _oldest(attempt: Attempt, now: datetime) -> str:
    """From where on a channel is searched, by Slack's clock: our own may have been wrong at the attempt.

    That is after the last message that we know of from before it, and not much longer ago than our clocks say.
    """
    by_clock = (min(attempt.first_attempt_at, now) - _CLOCKS_DIFFER).timestamp()
    return f"{max(by_clock, float(attempt.after_ts or 0)):.6f}"


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

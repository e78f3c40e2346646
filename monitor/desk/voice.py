"""How are people answered who acted in Slack? By the Web API, or by the address that Slack gave for answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from monitor.deliver.slack.blocks import Json
from monitor.deliver.slack.client import AnyToken, asked_for
from monitor.desk.actions import Opened
from monitor.desk.payloads import Addressee
from monitor.desk.permission import PermissionUnknown
from monitor.settings.proxies import DIRECT, Proxies

log = structlog.get_logger()

TIMEOUT = 10
"""Seconds until a call is given up."""

_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError)
TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, *_UNREADABLE)
_LATE, _OPEN = {"expired_trigger_id"}, {"exchanged_trigger_id"}
"""Codes of a click that was too long ago, and of one that came twice and whose form is open."""


class SlackVoice:
    """Answers people through the Web API."""

    def __init__(self, token: AnyToken, base_url: str, *, proxies: Proxies = DIRECT) -> None:
        self._token = asked_for(token)
        self._proxies = proxies
        self._client = AsyncWebClient(base_url=base_url, timeout=TIMEOUT, retry_handlers=[])
        # slack_sdk takes a proxy from the environment, whatever NO_PROXY says, also for this machine.
        self._client.proxy = proxies.of(base_url)

    async def tell(self, to: Addressee, note: Json) -> None:
        """Show something to the person who acted alone: in one way, and where Slack does not take that in the other.

        One needs the app and the person in the channel, the other an address that is good for half an hour.
        """
        ways = [self._tell_in_channel, self._tell_by_url]
        for way in reversed(ways) if to.url_first else ways:
            if await way(to, note):
                return

    async def _tell_in_channel(self, to: Addressee, note: Json) -> bool:
        where = {"channel": to.channel, "user": to.user_id} | ({"thread_ts": to.thread_ts} if to.thread_ts else {})
        return not await self._tried(
            "telling somebody in the channel", self._client.chat_postEphemeral, **where, **note
        )

    async def _tell_by_url(self, to: Addressee, note: Json) -> bool:
        if not to.response_url:
            return False
        hook = AsyncWebhookClient(to.response_url, timeout=TIMEOUT, retry_handlers=[])
        hook.proxy = self._proxies.of(to.response_url)

        async def send() -> str:
            response = await hook.send(response_type="ephemeral", replace_original=False, **note)
            body = "".join(response.body.split())
            said_yes = response.status_code == 200 and not body.startswith("<") and '"ok":false' not in body
            return "" if said_yes else f"HTTP {response.status_code}"

        return not await self._tried("telling somebody by Slack's address for answers", send)

    async def open(self, trigger_id: str, view: Json) -> Opened:
        """Open a form. When Slack delivers a click twice it opens the form once, and says so the second time."""
        what, method = "opening a form", self._client.views_open
        why = await self._tried(what, method, usual=_OPEN, trigger_id=trigger_id, view=view)
        return Opened.YES if not why or why in _OPEN else Opened.LATE if why in _LATE else Opened.MAYBE

    async def members(self, group: str) -> Collection[str]:
        """The users of a user group.

        Raises:
            PermissionUnknown: Slack does not tell.
        """
        self._client.token = self._token()
        try:
            response = await self._client.usergroups_users_list(usergroup=group)
            return [str(user) for user in response.get("users") or ()]
        except TROUBLE as error:
            log.error(
                "the desk's user group cannot be read",
                action="desk_group_unreadable",
                group=group,
                error=trouble(error),
            )
            raise PermissionUnknown(trouble(error)) from None

    async def _tried(
        self, what: str, method: Callable[..., Awaitable[object]], *, usual: Collection[str] = (), **arguments: Any
    ) -> str:
        """Call a method; "" when that worked, else why it did not, which is logged unless it is usual.

        A method may also give a text that says why.
        """
        self._client.token = self._token()
        try:
            answer = await method(**arguments)
            why = answer if isinstance(answer, str) else ""
        except TROUBLE as error:
            why = trouble(error)
        if why and why not in usual:
            log.warning("Slack did not take what people should see", action="desk_answer_failed", what=what, error=why)
        return why


def trouble(error: BaseException) -> str:
    """What went wrong in a word or two, without addresses: those of Socket Mode hold a ticket."""
    if isinstance(error, SlackApiError):
        data, status = getattr(error.response, "data", None), getattr(error.response, "status_code", None) or 200
        if isinstance(data, dict) and data.get("error"):
            return f"{data['error']}: {data['needed']}" if data.get("needed") else str(data["error"])
        return f"HTTP {status}" if status != 200 else "an answer that cannot be read"
    # slack_sdk stumbles in many ways over an answer that is not Slack's.
    return "an answer that cannot be read" if isinstance(error, _UNREADABLE) else type(error).__name__

"""Calls to Slack, and what their answers, or their absence, make certain (docs/decisions/0002)."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncServerErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from monitor.decide.notices.channels import UNREACHABLE
from monitor.deliver.sink import Limited, NotPosted, Outcome, Refused, Scope, Unknown
from monitor.deliver.slack.codes import is_limit, maybe_posted, refusal
from monitor.model.waits import retry_after
from monitor.settings.proxies import DIRECT, Proxies
from monitor.wording.safe import safe, shortened

TIMEOUT = 10
"""Seconds until a call is given up; what it did is then unknown."""

AnyToken = str | Callable[[], str]
"""A token, or what gives the one of now."""

_DEFAULT_WAIT = timedelta(seconds=30)
_LONGEST_DETAILS = 200


class _Redirected(aiohttp.ClientError):
    """An answer that leads elsewhere, as that of a network which asks for a password first."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


async def _without_redirects(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Slack redirects no calls. To follow would show messages to whoever asks for them, or post them as a GET."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise _Redirected(response.status)
    return response


class SlackClient:
    """Calls the methods of `writer` and `reader` over one pool of connections, with the token of now.

    `writer` has no retries of slack_sdk: they would post a second time when a reply is lost. `resolver` makes what
    looks up Slack's name; None leaves that to aiohttp, on threads that others may hold. `timeout` is in seconds.
    `proxies` say by which proxy the calls go.
    """

    def __init__(
        self,
        token: AnyToken,
        base_url: str,
        *,
        timeout: float | None = None,
        resolver: Callable[[], AbstractResolver] | None = None,
        proxies: Proxies = DIRECT,
    ) -> None:
        self._token = asked_for(token)
        self._resolver = resolver
        self.writer = AsyncWebClient(base_url=base_url, retry_handlers=[])
        self.reader = AsyncWebClient(
            base_url=base_url,
            retry_handlers=[AsyncConnectionErrorRetryHandler(), AsyncServerErrorRetryHandler()],
        )
        # slack_sdk takes a proxy from the environment, whatever NO_PROXY says, also for this machine.
        self.writer.proxy = self.reader.proxy = proxies.of(base_url)
        self._session: aiohttp.ClientSession | None = None
        self.timeout = TIMEOUT if timeout is None else timeout

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def call(self, method: Callable[..., Awaitable[Any]], arguments: dict[str, Any]) -> dict[str, Any] | Outcome:
        """The answer's data when Slack said ok; else what is certain about the request."""
        response = await self.respond(method, arguments)
        if isinstance(response, Outcome):
            return response
        data = getattr(response, "data", None)
        if not isinstance(data, dict):
            return Unknown("the reply cannot be read")
        return data if data.get("ok") is True else Unknown("the reply says neither yes nor no")

    async def respond(self, method: Callable[..., Awaitable[Any]], arguments: dict[str, Any]) -> Any | Outcome:
        """The answer when Slack said ok; else what is certain about the request."""
        self.writer.session = self.reader.session = self._open_session()
        self.writer.token = self.reader.token = self._token()
        try:
            return await method(**arguments)
        except SlackApiError as error:
            return _said_no(error)
        except _Redirected as error:
            return _not_let_through(error.status)
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError) as error:
            return NotPosted(f"{UNREACHABLE}: {_unreachable(error)}")
        except TimeoutError:
            return Unknown(f"no reply within {self.timeout:g} s")
        except (aiohttp.ClientError, OSError) as error:
            return Unknown(f"the reply was lost: {type(error).__name__}")
        except (SlackClientError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            # slack_sdk stumbles in many ways over a body that is not Slack's.
            return Unknown(f"the reply cannot be read: {type(error).__name__}")

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A connection that is not made in time has certainly not carried a message.
            limits = aiohttp.ClientTimeout(total=self.timeout, sock_connect=self.timeout / 2)
            connector = aiohttp.TCPConnector(resolver=self._resolver() if self._resolver else None)
            self._session = aiohttp.ClientSession(
                timeout=limits, connector=connector, middlewares=(_without_redirects,)
            )
        return self._session


def asked_for(token: AnyToken) -> Callable[[], str]:
    """What gives a token each time it is used."""
    return token if callable(token) else lambda: token


def _not_let_through(status: int) -> Refused:
    """What something that is not Slack answers, to this one message, for its words or its length, or to every one.

    A proxy may do so with any status, and with a page to which it redirects.
    """
    reason = "something between here and Slack does not let it through, or SLACK_API_URL is wrong"
    return Refused(f"http_{status}", reason, Scope.UNCLEAR)


def _said_no(error: SlackApiError) -> Outcome:
    """What an error answer makes certain. The response may be a raw one without data when its body was no JSON."""
    response: Any = error.response
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    if status == 429 or is_limit(code):
        return Limited(_wait(getattr(response, "headers", None) or {}), code or "rate limited")
    if status >= 500 or maybe_posted(code):
        return Unknown(f"Slack answered {code or f'HTTP {status}'}")
    if code and isinstance(data, dict):
        return refusal(code, str(data.get("needed") or ""), _details(data))
    if 400 <= status < 500 and status != 408:
        return _not_let_through(status)
    return Unknown(f"Slack answered HTTP {status} with a body that cannot be read")


def _details(data: dict[str, Any]) -> str:
    """Which part of a message Slack stumbles over, where it says so; not what stands there."""
    about = data.get("response_metadata")
    said = [about.get("messages") if isinstance(about, dict) else None, data.get("errors")]
    parts = dict.fromkeys(one for some in said if isinstance(some, list) for one in some if isinstance(one, str))
    return shortened(safe("; ".join(parts)), _LONGEST_DETAILS)


def _wait(headers: Mapping[str, str]) -> timedelta:
    asked = retry_after(headers.get("Retry-After"), at=headers.get("Date"))
    return asked if isinstance(asked, timedelta) else _DEFAULT_WAIT


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

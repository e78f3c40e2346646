"""What an endpoint of the API is: a function with its types, from which its description and its checks are made."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from monitor.console.api.problems import Refused, invalid
from monitor.console.api.tokens import Holder, TokenScope
from monitor.console.page import Console

Answered = Callable[..., Awaitable[object]]
F = TypeVar("F", bound=Answered)

PREFIX = "/api/v1"
KEY = "Idempotency-Key"
LONGEST_KEY = 200
KEYS = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")


@dataclass(frozen=True, slots=True)
class Call:
    """What an endpoint is given besides what was sent: who asks, when, and under which key an act is done once."""

    console: Console
    holder: Holder
    now: datetime
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method and a path below /api/v1, what they take and give, and how they may fail."""

    method: str
    path: str
    scope: TokenScope
    name: str
    summary: str
    details: str
    answered: Answered
    takes: type | None
    """The class of the query or, of an act, of the body."""
    gives: type
    fails: Mapping[int, str]
    keyed: bool

    @property
    def names(self) -> list[str]:
        """The parts of the path that stand for something."""
        return re.findall(r"{(\w+)}", self.path)

    async def answer(self, call: Call, request: Request) -> Response:
        """Check what was sent, ask the function, and send what it gives.

        Raises:
            Refused: what was sent cannot be used.
        """
        given: dict[str, Any] = {name: request.path_params[name] for name in self.names}
        if self.takes is not None:
            sent = await _sent(request) if self.method == "POST" else _query(request)
            try:
                given["asked"] = _adapter(self.takes).validate_python(sent, strict=False)
            except ValidationError as error:
                raise invalid(error) from None
        elif request.query_params:
            raise Refused(400, invalid=[f"{name[:100]}: there is none of this name" for name in request.query_params])
        body = _adapter(self.gives).dump_json(await self.answered(call, **given))
        return Response(body, media_type="application/json")


ENDPOINTS: list[Endpoint] = []
"""All of the API, in the order in which it is described."""


def endpoint(
    method: str,
    path: str,
    *,
    scope: TokenScope = TokenScope.READ,
    fails: Mapping[int, str] | None = None,
    keyed: bool = False,
) -> Callable[[F], F]:
    """Make a function an endpoint. Its docstring is the description; `asked` is the query, or the body of an act.

    `keyed` says that a second call with the same `Idempotency-Key` does nothing.
    """

    def made(answered: F) -> F:
        types = get_type_hints(answered)
        summary, _, details = (inspect.getdoc(answered) or "").partition("\n")
        ENDPOINTS.append(
            Endpoint(
                method=method,
                path=path,
                scope=scope,
                name=answered.__name__,
                summary=summary,
                details=" ".join(details.split()),
                answered=answered,
                takes=types.get("asked"),
                gives=types["return"],
                fails=fails or {},
                keyed=keyed,
            )
        )
        return answered

    return made


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(of: type) -> TypeAdapter[Any]:
    return _ADAPTERS.get(of) or _ADAPTERS.setdefault(of, TypeAdapter(of))


def _query(request: Request) -> dict[str, str]:
    names = [name for name, _ in request.query_params.multi_items()]
    if twice := sorted({name[:100] for name in names if names.count(name) > 1}):
        raise Refused(400, invalid=[f"{name}: it may be given once" for name in twice])
    return dict(request.query_params)


async def _sent(request: Request) -> object:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(415)
    if request.query_params:
        raise Refused(400, invalid=["the query: this address takes none"])
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Refused(400, invalid=["the body: it is no JSON"]) from None
    if not isinstance(found, dict):
        raise Refused(400, invalid=["the body: it is no JSON object"])
    return found

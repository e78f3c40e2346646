"""The API as a part of the site: its routes, who may use them, and errors as problems."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import cache

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from monitor.console.api.description import description
from monitor.console.api.endpoint import ENDPOINTS, KEY, KEYS, LONGEST_KEY, PREFIX, Call, Endpoint
from monitor.console.api.problems import Refused, problem
from monitor.console.api.tokens import Holder, Tokens
from monitor.console.page import Console
from monitor.errors import StoreError

log = structlog.get_logger()

BELOW = "/api/"


def api_of(console: Console) -> ASGIApp:
    """All that is below /api/."""
    by_path: dict[str, list[Endpoint]] = defaultdict(list)
    for one in ENDPOINTS:
        by_path[one.path].append(one)
    tokens = Tokens(console.settings)
    routes = [Route(f"{PREFIX}/openapi.json", _described, methods=["GET"])]
    routes += [
        Route(PREFIX + path, _answered(console, tokens, one), methods=[one.method])
        for path, found in by_path.items()
        for one in found
    ]
    app = Starlette(
        routes=routes, exception_handlers={HTTPException: _refused, StoreError: _refused, Exception: _refused}
    )
    app.router.redirect_slashes = False
    return app


@cache
def _document() -> bytes:
    return json.dumps(description(), ensure_ascii=False, indent=1).encode()


async def _described(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
    return Response(_document(), media_type="application/json")


def _answered(console: Console, tokens: Tokens, one: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        holder = _holder(console, tokens, request)
        if not holder.may(one.scope):
            raise Refused(403)
        key = request.headers.get(KEY)
        if key is not None and one.keyed and not KEYS.fullmatch(key):
            raise Refused(400, invalid=[f"{KEY}: it has 1 to {LONGEST_KEY} ASCII characters, and no blanks"])
        call = Call(console, holder, console.clock(), key or secrets.token_urlsafe(16))
        return await one.answer(call, request)

    return answered


def _holder(console: Console, tokens: Tokens, request: Request) -> Holder:
    """Whoever asks.

    Raises:
        Refused: nobody knows who does.
    """
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    challenge = {"www-authenticate": 'Bearer realm="wirewatch"'}
    if kind.casefold() != "bearer" or not given.strip():
        raise Refused(401, headers=challenge)
    if holder := tokens.holder_of(given.strip()):
        return holder
    # A right token is let in all the same: many clients may come through one proxy, and no token can be guessed.
    address = f"api:{request.client.host if request.client else ''}"
    limited = console.access.has_to_wait(address)
    console.access.missed(address)
    log.warning("a wrong token was tried at the API", action="api_token_refused", address=address.removeprefix("api:"))
    raise Refused(429) if limited else Refused(401, "This is not a token of this API.", headers=challenge)


async def _refused(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    if isinstance(error, HTTPException):
        return problem(error)
    return problem(Refused(503 if isinstance(error, StoreError) else 500))

"""The site: its pages, the gate that knows who looks, logging in and out, and errors in words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, quote

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.console import atom, feeds, items, judgements, now, stories, workbench
from monitor.console.access import SESSION, TRIES_WITHIN, Address, Session
from monitor.console.api.app import BELOW, api_of
from monitor.console.api.problems import Refused, problem
from monitor.console.backtests import Backtests
from monitor.console.backtests import routes as backtest_routes
from monitor.console.door import LARGEST_BODY, Door, shown
from monitor.console.page import Console, as_typed, form_of, page, session_of
from monitor.console.refusals import ERRORS, TITLES
from monitor.console.worker import DraftWorker
from monitor.errors import StoreError

log = structlog.get_logger()

COOKIE = "wirewatch"
_LONGEST_NAME = 28
_MOST_FIELDS = 300
_OPEN = ("/static/", "/login")
HEALTH = "/healthz"
"""Open to everybody, who gets a word and the names of parts; somebody who is logged in gets the reasons."""


def site_of(console: Console, address: Address, worker: DraftWorker, backtests: Backtests) -> ASGIApp:
    """The whole site, behind its door."""
    login = _Login(console)
    routes = [
        *now.routes(console),
        *stories.routes(console),
        *items.routes(console),
        *feeds.routes(console),
        *workbench.routes(console, worker, backtests),
        *backtest_routes(console, backtests),
        *judgements.routes(console, worker),
        Route("/login", login.show, methods=["GET"]),
        Route("/login", login.check, methods=["POST"]),
        Route("/logout", login.leave, methods=["POST"]),
    ]

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if isinstance(error, StoreError):
            status = 503
        return error_page(console, request, status)

    handlers = {HTTPException: refused, StoreError: refused, Exception: refused}
    pages = Starlette(routes=routes, exception_handlers=handlers)
    static = Starlette(
        routes=[Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))],
        exception_handlers={HTTPException: refused},
    )
    readers = Starlette(routes=atom.routes(console), exception_handlers=handlers)
    gate = _Gate(console, pages, static, {BELOW: api_of(console), atom.BELOW: readers})

    def refuse(status: int) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            await error_page(console, Request(scope), status)(scope, receive, send)

        return answer

    return Door(gate, address, refuse)


def error_page(console: Console, request: Request, status: int, *, draft: str = "") -> Response:
    """An error in words, with what to do; as application/problem+json (RFC 9457) below /api.

    `draft` is what somebody wrote and would lose: it is shown, so that it can be copied.
    """
    if request.url.path.startswith(BELOW):
        return problem(Refused(status))
    title, words = TITLES.get(status, HTTPStatus(status).phrase), ERRORS.get(status, "This request cannot be answered.")
    if not hasattr(request.state, "session"):
        # Refused at the door, before it is known who asks: the page shows nothing of anybody.
        request.state.session = Session("", "", 0.0)
    answer = page(console, request, "error.html", status=status, title=title, words=words, draft=as_typed(draft))
    if status in (429, 503):
        answer.headers["retry-after"] = str(int(TRIES_WITHIN))
    return answer


class _Gate:
    """Finds the session of a request or begins one, sends who has to log in to the login, checks each form's token."""

    def __init__(self, console: Console, pages: ASGIApp, static: ASGIApp, beside: Mapping[str, ASGIApp]) -> None:
        self._console = console
        self._beside = beside
        self._pages = pages
        self._static = static

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, access = Request(scope, receive), self._console.access
        for below, beside in self._beside.items():
            if request.url.path.startswith(below):
                # They know tokens, and neither sessions nor cookies: no page elsewhere can make a browser act by them.
                await beside(scope, receive, send)
                return
        found = access.session_of(request.cookies.get(COOKIE, ""))
        if request.url.path == HEALTH and request.method in ("GET", "HEAD"):
            status, text = self._console.service.health(whole=bool(found and found.name))
            await PlainTextResponse(text, status)(scope, receive, send)
            return
        session = found or access.begin()
        request.state.session = session
        if request.url.path.startswith("/static/"):
            await self._static(scope, receive, send)
            return
        answer: ASGIApp = self._pages
        if not session.name and not request.url.path.startswith(_OPEN):
            where = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
            answer = (
                RedirectResponse(f"/login?next={where}", 303)
                if request.method in ("GET", "HEAD")
                else error_page(self._console, request, 403, draft=await _draft_in(request))
            )
        elif request.method not in ("GET", "HEAD"):
            body = await request.body()
            # A long draft takes a while to be taken apart, and the service shares this loop.
            fields = await asyncio.to_thread(_fields, body) if len(body) > LARGEST_BODY else _fields(body)
            if fields is None:
                answer = error_page(self._console, request, 400)
            elif found is None or not access.is_form_token(session, fields.get("form_token", "")):
                log.warning(
                    "a form without its token was sent", action="console_form_refused", path=shown(scope["path"])
                )
                answer = error_page(self._console, request, 403, draft=fields.get("content", ""))
            else:
                request.state.form = fields
        await answer(scope, receive, send if found else _with_cookie(send, access.cookie_of(session)))


def _fields(body: bytes) -> dict[str, str] | None:
    """The fields of a form, the first of each name; None when it is no form."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        return None
    return dict(reversed(pairs))


async def _draft_in(request: Request) -> str:
    """The draft that a form of the workbench has, "" when there is none."""
    if not request.url.path.startswith("/workbench/"):
        return ""
    fields = await asyncio.to_thread(_fields, await request.body())
    return (fields or {}).get("content", "")


def _with_cookie(send: Send, value: str) -> Send:
    line = f"{COOKIE}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={int(SESSION)}".encode("latin-1")

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), (b"set-cookie", line)]}
        await send(message)

    return sent


class _Login:
    """Logging in with the token and a name, and out."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def show(self, request: Request) -> Response:
        """The form."""
        if session_of(request).name:
            return RedirectResponse(_inside(request.query_params.get("next", "")), 303)
        where = request.query_params.get("next", "")
        return page(self._console, request, "login.html", wrong="", where=where, given="")

    async def check(self, request: Request) -> Response:
        """Let in who knows the token; a new session begins, so that one from before is worth nothing."""
        access, form = self._console.access, form_of(request)
        address = request.client.host if request.client else ""
        if access.has_to_wait(address):
            log.warning("too many wrong tokens were tried", action="console_login_limited", address=address)
            return error_page(self._console, request, 429)
        name = " ".join(form.get("name", "").split())[:_LONGEST_NAME]
        right = access.is_token(form.get("token", ""), address)
        if not right or not name:
            if not right:
                log.warning("a wrong token was tried", action="console_login_refused", address=address)
            wrong = "Say who you are: others see it beside what you do." if right else "This is not the token."
            facts = {"wrong": wrong, "where": form.get("next", ""), "given": name}
            return page(self._console, request, "login.html", status=403, **facts)
        session = access.begin(name)
        log.info("somebody logged in to the console", action="console_login", name=name, address=address)
        return _moved(_inside(form.get("next", "")), access.cookie_of(session))

    async def leave(self, request: Request) -> Response:
        """End the session."""
        self._console.access.end(session_of(request))
        return _moved("/login" if self._console.access.needs_token else "/", "")


def _moved(where: str, cookie: str) -> Response:
    answer = RedirectResponse(where, 303)
    age = int(SESSION) if cookie else 0
    answer.set_cookie(COOKIE, cookie, max_age=age, path="/", httponly=True, samesite="strict")
    return answer


def _inside(where: str) -> str:
    """A path of this site; any other address leads to the first page."""
    inside = where.startswith("/") and not where.startswith(("//", "/\\", "/login", "/logout"))
    return where if inside and where.isprintable() else "/"

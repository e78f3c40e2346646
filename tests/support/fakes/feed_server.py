"""A real HTTP server on loopback that answers whatever a test wants a feed to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from aiohttp import web

from monitor.loopback import OnLoopback

EVERY_PATH = "*"


@dataclass(frozen=True)
class Answer:
    """What a path answers. `wait` holds the answer back until it is set; `cut` closes the connection that many
    bytes into the body; `hang_up` closes it without any answer.
    """

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/rss+xml"
    etag: str | None = None
    wait: asyncio.Event | None = None
    cut: int | None = None
    hang_up: bool = False

    def bytes(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Seen:
    """A request the server got."""

    path: str
    headers: dict[str, str]


class FeedServer(OnLoopback):
    """`serve` says what a path answers from now on: an Answer, or a function of the request's headers.

    `host` is an address of this machine's loopback network. `woes` are what becomes of the answers of a path for a
    while, or of all paths by the name `EVERY_PATH`.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.requests: list[Seen] = []
        self.on_request: Callable[[Seen], None] = lambda _: None
        self.woes: dict[str, Callable[[Answer], Answer]] = {}
        self._answers: dict[str, Answer | Callable[[dict[str, str]], Answer]] = {}

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.route("*", "/{path:.*}", self._handle)]

    def url(self, path: str) -> str:
        return f"http://{self.host}:{self.port}{path}"

    def serve(self, path: str, answer: Answer | Callable[[dict[str, str]], Answer] | str) -> None:
        self._answers[path] = Answer(answer) if isinstance(answer, str) else answer

    def answer(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """What a path answers while nothing ails it."""
        answer = self._answers.get(path) or self._answers.get(path.partition("?")[0]) or Answer(status=404)
        return answer(headers or {}) if callable(answer) else answer

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(Seen(request.path_qs, headers))
        self.on_request(self.requests[-1])
        answer = self.answer(request.path_qs, headers)
        if woe := self.woes.get(EVERY_PATH) or self.woes.get(request.path):
            answer = woe(answer)
        if answer.wait is not None:
            await answer.wait.wait()
        if answer.hang_up:
            return self._hang_up(request)
        if answer.etag and headers.get("if-none-match") == answer.etag:
            return web.Response(status=304, headers={"ETag": answer.etag, **answer.headers})
        told = {"Content-Type": answer.content_type, **answer.headers} | ({"ETag": answer.etag} if answer.etag else {})
        body = answer.bytes()
        if answer.cut is None:
            return web.Response(status=answer.status, headers=told, body=body)
        response = web.StreamResponse(status=answer.status, headers=told)
        response.content_length = len(body)
        await response.prepare(request)
        await response.write(body[: answer.cut])
        return self._hang_up(request)

    @staticmethod
    def _hang_up(request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


@dataclass(frozen=True)
class FeedEntry:
    """An entry of a served feed; what is empty is left out of it."""

    title: str = ""
    link: str = ""
    guid: str = ""
    published: str = ""
    summary: str = ""
    body: str = ""


def rss(*entries: FeedEntry, title: str = "A feed", language: str = "en") -> str:
    """An RSS 2.0 document."""
    names = {"title": "title", "link": "link", "guid": "guid", "published": "pubDate", "summary": "description"}
    items = "".join(f"<item>{_elements(entry, names, 'content:encoded')}</item>" for entry in entries)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(title)}</title><language>{language}</language>{items}</channel></rss>"
    )


def atom(*entries: FeedEntry, title: str = "A feed") -> str:
    """An Atom 1.0 document."""
    names = {"title": "title", "guid": "id", "published": "published", "summary": "summary"}
    items = "".join(
        f'<entry>{_elements(entry, names, "content")}<link href="{escape(entry.link)}"/></entry>' for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(title)}</title>{items}</feed>"
    )


def _elements(entry: FeedEntry, names: dict[str, str], body: str) -> str:
    values = [(element, getattr(entry, name)) for name, element in names.items()] + [(body, entry.body)]
    return "".join(f"<{element}>{escape(value)}</{element}>" for element, value in values if value)

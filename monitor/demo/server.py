"""Serves the demo's feeds on loopback, phase by phase, as outlets would: RSS and Atom, ETags, one of them down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from importlib import resources
from typing import Any, Self
from xml.sax.saxutils import escape

from aiohttp import web
from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from monitor.loopback import OnLoopback
from monitor.model import Feed, FeedKind, duration

_INTERVAL = timedelta(seconds=10)


class StoryEntry(BaseModel):
    """An entry of story.yaml; served from `phase` until `until`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    age: str
    title: str
    summary: str
    phase: int = 1
    until: int | None = None

    def is_served(self, phase: int) -> bool:
        """Whether the feed holds it in this phase."""
        return self.phase <= phase and (self.until is None or phase <= self.until)


class StoryFeed(BaseModel):
    """A feed of story.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    kind: FeedKind
    language: str
    format: str = "rss"
    fails: int = 0
    page: bool = False
    entries: tuple[StoryEntry, ...]


class DemoFeeds(OnLoopback):
    """An async context manager; `feeds` have their addresses once it is entered."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._story = read_story()
        self._phase = 1
        self._started_at = clock()
        self.feeds: tuple[Feed, ...] = ()

    @property
    def phases(self) -> int:
        """How many phases the story has."""
        return max(entry.phase for feed in self._story.values() for entry in feed.entries)

    def advance(self) -> bool:
        """Let the story go on; False when it was over already."""
        if self._phase >= self.phases:
            return False
        self._phase += 1
        return True

    def routes(self) -> Iterable[web.RouteDef]:
        """A document of each feed."""
        return [web.get("/{feed}.xml", self._serve)]

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.feeds = tuple(
            Feed(
                id=feed.id,
                name=feed.name,
                url=f"http://{self.host}:{self.port}/{feed.id}.xml",
                kind=feed.kind,
                language=feed.language,
                family=feed.id,
                interval=_INTERVAL,
            )
            for feed in self._story.values()
        )
        return self

    async def _serve(self, request: web.Request) -> web.Response:
        feed = self._story.get(request.match_info["feed"])
        if feed is None:
            raise web.HTTPNotFound
        if self._phase <= feed.fails:
            raise web.HTTPInternalServerError
        if feed.page:
            page = f"<!doctype html><html><head><title>{escape(feed.name)}</title></head><body>Moved</body></html>"
            return web.Response(text=page, content_type="text/html")
        document = self._document(feed)
        etag = f'"{hashlib.sha256(document.encode()).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(text=document, content_type=f"application/{feed.format}+xml", headers={"ETag": etag})

    def _document(self, feed: StoryFeed) -> str:
        """The feed as it stands in this phase; dates count from the start, so that the same phase is the same text."""
        entries = [entry for entry in feed.entries if entry.is_served(self._phase)]
        entries.sort(key=lambda entry: duration(entry.age))
        render = _atom if feed.format == "atom" else _rss
        return render(feed, [(entry, self._started_at - duration(entry.age)) for entry in entries])


def _rss(feed: StoryFeed, entries: list[tuple[StoryEntry, datetime]]) -> str:
    items = "".join(
        f"<item><title>{escape(entry.title)}</title><link>{_link(feed, entry)}</link>"
        f'<guid isPermaLink="false">{entry.id}</guid><pubDate>{format_datetime(at)}</pubDate>'
        f"<description>{escape(entry.summary)}</description></item>"
        for entry, at in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(feed.name)}</title><language>{feed.language}</language>{items}</channel></rss>"
    )


def _atom(feed: StoryFeed, entries: list[tuple[StoryEntry, datetime]]) -> str:
    items = "".join(
        f'<entry><title>{escape(entry.title)}</title><link href="{_link(feed, entry)}"/><id>{entry.id}</id>'
        f'<published>{at.isoformat()}</published><summary type="html">{escape(entry.summary)}</summary></entry>'
        for entry, at in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.language}">'
        f"<title>{escape(feed.name)}</title>{items}</feed>"
    )


def _link(feed: StoryFeed, entry: StoryEntry) -> str:
    return f"https://{feed.id}.example/{entry.id}"


def read_story() -> dict[str, StoryFeed]:
    """The feeds of the story, by id."""
    text = resources.files("monitor.demo").joinpath("story.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return {feed["id"]: StoryFeed.model_validate(feed) for feed in loaded["feeds"]}

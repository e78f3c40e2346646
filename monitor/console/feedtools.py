"""Trying an address, and lists of feeds as other programs exchange them.

Feeds are added to feeds.yaml only where WIREWATCH_CONSOLE_WRITES allows it; else the page shows what to add.

An address is fetched as the service fetches feeds, through the same guard: it reaches no private network unless feeds
may, and no more than one is tried at a time.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.app.edges import try_feed
from monitor.collect import opml
from monitor.collect.feedlist import entry_of, merged
from monitor.collect.feeds import FeedFile, read_feeds
from monitor.config.inuse import in_use
from monitor.console.marked import shown
from monitor.console.page import Console, form_of, page, session_of
from monitor.errors import ConfigError, UsageError
from monitor.files.replace import create_file, replace_file
from monitor.match.engine import compile_rules
from monitor.model import Feed
from monitor.workbench.trial import Offer, Search, feed_at, judged, oddities, offers_of

log = structlog.get_logger()

LARGEST_LIST = 512 * 1024
"""Bytes of an OPML file; one with 2,000 feeds has about as many."""
LONGEST_TRY = 20.0
"""Seconds; a page has 30 in all."""
_MOST_ITEMS = 20
_DECLARED = re.compile(r"""\A(\ufeff?\s*<\?xml[^>]*?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')""")
_LONGEST_ADDRESS = 2_000
_LONGEST_FIRST_LINE = 1_000


def routes(console: Console) -> list[Route]:
    """The page of an address, and OPML both ways."""
    return [*_tries(console), *_lists(console)]


def _tries(console: Console) -> list[Route]:
    one_at_a_time = asyncio.Lock()

    async def show(request: Request) -> Response:
        address = request.query_params.get("address", "").strip()[:_LONGEST_ADDRESS]
        return page(console, request, "tryfeed.html", typed=address, wrong="", search=None)

    async def tried(request: Request) -> Response:
        address = form_of(request).get("address", "").strip()[:_LONGEST_ADDRESS]
        file = await asyncio.to_thread(read_feeds, console.settings.wirewatch_feeds)

        def refused(words: str) -> Response:
            return page(console, request, "tryfeed.html", status=400, typed=address, wrong=words, search=None)

        try:
            asked = feed_at(address, file)
        except UsageError as error:
            return refused(str(error))
        if one_at_a_time.locked():
            return refused("Another address is being tried just now. Try again in some seconds.")
        async with one_at_a_time:
            log.info("an address is tried in the console", action="console_address_tried", host=_host(asked))
            try:
                async with asyncio.timeout(LONGEST_TRY):
                    found = await try_feed(console.settings, asked)
            except TimeoutError:
                return refused(f"It did not answer within {LONGEST_TRY:g} seconds.")
        facts = await asyncio.to_thread(_facts, console, found, file)
        return page(console, request, "tryfeed.html", typed=address, wrong="", search=found, **facts)

    return [
        Route("/feeds/try", show, methods=["GET"]),
        Route("/feeds/try", tried, methods=["POST"]),
    ]


def _lists(console: Console) -> list[Route]:
    writes = console.settings.wirewatch_console_writes
    boxed: dict[str, Any] = {"exactly": shown, "largest": LARGEST_LIST, "writes": writes}

    async def exported(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
        remembered = await console.store.config_files()
        used = await asyncio.to_thread(in_use, console.settings, remembered, now=console.clock())
        return Response(
            opml.export_opml(used.feeds),
            media_type="text/x-opml",
            headers={"content-disposition": 'attachment; filename="wirewatch-feeds.opml"'},
        )

    async def importing(request: Request) -> Response:
        return page(console, request, "importfeeds.html", wrong="", given="", result=None, **boxed)

    async def imported(request: Request) -> Response:
        form = form_of(request)
        given, add = form.get("opml", ""), writes and form.get("do") == "add"
        # It is text by now, whatever letters its first line says that the file had.
        first = _DECLARED.sub(r"\1", given[:_LONGEST_FIRST_LINE], count=1)
        content = (first + given[_LONGEST_FIRST_LINE:]).encode("utf-8", "surrogatepass")
        if len(content) > LARGEST_LIST:
            raise HTTPException(413)
        try:
            result = await asyncio.to_thread(_import, console.settings.wirewatch_feeds, content, add=add)
        except ConfigError as error:
            facts: dict[str, Any] = {"wrong": str(error), "given": given, "result": None, **boxed}
            return page(console, request, "importfeeds.html", status=400, **facts)
        if result["added"]:
            user, file = session_of(request).name, console.settings.wirewatch_feeds.name
            log.info("feeds were added in the console", action="console_file_written", file=file, user=user)
        return page(console, request, "importfeeds.html", wrong="", given=given, result=result, **boxed)

    return [
        Route("/feeds/export", exported, methods=["GET"]),
        Route("/feeds/import", importing, methods=["GET"]),
        Route("/feeds/import", imported, methods=["POST"]),
    ]


def _facts(console: Console, found: Search, file: FeedFile) -> dict[str, Any]:
    """What was found, in the words of `feeds test`. Its items are not matched: rules are the service's own business."""
    offers: tuple[Offer, ...] = offers_of(found, file)
    items = judged(offers[0].found, offers[0].feed, compile_rules([]), now=console.clock()) if offers else []
    return {
        "offers": [(offer, "" if offer.known else f"  - {entry_of(offer.feed)}") for offer in offers],
        "odd": oddities(offers[0].found, items) if offers else [],
        "items": items[:_MOST_ITEMS],
        "exactly": shown,
        "more": max(0, len(items) - _MOST_ITEMS),
    }


def _import(path: Path, content: bytes, *, add: bool) -> dict[str, object]:
    """What an OPML file would add to feeds.yaml, and what it would not; `add` adds it.

    Raises:
        ConfigError: it is no list of feeds, or feeds.yaml cannot be added to; that is as it was.
    """
    found = opml.import_opml(content)
    others = {"left_out": found.left_out, "repeated": found.repeated}
    try:
        before = path.read_bytes()
    except OSError:
        # There is no feeds.yaml to compare with, and all is new.
        text = opml.as_yaml(found.feeds)
        if add:
            create_file(path, text.encode())
        return {"text": text, "count": len(found.feeds), "known": (), "added": add, **others}
    result = merged(path, before, found.feeds)
    added = add and bool(result.added)
    if added:
        replace_file(path, result.content, expected=before)
    return {
        "added": added,
        "text": "".join(f"  - {entry_of(feed)}\n" for feed in result.added),
        "count": len(result.added),
        "known": [(feed.url, feed_id) for feed, feed_id in result.passed],
        **others,
    }


def _host(feed: Feed) -> str:
    return feed.url.partition("://")[2].partition("/")[0].rpartition("@")[2][:200]

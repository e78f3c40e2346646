"""*Items*: search, each item's path stage by stage with its reasons, and what a rule matched, also on test."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.app.inquiry import LONGEST, answered, inquire
from monitor.console.filters import query
from monitor.console.page import Console, names_of, page
from monitor.console.stories import cursor_of, place_after
from monitor.model import ItemFilter
from monitor.wording.history import history_text

_FOUND = 50
_MATCHES = 100
_MATCHED_WITHIN = timedelta(days=30)
_LONGEST = 300


def routes(console: Console) -> list[Route]:
    """Search, an item, a rule's matches."""

    async def search(request: Request) -> Response:
        words = request.query_params.get("words", "").strip()[:_LONGEST]
        if "://" in words:
            return RedirectResponse(f"/why{query(about=words)}", 303)
        after = place_after(request.query_params)
        wanted = ItemFilter(words=words)
        found = await console.store.found_items(wanted, after=after, limit=_FOUND + 1) if words else ()
        last = found[_FOUND - 1] if len(found) > _FOUND else None
        return page(
            console,
            request,
            "items.html",
            words=words,
            items=found[:_FOUND],
            more=query(words=words, after=cursor_of((last.first_seen_at, last.item_id))) if last else "",
            asked=bool(words),
            behind=bool(words) and await console.store.search_is_behind(console.clock()),
        )

    async def why(request: Request) -> Response:
        about = request.query_params.get("about", "").strip()[:LONGEST]
        if not about:
            return page(console, request, "why.html", about="", found=None, names={})
        service, now = console.service, console.clock()
        found = await inquire(
            console.store, about, feeds=service.feeds, routes=service.routes, engine=service.engine, now=now
        )
        if found.history:
            return RedirectResponse(f"/items/{found.history.item_id}", 303)
        return page(console, request, "why.html", about=about, found=found, names=names_of(service))

    async def item(request: Request) -> Response:
        found = await console.store.history(request.path_params["item"])
        if found is None:
            raise HTTPException(404)
        newest = found.revisions[-1]
        return page(
            console,
            request,
            "item.html",
            item=found,
            newest=newest,
            stages=stages_of(history_text(found)),
            verdict=newest.verdict,
            answer=await answered(found, console.service.routes, console.service.engine, console.clock()),
        )

    async def rules(request: Request) -> Response:
        return page(console, request, "rules.html", rules=console.service.rules)

    async def rule(request: Request) -> Response:
        asked = request.path_params["rule"]
        day, way = request.query_params.get("day", ""), request.query_params.get("way", "")
        since, until = day_of(day) if day else (console.clock() - _MATCHED_WITHIN, None)
        found, counts = await console.store.rule_matches(asked, since, until=until, way=way or None, limit=_MATCHES)
        known = next((one for one in console.service.rules if one.id == asked), None)
        if known is None and not found and not way and not day:
            raise HTTPException(404)
        ways = sorted({*counts, *([way] if way else ()), *((one.name for one in known.ways) if known else ())})
        return page(
            console, request, "rule.html", id=asked, rule=known, matches=found, counts=sorted(counts.items()),
            days=_MATCHED_WITHIN.days, file=known.path.name if known else "", ways=ways, way=way, day=day,
            most=_MATCHES,
        )  # fmt: skip

    return [
        Route("/why", why),
        Route("/items", search),
        Route("/items/{item}", item),
        Route("/rules", rules),
        Route("/rules/{rule}", rule),
    ]


def day_of(written: str) -> tuple[datetime, datetime]:
    """When a day begins and ends, in UTC.

    Raises:
        HTTPException: that is no day.
    """
    try:
        begin = datetime.combine(date.fromisoformat(written), time(tzinfo=UTC))
        return begin, begin + timedelta(days=1)
    except (ValueError, OverflowError):
        raise HTTPException(400) from None


def stages_of(text: str) -> list[tuple[str, list[tuple[bool, str]]]]:
    """The path of an item as `explain` words it: each stage with its reasons, and which of them are of a reason."""
    stages: list[tuple[str, list[tuple[bool, str]]]] = []
    for line in text.splitlines():
        if line.startswith("  ") and stages:
            stages[-1][1].append((line.startswith("    "), line.strip()))
        else:
            stages.append((line, []))
    return stages

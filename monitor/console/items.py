"""*Items*: search, each item's path stage by stage with its reasons, and what a rule matched, also on test."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.app.inquiry import LONGEST, answered, inquire
from monitor.console.filters import query
from monitor.console.page import Console, names_of, page
from monitor.console.wanted import day_of, days_of, feed_named, offered, part_of, place_after
from monitor.model import ItemFilter
from monitor.wording.history import history_text

_FOUND = 50
_MATCHES = 100
_MATCHED_WITHIN = timedelta(days=30)
_LONGEST = 300


def routes(console: Console) -> list[Route]:
    """Search, an item, a rule's matches."""
    return [
        Route("/why", partial(_why, console)),
        Route("/items", partial(_search, console)),
        Route("/items/{item}", partial(_item, console)),
        Route("/rules", partial(_rules, console)),
        Route("/rules/{rule}", partial(_rule, console)),
    ]


async def _search(console: Console, request: Request) -> Response:
    given = {name: value.strip()[:_LONGEST] for name, value in request.query_params.items()}
    words, live = given.get("words", ""), console.live
    if "://" in words:
        return RedirectResponse(f"/why{query(about=words)}", 303)
    since, until = days_of(given)
    feed, like = feed_named(given.get("feed", ""), live.feeds)
    wanted = ItemFilter(
        words=words,
        feed=feed,
        rule=given.get("rule", ""),
        since=since,
        until=until,
    )
    found = await console.store.found_items(wanted, after=place_after(given), limit=_FOUND + 1)
    shown, after = part_of(found, _FOUND, lambda one: (one.first_seen_at, one.item_id))
    kept = {name: given.get(name, "") for name in ("words", "rule", "feed", "from", "to")}
    return page(
        console,
        request,
        "items.html",
        given=kept,
        items=shown,
        more=query(**kept, after=after) if after else "",
        filtered=any(kept.values()),
        rules=[(rule.id, rule.title) for rule in live.engine.rules],
        feeds=offered(live.feeds),
        like=[(one.name, query(**{**kept, "feed": one.id})) for one in like],
        behind=bool(words) and await console.store.search_is_behind(console.clock()),
    )


async def _why(console: Console, request: Request) -> Response:
    about = request.query_params.get("about", "").strip()[:LONGEST]
    if not about:
        return page(console, request, "why.html", about="", found=None, names={})
    live, now = console.live, console.clock()
    found = await inquire(console.store, about, feeds=live.feeds, routes=live.routes, engine=live.engine, now=now)
    if found.history:
        return RedirectResponse(f"/items/{found.history.item_id}", 303)
    return page(console, request, "why.html", about=about, found=found, names=names_of(live))


async def _item(console: Console, request: Request) -> Response:
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
        answer=await answered(found, console.live.routes, console.live.engine, console.clock()),
    )


async def _rules(console: Console, request: Request) -> Response:
    return page(console, request, "rules.html", rules=console.live.engine.rules)


async def _rule(console: Console, request: Request) -> Response:
    asked = request.path_params["rule"]
    day, way = request.query_params.get("day", ""), request.query_params.get("way", "")
    since, until = day_of(day) if day else (console.clock() - _MATCHED_WITHIN, None)
    found, counts = await console.store.rule_matches(asked, since, until=until, way=way or None, limit=_MATCHES)
    known = next((one for one in console.live.engine.rules if one.id == asked), None)
    if known is None and not found and not way and not day:
        raise HTTPException(404)
    ways = sorted({*counts, *([way] if way else ()), *((one.name for one in known.ways) if known else ())})
    return page(
        console, request, "rule.html", id=asked, rule=known, matches=found, counts=sorted(counts.items()),
        days=_MATCHED_WITHIN.days, file=known.path.name if known else "", ways=ways, way=way, day=day,
        most=_MATCHES,
    )  # fmt: skip


def stages_of(text: str) -> list[tuple[str, list[tuple[bool, str]]]]:
    """The path of an item as `explain` words it: each stage with its reasons, and which of them are of a reason."""
    stages: list[tuple[str, list[tuple[bool, str]]]] = []
    for line in text.splitlines():
        if line.startswith("  ") and stages:
            stages[-1][1].append((line.startswith("    "), line.strip()))
        else:
            stages.append((line, []))
    return stages

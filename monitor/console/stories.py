"""*Stories*: the list with its filters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.console import acts, story
from monitor.console.filters import query
from monitor.console.gists import gists_of
from monitor.console.page import Console, page, session_of
from monitor.console.wanted import (
    HOURS,
    days_of,
    feed_named,
    filter_of,
    offered,
    part_of,
    place_after,
    places_named,
)
from monitor.model import Severity
from monitor.model.languages import LANGUAGE_NAMES

_SHOWN = 40
_LONGEST = 100


def routes(console: Console) -> list[Route]:
    """The list, and the page of a story."""
    return [Route("/stories", partial(_listed, console)), *story.routes(console)]


async def _listed(console: Console, request: Request) -> Response:
    given = {name: value.strip()[:_LONGEST] for name, value in request.query_params.items()}
    now = console.clock()
    wanted = filter_of(given, now, acts.person_of(session_of(request)).user_id)
    since, until = days_of(given)
    newest = [moment for moment in (since, wanted.since) if moment]
    feed, like = feed_named(wanted.feed, console.live.feeds)
    wanted = replace(
        wanted,
        feed=feed,
        places=await places_named(wanted.place),
        since=max(newest, default=None),
        until=until,
    )
    titles = {rule.id: rule.title for rule in console.live.engine.rules}
    found = await console.store.story_lines(wanted, now=now, after=place_after(given), limit=_SHOWN + 1)
    shown, after = part_of(found, _SHOWN, lambda one: (one.summary.last_seen_at, one.summary.story_id))
    kept = {name: value for name, value in given.items() if name != "after"}
    return page(
        console,
        request,
        "stories.html",
        stories=shown,
        gists=await gists_of(
            console, {one.summary.story_id: (one.summary.headline, one.summary.language) for one in shown}
        ),
        hours=HOURS,
        given=defaultdict(str, given),
        filtered=any(kept.values()),
        severities=[str(one) for one in reversed(Severity)],
        rules=[(rule.id, rule.title) for rule in console.live.engine.rules],
        named=lambda rules: [titles.get(rule, rule) for rule in rules],
        languages=LANGUAGE_NAMES,
        feeds=offered(console.live.feeds),
        like=[(one.name, query(**{**kept, "feed": one.id})) for one in like],
        more=query(**kept, after=after) if after else "",
    )

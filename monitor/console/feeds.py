"""*Feeds*: how each feed does, and a feed's page with its newest items and what is wrong with it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.collect.course import polls_of
from monitor.collect.explained import pushes_in_words, why_then
from monitor.console import feedtools, pollnow
from monitor.console.charts import APART, BAR, DAYS, HEIGHT, charts
from monitor.console.page import Console, names_of, page
from monitor.model import FeedState

_NEWEST = 50
_AGAIN = 2
"""Seconds after which a page loads itself again that waits for a poll."""


def routes(console: Console) -> list[Route]:
    """The table, and the page of a feed."""

    async def listed(request: Request) -> Response:
        states = {state.feed_id: state for state in await console.store.feed_states()}
        polled = console.service.feed_ids
        rows = [(feed_id, states.get(feed_id) or FeedState(feed_id=feed_id)) for feed_id in polled]
        failing = bool(request.query_params.get("failing"))
        shown = [(feed_id, state) for feed_id, state in rows if state.failures or not failing]
        names = names_of(console.service)
        shown.sort(key=lambda row: (-row[1].failures, not row[1].doubt, names[row[0]].casefold(), row[0]))
        return page(
            console,
            request,
            "feeds.html",
            feeds=shown,
            names=names,
            total=len(polled),
            failing=failing,
            count=sum(state.failures > 0 for _, state in rows),
        )

    async def feed(request: Request) -> Response:
        feed_id = request.path_params["feed"]
        items = await console.store.newest_of_feed(feed_id, limit=_NEWEST)
        state = await console.store.feed_state(feed_id)
        known = feed_id in console.service.feed_ids
        if not known and not items and state.polled_at is None:
            raise HTTPException(404)
        now = console.clock()
        agreed = {one.feed_id: one for one in await console.store.subscriptions()}
        poll = pollnow.standing(state, request.query_params.get("asked", ""), now)
        days = await console.store.feed_days(feed_id, now, days=DAYS)
        answer = page(
            console,
            request,
            "feed.html",
            id=feed_id,
            title=names_of(console.service).get(feed_id) or (items[0].source if items else feed_id),
            state=state,
            items=items,
            polled=known,
            why=why_then(state, now=now),
            pushes=pushes_in_words(agreed.get(feed_id), now=now),
            charts=charts(days),
            height=HEIGHT,
            width=BAR,
            apart=APART,
            poll=poll,
            polls=polls_of(state.course),
        )
        if poll and poll.again:
            answer.headers["refresh"] = str(_AGAIN)
        return answer

    async def poll_now(request: Request) -> Response:
        return await pollnow.pressed(console, request)

    return [
        Route("/feeds", listed),
        *feedtools.routes(console),
        Route("/feeds/{feed}", feed, methods=["GET"]),
        Route("/feeds/{feed}/poll", poll_now, methods=["POST"]),
    ]

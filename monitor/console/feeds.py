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
from monitor.console.filters import query
from monitor.console.page import Console, names_of, page
from monitor.model import Feed, FeedState

_NEWEST = 50
_SHOWN = 100
_DIGITS = 6
_LONGEST = 300
_AGAIN = 2
"""Seconds after which a page loads itself again that waits for a poll."""


def routes(console: Console) -> list[Route]:
    """The table, and the page of a feed."""

    async def listed(request: Request) -> Response:
        given = {name: value.strip()[:_LONGEST] for name, value in request.query_params.items()}
        words, failing, number = given.get("words", ""), given.get("failing", ""), given.get("page", "1")
        if not (number.isdecimal() and number.isascii() and len(number) < _DIGITS and int(number)):
            raise HTTPException(400)
        troubled = {state.feed_id: state for state in await console.store.troubled_feeds()}
        fails = {feed_id for feed_id in console.live.feed_ids & troubled.keys() if troubled[feed_id].failures}
        found = [feed for feed in console.live.feeds if (feed.id in fails or not failing) and _is_called(feed, words)]
        found.sort(key=lambda feed: (*_rank(troubled.get(feed.id)), feed.name.casefold(), feed.id))
        end = int(number) * _SHOWN
        shown = found[end - _SHOWN : end]
        states = await console.store.feed_states_of([feed.id for feed in shown])
        kept = {"words": words, "failing": failing}
        return page(
            console,
            request,
            "feeds.html",
            feeds=list(zip(shown, states, strict=True)),
            found=len(found),
            first=end - _SHOWN + 1,
            total=len(console.live.feeds),
            given=kept,
            filtered=any(kept.values()),
            count=len(fails),
            before=query(**kept, page=int(number) - 1) if int(number) > 1 else "",
            more=query(**kept, page=int(number) + 1) if end < len(found) else "",
        )

    async def feed(request: Request) -> Response:
        feed_id = request.path_params["feed"]
        items = await console.store.newest_of_feed(feed_id, limit=_NEWEST)
        state = await console.store.feed_state(feed_id)
        known = feed_id in console.live.feed_ids
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
            title=names_of(console.live).get(feed_id) or (items[0].source if items else feed_id),
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


def _rank(state: FeedState | None) -> tuple[int, bool]:
    """Where a feed in this trouble, or None, stands in the list: first those that fail most, then what is in doubt."""
    return (0, True) if state is None else (-state.failures, not state.doubt)


def _is_called(feed: Feed, words: str) -> bool:
    """Whether these words, in any case, stand in a feed's name or id."""
    return words.casefold() in f"{feed.name}\n{feed.id}".casefold()

"""*Feeds*: how each feed does, and a feed's page with its newest items and what is wrong with it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.collect.course import health_of, polls_of
from monitor.collect.explained import odd_in_words, pushes_in_words, why_then
from monitor.console import feedtools, pollnow
from monitor.console.charts import APART, BAR, DAYS, HEIGHT, charts
from monitor.console.filters import query
from monitor.console.page import Console, names_of, page
from monitor.console.wanted import is_called
from monitor.model import Feed, FeedHealth, FeedState
from monitor.wording.messages import sentence

_NEWEST = 50
_SHOWN = 100
_DIGITS = 6
_LONGEST = 300
_AGAIN = 2
"""Seconds after which a page loads itself again that waits for a poll."""

_NOT_POLLED = "not polled yet"
_WORST_FIRST = (
    *(FeedHealth.GONE, FeedHealth.BLOCKED, FeedHealth.FAILING, FeedHealth.FROZEN, FeedHealth.QUIET, FeedHealth.MOVED),
    *(_NOT_POLLED, FeedHealth.OK),
)
_FAILS = (FeedHealth.GONE, FeedHealth.BLOCKED, FeedHealth.FAILING)


def routes(console: Console) -> list[Route]:
    """The table, and the page of a feed."""
    return [
        Route("/feeds", partial(_listed, console)),
        *feedtools.routes(console),
        Route("/feeds/{feed}", partial(_feed, console), methods=["GET"]),
        Route("/feeds/{feed}/poll", partial(pollnow.pressed, console), methods=["POST"]),
    ]


async def _listed(console: Console, request: Request) -> Response:
    given = {name: value.strip()[:_LONGEST] for name, value in request.query_params.items()}
    words, number = given.get("words", ""), given.get("page", "1")
    # Links of before ask for `failing`.
    health = given.get("health") or (FeedHealth.FAILING if given.get("failing") else "")
    if not (number.isdecimal() and number.isascii() and len(number) < _DIGITS and int(number)):
        raise HTTPException(400)
    now, feeds = console.clock(), console.live.feeds
    states = {state.feed_id: state for state in await console.store.feed_standings()}
    # To look at thousands of feeds takes some tens of milliseconds.
    found, does = await asyncio.to_thread(_found, feeds, states, now, health=health, words=words)
    end = int(number) * _SHOWN
    shown = found[end - _SHOWN : end]
    kept = {"words": words, "health": health}
    return page(
        console,
        request,
        "feeds.html",
        feeds=[(feed, does[feed.id], *_told(states.get(feed.id), feed, now)) for feed in shown],
        found=len(found),
        first=end - _SHOWN + 1,
        total=len(feeds),
        given=kept,
        filtered=any(kept.values()),
        counts=list(_counts(does)),
        before=query(**kept, page=int(number) - 1) if int(number) > 1 else "",
        more=query(**kept, page=int(number) + 1) if end < len(found) else "",
    )


async def _feed(console: Console, request: Request) -> Response:
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
        health=_health(state, now),
        odd=[sentence(words) for words in odd_in_words(state, now=now)],
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


def _found(
    feeds: Sequence[Feed], states: Mapping[str, FeedState], now: datetime, *, health: str, words: str
) -> tuple[list[Feed], dict[str, str]]:
    """The feeds that do so and are called so ("" for any), the worst first; and how each of all feeds does."""
    does = {feed.id: _health(states.get(feed.id), now) for feed in feeds}
    asked = _FAILS if health == FeedHealth.FAILING else (health,)
    found = [feed for feed in feeds if (not health or does[feed.id] in asked) and (not words or is_called(feed, words))]
    found.sort(key=lambda feed: (*_rank(does[feed.id], states.get(feed.id)), feed.name.casefold(), feed.id))
    return found, does


def _health(state: FeedState | None, now: datetime) -> str:
    """How a feed does, in a word."""
    return health_of(state, now) if state is not None and state.polled_at else _NOT_POLLED


def _counts(does: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """How many feeds do well, and how many do not in which way; the blocked ones and those that are gone fail too."""
    counts = Counter(FeedHealth.FAILING if health in _FAILS else health for health in does.values())
    return ((health, counts[health]) for health in reversed(_WORST_FIRST) if counts[health])


def _rank(health: str, state: FeedState | None) -> tuple[int, int, bool]:
    """Where a feed stands in the list: first those that fail most, then what else is wrong or in doubt."""
    failures, doubt = (state.failures, state.doubt) if state else (0, None)
    return -failures, _WORST_FIRST.index(health), not doubt


def _told(state: FeedState | None, feed: Feed, now: datetime) -> tuple[FeedState, list[str]]:
    """What is known of a feed, and what is odd about it."""
    state = state or FeedState(feed_id=feed.id)
    return state, list(odd_in_words(state, now=now))

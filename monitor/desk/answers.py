"""What the desk's commands answer: why an article was posted or not, how the service does, what is stored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from monitor.app.inquiry import InquiryStore, inquire
from monitor.collect.items import title_key
from monitor.decide.routing import routes_now
from monitor.health import vitals
from monitor.health.drill import Drilled
from monitor.match.engine import Engine
from monitor.model import (
    Feed,
    FoundItem,
    Routes,
    ToldAlert,
    in_words,
)
from monitor.model.stores import ActStore, FeedsStore, ItemsStore, VitalsStore
from monitor.wording.counts import counted
from monitor.wording.history import history_text
from monitor.wording.reasons import in_short
from monitor.wording.safe import safe, shortened

_FOUND = 20
_NEWEST = 20
"""Among so many alerts the one that was posted last is looked for: some may wait."""

_A_DAY = timedelta(days=1)
_TITLE = 80


class AnswersStore(InquiryStore, ActStore, FeedsStore, ItemsStore, VitalsStore, Protocol):
    """What answering needs of the store. Every method may raise `StoreError`."""

    async def count_revisions(self, since: datetime, until: datetime) -> int:
        """How many articles and edits were seen in a period, its end left out."""

    async def told_alerts(self, *, limit: int) -> Sequence[ToldAlert]:
        """The last cards and digests."""

    async def find(self, words: Sequence[str], *, limit: int) -> Sequence[FoundItem]:
        """The newest items whose folded headline holds all of these folded words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers from the store, in lines of text.

    `feeds` gives the feeds that are polled now, `routes` the routes and `engine` the rules that are live. `test_routes`
    runs a drill of the routes named, of all when none is; words when it cannot.
    """

    store: AnswersStore
    test_routes: Callable[[Sequence[str]], Awaitable[Sequence[Drilled] | str]]
    clock: Callable[[], datetime]
    feeds: Callable[[], Sequence[Feed]]
    routes: Callable[[], Routes] = Routes
    engine: Callable[[], Engine | None] = lambda: None

    async def why(self, asked: str) -> tuple[str, str]:
        """Whether the desk got the article with this link, headline or id, and why; and every stage it went through.

        The stages are empty for an article that is not stored.
        """
        found = await inquire(
            self.store, asked, feeds=self.feeds(), routes=self.routes(), engine=self.engine(), now=self.clock()
        )
        said = "\n".join([found.answer.text, *(line for one in found.alike for line in _lines(one))])
        return said, history_text(found.history) if found.history else ""

    async def status(self) -> str:
        """How the service does; and, as a channel in which nothing comes may be quiet or broken, what came last."""
        now = self.clock()
        signs = await self.store.vital_signs(now, [feed.id for feed in self.feeds()], routes_now(self.routes(), now))
        muted = sum(now < mute.until for mute in await self.store.mutes())
        troubles = [f"trouble: {trouble}" for trouble in vitals.troubles(signs, now)]
        state = troubles or [vitals.healthy(signs, now)]
        read = await self.store.count_revisions(now - _A_DAY, now)
        quiet = f"{counted(read, 'new article or edit', 'new articles and edits', none='no')} read in the last 24 h"
        last = _last_line(await self.store.told_alerts(limit=_NEWEST), now)
        muting = f"{muted} muted; /wirewatch mutes lists them"
        return "\n".join([*state, f"{quiet}; {last}", vitals.socket_words(signs, now), muting])

    async def find(self, words: str) -> str:
        """Stored articles whose headline holds all of the words, newest first."""
        keys = title_key(words).split()
        found = await self.store.find(keys, limit=_FOUND + 1) if keys else ()
        if not found:
            return "no stored article has all of these words in its headline"
        lines = [line for one in found[:_FOUND] for line in _lines(one)]
        return "\n".join([*lines, *(["there are more; add a word"] if len(found) > _FOUND else [])])

    async def drill(self, routes: Sequence[str]) -> str:
        """Send a marked test alert to these routes, or to all when none is named, and report whether each arrived."""
        drilled = await self.test_routes(routes)
        return drilled if isinstance(drilled, str) else "\n".join(map(_drill_line, drilled))


def _last_line(told: Sequence[ToldAlert], now: datetime) -> str:
    """When the last alert was posted, where, and which."""
    posted = [(one.posted_at, one) for one in told if one.posted_at is not None]
    if not posted:
        return "no alert was posted so far"
    at, last = max(posted, key=lambda one: one[0])
    ago = in_words(max(timedelta(0), now - at))
    return f"last alert {ago} ago on {last.route}: {shortened(safe(last.title), _TITLE)}"


def _drill_line(one: Drilled) -> str:
    about = f"{one.alert.route.name} ({one.alert.route.channel})"
    if one.problem or one.total is None:
        return f"{about}: {one.problem or 'no end known'}"
    return f"{about}: posted, and found again in its channel, {one.total:.1f} s after the item"


def _lines(one: FoundItem) -> list[str]:
    verdict = in_short(one.verdict) if one.verdict else "not decided"
    about = f"  {one.source}, seen {one.first_seen_at:%Y-%m-%d %H:%M} UTC: {verdict}"
    return [one.title or "(no headline)", about, f"  {one.url or one.item_id}"]

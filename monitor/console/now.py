"""*Now*: does everything work, and what needs a person first. The same facts as `health`, in the same words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.collect.course import is_frozen
from monitor.config.inuse import broken_line
from monitor.console.filters import query
from monitor.console.gists import gists_of
from monitor.console.page import Console, names_of, page
from monitor.decide.heldback import dismissed_line
from monitor.decide.mutes import mute_line
from monitor.decide.notices.silences import silence_words
from monitor.decide.routing import routes_now
from monitor.health import vitals
from monitor.health.database import about_database
from monitor.link.join import WINDOW
from monitor.model import (
    ConfigFile,
    DeliveryState,
    FeedState,
    Mute,
    Severity,
    StoryFilter,
    ToldAlert,
    VitalSigns,
    WaitingDelivery,
    in_words,
)
from monitor.wording.counts import counted

_ALERTS = 15
_READ = 40
"""So many alerts are read for the list, in which one article on several routes is one line."""
_URGENT_HOURS = 12
_MOST_URGENT = 20
_URGENT = query(severity=str(Severity.HIGH), free="1", within=str(_URGENT_HOURS))
_WAITING = 10
_FAILING = 20
_STUCK = {
    DeliveryState.HELD: "look in the channel whether it was posted; Wirewatch cannot find out",
    DeliveryState.REJECTED: "it was not posted, and is not tried again; read the article",
}


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs a person: how bad it is ("bad" or "warn"), what it is, and where to look."""

    kind: str
    words: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """How the service does, as `health` would say it now, and what that is known by.

    `healthy` is the sentence for all is well, "" when it is not; then `troubles` say why. `degraded` is what needs
    somebody and keeps no alert back. `files` are those that people edit, `waiting` the oldest messages not posted.
    """

    healthy: str
    troubles: tuple[str, ...]
    degraded: tuple[str, ...]
    needs: tuple[Need, ...]
    signs: VitalSigns
    failing: tuple[FeedState, ...]
    files: Sequence[ConfigFile]
    waiting: Sequence[WaitingDelivery]
    mutes: tuple[Mute, ...]


async def overview_of(console: Console) -> Overview:
    """Ask the store how the service does.

    Raises:
        StoreError: it cannot be asked.
    """
    live, store, now = console.live, console.store, console.clock()
    signs = await store.vital_signs(now, live.feed_ids, routes_now(live.routes, now))
    troubled = [state for state in await store.troubled_feeds() if state.feed_id in live.feed_ids]
    failing = sorted((one for one in troubled if one.failures), key=lambda one: (-one.failures, one.feed_id))
    frozen = sum(is_frozen(one, now) for one in troubled)
    files = await store.config_files()
    # Whether it can be written to, the service itself says with its beat.
    about = about_database("", await store.room(), await store.upkeep_problems())
    troubles = (*about.troubles, *vitals.troubles(signs, now))
    return Overview(
        healthy="" if troubles else vitals.healthy(signs, now),
        troubles=troubles,
        degraded=tuple(about.degraded),
        needs=(
            *(Need("bad", words) for words in about.troubles),
            *needs(signs, failing, files, len(live.feed_ids), now),
            *([Need("warn", f"{counted(frozen, 'feed')} frozen", "/feeds?health=frozen")] if frozen else []),
            *(Need("warn", words) for words in about.degraded),
            *(Need("warn", silence_words(one), "#rules") for one in await store.silences() if one.over_at is None),
        ),
        signs=signs,
        failing=tuple(failing),
        files=files,
        waiting=await store.waiting_deliveries(limit=_WAITING),
        mutes=tuple(mute for mute in await store.mutes() if now < mute.until),
    )


def routes(console: Console) -> list[Route]:
    """The first page."""

    async def show(request: Request) -> Response:
        live, now = console.live, console.clock()
        found = await overview_of(console)
        alerts = together(await console.store.told_alerts(limit=_READ))[:_ALERTS]
        wanted = StoryFilter(severity=Severity.HIGH, free=True, since=now - timedelta(hours=_URGENT_HOURS))
        free = await console.store.story_lines(wanted, now=now, after=None, limit=_MOST_URGENT + 1)
        return page(
            console,
            request,
            "now.html",
            healthy=found.healthy,
            needs=found.needs,
            numbers=[
                (_at_most(len(free)), f"urgent of the last {_URGENT_HOURS} h that nobody has", f"/stories{_URGENT}"),
                *_numbers(found.signs, found.waiting, found.failing, len(live.feed_ids), now),
            ],
            alerts=alerts,
            gists=defaultdict(
                str,
                await gists_of(console, {one.story_id: (one.title, one.language) for one in alerts if one.story_id}),
            ),
            waiting=found.waiting,
            failing=found.failing[:_FAILING],
            more_failing=max(0, len(found.failing) - _FAILING),
            channels=[
                (route.name, route.channel, found.signs.channel_problems.get(route.channel, ""))
                for route in live.routes.all()
            ],
            files=found.files,
            rules=[(rule.id, rule.title, str(rule.status), rule.hash) for rule in live.engine.rules],
            mutes=[mute_line(mute, now) for mute in found.mutes],
            dismissed=[
                (one.card.story_id, dismissed_line(one, now))
                for one in await console.store.dismissed_stories(now - WINDOW)
            ],
            names=names_of(live),
        )

    return [Route("/", show)]


def together(alerts: Sequence[ToldAlert]) -> list[ToldAlert]:
    """Alerts with one line for each article, however many routes got it at once: `route` then names them all."""
    lines: dict[object, ToldAlert] = {}
    for one in alerts:
        key = (one.kind, one.item_id, one.state) if one.item_id else one.delivery_id
        known = lines.get(key)
        if known is None:
            lines[key] = one
            continue
        posted = max(filter(None, (known.posted_at, one.posted_at)), default=None)
        severity = max(known.severity, one.severity)
        lines[key] = replace(known, route=f"{known.route}, {one.route}", posted_at=posted, severity=severity)
    return list(lines.values())


def needs(
    signs: VitalSigns, failing: Sequence[FeedState], files: Sequence[ConfigFile], feeds: int, now: datetime
) -> list[Need]:
    """What needs a person, the worst first: the troubles of `health`, alerts that are stuck, files, feeds."""
    found = [Need("bad", words) for words in vitals.troubles(signs, now)]
    stuck = [(state, signs.outbox.get(state, 0), what) for state, what in _STUCK.items()]
    found += [
        Need("bad", f"{counted(count, 'message')} {state}: {what}", "#outbox") for state, count, what in stuck if count
    ]
    if signs.stuck:
        found.append(Need("bad", f"{counted(signs.stuck, 'message')} waiting behind one of those", "#outbox"))
    found += [Need("warn", broken_line(file, feeds, now), "#files") for file in files if file.wrong]
    if failing:
        found.append(Need("warn", f"{counted(len(failing), 'feed')} failing", "/feeds?health=failing"))
    return found


def _at_most(count: int) -> str:
    return str(count) if count <= _MOST_URGENT else f"over {_MOST_URGENT}"


def _numbers(
    signs: VitalSigns, waiting: Sequence[WaitingDelivery], failing: Sequence[FeedState], feeds: int, now: datetime
) -> list[tuple[str, str, str]]:
    """What stands at the top: a number, what it counts, and where to look."""
    open_states = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)
    count = sum(signs.outbox.get(state, 0) for state in open_states)
    oldest = next((one.decided_at for one in waiting if one.state in open_states), None)
    age = f", the oldest for {in_words(now - oldest)}" if oldest else ""
    seen_at = signs.last_heartbeat(now)
    beat = f"{in_words(now - seen_at)} ago" if seen_at else "never"
    return [
        (f"{feeds - len(failing):,} of {feeds:,}", "feeds work", "/feeds"),
        (str(count), f"wait in the outbox{age}", "#outbox"),
        (beat, "the last sign of life", ""),
    ]

"""*Now*: does everything work, and what needs a person first. The same facts as `health`, in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.config.inuse import broken_line
from monitor.console.page import Console, page
from monitor.decide.mutes import mute_line
from monitor.decide.routing import routes_now
from monitor.decide.silence_notices import silence_words
from monitor.health import vitals
from monitor.health.database import judged
from monitor.model import ConfigFile, DeliveryState, FeedState, VitalSigns, WaitingDelivery, in_words
from monitor.wording.counts import counted

_ALERTS = 15
_WAITING = 10
_FAILING = 20


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs a person: how bad it is ("bad" or "warn"), what it is, and where to look."""

    kind: str
    words: str
    link: str = ""


def routes(console: Console) -> list[Route]:
    """The first page."""

    async def show(request: Request) -> Response:
        app, store, now = console.app, console.store, console.clock()
        live = app.poller.policy.routes
        signs = await store.vital_signs(now, app.feed_ids, routes_now(live, now))
        states = {state.feed_id: state for state in await store.feed_states() if state.feed_id in app.feed_ids}
        files = await store.config_files()
        waiting = await store.waiting_deliveries(limit=_WAITING)
        mutes = [mute for mute in await store.mutes() if now < mute.until]
        failing = sorted(
            (state for state in states.values() if state.failures), key=lambda one: (-one.failures, one.feed_id)
        )
        # Whether it can be written to, the service itself says with its beat.
        about = judged("", await store.room(), await store.upkeep_problems())
        troubles = [*about.troubles, *vitals.troubles(signs, now)]
        return page(
            console,
            request,
            "now.html",
            healthy="" if troubles else vitals.healthy(signs, now),
            needs=[
                *(Need("bad", words) for words in about.troubles),
                *needs(signs, failing, files, len(app.feed_ids), now),
                *(Need("warn", words) for words in about.degraded),
                *(Need("warn", silence_words(one), "#rules") for one in await store.silences() if one.over_at is None),
            ],
            numbers=_numbers(signs, waiting, failing, len(app.feed_ids), now),
            alerts=await store.told_alerts(limit=_ALERTS),
            waiting=waiting,
            failing=failing[:_FAILING],
            more_failing=max(0, len(failing) - _FAILING),
            channels=[
                (route.name, route.channel, signs.channel_problems.get(route.channel, "")) for route in live.all()
            ],
            files=files,
            rules=[(rule.id, rule.title, str(rule.status), rule.hash) for rule in app.poller.engine.rules],
            mutes=[mute_line(mute, now) for mute in mutes],
            delay=_delay,
        )

    return [Route("/", show)]


def needs(
    signs: VitalSigns, failing: Sequence[FeedState], files: Sequence[ConfigFile], feeds: int, now: datetime
) -> list[Need]:
    """What needs a person, the worst first: the troubles of `health`, alerts that are stuck, files, feeds."""
    found = [Need("bad", words) for words in vitals.troubles(signs, now)]
    stuck = [(state, signs.outbox.get(state, 0)) for state in (DeliveryState.HELD, DeliveryState.REJECTED)]
    found += [Need("bad", f"{counted(count, 'message')} {state}", "#outbox") for state, count in stuck if count]
    if signs.stuck:
        found.append(Need("bad", f"{counted(signs.stuck, 'message')} waiting behind one of those", "#outbox"))
    found += [Need("warn", broken_line(file, feeds, now), "#files") for file in files if file.wrong]
    if failing:
        found.append(Need("warn", f"{counted(len(failing), 'feed')} failing", "/feeds?failing=1"))
    return found


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
        (f"{feeds - len(failing)} of {feeds}", "feeds work", "/feeds"),
        (str(count), f"wait in the outbox{age}", "#outbox"),
        (beat, "the last sign of life", ""),
    ]


def _delay(later: datetime | None, earlier: datetime | None) -> str:
    """How long after something else something was."""
    if later is None or earlier is None or later < earlier:
        return ""
    return f"+{in_words(later - earlier)}"

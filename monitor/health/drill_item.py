"""The test alert of a drill: an item that is matched, linked and decided in memory, and told as what it is."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from monitor.decide.notices import notice
from monitor.decide.policy import Policy
from monitor.judge import judge, lookup_of, prepare
from monitor.match.engine import Engine, compile_rules
from monitor.match.rulefile import read_rules
from monitor.model import Action, Context, Delivery, Entry, Feed, FeedState, Route, Routes, Verdict

MARK = "DRILL – no event"
"""What every word about a drill begins with, so that nobody takes it for news."""

ALERTED = Action.ALERT
"""The verdict that a test item must get."""

_FEED = Feed(id="drill", name="Drill", url="http://drill.invalid/", family="drill")
_RULE = Path(__file__).with_name("drill.yaml")


@dataclass(frozen=True, slots=True)
class DrillAlert:
    """A test alert for one route, and how long it took to get there, in seconds.

    `delivery` is None when the chain made no alert of the item; then `problem` says why.
    """

    route: Route
    delivery: Delivery | None
    matching: float
    deciding: float
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a test item, None when nothing was, and `why` in words."""

    verdict: Verdict | None
    why: str


def through(entry: Entry, feed: Feed, route: Route, *, rules: Engine, now: datetime) -> Decided:
    """Send one entry through match, link and decide, with a store that knows nothing and keeps nothing."""
    prepared = prepare([entry], feed, rules, language="en", base_url=feed.url, now=now)
    lookup_of(feed, prepared, now=now)
    policy = Policy(routes=Routes((replace(route, quiet_hours=None),)), catch_up=None)
    state = FeedState(feed_id=feed.id, baselined_at=now)
    batch = judge(Context(state=state), prepared=prepared, state=state, policy=policy, now=now)
    (seen,) = batch.observations
    if not batch.deliveries or seen.verdict is None:
        return Decided(None, seen.verdict.detail if seen.verdict else str(seen.identity.reason))
    return Decided(seen.verdict, f"verdict {seen.verdict.action}, {seen.verdict.detail}")


def drill_alert(route: Route, *, now: datetime) -> DrillAlert:
    """Send a test item through match, link and decide, with a store that knows nothing and keeps nothing.

    So it is in no story, no item and no count of cards. What comes out goes to the route as a notice: marked, without
    buttons, and of its own at any hour. `now` (UTC) makes its key.
    """
    rules = engine()
    began = time.perf_counter()
    title = f"{MARK}: a test of the route {route.name}"
    entry = Entry(title=title, link=f"{_FEED.url}{route.name}", guid=f"{route.name}-{now.isoformat()}", digest=title)
    prepared = prepare([entry], _FEED, rules, language="en", base_url=_FEED.url, now=now)
    matched = time.perf_counter()
    lookup_of(_FEED, prepared, now=now)
    policy = Policy(routes=Routes((replace(route, quiet_hours=None),)), catch_up=None)
    state = FeedState(feed_id=_FEED.id, baselined_at=now)
    batch = judge(Context(state=state), prepared=prepared, state=state, policy=policy, now=now)
    decided = time.perf_counter()
    (seen,) = batch.observations
    if not batch.deliveries or seen.verdict is None:
        why = f"{seen.verdict.reason}: {seen.verdict.detail}" if seen.verdict else seen.identity.reason
        return DrillAlert(route, None, matched - began, decided - matched, f"no alert was decided ({why})")
    words = ", ".join(f"“{one.text}”" for match in seen.matches for one in match.evidence)
    text = (
        f"Somebody tests the route {route.name} ({now:%Y-%m-%d %H:%M:%S} UTC). Nothing happened, and there is nothing "
        f"to do. The test item matched the rule {seen.matches[0].rule_title} by {words}; verdict: "
        f"{seen.verdict.action}, {seen.verdict.detail}."
    )
    delivery = notice(f"drill:{route.name}:{now.isoformat()}", MARK, text, route, now=now)
    return DrillAlert(route, delivery, matched - began, decided - matched)


@functools.cache
def engine() -> Engine:
    """The rule of test items."""
    return compile_rules(read_rules(_RULE, route_names=None, feed_ids=None).rules)

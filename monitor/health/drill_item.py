"""The test alert of a drill: an item that is matched, linked and decided in memory, and told as what it is."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from monitor.decide.notices.notice import notice
from monitor.decide.policy import Policy
from monitor.judge.batch import DocumentPart, Poll, judge
from monitor.judge.prepared import prepare
from monitor.match.engine import Engine, compile_rules
from monitor.match.rulefile import read_rules
from monitor.model import Action, Context, Delivery, Entry, Feed, FeedState, Observation, Route, Routes

MARK = "DRILL – no event"
"""What every word about a drill begins with, so that nobody takes it for news."""

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
class Tested:
    """What match, link and decide made of a test item: whether it became an alert, and how long they took, in seconds.

    `matching` is until it was matched, `deciding` the rest.
    """

    seen: Observation
    alerted: bool
    matching: float
    deciding: float

    @property
    def why(self) -> str:
        """Why it became an alert, or did not, in words."""
        verdict = self.seen.verdict
        if verdict is None:
            return self.seen.identity.reason
        return f"verdict {verdict.action}, {verdict.detail}" if self.alerted else verdict.detail


def through(entry: Entry, feed: Feed, route: Route, *, now: datetime) -> Tested:
    """Send a test item through match, link and decide, with a store that knows nothing and keeps nothing."""
    rules = engine()
    began = time.perf_counter()
    prepared = prepare([entry], feed, rules, language="en", base_url=feed.url, now=now)
    matched = time.perf_counter()
    policy = Policy(routes=Routes((replace(route, quiet_hours=None),)), catch_up=None)
    state = FeedState(feed_id=feed.id, baselined_at=now)
    batch = judge(Context(state=state), DocumentPart(prepared), Poll(state), policy=policy, now=now)
    decided = time.perf_counter()
    (seen,) = batch.observations
    alerted = bool(batch.deliveries) and seen.verdict is not None and seen.verdict.action is Action.ALERT
    return Tested(seen, alerted, matched - began, decided - matched)


def drill_alert(route: Route, *, now: datetime) -> DrillAlert:
    """What `through` makes of an item for this route, as a notice: in no story, no item and no count of cards.

    It is marked, without buttons, and posted of its own at any hour. `now` (UTC) makes its key.
    """
    title = f"{MARK}: a test of the route {route.name}"
    entry = Entry(title=title, link=f"{_FEED.url}{route.name}", guid=f"{route.name}-{now.isoformat()}", digest=title)
    tested = through(entry, _FEED, route, now=now)
    seen, verdict = tested.seen, tested.seen.verdict
    if verdict is None or not tested.alerted:
        why = f"{verdict.reason}: {verdict.detail}" if verdict else seen.identity.reason
        return DrillAlert(route, None, tested.matching, tested.deciding, f"no alert was decided ({why})")
    words = ", ".join(f"“{one.text}”" for match in seen.matches for one in match.evidence)
    text = (
        f"Somebody tests the route {route.name} ({now:%Y-%m-%d %H:%M:%S} UTC). Nothing happened, and there is nothing "
        f"to do. The test item matched the rule {seen.matches[0].rule_title} by {words}; verdict: "
        f"{verdict.action}, {verdict.detail}."
    )
    delivery = notice(f"drill:{route.name}:{now.isoformat()}", MARK, text, route, now=now)
    return DrillAlert(route, delivery, tested.matching, tested.deciding)


@functools.cache
def engine() -> Engine:
    """The rule of test items."""
    return compile_rules(read_rules(_RULE).rules)

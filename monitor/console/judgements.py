"""*Judgements*: how often the desk found each rule right, week by week, what people said, and what may be learnt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.console.marked import shown
from monitor.console.page import Console, page
from monitor.console.worker import NotDone, Worker
from monitor.decide.precision import last_week, precision, week_lines, week_name
from monitor.model import RuleWeek

_WEEKS = 8
_SAID = 50
_MOST_RATED = 1_000
_LEARN_FROM = timedelta(days=30)
_KEPT = timedelta(minutes=10)
_SUGGESTIONS = "/judgements/suggestions"


def routes(console: Console, worker: Worker) -> list[Route]:
    """The figures with what people said, and what ratings teach."""
    known: dict[datetime, tuple[datetime, Sequence[RuleWeek]]] = {}

    async def of_week(since: datetime, until: datetime, now: datetime) -> Sequence[RuleWeek]:
        """What became of a past week's alerts: hardly anything changes it, so it is not counted at each look."""
        found = known.get(since)
        if found is None or not now - _KEPT <= found[0] <= now:
            known[since] = found = now, await console.store.rule_weeks(since, until)
        while len(known) > _WEEKS:
            del known[min(known)]
        return found[1]

    async def show(request: Request) -> Response:
        now = console.clock()
        begin, end = last_week(now)
        periods = [(begin - timedelta(weeks=back), end - timedelta(weeks=back)) for back in reversed(range(_WEEKS - 1))]
        weeks = [(week_name(since), await of_week(since, until, now)) for since, until in periods]
        current = await console.store.rule_weeks(end, now)
        weeks = [*weeks, (week_name(end), current)][::-1]
        rules = {one.rule: one.title for _, of_week in weeks for one in of_week}
        said = sorted(await console.store.rated_items(), key=lambda one: one.at, reverse=True)
        return page(
            console,
            request,
            "judgements.html",
            weeks=[name for name, _ in weeks],
            rows=[
                (rule, title, [_cell(rule, of_week) for _, of_week in weeks]) for rule, title in sorted(rules.items())
            ],
            current=week_lines(current),
            said=said[:_SAID],
            more=max(0, len(said) - _SAID),
        )

    async def suggest(request: Request) -> Response:
        rated = [*await console.store.rated_items(), *await console.store.claimed_items()]
        newest = sorted(rated, key=lambda one: one.at, reverse=True)[:_MOST_RATED]
        found = await worker.taught(newest, console.clock() - _LEARN_FROM)
        return page(
            console,
            request,
            "suggestions.html",
            failed=found.words if isinstance(found, NotDone) else "",
            ways=() if isinstance(found, NotDone) else found.ways,
            suggestions=() if isinstance(found, NotDone) else found.suggestions,
            count=len(newest),
            days=_LEARN_FROM.days,
            exactly=shown,
        )

    return [Route("/judgements", show), Route(_SUGGESTIONS, suggest)]


def _cell(rule: str, weeks: Sequence[RuleWeek]) -> tuple[str, str]:
    """What a week's cell of a rule shows: the share that was right, and of how many."""
    week = next((one for one in weeks if one.rule == rule), None)
    share = precision(week) if week else None
    if week is None or share is None:
        return "", f"{week.alerts} alerts" if week and week.alerts else ""
    right = week.relevant + week.claimed
    return f"{share:.0%}", f"{right} of {right + week.not_relevant}"

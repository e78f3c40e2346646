"""*Judgements*: how often the desk found each rule right, week by week, what people said, and what may be learnt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.console.marked import shown
from monitor.console.page import Console, page
from monitor.console.worker import DraftWorker, NotDone
from monitor.decide.precision import last_week, precision, week_lines, week_name
from monitor.model import RuleWeek
from monitor.wording.counts import counted
from monitor.workbench.draft import Taught

_WEEKS = 8
_SAID = 50
_MOST_RATED = 1_000
_LEARN_FROM = timedelta(days=30)
_KEPT = timedelta(minutes=10)
_SUGGESTIONS = "/judgements/suggestions"


class Weeks:
    """What became of the alerts of the last weeks; a past week is not counted at each look."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._known: dict[datetime, tuple[datetime, Sequence[RuleWeek]]] = {}

    async def all(self) -> list[tuple[str, Sequence[RuleWeek]]]:
        """The weeks by name, this one first.

        Raises:
            StoreError: they cannot be counted now.
        """
        now = self._console.clock()
        begin, end = last_week(now)
        periods = [(begin - timedelta(weeks=back), end - timedelta(weeks=back)) for back in reversed(range(_WEEKS - 1))]
        weeks = [(week_name(since), await self._past(since, until, now)) for since, until in periods]
        return [*weeks, (week_name(end), await self._console.store.rule_weeks(end, now))][::-1]

    async def _past(self, since: datetime, until: datetime, now: datetime) -> Sequence[RuleWeek]:
        """What became of a past week's alerts: hardly anything changes it."""
        found = self._known.get(since)
        if found is None or not now - _KEPT <= found[0] <= now:
            self._known[since] = found = now, await self._console.store.rule_weeks(since, until)
        while len(self._known) > _WEEKS:
            del self._known[min(self._known)]
        return found[1]


def routes(console: Console, worker: DraftWorker) -> list[Route]:
    """The figures with what people said, and what ratings teach."""
    past = Weeks(console)

    async def show(request: Request) -> Response:
        weeks = await past.all()
        rules = {one.rule: one.title for _, of_week in weeks for one in of_week}
        said = await console.store.rated_items(limit=_SAID + 1)
        return page(
            console,
            request,
            "judgements.html",
            weeks=[_monday(name) for name, _ in weeks],
            rows=[
                (rule, title, [_cell(rule, of_week) for _, of_week in weeks]) for rule, title in sorted(rules.items())
            ],
            titles=defaultdict(str, {rule.id: rule.title for rule in console.live.engine.rules}),
            current=week_lines([one for one in weeks[0][1] if precision(one) is not None]),
            said=said[:_SAID],
            most=_SAID,
            more=len(said) > _SAID,
        )

    async def suggest(request: Request) -> Response:
        rated = [*await console.store.rated_items(limit=_MOST_RATED), *await console.store.claimed_items()]
        newest = sorted(rated, key=lambda one: one.at, reverse=True)[:_MOST_RATED]
        found = await worker.taught(newest, console.clock() - _LEARN_FROM)
        failed, taught = (found.words, Taught((), ())) if isinstance(found, NotDone) else ("", found)
        return page(
            console,
            request,
            "suggestions.html",
            failed=failed,
            ways=taught.ways,
            suggestions=taught.suggestions,
            count=len(newest),
            days=_LEARN_FROM.days,
            exactly=shown,
        )

    return [Route("/judgements", show), Route(_SUGGESTIONS, suggest)]


def _monday(week: str) -> str:
    """The day on which a week begins: "23 Nov" of "2026-W48"."""
    return f"{datetime.strptime(f'{week}-1', '%G-W%V-%u'):%d %b}".lstrip("0")  # noqa: DTZ007 - a day, and no moment


def _cell(rule: str, weeks: Sequence[RuleWeek]) -> tuple[str, str]:
    """What a week's cell of a rule shows: the share that was right, and of how many."""
    week = next((one for one in weeks if one.rule == rule), None)
    share = precision(week) if week else None
    if week is None or share is None:
        return "", counted(week.alerts, "alert") if week and week.alerts else ""
    right = week.relevant + week.claimed
    return f"{share:.0%}", f"{right} of {right + week.not_relevant}"

"""How the rules did in a week, by the word of the desk, for the ops route. It changes no rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from monitor.decide.notices.notice import to_ops
from monitor.model import Delivery, Route, RuleWeek
from monitor.wording.counts import counted
from monitor.wording.safe import safe, shortened

_TITLE = 80


def last_week(now: datetime) -> tuple[datetime, datetime]:
    """The last whole week, from Monday to Monday, 00:00 UTC; its end left out."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = today - timedelta(days=today.weekday())
    return end - timedelta(days=7), end


def week_name(since: datetime) -> str:
    """A week as ISO 8601 names it: "2026-W48"."""
    year, week, _ = since.isocalendar()
    return f"{year}-W{week:02}"


def weekly(weeks: Sequence[RuleWeek], since: datetime, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice on a week, once; none when there was nothing to judge by."""
    if not weeks:
        return ()
    title = f"How the rules did in the week of {since.day} {since:%B %Y}"
    return to_ops(f"precision:{week_name(since)}", title, "\n".join(week_lines(weeks)), ops, now=now)


def week_lines(weeks: Sequence[RuleWeek]) -> list[str]:
    """A line for each rule, those that were wrong most often first."""
    return [_line(one) for one in sorted(weeks, key=lambda one: (precision(one) is None, precision(one), one.rule))]


def precision(week: RuleWeek) -> float | None:
    """The share of what was rated that was right; a story that somebody took and nobody rated counts as right."""
    right = week.relevant + week.claimed
    rated = right + week.not_relevant
    return right / rated if rated else None


def _line(week: RuleWeek) -> str:
    share = precision(week)
    right = week.relevant + week.claimed
    said = "nobody rated any" if share is None else f"{share:.0%} right: {right} of {right + week.not_relevant}"
    counts = ((week.relevant, "found relevant"), (week.claimed, "taken"), (week.not_relevant, "not relevant"))
    detail = f" ({', '.join(f'{count} {what}' for count, what in counts if count)})" if share is not None else ""
    besides = f"; {week.besides} old or doubled" if week.besides else ""
    return f"{shortened(safe(week.title), _TITLE)}: {said}{detail}; {counted(week.alerts, 'alert')}{besides}"

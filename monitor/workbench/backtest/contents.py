"""What a backtest says, in whatever form people read it: opening lines, tables, and lists of samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Rating
from monitor.wording.counts import counted
from monitor.workbench.backtest.result import Backtest, Counts, Result, Sample

LOST = "LOST: rated relevant, and no alert any more"


@dataclass(frozen=True, slots=True)
class Table:
    """A heading and rows of cells; the first column is on the left, the others on the right."""

    heading: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def opening(test: Backtest) -> list[str]:
    """What was compared, and what came of it in all; a line each."""
    result, total = test.result, test.result.total()
    if result.first_seen_at and result.last_seen_at:
        seen = f", seen from {_minute(result.first_seen_at)} to {_minute(result.last_seen_at)} UTC"
    else:
        seen = ""
    changed = sum(result.changed.values())
    alerts = f"{counted(total.added, 'alert')} added, {total.removed} removed, {changed} changed"
    return [
        f"{alerts}: {total.before} before, {total.after} after",
        f"items: {result.revisions:,} {test.items}{seen}",
        f"before: {test.before}",
        f"after: {test.after}",
        *(f"left out before: {problem}" for problem in test.errors_before),
        *(f"note: {note}" for note in test.notes),
    ]


def tables(test: Backtest) -> list[Table]:
    """The tables that have any row."""
    result = test.result
    tables = [_rule_table(test), _test_table(test), _part_table(result, "way"), _part_table(result, "language")]
    tables += [_change_table(result), _route_table(result), _rated_table(result)]
    return [table for table in tables if table.rows]


def _rule_table(test: Backtest) -> Table:
    """Every live rule, also one that found nothing: what is not listed was not read."""
    result, rows = test.result, []
    for rule in sorted({*result.rules(), *test.live}):
        now = frozenset({test.live[rule]} if rule in test.live else ())
        known = [result.versions_before.get(rule, frozenset()), result.versions_after.get(rule, now)]
        versions = [" ".join(sorted(one)) or "none" for one in known]
        if rule in test.tested:
            versions[1] = "on test"
        rows.append(
            (
                rule,
                *_numbers(result, {"rule": rule}),
                str(result.changed.get(rule, 0)),
                versions[0] if versions[0] == versions[1] else " -> ".join(versions),
            )
        )
    return Table("By rule", ("rule", *_COLUMNS, "changed", "version"), rows)


def _test_table(test: Backtest) -> Table:
    """What rules on test would have found, by way; they alert nobody, so they are in no other table."""
    rows = [
        (f"{one.rule}: {one.way}", f"{one.items} ({one.unsure} unsure)" if one.unsure else str(one.items))
        for one in test.result.on_test
    ]
    found = {one.rule for one in test.result.on_test}
    rows += [(f"{rule}: no way", "0") for rule in sorted(test.tested.keys() - found)]
    return Table("Rules on test: the items they would have found, by way", ("way", "items"), sorted(rows))


_COLUMNS = ("before", "after", "added", "removed")


def _part_table(result: Result, part: str) -> Table:
    """By way or by language, where something was added or removed."""
    found = sorted({(kind.rule, str(getattr(kind, part))) for kind in result.counts})
    rows = []
    for rule, value in found:
        if any(
            counts.added or counts.removed
            for kind, counts in result.counts.items()
            if (kind.rule, getattr(kind, part)) == (rule, value)
        ):
            rows.append((f"{rule}: {value}", *_numbers(result, {"rule": rule, part: value})))
    return Table(f"By {part}, where alerts were added or removed", (part, *_COLUMNS), rows)


def _numbers(result: Result, wanted: dict[str, str]) -> list[str]:
    """The four counts of what has these values, the unsure ones among them in brackets."""
    found = {True: Counts(), False: Counts()}
    for kind, counts in result.counts.items():
        if all(getattr(kind, name) == value for name, value in wanted.items()):
            found[kind.sure].add(counts)
    numbers = [(getattr(found[True], name), getattr(found[False], name)) for name in _COLUMNS]
    return [f"{sure + unsure} ({unsure} unsure)" if unsure else str(sure) for sure, unsure in numbers]


def _change_table(result: Result) -> Table:
    rows = [
        (f"{change.rule}: {change.what}", f"{change.before} -> {change.after}", str(count))
        for change, count in result.most_frequent_changes()
    ]
    return Table("Alerts on both sides that differ", ("what", "how", "alerts"), rows)


def _route_table(result: Result) -> Table:
    rows = []
    for one in result.routes:
        if not one.before.items and not one.after.items:
            continue
        sides = [
            (f"{side.items}", f"{side.worst} at {_minute(side.worst_hour)}" if side.worst_hour else "-")
            for side in (one.before, one.after)
        ]
        above = f"{one.before.hours_above} -> {one.after.hours_above}" if one.max_per_hour else "-"
        limit = str(one.max_per_hour or "-")
        rows.append((one.route, sides[0][0], sides[1][0], sides[0][1], sides[1][1], limit, above))
    heading = "Items for each route, before stories and digests make fewer messages of them"
    columns = ("route", "before", "after", "worst hour before", "worst hour after", "max_per_hour", "hours above it")
    return Table(heading, columns, rows)


def _rated_table(result: Result) -> Table:
    sides = ((True, True), (True, False), (False, True), (False, False))
    rows = [
        (name, *(str(result.rated.get((relevant, *side), 0)) for side in sides))
        for relevant, name in ((True, "relevant"), (False, "not relevant"))
        if any(said is relevant for said, _, _ in result.rated)
    ]
    columns = ("rated", "alert on both sides", "only before", "only after", "on neither")
    return Table("What people said of these items, by rule", columns, rows)


def sample_lists(result: Result) -> list[tuple[str, Sequence[Sample]]]:
    """First what people will want to know most: the relevant alerts that would be lost."""

    def rated(*, relevant: bool, after: bool) -> list[Sample]:
        return [one.sample for one in result.turned if one.relevant is relevant and one.after is after]

    found: list[tuple[str, Sequence[Sample]]] = [
        (LOST, rated(relevant=True, after=False)),
        ("Rated not relevant, and an alert now", rated(relevant=False, after=True)),
        ("Rated relevant, and an alert now", rated(relevant=True, after=True)),
        ("Rated not relevant, and no alert any more", rated(relevant=False, after=False)),
    ]
    for rule in result.rules():
        total = result.total(rule)
        for word, count, samples in (
            ("Added to", total.added, result.added.get(rule, ())),
            ("Removed from", total.removed, result.removed.get(rule, ())),
        ):
            found.append((f"{word} {rule}: {len(samples)} of {count}", samples))
    found += [
        (f"On test, {one.rule}: {one.way}: {len(one.samples)} of {one.items}", one.samples) for one in result.on_test
    ]
    return [(heading, samples) for heading, samples in found if samples]


def facts(one: Sample) -> list[str]:
    """Source, time, language, way and severity, and the item's id for `explain --item`."""
    when = f"{_minute(one.seen_at)} UTC" if one.seen_at else "no time"
    met = f"{one.rule}: {one.way} ({one.severity}{'' if one.sure else ', unsure'})"
    return [one.source or "no source", when, one.language, met, f"item {one.item_id}"]


def said(rating: Rating) -> str:
    """What somebody said of an item."""
    reason = f": {rating.reason}" if rating.reason else ""
    return f"{'relevant' if rating.relevant else 'not relevant'}, says {rating.by}{reason}"


def wordy(table: Table, place: int) -> bool:
    """Whether a column holds words, which stand on the left, and not numbers."""
    return any(" -> " in row[place] or " at " in row[place] for row in table.rows) or table.columns[place] == "version"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"

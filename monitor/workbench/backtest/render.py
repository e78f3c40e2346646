"""A backtest as people read it: text, and markdown for a merge request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Rating
from monitor.wording.counts import counted
from monitor.workbench.backtest.result import Backtest, Counts, Result, Sample


@dataclass(frozen=True, slots=True)
class _Table:
    """A heading and rows of cells; the first column is on the left, the others on the right."""

    heading: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


_LOST = "LOST: rated relevant, and no alert any more"


def as_text(test: Backtest) -> str:
    """For a terminal, in plain characters."""
    parts = ["\n".join(_opening(test))]
    parts += [f"{table.heading}\n{_aligned(table)}" for table in _tables(test)]
    for heading, samples in _sample_lists(test.result):
        parts.append("\n".join([heading, *(line for one in samples for line in _sample_lines(one))]))
    return "\n\n".join(parts)


def as_markdown(test: Backtest) -> str:
    """For a merge request; what feeds say can neither format it, link, nor mention anybody."""
    first, *rest = _opening(test)
    parts = [f"## {_plain(first)}", "\n".join(f"- {_plain(line)}" for line in rest)]
    parts += ["\n".join([f"### {_plain(table.heading)}", "", *_piped(table)]) for table in _tables(test)]
    for heading, samples in _sample_lists(test.result):
        items = "\n".join(_sample_item(one) for one in samples)
        parts.append(
            f"### {heading}\n\n{items}"
            if heading == _LOST
            else f"<details><summary>{heading}</summary>\n\n{items}\n\n</details>"
        )
    return "\n\n".join(parts)


# -- what both text and markdown say


def _opening(test: Backtest) -> list[str]:
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


def _tables(test: Backtest) -> list[_Table]:
    result = test.result
    tables = [_rule_table(test), _test_table(test), _part_table(result, "way"), _part_table(result, "language")]
    tables += [_change_table(result), _route_table(result), _rated_table(result)]
    return [table for table in tables if table.rows]


def _rule_table(test: Backtest) -> _Table:
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
    return _Table("By rule", ("rule", *_COLUMNS, "changed", "version"), rows)


def _test_table(test: Backtest) -> _Table:
    """What rules on test would have found, by way; they alert nobody, so they are in no other table."""
    rows = [
        (f"{one.rule}: {one.way}", f"{one.items} ({one.unsure} unsure)" if one.unsure else str(one.items))
        for one in test.result.on_test
    ]
    found = {one.rule for one in test.result.on_test}
    rows += [(f"{rule}: no way", "0") for rule in sorted(test.tested.keys() - found)]
    return _Table("Rules on test: the items they would have found, by way", ("way", "items"), sorted(rows))


_COLUMNS = ("before", "after", "added", "removed")


def _part_table(result: Result, part: str) -> _Table:
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
    return _Table(f"By {part}, where alerts were added or removed", (part, *_COLUMNS), rows)


def _numbers(result: Result, wanted: dict[str, str]) -> list[str]:
    """The four counts of what has these values, the unsure ones among them in brackets."""
    found = {True: Counts(), False: Counts()}
    for kind, counts in result.counts.items():
        if all(getattr(kind, name) == value for name, value in wanted.items()):
            found[kind.sure].add(counts)
    numbers = [(getattr(found[True], name), getattr(found[False], name)) for name in _COLUMNS]
    return [f"{sure + unsure} ({unsure} unsure)" if unsure else str(sure) for sure, unsure in numbers]


def _change_table(result: Result) -> _Table:
    rows = [
        (f"{change.rule}: {change.what}", f"{change.before} -> {change.after}", str(count))
        for change, count in result.most_frequent_changes()
    ]
    return _Table("Alerts on both sides that differ", ("what", "how", "alerts"), rows)


def _route_table(result: Result) -> _Table:
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
    return _Table(heading, columns, rows)


def _rated_table(result: Result) -> _Table:
    sides = ((True, True), (True, False), (False, True), (False, False))
    rows = [
        (name, *(str(result.rated.get((relevant, *side), 0)) for side in sides))
        for relevant, name in ((True, "relevant"), (False, "not relevant"))
        if any(said is relevant for said, _, _ in result.rated)
    ]
    columns = ("rated", "alert on both sides", "only before", "only after", "on neither")
    return _Table("What people said of these items, by rule", columns, rows)


def _sample_lists(result: Result) -> list[tuple[str, Sequence[Sample]]]:
    """First what people will want to know most: the relevant alerts that would be lost."""

    def rated(*, relevant: bool, after: bool) -> list[Sample]:
        return [one.sample for one in result.turned if one.relevant is relevant and one.after is after]

    found: list[tuple[str, Sequence[Sample]]] = [
        (_LOST, rated(relevant=True, after=False)),
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


# -- text


def _aligned(table: _Table) -> str:
    lines = [table.columns, *table.rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(table.columns))]
    return "\n".join(
        "  "
        + "  ".join(
            cell.rjust(width) if place and not _wordy(table, place) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _wordy(table: _Table, place: int) -> bool:
    return any(" -> " in row[place] or " at " in row[place] for row in table.rows) or table.columns[place] == "version"


def _sample_lines(one: Sample) -> list[str]:
    lines = [f"  {one.title or '(no title)'}", f"    {', '.join(_facts(one))}"]
    if one.words:
        lines.append(f"    words: {', '.join(one.words)}")
    if one.rating:
        lines.append(f"    {_said(one.rating)}")
    return [line.replace("\n", " ") for line in lines]


def _facts(one: Sample) -> list[str]:
    """Source, time, language, way and severity, and the item's id for `explain --item`."""
    when = f"{_minute(one.seen_at)} UTC" if one.seen_at else "no time"
    met = f"{one.rule}: {one.way} ({one.severity}{'' if one.sure else ', unsure'})"
    return [one.source or "no source", when, one.language, met, f"item {one.item_id}"]


def _said(rating: Rating) -> str:
    reason = f": {rating.reason}" if rating.reason else ""
    return f"{'relevant' if rating.relevant else 'not relevant'}, says {rating.by}{reason}"


# -- markdown

_MARKUP = re.compile(r"([\\`*_{}\[\]<#|~&$])")
_MENTION = re.compile(r"(?<=[@#!&%~$])(?=\w)|(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)


def _plain(text: str) -> str:
    """Text that markdown shows as it is.

    A word joiner keeps @names and #numbers from being mentions and references, and addresses from being links.
    """
    return _MARKUP.sub(r"\\\1", _MENTION.sub("\u2060", text.replace("\n", " ")))


def _piped(table: _Table) -> list[str]:
    left = ["---" if not place or _wordy(table, place) else "---:" for place in range(len(table.columns))]
    rows = [table.columns, *table.rows]
    head, *body = [f"| {' | '.join(_plain(cell) for cell in row)} |" for row in rows]
    return [head, f"|{'|'.join(left)}|", *body]


def _sample_item(one: Sample) -> str:
    lines = [f"- **{_plain(one.title or '(no title)')}**", f"  {_plain(', '.join(_facts(one)))}"]
    if one.words:
        lines.append(f"  words: {', '.join(f'*{_plain(word)}*' for word in one.words)}")
    if one.rating:
        lines.append(f"  {_plain(_said(one.rating))}")
    return "  \n".join(lines)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"

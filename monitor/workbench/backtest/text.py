"""A backtest as text, for a terminal and for the console."""

from __future__ import annotations

from monitor.workbench.backtest.contents import Table, facts, opening, said, sample_lists, tables, wordy
from monitor.workbench.backtest.result import Backtest, Sample


def as_text(test: Backtest) -> str:
    """For a terminal, in plain characters."""
    parts = ["\n".join(opening(test))]
    parts += [f"{table.heading}\n{_aligned(table)}" for table in tables(test)]
    for heading, samples in sample_lists(test.result):
        parts.append("\n".join([heading, *(line for one in samples for line in _sample_lines(one))]))
    return "\n\n".join(parts)


def _aligned(table: Table) -> str:
    lines = [table.columns, *table.rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(table.columns))]
    return "\n".join(
        "  "
        + "  ".join(
            cell.rjust(width) if place and not wordy(table, place) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _sample_lines(one: Sample) -> list[str]:
    lines = [f"  {one.title or '(no title)'}", f"    {', '.join(facts(one))}"]
    if one.words:
        lines.append(f"    words: {', '.join(one.words)}")
    if one.rating:
        lines.append(f"    {said(one.rating)}")
    return [line.replace("\n", " ") for line in lines]

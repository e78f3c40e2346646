"""A backtest as markdown, for a merge request."""

from __future__ import annotations

import re

from monitor.workbench.backtest.contents import LOST, Table, facts, opening, said, sample_lists, tables, wordy
from monitor.workbench.backtest.result import Backtest, Sample

_MARKUP = re.compile(r"([\\`*_{}\[\]<#|~&$])")
_MENTION = re.compile(r"(?<=[@#!&%~$])(?=\w)|(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)


def as_markdown(test: Backtest) -> str:
    """For a merge request; what feeds say can neither format it, link, nor mention anybody."""
    first, *rest = opening(test)
    parts = [f"## {_plain(first)}", "\n".join(f"- {_plain(line)}" for line in rest)]
    parts += ["\n".join([f"### {_plain(table.heading)}", "", *_piped(table)]) for table in tables(test)]
    for heading, samples in sample_lists(test.result):
        items = "\n".join(_sample_item(one) for one in samples)
        parts.append(
            f"### {heading}\n\n{items}"
            if heading == LOST
            else f"<details><summary>{heading}</summary>\n\n{items}\n\n</details>"
        )
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    """Text that markdown shows as it is.

    A word joiner keeps @names and #numbers from being mentions and references, and addresses from being links.
    """
    return _MARKUP.sub(r"\\\1", _MENTION.sub("\u2060", text.replace("\n", " ")))


def _piped(table: Table) -> list[str]:
    left = ["---" if not place or wordy(table, place) else "---:" for place in range(len(table.columns))]
    rows = [table.columns, *table.rows]
    head, *body = [f"| {' | '.join(_plain(cell) for cell in row)} |" for row in rows]
    return [head, f"|{'|'.join(left)}|", *body]


def _sample_item(one: Sample) -> str:
    lines = [f"- **{_plain(one.title or '(no title)')}**", f"  {_plain(', '.join(facts(one)))}"]
    if one.words:
        lines.append(f"  words: {', '.join(f'*{_plain(word)}*' for word in one.words)}")
    if one.rating:
        lines.append(f"  {_plain(said(one.rating))}")
    return "  \n".join(lines)

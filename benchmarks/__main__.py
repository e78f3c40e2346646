"""Measure everything and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import judging, latency, linking, matching, pages, polling, scale, schedule
from benchmarks.rows import Row
from monitor.app import logs
from monitor.settings import LogFormat

PAGE = Path("docs/benchmarks.md")

PICTURES = {
    "Matching": "![Items a second, by how many rules there are](pictures/growth-matching.png)",
    "Linking": "![What a report costs, by how many items are open](pictures/growth-linking.png)",
    "Schedule": "![How long entries wait, by how many requests that takes](pictures/growth-schedule.png)",
}
"""`benchmarks.pictures` draws them from the page."""


NOTES = """## What is measured

**Matching**: processor time on one core, over the same items and, for the others, the same terms as plain words. Ours
does all that a rule asks: forms, typing errors, distances, ways, second opinions and the evidence. The others only say
which terms they found; slow ones get some of the items. The invented items have as many words as real ones, each drawn
as often as its language uses it; 3 in 100 speak of what the rules look for. `make bench ARGS="--items FILE"` takes real
items instead, from a JSON lines file with `title`, `summary` and `language`.

A desk rule has three groups (subject, event, place) of twelve terms, two in each language, a third of them of two
words. Each draws its own words from the frequency lists (subjects and places from the rarer ones) and has two ways:
subject and event within 12 words, and all three within 40.

**Linking**: the processor time from asking the store to its commit, for one report that a rule matched: identity,
candidates, comparison, facts, verdict and writing. All items in the store are open, in invented events of one to 60
reports: towns, numbers of dead and words are as uneven as in the news. Half of the reports are of events that are
stored.

**Judging**: on PostgreSQL, by one process and by four beside each other, in turns: polls with two new entries, of which
two in a hundred bring one that a rule matches. Each process has feeds of its own.

**Polling**: over loopback, feeds fetched at the same time as the service does by default, into SQLite. The others get
the same documents from the same server, in turns with ours. Figures are medians of five runs; the slowest and the
fastest are in brackets. aiohttp alone asks and keeps nothing; the loop of feedparser parses and keeps nothing.

**Schedule**: a month of 500 invented feeds on a virtual clock: 8 % wires with 80 to 300 entries a day, 42 % outlets
with 8 to 70, 25 % NGOs with 0.3 to 4, 20 % ministries with 1 to 12 and 5 % with hardly any. They keep office hours and
weekends of nine time zones, have better and worse days, publish several entries at once, and let entries follow on
entries; each has a third of 44 stories, during which up to three times as much comes. Each shows its newest 10 to 50
entries, and one that is pushed out between two polls is missed. Wirewatch runs its own code, from a first poll on, with
the interval in `defaults`. Miniflux's `entry_frequency` and Media Cloud's doubling are written anew from what they
document, with their defaults. A wait is the time from publication to the poll that shows the entry.

**Scale**: `service.py run` as it is, in a process of its own, on SQLite, with the shipped rules (on test) and one for
each of 40 channels. The feeds have 20 entries each, and ten of them share a host; they and Slack are a third process.
One request in ten finds a new entry, and 2 new entries in 100 match a rule. All processes of the service count, and
memory that they share counts once. A poll is late by the time from when it was due to its request at the server. The
benchmark also prints where the time of alerts goes.

**Latency**: the time from the moment a feed's answer with a matching entry is served to the moment its alert's request
is at Slack, both on loopback, at 50 polls a second. Each poll brings a new entry, and every seventh one that matches.
There are the shipped rules and one for each of 40 channels, so that no alert waits for Slack's limit of one message a
second in a channel.

**Pages** of the console: over loopback, one after another, over a database of 100,000 items and 10,000 stories of three
rules, in SQLite and in PostgreSQL; the median of 15 answers after a first one.
"""


def main() -> None:
    """Run each benchmark, print its figures, and write the page."""
    logs.configure(LogFormat.TEXT, level=logs.LEVELS["error"])
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--items", type=Path, help="a JSON lines file of items to match (title, summary, language)")
    parser.add_argument(
        "--only",
        choices=("matching", "linking", "judging", "polling", "schedule", "latency", "pages", "scale"),
        help="measure this alone, and write no page; scale takes long, and is measured only so",
    )
    parser.add_argument("--feeds", type=int, default=scale.FEEDS, help="how many feeds scale polls")
    parser.add_argument("--minutes", type=int, default=scale.MINUTES, help="how long scale looks at that")
    given = parser.parse_args()
    measured = {
        "Matching": lambda: matching.run(given.items),
        "Linking": linking.run,
        "Judging": judging.run,
        "Polling": polling.run,
        "Schedule": schedule.run,
        "Latency": latency.run,
        "Pages": pages.run,
    }
    if given.only == "scale":
        measured = {"Scale": lambda: scale.run(given.feeds, given.minutes)}
    page = []
    for name, measure in measured.items():
        if given.only in (None, name.lower()):
            print(f"measuring {name.lower()} ...", flush=True)
            rows = []
            for row in measure():
                print("  " + " | ".join(filter(None, row)), flush=True)
                rows.append(row)
            page.append(_table(name, rows))
    if given.only:
        return
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d}"
    head = (
        f"# Benchmarks\n\n`make bench` measured this on one machine ({machine}). On yours the seconds differ, and the"
        " ratios hardly.\n*Ours* is Wirewatch. What the figures are stands in [what is measured](#what-is-measured).\n"
    )
    PAGE.write_text("\n".join([head, *page, NOTES]), encoding="utf-8")
    print(f"written to {PAGE}; draw its pictures with: python -m benchmarks.pictures")


def _table(name: str, rows: Sequence[Row]) -> str:
    cells = [f"| {row.what} | {row.figure} | {row.ratio} |" for row in rows]
    picture = [f"{PICTURES[name]}\n"] if name in PICTURES else []
    return "\n".join([f"## {name}\n", *picture, "| what | figure | beside ours |", "|---|---|---|", *cells, ""])


if __name__ == "__main__":
    main()

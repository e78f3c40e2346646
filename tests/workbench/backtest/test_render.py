"""What people and scripts are shown: text, JSON, and markdown that feeds cannot misuse."""

from __future__ import annotations

import json

from monitor.model import Match, Severity
from monitor.workbench.backtest.asjson import as_json
from monitor.workbench.backtest.markdown import as_markdown
from monitor.workbench.backtest.result import Backtest
from monitor.workbench.backtest.text import as_text
from tests.support.backtests import compare, item, rating
from tests.support.builders import NOW, hours, match, minutes

HOSTILE = "![x](http://evil.example) @channel #12 <img src=x> | `a` </details> **b** &amp;\nwww.evil.example"


def backtest() -> Backtest:
    on: list[Match] = [match()]
    off: list[Match] = []
    seen = [
        (item("lost", title="Cluster bombs hit Idlib", ratings=(rating(True),)), on, off),
        (item("new", title="Bomblets found", language="fr", seen_at=NOW + hours(1)), off, [match(sure=False)]),
        (item("same", seen_at=NOW + minutes(5)), on, [match(severity=Severity.CRITICAL, rule_hash="ad4767")]),
        (item("none"), off, off),
    ]
    return Backtest(
        items="lines of items.jsonl", before="git:HEAD (0123456789)", after="rules", result=compare(*seen).result()
    )


TEXT = """1 alert added, 1 removed, 1 changed: 2 before, 2 after
items: 4 lines of items.jsonl, seen from 2026-03-04 12:00 to 2026-03-04 13:00 UTC
before: git:HEAD (0123456789)
after: rules

By rule
  rule               before         after         added  removed  changed  version
  cluster-munitions       2  2 (1 unsure)  1 (1 unsure)        1        1  1f0c9a -> 1f0c9a ad4767

By way, where alerts were added or removed
  way                            before         after         added  removed
  cluster-munitions: casualties       2  2 (1 unsure)  1 (1 unsure)        1

By language, where alerts were added or removed
  language               before         after         added  removed
  cluster-munitions: en       2             1             0        1
  cluster-munitions: fr       0  1 (1 unsure)  1 (1 unsure)        0

Alerts on both sides that differ
  what                         how                  alerts
  cluster-munitions: routes    desk -> desk, night       1
  cluster-munitions: severity  high -> critical          1

Items for each route, before stories and digests make fewer messages of them
  route  before  after  worst hour before      worst hour after       max_per_hour  hours above it
  desk        2      2  2 at 2026-03-04 12:00  1 at 2026-03-04 12:00             2  0 -> 0
  night       0      1  -                      1 at 2026-03-04 12:00             -  -

What people said of these items, by rule
  rated     alert on both sides  only before  only after  on neither
  relevant                    0            1           0           0

LOST: rated relevant, and no alert any more
  Cluster bombs hit Idlib
    The Wire, 2026-03-04 12:00 UTC, en, cluster-munitions: casualties (high), item lost
    words: Cluster bombs
    relevant, says olena

Added to cluster-munitions: 1 of 1
  Bomblets found
    The Wire, 2026-03-04 13:00 UTC, fr, cluster-munitions: casualties (high, unsure), item new
    words: Cluster bombs

Removed from cluster-munitions: 1 of 1
  Cluster bombs hit Idlib
    The Wire, 2026-03-04 12:00 UTC, en, cluster-munitions: casualties (high), item lost
    words: Cluster bombs
    relevant, says olena"""


def test_text_says_what_matters_first() -> None:
    assert as_text(backtest()) == TEXT


def test_json_holds_everything() -> None:
    told = json.loads(as_json(backtest()))
    assert told["items"] == {
        "from": "lines of items.jsonl",
        "revisions": 4,
        "first_seen_at": "2026-03-04T12:00:00Z",
        "last_seen_at": "2026-03-04T13:00:00Z",
    }
    assert told["totals"] == {"before": 2, "after": 2, "added": 1, "removed": 1, "changed": 1}
    (rule,) = told["rules"]
    assert (rule["rule"], rule["versions_after"]) == ("cluster-munitions", ["1f0c9a", "ad4767"])
    (added,) = rule["samples"]["added"]
    assert (added["item_id"], added["sure"], added["severity"], added["words"]) == (
        "new", False, "high", ["Cluster bombs"],
    )  # fmt: skip
    assert [(kind["language"], kind["sure"], kind["removed"]) for kind in told["kinds"]] == [
        ("en", True, 1),
        ("fr", False, 0),
    ]
    assert told["routes"][0]["before"] == {
        "items": 2, "worst_hour": "2026-03-04T12:00:00Z", "worst": 2, "hours_above": 0,
    }  # fmt: skip
    assert told["rated"] == [{"relevant": True, "before": True, "after": False, "items": 1}]
    assert told["turned"][0]["rating"] == {"relevant": True, "rule": "cluster-munitions", "by": "olena", "reason": ""}


def test_markdown_has_tables_and_shows_what_would_be_lost_unfolded() -> None:
    told = as_markdown(backtest())
    assert told.startswith("## 1 alert added, 1 removed, 1 changed: 2 before, 2 after\n\n- items: 4 lines of")
    assert "| cluster-munitions: fr | 0 | 1 (1 unsure) | 1 (1 unsure) | 0 |" in told
    lost = "### LOST: rated relevant, and no alert any more\n\n- **Cluster bombs hit Idlib**"
    assert told.index(lost) < told.index("<details><summary>Added to cluster-munitions: 1 of 1</summary>")


def test_markdown_shows_what_a_feed_says_without_doing_it() -> None:
    """No link, image, tag, table cell, mention, reference, or end of the folded part comes from a headline."""
    result = compare((item(title=HOSTILE, source="@team"), [], [match(way="a|b")])).result()
    told = as_markdown(Backtest(items="lines", before="a", after="b", result=result))
    (line,) = [line for line in told.splitlines() if "evil" in line]
    assert line.rstrip() == (
        "- **!\\[x\\](http:\u2060//evil.example) @\u2060channel \\#\u206012 \\<img src=x> \\| \\`a\\` \\</details> "
        "\\*\\*b\\*\\* \\&\u2060amp; www\u2060.evil.example**"
    )
    assert "@team" not in told
    assert "| cluster-munitions: a\\|b |" in told
    assert told.count("</details>") == told.count("\\</details>") + 1


def test_nothing_to_compare_is_said_in_few_words() -> None:
    told = as_text(Backtest(items="lines of a.jsonl", before="a", after="b", result=compare().result()))
    assert told == (
        "0 alerts added, 0 removed, 0 changed: 0 before, 0 after\nitems: 0 lines of a.jsonl\nbefore: a\nafter: b"
    )

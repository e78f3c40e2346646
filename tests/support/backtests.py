"""Revisions and ratings for backtests, comparisons of two sides, and git for the rules of the one before."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.model import FeedKind, ItemRevision, Match, Rating, Routes, Severity
from monitor.workbench.backtest.compare import Comparison
from tests.support.builders import NOW, route

DESK, NIGHT, OPS = route("desk", max_per_hour=2), route("night", min_severity=Severity.CRITICAL), route("ops")
ROUTES = Routes((DESK, NIGHT), OPS)


def item(name: str = "a", **over: Any) -> ItemRevision:
    values: dict[str, Any] = {
        "item_id": name,
        "revision": 1,
        "feed_id": "wire",
        "kind": FeedKind.WIRE,
        "source": "The Wire",
        "url": f"https://wire.example/{name}",
        "language": "en",
        "title": f"Title {name}",
        "summary": "",
        "body": "",
        "seen_at": NOW,
    }
    return ItemRevision(**values | over)


def rating(relevant: bool, rule: str | None = "cluster-munitions", *, at: timedelta = timedelta(0)) -> Rating:
    return Rating(item_id="a", revision=1, rule=rule, relevant=relevant, by="olena", at=NOW + at)


def compare(*seen: tuple[ItemRevision, list[Match], list[Match]], samples: int = 10) -> Comparison:
    comparison = Comparison(ROUTES, samples=samples)
    for one, before, after in seen:
        comparison.add(one, before, after)
    return comparison


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(folder), *identity, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()

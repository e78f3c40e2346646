"""Items, matches and routes for tests: sensible by default, any field can be given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import (
    Context,
    Evidence,
    FeedKind,
    FeedState,
    Field,
    How,
    Identity,
    Item,
    Judgement,
    Link,
    Match,
    Route,
    Severity,
)

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def item(title: str = "Cluster bombs kill nine in Idlib market", **over: Any) -> Item:
    values: dict[str, Any] = {
        "feed_id": "wire",
        "family": "wire",
        "kind": FeedKind.WIRE,
        "source": "The Wire",
        "title": title,
        "guid": title,
        "link": "https://wire.example/a",
        "url": "https://wire.example/a",
        "language": "en",
        "published": NOW - minutes(3),
        "seen_at": NOW,
        "content_hash": f"1:{title}",
        "title_key": title.casefold(),
        "entry_digest": title,
    }
    return Item(**values | over)


def match(rule: str = "cluster-munitions", severity: Severity = Severity.HIGH, **over: Any) -> Match:
    evidence = Evidence(
        field=Field.TITLE, start=0, end=13, text="Cluster bombs", term="cluster bomb", how=How.INFLECTED, group="weapon"
    )
    values: dict[str, Any] = {
        "rule": rule,
        "rule_title": rule.replace("-", " ").capitalize(),
        "rule_hash": "1f0c9a",
        "engine": "1",
        "way": "casualties",
        "severity": severity,
        "evidence": (evidence,),
    }
    return Match(**values | over)


def new(item_id: str = "i1") -> Identity:
    return Identity(item_id, Judgement.NEW, 1, "never seen")


def revision(item_id: str = "i1", number: int = 2) -> Identity:
    return Identity(item_id, Judgement.REVISION, number, "same guid, other headline")


def starts(story_id: str = "s1") -> Link:
    return Link(story_id, new=True, reason="no open story is alike")


def joins(story_id: str = "s1", **over: Any) -> Link:
    return Link(story_id, new=False, reason="same places (Idlib)", **over)


def route(name: str = "desk", **over: Any) -> Route:
    return Route(name=name, channel=f"C{name.upper()}", **over)


def known_feed(**over: Any) -> Context:
    """The context of a feed that has been polled before."""
    return Context(state=FeedState(feed_id="wire", baselined_at=NOW - hours(99)), **over)


def first_poll(**over: Any) -> Context:
    return Context(state=FeedState(feed_id="wire"), **over)

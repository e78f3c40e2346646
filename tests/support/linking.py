"""The stories that reports come to, one after the other, by rules and linking alone: no store, no deciding."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from monitor.judge.prepared import match_item
from monitor.link.candidates import signs_of
from monitor.link.join import member_of
from monitor.link.stories import Stories
from monitor.match.engine import Engine, compile_rules
from monitor.match.rulefile import read_rules
from monitor.model import Context, FeedState, Link, Story
from tests.support.builders import NOW, hours, item

Told = tuple[float, str, str, str, str]
"""Hours after the first, outlet, language, headline, summary."""


@functools.cache
def rule_of(topic: str, terms: str) -> Engine:
    """A rule that asks for one of some terms, in YAML by language, and for nothing else."""
    text = (
        f"format: 1\nid: {topic}\ntitle: News of {topic}\nowner: desk\nstatus: test\nseverity: medium\n"
        f"words:\n  thing: {terms}\n"
        "find:\n  - {name: any, all: [thing]}\n"
    )
    with TemporaryDirectory() as folder:
        Path(folder, f"{topic}.yaml").write_text(text, encoding="utf-8")
        files = read_rules(Path(folder))
    assert not files.problems, files.problems
    return compile_rules(files.rules)


def links_of(engine: Engine, reports: Iterable[Told], **over: Any) -> list[Link | None]:
    """What becomes of each report; None where no rule is met."""
    read = []
    for number, (after, outlet, language, title, summary) in enumerate(reports):
        now = NOW + hours(after)
        address = f"https://{outlet}.example/{number}"
        one = item(
            title,
            summary=summary,
            feed_id=outlet,
            family=outlet,
            language=language,
            seen_at=now,
            published=now,
            **{"guid": str(number), "link": address, "url": address} | over,
        )
        read.append((match_item(one, engine), f"i{number}", now))
    known: dict[str, Story] = {}
    found: list[Link | None] = []
    for prepared, item_id, now in read:
        assert prepared.error is None
        if prepared.report is None:
            found.append(None)
            continue
        asked = signs_of(prepared.report.keys, prepared.item.title, prepared.item.summary)
        stories = Stories(Context(state=FeedState(feed_id="any"), stories=tuple(known.values())), asked, now=now)
        member = member_of(prepared.report, prepared.item, item_id)
        link = stories.link(prepared.report, member)
        story, _, _ = stories.add(member, link, ())
        known[story.story_id] = story
        found.append(link)
    return found


def stories_of(engine: Engine, reports: Iterable[Told]) -> list[str]:
    """The story of each report; all of them have to meet a rule."""
    links = links_of(engine, reports)
    unmatched = [number for number, link in enumerate(links) if link is None]
    assert not unmatched, f"no rule is met by {unmatched}"
    return [link.story_id for link in links if link is not None]

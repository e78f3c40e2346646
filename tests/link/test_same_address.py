"""What one feed tells under one address is one story, unless the page was rewritten for another event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from monitor.collect.identity import known_item
from monitor.decide.policy import Policy
from monitor.judge.batch import DocumentPart, Poll, judge
from monitor.judge.prepared import match_item
from monitor.model import Context, FeedState, Item, KnownItem, Observation, Route, Routes, Story
from tests.support.builders import NOW, hours, item
from tests.support.rules import shipped_rules

POLICY = Policy(routes=Routes((Route(name="desk", channel="C1"),)), catch_up=None)
PAGE = "https://wire.example/world/a-page"
FIRST = "Missile hits hospital in Sumy, four killed"
SECOND = "Governor speaks of two more drone attacks on civilians"


def told(*items: Item) -> list[Observation]:
    """Articles of one feed, each judged by itself."""
    known: dict[str, KnownItem] = {}
    found: list[Observation] = []
    context = Context(state=FeedState(feed_id="wire", baselined_at=NOW - hours(99)))
    for one in items:
        prepared = [match_item(one, shipped_rules())]
        batch = judge(context, DocumentPart(prepared), Poll(context.state), policy=POLICY, now=one.seen_at)
        seen = batch.observations[0]
        known[seen.identity.item_id] = known_item(one, seen.identity, known.get(seen.identity.item_id))
        found.append(seen)
        context = Context(
            state=batch.state,
            known=tuple(known.values()),
            stories=(*(s for s in context.stories if s.story_id not in _ids(batch.stories)), *batch.stories),
            story_of={**context.story_of, **({seen.identity.item_id: seen.link.story_id} if seen.link else {})},
        )
    return found


def _ids(stories: Iterable[Story]) -> frozenset[str]:
    return frozenset(story.story_id for story in stories)


def article(number: int, title: str, link: str = PAGE, *, every: float = 1, summary: str = "") -> Item:
    at = NOW + number * hours(every)
    return item(
        title,
        summary=summary,
        guid=f"g{number}",
        link=link,
        url=link,
        seen_at=at,
        published=at,
        entry_digest=str(number),
    )


def stories_of(observations: Sequence[Observation]) -> list[str | None]:
    return [one.link.story_id if one.link else None for one in observations]


def test_articles_of_one_feed_under_one_address_are_one_story() -> None:
    first, second = told(article(0, FIRST), article(1, SECOND))
    assert second.identity.item_id != first.identity.item_id
    assert len(set(stories_of([first, second]))) == 1
    assert second.link is not None
    assert second.link.reason == "has the same address as a report of this story"


@pytest.mark.parametrize(
    "second",
    [article(1, SECOND, "https://wire.example/world/another-page"), article(1, SECOND, every=30)],
    ids=["another address", "the next day"],
)
def test_another_address_or_another_day_are_no_sign(second: Item) -> None:
    assert len(set(stories_of(told(article(0, FIRST), second)))) == 2


def test_the_front_page_of_a_site_is_no_address_of_a_story() -> None:
    home = "https://wire.example/"
    assert len(set(stories_of(told(article(0, FIRST, home), article(1, SECOND, home))))) == 2


def test_a_page_rewritten_for_an_event_that_has_a_story_is_of_that_one() -> None:
    other = "Shell hits school in Nikopol, seven pupils wounded"
    found = told(
        article(0, FIRST),
        article(1, other, "https://wire.example/nikopol", summary="The shell hit a school in Nikopol."),
        article(2, "School in Nikopol hit by shell: seven pupils wounded"),
    )
    stories = stories_of(found)
    assert stories[2] == stories[1] != stories[0]

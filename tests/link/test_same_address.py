"""What one feed tells under one address is one story, unless the page was rewritten for another event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

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


def rewritten(*titles: str, feed: str = "wire") -> list[Item]:
    """One article, whose headline is another every three hours, while its guid, address and date stay."""
    first = replace(article(0, titles[0]), guid="a-page", feed_id=feed, family=feed)
    return [
        replace(article(number, title, every=3), guid="a-page", published=first.published, feed_id=feed, family=feed)
        for number, title in enumerate(titles)
    ]


@pytest.mark.parametrize(
    "titles",
    [
        ("Russian strike on Kharkiv kills four", "Russian strike on Sumy wounds seven"),
        ("Russian strike on Kharkiv kills four", "Drone hits bus in Nikopol, two dead"),
        ("Missile hits hospital in Sumy, four killed", "Drone hits hospital in Kherson, two dead"),
        ("Israeli strike on Rafah kills 12", "Israeli air strike kills five in Jabalia"),
        ("Une frappe russe sur Kharkiv fait quatre morts", "Une frappe russe sur Soumy fait sept blessés"),
        ("Un ataque ruso contra Járkov deja cuatro muertos", "Siete heridos en un ataque ruso contra Sumy"),
        ("Удар по Харькову: четверо погибших", "Семь человек ранены при ударе по Сумам"),
        ("Росіяни обстріляли Херсон, загинули двоє людей", "Дрон влучив в автобус у Нікополі, троє поранених"),
        ("مقتل أربعة في غارة روسية على خاركيف", "إصابة سبعة في قصف على سومي"),
    ],
    ids=lambda titles: titles[1],
)
def test_an_article_that_is_rewritten_for_another_attack_is_a_report_of_that_one(titles: tuple[str, str]) -> None:
    first, second, shown_again = told(*rewritten(*titles, titles[1]))
    assert second.identity.item_id != first.identity.item_id
    assert "it goes on with another event" in second.identity.reason
    assert second.link is not None
    assert second.link.new
    assert len(set(stories_of([first, second]))) == 2
    assert (shown_again.identity.judgement, shown_again.identity.item_id) == ("seen", second.identity.item_id)


@pytest.mark.parametrize(
    "titles",
    [
        ("Russian strike on Kharkiv kills four", "Death toll in Kharkiv strike rises to 11"),
        ("Russian strike on Kharkov kills four", "Four killed as Russian missile hits Kharkiv"),
        ("Russian strike on Kharkiv kills four", "Russian strikes on Kharkiv and Sumy kill nine"),
        ("Russian strike on Kharkiv kills four", "Russian strike on Kherson kills four"),
        ("Strike on Kharkiv region kills four", "Five killed as missile hits Chuhuiv"),
        ("Four killed in strike near Kharkiv", "Six killed as missile hits Chuhuiv"),
        ("Air strike on Idlib market kills nine", "Air strike kills 12 at market in Ariha, near Idlib"),
        ("Strike on Khan Younis tents kills nine", "Missiles kill 12 in Al-Mawasi"),
        ("Strike on Kharkiv kills four", "Kyiv condemns strike that killed four"),
        ("Обстрел Горловки: двое погибших", "Обстрел Горловки и Донецка: трое погибших"),
        ("Росіяни обстріляли Херсонщину, загинули двоє", "Росіяни вдарили по Білозерці, загинули троє"),
        ("غارة إسرائيلية على غزة تقتل 12", "مقتل 15 في غارة إسرائيلية على مخيم النصيرات وسط غزة"),
    ],
    ids=lambda titles: titles[1],
)
def test_an_edit_that_counts_or_places_the_same_attack_anew_stays_in_its_story(titles: tuple[str, str]) -> None:
    first, second = told(*rewritten(*titles))
    assert second.identity.item_id == first.identity.item_id
    assert len(set(stories_of([first, second]))) == 1


@pytest.mark.parametrize("tag", ["", "Ukraine war live: "])
def test_what_others_tell_of_an_attack_joins_its_story_though_its_first_report_was_rewritten(tag: str) -> None:
    first, second, others = told(
        *rewritten(f"{tag}Russian strike on Kharkiv kills four", f"{tag}Russian strike on Sumy wounds seven"),
        replace(article(9, "Kharkiv: four killed in Russian missile strike"), feed_id="courier", family="courier"),
    )
    assert len(set(stories_of([first, second]))) == 2
    assert len(set(stories_of([first, others]))) == 1


def test_articles_under_one_address_that_tell_attacks_on_two_towns_are_two_stories() -> None:
    found = told(article(0, FIRST), article(1, "Drone hits bus in Nikopol, two civilians dead"))
    assert len(set(stories_of(found))) == 2

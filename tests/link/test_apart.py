"""What tells events apart: not the words that rules matched, nor a headline alone; towns, countries and texts do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.link.join import join, member_of
from monitor.link.reading import read_report
from monitor.link.repeats import repeated
from monitor.link.roundups import Scope, scope_of
from monitor.model import Field, Member, Report, Story
from tests.link.test_join import reported
from tests.support.builders import NOW, item, match
from tests.support.messages import evidence

# -- what made them match is not what makes them one ---------------------------------------------------------------

RULED = {
    "en": (
        "cluster munitions",
        "Army fires cluster munitions at Orikhiv depot",
        "Court fines bank over cluster munitions",
    ),
    "fr": (
        "sous-munitions",
        "L'armée tire des sous-munitions sur Orikhiv",
        "Une banque condamnée pour les sous-munitions",
    ),
    "es": (
        "bombas de racimo",
        "El ejército lanza bombas de racimo en Orikhiv",
        "Multan a un banco por bombas de racimo",
    ),
    "ru": (
        "кассетные бомбы",
        "Армия сбросила кассетные бомбы на Орехов",
        "Банк оштрафован за кассетные бомбы",
    ),
    "uk": (
        "касетні бомби",
        "Армія скинула касетні бомби на Оріхів",
        "Банк оштрафовано за касетні бомби",
    ),
    "ar": (
        "القنابل العنقودية",
        "الجيش يطلق القنابل العنقودية على أوريخيف",
        "تغريم بنك بسبب القنابل العنقودية",
    ),
    "drones": (
        "drones",
        "Army sends drones against depot in Orikhiv",
        "Museum in Toledo shows drones",
    ),
}


def ruled(title: str, item_id: str, *words: str, summary: str = "", after: float = 0) -> tuple[Report, Member]:
    """A report of an item that a rule matched by these words, wherever its headline has them."""
    of = item(title, summary=summary, seen_at=NOW + timedelta(hours=after), link=f"https://wire.example/{item_id}")
    hits = tuple(evidence(word, Field.TITLE, title) for word in words)
    report = read_report(of, [match(evidence=hits)])
    return report, member_of(report, of, item_id)


def begun(report: Report, member: Member) -> Story:
    at = member.seen_at
    return Story(story_id="s1", started_at=at, updated_at=at, members=(member,), profile=report.profile)


@pytest.mark.parametrize(("words", "one", "other"), RULED.values(), ids=RULED)
def test_reports_that_share_only_the_words_that_rules_matched_are_two_stories(words: str, one: str, other: str) -> None:
    story = begun(*ruled(one, "a", words))
    assert join(*ruled(other, "b", words, after=1), [story], now=NOW + timedelta(hours=1)).new


def test_a_place_besides_them_makes_them_one() -> None:
    story = begun(*ruled("Army fires cluster munitions at Orikhiv depot", "a", "cluster munitions"))
    found = join(
        *ruled("Governor of Orikhiv speaks of cluster munitions", "b", "cluster munitions", after=1),
        [story],
        now=NOW + timedelta(hours=1),
    )
    assert not found.new
    assert "Orikhiv" in found.reason or "orikhiv" in found.reason


def test_other_countries_that_warn_and_strike_are_another_event() -> None:
    story = begun(*ruled("Iran warns Emirates of strikes after attack", "a", "warns", "strikes", "attack"))
    other = ruled("Britain warns Russia of strikes after attack", "b", "warns", "strikes", "attack", after=3)
    assert join(*other, [story], now=NOW + timedelta(hours=3)).new


# -- one headline, another incident --------------------------------------------------------------------------------

WEEKLY = "Russian shelling of Kherson kills one civilian"
FIRST = "A man of 61 died on Monday morning in the Dniprovskyi district, prosecutors said."


@pytest.mark.parametrize(
    ("title", "summary", "copied"),
    [
        (WEEKLY, FIRST, True),
        (f"{WEEKLY} - The Wire", FIRST, True),
        ("Kherson: one civilian killed", FIRST, True),
        (WEEKLY, "", True),
        (WEEKLY, "A woman was hit by shrapnel at a bus stop in the Korabelnyi district, the mayor said.", False),
        ("Parliament adjourns", "Follow our live page for the latest.", False),
    ],
)
def test_a_headline_alone_makes_no_copy_of_what_has_its_own_text(title: str, summary: str, copied: bool) -> None:
    _, known = reported(WEEKLY, "first", FIRST)
    _, member = reported(title, "next", summary, seen_at=NOW + timedelta(hours=26))
    assert (repeated(member, [known]) is known) is copied


def test_one_text_under_headlines_that_share_nothing_makes_no_copy() -> None:
    """Some feeds write one sentence under every headline."""
    text = "Read more of this on our website tonight."
    _, known = reported("Shelling of Kherson kills one", "first", text)
    _, member = reported("Parliament votes on budget", "next", text)
    assert repeated(member, [known]) is None


# -- one address ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "title", "joins"),
    [
        ("https://wire.example/1", "Forces in the region stay on alert, Pentagon says after long night", True),
        ("https://wire.example/2", "Forces in the region stay on alert, Pentagon says after long night", False),
        ("https://wire.example/1", "Shelling of Kherson kills a woman", False),
    ],
)
def test_articles_of_a_feed_with_one_address_are_one_story_unless_they_name_other_towns(
    link: str, title: str, joins: bool
) -> None:
    _, first = reported("US intercepts surprise attack on its forces in Tanf", "first", link="https://wire.example/1")
    story = Story(story_id="s1", started_at=NOW, updated_at=NOW, members=(first,), profile=first.profile)
    assert join(*reported(title, "next", link=link), [story], now=NOW).new is not joins


# -- round-ups -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "scope"),
    [
        ("Strike on market in Khartoum kills nine", Scope.ONE),
        ("Day 3 of talks in Geneva ends without a deal", Scope.ONE),
        ("Head of army resigns after briefing leak", Scope.SEVERAL),
        ("War live: strike on market in Khartoum kills nine", Scope.MANY),
        ("En direct : une frappe touche un marché de Khartoum", Scope.MANY),
        ("Война онлайн: удар по рынку", Scope.MANY),
        ("مباشر: غارة على سوق الخرطوم", Scope.MANY),
        ("Tuesday Briefing", Scope.SEVERAL),
        ("Middle East Roundup: mourning is a luxury", Scope.SEVERAL),
        ("War live: A hits B; C votes", Scope.SEVERAL),
        ("Ukraine war: what happened today", Scope.SEVERAL),
        ("Russia-Ukraine war: list of key events, day 1,012", Scope.SEVERAL),
        ("Guerre en Ukraine, jour 500 : ce qu’il faut retenir de la journée", Scope.SEVERAL),
        ("Guerra en Ucrania, día 700: las claves", Scope.SEVERAL),
        ("Главное за ночь: удары и переговоры", Scope.SEVERAL),
        ("1012-й день войны", Scope.SEVERAL),
        ("Головне за добу", Scope.SEVERAL),
        ("أبرز ما حدث في غزة اليوم", Scope.SEVERAL),
        ("موجز الأخبار", Scope.SEVERAL),
    ],
)
def test_live_pages_and_round_ups_are_known_by_their_headlines(title: str, scope: Scope) -> None:
    assert scope_of(title) is scope


def test_live_pages_are_known_by_their_addresses() -> None:
    assert scope_of("Strike on market", "https://news.example/world/live/2026/nov/24/war") is Scope.MANY
    assert scope_of("Strike on market", "https://news.example/world/alive/2026") is Scope.ONE


def test_a_round_up_joins_no_story_and_counts_no_dead() -> None:
    title, summary = "Ukraine war briefing: what we know on day 1,012", "Nine people were killed in Kherson on Monday."
    report, member = reported(title, "next", summary)
    _, known = reported("Nine people killed in Kherson", "first", summary + " The mayor said so.")
    story = Story(story_id="s1", started_at=NOW, updated_at=NOW, members=(known,), profile=known.profile)
    assert join(report, member, [story], now=NOW).new
    assert [one for one in report.statements if one.low] == []


def test_a_live_page_counts_the_dead_of_its_headline_only() -> None:
    report, _ = reported("War live: nine killed in Kherson", "next", "Twenty people were killed in Sumy on Monday.")
    assert {one.low for one in report.statements if one.low} == {9}

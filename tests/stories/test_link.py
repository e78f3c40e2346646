"""Which reports share a story: copies at once, other reports by rare words and numbers, different events never."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Link, Story
from monitor.stories.link import WINDOW, link, member_of
from tests.builders import NOW, hours, item


def story(title: str, summary: str = "", *, story_id: str = "s1", at: datetime = NOW) -> Story:
    member = member_of(item(title, summary=summary, seen_at=at), "first")
    return Story(story_id=story_id, started_at=at, updated_at=at, members=(member,))


def linked(title: str, *stories: Story, summary: str = "", after: timedelta = timedelta(minutes=30)) -> Link:
    now = NOW + after
    return link(member_of(item(title, summary=summary, seen_at=now), "next"), stories, now=now)


REPORT = "Air raids with cluster bombs killed 200 civilians in Homs, Idlib and Aleppo, study finds"
BODY = (
    "The rights group Fieldwatch said on Monday that six raids on markets and camps in three provinces left at least "
    "200 people dead, and called for an inquiry by the Security Council."
)


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        (REPORT, ""),
        (REPORT.upper(), ""),
        (f"{REPORT} - The Harbour Post", "Something else entirely."),
        ("Syria: study counts dead of six raids", BODY),
        ("Syria: study counts dead of six raids", f"DAMASCUS (Wire) - {BODY}"),
    ],
    ids=["same headline", "in capitals", "credit at the end", "same text under another headline", "dateline before it"],
)
def test_a_copy_joins_and_is_called_one(title: str, summary: str) -> None:
    found = linked(title, story(REPORT, BODY), summary=summary)
    assert (found.story_id, found.copy_of) == ("s1", "first")


@pytest.mark.parametrize(
    "title",
    [
        "Study: 200 civilians died under cluster bombs in Idlib, Homs and Aleppo",
        "Homs and Idlib: what the study on cluster bombs found about six air raids on civilians",
    ],
)
def test_another_report_of_the_same_event_joins_and_is_no_copy(title: str) -> None:
    found = linked(title, story(REPORT, BODY))
    assert (found.story_id, found.copy_of) == ("s1", None)
    assert "idlib" in found.reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Eight killed as drone hits bus in Kherson", "Nine killed as drone hits bus in Kherson"),
        ("Strike on school in Kharkiv wounds 12 children", "Strike on school in Kherson wounds 12 children"),
        ("Russia fires 120 drones at Ukraine overnight", "Russia fires 90 drones at Ukraine overnight"),
    ],
)
def test_nearly_the_same_words_about_something_else_are_no_copy(one: str, other: str) -> None:
    assert linked(other, story(one)).copy_of is None


@pytest.mark.parametrize(
    "title",
    [
        "Parliament passes budget after long debate",
        "Minister visits hospital in Lyon",
        "Flu cases in Aleppo worry doctors",
        "",
    ],
)
def test_other_events_start_their_own_story(title: str) -> None:
    found = linked(title, story(REPORT, BODY))
    assert found.new
    assert found.story_id != "s1"


def test_the_same_headline_all_day_does_not_copy_for_ever() -> None:
    later = linked(
        "Live: the war in pictures, day by day", story("Live: the war in pictures, day by day"), after=hours(60)
    )
    assert later.copy_of is None


def test_a_story_quiet_for_longer_than_the_window_takes_no_more() -> None:
    assert linked(REPORT, story(REPORT), after=WINDOW + hours(1)).new


def test_the_most_alike_of_several_stories_is_chosen() -> None:
    other = story("Cluster bombs hit camp near Hama, 4 hurt", story_id="s2")
    assert linked("Study: 200 dead in Homs, Idlib, Aleppo raids", other, story(REPORT, BODY)).story_id == "s1"


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=300))
def test_hostile_text_never_raises_and_links_the_same_way_twice(title: str, other: str, summary: str) -> None:
    known = story(other, summary)
    assert linked(title, known, summary=summary) == linked(title, known, summary=summary)

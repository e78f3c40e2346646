"""Which stories a report is compared with: few, the likeliest, whatever the number of stories."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from monitor.link.candidates import Candidates, signs_of
from monitor.model import MOST_CANDIDATES, Member, Story
from tests.support.builders import NOW


def member(name: str, *keys: str, title: str = "", summary: str = "") -> Member:
    return Member(
        item_id=f"i-{name}", family="bbc", title=title or name, summary=summary, keys=frozenset(keys), seen_at=NOW
    )


def story(name: str, *members: Member, minutes: int = 0) -> Story:
    at = NOW - timedelta(minutes=minutes)
    return Story(story_id=name, started_at=at, updated_at=at, members=members)


def among(stories: Iterable[Story], *reports: Member) -> Candidates:
    """These stories, for these reports."""
    asked = (signs_of(report.keys, report.title, report.summary) for report in reports)
    return Candidates(stories, frozenset().union(*asked))


def found(given: Candidates, report: Member) -> list[str]:
    return [one.story_id for one in given.alike(report)]


def test_stories_that_share_nothing_are_no_candidates() -> None:
    strange, silent = member("b", "kherson", "bus"), member("b")
    given = among([story("s", member("a", "homs", "raid"))], strange, silent)
    assert found(given, strange) == []
    assert found(given, silent) == []


def test_a_rare_key_counts_more_than_a_common_one_and_more_keys_more_than_fewer() -> None:
    common = [story(f"c{number}", member(f"c{number}", "strike")) for number in range(30)]
    both, rare = story("both", member("x", "strike", "homs")), story("rare", member("y", "homs"))
    report = member("b", "strike", "homs")
    assert found(among([*common, rare, both], report), report)[:3] == ["both", "rare", "c0"]


@pytest.mark.parametrize(
    "copy",
    [member("b", title="A long headline used every day"), member("b", summary="The same text.")],
    ids=["headline", "text"],
)
def test_a_copy_is_found_by_its_headline_or_text_though_no_word_of_it_is_rare(copy: Member) -> None:
    first = member("a", title="A long headline used every day", summary="The same text.")
    assert found(among([story("s", first)], copy), copy) == ["s"]


def test_what_a_story_became_is_found_by_what_it_said_before_and_says_since() -> None:
    reports = [member("c", key) for key in ("homs", "idlib")]
    given = among([story("s", member("a", "homs"))], *reports)
    grown = story("s", member("a", "homs"), member("b", "idlib"))
    given.put(grown, member("b", "idlib"))
    assert given.get("s") == grown
    for report in reports:
        assert given.alike(report) == [grown]


def test_a_report_is_compared_with_the_likeliest_few_and_of_a_common_key_with_the_newest() -> None:
    last = member("next", "strike", "rare7")
    given = among([], last)
    for number in range(500):
        report = member(str(number), "strike", f"rare{number}")
        given.put(story(str(number), report), report)
    told = found(given, last)
    assert len(told) == MOST_CANDIDATES
    assert told[0] == "7"
    assert {int(one) for one in told[1:]} <= set(range(440, 500))

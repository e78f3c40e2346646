"""How the requests of an hour are shared out: as many as are allowed, most where most comes, and all promises kept."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.collect.budget import Shares, bounds, host_of, shared_out, usual_requests
from monitor.collect.pacing import HURRY_FOR, Pacing, reported_by_many
from monitor.collect.rhythm import rate_of
from monitor.model import Feed, FeedKind, FeedRhythm, Member, Story
from tests.support.builders import NOW, hours, minutes

SINCE = NOW - timedelta(days=28)


def feed(name: str, **about: object) -> Feed:
    known = {"name": name, "url": f"https://{name}.example/rss", "family": name, "kind": FeedKind.WIRE} | about
    return Feed(id=name, **known)  # type: ignore[arg-type]


def steady(daily: float) -> FeedRhythm:
    """A feed that publishes as much at all hours of all days."""
    weighted = daily * 21 * (1 - math.exp(-28 / 21))
    return FeedRhythm(
        since=SINCE, counted_at=NOW, hours=(weighted / 24,) * 24, days=(weighted / 7,) * 7, recent=daily / 24
    )


def polls(one: Feed, rhythm: FeedRhythm, shares: Shares) -> float:
    """How many polls an hour a steady feed gets."""
    rate, share = rate_of(rhythm, now=NOW), shares.of(one)
    if rate is None or share is None:
        return hours(1) / one.interval
    shortest, longest = bounds(one)
    return min(hours(1) / shortest, max(hours(1) / longest, share * math.sqrt(rate.usual(NOW))))


DAILY = {"wire": 240, "busy": 60, "daily": 4, "rare": 1}


def given(**about: object) -> tuple[list[Feed], dict[str, FeedRhythm]]:
    return [feed(name, **about) for name in DAILY], {name: steady(daily) for name, daily in DAILY.items()}


@pytest.mark.parametrize("per_hour", [None, 30, 48, 70])
def test_as_many_requests_are_made_as_are_allowed(per_hour: float | None) -> None:
    feeds, rhythms = given()
    shares = shared_out(feeds, rhythms, per_hour=per_hour, per_host=1000, now=NOW)
    made = sum(polls(one, rhythms[one.id], shares) for one in feeds)
    allowed = per_hour or usual_requests(feeds)
    assert made == pytest.approx(allowed * 0.95, rel=0.05), "waits are shorter by a twentieth, on average"
    assert shares.requests == pytest.approx(allowed, rel=0.05)


def test_polls_go_by_the_root_of_what_comes() -> None:
    feeds, rhythms = given()
    shares = shared_out(feeds, rhythms, per_hour=None, per_host=1000, now=NOW)
    wire, busy, *_ = (polls(one, rhythms[one.id], shares) for one in feeds)
    assert wire / busy == pytest.approx(2, rel=0.1)


def test_those_who_speak_themselves_count_more() -> None:
    shares = Shares(of_all=1.0)
    assert shares.of(feed("a", kind=FeedKind.NGO)) == shares.of(feed("b", kind=FeedKind.OFFICIAL)) == 2.0
    assert shares.of(feed("c", kind=FeedKind.OUTLET)) == 1.0


def test_promises_are_kept_where_they_alone_need_more() -> None:
    feeds, rhythms = given(promised=True)
    shares = shared_out(feeds, rhythms, per_hour=10, per_host=1000, now=NOW)
    assert [polls(one, rhythms[one.id], shares) for one in feeds] == [12.0] * 4
    assert shares.requests == pytest.approx(48 / 0.95, rel=0.01)


def test_feeds_of_which_nothing_is_known_keep_their_interval_and_count() -> None:
    feeds, rhythms = given()
    shares = shared_out(feeds, {"wire": rhythms["wire"]}, per_hour=None, per_host=1000, now=NOW)
    assert polls(feeds[0], rhythms["wire"], shares) == pytest.approx(12 - 48 * 0.05, rel=0.05)


def test_a_host_is_asked_no_more_often_than_is_allowed() -> None:
    feeds, rhythms = given()
    same = [replace(one, url=f"https://news.example/{one.id}") for one in feeds]
    other = feed("other")
    rhythms["other"] = steady(240)
    shares = shared_out([*same, other], rhythms, per_hour=None, per_host=25, now=NOW)
    assert set(shares.of_hosts) == {"news.example"}
    assert sum(polls(one, rhythms[one.id], shares) for one in same) <= 25
    assert polls(other, rhythms["other"], shares) > polls(same[0], rhythms["wire"], shares)
    assert host_of(same[0]) == "news.example"


def test_without_feeds_or_with_a_great_many_it_works() -> None:
    assert shared_out([], {}, per_hour=None, per_host=10, now=NOW).requests == 0
    many = [feed(f"f{number}") for number in range(3000)]
    rhythms = {one.id: steady(10) for one in many}
    shares = shared_out(many, rhythms, per_hour=None, per_host=1000, now=NOW)
    assert shares.requests == pytest.approx(36_000, rel=0.05)


# -- stories that many report


def story(*reports: tuple[str, float]) -> Story:
    """A story that these families reported so many hours ago."""
    members = tuple(
        Member(item_id=f"{family}-{ago}", family=family, title="", keys=frozenset(), seen_at=NOW - hours(ago))
        for family, ago in reports
    )
    return Story(story_id="s", started_at=NOW, updated_at=NOW, members=members)


@pytest.mark.parametrize(
    ("reports", "busy"),
    [
        ((("a", 0), ("b", 0.5), ("c", 1), ("d", 1.9)), {"a", "b", "c", "d"}),
        ((("a", 0), ("b", 0.5), ("c", 1), ("c", 1.9)), set()),
        ((("a", 0), ("b", 0.5), ("c", 1), ("d", 9)), set()),
        ((), set()),
    ],
    ids=["four at once", "three", "three, and one long before", "none"],
)
def test_a_story_is_of_many_when_four_report_it_within_two_hours(
    reports: tuple[tuple[str, float], ...], busy: set[str]
) -> None:
    assert reported_by_many([story(*reports)], now=NOW) == busy


def test_a_hurry_ends_and_is_told_only_once() -> None:
    pacing = Pacing()
    assert pacing.hurry({"a", "b"}, now=NOW) == {"a", "b"}
    assert pacing.hurry({"b", "c"}, now=NOW + minutes(1)) == {"c"}
    assert pacing.is_hurried(feed("a"), now=NOW + minutes(29))
    assert not pacing.is_hurried(feed("a"), now=NOW + HURRY_FOR)
    assert pacing.is_hurried(feed("b"), now=NOW + HURRY_FOR)
    assert not pacing.is_hurried(feed("d"), now=NOW)
    assert not pacing.is_hurried(feed("a"), now=NOW - timedelta(days=1)), "the clock went back"

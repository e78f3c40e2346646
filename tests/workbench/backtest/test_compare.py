"""What is counted when rules are edited: alerts added, removed and changed, volume, samples, ratings."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Cause, ItemRevision, Match, Rating, Routes, Severity
from monitor.workbench.backtest.compare import Comparison, counting
from monitor.workbench.backtest.result import AlertKind, Change, Counts, Volume
from tests.support.backtests import OPS, compare, item, rating
from tests.support.builders import NOW, hours, match, minutes, route


def test_alerts_are_told_apart_by_rule_way_language_and_sureness() -> None:
    other, unsure = match("strikes", way="deadly"), match(way="any mention", sure=False)
    result = compare(
        (item("a"), [match()], [match()]),
        (item("b", language="ru"), [match(), other], [other]),
        (item("c", language=None), [], [unsure]),
    ).result()
    assert result.counts == {
        AlertKind("cluster-munitions", "casualties", "en", True): Counts(before=1, after=1),
        AlertKind("cluster-munitions", "casualties", "ru", True): Counts(before=1, removed=1),
        AlertKind("cluster-munitions", "any mention", "unknown", False): Counts(after=1, added=1),
        AlertKind("strikes", "deadly", "ru", True): Counts(before=1, after=1),
    }
    assert result.total() == Counts(before=3, after=3, added=1, removed=1)
    assert result.total("strikes") == Counts(before=1, after=1)
    assert (result.revisions, result.changed.get("cluster-munitions")) == (3, 0)


def test_an_alert_on_both_sides_may_differ_in_way_severity_sureness_and_routes() -> None:
    new = match(way="use", severity=Severity.CRITICAL, sure=False, rule_hash="ad4767")
    result = compare((item("a"), [match()], [new]), (item("b"), [match()], [match(rule_hash="ad4767")])).result()
    rule = "cluster-munitions"
    assert result.changes == {
        Change(rule, "way", "casualties", "use"): 1,
        Change(rule, "severity", "high", "critical"): 1,
        Change(rule, "sure", "sure", "unsure"): 1,
        Change(rule, "routes", "desk", "desk, night"): 1,
    }
    assert result.changed == {rule: 1}, "the version alone is no change"
    assert result.versions_before == {rule: frozenset({"1f0c9a"})}
    assert result.versions_after == {rule: frozenset({"ad4767"})}
    assert result.total() == Counts(before=2, after=2)


def test_only_what_a_live_rule_sends_to_a_route_is_an_alert() -> None:
    low, nowhere = route("desk", min_severity=Severity.HIGH), match(send_to=("gone",))
    comparison = Comparison(Routes((low,), OPS), samples=1)
    for quiet in (match(live=False), match(severity=Severity.LOW), nowhere):
        comparison.add(item(), [match()], [quiet])
    result = comparison.result()
    assert result.total() == Counts(before=3, removed=3)
    assert {one.route: (one.before.items, one.after.items) for one in result.routes} == {"desk": (3, 0), "ops": (0, 0)}


def test_the_volume_of_a_route_counts_items_and_its_worst_clock_hour() -> None:
    """Two rules on one item are one message; an item without a time is in no hour."""
    both = [match(), match("strikes")]
    times = [NOW, NOW + minutes(59), NOW + minutes(30), NOW + hours(1), None]
    result = compare(*((item(str(n), seen_at=at), [], both) for n, at in enumerate(times))).result()
    desk, night, _ = result.routes
    assert (desk.route, desk.max_per_hour) == ("desk", 2)
    assert desk.before == Volume(0, None, 0, 0)
    assert desk.after == Volume(5, NOW, 3, 1)
    assert night.after == Volume(0, None, 0, 0)
    assert (result.first_seen_at, result.last_seen_at) == (NOW, NOW + hours(1))


def test_samples_are_the_same_whatever_the_order_and_one_for_each_item() -> None:
    revisions = [item(str(n), revision=r, seen_at=NOW + minutes(n)) for n in range(50) for r in (1, 2)]
    seen: list[tuple[ItemRevision, list[Match], list[Match]]] = [(one, [], [match()]) for one in revisions]
    forward = compare(*seen, samples=5).result().added["cluster-munitions"]
    backward = compare(*reversed(seen), samples=5).result().added["cluster-munitions"]
    assert [one.item_id for one in forward] == [one.item_id for one in backward]
    assert len({one.item_id for one in forward}) == 5
    assert [one.seen_at for one in forward] == sorted(one.seen_at for one in forward if one.seen_at)
    assert (forward[0].words, forward[0].way, forward[0].source) == (("Cluster bombs",), "casualties", "The Wire")
    assert compare(*seen, samples=0).result().added["cluster-munitions"] == ()


def test_a_removed_alert_is_shown_as_it_was() -> None:
    bare = item(title="", summary="Only a summary")
    (sample,) = compare((bare, [match()], [])).result().removed["cluster-munitions"]
    assert (sample.title, sample.way, sample.severity) == ("Only a summary", "casualties", Severity.HIGH)


def test_rated_alerts_are_lost_won_kept_or_missing() -> None:
    yes, no = (rating(True),), (rating(False),)
    on: list[Match] = [match()]
    off: list[Match] = []
    result = compare(
        (item("kept", ratings=yes), on, on),
        (item("lost", ratings=yes), on, off),
        (item("won", ratings=yes), off, on),
        (item("missed", ratings=yes), off, off),
        (item("gone", ratings=no), on, off),
        (item("unrated"), on, off),
    ).result()
    assert result.rated == {
        (True, True, True): 1,
        (True, True, False): 1,
        (True, False, True): 1,
        (True, False, False): 1,
        (False, True, False): 1,
    }
    assert [(one.sample.item_id, one.relevant, one.after) for one in result.turned] == [
        ("gone", False, False),
        ("lost", True, False),
        ("won", True, True),
    ]
    assert result.turned[1].sample.rating == yes[0]


def test_a_rated_item_is_not_lost_while_one_of_its_revisions_is_an_alert() -> None:
    yes = (rating(True),)
    first, second = item(ratings=yes), item(ratings=yes, revision=2)
    lost = compare((first, [match()], []), (second, [match()], []))
    assert [one.after for one in lost.result().turned] == [False]
    lost.add(item(ratings=yes, revision=3), [], [match()])
    assert lost.result().turned == ()
    assert lost.result().rated == {(True, True, True): 1}


def test_the_newest_rating_counts_and_one_for_the_rule_before_one_of_the_whole() -> None:
    cases = [
        ((rating(True), rating(False, at=hours(1))), False),
        ((rating(True), rating(False, None, at=hours(1))), True),
        ((rating(True, "strikes"), rating(False, None)), False),
    ]
    for ratings, relevant in cases:
        result = compare((item(ratings=ratings), [match()], [])).result()
        assert {one.sample.rule: one.relevant for one in result.turned}["cluster-munitions"] is relevant


def test_what_is_old_or_doubled_says_nothing_of_a_rule() -> None:
    yes = Rating(item_id="i", revision=1, rule=None, relevant=True, by="ann", at=NOW)
    doubled = replace(yes, relevant=False, cause=Cause.DUPLICATE)
    assert counting([yes, doubled], "r") == yes
    assert counting([doubled], "r") is None
    wrong = replace(doubled, cause=Cause.SPORT)
    assert counting([yes, doubled, wrong], "r") == wrong

"""What a route knows after a further report, and what an alert shows after one: each is worked out in one place."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Card, ClaimKind, Severity, Told
from tests.support.builders import NOW, match
from tests.support.messages import alert

RULES = st.frozensets(st.sampled_from("abcd"), max_size=4)


@st.composite
def cards(draw: st.DrawFn) -> Card:
    """Any card of one story and route."""
    rules = draw(RULES)
    told = st.builds(
        Told, ways=RULES, tolls=st.dictionaries(st.just(ClaimKind.KILLED), st.integers(0, 9)), confirmed=st.booleans()
    )
    return Card(
        story_id="s",
        route="desk",
        delivery_id=draw(st.sampled_from(["d1", "d2"])),
        rules=rules,
        unsure=rules & draw(RULES),
        severity=draw(st.sampled_from(list(Severity))),
        told=draw(st.none() | told),
    )


@given(cards(), cards())
def test_a_card_keeps_all_that_was_told_and_what_was_told_as_sure(first: Card, later: Card) -> None:
    both = first.with_more(later)
    assert both.delivery_id == later.delivery_id
    assert both.rules == first.rules | later.rules
    assert both.sure == first.sure | later.sure
    assert both.severity == max(first.severity, later.severity)
    assert (both.told is None) == (first.told is None and later.told is None)


@given(cards(), cards(), cards())
def test_it_does_not_matter_how_reports_are_put_together(one: Card, two: Card, three: Card) -> None:
    assert one.with_more(two).with_more(three) == one.with_more(two.with_more(three))


def test_a_deleted_message_is_forgotten_with_the_card_that_takes_its_place() -> None:
    gone = Card(story_id="s", route="desk", delivery_id="d1", rules=frozenset(), severity=Severity.LOW, gone=True)
    again = Card(story_id="s", route="desk", delivery_id="d2", rules=frozenset(), severity=Severity.LOW)
    assert not gone.with_more(again).gone
    assert gone.with_more(
        Card(story_id="s", route="desk", delivery_id="d1", rules=frozenset(), severity=Severity.LOW)
    ).gone


def test_a_card_of_a_story_split_off_is_as_severe_as_what_its_items_met() -> None:
    card = Card(
        story_id="s",
        route="desk",
        delivery_id="d1",
        rules=frozenset("ab"),
        unsure=frozenset("b"),
        severity=Severity.CRITICAL,
    )
    split = card.only_of({"b": Severity.MEDIUM, "c": Severity.CRITICAL}, story_id="t", items=())
    assert (split.story_id, split.rules, split.unsure, split.severity) == (
        "t",
        frozenset("b"),
        frozenset("b"),
        Severity.MEDIUM,
    )
    assert card.only_of({}, story_id="t", items=()).severity is Severity.CRITICAL


def test_rules_that_only_another_report_met_are_named_without_its_words() -> None:
    shown = alert(item_id="i1", matches=(match("a"),), severity=Severity.LOW, seen_at=NOW)
    further = alert(item_id="i2", matches=(match("a"), match("b")), severity=Severity.HIGH, seen_at=NOW + HOUR)
    both = shown.with_report(further)
    assert [(one.rule, bool(one.evidence)) for one in both.matches] == [("a", True), ("b", False)]
    assert (both.item_id, both.severity, both.seen_at) == ("i1", Severity.HIGH, NOW)


def test_an_edited_item_shows_its_newest_words() -> None:
    first = alert(item_id="i1", title="Eight killed", matches=(match("a"),))
    edited = alert(item_id="i1", title="Nine killed", matches=(match("b"),))
    both = first.with_report(edited)
    assert (both.title, [one.rule for one in both.matches]) == ("Nine killed", ["b", "a"])


HOUR = timedelta(hours=1)

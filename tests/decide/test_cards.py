"""What a later report changes on a card that is posted, and what takes the place of a deleted one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.model import Action, CardChange, CardMessage, FollowUpMessage, Severity
from tests.support.builders import NOW, first_poll, hours, item, joins, known_feed, match, new, revision, route, starts
from tests.support.deciders import QUIET, card, decider, only, told
from tests.support.messages import alert, record


def shown(message: CardMessage, *changes: CardChange) -> CardMessage:
    for change in changes:
        message = change.applied(message)
    return message


FIRST = CardMessage(alert=alert(story_id="s1", item_id="i1", title="First", severity=Severity.MEDIUM))


def test_a_further_report_changes_the_card_and_counts() -> None:
    desk = decider(told(card()))
    said = record()
    desk.decide(item(), new("i2"), [match("strikes", Severity.CRITICAL, evidence=())], joins(), said)
    (change,) = desk.changes
    after = shown(FIRST, change)
    assert (change.delivery_id, after.updates, after.updated_at) == ("d1", 1, NOW)
    assert (after.alert.title, after.alert.record, after.alert.severity) == ("First", said, Severity.CRITICAL)
    assert [one.rule for one in after.alert.matches] == [*(one.rule for one in FIRST.alert.matches), "strikes"]


def test_a_copy_changes_what_the_card_says_and_is_no_update() -> None:
    desk = decider(told(card()))
    assert desk.decide(item(), new("i2"), [match()], joins(copy_of="i1"), record()).action is Action.DUPLICATE
    after = shown(FIRST, *desk.changes)
    assert (after.updates, after.alert.record.outlets) == (0, 9)


def test_an_edited_headline_is_shown_on_the_card_and_keeps_when_it_was_first_seen() -> None:
    desk = decider(told(card()))
    edited = item("First, corrected", seen_at=NOW + hours(1))
    desk.decide(edited, revision("i1"), [match("strikes")], joins(own=True), record())
    after = shown(FIRST, *desk.changes).alert
    assert (after.title, after.seen_at) == ("First, corrected", FIRST.alert.seen_at)
    assert after.matches[0].rule == "strikes"
    assert all(not one.evidence for one in after.matches[1:]), "their words are not in this headline"


def test_a_report_for_another_route_changes_what_this_route_reads_of_the_story() -> None:
    desk = decider(told(card("a"), card("b")), route("a"), route("b"))
    desk.decide(item(), new("i2"), [match(send_to=("b",))], joins(), record())
    of_a = [change for change in desk.changes if change.report is None]
    assert [(change.delivery_id, change.told) for change in of_a] == [("d1", False)]
    assert shown(FIRST, *of_a).alert.record == record()


def test_after_a_split_the_card_of_both_stories_says_what_its_own_does() -> None:
    desk = decider(told(card()))
    desk.decide(item(), new("i2"), [match()], joins(), record())
    of_other = replace(FIRST, alert=replace(FIRST.alert, story_id="s0"))
    after = shown(of_other, *desk.changes)
    assert (after.alert, after.updates) == (of_other.alert, 1)


def test_news_of_a_story_whose_card_was_deleted_is_a_new_card_and_the_rest_goes_where_it_went() -> None:
    desk = decider(told(replace(card(), gone=True)))
    verdict = desk.decide(item(), new("i2"), [match("strikes")], joins())
    again = only(desk.deliveries)
    assert (verdict.action, type(again.message), again.parent_id) == (Action.UPDATE, CardMessage, None)
    assert "somebody deleted" in verdict.detail
    assert desk.cards[-1].delivery_id == again.delivery_id != "d1"
    desk.decide(item("Further"), new("i3"), [match("strikes")], joins())
    assert desk.deliveries[-1].parent_id == again.delivery_id
    quiet = decider(told(replace(card(), gone=True)))
    quiet.decide(item(), new("i2"), [match()], joins())
    assert isinstance(only(quiet.deliveries).message, FollowUpMessage)


@pytest.mark.parametrize("news", [True, False], ids=["with news", "without"])
def test_a_later_report_of_a_story_whose_card_was_rejected_makes_a_card(news: bool) -> None:
    """The channel has seen nothing of it yet; a copy of a report that it never got is no copy to it."""
    desk = decider(told(replace(card(), rejected=True)))
    joined = joins() if news else replace(joins(), copy_of="i1")
    verdict = desk.decide(item(), new("i2"), [match("strikes") if news else match()], joined)
    again = only(desk.deliveries)
    assert (verdict.action, type(again.message), again.parent_id) == (Action.ALERT, CardMessage, None)
    assert "rejected the one before" in verdict.detail
    desk.decide(item("Further"), new("i3"), [match("strikes")], joins())
    assert desk.deliveries[-1].parent_id == again.delivery_id


def test_what_takes_the_place_of_a_deleted_card_may_be_a_digest_and_not_one_that_the_story_began_before() -> None:
    night = route(quiet_hours=QUIET)
    first, again = decider(known_feed(), night), decider(told(replace(card(), gone=True)), night)
    first.decide(item(), new(), [match()], starts())
    again.decide(item(), new("i2"), [match(), match("strikes")], joins())
    assert only(first.deliveries).message.kind == only(again.deliveries).message.kind == "digest"
    assert only(first.deliveries).key != only(again.deliveries).key


def test_a_story_that_waits_in_a_digest_has_no_card_to_change() -> None:
    desk = decider(first_poll())
    desk.decide(item(), new("i1"), [match()], starts())
    desk.decide(item("Further"), new("i2"), [match()], joins())
    assert desk.changes == ()

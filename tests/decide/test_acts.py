"""Every decision of the desk, as a table: over what is stored, who acts, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.decide import acts, mutes
from monitor.decide.mutes import Wish, wish_of
from monitor.desk.permission import KEPT, Permission, PermissionUnknown
from monitor.model import (
    Assignment,
    CardMessage,
    Cause,
    Desk,
    DeskAct,
    DeskCard,
    DeskMessage,
    HeldBack,
    Mute,
    MutedReport,
    MuteScope,
    Person,
    Rating,
)
from tests.support.builders import NOW, hours, match, minutes
from tests.support.messages import alert, desk_card

ANN, BOB = Person("U1", "Ann"), Person("U2", "Bob")


def act(by: Person = ANN, *, at: timedelta = timedelta(0), key: str = "k1") -> DeskAct:
    return DeskAct(key=key, what="test", target="d1", by=by, at=NOW + at)


def held(by: Person) -> Assignment:
    return Assignment(story_id="s1", route="desk", by=by, at=NOW - minutes(5))


def mute(scope: MuteScope = MuteScope.STORY, subject: str = "s1", **over: Any) -> Mute:
    values: dict[str, Any] = {
        "mute_id": "m1",
        "scope": scope,
        "subject": subject,
        "words": "Six killed in Homs",
        "route": "desk",
        "delivery_id": "d1",
        "by": ANN,
        "began_at": NOW - hours(1),
        "until": NOW + hours(23),
    }
    return Mute(**values | over)


def back(one: Mute, count: int = 0, *newest: MutedReport) -> HeldBack:
    return HeldBack(mute=one, channel="C1", count=count, newest=newest)


@pytest.mark.parametrize(
    ("holder", "by", "taken", "told"),
    [
        pytest.param(None, ANN, True, "", id="nobody has it"),
        pytest.param(ANN, ANN, False, "You have had this story since 11:55 UTC.", id="one's own"),
        pytest.param(BOB, ANN, False, "Bob has had this story since 11:55 UTC.", id="another's"),
    ],
)
def test_a_story_is_taken_by_the_first_who_wants_it(holder: Person | None, by: Person, taken: bool, told: str) -> None:
    done = acts.take(desk_card(assignment=held(holder) if holder else None), act(by))
    assert (done.assignment is not None, done.reply) == (taken, told)
    assert done.desk == (Desk(claimed_by="U1", claimed_at=NOW) if taken else None)


@pytest.mark.parametrize(
    ("holder", "released", "told"),
    [
        pytest.param(None, False, "Nobody has this story.", id="nobody's"),
        pytest.param(ANN, True, "", id="one's own"),
        pytest.param(BOB, True, "Released: Bob had it since 11:55 UTC.", id="another's"),
    ],
)
def test_a_story_that_somebody_has_is_given_back_by_anybody(holder: Person | None, released: bool, told: str) -> None:
    shown = Desk(claimed_by="U9", claimed_at=NOW, judged="old", judged_by="U2")
    done = acts.give_back(desk_card(assignment=held(holder) if holder else None, desk=shown), act())
    assert (done.released, done.reply) == (released, told)
    assert done.desk == (Desk(judged="old", judged_by="U2") if released else None)


def test_not_relevant_is_a_rating_of_the_newest_revision() -> None:
    said = acts.NotRelevant(Cause.SPORT, "cluster-munitions", "market", "x" * 999)
    done = acts.not_relevant(desk_card(), act(), said)
    assert done.rating == Rating(
        item_id="i1",
        revision=3,
        rule="cluster-munitions",
        relevant=False,
        reason="x" * 300,
        by="Ann",
        at=NOW,
        cause=Cause.SPORT,
        word="market",
    )
    assert done.desk == Desk(judged_by="U1", judged_at=NOW, judged="sport", judged_rule="Cluster munitions")


TWO = alert(story_id="s1", item_id="i1", matches=(match("a", rule_title="Weapons"), match("b", rule_title="Reactions")))


@pytest.mark.parametrize(
    ("cause", "rule", "by_rule", "rules"),
    [
        pytest.param(Cause.SPORT, None, "", {"a", "b", "told"}, id="all of it"),
        pytest.param(Cause.SPORT, "b", "Reactions", {"b"}, id="one of two rules"),
        pytest.param(Cause.DUPLICATE, None, "", set(), id="what the desk had already is its story"),
    ],
)
def test_what_is_not_relevant_stays_in_its_thread(
    cause: Cause, rule: str | None, by_rule: str, rules: set[str]
) -> None:
    before = Desk(judged_by="U2", judged="old", kept=3, claimed_by="U3")
    one = desk_card(alert=TWO, desk=before, rules=frozenset({"a", "told"}))
    done = acts.not_relevant(one, act(), acts.NotRelevant(cause, rule))
    assert done.desk == Desk(judged_by="U1", judged_at=NOW, judged=str(cause), judged_rule=by_rule, claimed_by="U3")
    assert done.dismissal is not None
    assert set(done.dismissal.rules) == rules
    assert ("in the thread" in done.reply or "in its thread" in done.reply) is bool(rules)
    assert ("is still told" in done.reply) is (not rules)


def test_a_rule_or_word_that_the_card_does_not_show_is_left_out() -> None:
    done = acts.not_relevant(desk_card(), act(), acts.NotRelevant(Cause.OLD, "of-another-card", "its word"))
    assert done.rating is not None
    assert (done.rating.rule, done.rating.word) == (None, "")


@pytest.mark.parametrize(
    "decide", [acts.relevant, lambda one, by: acts.not_relevant(one, by, acts.NotRelevant(Cause.OLD))]
)
def test_what_was_pruned_cannot_be_judged(decide: Any) -> None:
    done = decide(desk_card(alert=None), act())
    assert (done.rating, "too old" in done.reply) == (None, True)


def test_who_takes_a_story_or_gives_it_back_on_a_card_that_cannot_show_it_is_told_so() -> None:
    told = acts.take(desk_card(alert=None), act()).reply
    assert told == "You have this story now. Its card is too old to show it."
    told = acts.take(desk_card(desk=Desk(judged_by="U2", judged="old")), act()).reply
    assert told.startswith("You have this story now. Somebody found it not relevant")
    told = acts.give_back(desk_card(alert=None, assignment=held(ANN)), act()).reply
    assert told == "Nobody has this story now. Its card is too old to show it."


def test_it_is_relevant_once() -> None:
    wrong = Rating(item_id="i1", revision=3, rule="r", relevant=False, by="Bob", at=NOW - hours(1))
    judged = Desk(judged_by="U2", judged="old", kept=2, claimed_by="U3")
    done = acts.relevant(desk_card(rating=wrong, desk=judged), act())
    assert done.rating == replace(wrong, relevant=True, by="Ann", at=NOW)
    assert (done.desk, done.reopened) == (Desk(claimed_by="U3"), True)
    assert "2 reports stayed in the thread meanwhile" in done.reply
    again = acts.relevant(desk_card(rating=replace(wrong, relevant=True)), act())
    assert (again.rating, again.reply) == (None, "Bob said so at 11:00 UTC.")


# -- mutes


@pytest.mark.parametrize(
    ("wish", "subject", "until", "told"),
    [
        (
            "story:24h",
            "s1",
            hours(24),
            "Ann muted this story, “Six killed in Homs”, here until 2026-03-05 12:00 UTC (1 d).",
        ),
        ("source:24h", "wire", hours(24), "Ann muted the source The Wire here until 2026-03-05 12:00 UTC (1 d)."),
        ("rule:8h", "r1", hours(8), "Ann muted the rule R1 here until 20:00 UTC (8 h)."),
        ("story:30d", "s1", timedelta(days=7), "Ann muted this story, “Six killed in Homs”, here until"),
    ],
)
def test_mutes_end_and_are_told_in_the_thread(wish: str, subject: str, until: timedelta, told: str) -> None:
    asked = wish_of(wish)
    assert asked is not None
    one = desk_card(alert=replace(alert(title="Six killed in Homs", source="The Wire"), matches=(match("r1"),)))
    done = mutes.mute(one, act(), asked)
    assert done.mute is not None
    assert (done.mute.subject, done.mute.until, done.mute.route) == (subject, NOW + until, "desk")
    (line,) = done.deliveries
    assert (line.parent_id, line.channel) == ("d1", "C1")
    assert isinstance(line.message, DeskMessage)
    assert line.message.words.startswith(told)
    assert line.message.mute_id == done.mute.mute_id
    assert done.desk is not None
    assert (done.desk.muted_by, done.desk.muted_until) == ("U1", NOW + until)


@pytest.mark.parametrize(
    ("value", "wish"),
    [
        ("rule:8h:cluster-munitions", Wish(MuteScope.RULE, hours(8), "cluster-munitions")),
        ("place:24h:geo:706483", Wish(MuteScope.PLACE, hours(24), "geo:706483")),
        ("story:0s", None),
        ("story:999999999999999w", None),
        ("story:-1h", None),
        ("story", None),
        (":", None),
        ("", None),
        ("universe:1h", None),
    ],
)
def test_what_an_option_asks_for(value: str, wish: Wish | None) -> None:
    assert wish_of(value) == wish


@pytest.mark.parametrize(
    ("live", "wish", "until", "told"),
    [
        pytest.param(mute(), hours(1), None, "Ann has muted it until 2026-03-05 11:00 UTC.", id="longer already"),
        pytest.param(mute(), hours(48), hours(48), "", id="made longer"),
        pytest.param(mute(route="other"), hours(1), hours(1), "", id="on another route"),
        pytest.param(mute(ended_at=NOW), hours(1), hours(1), "", id="ended early"),
        pytest.param(mute(until=NOW), hours(1), hours(1), "", id="over"),
        pytest.param(mute(subject="s2"), hours(1), hours(1), "", id="of another story"),
    ],
)
def test_what_is_muted_already_is_only_made_longer(
    live: Mute, wish: timedelta, until: timedelta | None, told: str
) -> None:
    done = mutes.mute(desk_card(mutes=(back(live),)), act(BOB), Wish(MuteScope.STORY, wish))
    assert (done.mute.until - NOW if done.mute else None, done.reply) == (until, told)
    if until == hours(48):
        assert done.mute is not None
        assert done.mute.mute_id == "m1"


@pytest.mark.parametrize(
    ("one", "wish", "told"),
    [
        (desk_card(), Wish(MuteScope.PLACE, hours(1)), "This card names no place, so there is nothing to mute."),
        (desk_card(), Wish(MuteScope.RULE, hours(1), "of-another-card"), "This card does not show that rule."),
        (
            desk_card(feed_id=""),
            Wish(MuteScope.SOURCE, hours(1)),
            "This card names no source, so there is nothing to mute.",
        ),
        (desk_card(alert=None), Wish(MuteScope.STORY, hours(1)), "What this card shows is too old"),
    ],
)
def test_what_cannot_be_muted(one: DeskCard, wish: Wish, told: str) -> None:
    done = mutes.mute(one, act(), wish)
    assert (done.mute, done.deliveries, done.reply.startswith(told)) == (None, (), True)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        pytest.param(mute(delivery_id="d9"), True, id="its story, muted from another card"),
        pytest.param(mute(MuteScope.RULE, "cluster-munitions", delivery_id="d9"), True, id="its rule"),
        pytest.param(mute(MuteScope.RULE, "sanctions", delivery_id="d9"), False, id="a rule of another card"),
        pytest.param(mute(subject="s-before-a-split"), True, id="muted from this card, which says so"),
        pytest.param(mute(until=NOW), False, id="over"),
        pytest.param(mute(ended_at=NOW), False, id="ended"),
    ],
)
@pytest.mark.parametrize("pruned", [False, True])
def test_what_the_button_to_unmute_ends(one: Mute, found: bool, pruned: bool) -> None:
    """All that is of something the card shows, and whatever the card itself says is muted."""
    shown = desk_card(mutes=(back(one),), **({"alert": None} if pruned else {}))
    ended = [held.mute for held in mutes.touching(shown, NOW)]
    assert ended == ([one] if found and (not pruned or one.delivery_id == "d1") else [])


@pytest.mark.parametrize(
    ("found", "ended", "told"),
    [
        pytest.param([back(mute())], 1, "", id="a live one"),
        pytest.param([back(mute()), back(mute(mute_id="m2"))], 2, "", id="two of a card"),
        pytest.param([back(mute(until=NOW))], 0, "This mute is over already.", id="over"),
        pytest.param(
            [back(mute(ended_at=NOW, ended_by=BOB))],
            0,
            "This mute is over already, Bob ended it.",
            id="undone by another",
        ),
        pytest.param([], 0, "Nothing of this card is muted.", id="none"),
    ],
)
def test_undoing_ends_the_mutes_of_a_card_that_are_live(found: list[HeldBack], ended: int, told: str) -> None:
    done = mutes.unmute(act(), found)
    assert (len(done.ended), len(done.deliveries), done.reply) == (ended, ended, told)
    assert all((one.ended_at, one.ended_by) == (NOW, ANN) for one in done.ended)


REPORTS = tuple(MutedReport(title=f"Title {number}", source="The Wire", url="") for number in range(12))


@pytest.mark.parametrize(
    ("held_back", "words", "listed", "more"),
    [
        (back(mute()), "Mute ended (this story, “Six killed in Homs”): nothing came meanwhile.", 0, 0),
        (back(mute(), 1, REPORTS[0]), "Mute ended (this story, “Six killed in Homs”): 1 report came meanwhile.", 1, 0),
        (
            back(mute(MuteScope.SOURCE, "wire", words="The Wire", ended_by=BOB), 40, *REPORTS),
            "Bob ended the mute (the source The Wire): 40 reports came meanwhile.",
            10,
            30,
        ),
    ],
)
def test_the_end_says_what_was_held_back(held_back: HeldBack, words: str, listed: int, more: int) -> None:
    told = mutes.end_of(held_back, now=NOW)
    message = told.message
    assert isinstance(message, DeskMessage)
    assert (message.words, len(message.reports), message.more) == (words, listed, more)
    assert (told.key, told.parent_id, told.channel) == ("mute-ended:m1", "d1", "C1")


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        pytest.param([], "", id="none"),
        pytest.param([mute()], "story", id="its own"),
        pytest.param(
            [mute(), mute(MuteScope.SOURCE, "wire", words="W", until=NOW + hours(99))], "source W", id="the longer"
        ),
        pytest.param([mute(delivery_id="d2")], "", id="another card's"),
        pytest.param([mute(ended_at=NOW)], "", id="ended"),
    ],
)
def test_what_a_card_shows_of_mutes(made: list[Mute], shown: str) -> None:
    card = CardMessage(alert=alert(), desk=Desk(claimed_by="U3", muted_by="U9", muted="old"))
    changed = mutes.shown_on(card, made, "d1")
    assert isinstance(changed, CardMessage)
    desk = changed.desk
    assert (desk.claimed_by, desk.muted, bool(desk.muted_by)) == ("U3", shown, bool(shown))


# -- permission


async def test_members_are_asked_for_every_five_minutes_and_kept_when_slack_does_not_tell() -> None:
    now, members, asked = NOW, {"U1"}, 0

    async def tell(group: str) -> set[str]:
        nonlocal asked
        asked += 1
        if not members:
            raise PermissionUnknown("ratelimited")
        return set(members)

    permission = Permission("S1", tell, clock=lambda: now)
    assert await permission.refusal("U1") == ""
    assert (await permission.refusal("U2")).startswith("Only members")
    members.add("U2")
    assert (await permission.refusal("U2")).startswith("Only members")
    now += KEPT
    assert await permission.refusal("U2") == ""
    assert asked == 2
    members.clear()
    now += KEPT
    assert await permission.refusal("U2") == ""


async def test_without_a_group_everybody_may() -> None:
    async def tell(group: str) -> set[str]:
        raise AssertionError("there is no group to ask for")

    assert await Permission(None, tell, clock=lambda: NOW).refusal("anybody") == ""

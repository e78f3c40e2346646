"""What mutes hold back: never more than their scope says, and never what is newly critical."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from monitor.decide.decider import Decider
from monitor.decide.heldback import specific
from monitor.decide.policy import Policy
from monitor.model import (
    Action,
    Alert,
    Card,
    CardMessage,
    Cause,
    ClaimKind,
    Desk,
    Dismissal,
    FollowUpMessage,
    FollowUps,
    Match,
    Mute,
    MuteScope,
    Person,
    Route,
    Routes,
    Severity,
    Story,
    StoryFacts,
    Told,
    Unsure,
    Verdict,
)
from tests.support.builders import NOW, hours, item, joins, known_feed, match, new, revision, route, starts
from tests.support.messages import story_claim

ANN = Person("U1", "Ann")
DESK, OTHER = route("desk"), route("other")
WEAPONS, REACTIONS = match("cluster-munitions"), match("official-reactions", Severity.LOW)
CRITICAL = match("civilian-strikes", Severity.CRITICAL)
WEAPONS_CRITICAL = match("cluster-munitions", Severity.CRITICAL)
UNSURE_WEAPONS = match("cluster-munitions", sure=False, unsure=Unsure.MARK)
FAINT_REACTIONS = match("official-reactions", Severity.LOW, sure=False, unsure=Unsure.FAINT)
HOMS, ALEPPO, SYRIA, IRAQ = "geo:1", "geo:2", "country:SY", "country:IQ"


def mute(scope: MuteScope, subject: str, **over: Any) -> Mute:
    values: dict[str, Any] = {
        "mute_id": f"m-{scope}",
        "scope": scope,
        "subject": subject,
        "words": "whatever",
        "route": "desk",
        "delivery_id": "d1",
        "by": ANN,
        "began_at": NOW - hours(1),
        "until": NOW + hours(1),
    }
    return Mute(**values | over)


def a_card(*matches: Match, route_name: str = "desk") -> Card:
    return Card(
        story_id="s1",
        route=route_name,
        delivery_id="d1",
        rules=frozenset(one.rule for one in matches),
        severity=max(one.severity for one in matches),
        told=Told(ways=frozenset(f"{one.rule}: {one.way}" for one in matches)),
    )


STORY = mute(MuteScope.STORY, "s1")
SOURCE = mute(MuteScope.SOURCE, "wire")
RULE = mute(MuteScope.RULE, "cluster-munitions")
PLACE = mute(MuteScope.PLACE, HOMS)
TOLD, HELD = True, False
NOTHING, TWENTY_KILLED = StoryFacts(), StoryFacts(highest=(story_claim(ClaimKind.KILLED, "20", "medics", 20),))
FIRST = None


@pytest.mark.parametrize(
    ("mutes", "card", "matches", "places", "told"),
    [
        pytest.param([], FIRST, [WEAPONS], [], TOLD, id="nothing is muted"),
        pytest.param([STORY], a_card(WEAPONS), [WEAPONS], [], HELD, id="story: a further report"),
        pytest.param([STORY], a_card(WEAPONS), [WEAPONS, REACTIONS], [], HELD, id="story: news of it too"),
        pytest.param([STORY], a_card(WEAPONS), [CRITICAL], [], TOLD, id="story: newly critical"),
        pytest.param([STORY], a_card(CRITICAL), [CRITICAL], [], HELD, id="story: critical as before"),
        pytest.param([STORY], a_card(CRITICAL), [CRITICAL, WEAPONS], [], HELD, id="story: another rule, not critical"),
        pytest.param(
            [STORY],
            a_card(CRITICAL),
            [CRITICAL, match("x", Severity.CRITICAL)],
            [],
            TOLD,
            id="story: another critical rule",
        ),
        pytest.param([replace(STORY, subject="s2")], a_card(WEAPONS), [WEAPONS], [], TOLD, id="another story"),
        pytest.param([replace(STORY, route="other")], a_card(WEAPONS), [WEAPONS], [], TOLD, id="another route"),
        pytest.param([replace(STORY, until=NOW)], a_card(WEAPONS), [WEAPONS], [], TOLD, id="its time is over"),
        pytest.param([replace(STORY, ended_at=NOW)], a_card(WEAPONS), [WEAPONS], [], TOLD, id="ended early"),
        pytest.param([SOURCE], FIRST, [WEAPONS], [], HELD, id="source: a first report"),
        pytest.param([SOURCE], a_card(WEAPONS), [WEAPONS], [], HELD, id="source: a further report"),
        pytest.param([SOURCE], FIRST, [CRITICAL], [], TOLD, id="source: a critical first report"),
        pytest.param([replace(SOURCE, subject="post")], FIRST, [WEAPONS], [], TOLD, id="another source"),
        pytest.param([RULE], FIRST, [WEAPONS], [], HELD, id="rule: it alone"),
        pytest.param([RULE], FIRST, [WEAPONS, REACTIONS], [], TOLD, id="rule: another one matched too"),
        pytest.param([RULE], a_card(REACTIONS), [WEAPONS], [], HELD, id="rule: of a known story"),
        pytest.param(
            [RULE],
            FIRST,
            [match("cluster-munitions", Severity.CRITICAL)],
            [],
            TOLD,
            id="rule: critical for the first time",
        ),
        pytest.param(
            [RULE, mute(MuteScope.RULE, "official-reactions")], FIRST, [WEAPONS, REACTIONS], [], HELD, id="both rules"
        ),
        pytest.param([PLACE], FIRST, [WEAPONS], [HOMS], HELD, id="place: it alone"),
        pytest.param([PLACE], FIRST, [WEAPONS], [HOMS, SYRIA], HELD, id="place: and its country"),
        pytest.param([PLACE], FIRST, [WEAPONS], [HOMS, ALEPPO], TOLD, id="place: another one too"),
        pytest.param([PLACE], FIRST, [WEAPONS], [SYRIA], TOLD, id="place: its country alone"),
        pytest.param([PLACE], FIRST, [WEAPONS], [], TOLD, id="place: none is named"),
        pytest.param([PLACE], FIRST, [CRITICAL], [HOMS], TOLD, id="place: critical"),
        pytest.param([replace(PLACE, subject=SYRIA)], FIRST, [WEAPONS], [SYRIA], HELD, id="country: it alone"),
        pytest.param(
            [replace(PLACE, subject=SYRIA)], FIRST, [WEAPONS], [SYRIA, HOMS], TOLD, id="country: a town in it"
        ),
        pytest.param([replace(PLACE, subject=SYRIA)], FIRST, [WEAPONS], [SYRIA, IRAQ], TOLD, id="country: another too"),
    ],
)
def test_a_mute_holds_back_what_is_in_its_scope_and_nothing_else(
    mutes: list[Mute], card: Card | None, matches: list[Match], places: list[str], told: bool
) -> None:
    decider, verdict = decided(mutes, card, matches, places)
    assert (verdict.reason != "muted") is told
    assert bool(decider.deliveries) is told
    assert [one.item_id for one in decider.muted] == ([] if told else ["i2"])
    if not told:
        assert verdict.action is Action.SUPPRESSED
        assert verdict.detail.endswith("muted on desk by Ann until 13:00 UTC")


def decided(
    mutes: Sequence[Mute],
    card: Card | None,
    matches: Sequence[Match],
    places: Sequence[str] = (),
    *,
    desk: Route = DESK,
    facts: StoryFacts = NOTHING,
) -> tuple[Decider, Verdict]:
    stories = (Story(story_id="s1", started_at=NOW, updated_at=NOW, members=(), cards=(card,)),) if card else ()
    decider = Decider(Policy(routes=Routes((desk,))), known_feed(stories=stories, mutes=tuple(mutes)), now=NOW)
    link = joins() if card else starts()
    verdict = decider.decide(item(), new("i2"), matches, link, facts, places=frozenset(places))
    return decider, verdict


def alert_of(decider: Decider) -> Alert:
    (delivery,) = decider.deliveries
    assert isinstance(delivery.message, CardMessage | FollowUpMessage)
    return delivery.message.alert


def test_what_is_muted_of_an_alert_is_not_on_its_card() -> None:
    decider, _ = decided([RULE], None, [WEAPONS, REACTIONS])
    shown = alert_of(decider)
    assert ([one.rule for one in shown.matches], shown.severity) == (["official-reactions"], Severity.LOW)


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ([replace(DESK, name="arms")], HELD),
        ([replace(DESK, name="arms", channel="C5NEW")], TOLD),
        ([replace(DESK, name="arms"), replace(DESK, name="conflict")], TOLD),
        ([replace(DESK, name="arms"), DESK], TOLD),
        ([replace(DESK, name="arms"), OTHER], TOLD),
    ],
    ids=["another name", "another name and channel", "two routes in its place", "a route more", "a route elsewhere"],
)
def test_a_mute_outlives_the_name_of_its_route(routes: list[Route], told: bool) -> None:
    source = replace(SOURCE, channel=DESK.channel)
    context = known_feed(mutes=(source,))
    decider = Decider(Policy(routes=Routes(tuple(routes))), context, now=NOW)
    decider.decide(item(), new("i2"), [WEAPONS], starts())
    assert bool(decider.deliveries) is told


def test_what_is_left_of_an_alert_is_as_urgent_as_what_is_sure_of_it() -> None:
    faint = match("x", Severity.CRITICAL, sure=False, unsure=Unsure.FAINT)
    decider, _ = decided([RULE], None, [WEAPONS, REACTIONS, faint])
    assert alert_of(decider).severity is Severity.LOW


def test_what_is_left_of_an_alert_must_be_severe_enough_for_the_route() -> None:
    picky = replace(DESK, min_severity=Severity.MEDIUM)
    decider = Decider(Policy(routes=Routes((picky,))), known_feed(mutes=(RULE,)), now=NOW)
    verdict = decider.decide(item(), new("i2"), [WEAPONS, REACTIONS], starts())
    assert (verdict.action, verdict.reason) == (Action.SUPPRESSED, "muted")


def test_other_routes_hear_what_one_has_muted() -> None:
    decider = Decider(Policy(routes=Routes((DESK, OTHER))), known_feed(mutes=(SOURCE,)), now=NOW)
    verdict = decider.decide(item(), new("i2"), [WEAPONS], starts())
    assert verdict.action is Action.ALERT
    assert [one.route for one in decider.deliveries] == ["other"]
    assert [one.mute_id for one in decider.muted] == [SOURCE.mute_id]


def test_an_edit_and_a_copy_are_no_reports_that_were_held_back() -> None:
    decider, _ = decided([STORY], a_card(WEAPONS), [])
    for identity, link in ((revision("i1"), joins(own=True)), (new("i3"), joins(copy_of="i1"))):
        assert decider.decide(item(), identity, [WEAPONS], link).action is Action.DUPLICATE
    assert decider.muted == ()


def test_a_story_that_was_muted_is_told_when_it_is_over() -> None:
    """What was held back was not told, so the next report brings its news."""
    held, _ = decided([RULE], None, [WEAPONS])
    assert held.cards == ()
    decider, verdict = decided([replace(RULE, until=NOW)], None, [WEAPONS])
    assert verdict.reason == "new_story"
    assert len(decider.deliveries) == 1


@pytest.mark.parametrize(
    ("named", "about"),
    [([], []), ([SYRIA], [SYRIA]), ([SYRIA, HOMS], [HOMS]), ([HOMS, ALEPPO, IRAQ], [HOMS, ALEPPO])],
)
def test_what_an_item_is_about(named: list[str], about: list[str]) -> None:
    assert specific(named) == frozenset(about)


# -- not relevant (docs/decisions/0068)

ANN_SAID = Dismissal(
    rules=frozenset({"cluster-munitions"}), item_id="i1", by="Ann", at=NOW - hours(1), cause=Cause.SPORT
)
"""That what the card tells by the rule on cluster munitions is not relevant."""


def dismissed(*matches: Match, unsure: bool = False) -> Card:
    card = replace(a_card(*matches), dismissed=ANN_SAID)
    return replace(card, unsure=card.rules) if unsure else card


@pytest.mark.parametrize(
    ("card", "matches", "aloud", "left"),
    [
        pytest.param(dismissed(WEAPONS), [WEAPONS], False, ANN_SAID, id="news by the same rule"),
        pytest.param(dismissed(WEAPONS), [WEAPONS, REACTIONS], True, None, id="another rule"),
        pytest.param(dismissed(WEAPONS), [WEAPONS_CRITICAL], True, None, id="newly critical"),
        pytest.param(dismissed(WEAPONS_CRITICAL), [WEAPONS_CRITICAL], False, ANN_SAID, id="critical as before"),
        pytest.param(dismissed(WEAPONS, unsure=True), [WEAPONS], True, None, id="sure for the first time"),
        pytest.param(dismissed(WEAPONS, unsure=True), [UNSURE_WEAPONS], False, ANN_SAID, id="unsure as before"),
        pytest.param(dismissed(WEAPONS), [WEAPONS, FAINT_REACTIONS], False, ANN_SAID, id="another rule, which waits"),
        pytest.param(dismissed(WEAPONS, REACTIONS), [REACTIONS], True, ANN_SAID, id="the rule that was right"),
        pytest.param(dismissed(WEAPONS, REACTIONS), [WEAPONS], False, ANN_SAID, id="the rule that was wrong"),
    ],
)
def test_later_news_of_what_is_not_relevant_stays_in_its_thread_unless_it_weighs_more(
    card: Card, matches: list[Match], aloud: bool, left: Dismissal | None
) -> None:
    """Also on a route that wants every report in the channel; and what is told aloud makes the story relevant again."""
    for followups in FollowUps:
        on = replace(DESK, followups=followups)
        desk, verdict = decided((), card, matches, desk=on, facts=TWENTY_KILLED)
        (reply,), (change,) = desk.deliveries, desk.changes
        assert isinstance(reply.message, FollowUpMessage)
        assert reply.message.news == "20 killed (medics)"
        assert (reply.broadcast or reply.parent_id is None) is aloud
        assert (verdict.action is Action.UPDATE, verdict.reason != "not_relevant") == (aloud, aloud)
        assert ("on desk by Ann (sport) at 11:00 UTC; 20 killed" in verdict.detail) is not aloud
        assert [one.dismissed for one in desk.cards] == ([left] if aloud else [])
        shown = change.applied(CardMessage(alert=reply.message.alert, desk=Desk(judged_by="U1", judged="sport"))).desk
        whole = card.rules == ANN_SAID.rules
        assert (shown.judged_by, shown.kept) == ("" if aloud and whole else "U1", int(not aloud and whole))


def test_what_stayed_in_the_thread_is_news_once_the_story_is_relevant_again() -> None:
    kept, verdict = decided((), dismissed(WEAPONS), [WEAPONS], facts=TWENTY_KILLED)
    assert (kept.cards, verdict.action) == ((), Action.FOLLOW_UP)
    _, verdict = decided((), a_card(WEAPONS), [WEAPONS], facts=TWENTY_KILLED)
    assert verdict.action is Action.UPDATE


def test_a_copy_of_what_is_not_relevant_is_a_copy() -> None:
    desk, _ = decided((), dismissed(WEAPONS), [])
    assert desk.decide(item(), new("i3"), [WEAPONS], joins(copy_of="i1")).reason == "copy"
    assert desk.deliveries == ()

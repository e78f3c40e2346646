"""Material change: what a report adds that the channel has to hear, and what stays in the thread."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.decide.decider import Decider
from monitor.decide.news import news_of, told_first, told_of
from monitor.decide.policy import Policy
from monitor.model import (
    Action,
    Card,
    Claim,
    ClaimKind,
    Context,
    FeedState,
    FollowUpMessage,
    Match,
    Reaction,
    Role,
    Routes,
    Severity,
    Story,
    StoryFacts,
    Told,
    Unsure,
)
from tests.support.builders import NOW, hours, item, joins, match, minutes, new, route, starts
from tests.support.messages import alert, story_claim


def killed(number: int, kind: ClaimKind = ClaimKind.KILLED) -> StoryFacts:
    toll = story_claim(kind, f"at least {number}", "medics", number)
    return StoryFacts(outlets=1, origins=1, latest=(toll,), highest=(toll,))


def reacted(*reactions: Claim) -> StoryFacts:
    return StoryFacts(outlets=1, origins=1, reactions=reactions)


def denial(claimant: str, language: str = "en") -> Claim:
    return story_claim(ClaimKind.REACTION, "denial", claimant, language=language)


NOTHING = StoryFacts(outlets=1, origins=1)
SPREAD = StoryFacts(outlets=3, origins=1)
CONFIRMED = StoryFacts(outlets=3, origins=2, second="France 24")
CORRECTED = StoryFacts(outlets=1, origins=1, corrections=(story_claim(ClaimKind.CORRECTION, "Correction: raid"),))
MINISTRY = denial("Ministry")

# What the channel knows, what the story says now, and what is news in it.
FACTS: dict[str, tuple[StoryFacts, StoryFacts, list[tuple[str, str]]]] = {
    "nothing": (NOTHING, NOTHING, []),
    "the first toll": (NOTHING, killed(1), [("toll", "at least 1 killed (medics)")]),
    "by three and by far": (killed(3), killed(9), [("toll", "death toll 3 → at least 9 (medics)")]),
    "by three, a fifth of fifteen": (
        killed(15),
        killed(18),
        [("toll", "death toll 15 → at least 18 (medics)")],
    ),
    "by two only": (killed(3), killed(5), []),
    "by less than a fifth": (killed(100), killed(119), []),
    "a lower count": (killed(9), killed(3), []),
    "the first few hurt": (NOTHING, killed(9, ClaimKind.HURT), []),
    "many hurt": (NOTHING, killed(30, ClaimKind.HURT), [("toll", "at least 30 hurt (medics)")]),
    "a third more hurt": (killed(30, ClaimKind.HURT), killed(40, ClaimKind.HURT), []),
    "the first reaction": (
        NOTHING,
        reacted(MINISTRY),
        [("reaction", "official reaction: denial by Ministry")],
    ),
    "a known reaction": (reacted(MINISTRY), reacted(denial("ministry")), []),
    "of another kind": (
        reacted(MINISTRY),
        reacted(MINISTRY, story_claim(ClaimKind.REACTION, "inquiry", "Ministry")),
        [("reaction", "official reaction: inquiry by Ministry")],
    ),
    "of another speaker": (
        reacted(MINISTRY),
        reacted(MINISTRY, denial("Army")),
        [("reaction", "official reaction: denial by Army")],
    ),
    "the same speaker, spelt otherwise": (reacted(denial("Zelenskyy")), reacted(denial("Volodymyr #Zelensky")), []),
    "for a state that is known": (reacted(denial("Iraq")), reacted(denial("Iraq’s authorities")), []),
    "for a state whose name begins alike": (
        reacted(denial("Austria")),
        reacted(denial("Australia")),
        [("reaction", "official reaction: denial by Australia")],
    ),
    "another ministry of that state": (
        reacted(denial("foreign ministry of Spain")),
        reacted(denial("defence ministry of #Spain")),
        [("reaction", "official reaction: denial by defence ministry of Spain")],
    ),
    "perhaps the same speaker in another language": (reacted(MINISTRY), reacted(MINISTRY, denial("МИД", "ru")), []),
    "a further speaker in that language": (
        reacted(MINISTRY, denial("МИД", "ru")),
        reacted(denial("Минобороны", "ru")),
        [("reaction", "official reaction: denial by Минобороны")],
    ),
    "mere words of who has reacted": (
        reacted(MINISTRY),
        reacted(MINISTRY, story_claim(ClaimKind.REACTION, "call", "ministry")),
        [],
    ),
    "mere words of another speaker": (
        reacted(MINISTRY),
        reacted(MINISTRY, story_claim(ClaimKind.REACTION, "statement", "Army")),
        [("reaction", "official reaction: statement by Army")],
    ),
    "nobody named": (reacted(MINISTRY), reacted(MINISTRY, denial("")), []),
    "many alike at once": (
        NOTHING,
        reacted(denial("A"), denial("B"), denial("C")),
        [("reaction", "official reaction: denial by A, B and C")],
    ),
    "many at once": (
        NOTHING,
        reacted(denial("A"), replace(denial("B"), value="apology"), replace(denial("C"), value="regret")),
        [("reaction", "official reaction: denial by A, apology by B and 1 more")],
    ),
    "copies": (NOTHING, SPREAD, []),
    "a second origin": (SPREAD, CONFIRMED, [("confirmed", "second source: France 24")]),
    "a third origin": (CONFIRMED, StoryFacts(outlets=4, origins=3), []),
    "a correction": (NOTHING, CORRECTED, [("correction", "corrected")]),
    "a correction that lowers a count": (
        killed(47),
        replace(killed(41), highest=killed(47).highest, corrections=CORRECTED.corrections),
        [("correction", "corrected: 47 → at least 41 killed")],
    ),
    "a known correction": (CORRECTED, CORRECTED, []),
}


@pytest.mark.parametrize(("before", "after", "news"), FACTS.values(), ids=FACTS)
def test_news_of_the_facts(before: StoryFacts, after: StoryFacts, news: list[tuple[str, str]]) -> None:
    card = carded(told_of(alert(record=before)))
    assert [(one.reason, one.words) for one in news_of(card, alert(record=after))] == news


def test_what_else_was_hit_is_news_where_a_rule_has_other_words_for_it() -> None:
    other = alert(
        title="Missiles hit a hospital in Kharkiv",
        matches=(match(way="use"),),
        record=StoryFacts(targets=(story_claim(ClaimKind.TARGET, "hospital", ""),)),
    )
    known = replace(other, item_id="another")
    details = replace(other, title="Dozens hurt as missiles hit Kharkiv")
    card = replace(carded(Told(ways=frozenset({"cluster-munitions: casualties"}))), severity=Severity.HIGH)
    first = replace(other, item_id=other.record.targets[0].item_id)
    (news,) = news_of(card, first)
    assert (news.reason, told_first([news])) == ("new_way", "target: “hospital”")
    assert not news_of(card, known)
    assert not news_of(card, replace(first, seen_at=first.seen_at + minutes(5))), "an earlier revision said so"
    assert not news_of(card, replace(details, item_id=first.item_id)), "not in the headline"


def carded(told: Told | None, *rules: str) -> Card:
    names = frozenset(rules or ("cluster-munitions", "civilian-strikes", "official-reactions"))
    return Card(story_id="s81", route="desk", delivery_id="d1", rules=names, severity=Severity.CRITICAL, told=told)


OFFICIAL = replace(match().evidence[0], role=Role.OFFICIAL)
DENIES = match(way="denial", says=Reaction.DENIAL)
RULES: dict[str, tuple[list[Match], list[tuple[str, str]]]] = {
    "known": ([match()], []),
    "other words for the event": ([match(way="use")], []),
    "a reaction by nobody known": ([DENIES], [("new_way", "also Cluster munitions: denial")]),
    "another way, unsure": ([replace(DENIES, sure=False)], []),
    "another rule": ([match("floods")], [("new_rule", "also Floods")]),
    "more severe": (
        [match(severity=Severity.CRITICAL)],
        [("severity_raised", "severity raised from high to critical")],
    ),
    "an official who only gives facts": ([match("reactions", broad=True, evidence=(OFFICIAL,))], []),
    "an official in a plain way": (
        [match("reactions", evidence=(OFFICIAL,))],
        [("new_rule", "also Reactions")],
    ),
    "what waits is no news": ([match("floods", sure=False, unsure=Unsure.DIGEST)], []),
}


@pytest.mark.parametrize(("matches", "news"), RULES.values(), ids=RULES)
def test_news_of_the_rules(matches: list[Match], news: list[tuple[str, str]]) -> None:
    told = Told(ways=frozenset({"cluster-munitions: casualties"}))
    card = Card(
        story_id="s81",
        route="desk",
        delivery_id="d1",
        rules=frozenset({"cluster-munitions"}),
        severity=Severity.HIGH,
        told=told,
    )
    found = news_of(card, alert(matches=tuple(matches)))
    assert [(one.reason, one.words) for one in found] == news
    beside_others = news_of(card, alert(matches=tuple(matches)), several=True)
    assert [(one.reason, one.words) for one in beside_others] == [one for one in news if one[0] != "new_way"]


def test_a_broad_way_that_met_a_reaction_is_news() -> None:
    record = reacted(replace(MINISTRY, item_id="i9f3c"))
    report = alert(matches=(match("floods", broad=True, evidence=(OFFICIAL,)),), record=record)
    assert ("new_rule", "also Floods") in [(one.reason, one.words) for one in news_of(carded(None), report)]


def test_of_a_card_from_before_facts_were_kept_no_fact_is_news() -> None:
    everything = StoryFacts(
        outlets=3, origins=2, highest=killed(9).highest, reactions=(MINISTRY,), corrections=CORRECTED.corrections
    )
    assert news_of(carded(None), alert(record=everything)) == ()


# -- through deciding


def decider(*cards: Card) -> Decider:
    story = Story(story_id="s1", started_at=NOW - hours(1), updated_at=NOW, members=(), cards=cards)
    context = Context(state=FeedState(feed_id="wire", baselined_at=NOW - hours(99)), stories=(story,))
    return Decider(Policy(routes=Routes((route(),))), context, now=NOW)


def test_a_toll_that_creeps_is_told_when_it_has_risen_far_enough_from_what_was_told() -> None:
    """Of 3, 5, 7, 9 each is only two more than the one before."""
    desk = decider()
    desk.decide(item(), new("i1"), [match()], starts(), killed(3))
    found = [
        desk.decide(item(), new(f"i{number}"), [match()], joins(), killed(number)).action for number in (5, 7, 9, 11)
    ]
    assert found == [Action.FOLLOW_UP, Action.UPDATE, Action.FOLLOW_UP, Action.UPDATE]


def test_a_route_hears_of_what_was_told_elsewhere_only() -> None:
    told = told_of(alert(record=killed(3)))
    desk = decider(Card(story_id="s1", route="desk", delivery_id="d1", rules=frozenset({"cluster-munitions"}),
                        severity=Severity.HIGH, told=told))  # fmt: skip
    verdict = desk.decide(item(), new("i7"), [match()], joins(copy_of="i6"), killed(9))
    assert (verdict.action, verdict.reason) == (Action.UPDATE, "toll")
    (delivery,) = desk.deliveries
    assert isinstance(delivery.message, FollowUpMessage)
    assert delivery.message.alert.record == killed(9)
    (card,) = desk.cards
    assert card.told is not None
    assert card.told.tolls == {ClaimKind.KILLED: 9}


def test_what_was_told_adds_up() -> None:
    before, after = told_of(alert(record=killed(9))), told_of(alert(record=CONFIRMED, matches=(match(way="use"),)))
    both = before | after
    assert both.tolls == {ClaimKind.KILLED: 9}
    assert both.confirmed
    assert both.ways >= {"cluster-munitions: use", "civilian-strikes: mass casualties"}


@pytest.mark.parametrize(
    ("severity", "facts", "action", "reason"),
    [
        (Severity.HIGH, CONFIRMED, Action.FOLLOW_UP, "confirmed"),
        (Severity.CRITICAL, CONFIRMED, Action.UPDATE, "confirmed"),
        (Severity.HIGH, replace(CONFIRMED, highest=killed(9).highest), Action.UPDATE, "toll"),
    ],
)
def test_a_second_source_is_said_once_and_to_the_channel_only_where_it_is_critical_or_with_other_news(
    severity: Severity, facts: StoryFacts, action: Action, reason: str
) -> None:
    desk = decider(replace(carded(told_of(alert(record=SPREAD))), story_id="s1", severity=severity))
    verdicts = [desk.decide(item(), new(f"i{number}"), [match()], joins(), facts) for number in (1, 2)]
    assert [(one.action, one.reason) for one in verdicts] == [(action, reason), (Action.FOLLOW_UP, "further_report")]
    first, second = [one.message for one in desk.deliveries if isinstance(one.message, FollowUpMessage)]
    assert (first.news.endswith("second source: France 24"), second.news) == (True, "")

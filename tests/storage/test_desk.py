"""What people of the desk do is written once; mutes hold back and end once; weeks are counted right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from monitor.model import (
    Action,
    Assignment,
    Batch,
    CardMessage,
    Cause,
    Context,
    Delivery,
    DeliveryState,
    Desk,
    DeskAct,
    DeskCard,
    DeskDone,
    DeskMessage,
    Dismissal,
    DismissedStory,
    HeldBack,
    Mute,
    MutedItem,
    MuteScope,
    Observation,
    Person,
    Rating,
    Reason,
    RuleWeek,
    Shown,
    StoryFilter,
    StoryLine,
    Verdict,
)
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    DAY,
    HOUR,
    alert,
    batch,
    card,
    context_of,
    counted_record,
    delivery,
    digest,
    history_of,
    lookup,
    match,
    matched,
    settlement,
    tried,
)

ANN, BOB = Person("U1", "Ann"), Person("U2", "Bob")


def act(key: str = "k", target: str = "d-a", by: Person = ANN) -> DeskAct:
    return DeskAct(key=key, what="claim", target=target, by=by, at=NOW)


def mute(name: str = "m1", **changed: object) -> Mute:
    made = Mute(
        mute_id=name,
        scope=MuteScope.STORY,
        subject="s-a",
        words="Title a",
        route="desk",
        delivery_id="d-a",
        by=ANN,
        began_at=NOW,
        until=NOW + DAY,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def show(message: Shown, mutes: Sequence[Mute], delivery_id: str) -> Shown:
    own = [one for one in mutes if one.delivery_id == delivery_id]
    assert isinstance(message, CardMessage)
    return replace(message, desk=replace(message.desk, muted=str(len(own))))


def line(held: HeldBack) -> Delivery:
    words = f"{held.count}: {', '.join(one.title for one in held.newest)}"
    told = DeskMessage(story_id="s-a", words=words)
    return delivery(f"end-{held.mute.mute_id}", told, key=f"end:{held.mute.mute_id}", channel=held.channel)


async def done(store: Store, made: DeskDone, one: DeskAct | None = None) -> DeskDone | None:
    def decide(_: DeskCard | None, __: HeldBack | None) -> DeskDone:
        return made

    return await store.act(one or act(), decide, show)


@pytest.fixture
async def posted(store: Store) -> Store:
    await store.judge(lookup(), batch(matched("a", "a"), deliveries=[delivery("a")], cards=[card()]))
    return store


async def found(store: Store, delivery_id: str = "d-a") -> DeskCard:
    one = await store.desk_card(delivery_id)
    assert one is not None
    return one


async def test_a_card_as_it_is_found(posted: Store) -> None:
    one = await found(posted)
    assert (one.story_id, one.route, one.channel, one.feed_id, one.revision) == ("s-a", "desk", "C1", "bbc", 1)
    assert one.alert == alert("i-a", "s-a")


async def test_what_is_no_card_of_one_story(posted: Store) -> None:
    many = digest("m", alert("i-a", "s-a"), alert("i-b", "s-b"))
    await posted.enqueue([many, digest("one", alert("i-a", "s-a"))])
    assert await posted.desk_card("d-m") is None
    assert await posted.desk_card("d-nobody") is None
    assert (await found(posted, "d-one")).story_id == "s-a"


async def test_an_act_that_is_delivered_again_is_done_once(posted: Store) -> None:
    rating = Rating(item_id="i-a", revision=1, rule=None, relevant=False, by="Ann", at=NOW, cause=Cause.SPORT, word="x")
    told = delivery("t", DeskMessage(story_id="s-a", words="done"))
    made = DeskDone(reply="x", rating=rating, mute=mute(), deliveries=(told,))
    results = await asyncio.gather(*(done(posted, made) for _ in range(3)))
    assert [result is None for result in results].count(False) == 1
    assert (await found(posted)).rating == rating
    assert [one.mute_id for one in await posted.mutes()] == ["m1"]


async def test_of_two_at_once_the_second_finds_what_the_first_did(posted: Store) -> None:
    seen: list[str] = []

    def take(who: Person) -> Callable[[DeskCard | None, HeldBack | None], DeskDone]:
        def decide(one: DeskCard | None, _: HeldBack | None) -> DeskDone:
            assert one is not None
            seen.append(one.assignment.by.name if one.assignment else "")
            made = Assignment(story_id="s-a", route="desk", by=who, at=NOW)
            return DeskDone(reply="", assignment=None if one.assignment else made)

        return decide

    await asyncio.gather(*(posted.act(act(who.name, by=who), take(who), show) for who in (ANN, BOB)))
    first, second = seen
    assert first == ""
    assignment = (await found(posted)).assignment
    assert assignment is not None
    assert second == assignment.by.name


async def test_the_card_shows_what_was_done_at_once(posted: Store) -> None:
    await tried(posted)
    await done(posted, DeskDone(reply="", desk=Desk(claimed_by="U1")))
    assert (await found(posted)).desk.claimed_by == "U1"
    edit = await posted.take_edit("C1", owner="o", now=NOW, lease=HOUR)
    assert edit is not None
    assert isinstance(edit.delivery.message, CardMessage)
    assert edit.delivery.message.desk.claimed_by == "U1"


async def test_who_works_on_a_story_works_on_the_one_it_is_merged_into(posted: Store) -> None:
    await posted.judge(lookup(), batch(matched("b", "b"), deliveries=[delivery("b")], cards=[card("b", "b")]))
    made = Assignment(story_id="s-a", route="desk", by=ANN, at=NOW)
    await done(posted, DeskDone(reply="", assignment=made))
    await posted.merge_stories("s-a", "s-b", by="x", reason="", at=NOW, facts_of=counted_record)
    for delivery_id in ("d-a", "d-b"):
        one = await found(posted, delivery_id)
        assert one.assignment == replace(made, story_id="s-b")
    assert (await found(posted, "d-b")).desk.claimed_by == "U1"
    history = await history_of(posted, "i-b")
    assert history.assignments == (replace(made, story_id="s-b"),)
    await done(posted, DeskDone(reply="", released=True), act("k2"))
    assert (await found(posted, "d-b")).assignment is None


# -- not relevant

SAID = Dismissal(rules=frozenset({"cluster-munitions"}), item_id="i-a", by="Ann", at=NOW, cause=Cause.SPORT)


async def test_what_is_not_relevant_is_seen_by_judging_and_listed_until_it_is_taken_back(posted: Store) -> None:
    judged = Desk(judged_by="U1", judged="sport", kept=2)
    await done(posted, DeskDone(reply="", dismissal=SAID, desk=judged))
    dismissed = card(dismissed=SAID)
    assert (await found(posted)).rules == dismissed.rules
    (story,) = (await context_of(posted, lookup(guids=frozenset({"guid-a"})))).stories
    assert story.cards == (dismissed,)
    assert await posted.dismissed_stories(NOW) == (DismissedStory(title="Title a", card=dismissed, kept=2),)
    assert await posted.dismissed_stories(NOW + HOUR) == ()
    assert [one.summary.story_id for one in await free_stories(posted)] == []
    # What is told aloud later makes it relevant again, and what is in the thread alone does not.
    for key, later in (("k2", dismissed), ("k3", card())):
        await posted.judge(lookup(), batch(cards=[later]))
        (one,) = (await context_of(posted, lookup(guids=frozenset({"guid-a"})))).stories
        assert one.cards == (later,), key
    await done(posted, DeskDone(reply="", dismissal=SAID), act("k4"))
    await done(posted, DeskDone(reply="", reopened=True), act("k5"))
    assert await posted.dismissed_stories(NOW) == ()
    assert [one.summary.story_id for one in await free_stories(posted)] == ["s-a"]


async def free_stories(store: Store) -> Sequence[StoryLine]:
    return await store.story_lines(StoryFilter(free=True), now=NOW, after=None, limit=9)


@pytest.mark.parametrize(
    ("merged", "into", "left"),
    [(SAID, SAID, SAID), (SAID, None, None), (None, SAID, None)],
    ids=["both", "the one that is merged", "the one that it is merged into"],
)
async def test_a_merged_story_is_not_relevant_where_both_were(
    posted: Store, merged: Dismissal | None, into: Dismissal | None, left: Dismissal | None
) -> None:
    await posted.judge(lookup(), batch(matched("b", "b"), deliveries=[delivery("b")], cards=[card("b", "b")]))
    for target, said in (("d-a", merged), ("d-b", into)):
        if said:
            desk = Desk(judged_by="U1", judged="sport")
            await done(posted, DeskDone(reply="", dismissal=said, desk=desk), act(target, target))
    await posted.merge_stories("s-a", "s-b", by="x", reason="", at=NOW, facts_of=counted_record)
    story = await posted.story("s-b")
    assert story is not None
    assert [one.dismissed for one in story.cards] == [left]
    assert bool((await found(posted, "d-b")).desk.judged_by) is (left is not None)


async def test_what_is_not_relevant_goes_with_the_item_that_it_was_said_of_when_that_is_split_off(
    posted: Store,
) -> None:
    await posted.judge(lookup(), batch(matched("b", "a", fresh=False)))
    await tried(posted)
    await done(posted, DeskDone(reply="", dismissal=SAID))
    made = await posted.split_story("s-a", ["i-a"], by="x", reason="", at=NOW, facts_of=counted_record)
    new, old = await posted.story(made.other_id), await posted.story("s-a")
    assert new is not None
    assert old is not None
    assert ([one.dismissed for one in new.cards], [one.dismissed for one in old.cards]) == ([SAID], [None])


# -- mutes


async def test_judging_is_shown_the_mutes_that_were_not_ended(posted: Store) -> None:
    ended = mute("m2", ended_at=NOW, ended_by=BOB)
    for number, one in enumerate((mute(), ended, mute("m3", route="other"))):
        await done(posted, DeskDone(reply="", mute=one), act(f"k{number}"))
    context = await context_of(posted, lookup())
    assert {one.mute_id for one in context.mutes} == {"m1", "m3"}
    assert [held.mute.mute_id for held in (await found(posted)).mutes] == ["m1"]


async def test_what_mutes_hold_back_is_counted_once_and_told_at_their_end(posted: Store) -> None:
    await done(posted, DeskDone(reply="", mute=mute()))
    for observed in ([matched("b", "a", fresh=False)], []):

        def build(context: Context, observed: Sequence[Observation] = tuple(observed)) -> Batch:
            muted = (MutedItem("m1", "i-b"), MutedItem("m1", "i-b"))
            return replace(batch(*observed)(context), muted=muted)

        await posted.judge(lookup(), build)
    assert (await found(posted)).mutes[0].count == 1
    assert await posted.end_mutes(NOW + DAY - HOUR, line, show) == 0
    assert sum(await asyncio.gather(*(posted.end_mutes(NOW + DAY, line, show) for _ in range(3)))) == 1
    assert await posted.mutes() == ()
    one = await found(posted)
    assert (one.mutes, one.desk.muted) == ((), "0")
    words = [one.message.words for one in await sent(posted) if isinstance(one.message, DeskMessage)]
    assert words == ["1: Title b"]


async def test_a_mute_is_found_by_its_id_and_ended_early(posted: Store) -> None:
    await done(posted, DeskDone(reply="", mute=mute()))
    shown: list[HeldBack | None] = []

    def end(one: DeskCard | None, held: HeldBack | None) -> DeskDone:
        shown.append(held)
        assert one is not None
        assert one.delivery_id == "d-a"
        return DeskDone(reply="", ended=(mute(ended_at=NOW, ended_by=BOB),))

    await posted.act(act("k2", target="m1"), end, show)
    await posted.act(act("k3", target="m1"), end, show)
    assert [held.mute.ended_by if held else None for held in shown] == [None, BOB]
    assert await posted.mutes() == ()
    assert await posted.end_mutes(NOW + DAY, line, show) == 0


async def test_the_card_that_a_mute_was_made_on_shows_that_it_was_made_longer_from_another(posted: Store) -> None:
    await posted.judge(lookup(), batch(matched("b", "b"), deliveries=[delivery("b")], cards=[card("b", "b")]))
    await done(posted, DeskDone(reply="", mute=mute(), desk=Desk(muted="1")))

    def until(message: Shown, mutes: Sequence[Mute], delivery_id: str) -> Shown:
        own = [one.until for one in mutes if one.delivery_id == delivery_id]
        assert isinstance(message, CardMessage)
        return replace(message, desk=replace(message.desk, muted_until=max(own, default=None)))

    longer = DeskDone(reply="", mute=mute(until=NOW + 2 * DAY), desk=Desk())
    await posted.act(act("k2", target="d-b"), lambda _, __: longer, until)
    assert (await found(posted, "d-a")).desk.muted_until == NOW + 2 * DAY
    assert (await found(posted, "d-b")).desk.muted_until is None


async def test_a_mute_of_a_story_goes_where_its_card_goes(posted: Store) -> None:
    """On another route the other story has a card of its own, and nobody muted that."""
    for name in ("b", "c"):
        night = [delivery(f"{name}-night", key=f"key:{name}-night", route="night")]
        await posted.judge(
            lookup(), batch(matched(name, name), deliveries=night, cards=[card(name, f"{name}-night", "night")])
        )
    await posted.merge_stories("s-c", "s-a", by="x", reason="", at=NOW, facts_of=counted_record)
    for number, one in enumerate((mute(), mute("m2", route="night"), mute("m3", scope=MuteScope.RULE, subject="s-a"))):
        await done(posted, DeskDone(reply="", mute=one), act(f"k{number}"))
    await posted.merge_stories("s-a", "s-b", by="x", reason="", at=NOW, facts_of=counted_record)
    assert {one.mute_id: one.subject for one in await posted.mutes()} == {"m1": "s-b", "m2": "s-a", "m3": "s-a"}


async def sent(store: Store) -> list[Delivery]:
    found = []
    while (attempt := await store.take_delivery("C1", owner="o", now=NOW + 2 * DAY, lease=HOUR)) is not None:
        found.append(attempt.delivery)
        await store.settle(attempt, settlement(DeliveryState.SENT), owner="o", now=NOW + 2 * DAY)
    return found


# -- how the rules did


def rating(name: str, *, relevant: bool = False, **changed: object) -> Rating:
    made = Rating(item_id=f"i-{name}", revision=1, rule=None, relevant=relevant, by="Ann", at=NOW)
    return replace(made, **changed)  # type: ignore[arg-type]


@pytest.fixture
async def week(posted: Store) -> Store:
    """Five alerts by one rule: three judged, one claimed, one neither; and one that was held back."""
    for name in "bcde":
        await posted.judge(lookup(), batch(matched(name, name), deliveries=[delivery(name)], cards=[card(name, name)]))
    held = replace(matched("f", "f"), verdict=Verdict(Action.SUPPRESSED, Reason.MUTED, "", "s-f"))
    await posted.judge(lookup(), batch(held))
    for one in (
        rating("a", relevant=True),
        rating("b", relevant=True),
        rating("b", cause=Cause.FIGURATIVE, at=NOW + HOUR),
        rating("c", cause=Cause.DUPLICATE),
    ):
        await posted.rate(one)
    taken = Assignment(story_id="s-d", route="desk", by=ANN, at=NOW)
    await done(posted, DeskDone(reply="", assignment=taken), act("k", target="d-d"))
    judged = replace(taken, story_id="s-a")
    await done(posted, DeskDone(reply="", assignment=judged), act("k2", target="d-a"))
    return posted


async def test_a_week_counts_alerts_claims_and_the_last_word_on_each(week: Store) -> None:
    rule, title = match().rule, match().rule_title
    assert await week.rule_weeks(NOW - DAY, NOW + DAY) == [
        RuleWeek(rule=rule, title=title, alerts=5, claimed=1, relevant=1, not_relevant=1, besides=1)
    ]
    assert await week.rule_weeks(NOW + DAY, NOW + 2 * DAY) == []
    assert await week.rule_weeks(NOW + HOUR, NOW + DAY) == [RuleWeek(rule=rule, title=title, not_relevant=1)]


async def test_claimed_items_that_nobody_judged_count_as_relevant(week: Store) -> None:
    assert [(one.item_id, one.relevant, one.by) for one in await week.claimed_items()] == [("i-d", True, "Ann")]


async def test_what_is_old_or_doubled_is_no_label_of_the_rule(week: Store) -> None:
    labels = {one.item_id: (one.relevant, one.cause) for one in await week.rated_items()}
    assert labels == {"i-a": (True, None), "i-b": (False, Cause.FIGURATIVE)}


@pytest.mark.parametrize(
    ("words", "found"),
    [(["title"], ["i-b", "i-a"]), (["b", "title"], ["i-b"]), (["%"], []), (["_"], []), (["nothing"], [])],
)
async def test_items_are_found_by_words_of_their_headline(posted: Store, words: list[str], found: list[str]) -> None:
    await posted.judge(lookup(), batch(matched("b", "b", at=NOW + HOUR)))
    assert [one.item_id for one in await posted.find(words, limit=5)] == found
    assert len(await posted.find(["title"], limit=1)) == 1

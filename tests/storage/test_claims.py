"""What stories claim: stored once, kept when texts are pruned, loaded with them; and which go unanswered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.model import (
    Batch,
    Claim,
    ClaimKind,
    Context,
    Desk,
    DigestMessage,
    DigestReason,
    Observation,
    Severity,
    Told,
    UnansweredMessage,
    UnansweredStory,
)
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    DAY,
    HOUR,
    MINUTE,
    alert,
    batch,
    card,
    context_of,
    delivery,
    item,
    lookup,
    matched,
    revised,
    taken,
)

TOLD = Told(
    ways=frozenset({"strikes: deadly"}),
    tolls={ClaimKind.KILLED: 9},
    reactions=frozenset({("denial", "ministry", "en")}),
    corrections=frozenset({"i-a"}),
    confirmed=True,
)


def claim(name: str = "a", kind: ClaimKind = ClaimKind.KILLED, value: str = "9", **changed: object) -> Claim:
    made = Claim(
        item_id=f"i-{name}",
        revision=1,
        kind=kind,
        value=value,
        words=value,
        quote=f"{value} were killed",
        claimant="medics",
        source="BBC News",
        family="bbc",
        language="en",
        seen_at=NOW,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def claiming(name: str, story: str, *claims: Claim, at: datetime = NOW) -> Observation:
    return replace(matched(name, story, fresh=name == story, at=at), claims=claims)


async def claims_of(store: Store, story_id: str = "s-a") -> tuple[Claim, ...]:
    found: list[Claim] = []

    def build(context: Context) -> Batch:
        found.extend(context.claims[story_id])
        assert context.claims[story_id] == tuple(found)
        return Batch(state=context.state)

    await store.judge(lookup(), build)
    return tuple(found)


async def test_a_story_that_nobody_knows_claims_nothing(store: Store) -> None:
    assert await claims_of(store, "s-none") == ()


async def test_the_claims_of_a_story_are_read_oldest_first(store: Store) -> None:
    later = claim("b", value="12", low=12, high=12, seen_at=NOW + HOUR)
    place = claim(kind=ClaimKind.PLACE, value="geo:1", claimant="")
    await store.judge(lookup(), batch(claiming("a", "a", claim(), place)))
    await store.judge(lookup("cnn"), batch(claiming("b", "a", later, at=NOW + HOUR)))
    assert await claims_of(store) == (claim(), place, later)


async def test_a_claim_made_again_keeps_its_time_and_words_and_takes_the_revision(store: Store) -> None:
    await store.judge(lookup(), batch(claiming("a", "a", claim())))
    edited = replace(
        revised("a", 2, item("a", entry_digest="digest-a2")),
        link=matched("a", "a").link,
        claims=(claim(revision=2, quote="other words", seen_at=NOW + HOUR),),
    )
    await store.judge(lookup(now=NOW + HOUR), batch(edited))
    assert await claims_of(store) == (claim(revision=2),)


async def test_one_document_may_show_an_item_twice(store: Store) -> None:
    both = (claiming("a", "a", claim()), replace(claiming("a", "a", claim(revision=2, seen_at=NOW + HOUR))))
    again = replace(both[1], identity=revised("a", 2, item("a")).identity, item=item("a", entry_digest="digest-a2"))
    await store.judge(lookup(), batch(both[0], again))
    assert await claims_of(store) == (claim(revision=2),)


async def test_of_very_many_claims_the_newest_and_the_highest_are_loaded(store: Store) -> None:
    numbers = [5_000, *range(1, 120)]
    many = [
        claim(value=str(number), low=number, high=number, seen_at=NOW + place * MINUTE)
        for place, number in enumerate(numbers)
    ]
    await store.judge(lookup(), batch(claiming("a", "a", *many)))
    found = [one.high for one in await claims_of(store)]
    assert found == [5_000, *range(70, 120)]


async def test_claims_are_kept_with_their_quotes_when_texts_are_pruned(store: Store) -> None:
    await store.judge(lookup(), batch(claiming("a", "a", claim())))
    assert (await store.prune(NOW + DAY, now=NOW)).revisions == 1
    assert await claims_of(store) == (claim(),)


async def test_what_a_member_credits_and_copies_comes_back(store: Store) -> None:
    copied = matched("a", "a")
    assert copied.link is not None
    assert copied.member is not None
    member = replace(copied.member, credit="reuters", copy_of="i-0")
    await store.judge(lookup(), batch(replace(copied, link=replace(copied.link, copy_of="i-0"), member=member)))
    (story,) = (await context_of(store, lookup(story_keys=(frozenset({"homs"}),)))).stories
    assert [(one.credit, one.copy_of) for one in story.members] == [("reuters", "i-0")]


async def test_what_a_channel_was_told_adds_up(store: Store) -> None:
    await store.judge(lookup(), batch(matched("a", "a"), cards=[card(told=TOLD)]))
    await store.judge(lookup(), batch(cards=[card(told=Told(tolls={ClaimKind.KILLED: 3, ClaimKind.HURT: 5}))]))
    (story,) = (await context_of(store, lookup(story_keys=(frozenset({"homs"}),)))).stories
    (found,) = story.cards
    assert found.told == replace(TOLD, tolls={ClaimKind.HURT: 5, ClaimKind.KILLED: 9})


# -- unanswered stories


async def silent(store: Store, *, now: datetime = NOW + 26 * HOUR) -> list[str]:
    found = await store.unanswered(after=now - 3 * DAY, until=now - DAY, severity=Severity.HIGH)
    return [one.story_id for one in found]


async def test_a_story_without_a_reaction_is_unanswered_after_its_time(store: Store) -> None:
    made = card(told=TOLD, channel="")
    await store.judge(lookup(), batch(claiming("a", "a", claim()), cards=[made]))
    assert await silent(store, now=NOW + 23 * HOUR) == []
    found = await store.unanswered(after=NOW - DAY, until=NOW, severity=Severity.HIGH)
    assert found == (UnansweredStory(story_id="s-a", title="Title a", started_at=NOW, card=made),)
    assert await silent(store) == ["s-a"]
    assert await silent(store, now=NOW + 4 * DAY) == []


async def test_an_unanswered_story_comes_with_what_its_cards_show_its_own_first(store: Store) -> None:
    others = (alert("i-b", "s-b"), alert("i-c", "s-a"))
    digest = DigestMessage(why=DigestReason.QUIET_HOURS, alerts=others)
    cards = [
        card(delivery_name=name, route=route, told=TOLD) for name, route in (("a", "desk"), ("b", "b"), ("x", "z"))
    ]
    made = batch(claiming("a", "a", claim()), cards=cards, deliveries=[delivery(), delivery("b", digest)])
    await store.judge(lookup(), made)
    found = await store.unanswered(after=NOW - DAY, until=NOW, severity=Severity.HIGH)
    assert {one.card.route: [shown.item_id for shown in one.alerts] for one in found} == {
        "b": ["i-c", "i-a"],
        "desk": ["i-a", "i-c"],
        "z": [],
    }
    judged = DigestMessage(why=DigestReason.QUIET_HOURS, alerts=others, desks={"s-a": Desk(judged_by="U1")})
    await store.enqueue([delivery("b", judged)])
    found = await store.unanswered(after=NOW - DAY, until=NOW, severity=Severity.HIGH)
    assert {one.card.route: len(one.alerts) for one in found} == {"b": 0, "desk": 1, "z": 0}


async def test_a_story_with_an_official_reaction_is_not_unanswered(store: Store) -> None:
    answer = claim("b", ClaimKind.REACTION, "denial")
    await store.judge(lookup(), batch(claiming("a", "a", claim()), cards=[card(told=TOLD)]))
    await store.judge(lookup("cnn"), batch(claiming("b", "a", answer)))
    assert await silent(store) == []


async def test_less_severe_stories_and_cards_from_before_claims_were_kept_are_left_out(store: Store) -> None:
    told = [card(told=TOLD, severity=Severity.MEDIUM), card(told=None, route="night")]
    await store.judge(lookup(), batch(claiming("a", "a", claim()), cards=told))
    assert await silent(store) == []


async def test_what_was_told_once_is_not_asked_for_again(store: Store) -> None:
    await store.judge(lookup(), batch(claiming("a", "a", claim()), cards=[card(told=TOLD), card(told=TOLD, route="b")]))
    said = UnansweredMessage(story_id="s-a", title="Title a", silent_for=26 * HOUR)
    await store.enqueue([delivery("u", said, key="unanswered:s-a:desk")])
    found = await store.unanswered(after=NOW - DAY, until=NOW, severity=Severity.HIGH)
    assert [one.card.route for one in found] == ["b"]
    assert (await taken(store)).delivery.message == said

"""Judging: what the context holds, what is written, and that it is all or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import (
    FEED_LIMIT,
    Action,
    Batch,
    CardMessage,
    Context,
    DigestMessage,
    FeedState,
    KnownItem,
    Observation,
    Profile,
    Reason,
    Severity,
    Story,
    Verdict,
)
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    alert,
    batch,
    card,
    context_of,
    delivery,
    digest,
    follow_up,
    history_of,
    item,
    lookup,
    match,
    matched,
    new,
    notice,
    revised,
    seen_again,
    taken,
    tried,
)


async def test_an_empty_store_gives_an_empty_context(store: Store) -> None:
    asked = lookup(
        guids=frozenset({"g"}), links=frozenset({"l"}), titles=frozenset({"t"}), story_keys=(frozenset({"k"}),)
    )
    assert await context_of(store, asked) == Context(state=FeedState(feed_id="bbc"))


async def test_the_batch_comes_back_and_its_feed_state_is_written(store: Store) -> None:
    build = batch(new("a"), state=FeedState(feed_id="bbc", etag="1", baselined_at=NOW))
    written = await store.judge(lookup(), build)
    assert written == build(Context(state=FeedState(feed_id="bbc")))
    assert await store.feed_state("bbc") == written.state
    assert (await context_of(store, lookup())).state == written.state


@pytest.mark.parametrize(
    "asked",
    [
        {"guids": frozenset({"guid-a", "other"})},
        {"links": frozenset({"https://example.org/a"})},
        {"titles": frozenset({"title a"})},
        {"texts": frozenset({"text-a"})},
    ],
    ids=["guid", "link", "title", "text"],
)
async def test_an_item_is_known_by(store: Store, asked: dict[str, frozenset[str]]) -> None:
    await store.judge(lookup(), batch(new("a"), new("b")))
    assert (await context_of(store, lookup(**asked))).known == (
        KnownItem(
            item_id="i-a",
            revision=1,
            feed_id="bbc",
            family="bbc",
            guid="guid-a",
            link="https://example.org/a",
            title="Title a",
            title_key="title a",
            text_key="text-a",
            content_hash="1:a",
            published=NOW - HOUR,
            first_seen_at=NOW,
            last_seen_at=NOW,
            url="https://example.org/a?ref=rss",
            text="Summary a",
            **{kind: values - {"other"} for kind, values in asked.items()},
        ),
    )


async def test_a_guid_counts_in_its_feed_a_title_in_its_family_a_link_everywhere(store: Store) -> None:
    await store.judge(lookup(), batch(new("a")))
    elsewhere = lookup("cnn", family="cnn")
    for asked, found in (
        (replace(elsewhere, guids=frozenset({"guid-a"})), False),
        (replace(elsewhere, titles=frozenset({"title a"})), False),
        (replace(elsewhere, links=frozenset({"https://example.org/a"})), True),
        (lookup("bbc-africa", titles=frozenset({"title a"})), True),
        (lookup("bbc-africa", guids=frozenset({"guid-a"})), False),
    ):
        assert bool((await context_of(store, asked)).known) is found, asked


async def test_a_revision_changes_the_item_and_keeps_when_and_where_it_was_first_seen(store: Store) -> None:
    await store.judge(lookup(), batch(new("a")))
    edited = item(
        "a", feed_id="bbc-africa", title="Other title", title_key="other title", content_hash="1:b", guid="guid-a#1",
        seen_at=NOW + HOUR, entry_digest="digest-a2", published=None,
    )  # fmt: skip
    await store.judge(lookup("bbc-africa", now=NOW + HOUR), batch(revised("a", 2, edited)))
    for asked in (
        lookup(guids=frozenset({"guid-a"})),
        lookup("bbc-africa", guids=frozenset({"guid-a#1"})),
        lookup(titles=frozenset({"title a"})),
        lookup(titles=frozenset({"other title"})),
    ):
        (known,) = (await context_of(store, asked)).known
        assert (known.item_id, known.revision, known.title, known.guid) == ("i-a", 2, "Other title", "guid-a#1")
        assert (known.feed_id, known.first_seen_at, known.published) == ("bbc", NOW, None)


async def test_an_item_seen_under_another_guid_link_or_title_is_known_by_it_from_then_on(store: Store) -> None:
    await store.judge(lookup(), batch(new("a")))
    variant = item("a", guid="guid-z", link="https://example.org/z", title_key="title z", entry_digest="digest-z")
    for _ in range(2):
        await store.judge(lookup(now=NOW + HOUR), batch(seen_again("a", variant)))
    for asked in ({"guids": {"guid-z"}}, {"links": {"https://example.org/z"}}, {"titles": {"title z"}}):
        (known,) = (await context_of(store, lookup(**{key: frozenset(value) for key, value in asked.items()}))).known
        assert (known.item_id, known.guid, known.revision) == ("i-a", "guid-a", 1)
    assert (await store.seen_before("bbc", {"digest-a", "digest-z"}, since=NOW)).seen == {"digest-a", "digest-z"}


async def test_an_item_may_be_new_revised_and_seen_in_one_document(store: Store) -> None:
    again = item("a", title="Title a, updated", content_hash="1:a2", entry_digest="digest-a2")
    third = item("a", guid="guid-third", entry_digest="digest-a3")
    await store.judge(lookup(), batch(new("a"), revised("a", 2, again), seen_again("a", third)))
    (known,) = (await context_of(store, lookup(guids=frozenset({"guid-third"})))).known
    assert (known.revision, known.title) == (2, "Title a, updated")
    history = await history_of(store, "i-a")
    assert [revision.title for revision in history.revisions] == ["Title a", "Title a, updated"]
    assert (await store.seen_before("bbc", {"digest-a", "digest-a2", "digest-a3"}, since=NOW)).seen == {
        "digest-a",
        "digest-a2",
        "digest-a3",
    }


async def test_guids_and_links_of_any_length_and_content_are_found_again(store: Store) -> None:
    """PostgreSQL takes no NUL, and no more than 2,704 bytes in an index; guids come from outside."""
    long, dirty = "https://example.org/" + "я" * 5000, "a\x00b\ud800'\""
    await store.judge(lookup(), batch(new("a", item=item("a", guid=dirty, link=long, title_key="w" * 9000))))
    for asked in ({"guids": {dirty}}, {"links": {long}}, {"titles": {"w" * 9000}}):
        found = await context_of(store, lookup(**{key: frozenset(value) for key, value in asked.items()}))
        assert [known.item_id for known in found.known] == ["i-a"]


async def test_a_link_that_many_share_gives_the_newest_items_only(store: Store) -> None:
    """Positional links (news_1.html) get a new article every day; judging must not slow down with them."""
    position = "https://example.org/news_1.html"
    for number in range(130):
        now = NOW + number * MINUTE
        shown = item(str(number), link=position, seen_at=now)
        await store.judge(lookup(now=now), batch(new(str(number), item=shown)))
    known = (await context_of(store, lookup(links=frozenset({position})))).known
    assert len(known) == 101
    assert known[-1].item_id == "i-129"


async def test_many_items_of_one_poll_that_share_a_title_are_all_known(store: Store) -> None:
    shown = [new(str(number), item=item(str(number), title_key="live")) for number in range(150)]
    await store.judge(lookup(), batch(*shown))
    assert len((await context_of(store, lookup(titles=frozenset({"live"})))).known) == 150


async def test_a_story_is_found_by_its_keys_with_members_and_cards(store: Store) -> None:
    first, second = matched("a", "x", {"homs", "200"}), matched("b", "x", {"homs", "idlib"}, fresh=False, at=NOW + HOUR)
    cards = [card("x", "a"), card("x", "a", route="night", severity=Severity.LOW)]
    await store.judge(lookup(), batch(first, deliveries=[delivery("a")], cards=cards))
    await store.judge(lookup(), batch(second))
    (story,) = (await context_of(store, lookup(story_keys=(frozenset({"idlib", "aleppo"}),)))).stories
    assert (story.story_id, story.started_at, story.updated_at) == ("s-x", NOW, NOW + HOUR)
    assert story.members == (first.member, second.member)
    assert story.cards == tuple(cards)
    assert (await context_of(store, lookup(story_keys=(frozenset({"aleppo"}),)))).stories == ()


async def test_stories_come_most_shared_keys_first_and_not_when_too_old(store: Store) -> None:
    one, two = matched("a", "one", {"homs"}), matched("b", "two", {"homs", "200", "idlib"})
    old = matched("c", "old", {"homs", "200", "idlib"}, at=NOW - 8 * DAY)
    await store.judge(lookup(), batch(one, two, old))
    asked = lookup(story_keys=(frozenset({"homs", "200", "idlib"}),))
    assert [story.story_id for story in (await context_of(store, asked)).stories] == ["s-two", "s-one"]


async def test_a_story_updated_lately_is_found_by_a_key_it_had_long_ago(store: Store) -> None:
    await store.judge(lookup(), batch(matched("a", "x", {"homs"}, at=NOW - 9 * DAY)))
    await store.judge(lookup(), batch(matched("b", "x", {"idlib"}, fresh=False)))
    stories = (await context_of(store, lookup(story_keys=(frozenset({"homs"}),)))).stories
    assert [story.story_id for story in stories] == ["s-x"]


async def test_a_known_item_brings_its_story_however_old(store: Store) -> None:
    await store.judge(lookup(), batch(matched("a", "x", at=NOW - 30 * DAY), new("b")))
    context = await context_of(store, lookup(guids=frozenset({"guid-a", "guid-b"})))
    assert context.story_of == {"i-a": "s-x"}
    assert [story.story_id for story in context.stories] == ["s-x"]


async def test_what_a_turn_keeps_of_a_story_is_what_would_be_read(store: Store) -> None:
    """The newest members in their order, more when they came at once, and its cards; stored members have no profile."""
    times = [NOW + number // 3 * SECOND for number in range(70)]
    joined = [matched(str(number), "x", {"homs"}, fresh=not number, at=at) for number, at in enumerate(times)]
    build = batch(*joined, deliveries=[delivery("a")], cards=[card("x", "a"), card("x", "a", route="night")])
    asked = lookup(story_keys=(frozenset({"homs"}),))
    kept: list[Story] = []

    def write(context: Context) -> Batch:
        written = build(context)
        return replace(
            written, stories=tuple(replace(one, members=tuple(reversed(one.members))) for one in written.stories)
        )

    def look(context: Context) -> Batch:
        kept.extend(context.stories)
        return batch()(context)

    await store.judge_in_turn([(lookup(), write), (asked, look)])
    (read,) = (await context_of(store, asked)).stories
    (story,) = kept
    assert len(story.members) >= 50
    assert replace(story, members=tuple(replace(one, profile=Profile()) for one in story.members)) == read


async def test_small_polls_are_judged_together_and_one_that_cannot_be_costs_the_others_nothing(store: Store) -> None:
    """Each poll is all or nothing; what its own judging raises comes out of it alone."""
    feeds = [f"feed-{number}" for number in range(12)]

    def raising(_: Context) -> Batch:
        raise ZeroDivisionError(3)

    builds = {feed: batch(new(feed), state=FeedState(feed_id=feed, etag=feed)) for feed in feeds}
    builds["feed-3"] = raising
    asked = [store.judge(lookup(feed, guids=frozenset({f"guid-{feed}"})), builds[feed]) for feed in feeds]
    ended = await asyncio.gather(*asked, return_exceptions=True)
    assert [feed for feed, one in zip(feeds, ended, strict=True) if isinstance(one, ZeroDivisionError)] == ["feed-3"]
    states = {state.feed_id: state.etag for state in await store.feed_states()}
    assert states == {feed: feed for feed in feeds if feed != "feed-3"}


async def test_polls_judged_together_know_of_those_before_them(store: Store) -> None:
    asked = lookup(guids=frozenset({"guid-a"}))
    known: list[list[str]] = []

    def look(context: Context) -> Batch:
        known.append([one.item_id for one in context.known])
        return batch()(context)

    await asyncio.gather(store.judge(asked, batch(new("a"))), store.judge(asked, look), store.judge(asked, look))
    assert known == [["i-a"], ["i-a"]]


async def test_a_story_shows_its_newest_members(store: Store) -> None:
    joined = [matched(str(number), "x", fresh=not number, at=NOW + number * SECOND) for number in range(70)]
    await store.judge(lookup(), batch(*joined))
    (story,) = (await context_of(store, lookup(story_keys=(frozenset({"homs"}),)))).stories
    assert [member.item_id for member in story.members] == [f"i-{number}" for number in range(20, 70)]


async def test_a_word_too_long_for_an_index_is_a_key_like_others(store: Store) -> None:
    word = "ж" * 4000
    await store.judge(lookup(), batch(matched("a", "x", {word})))
    assert (await context_of(store, lookup(story_keys=(frozenset({word}),)))).stories


async def test_a_revision_in_its_own_story_keeps_why_it_joined(store: Store) -> None:
    first = matched("a", "x", {"homs"})
    await store.judge(lookup(), batch(first))
    assert first.link is not None
    assert first.member is not None
    again = revised(
        "a",
        2,
        item("a", title="Other", content_hash="1:a2"),
        matches=(match(),),
        link=replace(first.link, new=False, own=True, reason="an earlier revision is in this story", score=1.0),
        member=replace(first.member, title="Other", keys=frozenset({"idlib"})),
        verdict=Verdict(Action.DUPLICATE, Reason.REVISION),
    )
    await store.judge(lookup(), batch(again))
    history = await history_of(store, "i-a")
    assert history.story_reason == "first of its kind"
    assert history.story is not None
    assert history.story.members == (again.member,)


async def test_cards_gather_rules_and_the_highest_severity(store: Store) -> None:
    await store.judge(lookup(), batch(matched("a", "x"), deliveries=[delivery("a")], cards=[card("x", "a")]))
    more = card("x", "a", rules=frozenset({"strikes"}), severity=Severity.CRITICAL)
    await store.judge(lookup(), batch(cards=[more]))
    less = card("x", "a", rules=frozenset(), severity=Severity.LOW)
    await store.judge(lookup(), batch(cards=[less]))
    (story,) = (await context_of(store, lookup(story_keys=(frozenset({"homs"}),)))).stories
    assert story.cards == (replace(more, rules=frozenset({"cluster-munitions", "strikes"})),)


async def test_a_rule_once_told_for_sure_stays_sure(store: Store) -> None:
    rules = frozenset({"cluster-munitions", "strikes"})
    first = card("x", "a", rules=rules, unsure=rules)
    await store.judge(lookup(), batch(matched("a", "x"), deliveries=[delivery("a")], cards=[first]))
    (story,) = (await context_of(store, lookup(story_keys=(frozenset({"homs"}),)))).stories
    assert story.cards[0].unsure == rules
    await store.judge(lookup(), batch(cards=[replace(first, unsure=frozenset({"strikes"}))]))
    await store.judge(lookup(), batch(cards=[first]))
    (story,) = (await context_of(store, lookup(story_keys=(frozenset({"homs"}),)))).stories
    assert story.cards[0].unsure == {"strikes"}


async def test_cards_of_the_last_hour_are_counted_by_route(store: Store) -> None:
    await store.judge(
        lookup(),
        batch(
            deliveries=[
                delivery("a", created_at=NOW - HOUR),
                delivery("b", created_at=NOW - HOUR + SECOND),
                delivery("c", created_at=NOW),
                delivery("d", created_at=NOW + SECOND),
                delivery("e", route="night"),
                follow_up("f", "c"),
                digest("g", alert()),
                notice("h"),
            ]
        ),
    )
    assert (await context_of(store, lookup())).cards_last_hour == {"desk": 2, "night": 1}


async def test_a_delivery_whose_key_is_there_is_left_alone(store: Store) -> None:
    await store.judge(lookup(), batch(deliveries=[delivery("a")]))
    changed = delivery("a", CardMessage(alert=alert(title="Changed")), severity=Severity.LOW, channel="C9")
    await store.judge(lookup(), batch(deliveries=[changed]))
    assert (await taken(store)).delivery == delivery("a")
    assert await store.due_channels(NOW) == []


async def test_an_open_digest_is_shown_and_grows(store: Store) -> None:
    small = digest("a", alert("i-1"), not_before=NOW + HOUR)
    await store.judge(lookup(), batch(deliveries=[small, delivery("b")]))
    assert (await context_of(store, lookup())).digests == (small,)
    assert isinstance(small.message, DigestMessage)
    grown = replace(
        small,
        message=replace(small.message, alerts=(alert("i-1"), alert("i-2"))),
        severity=Severity.CRITICAL,
        not_before=NOW,
    )
    await store.judge(lookup(), batch(deliveries=[grown]))
    assert (await context_of(store, lookup())).digests == (grown,)
    assert (await taken(store)).delivery == grown


async def test_a_digest_that_was_tried_is_closed_and_cannot_grow(store: Store) -> None:
    sent = digest("a", alert("i-1"))
    await store.judge(lookup(), batch(deliveries=[sent]))
    assert await store.take_delivery("C1", owner="me", now=NOW, lease=MINUTE)
    assert (await context_of(store, lookup())).digests == ()
    assert isinstance(sent.message, DigestMessage)
    grown = replace(sent, message=replace(sent.message, alerts=(alert("i-1"), alert("i-2"))))
    await store.judge(lookup(), batch(deliveries=[grown]))
    await store.recover(NOW + HOUR)
    assert (await taken(store, owner="you", now=NOW + HOUR)).delivery.message == sent.message


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=()) | st.sampled_from("\x00\ud800\udfff"), max_size=30))
async def test_a_message_with_any_text_is_stored_and_read_back(migrated_url: str, text: str) -> None:
    store = Store.open(migrated_url)
    told = CardMessage(alert=alert(title=text, summary=text, url=text))
    name = text.encode("utf-8", "surrogatepass").hex()
    await store.enqueue([delivery(name, told, channel=name)])
    claim = await store.take_delivery(name, owner="me", now=NOW, lease=MINUTE)
    await store.close()
    assert claim is not None
    assert isinstance(claim.delivery.message, CardMessage)
    assert claim.delivery.message.alert.matches == told.alert.matches
    try:
        text.encode()
    except UnicodeEncodeError:
        claim.delivery.message.alert.title.encode()
    else:
        assert claim.delivery.message == told


async def test_what_a_feed_had_told_alone_in_the_last_hour_is_counted_up_to_the_limit(store: Store) -> None:
    def told(name: str, seen_at: datetime, reason: Reason = Reason.NEW_STORY, feed_id: str = "bbc") -> Observation:
        verdict = Verdict(Action.ALERT, reason, "told")
        return new(name, item=item(name, seen_at=seen_at, feed_id=feed_id), verdict=verdict)

    asked = lookup(story_keys=(frozenset({"homs"}),))
    await store.judge(lookup(now=NOW - 2 * HOUR), batch(told("old", NOW - 2 * HOUR)))
    some = [told("a", NOW), told("b", NOW, Reason.FLOOD_DIGEST), told("c", NOW, Reason.TOLL), new("d")]
    await store.judge(lookup(), batch(*some))
    await store.judge(lookup("other"), batch(told("e", NOW, feed_id="other")))
    assert (await context_of(store, asked)).told_of_feed == 2
    await store.judge(lookup(), batch(*(told(f"m{number}", NOW) for number in range(FEED_LIMIT))))
    assert (await context_of(store, asked)).told_of_feed == FEED_LIMIT


async def test_of_a_feed_whose_cards_wait_the_first_go_before_those_of_other_feeds(store: Store) -> None:
    """However many polls brought them: a feed that brings one at each poll lets others through too."""
    asked = {"story_keys": (frozenset({"homs"}),)}
    for number in range(5):
        told = [delivery(f"flood{number}", created_at=NOW + number * SECOND)]
        await store.judge(lookup(**asked), batch(matched(f"flood{number}", f"flood{number}"), deliveries=told))
    one = matched("honest", "honest")
    herald = batch(
        replace(one, item=replace(one.item, feed_id="herald")),
        deliveries=[delivery("honest", created_at=NOW + HOUR)],
        state=FeedState(feed_id="herald"),
    )
    await store.judge(lookup("herald", **asked), herald)
    order = [await tried(store, now=NOW + 2 * HOUR + number * MINUTE) for number in range(6)]
    assert order == ["d-flood0", "d-flood1", "d-flood2", "d-honest", "d-flood3", "d-flood4"]

"""Feeds: what is due, what is known, what was seen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from monitor.errors import StoreError
from monitor.model import (
    DeliveryState,
    FailureClass,
    FeedKeys,
    FeedRhythm,
    FeedState,
    FeedWishes,
    KeyUse,
    PollReason,
)
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import DAY, HOUR, MINUTE, batch, history_of, item, lookup, new, notice, outbox_counts

FULL = FeedState(
    feed_id="bbc",
    url="https://example.org/moved",
    etag='W/"1"',
    last_modified="Tue, 24 Nov 2026 09:00:00 GMT",
    body_hash="1:abc",
    next_poll_at=NOW + MINUTE,
    polled_at=NOW,
    succeeded_at=NOW - HOUR,
    baselined_at=NOW - DAY,
    failures=3,
    failing_since=NOW - HOUR,
    failure=FailureClass.TIMEOUT,
    reason="no answer within 30 s",
    failure_told=True,
    keys=FeedKeys(guid=KeyUse(seen=40, changed=3), link=KeyUse(seen=41, reused=30)),
)


async def test_a_feed_never_polled_has_an_empty_state(store: Store) -> None:
    assert await store.feed_state("bbc") == FeedState(feed_id="bbc")


async def test_a_state_comes_back_as_it_was_saved(store: Store) -> None:
    await store.save_feed(FULL)
    assert await store.feed_state("bbc") == FULL
    assert list(await store.feed_states()) == [FULL]
    standing = replace(FULL, etag=None, last_modified=None, body_hash=None, keys=FeedKeys())
    assert list(await store.feed_standings()) == [standing], "what only polls need is not read"


async def test_saving_replaces_every_field(store: Store) -> None:
    await store.save_feed(FULL)
    await store.save_feed(FeedState(feed_id="bbc"))
    assert await store.feed_state("bbc") == FeedState(feed_id="bbc")


CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "times": {"polled_at": NOW + MINUTE, "succeeded_at": NOW + MINUTE, "next_poll_at": NOW + HOUR},
    "it works again": {"failures": 0, "failing_since": None, "failure": None, "reason": None, "failure_told": False},
    "what a document says": {"etag": '"2"', "keys": FeedKeys(), "rhythm": FeedRhythm(why=PollReason.STORY)},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
async def test_of_a_known_state_what_changed_is_written(store: Store, changes: dict[str, Any]) -> None:
    others = [replace(FULL, feed_id=name) for name in ("a", "z")]
    await asyncio.gather(*map(store.save_feed, [FULL, *others]))
    after = replace(FULL, **changes)
    moved_on = replace(others[0], polled_at=NOW + HOUR, doubt="it says it is in UTF-8")

    await asyncio.gather(store.save_feed(after, before=FULL), store.save_feed(moved_on, before=others[0]))

    assert list(await store.feed_states()) == [moved_on, after, others[1]]
    assert await store.take_due(["bbc"], now=after.next_poll_at or NOW, lease=MINUTE, limit=1) == ["bbc"]


async def test_what_changed_meanwhile_stays_where_a_poll_says_nothing_of_it(store: Store) -> None:
    await store.save_feed(FULL)
    await store.poll_anew(["bbc"], ["bbc"], NOW)

    await store.save_feed(replace(FULL, polled_at=NOW + MINUTE, next_poll_at=NOW + HOUR), before=FULL)

    known = await store.feed_state("bbc")
    assert (known.url, known.etag, known.polled_at) == (None, None, NOW + MINUTE)


async def test_the_first_poll_of_a_feed_is_written_though_a_state_was_known_before(store: Store) -> None:
    await store.save_feed(FULL, before=FeedState(feed_id="bbc"))
    assert await store.feed_state("bbc") == FULL


async def test_times_of_any_zone_come_back_in_utc(store: Store) -> None:
    kyiv = timezone(timedelta(hours=2))
    await store.save_feed(FeedState(feed_id="bbc", polled_at=NOW.astimezone(kyiv)))
    polled_at = (await store.feed_state("bbc")).polled_at
    assert polled_at == NOW
    assert polled_at.tzinfo is UTC


async def test_a_time_without_zone_is_refused_and_harms_no_other_feed(store: Store) -> None:
    naive = FeedState(feed_id="bad", polled_at=datetime(2026, 11, 24, 9, 12))  # noqa: DTZ001 - the point of it
    good = [FeedState(feed_id=f"good{number}", polled_at=NOW) for number in range(5)]
    results = await asyncio.gather(*map(store.save_feed, [*good, naive]), return_exceptions=True)
    assert results[:5] == [None] * 5
    assert isinstance(results[5], StoreError)
    assert list(await store.feed_states()) == good


async def test_many_feeds_saved_and_read_at_once_keep_apart(store: Store) -> None:
    states = [FeedState(feed_id=f"feed-{number:04}", failures=number) for number in range(600)]
    await asyncio.gather(*map(store.save_feed, states))
    assert await asyncio.gather(*(store.feed_state(state.feed_id) for state in states)) == states


async def test_saving_enqueues_the_notices_of_a_poll(store: Store) -> None:
    await store.save_feed(FeedState(feed_id="bbc"), [notice("one")])
    await store.save_feed(FeedState(feed_id="bbc"), [notice("one"), notice("two")])
    assert (await outbox_counts(store))[DeliveryState.PENDING] == 2


async def test_due_feeds_come_never_polled_first_then_longest_waiting(store: Store) -> None:
    await store.save_feed(FeedState(feed_id="late", next_poll_at=NOW - MINUTE))
    await store.save_feed(FeedState(feed_id="later", next_poll_at=NOW - HOUR))
    await store.save_feed(FeedState(feed_id="now", next_poll_at=NOW))
    await store.save_feed(FeedState(feed_id="future", next_poll_at=NOW + MINUTE))
    await store.save_feed(FeedState(feed_id="gone", next_poll_at=NOW - DAY))
    asked = {"late", "later", "now", "future", "fresh"}
    assert await store.take_due(asked, now=NOW, lease=MINUTE, limit=3) == ["fresh", "later", "late"]
    assert await store.take_due(asked, now=NOW, lease=MINUTE, limit=3) == ["now"]
    assert await store.take_due(asked, now=NOW, lease=MINUTE, limit=3) == []


async def test_a_taken_feed_is_due_again_when_its_lease_ends_or_it_was_saved(store: Store) -> None:
    assert await store.take_due({"bbc"}, now=NOW, lease=MINUTE, limit=9) == ["bbc"]
    assert await store.take_due({"bbc"}, now=NOW + MINUTE / 2, lease=MINUTE, limit=9) == []
    assert await store.take_due({"bbc"}, now=NOW + MINUTE, lease=MINUTE, limit=9) == ["bbc"]
    await store.save_feed(FeedState(feed_id="bbc", next_poll_at=NOW))
    assert await store.take_due({"bbc"}, now=NOW + MINUTE, lease=MINUTE, limit=9) == ["bbc"]


async def test_a_feed_of_a_database_that_took_the_place_of_another_is_due_within_a_minute(store: Store) -> None:
    assert await store.take_due({"bbc"}, now=NOW, lease=DAY, limit=9) == ["bbc"]
    assert await store.take_due({"bbc"}, now=NOW, lease=DAY, limit=9) == []
    await store._database.write(lambda c: c.execute(text("DELETE FROM feeds")))
    assert await store.take_due({"bbc"}, now=NOW + MINUTE, lease=DAY, limit=9) == ["bbc"]


async def test_two_stores_never_take_one_feed(migrated_url: str) -> None:
    stores = [Store.open(migrated_url) for _ in range(3)]
    asked = {f"feed-{number}" for number in range(90)}
    for turn in range(3):
        now = NOW + turn * HOUR
        taken = await asyncio.gather(
            *(one.take_due(asked, now=now, lease=MINUTE, limit=30) for one in stores for _ in range(3))
        )
        flat = [feed_id for some in taken for feed_id in some]
        assert len(flat) == len(set(flat))
        rest = await stores[0].take_due(asked, now=now, lease=MINUTE, limit=90)
        assert {*flat, *rest} == asked
    await asyncio.gather(*(one.close() for one in stores))


async def test_a_feed_that_another_process_began_in_the_meantime_is_taken_once(migrated_url: str) -> None:
    ours, other = Store.open(migrated_url), Store.open(migrated_url)
    asked = {"a", "b", "c"}
    assert await ours.take_due(asked, now=NOW, lease=MINUTE, limit=1) == ["a"]
    assert await other.take_due({"b", "c"}, now=NOW, lease=MINUTE / 4, limit=1) == ["b"]
    assert await ours.take_due(asked, now=NOW + MINUTE / 2, lease=MINUTE, limit=9) == ["b", "c"]
    await asyncio.gather(ours.close(), other.close())


async def test_seen_knows_what_this_feed_has_shown_and_no_other(store: Store) -> None:
    await store.judge(lookup(), batch(new("a"), new("b")))
    assert (await store.seen_before("bbc", {"digest-a", "digest-b", "digest-c"}, since=NOW)).seen == {
        "digest-a",
        "digest-b",
    }
    assert (await store.seen_before("cnn", {"digest-a"}, since=NOW)).seen == frozenset()
    assert (await store.seen_before("bbc", set(), since=NOW)).seen == frozenset()


async def test_seen_takes_thousands_of_digests(store: Store) -> None:
    await store.judge(lookup(), batch(*(new(str(number)) for number in range(300))))
    asked = {f"digest-{number}" for number in range(40_000)}
    assert len((await store.seen_before("bbc", asked, since=NOW)).seen) == 300


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("a\x00b", "ab"),
        ("\x00", ""),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "\U0001f600"),
        ("'\"; DROP TABLE feeds; --\\", "'\"; DROP TABLE feeds; --\\"),
        ("\u202eкасети\U0001f600 قنبلة", "\u202eкасети\U0001f600 قنبلة"),
    ],
    ids=["NUL", "only NUL", "half a surrogate pair", "a surrogate pair", "SQL", "scripts"],
)
async def test_text_a_database_refuses_is_cleaned_and_other_text_kept(store: Store, said: str, stored: str) -> None:
    await store.save_feed(FeedState(feed_id="bbc", etag=said, reason=said))
    state = await store.feed_state("bbc")
    assert (state.etag, state.reason) == (stored, stored)
    await store.judge(lookup(), batch(new("a", item=item("a", title=said, entry_digest=said))))
    history = await history_of(store, "i-a")
    assert history.revisions[0].title == stored
    if stored:
        assert (await store.seen_before("bbc", {said}, since=NOW)).seen == {stored}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.text(st.characters(exclude_categories=()), max_size=40))
async def test_whatever_a_server_says_can_be_stored(store: Store, said: str) -> None:
    """Headers and reasons arrive with NUL and half surrogates, which PostgreSQL and UTF-8 refuse."""
    await store.save_feed(FeedState(feed_id="bbc", etag=said))
    stored = (await store.feed_state("bbc")).etag
    assert stored is not None
    assert "\x00" not in stored
    if said.isprintable():
        assert stored == said


async def test_rhythms_are_read_of_the_feeds_that_were_polled(store: Store) -> None:
    rhythm = FeedRhythm(
        since=NOW - DAY,
        counted_at=NOW,
        hours=tuple(hour + 0.125 for hour in range(24)),
        days=(1.0,) * 7,
        recent=0.5,
        wishes=FeedWishes(ttl=MINUTE, skip_hours=(1, 2), skip_days=(6,)),
        not_before=NOW + MINUTE,
        why=PollReason.RHYTHM,
    )
    await store.save_feed(FeedState(feed_id="known", rhythm=rhythm))
    await store.save_feed(FeedState(feed_id="other"))
    assert await store.rhythms(["known", "never polled"]) == {"known": rhythm}
    assert await store.rhythms([]) == {}


async def test_a_feed_is_polled_sooner_but_never_later_nor_while_it_is_polled(store: Store) -> None:
    await store.save_feed(FeedState(feed_id="late", polled_at=NOW, next_poll_at=NOW + HOUR))
    await store.save_feed(FeedState(feed_id="soon", polled_at=NOW, next_poll_at=NOW + MINUTE))
    await store.save_feed(FeedState(feed_id="under way", polled_at=NOW - HOUR, next_poll_at=NOW))
    await store.take_due(["under way"], now=NOW, lease=HOUR, limit=1)
    waits = dict.fromkeys(["late", "soon", "under way", "nobody"], NOW + 2 * MINUTE)
    await store.poll_sooner(waits, NOW)
    nexts = {state.feed_id: state.next_poll_at for state in await store.feed_states()}
    assert nexts == {"late": NOW + 2 * MINUTE, "soon": NOW + MINUTE, "under way": NOW + HOUR}


async def test_a_feed_is_made_due_at_once_unless_it_is_being_polled(store: Store) -> None:
    for name, waits in (("waits", HOUR), ("soon", -MINUTE), ("under way", timedelta(0))):
        await store.save_feed(FeedState(feed_id=name, polled_at=NOW - HOUR, next_poll_at=NOW + waits))
    assert await store.take_due(["under way"], now=NOW, lease=HOUR, limit=1) == ["under way"]
    for name in ("waits", "soon", "under way", "nobody"):
        await store.poll_by(name, NOW)
    nexts = {state.feed_id: state.next_poll_at for state in await store.feed_states()}
    assert nexts == {"waits": NOW, "soon": NOW - MINUTE, "under way": NOW + HOUR}

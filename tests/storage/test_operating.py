"""Operating: vital signs, the history of an item, retention, backup."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.model import Action, Beat, DeliveryState, FeedState, Reason, Verdict
from monitor.wording.history import history_text
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    as_kept,
    batch,
    card,
    context_of,
    delivery,
    follow_up,
    history_of,
    item,
    lookup,
    match,
    matched,
    new,
    revised,
    settlement,
    taken,
    tried,
    written_by_hand,
)


async def test_vital_signs_of_a_new_store_are_empty(store: Store) -> None:
    signs = await store.vital_signs(NOW)
    assert (signs.heartbeats, signs.polls.total, signs.polls.failing) == ({}, 0, 0)
    assert (signs.polls.succeeded_at, signs.oldest_due_at, signs.stuck, signs.channel_problems) == (None, None, 0, {})
    assert set(signs.outbox.values()) == {0}


async def test_vital_signs_tell_beats_feeds_and_the_outbox(store: Store) -> None:
    await store.heartbeat("poller", Beat(at=NOW - HOUR))
    await store.heartbeat("poller", Beat(at=NOW))
    await store.heartbeat("outbox", Beat(at=NOW - MINUTE))
    await store.save_feed(FeedState(feed_id="good", succeeded_at=NOW - HOUR))
    await store.save_feed(FeedState(feed_id="bad", succeeded_at=NOW - DAY, failures=2))
    await store.save_feed(FeedState(feed_id="removed", succeeded_at=NOW, failures=9))
    await store.enqueue([delivery("a", not_before=NOW - MINUTE), delivery("b"), delivery("c", not_before=NOW + HOUR)])
    signs = await store.vital_signs(NOW)
    assert signs.heartbeats == {"poller": NOW, "outbox": NOW - MINUTE}
    assert (signs.polls.total, signs.polls.failing, signs.polls.succeeded_at) == (3, 2, NOW)
    assert (signs.outbox[DeliveryState.PENDING], signs.oldest_due_at) == (3, NOW - MINUTE)
    signs = await store.vital_signs(NOW, {"good", "bad", "new"})
    assert (signs.polls.total, signs.polls.failing, signs.polls.succeeded_at) == (2, 1, NOW - HOUR)


async def test_the_history_of_an_item_has_every_stage(store: Store) -> None:
    first = matched("a", "x")
    await store.judge(lookup(), batch(first, deliveries=[delivery("a")], cards=[card("x", "a")]))
    assert first.link is not None
    edited = item("a", title="Edited", content_hash="1:a2", entry_digest="digest-a2", seen_at=NOW + HOUR)
    told = Verdict(Action.UPDATE, Reason.NEW_RULE, "also strikes", "s-x")
    second = revised(
        "a", 2, edited, matches=(match(), match("strikes", evidence=())), link=first.link, member=first.member,
        verdict=told,
    )  # fmt: skip
    await store.judge(lookup(now=NOW + HOUR), batch(second, deliveries=[follow_up("a2", "a")]))
    await store.settle(await taken(store), settlement(DeliveryState.SENT), owner="me", now=NOW + SECOND)
    history = await history_of(store, "i-a")
    assert (history.item_id, history.title, history.first_seen_at) == ("i-a", "Edited", NOW)
    one, two = history.revisions
    assert (one.title, one.body, one.reason, one.decided_at) == ("Title a", "Body a", "never seen", NOW)
    assert (one.matches, one.verdict) == (first.matches, as_kept(first.verdict))
    assert (two.title, two.reason, two.decided_at) == ("Edited", "same guid, other title", NOW + HOUR)
    assert (two.matches, two.verdict) == (second.matches, as_kept(told))
    assert history.story is not None
    assert (history.story.story_id, history.story.cards) == ("s-x", (card("x", "a"),))
    assert [sent.delivery_id for sent in history.deliveries] == ["d-a"]
    (sent,) = history.deliveries
    assert (sent.state, sent.ts, sent.sent_at, sent.message) == (
        DeliveryState.SENT, "1764000000.000100", NOW + SECOND, delivery("a").message,
    )  # fmt: skip
    (attempt,) = sent.attempts
    assert (attempt.attempt, attempt.look_up, attempt.owner, attempt.result) == (1, False, "me", DeliveryState.SENT)
    assert (attempt.started_at, attempt.ended_at) == (NOW, NOW + SECOND)


async def test_the_history_shows_an_attempt_whose_process_died(store: Store) -> None:
    await store.judge(lookup(), batch(matched("a", "x"), deliveries=[delivery("a")]))
    await store.take_delivery("C1", owner="me", now=NOW, lease=MINUTE)
    await store.recover(NOW + HOUR)
    history = await history_of(store, "i-a")
    (attempt,) = history.deliveries[0].attempts
    assert (attempt.result, attempt.ended_at) == (DeliveryState.UNKNOWN, None)


async def test_an_item_without_matches_has_a_history_too(store: Store) -> None:
    await store.judge(lookup(), batch(new("a")))
    history = await history_of(store, "i-a")
    assert (history.story, history.deliveries, history.revisions[0].matches) == (None, (), ())
    assert await store.history("i-b") is None


async def test_an_item_is_found_by_id_url_and_link_the_newest_first(store: Store) -> None:
    await store.judge(lookup(), batch(new("a")))
    moved = item("b", link="https://example.org/a", url="https://example.org/b")
    await store.judge(lookup(now=NOW + HOUR), batch(new("b", item=moved)))
    assert await store.item_id_of("i-a") == "i-a"
    assert await store.item_id_of("https://example.org/a?ref=rss") == "i-a"
    assert await store.item_id_of(" https://example.org/a ") == "i-b"
    assert await store.item_id_of("https://example.org/nowhere") is None


# -- retention


async def test_pruning_drops_old_words_and_keeps_what_prevents_a_second_alert(store: Store) -> None:
    old, young = NOW - 200 * DAY, NOW
    told = delivery("a", created_at=old, not_before=old)
    await store.judge(lookup(now=old), batch(matched("a", "x", at=old), deliveries=[told], cards=[card("x", "a")]))
    await store.judge(lookup(now=young), batch(matched("b", "y", {"idlib"}, at=young), deliveries=[delivery("b")]))
    await tried(store, now=old)

    report = await store.prune(NOW - 90 * DAY, now=NOW)
    assert report.total == 1 + 1 + 1 + 1 + 1 + 2, report
    assert (await store.prune(NOW - 90 * DAY, now=NOW)).total == 0

    history = await history_of(store, "i-a")
    (revision,) = history.revisions
    assert (revision.title, revision.summary, revision.body) == ("Title a", "", "")
    assert revision.matches == (match(evidence=()),)
    assert revision.verdict == as_kept(matched("a", "x").verdict)
    assert (history.deliveries[0].message, history.deliveries[0].attempts) == (None, ())
    assert history.deliveries[0].ts == "1764000000.000100", "replies still find the thread"
    assert history.story is not None
    assert history.story.cards == (card("x", "a"),)

    assert (await store.seen_before("bbc", {"digest-a"}, since=NOW)).seen == {"digest-a"}
    for asked in ({"guids": {"guid-a"}}, {"links": {"https://example.org/a"}}, {"titles": {"title a"}}):
        shown = await context_of(store, lookup(**{key: frozenset(value) for key, value in asked.items()}))
        assert [known.item_id for known in shown.known] == ["i-a"]
        assert shown.story_of == {"i-a": "s-x"}
        assert shown.stories[0].cards == (card("x", "a"),)
    assert await store.enqueue([told]) == 0, "its key is kept"

    kept = await history_of(store, "i-b")
    assert kept.revisions[0].body == "Body b"
    assert kept.revisions[0].matches == (match(),)
    assert kept.deliveries[0].message == delivery("b").message


async def test_pruning_keeps_stories_findable_while_reports_may_still_join_them(store: Store) -> None:
    """Whatever the age from which texts go: a week, and two days to spare."""
    for name, quiet in (("new", 6 * DAY), ("late", 9 * DAY - SECOND), ("old", 9 * DAY + SECOND)):
        seen_at = NOW - quiet
        await store.judge(lookup(now=seen_at), batch(matched(name, name, {"homs"}, at=seen_at)))
    for before in (NOW - 90 * DAY, NOW):
        await store.prune(before, now=NOW)
        found = await context_of(store, lookup(story_keys=(frozenset({"homs"}),), stories_since=NOW - 365 * DAY))
        texts = {story.story_id: story.members[0].summary for story in found.stories}
        assert texts == {"s-new": "Summary new", "s-late": "Summary late"}
    shown = await context_of(store, lookup(guids=frozenset({"guid-old"})))
    assert [story.story_id for story in shown.stories] == ["s-old"], "a revision still finds the story"
    assert shown.stories[0].members[0].summary == ""
    assert (await store.seen_before("bbc", {"digest-old"}, since=NOW)).seen == {"digest-old"}


async def test_pruning_keeps_unsent_messages_whole(store: Store) -> None:
    old = NOW - 100 * DAY
    stuck = delivery("a", created_at=old, not_before=old)
    await store.judge(lookup(now=old), batch(matched("a", "x", at=old), deliveries=[stuck]))
    await store.prune(NOW - 90 * DAY, now=NOW)
    assert (await taken(store)).delivery == stuck


async def test_pruning_goes_on_until_all_is_done(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.retention._PRUNED_AT_A_TIME", 7)
    old = NOW - 100 * DAY
    await store.judge(lookup(now=old), batch(*(new(str(n), item=item(str(n), seen_at=old)) for n in range(50))))
    assert (await store.prune(NOW, now=NOW)).revisions == 50


# -- backup


async def test_a_backup_taken_while_others_write_is_whole_and_consistent(sqlite_url: str, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    store = Store.open(sqlite_url)
    await store.judge(lookup(), batch(*(new(str(number)) for number in range(500))))
    done = asyncio.Event()
    written = 500

    async def write() -> None:
        nonlocal written
        while not done.is_set():
            await store.judge(lookup(), batch(new(str(written))))
            written += 1

    writer = asyncio.create_task(write())
    await store.backup(target)
    done.set()
    await writer
    copy = sqlite3.connect(target)
    assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
    counting = "SELECT count(*) FROM items UNION SELECT count(*) FROM entries UNION SELECT count(*) FROM verdicts"
    counts = {count for (count,) in copy.execute(counting)}
    copy.close()
    assert len(counts) == 1, "a judgement is in the copy whole or not at all"
    assert 500 <= counts.pop() <= written
    opened = Store.open(f"sqlite:///{target}")
    await opened.upgrade()
    assert (await opened.seen_before("bbc", {"digest-7"}, since=NOW)).seen == {"digest-7"}
    await asyncio.gather(store.close(), opened.close())
    assert [name for name in os.listdir(tmp_path) if name.startswith(".")] == []  # noqa: PTH208 - blocks as little


async def test_a_backup_never_overwrites(sqlite_url: str, tmp_path: Path) -> None:
    target = tmp_path / "mine.db"
    target.write_text("precious")
    store = Store.open(sqlite_url)
    with pytest.raises(StoreError, match="never overwrites"):
        await store.backup(target)
    assert target.read_text() == "precious"
    with pytest.raises(StoreError, match="cannot write the backup"):
        await store.backup(tmp_path / "no" / "such" / "folder.db")
    await store.close()


async def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    broken, target = tmp_path / "broken.db", tmp_path / "backup.db"
    broken.write_text("This is a letter, not a database. " * 100)
    store = Store.open(f"sqlite:///{broken}")
    with pytest.raises(StoreError, match="not a database"):
        await store.backup(target)
    await store.close()
    assert os.listdir(tmp_path) == ["broken.db"]  # noqa: PTH208 - blocks as little


async def test_a_backup_of_what_is_no_sqlite_file_says_what_to_do(tmp_path: Path) -> None:
    for url, said in (
        ("postgresql+psycopg://127.0.0.1:9/wirewatch", "pg_dump"),
        ("sqlite://", "in memory"),
        (f"sqlite:///{tmp_path / 'nothing.db'}", "there is no database"),
    ):
        store = Store.open(url)
        with pytest.raises(StoreError, match=said):
            await store.backup(tmp_path / "backup.db")
        await store.close()
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - blocks as little


async def test_a_history_that_was_pruned_by_hand_still_opens(migrated_url: str) -> None:
    store = Store.open(migrated_url)
    await store.judge(lookup(), batch(replace(matched("a", "x"), matches=())))
    written_by_hand(migrated_url, "DELETE FROM verdicts")
    assert (await history_of(store, "i-a")).revisions[0].verdict is None
    await store.close()


async def test_a_reason_of_another_version_is_shown_as_it_was_written(migrated_url: str) -> None:
    store = Store.open(migrated_url)
    await store.judge(lookup(), batch(matched("a", "x")))
    written_by_hand(migrated_url, "UPDATE verdicts SET reason = 'weather'")
    history = await store.history("i-a")
    (found,) = await store.find(["title a"], limit=1)
    await store.close()
    assert history is not None
    assert "verdict alert (weather): first report" in history_text(history)
    assert found.verdict == history.revisions[0].verdict

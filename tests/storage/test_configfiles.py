"""Configuration files: what is remembered of them, and feeds whose entry changed."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import ConfigFile, DeliveryState, FeedKeys, FeedState, KeyUse
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import DAY, MINUTE, notice, outbox_counts

FLOODS = ConfigFile(
    name="rules/floods.yaml",
    content="\ufeff# водá, ماء, 🌊\r\nformat: 1\n",
    good_since=NOW,
    wrong="rules/floods.yaml:3:1: error: x",
    told_at=NOW + MINUTE,
)
FEEDS = ConfigFile(name="feeds.yaml")


async def test_files_come_back_as_they_were_saved_and_those_that_are_gone_do_not(store: Store) -> None:
    await store.save_config_files([FLOODS, FEEDS], (), ())
    assert list(await store.config_files()) == [FEEDS, FLOODS]
    mended = replace(FLOODS, wrong="", told_at=NOW + DAY)
    await store.save_config_files([mended], [FEEDS.name], ())
    assert list(await store.config_files()) == [mended]


async def test_what_ops_is_told_is_written_with_the_files(store: Store) -> None:
    for _ in range(2):
        await store.save_config_files([FLOODS], (), [notice("files-wrong")])
    assert (await outbox_counts(store))[DeliveryState.PENDING] == 1


async def test_changed_feeds_are_due_and_moved_ones_forget_what_the_old_address_said(store: Store) -> None:
    for feed_id in ("bbc", "dw", "afp"):
        state = FeedState(feed_id=feed_id, url="https://old.example", etag='"1"', body_hash="1:a", baselined_at=NOW)
        await store.save_feed(replace(state, next_poll_at=NOW + DAY, keys=FeedKeys(guid=KeyUse(seen=1))))
    await store.poll_anew(["bbc", "dw", "new"], ["dw"], NOW)
    bbc, dw, afp = [await store.feed_state(feed_id) for feed_id in ("bbc", "dw", "afp")]
    assert (bbc.next_poll_at, bbc.url, bbc.etag) == (NOW, "https://old.example", '"1"')
    assert dw == FeedState(feed_id="dw", next_poll_at=NOW, baselined_at=NOW)
    assert afp.next_poll_at == NOW + DAY
    assert [state.feed_id for state in await store.feed_states()] == ["afp", "bbc", "dw"]


async def test_a_changed_feed_that_is_overdue_keeps_its_place_in_the_queue(store: Store) -> None:
    await store.save_feed(FeedState(feed_id="bbc", next_poll_at=NOW - DAY))
    await store.poll_anew(["bbc"], (), NOW)
    assert (await store.feed_state("bbc")).next_poll_at == NOW - DAY

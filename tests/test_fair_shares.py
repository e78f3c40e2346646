"""A poll with many new entries is judged in parts: nothing of it is lost, none doubled, and it stays one first poll."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import Reason
from monitor.pipeline.intake import JUDGED_AT_ONCE
from tests.support.fakes.feed_server import FeedEntry
from tests.support.newsroom import START, dated, headline, newsroom, text

COUNT = 2 * JUDGED_AT_ONCE + 30


def entries(first: int, count: int) -> list[FeedEntry]:
    return [
        FeedEntry(headline(n), f"https://w.example/{n}", f"g{n}", dated(START - timedelta(minutes=n)), text(n))
        for n in range(first, first + count)
    ]


async def test_every_entry_of_a_long_poll_is_judged_once(migrated_url: str) -> None:
    async with newsroom(migrated_url, catch_up=timedelta(days=9)) as room:
        await room.show(*entries(0, COUNT))
        reasons = {one.verdict.reason for one in room.observations if one.verdict is not None}
        assert reasons == {Reason.CATCH_UP_DIGEST}, "all of it is the feed's first poll"
        assert len({one.identity.item_id for one in room.observations}) == COUNT
        before = await room.store.feed_state("wire")
        assert before.baselined_at is not None
        await room.show(*entries(0, COUNT))
        assert len(room.observations) == COUNT, "nothing of it is new at the second poll"

"""The outbox is not woken for polls that put nothing into it, and is for all others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.model import Feed, PollStatus
from tests.support.fakes.feed_server import Answer, FeedEntry, rss
from tests.support.newsroom import newsroom
from tests.support.rules import engine as rules_of

FIRST = FeedEntry("Floods in the valley", "https://wire.example/1", "1", summary="The river rose by two metres.")
PLAIN = FeedEntry("Council adopts its budget", "https://wire.example/2", "2", summary="The debate was long.")
MATCHING = FeedEntry("Cluster munitions reported", "https://wire.example/3", "3", summary="Near the river.")
CORRECTED = FeedEntry("Floods in the valley", "https://wire.example/1", "1", summary="It rose by three metres.")

POLLS = {
    "the same document": ([FIRST], PollStatus.NOT_MODIFIED, True),
    "another document with the same entry": ([FIRST, FIRST], PollStatus.OK, True),
    "a new entry that matches nothing": ([PLAIN, FIRST], PollStatus.OK, True),
    "a new entry that matches": ([MATCHING, FIRST], PollStatus.OK, False),
    "a known article that changed": ([CORRECTED], PollStatus.OK, False),
    "no document": (None, PollStatus.FAILED, False),
}


@pytest.mark.parametrize(("entries", "status", "silent"), POLLS.values(), ids=POLLS)
async def test_a_poll_says_whether_it_certainly_put_nothing_into_the_outbox(
    entries: list[FeedEntry] | None, status: PollStatus, silent: bool
) -> None:
    rules = rules_of({"weapon": ["cluster munitions"]}, send_to=("desk",)).rules
    async with newsroom("sqlite://", rules=rules) as room:
        await room.store.upgrade()
        feed = Feed(id="wire", name="Wire", url=room.server.url("/wire.xml"), family="wire")
        room.server.serve("/wire.xml", rss(FIRST))
        await room.poller.poll(feed)

        room.server.serve("/wire.xml", Answer(status=500) if entries is None else rss(*entries))
        woken: list[str] = []
        intake = replace(room.poller.intake, written=lambda: woken.append("outbox"))
        report = await replace(room.poller, intake=intake).poll(feed)

        assert (report.status, report.silent) == (status, silent)
        assert not silent or not await room.messages()
        # A poll that failed is over at once; what an alert came of is not.
        assert woken == (["outbox"] if entries == [MATCHING, FIRST] else [])


async def test_the_first_poll_after_a_failure_is_not_silent() -> None:
    async with newsroom("sqlite://") as room:
        await room.store.upgrade()
        feed = Feed(id="wire", name="Wire", url=room.server.url("/wire.xml"), family="wire")
        reports = []
        for answer in (rss(PLAIN), Answer(status=500), rss(PLAIN)):
            room.server.serve("/wire.xml", answer)
            reports.append(await room.poller.poll(feed))
        assert (reports[-1].status, reports[-1].silent) == (PollStatus.NOT_MODIFIED, False)

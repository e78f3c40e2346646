"""Alerted articles that a feed takes out again, polled and told on a clock of the test's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.decide.thread_notes import LATEST_VANISHED, vanished
from monitor.model import Delivery, VanishedMessage
from tests.support.fakes.feed_server import FeedEntry
from tests.support.newsroom import Newsroom, dated, headline, newsroom, text

MINUTES = timedelta(minutes=1)


def entry(room: Newsroom, number: int, *, edit: int = 0) -> FeedEntry:
    """An article; the higher its number, the older."""
    published = room.now - timedelta(hours=number)
    return FeedEntry(
        guid=f"g{number}",
        link=f"https://wire.example/{number}",
        title=headline(number, edit),
        summary=text(number, edit),
        published=dated(published),
    )


async def told(room: Newsroom) -> list[Delivery]:
    """What would be said now, put into the outbox."""
    items = await room.store.vanished(room.now, latest=LATEST_VANISHED)
    notes = vanished(items, room.poller.intake.policy.routes, now=room.now)
    await room.store.enqueue(notes)
    return list(notes)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'wirewatch.db'}"


async def test_an_article_that_was_taken_out_is_told_once_and_aloud(url: str) -> None:
    async with newsroom(url) as room:
        await room.store.upgrade()
        entries = [entry(room, number) for number in range(8)]
        await room.show(*entries)
        left = [*entries[:2], *entries[3:]]
        await room.show(*left)
        assert await told(room) == []
        await room.show(*left, after=11 * MINUTES)
        (note,) = await told(room)
        assert isinstance(note.message, VanishedMessage)
        assert (note.message.title, note.message.source, note.broadcast) == (headline(2), "wire", True)
        assert note.parent_id is not None
        await room.show(*left)
        assert await told(room) == []


async def test_an_article_that_comes_back_edited_or_not_was_not_taken_out(url: str) -> None:
    async with newsroom(url) as room:
        await room.store.upgrade()
        entries = [entry(room, number) for number in range(8)]
        edited = entry(room, 3, edit=1)
        await room.show(*entries)
        await room.show(*entries[:2], *entries[4:])
        await room.show(*entries[:3], edited, *entries[4:], after=11 * MINUTES)
        assert await told(room) == []


@pytest.mark.parametrize("guid", ["live", ""])
async def test_a_page_that_goes_on_with_other_news_was_not_taken_out(url: str, guid: str) -> None:
    async with newsroom(url) as room:
        await room.store.upgrade()
        entries = [entry(room, number) for number in range(8)]
        page = replace(entry(room, 2), guid=guid, title="Live updates")
        goes_on = replace(page, summary=text(20), published=dated(room.now))
        await room.show(*entries[:2], page, *entries[3:])
        for _ in range(3):
            await room.show(goes_on, *entries[:2], *entries[3:], after=11 * MINUTES)
        assert len(room.alerts) == len(entries) + 1
        assert await told(room) == []


async def test_what_makes_room_for_newer_articles_is_not_told(url: str) -> None:
    async with newsroom(url) as room:
        await room.store.upgrade()
        entries = [entry(room, number) for number in range(12)]
        for first in (5, 3, 1, 0):
            await room.show(*entries[first : first + 7], after=11 * MINUTES)
        assert await told(room) == []


async def test_a_feed_that_does_not_answer_takes_nothing_out(url: str) -> None:
    async with newsroom(url) as room:
        await room.store.upgrade()
        entries = [entry(room, number) for number in range(8)]
        await room.show(*entries)
        await room.show(*entries[:2], *entries[3:])
        room.now += 30 * MINUTES
        assert await told(room) == []

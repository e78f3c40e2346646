"""The demo: well-formed feeds that tell a story, and a run of the command."""

from __future__ import annotations

import aiohttp
import pytest

import service
from monitor.demo.server import DemoFeeds
from monitor.model import Parsed
from tests.support import commandline
from tests.support.builders import NOW
from tests.support.documents import parse_document
from tests.support.tree import ROOT


async def test_every_phase_serves_feeds_that_can_be_read() -> None:
    async with DemoFeeds(clock=lambda: NOW) as demo, aiohttp.ClientSession() as session:
        assert len(demo.feeds) >= 8
        assert {feed.language for feed in demo.feeds} == {"en", "fr", "es", "ar", "ru", "uk"}
        titles: list[set[str]] = []
        while True:
            titles.append(set())
            broken = []
            for feed in demo.feeds:
                async with session.get(feed.url) as response:
                    document = parse_document(await response.read(), content_type=response.content_type)
                    broken += [] if response.status == 200 and isinstance(document, Parsed) else [feed.id]
                    titles[-1] |= {entry.title for entry in document.entries} if isinstance(document, Parsed) else set()
            assert broken == (["el-faro", "old-bulletin"] if len(titles) == 1 else ["old-bulletin"])
            if not demo.advance():
                break
        assert len(titles) == demo.phases
        assert titles[0] - titles[1], "a headline is edited"
        assert len(titles[1]) > len(titles[0])


async def test_an_unchanged_feed_answers_304() -> None:
    async with DemoFeeds(clock=lambda: NOW) as demo, aiohttp.ClientSession() as session:
        async with session.get(demo.feeds[0].url) as first:
            etag = first.headers["ETag"]
        async with session.get(demo.feeds[0].url, headers={"If-None-Match": etag}) as again:
            assert again.status == 304


def test_the_demo_shows_one_card_with_three_rules_and_what_became_of_each_item(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the main thread, as signals can end it."""
    monkeypatch.setattr(service.shell.out, "width", 160)
    status, out, _ = commandline.run("demo", "--once", environment={}, folder=ROOT)
    assert status == 0
    card = next(part for part in out.split("╭") if "Meridian Wire" in part or "The Harbour Post" in part)
    for rule in ("Cluster munitions", "Strikes on civilians", "Official reactions"):
        assert rule in card
    for verdict in ("alert", "follow-up", "duplicate", "none"):
        assert f"│ {verdict} " in out
    assert "an HTML page titled" in " ".join(out.split())

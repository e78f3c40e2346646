"""A feed's charts, trying an address, and lists of feeds in and out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.collect import opml
from monitor.console.charts import HEIGHT, charts
from monitor.model import FeedCourse, FeedDay, FeedState
from monitor.pipeline.poll import poll_all
from tests.console.conftest import Desk, hidden, opened
from tests.support.fakes.feed_server import Answer, FeedEntry, rss

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPML = """<opml version="2.0"><body><outline text="Wires">
<outline text="New one" type="rss" xmlUrl="https://new.example/rss"/><outline text="&lt;b&gt;" xmlUrl="https://b.example/f"/>
<outline text="Known" xmlUrl="{known}"/><outline text="None" xmlUrl="javascript:alert(1)"/>
</outline></body></opml>"""


async def test_a_feeds_page_shows_what_it_brought_and_what_failed(desk: Desk) -> None:
    page = await desk.get("/feeds/wire")
    assert page.count("<svg") == 1, "what has nothing to show is said, not drawn"
    assert "3 new items in 30 days, none on 29 of them" in page
    assert "No polls failed" in page
    page = await desk.get("/feeds/broken")
    assert page.count("<svg") == 1
    assert "1 poll failed" in page
    assert f"{datetime.now(UTC):%d %B}: 1 failed poll" in page
    assert "No gap is known of" in page


async def test_many_feeds_are_listed_a_hundred_at_a_time_and_found_by_name_and_by_how_they_do(own: Desk) -> None:
    wire, *others = own.app.configuration.feeds
    many = (*others, *(replace(wire, id=f"wire-{n:03}", name=f"Wire No. {n}") for n in range(120)))
    own.app.use(replace(own.app.configuration, feeds=many))
    still = datetime.now(UTC) - timedelta(days=30)
    course = FeedCourse(new_at=still, newest_at=still, patience=timedelta(days=1), told=("frozen",))
    await own.store.save_feed(FeedState(feed_id="wire-007", polled_at=still, baselined_at=still, course=course))
    listed = await own.get("/feeds")
    assert "121 polled" in listed
    assert "1 to 100 of 121" in listed
    assert listed.index('href="/feeds/broken"') < listed.index('href="/feeds/wire-000"'), "those that fail first"
    rest = await own.get("/feeds?page=2")
    assert "101 to 121 of 121" in rest
    links = re.compile(r'class="open" href="/feeds/([^"]+)"')
    assert len({*links.findall(listed), *links.findall(rest)}) == 121
    assert links.findall(await own.get("/feeds?words=WIRE+no.+119")) == ["wire-119"]
    assert "1 to 100 of 121" in await own.get("/feeds?words=127.0.0"), "their site"
    for page in ("items", "stories"):
        like = await own.get(f"/{page}?rule=x&feed=No.+11")
        assert "11 have it in their name, id or site" in like
        assert '<a href="?rule=x&amp;feed=wire-110"' in like, page
    assert links.findall(await own.get("/feeds?failing=1")) == ["broken"]
    frozen = await own.get("/feeds?health=frozen")
    assert links.findall(frozen) == links.findall(listed)[1:2] == ["wire-007"], "after those that fail"
    assert "shown nothing new for much longer than it ever pauses" in frozen
    assert "1 feed frozen" in await own.get("/")
    assert '119 not polled yet</a>, <a href="/feeds?health=frozen">1 frozen</a>' in listed
    assert "No feed fits" in await own.get("/feeds?words=zzz")
    for wrong in ("0", "-1", "x", "9" * 20):
        assert "cannot be read" in await own.get(f"/feeds?page={wrong}", status=400)


async def test_bars_are_as_high_as_what_they_stand_for() -> None:
    first = date(2026, 11, 1)
    days = [
        FeedDay(day=first, items=100, delay=timedelta(minutes=90), failures=0, missed=0),
        FeedDay(day=first + timedelta(days=1), items=1, delay=None, failures=3, missed=2),
        FeedDay(day=first + timedelta(days=2), items=0, delay=timedelta(minutes=45), failures=0, missed=0),
    ]
    items, delay, failures, gaps = charts(days)
    assert [bar.height for bar in items.bars] == [HEIGHT, 2, 0]
    assert [bar.height for bar in delay.bars] == [HEIGHT, 0, HEIGHT // 2]
    assert (items.said, items.highest) == ("101 new items in 3 days, none on 1 of them", "100 items")
    assert delay.bars[1].words == "02 November: no item with a date"
    assert (failures.said, failures.highest) == ("3 polls failed", "3 failed polls")
    assert gaps.said == "About 2 articles may have come and gone unseen"
    nothing = charts([FeedDay(day=first, items=0, delay=None, failures=0, missed=0)])
    assert [one.highest for one in nothing] == [""] * 4


async def test_an_address_is_tried_as_the_service_would(own: Desk) -> None:
    feeds = own.world.feeds
    feeds.serve("/new.xml", rss(FeedEntry("<i>A raid</i>", "https://new.example/1", "1")))
    linked = f'<link rel="alternate" type="application/rss+xml" href="{feeds.url("/new.xml")}">'
    feeds.serve("/page", Answer(f"<html><head>{linked}</head></html>", content_type="text/html"))
    token = hidden(await own.get("/feeds/try"), "form_token")
    for path in ("/new.xml", "/page"):
        page = await own.send("/feeds/try", form_token=token, address=feeds.url(path))
        assert f"{feeds.url('/new.xml')}" in page
        assert "- {id: " in page
        assert "<i>" not in page
        assert "https://new.example/1" in page
    page = await own.send("/feeds/try", form_token=token, address=feeds.url("/wire.xml"))
    assert "feeds.yaml has it as" in page
    page = await own.send("/feeds/try", form_token=token, address=feeds.url("/nothing.xml"))
    assert "No feed was found" in page
    assert "it is not an http or https address" in await own.send("/feeds/try", 400, form_token=token, address="wirre")
    assert "Nothing was changed" in await own.send("/feeds/try", 403, address=feeds.url("/new.xml"))
    assert not [one for one in await own.store.feed_states() if one.feed_id not in ("wire", "broken")]


async def test_no_private_address_is_reached_unless_feeds_may(tmp_path: Path) -> None:
    async with opened(tmp_path, WIREWATCH_ALLOW_PRIVATE_ADDRESSES="false") as desk:
        feeds = desk.world.feeds
        asked = len(feeds.requests)
        token = hidden(await desk.get("/feeds/try"), "form_token")
        port = feeds.url("/").rsplit(":", 1)[1].strip("/")
        hosts = ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "0.0.0.0"]
        for host in hosts:
            page = await desk.send("/feeds/try", form_token=token, address=f"http://{host}:{port}/wire.xml")
            assert "No feed was found" in page, host
        assert len(feeds.requests) == asked


async def test_opml_is_shown_as_lines_to_paste_and_nothing_is_written(own: Desk) -> None:
    before = (own.world.folder / "feeds.yaml").read_bytes()
    token = hidden(await own.get("/feeds/import"), "form_token")
    listed = OPML.format(known=own.world.feeds.url("/wire.xml"))
    page = await own.send("/feeds/import", form_token=token, opml=listed, do="add")
    assert "2 new feeds" in page
    assert "id: new-one" in page
    assert "Already in feeds.yaml: 1" in page
    assert "Left out, without an http or https address: 1" in page
    assert "<b>&" not in page
    assert '<a href="javascript' not in page
    for wrong in ("", "<opml", "<!DOCTYPE x [<!ENTITY a 'b'>]><opml><body/></opml>", "{}"):
        assert 'role="alert"' in await own.send("/feeds/import", 400, form_token=token, opml=wrong)
    await own.send("/feeds/import", 413, form_token=token, opml="x" * 524_289)
    assert (own.world.folder / "feeds.yaml").read_bytes() == before


async def test_feeds_are_taken_along_as_opml(desk: Desk) -> None:
    async with desk.browser.get(f"{desk.url}feeds/export") as answer:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="wirewatch-feeds.opml"'
        found = opml.import_opml(await answer.read())
    assert [feed.url for feed in found.feeds] == [desk.world.feeds.url(f"/{name}.xml") for name in ("wire", "broken")]


async def test_a_feed_is_polled_at_once_when_somebody_wants_it(own: Desk) -> None:
    token = hidden(await own.get("/feeds/wire"), "form_token")
    await own.send("/feeds/wire/poll", 403)
    await own.send("/feeds/nothing/poll", 404, form_token=token)
    state = await own.store.feed_state("wire")
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    await own.store.save_feed(replace(state, polled_at=long_ago, next_poll_at=datetime.now(UTC) + timedelta(hours=1)))
    async with own.browser.post(f"{own.url}feeds/wire/poll", data={"form_token": token}) as answer:
        assert "It is polled within seconds" in await answer.text()
        assert answer.headers["refresh"] == "2"
        shown = answer.url.path_qs
    [due] = await own.store.take_due(["wire"], now=datetime.now(UTC), lease=timedelta(seconds=45), limit=9)
    assert due == "wire", "whoever polls finds it due, as any other feed"
    await own.send("/feeds/wire/poll", form_token=token)
    assert "It is being polled just now" in await own.get(shown)
    await poll_all(own.app.poller, [feed for feed in own.app.configuration.feeds if feed.id == "wire"], concurrency=1)
    page = await own.get(shown)
    assert "and brought nothing new." in page
    assert re.search(r"</time>: 3 new items", page)


async def test_a_publisher_that_asks_to_be_left_alone_is_left_alone(own: Desk) -> None:
    token = hidden(await own.get("/feeds/broken"), "form_token")
    own.world.feeds.serve("/broken.xml", Answer(status=503, headers={"Retry-After": "600"}))
    await poll_all(own.app.poller, [feed for feed in own.app.configuration.feeds if feed.id == "broken"], concurrency=1)
    before = (await own.store.feed_state("broken")).next_poll_at
    page = await own.send("/feeds/broken/poll", form_token=token)
    assert "Its publisher asks for no poll before" in page
    assert "failed: HTTP 503" in page
    after = (await own.store.feed_state("broken")).next_poll_at
    assert before is not None
    assert after is not None
    assert datetime.now(UTC) + timedelta(minutes=9) < after <= before


async def test_how_a_poll_stands_is_only_said_of_one_that_was_asked_for(desk: Desk) -> None:
    long_ago = int(datetime.now(UTC).timestamp() - 9_000) * 1000
    for asked in ("", "x", "-1", "99999999999999999999", "\u0661", str(long_ago)):
        page = await desk.get("/feeds/wire", params={"asked": asked})
        assert 'role="status"' not in page


async def test_pasted_opml_is_read_whatever_letters_its_file_had(own: Desk) -> None:
    token = hidden(await own.get("/feeds/import"), "form_token")
    for begun in (
        '<?xml version="1.0" encoding="windows-1251"?>',
        "\ufeff<?xml version='1.0' encoding='UTF-16' standalone='yes'?>\n",
        '<?xml version="1.0"?>',
        "",
    ):
        text = begun + '<opml><body><outline text="Вести, é" xmlUrl="https://vesti.example/rss"/></body></opml>'
        page = await own.send("/feeds/import", form_token=token, opml=text)
        assert "1 new feed" in page
        assert "Вести, é" in page, begun

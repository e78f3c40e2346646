"""What the pages show, and what people do on them."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from monitor.console.wanted import cursor_of, place_of
from monitor.model import Subscription
from monitor.pipeline.poll import poll_all
from tests.console.conftest import Desk, hidden
from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.world import DESK

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_now_says_what_needs_a_person_and_when_each_alert_was_found_and_posted(desk: Desk) -> None:
    page = await desk.get("/")
    assert "1 feed failing" in page
    assert "1 of 2" in page
    assert "posted" in page
    assert 'to <span dir="auto">desk</span>' in page
    assert "cluster-munitions" in page


async def test_now_says_what_is_wrong_with_the_upkeep_as_health_does(own: Desk) -> None:
    now = datetime.now(UTC)
    await own.store.begin_upkeep("backup", now, timedelta(days=1))
    await own.store.end_upkeep("backup", "no room", now)
    assert "the daily backup failed: no room" in await own.get("/")


async def test_no_html_of_a_feed_is_rendered_and_no_character_turns_the_page(desk: Desk) -> None:
    story = await desk.story_id()
    for path in (
        "/",
        "/stories",
        f"/stories/{story}",
        "/items?words=cluster",
        "/feeds/wire",
        "/rules/cluster-munitions",
    ):
        page = await desk.get(path)
        assert "<script>alert" not in page, path
        assert "<img" not in page, path
        assert "\u202e" not in page, path


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("?severity=high", 2),
        ("?severity=critical", 0),
        ("?rule=cluster-munitions", 2),
        ("?rule=unknown", 0),
        ("?language=en", 1),
        ("?language=ar", 1),
        ("?language=uk", 0),
        ("?feed=wire", 2),
        ("?feed=broken", 0),
        ("?muted=1", 0),
        ("?mine=1", 0),
        ("?free=1", 2),
        ("?within=1&open=1", 2),
        ("?open=1", 2),
        ("?words=kill+cluster", 1),
        ("?words=100%25", 0),
        ("?place=atlantis", 0),
    ],
)
async def test_stories_are_filtered(desk: Desk, query: str, found: int) -> None:
    assert (await desk.get(f"/stories{query}")).count('class="open"') == found


async def test_messages_lead_to_slack_and_an_item_to_its_stages(desk: Desk) -> None:
    page = await desk.get(f"/stories/{await desk.story_id()}")
    [ts] = {one["ts"] for one in desk.world.slack.messages("C0DESK")} & set(re.findall(r"message_ts=([\d.]+)", page))
    assert f'href="https://slack.com/app_redirect?channel=C0DESK&amp;message_ts={ts}"' in page
    [item] = await desk.store.find(["kill"], limit=1)
    path = await desk.get(f"/items/{item.item_id}")
    assert re.search(r'<p class="stage">revision 1, seen .*: new article</p>\s*<p>matched cluster-munitions@', path)


async def test_matches_of_a_rule_are_found_by_way_and_by_day(desk: Desk) -> None:
    today = datetime.now(UTC).date()

    async def found(**asked: str) -> int:
        page = await desk.get("/rules/cluster-munitions", params=asked)
        return page.count('class="open"')

    assert await found() == 2
    assert await found(way="casualties") == 1
    assert await found(way="any mention", day=f"{today}") == 1
    assert await found(day=f"{today - timedelta(days=1)}") == 0
    assert await found(way="no such way") == 0
    page = await desk.get("/rules/cluster-munitions", params={"way": "any mention"})
    assert re.search("by “any mention”: <span dir=.auto.>“.+”</span>", page), "the way, then the words that it found"
    for wrong in ("yesterday", "2026-13-01", "9999-12-31"):
        await desk.get("/rules/cluster-munitions", params={"day": wrong}, status=400)


async def test_a_story_is_claimed_and_given_back_with_the_same_records_as_in_slack(own: Desk) -> None:
    story = await own.story_id()
    page = await own.get(f"/stories/{story}")
    fields = {name: hidden(page, name) for name in ("form_token", "key", "card")}
    assert "Vera</span> has had it" in await own.send(f"/stories/{story}/claim", **fields)
    card = await own.store.desk_card(fields["card"])
    assert card is not None
    assert card.assignment is not None
    assert (card.assignment.by.name, card.assignment.by.user_id) == ("Vera", "Vera (console)")
    assert "That was done already" in await own.send(f"/stories/{story}/claim", **fields)
    assert (await own.get("/stories?mine=1")).count('class="open"') == 1
    assert (await own.get("/stories?free=1")).count('class="open"') == 1, "but not this one"

    await own.app.outbox.drain()
    cards = [one for one in own.world.slack.messages(DESK) if "Vera (console)" in str(one.get("blocks"))]
    assert len(cards) == 1, "the card in Slack says who has the story"

    fields["key"] = "another"
    assert "has had it" not in await own.send(f"/stories/{story}/unclaim", **fields)


async def test_not_relevant_is_noted_and_taken_back(own: Desk) -> None:
    story = await own.story_id()
    page = await own.get(f"/stories/{story}")
    fields = {name: hidden(page, name) for name in ("form_token", "card")}
    assert "Say why" in await own.send(f"/stories/{story}/not_relevant", **fields, key="1", cause="")
    page = await own.send(f"/stories/{story}/not_relevant", **fields, key="2", cause="sport", note="a match")
    assert "Noted: not relevant" in page
    assert "judged not relevant" in page
    assert "<b>not relevant</b>" in await own.get("/stories")
    assert "found not relevant on desk by Vera (sport)" in await own.get("/")
    assert (await own.get("/stories?free=1")).count('class="open"') == 1
    assert "Noted: it is relevant" in await own.send(f"/stories/{story}/relevant", **fields, key="3")
    assert (await own.get("/stories?free=1")).count('class="open"') == 2
    card = await own.store.desk_card(fields["card"])
    assert card is not None
    assert card.alert is not None
    history = await own.store.history(card.alert.item_id)
    assert history is not None
    assert [rating.relevant for rating in history.ratings] == [False, True]


async def test_what_people_said_is_counted_shown_and_turned_into_lines_to_paste(own: Desk) -> None:
    assert "Nobody has rated an item yet" in await own.get("/judgements")
    lines = await own.store.stories(datetime(2020, 1, 1, tzinfo=UTC))
    for story, what, more in zip(lines, ("relevant", "not_relevant"), ({}, {"cause": "sport"}), strict=True):
        page = await own.get(f"/stories/{story.story_id}")
        fields = {name: hidden(page, name) for name in ("form_token", "card")}
        await own.send(f"/stories/{story.story_id}/{what}", **fields, key=what, **more)
    page = await own.get("/judgements")
    assert "<b>50%</b>" in page
    assert "1 of 2" in page
    assert page.count('class="open"') == 2
    assert "50% right: 1 of 2" in page
    page = await own.get("/judgements/suggestions")
    assert page.count("<td>1</td>") == 2, "one is right by its way, one is wrong by another"
    assert "no_match:" in page
    assert "/workbench/cluster-munitions.yaml?item=i" in page


async def test_a_story_is_muted_and_the_mute_undone(own: Desk) -> None:
    story = await own.story_id()
    page = await own.get(f"/stories/{story}")
    fields = {name: hidden(page, name) for name in ("form_token", "card")}
    page = await own.send(f"/stories/{story}/mute", **fields, key="1", what=f"story:24h:{story}")
    assert "Undo mute" in page
    assert (await own.get("/stories?muted=1")).count('class="open"') == 1
    assert "Vera" in await own.get("/")
    page = await own.send(f"/stories/{story}/unmute", **fields, key="2")
    assert "Undo mute" not in page
    assert not await own.store.mutes()


async def test_stories_are_merged_and_split_again(own: Desk) -> None:
    one, other = [line.story_id for line in await own.store.stories(datetime(2020, 1, 1, tzinfo=UTC))]
    token = hidden(await own.get(f"/stories/{one}"), "form_token")
    refused = await own.send(f"/stories/{one}/merge", 409, form_token=token, into="nothing")
    assert "Nothing was changed: " in refused
    page = await own.send(
        f"/stories/{one}/merge", form_token=token, into=f"{own.url}stories/{other}", reason="one raid"
    )
    assert "2 reports from" in page
    assert "by Vera (console): one raid" in page
    assert "Nothing was changed" in await own.send(f"/stories/{one}/merge", 409, form_token=token, into=other)
    [item] = await own.store.find(["kill"], limit=1)
    page = await own.send(f"/stories/{other}/split", form_token=token, **{f"item-{item.item_id}": "1"})
    assert "1 report from" in page
    assert item.title[:8] in page
    assert "Nothing was changed" in await own.send(f"/stories/{other}/split", 409, form_token=token)


async def test_a_story_that_lasts_is_drawn(own: Desk) -> None:
    story = next(one for one in await own.store.stories(datetime(2020, 1, 1, tzinfo=UTC)) if "kill" in one.headline)
    assert "<svg" not in await own.get(f"/stories/{story.story_id}"), "one moment is no course"
    with contextlib.closing(sqlite3.connect(own.world.database)) as connection, connection:
        connection.execute("UPDATE items SET first_seen_at = datetime(first_seen_at, '-1 hour') || '.000000'")
    page = await own.get(f"/stories/{story.story_id}")
    assert page.count('class="at-reports"') == 1
    assert '<circle cx="900" cy="52" r="5" class="at-killed at-toll">' in page
    assert ">7</text>" in page


async def test_an_item_shows_its_path_in_the_words_of_explain(desk: Desk) -> None:
    [found] = await desk.store.find(["parking"], limit=5)
    page = await desk.get(f"/items/{found.item_id}")
    assert "Council debates parking" in page
    assert " · English · published " in page
    assert "verdict none" in page
    _, told, _ = await desk.world.run("explain", "--item", found.item_id)
    assert told.splitlines()[4] in page
    async with desk.browser.get(f"{desk.url}items?words={found.url}") as answer:
        assert answer.url.path == f"/items/{found.item_id}"


async def test_the_pages_of_feeds_and_rules(desk: Desk) -> None:
    assert "failed once" in await desk.get("/feeds?failing=1")
    listed = await desk.get("/feeds")
    assert '<a class="open" href="/feeds/wire" dir="auto">The Wire</a> <span class="dim">wire</span>' in listed
    newest = await desk.get("/feeds/wire")
    assert "Council debates parking" in newest
    assert '<h1 dir="auto">The Wire</h1>' in newest
    assert "Failed once" in await desk.get("/feeds/broken")
    broken = await desk.get("/feeds/broken")
    assert "after the last poll: it failed" in broken
    assert 'action="/feeds/broken/poll"' in broken
    topic = "https://wire.example/rss"
    await desk.store.save_subscription(Subscription(feed_id="wire", hub=topic, topic=topic, token="t", secret="s3cret"))
    shown = await desk.get("/feeds/wire")
    assert "after the last poll: this once, so that not all feeds are polled at the same time" in shown
    assert "Its hub was asked to push, and has not agreed yet." in shown
    assert "s3cret" not in shown
    assert "any mention: 1" in await desk.get("/rules/cluster-munitions")


UNKNOWN = ["/nothing", "/stories/nothing", "/items/nothing", "/feeds/nothing", "/rules/nothing", "/static/nothing"]


@pytest.mark.parametrize("path", UNKNOWN)
async def test_what_is_not_there_is_said_in_words(desk: Desk, path: str) -> None:
    assert "There is nothing at this address" in await desk.get(path, status=404)


@pytest.mark.parametrize("cursor", ["x", "%FF", "Og", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5Ong", "é"])
async def test_a_broken_cursor_is_refused_in_words(desk: Desk, cursor: str) -> None:
    assert "cannot be read" in await desk.get(f"/stories?after={cursor}", status=400)


async def test_a_cursor_leads_to_the_stories_behind_it(desk: Desk) -> None:
    first, second = await desk.store.stories(datetime(2020, 1, 1, tzinfo=UTC))
    cursor = cursor_of((first.last_seen_at, first.story_id))
    assert place_of(cursor) == (first.last_seen_at, first.story_id)
    page = await desk.get(f"/stories?after={cursor}")
    assert f"/stories/{second.story_id}" in page
    assert f"/stories/{first.story_id}" not in page


async def test_a_database_in_trouble_is_a_page_that_says_so(own: Desk) -> None:
    with contextlib.closing(sqlite3.connect(own.world.database)) as connection, connection:
        connection.execute("ALTER TABLE stories RENAME TO gone")
    page = await own.get("/stories", status=503)
    assert "database cannot be used" in page


async def test_anybody_finds_out_why_an_article_came_or_did_not(desk: Desk) -> None:
    page = await desk.get("/why")
    assert "The link of an article, or its headline" in page
    page = await desk.get("/why", params={"about": "https://wire.example/0?utm_source=slack#top"})
    assert "Yes, the desk got it: desk as a card at " in page, "leads to the page of the item"
    assert "Every stage, with ids" in page
    page = await desk.get("/why", params={"about": "council debates PARKING"})
    assert "No, the desk did not get it. No rule matched." in page
    page = await desk.get("/why", params={"about": "https://elsewhere.example/1"})
    assert "because it polls no feed of this site" in page
    assert 'href="/feeds/try?address=https%3A%2F%2Felsewhere.example%2F1"' in page
    page = await desk.get("/why", params={"about": "Nine cluster bombs <b>sink</b> trawler off Tartus"})
    assert "The headline alone would match: Cluster munitions." in page
    assert "<b>sink" not in page
    assert 'href="/workbench?text=Nine+cluster+bombs' in page
    page = await desk.get("/why", params={"about": "cluster bombs kill"})
    assert "Is it one of these?" in page


async def test_lists_are_narrowed_by_day_feed_and_rule_and_their_address_can_be_sent(desk: Desk) -> None:
    today = datetime.now(UTC).date()
    for shown in (
        "",
        f"from={today}",
        f"to={today}",
        "rule=cluster-munitions",
        "feed=the wire",
        "feed=wire",
        "feed=he wi",
    ):
        assert "Cluster bombs" in await desk.get(f"/items?{shown}"), shown
        assert "Cluster bombs" in await desk.get(f"/stories?{shown}"), shown
    for hidden_by in (f"to={today - timedelta(days=1)}", f"from={today + timedelta(days=1)}", "rule=x", "feed=broken"):
        assert "No stored item fits" in await desk.get(f"/items?{hidden_by}"), hidden_by
        assert "No story fits" in await desk.get(f"/stories?{hidden_by}"), hidden_by
    for wrong in ("from=yesterday", "to=2026-13-01", "from=9999-12-31&to=9999-12-31"):
        for page in ("items", "stories"):
            await desk.get(f"/{page}?{wrong}", status=400)
    assert 'value="2026-01-02"' in await desk.get("/items?from=2026-01-02")


async def test_a_place_is_found_by_its_name_in_any_language_and_by_what_it_lies_in(own: Desk) -> None:
    shown = FeedEntry("Cluster bombs kill nine in Idlib market", "https://wire.example/9", "9")
    own.world.feeds.serve("/wire.xml", rss(shown))
    await poll_all(own.app.poller, [feed for feed in own.app.configuration.feeds if feed.id == "wire"], concurrency=1)
    for written in ("Idlib", "idlib", "إدلب", "ІДЛІБ", "Syria", "سوريا", "syrie"):
        page = await own.get("/stories", params={"place": written})
        assert "in Idlib market" in page, written
        assert '<p dir="auto">Idlib' in page, "its gist"
    assert "No story fits" in await own.get("/stories", params={"place": "Kharkiv"})


async def test_a_story_says_in_sentences_why_each_route_got_it(desk: Desk) -> None:
    page = await desk.get(f"/stories/{await desk.story_id()}")
    assert re.search(r"Why: <span dir=.auto.>Cluster munitions \(high\) matched by “.+”\.</span>", page)

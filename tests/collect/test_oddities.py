"""What is odd in how a feed is read is kept, logged and told to ops: once, when it begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from rich.console import Console
from structlog.testing import capture_logs

from monitor.collect.parsing.newest import MAX_ENTRIES
from monitor.commands.tables import feed_table
from monitor.decide.notices.notice import feed_oddities
from monitor.model import BREAKS_OFF, Feed, FeedState, NoticeMessage, Route, Routes
from tests.support.builders import NOW
from tests.support.fakes.feed_server import Answer, FeedEntry, rss
from tests.support.newsroom import Newsroom, newsroom

FEED = Feed(id="wire", name="The Wire", url="https://wire.example/rss", family="wire")
OPS = Route(name="ops", channel="C9")
RUSSIAN = rss(FeedEntry("Обстрел повредил старый мост в Херсоне", "https://wire.example/1", "g1"))
MANY = [FeedEntry(f"Report {number}", guid=f"g{number}") for number in range(MAX_ENTRIES + 7)]


async def poll(room: Newsroom, document: bytes) -> tuple[FeedState, list[str]]:
    """The feed's state after a poll of this document, and the names of the warnings in the log."""
    room.now += timedelta(minutes=5)
    room.server.serve("/wire.xml", Answer(document))
    intake = room.poller.intake
    told = replace(intake, policy=replace(intake.policy, routes=Routes(ops=OPS)))
    with capture_logs() as logged:
        report = await replace(room.poller, intake=told).poll(replace(FEED, url=room.server.url("/wire.xml")))
    state = await room.store.feed_state("wire")
    assert (report.status, report.left_out) == ("ok", state.left_out)
    return state, [line["action"] for line in logged if line["log_level"] == "warning"]


def listed(state: FeedState) -> str:
    console = Console(width=300)
    with console.capture() as shown:
        console.print(feed_table([FEED], {"wire": state}, NOW))
    return shown.get()


async def test_a_character_set_that_had_to_be_guessed_is_told_once(sqlite_url: str) -> None:
    async with newsroom(sqlite_url, rules=()) as room:
        state, warnings = await poll(room, RUSSIAN.encode("cp1251"))
        assert state.doubt == "it says that it is utf-8; it is read as windows-1251"
        assert (warnings, await room.messages()) == (["feed_charset"], 1)
        assert "it is read as windows-1251" in listed(state)
        edited = RUSSIAN.replace("старый", "новый")
        assert ((await poll(room, edited.encode("cp1251")))[1], await room.messages()) == ([], 1)
        state, _ = await poll(room, edited.encode())
        assert (state.doubt, await room.messages()) == (None, 1)
        assert ((await poll(room, RUSSIAN.encode("cp1251")))[1], await room.messages()) == (["feed_charset"], 1)


async def test_entries_that_are_left_out_are_told_once(sqlite_url: str) -> None:
    async with newsroom(sqlite_url, rules=()) as room:
        state, warnings = await poll(room, rss(*MANY).encode())
        assert (state.left_out, warnings, await room.messages()) == (7, ["feed_entries_left_out"], 1)
        assert "the 7 oldest are left out" in listed(state)
        state, warnings = await poll(room, rss(*MANY[:-1]).encode())
        assert (state.left_out, warnings, await room.messages()) == (6, [], 1)


async def test_a_document_that_breaks_off_is_read_and_told_once(sqlite_url: str) -> None:
    async with newsroom(sqlite_url, rules=()) as room:
        whole = rss(*MANY[:3])
        cut = whole[: whole.index("Report 2")].encode()
        state, warnings = await poll(room, cut)
        assert (state.doubt, warnings, await room.messages()) == (BREAKS_OFF, ["feed_breaks_off"], 1)
        assert "it breaks off before its end" in listed(state)
        state, warnings = await poll(room, cut.replace(b"Report 1", b"Report one"))
        assert (warnings, await room.messages()) == ([], 1)
        assert (await poll(room, whole.encode()))[0].doubt is None


def test_the_notices_say_what_is_odd_and_what_there_is_to_do() -> None:
    after = FeedState(feed_id="wire", doubt="it says that it is utf-8; it is read as koi8-r", left_out=9)
    told = [one.message for one in feed_oddities(FEED, FeedState(feed_id="wire"), after, OPS, now=NOW)]
    assert told == [
        NoticeMessage(
            title="The character set of feed wire is doubtful",
            text="The document of The Wire (wire): it says that it is utf-8; it is read as koi8-r. If its headlines "
            "look right, there is nothing to do; else ask its publisher.",
        ),
        NoticeMessage(
            title="Entries of feed wire are left out",
            text="The document of The Wire (wire) has more entries than are read: the 9 oldest are left out. If it "
            "shows its archive, there is nothing to do; else ask its publisher for a shorter feed.",
        ),
    ]
    assert feed_oddities(FEED, FeedState(feed_id="wire"), after, None, now=NOW) == ()

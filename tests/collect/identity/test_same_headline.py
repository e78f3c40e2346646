"""A wire writes the same headline of the next strike on the same town: that is another article, and no key's fault.

Each row is a feed that a real server shows, poll after poll, and how many articles must come of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from tests.support.fakes.feed_server import FeedEntry
from tests.support.newsroom import START, dated, headline, newsroom, text

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STRIKE = "Air strike on a residential block in Kharkiv"
FOLLOW = "Follow our live coverage with reports from our correspondents."
SHELTERS = "An air raid alert was declared in the whole region, and all residents should go to the nearest shelter now."

Polls = Iterator[tuple[timedelta, Sequence[FeedEntry]]]
"""What a feed shows, each so long after the poll before."""


def strike(number: int, at: timedelta, **over: str) -> FeedEntry:
    """A strike with a guid, link and date of its own, and the headline of all others."""
    values = {
        "title": STRIKE,
        "link": f"https://wire.example/strikes/{number}",
        "guid": f"strike-{number}",
        "published": dated(START + at),
    }
    return FeedEntry(**(values | over))


def story(number: int, **over: str) -> FeedEntry:
    values = {
        "title": headline(number),
        "link": f"https://wire.example/{number}",
        "guid": f"story-{number}",
        "published": dated(START - number * HOUR),
    }
    return FeedEntry(**(values | over))


BESIDE = (story(1), story(2))


def strikes(every: timedelta, *, shown: int = 1, beside: Sequence[FeedEntry] = BESIDE, **over: str) -> Polls:
    """Four strikes, one at each poll; so many of the last are shown, with what else the feed shows."""
    yield 5 * MINUTE, beside
    for number in range(4):
        last = range(number, max(-1, number - shown), -1)
        yield every, [*(strike(one, (one + 1) * every, **over) for one in last), *beside]


def together(*entries: FeedEntry) -> Polls:
    yield 5 * MINUTE, BESIDE
    yield 5 * MINUTE, [*entries, *BESIDE]
    yield 5 * MINUTE, [*BESIDE, *entries]


def reissued(after: timedelta, first: FeedEntry, second: FeedEntry) -> Polls:
    yield 5 * MINUTE, BESIDE
    yield 5 * MINUTE, [first, *BESIDE]
    yield after, [second, *BESIDE]


def renewed(polls: int, **over: str) -> Polls:
    """A feed that gives every entry another guid and link at every poll."""
    for poll in range(polls):
        yield (
            HOUR,
            [
                story(n, guid=f"{poll}-{n}", link=f"https://wire.example/{poll}/{n}", **over)
                for n in range(poll, poll + 6)
            ],
        )


def with_reissues_beside(polls: int) -> Polls:
    """A feed that re-issues articles under other keys, and has shown that often; then two strikes a day apart."""
    entries = [story(n, summary=text(n)) for n in range(6)]
    yield HOUR, entries
    for poll in range(polls):
        entries = [
            replace(one, guid=f"{poll}-{place}", link=f"https://wire.example/{poll}/{place}") if place < 3 else one
            for place, one in enumerate(entries)
        ]
        yield HOUR, entries
    yield HOUR, [strike(1, 10 * HOUR), *entries]
    yield 26 * HOUR, [strike(2, 36 * HOUR), *entries]


def live(every: timedelta, **over: str) -> Polls:
    """A live page in a feed: one guid and link, and at each poll other news."""
    yield 5 * MINUTE, BESIDE
    for number in range(4):
        values = {"published": dated(START + number * every), "summary": text(10 + number)} | over
        yield every, [story(10 + number, guid="live", link="https://wire.example/live", **values), *BESIDE]


def untelling(*texts: str) -> Polls:
    """A live page under one headline that says nothing of its news, each time with the next of these texts."""
    yield 5 * MINUTE, BESIDE
    for number, said in enumerate(texts):
        values = {"title": "Live updates", "published": dated(START + number * HOUR), "summary": said}
        yield HOUR, [story(10, guid="live", link="https://wire.example/live", **values), *BESIDE]


def rewritten(**over: str) -> Polls:
    """An article that is written anew after half an hour, but for what is `over` all."""
    first, second = (
        story(
            number,
            **({"guid": "a", "link": "https://wire.example/a", "summary": text(number), "published": date} | over),
        )
        for number, date in ((10, dated(START)), (11, dated(START + 30 * MINUTE)))
    )
    return reissued(30 * MINUTE, first, second)


SPARE = {"published": "", "summary": ""}
ROWS: dict[str, tuple[Polls, int]] = {
    "a strike every 26 hours": (strikes(26 * HOUR), 6),
    "a strike every 26 hours, the earlier ones still shown": (strikes(26 * HOUR, shown=3), 6),
    "a strike every 26 hours, nothing else in the feed": (strikes(26 * HOUR, beside=()), 4),
    "a strike every 12 hours": (strikes(12 * HOUR), 6),
    "a strike every 3 hours": (strikes(3 * HOUR), 6),
    "a strike every 3 hours, the earlier ones still shown": (strikes(3 * HOUR, shown=3), 6),
    "a strike every 26 hours, no dates": (strikes(26 * HOUR, published=""), 6),
    "a strike every 3 hours, no dates, the earlier ones still shown": (strikes(3 * HOUR, shown=6, published=""), 6),
    "a strike every 26 hours, a short headline": (strikes(26 * HOUR, title="Air strike on Kharkiv"), 6),
    "a strike every 3 hours, a short headline, no dates": (
        strikes(3 * HOUR, title="Air strike on Kharkiv", published=""),
        6,
    ),
    "a strike every 26 hours, one text for all": (strikes(26 * HOUR, summary=SHELTERS), 6),
    "a strike every 26 hours, guids only": (strikes(26 * HOUR, link=""), 6),
    "a strike every 26 hours, links only": (strikes(26 * HOUR, guid=""), 6),
    "a strike every 26 hours, guids made of the headline": (strikes(26 * HOUR, guid="air-strike-kharkiv"), 6),
    "a strike every 26 hours on one page": (strikes(26 * HOUR, link="https://wire.example/kharkiv"), 6),
    "two strikes of one day, only the day as a date": (
        together(strike(1, 0 * HOUR, published="2026-03-02"), strike(2, 0 * HOUR, published="2026-03-02")),
        4,
    ),
    "two strikes in one document, 12 hours apart": (together(strike(1, -12 * HOUR), strike(2, 0 * HOUR)), 4),
    "two strikes in one document, no dates": (together(strike(1, DAY, **SPARE), strike(2, DAY, **SPARE)), 4),
    "two strikes in one document, one text for all, 12 hours apart": (
        together(strike(1, -12 * HOUR, summary=SHELTERS), strike(2, 0 * HOUR, summary=SHELTERS)),
        4,
    ),
    "two strikes a day apart, in a feed that re-issues articles": (with_reissues_beside(4), 8),
    "other news every half hour under the guid and link of a live page": (live(30 * MINUTE), 6),
    "other news every day under the guid and link of a live page, no texts": (live(26 * HOUR, summary=""), 6),
    "other news each hour behind a sentence that a live page has each time": (
        untelling(*(f"{FOLLOW} {text(number)}" for number in range(4))),
        6,
    ),
    "other news each hour before such a sentence": (untelling(*(f"{text(number)} {FOLLOW}" for number in range(4))), 6),
    "an alert in the same words every 3 hours, without keys": (strikes(3 * HOUR, shown=3, guid="", link=""), 6),
    "an alert in the same words every 3 hours, without keys, one text for all": (
        strikes(3 * HOUR, shown=3, guid="", link="", summary=SHELTERS),
        6,
    ),
    "the report of each day at one address, the earlier ones still shown": (
        strikes(24 * HOUR, shown=3, guid="", link="https://wire.example/report"),
        6,
    ),
    # What is one article, and must stay one.
    "one strike that a document shows twice, with another time of the day": (
        together(*(strike(1, number * HOUR, guid="", summary=text(1)) for number in (0, 3))),
        3,
    ),
    "one strike that a document shows twice, with a guid and another day": (
        together(*(strike(1, number * HOUR, summary=text(1)) for number in (0, -30))),
        3,
    ),
    "a live page whose sentences are exchanged one by one": (
        untelling(*(f"{text(number)} {text(number + 1)} {text(number + 2)}" for number in range(4))),
        3,
    ),
    "an article whose headline is another, and its text stays": (rewritten(summary=text(10)), 3),
    "an article whose headline and text are others, and its date stays": (rewritten(published=dated(START)), 3),
    "an article whose headline and date are others, and that has no text": (rewritten(summary=""), 3),
    "one strike, issued again within minutes": (
        reissued(20 * MINUTE, strike(1, 5 * MINUTE), strike(2, 25 * MINUTE)),
        3,
    ),
    "one strike, issued again within minutes, no dates": (
        reissued(20 * MINUTE, strike(1, DAY, **SPARE), strike(2, DAY, **SPARE)),
        3,
    ),
    "one strike, corrected within minutes": (
        reissued(20 * MINUTE, strike(1, 5 * MINUTE), strike(1, 25 * MINUTE, title=f"{STRIKE} kills two")),
        3,
    ),
    "one strike, moved to another address with its text": (
        reissued(3 * HOUR, strike(1, 5 * MINUTE, summary=text(1)), strike(2, 3 * HOUR, summary=text(1))),
        3,
    ),
    "one strike, its link with another tracker": (
        reissued(
            26 * HOUR, strike(1, 5 * MINUTE), strike(1, 5 * MINUTE, link="https://wire.example/strikes/1?fbclid=7")
        ),
        3,
    ),
    "one strike that gets its text later": (
        reissued(26 * HOUR, strike(1, 5 * MINUTE), strike(1, 5 * MINUTE, summary=text(1))),
        3,
    ),
    "one strike under another guid at the same address": (
        reissued(2 * HOUR, strike(1, 5 * MINUTE), strike(2, 5 * MINUTE, link="https://wire.example/strikes/1")),
        3,
    ),
    "new guids and links at every poll": (renewed(5), 10),
    "new guids and links at every poll, no dates": (renewed(5, published=""), 10),
    "new guids and links at every poll, with texts": (renewed(5, published="", summary=text(0)), 10),
}


async def test_each_strike_is_an_article(sqlite_url: str) -> None:
    """Each row in a feed of its own, all in one store."""
    wrong = {}
    async with newsroom(sqlite_url, rules=()) as room:
        for number, (name, (polls, articles)) in enumerate(ROWS.items()):
            room.now = START
            room.observations.clear()
            feed = f"wire-{number}"
            for after, entries in polls:
                own = [replace(one, link=one.link.replace("wire.example", f"{feed}.example")) for one in entries]
                await room.show(*own, feed=feed, after=after, family=feed)
            found = {one.identity.item_id for one in room.observations}
            told = all(one.verdict or one.identity.judgement == "seen" for one in room.observations)
            if len(found) != articles or not told:
                wrong[name] = len(found), [(one.item.title, one.identity.reason) for one in room.observations]
    assert not wrong


async def test_each_strike_is_posted(sqlite_url: str) -> None:
    """The first one as a card, and the next ones at least in its thread."""
    async with newsroom(sqlite_url) as room:
        for after, entries in strikes(26 * HOUR):
            await room.show(*entries, after=after)
        assert await room.messages() == len(BESIDE) + 4

"""The traps that real feeds set, each served in order by a real server and polled into a real store.

A row says what a feed shows, poll after poll, and how many articles, revisions and first reports must come of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.wording.history import history_text
from tests.support.fakes.feed_server import FeedEntry
from tests.support.newsroom import START, dated, headline, newsroom, text

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Poll:
    """What a feed shows, that long after the poll before."""

    entries: tuple[FeedEntry, ...]
    after: timedelta = 5 * MINUTE
    feed: str = "wire"


@dataclass(frozen=True)
class Trap:
    """What a feed shows, and what must come of it: items, revisions and first reports."""

    polls: Callable[[], Iterator[Poll]]
    articles: int
    revisions: int
    alerts: int


TRAPS: dict[str, Trap] = {}


def trap(
    name: str, *, articles: int, edits: int = 0, alerts: int | None = None
) -> Callable[[Callable[[], Iterator[Poll]]], Callable[[], Iterator[Poll]]]:
    """Name what a generator of polls sets up; `edits` are revisions beyond the first."""

    def named(polls: Callable[[], Iterator[Poll]]) -> Callable[[], Iterator[Poll]]:
        TRAPS[name] = Trap(polls, articles, articles + edits, articles if alerts is None else alerts)
        return polls

    return named


def story(number: int, edit: int = 0, **over: str) -> FeedEntry:
    """A story with a guid, link and date of its own."""
    values = {
        "title": headline(number, edit),
        "link": f"https://wire.example/{number}",
        "guid": f"story-{number}",
        "published": dated(START + number * MINUTE),
        "summary": text(number, edit),
    }
    return FeedEntry(**(values | over))


def positional(numbers: range | list[int], edits: dict[int, int] | None = None, **over: str) -> tuple[FeedEntry, ...]:
    """These stories, newest first, each under the link of its place and without a guid."""
    newest_first = sorted(numbers, reverse=True)
    return tuple(
        story(number, (edits or {}).get(number, 0), link=f"https://wire.example/news_{place}.html", guid="", **over)
        for place, number in enumerate(newest_first, start=1)
    )


# -- links that are places


@trap("positional links, a new story at the top of each poll", articles=29)
def _() -> Iterator[Poll]:
    for newest in range(20):
        yield Poll(positional(range(newest, newest + 10)))


@trap("positional links, everything but the headline missing", articles=29)
def _() -> Iterator[Poll]:
    for newest in range(20):
        yield Poll(positional(range(newest, newest + 10), summary="", published=""))


@trap("positional links, dates that are the time of the fetch", articles=29)
def _() -> Iterator[Poll]:
    for newest in range(20):
        now = START + (newest + 1) * 5 * MINUTE
        yield Poll(positional(range(newest, newest + 10), published=dated(now)))


@trap("positional links, a story in each place replaced", articles=40)
def _() -> Iterator[Poll]:
    for first in range(0, 40, 8):
        yield Poll(positional(range(first, first + 8)))


@trap("positional links, a headline edited where its story stays", articles=12, edits=2)
def _() -> Iterator[Poll]:
    yield Poll(positional(range(10)))
    yield Poll(positional(range(1, 11)))
    yield Poll(positional(range(2, 12)))
    yield Poll(
        tuple(
            replace(one, title=headline(7, 1)) if one.title == headline(7) else one for one in positional(range(2, 12))
        )
    )
    yield Poll(
        tuple(
            replace(one, title=headline(7, 2)) if one.title == headline(7) else one for one in positional(range(2, 12))
        )
    )


@trap("positional links, a headline edited while its story moves", articles=13, edits=1)
def _() -> Iterator[Poll]:
    yield Poll(positional(range(10)))
    yield Poll(positional(range(1, 11)))
    yield Poll(positional(range(2, 12)))
    yield Poll(
        tuple(
            replace(one, title=headline(7, 1)) if one.title == headline(7) else one for one in positional(range(3, 13))
        )
    )


@trap("positional links, one story moving from news_1 to news_7 and back a year later", articles=40)
def _() -> Iterator[Poll]:
    for newest in range(7):
        yield Poll(positional(range(newest, newest + 10)))
    yield Poll(positional(range(20, 30)), after=30 * DAY)
    yield Poll(
        positional(
            [
                *range(21, 29),
                9,
                50,
            ]
        ),
        after=335 * DAY,
    )
    for number in (51, 52, 53, 54):
        yield Poll(positional([*range(25, 29), 9, number]))
    yield Poll(positional([9, *range(60, 69)]))


@trap("a headline alike in the place of another story", articles=13)
def _() -> Iterator[Poll]:
    killed = ["Drone strike kills five in Kherson market", "Drone strike kills nine in Kharkiv market"]
    yield Poll(positional(range(10)))
    yield Poll(positional(range(1, 11)))
    shown = list(positional(range(1, 11)))
    yield Poll((replace(shown[0], title=killed[0], summary=text(90)), *positional(range(1, 11))[1:]))
    yield Poll((replace(shown[0], title=killed[1], summary=text(91)), *positional(range(1, 11))[1:]))


@trap("every link is the home page, no guid", articles=14)
def _() -> Iterator[Poll]:
    for newest in range(5):
        yield Poll(tuple(story(n, link="https://wire.example/", guid="") for n in range(newest, newest + 10)))


# -- posts of one page, under headlines that are alike


def post(number: int, edit: int = 0, **over: str) -> FeedEntry:
    """A post of a live page: of its headline, one word in six is its own."""
    place = headline(number, edit).split()[0]
    values = {"title": f"Airstrike on a hospital in {place} kills patients", "link": "https://wire.example/live"}
    return story(number, edit, **(values | over))


@trap("posts with guids of their own", articles=6)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(tuple(post(n, summary="") for n in range(newest, newest + 4)))


@trap("posts with a fragment of their own, no guid", articles=6)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(
            tuple(
                post(n, guid="", summary="", link=f"https://wire.example/live#post-{n}")
                for n in range(newest, newest + 4)
            )
        )


@trap("posts whose numbers stand in a key that is mostly a session's", articles=6)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(
            tuple(
                post(n, guid="", summary="", link=f"https://wire.example/modules.php?file=article&sid={1000 + n}")
                for n in range(newest, newest + 4)
            )
        )


@trap("posts that only their document tells apart: one link, no guid, no text", articles=6)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(tuple(post(n, guid="", summary="") for n in range(newest, newest + 4)))


@trap("one post of one page, and then another beside it", articles=3, alerts=1)
def _() -> Iterator[Poll]:
    # Until the feed has shown that its links are places, what stands under one address is one story (decision 18).
    for newest in range(3):
        yield Poll(tuple(post(n, guid="", summary="") for n in range(newest + 1)))


@trap("an aggregator: another guid, link and list of others' words at each poll", articles=4, edits=12)
def _() -> Iterator[Poll]:
    for poll in range(4):
        yield Poll(
            tuple(
                story(
                    n, guid=f"CBM{poll}{n}", link=f"https://news.example/articles/CBM{poll}{n}", summary=text(50 + poll)
                )
                for n in range(4)
            ),
            after=13 * HOUR,
        )


# -- guids that change


@trap("an aggregator that gives new guids to the same article: 543 guids for 398 links", articles=398)
def _() -> Iterator[Poll]:
    shown = [(number, 0) for number in range(398)] + [(number, 1) for number in range(145)]
    random.Random(1).shuffle(shown)
    for start in range(0, len(shown), 30):
        yield Poll(tuple(story(n, guid=f"aggregated-{n}-{again}") for n, again in shown[start : start + 40]))


@trap("new guids at every poll", articles=14, edits=1)
def _() -> Iterator[Poll]:
    for poll in range(5):
        edited = {5: 1} if poll >= 3 else {}
        yield Poll(tuple(story(n, edited.get(n, 0), guid=f"{poll}-{n}") for n in range(poll, poll + 10)))


@trap("new guids at every poll, and links that are places", articles=14)
def _() -> Iterator[Poll]:
    for poll in range(5):
        shown = positional(range(poll, poll + 10))
        yield Poll(tuple(replace(one, guid=f"{poll}-{place}") for place, one in enumerate(shown)))


@trap("revision marks on guids: #0, #1, #2", articles=10, edits=3)
def _() -> Iterator[Poll]:
    for poll, mark in enumerate((0, 1, 1, 2)):
        edited = {3: mark, 4: min(mark, 1)}
        yield Poll(
            tuple(story(n, edited.get(n, 0), guid=f"https://wire.example/{n}#{edited.get(n, 0)}") for n in range(10))
        )
        assert poll < 4


@trap("a revision mark, another headline and another text", articles=2, edits=1)
def _() -> Iterator[Poll]:
    yield Poll((story(1, guid="https://wire.example/1#0"), story(2, guid="https://wire.example/2#0")))
    edited = story(71, guid="https://wire.example/1#1", link="https://wire.example/1")
    yield Poll((edited, story(2, guid="https://wire.example/2#0")))


@trap("posts of a live page: guids that are its address and a number", articles=6)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(
            tuple(
                story(n, link="https://wire.example/live", guid=f"https://wire.example/live#{n}")
                for n in range(newest, newest + 4)
            )
        )


@trap("guids that are the link with trackers that change", articles=10, edits=1)
def _() -> Iterator[Poll]:
    for poll in range(4):
        yield Poll(
            tuple(
                story(n, int(n == 4 and poll > 1), guid=f"https://wire.example/{n}?utm_source=rss&utm_term={poll}")
                for n in range(10)
            )
        )


@trap("links with a parameter that changes at every poll, no guid", articles=12)
def _() -> Iterator[Poll]:
    for poll in range(3):
        yield Poll(
            tuple(story(n, link=f"https://wire.example/{n}?visit={poll}", guid="") for n in range(poll, poll + 10))
        )


@trap("guids that are a unix time", articles=10, edits=1)
def _() -> Iterator[Poll]:
    for poll in range(3):
        yield Poll(
            tuple(
                story(n, int(n == 4 and poll > 0), guid=f"https://wire.example/?t={1772431200 + n}") for n in range(10)
            )
        )


@trap("a guid kept for a new story", articles=11)
def _() -> Iterator[Poll]:
    yield Poll(tuple(story(n) for n in range(10)))
    yield Poll((story(30, guid="story-4"), *(story(n) for n in range(10) if n != 4)))


@trap("one guid for whatever is the news, headlines alike, an hour or less between them", articles=6)
def _() -> Iterator[Poll]:
    rest = tuple(story(n) for n in range(3))
    for number, place in ((7, "Kharkiv"), (60, "Sumy"), (100, "Odesa")):
        title = f"Russian strike on {place} kills {number}, officials say"
        yield Poll((story(number, title=title, guid="now"), *rest), after=HOUR)


@trap("guid and link kept for a new story the next day", articles=11)
def _() -> Iterator[Poll]:
    yield Poll(tuple(story(n) for n in range(10)))
    tomorrow = story(30, guid="story-4", link="https://wire.example/4", published=dated(START + DAY))
    yield Poll((tomorrow, *(story(n) for n in range(10) if n != 4)), after=DAY)


@trap("the same guid on every entry", articles=14)
def _() -> Iterator[Poll]:
    for newest in range(5):
        yield Poll(tuple(story(n, guid="https://wire.example/feed") for n in range(newest, newest + 10)))


# -- dates


@trap("dates rewritten on every edit", articles=5, edits=4)
def _() -> Iterator[Poll]:
    for edit in range(5):
        yield Poll(
            tuple(story(n, edit if n == 2 else 0, published=dated(START + edit * HOUR)) for n in range(5)), after=HOUR
        )


@trap("dates missing, of 1970, of 2090, 14 h in the future, and no dates", articles=10, edits=1)
def _() -> Iterator[Poll]:
    odd = (
        "",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Sat, 04 Mar 2090 12:00:00 GMT",
        dated(START + 14 * HOUR),
        "yesterday-ish",
    )
    for edit in range(2):
        yield Poll(tuple(story(n, edit if n == 3 else 0, published=odd[n % 5]) for n in range(10)))


@trap("headline edited ten times, guid and link kept", articles=3, edits=10)
def _() -> Iterator[Poll]:
    for edit in range(11):
        yield Poll((story(1, edit), story(2), story(3)), after=20 * MINUTE)


@trap("headline edited ten times and back again", articles=1, edits=10)
def _() -> Iterator[Poll]:
    for edit in [*range(11), *range(10, -1, -1)]:
        yield Poll((story(1, edit),), after=20 * MINUTE)


# -- absence and order


@trap("articles that leave and return, also after a year, and a valid empty feed between", articles=13)
def _() -> Iterator[Poll]:
    everyone = tuple(story(n) for n in range(10))
    yield Poll(everyone)
    yield Poll(everyone[:4])
    yield Poll(())
    yield Poll(everyone[3:])
    yield Poll((*everyone[:5], story(20), story(21)), after=60 * DAY)
    yield Poll((*everyone, story(22)), after=365 * DAY)
    yield Poll(tuple(replace(one, guid=f"{one.guid}-moved") for one in everyone))


@trap("entries in reverse and in random order", articles=12)
def _() -> Iterator[Poll]:
    shown = [story(n) for n in range(12)]
    yield Poll(tuple(shown))
    yield Poll(tuple(reversed(shown)))
    for seed in range(4):
        yield Poll(tuple(random.Random(seed).sample(shown, 12)))


# -- words that say nothing


@trap("two articles of one title on one day: Live updates, Morning briefing", articles=6)
def _() -> Iterator[Poll]:
    titles = ("Live updates", "Morning briefing", "Live updates")
    for half in range(2):
        yield Poll(tuple(story(3 * half + n, title=titles[n]) for n in range(3)), after=3 * HOUR)


@trap("headlines of each day, under keys of their own, one guid and link, one link, and undated", articles=15, edits=3)
def _() -> Iterator[Poll]:
    pages = ("Ukraine war briefing: what we know today", "Today's summary", "War in Ukraine, day {}", "Live updates")
    for day in range(3):
        told = [
            story(4 * day + n, title=title.format(1467 + day), published=dated(START + day * DAY))
            for n, title in enumerate(pages)
        ]
        told[1:] = [replace(one, link=f"https://wire.example/page-{n}") for n, one in enumerate(told[1:])]
        told[1] = replace(told[1], guid="summary")
        told[2] = replace(told[2], guid="")
        told[3] = replace(told[3], guid="live", published="")
        yield Poll(tuple(told), after=DAY)
        # What names no news is another article by the hour, and an edit where a part of its words stays.
        for edit in range(2):
            yield Poll((*told[:3], replace(told[3], summary=text(100 + day, edit))), after=HOUR)


@trap("articles that are dated anew a day later with more, fewer and other words", articles=3, edits=3, alerts=3)
def _() -> Iterator[Poll]:
    for edit in range(2):
        yield Poll(
            (
                story(1, edit=0, summary=text(1, edit), published=dated(START + edit * DAY)),
                story(2, edit=0, summary=text(2, 1 - edit), published=dated(START + edit * DAY)),
                story(3, edit=edit, published=dated(START + edit * DAY)),
            ),
            after=DAY,
        )


@trap("empty titles", articles=8)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(tuple(story(n, title="") for n in range(newest, newest + 6)))


@trap("no title, no text, links and guids only", articles=8, alerts=8)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(tuple(story(n, title="", summary="") for n in range(newest, newest + 6)))


@trap("titles of one word", articles=7)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(tuple(story(n, title="Earthquake") for n in range(newest, newest + 5)))


@trap("titles of one word under positional links", articles=7)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(positional(range(newest, newest + 5), title="Earthquake"))


@trap("titles of 10,000 words", articles=5, edits=1)
def _() -> Iterator[Poll]:
    for edit in range(2):
        yield Poll(
            tuple(
                story(n, title=" ".join([headline(n, edit if n == 2 else 0), *(["word"] * 10_000)])) for n in range(5)
            )
        )


@trap("one summary for all", articles=12, edits=1)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(tuple(story(n, int(n == 6 and newest > 0), summary=text(0)) for n in range(newest, newest + 10)))


@trap("one summary for all under positional links", articles=12)
def _() -> Iterator[Poll]:
    for newest in range(3):
        yield Poll(positional(range(newest, newest + 10), summary=text(0)))


# -- feeds that move, and addresses that follow the headline


@trap("after 60 articles a move to another domain and a week's outage, no dates", articles=60)
def _() -> Iterator[Poll]:
    for host, first in [*(("old", first) for first in range(0, 60, 10)), ("new", 50), ("new", 50)]:
        keys = [(n, f"https://{host}.example/?p={n}") for n in range(first, first + 10)]
        yield Poll(
            tuple(story(n, guid=key, link=key.replace("?p=", "story-"), published="") for n, key in keys),
            after=7 * DAY if host == "new" else HOUR,
        )


@trap("a corrected headline in the address, which is the guid too, then quite another", articles=4, edits=2)
def _() -> Iterator[Poll]:
    def told(toll: str) -> FeedEntry:
        key = f"https://wire.example/cluster-bombs-kill-{toll}"
        return story(1, title=f"Cluster bombs kill {toll} civilians at a market in Idlib", guid=key, link=key)

    rest = (story(2), story(3), story(4))
    yield Poll((told("nine"), *rest))
    yield Poll((told("eleven"), *rest))
    other = "https://wire.example/rescuers-search-rubble"
    yield Poll((story(1, title="Rescuers search the rubble of stalls in the north", guid=other, link=other), *rest))


@trap(
    "whole feeds in another language, and back: links that stay, or that are the guids, or guids alone",
    articles=15,
    edits=15,
)
def _() -> Iterator[Poll]:
    for language in (0, 200, 0, 200):
        for feed, first, keys in (("stay", 1, {}), ("are", 30, {"guid": ""}), ("alone", 60, {"link": f"/{language}/"})):
            told = [(n, headline(n + language), text(n + language)) for n in range(first, first + 5)]
            yield Poll(
                tuple(
                    story(n, title=title, summary=words, published=dated(START - n * MINUTE), **_of(n, keys))
                    for n, title, words in told
                ),
                feed=feed,
            )


@trap(
    "whole feeds without dates in another language, and back: links that stay, guids alone, days, times of the fetch",
    articles=16,
    edits=16,
    alerts=4,
)
def _() -> Iterator[Poll]:
    day = dated(START.replace(hour=0))
    for number, told in enumerate((IN_ENGLISH, IN_FRENCH, IN_ENGLISH)):
        other_site = f"https://wire.example/{number}/"
        for feed, over in (
            ("stay", {"guid": ""}),
            ("alone", {"link": other_site}),
            ("days", {"published": day}),
            ("fetched", {"published": dated(START + number * HOUR)}),
        ):
            yield Poll(tuple(_undated(feed, n, title, words, over) for n, (title, words) in enumerate(told)), feed=feed)


@trap("a feed without dates in Ukrainian and then in Russian, in headlines that are alike", articles=3, edits=3)
def _() -> Iterator[Poll]:
    for told in (
        (
            ("Міністр прибув до столиці з візитом", "Міністр закордонних справ приїхав до столиці на два дні."),
            ("Вода відступила від північних сіл", "Рівень води впав на два метри, родини повертаються додому."),
            ("Докери завершили тривалий страйк", "Кранівники погодилися на підвищення платні і вийдуть завтра."),
        ),
        (
            ("Министр прибыл в столицу с визитом", "Министр иностранных дел приехал в столицу на два дня."),
            ("Вода отступила от северных деревень", "Уровень воды упал на два метра, семьи возвращаются домой."),
            ("Докеры завершили долгую забастовку", "Крановщики согласились на повышение платы и выйдут завтра."),
        ),
    ):
        yield Poll(tuple(story(n, title=title, summary=words, published="") for n, (title, words) in enumerate(told)))


@trap("positional links without dates, and then news in another language", articles=7)
def _() -> Iterator[Poll]:
    for told in (IN_ENGLISH[1:], IN_ENGLISH[:3], IN_FRENCH[:3]):
        yield Poll(tuple(_undated("places", n, title, words, {"guid": ""}) for n, (title, words) in enumerate(told)))


IN_ENGLISH = (
    ("Ministers agree on trade in grain", "Ministers of six states signed the accord after two days of talks."),
    ("Flood waters leave northern villages", "Water levels fell by two metres and families went back to the valley."),
    (
        "Harbour workers end their long strike",
        "Crane drivers voted for a rise of six per cent and will work on Monday.",
    ),
    ("Court orders return of seized archive", "Judges ruled that the papers must be given back within the next month."),
)
IN_FRENCH = (
    ("Accord sur le blé entre les ministres", "Six États ont signé le texte après deux jours de discussions."),
    (
        "Les eaux quittent la vallée du nord",
        "Le niveau a baissé de deux mètres et les familles sont rentrées chez elles.",
    ),
    (
        "Les dockers mettent fin à la grève",
        "Les grutiers ont voté pour une hausse de six pour cent et reprennent lundi.",
    ),
    (
        "La justice ordonne de rendre les archives",
        "Les juges estiment que les papiers doivent être rendus dans un mois.",
    ),
)


def _undated(feed: str, number: int, title: str, words: str, over: dict[str, str]) -> FeedEntry:
    keys = {"guid": f"{feed}-{number}", "link": f"https://wire.example/{feed}/", "published": ""} | over
    keys["link"] += str(number)
    return FeedEntry(title=f"{title}: {feed}", summary=f"{words} {feed.capitalize()}.", **keys)


def _of(number: int, keys: dict[str, str]) -> dict[str, Any]:
    return {name: value and f"https://wire.example{value}{number}" for name, value in keys.items()}


@trap("a move to another system, and then edits", articles=6, edits=3)
def _() -> Iterator[Poll]:
    yield Poll(tuple(story(n) for n in range(6)))
    keys: list[dict[str, Any]] = [{"guid": f"new-{n}", "link": f"https://new.wire.example/{n}"} for n in range(6)]
    yield Poll(tuple(story(n, **keys[n]) for n in range(6)))
    yield Poll(tuple(story(n, int(n > 2), **keys[n], published="") for n in range(6)))


@trap("some articles that come back after a week under other keys, with dates in another zone", articles=7)
def _() -> Iterator[Poll]:
    stay = tuple(story(n) for n in range(4))
    yield Poll((*stay, *(story(n) for n in range(4, 7))))
    yield Poll(stay)
    late = START + 2 * HOUR
    back = (story(n, guid=f"/{n}", link=f"https://new.example/{n}", published=dated(late)) for n in range(4, 7))
    yield Poll((*stay, *back), after=7 * DAY)


@trap("articles in two sections under two links, without texts", articles=9, edits=2)
def _() -> Iterator[Poll]:
    for newest, edit in ((0, 0), (1, 1), (2, 1)):
        shown = [story(n, edit if n in (3, 4) else 0, summary="", guid="") for n in range(newest, newest + 7)]
        twice = [replace(one, link=one.link.replace("wire.example/", "wire.example/world/")) for one in shown[2:5]]
        yield Poll((*shown, *twice))


# -- feeds of one family


@trap("one article in two feeds of a family", articles=3, edits=2)
def _() -> Iterator[Poll]:
    yield Poll((story(1), story(2)))
    yield Poll((story(1, guid="world-1", link="https://wire.example/1?utm_source=world"), story(3)), feed="world")
    edited = story(1, 1, guid="world-1")
    stale = story(1, guid="world-1", link="https://wire.example/world/1", published="")
    yield Poll((edited, story(3)), feed="world")
    yield Poll((stale, story(3)), feed="world")
    yield Poll((story(1, 2, link="https://wire.example/1/later", published=""), story(2)))
    yield Poll((story(1, 2, link="https://wire.example/1/later", published=""), story(2)))


@pytest.mark.parametrize("name", TRAPS)
async def test_no_article_is_told_twice_and_none_is_missed(name: str, sqlite_url: str) -> None:
    expected = TRAPS[name]
    async with newsroom(sqlite_url) as room:
        for poll in expected.polls():
            await room.show(*poll.entries, feed=poll.feed, after=poll.after)
        revisions = await room.revisions()
        articles = {one.item_id for one in revisions}
        assert (len(articles), len(revisions), len(room.alerts)) == (
            expected.articles,
            expected.revisions,
            expected.alerts,
        ), [
            (one.identity.reason, one.item.title[:60], one.item.link, str(one.identity.judgement))
            for one in room.observations
        ]


async def test_explain_tells_why_each_revision_is_the_articles(sqlite_url: str) -> None:
    async with newsroom(sqlite_url) as room:
        for poll in TRAPS["positional links, a headline edited where its story stays"].polls():
            await room.show(*poll.entries, after=poll.after)
        edited = next(one.item_id for one in await room.revisions() if one.revision == 3)
        history = await room.store.history(edited)
        assert history is not None
        told = history_text(history)
        assert "same text, and a headline alike; it has no guid of its own, this feed reuses links (" in told
        assert "): not trusted; the text changed" in told

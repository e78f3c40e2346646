"""Linking: what it costs to find the story of a report while the store grows, and whether it still finds it."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate, islice

import wordfreq

from benchmarks.rows import Row
from monitor.decide.policy import Policy
from monitor.judge.batch import DocumentPart, Poll, judge, lookup_of
from monitor.judge.prepared import read_item
from monitor.link.join import WINDOW, member_of
from monitor.link.places.gazetteer import gazetteer
from monitor.link.reading import read_report
from monitor.model import (
    Batch,
    Context,
    Feed,
    FeedKind,
    FeedState,
    Identity,
    Item,
    Judgement,
    Link,
    Lookup,
    Match,
    Member,
    Observation,
    PlaceKind,
    Profile,
    Route,
    Routes,
    Severity,
    Story,
)
from storage.store import Store

SIZES = (1_000, 10_000, 100_000)
MEASURED, WARMING, ROUNDS = 200, 50, 3
_NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
_FEED = Feed(id="wire", name="Wire", url="https://wire.example/", family="wire")
_STATE = FeedState(feed_id=_FEED.id, baselined_at=_NOW)
_POLICY = Policy(routes=Routes((Route(name="desk", channel="C1"),)), catch_up=None)
_MATCH = Match(rule="all", rule_title="All", rule_hash="", engine="", way="all", severity=Severity.LOW, evidence=())
_TOGETHER = 50
_READ = 3
"""How many reports of an invented event are read; those of it that come later say what one of these says."""

_WHO = "Russia Ukraine Israel Hamas Hezbollah Iran Syria Turkey rebels army police militia coalition drones".split()
_WHAT = "strike raid attack shelling bombing rocket missile drone mine cluster airstrike mortar blast ambush".split()
_HIT = "market hospital school bus convoy bridge depot village camp church mosque port airport station block".split()
_SAID = "officials say|rescuers report|the ministry says|residents say|monitors report|the governor says".split("|")
_COUNTRIES = "UA RU SY IL PS LB SD YE MM IQ AF IR".split()


def run() -> Iterator[Row]:
    """The figures, one after the other, over one store that grows."""
    return iter(asyncio.run(_run()))


async def _run() -> list[Row]:
    rows, costs, items = [], [], 0
    events = _events(random.Random(2))
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as folder:
        store = Store.open(f"sqlite:///{folder}/linking.db", throwaway=True)
        await store.upgrade()
        known: list[_Event] = []
        for size in SIZES:
            while items < size:
                some = list(islice(events, _TOGETHER))
                await store.judge(_asking(_NOW), partial(_stored, events=some))
                items += sum(one.reports for one in some)
                known += some
            cost, found = await _measured(store, known, events, size)
            costs.append(cost)
            rows.append(
                Row(
                    f"a report among {size:,} open items in {len(known):,} stories; "
                    f"{found:.0%} of further reports join theirs",
                    f"{cost * 1e3:.1f} ms",
                    f"{cost / costs[0]:.2f} times the cost among {SIZES[0]:,}",
                )
            )
        await store.close()
    return rows


@dataclass(frozen=True, slots=True)
class _Event:
    """Something that happened: what its reports say, how many there are, and when the last came."""

    number: int
    who: str
    what: str
    hit: str
    town: str
    killed: int
    words: tuple[str, ...]
    reports: int
    last: datetime

    @property
    def story_id(self) -> str:
        return f"s-{self.number}"

    def report(self, number: int) -> tuple[str, str]:
        """The headline and text of one of its reports, each in words of its own."""
        rng = random.Random(self.number * 1_000 + number)
        some = rng.sample(self.words, 4)
        said, other = rng.sample(_SAID, 2)
        title = rng.choice(
            (
                f"{self.who.title()} {self.what} kills {self.killed} at {some[0]} {self.hit} in {self.town}, {said}",
                f"{self.killed} killed as {self.what} hits {self.hit} in {self.town}",
                f"{self.town}: {self.what} on {some[0]} {self.hit} leaves {self.killed} dead",
                f"{self.what.title()} in {self.town} blamed on {self.who}, {said}",
            )
        )
        return title, (
            f"At least {self.killed} people were killed when a {self.what} hit a {self.hit} in {self.town}, {other}. "
            f"The {some[1]} was {some[2]} and the {some[3]} remained, a spokesman for {self.who} said."
        )


def _events(rng: random.Random) -> Iterator[_Event]:
    """Invented events without end: towns, sides and words as uneven as in the news, reports from 1 to some dozens."""
    places = gazetteer()
    cities = [
        (population, place.name)
        for place, population in zip(places.places, places.populations, strict=True)
        if place.kind is PlaceKind.CITY and place.country in _COUNTRIES
    ]
    towns = [name for _, name in sorted(cities, reverse=True)]
    zipf = list(accumulate(1 / (rank + 5) for rank in range(len(towns))))
    frequencies = wordfreq.get_frequency_dict("en", "large")
    rarer = {word: share for word, share in frequencies.items() if share < 1e-4 and word.isalpha() and len(word) > 4}
    words, shares = list(rarer), list(accumulate(rarer.values()))
    number = 0
    while True:
        yield _Event(
            number=number,
            who=rng.choice(_WHO),
            what=rng.choice(_WHAT),
            hit=rng.choice(_HIT),
            town=rng.choices(towns, cum_weights=zipf)[0],
            killed=min(200, int(rng.paretovariate(1.2)) + 2),
            words=tuple(dict.fromkeys(rng.choices(words, cum_weights=shares, k=12))),
            reports=min(60, int(rng.paretovariate(1.1))),
            last=_NOW - rng.random() * (WINDOW - timedelta(hours=1)),
        )
        number += 1


def _asking(now: datetime) -> Lookup:
    return Lookup(feed_id=_FEED.id, family=_FEED.family, stories_since=now - WINDOW, now=now)


def _stored(context: Context, *, events: Sequence[_Event]) -> Batch:
    """The stories of some events as linking would have left them, of items that nobody asks for again."""
    observations, stories = [], []
    for event in events:
        read = [_member(event, number) for number in range(min(event.reports, _READ))]
        members = [
            replace(read[number % _READ], item_id=f"i-{event.number}-{number}", seen_at=event.last)
            for number in range(event.reports)
        ]
        stories.append(
            Story(
                story_id=event.story_id,
                started_at=event.last,
                updated_at=event.last,
                members=tuple(members),
                profile=Profile.of(member.profile for member in members),
            )
        )
        link = Link(event.story_id, new=False, reason="invented")
        observations += [
            Observation(
                item=_item(member.title, member.summary, event.last),
                identity=Identity(member.item_id, Judgement.SEEN, 1, "invented"),
                link=link,
                member=member,
            )
            for member in members
        ]
    return Batch(state=context.state, observations=tuple(observations), stories=tuple(stories))


def _member(event: _Event, number: int) -> Member:
    item = _item(*event.report(number), event.last)
    return member_of(read_report(item, ()), item, f"i-{event.number}-{number}")


def _item(title: str, summary: str, seen_at: datetime, *, name: str = "") -> Item:
    return Item(
        feed_id=_FEED.id,
        family=_FEED.family,
        kind=FeedKind.WIRE,
        source=_FEED.name,
        title=title,
        summary=summary,
        seen_at=seen_at,
        content_hash=title,
        guid=name,
        title_key=name,
    )


async def _measured(store: Store, known: Sequence[_Event], events: Iterator[_Event], size: int) -> tuple[float, float]:
    """Seconds of processor time a report takes, in the quickest of some rounds, and which share joins its story.

    Half of the reports are of events that were last reported within a day, half of new ones. Reading a report is not
    counted: it is the same whatever the store holds.
    """
    rng = random.Random(size)
    lately = [event for event in known if _NOW - event.last < timedelta(days=1)]
    rounds: list[float] = []
    joined: list[bool] = []
    for count in (WARMING, *[MEASURED] * ROUNDS):
        spent = 0.0
        for number in range(count):
            event = rng.choice(lately) if number % 2 else next(events)
            title, summary = event.report(1_000 + rng.randrange(1_000))
            name = f"{size}-{len(rounds)}-{number}"
            item = _item(title, summary, _NOW, name=name)
            prepared = [read_item(item, (_MATCH,))]
            lookup = lookup_of(_FEED, prepared, now=_NOW)
            build = partial(judge, part=DocumentPart(prepared), poll=Poll(_STATE), policy=_POLICY, now=_NOW)
            start = time.process_time()
            batch = await store.judge(lookup, build)
            spent += time.process_time() - start
            if number % 2:
                linked = batch.observations[0].link
                joined.append(linked is not None and linked.story_id == event.story_id)
        rounds.append(spent / count)
    return min(rounds[1:]), sum(joined) / len(joined)

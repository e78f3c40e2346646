"""Feeds that publish as the shipped ones do, so many times as fast: a day of news in minutes, busy noons, quiet nights.

Every feed has a pace of its own. Few articles are for a desk; the others are read, matched by every rule and linked.
"""

from __future__ import annotations

import math
import random
from collections import deque
from dataclasses import dataclass, field

from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.headlines import invented_word

DAY = 86_400.0
LEAST_A_DAY, MOST_A_DAY = 4.0, 150.0
"""Articles a day of the slowest and the busiest feed; between them most are slow."""

FOR_DESKS = 0.05
"""The share of articles that some desk must be told of, and of those the share that report an earlier story again."""
FURTHER = 0.3

WINDOW = 900.0
"""Seconds for which a feed lists an article at least, so that none is gone before an outage is over."""

_WORDS = (
    "council harbour school budget river farmers price grain airport garden village bridge museum railway market "
    "library festival water orchestra painting season players coach stadium recipe bakery tourists island forest "
    "the a of in on after before opens finds wins paints sings plants builds repairs sells buys visits old new green"
).split()


@dataclass
class Month:
    """`names` are the feeds, served at /NAME.xml. `published` are the headlines that must be told, in order."""

    server: FeedServer
    names: tuple[str, ...]
    desks: tuple[str, ...]
    speed: float
    rng: random.Random
    articles: int = 0
    published: list[str] = field(default_factory=list)
    _stories: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=5))

    def __post_init__(self) -> None:
        spread = math.log(MOST_A_DAY / LEAST_A_DAY)
        self._a_day = {name: LEAST_A_DAY * math.exp(spread * self.rng.random() ** 1.5) for name in self.names}
        self._lists: dict[str, deque[tuple[float, FeedEntry]]] = {name: deque() for name in self.names}
        for name in self.names:
            self._write(name, 0.0)
            self.serve(name)

    def pass_by(self, now: float, seconds: float) -> None:
        """Let so many seconds pass until `now`, in seconds since the beginning."""
        hour = now * self.speed % DAY / DAY
        busy = 1 - 0.8 * math.cos(2 * math.pi * hour)
        for name, a_day in self._a_day.items():
            expected = a_day * busy * self.speed * seconds / DAY
            count = sum(self.rng.random() < expected / 4 for _ in range(4))
            for _ in range(count):
                self._write(name, now)
            if count:
                self.serve(name)

    def a_report(self, now: float) -> str:
        """Publish one that must be told, whenever; its headline."""
        return self._write(self.rng.choice(self.names), now, for_desks=True)

    def _write(self, name: str, now: float, *, for_desks: bool | None = None) -> str:
        self.articles += 1
        if for_desks if for_desks is not None else now and self.rng.random() < FOR_DESKS:
            title = self._for_desks()
            self.published.append(title)
        else:
            title = " ".join(self.rng.choices(_WORDS, k=8)).capitalize()
        summary = " ".join(self.rng.choices(_WORDS, k=40)).capitalize() + "."
        number = self.articles
        listed = self._lists[name]
        listed.appendleft((now, FeedEntry(title, f"https://{name}.example/{number}", f"{number}", summary=summary)))
        while len(listed) > 30 and now - listed[-1][0] > WINDOW:
            listed.pop()
        if for_desks:
            self.serve(name)
        return title

    def _for_desks(self) -> str:
        if self._stories and self.rng.random() < FURTHER:
            desk, words = self.rng.choice(self._stories)
            first, *rest = words.split()
            return f"{' '.join(rest)} {first}: {desk} {self._word()} {self._word()}"
        desk, words = self.rng.choice(self.desks), " ".join(self._word() for _ in range(5))
        self._stories.append((desk, words))
        return f"{words} {desk}"

    def serve(self, name: str) -> None:
        """Serve what a feed lists by now."""
        entries = [entry for _, entry in self._lists[name]]
        self.server.serve(f"/{name}.xml", Answer(rss(*entries, title=name), etag=f'"{entries[0].guid}"'))

    def _word(self) -> str:
        return invented_word(self.rng)

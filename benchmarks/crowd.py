"""Thousands of feeds and a Slack on loopback, in a process of their own, that note what they served and got, and when.

The feeds are at many hosts, as in earnest: each address of 127.0.0.0/8 is one. Of the requests of a feed one in ten
finds a new entry, and two new entries in a hundred have a word by which a rule of the benchmark's knows them.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from multiprocessing.connection import Connection

from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.fakes.slack import FakeSlack

ENTRIES = 20
EACH_HOST = 10
"""How many feeds a host has."""

CHANNELS = 40
"""So many that no alert waits because another went to its channel within the last second."""

_NEW, _MATCHING = 0.1, 0.02
_SYLLABLES = ("ba", "do", "fe", "gu", "ki", "lo", "mu", "na", "pe", "ri")


@dataclass(slots=True)
class Notes:
    """What happened since they were last asked for, in seconds of the clock on the wall.

    `asked` are requests, as number of the feed and time; `served` when an entry that matches was served, by its word;
    `posted` when a message with such a word reached Slack.
    """

    asked: list[tuple[int, float]] = field(default_factory=list)
    served: dict[str, float] = field(default_factory=dict)
    posted: dict[str, float] = field(default_factory=dict)
    changed: int = 0


def town(number: int) -> str:
    """A name that no news holds, for the rule of a channel."""
    rng = random.Random(f"town {number}")
    return "".join(rng.choice(_SYLLABLES) for _ in range(6)).title()


def rule_of(channel: int) -> str:
    """The rule of a channel, as a file: it looks for the channel's town, and for nothing else."""
    name = town(channel)
    return (
        f"format: 1\nid: desk-{channel}\ntitle: Desk {channel}\nstatus: live\nseverity: high\nsend_to: [r{channel}]\n"
        f"words: {{town: {{en: ['={name}']}}}}\nfind: [{{name: any mention, all: [town]}}]\n"
        f"examples: {{match: [Rain in {name}], no_match: [nothing]}}\n"
    )


def strike(channel: int, word: str) -> tuple[str, str]:
    """The headline and summary of a report that the rule of a channel matches; its alert is known by a word."""
    summary = f"Nine civilians were killed when a drone hit a market, {word} said. The ministry had no comment."
    return f"Drone strike on market in {town(channel)} kills nine, {word} says", summary


def url_of(number: int, port: int) -> str:
    """Where a feed is."""
    host = number // EACH_HOST
    return f"http://127.0.{1 + host // 250}.{1 + host % 250}:{port}/f{number}"


def serve(feeds: int, pipe: Connection) -> None:
    """Be the server until the pipe is closed. Sends its ports at first, and its notes whenever something comes."""
    asyncio.run(_serve(feeds, pipe))


async def _serve(feeds: int, pipe: Connection) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    crowd = _Crowd(feeds)
    hosts = sorted({url_of(number, 0).split("/")[2].split(":")[0] for number in range(feeds)})
    first = await loop.create_server(lambda: _Http(crowd.answer), hosts[0], 0)
    port = first.sockets[0].getsockname()[1]
    for host in hosts[1:]:
        await loop.create_server(lambda: _Http(crowd.answer), host, port)
    async with FakeSlack() as slack:
        slack.on_post = crowd.on_post
        pipe.send((port, slack.base_url, slack.token))

        def asked() -> None:
            try:
                pipe.recv()
                pipe.send(crowd.take())
            except (EOFError, BrokenPipeError):
                stop.set()

        loop.add_reader(pipe.fileno(), asked)
        await stop.wait()


class _Crowd:
    """What the feeds say. `newest` is the number of each feed's newest entry, 0 for one that was never asked."""

    def __init__(self, feeds: int) -> None:
        self._newest = [0] * feeds
        self._rng = random.Random(1)
        self._began = time.time()
        self._dates: list[dict[int, float]] = [{} for _ in range(feeds)]
        self._matching: dict[tuple[int, int], str] = {}
        self._notes = Notes()

    def take(self) -> Notes:
        notes, self._notes = self._notes, Notes()
        return notes

    def on_post(self, message: dict[str, object]) -> None:
        text = str(message.get("text", ""))
        for word in text.replace(",", " ").split():
            if word.startswith("Zq"):
                self._notes.posted.setdefault(word, time.time())

    def answer(self, path: bytes, etag: bytes) -> tuple[bytes, bytes]:
        """The validator, and the document unless that is the one that was sent along."""
        number, now = int(path[2:]), time.time()
        self._notes.asked.append((number, now))
        fresh = ""
        if not self._newest[number]:
            self._newest[number] = ENTRIES
        elif self._rng.random() < _NEW:
            self._newest[number] += 1
            self._notes.changed += 1
            self._dates[number][self._newest[number]] = now
            if self._rng.random() < _MATCHING:
                fresh = f"Zq{number}x{self._newest[number]}"
                self._matching[number, self._newest[number]] = fresh
        newest = self._newest[number]
        own = b'"%d"' % newest
        if etag == own:
            return own, b""
        body = rss(*(self._entry(number, newest - back) for back in range(ENTRIES))).encode()
        if fresh:
            self._notes.served[fresh] = time.time()
        return own, body

    def _entry(self, feed: int, number: int) -> FeedEntry:
        rng = random.Random(feed * 100_000 + number)
        word = "".join(rng.choice(_SYLLABLES) for _ in range(5)).title()
        date = self._dates[feed].get(number, self._began - 3_600 * (ENTRIES + 1 - number))
        link, at = f"https://f{feed}.example/{number}", formatdate(date)
        known = self._matching.get((feed, number))
        if known is None:
            summary = (
                f"The budget of {word} was adopted after a long debate on parks, roads and the town's old theatre."
            )
            return FeedEntry(f"Council {word} adopts its budget", link, f"{feed}-{number}", at, summary)
        title, summary = strike((feed + number) % CHANNELS, known)
        return FeedEntry(title, link, f"{feed}-{number}", at, summary)


class _Http(asyncio.Protocol):
    """As little of HTTP/1.1 as a client notices, so that the server takes little of the machine."""

    def __init__(self, answer: Callable[[bytes, bytes], tuple[bytes, bytes]]) -> None:
        self._answer = answer
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while b"\r\n\r\n" in self._got:
            head, _, self._got = self._got.partition(b"\r\n\r\n")
            lines = head.split(b"\r\n")
            path = lines[0].split(b" ")[1]
            fields = (line.partition(b":") for line in lines[1:])
            etag = next((value.strip() for name, _, value in fields if name.lower() == b"if-none-match"), b"")
            own, body = self._answer(path, etag)
            self._transport.write(_NOTHING % own if not body else _DOCUMENT % (own, len(body)) + body)


_NOTHING = b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n"
_DOCUMENT = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: %s\r\nContent-Length: %d\r\n\r\n"

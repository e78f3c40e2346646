"""Hostile feeds beside honest ones: `python -m tests.hostile [FOLDER]` runs the service among them and prints figures.

136 feeds do their worst, each from an address of its own on loopback, and twenty others bring a report now and then. It
is measured how long each report takes from being published to Slack, and how much memory the service and its parsers
take. FOLDER may hold documents to be served beside the made-up ones.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import itertools
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import psutil

from tests.soak import Interpreters
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.fakes.slack import FakeSlack
from tests.support.world import DESK, World

HOSTILE, HONEST = 136, 20
WARM_UP, SECONDS, EVERY = 40, 120, 60
"""Seconds before it is measured, of measuring, and from one report of an honest feed to its next."""

MEDIAN, MOST = 3.0, 15.0
"""Seconds that an honest report may take: half of them, and each."""
SERVICE_MB, PARSER_MB = 400, 300

RULE = """format: 1
id: floods
title: Floods
status: live
severity: critical
words: {water: {en: [flood]}}
find: [{name: any mention, all: [water]}]
examples: {match: [Floods], no_match: [nothing]}
"""
_counter = itertools.count()


def _fresh(body: bytes) -> Answer:
    """A document that no two requests get alike, so that it is read each time."""
    return Answer(body.replace(b"NUMBER", b"%d" % next(_counter), 1))


def _channel(inner: str, attributes: str = "") -> bytes:
    head = f'<?xml version="1.0"?><rss version="2.0" {attributes}><channel><title>NUMBER</title>'
    return f"{head}{inner}</channel></rss>".encode()


def _words(seed: int) -> str:
    rng = random.Random(seed)
    return " ".join("".join(rng.sample("bdfgklmnprstaeiou", 8)) for _ in range(4))


def _flood() -> Answer:
    first = next(_counter) * 10_000
    entries = [
        FeedEntry(f"{_words(first + n)} floods", f"https://flood.example/{first + n}", f"{first + n}")
        for n in range(2_000)
    ]
    return Answer(rss(*entries, title=str(first)))


_BODIES = {
    "titles": b"<html>NUMBER" + b"<title>" * 28_000,
    "attributes": _channel("<item><title>x</title></item>", " ".join(f'a{number}=""' for number in range(50_000))),
    "categories": _channel("<item><title>x</title>" + "<category>a</category>" * 100_000 + "</item>"),
    "entries": _channel("<item><title>x</title><link>http://a.example/</link></item>" * 200_000),
    "markup": _channel("<item><title>x</title><description>" + "&lt;p&gt;a&lt;/p&gt; & < " * 60_000),
    "null": b"<rss>NUMBER" + b"\0" * 20_000_000,
    "high": b"<rss>NUMBER" + b"\xff" * 20_000_000,
    "large": _channel(f"<item><title>x</title><description>{'word ' * 4_000_000}</description></item>"),
    "phrases": _channel(f"<item><title>NUMBER</title><description>{'ﷺ' * 90_000}</description></item>" * 80),
    "nested": _channel("<item><description>" + "<div>" * 30_000),
    "page": b"<html><title>Just a moment...</title>NUMBER",
}
_BOMB = gzip.compress(b"<rss>" + b" " * 200_000_000, 1)

KINDS: dict[str, Callable[[], Answer]] = {
    **{name: functools.partial(_fresh, body) for name, body in _BODIES.items()},
    "bomb": lambda: Answer(_BOMB, headers={"Content-Encoding": "gzip"}),
    "flood": _flood,
    "silent": lambda: Answer(b"<rss>", wait=asyncio.Event()),
    "hang-up": lambda: Answer(hang_up=True),
    "cut": lambda: Answer(_channel("<item>" * 500), cut=1_000),
    "error": lambda: Answer(status=500),
}
"""What a hostile feed answers, by a name for it."""

_FLOODS = 2


def _kinds() -> Iterator[str]:
    """A kind for each hostile feed; few of them flood, for each that does has a share of the channel."""
    others = itertools.cycle(name for name in KINDS if name != "flood")
    return itertools.chain(["flood"] * _FLOODS, others)


async def hostile(folder: Path, files: Sequence[Path]) -> int:
    """Run the service among them, print figures; how many of them are over their limit."""
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(FeedServer())
        slack = await stack.enter_async_context(FakeSlack())
        world = World(folder, home, slack)
        world.environment["WIREWATCH_RULES"] = str(folder / "rules")
        world.environment["WIREWATCH_CATCH_UP"] = "none"
        world.write("rules/floods.yaml", RULE)
        lines = []
        for number, kind in zip(range(HOSTILE), _kinds(), strict=False):
            server = await stack.enter_async_context(FeedServer(f"127.0.1.{number + 1}"))
            file = files[number] if number < len(files) else None
            made = KINDS[kind]
            server.serve("/", Answer(file.read_bytes()) if file else lambda _, made=made: made())  # type: ignore[misc]
            lines.append(
                f"  - {{id: hostile-{number}-{kind}, name: H{number}, url: '{server.url('/')}', interval: 2s}}"
            )
        honest = []
        for number in range(HONEST):
            server = await stack.enter_async_context(FeedServer(f"127.0.2.{number + 1}"))
            server.serve("/", rss(FeedEntry("Nothing new", f"https://h{number}.example/0", "0")))
            honest.append(server)
            lines.append(f"  - {{id: honest-{number}, name: Good {number}, url: '{server.url('/')}', interval: 1s}}")
        world.write("feeds.yaml", "feeds:\n" + "\n".join(lines) + "\n")
        published: dict[str, float] = {}
        arrived: dict[str, float] = {}

        def on_post(message: dict[str, object]) -> None:
            for word in [one for one in published if one not in arrived and one in str(message)]:
                arrived[word] = time.monotonic()

        slack.on_post = on_post
        starts = Interpreters()
        pid = await starts.start(folder, world.environment)
        began, memory, turn = time.monotonic(), _Memory(pid), 0
        while (now := time.monotonic() - began) < WARM_UP + SECONDS:
            while turn * EVERY / HONEST < now - WARM_UP and now < WARM_UP + SECONDS - MOST - 5:
                word = f"Xq{turn:04}zy"
                title = f"{_words(-turn - 1)} floods {word}"
                entries = [FeedEntry(title, f"https://h.example/{word}", word), FeedEntry("Nothing new", "", "0")]
                published[word] = time.monotonic()
                honest[turn % HONEST].serve("/", rss(*entries, title=word))
                turn += 1
            memory.look()
            await asyncio.sleep(0.2)
        os.kill(pid, signal.SIGTERM)
        status = await starts.ended(pid)
        posted = len(slack.messages(DESK))
    late = sorted(arrived[word] - published[word] for word in arrived) or [float("inf")]
    median = statistics.median(late)
    print(f"{len(arrived)} of {len(published)} honest reports told beside {HOSTILE} hostile feeds; {posted} posts")
    print(f"delay: median {median:.1f} s (limit {MEDIAN:g}), max {late[-1]:.1f} s (limit {MOST:g})")
    print(f"memory: service {memory.service:.0f} MB (limit {SERVICE_MB}), parser {memory.parser:.0f} MB ({PARSER_MB})")
    print(f"stopped with {status}")
    wrong = (
        len(arrived) < len(published),
        median > MEDIAN,
        late[-1] > MOST,
        memory.service > SERVICE_MB,
        memory.parser > PARSER_MB,
    )
    return sum(wrong)


class _Memory:
    """The most that the service took, and each of its parsers."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.service = self.parser = 0.0

    def look(self) -> None:
        """Take what is taken now into account."""
        try:
            self.service = max(self.service, self._process.memory_info().rss / 1e6)
            children = self._process.children(recursive=True)
        except psutil.Error:
            return
        for child in children:
            try:
                self.parser = max(self.parser, child.memory_info().rss / 1e6)
            except psutil.Error:
                continue  # it ended


if __name__ == "__main__":
    documents = sorted(path for folder in sys.argv[1:] for path in Path(folder).iterdir() if path.is_file())
    with tempfile.TemporaryDirectory(prefix="wirewatch-hostile-") as place:
        sys.exit(asyncio.run(hostile(Path(place), documents)) > 0)

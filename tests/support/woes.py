"""What befalls a service besides being killed: its feeds, its names, its disk, its clock, Slack, and a webhook.

A woe lasts as long as its context is open. What is `promised` of one is that ops gets a message while it lasts, and
another, or the work itself, when it is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from tests.support.fakes.feed_server import EVERY_PATH, Answer, FeedServer
from tests.support.fakes.slack import FakeSlack, Fault
from tests.support.hooks import HookReceiver
from tests.support.receiver import Receiver
from tests.support.siegeedits import clock_of

OPS = "C0OPS"
HOOK = "archive"
"""The ops channel, and the route that leads to a webhook."""

TOLD_WITHIN, OVER_WITHIN = 120.0, 60.0
"""Seconds within which somebody must have been told of a woe, and of its end."""

DISK_MB = 512
_CHALLENGE = "<html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies</body></html>"
_PAUSES_TOO = 180.0
"""A feed that failed for long is asked again after as long: seconds for the end of what befalls feeds."""


@dataclass
class Around:
    """Everything around a service that can go wrong. `paths` are the feeds' paths, `pids` the processes of now."""

    folder: Path
    feeds: FeedServer
    slack: FakeSlack
    hook: HookReceiver
    ops: Receiver
    rng: random.Random
    database: Path | None
    disk: Path | None
    paths: Callable[[], Collection[str]]
    pids: Callable[[], Collection[int]]
    clocks: bool
    names: bool
    moves: int = 0

    def heard(self) -> list[tuple[str, str]]:
        """What ops got so far: by which way, and the words."""
        posted = [("Slack", str(one.get("blocks")) + str(one.get("text"))) for one in self.slack.messages(OPS)]
        return posted + [("the second way", f"{one['title']}: {one['text']}") for one in self.ops.told]


@dataclass(frozen=True)
class Promise:
    """Which words ops reads, and which when it is over; within how many seconds each. Without `over`: no word of it."""

    told: tuple[str, ...]
    over: tuple[str, ...] = ()
    over_within: float = OVER_WITHIN


@dataclass(frozen=True)
class Woe:
    """`open` it for as long as it lasts; it is possible where `possible` says so.

    Two that touch the same thing cannot be open at once.
    """

    open: Callable[[Around], AbstractAsyncContextManager[None]]
    touches: str
    promised: Promise | None = None
    possible: Callable[[Around], bool] = lambda _: True


@asynccontextmanager
async def _slack(around: Around, *faults: Fault) -> AsyncIterator[None]:
    around.slack.ails = lambda: around.rng.choice(faults)
    try:
        yield
    finally:
        around.slack.ails = lambda: None


def slack_errs(around: Around) -> AbstractAsyncContextManager[None]:
    """Slack answers 500, with effect or without."""
    return _slack(around, Fault.ERROR_BEFORE, Fault.ERROR_AFTER)


def slack_refuses(around: Around) -> AbstractAsyncContextManager[None]:
    """Slack answers 500, always without effect."""
    return _slack(around, Fault.ERROR_BEFORE)


def slack_hangs(around: Around) -> AbstractAsyncContextManager[None]:
    """Slack takes connections and never answers."""
    return _slack(around, Fault.SILENCE_BEFORE)


@asynccontextmanager
async def _feeds(around: Around, woe: Callable[[Answer], Answer], path: str = "") -> AsyncIterator[None]:
    path = path or around.rng.choice(list(around.paths()))
    before = around.feeds.woes.get(path)
    around.feeds.woes[path] = woe
    try:
        yield
    finally:
        if before is None:
            around.feeds.woes.pop(path, None)
        else:
            around.feeds.woes[path] = before


def _moved(around: Around, path: str, status: int) -> Answer:
    around.moves += 1
    new = f"/moved/{around.moves}{path}"
    around.feeds.serve(new, lambda headers: around.feeds.answer(path, headers))
    return Answer(status=status, headers={"Location": around.feeds.url(new)})


@asynccontextmanager
async def feed_moves(around: Around) -> AsyncIterator[None]:
    """A feed's address redirects for good; afterwards it does no more, and the new one is gone."""
    path = around.rng.choice(list(around.paths()))
    moved = _moved(around, path, around.rng.choice((301, 308)))
    new = f"/moved/{around.moves}{path}"
    async with _feeds(around, lambda _: moved, path):
        yield
    around.feeds.serve(new, Answer(status=410))


@asynccontextmanager
async def feed_moves_for_now(around: Around) -> AsyncIterator[None]:
    """A feed's address redirects for the time being."""
    path = around.rng.choice(list(around.paths()))
    moved = _moved(around, path, around.rng.choice((302, 303, 307)))
    async with _feeds(around, lambda _: moved, path):
        yield


def bad_etag(around: Around) -> AbstractAsyncContextManager[None]:
    """A feed gives an ETag that cannot be sent back."""
    etag = around.rng.choice(('"a\u00e9b"', '"' + "x" * 7_000 + '"', '"\u00ff'))
    return _feeds(around, lambda answer: replace(answer, etag=None, headers={**answer.headers, "ETag": etag}))


def unchanged_for_ever(around: Around) -> AbstractAsyncContextManager[None]:
    """A feed says that nothing changed, whatever it is asked."""
    return _feeds(around, lambda _: Answer(status=304))


def feed_challenges(around: Around) -> AbstractAsyncContextManager[None]:
    """A feed becomes a challenge page, with whatever status."""
    status = around.rng.choice((200, 403, 503))
    return _feeds(around, lambda _: Answer(_CHALLENGE, status=status, content_type="text/html"))


def feed_dies(around: Around) -> AbstractAsyncContextManager[None]:
    """A feed answers 500, 404 or nothing."""
    dead = around.rng.choice((Answer(status=500), Answer(status=404), Answer(hang_up=True)))
    return _feeds(around, lambda _: dead)


@asynccontextmanager
async def network_away(around: Around) -> AsyncIterator[None]:
    """Neither a feed nor Slack nor the webhook can be reached; the second way can."""
    around.hook.down()
    try:
        async with _slack(around, Fault.CLOSED), _feeds(around, lambda _: Answer(hang_up=True), EVERY_PATH):
            yield
    finally:
        await around.hook.up()


@asynccontextmanager
async def names_hang(around: Around) -> AsyncIterator[None]:
    """The nameserver of half of the feeds does not answer."""
    file = around.folder / "hang"
    file.touch()
    try:
        yield
    finally:
        file.unlink()


@asynccontextmanager
async def clock_steps(around: Around) -> AsyncIterator[None]:
    """The clock is a day or two hours ahead or behind, and then right again."""
    clock_of(around.folder).write_text(around.rng.choice(("+86400", "-86400", "+7200", "-7200")))
    try:
        yield
    finally:
        clock_of(around.folder).write_text("+0")


@asynccontextmanager
async def database_locked(around: Around) -> AsyncIterator[None]:
    """Another program keeps the database locked."""
    assert around.database is not None
    connection = sqlite3.connect(around.database, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        with contextlib.suppress(sqlite3.OperationalError):  # it is locked already, or its disk is full
            await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
        yield
    finally:
        connection.close()


@asynccontextmanager
async def disk_full(around: Around) -> AsyncIterator[None]:
    """The disk of the database has no room."""
    assert around.disk is not None
    ballast = around.disk / "ballast"
    fill(ballast)
    try:
        yield
    finally:
        ballast.unlink()


def fill(ballast: Path) -> None:
    """Take all the room of a disk."""
    with ballast.open("wb") as file:
        place, size = 0, 1 << 24
        while size >= 1 << 12:
            try:
                os.posix_fallocate(file.fileno(), place, size)
                place += size
            except OSError:
                size >>= 1


@asynccontextmanager
async def parser_killed(around: Around) -> AsyncIterator[None]:
    """The workers of the parser are killed, idle or not."""
    for pid in around.pids():
        for one in parsers(pid):
            with contextlib.suppress(psutil.Error):
                one.kill()
    yield


def parsers(pid: int) -> Iterator[psutil.Process]:
    """The workers that take documents apart for a service."""
    with contextlib.suppress(psutil.Error):
        for one in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if not one.children() and "forkserver" in " ".join(one.cmdline()):
                    yield one


@asynccontextmanager
async def hook_down(around: Around) -> AsyncIterator[None]:
    """The receiver of the webhook does not listen."""
    around.hook.down()
    try:
        yield
    finally:
        await around.hook.up()


@asynccontextmanager
async def _hook(around: Around, *answers: str | bytes) -> AsyncIterator[None]:
    around.hook.plan = lambda: around.rng.choice(answers)
    try:
        yield
    finally:
        around.hook.plan = lambda: None


_TOOK_IT_AND_FAILED = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
_GARBAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n\x00\xff<garbage>!"


def hook_fails(around: Around) -> AbstractAsyncContextManager[None]:
    """The receiver takes each message and answers 500, closes the connection, or does so within its answer."""
    return _hook(around, _TOOK_IT_AND_FAILED, "drop", "half")


def hook_hangs(around: Around) -> AbstractAsyncContextManager[None]:
    """The receiver takes each message and never answers."""
    return _hook(around, "silence")


def hook_lies(around: Around) -> AbstractAsyncContextManager[None]:
    """The receiver answers yes, and garbage."""
    return _hook(around, _GARBAGE)


_IN_TROUBLE = Promise(("is in trouble", "cannot be reached"), ("It is over", "works again"))
_FAILS = Promise(("is failing", "are failing", "in trouble"), ("works again", "work again", "is over"), _PAUSES_TOO)
_DATABASE = Promise(("database cannot be used", "cannot use its database"), ("database works again", "is over"))
_BROKEN = Promise((f"Route {HOOK} is broken",), (f"Route {HOOK} works again",))

WOES: dict[str, Woe] = {
    "Slack answers 500": Woe(slack_refuses, "slack", _IN_TROUBLE),
    "Slack answers 500 and may have posted": Woe(slack_errs, "slack"),
    "Slack hangs": Woe(slack_hangs, "slack", _IN_TROUBLE),
    "a feed redirects for good": Woe(feed_moves, "feeds", Promise(("has moved",))),
    "a feed redirects for now": Woe(feed_moves_for_now, "feeds"),
    "an ETag cannot be sent back": Woe(bad_etag, "feeds"),
    "a feed says 304 for ever": Woe(unchanged_for_ever, "feeds"),
    "a feed is a challenge page": Woe(feed_challenges, "feeds", _FAILS),
    "a feed dies": Woe(feed_dies, "feeds", _FAILS),
    "the network is away": Woe(network_away, "slack hook feeds", _FAILS),
    "names hang": Woe(names_hang, "names", possible=lambda around: around.names),
    "the clock steps": Woe(clock_steps, "clock", possible=lambda around: around.clocks),
    "the database is locked": Woe(database_locked, "store", _DATABASE, lambda around: around.database is not None),
    "the disk is full": Woe(disk_full, "store", _DATABASE, lambda around: around.disk is not None),
    "the parser is killed": Woe(parser_killed, "parser"),
    "the webhook is down": Woe(hook_down, "hook", _BROKEN),
    "the webhook fails": Woe(hook_fails, "hook", _BROKEN),
    "the webhook hangs": Woe(hook_hangs, "hook", _BROKEN),
    "the webhook lies": Woe(hook_lies, "hook"),
}


@dataclass(frozen=True)
class Outcome:
    """What came of a woe: seconds until somebody was told, by which way, and from its end until that was told.

    `load` is the machine's: with much of it, more than there are cores, all of this takes longer.
    """

    name: str
    told: float | None = None
    by: str = ""
    over: float | None = None
    load: float = 0.0
    wrong: tuple[str, ...] = ()

    def line(self) -> str:
        """For a person."""
        told = "-" if self.told is None else f"told after {self.told:.0f} s by {self.by}"
        over = "-" if self.over is None else f"over {self.over:.0f} s after its end"
        return f"{self.name}: {told}, {over} (load {self.load:.0f})"


@dataclass
class Draw:
    """Draws woes in turn, each as often as the others, in an order of its own."""

    around: Around
    wanted: Callable[[Woe], bool] = lambda _: True
    left: list[str] = field(default_factory=list)

    def next(self) -> str:
        """The name of the next one."""
        if not self.left:
            self.left = [name for name, one in WOES.items() if one.possible(self.around) and self.wanted(one)]
            self.around.rng.shuffle(self.left)
        return self.left.pop()

    def beside(self, names: Collection[str]) -> str | None:
        """The next one if it touches nothing that these touch; else None, and it has its turn later."""
        touched = {thing for name in names for thing in WOES[name].touches.split()}
        name = self.next()
        if touched.isdisjoint(WOES[name].touches.split()):
            return name
        self.left.insert(0, name)
        return None


async def suffer(name: str, around: Around, *, seconds: float) -> Outcome:
    """Let a woe last until ops was told, or as long as nobody need be, and wait until its end was told."""
    woe = WOES[name]
    if woe.promised is None:
        async with woe.open(around):
            await asyncio.sleep(seconds)
        return Outcome(name, load=os.getloadavg()[0])
    known = _counted(around)
    began = time.monotonic()
    async with woe.open(around):
        by = await _until_heard(around, woe.promised.told, known, 2 * TOLD_WITHIN)
        told = time.monotonic() - began
        known = _counted(around)
    ended, wrong, over = time.monotonic(), list[str](), None
    if by is None:
        wrong.append(f"nobody was told of it in {told:.0f} s: {name}")
    elif told > TOLD_WITHIN:
        wrong.append(f"told late, after {told:.0f} s: {name}")
    if woe.promised.over and by is not None:
        heard = await _until_heard(around, woe.promised.over, known, 2 * woe.promised.over_within)
        over = time.monotonic() - ended
        if heard is None or over > woe.promised.over_within:
            wrong.append(f"its end was told {'late' if heard else 'to nobody'}, after {over:.0f} s: {name}")
    return Outcome(name, told, by or "nobody", over, os.getloadavg()[0], tuple(wrong))


def _counted(around: Around) -> dict[str, int]:
    return {"Slack": len(around.slack.messages(OPS)), "the second way": len(around.ops.told)}


async def _until_heard(around: Around, words: tuple[str, ...], known: dict[str, int], limit: float) -> str | None:
    """The way by which ops read one of these words in what is new to it; None when it did not."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        for way, count in known.items():
            new = [text for by, text in around.heard() if by == way][count:]
            if any(word in text for text in new for word in words):
                return way
        await asyncio.sleep(0.2)
    return None


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[Path | None]:
    """A disk of its own, for root alone; None for others."""
    place.mkdir(parents=True, exist_ok=True)
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "tmpfs", str(place)]
    made = mount is not None and os.geteuid() == 0
    if not made or subprocess.run(command, check=False, capture_output=True).returncode:
        yield None
        return
    try:
        yield place
    finally:
        for file in place.glob("wirewatch.db*"):
            shutil.copy(file, place.parent / f"kept-{file.name}")
        subprocess.run(["umount", "-l", str(place)], check=False)  # noqa: S607


def hook_faults(hook: HookReceiver, due: Collection[str]) -> Iterator[str]:
    """What is not as promised to receivers: each report at least once, by one id, after what it follows."""
    ids: dict[str, set[str]] = {}
    taken: dict[str, int] = {}
    for at, got in enumerate(hook.got):
        data: dict[str, Any] = got.body["data"]
        if not got.signed:
            yield f"a webhook's message is not signed: {got.id}"
        for alert in data.get("alerts", ()):
            ids.setdefault(alert["title"], set()).add(got.id)
        if not got.taken:
            continue
        if got.id not in taken and (before := data["follows"]) and before not in taken:
            yield f"a webhook took {data['text']!r} before what it follows"
        taken.setdefault(got.id, at)
    arrived = {alert["title"] for got in hook.got if got.taken for alert in got.body["data"].get("alerts", ())}
    yield from (f"no webhook took it: {title}" for title in due if title not in arrived)
    yield from (f"a webhook got it by {len(ids[title])} ids: {title}" for title in due if len(ids.get(title, ())) > 1)

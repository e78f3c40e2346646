"""Faults done to services at their real pace: how long until somebody is told, and until it is over; and what ops saw.

    python -m tests.faults --out /tmp/faults.md [NAME ...]

Each fault has a service, a Slack and feeds of its own. Some wait for minutes, so that they run beside each other; a
busy machine makes all of it slower. The one of a full disk mounts a small one, which only root may. docs/reliability.md
has the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.fakes.slack import FakeSlack
from tests.support.receiver import Receiver
from tests.support.siegeedits import FAKETIME
from tests.support.tree import ROOT
from tests.support.world import World

RULE = (
    "format: 1\nid: killed\ntitle: Killed\nstatus: live\nsend_to: [desk]\nwords: {harm: {en: [kill]}}\n"
    "find: [{name: any mention, all: [harm]}]\nexamples: {match: [Nine killed], no_match: [nothing]}\n"
)
DESK, OPS, SECOND_WAY = "C0DESK", "C0OPS", "second way"
LONGEST = 400.0
CHALLENGE = "<html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies</body></html>"
_SERVICE = """
import sys
import service
from tests.support import harm
harm.names_hang()
if sys.argv[1]:
    harm.wait_for_harm(sys.argv[1])
sys.argv = ["service.py", "run"]
service.main()
"""


@dataclass
class Lab:
    """One service and everything around it. `seen` is what arrived where, with seconds since the fault."""

    world: World
    receiver: Receiver
    harm: str = ""
    interval: str = "10s"
    process: asyncio.subprocess.Process | None = None
    began: float = 0.0
    seen: list[tuple[float, str, str]] = field(default_factory=list)
    told: float | None = None
    over: float | None = None
    by: str = ""

    def __post_init__(self) -> None:
        self.world.write(
            "routes.yaml", f"ops: ops\nroutes: [{{name: desk, channel: {DESK}}}, {{name: ops, channel: {OPS}}}]\n"
        )
        self.world.write("rules/killed.yaml", RULE)
        self.world.environment |= {
            "WIREWATCH_RULES": str(self.world.folder / "rules"),
            "WIREWATCH_OPS_URL": self.receiver.hook,
            "PYTHONPATH": str(ROOT),
        }
        self.world.poll_feeds("wire", interval=self.interval)
        self.publish("Nine killed in Homs")
        self.world.slack.on_post = self._posted
        self.began = time.monotonic()

    def _posted(self, body: dict[str, object]) -> None:
        self.seen.append((self.now(), str(body.get("channel")), _words(body)))

    def now(self) -> float:
        return time.monotonic() - self.began

    async def start(self) -> None:
        with (self.world.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                _SERVICE,
                self.harm,
                cwd=self.world.folder,
                env={**os.environ, **self.world.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def works(self) -> None:
        """Wait until the first report is posted, and the parts rest."""
        await self.until(lambda: self.desk("Nine killed"))
        await asyncio.sleep(5)

    async def begin(self) -> None:
        """The fault begins now."""
        self.began = time.monotonic()
        self.seen.clear()
        self.receiver.told.clear()

    def publish(self, *titles: str, path: str = "/wire.xml") -> None:
        entries = [FeedEntry(title, f"https://wire.example/{len(title)}-{n}", title) for n, title in enumerate(titles)]
        self.world.feeds.serve(path, rss(*entries))

    def alter(self, statement: str) -> None:
        """Change the database as no version of ours would."""
        with contextlib.closing(sqlite3.connect(self.world.database, timeout=10)) as connection:
            connection.execute(statement)
            connection.commit()

    def desk(self, words: str) -> bool:
        return any(where == DESK and words in text for _, where, text in self.seen)

    def ops(self, words: str) -> bool:
        return any(where in (OPS, SECOND_WAY) and words in text for _, where, text in self.seen)

    async def until(self, happened: Callable[[], bool]) -> float:
        """Wait; how many seconds after the fault it was."""
        async with asyncio.timeout(LONGEST):
            while True:
                self._read_second_way()
                if happened():
                    return self.now()
                await asyncio.sleep(0.1)

    def _read_second_way(self) -> None:
        known = sum(where == SECOND_WAY for _, where, _ in self.seen)
        for one in self.receiver.told[known:]:
            self.seen.append((self.now(), SECOND_WAY, f"{one['title']}: {one['text']}"))

    async def anybody(self, words: str = "") -> None:
        """Wait until ops got a message, by whichever way."""
        self.told = await self.until(lambda: self.ops(words))
        self.by = next(where for _, where, text in self.seen if where in (OPS, SECOND_WAY) and words in text)

    async def over_after(self, mended: float, words: str) -> None:
        self.over = await self.until(lambda: self.ops(words)) - mended

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), 15)
        if self.process is not None and self.process.returncode is None:
            self.process.kill()

    async def ended(self) -> int:
        assert self.process is not None
        return await asyncio.wait_for(self.process.wait(), LONGEST)


def _words(body: dict[str, object]) -> str:
    """What a message says: a notice is a title and a text in its blocks."""
    found: list[str] = []

    def read(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                found.append(str(value["text"]))
            for inner in value.values():
                read(inner)
        elif isinstance(value, list):
            for inner in value:
                read(inner)

    blocks = body.get("blocks") or []
    read(json.loads(blocks) if isinstance(blocks, str) else blocks)
    return " ".join(dict.fromkeys(" ".join(found).split("\n"))) or str(body.get("text"))


async def parser_killed(lab: Lab) -> None:
    """The idle worker that takes documents apart is killed; the next report is posted."""
    await lab.start()
    await lab.works()
    assert lab.process is not None
    children = psutil.Process(lab.process.pid).children(recursive=True)
    leaves = [one for one in children if not one.children() and "forkserver" in " ".join(one.cmdline())]
    await lab.begin()
    for one in leaves:
        one.kill()
    lab.publish("Ten killed in Aleppo")
    lab.told = await lab.until(lambda: lab.desk("Ten killed"))
    lab.by = f"the next report is posted ({len(leaves)} killed)"


async def _clock(lab: Lab, first: str, then: str | None) -> None:
    file = lab.world.write("clock", "+0")
    lab.world.environment |= {
        "LD_PRELOAD": str(FAKETIME),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests/support/faketime'}",
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    await lab.start()
    await lab.works()
    await lab.begin()
    file.write_text(first)
    if then is not None:
        await asyncio.sleep(60)
        file.write_text(then)
        lab.began = time.monotonic()
    lab.publish("Ten killed in Aleppo")
    lab.told = await lab.until(lambda: lab.desk("Ten killed"))
    lab.by = "the next report is posted"


async def clock_back(lab: Lab) -> None:
    """The clock is put back by a day; the next report is posted."""
    await _clock(lab, "-86400", None)


async def clock_forward(lab: Lab) -> None:
    """The clock is a day ahead for 60 s; after that, the next report is posted."""
    await _clock(lab, "+86400", "+0")


async def clock_far_ahead(lab: Lab) -> None:
    """The clock is 400 days ahead for 60 s; after that, the next report is posted."""
    await _clock(lab, "+34560000", "+0")


async def rules_go(lab: Lab) -> None:
    """The folder of rules goes away, with another YAML file beside it, and comes back; the next report is posted."""
    lab.world.write("compose.yaml", "services: {}\n")
    await lab.start()
    await lab.works()
    await lab.begin()
    rules, away = lab.world.folder / "rules", lab.world.folder / "away"
    rules.rename(away)
    await lab.anybody("Mistake in rules")
    lab.publish("Ten killed in Aleppo")
    await lab.until(lambda: lab.desk("Ten killed"))
    mended = lab.now()
    away.rename(rules)
    await lab.over_after(mended, "is fixed")


async def messages_refused(lab: Lab) -> None:
    """The database takes heartbeats and no messages, until somebody was told."""
    await lab.start()
    await lab.works()
    await lab.begin()
    lab.alter("ALTER TABLE deliveries RENAME TO away")
    lab.publish("Ten killed in Aleppo")
    await lab.anybody()
    mended = lab.now()
    lab.alter("ALTER TABLE away RENAME TO deliveries")
    await lab.over_after(mended, "works again")


async def redirect(lab: Lab) -> None:
    """The feed's address redirects for good; then the new address is gone, and the configured one works again."""
    await lab.start()
    await lab.works()
    await lab.begin()
    lab.publish("Nine killed in Homs", path="/new.xml")
    lab.world.feeds.serve("/wire.xml", Answer(status=301, headers={"Location": lab.world.feeds.url("/new.xml")}))
    await lab.anybody("has moved")
    mended = lab.now()
    lab.world.feeds.serve("/new.xml", Answer(status=410))
    lab.publish("Ten killed in Aleppo")
    lab.over = await lab.until(lambda: lab.desk("Ten killed")) - mended


async def bad_etag(lab: Lab) -> None:
    """The feed gives an ETag that cannot be sent back; the next report is posted."""
    await lab.start()
    await lab.works()
    await lab.begin()
    body = rss(FeedEntry("Council debates parking", "https://wire.example/p", "p"))
    lab.world.feeds.serve("/wire.xml", Answer(body, etag='"a\u00e9b"'))
    asked = len(lab.world.feeds.requests)
    await lab.until(lambda: len(lab.world.feeds.requests) > asked)
    lab.publish("Ten killed in Aleppo")
    lab.told = await lab.until(lambda: lab.desk("Ten killed"))
    lab.by = "the next report is posted"


async def slack_500(lab: Lab) -> None:
    """Slack answers 500 to every message until somebody was told, and then works again."""
    await lab.start()
    await lab.works()
    await lab.begin()
    lab.world.slack.plan = lambda _: "500 before"
    lab.publish("Ten killed in Aleppo")
    await lab.anybody()
    mended = lab.now()
    lab.world.slack.plan = lambda _: None
    await lab.over_after(mended, "It is over")


async def _stuck(lab: Lab, harm: str) -> None:
    lab.harm = harm
    await lab.start()
    await lab.works()
    await lab.begin()
    (lab.world.folder / "harm").touch()


async def matching_hangs(lab: Lab) -> None:
    """The thread that matches hangs; it is replaced."""
    await _stuck(lab, "matching hangs")
    await lab.anybody()
    log = lab.world.folder / "log"
    mended = await lab.until(lambda: b"matching_replaced" in log.read_bytes())
    await lab.over_after(mended, "works again")


async def _ends(lab: Lab, harm: str) -> None:
    """A part hangs; the service ends and is started again, as a supervisor would."""
    await _stuck(lab, harm)
    telling = asyncio.create_task(lab.anybody())
    await lab.ended()
    lab.harm = ""
    (lab.world.folder / "harmed").unlink(missing_ok=True)
    mended = lab.now()
    await lab.start()
    lab.publish("Ten killed in Aleppo")
    posted = await lab.until(lambda: lab.desk("Ten killed"))
    lab.over = posted - mended
    await lab.until(lambda: lab.ops("was started again"))
    await telling
    lab.by += f"; ended after {mended:.0f} s"


async def polling_gone(lab: Lab) -> None:
    """The job that polls is gone; the service ends and is started again."""
    await _ends(lab, "polling is gone")


async def writing_hangs(lab: Lab) -> None:
    """The thread that writes to the database hangs; the service ends and is started again."""
    await _ends(lab, "writing hangs")


async def loop_hangs(lab: Lab) -> None:
    """The event loop hangs; the service ends and is started again."""
    await _ends(lab, "the event loop hangs")


async def outbox_ends(lab: Lab) -> None:
    """The outbox's task ends; the service ends and is started again."""
    await _ends(lab, "the outbox ends")


async def never_polled(lab: Lab) -> None:
    """No poll works from the start on; then all do."""
    lab.world.feeds.serve("/wire.xml", Answer(hang_up=True))
    await lab.start()
    await lab.begin()
    await lab.anybody("very feed has been failing")
    mended = lab.now()
    lab.publish("Ten killed in Aleppo")
    await lab.over_after(mended, "It is over: every feed")


async def _feed(lab: Lab, broken: Answer, healed: str) -> None:
    await lab.start()
    await lab.works()
    await lab.begin()
    lab.world.feeds.serve("/wire.xml", broken)
    await lab.anybody("is failing")
    mended = lab.now()
    lab.publish("Ten killed in Aleppo")
    await lab.over_after(mended, healed)


async def feed_dies(lab: Lab) -> None:
    """A feed answers 500; then it works again. Another feed works all the time."""
    lab.world.poll_feeds("wire", "other", interval="10s")
    lab.publish("Council debates parking", path="/other.xml")
    await _feed(lab, Answer(status=500), "works again")


async def feed_challenges(lab: Lab) -> None:
    """A feed becomes a challenge page; then it works again. Another feed works all the time."""
    lab.world.poll_feeds("wire", "other", interval="10s")
    lab.publish("Council debates parking", path="/other.xml")
    await _feed(lab, Answer(CHALLENGE, status=403, content_type="text/html"), "works again")


async def feed_freezes(lab: Lab) -> None:
    """A feed that has shown something every hour shows the same for ten days, which pass while the service is down."""
    now = datetime.now(UTC)
    entries = [
        FeedEntry(
            f"Nine killed in Homs, report {n}",
            f"https://wire.example/{n}",
            f"g{n}",
            published=f"{now - timedelta(hours=n):%a, %d %b %Y %H:%M:%S} +0000",
        )
        for n in range(8)
    ]
    lab.world.feeds.serve("/wire.xml", rss(*entries))
    await lab.start()
    await lab.works()
    await lab.stop()
    connection = sqlite3.connect(lab.world.database)
    ago = (now - timedelta(days=10)).strftime("%Y-%m-%d %H:%M:%S.%f")
    (course,) = connection.execute("SELECT course FROM feeds WHERE id = 'wire'").fetchone()
    known = json.loads(course)
    known["new_at"] = known["newest_at"] = (now - timedelta(days=10)).isoformat()
    connection.execute("UPDATE feeds SET baselined_at = ?, course = ?", (ago, json.dumps(known)))
    connection.commit()
    connection.close()
    lab.world.feeds.serve("/wire.xml", rss(*[FeedEntry(e.title, e.link, e.guid) for e in entries]))
    await lab.begin()
    await lab.start()
    await lab.anybody("is frozen")
    mended = lab.now()
    lab.publish("Ten killed in Aleppo")
    await lab.over_after(mended, "has news again")


async def nameserver_hangs(lab: Lab) -> None:
    """Twelve feeds whose nameserver hangs from the start on, a service killed in the middle, then names are found."""
    port = lab.world.feeds.port
    lines = [
        f"  - {{id: f{n}, name: F{n}, url: 'http://f{n}.news.test:{port}/wire.xml', interval: 10s}}" for n in range(12)
    ]
    lines.append(f"  - {{id: wire, name: Wire, url: '{lab.world.feeds.url('/other.xml')}', interval: 10s}}")
    lab.publish("Nine killed in Homs", path="/other.xml")
    lab.world.write("feeds.yaml", "feeds:\n" + "\n".join(lines) + "\n")
    (lab.world.folder / "hang").touch()
    await lab.start()
    await lab.begin()
    await lab.anybody("Many feeds are failing")
    assert lab.process is not None
    lab.process.kill()
    await lab.ended()
    await lab.start()
    await asyncio.sleep(60)
    mended = lab.now()
    (lab.world.folder / "hang").unlink()
    await lab.over_after(mended, "Many feeds work again")


def _mount(*arguments: str) -> None:
    subprocess.run(["/bin/mount", *arguments], check=True)


async def disk_fills(lab: Lab) -> None:
    """A disk of 4 MB with the database, and a feed of 900 entries; then there is more room."""
    disk = lab.world.folder / "disk"
    disk.mkdir()
    _mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk))
    try:
        lab.world.environment["DATABASE_URL"] = f"sqlite:///{disk}/wirewatch.db"
        await lab.start()
        await lab.works()
        await lab.begin()
        words = " ".join(f"word{n}" for n in range(900))
        many = [
            FeedEntry(f"Story {n}", f"https://wire.example/s{n}", f"s{n}", summary=f"{n} {words}") for n in range(900)
        ]
        lab.world.feeds.serve("/wire.xml", rss(*many))
        await lab.anybody("cannot use its database")
        mended = lab.now()
        _mount("-o", "remount,size=64m", str(disk))
        await lab.over_after(mended, "database again")
        await lab.stop()
    finally:
        await lab.stop()
        subprocess.run(["/bin/umount", "-l", str(disk)], check=False)  # noqa: ASYNC221


FAULTS: tuple[Callable[[Lab], Awaitable[None]], ...] = (
    parser_killed, clock_back, clock_forward, clock_far_ahead, rules_go, messages_refused, redirect, bad_etag,
    slack_500, matching_hangs, polling_gone,
    writing_hangs, loop_hangs, outbox_ends, never_polled, feed_dies, feed_challenges, feed_freezes,
    nameserver_hangs, disk_fills,
)  # fmt: skip


async def try_one(fault: Callable[[Lab], Awaitable[None]], folder: Path) -> list[str]:
    """A fault in a world of its own; a row of the table, and what was seen, as lines of Markdown."""
    async with FeedServer() as feeds, FakeSlack() as slack, Receiver() as receiver:
        lab = Lab(World(folder, feeds, slack), receiver)
        failed = ""
        try:
            await fault(lab)
        except Exception as error:  # noqa: BLE001 - the others go on
            failed = f" FAILED: {type(error).__name__}: {error}"
        finally:
            await lab.stop()
        doc = " ".join((fault.__doc__ or "").split())
        told = "-" if lab.told is None else f"{lab.told:.0f} s"
        over = "-" if lab.over is None else f"{lab.over:.0f} s"
        seen = [f"- {at:.0f} s, {where}: {text[:600]}" for at, where, text in lab.seen]
        return [f"| {fault.__name__} | {doc} | {told} | {lab.by}{failed} | {over} |", *seen]


async def main(names: list[str], at_once: int) -> str:
    """Try the faults, so many at once, and print each row; the table and what was seen."""
    chosen = [one for one in FAULTS if not names or one.__name__ in names]
    slots = asyncio.Semaphore(at_once)
    results: dict[str, list[str]] = {}

    async def tried(fault: Callable[[Lab], Awaitable[None]]) -> None:
        async with slots:
            with tempfile.TemporaryDirectory(prefix="wirewatch-faults-", ignore_cleanup_errors=True) as folder:
                results[fault.__name__] = await try_one(fault, Path(folder))
            print(results[fault.__name__][0], flush=True)

    await asyncio.gather(*(tried(fault) for fault in chosen))
    lines = ["| fault | what was done | told after | by | over after |", "|---|---|---|---|---|"]
    lines += [results[one.__name__][0] for one in chosen]
    for one in chosen:
        lines += ["", f"## {one.__name__}", "", *results[one.__name__][1:]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="the faults to try, all unless given")
    parser.add_argument("--out", type=Path, help="write the table and what was seen to this file")
    parser.add_argument("--at-once", type=int, default=6)
    given = parser.parse_args()
    found = asyncio.run(main(given.names, given.at_once))
    if given.out is not None:
        given.out.write_text(found, encoding="utf-8")

"""Many feeds at an interval of five minutes: how late polls are, what the service takes, how long an alert takes.

`service.py run` as it is, on SQLite, with the shipped rules (on test) and one for each of 40 channels; the feeds and
Slack are `benchmarks.crowd`, in a process of their own. Counted are all processes of the service.

    python -m benchmarks --only scale --feeds 10000 --minutes 30
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from benchmarks import crowd
from benchmarks.crowd import Notes
from benchmarks.rows import Row

INTERVAL = timedelta(minutes=5)
FEEDS, MINUTES = 2_000, 3
_LOOK_EVERY = 15.0
_LONGEST_START = 3_600.0
_ROOT = Path(__file__).parents[1]


@dataclass(slots=True)
class _Seen:
    """What was seen of the service. `due` is when each feed was to be polled; times in seconds, memory in bytes."""

    due: dict[int, float] = field(default_factory=dict)
    asked: int = 0
    changed: int = 0
    late: list[float] = field(default_factory=list)
    served: dict[str, float] = field(default_factory=dict)
    posted: dict[str, float] = field(default_factory=dict)
    memory: list[int] = field(default_factory=list)

    def note(self, notes: Notes) -> None:
        """Take in what the server noted."""
        self.asked += len(notes.asked)
        self.changed += notes.changed
        for number, at in notes.asked:
            due = self.due.pop(number, None)
            if due is not None:
                self.late.append(at - due)
        self.served |= notes.served
        self.posted = notes.posted | self.posted  # a later card may name a word again

    def waits(self) -> list[float]:
        """Seconds from an entry's being served to its message."""
        return [self.posted[word] - at for word, at in self.served.items() if word in self.posted]


def run(feeds: int = FEEDS, minutes: int = MINUTES) -> Iterator[Row]:
    """The figures; prints a line for each minute."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=crowd.serve, args=(feeds, theirs), daemon=True)
    server.start()
    theirs.close()
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as folder:
        port, slack, token = ours.recv()
        _write(Path(folder), feeds, port)
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/scale.db",
            "SLACK_BOT_TOKEN": token,
            "SLACK_API_URL": slack,
            "WIREWATCH_FEEDS": f"{folder}/feeds.yaml",
            "WIREWATCH_ROUTES": f"{folder}/routes.yaml",
            "WIREWATCH_RULES": f"{folder}/rules",
            "WIREWATCH_ALLOW_PRIVATE_ADDRESSES": "true",
            "WIREWATCH_LOG": "json",
            "WIREWATCH_CONSOLE": "off",
            "WIREWATCH_BACKUPS": "off",
        }
        with (Path(folder) / "log").open("wb") as log:
            command = [sys.executable, str(_ROOT / "service.py"), "run"]
            service = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        seen = _Seen()
        try:
            yield from _watch(service, ours, Path(folder) / "scale.db", feeds, minutes, seen)
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(30)
            _tell_stages(seen, Path(folder) / "log", Path(folder) / "scale.db")
            _tell_oddities(Path(folder) / "log")
            ours.close()
            server.join(10)


def _watch(
    service: subprocess.Popen[bytes], server: Connection, database: Path, feeds: int, minutes: int, whole: _Seen
) -> Iterator[Row]:
    process, began = psutil.Process(service.pid), time.time()
    while not (done := _polled_once(database)) >= feeds:
        assert service.poll() is None, "the service ended"
        assert time.time() - began < _LONGEST_START, f"only {done} feeds were polled"
        time.sleep(1)
    took, used, memory = time.time() - began, _seconds(process), _memory(process)
    print(f"  all feeds polled once after {took:.0f} s, {used:.0f} s of processor time", flush=True)
    yield Row(
        f"start: {feeds:,} new feeds with {feeds * crowd.ENTRIES:,} items",
        f"{took:.0f} s, {used:.0f} s of processor time, {memory / 1e6:.0f} MB",
    )
    _settle(server, database, feeds)
    print("  minute  polls  changed   CPU  MB (service alone)  late p50   p99   most  posted  p95   load", flush=True)
    _look(server, database, whole)
    whole.late.clear()
    began, used = time.time(), _seconds(process)
    for minute in range(minutes):
        part = _Seen(due=whole.due)
        began_minute, used_minute = time.time(), _seconds(process)
        end = began + 60 * (minute + 1)
        while (left := end - time.time()) > 0:
            time.sleep(min(left, _LOOK_EVERY))
            _look(server, database, part)
        cores = (_seconds(process) - used_minute) / (time.time() - began_minute)
        memory, alone = _memory(process), _memory_of(process)
        whole.asked += part.asked
        whole.changed += part.changed
        whole.late += part.late
        whole.served |= part.served
        whole.posted = part.posted | whole.posted
        whole.memory.append(memory)
        p50, p99, most = _centiles(part.late)
        _, posted, _ = _centiles(part.waits(), upper=0.95)
        print(
            f"  {minute + 1:6}  {part.asked:5}  {part.changed:7}  {cores:.2f}  {memory / 1e6:6.0f} ({alone / 1e6:.0f})"
            f"  {p50:15.2f}  {p99:5.2f}  {most:5.2f}  {len(part.waits()):6}  {1000 * posted:.0f} ms"
            f"  {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    cores = (_seconds(process) - used) / (time.time() - began)
    yield from _rows(whole, feeds, minutes, cores)


def _rows(whole: _Seen, feeds: int, minutes: int, cores: float) -> Iterator[Row]:
    what = f"{feeds:,} feeds every {INTERVAL.seconds // 60} minutes, for {minutes} minutes"
    p50, p99, most = _centiles(whole.late)
    late = f"median {p50:.2f} s, **p99 {p99:.2f} s**, most {most:.2f} s, of {len(whole.late):,}"
    yield Row(f"{what}: polls later than they were due", late, "goal: p99 under 5 s")
    polls = f"{whole.asked / minutes / 60:.0f} polls/s, {whole.changed / max(1, whole.asked):.0%} of them changed"
    yield Row(f"{what}: processor, {polls}", f"**{cores:.2f} cores**", "goal: under 1")
    yield Row(f"{what}: memory of all processes", f"**{max(whole.memory) / 1e6:.0f} MB** at most", "goal: under 200 MB")
    waits = whole.waits()
    p50, p95, most = _centiles(waits, upper=0.95)
    told = f"median {1000 * p50:.0f} ms, **p95 {1000 * p95:.0f} ms**, most {1000 * most:.0f} ms, of {len(waits)}"
    lost = len(whole.served) - len(waits)
    yield Row("entry served -> request at Slack", f"{told}; {lost} not posted yet", "goal: p95 under 250 ms")


def _settle(server: Connection, database: Path, feeds: int) -> None:
    """Wait until what came due during the start was polled."""
    end = time.time() + INTERVAL.total_seconds()
    while time.time() < end and _overdue(database) > feeds / 1000:
        time.sleep(1)
    _look(server, database, _Seen())


def _look(server: Connection, database: Path, seen: _Seen) -> None:
    """Take in what the server noted, then when each feed is to be polled that no process has taken yet.

    In this order: what is not taken when the database is read was not asked for when the notes were written. What is
    taken and not asked for yet stays as it was known.
    """
    server.send("notes")
    seen.note(server.recv())
    with contextlib.closing(_opened(database)) as connection:
        waiting = connection.execute("SELECT id, next_poll_at FROM feeds WHERE waits_since = polled_at").fetchall()
    seen.due |= {int(name[1:]): _seconds_of(due) for name, due in waiting}


def _polled_once(database: Path) -> int:
    with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(_opened(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM feeds WHERE polled_at IS NOT NULL").fetchone()[0])
    return 0


def _overdue(database: Path) -> int:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    with contextlib.closing(_opened(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM feeds WHERE next_poll_at < ?", (now,)).fetchone()[0])


def _opened(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True)


def _seconds_of(moment: str) -> float:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()


def _family(process: psutil.Process) -> Sequence[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _seconds(process: psutil.Process) -> float:
    """Processor time of the service, with that of its children, those that ended included."""
    total = 0.0
    for one in _family(process):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _memory(process: psutil.Process) -> int:
    """What all processes of the service take; pages that they share are counted once."""
    total = 0
    for one in _family(process):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += one.memory_full_info().pss
    return total


def _memory_of(process: psutil.Process) -> int:
    return int(process.memory_info().rss)


def _centiles(values: Sequence[float], upper: float = 0.99) -> tuple[float, float, float]:
    """The median, an upper quantile and the most."""
    if not values:
        return 0.0, 0.0, 0.0
    if len(values) == 1:
        return values[0], values[0], values[0]
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[round(100 * upper) - 1], max(values)


def _write(folder: Path, feeds: int, port: int) -> None:
    """The files of the service: its feeds, a route for each channel, and the rules."""
    lines = [
        f"  - {{id: f{number}, name: F{number}, url: '{crowd.url_of(number, port)}', family: f{number}, language: en}}"
        for number in range(feeds)
    ]
    minutes = INTERVAL.seconds // 60
    (folder / "feeds.yaml").write_text(f"defaults: {{interval: {minutes}m}}\nfeeds:\n" + "\n".join(lines) + "\n")
    routes = [f"  - {{name: r{number}, channel: C0R{number}}}" for number in range(crowd.CHANNELS)]
    (folder / "routes.yaml").write_text("routes:\n" + "\n".join(routes) + "\n")
    rules = folder / "rules"
    shutil.copytree(_ROOT / "rules", rules)
    for path in rules.glob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("status: live", "status: test", 1)
        lines = [line for line in text.splitlines() if not line.startswith("send_to:")]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for number in range(crowd.CHANNELS):
        (rules / f"desk-{number}.yaml").write_text(crowd.rule_of(number), encoding="utf-8")


_STAGES = ("parse", "known", "match", "vectors", "judge")
"""What a poll says of itself between its document and its commit, as `took_ms` of `item_matched`."""


def _tell_stages(seen: _Seen, log: Path, database: Path) -> None:
    """Print where the time of the alerts went, from their entry's being served to their request at Slack."""
    stages: dict[str, list[float]] = {}
    matched = [line for line in _lines(log) if line.get("action") == "item_matched"]
    with contextlib.closing(_opened(database)) as connection:
        taken = connection.execute(
            "SELECT d.payload, a.started_at FROM attempts a JOIN deliveries d ON d.id = a.delivery_id "
            "WHERE a.attempt = 1 AND NOT a.look_up"
        ).fetchall()
    for word, served in seen.served.items():
        feed = "f" + word[2:].partition("x")[0]
        judged = [
            (at, line["took_ms"])
            for line in matched
            if line["feed"] == feed and (at := datetime.fromisoformat(line["timestamp"]).timestamp()) > served
        ]
        # The card of an older story names the word too, once it is drawn anew.
        named = (_seconds_of(at) for payload, at in taken if f"{word} " in payload or f"{word}," in payload)
        started = [at for at in named if at > served]
        if not judged or not started or word not in seen.posted:
            continue
        at, took = judged[0]
        parts = {name: took.get(name, 0.0) / 1000 for name in _STAGES}
        parts = {"fetch": at - sum(parts.values()) - served, **parts}
        parts |= {"taken by the outbox": started[0] - at, "call": seen.posted[word] - started[0]}
        for name, seconds in parts.items():
            stages.setdefault(name, []).append(seconds)
    for name, seconds in stages.items():
        p50, p95, most = _centiles(seconds, upper=0.95)
        print(
            f"  {name:20} median {1000 * p50:4.0f} ms, p95 {1000 * p95:4.0f} ms, most {1000 * most:4.0f} ms", flush=True
        )


def _lines(log: Path) -> Iterator[dict[str, Any]]:
    for line in log.read_text(encoding="utf-8").splitlines():
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def _tell_oddities(log: Path) -> None:
    """Print what the service warned of."""
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if '"level": "info"' not in line]
    for line in lines[:10]:
        print(f"  {line[:300]}")
    if len(lines) > 10:
        print(f"  ... and {len(lines) - 10} lines more")

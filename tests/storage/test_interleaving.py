"""Judgements of several processes on PostgreSQL, statement by statement in whatever order: no item and no story twice.

Each poll is judged by the real chain in a transaction of its own, on a thread of its own. A conductor lets one of them
run its next statement at a time, in an order that hypothesis draws; one that waits for a lock is passed over until it
has it. So every order that several processes could bring about may come up, and is found again from its draw.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import permutations
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from monitor.decide.policy import Policy
from monitor.judge.batch import DocumentPart, Poll, judge, lookup_of
from monitor.judge.prepared import prepare
from monitor.model import Batch, Context, Entry, Feed, FeedState, Lookup, Route, Routes
from storage import judging
from storage.tables.base import Base
from tests.support.builders import NOW
from tests.support.rules import engine as rules_of

EXAMPLES = int(os.environ.get("INTERLEAVINGS", "12"))
PATIENCE = 30
RULES = rules_of({"weapon": ["cluster munitions"]}, send_to=("desk",))
POLICY = Policy(routes=Routes((Route(name="desk", channel="C1"),)), catch_up=None)

# Feeds of three families; two of the second family show its articles under the same guids, headlines or links, and the
# aggregator links to those of others.
WIRE = Feed(id="wire", name="Wire", url="https://wire.example/rss", family="wire")
POST = Feed(id="post", name="Post", url="https://post.example/rss", family="post")
POST_WORLD = Feed(id="post-world", name="Post World", url="https://post.example/world", family="post")
PLANET = Feed(id="planet", name="Planet", url="https://planet.example/rss", family="planet")


def entry(title: str, link: str, guid: str = "") -> Entry:
    return Entry(title=title, link=link, guid=guid or link, digest=f"{title}|{link}|{guid}")


HOMS = "Cluster munitions kill 24 people in Homs market, doctors say"
BOMBED = "At least 24 killed as cluster munitions hit the market in Homs"
RAIN, VOTE = "Rain expected in the north all through June", "Election results are due on Sunday evening"
POLLS: Sequence[tuple[Feed, Sequence[Entry]]] = (
    (WIRE, [entry(HOMS, "https://wire.example/1"), entry(VOTE, "https://wire.example/2")]),
    (POST, [entry(BOMBED, "https://post.example/1"), entry(RAIN, "https://post.example/2")]),
    (POST_WORLD, [entry(BOMBED, "https://post.example/1", "w1"), entry(RAIN, "https://post.example/2", "w2")]),
    (POST, [entry(RAIN, "https://post.example/2"), entry("Tea prices rise again", "https://post.example/3")]),
    (
        POST_WORLD,
        [entry(RAIN, "https://post.example/2", "w2"), entry(f"{RAIN}, July", "https://post.example/2", "w4")],
    ),
    (PLANET, [entry(RAIN, "https://post.example/2", "p1"), entry(VOTE, "https://wire.example/2", "p2")]),
    (WIRE, [entry(f"{VOTE}, or later", "https://wire.example/2"), entry(VOTE, "https://wire.example/2")]),
)


class Conductor:
    """Lets transactions run their statements one at a time. `order` says whose turn is next, among those that can."""

    def __init__(self, watch: psycopg.Connection[Any], order: Iterator[int]) -> None:
        self._order = order
        self._changed = threading.Condition()
        self._ready: list[int] = []
        self._turn: int | None = None
        self._pids: dict[int, int] = {}
        self._ended: set[int] = set()
        self._watch = watch

    def wait(self, who: int) -> None:
        """Called on a transaction's thread before each statement: wait for its turn."""
        with self._changed:
            self._ready.append(who)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._turn == who, PATIENCE)
            self._turn = None
            self._ready.remove(who)
            self._changed.notify_all()

    def began(self, who: int, pid: int) -> None:
        self._pids[who] = pid

    def ended(self, who: int) -> None:
        with self._changed:
            self._ended.add(who)
            self._changed.notify_all()

    def conduct(self, count: int) -> None:
        """Give turns until all have ended."""
        while len(self._ended) < count:
            with self._changed:
                # All others stand before a statement, have ended, or wait for a lock that one of these has.
                end = time.monotonic() + PATIENCE
                while not self._all_stand(count):
                    assert time.monotonic() < end, "some hang, or wait for each other"
                    self._changed.wait(0.002)
                if len(self._ended) == count:
                    return
                ready = sorted(self._ready)
                assert ready, "all wait for each other"
                self._turn = ready[next(self._order, 0) % len(ready)]
                self._changed.notify_all()
                assert self._changed.wait_for(lambda: self._turn is None, PATIENCE)

    def _all_stand(self, count: int) -> bool:
        running = set(range(count)) - self._ended - set(self._ready)
        return not running or (bool(self._ready) and running <= self._waiting_for_locks())

    def _waiting_for_locks(self) -> set[int]:
        rows = self._watch.execute("SELECT pid FROM pg_locks WHERE NOT granted").fetchall()
        waiting = {pid for (pid,) in rows}
        return {who for who, pid in self._pids.items() if pid in waiting}


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextlib.contextmanager
def conducted(engine: Engine, conductor: Conductor, who: int) -> Iterator[Connection]:
    """A transaction that asks for its turn before each statement."""
    with engine.connect() as connection:
        conductor.began(who, connection.connection.dbapi_connection.info.backend_pid)  # type: ignore[union-attr]

        def before(*_: Any) -> None:
            conductor.wait(who)

        event.listen(connection, "before_cursor_execute", before)
        with connection.begin():
            yield connection
            conductor.wait(who)


def asked(poll: int) -> tuple[Lookup, Callable[[Context], Batch]]:
    feed, entries = POLLS[poll]
    prepared = prepare(list(entries), feed, RULES, language="en", base_url=feed.url, now=NOW)
    build = partial(judge, part=DocumentPart(prepared), poll=Poll(FeedState(feed_id=feed.id)), policy=POLICY, now=NOW)
    return lookup_of(feed, prepared, now=NOW), build


def judged(connection: Connection, poll: int) -> None:
    """As `JudgingPart.judge` does it."""
    lookup, build = asked(poll)
    if lookup.story_keys:
        judging._judge(connection, lookup, build)
    else:
        judging._judge_in_turn(connection, [(lookup, build)])


def play(engine: Engine, watch: psycopg.Connection[Any], polls: Sequence[int], order: Sequence[int]) -> None:
    """Judge these polls beside each other, in this order of statements."""
    conductor = Conductor(watch, iter(order))
    errors: list[BaseException] = []

    def work(who: int, poll: int) -> None:
        try:
            with conducted(engine, conductor, who) as connection:
                judged(connection, poll)
        except BaseException as error:  # noqa: BLE001 - it belongs to the test
            errors.append(error)
        finally:
            conductor.ended(who)

    threads = [threading.Thread(target=work, args=each) for each in enumerate(polls)]
    for thread in threads:
        thread.start()
    conductor.conduct(len(polls))
    for thread in threads:
        thread.join(PATIENCE)
    assert errors == []


def outcome(connection: Connection) -> object:
    """What came of all polls, by titles: the items with their revisions, the stories, and what is told of them."""
    titles: dict[str, str] = dict(connection.execute(text("SELECT id, title FROM items")).all())
    revisions = connection.execute(text("SELECT item_id, title FROM revisions")).all()
    members = connection.execute(text("SELECT story_id, item_id FROM story_items")).all()
    stories: dict[str, list[str]] = {}
    for story, item in members:
        stories.setdefault(story, []).append(titles[item])
    kinds = connection.execute(text("SELECT kind, count(*) FROM deliveries GROUP BY kind")).all()
    return (
        sorted(titles.values()),
        sorted(title for _, title in revisions),
        sorted(sorted(one) for one in stories.values()),
        sorted(tuple(one) for one in kinds),
    )


@pytest.fixture(scope="module")
def in_turn(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[int, ...]], object]:
    """What comes of polls that are judged one after the other."""
    folder = tmp_path_factory.mktemp("in-turn")

    @cache
    def outcome_of(polls: tuple[int, ...]) -> object:
        path = folder / f"{'-'.join(map(str, polls))}.db"
        shutil.copy(migrated_sqlite, path)
        engine = create_engine(f"sqlite:///{path}")
        for poll in polls:
            with engine.begin() as connection:
                judged(connection, poll)
        with engine.connect() as connection:
            found = outcome(connection)
        engine.dispose()
        return found

    return outcome_of


@pytest.fixture(scope="module")
def database(migrated_postgresql: Callable[[str], str]) -> Iterator[tuple[Engine, psycopg.Connection[Any]]]:
    """A database for all examples, which each empties, and a connection to watch it with."""
    with psycopg.connect(plain(migrated_postgresql("postgres")), autocommit=True) as connection:
        connection.execute("CREATE DATABASE interleaving TEMPLATE wirewatch_template")
    url = migrated_postgresql("interleaving")
    engine = create_engine(url, pool_size=len(POLLS) + 1)
    with psycopg.connect(plain(url), autocommit=True) as watch:
        yield engine, watch
    engine.dispose()


@given(polls=st.permutations(range(len(POLLS))), order=st.lists(st.integers(0, 2), max_size=120))
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_whatever_the_order_judgements_come_to_what_they_would_in_turn(
    database: tuple[Engine, psycopg.Connection[Any]],
    in_turn: Callable[[tuple[int, ...]], object],
    polls: Sequence[int],
    order: Sequence[int],
) -> None:
    engine, watch = database
    with engine.begin() as connection:
        for name in reversed(Base.metadata.sorted_tables):
            connection.execute(name.delete())
    three = tuple(polls[:3])
    play(engine, watch, three, order)
    with engine.connect() as connection:
        found = outcome(connection)
    assert found in [in_turn(serial) for serial in permutations(three)]

"""Feeds that fail at once are one notice, and one when they work again; also across restarts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.decide.notices.notice import notice
from monitor.decide.together import ALONE, HEALING, JOINS, WINDOW, Together, failing, still_failing, working
from monitor.model import Delivery, FailingFeed, FailureClass, FeedRhythm, FeedState, GroupChange, GroupsNow, Route
from storage.store import Store
from tests.support.builders import NOW
from tests.support.fakes.feed_server import Answer, FeedEntry, rss
from tests.support.world import World

OPS = Route(name="ops", channel="C9")
SECOND = timedelta(seconds=1)
Kind = FailureClass


def own(name: str, now: datetime = NOW) -> tuple[Delivery, ...]:
    return (notice(f"feed:{name}:{now}", f"Feed {name}", "HTTP 500", OPS, now=now),)


class Ops:
    """Feeds in a real database that fail and work again, and what ops reads of it."""

    def __init__(self, store: Store, hosts: dict[str, str]) -> None:
        self.store, self.hosts, self.told = store, hosts, list[str]()
        self.since: dict[str, datetime] = {}

    async def fail(self, name: str, failure: Kind, now: datetime = NOW, *, failures: int = 3) -> None:
        """A poll of a feed fails; the third one is worth a notice."""
        self.since.setdefault(name, now)
        state = FeedState(
            feed_id=name, failure=failure, failures=failures, failing_since=self.since[name], failure_told=failures >= 3
        )
        if failures >= 3:
            since, reason = self.since[name], f"trouble at {name}"
            feed = FailingFeed(feed_id=name, failure=failure, failing_since=since, failures=failures, reason=reason)
            await self.fold(name, lambda groups: failing(feed, own(name), groups, self.hosts, OPS, now=now), now)
        await self.store.save_feed(state)

    async def work(self, name: str, now: datetime) -> None:
        self.since.pop(name)
        await self.fold(name, lambda groups: working(name, own(name), groups, OPS, now=now), now)
        await self.store.save_feed(FeedState(feed_id=name))

    async def fold(self, name: str, build: Callable[[GroupsNow], GroupChange], now: datetime) -> None:
        change = await self.store.fold(name, build, now)
        self.told += [f"{one.message.title}: {one.message.text}" for one in change.deliveries]  # type: ignore[union-attr]


TOGETHER: dict[str, tuple[Callable[[int], Kind], Callable[[int], str], str]] = {
    "a nameserver": (lambda _: Kind.DNS, "host{}".format, "nameserver"),
    "a proxy": (lambda _: Kind.CONNECT, "host{}".format, "network and proxy"),
    "no network": (lambda n: (Kind.DNS, Kind.TIMEOUT, Kind.CONNECT)[n % 3], "host{}".format, "cannot be reached"),
    "one host": (lambda n: (Kind.HTTP, Kind.PARSE)[n % 2], lambda _: "one.example", "All of them are on one.example."),
    "a fault of ours": (lambda _: Kind.INTERNAL, "host{}".format, "look at its log"),
}
"""By its name, how each of twelve feeds fails, where it is, and what the notice names."""


@pytest.mark.parametrize(
    ("migrated_url", "how", "where", "words"),
    [*(("sqlite", *case) for case in TOGETHER.values()), ("postgresql", *TOGETHER["one host"])],
    ids=[*TOGETHER, "one host, on PostgreSQL"],
    indirect=["migrated_url"],
)
async def test_twelve_feeds_of_one_cause_are_one_notice_and_one_at_their_end(
    store: Store, how: Callable[[int], Kind], where: Callable[[int], str], words: str
) -> None:
    names = {f"feed-{number:02}": number for number in range(12)}
    ops = Ops(store, {name: where(number) for name, number in names.items()})
    for failures in (1, 2, 3):
        for name, number in names.items():
            await ops.fail(name, how(number), NOW + failures * SECOND, failures=failures)
    (text,) = ops.told
    assert "12 feeds began to fail within 1 min: feed-00, feed-01, " in text
    assert "feed-07 and 4 more. " in text
    assert words in text
    assert " What feed-00 fails with: trouble at feed-00. " in text
    for count, name in enumerate(names, start=1):
        await ops.work(name, NOW + timedelta(minutes=5) + count * SECOND)
    assert ops.told[1:] == [
        "Many feeds work again: 12 feeds that failed together since 2026-03-04 12:00 UTC, for 5 min 11 s, work again."
    ]


async def test_feeds_that_fail_one_after_the_other_are_a_few_notices(store: Store) -> None:
    """Each fails three times before the next one fails at all, so that nobody can know what comes."""
    ops = Ops(store, {})
    for number in range(12):
        await ops.fail(f"feed-{number}", Kind.DNS, NOW + number * SECOND)
    assert len(ops.told) == ALONE + 1


async def test_three_feeds_that_fail_at_once_are_told_of_one_by_one(store: Store) -> None:
    ops = Ops(store, {})
    for failures in (1, 2, 3):
        for number in range(ALONE):
            await ops.fail(f"feed-{number}", Kind.DNS, failures=failures)
    assert len(ops.told) == ALONE
    for number in range(ALONE):
        await ops.work(f"feed-{number}", NOW + WINDOW)
    assert len(ops.told) == 2 * ALONE


async def _group(store: Store, failure: Kind = Kind.DNS) -> Ops:
    ops = Ops(store, {})
    for failures in (1, 2, 3):
        for number in range(8):
            await ops.fail(f"feed-{number}", failure, failures=failures)
    assert len(ops.told) == 1
    return ops


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("failure", "later", "told"),
    [
        (Kind.DNS, JOINS, False),
        (Kind.TIMEOUT, JOINS, False),
        (Kind.DNS, JOINS + SECOND, True),
        (Kind.HTTP, SECOND, True),
        (Kind.NOT_A_FEED, SECOND, True),
    ],
)
async def test_what_comes_later_belongs_to_the_group_if_it_has_its_cause(
    store: Store, failure: Kind, later: timedelta, told: bool
) -> None:
    ops = await _group(store)
    await ops.fail("late", failure, NOW + later)
    assert (len(ops.told) == 2) is told
    assert "feed-" not in ops.told[-1] or not told, "those of the group are not told of again"


async def test_those_that_never_work_again_keep_nobody_from_reading_of_those_that_do(store: Store) -> None:
    ops = await _group(store)
    for number in range(2):
        await ops.work(f"feed-{number}", NOW + WINDOW)
    assert len(ops.told) == 1
    assert await store.is_healing("feed-5")
    for later in (HEALING - SECOND, HEALING, HEALING + WINDOW):
        now = NOW + WINDOW + later
        await ops.fold("feed-5", lambda groups, now=now: still_failing(groups, OPS, now=now), now)  # type: ignore[misc]
    (text,) = ops.told[1:]
    assert "2 feeds that failed together since 2026-03-04 12:00 UTC, for 40 min, work again. Still failing: " in text
    assert text.endswith("failing: feed-2, feed-3, feed-4, feed-5, feed-6, feed-7.")
    assert not await store.is_healing("feed-5")


async def test_when_the_first_of_a_group_works_again_the_others_are_polled_at_once(store: Store) -> None:
    """After so many failures they would wait for up to an hour, though what they waited for is over."""
    ops = await _group(store)
    names = [f"feed-{number}" for number in range(8)]
    for name in names:
        asked = NOW + timedelta(minutes=4 if name == "feed-6" else 50) if name in ("feed-6", "feed-7") else None
        later = replace(await store.feed_state(name), next_poll_at=NOW + timedelta(hours=1))
        await store.save_feed(replace(later, rhythm=FeedRhythm(not_before=asked)))
    now = NOW + timedelta(minutes=5)
    await ops.work("feed-2", now)
    due = await store.take_due(set(names) - {"feed-2"}, now=now, lease=WINDOW, limit=99)
    assert sorted(due) == [name for name in names if name not in ("feed-2", "feed-7")], "one is to be left alone"
    await ops.work("feed-3", now)
    assert list(await store.take_due(["feed-4"], now=now, lease=WINDOW, limit=99)) == [], "once, not at each"


async def test_what_was_folded_and_not_written_is_folded_again_the_same_way(store: Store) -> None:
    """A process dies after a feed was taken into a group, or out of it, and before its state is written."""
    ops = await _group(store)
    await ops.fail("feed-3", Kind.DNS)
    assert len(ops.told) == 1
    for _ in range(2):
        await ops.fold("feed-3", lambda groups: working("feed-3", own("feed-3"), groups, OPS, now=NOW), NOW)
    assert len(ops.told) == 1


async def test_a_feed_of_a_group_that_is_over_fails_alone_later_and_ops_reads_it(store: Store) -> None:
    ops = await _group(store)
    for number in range(8):
        await ops.work(f"feed-{number}", NOW + WINDOW)
    known = len(ops.told)
    await ops.fail("feed-1", Kind.DNS, NOW + timedelta(days=2))
    await ops.work("feed-1", NOW + timedelta(days=3))
    assert [text.partition(":")[0] for text in ops.told[known:]] == ["Feed feed-1", "Feed feed-1"]


async def test_feeds_with_nothing_in_common_share_a_notice_within_ten_minutes_alone(store: Store) -> None:
    ops = Ops(store, {})
    kinds = [Kind.HTTP, Kind.PARSE, Kind.GONE, Kind.NOT_A_FEED, Kind.HTTP]
    for number, kind in enumerate(kinds):
        await ops.fail(f"feed-{number}", kind)
    assert len(ops.told) == ALONE + 1
    assert "Their causes differ." in ops.told[-1]
    await ops.fail("late", Kind.HTTP, NOW + WINDOW)
    assert len(ops.told) == ALONE + 1
    await ops.fail("other", Kind.HTTP, NOW + WINDOW + SECOND)
    assert len(ops.told) == ALONE + 2


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Kind)), st.integers(-(10**6), 10**6), st.sampled_from(["", "a", "b"])),
        min_size=1,
        max_size=30,
    )
)
def test_whatever_else_fails_a_feed_is_told_of_or_in_a_group_that_is(others: list[tuple[Kind, int, str]]) -> None:
    feeds = [
        FailingFeed(feed_id=str(n), failure=kind, failing_since=NOW + seconds * SECOND, failures=3)
        for n, (kind, seconds, _) in enumerate(others)
    ]
    hosts = {str(n): host for n, (_, _, host) in enumerate(others)}
    groups = GroupsNow(failing=lambda: feeds)
    change = failing(feeds[0], own("0"), groups, hosts, OPS, now=NOW)
    assert len(change.deliveries) == 1
    assert (change.member == "0") is (change.group is not None)
    if change.group is not None:
        later = replace(groups, open=[change.group])
        assert failing(feeds[0], own("0"), later, hosts, OPS, now=NOW).deliveries == ()


def test_feeds_that_failed_alone_and_work_again_together_are_told_together() -> None:
    together = Together()
    told = [one for number in range(34) for one in together.one_by_one(own(str(number)), OPS, now=NOW)]
    assert len(told) == ALONE + 1
    before = NOW - timedelta(days=1)
    assert together.one_by_one(own("x", before), OPS, now=before) == own("x", before), "a clock that stepped back"


@pytest.fixture
def world(world: World) -> World:
    world.write("routes.yaml", "ops: ops\nroutes:\n- {name: desk, channel: C0DESK}\n- {name: ops, channel: C0OPS}\n")
    return world


async def test_a_host_that_fails_is_one_notice_though_each_poll_is_by_a_new_process(world: World) -> None:
    names = [f"feed-{number}" for number in range(10)]

    def serve(some: list[str], answer: Answer | str) -> None:
        for name in some:
            world.feeds.serve(f"/{name}.xml", answer)

    async def polled(some: list[str]) -> list[str]:
        world.poll_feeds(*some)
        await world.poll()
        return [one["text"] for one in world.slack.messages("C0OPS")]

    serve(names, Answer(status=500))
    for _ in range(2):
        assert await polled(names) == []
    assert len(await polled(names[:5])) == 1, "the third failure of the first five"
    assert len(await polled(names)) == 1, "and of the others, by another process"
    works = rss(FeedEntry("Council debates parking", "https://wire.example/1", "g1"))
    serve(names[:5], works)
    assert len(await polled(names)) == 1
    serve(names, works)
    told = await polled(names)
    assert len(told) == 2
    assert "10 feeds that failed together" in told[-1]

"""A channel of a strict Slack and what posts to it, at times that the test sets."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from monitor.deliver.outbox import Outbox
from monitor.deliver.slack.sink import SlackSink
from storage.store import Store
from tests.support.fakes.slack import FakeSlack
from tests.support.messages import ROUTES, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def patience(request: pytest.FixtureRequest) -> float:
    """Seconds after which a call is given up: few only where no answer comes, as the machine may be slow.

    Where some answers come and some do not, as from a slow receiver, they are some more.
    """
    name = request.node.name.casefold()
    return 1 if re.search("silence|no answer|a timeout", name) else 4 if "slow" in name else 10


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[FakeSlack]:
    """As strict as Slack may be: a second message to a channel within a second is refused."""
    async with FakeSlack(strict=True, clock=lambda: clock().timestamp()) as fake:
        yield fake


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Store]:
    store = Store.open(sqlite_url)
    yield store
    await store.close()


@pytest.fixture
async def sink(slack: FakeSlack, clock: Clock, patience: float) -> AsyncIterator[SlackSink]:
    sink = SlackSink(slack.token, slack.base_url, timeout=patience, clock=clock)
    yield sink
    await sink.close()


@pytest.fixture
def outbox(database: Store, sink: SlackSink, clock: Clock) -> Outbox:
    return Outbox(database, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep)

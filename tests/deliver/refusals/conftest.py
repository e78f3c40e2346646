"""Two desks and ops, on both databases."""

from __future__ import annotations

import pytest

from monitor.deliver.outbox import Outbox
from monitor.deliver.slack.sink import SlackSink
from storage.store import Store
from tests.support.messages import Clock
from tests.support.refused import ROUTES


@pytest.fixture
def outbox(store: Store, sink: SlackSink, clock: Clock) -> Outbox:
    return Outbox(store, sink, ROUTES, owner="w1", clock=clock, sleep=clock.sleep)

"""What Slack refuses, what it takes meanwhile, and what is posted once the trouble is over.

For each scope (message, thread, channel, everything) something is refused while something else could be posted. The
former must not be tried first again, and goes out by itself within two minutes of the end of the trouble.
docs/decisions/0016 has the reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from monitor.deliver.outbox import Outbox
from monitor.health import vitals
from monitor.model import Beat, Route, Routes
from storage.store import Store
from tests.support.fakes.slack import FakeSlack
from tests.support.messages import DESK, OPS, Clock, card, delivery

NIGHT = Route(name="night", channel="C2NIGHT")
ROUTES = Routes((DESK, NIGHT), OPS)
SOON = timedelta(minutes=2)
"""How soon after the end of a trouble everything that waited is posted."""


def each(*all_codes: str) -> pytest.MarkDecorator:
    """A test for each code on SQLite and for the last on PostgreSQL, as what a code does is not the database's.

    A code or two of each scope: test_slack has the scope of all of them.
    """
    cases = [*(("sqlite", code) for code in all_codes), ("postgresql", all_codes[-1])]
    return pytest.mark.parametrize(("migrated_url", "code"), cases, indirect=["migrated_url"])


# What Slack's answers come to is not the database's.
on_sqlite = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)


def story(name: str, **over: Any) -> Any:
    return delivery(name, card(story_id=f"s-{name}", title=f"Story {name}"), **over)


def headline(text: str) -> str:
    """The headline in a card's line, which begins with the severity, or in that of a reply, which does not."""
    return text.partition(" - ")[0].rpartition(": ")[2]


def texts(slack: FakeSlack, channel: str = DESK.channel) -> list[str]:
    return [headline(message["text"]) for message in slack.messages(channel)]


def tried(slack: FakeSlack, channel: str = DESK.channel) -> list[str]:
    """The headlines that were sent to a channel, taken or not, each form of a message once."""
    sent = [body for body in slack.calls("chat.postMessage") if body["channel"] == channel]
    found: list[str] = []
    for body in sent:
        name = headline(body["text"])
        if found[-1:] != [name]:
            found.append(name)
    return found


def about(*names: str) -> Callable[[dict[str, Any]], bool]:
    return lambda body: any(f"Story {name}" in body["text"] for name in names)


async def work(outbox: Outbox, clock: Clock, time: timedelta, *, rest: timedelta | None = None) -> None:
    """What a running service does in this time; it looks every ten seconds, or twelve times where that is less."""
    end, rest = clock() + time, rest or max(timedelta(seconds=10), time / 12)
    while clock() < end:
        await outbox.deliver_due()
        clock.now += rest


async def health(store: Store, clock: Clock) -> list[str]:
    await store.heartbeat("w1", Beat(at=clock()))
    return vitals.troubles(await store.vital_signs(clock()), clock())

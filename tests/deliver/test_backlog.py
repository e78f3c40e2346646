"""Storms and outages: a channel gets what waited too long together, complete and at Slack's pace."""

from __future__ import annotations

import io
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from rich.console import Console

from monitor.decide.backlog import MOST_WAITING, fold
from monitor.decide.digest import BUSY_WAIT
from monitor.decide.policy import Policy
from monitor.deliver.outbox import Outbox
from monitor.deliver.retries import BROKEN_RETRY
from monitor.deliver.terminal import TerminalSink
from monitor.judge.batch import DocumentPart, Poll, judge
from monitor.judge.prepared import read_item
from monitor.model import CardMessage, Delivery, DigestMessage, DigestReason, FeedState, Lookup, Route, Routes, Severity
from monitor.wording.messages import rest_words
from storage.store import Store
from tests.support.builders import NOW, item, match
from tests.support.fakes.slack import FakeSlack, Fault
from tests.support.messages import DESK, OPS, ROUTES, Clock, alert, delivery, further
from tests.support.stored import outbox_counts

CRITICAL, HIGH, LOW = Severity.CRITICAL, Severity.HIGH, Severity.LOW


# -- which cards go together -------------------------------------------------------------------------------------


def cards(count: int, route: str = "desk", severity: Severity = HIGH) -> list[Delivery]:
    return [one_card(f"{route}-{number}", route, severity) for number in range(count)]


def one_card(name: str, route: str = "desk", severity: Severity = HIGH, **over: Any) -> Delivery:
    message = CardMessage(alert=alert(story_id=f"s-{name}", title=f"Story {name}", severity=severity))
    return delivery(name, message, route=route, severity=severity, **over)


def digest_of(found: Sequence[Delivery]) -> list[DigestMessage]:
    return [one.message for one in found if isinstance(one.message, DigestMessage)]


def test_each_route_gets_one_digest_that_lists_ten_and_goes_on_in_its_thread() -> None:
    waiting = [*cards(15), *cards(3, "night")]
    folded = fold(waiting, [], now=NOW)
    desk, thread, night = sorted(folded.digests, key=lambda one: (one.route, one.parent_id is not None))
    assert [len(one.alerts) for one in digest_of([desk, thread, night])] == [10, 5, 3]
    assert {one.why for one in digest_of(folded.digests)} == {DigestReason.BACKLOG}
    assert thread.parent_id == desk.delivery_id
    assert len(digest_of([desk])[0].later) == 5
    assert rest_words(digest_of([desk])[0]).endswith(" more in this thread")
    assert folded.into.keys() == {one.delivery_id for one in waiting}
    assert Counter(folded.into.values()) == {desk.delivery_id: 10, thread.delivery_id: 5, night.delivery_id: 3}


def test_the_only_card_of_a_route_stays_one() -> None:
    folded = fold([*cards(11), *cards(1, "night")], [], now=NOW)
    assert len(folded.into) == 11
    assert {one.route for one in folded.digests} == {"desk"}


def test_a_digest_that_was_not_posted_yet_takes_what_came_since() -> None:
    first = fold(cards(11), [], now=NOW)
    few = [replace(one, delivery_id=f"{one.delivery_id}-b") for one in [*cards(2), *cards(2, "night")]]
    again = fold(few, first.digests, now=NOW)
    assert {one.delivery_id for one in again.digests} == {one.delivery_id for one in first.digests}
    assert sum(len(one.alerts) for one in digest_of(again.digests)) == 13
    assert again.into.keys() == {one.delivery_id for one in few[:2]}, "the other route's few are cards"


def test_other_digests_stay_as_they_are() -> None:
    busy = delivery("busy", DigestMessage(why=DigestReason.BUSY, alerts=()))
    folded = fold(cards(11), [busy], now=NOW)
    assert busy.delivery_id not in {one.delivery_id for one in folded.digests}


def test_hundreds_of_alerts_are_kept_without_the_words_no_digest_shows() -> None:
    folded = fold(cards(11), [], now=NOW)
    alerts = [alert for message in digest_of(folded.digests) for alert in message.alerts]
    assert {alert.summary for alert in alerts} == {""}
    assert {match.evidence for alert in alerts for match in alert.matches} == {()}


# -- in the channel ----------------------------------------------------------------------------------------------


def posts(slack: FakeSlack) -> list[dict[str, Any]]:
    """What stands in the channel; nothing was refused for its pace, or asked for twice."""
    found = slack.messages(DESK.channel)
    times = [float(message["ts"]) for message in found]
    assert all(after - before >= 1 for before, after in pairwise(times))
    return found


def stories_in(messages: Sequence[dict[str, Any]]) -> Counter[str]:
    """The stories whose headline can be read in messages, and how often."""
    return Counter(
        found for message in messages for found in re.findall(r"Story ([\w-]+)", json.dumps(message["blocks"]))
    )


async def test_ten_cards_that_wait_are_cards(outbox: Outbox, database: Store, slack: FakeSlack) -> None:
    await database.enqueue(cards(MOST_WAITING))
    assert await outbox.drain() == MOST_WAITING


async def test_a_sink_that_needs_no_pace_shows_every_card(database: Store, clock: Clock) -> None:
    terminal = TerminalSink(Console(file=io.StringIO()))
    await database.enqueue(cards(25))
    assert await Outbox(database, terminal, ROUTES, owner="w1", clock=clock).deliver_due() == 25


async def test_after_an_outage_what_waited_is_one_message_and_its_thread(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    """The channel is away for two hours, in which it gets 25 alerts, one of them critical, and a further report."""
    slack.unknown_channels.add(DESK.channel)
    for number in range(25):
        severity = CRITICAL if number == 20 else HIGH
        await database.enqueue([one_card(f"desk-{number}", severity=severity, created_at=clock(), not_before=clock())])
        await outbox.deliver_due()
        clock.now += timedelta(minutes=5)
    of_first = next(one.delivery_id for one in cards(1))
    await database.enqueue([delivery("reply", further(title="Further"), parent_id=of_first)])
    slack.unknown_channels.clear()
    clock.now += BROKEN_RETRY
    await outbox.drain()
    found = [message for message in posts(slack) if "Route desk is broken" not in message["text"]]
    # The message that shows that the channel works is the one that was tried longest ago; then comes what is critical.
    alone, digest = sorted(found[:2], key=lambda message: "while Slack was unavailable" in message["text"])
    thread = found[2:]
    assert alone["text"].startswith("CRITICAL: Story desk-20")
    assert digest["text"].startswith("24 stories while Slack was unavailable")
    assert {message.get("thread_ts") for message in thread} == {digest["ts"]}
    assert stories_in(found) == {f"desk-{number}": 1 for number in range(25)}
    assert "14 more in this thread" in json.dumps(digest["blocks"])
    assert "delayed by up to 2 h" in json.dumps(digest["blocks"])
    assert any("Further" in message["text"] for message in thread)
    counts = {str(state): count for state, count in (await outbox_counts(database)).items() if count}
    assert counts == {"folded": 24, "sent": 4 + len(slack.messages(OPS.channel))}


async def test_a_card_that_may_have_been_posted_is_looked_for_and_in_no_digest(
    outbox: Outbox, database: Store, slack: FakeSlack
) -> None:
    first, *others = cards(13)
    slack.faults.append(Fault.LOST_REPLY)
    await database.enqueue([first])
    await outbox.deliver_due()
    await database.enqueue(others)
    await outbox.drain()
    assert stories_in(posts(slack)) == {f"desk-{number}": 1 for number in range(13)}
    card_message, *digests = posts(slack)
    assert card_message["text"].startswith("HIGH: Story desk-0")
    assert all(message["text"].startswith("12 stories while Slack") or message.get("thread_ts") for message in digests)


async def test_a_digest_of_unknown_outcome_is_found_and_not_grown(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    await database.enqueue(cards(11))
    slack.faults.append(Fault.LOST_REPLY)
    await outbox.deliver_due()
    await database.enqueue(cards(11, severity=LOW, route="low"))
    await outbox.drain()
    assert stories_in(posts(slack)) == {f"{route}-{n}": 1 for route in ("desk", "low") for n in range(11)}


async def burst(
    database: Store, *, max_per_hour: int | None, critical: Callable[[int], bool], count: int = 300
) -> None:
    """A poll that brings many stories at once."""
    routes = Routes((Route(name="desk", channel=DESK.channel, max_per_hour=max_per_hour),), OPS)
    rng = random.Random(300)
    prepared = [
        read_item(
            item(
                f"Story n{number} {' '.join(''.join(rng.sample('bdfgklmnprst', 8)) for _ in range(4))}",
                guid=f"{number}",
                link=f"https://w.example/{number}",
            ),
            (match(severity=CRITICAL if critical(number) else HIGH, evidence=()),),
        )
        for number in range(count)
    ]
    state = FeedState(feed_id="wire", baselined_at=NOW)
    build = partial(judge, part=DocumentPart(prepared), poll=Poll(state), policy=Policy(routes=routes), now=NOW)
    await database.save_feed(state)
    await database.judge(Lookup(feed_id="wire", family="wire", stories_since=NOW, now=NOW), build)


async def test_a_burst_of_300_alerts_arrives_complete_in_order_and_at_slacks_pace(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    """One poll brings them, 4 of them critical; the route takes 30 cards an hour."""
    await burst(database, max_per_hour=30, critical=lambda number: number % 75 == 0)
    await outbox.drain()
    clock.now += BUSY_WAIT
    await outbox.drain()
    found = posts(slack)
    assert stories_in(found) == {f"n{number}": 1 for number in range(300)}
    assert len(slack.calls("chat.postMessage")) == len(found) < 25
    assert [message["text"].split()[:3] for message in found[:4]] == [
        ["CRITICAL:", "Story", f"n{number}"] for number in (0, 75, 150, 225)
    ]
    backlog, busy = [message for message in found[4:] if not message.get("thread_ts")]
    assert backlog["text"].startswith("29 stories while Slack")
    assert busy["text"].startswith("267 stories held back in a busy hour")
    listed = [
        int(number) for message in found[4:] for number in re.findall(r"Story n(\d+) ", json.dumps(message["blocks"]))
    ]
    assert listed == sorted(listed)


async def test_a_burst_to_a_route_without_a_limit_is_complete_too(
    outbox: Outbox, database: Store, slack: FakeSlack
) -> None:
    await burst(database, max_per_hour=None, critical=lambda number: number % 25 == 0, count=60)
    await outbox.drain()
    found = posts(slack)
    assert stories_in(found) == {f"n{number}": 1 for number in range(60)}
    assert len(slack.calls("chat.postMessage")) == len(found) < 10


async def test_a_burst_of_critical_alerts_is_a_card_each_in_order_none_of_them_refused(
    outbox: Outbox, database: Store, slack: FakeSlack
) -> None:
    """`make burst` does it with 300, which takes a service five and a half minutes."""
    await burst(database, max_per_hour=30, critical=lambda _: True, count=60)
    await outbox.drain()
    found = posts(slack)
    assert len(slack.calls("chat.postMessage")) == len(found) == 60
    told = [re.findall(r"Story n(\d+) ", message["text"])[0] for message in found]
    assert told == [str(number) for number in range(60)]

"""What people read of a feed's pushes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.collect.explained import in_short, pushes_in_words, pushing_in_words
from monitor.commands.tables import feed_table
from monitor.model import Feed, FeedRhythm, FeedState, PollReason, PushState, Subscription
from tests.support.builders import NOW, hours, minutes

FEED = Feed(id="f", name="F", url="https://f.example/rss", family="f")
ACTIVE = Subscription(
    feed_id="wire",
    hub="https://hub.example/",
    topic="https://wire.example/rss",
    token="t",
    secret="s",
    state=PushState.ACTIVE,
    until=NOW + hours(9),
    pushed_at=NOW - minutes(5),
    pushes=2,
)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (None, ""),
        (ACTIVE, "It pushes what is new by itself: 2 pushes, the last 5 min ago."),
        (
            replace(ACTIVE, pushes=1, forged=3),
            "It pushes what is new by itself: 1 push, the last 5 min ago. 3 pushes with a wrong signature dropped.",
        ),
        (replace(ACTIVE, pushed_at=None), "Its hub agreed to push what is new, and has pushed nothing yet."),
        (
            replace(ACTIVE, missed_at=NOW),
            "Its hub agreed to push, but a poll found what no push had brought: it is polled as others are.",
        ),
        (replace(ACTIVE, state=PushState.REFUSED, reason="not you"), "Its hub refuses to push: not you."),
        (replace(ACTIVE, state=PushState.ASKED), "Its hub was asked to push, and has not agreed yet."),
        (
            replace(ACTIVE, state=PushState.WANTED, reason="HTTP 500"),
            "Its hub was asked to push, and has not agreed: HTTP 500.",
        ),
        (replace(ACTIVE, state=PushState.LEAVING), "Its hub is asked to push no more."),
    ],
)
def test_people_read_whether_a_feed_pushes(one: Subscription | None, words: str) -> None:
    assert pushes_in_words(one, now=NOW) == words


@pytest.mark.parametrize("why", [None, *PollReason])
def test_a_list_of_feeds_says_in_short_why_a_feed_is_polled_next_when_it_is(why: PollReason | None) -> None:
    state = FeedState(feed_id="f", polled_at=NOW, next_poll_at=NOW + minutes(5), rhythm=FeedRhythm(why=why))
    plain = why in (None, PollReason.INTERVAL, PollReason.SPREAD, PollReason.FAILED)
    assert bool(in_short(state)) is not plain
    row = "".join(str(cell) for column in feed_table([FEED], {"f": state}, NOW).columns for cell in column.cells)
    assert in_short(state) in row
    assert in_short(replace(state, next_poll_at=None)) == ""


def test_people_read_how_many_feeds_push() -> None:
    agreed = [ACTIVE, replace(ACTIVE, pushed_at=None)]
    assert pushing_in_words(agreed, now=NOW) == "feeds that push what is new: 1 of 2 with a hub"

"""What stands in a channel is asked before the first post there; a channel that cannot be asked holds nothing up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.deliver.before import INSIST_FOR, PostedBefore
from monitor.deliver.sink import Limited, NotPosted, Sent
from monitor.deliver.slack.sink import SlackSink
from monitor.model import Attempt
from storage.store import Store
from tests.support.fakes.slack import FakeSlack
from tests.support.fakes.slackfaults import Fault
from tests.support.messages import Clock, attempt, card, delivery

SECOND = timedelta(seconds=1)


@pytest.fixture
def before(database: Store, sink: SlackSink, clock: Clock) -> PostedBefore:
    return PostedBefore(database, sink, clock=clock, uptime=lambda: clock().timestamp())


async def test_what_stands_there_is_not_posted_again(
    before: PostedBefore, database: Store, sink: SlackSink, slack: FakeSlack
) -> None:
    await database.upgrade()
    posted = await sink.post(attempt())
    assert isinstance(posted, Sent)
    assert await before.look(attempt()) == Sent(posted.ts)
    assert len(slack.calls("conversations.history")) == 1


async def test_a_channel_is_asked_once(before: PostedBefore, database: Store, slack: FakeSlack) -> None:
    await database.upgrade()
    for _ in range(3):
        assert await before.look(attempt()) == attempt()
    assert len(slack.calls("conversations.history")) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.LIMITED, Limited),
        (Fault.ERROR_BEFORE, NotPosted),
        ("internal_error", NotPosted),
        ("a_code_of_tomorrow", NotPosted),
    ],
)
async def test_a_channel_that_cannot_be_asked_for_the_moment_is_posted_to_after_a_minute(
    before: PostedBefore, database: Store, slack: FakeSlack, clock: Clock, fault: Fault | str, kind: type
) -> None:
    await database.upgrade()
    slack.history_plan = lambda _: fault
    assert isinstance(await before.look(attempt()), kind)
    clock.now += INSIST_FOR - SECOND
    assert isinstance(await before.look(attempt()), kind)
    clock.now += SECOND
    assert await before.look(attempt()) == attempt()


@pytest.mark.parametrize("code", ["missing_scope", "not_in_channel"])
async def test_a_channel_that_refuses_to_be_asked_is_posted_to(
    before: PostedBefore, database: Store, slack: FakeSlack, code: str
) -> None:
    await database.upgrade()
    slack.history_plan = lambda _: code
    assert isinstance(await before.look(attempt()), Attempt)


CARD, AGAIN = delivery(), delivery("again", card(story_id="s-a", title="Story a"))
"""Two cards of one story: the second is there because somebody deleted the first, or because it brings news."""


async def test_what_an_earlier_database_posted_stands_for_one_card_of_its_story(
    before: PostedBefore, database: Store, sink: SlackSink
) -> None:
    """Should somebody delete it, the next card of the story is posted."""
    await database.upgrade()
    posted = await sink.post(attempt(delivery("of an earlier database", card(story_id="s-a"))))
    assert isinstance(posted, Sent)
    for _ in range(2):
        assert await before.look(attempt(CARD)) == Sent(posted.ts)
    assert await before.look(attempt(AGAIN)) == attempt(AGAIN)


async def test_what_the_database_looks_for_itself_stands_for_no_other_card(
    before: PostedBefore, database: Store, sink: SlackSink
) -> None:
    """As after a crash between a post and what is written of it."""
    await database.upgrade()
    await database.enqueue([CARD])
    posted = await sink.post(attempt(CARD))
    assert isinstance(posted, Sent)
    assert await before.look(attempt(AGAIN)) == attempt(AGAIN)
    assert await before.look(attempt(CARD)) == Sent(posted.ts)

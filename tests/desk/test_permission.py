"""Who may act, where, and on what: the others are told why not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.store import Store
from tests.support.clicks import ANN, BOB, connected, held_by, holder, posted, said
from tests.support.fakes.socketmode import FakeSocketMode
from tests.support.messages import Clock


@pytest.mark.parametrize(
    ("action", "value", "told"),
    [
        ("claim", "d-nobody", "This card is not known here."),
        ("claim", "", "This card is not known here."),
        ("claim", "x" * 5_000, "This card is not known here."),
        ("unclaim", "d-a", "Nobody has this story."),
        ("unmute", "d-a", "Nothing of this card is muted."),
        ("unmute", "m-nobody", "This card is not known here."),
        ("not_relevant", "d-nobody", "This card is not known here."),
        ("mute", "story:24h", "This card is not known here."),
        ("mute", "", "This cannot be muted so"),
        ("mute", "story:forever", "This cannot be muted so"),
        ("mute", "world:1h", "This cannot be muted so"),
        ("delete_everything", "d-a", "This button does nothing here"),
        ("<!channel>", "d-a", "This button does nothing here"),
    ],
)
async def test_what_makes_no_sense_is_answered_and_told(
    slack: FakeSocketMode, one_store: Store, clock: Clock, action: str, value: str, told: str
) -> None:
    message = await posted(one_store)
    async with connected(slack, one_store, clock):
        await slack.press(ANN, message, action, value)
        assert (await said(slack)).startswith(told)


async def test_a_button_that_was_shared_to_another_channel_does_nothing(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    message = await posted(one_store)
    async with connected(slack, one_store, clock):
        await slack.press(ANN, {**message, "channel": "C0OTHER"}, "claim", message["card"])
        assert await said(slack) == "This button belongs to another channel."
    assert await holder(one_store) == ""


async def test_only_members_of_the_group_may_act(slack: FakeSocketMode, one_store: Store, clock: Clock) -> None:
    slack.groups["S0DESK"] = [ANN]
    message = await posted(one_store)
    async with connected(slack, one_store, clock, group="S0DESK"):
        await slack.press(BOB, message, "claim", message["card"])
        assert (await said(slack)).startswith("Only members of the desk's user group may do that.")
        slack.groups["S0DESK"] = [ANN, BOB]
        clock.now += timedelta(minutes=4)
        await slack.press(BOB, message, "claim", message["card"])
        await said(slack, 2)
        clock.now += timedelta(minutes=1)
        slack.group_error = "ratelimited"
        await slack.press(BOB, message, "claim", message["card"])
        await said(slack, 3)
        slack.group_error = ""
        await slack.press(BOB, message, "claim", message["card"])
        await held_by(one_store, BOB)
        await slack.press(ANN, message, "claim", message["card"])
        assert (await said(slack, 4)).startswith("u0bob.name has had this story")
    assert len(slack.calls("usergroups.users.list")) == 3


async def test_a_group_that_cannot_be_read_lets_nobody_in(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    slack.group_error = "missing_scope"
    message = await posted(one_store)
    async with connected(slack, one_store, clock, group="S0DESK"):
        await slack.press(ANN, message, "claim", message["card"])
        assert "cannot be read (missing_scope)" in await said(slack)

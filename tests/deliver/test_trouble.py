"""All that goes wrong between us and a channel: what the editor sees there, and what the admin is told.

Each row breaks something, lets the outbox work, mends it, and lets it work again. The editor must in the end have read
the alert once, or ops must have been told that it will not come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.deliver.outbox import Outbox
from monitor.deliver.retries import BROKEN_RETRY
from monitor.health import vitals
from monitor.model import Beat, DeliveryState, Routes
from storage.store import Store
from tests.support.fakes import codes
from tests.support.fakes.slack import SCOPES, FakeSlack, Fault
from tests.support.messages import DESK, OPS, Clock, card, delivery, further
from tests.support.stored import outbox_counts

ROUTES = Routes((DESK,), OPS)
SENT, REJECTED = DeliveryState.SENT, DeliveryState.REJECTED
CARD = "CRITICAL: Nine killed"
PLAIN = f"{CARD} (plain)"


@dataclass(frozen=True)
class Row:
    """What is broken and, while it is: what the channel shows, what ops is told, what health says, what is logged.

    `after` is what the channel shows once it is mended; None: the same.
    """

    wrong: Callable[[FakeSlack], None]
    editor: tuple[str, ...] = (CARD,)
    ops: str | None = None
    health: str | None = None
    log: str = ""
    after: tuple[str, ...] | None = None


def once(*faults: Fault | str) -> Callable[[FakeSlack], None]:
    return lambda slack: slack.faults.extend(faults)


def lasting(code: Fault | str) -> Callable[[FakeSlack], None]:
    """To the desk's channel alone."""

    def wrong(slack: FakeSlack) -> None:
        slack.plan = lambda body: code if body["channel"] == DESK.channel else None

    return wrong


def always(code: str) -> Callable[[FakeSlack], None]:
    return lambda slack: setattr(slack, "refuses", code)


def channel(**changed: Any) -> Callable[[FakeSlack], None]:
    def wrong(slack: FakeSlack) -> None:
        for name, value in changed.items():
            setattr(slack.channel(DESK.channel), name, value)

    return wrong


def without_scope(scope: str) -> Callable[[FakeSlack], None]:
    return lambda slack: setattr(slack, "scopes", SCOPES - {scope})


def mend(slack: FakeSlack) -> None:
    slack.plan, slack.refuses, slack.scopes = (lambda _: None), None, SCOPES
    desk = slack.channel(DESK.channel)
    desk.archived, desk.private, desk.member = False, False, True


BROKEN = "Wirewatch cannot post to C1DESK (route desk)"
REFUSED = "“Nine killed” for desk was refused, as plain text too"

ROWS: dict[str, Row] = {
    **{code: Row(once(code), log=code) for code in codes.WAIT},
    "429": Row(once(Fault.LIMITED), log="ratelimited"),
    **{code: Row(once(code), log=f"Slack answered {code}") for code in codes.MAYBE},
    "500, posted": Row(once(Fault.ERROR_AFTER), log="found in the channel's history"),
    "500, not posted": Row(once(Fault.ERROR_BEFORE), log="not found 2 times"),
    "an HTML body": Row(once(Fault.HTML), log="Slack answered HTTP 502"),
    "a plain text": Row(once(Fault.TEXT_BEFORE), log="the reply cannot be read"),
    "invalid JSON": Row(once(Fault.INVALID_JSON), log="with a body that cannot be read"),
    "an empty body": Row(once(Fault.EMPTY), log="found in the channel's history"),
    "not Slack at all": Row(once(Fault.NOT_FOUND), log="or SLACK_API_URL is wrong"),
    "not Slack for long": Row(
        lasting(Fault.NOT_FOUND),
        editor=(),
        ops=f"{BROKEN}: http_404: something between here",
        health="channel C1DESK: http_404: something between here and Slack",
        log="or SLACK_API_URL is wrong",
        after=(CARD,),
    ),
    "a lost reply": Row(once(Fault.LOST_REPLY), log="the reply was lost"),
    "a lost request": Row(once(Fault.CLOSED), log="not found 2 times"),
    "a timeout, posted": Row(once(Fault.SILENCE_AFTER), log="no reply within 1 s"),
    "a timeout, not posted": Row(once(Fault.SILENCE_BEFORE), log="no reply within 1 s"),
    **{
        code: Row(
            lasting(code),
            editor=(),
            ops=f"Wirewatch cannot post to C1DESK (route desk): {code}: ",
            health=f"channel C1DESK: {code}: ",
            log=f"{code}: ",
            after=(CARD,),
        )
        for code in codes.CHANNEL + codes.RESTRICTED
    },
    **{
        code: Row(always(code), editor=(), health=f"Slack rejected the token ({code}). ", log=code, after=(CARD,))
        for code in codes.APP
    },
    **{
        code: Row(once(code), editor=(PLAIN,), log=f"{code}: Slack does not take the message as it is")
        for code in codes.MESSAGE
        if "metadata" not in code
    },
    **{code: Row(once(code), log="posted") for code in codes.MESSAGE if "metadata" in code},
    **{
        f"{code}, as plain text too": Row(
            lasting(code),
            editor=(),
            ops=f"{REFUSED}: Slack does not take",
            health="C1DESK, and none has been accepted for 3 min",
            log=code,
            after=(PLAIN,),
        )
        for code in codes.MESSAGE[1:3]
    },
    **{code: Row(once(code), log=f"{code}: ") for code in codes.UNKNOWN},
    **{
        f"{code} for long": Row(
            lasting(code),
            editor=(),
            ops=f"{BROKEN}: {code}: ",
            health=f"channel C1DESK: {code}: ",
            log=f"{code}: ",
            after=(CARD,),
        )
        for code in codes.UNKNOWN
    },
    **{
        f"{code} everywhere": Row(
            always(code), editor=(), health=f"Slack rejected every message ({code}): ", log=code, after=(CARD,)
        )
        for code in codes.UNKNOWN
    },
    **{code: Row(once(code), log=f"Slack answered {code}") for code in codes.UNKNOWN_MAYBE},
    "archived": Row(
        channel(archived=True),
        editor=(),
        ops=f"{BROKEN}: is_archived: the channel is archived",
        health="channel C1DESK: is_archived",
        log="is_archived",
        after=(CARD,),
    ),
    "renamed": Row(channel(name="another-desk"), log="posted"),
    "left": Row(
        channel(member=False),
        editor=(),
        ops="not_in_channel: the bot is not in the channel; invite it",
        health="channel C1DESK: not_in_channel",
        log="not_in_channel",
        after=(CARD,),
    ),
    "private, without the bot": Row(
        channel(private=True, member=False),
        editor=(),
        ops="channel_not_found: there is no such channel, or it is private and the bot is not in it",
        health="channel C1DESK: channel_not_found",
        log="channel_not_found",
        after=(CARD,),
    ),
    "a scope lost": Row(
        without_scope("chat:write"),
        editor=(),
        health="Slack rejected the token (missing_scope). The token lacks the scope chat:write",
        log="missing_scope",
        after=(CARD,),
    ),
}


def shown(slack: FakeSlack) -> tuple[str, ...]:
    """What the editor reads in the channel."""
    return tuple(
        message["text"].partition(" - ")[0] + ("" if "blocks" in message else " (plain)")
        for message in slack.messages(DESK.channel)
    )


async def health(database: Store, clock: Clock) -> str:
    await database.heartbeat("w1", Beat(at=clock()))
    return "\n".join(vitals.troubles(await database.vital_signs(clock()), clock()))


@pytest.mark.parametrize("name", ROWS)
async def test_the_editor_reads_it_once_or_the_admin_is_told(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock, name: str
) -> None:
    row = ROWS[name]
    row.wrong(slack)
    await database.enqueue([delivery("a", card(title="Nine killed"))])
    with capture_logs() as logs:
        for _ in range(2):
            await outbox.drain()
    assert shown(slack) == row.editor
    told = [message["text"] for message in slack.messages(OPS.channel)]
    wrong = [text for text in told if "works again" not in text]
    assert [row.ops in text for text in wrong] == [True] if row.ops else wrong == []
    assert not row.health or wrong or "error" in {line["log_level"] for line in logs}
    assert row.log in str(logs)
    assert slack.token not in str(logs)
    assert (row.health or "") in await health(database, clock)
    assert bool(await health(database, clock)) is (row.health is not None)

    mend(slack)
    clock.now += BROKEN_RETRY
    for _ in range(2):
        await outbox.drain()
    assert shown(slack) == (row.editor if row.after is None else row.after)
    assert await health(database, clock) == ""
    counts = await outbox_counts(database)
    assert sum(counts.values()) == counts[SENT] + counts[REJECTED]
    assert counts[REJECTED] == (shown(slack) == ())


# -- in the middle of things -------------------------------------------------------------------------------------


async def test_a_token_revoked_in_mid_run_keeps_what_comes_then(
    outbox: Outbox, database: Store, slack: FakeSlack, clock: Clock
) -> None:
    await database.enqueue([delivery("a", card(title="First"))])
    await outbox.drain()
    slack.refuses = "token_revoked"
    await database.enqueue([delivery("b", card(title="Second")), delivery("c", card(title="Third"))])
    await outbox.drain()
    assert shown(slack) == ("CRITICAL: First",)
    assert "token_revoked" in await health(database, clock)
    slack.refuses = None
    clock.now += BROKEN_RETRY
    await outbox.drain()
    await outbox.drain()
    assert sorted(shown(slack)) == ["CRITICAL: First", "CRITICAL: Second", "CRITICAL: Third"]
    (over,) = slack.messages(OPS.channel)
    assert "Slack takes messages again" in over["text"]


@pytest.mark.parametrize("replies", [0, 1])
async def test_a_reply_to_a_card_that_somebody_deleted_is_read_all_the_same(
    outbox: Outbox, database: Store, slack: FakeSlack, replies: int
) -> None:
    """By itself; or in the thread, when there were replies and so the place of the card is still there."""
    first = delivery("card")
    for number in range(replies):
        await database.enqueue([delivery(f"reply {number}", further(title="Early"), parent_id=first.delivery_id)])
    await database.enqueue([first])
    await outbox.drain()
    slack.delete(DESK.channel, slack.messages(DESK.channel)[0]["ts"])
    await database.enqueue([delivery("late", further(title="Late"), parent_id=first.delivery_id)])
    await outbox.drain()
    last = slack.messages(DESK.channel)[-1]
    assert "Late" in last["text"]
    assert ("thread_ts" in last) is (replies > 0)


@pytest.mark.parametrize("threaded", [False, True], ids=["card", "reply"])
async def test_a_message_that_was_edited_before_it_was_looked_up_is_found(
    outbox: Outbox, database: Store, slack: FakeSlack, threaded: bool
) -> None:
    """By its metadata, whatever it says by now."""
    first = delivery("card")
    if threaded:
        await database.enqueue([first])
        await outbox.drain()
    slack.faults.append(Fault.LOST_REPLY)
    slack.on_post = lambda message: slack.edit(DESK.channel, message["ts"], "Edited by an admin")
    await database.enqueue([delivery("late", further(), parent_id=first.delivery_id) if threaded else first])
    await outbox.drain()
    assert len(slack.messages(DESK.channel)) == 1 + threaded
    assert slack.messages(DESK.channel)[-1]["text"] == "Edited by an admin"
    assert (await outbox_counts(database))[SENT] == 1 + threaded

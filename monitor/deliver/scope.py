"""What a refusal is about: one channel, or every one? And of which troubles does a post show that they are over?

That a message alone is refused says `Attempt.refused_alone`. docs/decisions/0016 has the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.decide.notices.channels import (
    ALL_REJECTED,
    TOKEN_REJECTED,
    code_of,
    everywhere,
    of_channel,
    token_rejected,
)
from monitor.deliver.sink import Refused, Scope
from monitor.model import Attempt, Refusal, Routes
from monitor.model.configured import is_webhook


@dataclass(frozen=True, slots=True)
class About:
    """The problem that a refusal shows: that of its channel or, with `everywhere`, of every channel.

    `elsewhere` has the channels whose own problem turns out to be this one: what it was, and what it is now.
    """

    problem: str
    everywhere: bool = False
    elsewhere: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)


def about(attempt: Attempt, refused: Refused, routes: Routes) -> About:
    """What a refusal is about that is not about its message alone."""
    code = refused.code
    if refused.scope is Scope.APP and not _is_of_one(attempt, code):
        return About(token_rejected(code, refused.reason), everywhere=True)
    if refused.scope is Scope.UNCLEAR and _is_of_all(attempt, code, routes):
        problem = f"{ALL_REJECTED} ({code}): {refused.reason}"
        same = {other: was for other, was in attempt.elsewhere.items() if code_of(was) == code and was != problem}
        return About(problem, everywhere=True, elsewhere={other: (was, problem) for other, was in same.items()})
    return About(refused.words)


def _is_of_one(attempt: Attempt, code: str) -> bool:
    """Whether a code that says that the token is wrong is about this channel: with that token others are posted to."""
    known = attempt.channel_problem
    if known:
        return of_channel(known) and code_of(known) == code
    return attempt.refusal is Refusal.BEFORE


def _is_of_all(attempt: Attempt, code: str, routes: Routes) -> bool:
    if is_webhook(attempt.delivery.channel):
        return False  # each has a receiver of its own
    known = attempt.channel_problem
    if known and code_of(known) == code and not of_channel(known):
        return True
    return everywhere(attempt.delivery.channel, code, attempt.elsewhere, routes)


def over_elsewhere(attempt: Attempt) -> dict[str, str]:
    """The problems of other channels that a post shows to be over: those of every channel."""
    if is_webhook(attempt.delivery.channel):
        return {}  # it says nothing of Slack
    return {other: problem for other, problem in attempt.elsewhere.items() if not of_channel(problem)}


def over_everywhere(attempt: Attempt) -> str | None:
    """The problem of every channel that a post shows to be over; None when there was none.

    A wrong token may be the trouble of the one other channel in which it was seen: its next message shows that.
    """
    own, others = attempt.channel_problem, list(over_elsewhere(attempt).values())
    if own and not of_channel(own):
        return own
    if len(others) == 1 and others[0].startswith(TOKEN_REJECTED):
        return None
    return others[0] if others else None

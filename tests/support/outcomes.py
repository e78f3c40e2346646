"""What attempts come to, and how that is settled."""

from __future__ import annotations

from datetime import timedelta

from monitor.deliver.settle import settle
from monitor.deliver.sink import NOT_RENDERED, LookUp, Outcome, Refused, Scope, Unreadable
from monitor.model import Attempt, DeliveryState, Refusal, Routes, Settlement, Severity
from tests.support.builders import NOW
from tests.support.messages import ROUTES, delivery

PACE = timedelta(seconds=1.1)
PENDING, SENT, UNKNOWN = DeliveryState.PENDING, DeliveryState.SENT, DeliveryState.UNKNOWN
HELD, REJECTED = DeliveryState.HELD, DeliveryState.REJECTED
WHOLE, ITSELF = Refusal.CHANNEL, Refusal.ITSELF
NONE = timedelta(0)
NEW, EVERYTHING = "new_code: unknown to us", "Slack rejected every message (new_code): unknown to us"
ONCE = "refused once (new_code): unknown to us"
MESSAGE = Refused("invalid_blocks", "not taken", Scope.MESSAGE)
NOT_PUT = Refused(NOT_RENDERED, "KeyError", Scope.MESSAGE)
CHANNEL = Refused("not_in_channel", "the bot is not in the channel", Scope.CHANNEL)
NO_RIGHT = "Slack rejected the token (no_permission). The token lacks a scope."
APP = Refused("invalid_auth", "the token is not valid", Scope.APP)
UNCLEAR = Refused("new_code", "unknown to us", Scope.UNCLEAR)
UNREADABLE = Unreadable("missing_scope: channels:history", lasting=True)
BROKEN_OFF = Unreadable("HTTP 500", lasting=False)
CRITICAL = delivery(severity=Severity.CRITICAL)


def settled_by(given: Attempt, result: Outcome | LookUp, routes: Routes = ROUTES) -> Settlement:
    return settle(given, result, routes=routes, pace=PACE, now=NOW)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)

"""WebSub (https://www.w3.org/TR/websub/) as a subscriber sees it: pure. docs/decisions/0043."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import PushState, Subscription

LEASE = timedelta(days=10)
"""For how long pushes are asked for."""

SHORTEST_LEASE, LONGEST_LEASE = timedelta(seconds=10), timedelta(days=90)
ANSWERED_WITHIN = timedelta(minutes=10)
"""A hub that was asked and has not asked back for so long is asked again."""

RENEWED_BEFORE = 5
"""A subscription is renewed when a part of its lease is left, one of so many."""

REFUSED_FOR = timedelta(days=1)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=12)
_MOST_TRIES_TO_LEAVE = 3
_LONGEST_CHALLENGE, _LONGEST_REASON = 2000, 200
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


class SubscriptionStep(StrEnum):
    """What is to be done about a subscription."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    LOST = "lost"
    FORGET = "forget"


def next_step(one: Subscription, now: datetime) -> SubscriptionStep | None:
    """What is due now; None while nothing is."""
    due = one.next_at is None or now >= one.next_at or one.next_at - now > REFUSED_FOR  # a clock that went back
    match one.state:
        case PushState.LEAVING:
            if one.tries >= _MOST_TRIES_TO_LEAVE:
                return SubscriptionStep.FORGET
            return SubscriptionStep.UNSUBSCRIBE if due else None
        case PushState.ACTIVE if one.until is None or now >= one.until:
            return SubscriptionStep.LOST
        case PushState.ACTIVE:
            ends = one.until is not None and one.until - now <= (one.lease or LEASE) / RENEWED_BEFORE
            return SubscriptionStep.SUBSCRIBE if ends and due else None
        case _:
            return SubscriptionStep.SUBSCRIBE if due else None


def asked(one: Subscription, now: datetime) -> Subscription:
    """The subscription as it is when the hub is about to be asked; one that holds goes on meanwhile."""
    holds = one.state in (PushState.ACTIVE, PushState.LEAVING)
    wait = min(_LONGEST_WAIT, ANSWERED_WITHIN * (1 << min(one.tries, 8)))
    if one.state is PushState.LEAVING:
        wait = _FIRST_WAIT
    elif one.state is PushState.ACTIVE:
        wait = min(wait, (one.lease or LEASE) / (4 * RENEWED_BEFORE))
    tries = one.tries + 1
    return replace(one, state=one.state if holds else PushState.ASKED, asked_at=now, next_at=now + wait, tries=tries)


def not_asked(one: Subscription, reason: str, now: datetime) -> Subscription:
    """The subscription after the hub could not be asked, or refused at once."""
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * (1 << min(one.tries, 12)))
    state = one.state if one.state in (PushState.ACTIVE, PushState.LEAVING) else PushState.WANTED
    return replace(one, state=state, next_at=now + wait, reason=reason[:_LONGEST_REASON])


def lost(one: Subscription, now: datetime) -> Subscription:
    """The subscription when its lease is over and the hub did not renew it."""
    return replace(one, state=PushState.WANTED, until=None, next_at=now, tries=0, reason="its lease ended")


def form_of(one: Subscription, callback: str) -> dict[str, str]:
    """What a hub is sent to begin, renew or end a subscription."""
    if one.state is PushState.LEAVING:
        return {"hub.callback": callback, "hub.mode": "unsubscribe", "hub.topic": one.topic}
    return {
        "hub.callback": callback,
        "hub.mode": "subscribe",
        "hub.topic": one.topic,
        "hub.lease_seconds": str(round(LEASE.total_seconds())),
        "hub.secret": one.secret,
    }


def verified(one: Subscription, query: Mapping[str, str], now: datetime) -> tuple[Subscription | None, str] | None:
    """The subscription after a hub asked whether it was meant, and what it is answered; None where it was not.

    The subscription is None when it has ended as it should.
    """
    mode, challenge = query.get("hub.mode", ""), query.get("hub.challenge", "")
    if query.get("hub.topic") != one.topic:
        return None
    if mode == "denied":
        reason = " ".join(query.get("hub.reason", "").split())[:_LONGEST_REASON] or "the hub gives no reason"
        return replace(one, state=PushState.REFUSED, until=None, next_at=now + REFUSED_FOR, reason=reason), ""
    if not 0 < len(challenge) <= _LONGEST_CHALLENGE:
        return None
    if mode == "unsubscribe":
        return (None, challenge) if one.state is PushState.LEAVING else None
    # Hubs of PubSubHubbub, from which WebSub came, need not name the lease that they were asked for.
    lease = _lease(query["hub.lease_seconds"]) if "hub.lease_seconds" in query else LEASE
    was_asked = one.asked_at is not None and abs(now - one.asked_at) < REFUSED_FOR
    if mode != "subscribe" or lease is None or not was_asked or one.state not in (PushState.ASKED, PushState.ACTIVE):
        return None
    held = replace(one, state=PushState.ACTIVE, until=now + lease, lease=lease, next_at=now, tries=0, reason="")
    # What was verified is not verified again by whoever learnt the address.
    return replace(held, asked_at=None), challenge


def is_signed(one: Subscription, body: bytes, header: str) -> bool:
    """Whether a push was signed with the subscription's secret; a wrong signature takes as long as the right one."""
    method, _, given = header.strip().partition("=")
    made_with = _HASHES.get(method.strip().lower())
    if made_with is None:
        return False
    made = hmac.new(one.secret.encode(), body, made_with).hexdigest()
    return hmac.compare_digest(made.encode(), given.strip().lower().encode("utf-8", "replace"))


def _lease(seconds: str) -> timedelta | None:
    if not (seconds.isascii() and seconds.isdecimal()) or len(seconds) > 9:
        return None
    lease = min(timedelta(seconds=int(seconds)), LONGEST_LEASE)
    return lease if lease >= SHORTEST_LEASE else None

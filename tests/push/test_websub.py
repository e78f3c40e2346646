"""The rules of a subscription: what is due when, which questions of a hub are answered, and what is signed."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import PushState, Subscription
from monitor.push.websub import LEASE, SubscriptionStep, asked, form_of, is_signed, lost, next_step, not_asked, verified
from tests.support.builders import NOW, hours, minutes

WANTED = Subscription(
    feed_id="wire", hub="https://hub.example/", topic="https://wire.example/rss", token="t0ken", secret="s3cret"
)
ASKED = asked(WANTED, NOW)
ACTIVE = replace(WANTED, state=PushState.ACTIVE, until=NOW + LEASE, lease=LEASE, next_at=NOW)
LEAVING = replace(ACTIVE, state=PushState.LEAVING, next_at=None)
QUESTION = {
    "hub.mode": "subscribe",
    "hub.topic": WANTED.topic,
    "hub.challenge": "say this",
    "hub.lease_seconds": "864000",
}


@pytest.mark.parametrize(
    ("one", "after", "step"),
    [
        (WANTED, minutes(0), SubscriptionStep.SUBSCRIBE),
        (ASKED, minutes(9), None),
        (ASKED, minutes(10), SubscriptionStep.SUBSCRIBE),
        (ACTIVE, timedelta(days=7), None),
        (ACTIVE, timedelta(days=8), SubscriptionStep.SUBSCRIBE),
        (ACTIVE, timedelta(days=10), SubscriptionStep.LOST),
        (replace(ACTIVE, until=None), minutes(0), SubscriptionStep.LOST),
        (lost(ACTIVE, NOW), minutes(0), SubscriptionStep.SUBSCRIBE),
        (LEAVING, minutes(0), SubscriptionStep.UNSUBSCRIBE),
        (asked(LEAVING, NOW), minutes(0), None),
        (asked(LEAVING, NOW), minutes(1), SubscriptionStep.UNSUBSCRIBE),
        (replace(LEAVING, tries=3), minutes(0), SubscriptionStep.FORGET),
        (not_asked(ASKED, "HTTP 500", NOW), minutes(1), None),
        (not_asked(ASKED, "HTTP 500", NOW), minutes(2), SubscriptionStep.SUBSCRIBE),
        (replace(WANTED, state=PushState.REFUSED, next_at=NOW + hours(24)), hours(23), None),
        (replace(WANTED, state=PushState.REFUSED, next_at=NOW + hours(24)), hours(24), SubscriptionStep.SUBSCRIBE),
        (replace(WANTED, next_at=NOW + timedelta(days=3000)), minutes(0), SubscriptionStep.SUBSCRIBE),
    ],
)
def test_the_next_step_of_a_subscription_is_taken_when_it_is_due(
    one: Subscription, after: timedelta, step: SubscriptionStep | None
) -> None:
    assert next_step(one, NOW + after) is step


def test_a_hub_that_never_asks_back_is_asked_less_and_less_often() -> None:
    one, waits = WANTED, []
    for _ in range(8):
        one = asked(one, NOW)
        assert one.next_at is not None
        waits.append((one.next_at - NOW) / minutes(1))
    assert waits == [10, 20, 40, 80, 160, 320, 640, 720]


def test_a_renewal_leaves_the_subscription_as_it_is_until_the_hub_agrees() -> None:
    renewing = asked(ACTIVE, NOW + timedelta(days=8))
    assert (renewing.state, renewing.until) == (PushState.ACTIVE, ACTIVE.until)
    assert not_asked(renewing, "HTTP 500", NOW).state is PushState.ACTIVE
    found = verified(renewing, QUESTION, NOW + timedelta(days=8))
    assert found is not None
    assert found[0] is not None
    assert found[0].until == NOW + timedelta(days=18)


def test_what_was_asked_for_is_agreed_to_once() -> None:
    found = verified(ASKED, QUESTION, NOW)
    assert found is not None
    after, answer = found
    assert after is not None
    assert (after.state, after.until, answer) == (PushState.ACTIVE, NOW + LEASE, "say this")
    assert verified(after, QUESTION, NOW) is None


@pytest.mark.parametrize(
    ("one", "over"),
    [
        (WANTED, {}),
        (ACTIVE, {}),
        (LEAVING, {}),
        (ASKED, {"hub.topic": "https://other.example/rss"}),
        (ASKED, {"hub.topic": ""}),
        (ASKED, {"hub.mode": "publish"}),
        (ASKED, {"hub.challenge": ""}),
        (ASKED, {"hub.challenge": "x" * 2001}),
        (ASKED, {"hub.lease_seconds": "soon"}),
        (ASKED, {"hub.lease_seconds": "-5"}),
        (ASKED, {"hub.lease_seconds": "0"}),
        (ASKED, {"hub.lease_seconds": "²"}),
        (ASKED, {"hub.lease_seconds": "9" * 12}),
        (replace(ASKED, asked_at=NOW - timedelta(days=2)), {}),
        (ACTIVE, {"hub.mode": "unsubscribe"}),
        (ASKED, {"hub.mode": "denied", "hub.topic": "https://other.example/rss"}),
    ],
)
def test_what_nobody_asked_for_is_not_agreed_to(one: Subscription, over: dict[str, str]) -> None:
    assert verified(one, QUESTION | over, NOW) is None


def test_a_lease_is_bounded_and_what_was_asked_for_where_the_hub_does_not_say() -> None:
    found = verified(ASKED, QUESTION | {"hub.lease_seconds": "999999999"}, NOW)
    assert found is not None
    assert found[0] is not None
    assert found[0].until == NOW + timedelta(days=90)
    silent = verified(ASKED, {name: said for name, said in QUESTION.items() if name != "hub.lease_seconds"}, NOW)
    assert silent is not None
    assert silent[0] is not None
    assert (silent[0].until, silent[0].lease) == (NOW + LEASE, LEASE)


def test_a_hub_may_refuse_and_a_subscription_may_end() -> None:
    refused = verified(ASKED, {"hub.mode": "denied", "hub.topic": WANTED.topic, "hub.reason": "not\nyou"}, NOW)
    assert refused is not None
    assert refused[0] is not None
    assert (refused[0].state, refused[0].reason) == (PushState.REFUSED, "not you")
    assert verified(LEAVING, QUESTION | {"hub.mode": "unsubscribe"}, NOW) == (None, "say this")


def test_the_secret_is_sent_with_a_subscription_alone() -> None:
    assert form_of(ASKED, "https://us.example/push/t")["hub.secret"] == "s3cret"
    assert form_of(LEAVING, "https://us.example/push/t") == {
        "hub.callback": "https://us.example/push/t",
        "hub.mode": "unsubscribe",
        "hub.topic": WANTED.topic,
    }
    assert "s3cret" not in repr(ASKED)
    assert "t0ken" not in repr(ASKED)


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_what_is_signed_with_the_secret_is_taken(method: str) -> None:
    made = hmac.new(b"s3cret", b"<rss/>", method).hexdigest()
    assert is_signed(ACTIVE, b"<rss/>", f"{method}={made}")
    assert is_signed(ACTIVE, b"<rss/>", f" {method.upper()}={made.upper()} ")
    assert not is_signed(ACTIVE, b"<rss />", f"{method}={made}")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256",
        "sha256=",
        "sha256=é",
        f"md5={hmac.new(b's3cret', b'<rss/>', 'md5').hexdigest()}",
        f"sha256={hmac.new(b'', b'<rss/>', 'sha256').hexdigest()}",
        f"sha256={hashlib.sha256(b'<rss/>').hexdigest()}",
        f"sha1={hmac.new(b's3cret', b'<rss/>', 'sha256').hexdigest()}",
    ],
)
def test_what_is_not_signed_with_the_secret_is_not_taken(header: str) -> None:
    assert not is_signed(ACTIVE, b"<rss/>", header)


@pytest.mark.parametrize(
    ("over", "pushing"),
    [
        ({}, False),
        ({"pushed_at": NOW}, True),
        ({"pushed_at": NOW, "missed_at": NOW - minutes(1)}, True),
        ({"pushed_at": NOW - minutes(1), "missed_at": NOW}, False),
        ({"pushed_at": NOW, "until": NOW}, False),
        ({"pushed_at": NOW, "state": PushState.WANTED}, False),
        ({"pushed_at": NOW, "state": PushState.LEAVING}, False),
    ],
)
def test_polls_wait_only_while_pushes_come_and_none_is_missing(over: dict[str, object], pushing: bool) -> None:
    one = replace(ACTIVE, **over)  # type: ignore[arg-type]
    assert one.is_pushing(NOW) is pushing

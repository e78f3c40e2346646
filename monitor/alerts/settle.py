"""What an attempt leads to: pure decisions over what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.notices import notice
from monitor.alerts.sink import Absent, Limited, LookUp, NotPosted, Outcome, Refused, Scope, Sent, Unknown, Unreadable
from monitor.model import Claim, Delivery, DeliveryState, OnUnknown, Route, Routes, Settlement, Severity

LOOK_UP_AFTER = timedelta(seconds=5)
"""How long after an attempt of unknown outcome it is looked for, and then once more.

A request that timed out has been under way for 10 s already; what has not arrived in the history twice, 5 s apart, is
taken as lost.
"""

LOOKUPS = 2
BROKEN_CHANNEL_RETRY = timedelta(minutes=10)
LONGEST_BACK_OFF = timedelta(seconds=60)
MAX_LIMIT = timedelta(hours=1)
UNREADABLE_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """Settles attempts for these routes; `pace` is the sink's."""

    routes: Routes
    pace: timedelta

    def settle(self, claim: Claim, result: Outcome | LookUp, *, now: datetime) -> Settlement:
        """The next state of a delivery and its channel. `now` is the time after the call."""
        match result:
            case Sent(ts):
                return self._next(DeliveryState.SENT, "posted", now, pause=self.pace, ts=ts)
            case Limited(wait, reason):
                state = DeliveryState.UNKNOWN if claim.look_up else DeliveryState.PENDING
                return self._next(state, reason, now, pause=min(wait, MAX_LIMIT), lookups=claim.lookups)
            case NotPosted(reason):
                wait = min(timedelta(seconds=1) * (1 << min(claim.attempt - 1, 10)), LONGEST_BACK_OFF)
                return self._next(DeliveryState.PENDING, reason, now, pause=wait)
            case Unknown(reason):
                return self._next(DeliveryState.UNKNOWN, reason, now, wait=LOOK_UP_AFTER, pause=self.pace)
            case Absent():
                return self._absent(claim, now)
            case Unreadable(reason):
                return self._unreadable(claim, reason, now)
            case Refused():
                return self._refused(claim, result, now)

    def _absent(self, claim: Claim, now: datetime) -> Settlement:
        """Not found: looked for again, then posted again."""
        lookups = claim.lookups + 1
        if lookups < LOOKUPS:
            reason = "not found yet; looked for again"
            return self._next(DeliveryState.UNKNOWN, reason, now, wait=LOOK_UP_AFTER, lookups=lookups)
        return self._next(DeliveryState.PENDING, "not found twice, so it was never posted; posted now", now)

    def _unreadable(self, claim: Claim, reason: str, now: datetime) -> Settlement:
        """The history cannot be read: after a few tries the route's setting says whether to risk a second copy."""
        lookups = claim.lookups + 1
        if lookups < UNREADABLE_TRIES:
            return self._next(DeliveryState.UNKNOWN, reason, now, wait=LOOK_UP_AFTER, lookups=lookups)
        if self._repost(claim.delivery):
            return self._next(DeliveryState.PENDING, f"posted again without knowing ({reason})", now)
        text = (
            f"Alert {claim.delivery.delivery_id} for {claim.delivery.route} may or may not have been posted, and the "
            f"channel's history cannot be read: {reason}. It is held; look into the channel."
        )
        told = self._tell(f"held:{claim.delivery.delivery_id}", "An alert is held", text, claim, now)
        return self._next(DeliveryState.HELD, f"held: {reason}", now, notices=told)

    def _repost(self, delivery: Delivery) -> bool:
        route = next((route for route in self.routes.all() if route.name == delivery.route), None)
        if route is not None and route.on_unknown is not None:
            return route.on_unknown is OnUnknown.REPOST
        return delivery.severity is Severity.CRITICAL

    def _refused(self, claim: Claim, refused: Refused, now: datetime) -> Settlement:
        delivery = claim.delivery
        if refused.scope is Scope.MESSAGE:
            if not claim.plain:
                reason = f"{refused.code}; tried as plain text"
                return self._next(DeliveryState.PENDING, reason, now, pause=self.pace, plain=True)
            text = (
                f"Slack refused alert {delivery.delivery_id} for {delivery.route}, as plain text too: "
                f"{refused.reason}. `service.py explain` shows its item."
            )
            told = self._tell(f"rejected:{delivery.delivery_id}", "An alert could not be posted", text, claim, now)
            return self._next(DeliveryState.REJECTED, refused.reason, now, pause=self.pace, notices=told)
        told = ()
        if refused.scope is Scope.CHANNEL:
            text = (
                f"Nothing can be posted to {delivery.channel} (route {delivery.route}): {refused.reason}. Its alerts "
                f"are kept and tried again every 10 minutes."
            )
            key = f"channel:{delivery.channel}:{refused.code}:{now:%Y-%m-%d}"
            told = self._tell(key, f"Route {delivery.route} is broken", text, claim, now)
        return self._next(
            DeliveryState.PENDING,
            refused.reason,
            now,
            pause=BROKEN_CHANNEL_RETRY,
            problem=f"{refused.code}: {refused.reason}",
            plain=claim.plain,
            notices=told,
        )

    def _tell(self, key: str, title: str, text: str, claim: Claim, now: datetime) -> tuple[Delivery, ...]:
        """A notice to the ops route, unless that is the channel in trouble."""
        ops: Route | None = self.routes.ops
        if ops is None or ops.channel == claim.delivery.channel:
            return ()
        return (notice(key, title, text, ops, now=now),)

    @staticmethod
    def _next(
        state: DeliveryState,
        reason: str,
        now: datetime,
        *,
        wait: timedelta = timedelta(0),
        pause: timedelta = timedelta(0),
        ts: str | None = None,
        lookups: int = 0,
        plain: bool = False,
        problem: str | None = None,
        notices: tuple[Delivery, ...] = (),
    ) -> Settlement:
        """`wait` is until this delivery is taken up again, `pause` until the channel is used again."""
        return Settlement(
            state=state,
            reason=reason,
            not_before=now + max(wait, pause),
            channel_ready_at=now + pause,
            channel_problem=problem,
            ts=ts,
            lookups=lookups,
            plain=plain,
            notices=notices,
        )

"""What an attempt leads to: pure decisions over what came of it (docs/decisions/0002).

                 post                                    look-up
Sent             sent                                    sent
Limited          pending, the channel waits              unknown, the channel waits
NotPosted        pending, the channel backs off          -
Unknown          unknown, looked for                     -
NotFound           -                                       once: looked for again; twice: pending
Unreadable       -                                       looked for again; lasting: repost or hold
Refused message  pending as plain text, then rejected    -
        channel  pending, tried again every 10 minutes   unknown, the same; as Unreadable where the route left
        app      pending, tried again every 2 minutes    unknown, the same
        unclear  as Unknown; the third time as message   -
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.decide.channel_notices import REFUSED_APP, broken, works_again
from monitor.decide.notices import notice
from monitor.deliver.sink import (
    Limited,
    LookUp,
    NotFound,
    NotPosted,
    Outcome,
    Refused,
    Scope,
    Sent,
    Unknown,
    Unreadable,
)
from monitor.model import (
    Attempt,
    Delivery,
    DeliveryState,
    DeskMessage,
    DigestMessage,
    NoticeMessage,
    OnUnknown,
    Route,
    Routes,
    Settlement,
    Severity,
    UnansweredMessage,
    VanishedMessage,
)
from monitor.wording.desk import line_words
from monitor.wording.messages import headline, note_words
from monitor.wording.safe import safe, shortened

LOOK_UP_AFTER = timedelta(seconds=5)
"""How long after an attempt of unknown outcome it is looked for, and how long after that once more.

So a message is posted again 10 s after the first call ended, at the earliest: the client has given that call up, and
Slack's history has had time to show what arrived after all.
"""

LOOKUPS = 2
LONGEST_BACK_OFF = timedelta(seconds=60)
LONGEST_LIMIT = timedelta(hours=1)
BROKEN_CHANNEL_RETRY = timedelta(minutes=10)
BROKEN_APP_RETRY = timedelta(minutes=2)

UNREADABLE_FOR = timedelta(hours=1)
"""How long Slack may fail to show its history before it is decided without; meanwhile it takes no posts either."""

UNCLEAR_TRIES = 3
UNREACHABLE_TRIES = 5
"""From this attempt on a channel that cannot be reached counts as broken in the health check."""

_NOW = timedelta(0)
_HEADLINE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """Settles attempts for these routes; `pace` is the sink's."""

    routes: Routes
    pace: timedelta

    def settle(self, attempt: Attempt, result: Outcome | LookUp, *, now: datetime) -> Settlement:
        """The next state of a delivery and its channel. `now` (UTC) is the time after the call."""
        match result:
            case Sent(ts):
                return self._sent(attempt, ts, now)
            case Limited(wait, reason):
                pause = max(self.pace, min(wait, LONGEST_LIMIT))
                return self._next(attempt, now, _undecided(attempt), reason, pause=pause, lookups=attempt.lookups)
            case NotPosted(reason):
                pause = min(timedelta(seconds=2 ** min(attempt.number - 1, 10)), LONGEST_BACK_OFF)
                problem = reason if attempt.number >= UNREACHABLE_TRIES else None
                return self._next(attempt, now, DeliveryState.PENDING, reason, pause=pause, problem=problem)
            case Unknown(reason):
                return self._unknown(attempt, reason, now)
            case NotFound():
                return self._absent(attempt, now)
            case Unreadable(reason, lasting):
                return self._unreadable(attempt, reason, now, lasting=lasting)
            case Refused(code, reason, Scope.UNCLEAR) if attempt.number < UNCLEAR_TRIES:
                return self._unknown(attempt, f"{code}: {reason}", now)
            case Refused(code, reason, Scope.CHANNEL) if attempt.look_up and self._leads_elsewhere(attempt.delivery):
                # Nobody will see to this channel any more: its route has another one.
                return self._unreadable(attempt, f"{code}: {reason}", now, lasting=True)
            case Refused(scope=Scope.MESSAGE | Scope.UNCLEAR):
                return self._refused_message(attempt, result, now)
            case Refused():
                return self._refused_channel(attempt, result, now)

    def _sent(self, attempt: Attempt, ts: str, now: datetime) -> Settlement:
        """What is found in a history says nothing of whether its channel takes messages today."""
        if attempt.look_up:
            reason = "found in the channel's history"
            return self._next(attempt, now, DeliveryState.SENT, reason, pause=self.pace, ts=ts)
        over = attempt.channel_problem
        over_now = works_again(attempt.delivery.channel, over, self.routes, now=now) if over else None
        settled = self._next(
            attempt, now, DeliveryState.SENT, "posted", pause=self.pace, ts=ts, notices=_some(over_now)
        )
        return replace(settled, channel_problem=None)

    def _unknown(self, attempt: Attempt, reason: str, now: datetime) -> Settlement:
        return self._next(attempt, now, DeliveryState.UNKNOWN, reason, wait=LOOK_UP_AFTER, pause=self.pace)

    def _absent(self, attempt: Attempt, now: datetime) -> Settlement:
        """Not found: looked for again, then posted again."""
        lookups = attempt.lookups + 1
        if lookups < LOOKUPS:
            reason = "not found yet; looked for again"
            return self._next(attempt, now, DeliveryState.UNKNOWN, reason, wait=LOOK_UP_AFTER, lookups=lookups)
        reason = f"not found {lookups} times, so it was not posted; posted again"
        return self._next(attempt, now, DeliveryState.PENDING, reason)

    def _unreadable(self, attempt: Attempt, reason: str, now: datetime, *, lasting: bool) -> Settlement:
        """The history cannot be read: while it may get better wait longer and longer, then do as the route says."""
        elapsed = now - attempt.first_attempt_at
        if not lasting and elapsed < UNREADABLE_FOR:
            wait = min(max(LOOK_UP_AFTER, elapsed / 4), LONGEST_BACK_OFF)
            return self._next(attempt, now, DeliveryState.UNKNOWN, reason, wait=wait, lookups=attempt.lookups)
        if self._repost(attempt.delivery):
            why = f"posted again, maybe a second time, because the history cannot be read ({reason})"
            return self._next(attempt, now, DeliveryState.PENDING, why)
        text = (
            f"{_what(attempt.delivery)} for {attempt.delivery.route} may or may not have been posted, and the history "
            f"of {attempt.delivery.channel} cannot be read: {reason}. It is held and not posted again: look into the "
            f"channel. (alert {attempt.delivery.delivery_id})"
        )
        notices = self._tell(f"held:{attempt.delivery.delivery_id}", "An alert is held", text, attempt, now)
        return self._next(attempt, now, DeliveryState.HELD, f"held: {reason}", notices=notices)

    def _repost(self, delivery: Delivery) -> bool:
        route = self._route(delivery.route)
        if route is not None and route.on_unknown is not None:
            return route.on_unknown is OnUnknown.REPOST
        return delivery.severity is Severity.CRITICAL

    def _refused_message(self, attempt: Attempt, refused: Refused, now: datetime) -> Settlement:
        """Our fault: it is tried once more as plain text, then given up, and ops is told."""
        if not attempt.plain:
            reason = f"{refused.code}: {refused.reason}; posted again as plain text"
            return self._next(attempt, now, DeliveryState.PENDING, reason, pause=self.pace, plain=True)
        delivery = attempt.delivery
        text = (
            f"{_what(delivery)} for {delivery.route} was refused, as plain text too: {refused.reason} "
            f"({refused.code}). It is not tried again. (alert {delivery.delivery_id})"
        )
        notices = self._tell(f"rejected:{delivery.delivery_id}", "An alert could not be posted", text, attempt, now)
        reason = f"{refused.code}: {refused.reason}"
        return self._next(attempt, now, DeliveryState.REJECTED, reason, pause=self.pace, notices=notices)

    def _refused_channel(self, attempt: Attempt, refused: Refused, now: datetime) -> Settlement:
        """The channel or the whole app is refused: everything waits, and ops is told of a channel once."""
        problem, notices = f"{refused.code}: {refused.reason}", tuple[Delivery, ...]()
        if refused.scope is not Scope.CHANNEL:
            problem = f"{REFUSED_APP}{problem}"
        elif not attempt.channel_problem:
            notices = _some(broken(attempt.delivery.channel, problem, self.routes, now=now))
        return self._next(
            attempt,
            now,
            _undecided(attempt),
            f"{refused.code}: {refused.reason}",
            pause=BROKEN_CHANNEL_RETRY if refused.scope is Scope.CHANNEL else BROKEN_APP_RETRY,
            lookups=attempt.lookups,
            problem=problem,
            notices=notices,
        )

    def _tell(self, key: str, title: str, text: str, attempt: Attempt, now: datetime) -> tuple[Delivery, ...]:
        """A notice to ops; without ops to the route itself."""
        if isinstance(attempt.delivery.message, NoticeMessage):
            return ()  # a notice about a notice could go on for ever
        listeners = (self.routes.ops, self._route(attempt.delivery.route), *self.routes.desk)
        listener = next((route for route in listeners if route is not None), None)
        return () if listener is None else (notice(key, title, text, listener, now=now),)

    def _leads_elsewhere(self, delivery: Delivery) -> bool:
        route = self._route(delivery.route)
        return route is not None and route.channel != delivery.channel

    def _route(self, name: str) -> Route | None:
        return next((route for route in self.routes.all() if route.name == name), None)

    @staticmethod
    def _next(
        attempt: Attempt,
        now: datetime,
        state: DeliveryState,
        reason: str,
        *,
        wait: timedelta = _NOW,
        pause: timedelta = _NOW,
        ts: str | None = None,
        lookups: int = 0,
        plain: bool = False,
        problem: str | None = None,
        notices: tuple[Delivery, ...] = (),
    ) -> Settlement:
        """`wait` is until this delivery is taken up again, `pause` until the channel is used again.

        What was wrong with the channel stays so until something was posted to it.
        """
        return Settlement(
            state=state,
            reason=reason,
            not_before=now + max(wait, pause),
            channel_ready_at=now + pause,
            channel_problem=problem or attempt.channel_problem,
            ts=ts,
            lookups=lookups,
            plain=plain or attempt.plain,
            notices=notices,
        )


def _some(one: Delivery | None) -> tuple[Delivery, ...]:
    return () if one is None else (one,)


def _undecided(attempt: Attempt) -> DeliveryState:
    """Where a delivery stays that this call said nothing about."""
    return DeliveryState.UNKNOWN if attempt.look_up else DeliveryState.PENDING


def _what(delivery: Delivery) -> str:
    """The message, so that a person who looks for it recognises it."""
    message = delivery.message
    if isinstance(message, UnansweredMessage | VanishedMessage):
        return f"“{note_words(message)}: {headline(message, _HEADLINE)}”"
    if isinstance(message, DeskMessage):
        return f"“{shortened(line_words(message), _HEADLINE)}”"
    if isinstance(message, NoticeMessage):
        return f"The notice “{message.title}”"
    if isinstance(message, DigestMessage):
        return f"The {message.why} digest of {len(message.alerts)} stories"
    return f"“{shortened(safe(message.alert.title), _HEADLINE)}”"

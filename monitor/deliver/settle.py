"""What an attempt leads to: pure decisions by its result (docs/decisions/0002 and 0016).

                 post                                    look-up
Sent             sent                                    sent
Limited          pending, the channel waits; from the    looked for again, when it may be
                 third attempt on behind the others
NotPosted        pending, the channel backs off          -
Unknown          unknown, looked for                     -
NotFound         -                                       once: looked for again; twice: pending, maybe plain
Unreadable       -                                       looked for again; lasting: repost or hold
Refused message  pending as plain text, then rejected    -
        channel  pending, the channel waits              unknown, the channel waits; as Unreadable where the route left
        app      pending, the channel waits              unknown, the channel waits
        unclear  as channel or app                       looked for again
        again, while others are posted: pending, behind them

A refusal by an unknown code counts as the channel's, and is tried again with the next message that waits there; ops
gets a notice when that is refused too. When the channel of the ops route is refused by the same code, it is about all
channels. When something else was posted since, it is about the message alone: the message waits behind all others, and
ops gets a notice.

A code that says that the token is wrong counts as about all channels until something is posted to another one; if the
channel is refused again after that, it is about this channel. A message whose posts are lost while others arrive is
tried as plain text, behind all others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.decide.channel_notices import broken, is_first, is_told, of_channel, refused_once, works_again
from monitor.decide.delivery_notices import held, in_doubt, refused_alone, rejected
from monitor.deliver.scope import about, over_elsewhere, over_everywhere
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
    OnUnknown,
    Refusal,
    Route,
    Routes,
    Settlement,
    Severity,
)
from monitor.model.configured import is_webhook

LOOK_UP_AFTER = timedelta(seconds=5)
"""How long after an attempt of unknown outcome it is looked for, and how long after that once more.

So a message is posted again 10 s after the first call ended, at the earliest: the client has given that call up, and
Slack's history has had time to show what arrived after all.
"""

LOOKUPS = 2
LONGEST_BACK_OFF = timedelta(seconds=60)
LONGEST_LIMIT = timedelta(hours=1)
LIMITED_FOR = timedelta(minutes=10)
"""How long a webhook may ask to wait until ops gets a notice of it as of a broken route."""

LIMITED_ALONE = 3
"""From this attempt on a message that is limited lets the others of its channel go first."""

ASKS_TO_WAIT = "asks_to_wait"
BROKEN_CHANNEL_RETRY = timedelta(seconds=30)
BROKEN_APP_RETRY = timedelta(seconds=30)
"""How soon one message is tried again: what waits is posted within a minute of the end of the trouble."""

REFUSED_MESSAGE_RETRY = timedelta(seconds=90)
"""How soon a message is tried again that is refused by a code nobody knows, while others are posted."""

UNREADABLE_FOR = timedelta(hours=1)
"""How long Slack may fail to show its history before it is decided without; meanwhile it takes no posts either.

By the clock, and by what was waited between look-ups: a clock that jumps decides nothing (docs/decisions/0017).
"""

UNKNOWN_TOLD = 5
"""From this attempt on ops gets a notice of a message whose every post ends in doubt."""

LOST_ALONE = 3
"""After so many posts in doubt, with others posted in between, a message is tried as plain text."""

UNREACHABLE_TRIES = 5
"""From this attempt on a channel that cannot be reached counts as broken in the health check."""

_FURTHER_APART, _GROWING = 1.25, 20
_NOW, _SECOND = timedelta(0), timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """Settles attempts for these routes; `pace` is the sink's, but webhooks take any number at once."""

    routes: Routes
    pace: timedelta

    def settle(self, attempt: Attempt, result: Outcome | LookUp, *, now: datetime) -> Settlement:
        """The next state of a delivery and its channel. `now` (UTC) is the time after the call."""
        match result:
            case Sent(ts):
                return self._sent(attempt, ts, now)
            case Limited(wait, reason):
                return self._limited(attempt, max(self._pace(attempt), min(wait, LONGEST_LIMIT)), reason, now)
            case NotPosted(reason):
                pause = min(timedelta(seconds=2 ** min(attempt.number - 1, 10)), LONGEST_BACK_OFF)
                problem = reason if attempt.number >= UNREACHABLE_TRIES else None
                return self._next(attempt, now, DeliveryState.PENDING, reason, pause=pause, problem=problem)
            case Unknown(reason):
                return self._unknown(attempt, reason, now)
            case NotFound():
                return self._not_found(attempt, now)
            case Unreadable(reason, lasting):
                return self._unreadable(attempt, reason, now, lasting=lasting)
            case Refused(scope=Scope.MESSAGE | Scope.UNCLEAR) if attempt.look_up:
                return self._unreadable(attempt, result.words, now, lasting=False)
            case Refused(scope=Scope.CHANNEL) if attempt.look_up and self._leads_elsewhere(attempt.delivery):
                # Nobody will see to this channel any more: its route has another one.
                return self._unreadable(attempt, result.words, now, lasting=True)
            case Refused(scope=Scope.MESSAGE):
                return self._refused_message(attempt, result, now)
            case Refused(scope=Scope.UNCLEAR | Scope.CHANNEL) if attempt.refused_alone and not attempt.look_up:
                return self._refused_itself(attempt, result, now)
            case Refused():
                return self._refused_channel(attempt, result, now)

    def _sent(self, attempt: Attempt, ts: str, now: datetime) -> Settlement:
        """A post shows that its channel works, and that no trouble of all channels is left.

        A message that is found in the history shows that only if it was refused with its channel: then it was posted
        after that. Any other may have been posted before the trouble began.
        """
        reason = "found in the channel's history" if attempt.look_up else "posted"
        if attempt.look_up and attempt.refusal is not Refusal.CHANNEL:
            return self._next(attempt, now, DeliveryState.SENT, reason, pause=self._pace(attempt), ts=ts)
        channel, own, others = attempt.delivery.channel, attempt.channel_problem, over_elsewhere(attempt)
        notices: tuple[Delivery, ...] = ()
        if own and is_told(own):
            waiting = attempt.waiting.get(channel, 0)
            notices += works_again(channel, own, self.routes, waiting=waiting, now=now)
        if over := over_everywhere(attempt):
            waiting = sum(attempt.waiting.get(one, 0) for one in {channel, *others})
            notices += works_again(channel, over, self.routes, waiting=waiting, now=now)
        settled = self._next(
            attempt, now, DeliveryState.SENT, reason, pause=self._pace(attempt), ts=ts, notices=notices
        )
        elsewhere = {other: (problem, None) for other, problem in others.items()}
        return replace(settled, channel_problem=None, elsewhere=elsewhere)

    def _limited(self, attempt: Attempt, pause: timedelta, reason: str, now: datetime) -> Settlement:
        """The sink asks to wait. A webhook that asks for too long, at once or again and again, is a broken route.

        How long the delivery was put off is computed from its attempts, so that no clock matters. For Slack, `health`
        watches the outbox. A limit on reading the history keeps no post waiting.
        """
        channel, known = attempt.delivery.channel, attempt.channel_problem
        if attempt.look_up:
            return self._unreadable(attempt, reason, now, lasting=False, least=pause)
        if not is_webhook(channel) or attempt.number * max(pause, _SECOND) < LIMITED_FOR:
            # A message that alone is answered so again and again keeps no other waiting.
            wait = pause + LOOK_UP_AFTER if attempt.number >= LIMITED_ALONE else _NOW
            return self._next(attempt, now, DeliveryState.PENDING, reason, wait=wait, pause=pause)
        problem = known if known and is_told(known) else f"{ASKS_TO_WAIT}: {reason}, and asks to wait"
        notices = () if problem == known else broken(channel, problem, self.routes, asks=pause, now=now)
        return self._next(
            attempt,
            now,
            _undecided(attempt),
            reason,
            pause=pause,
            lookups=attempt.lookups,
            problem=problem,
            notices=notices,
        )

    def _unknown(self, attempt: Attempt, reason: str, now: datetime) -> Settlement:
        notices: tuple[Delivery, ...] = ()
        if attempt.number >= UNKNOWN_TOLD:
            delivery, number = attempt.delivery, attempt.number
            notices = in_doubt(delivery, number, reason, self.routes, known=attempt.elsewhere, now=now)
        return self._next(
            attempt, now, DeliveryState.UNKNOWN, reason, wait=LOOK_UP_AFTER, pause=self._pace(attempt), notices=notices
        )

    def _not_found(self, attempt: Attempt, now: datetime) -> Settlement:
        """Not found: looked for again, then posted again."""
        lookups = attempt.lookups + 1
        if lookups < LOOKUPS:
            reason = "not found yet; looked for again"
            return self._next(attempt, now, DeliveryState.UNKNOWN, reason, wait=LOOK_UP_AFTER, lookups=lookups)
        reason = f"not found {lookups} times, so it was not posted; posted again"
        if attempt.number >= LOST_ALONE and attempt.others_posted:
            alone, itself = f"{reason} as plain text, because others are posted", Refusal.ITSELF
            return self._next(attempt, now, DeliveryState.PENDING, alone, plain=True, refusal=itself)
        return self._next(attempt, now, DeliveryState.PENDING, reason)

    def _unreadable(
        self, attempt: Attempt, reason: str, now: datetime, *, lasting: bool, least: timedelta = _NOW
    ) -> Settlement:
        """The history cannot be read: wait longer and longer while that may change, then do as the route says.

        `least` is how long Slack asks to wait.
        """
        elapsed = min(now - attempt.first_attempt_at, _waited(attempt.looks))
        troubled = attempt.channel_problem or not all(map(of_channel, attempt.elsewhere.values()))
        if not lasting and (elapsed < UNREADABLE_FOR or troubled):
            wait, pause = max(least, _next_look(attempt.looks)), self._pace(attempt) if least else _NOW
            unknown = DeliveryState.UNKNOWN
            return self._next(attempt, now, unknown, reason, wait=wait, pause=pause, lookups=attempt.lookups)
        if self._repost(attempt.delivery):
            why = f"posted again, maybe a second time, because the history cannot be read ({reason})"
            return self._next(attempt, now, DeliveryState.PENDING, why)
        notices = held(attempt.delivery, reason, self.routes, known=attempt.elsewhere, now=now)
        return self._next(attempt, now, DeliveryState.HELD, f"held: {reason}", notices=notices)

    def _repost(self, delivery: Delivery) -> bool:
        route = self._route(delivery.route)
        if route is not None and route.on_unknown is not None:
            return route.on_unknown is OnUnknown.REPOST
        return delivery.severity is Severity.CRITICAL

    def _refused_message(self, attempt: Attempt, refused: Refused, now: datetime) -> Settlement:
        """Our fault: it is tried once more as plain text, then given up, and ops gets a notice."""
        if not attempt.plain:
            reason = f"{refused.words}; posted again as plain text"
            pending, itself = DeliveryState.PENDING, Refusal.ITSELF
            return self._next(attempt, now, pending, reason, pause=self._pace(attempt), plain=True, refusal=itself)
        why, known = f"{refused.reason} ({refused.code})", attempt.elsewhere
        notices = rejected(attempt.delivery, why, self.routes, known=known, now=now)
        return self._next(
            attempt, now, DeliveryState.REJECTED, refused.words, pause=self._pace(attempt), notices=notices
        )

    def _refused_itself(self, attempt: Attempt, refused: Refused, now: datetime) -> Settlement:
        """While other messages are posted: it waits behind them, and ops gets a notice."""
        return self._next(
            attempt,
            now,
            DeliveryState.PENDING,
            refused.words,
            wait=REFUSED_MESSAGE_RETRY,
            pause=self._pace(attempt),
            refusal=Refusal.ITSELF,
            notices=refused_alone(attempt.delivery, refused.words, self.routes, known=attempt.elsewhere, now=now),
        )

    def _refused_channel(self, attempt: Attempt, refused: Refused, now: datetime) -> Settlement:
        """The channel or everything is refused: what waits is kept, and ops gets one notice for a channel.

        A code that nobody knows is told when it comes a second time.
        """
        channel, known = attempt.delivery.channel, attempt.channel_problem
        found, unclear = about(attempt, refused, self.routes), refused.scope is Scope.UNCLEAR
        notices: tuple[Delivery, ...] = ()
        retry = BROKEN_APP_RETRY if found.everywhere else BROKEN_CHANNEL_RETRY
        problem = found.problem
        if not found.everywhere and not is_told(known):
            if unclear and not is_first(known):
                problem = refused_once(refused.code, refused.reason)
            else:
                notices = broken(channel, problem, self.routes, known=attempt.elsewhere, now=now)
            # Whether it is about the channel is seen as soon as another message is tried.
            retry = LOOK_UP_AFTER if unclear else retry
        settled = self._next(
            attempt,
            now,
            _undecided(attempt),
            refused.words,
            pause=retry,
            lookups=attempt.lookups,
            problem=problem,
            refusal=Refusal.ITSELF if unclear and attempt.refusal is Refusal.ITSELF else Refusal.CHANNEL,
            notices=notices,
        )
        return replace(settled, elsewhere=found.elsewhere)

    def _pace(self, attempt: Attempt) -> timedelta:
        return _NOW if is_webhook(attempt.delivery.channel) else self.pace

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
        refusal: Refusal | None = None,
        notices: tuple[Delivery, ...] = (),
    ) -> Settlement:
        """`wait` is until this delivery is tried again, `pause` until the channel is used again.

        The channel's problem stays until something was posted to it. A delivery does not wait any longer than its
        channel does.
        """
        return Settlement(
            state=state,
            reason=reason,
            not_before=now + wait,
            channel_ready_at=now + pause,
            channel_problem=problem or attempt.channel_problem,
            ts=ts,
            lookups=lookups,
            plain=plain or attempt.plain,
            refusal=refusal or attempt.refusal,
            notices=notices,
        )


def _undecided(attempt: Attempt) -> DeliveryState:
    """Where a delivery stays that this call said nothing about."""
    return DeliveryState.UNKNOWN if attempt.look_up else DeliveryState.PENDING


def _next_look(looks: int) -> timedelta:
    """How long after so many look-ups the next one is: longer and longer."""
    return min(LOOK_UP_AFTER * _FURTHER_APART ** min(looks, _GROWING), LONGEST_BACK_OFF)


def _waited(looks: int) -> timedelta:
    """How long was waited, at least, for and between so many look-ups and this one."""
    apart = sum((_next_look(number) for number in range(min(looks, _GROWING))), LOOK_UP_AFTER)
    return apart + max(0, looks - _GROWING) * LONGEST_BACK_OFF

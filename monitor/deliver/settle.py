"""What an attempt leads to: pure decisions by its result (docs/decisions/0002 and 0016).

                 post                                    look-up
Sent             sent                                    sent
Limited          pending, the channel waits; from the    looked for again, when it may be
                 third attempt on behind the others
NotPosted        pending, the channel backs off          -
Unknown          unknown, looked for; the channel backs  -
                 off when nothing else arrives either
NotFound         -                                       once: looked for again; twice: pending, maybe plain
Unreadable       -                                       looked for again; lasting: repost or hold
Refused message  pending as plain text, then rejected,   -
                 once another message was posted there
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

from monitor.decide.notices.channels import broken, is_first, is_told, of_channel, refused_once, works_again
from monitor.decide.notices.deliveries import held, in_doubt, refused_alone, rejected
from monitor.deliver import retries
from monitor.deliver.scope import about, over_elsewhere, over_everywhere
from monitor.deliver.sink import (
    NOT_RENDERED,
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

LOOKUPS = 2
LIMITED_FOR = timedelta(minutes=10)
"""How long a webhook may ask to wait until ops gets a notice of it as of a broken route."""

LIMITED_ALONE = 3
"""From this attempt on a message that is limited lets the others of its channel go first."""

ASKS_TO_WAIT = "asks_to_wait"
UNREADABLE_FOR = timedelta(hours=1)
"""How long Slack may fail to show its history before it is decided without; meanwhile it takes no posts either.

By the clock, and by what was waited between look-ups: a clock that jumps decides nothing (docs/decisions/0017).
"""

UNKNOWN_TOLD = 5
"""From this attempt on ops gets a notice of a message whose every post ends in doubt, while others are posted."""

LOST_ALONE = 3
"""After so many posts in doubt, with others posted in between, a message is tried as plain text."""

UNREACHABLE_TRIES = 5
"""From this attempt on a channel that cannot be reached counts as broken in the health check."""

_NOW, _SECOND = timedelta(0), timedelta(seconds=1)


def settle(attempt: Attempt, result: Outcome | LookUp, *, routes: Routes, pace: timedelta, now: datetime) -> Settlement:
    """The next state of a delivery and its channel, by these routes. `now` (UTC) is the time after the call.

    `pace` is the sink's, but webhooks take any number at once.
    """
    return _Settling(attempt, routes, _NOW if is_webhook(attempt.delivery.channel) else pace, now).by(result)


@dataclass(frozen=True, slots=True)
class _Settling:
    attempt: Attempt
    routes: Routes
    pace: timedelta
    now: datetime

    def by(self, result: Outcome | LookUp) -> Settlement:
        attempt = self.attempt
        match result:
            case Sent(ts):
                return self._sent(ts)
            case Limited(wait, reason):
                return self._limited(max(self.pace, min(wait, retries.LONGEST_LIMIT)), reason)
            case NotPosted(reason):
                waits = self._next(DeliveryState.PENDING, reason, pause=retries.back_off(attempt.number - 1))
                return waits if attempt.number < UNREACHABLE_TRIES else replace(waits, channel_problem=reason)
            case Unknown(reason):
                return self._unknown(reason)
            case NotFound():
                return self._not_found()
            case Unreadable(reason, lasting):
                return self._unreadable(reason, lasting=lasting)
            case Refused(scope=Scope.MESSAGE | Scope.UNCLEAR) if attempt.look_up:
                return self._unreadable(result.words, lasting=False)
            case Refused(scope=Scope.CHANNEL) if attempt.look_up and self._leads_elsewhere():
                # Nobody will see to this channel any more: its route has another one.
                return self._unreadable(result.words, lasting=True)
            case Refused(scope=Scope.MESSAGE):
                return self._refused_message(result)
            case Refused(scope=Scope.UNCLEAR | Scope.CHANNEL) if attempt.refused_alone and not attempt.look_up:
                return self._refused_itself(result)
            case Refused():
                return self._refused_channel(result)

    def _sent(self, ts: str) -> Settlement:
        """A post shows that its channel works, and that no trouble of all channels is left.

        A message that is found in the history shows that only if it was refused with its channel: then it was posted
        after that. Any other may have been posted before the trouble began.
        """
        attempt, now = self.attempt, self.now
        reason = "found in the channel's history" if attempt.look_up else "posted"
        sent = replace(self._next(DeliveryState.SENT, reason, pause=self.pace), ts=ts)
        if attempt.look_up and attempt.refusal is not Refusal.CHANNEL:
            return sent
        channel, own, others = attempt.delivery.channel, attempt.channel_problem, over_elsewhere(attempt)
        notices: tuple[Delivery, ...] = ()
        if own and is_told(own):
            waiting = attempt.waiting.get(channel, 0)
            notices += works_again(channel, own, self.routes, waiting=waiting, now=now)
        if over := over_everywhere(attempt):
            waiting = sum(attempt.waiting.get(one, 0) for one in {channel, *others})
            notices += works_again(channel, over, self.routes, waiting=waiting, now=now)
        elsewhere = {other: (problem, None) for other, problem in others.items()}
        return replace(sent, channel_problem=None, elsewhere=elsewhere, notices=notices)

    def _limited(self, pause: timedelta, reason: str) -> Settlement:
        """The sink asks to wait. A webhook that asks for too long, at once or again and again, is a broken route.

        How long the delivery was put off is computed from its attempts, so that no clock matters. For Slack, `health`
        watches the outbox. A limit on reading the history keeps no post waiting.
        """
        attempt = self.attempt
        channel, known = attempt.delivery.channel, attempt.channel_problem
        if attempt.look_up:
            return self._unreadable(reason, lasting=False, least=pause)
        if not is_webhook(channel) or attempt.number * max(pause, _SECOND) < LIMITED_FOR:
            # A message that alone is answered so again and again keeps no other waiting.
            wait = pause + retries.LOOK_UP_AFTER if attempt.number >= LIMITED_ALONE else _NOW
            return self._next(DeliveryState.PENDING, reason, wait=wait, pause=pause)
        problem = known if known and is_told(known) else f"{ASKS_TO_WAIT}: {reason}, and asks to wait"
        notices = () if problem == known else broken(channel, problem, self.routes, asks=pause, now=self.now)
        return replace(self._undecided(reason, pause=pause), channel_problem=problem, notices=notices)

    def _unknown(self, reason: str) -> Settlement:
        """It is looked for. Where nothing else arrives either, the channel is tried less and less often.

        While nothing arrives anywhere, ops hears of that and not of each message (monitor.health.alarm): those notices
        would be posted when all is over.
        """
        attempt = self.attempt
        alone = attempt.number == 1 or attempt.others_posted
        pause = self.pace if alone else max(self.pace, retries.in_doubt(attempt.number - 1))
        unknown = self._next(DeliveryState.UNKNOWN, reason, wait=retries.LOOK_UP_AFTER, pause=pause)
        if attempt.number < UNKNOWN_TOLD or not attempt.arrives:
            return unknown
        notices = in_doubt(attempt.delivery, attempt.number, reason, self.routes, known=attempt.elsewhere, now=self.now)
        return replace(unknown, notices=notices)

    def _not_found(self) -> Settlement:
        """Not found: looked for again, then posted again."""
        attempt = self.attempt
        lookups = attempt.lookups + 1
        if lookups < LOOKUPS:
            again = self._next(DeliveryState.UNKNOWN, "not found yet; looked for again", wait=retries.LOOK_UP_AFTER)
            return replace(again, lookups=lookups)
        reason = f"not found {lookups} times, so it was not posted; posted again"
        if attempt.number >= LOST_ALONE and attempt.others_posted:
            alone = self._next(DeliveryState.PENDING, f"{reason} as plain text, because others are posted")
            return replace(alone, plain=True, refusal=Refusal.ITSELF)
        return self._next(DeliveryState.PENDING, reason)

    def _unreadable(self, reason: str, *, lasting: bool, least: timedelta = _NOW) -> Settlement:
        """The history cannot be read: wait longer and longer while that may change, then do as the route says.

        `least` is how long Slack asks to wait.
        """
        attempt = self.attempt
        elapsed = min(self.now - attempt.first_attempt_at, retries.waited(attempt.looks))
        troubled = attempt.channel_problem or not all(map(of_channel, attempt.elsewhere.values()))
        if not lasting and (elapsed < UNREADABLE_FOR or troubled):
            wait, pause = max(least, retries.next_look(attempt.looks)), self.pace if least else _NOW
            again = self._next(DeliveryState.UNKNOWN, reason, wait=wait, pause=pause)
            return replace(again, lookups=attempt.lookups)
        if self._repost():
            why = f"posted again, maybe a second time, because the history cannot be read ({reason})"
            return self._next(DeliveryState.PENDING, why)
        notices = held(attempt.delivery, reason, self.routes, known=attempt.elsewhere, now=self.now)
        return replace(self._next(DeliveryState.HELD, f"held: {reason}"), notices=notices)

    def _repost(self) -> bool:
        route = self._route()
        if route is not None and route.on_unknown is not None:
            return route.on_unknown is OnUnknown.REPOST
        return self.attempt.delivery.severity is Severity.CRITICAL

    def _refused_message(self, refused: Refused) -> Settlement:
        """Our fault: it is tried once more as plain text, then given up, and ops gets a notice.

        While nothing else is posted to the channel either it may be Slack's, which then takes no message there: it is
        kept until another one was posted.
        """
        attempt = self.attempt
        if not attempt.plain:
            reason = f"{refused.words}; posted again as plain text"
            plain = self._next(DeliveryState.PENDING, reason, pause=self.pace)
            return replace(plain, plain=True, refusal=Refusal.ITSELF)
        why, known = f"{refused.reason} ({refused.code})", attempt.elsewhere
        final = attempt.others_posted or refused.code == NOT_RENDERED
        notices = rejected(attempt.delivery, why, self.routes, final=final, known=known, now=self.now)
        state, wait = (DeliveryState.REJECTED, _NOW) if final else (DeliveryState.PENDING, retries.BROKEN_RETRY)
        return replace(self._next(state, refused.words, wait=wait, pause=self.pace), notices=notices)

    def _refused_itself(self, refused: Refused) -> Settlement:
        """While other messages are posted: it waits behind them, and ops gets a notice."""
        delivery, known = self.attempt.delivery, self.attempt.elsewhere
        notices = refused_alone(delivery, refused.words, self.routes, known=known, now=self.now)
        behind = self._next(DeliveryState.PENDING, refused.words, wait=retries.REFUSED_MESSAGE_RETRY, pause=self.pace)
        return replace(behind, refusal=Refusal.ITSELF, notices=notices)

    def _refused_channel(self, refused: Refused) -> Settlement:
        """The channel or everything is refused: what waits is kept, and ops gets one notice for a channel.

        A code that nobody knows is told when it comes a second time.
        """
        attempt = self.attempt
        channel, known = attempt.delivery.channel, attempt.channel_problem
        found, unclear = about(attempt, refused, self.routes), refused.scope is Scope.UNCLEAR
        notices: tuple[Delivery, ...] = ()
        retry, problem = retries.BROKEN_RETRY, found.problem
        if not found.everywhere and not is_told(known):
            if unclear and not is_first(known):
                problem = refused_once(refused.code, refused.reason)
            else:
                notices = broken(channel, problem, self.routes, known=attempt.elsewhere, now=self.now)
            # Whether it is about the channel is seen as soon as another message is tried.
            retry = retries.LOOK_UP_AFTER if unclear else retry
        return replace(
            self._undecided(refused.words, pause=retry),
            channel_problem=problem,
            refusal=Refusal.ITSELF if unclear and attempt.refusal is Refusal.ITSELF else Refusal.CHANNEL,
            elsewhere=found.elsewhere,
            notices=notices,
        )

    def _leads_elsewhere(self) -> bool:
        route = self._route()
        return route is not None and route.channel != self.attempt.delivery.channel

    def _route(self) -> Route | None:
        return next((route for route in self.routes.all() if route.name == self.attempt.delivery.route), None)

    def _undecided(self, reason: str, *, pause: timedelta) -> Settlement:
        """The call said nothing about the delivery, which stays as it was."""
        state = DeliveryState.UNKNOWN if self.attempt.look_up else DeliveryState.PENDING
        return replace(self._next(state, reason, pause=pause), lookups=self.attempt.lookups)

    def _next(
        self, state: DeliveryState, reason: str, *, wait: timedelta = _NOW, pause: timedelta = _NOW
    ) -> Settlement:
        """`wait` is until this delivery is tried again, `pause` until the channel is used again.

        The channel's problem stays until something was posted to it. A delivery does not wait any longer than its
        channel does.
        """
        return Settlement(
            state=state,
            reason=reason,
            not_before=self.now + wait,
            channel_ready_at=self.now + pause,
            channel_problem=self.attempt.channel_problem,
            plain=self.attempt.plain,
            refusal=self.attempt.refusal,
        )

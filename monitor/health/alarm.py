"""Tells ops of each trouble once, and once that it is over: in Slack, and by the second way where Slack cannot.

docs/decisions/0026 has the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from monitor.decide.notices.notice import notice
from monitor.errors import StoreError
from monitor.health.onethread import OneThread
from monitor.health.secondway import OpsAddress
from monitor.health.vitals import CANARY, SLACK_REFUSES
from monitor.model import (
    MOMENT,
    NOTICE_HOLDS_FOR,
    Beat,
    Delivery,
    NoticeMessage,
    Routes,
    SentNotice,
    Severity,
    Trouble,
    in_words,
)
from monitor.model.ids import trouble_key
from monitor.model.stores import EnqueueStore
from monitor.model.vitals import LONGEST_SILENCE, SOCKET

log = structlog.get_logger()

OVER_AFTER = 20.0
"""Seconds for which a trouble must not have been seen before it is said to be over."""

GIVEN_UP_AFTER = 3600.0
"""Seconds for which a message is tried by the second way."""

_JUST_NOW = timedelta(minutes=2)

STORE = ("store", "polls")
"""How the names of troubles begin that the database is, or may be."""


class AlarmStore(EnqueueStore, Protocol):
    """What telling of troubles needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def troubles_told(self) -> Mapping[str, Trouble]:
        """The troubles that were told to somebody, and whose end was not."""

    async def tell_troubles(
        self, notices: Mapping[str, tuple[Trouble, Sequence[Delivery]]], now: datetime
    ) -> Collection[str]:
        """Write that troubles are told, with the notices of those that are new; their names."""

    async def troubles_over(
        self, names: Collection[str], tell: Callable[[Trouble, SentNotice | None], Sequence[Delivery]]
    ) -> Sequence[Trouble]:
        """Forget the troubles of these names, and enqueue what `tell` says of each; which there were.

        `tell` also gets when the notice of the trouble was decided and posted, None where there was none.
        """

    async def lost(self, now: datetime, *, silent: timedelta, but: Collection[str]) -> Mapping[str, Beat]:
        """The processes that were silent for so long without having ended; each is given once."""


@dataclass(slots=True)
class _Unsent:
    """A message that one address has not taken yet."""

    address: OpsAddress
    title: str
    text: str
    until: float
    sending: Future[str | None] | None = None


class Alarm:
    """Call `look` every few seconds with what is wrong. `uptime` is in seconds, whatever the clock says.

    `routes` gives the routes of now, `own` is the process. `second` are the addresses beside Slack.
    """

    def __init__(
        self,
        store: AlarmStore,
        second: Sequence[OpsAddress],
        *,
        routes: Callable[[], Routes],
        own: str,
        clock: Callable[[], datetime],
        uptime: Callable[[], float],
    ) -> None:
        self._store = store
        self._second = second
        self._routes = routes
        self._own = own
        self._clock = clock
        self._uptime = uptime
        self._seen: dict[str, float] = {}
        self._without_store: dict[str, Trouble] = {}
        self._unsent: list[_Unsent] = []
        self._sender = OneThread("second way")
        self._began = uptime()

    async def look(self, found: Sequence[Trouble], *, not_yet: Sequence[Trouble] = ()) -> int:
        """Tell what is new and what is over; how many messages were put into the outbox.

        What is `not_yet` worth to be told is not over either, where it was told before.

        Raises:
            StoreError: the database cannot be used; only by the second way was anything told.
        """
        self.send()
        now, uptime = self._clock(), self._uptime()
        told = await self._store.troubles_told()
        troubles = {one.name: one for one in (*found, *(one for one in not_yet if one.name in told))}
        self._seen |= dict.fromkeys(troubles, uptime)
        over = [name for name in told if self._is_over(name, uptime)]
        messages = 0
        if new := {name: one for name, one in troubles.items() if name not in told and self._is_ours_to_tell(one)}:
            notices = {name: (one, self._notices(one, now)) for name, one in new.items()}
            try:
                written = await self._store.tell_troubles(notices, now)
            except StoreError:
                # Heartbeats may be taken while messages are not, so that the database never counts as failing.
                for trouble in new.values():
                    self.store_fails(trouble)
                raise
            for name in written:
                messages += len(notices[name][1])
                if self._without_store.pop(name, None) is None:
                    self._say(new[name], now)
        if over:
            for trouble in await self._store.troubles_over(over, partial(self._over_notices, now=now)):
                messages += 1
                self._say_over(trouble, now)
        self._seen = {name: at for name, at in self._seen.items() if name in troubles or name in told}
        return messages + await self._store_works(now)

    def store_fails(self, trouble: Trouble) -> None:
        """Tell by the second way what the database takes no message about: once, and again when it is over."""
        self.send()
        if trouble.name not in self._without_store:
            self._without_store[trouble.name] = trouble
            self._say(trouble, self._clock(), second=True)

    async def tell_of_the_lost(self) -> int:
        """Tell of processes that ended without having stopped in order; how many messages that made.

        Raises:
            StoreError: the database cannot be used.
        """
        now, ops = self._clock(), self._routes().ops
        lost = await self._store.lost(now, silent=LONGEST_SILENCE, but=(SOCKET, self._own))
        told = 0
        for name, beat in lost.items():
            said = f" It had said of itself: {beat.troubles[0].what}." if beat.troubles else ""
            text = (
                f"A process of Wirewatch ended at about {beat.at:%Y-%m-%d %H:%M:%S} UTC without being asked to. "
                f"Another runs.{said} What was under way is taken up again. The last lines of its log say why; if "
                "there are none, it was killed, or the machine went down."
            )
            log.error("a process of the service ended without being asked to", action="service_lost", owner=name)
            if ops is None or any(one.channels for one in self._without_store.values()):
                self._queue("Wirewatch was started again", text)
            if ops is not None:
                one = notice(f"lost:{name}:{beat.at.isoformat()}", "Wirewatch was started again", text, ops, now=now)
                told += await self._store.enqueue([one])
        return told

    def send(self) -> None:
        """Send what the second way has not taken yet, on a thread of its own."""
        uptime, left = self._uptime(), []
        for one in self._unsent:
            if one.sending is not None and one.sending.done():
                why = one.sending.exception() or one.sending.result()
                if why is None:
                    log.info("ops got a message by the second way", action="second_way_told", address=one.address.shown)
                    continue
                log.warning(
                    "the second way did not take a message; it is tried again",
                    action="second_way_failed",
                    address=one.address.shown,
                    reason=str(why),
                )
                one.sending = None
                if uptime > one.until:
                    continue
            if one.sending is None:
                one.sending = self._sender.submit(one.address.tell, one.title, one.text)
            left.append(one)
        self._unsent = left

    def _is_over(self, name: str, uptime: float) -> bool:
        _, _, owner = name.partition("@")
        if owner and owner != self._own:
            # Another process, which has the time to say once more what it lacks.
            return name not in self._seen and uptime - self._began >= LONGEST_SILENCE.total_seconds() + OVER_AFTER
        return uptime - self._seen.setdefault(name, uptime) >= OVER_AFTER

    def _is_ours_to_tell(self, trouble: Trouble) -> bool:
        """Whether nobody else tells ops, or nobody would read it there."""
        ops = self._routes().ops
        return not trouble.told_elsewhere or ops is None or ops.channel in trouble.channels

    def _notices(self, trouble: Trouble, now: datetime) -> tuple[Delivery, ...]:
        ops = self._routes().ops
        if ops is None or trouble.told_elsewhere or ops.channel in trouble.channels:
            return ()
        message = NoticeMessage(title="Wirewatch is in trouble", text=_text(trouble))
        if trouble.channels:
            message = replace(message, late_title="Wirewatch was in trouble, and works again", late_text=_past(trouble))
        key = trouble_key(trouble.name, now)
        return (Delivery.new(key, ops, message, severity=Severity.MEDIUM, now=now),)

    def _over_notices(self, trouble: Trouble, posted: SentNotice | None, now: datetime) -> tuple[Delivery, ...]:
        ops = self._routes().ops
        if ops is None or trouble.told_elsewhere or _says_it_is_over(trouble, posted, now):
            return ()
        if trouble.name == SLACK_REFUSES:
            return ()  # the first post that Slack takes puts "Slack works again" into the outbox
        key = f"trouble-over:{trouble.name}:{now.isoformat()}"
        return (notice(key, "Wirewatch works again", _over(trouble, now), ops, now=now),)

    def _say(self, trouble: Trouble, now: datetime, *, second: bool = False) -> None:
        log.error("the service is in trouble", action="trouble_began", trouble=trouble.name, problem=trouble.line(now))
        if second or self._needs_second(trouble):
            self._queue("Wirewatch is in trouble", _text(trouble))

    def _say_over(self, trouble: Trouble, now: datetime, *, second: bool = False) -> None:
        log.info("a trouble of the service is over", action="trouble_over", trouble=trouble.name)
        if second or self._needs_second(trouble):
            self._queue("Wirewatch works again", _over(trouble, now))

    def _needs_second(self, trouble: Trouble) -> bool:
        return bool(trouble.channels) or trouble.name.startswith((*STORE, CANARY)) or self._routes().ops is None

    async def _store_works(self, now: datetime) -> int:
        """Say that the database can be used again, if it was said that it could not; ops reads it now."""
        over, messages = list(self._without_store.values()), 0
        for trouble in over:
            messages += await self._store.enqueue(self._over_notices(trouble, None, now))
            self._say_over(trouble, now, second=True)
            del self._without_store[trouble.name]
        return messages

    def _queue(self, title: str, text: str) -> None:
        until = self._uptime() + GIVEN_UP_AFTER
        self._unsent += [_Unsent(address, title, text, until) for address in self._second]
        self.send()


def _text(trouble: Trouble) -> str:
    since = f", since {trouble.since:%Y-%m-%d %H:%M:%S} UTC" if trouble.since else ""
    what = trouble.what[:1].upper() + trouble.what[1:]
    remedy = f" What to do: {trouble.remedy}." if trouble.remedy else ""
    return f"{what}{since}.{remedy} A message follows when it is over."


def _past(trouble: Trouble) -> str:
    """The same in a message that could be posted only when Slack took messages again."""
    since = f"from {trouble.since:%Y-%m-%d %H:%M:%S} UTC " if trouble.since else ""
    what = trouble.what[:1].upper() + trouble.what[1:]
    return f"{what}, {since}to about {MOMENT}. If it goes on after that, a message follows when it is over."


def _says_it_is_over(trouble: Trouble, posted: SentNotice | None, now: datetime) -> bool:
    """Whether the notice of the trouble was posted so late, or will be, that it already says so."""
    if not trouble.channels or posted is None:
        return False
    if posted.sent_at is None:
        return now - posted.decided_at > NOTICE_HOLDS_FOR
    return posted.sent_at - posted.decided_at > NOTICE_HOLDS_FOR and now - posted.sent_at < _JUST_NOW


def _over(trouble: Trouble, now: datetime) -> str:
    lasted = f" It lasted {in_words(now - trouble.since)}." if trouble.since and trouble.since <= now else ""
    return f"It is over: {trouble.what}.{lasted}"

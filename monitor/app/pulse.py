"""Watches the vital signs of a running service: writes its heartbeat, judges it, and reports trouble to ops.

It never waits for the database where it judges: what hangs is what it is there to notice. docs/decisions/0026 has the
reasons.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.app.app import App
from monitor.decide.routing import routes_now
from monitor.errors import PartEnded, StoreError, StoreNewer
from monitor.health.alarm import STORE, Alarm, AlarmStore
from monitor.health.database import about_database
from monitor.health.onethread import OneThread
from monitor.health.secondway import OpsAddress, all_is_well
from monitor.health.signs import REPLACED_AFTER, Part, late
from monitor.health.vitals import LONGEST_DIFFERING, began_first, files_differ, healthy, judged
from monitor.model import Beat, Trouble, VitalSigns
from monitor.model.stores import DiskStore, EnqueueStore, HeartbeatStore, VitalsStore

log = structlog.get_logger()

EVERY = 5.0
"""Seconds from one look to the next; every second one asks the database."""

_ASK_EVERY = 10.0
_LOST_EVERY = 60.0
_WELL_EVERY = 60.0
STORE_FAILS_AFTER = 60.0
"""Seconds for which the database must have refused before the second way is used."""

CATCHES_UP = 60.0
"""Seconds after an outage of the database for which nothing else that is wrong is told: all of it waited for that."""

MOST_GIVEN_UP = 3
"""So many threads that match may hang before the service ends."""


class PulseStore(AlarmStore, DiskStore, EnqueueStore, HeartbeatStore, VitalsStore, Protocol):
    """What the pulse needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def ended(self, service: str, now: datetime) -> None:
        """Write that a process stopped in order."""

    async def require_known(self) -> None:
        """Raise `StoreNewer` when a newer version has changed the tables."""


class Pulse:
    """`run` it beside everything else. `second` are the addresses beside Slack, `well` the one called when all is well.

    Empty, none is called. `kind` is the command that the process runs.
    """

    def __init__(
        self,
        app: App,
        store: PulseStore,
        *,
        clock: Callable[[], datetime],
        second: Sequence[OpsAddress] = (),
        well: str = "",
        kind: str = "run",
    ) -> None:
        self._app = app
        self._kind = kind
        self._store = store
        self._clock = clock
        self._signs = app.signs
        self._well = well
        self._began_at = clock()
        self._alarm = Alarm(
            store,
            second,
            routes=lambda: app.configuration.routes,
            own=app.owner,
            clock=clock,
            uptime=lambda: self._signs.awake,
        )
        self._asking: asyncio.Task[None] | None = None
        self._asked_at: float | None = None
        self._lost_at = self._renewed_at = self._signs.awake
        self._refused: tuple[float, str] | None = None
        self._back_at = -CATCHES_UP
        self._outgrown: StoreNewer | None = None
        self._differ_since: float | None = None
        self._well_since: float | None = None
        self._called_at: float | None = None
        self._call_failed = ""
        self._caller = OneThread("all is well")

    async def run(self) -> None:
        """Look again and again, until cancelled.

        Raises:
            PartEnded: too many threads that match hang, or a newer version has changed the tables of the database.
        """
        beat = asyncio.create_task(self._beat(), name="the event loop's beat")
        try:
            while True:
                await self.look()
                self._signs.did(Part.PULSE)
                await asyncio.sleep(EVERY)
        finally:
            beat.cancel()
            if self._asking is not None:
                self._asking.cancel()

    async def look(self) -> None:
        """One look: replace what hangs, ask the database unless it is being asked, and have told what it does not.

        Raises:
            PartEnded: as `run`.
        """
        self._replace()
        uptime = self._signs.awake
        asking = self._asking is not None and not self._asking.done()
        if not asking and (self._asked_at is None or uptime - self._asked_at >= _ASK_EVERY):
            self._asked_at = uptime
            self._asking = asyncio.create_task(self._ask(), name="ask how all is")
            asking = True
        if asking and self._asking is not None:
            await asyncio.wait([self._asking], timeout=EVERY)
        if self._outgrown is not None:
            # Whatever it wrote now could be refused, or be wrong. It ends in order: those who go on know what for.
            await self.ended()
            raise PartEnded(str(self._outgrown))
        for trouble in self._store_troubles():
            self._alarm.store_fails(trouble)
        self._call()

    async def ended(self) -> None:
        """Write that the service stopped in order."""
        try:
            await self._store.ended(self._app.owner, self._clock())
        except StoreError as error:
            log.warning("that the service stopped could not be written", action="stop_not_written", error=str(error))

    async def _beat(self) -> None:
        while True:
            self._signs.did(Part.LOOP)
            await asyncio.sleep(1)

    async def _ask(self) -> None:
        """Write a heartbeat, read the vital signs, and tell what is new. Trouble with the database is kept in mind."""
        now, app = self._clock(), self._app
        inside = late(self._signs.read(), owner=app.owner, now=now)
        lost = app.canary.trouble(app.owner, now) if app.canary else None
        own = [*inside, lost] if lost else inside
        try:
            with self._signs.at_work(Part.STORE):
                await self._store.require_known()
                await self._store.heartbeat(app.owner, self._life(own, now))
                routes = routes_now(app.configuration.routes, now)
                signs = await self._store.vital_signs(now, app.configuration.feed_ids, routes)
                found = judged(signs, now, own=app.owner, inside=own)
                # The watch over the database tells ops of this (monitor.app.storewatch, monitor.app.upkeep).
                about = about_database("", await self._store.room(), await self._store.upkeep_problems())
                wrong = [Trouble(name=STORE[0], what=words, told_elsewhere=True) for words in about.troubles]
                if self._refused is not None:
                    self._refused, self._back_at = None, self._signs.awake
                told, not_yet = self._to_tell(found, signs, now)
                messages = await self._alarm.look(told, not_yet=not_yet)
                if self._signs.awake - self._lost_at >= _LOST_EVERY:
                    messages += await self._alarm.tell_of_the_lost()
                    self._lost_at = self._signs.awake
        except StoreNewer as error:
            self._outgrown = error
            return
        except StoreError as error:
            since = self._refused[0] if self._refused else self._signs.awake
            self._refused = since, str(error)
            self._well_since = None
            refused = now - timedelta(seconds=round(self._signs.awake - since))
            what, remedy = "the database cannot be used", str(error)
            app.standing.judged([*inside, Trouble(name=STORE[0], what=what, since=refused, remedy=remedy)])
            return
        except Exception:
            log.exception("the check of the vital signs failed once; it will run again", action="pulse_failed")
            self._well_since = None
            return
        app.standing.judged([*found, *wrong], healthy(signs, now))
        self._well_since = None if found else self._signs.awake
        if messages:
            app.outbox.wake()

    def _life(self, troubles: Sequence[Trouble], now: datetime) -> Beat:
        """What the process says of itself."""
        app = self._app
        return Beat(
            at=now,
            began_at=self._began_at,
            troubles=tuple(troubles),
            canary_at=app.canary.arrived_at if app.canary else None,
            kind=self._kind,
            files=app.configuration.fingerprint,
        )

    def _to_tell(
        self, found: Sequence[Trouble], signs: VitalSigns, now: datetime
    ) -> tuple[Sequence[Trouble], Sequence[Trouble]]:
        """What ops is told of, and what not yet: different files only when they last, and by the oldest process.

        Nothing just after an outage of the database, which ops hears of by itself (monitor.app.storewatch).
        """
        if self._signs.awake - self._back_at < CATCHES_UP:
            return (), found
        differ = files_differ(signs, now)
        if differ is None:
            self._differ_since = None
            return found, ()
        if self._differ_since is None:
            self._differ_since = self._signs.awake
        lasting = timedelta(seconds=round(self._signs.awake - self._differ_since))
        differ = replace(differ, since=now - lasting)
        if lasting < LONGEST_DIFFERING or began_first(signs, now) != self._app.owner:
            return found, (differ,)
        return [*found, differ], ()

    def _store_troubles(self) -> list[Trouble]:
        """What is wrong with the database, which cannot be written there."""
        now, owner = self._clock(), self._app.owner
        if self._refused is not None and self._signs.awake - self._refused[0] > STORE_FAILS_AFTER:
            since = now - timedelta(seconds=round(self._signs.awake - self._refused[0]))
            what, remedy = "the database cannot be used", self._refused[1]
            # In Slack the watch over the database says so (monitor.app.storewatch).
            return [Trouble(name=f"{STORE[0]}@{owner}", what=what, since=since, remedy=remedy, told_elsewhere=True)]
        return [one for one in late(self._signs.read(), owner=owner, now=now) if one.name.startswith(STORE[0])]

    def _replace(self) -> None:
        """Give up the thread that matches, or the parser, when one has done nothing for too long."""
        stuck = {sign.part: sign.stuck or 0 for sign in self._signs.read()}
        if stuck[Part.MATCHER] > REPLACED_AFTER:
            log.error("matching hangs; its thread is replaced, and the poll fails", action="matching_replaced")
            if self._app.cpu.give_up("matching took too long") >= MOST_GIVEN_UP:
                raise PartEnded(f"{MOST_GIVEN_UP} threads that match hang")
        uptime = self._signs.awake
        if stuck[Part.PARSER] > REPLACED_AFTER and uptime - self._renewed_at > REPLACED_AFTER:
            self._renewed_at = uptime
            log.error("the parser hangs; it is replaced", action="parser_replaced")
            self._app.parser.renew()

    def _call(self) -> None:
        """Call the address that is called while all is well, every minute."""
        uptime = self._signs.awake
        if not self._well or self._well_since is None or uptime - self._well_since > 2 * _ASK_EVERY + EVERY:
            return
        if self._called_at is not None and uptime - self._called_at < _WELL_EVERY:
            return
        self._called_at = uptime
        self._caller.submit(all_is_well, self._well).add_done_callback(lambda done: self._called(done.result()))

    def _called(self, why: str | None) -> None:
        """Note what came of the call; on the thread that made it."""
        if why and why != self._call_failed:
            log.warning(
                "the address that is called while all is well did not answer", action="heartbeat_not_sent", reason=why
            )
        self._call_failed = why or ""

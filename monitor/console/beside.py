"""What a console in a process of its own knows of the service: the files as the service takes them, read again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

import structlog

from monitor.config.configuration import Configuration
from monitor.config.lastgood import Live, choose_live
from monitor.decide.routing import routes_now
from monitor.errors import StoreError
from monitor.files.snapshot import Files
from monitor.health import vitals
from monitor.health.signs import WorkSigns
from monitor.health.standing import Standing
from monitor.model import ConfigFile
from monitor.model.stores import FilesStore, VitalsStore
from monitor.settings import Settings

log = structlog.get_logger()

LOOK_EVERY = 5.0
"""Seconds after which it is looked whether a file changed."""


class BesideStore(FilesStore, VitalsStore, Protocol):
    """What knowing the service from its store needs. Every method may raise `StoreError`."""


class ServiceBeside:
    """The configuration that the service beside works by: it follows from the files and from what is remembered."""

    def __init__(self, settings: Settings, store: BesideStore, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._signs = WorkSigns()  # this process has no part of the chain; they only tell how long ago it was judged
        self._standing = Standing(self._signs, clock)
        self._advanced = time.monotonic()
        self._files = Files()
        self._remembered: Mapping[str, ConfigFile] = {}
        self._live: Live | None = None

    @property
    def configuration(self) -> Configuration:
        """The feeds, routes and rules that are live."""
        assert self._live is not None  # noqa: S101 - `look` comes first
        return self._live.configuration

    def wake(self) -> None:
        """Nothing: the service looks into its outbox every second."""

    def health(self, *, whole: bool) -> tuple[int, str]:
        """The status and the text of /healthz: how the service stands by what it writes into the database."""
        now = time.monotonic()
        self._signs.advance(now - self._advanced)
        self._advanced = now
        return self._standing.answer(whole=whole)

    async def look(self) -> None:
        """Read the files again, if one changed or another version of one is the last good one.

        Raises:
            StoreError: the database cannot be asked.
        """
        remembered = {file.name: file for file in await self._store.config_files()}
        files = await asyncio.to_thread(self._files.again)
        if self._live is None or remembered != self._remembered or files.differing(self._files):
            self._live = await asyncio.to_thread(choose_live, self._settings, files, remembered, self._live)
            self._files, self._remembered = files, remembered

    async def judge(self) -> None:
        """Judge how the service stands, for `health`.

        Raises:
            StoreError: the database cannot be asked.
        """
        now, live = self._clock(), self.configuration
        signs = await self._store.vital_signs(now, live.feed_ids, routes_now(live.routes, now))
        self._standing.judged(vitals.judged(signs, now), vitals.healthy(signs, now))

    async def keep_looking(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look()
                await self.judge()
            except StoreError as error:
                log.warning(
                    "the files were not read again, because the database cannot be asked",
                    action="console_files_not_read",
                    error=str(error),
                )
            await asyncio.sleep(LOOK_EVERY)

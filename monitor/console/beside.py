"""What a console in a process of its own knows of the service: the files as the service takes them, read again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

import structlog

from monitor.config.lastgood import Live, choose_live
from monitor.errors import StoreError
from monitor.files.snapshot import Files
from monitor.match.rule import Rule
from monitor.model import ConfigFile, Routes
from monitor.settings import Settings

log = structlog.get_logger()

LOOK_EVERY = 5.0
"""Seconds after which it is looked whether a file changed."""


class FilesStore(Protocol):
    """What reading the files as the service does needs of the store. May raise `StoreError`."""

    async def config_files(self) -> Sequence[ConfigFile]:
        """What is remembered of the files that people edit."""


class Beside:
    """The configuration that the service beside works by: it follows from the files and from what is remembered."""

    def __init__(self, settings: Settings, store: FilesStore) -> None:
        self._settings = settings
        self._store = store
        self._files = Files()
        self._remembered: Mapping[str, ConfigFile] = {}
        self._live: Live | None = None

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules that are live, or on test."""
        return self._now.configuration.engine.rules

    @property
    def routes(self) -> Routes:
        """The routes that are live."""
        return self._now.configuration.routes

    @property
    def feed_ids(self) -> frozenset[str]:
        """The feeds that are polled."""
        return frozenset(feed.id for feed in self._now.configuration.feeds)

    def wake(self) -> None:
        """Nothing: the service looks into its outbox every second."""

    @property
    def _now(self) -> Live:
        assert self._live is not None  # noqa: S101 - `look` comes first
        return self._live

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

    async def keep_looking(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
            except StoreError as error:
                log.warning(
                    "the files were not read again, because the database cannot be asked",
                    action="console_files_not_read",
                    error=str(error),
                )

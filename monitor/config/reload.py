"""Live edits: sees that files changed, reads them beside the running service, and puts what is good to use."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog
from watchfiles import Change, awatch

from monitor.collect.feeds import read_feeds
from monitor.config import changes
from monitor.config.configuration import Configuration, require_usable
from monitor.config.lastgood import FEEDS, Live, Places, choose_live
from monitor.decide.notices.notice import notice
from monitor.errors import StoreError
from monitor.files.snapshot import Files
from monitor.match.compile import compiled
from monitor.metrics import Metrics
from monitor.model import ConfigFile, Delivery, Feed
from monitor.model.stores import FeedsStore, FilesStore
from monitor.settings import Settings

log = structlog.get_logger()

LOOK_EVERY = timedelta(minutes=1)
"""How often all files are compared with what is live, for folders whose changes nobody reports."""

_QUIET_MS = 100
_LONGEST_MS = 1_000
_GLANCE_MS = 500

Use = Callable[[Configuration], None]
"""Puts a configuration to use, at once and as a whole."""


class ConfigStore(FeedsStore, FilesStore, Protocol):
    """What live edits need of the store. Every method is one transaction and may raise `StoreError`."""

    async def save_config_files(
        self, files: Sequence[ConfigFile], gone: Collection[str], notices: Sequence[Delivery]
    ) -> None:
        """Write what changed about some files, forget those that are gone, and enqueue the notices."""

    async def poll_refused_anew(self, now: datetime) -> None:
        """Make feeds due that were not read because of a setting, which may have been changed."""


class Reloader:
    """Knows what is live. `start` comes first, then `watch` and `look` may be called side by side."""

    def __init__(
        self, settings: Settings, store: ConfigStore, metrics: Metrics, *, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._store = store
        self._metrics = metrics
        self._clock = clock
        self._places = Places(settings)
        self._files = Files()
        self._remembered: dict[str, ConfigFile] = {}
        self._kept = False
        self._one_at_a_time = asyncio.Lock()
        self._live: Live

    async def start(self) -> Configuration:
        """Read all files, with the last good version of those that have a mistake.

        Raises:
            ConfigError: there is no feed to poll, no rule to match, or no route to tell; with every problem found.
            StoreError: the database cannot be read.
        """
        self._remembered = {file.name: file for file in await self._store.config_files()}
        before = self._feeds_before()
        self._live = live = await asyncio.to_thread(choose_live, self._settings, self._files, self._remembered)
        self._report_problems(None)
        require_usable(live.configuration)
        self._metrics.loaded(live.configuration.engine.rules, without_error=not live.wrong, reload=False)
        await self._keep()
        await self._poll_anew(before, live.configuration.feeds)
        await self._poll_refused_anew()
        return live.configuration

    async def watch(self, use: Use, stop: asyncio.Event) -> None:
        """Look as soon as something changes in a folder with files, until `stop` is set."""
        while not stop.is_set():
            try:
                await self._watch_folders(use, stop)
            except (OSError, RuntimeError) as error:
                log.warning(
                    "cannot watch the files; changes are seen within a minute",
                    action="file_watch_failed",
                    error=str(error),
                )
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), LOOK_EVERY.total_seconds())

    async def _watch_folders(self, use: Use, stop: asyncio.Event) -> None:
        """Watch until a folder comes, goes or is another one.

        The folders are watched, not the files: a file saved by renaming, or a link that is made to point elsewhere (as
        Kubernetes does with a ConfigMap), leaves a watch on the file with nothing to see.
        """
        folders = self._places.folders()
        watching = awatch(
            *folders,
            watch_filter=_relevant,
            debounce=_LONGEST_MS,
            step=_QUIET_MS,
            stop_event=stop,
            rust_timeout=_GLANCE_MS,
            yield_on_timeout=True,
            recursive=False,
        )
        # What changed before the watch was set up is seen by the first look, whatever ends the first wait.
        due = True
        async with contextlib.aclosing(watching):
            async for changed in watching:
                if due or changed:
                    await self.look(use)
                due = False
                if self._places.folders() != folders:
                    return

    async def look(self, use: Use) -> None:
        """Compare the files with what is live and, where they differ, put what is good of them to use.

        Never raises: what goes wrong is logged, and what was live stays.
        """
        async with self._one_at_a_time:
            try:
                files = await asyncio.to_thread(self._files.again)
                changed = files.differing(self._files)
                if changed:
                    await self._reload(files, changed, use)
                if changed or not self._kept:
                    await self._keep()
            except Exception as error:
                log.exception("changed files could not be loaded", action="reload_failed")
                self._metrics.reload_failed()
                await self._tell_failure(error)

    async def _reload(self, files: Files, changed: Sequence[Path], use: Use) -> None:
        began = time.perf_counter()
        self._files = files
        with contextlib.suppress(StoreError):  # what was remembered when the database could last be read will do
            self._remembered = {file.name: file for file in await self._store.config_files()}
        before = self._live
        live = await asyncio.to_thread(_chosen, self._settings, files, self._remembered, before)
        self._live = live
        use(live.configuration)
        self._metrics.loaded(live.configuration.engine.rules, without_error=not live.wrong, reload=True)
        differing = changes.differences(before.configuration, live.configuration)
        log.info(
            "files reloaded",
            action="files_reloaded",
            files=[self._places.name(path) for path in changed],
            seconds=round(time.perf_counter() - began, 3),
            **differing,
            **({"last_good": sorted(live.taken_back)} if live.taken_back else {}),
        )
        if edited := [*differing.get("rules_added", ()), *differing.get("rules_changed", ())]:
            log.info(
                "rules judge what feeds show from now on: `service.py feeds list` and the console show when each feed "
                "is polled next, and `service.py poll` polls all of them now; `service.py backtest --since 1d` and the "
                "console's workbench show what the rules match of the items that are stored",
                action="rules_from_now_on",
                rules=edited,
            )
        self._report_problems(before)
        self._kept = False
        await self._poll_anew(before.configuration.feeds, live.configuration.feeds)

    async def _keep(self) -> None:
        """Write down what is good and tell ops what is not; tried again at the next look when it cannot be."""
        self._kept = False
        ops = self._live.configuration.routes.ops
        changed = changes.changes(self._live, self._remembered, ops, now=self._clock())
        try:
            if changed.files or changed.gone or changed.notices:
                await self._store.save_config_files(changed.files, changed.gone, changed.notices)
        except StoreError as error:
            log.error(
                "the last good versions of the files cannot be kept; tried again",
                action="last_good_not_kept",
                error=str(error),
            )
            return
        self._remembered |= {file.name: file for file in changed.files}
        for name in changed.gone:
            self._remembered.pop(name, None)
        self._kept = True

    async def _poll_anew(self, before: Sequence[Feed], after: Sequence[Feed]) -> None:
        """See to it that feeds that are not what they were are polled soon, and from their new address."""
        known = {feed.id: feed for feed in before}
        changed = {feed.id: known[feed.id] for feed in after if feed.id in known and feed != known[feed.id]}
        moved = {feed.id for feed in after if feed.id in changed and feed.url != changed[feed.id].url}
        if not changed:
            return
        try:
            await self._store.poll_anew(changed, moved, self._clock())
        except StoreError as error:
            log.error(
                "changed feeds are polled when they are due, not now",
                action="poll_anew_failed",
                feeds=sorted(changed),
                error=str(error),
            )

    async def _poll_refused_anew(self) -> None:
        """See to it that feeds that a setting refused are polled at once: settings change by a start alone."""
        try:
            await self._store.poll_refused_anew(self._clock())
        except StoreError as error:
            log.error(
                "feeds that a setting refused are polled when they are due, not now",
                action="poll_anew_failed",
                error=str(error),
            )

    async def _tell_failure(self, error: Exception) -> None:
        ops = self._live.configuration.routes.ops
        if ops is None:
            return
        why = f"{type(error).__name__}: {error}"[:300]
        text = f"What was live before stays live. This is a fault of Wirewatch; the log has more. {why}"
        now = self._clock()
        told = notice(f"reload-failed:{now.date()}:{why}", "Changed files could not be read", text, ops, now=now)
        try:
            await self._store.save_config_files((), (), [told])
        except StoreError as trouble:
            log.error("no notice could be stored for ops", action="ops_not_told", error=str(trouble))

    def _report_problems(self, before: Live | None) -> None:
        """Log what is wrong with the files and was not before."""
        known = set(before.problems) if before else set()
        errors = {problem for problems in self._live.wrong.values() for problem in problems}
        for problem in self._live.problems:
            if problem not in known:
                (log.error if problem in errors else log.warning)(
                    "configuration problem", action="config_problem", problem=str(problem)
                )
        for name in sorted(self._live.taken_back - (before.taken_back if before else frozenset())):
            since = self._remembered[name].good_since
            log.warning(
                "the last good version is live",
                action="last_good_live",
                file=name,
                good_since=since and since.isoformat(),
            )

    def _feeds_before(self) -> tuple[Feed, ...]:
        """The feeds of feeds.yaml as it was when it was last good."""
        file = self._remembered.get(FEEDS)
        if file is None or file.content is None:
            return ()
        path = self._settings.wirewatch_feeds
        return read_feeds(path, Files({path: file.content.encode()})).feeds


def _chosen(settings: Settings, files: Files, remembered: Mapping[str, ConfigFile], before: Live) -> Live:
    """What is live, with the memory given back that only finding out took."""
    live = choose_live(settings, files, remembered, before)
    compiled()
    return live


def _relevant(_: Change, path: str) -> bool:
    """Whether a change can be about a file we read: not when a database beside it is written."""
    changed = Path(path)
    return changed.suffix in (".yaml", ".yml", ".json") or changed.is_symlink() or changed.is_dir()

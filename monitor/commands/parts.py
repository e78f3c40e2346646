"""The parts of the service, each opened only when it is on: the chain itself, and what runs beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from monitor.commands.shell import Shell, on_hangup, user_name
from monitor.model import PollStatus
from monitor.settings import OFF, Settings

# The libraries of a part are loaded when it is opened, for many a service runs without.
if TYPE_CHECKING:
    from monitor.app.app import App, AppStore
    from monitor.app.measure import StoreToMeasure
    from monitor.app.pulse import PulseStore
    from monitor.app.runner import Runner
    from monitor.app.worker import WorkerStore
    from monitor.config.reload import ConfigStore, Reloader
    from monitor.console.page import ConsoleStore
    from monitor.desk.run import DeskServiceStore
    from monitor.health.secondway import OpsAddress
    from monitor.metrics import Metrics
    from monitor.pipeline.report import PollReport
    from monitor.push.keeper import Keeper, PushStore

    class ServiceStore(
        AppStore,
        WorkerStore,
        PulseStore,
        ConfigStore,
        DeskServiceStore,
        ConsoleStore,
        StoreToMeasure,
        PushStore,
        Protocol,
    ):
        """A store that serves all of the service."""


def _count(metrics: Metrics, keepers: Sequence[Keeper], report: PollReport) -> None:
    """Count a poll or a push, and let those who keep up subscriptions know of it."""
    if report.pushed:
        outcome = "failed" if report.status is PollStatus.FAILED else "taken"
        metrics.pushed(outcome, report.entries, report.observations)
    else:
        metrics.polled(report.status, report.entries, report.observations)
    for keeper in keepers:
        keeper.polled(report)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceParts:
    """What the parts need of each other.

    `second` are the addresses of the second way to ops. `stop` is set when the service is to end, and `stopping` called
    with the exit status when it begins to.
    """

    options: Settings
    shell: Shell[ServiceStore]
    store: ServiceStore
    app: App
    metrics: Metrics
    reloader: Reloader
    second: Sequence[OpsAddress]
    stop: asyncio.Event
    stopping: Callable[[int], None]

    async def run(self, *, shared: bool) -> None:
        """Run all of them until `stop`, alone or `shared` with other processes."""
        keepers: list[Keeper] = []
        runner = self._runner(keepers, shared=shared)
        async with (
            # Of workers, one at a time takes the clicks: whichever gets that from the queue.
            nullcontext() if shared else self._desk(),
            self._console(),
            # Hubs push to one process: the one that runs beside the workers.
            nullcontext() if shared else self._pushes(runner) as keeper,
            self._measured(),
        ):
            keepers += [keeper] if keeper else []
            on_hangup(runner.look_at_files_soon)
            await runner.run(self.stop)

    def _runner(self, keepers: Sequence[Keeper], *, shared: bool) -> Runner:
        """The chain itself, alone or `shared` with other processes; `keepers` hear of each poll."""
        from monitor.app.pulse import Pulse
        from monitor.app.runner import Runner, Surroundings

        options, clock = self.options, self.shell.clock
        well = options.wirewatch_heartbeat_url.get_secret_value() if options.wirewatch_heartbeat_url else ""
        kind = "worker" if shared else "run"
        among = Surroundings(
            reloader=self.reloader,
            pulse=Pulse(self.app, self.store, clock=clock, second=self.second, well=well, kind=kind),
            concurrency=options.wirewatch_concurrency,
            clock=clock,
            stopping=self.stopping,
            polled=partial(_count, self.metrics, keepers),
        )
        if not shared:
            return Runner(self.app, self.store, among)
        from monitor.app.worker import Worker

        return Worker(self.app, self.store, among, clicks=self._take_clicks)

    @asynccontextmanager
    async def _measured(self) -> AsyncIterator[None]:
        """Measure meanwhile, if somebody may ask for the metrics."""
        if self.options.wirewatch_metrics == OFF:
            yield
            return
        from monitor.app.measure import Measure

        measure = Measure(self.app, self.store, self.metrics, clock=self.shell.clock)
        task = asyncio.create_task(measure.run(), name="measure")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    @asynccontextmanager
    async def _desk(self) -> AsyncIterator[None]:
        """Buttons and commands in Slack, with an app token."""
        if self.options.slack_app_token is None:
            yield
            return
        from monitor.desk.run import desk_of

        async with desk_of(self.options, self.app, self.store, clock=self.shell.clock, stop=self.stop):
            yield

    async def _take_clicks(self) -> None:
        """Take what people do in Slack until the process stops; nothing without an app token."""
        if self.options.slack_app_token is not None:
            async with self._desk():
                await self.stop.wait()

    @asynccontextmanager
    async def _console(self) -> AsyncIterator[None]:
        """The web console."""
        if self.options.wirewatch_console == OFF:
            yield
            return
        from monitor.console.serve import console_of

        visitor, clock = user_name(), self.shell.clock
        async with console_of(self.options, self.app, self.store, clock=clock, visitor=visitor, stop=self.stop):
            yield

    @asynccontextmanager
    async def _pushes(self, runner: Runner) -> AsyncIterator[Keeper | None]:
        """What hubs push."""
        if self.options.wirewatch_push == OFF:
            yield None
            return
        from monitor.push.serve import pushes_of

        self.metrics.count_pushing(lambda: len(self.app.poller.pacing.pushing))
        forged, clock = partial(self.metrics.pushed, "forged"), self.shell.clock
        async with pushes_of(self.options, self.app, self.store, runner.push, forged=forged, clock=clock) as keeper:
            yield keeper

"""The command `health`: how the service beside it does, and which of its processes live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from monitor.commands.shell import Shell
from monitor.errors import StoreError
from monitor.health import quick as beside
from monitor.model import Silence, Subscription, VitalSigns
from monitor.settings import OFF, Settings

# Imported when it runs: this runs every half minute.
if TYPE_CHECKING:
    from monitor.config.inuse import InUse
    from monitor.health.database import AboutStore, StoreToAskAbout
    from monitor.model.stores import FilesStore, SilencesStore, SubscriptionsStore, VitalsStore

    class HealthStore(StoreToAskAbout, FilesStore, SilencesStore, SubscriptionsStore, VitalsStore, Protocol):
        """What a health check asks of the store. Every method may raise `StoreError`."""


_PATIENCE = 3.0
"""Seconds that `health` waits for somebody else's lock: a container runtime gives it ten in all."""


def add_command(app: typer.Typer, shell: Shell[HealthStore]) -> None:
    """Give the command line the command `health`."""

    @app.command()
    def health(
        quick: Annotated[
            bool,
            typer.Option("--quick", help="Ask the service itself first, and look no further while it is well."),
        ] = False,
        alive: Annotated[
            bool,
            typer.Option("--alive", help="Ask only whether the service itself answers, whatever is in trouble."),
        ] = False,
    ) -> None:
        """Check the running service: exit 0 if it is healthy, 1 with the reasons if it is not.

        Probes that restart a container should use --alive: a restart does not mend an archived channel.
        """
        if alive:
            _tell_whether_alive()
            return
        if quick and (well := beside.ask()):
            print(well)
            return
        from monitor.collect.explained import pushing_in_words
        from monitor.decide.notices.silences import silence_words
        from monitor.health import vitals
        from monitor.health.secondway import lacking

        options, now = shell.start(log_level="error"), shell.clock()
        try:
            used, signs, about, silences, agreed = shell.ask(
                options, lambda store: _standing(store, options, now), upgrade=False, busy_timeout=_PATIENCE
            )
        except StoreError as error:
            print(f"unhealthy: {error}")
            raise typer.Exit(1) from None
        silent = [silence_words(one) for one in silences if one.over_at is None]
        if troubles := [*about.troubles, *vitals.troubles(signs, now)]:
            _print_lines("unhealthy", troubles)
        else:
            print(vitals.healthy(signs, now))
        differing = [words] if (words := vitals.differing(signs, now)) else []
        _print_lines("degraded", (*used.broken, *about.degraded, *silent, *differing))
        _print_lines("alive", vitals.processes(signs, now))
        if options.slack_app_token is not None and not troubles:
            print(vitals.socket_words(signs, now))
        if agreed and not troubles:
            print(pushing_in_words(agreed, now=now))
        if words := lacking(options, used.routes.ops):
            print(f"note: {words}")
        if troubles:
            raise typer.Exit(1)


def _tell_whether_alive() -> None:
    said = beside.alive()
    print(said or "unhealthy: no service of this folder, with this database and these files, answers on this machine")
    if not said:
        raise typer.Exit(1)


def _print_lines(state: str, lines: Iterable[str]) -> None:
    for line in lines:
        print(f"{state}: {line}")


async def _standing(
    store: HealthStore, options: Settings, now: datetime
) -> tuple[InUse, VitalSigns, AboutStore, Sequence[Silence], Sequence[Subscription]]:
    from monitor.config.inuse import in_use
    from monitor.decide.routing import routes_now
    from monitor.health.database import about_store

    about = await about_store(store)
    used = in_use(options, await store.config_files(), now=now)
    signs = await store.vital_signs(now, used.feed_ids, routes_now(used.routes, now))
    agreed = await store.subscriptions() if options.wirewatch_push != OFF else ()
    return used, signs, about, await store.silences(), agreed

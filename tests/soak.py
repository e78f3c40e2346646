"""`make soak`: services with their real pace, killed many times while everything misbehaves, and what came of it all.

    python -m tests.soak --kills 200 --worlds 4 --seed 7
    python -m tests.soak --hour --seed 7

The second form watches one service for an hour instead, or for `--minutes`: nobody kills it, news comes a hundred times
as fast as it does, and it must neither lose nor double anything, nor grow.

Each world has its own seed, which is printed: `--worlds 1 --seed N --kills K` plays one again, as far as the instants
of processes can be played again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.nursery import Nursery
from tests.support.postgresql import new_databases
from tests.support.siege import Services, Siege, besieged
from tests.support.siegeedits import FAKETIME
from tests.support.tree import ROOT
from tests.support.vigil import counted, vigil

RELIEF_EVERY = 10
"""After so many kills a service may finish: what waits must not become a digest."""

_RELIEF_LIMIT = 600.0


class Interpreters:
    """Services as an admin starts them: `python service.py run`. `afflicted`: their names can be made to hang."""

    def __init__(self, *, afflicted: bool = False) -> None:
        self._program = ("-m", "tests.support.afflicted") if afflicted else (str(ROOT / "service.py"),)
        self._processes: dict[int, asyncio.subprocess.Process] = {}

    async def start(self, folder: Path, environment: dict[str, str], command: str = "run") -> int:
        """Start one; its process id."""
        with (folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._program,
                command,
                cwd=folder,
                env={**os.environ, **environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._processes[process.pid] = process
        return process.pid

    async def ended(self, pid: int) -> int:
        """Wait for its end; its exit status."""
        return await self._processes.pop(pid).wait()


async def soak(given: argparse.Namespace) -> int:
    """Besiege some worlds side by side, print what came of it; how many things were wrong."""
    began = time.monotonic()
    wrong = 0
    with _databases(given.database) as database:
        async with contextlib.AsyncExitStack() as stack:
            quick = await stack.enter_async_context(Nursery()) if given.quick else None
            starts: Services = quick or Interpreters(afflicted=not given.no_woes)
            folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-soak-")))
            sieges = {
                seed: await stack.enter_async_context(
                    besieged(
                        folder / str(seed),
                        starts,
                        seed,
                        services=given.services,
                        database=database(),
                        edits=not given.no_edits,
                        clocks=not given.quick and FAKETIME is not None,
                        woes=not given.no_woes,
                    )
                )
                for seed in range(given.seed, given.seed + given.worlds)
            }
            kills = -(-given.kills // given.worlds)
            await asyncio.gather(*(_endure(seed, siege, kills, began) for seed, siege in sieges.items()))
            for seed, siege in sieges.items():
                _print_figures(seed, siege)
                found = siege.faults()
                for line in found:
                    print(f"  WRONG in world {seed}: {line}")
                wrong += len(found)
    print(f"{sum(siege.kills for siege in sieges.values())} kills in {time.monotonic() - began:.0f} s: {wrong} wrong")
    return wrong


async def watch(given: argparse.Namespace) -> int:
    """Watch one service, print how it did; how many things were wrong."""
    with contextlib.ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-soak-")))
        async with vigil(folder, Interpreters(afflicted=True), given.seed, clocks=FAKETIME is not None) as one:
            wrong = await one.watch(given.minutes * 60, functools.partial(print, flush=True))
            print(f"faults: {counted(one.siege.happened)}")
            for outcome in one.siege.outcomes:
                print(f"  {outcome.line()}")
    for line in wrong:
        print(f"  WRONG: {line}")
    print(f"{given.minutes:g} minutes: {len(wrong)} wrong")
    return len(wrong)


async def _endure(seed: int, siege: Siege, kills: int, began: float) -> None:
    while siege.kills < kills:
        await siege.attack()
        if siege.rounds % RELIEF_EVERY == 0 or siege.kills >= kills:
            status = await siege.relieve(limit=_RELIEF_LIMIT)
            told, due = len(siege.channels.told()), len(siege.published)
            print(
                f"{time.monotonic() - began:5.0f} s  world {seed}: {siege.kills} kills, {told} of {due} told, "
                f"stopped with {status}" + "".join(f"; {outcome.line()}" for outcome in siege.outcomes[-1:]),
                flush=True,
            )


def _print_figures(seed: int, siege: Siege) -> None:
    slack = siege.world.slack
    calls = Counter(method for method, _ in slack.requests)
    messages = slack.messages()
    in_threads = sum("thread_ts" in message for message in messages)
    print(
        f"world {seed}: {siege.kills} kills, {len(siege.published)} reports, {len(messages)} messages "
        f"({in_threads} in threads), {siege.channels.edited()} cards edited, {calls['chat.postMessage']} posts and "
        f"{calls['chat.update']} edits tried, "
        f"{calls['conversations.history'] + calls['conversations.replies']} look-ups, "
        f"{siege.edits.made if siege.edits else 0} edits of routes, "
        f"faults: {counted(siege.happened)}"
    )


@contextlib.contextmanager
def _databases(kind: str) -> Iterator[Callable[[], str]]:
    """Gives the URL of a new database each time; the empty text for the world's own SQLite file."""
    if kind == "sqlite":
        yield lambda: ""
        return
    with new_databases() as new:
        yield new


def main() -> None:
    """Read the arguments, besiege, and end with 1 when anything was lost, doubled, misplaced or out of order."""
    parser = argparse.ArgumentParser(prog="tests.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how often to kill, in all worlds together")
    parser.add_argument("--worlds", type=int, default=4, help="how many are besieged beside each other")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--services", type=int, default=1, help="how many share a database and are killed together")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--quick", action="store_true", help="forked services with all waits a tenth as long")
    parser.add_argument("--keep", type=Path, help="a folder for the worlds, with their logs and databases")
    parser.add_argument("--no-edits", action="store_true", help="leave routes.yaml and the clock alone")
    parser.add_argument("--no-woes", action="store_true", help="let nothing go wrong but Slack, clocks and files")
    parser.add_argument("--minutes", type=float, default=0, help="watch one service for so long instead")
    parser.add_argument("--hour", action="store_const", const=60.0, dest="minutes", help="the same as --minutes 60")
    given = parser.parse_args()
    if not given.no_edits and (given.quick or FAKETIME is None):
        print("clocks do not jump: that needs libfaketime, and services that are interpreters of their own")
    print(f"seed {given.seed}: {vars(given)}", flush=True)
    sys.exit(asyncio.run(watch(given) if given.minutes else soak(given)) > 0)


if __name__ == "__main__":
    main()

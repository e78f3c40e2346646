"""Kills services at random instants while Slack misbehaves, and counts what stands in the channels afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.support.channels import Channels
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.fakes.slack import FakeSlack
from tests.support.fakes.slackfaults import Fault, Json, Trouble, random_faults
from tests.support.headlines import invented_word
from tests.support.hooks import SECRET, HookReceiver
from tests.support.receiver import Receiver
from tests.support.siegeedits import Edits, clock_of, movable_clock
from tests.support.tree import ROOT
from tests.support.woes import HOOK, OPS, WOES, Around, Draw, Outcome, hook_faults, small_disk, suffer
from tests.support.world import World

DESKS = ("north", "east", "south", "west")
STORIES, FURTHER = 3, 5
"""How many stories a round begins, and of how many it brings a further report: too few to become a digest."""

FAULTS: dict[Fault | str, float] = {
    Fault.LOST_REPLY: 0.15,
    Fault.CLOSED: 0.05,
    Fault.LIMITED: 0.1,
    Fault.ERROR_BEFORE: 0.05,
    Fault.ERROR_AFTER: 0.05,
    Fault.SILENCE_BEFORE: 0.025,
    Fault.SILENCE_AFTER: 0.025,
}
"""Lost replies 20 %, limits 10 %, errors 10 %, timeouts 5 %."""

REFUSAL_RATE, LOCK_RATE = 0.3, 0.3
"""In how many rounds everything is refused for a while, and in how many a thread is locked for good."""

REFUSED_FOR = 6.0
"""Seconds for which everything is refused at most: about as long as a round takes."""

REFUSALS = ("token_revoked", "invalid_auth", "ekm_access_denied", "code_of_tomorrow", "workspace_frozen_of_tomorrow")
LOCKS = ("restricted_action_thread_locked", "thread_closed_of_tomorrow", "code_of_tomorrow")
"""The codes of both: some that are known, and some that nobody ever saw."""

WOES_EACH, WOE_LASTS, WOE_LASTS_TOLD = 2, 8.0, 30.0
"""How many woes a round brings at most; for how many seconds at most, and where all is told afterwards."""

READING_FAULTS: dict[Fault | str, float] = {Fault.CLOSED: 0.05, Fault.LIMITED: 0.05, Fault.ERROR_BEFORE: 0.05}


class Services(Protocol):
    """How services are started: as forks (`Nursery`) or as interpreters of their own."""

    async def start(self, folder: Path, environment: dict[str, str], command: str = "run") -> int:
        """Start one, by the command `run` or `worker`; its process id."""

    async def ended(self, pid: int) -> int:
        """Wait for its end; its exit status."""


@dataclass
class Siege:
    """One world under siege. `services` are run beside each other on its database, by the command `run` or `worker`;
    `published` is what must arrive.

    Each round a feed brings new stories, and further reports of the newest. `channels` tells what stands where by then.
    `edits` are what happens to routes.yaml and
    to the clock meanwhile, `around` what may befall all else. `happened` counts the faults of Slack and all woes, and
    `outcomes` are what came of those that were watched to their end.
    """

    world: World
    starts: Services
    rng: random.Random
    services: int = 1
    command: str = "run"
    rounds: int = 0
    kills: int = 0
    edits: Edits | None = None
    around: Around | None = None
    happened: Counter[str] = field(default_factory=Counter)
    outcomes: list[Outcome] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    locked: int = 0
    stuck: list[str] = field(default_factory=list)
    _stories: list[tuple[str, str]] = field(default_factory=list)
    _refused: asyncio.Task[None] | None = None
    _befallen: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._brief: Draw | None = None
        self._long: Draw | None = None

    @property
    def channels(self) -> Channels:
        """The channels, to look at what stands there now."""
        return Channels(self.world, self.published, DESKS)

    def befall(self, around: Around) -> None:
        """Let all else go wrong as well from now on."""
        self.around = around
        self._brief, self._long = Draw(around), Draw(around, lambda woe: woe.promised is not None)

    async def attack(self) -> None:
        """One round: publish, start, and kill at a random instant."""
        self._publish()
        self._refuse()
        self._draw_woes()
        world, rng = self.world, self.rng
        self.pids = pids = [await self._start() for _ in range(self.services)]
        instant = asyncio.Event()
        count = rng.randint(1, STORIES + FURTHER)

        def on_event(_: object) -> None:
            nonlocal count
            count -= 1
            if count == 0:
                instant.set()

        if rng.random() < 0.8:
            world.slack.on_post = on_event
        else:
            count = 1
            world.feeds.on_request = on_event
        editing = asyncio.create_task(self._edit_now_and_then())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(instant.wait(), 15 if self._befallen else 30)
        editing.cancel()
        if rng.random() < 0.5:
            # Between Slack's storing and its reply without it; else some time later.
            await asyncio.sleep(rng.random() * 0.2)
        world.slack.on_post = lambda _: None
        world.feeds.on_request = lambda _: None
        for pid in rng.sample(pids, len(pids)):
            os.kill(pid, signal.SIGKILL)
            self.kills += 1
            status = await self.starts.ended(pid)
            if status != -signal.SIGKILL and self.around is not None:
                self.happened[f"ended by itself with {status}"] += 1  # as with a full disk; a supervisor starts it anew
            else:
                assert status == -signal.SIGKILL

    def _draw_woes(self) -> None:
        """Let some woes befall it for a while, beside those that have not passed."""
        self._befallen = {name: task for name, task in self._befallen.items() if not task.done()}
        for _ in range(self.rng.randint(0, WOES_EACH)):
            if self._brief is not None and (name := self._brief.beside(self._befallen)):
                wait, span = self.rng.random() * 4, self.rng.random() * WOE_LASTS
                self._befallen[name] = asyncio.create_task(self._suffer_for(name, wait, span))
                self.happened[name] += 1

    async def _suffer_for(self, name: str, wait: float, span: float) -> None:
        assert self.around is not None
        await asyncio.sleep(wait)
        async with WOES[name].open(self.around):
            await asyncio.sleep(span)

    def _refuse(self) -> None:
        """Sometimes refuse everything for a while, or only what is written; sometimes lock a thread for good."""
        slack, rng = self.world.slack, self.rng
        if rng.random() < REFUSAL_RATE and (self._refused is None or self._refused.done()):
            code, how = rng.choice(REFUSALS), rng.choice(("refuses", "refuses_posts"))
            wait, span = rng.random() * 2, rng.random() * REFUSED_FOR
            self._refused = asyncio.create_task(self._refuse_for(how, code, wait, span))
            self.happened[f"{how} {code}"] += 1
        cards = [one for one in slack.messages() if "thread_ts" not in one]
        if cards and rng.random() < LOCK_RATE:
            card, code = rng.choice(cards[-STORIES:]), rng.choice(LOCKS)
            slack.channel(card["channel"]).locked[card["ts"]] = code
            self.locked += 1
            self.happened[f"a thread locked by {code}"] += 1

    async def _refuse_for(self, how: str, code: str, wait: float, span: float) -> None:
        await asyncio.sleep(wait)
        setattr(self.world.slack, how, code)
        await asyncio.sleep(span)
        setattr(self.world.slack, how, None)

    async def relieve(self, *, limit: float) -> int:
        """Let a service run until all is told, at most `limit` seconds, and stop it; its exit status.

        What was not told by then goes into `stuck`.
        """
        await asyncio.gather(*self._befallen.values())
        self._befallen.clear()
        if self.edits is not None:
            self.edits.put_right()
        stopping = asyncio.Event()
        service = asyncio.create_task(self._supervised(stopping))
        try:
            if self._refused is not None:
                await self._refused
            if self.around is not None and self._long is not None:
                name = self._long.next()
                self._publish()
                self.happened[name] += 1
                self.outcomes.append(await suffer(name, self.around, seconds=self.rng.random() * WOE_LASTS_TOLD))
            async with asyncio.timeout(limit):
                while not await self.is_all_told():  # noqa: ASYNC110
                    await asyncio.sleep(0.5)
        except TimeoutError:
            self.stuck.append(f"after {self.kills} kills and {limit:.0f} s: {await self._what_waits()}")
        finally:
            stopping.set()
            status = await service
        return status

    async def _supervised(self, stopping: asyncio.Event) -> int:
        """Run a service until it is to stop, and start it anew when it ends by itself; its last exit status."""
        while True:
            pid = await self._start()
            self.pids = [pid]
            ended, stop = asyncio.create_task(self.starts.ended(pid)), asyncio.create_task(stopping.wait())
            await asyncio.wait([ended, stop], return_when=asyncio.FIRST_COMPLETED)
            if stopping.is_set():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
                return await ended
            stop.cancel()
            self.happened[f"ended by itself with {await ended}"] += 1

    async def _start(self) -> int:
        environment = self.world.environment | (self.edits.environment if self.edits else {})
        if self.around is not None and self.around.clocks and "LD_PRELOAD" not in environment:
            environment |= movable_clock(clock_of(self.world.folder))
        return await self.starts.start(self.world.folder, environment, self.command)

    async def _edit_now_and_then(self) -> None:
        while self.edits is not None:
            self.edits.make()
            await asyncio.sleep(self.rng.uniform(0.5, 5))

    def noting(self, plan: Callable[[Json], Trouble]) -> Callable[[Json], Trouble]:
        """A plan that counts what it lets happen."""

        def noted(body: Json) -> Trouble:
            trouble = plan(body)
            self.happened[str(trouble or "none")] += 1
            return trouble

        return noted

    def faults(self) -> list[str]:
        """What is not as it must be: lost, doubled, outside of its thread or out of order."""
        # By a clock that jumps nobody knows which was decided first.
        timed = self.edits is None and self.around is None
        wrong = [f"not relieved {waits}" for waits in self.stuck]
        wrong += self.channels.faults(timed=timed)
        wrong += [line for outcome in self.outcomes for line in outcome.wrong]
        if self.around is not None:
            wrong += hook_faults(self.around.hook, self.published)
        return wrong + self.channels.stale_cards()

    async def _what_waits(self) -> str:
        """What a service has not done by now, for a person who looks for the cause."""
        _, health, _ = await self.world.run("health")
        missing = Counter(self.channels.due()) - Counter(self.channels.told())
        return "; ".join([health.strip(), f"{missing.total()} not told", *self.channels.stale_cards()])

    async def is_all_told(self) -> bool:
        """Whether all that must be told is, nothing that may be posted waits, and no card is to be edited."""
        if len(self.channels.told()) < len(self.channels.due()):
            return False
        status, out, _ = await self.world.run("health")
        return status == 0 and ", 0 alerts waiting" in out and not self.channels.stale_cards()

    def _publish(self) -> None:
        """Further reports of the newest stories, and new stories for some of the desks."""
        entries = []
        for desk, words in self._stories[-FURTHER:]:
            first, *rest = words.split()
            entries.append(f"{' '.join(rest)} {first}: {desk} {self._word()} {self._word()}")
        for number in range(STORIES):
            desk = DESKS[(self.rounds * STORIES + number) % len(DESKS)]
            words = " ".join(self._word() for _ in range(5))
            self._stories.append((desk, words))
            entries.append(f"{words} {desk}")
        self.published += entries
        name, self.rounds = f"f{self.rounds}", self.rounds + 1
        items = [FeedEntry(title, f"https://{name}.example/{n}", f"{name}-{n}") for n, title in enumerate(entries)]
        self.world.feeds.serve(f"/{name}.xml", Answer(rss(*reversed(items)), etag=f'"{name}"'))
        named = self.around is not None and self.around.names
        self.world.poll_feeds(*(f"f{number}" for number in range(self.rounds)), host=".news.test" if named else "")

    def _word(self) -> str:
        return invented_word(self.rng)


def write_desks(world: World, *, hook: str = "", more: Sequence[str] = ()) -> tuple[str, str]:
    """Write rules and routes for the desks; with `hook`, that address gets all of it too, and there is an ops route.

    `more` are further routes. What stands above and below the desks in routes.yaml.
    """
    above = "ops: ops\n" if hook else ""
    below = (
        f'  - {{name: {HOOK}, webhook: {{url: "{hook}", secret: WIREWATCH_HOOK_SECRET}}}}\n'
        f"  - {{name: ops, channel: {OPS}}}\n"
        if hook
        else ""
    )
    below += "".join(f"  - {{name: {name}, channel: C{name.upper().replace('-', '')}}}\n" for name in more)
    routes = "\n".join(f"  - {{name: {desk}, channel: C{desk.upper()}}}" for desk in DESKS)
    world.write("routes.yaml", f"{above}routes:\n{routes}\n{below}")
    for desk in DESKS:
        to = f"[{desk}, {HOOK}]" if hook else f"[{desk}]"
        world.write(
            f"rules/{desk}.yaml",
            f"format: 1\nid: {desk}\ntitle: {desk}\nstatus: live\nsend_to: {to}\n"
            f"words: {{place: {{en: ['={desk}']}}}}\nfind: [{{name: any, all: [place]}}]\n"
            f"examples: {{match: [{desk} gate], no_match: [nothing]}}\n",
        )
    world.environment["WIREWATCH_RULES"] = str(world.folder / "rules")
    world.environment["WIREWATCH_HOOK_SECRET"] = SECRET
    return above, below


@contextlib.asynccontextmanager
async def besieged(
    folder: Path,
    starts: Services,
    seed: int,
    *,
    services: int = 1,
    command: str = "run",
    database: str = "",
    edits: bool = False,
    clocks: bool = False,
    woes: bool = False,
) -> AsyncIterator[Siege]:
    """A world whose Slack misbehaves by a plan drawn from the seed; `edits`, `clocks` and `woes` are what else happens.

    Names hang in services that a nursery starts, and in those that are started as `tests.support.afflicted`.
    """
    rng = random.Random(seed)
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with contextlib.AsyncExitStack() as stack:
        feeds = await stack.enter_async_context(FeedServer())
        slack = await stack.enter_async_context(FakeSlack())
        world = World(folder, feeds, slack)
        if database:
            world.environment["DATABASE_URL"] = database
        siege = Siege(world, starts, random.Random(seed + 1), services, command)
        above, below = "", ""
        if woes:
            hook = await stack.enter_async_context(HookReceiver())
            above, below = write_desks(world, hook=hook.url)
            around = await surrounded(world, hook, stack, random.Random(seed + 3), clocks=clocks)
            around.paths = lambda: [f"/f{number}.xml" for number in range(max(0, siege.rounds - 5), siege.rounds)]
            around.pids = lambda: siege.pids
            siege.befall(around)
        else:
            write_desks(world)
        if edits:
            siege.edits = Edits(folder, DESKS, random.Random(seed + 2), clocks=clocks, above=above, below=below)
        slack.plan, slack.history_plan, slack.update_plan = (
            siege.noting(random_faults(rng, rates)) for rates in (FAULTS, READING_FAULTS, FAULTS)
        )
        yield siege


async def surrounded(
    world: World, hook: HookReceiver, stack: contextlib.AsyncExitStack, rng: random.Random, *, clocks: bool
) -> Around:
    """All that may go wrong around a world; its database moves to a disk of its own where that can be made."""
    ops = await stack.enter_async_context(Receiver())
    sqlite = world.environment["DATABASE_URL"].startswith("sqlite")
    disk = stack.enter_context(small_disk(world.folder / "disk")) if sqlite else None
    place = world.database
    if disk is not None:
        place = disk / world.database.name
        shutil.copy(world.database, place)
        world.environment["DATABASE_URL"] = f"sqlite:///{place}"
    world.environment |= {"WIREWATCH_OPS_URL": ops.hook, "PYTHONPATH": str(ROOT), "NAMES_HANG": "yes"}
    clock_of(world.folder).write_text("+0", encoding="utf-8")
    return Around(
        world.folder, world.feeds, world.slack, hook, ops, rng,
        database=place if sqlite else None, disk=disk, paths=list, pids=list, clocks=clocks, names=True,
    )  # fmt: skip

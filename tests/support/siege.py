"""Kills services at random instants while Slack misbehaves, and counts what stands in the channels afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, create_engine, select

from monitor.model import Reason
from monitor.wording.messages import reach_words
from storage.tables.deliveries import DeliveryRow
from storage.tables.items import ItemRow, VerdictRow
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.fakes.slack import FakeSlack
from tests.support.fakes.slackfaults import Fault, Json, Trouble, random_faults
from tests.support.siegeedits import Edits
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

READING_FAULTS: dict[Fault | str, float] = {Fault.CLOSED: 0.05, Fault.LIMITED: 0.05, Fault.ERROR_BEFORE: 0.05}
_SYLLABLES = ("ba", "do", "fe", "gu", "ki", "lo", "mu", "na", "pe", "ri", "sto", "tra", "vel", "zan", "wix", "yol")


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

    Each round a feed brings new stories, and further reports of the newest. `edits` are what happens to routes.yaml and
    to the clock meanwhile. `happened` counts the faults of Slack.
    """

    world: World
    starts: Services
    rng: random.Random
    services: int = 1
    command: str = "run"
    rounds: int = 0
    kills: int = 0
    edits: Edits | None = None
    happened: Counter[str] = field(default_factory=Counter)
    published: list[str] = field(default_factory=list)
    locked: int = 0
    stuck: list[str] = field(default_factory=list)
    _stories: list[tuple[str, str]] = field(default_factory=list)
    _refused: asyncio.Task[None] | None = None

    async def attack(self) -> None:
        """One round: publish, start, and kill at a random instant."""
        self._publish()
        self._refuse()
        world, rng = self.world, self.rng
        pids = [await self._start() for _ in range(self.services)]
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
            await asyncio.wait_for(instant.wait(), 30)
        editing.cancel()
        if rng.random() < 0.5:
            # Between Slack's storing and its reply without it; else some time later.
            await asyncio.sleep(rng.random() * 0.2)
        world.slack.on_post = lambda _: None
        world.feeds.on_request = lambda _: None
        for pid in rng.sample(pids, len(pids)):
            os.kill(pid, signal.SIGKILL)
            self.kills += 1
            assert await self.starts.ended(pid) == -signal.SIGKILL

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
        if self.edits is not None:
            self.edits.put_right()
        pid = await self._start()
        try:
            if self._refused is not None:
                await self._refused
            async with asyncio.timeout(limit):
                while len(self.told()) < len(self._due()) or await self._waiting():  # noqa: ASYNC110
                    await asyncio.sleep(0.5)
        except TimeoutError:
            self.stuck.append(f"after {self.kills} kills and {limit:.0f} s: {await self._what_waits()}")
        finally:
            os.kill(pid, signal.SIGTERM)
            status = await self.starts.ended(pid)
        return status

    async def _start(self) -> int:
        environment = self.world.environment | (self.edits.environment if self.edits else {})
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

    def told(self) -> list[str]:
        """The headlines that stand in the channels, each as often as it does.

        What a notice says of an alert that waits, and a reply of the story it belongs to, is no telling of it.
        """
        digests = self._ids("digest")
        said = [
            json.dumps(one["blocks"], ensure_ascii=False)
            if alert_id in digests
            else one["text"].partition(". Part of the story ")[0]
            for alert_id, one in self._posted()
            if alert_id in digests or "rules" in one["metadata"]["event_payload"]
        ]
        return [title for words in said for title in self.published if title in words]

    def _due(self) -> list[str]:
        """What must be told: all but what only added to a story that waited in a digest, which shows the first."""
        with self._connection() as connection:
            held = VerdictRow.reason == Reason.IN_DIGEST
            told = select(ItemRow.title).join(VerdictRow.__table__, VerdictRow.item_id == ItemRow.id).where(held)
            added = set(connection.scalars(told))
        return [title for title in self.published if title not in added]

    def faults(self) -> list[str]:
        """What is not as it must be: lost, doubled, outside of its thread or out of order."""
        told, due = Counter(self.told()), Counter(self._due())
        wrong = [f"not relieved {waits}" for waits in self.stuck]
        wrong += [f"lost: {title}" for title in (due - told).elements()]
        wrong += [f"doubled: {title}" for title in (told - due).elements()]
        decided = self._decided()
        place = {alert_id: (one, at) for at, (alert_id, one) in enumerate(self._posted())}
        channel_of = self._channels()
        for alert_id, (parent, _) in decided.items():
            message, _ = place.get(alert_id, ({}, 0))
            # What is told aloud goes where its route leads by then, without the thread that stayed behind.
            together = parent in place and channel_of.get(alert_id) == channel_of[parent]
            thread = place[parent][0]["ts"] if together and parent else None
            # A reply that a thread did not take stands by itself.
            alone = "thread_ts" not in message and alert_id in self._not_taken()
            if message.get("thread_ts") != thread and not alone:
                wrong.append(f"not in its thread: {message}")
        for before, after in pairwise(sorted(decided, key=lambda one: (decided[one][0] or "", decided[one][1]))):
            same_thread = decided[before][0] == decided[after][0] is not None
            # Polls that run beside each other may be judged in another order than they ended.
            apart = decided[after][1] - decided[before][1] > timedelta(seconds=1)
            # By a clock that jumps nobody knows which was decided first.
            timed = self.edits is None
            if timed and same_thread and apart and place[before][1] > place[after][1]:
                wrong.append(f"out of order: {place[after][0]['text']}")
        return wrong + self._stale_cards()

    def _not_taken(self) -> set[str]:
        """The replies that were sent to a thread while it, or everything, was refused."""
        return {body["metadata"]["event_payload"]["alert_id"] for body in self.world.slack.refused_replies}

    def _stale_cards(self) -> list[str]:
        """The cards that do not show what they are to show by now: how many report the story."""
        posted = dict(self._posted())
        with self._connection() as connection:
            cards = connection.execute(
                select(DeliveryRow.id, DeliveryRow.payload).where(
                    DeliveryRow.kind == "card", DeliveryRow.payload.is_not(None)
                )
            )
            reach = {alert_id: reach_words(card.alert.record) for alert_id, card in cards}
        return [
            f"not edited: {posted[alert_id]['text']} ({words})"
            for alert_id, words in reach.items()
            if alert_id in posted and words not in json.dumps(posted[alert_id]["blocks"], ensure_ascii=False)
        ]

    def edited(self) -> int:
        """How many cards were edited."""
        return len({body["ts"] for body in self.world.slack.calls("chat.update")})

    def _channels(self) -> dict[str, str]:
        """The channel in which each delivery stands."""
        names = list(self.world.slack.workspace.channels)
        return {alert_id: name for name in names for alert_id in self.world.slack.alert_ids(name)}

    def _ids(self, kind: str) -> set[str]:
        with self._connection() as connection:
            return set(connection.scalars(select(DeliveryRow.id).where(DeliveryRow.kind == kind)))

    def _posted(self) -> list[tuple[str, dict[str, Any]]]:
        """What stands in the channels, in order, by the ids of the deliveries."""
        return [(one["metadata"]["event_payload"]["alert_id"], one) for one in self.world.slack.messages()]

    def _decided(self) -> dict[str, tuple[str | None, datetime]]:
        """For each delivery its parent, and when it was decided."""
        with self._connection() as connection:
            rows = connection.execute(select(DeliveryRow.id, DeliveryRow.parent_id, DeliveryRow.created_at)).all()
        return {alert_id: (parent, at) for alert_id, parent, at in rows}

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Connection]:
        engine = create_engine(self.world.environment["DATABASE_URL"])
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    async def _what_waits(self) -> str:
        """What a service has not done by now, for a person who looks for the cause."""
        _, health, _ = await self.world.run("health")
        missing = Counter(self._due()) - Counter(self.told())
        return "; ".join([health.strip(), f"{missing.total()} not told", *self._stale_cards()])

    async def _waiting(self) -> bool:
        """Whether the outbox still holds anything that may be posted, or a card that is to be edited."""
        status, out, _ = await self.world.run("health")
        return status != 0 or ", 0 alerts waiting" not in out or bool(self._stale_cards())

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
        self.world.poll_feeds(*(f"f{number}" for number in range(self.rounds)))

    def _word(self) -> str:
        """A word that no other headline has and no language knows."""
        return "".join(self.rng.choice(_SYLLABLES) for _ in range(5)).capitalize()


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
) -> AsyncIterator[Siege]:
    """A world whose Slack misbehaves by a plan drawn from the seed; `edits` and `clocks` say what else happens."""
    rng = random.Random(seed)
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with FeedServer() as feeds, FakeSlack() as slack:
        world = World(folder, feeds, slack)
        world.environment["WIREWATCH_RULES"] = str(folder / "rules")
        if database:
            world.environment["DATABASE_URL"] = database
        routes = "\n".join(f"  - {{name: {desk}, channel: C{desk.upper()}}}" for desk in DESKS)
        world.write("routes.yaml", f"routes:\n{routes}\n")
        for desk in DESKS:
            world.write(
                f"rules/{desk}.yaml",
                f"format: 1\nid: {desk}\ntitle: {desk}\nstatus: live\nsend_to: [{desk}]\n"
                f"words: {{place: {{en: ['={desk}']}}}}\nfind: [{{name: any, all: [place]}}]\n"
                f"examples: {{match: [{desk} gate], no_match: [nothing]}}\n",
            )
        siege = Siege(world, starts, random.Random(seed + 1), services, command)
        if edits:
            siege.edits = Edits(folder, DESKS, random.Random(seed + 2), clocks=clocks)
        slack.plan, slack.history_plan, slack.update_plan = (
            siege.noting(random_faults(rng, rates)) for rates in (FAULTS, READING_FAULTS, FAULTS)
        )
        yield siege

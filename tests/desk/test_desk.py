"""A desk at work: people, two service processes and PostgreSQL, over real sockets. With -s it prints what they saw."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.support.fakes.feed_server import FeedEntry, FeedServer, rss
from tests.support.fakes.socketmode import FakeSocketMode, Json
from tests.support.patience import PATIENCE
from tests.support.world import DESK, World

ANN, BOB, EVE = "U0ANN", "U0BOB", "U0EVE"
RULE = """
format: 1
id: cluster-munitions
title: Cluster munitions
severity: high
words: {weapon: {en: [cluster bomb]}, harm: {en: [kill]}}
find: [{name: casualties, all: [weapon, harm]}, {name: any mention, all: [weapon]}]
examples: {match: [Cluster bombs hit Idlib], no_match: [Cluster headache]}
"""


class Scene:
    """A world with people in it."""

    def __init__(self, world: World, slack: FakeSocketMode) -> None:
        self.world = world
        self.slack = slack

    @property
    def card(self) -> Json:
        """The card as it stands in the channel now."""
        return next(one for one in self.slack.messages(DESK) if not one.get("thread_ts"))

    @property
    def card_id(self) -> str:
        return str(self.card["metadata"]["event_payload"]["alert_id"])

    @property
    def thread(self) -> list[str]:
        """What the card's thread says."""
        return [str(one["text"]) for one in self.slack.messages(DESK) if one.get("thread_ts")]

    def shows(self, words: str) -> bool:
        return words in str(self.card["blocks"])

    async def press(self, who: str, action: str, *, twice: bool = False) -> None:
        await self.slack.press(who, {**self.card, "channel": DESK}, action, self.card_id, twice=twice)

    async def told(self, words: str) -> None:
        await self.slack.until(lambda: words in str(self.slack.ephemeral))

    async def answer(self, who: str, text: str) -> str:
        """What /wirewatch answers."""
        before = len(self.slack.answers)
        await self.slack.command(who, text, channel=DESK)
        await self.slack.until(lambda: len(self.slack.answers) > before)
        return "\n".join(texts(self.slack.answers[-1]["blocks"]))

    async def answers(self, who: str, text: str, words: str) -> str:
        """What /wirewatch answers once it says these words."""
        async with asyncio.timeout(PATIENCE):
            while words not in (found := await self.answer(who, text)):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
        return found

    def publish(self, *titles: str) -> None:
        now = format_datetime(datetime.now(UTC))
        entries = [
            FeedEntry(title, f"https://wire.example/{number}", f"g{number}", published=now)
            for number, title in enumerate(titles)
        ]
        self.world.feeds.serve("/wire.xml", rss(*entries))

    def execute(self, statement: str) -> None:
        """Let time pass for what the database remembers."""
        address = make_url(self.world.environment["DATABASE_URL"]).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextlib.asynccontextmanager
async def running(world: World, count: int) -> AsyncIterator[None]:
    """So many service processes; each ends cleanly."""
    processes = [await world.start("run") for _ in range(count)]
    logs = [asyncio.create_task(process.communicate()) for process in processes]
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        said = await asyncio.wait_for(asyncio.gather(*logs), PATIENCE)
    for process, (_, err) in zip(processes, said, strict=True):
        assert process.returncode == 0, err.decode()
        for secret in ("xoxb-test", "xapp-test", "secret-ticket"):
            assert secret not in err.decode()


@pytest.fixture
async def scene(tmp_path: Path, postgresql_url: str) -> AsyncIterator[Scene]:
    async with FeedServer() as feeds, FakeSocketMode() as slack:
        world = World(tmp_path, feeds, slack)
        world.environment |= {
            "DATABASE_URL": postgresql_url,
            "SLACK_APP_TOKEN": slack.app_token,
            "WIREWATCH_RULES": str(tmp_path / "rules"),
            "WIREWATCH_DESK_GROUP": "S0DESK",
        }
        slack.groups["S0DESK"] = [ANN, BOB]
        world.write("rules/cluster-munitions.yaml", RULE)
        world.poll_feeds("wire")
        yield Scene(world, slack)


@pytest.mark.long
@pytest.mark.timeout(180)
async def test_a_desk_at_work_with_two_processes(scene: Scene) -> None:
    slack = scene.slack
    first = "Cluster bombs found in fields near Idlib"
    scene.publish(first)
    async with running(scene.world, 2):
        await slack.sockets(2)
        await slack.until(lambda: slack.messages(DESK))
        show("card", scene.card["text"])

        # Attempt, delivered to both processes at once; the second person is told who was first.
        await scene.press(ANN, "claim", twice=True)
        await slack.until(lambda: scene.shows(" is on it") and scene.shows(ANN))
        await scene.press(BOB, "claim")
        await scene.told("u0ann.name has had this story since")
        await scene.press(EVE, "claim")
        await scene.told("Only members of the desk's user group may do that.")
        show("claimed", slack.ephemeral[0]["text"])

        # Undo.
        await scene.press(ANN, "unclaim")
        await slack.until(lambda: not scene.shows(" is on it") and scene.shows("I'm on it"))
        show("undone", "the button Claim is back")

        # Not relevant, with a reason.
        await scene.press(BOB, "not_relevant")
        await slack.until(lambda: slack.views)
        fields = {"cause": "figurative", "word": "Cluster bombs", "note": "a band"}
        await slack.submit(BOB, slack.views[-1], fields, twice=True)
        await scene.told("Noted: not relevant (figurative).")
        await slack.until(lambda: scene.shows("figurative"))
        show("not relevant", slack.ephemeral[-1]["text"])

        # Mute the story; a further report is held back, and says so.
        await slack.choose(ANN, {**scene.card, "channel": DESK}, "mute", "story:24h", card=scene.card_id, twice=True)
        await slack.until(lambda: scene.thread and scene.shows("Muted"))
        show("muted", scene.thread[-1])
        assert scene.thread[-1].startswith(f"u0ann.name muted this story, “{first}”, here until ")
        later = "Cluster bombs found in fields near Idlib, six more of them, deminers say"
        scene.publish(first, later)
        why = await scene.answers(BOB, "why https://wire.example/1", "verdict suppressed (muted)")
        show("why", why)
        assert "story muted on desk by u0ann.name until" in why
        assert "story “Cluster bombs found" in await scene.answer(BOB, "mutes")
        assert len(scene.thread) == 1

        # A day later.
        scene.execute("UPDATE mutes SET until = began_at")
        await slack.until(lambda: len(scene.thread) > 1 and not scene.shows("Muted"))
        show("mute ended", scene.thread[-1])
        assert scene.thread[-1] == f"Mute ended (this story, “{first}”): 1 report came meanwhile."
        assert later in str(slack.messages(DESK)[-1]["blocks"])
        latest = "Cluster bombs found in fields near Idlib, deminers say work will take months"
        scene.publish(first, later, latest)
        await slack.until(lambda: latest in str(scene.thread))
        show("told again", scene.thread[-1])

        status = await scene.answer(ANN, "status")
        assert "Slack's buttons and commands work" in status
        assert re.search(r"\d new articles and edits read in the last 24 h; last alert .* ago on desk: ", status)
        show("status", status)
        await slack.command(ANN, "drill desk", channel=DESK)
        await slack.until(lambda: "found again" in str(slack.answers))
        show("drill", "\n".join(texts(slack.answers[-1]["blocks"])))
        assert scene.world.slack.messages(DESK)[-1]["text"].startswith("DRILL – no event")
        posts = [body["metadata"]["event_payload"]["alert_id"] for body in slack.calls("chat.postMessage")]
        assert len(posts) == len(set(posts))

    # An old card after a restart, and a connection that Slack renews.
    async with running(scene.world, 1):
        await slack.sockets(1)
        before = len(slack.calls("apps.connections.open"))
        await slack.refresh()
        await slack.until(lambda: len(slack.calls("apps.connections.open")) > before and slack.connections)
        await scene.press(BOB, "claim")
        await slack.until(lambda: scene.shows(" is on it") and scene.shows(BOB))
        show("after a restart", "claimed by U0BOB")
        exit_status, out, _ = await scene.world.run("health")
        assert (exit_status, out.splitlines()[1]) == (0, "Slack's buttons and commands work")


@pytest.mark.timeout(120)
async def test_without_socket_mode_posting_goes_on(scene: Scene) -> None:
    scene.slack.open_sockets = False
    scene.publish("Cluster bombs found in fields near Idlib")
    async with running(scene.world, 1):
        await scene.slack.until(lambda: scene.slack.messages(DESK) and scene.slack.calls("apps.connections.open"))
        status, out, _ = await scene.world.run("health")
    assert status == 0
    line = "Slack's buttons and commands do not work: no connection by Socket Mode yet; alerts are still posted"
    assert out.splitlines()[1] == line


def texts(value: object) -> Iterator[str]:
    """Every text in blocks."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from [inner] if name == "text" and isinstance(inner, str) else texts(inner)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def show(what: str, words: object) -> None:
    """For who reads along."""
    print(f"\n{what:>16}: {words}")

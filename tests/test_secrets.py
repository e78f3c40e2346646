"""No token, password or header of a feed in anything that somebody reads: logs, errors, messages, the database."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from prometheus_client import generate_latest

from monitor import settings
from monitor.app import logs
from monitor.errors import WirewatchError
from monitor.metrics import Metrics
from monitor.model import Feed
from monitor.settings import LogFormat
from storage.store import Store
from tests.support.fakes.feed_server import Answer, FeedEntry, FeedServer, rss
from tests.support.fakes.slack import FakeSlack, Fault
from tests.support.ports import free_port
from tests.support.rules import FLOODS_RULE
from tests.support.world import DESK, World

pytestmark = pytest.mark.usefixtures("unpaced")

BOT, APP, CONSOLE = "xoxb-1111-do-not-show", "xapp-2222-do-not-show", "console-3333-do-not-show"
HEADER, PASSWORD = "Bearer 4444-do-not-show", "5555-do-not-show"
ENVIRONMENT = {
    "SLACK_BOT_TOKEN": BOT,
    "SLACK_APP_TOKEN": APP,
    "WIREWATCH_CONSOLE_TOKEN": CONSOLE,
    "WIREWATCH_METRICS": "off",
}
FAULTS: list[Fault | str] = [
    *(Fault.LOST_REPLY, Fault.LIMITED, Fault.HTML, Fault.INVALID_JSON, Fault.EMPTY, Fault.TEXT_BEFORE, Fault.NOT_FOUND),
    *("invalid_auth", "is_archived", "invalid_blocks", "internal_error", "a_code_of_tomorrow"),
]


def assert_nothing_shown(text: str) -> None:
    assert "do-not-show" not in text


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """With a feed that needs a header and has an item, and one that fails."""
    monkeypatch.setitem(logs.LEVELS, "info", logging.DEBUG)
    monkeypatch.setitem(logs.LEVELS, "error", logging.DEBUG)
    async with FeedServer() as feeds, FakeSlack(token=BOT) as slack:
        made = World(tmp_path, feeds, slack)
        made.environment |= {**ENVIRONMENT, "WIREWATCH_RULES": str(tmp_path / "rules")}
        made.write("rules/floods.yaml", FLOODS_RULE)
        made.write(
            "routes.yaml", f"ops: ops\nroutes: [{{name: desk, channel: {DESK}}}, {{name: ops, channel: C0OPS}}]\n"
        )
        lines = [
            f"  - {{id: {name}, url: '{feeds.url(f'/{name}.xml')}', headers: {{Authorization: {HEADER}}}}}"
            for name in ("wire", "broken", "gone")
        ]
        made.write("feeds.yaml", "feeds:\n" + "\n".join(lines) + "\n")
        feeds.serve("/wire.xml", rss(FeedEntry("Floods in the valley", "https://wire.example/1", "1")))
        feeds.serve("/broken.xml", Answer(hang_up=True))
        yield made


def database_of(world: World) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in world.folder.glob("wirewatch.db*"))


@pytest.mark.parametrize(("how", "faults"), [("text", FAULTS[::2]), ("json", FAULTS[1::2])], ids=["text", "json"])
async def test_commands_that_meet_every_fault_show_no_secret(
    world: World, how: str, faults: list[Fault | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.deliver.outbox.DRAIN_WAIT", timedelta(seconds=1))
    world.environment["WIREWATCH_LOG"] = how
    told = ""
    for number, fault in enumerate(faults):
        world.feeds.serve("/wire.xml", rss(FeedEntry(f"Floods in valley {number}", f"https://w.example/{number}", "1")))
        world.slack.faults.append(fault)
        told += str(await world.run("poll", "--json"))
    for command in (["check"], ["check", "--slack"], ["feeds", "list"], ["feeds", "test", "wire"], ["health"]):
        told += str(await world.run(*command))
    told += str(await world.run("explain", "--url", "https://w.example/0"))
    world.slack.token = "xoxb-another"
    for command in (["poll"], ["check", "--slack"], ["drill"]):
        told += str(await world.run(*command))
    assert "invalid_auth" in told, "hardly anything went wrong"
    assert any(seen.headers.get("authorization") == HEADER for seen in world.feeds.requests)
    assert_nothing_shown(told)
    assert_nothing_shown(str(world.slack.messages()))
    assert_nothing_shown(str([body for _, body in world.slack.requests]))
    assert_nothing_shown(database_of(world))


@contextlib.contextmanager
def logged(how: LogFormat) -> Iterator[io.StringIO]:
    """What is logged, with the log as a command sets it up; afterwards it is as it was."""
    handlers, level = logging.root.handlers[:], logging.root.level
    with contextlib.redirect_stderr(io.StringIO()) as log:
        logs.configure(how, level=logging.DEBUG)
        yield log
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("how", [LogFormat.TEXT, LogFormat.JSON])
def test_a_traceback_shows_where_and_not_what_was_in_the_variables(how: LogFormat) -> None:
    def call(token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        raise ZeroDivisionError(f"with {len(headers)} header")

    with logged(how) as log:
        try:
            call(BOT)
        except ZeroDivisionError:
            structlog.get_logger().exception("it went wrong")
    assert "with 1 header" in log.getvalue()
    assert "test_secrets.py" in log.getvalue()
    assert_nothing_shown(log.getvalue())


def test_settings_and_their_errors_show_no_secret() -> None:
    url = f"postgresql+psycopg://wirewatch:{PASSWORD}@127.0.0.1/wirewatch"
    loaded = settings.load({name.lower(): value for name, value in ENVIRONMENT.items()} | {"database_url": url})
    assert_nothing_shown(f"{loaded!r} {loaded}")
    for wrong in ({"database_url": f"mysql://root:{PASSWORD}@x/y"}, {"slack_bot_token": [BOT]}, {"slack_api_url": BOT}):
        with pytest.raises(WirewatchError) as caught:
            settings.load(wrong)
        assert_nothing_shown(str(caught.value))
        assert caught.value.__cause__ is None


async def test_a_database_that_refuses_shows_no_password() -> None:
    store = Store.open(f"postgresql+psycopg://wirewatch:{PASSWORD}@127.0.0.1:{free_port()}/wirewatch")
    with pytest.raises(WirewatchError) as caught:
        await store.upgrade()
    await store.close()
    error: BaseException | None = caught.value
    while error is not None:
        assert_nothing_shown(f"{error} {error!r}")
        error = error.__cause__


async def test_a_wrong_password_is_not_repeated(postgresql_url: str) -> None:
    wrong = postgresql_url.replace("postgres@", f"nobody:{PASSWORD}@").replace("postgres:@", f"nobody:{PASSWORD}@")
    assert PASSWORD in wrong
    store = Store.open(wrong)
    with pytest.raises(WirewatchError) as caught:
        await store.upgrade()
    await store.close()
    assert_nothing_shown(f"{caught.value} {caught.value.__cause__!r}")


def test_metrics_and_feeds_show_no_secret() -> None:
    feed = Feed(id="wire", name="Wire", url="https://wire.example", family="w", headers=(("Authorization", HEADER),))
    assert_nothing_shown(repr(feed))
    assert_nothing_shown(generate_latest(Metrics().registry).decode())

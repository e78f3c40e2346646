"""The schema: models and migrations say the same, and upgrading is safe to repeat and to race."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import autogenerate, command
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from monitor.errors import StoreBusy, StoreError
from monitor.model import Beat, FeedState
from storage import schema
from storage.items import item_key
from storage.locks import UPGRADE_LOCK
from storage.store import Store
from storage.tables.base import Base
from tests.support import nursery
from tests.support.stored import context_of, lookup

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
BESIDE = ("item_search", "ix_item_words_words")
"""How the names begin of what only migrations make."""


def test_models_and_migrations_agree(migrated_url: str) -> None:
    """Whoever changes a table without a migration, or the other way round, is told here."""
    engine = create_engine(migrated_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "target_metadata": Base.metadata,
                "compare_server_default": True,
                "include_name": lambda name, *_: not (name or "").startswith(BESIDE),
            },
        )
        assert autogenerate.compare_metadata(context, Base.metadata) == []
    engine.dispose()


async def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    store = Store.open(database_url)
    await store.upgrade()
    await store.upgrade()
    assert await store.feed_states() == []
    await store.close()


async def test_stores_that_upgrade_at_once_all_succeed(database_url: str) -> None:
    stores = [Store.open(database_url) for _ in range(4)]
    await asyncio.gather(*(store.upgrade() for store in stores))
    assert await asyncio.gather(*(store.feed_states() for store in stores)) == [[]] * 4
    await asyncio.gather(*(store.close() for store in stores))


async def test_processes_that_upgrade_at_once_all_succeed_from_any_folder(database_url: str, tmp_path: Path) -> None:
    code = (
        "import asyncio, sys, warnings\n"
        "from storage.store import Store\n"
        "warnings.simplefilter('error')\n"
        "store = Store.open(sys.argv[1])\n"
        "sys.stdin.readline()\n"
        "asyncio.run(store.upgrade())\n"
    )
    processes = [await nursery.started(tmp_path, os.environ, ["-c", code, database_url]) for _ in range(2)]
    ends = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0, 0], ends
    engine = create_engine(database_url)
    assert {"feeds", "deliveries"} <= set(inspect(engine).get_table_names())
    engine.dispose()


async def test_an_upgrade_waits_for_one_under_way_elsewhere(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as other:
        if engine.dialect.name == "sqlite":
            other.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            other.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": UPGRADE_LOCK})
        store = Store.open(database_url, busy_timeout=0.05)
        with pytest.raises(StoreBusy):
            await store.upgrade()
    await store.upgrade()
    assert await store.feed_states() == []
    await store.close()
    engine.dispose()


async def test_what_was_known_before_the_keys_of_feeds_is_known_after(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), "0001")
        connection.execute(text("INSERT INTO feeds (id, etag, failures, failure_told) VALUES ('bbc', 'e', 2, false)"))
        connection.execute(
            text(
                "INSERT INTO items (id, feed_id, family, kind, source, guid, link, url, title, title_key, content_hash,"
                " first_seen_at, revision) VALUES ('i-a', 'bbc', 'bbc', 'wire', 'BBC', 'g', 'l', 'u', 'A', 'a', '1:a',"
                " '2026-11-24 09:12:00', 1)"
            )
        )
        connection.execute(
            text("INSERT INTO item_keys (key, seen_at, item_id) VALUES (:key, '2026-11-24 09:12:00', 'i-a')"),
            {"key": item_key("guid", "bbc", "g")},
        )
    engine.dispose()
    store = Store.open(database_url)
    await store.upgrade()
    assert await store.feed_state("bbc") == FeedState(feed_id="bbc", etag="e", failures=2)
    (known,) = (await context_of(store, lookup(guids=frozenset({"g"})))).known
    assert (known.item_id, known.text_key, known.last_seen_at) == ("i-a", "", known.first_seen_at)
    await store.close()


async def test_what_sqlite_counted_before_is_forgotten(tmp_path: Path) -> None:
    sqlite_url = f"sqlite:///{tmp_path}/w.db"
    engine = create_engine(sqlite_url)
    counts = text("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), "0021")
        connection.execute(text("ANALYZE"))
        assert connection.scalars(counts).all() != []
    store = Store.open(sqlite_url)
    await store.upgrade()
    await store.close()
    with engine.connect() as connection:
        assert connection.scalars(counts).all() == []
    engine.dispose()


async def test_a_failed_upgrade_leaves_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All migrations are one transaction, in SQLite too."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE services (name VARCHAR)"))  # the last table the migration makes
    store = Store.open(database_url)
    with pytest.raises(StoreError, match="services"):
        await store.upgrade()
    assert inspect(engine).get_table_names() == ["services"]
    engine.dispose()
    await store.close()


async def test_a_database_of_a_newer_version_is_refused(migrated_url: str) -> None:
    engine = create_engine(migrated_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    store = Store.open(migrated_url)
    with pytest.raises(StoreError, match="newer version of Wirewatch"):
        await store.upgrade()
    with pytest.raises(StoreError, match="newer version of Wirewatch"):
        await store.require_known()
    await store.close()


async def test_a_database_without_schema_says_what_to_run(database_url: str) -> None:
    store = Store.open(database_url)
    with pytest.raises(StoreError, match="db upgrade"):
        await store.feed_state("bbc")
    with pytest.raises(StoreError, match="db upgrade"):
        await store.recover(NOW)
    await store.close()


async def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'data' / 'deeper' / 'wirewatch.db'}")
    await store.upgrade()
    await store.close()
    assert (tmp_path / "data" / "deeper" / "wirewatch.db").is_file()


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    store = Store.open(f"sqlite:///{tmp_path / 'data' / 'wirewatch.db'}")
    with pytest.raises(StoreError, match=r"cannot make the folder .*wirewatch\.db"):
        await store.upgrade()
    await store.close()


async def test_a_database_in_memory_works_for_one_store() -> None:
    """`replay` and tests of other parts need a store that is thrown away."""
    store = Store.open("sqlite://")
    await store.upgrade()
    await store.heartbeat("poller", Beat(at=NOW))
    assert (await store.vital_signs(NOW)).heartbeats == {"poller": NOW}
    await store.close()


def test_the_newest_migration_is_the_one_that_starts_look_for() -> None:
    assert ScriptDirectory.from_config(schema.config()).get_current_head() == schema.HEAD

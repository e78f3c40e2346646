"""A database that cannot be used: which one, why, and what to do about it, in words; and an outage is logged once."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text
from structlog.testing import capture_logs

from monitor.errors import StoreError, StoreUnavailable
from monitor.model import Beat
from storage.database import Database
from storage.outage import Outage
from storage.refusals import translating
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import written_by_hand


def letter(path: Path) -> None:
    path.write_text("This is a letter, not a database. " * 100)


def damaged(path: Path) -> None:
    """A database of which every page but the first is lost."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE feeds (id TEXT)")
        connection.executemany("INSERT INTO feeds VALUES (?)", [("x" * 500,) for _ in range(100)])
    connection.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def folder(path: Path) -> None:
    path.mkdir()


def nowhere(path: Path) -> None:
    """Nothing: the file is made."""


def others(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (id INTEGER)")
    connection.close()


# ruff: noqa: ISC004 - a long line told in two parts is one line
# How the file is made, what is done with it, and what is said; {} is its path.
REFUSED: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a letter": (
        letter,
        "upgrade",
        "{} is not a SQLite database, or is damaged: file is not a database. Check DATABASE_URL; if it is the right "
        "file, stop the service and run `db restore BACKUP`",
    ),
    "damaged pages": (
        damaged,
        "read",
        "the database {} is damaged: database disk image is malformed; stop the service and run `db restore BACKUP`",
    ),
    "a folder": (
        folder,
        "upgrade",
        "cannot open the database {}: it is a folder, and a file is wanted (unable to open database file); "
        "DATABASE_URL says where it is",
    ),
    "a database of another program": (
        others,
        "upgrade",
        "the database {} belongs to another program: it has the tables bookmarks; name another file in DATABASE_URL",
    ),
    "no schema": (
        nowhere,
        "read",
        "the database {} has an older schema, or none (no such table: feeds): run `service.py db upgrade`",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_file_that_cannot_be_used_is_told_with_what_to_do(name: str, tmp_path: Path) -> None:
    make, done, said = REFUSED[name]
    path = tmp_path / "wirewatch.db"
    make(path)
    database, store = Database(f"sqlite:///{path}", busy_timeout=1), Store.open(f"sqlite:///{path}")
    count = text("SELECT count(id) FROM feeds")
    asked = store.upgrade() if done == "upgrade" else database.read(lambda connection: connection.execute(count).all())
    with pytest.raises(StoreError) as caught:
        await asked
    assert str(caught.value) == said.format(path)
    await store.close()
    await database.close()


async def test_a_missing_folder_is_told_by_what_does_not_make_it(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/gone/wirewatch.db")
    assert store.missing() == tmp_path / "gone" / "wirewatch.db"
    with pytest.raises(StoreUnavailable, match=f"cannot open the database .*: there is no folder {tmp_path}/gone "):
        await store.feed_state("bbc")
    await store.close()


async def test_a_disk_that_can_only_be_read_is_told(sqlite_url: str) -> None:
    read_only = Store.open(f"sqlite:///file:{make_url(sqlite_url).database}?mode=ro&uri=true")
    with pytest.raises(
        StoreUnavailable, match=r"cannot write to the database .*: attempt to write a readonly database; "
    ):
        await read_only.heartbeat("poller", Beat(at=NOW))
    await read_only.close()


async def test_a_full_disk_is_told(sqlite_url: str) -> None:
    database = Database(sqlite_url, busy_timeout=1)

    def fill(connection: object) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]
        connection.exec_driver_sql("CREATE TABLE much AS SELECT randomblob(9000000) AS words")  # type: ignore[attr-defined]

    with pytest.raises(StoreUnavailable, match=r"the disk with the database .*/.* is full: database or disk is full; "):
        await database.write(fill)
    await database.close()


async def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    store = Store.open("postgresql+psycopg://desk:s3cret@127.0.0.1:9/wirewatch?connect_timeout=1")
    with pytest.raises(
        StoreUnavailable, match=r"cannot reach the PostgreSQL database wirewatch on 127.0.0.1:9: "
    ) as caught:
        await store.feed_state("bbc")
    assert "s3cret" not in str(caught.value)
    await store.close()


def fail(outage: Outage) -> None:
    with pytest.raises(StoreUnavailable), outage.watched():
        raise StoreUnavailable("the cable is cut")


def work(outage: Outage) -> None:
    with outage.watched():
        pass


def test_an_outage_is_logged_once_and_when_it_is_over() -> None:
    outage = Outage(make_url("sqlite:////data/wirewatch.db"))
    with capture_logs() as logged:
        work(outage)
        for _ in range(50):
            fail(outage)
        work(outage)
        work(outage)
    assert [(line["action"], line["log_level"]) for line in logged] == [
        ("database_unavailable", "error"),
        ("database_back", "info"),
    ]
    assert logged[0]["error"] == "the cable is cut"
    assert logged[1]["database"] == "the database /data/wirewatch.db"


def test_an_outage_that_goes_on_is_logged_again_each_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 0.0
    monkeypatch.setattr("storage.outage.time.monotonic", lambda: moment)
    outage = Outage(make_url("sqlite:////data/wirewatch.db"))
    with capture_logs() as logged:
        work(outage)
        for second in range(150):
            moment = float(second)
            fail(outage)
        work(outage)
    assert [(line["action"], line["seconds"]) for line in logged] == [
        ("database_unavailable", 0.0),
        ("database_unavailable", 60.0),
        ("database_unavailable", 120.0),
        ("database_back", 149.0),
    ]


def test_a_damaged_file_that_is_read_in_between_is_one_outage_until_nothing_was_refused_for_40_s(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    damaged(tmp_path / "w.db")
    url = make_url(f"sqlite:///{tmp_path}/w.db")
    moment = 0.0
    monkeypatch.setattr("storage.outage.time.monotonic", lambda: moment)
    outage = Outage(url)
    with contextlib.closing(sqlite3.connect(tmp_path / "w.db")) as connection:
        for second in range(100):
            moment = float(second)
            work(outage)
            if second % 10 == 0 and second <= 50:
                with pytest.raises(StoreUnavailable, match="is damaged"), outage.watched(), translating(url):
                    connection.execute("SELECT count(id) FROM feeds").fetchall()
    assert [round(one.seconds) for one in outage.take_past()] == [90]


async def test_a_server_without_a_connection_left_is_told_as_that(postgresql_url: str) -> None:
    url = make_url(postgresql_url)
    role = f"few_{uuid.uuid4().hex}"
    written_by_hand(postgresql_url, f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 0")
    store = Store.open(url.set(username=role).render_as_string(hide_password=False))
    with pytest.raises(StoreUnavailable, match=r"has no connection left for Wirewatch: .*; raise its max_connections"):
        await store.feed_state("bbc")
    await store.close()
    written_by_hand(postgresql_url, f"DROP ROLE {role}")


async def test_connections_to_a_standby_are_left_when_the_name_leads_to_the_primary(postgresql_url: str) -> None:
    plain, name = postgresql_url.replace("+psycopg", ""), make_url(postgresql_url).database

    def alter(what: str) -> None:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f'ALTER DATABASE "{name}" {what}'.encode())

    alter("SET default_transaction_read_only = on")
    store = Store.open(postgresql_url)
    with pytest.raises(StoreUnavailable, match=r"takes no writes: cannot execute .*; name the primary server"):
        await store.heartbeat("poller", Beat(at=NOW))
    alter("RESET default_transaction_read_only")
    await store.heartbeat("poller", Beat(at=NOW))
    await store.close()


def test_a_database_that_never_worked_is_told_by_who_asked_it_alone() -> None:
    with capture_logs() as logged:
        fail(Outage(make_url("sqlite:////data/wirewatch.db")))
    assert logged == []


async def test_other_refusals_are_no_outage(sqlite_url: str) -> None:
    database = Database(sqlite_url, busy_timeout=1)
    with capture_logs() as logged:
        await database.read(lambda connection: connection.execute(text("SELECT 1")).all())
        with pytest.raises(StoreError, match=re.escape("(no such table: gone)")):
            await asyncio.gather(database.read(lambda connection: connection.execute(text("SELECT * FROM gone"))))
    assert logged == []
    await database.close()

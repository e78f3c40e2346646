"""Configuration files: the last good version of each, and what ops was told is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from monitor.model import ConfigFile, Delivery
from storage import deliveries
from storage.database import StorePart, reading, writing
from storage.rows import row_of
from storage.statements import in_list, write
from storage.tables.base import table
from storage.tables.service import ConfigFileRow
from storage.tables.types import as_json


def all_files(connection: Connection) -> list[ConfigFile]:
    """What is remembered of the files that people edit, by name."""
    rows = connection.execute(select(table(ConfigFileRow)).order_by(ConfigFileRow.name)).mappings()
    return [ConfigFile(**row) for row in rows]


def save(connection: Connection, files: Sequence[ConfigFile], gone: Collection[str]) -> None:
    """Write what is known of some files, and forget those that are gone."""
    write(connection, ConfigFileRow, [row_of(ConfigFileRow, one) for one in sorted(files, key=lambda one: one.name)])
    if gone:
        of_these = in_list(ConfigFileRow.name, "names", connection.dialect.name)
        statement = table(ConfigFileRow).delete().where(of_these)
        connection.execute(statement, {"names": as_json(sorted(gone))})


def _save_config_files(
    connection: Connection, files: Sequence[ConfigFile], gone: Collection[str], notices: Sequence[Delivery]
) -> None:
    """Write what changed about some files, forget those that are gone, and put the notices into the outbox."""
    save(connection, files, gone)
    deliveries.enqueue(connection, notices)


def version(connection: Connection) -> str:
    """What changes when a process writes down that another version of a file is in use, or is wrong."""
    columns = (ConfigFileRow.name, ConfigFileRow.good_since, ConfigFileRow.wrong, ConfigFileRow.told_at)
    rows = connection.execute(select(*columns).order_by(ConfigFileRow.name)).all()
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


class ConfigFilesPart(StorePart):
    """What is remembered of the files that people edit: the shape of `monitor.config.reload.ConfigStore`."""

    config_files = reading(all_files)
    files_version = reading(version)
    save_config_files = writing(_save_config_files)

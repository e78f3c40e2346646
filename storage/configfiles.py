"""Configuration files: the last good version of each, and what ops was told is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, select

from monitor.model import ConfigFile
from storage.base import table
from storage.statements import listed, write
from storage.tables import ConfigFileRow
from storage.types import as_json


def all_files(connection: Connection) -> list[ConfigFile]:
    """Everything remembered, by name."""
    rows = connection.execute(select(table(ConfigFileRow)).order_by(ConfigFileRow.name)).mappings()
    return [ConfigFile(**row) for row in rows]


def save(connection: Connection, files: Sequence[ConfigFile], gone: Collection[str]) -> None:
    """Write what is known of some files, and forget those that are gone."""
    write(connection, ConfigFileRow, [asdict(file) for file in sorted(files, key=lambda file: file.name)])
    if gone:
        names = select(listed("names", connection.dialect.name).c.value)
        statement = table(ConfigFileRow).delete().where(ConfigFileRow.name.in_(names))
        connection.execute(statement, {"names": as_json(sorted(gone))})

"""What all tables share: the metadata, and how types of the vocabulary are kept."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, cast

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from monitor import model
from storage.tables.types import EnumMember, Text, UtcTime

_ENUMS = [one for one in vars(model).values() if isinstance(one, type) and issubclass(one, Enum)]


class Base(DeclarativeBase):
    """The metadata all tables share."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        datetime: UtcTime,
        **{one: EnumMember(one) for one in _ENUMS},
    }


def table(row: type[Base]) -> Table:
    """The `Table` of a row class."""
    return cast("Table", row.__table__)

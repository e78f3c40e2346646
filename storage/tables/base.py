"""What all tables share: the metadata, and how types of the vocabulary are kept."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from monitor.model import (
    Action,
    Cause,
    ClaimKind,
    DeliveryState,
    EditKind,
    EditState,
    FailureClass,
    FeedKind,
    MuteScope,
    Refusal,
    Unsure,
)
from storage.tables.types import Text, UtcTime, Word


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
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's spelling
        str: Text,
        datetime: UtcTime,
        DeliveryState: Word(DeliveryState),
        FailureClass: Word(FailureClass),
        FeedKind: Word(FeedKind),
        Action: Word(Action),
        ClaimKind: Word(ClaimKind),
        EditKind: Word(EditKind),
        Cause: Word(Cause),
        MuteScope: Word(MuteScope),
        EditState: Word(EditState),
        Refusal: Word(Refusal),
        Unsure: Word(Unsure),
    }


def table(row: type[Base]) -> Table:
    """The `Table` of a row class."""
    return cast("Table", row.__table__)

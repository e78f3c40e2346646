"""Assignments: who works on a story for a route."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, select

from monitor.model import Assignment, CardMessage, Person
from storage import cardedits
from storage.rows import row_of, value_of
from storage.statements import insert_missing, write
from storage.tables.base import table
from storage.tables.desk import AssignmentRow

_ASSIGNMENTS = table(AssignmentRow)


def of(connection: Connection, story_id: str, route: str) -> Assignment | None:
    """Who works on a story for a route; None when nobody does."""
    row = connection.execute(select(_ASSIGNMENTS).where(_one(story_id, route))).mappings().first()
    return None if row is None else _assignment(row)


def of_story(connection: Connection, story_id: str) -> tuple[Assignment, ...]:
    """Who works on a story, for each route where somebody does."""
    rows = connection.execute(
        select(_ASSIGNMENTS).where(AssignmentRow.story_id == story_id).order_by(AssignmentRow.route)
    )
    return tuple(_assignment(row) for row in rows.mappings())


def assign(connection: Connection, made: Assignment) -> None:
    """Write who works on a story, over who did."""
    write(connection, AssignmentRow, [_row(made)])


def release(connection: Connection, story_id: str, route: str) -> None:
    """Nobody works on a story for a route any more."""
    connection.execute(_ASSIGNMENTS.delete().where(_one(story_id, route)))


def merge(connection: Connection, source: str, target: str, now: datetime) -> None:
    """Let who worked on a story work on the one it is merged into, on routes where nobody does; its cards show it."""
    moved = [replace(one, story_id=target) for one in of_story(connection, source)]
    insert_missing(connection, AssignmentRow, [_row(one) for one in moved])
    connection.execute(_ASSIGNMENTS.delete().where(AssignmentRow.story_id == source))
    by_route = {one.route: one for one in of_story(connection, target)}

    def change(route: str, message: CardMessage) -> CardMessage:
        one = by_route.get(route)
        if one is None:
            return message
        return replace(message, desk=replace(message.desk, claimed_by=one.by.user_id, claimed_at=one.at))

    if moved:
        cardedits.refresh(connection, target, change, now)


def _one(story_id: str, route: str) -> ColumnElement[bool]:
    return and_(AssignmentRow.story_id == story_id, AssignmentRow.route == route)


def _assignment(row: RowMapping) -> Assignment:
    return value_of(Assignment, row, by=Person(row["user_id"], row["name"]))


def _row(made: Assignment) -> dict[str, object]:
    return row_of(AssignmentRow, made, user_id=made.by.user_id, name=made.by.name)

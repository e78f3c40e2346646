"""Assignments: who works on a story for a route."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, select

from monitor.model import Assignment, Person
from storage.base import table
from storage.desktables import AssignmentRow
from storage.statements import insert_missing, write

_ASSIGNMENTS = table(AssignmentRow)


def of(connection: Connection, story_id: str, route: str) -> Assignment | None:
    """Who works on a story for a route; None when nobody does."""
    row = connection.execute(select(_ASSIGNMENTS).where(_one(story_id, route))).mappings().first()
    if row is None:
        return None
    return Assignment(story_id=story_id, route=route, by=Person(row["user_id"], row["name"]), at=row["at"])


def assign(connection: Connection, made: Assignment) -> None:
    """Write who works on a story, over who did."""
    write(connection, AssignmentRow, [_row(made)])


def release(connection: Connection, story_id: str, route: str) -> None:
    """Nobody works on a story for a route any more."""
    connection.execute(_ASSIGNMENTS.delete().where(_one(story_id, route)))


def merge(connection: Connection, source: str, target: str) -> None:
    """Let who worked on a story work on the one it is merged into, on routes where nobody does."""
    rows = connection.execute(select(_ASSIGNMENTS).where(AssignmentRow.story_id == source)).mappings().all()
    insert_missing(connection, AssignmentRow, [{**row, "story_id": target} for row in rows])
    connection.execute(_ASSIGNMENTS.delete().where(AssignmentRow.story_id == source))


def _one(story_id: str, route: str) -> ColumnElement[bool]:
    return and_(AssignmentRow.story_id == story_id, AssignmentRow.route == route)


def _row(made: Assignment) -> dict[str, object]:
    return {
        "story_id": made.story_id,
        "route": made.route,
        "user_id": made.by.user_id,
        "name": made.by.name,
        "at": made.at,
    }

"""Claims: what the reports of a story say of its facts, kept for good."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, desc, func, or_, select

from monitor.model import Claim, ClaimKind, Observation, TollKind
from storage.rows import row_of, value_of
from storage.statements import in_list, write
from storage.tables.base import table
from storage.tables.stories import ClaimRow
from storage.tables.types import as_json

_NEWEST = 50
_HIGHEST = 3
"""How many claims of each kind a story is loaded with; a story of thousands of reports must cost no more."""

_WHERE_AND_HOW_MANY = (ClaimKind.PLACE, *(ClaimKind(kind.value) for kind in TollKind))

_NAMES = tuple(field.name for field in fields(Claim))


class StoredClaims(dict[str, tuple[Claim, ...]]):
    """The claims of each story that is asked for, oldest first; read once, while the transaction lasts."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def __missing__(self, story_id: str) -> tuple[Claim, ...]:
        rows = self._connection.execute(_OF_STORY, {"story": story_id}).mappings()
        claims = self[story_id] = tuple(value_of(Claim, row) for row in rows)
        return claims


def _of_note(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Of each story and each kind the newest claims, and the highest numbers."""
    claim = table(ClaimRow).c
    each = (claim.story_id, claim.kind)
    newest = func.row_number().over(
        partition_by=each, order_by=(desc(claim.seen_at), claim.item_id, claim.value, claim.claimant)
    )
    highest = func.row_number().over(partition_by=each, order_by=(desc(claim.high), claim.seen_at, claim.item_id))
    numbered = select(table(ClaimRow), newest.label("newest"), highest.label("highest")).where(*where).subquery()
    of_note = or_(numbered.c.newest <= _NEWEST, numbered.c.highest <= _HIGHEST)
    in_order = (numbered.c.seen_at, numbered.c.item_id, numbered.c.kind, numbered.c.value, numbered.c.claimant)
    return select(numbered).where(of_note).order_by(*in_order)


_OF_STORY = _of_note(table(ClaimRow).c.story_id == bindparam("story"))


def places_and_tolls(connection: Connection, story_ids: Sequence[str]) -> dict[str, tuple[Claim, ...]]:
    """The claims of each of these stories of where it was and how many it befell, oldest first, as many as above."""
    claim = table(ClaimRow).c
    found: dict[str, list[Claim]] = {story_id: [] for story_id in story_ids}
    for row in connection.execute(
        _of_note(claim.story_id.in_(story_ids), claim.kind.in_(_WHERE_AND_HOW_MANY))
    ).mappings():
        found[row["story_id"]].append(value_of(Claim, row))
    return {story_id: tuple(made) for story_id, made in found.items()}


def write_claims(connection: Connection, observations: Iterable[Observation]) -> None:
    """Write what items claim. What an earlier revision claimed already keeps the time and the words of then."""
    rows: dict[object, dict[str, Any]] = {}
    for one in observations:
        if one.link is None:
            continue
        for claim in one.claims:
            before = rows.get(claim.key)
            rows[claim.key] = (
                before | {"revision": claim.revision} if before else row_of(ClaimRow, claim, story_id=one.link.story_id)
            )
    stays = frozenset(name for name in _NAMES if name != "revision")
    write(connection, ClaimRow, list(rows.values()), keep=stays)


def move(connection: Connection, item_ids: Sequence[str], story_id: str) -> None:
    """Give another story what some items claim, after they came to it."""
    of_these = in_list(ClaimRow.item_id, "items", connection.dialect.name)
    statement = table(ClaimRow).update().where(of_these).values(story_id=story_id)
    connection.execute(statement, {"items": as_json(list(item_ids))})

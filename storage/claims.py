"""Claims: what the reports of a story say of its facts, kept for good."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, desc, func, or_, select

from monitor.model import Observation, StoryClaim
from storage.statements import listed, write
from storage.tables import ClaimRow, table
from storage.types import as_json

_NEWEST = 50
_HIGHEST = 3
"""How many claims of each kind a story is loaded with; a story of thousands of reports must cost no more."""

_NAMES = tuple(field.name for field in fields(StoryClaim))


def of_stories(connection: Connection, story_ids: Sequence[str]) -> dict[str, tuple[StoryClaim, ...]]:
    """The claims of each of these stories, oldest first: of each kind the newest, and the highest numbers."""
    found: dict[str, list[StoryClaim]] = {}
    parameters = {"stories": as_json(list(story_ids))}
    for row in connection.execute(_of_stories(connection.dialect.name), parameters).mappings():
        found.setdefault(row["story_id"], []).append(_claim(row))
    return {story_id: tuple(claims) for story_id, claims in found.items()}


@cache
def _of_stories(dialect: str) -> Select[*tuple[Any, ...]]:
    claim = table(ClaimRow).c
    of_kind = (claim.story_id, claim.kind)
    newest = func.row_number().over(partition_by=of_kind, order_by=(desc(claim.seen_at), claim.item_id, claim.value))
    highest = func.row_number().over(partition_by=of_kind, order_by=(desc(claim.high), claim.seen_at, claim.item_id))
    numbered = (
        select(table(ClaimRow), newest.label("newest"), highest.label("highest"))
        .where(claim.story_id.in_(select(listed("stories", dialect).c.value)))
        .subquery()
    )
    of_note = or_(numbered.c.newest <= _NEWEST, numbered.c.highest <= _HIGHEST)
    in_order = (numbered.c.seen_at, numbered.c.item_id, numbered.c.kind, numbered.c.value, numbered.c.claimant)
    return select(numbered).where(of_note).order_by(*in_order)


def write_claims(connection: Connection, observations: Iterable[Observation]) -> None:
    """Write what items claim. What an earlier revision claimed already keeps the time and the words of then."""
    rows: dict[object, dict[str, Any]] = {}
    for one in observations:
        if one.link is None:
            continue
        for claim in one.claims:
            before = rows.get(claim.key)
            rows[claim.key] = before | {"revision": claim.revision} if before else _row(claim, one.link.story_id)
    stays = frozenset(name for name in _NAMES if name != "revision")
    write(connection, ClaimRow, list(rows.values()), keep=stays)


def _row(claim: StoryClaim, story_id: str) -> dict[str, Any]:
    return {name: getattr(claim, name) for name in _NAMES} | {"story_id": story_id}


def _claim(row: RowMapping) -> StoryClaim:
    return StoryClaim(**{name: row[name] for name in _NAMES})

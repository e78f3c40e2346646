"""Cards of stories: what each route was told, and which stories nobody has answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from monitor.model import (
    Alert,
    Card,
    CardMessage,
    ClaimKind,
    DeliveryState,
    DigestMessage,
    DismissedStory,
    EditState,
    Message,
    Severity,
    UnansweredStory,
)
from monitor.model.ids import unanswered_key
from storage.database import StorePart, reading
from storage.rows import row_of, value_of
from storage.statements import listed, write
from storage.tables.base import table
from storage.tables.deliveries import CardEditRow, DeliveryRow
from storage.tables.stories import CardRow, ClaimRow, StoryItemRow, StoryRow
from storage.tables.types import as_json

_FIRST_TITLE = (
    select(StoryItemRow.title)
    .where(StoryItemRow.story_id == CardRow.story_id)
    .order_by(StoryItemRow.seen_at, StoryItemRow.item_id)
    .limit(1)
    .scalar_subquery()
)


def of_stories(connection: Connection, story_ids: Sequence[str]) -> list[Card]:
    """The cards of these stories, by route."""
    found = connection.execute(_of_stories(connection.dialect.name), {"stories": as_json(list(story_ids))})
    return [_card(row) for row in found.mappings()]


@cache
def _of_stories(dialect: str) -> Select[*tuple[Any, ...]]:
    ids = listed("stories", dialect)
    gone = (CardEditRow.state == EditState.GONE).label("gone")
    edited = table(CardRow).outerjoin(table(CardEditRow), CardEditRow.delivery_id == CardRow.delivery_id)
    rejected = (DeliveryRow.state == DeliveryState.REJECTED).label("rejected")
    edited = edited.outerjoin(table(DeliveryRow), DeliveryRow.id == CardRow.delivery_id)
    digest = (DeliveryRow.kind == "digest").label("listed")
    cards = select(table(CardRow), gone, rejected, digest, DeliveryRow.channel)
    return cards.select_from(ids.join(edited, CardRow.story_id == ids.c.value)).order_by(CardRow.route)


def write_all(connection: Connection, cards: Sequence[Card], now: datetime) -> Sequence[Card]:
    """Write what routes were told of stories, on top of what they were told before; the cards as they are now."""
    if not cards:
        return ()
    asked = {(card.story_id, card.route): card for card in cards}
    there = of_stories(connection, sorted({card.story_id for card in cards}))
    before = {(card.story_id, card.route): card for card in there}
    told = [before[where].with_more(card) if where in before else card for where, card in asked.items()]
    rows = [
        row_of(CardRow, card, rules=tuple(sorted(card.rules)), unsure=tuple(sorted(card.unsure)), created_at=now)
        for card in told
    ]
    write(connection, CardRow, rows, keep=frozenset({"created_at"}))
    return told


def unanswered(
    connection: Connection, *, after: datetime, until: datetime, severity: Severity
) -> tuple[UnansweredStory, ...]:
    """The cards of at least this severity of stories that began in a period and have no claim of a reaction.

    Each comes with what the cards of its story show. Cards whose route was told of it (see `ids.unanswered_key`) are
    left out, and those made before claims were kept.
    """
    reacted = select(ClaimRow.item_id).where(ClaimRow.story_id == CardRow.story_id, ClaimRow.kind == ClaimKind.REACTION)
    notes, cards = table(DeliveryRow).alias("notes"), table(DeliveryRow)
    told = select(notes.c.id).where(notes.c.key == unanswered_key(CardRow.story_id, CardRow.route))
    statement = (
        select(table(CardRow), DeliveryRow.channel, StoryRow.started_at, _FIRST_TITLE.label("title"))
        .join(table(StoryRow), StoryRow.id == CardRow.story_id)
        .outerjoin(cards, DeliveryRow.id == CardRow.delivery_id)
        .where(StoryRow.started_at > after, StoryRow.started_at <= until)
        .where(CardRow.severity >= severity, CardRow.told.is_not(None), ~reacted.exists(), ~told.exists())
        .order_by(StoryRow.started_at, CardRow.story_id, CardRow.route)
    )
    rows = connection.execute(statement).mappings().all()
    alerts = _alerts(connection, sorted({row["story_id"] for row in rows}))
    return tuple(
        value_of(
            UnansweredStory,
            row,
            title=row["title"] or "",
            card=_card(row),
            alerts=_with_first(alerts[row["story_id"]], row["route"]),
        )
        for row in rows
    )


def dismissed(connection: Connection, since: datetime) -> tuple[DismissedStory, ...]:
    """The stories with a report since then that somebody found not relevant, on each route; the last said first."""
    statement = (
        select(table(CardRow), DeliveryRow.payload, DeliveryRow.channel, _FIRST_TITLE.label("title"))
        .join(table(StoryRow), StoryRow.id == CardRow.story_id)
        .outerjoin(table(DeliveryRow), DeliveryRow.id == CardRow.delivery_id)
        .where(StoryRow.updated_at >= since, CardRow.dismissed.is_not(None))
    )
    found = [
        DismissedStory(title=row["title"] or "", card=_card(row), kept=_kept(row["payload"]))
        for row in connection.execute(statement).mappings()
    ]
    return tuple(sorted(found, key=lambda one: one.card.dismissed.at if one.card.dismissed else since, reverse=True))


def _kept(message: Message | None) -> int:
    return message.desk.kept if isinstance(message, CardMessage) else 0


def _alerts(connection: Connection, story_ids: Sequence[str]) -> Mapping[str, Mapping[str, Alert]]:
    """What the cards of these stories show, by story and route."""
    ids = listed("stories", connection.dialect.name)
    cards = ids.join(table(CardRow), CardRow.story_id == ids.c.value)
    cards = cards.join(table(DeliveryRow), DeliveryRow.id == CardRow.delivery_id)
    statement = select(CardRow.story_id, CardRow.route, DeliveryRow.payload).select_from(cards)
    found: defaultdict[str, dict[str, Alert]] = defaultdict(dict)
    for story_id, route, message in connection.execute(statement, {"stories": as_json(list(story_ids))}):
        found[story_id].update((route, alert) for alert in _shown(message) if alert.story_id == story_id)
    return found


def _shown(message: Message | None) -> tuple[Alert, ...]:
    """What a message shows that nobody found not relevant."""
    match message:
        case CardMessage(alert=alert, desk=desk):
            return () if desk.is_dismissed else (alert,)
        case DigestMessage(alerts=alerts):
            return tuple(alert for alert in alerts if not message.desk(alert.story_id).is_dismissed)
        case _:
            return ()


def _with_first(alerts: Mapping[str, Alert], route: str) -> tuple[Alert, ...]:
    """All of them, that of the route first; none without it."""
    return (alerts[route], *(alert for other, alert in alerts.items() if other != route)) if route in alerts else ()


def _card(row: RowMapping) -> Card:
    return value_of(
        Card,
        row,
        rules=frozenset(row["rules"]),
        unsure=frozenset(row["unsure"]),
        gone=bool(row.get("gone")),
        rejected=bool(row.get("rejected")),
        listed=bool(row.get("listed")),
        channel=row.get("channel") or "",
    )


class CardsPart(StorePart):
    """Cards as notes in their threads are made from them."""

    unanswered = reading(unanswered)
    dismissed_stories = reading(dismissed)

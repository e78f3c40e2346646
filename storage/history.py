"""The history of an item: every stage it went through, for `explain`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, or_, select

from monitor.model import (
    AttemptHistory,
    DeliveryHistory,
    ItemHistory,
    Match,
    RevisionHistory,
    Severity,
    Story,
    Verdict,
)
from storage import outbox, stories
from storage.items import item_key
from storage.tables import (
    DeliveryItemRow,
    DeliveryRow,
    ItemKeyRow,
    ItemRow,
    MatchRow,
    RevisionRow,
    StoryItemRow,
    VerdictRow,
    table,
)


def item_id_of(connection: Connection, url_or_id: str) -> str | None:
    """The item with this id, or the newest one ever seen under this URL or canonical link; None when there is none."""
    asked = url_or_id.strip()
    if connection.scalar(select(ItemRow.id).where(ItemRow.id == asked)):
        return asked
    statement = (
        select(ItemKeyRow.item_id)
        .where(ItemKeyRow.key.in_([item_key("url", "", asked), item_key("link", "", asked)]))
        .order_by(ItemKeyRow.seen_at.desc(), ItemKeyRow.item_id)
        .limit(1)
    )
    return connection.scalar(statement)


def history(connection: Connection, item_id: str) -> ItemHistory | None:
    """Everything kept of an item; None when there is no such item."""
    item = connection.execute(select(table(ItemRow)).where(ItemRow.id == item_id)).mappings().first()
    if item is None:
        return None
    member = connection.execute(select(table(StoryItemRow)).where(StoryItemRow.item_id == item_id)).mappings().first()
    story = stories.load(connection, [member["story_id"]])[0] if member else None
    return ItemHistory(
        item_id=item_id,
        feed_id=item["feed_id"],
        family=item["family"],
        kind=item["kind"],
        source=item["source"],
        guid=item["guid"],
        url=item["url"],
        title=item["title"],
        language=item["language"],
        published=item["published"],
        first_seen_at=item["first_seen_at"],
        revisions=_revisions(connection, item_id),
        story=story,
        story_reason=member["reason"] if member else None,
        story_score=member["score"] if member else None,
        copy_of=member["copy_of"] if member else None,
        deliveries=_deliveries(connection, item_id, story),
    )


def _revisions(connection: Connection, item_id: str) -> tuple[RevisionHistory, ...]:
    matches: dict[int, list[Match]] = {}
    met = select(table(MatchRow)).where(MatchRow.item_id == item_id).order_by(MatchRow.revision, MatchRow.position)
    for row in connection.execute(met).mappings():
        matches.setdefault(row["revision"], []).append(_match(row))
    decided = select(table(VerdictRow)).where(VerdictRow.item_id == item_id)
    verdicts = {row["revision"]: row for row in connection.execute(decided).mappings()}
    words = select(table(RevisionRow)).where(RevisionRow.item_id == item_id).order_by(RevisionRow.revision)
    return tuple(
        RevisionHistory(
            **{name: value for name, value in row.items() if name != "item_id"},
            matches=tuple(matches.get(row["revision"], ())),
            **_verdict(verdicts.get(row["revision"])),
        )
        for row in connection.execute(words).mappings()
    )


def _match(row: RowMapping) -> Match:
    return Match(
        rule=row["rule"],
        rule_title=row["rule_title"],
        rule_hash=row["rule_hash"],
        engine=row["engine"],
        way=row["way"],
        severity=Severity(row["severity"]),
        send_to=row["send_to"],
        live=row["live"],
        evidence=row["evidence"] or (),
        confidence=row["confidence"],
        sure=row["sure"],
        unsure=row["unsure"],
        reasons=row["reasons"],
        opinion=row["opinion"],
    )


def _verdict(row: RowMapping | None) -> dict[str, Any]:
    if row is None:
        return {"verdict": None, "decided_at": None}
    verdict = Verdict(row["action"], row["reason"], row["detail"], row["story_id"])
    return {"verdict": verdict, "decided_at": row["decided_at"]}


def _deliveries(connection: Connection, item_id: str, story: Story | None) -> tuple[DeliveryHistory, ...]:
    """The deliveries that tell of the item, and the cards of its story, oldest first."""
    telling = select(DeliveryItemRow.delivery_id).where(DeliveryItemRow.item_id == item_id)
    cards = [card.delivery_id for card in story.cards] if story else []
    statement = (
        select(table(DeliveryRow))
        .where(or_(DeliveryRow.id.in_(telling), DeliveryRow.id.in_(cards)))
        .order_by(DeliveryRow.created_at, DeliveryRow.id)
    )
    rows = connection.execute(statement).mappings().all()
    attempts: dict[str, list[AttemptHistory]] = {}
    for row in outbox.attempts_of(connection, [row["id"] for row in rows]):
        attempts.setdefault(row["delivery_id"], []).append(_attempt(row))
    return tuple(_delivery(row, attempts.get(row["id"], ())) for row in rows)


def _delivery(row: RowMapping, attempts: Sequence[AttemptHistory]) -> DeliveryHistory:
    return DeliveryHistory(
        delivery_id=row["id"],
        kind=row["kind"],
        route=row["route"],
        channel=row["channel"],
        severity=Severity(row["severity"]),
        state=row["state"],
        created_at=row["created_at"],
        not_before=row["not_before"],
        parent_id=row["parent_id"],
        ts=row["ts"],
        reason=row["reason"],
        sent_at=row["sent_at"],
        message=row["payload"],
        attempts=tuple(attempts),
    )


def _attempt(row: RowMapping) -> AttemptHistory:
    return AttemptHistory(
        attempt=row["attempt"],
        look_up=row["look_up"],
        owner=row["owner"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        result=row["result"],
        reason=row["reason"],
    )

"""The tables of the outbox: deliveries, attempts, channels, and edits of cards."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Discriminator
from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from monitor.model import DeliveryState, EditState, Message, Refusal, Severity
from storage.tables.base import Base
from storage.tables.types import PackedJson

AnyMessage = Annotated[Message, Discriminator("kind")]


class DeliveryRow(Base):
    """A row of the outbox. `attempts` counts posts; `payload` is the message, emptied when old and sent.

    `first_attempt_at` is when it may have been posted earliest since it was last known not to be posted; `place` is its
    place among those written with it, a card's among the equally urgent ones of its feed that wait for its channel.
    `refusal` is how it was refused, None when it was not, and `refused_at` when it was tried last since then.
    `waits_since` is when it was decided until when it waits, `not_before`; as in the tables below.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "channel"), Index(None, "kind", "created_at"), Index(None, "parent_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    route: Mapped[str]
    channel: Mapped[str] = mapped_column(ForeignKey("channels.channel"))
    severity: Mapped[Severity]
    kind: Mapped[str]
    payload: Mapped[Any] = mapped_column(PackedJson(AnyMessage), nullable=True)
    state: Mapped[DeliveryState]
    created_at: Mapped[datetime]
    place: Mapped[int] = mapped_column(default=0, server_default="0")
    not_before: Mapped[datetime]
    parent_id: Mapped[str | None]
    broadcast: Mapped[bool]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    lookups: Mapped[int] = mapped_column(default=0, server_default="0")
    plain: Mapped[bool] = mapped_column(default=False, server_default=false())
    first_attempt_at: Mapped[datetime | None]
    ts: Mapped[str | None]
    reason: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    refusal: Mapped[Refusal | None]
    refused_at: Mapped[datetime | None]
    waits_since: Mapped[datetime | None]


class DeliveryItemRow(Base):
    """An item a delivery tells of; outlives the payload."""

    __tablename__ = "delivery_items"
    __table_args__ = (Index(None, "item_id"), {"sqlite_with_rowid": False})

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)


class AttemptRow(Base):
    """One try to post a delivery (`look_up` False) or to find out whether an earlier one did. Pruned when sent.

    `attempt` is the post's number, for a look-up that of the post it asks after. `ended_at` is None while it runs,
    and for good when its process died.
    """

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "delivery_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"))
    attempt: Mapped[int]
    look_up: Mapped[bool]
    owner: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[DeliveryState | None]
    reason: Mapped[str | None]


class ChannelRow(Base):
    """Who may speak to a channel and when; `edits_ready_at` is for edits. `problem` is None while it works."""

    __tablename__ = "channels"

    channel: Mapped[str] = mapped_column(primary_key=True)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    edits_ready_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    waits_since: Mapped[datetime | None]


class CardEditRow(Base):
    """What becomes of a card that changed after it was posted, or while it was: the `wanted`th version is to be shown.

    `shown` is the version that stands in the channel, 0 for the one that was posted, and `shown_at` since when; `tries`
    counts from then. `cardedits` writes it.
    """

    __tablename__ = "card_edits"
    __table_args__ = (Index(None, "state", "not_before"), {"sqlite_with_rowid": False})

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    state: Mapped[EditState]
    wanted: Mapped[int]
    shown: Mapped[int] = mapped_column(default=0, server_default="0")
    shown_at: Mapped[datetime | None]
    not_before: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    plain: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str | None]
    waits_since: Mapped[datetime | None]

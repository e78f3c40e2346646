"""What people say of items: the ratings of the desk, for `backtest` and for fitting second opinions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.configured import FeedKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A person's word on a revision of an item: whether it is relevant, by one rule or (None) as a whole.

    `reason` is theirs, a sentence or the word that misled the rule; may be empty. `by` is who said so. Of several
    ratings of an item by one rule the newest counts; one that names the rule goes before one that names none.
    """

    item_id: str
    revision: int
    rule: str | None
    relevant: bool
    reason: str = ""
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedItem:
    """A labelled item: the texts that were rated, and whether they are relevant by `rule`."""

    item_id: str
    revision: int
    rule: str
    relevant: bool
    reason: str
    feed_id: str
    kind: FeedKind
    language: str | None
    title: str
    summary: str
    body: str

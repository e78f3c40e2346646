"""What people say of items: the ratings of the desk, for `backtest` and for fitting second opinions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.configured import FeedKind


class Cause(StrEnum):
    """Why something is not relevant, in a word."""

    OLD = "old"
    OTHER_WEAPON = "other weapon"
    FIGURATIVE = "figurative"
    SPORT = "sport"
    WRONG_PLACE = "wrong place"
    DUPLICATE = "duplicate"
    OTHER = "other"

    @property
    def about_rule(self) -> bool:
        """Whether the rule should not have matched; of an old or doubled report it was right to."""
        return self not in (Cause.OLD, Cause.DUPLICATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A person's word on a revision of an item: whether it is relevant, by one rule or (None) as a whole.

    `reason` is theirs, a sentence or the word that misled the rule; may be empty. `by` is who said so. `cause` is why
    it is not relevant and `word` the matched words that misled the rule, if the person said so. Of several ratings of
    an item by one rule the newest counts; one that names the rule goes before one that names none.
    """

    item_id: str
    revision: int
    rule: str | None
    relevant: bool
    reason: str = ""
    by: str
    at: datetime
    cause: Cause | None = None
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissal:
    """That somebody found a story not relevant on a route: later reports by the same rules stay in its thread.

    `rules` are those that are not relevant, none for what the desk had already. `item_id` is the item that the person
    judged, `by` who said so, `cause` why.
    """

    rules: frozenset[str]
    item_id: str
    by: str
    at: datetime
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedItem:
    """A labelled item: the texts that were rated, and whether they are relevant by `rule`.

    `cause`, `word`, `by` and `at` are those of the rating that counts.
    """

    item_id: str
    revision: int
    rule: str
    relevant: bool
    reason: str
    feed_id: str
    kind: FeedKind
    language: str | None
    url: str = ""
    title: str
    summary: str
    body: str
    cause: Cause | None = None
    word: str = ""
    by: str
    at: datetime

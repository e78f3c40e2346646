"""What linking hands on: stories, their members, and what routes were told of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.configured import Severity
from monitor.model.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An item of a story, reduced to what linking compares. `keys` are what its story is found by."""

    item_id: str
    family: str
    title: str
    summary: str = ""
    keys: frozenset[str]
    seen_at: datetime
    profile: Profile = field(default_factory=Profile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a route was told of a story: the delivery that is its card, the rules named and the highest severity.

    A digest that shows the story counts as its card. `unsure` are those of the rules that were told as unsure only.
    """

    story_id: str
    route: str
    delivery_id: str
    rules: frozenset[str]
    severity: Severity
    unsure: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event: its newest members, newest last, the profile of all of them, and what each route was told."""

    story_id: str
    started_at: datetime
    updated_at: datetime
    members: tuple[Member, ...]
    cards: tuple[Card, ...] = ()
    profile: Profile = field(default_factory=Profile)


@dataclass(frozen=True, slots=True)
class Link:
    """The story an item joins or starts, and why.

    `copy_of` is the item whose text this one repeats; `own` says that an earlier revision was in the story already.
    """

    story_id: str
    new: bool
    reason: str
    score: float = 0.0
    copy_of: str | None = None
    own: bool = False

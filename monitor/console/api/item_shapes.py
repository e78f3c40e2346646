"""What the API answers of items; see `story_shapes`."""

from __future__ import annotations

from datetime import datetime

from monitor.console.api.shape import shape


@shape
class Verdict:
    """What Wirewatch decided about a revision of an item."""

    action: str
    """`alert`, `update`, `follow-up`, `duplicate`, `suppressed` or `none`."""
    reason: str
    """A stable word such as `new_story`."""
    detail: str
    """The reason in a sentence."""
    story: str | None
    """The id of the story it belongs to."""


@shape
class ItemLine:
    """An item in a list."""

    id: str
    title: str
    source: str
    url: str | None
    found: datetime
    verdict: Verdict | None


@shape
class ItemList:
    """A page of a list of items."""

    items: tuple[ItemLine, ...]
    next: str | None
    """The value of `after` that gives the next page; null on the last page."""


@shape
class Evidence:
    """Words of a text that made a rule match."""

    field: str
    """`title`, `summary` or `body`."""
    start: int
    end: int
    text: str
    term: str
    how: str
    group: str


@shape
class Match:
    """A rule that matched a revision of an item."""

    rule: str
    title: str
    way: str
    severity: str
    live: bool
    """False for a rule on test."""
    sure: bool
    confidence: float | None
    """0 to 1, as the second opinion says; null without one."""
    evidence: tuple[Evidence, ...]
    """Empty once old texts are deleted."""


@shape
class Revision:
    """One wording of an item. Its texts are empty once old texts are deleted."""

    number: int
    seen: datetime
    title: str
    summary: str
    reason: str
    """Why Wirewatch took it for this item."""
    matches: tuple[Match, ...]
    verdict: Verdict | None


@shape
class Attempt:
    """One try to post a message, or to find out whether it was posted."""

    number: int
    look_up: bool
    started: datetime
    ended: datetime | None
    result: str | None
    reason: str | None


@shape
class ItemMessage:
    """A message that tells of an item, and what became of it."""

    id: str
    kind: str
    route: str
    state: str
    decided: datetime
    posted: datetime | None
    reason: str | None
    attempts: tuple[Attempt, ...]


@shape
class Item:
    """An item and its path: every stage that it went through."""

    id: str
    feed: str
    source: str
    title: str
    url: str | None
    language: str | None
    published: datetime | None
    found: datetime
    story: str | None
    story_reason: str | None
    copy_of: str | None
    revisions: tuple[Revision, ...]
    messages: tuple[ItemMessage, ...]
    path: tuple[str, ...]
    """The same in lines, as `explain --item` prints it."""

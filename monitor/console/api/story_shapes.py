"""What the API answers of stories: stable names, described by the sentence below each one.

They are only ever added to. The description under /api/v1/openapi.json is made from these classes, and so is every
answer: an answer that does not fit its class is not sent. Texts of feeds are plain text, without characters that hide
or turn what stands there.
"""

from __future__ import annotations

from datetime import datetime

from monitor.console.api.shape import shape


@shape
class StoryLine:
    """A story in a list."""

    id: str
    headline: str
    """That of its first report."""
    gist: str
    """What it says by now in a few English words: where, how many people; empty where nothing is known."""
    severity: str | None
    """The highest that any rule gave: `low`, `medium`, `high` or `critical`."""
    first_seen: datetime
    last_seen: datetime
    reports: int
    outlets: int
    """How many publishers report it."""
    rules: tuple[str, ...]
    """The ids of the rules that its reports match."""
    languages: tuple[str, ...]
    held_by: tuple[str, ...]
    """The names of those who work on it."""
    muted: bool
    not_relevant: bool
    """Whether the desk of any of its routes found it not relevant."""


@shape
class StoryList:
    """A page of a list of stories."""

    stories: tuple[StoryLine, ...]
    next: str | None
    """The value of `after` that gives the next page; null on the last page."""


@shape
class Report:
    """An item of a story."""

    item: str
    title: str
    source: str
    """The outlet, by the name that readers know."""
    url: str | None
    found: datetime
    revisions: int
    reason: str
    """Why it is in this story."""
    copy_of: str | None
    """The id of the report that this one repeats in nearly the same words."""


@shape
class Claim:
    """A statement that a report of a story makes."""

    kind: str
    """`killed`, `hurt`, `missing`, `place`, `weapon`, `target`, `accused`, `reaction` or `correction`."""
    value: str
    """A number, the id of a place, or a word; the same in every language."""
    words: str
    """The same as people read it."""
    claimant: str
    """Who says so, as written; empty when the text does not tell."""
    quote: str
    """The sentence that says so."""
    source: str
    item: str
    language: str
    at: datetime


@shape
class Muting:
    """Something that can be muted from a card."""

    what: str
    """To be sent as `what` to mute it."""
    words: str


@shape
class Mute:
    """What a route does not want to get until a time."""

    scope: str
    """`story`, `source`, `rule` or `place`."""
    subject: str
    """The id of what is muted."""
    words: str
    route: str
    by: str
    began: datetime
    until: datetime


@shape
class Card:
    """The message about a story on a route, to which acts are done."""

    id: str
    """To be sent as `card` with an act."""
    route: str
    held_by: str | None
    """Who works on the story for this route."""
    judged_by: str | None
    """Who found it not relevant."""
    mutes: tuple[Mute, ...]
    can_mute: tuple[Muting, ...]


@shape
class StoryMessage:
    """A message that told of items of a story."""

    id: str
    kind: str
    route: str
    state: str
    """`pending`, `sending`, `unknown`, `sent`, `held`, `rejected` or `folded`."""
    decided: datetime
    posted: datetime | None
    link: str | None
    """Its address in Slack; null when it does not stand there."""
    items: tuple[str, ...]


@shape
class Edit:
    """A merge of one story into another, or a split of items off a story into a new one."""

    kind: str
    """`merge` or `split`."""
    story: str
    other: str
    """The story that was merged into, or the new one."""
    items: tuple[str, ...]
    """Those that changed their story. Splitting them off again undoes a merge."""
    by: str
    reason: str
    at: datetime


@shape
class Story:
    """All that is known of a story."""

    id: str
    """Another one than was asked for, when that was merged into this one."""
    headline: str
    severity: str | None
    first_seen: datetime
    last_seen: datetime
    outlets: int
    reports: tuple[Report, ...]
    """In the order in which they came; of more than 1,000 the newest."""
    claims: tuple[Claim, ...]
    cards: tuple[Card, ...]
    messages: tuple[StoryMessage, ...]
    edits: tuple[Edit, ...]
    merged: tuple[str, ...]
    """The ids of the stories that were merged into it."""


@shape
class Done:
    """What came of an act."""

    changed: bool
    """False when nothing had to be changed, or nothing could be; `said` says why."""
    repeated: bool
    """True when an act with this `Idempotency-Key` was done before; nothing was done twice."""
    said: str
    """A sentence for whoever acted; may be empty."""

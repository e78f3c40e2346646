"""What every format of feed is read into before it is judged as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.model import FeedWishes, Hub


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """An entry as its format has it; texts are HTML.

    `published` and `updated` are all dates that the entry gives of itself, as written.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    published: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    language: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """A document: its entries in its own order, and what it says of itself.

    `separable`: each entry left the reader as it found it, so that each would read the same without the others.
    `broken`: it breaks off, and its entries are those before.
    """

    entries: list[RawEntry]
    title: str = ""
    language: str = ""
    site: str = ""
    hub: Hub = field(default_factory=Hub)
    wishes: FeedWishes = field(default_factory=FeedWishes)
    separable: bool = False
    broken: bool = False

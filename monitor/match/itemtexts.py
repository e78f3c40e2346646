"""What rules are asked of: the texts of an item, whether it is stored, fetched just now, or made up by somebody."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import FeedKind, Item, ItemHistory, ItemRevision, RatedItem


@dataclass(frozen=True, slots=True)
class ItemTexts:
    """The cleaned texts of an item, and where it comes from for rules that ask.

    `language` is for the second opinion alone; every word is tried in all languages.
    """

    title: str
    summary: str = ""
    body: str = ""
    feed_id: str = ""
    kind: FeedKind | None = None
    language: str = ""

    @classmethod
    def of(cls, item: Item | ItemRevision | RatedItem) -> ItemTexts:
        """The texts of an item that is kept."""
        return cls(item.title, item.summary, item.body, item.feed_id, item.kind, item.language or "")

    @classmethod
    def newest_of(cls, history: ItemHistory) -> ItemTexts:
        """The texts of the newest revision of a stored item."""
        newest = history.revisions[-1]
        texts = newest.title, newest.summary, newest.body
        return cls(*texts, feed_id=history.feed_id, kind=history.kind, language=history.language or "")

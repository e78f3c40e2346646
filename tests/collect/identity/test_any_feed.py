"""Whatever a feed does within one class of traps, its items are its articles: none merged, none doubled."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.fakes.feed_server import FeedEntry
from tests.support.newsroom import START, dated, headline, newsroom, text

Shown = tuple[int, int]
"""An article's number, and how often it has been edited."""

Document = tuple[Shown, ...]
Keys = Callable[[int, int, Shown], FeedEntry]
"""What a feed writes for an article, given the number of the poll and the place in the document."""


def _honest(poll: int, place: int, shown: Shown) -> FeedEntry:
    number, edit = shown
    published = dated(START + timedelta(minutes=number))
    return FeedEntry(
        headline(number, edit), f"https://wire.example/{number}", f"g{number}", published, text(number, edit)
    )


def _new_guids(poll: int, place: int, shown: Shown) -> FeedEntry:
    number, edit = shown
    return FeedEntry(
        headline(number, edit), f"https://wire.example/{number}", f"{poll}-{place}", "", text(number, edit)
    )


def _marked_guids(poll: int, place: int, shown: Shown) -> FeedEntry:
    number, edit = shown
    link = f"https://wire.example/{number}"
    return FeedEntry(headline(number, edit), link, f"{link}#{edit}", dated(START), text(number, edit))


def _tracked_links(poll: int, place: int, shown: Shown) -> FeedEntry:
    number, edit = shown
    link = f"https://wire.example/{number}?utm_campaign={poll}"
    return FeedEntry(headline(number, edit), link, link, dated(START + timedelta(hours=poll)), text(number, edit))


def _reused_links(poll: int, place: int, shown: Shown) -> FeedEntry:
    number, edit = shown
    return FeedEntry(headline(number, edit), f"https://wire.example/news_{place}.html", "", "", text(number))


def _reused_links_edited_texts(poll: int, place: int, shown: Shown) -> FeedEntry:
    number, edit = shown
    return FeedEntry(headline(number), f"https://wire.example/news_{place}.html", "", "", text(number, edit))


def _reused_guids(poll: int, place: int, shown: Shown) -> FeedEntry:
    number, edit = shown
    return FeedEntry(headline(number, edit), f"https://wire.example/{number}", f"place-{place}", "", text(number, edit))


def _changing_links(poll: int, place: int, shown: Shown) -> FeedEntry:
    number, edit = shown
    return FeedEntry(headline(number, edit), f"https://wire.example/{number}?visit={poll}", "", "", text(number))


def _boilerplate(poll: int, place: int, shown: Shown) -> FeedEntry:
    number, edit = shown
    return FeedEntry(headline(number, edit), f"https://wire.example/{number}", f"g{number}", "", text(0))


def _same_title(poll: int, place: int, shown: Shown) -> FeedEntry:
    number, edit = shown
    return FeedEntry("Live updates", f"https://wire.example/{number}", f"g{number}", "", text(number, edit))


CLASSES: Sequence[Keys] = (
    _honest,
    _new_guids,
    _marked_guids,
    _tracked_links,
    _reused_links,
    _reused_links_edited_texts,
    _reused_guids,
    _changing_links,
    _boilerplate,
    _same_title,
)


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    """What a feed shows over time: first everything in two orders, then some of it, edited once at a time, and more."""
    first = list(range(1, 1 + draw(st.integers(4, 7))))
    edits = dict.fromkeys(range(1, 12), 0)
    shown = [tuple((number, 0) for number in first), tuple((number, 0) for number in reversed(first))]
    for _ in range(draw(st.integers(1, 4))):
        numbers = draw(st.lists(st.sampled_from(sorted(edits)), unique=True, max_size=8))
        for number in draw(st.lists(st.sampled_from(numbers), unique=True, max_size=2)) if numbers else ():
            edits[number] += any(number == known for document in shown for known, _ in document)
        shown.append(tuple((number, edits[number]) for number in numbers))
    return shown


@pytest.mark.parametrize("keys", CLASSES, ids=lambda keys: keys.__name__.strip("_"))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shown=documents(), pause=st.sampled_from([timedelta(minutes=5), timedelta(hours=7), timedelta(days=1)]))
async def test_items_are_articles(
    keys: Keys, shown: list[Document], pause: timedelta, migrated_sqlite: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"{uuid.uuid4().hex}.db"
    shutil.copy(migrated_sqlite, path)
    article_of: dict[str, int] = {}
    async with newsroom(f"sqlite:///{path}", rules=()) as room:
        for poll, document in enumerate(shown):
            entries = [keys(poll, place, one) for place, one in enumerate(document)]
            article_of |= {
                _words(entry.title, entry.summary): one[0] for entry, one in zip(entries, document, strict=True)
            }
            await room.show(*entries, after=pause)
        pairs = {(one.item_id, article_of[_words(one.title, one.summary)]) for one in await room.revisions()}
        reasons = [(one.identity.item_id[:5], one.item.title, one.identity.reason) for one in room.observations]
    articles = {number for document in shown for number, _ in document}
    assert {number for _, number in pairs} == articles, "an article was missed"
    assert len({item_id for item_id, _ in pairs}) == len(pairs), f"articles were merged: {reasons}"
    assert len(pairs) == len(articles), f"an article is two items: {reasons}"


def _words(title: str, summary: str) -> str:
    return f"{title}\n{summary}"

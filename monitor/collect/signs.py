"""What two articles have in common, key by key, and an index to find those that have anything in common at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import islice
from typing import Generic, Protocol, TypeVar

from rapidfuzz import fuzz

from monitor.collect.items import detected_language, shown_title, title_key
from monitor.collect.links import canonical_link, place
from monitor.collect.text import clean
from monitor.model import KNOWN_TEXT, Entry, Item, KnownItem

_ALIKE = 55.0
"""Titles at least this alike (token set ratio, 0 to 100) can be two headlines of one article."""

_TELLING_WORDS = 5

_COMPARED = 300
"""Characters of a headline that likeness is judged by."""

ANOTHER_DATE = timedelta(hours=1)
"""From so long between them on, two articles have another date: neither corrects the other within minutes."""

NEXT_EDITION = timedelta(hours=20)
"""Published this long after an article of the same headline, with other keys, an entry is the next day's."""

_RUN, _IN_COMMON = 4, 0.33
"""How many letters are compared at once, and what share of the shorter text two of one article have in common."""

_EACH_TIME = 0.5
"""What share of the shorter text may be sentences that a page has each time, whatever else it tells."""

_SENTENCE_END = re.compile(r"(?<=[.!?؟…])\s+|\n")

_NEWEST = 50
"""How many articles of one key are compared: a hostile feed may write one link in thousands of entries."""


class Article(Protocol):
    """What is compared: an item that was just read, or a known one."""

    @property
    def feed_id(self) -> str: ...  # noqa: D102
    @property
    def family(self) -> str: ...  # noqa: D102
    @property
    def guid(self) -> str: ...  # noqa: D102
    @property
    def link(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def title_key(self) -> str: ...  # noqa: D102
    @property
    def text_key(self) -> str: ...  # noqa: D102
    @property
    def published(self) -> datetime | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Whether two articles agree in each key; None where that says nothing, because one of them lacks it.

    A guid counts within its feed, and only when it is more than the link again. A known article agrees in every guid
    and link that it was ever shown under: sites move, and show one article in several places. `place` is what two
    addresses of one page have beside it, such as a fragment. `alike`: their headlines can be two of one article.
    """

    guid: bool | None
    link: bool | None
    title: bool | None
    text: bool | None
    date: bool | None
    place: bool | None
    alike: bool
    same_feed: bool


def signs_of(one: Article, other: Article) -> Signs:
    """Compare two articles key by key."""
    same_feed = one.feed_id == other.feed_id
    title = _agree(one.title_key, other.title_key)
    guid = _agree(own_guid(one), own_guid(other)) if same_feed else None
    link = same_link = _agree(one.link, other.link)
    if isinstance(other, KnownItem):
        guid = True if own_guid(one) and one.guid in other.guids else guid
        link = True if one.link in other.links else link
    return Signs(
        guid=guid,
        link=link,
        title=title,
        text=_agree(one.text_key, other.text_key),
        place=_agree(place(one.url), place(other.url)) if same_link else None,
        date=_same_moment(one, other),
        alike=title or (title is False and _headlines_alike(one.title, other.title)),
        same_feed=same_feed,
    )


def own_guid(article: Article) -> str:
    """The guid, unless it only says the link again."""
    return "" if _repeats(article.guid, article.link) else article.guid


def dates_apart(one: Article, other: Article) -> timedelta | None:
    """How far apart two articles were published; None when one of them does not say."""
    if one.published is None or other.published is None:
        return None
    return abs(one.published - other.published)


def _same_moment(one: Article, other: Article) -> bool | None:
    """Whether two articles were published at the same moment; None where a date may name a day only."""
    apart = dates_apart(one, other)
    if apart is None or one.published is None:
        return None
    return None if not apart and one.published.time() == time.min else not apart


def telling(article: Article) -> bool:
    """Whether a headline says enough to stand for its article: "Live updates" does not."""
    return len(article.title_key.split()) >= _TELLING_WORDS


def beginning(item: Item) -> str:
    """How the text of an article begins, as it is compared."""
    return (item.summary or item.body)[:KNOWN_TEXT]


def translation(item: Item, other: KnownItem) -> tuple[str, str] | None:
    """The language of a known article and that of an item, where the item is in another one; None where it is not.

    Nothing is known of texts that say too little.
    """
    before = detected_language(f"{other.title}. {other.text}")
    now = detected_language(f"{item.title}. {beginning(item)}")
    return (before, now) if before and now and before != now else None


def nothing_alike(one: str, other: str) -> bool:
    """Whether two texts tell nothing in the same words, in any script; not known of a text that is empty.

    Sentences that both have do not count unless they are most of the shorter one: "Follow our live coverage." Of two
    reports of one war hardly one in a hundred pairs has a third of its letters in the same runs of four.
    """
    sentences = [list(filter(None, map(title_key, _SENTENCE_END.split(text)))) for text in (one, other)]
    common = set(sentences[0]).intersection(sentences[1])
    if sum(map(len, common)) <= _EACH_TIME * min(sum(map(len, some)) for some in sentences):
        sentences = [[sentence for sentence in some if sentence not in common] for some in sentences]
    keys = map(" ".join, sentences)
    runs = [{key[at : at + _RUN] for at in range(len(key) - _RUN + 1)} for key in keys]
    least = min(map(len, runs))
    return bool(least) and len(runs[0] & runs[1]) < _IN_COMMON * least


def _agree(one: str, other: str) -> bool | None:
    return one == other if one and other else None


def _headlines_alike(one: str, other: str) -> bool:
    one, other = one[:_COMPARED].casefold(), other[:_COMPARED].casefold()
    return fuzz.token_set_ratio(one, other, score_cutoff=_ALIKE) > 0


def _repeats(guid: str, link: str) -> bool:
    # What names no scheme is no address, and most guids are numbers. A colon may be written as an entity.
    return bool(link) and (":" in guid or "&" in guid) and _leads_to(guid, link)


@lru_cache(maxsize=8_192)
def _leads_to(guid: str, link: str) -> bool:
    return canonical_link(guid) == link and not place(guid)


@dataclass(frozen=True)
class Beside:
    """The other entries of a document: the articles they are are not what else it shows.

    They are known word for word, `judged` of them only since a moment ago, with the same document.
    """

    entries: tuple[Entry, ...] = ()
    judged: int = 0

    @property
    def stayed(self) -> int:
        """How many entries an earlier document had word for word, with their guids and links."""
        return len(self.entries) - self.judged

    def shows(self, article: Article, *, by_guid: bool) -> bool:
        """Whether the document shows a known article as it was. `by_guid`: whether that can be told by its guid."""
        guids, titles = self._keys
        return article.title_key in titles or (by_guid and article.guid in guids)

    @cached_property
    def _keys(self) -> tuple[frozenset[str], frozenset[str]]:
        """Read when first needed, which is rarely."""
        guids = frozenset(clean(entry.guid) for entry in self.entries)
        titles = frozenset(shown_title(entry) for entry in self.entries)
        return guids - {""}, titles - {""}


ArticleT = TypeVar("ArticleT", bound=Article)


class Articles(Generic[ArticleT]):
    """Articles by id, found by any key they have or had."""

    def __init__(self, articles: Iterable[tuple[str, ArticleT]] = ()) -> None:
        self._articles: dict[str, ArticleT] = {}
        self._ids: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for article_id, article in articles:
            self.put(article_id, article)

    def put(self, article_id: str, article: ArticleT) -> None:
        """Add an article, or show it as it is by now."""
        self._articles[article_id] = article
        for key in _keys(article):
            self._ids[key][article_id] = None
        if isinstance(article, KnownItem):
            for kind, had in (("guid", article.guids), ("link", article.links)):
                for value in had:
                    self._ids[kind, value][article_id] = None

    def get(self, article_id: str) -> ArticleT | None:
        """The article with this id."""
        return self._articles.get(article_id)

    def related(self, article: Article) -> Iterator[tuple[str, ArticleT]]:
        """The articles that share a key with this one, of each key the newest, and their ids."""
        held = (self._ids[key] for key in _keys(article) if key in self._ids)
        ids = dict.fromkeys(found for ids in held for found in islice(reversed(ids), _NEWEST))
        return ((found, self._articles[found]) for found in ids)


def _keys(article: Article) -> list[tuple[str, ...]]:
    """Under which keys an article is found: words in their family, a guid and a link everywhere."""
    keys = (
        ("guid", article.guid),
        ("link", article.link),
        ("title", article.family, article.title_key),
        ("text", article.family, article.text_key),
    )
    return [key for key in keys if key[-1]]

"""What a feed would bring: its document read and judged as a poll would, with nothing remembered.

An address that gives a web page is one to look for feeds at: those that the page names, then the usual places, one at a
time through the fetcher that polls, each read before it is offered (docs/decisions/0025).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from monitor.collect.dates.readings import readings
from monitor.collect.discover import usual_places
from monitor.collect.feedlist import Ids, id_of, language_of, line_of_text
from monitor.collect.feeds import FeedFile, same_address
from monitor.collect.fetching.fetch import Fetcher
from monitor.collect.items import detected_language
from monitor.collect.languages import may_be_in
from monitor.collect.links import readable_url, site_url
from monitor.collect.parsing.parse import Parser
from monitor.collect.text import plain_text
from monitor.errors import UsageError
from monitor.files.yaml import closest
from monitor.judge.prepared import Prepared, prepare
from monitor.match.engine import Engine
from monitor.model import BREAKS_OFF, Entry, Failed, FailureClass, Feed, FeedState, NotModified, Parsed
from monitor.wording.counts import counted

MOST_TRIED = 12
"""So many addresses are asked at most in one search."""

MOST_OFFERED = 6
"""A search ends with so many feeds found."""

_USUAL_AFTER_PAGE = 8
_HEADLINES = 10
_NOT_THERE = (FailureClass.GONE, FailureClass.HTTP, FailureClass.NOT_A_FEED, FailureClass.REDIRECT, FailureClass.PARSE)


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that was read. `url` is the address to keep: as asked, or where a permanent redirect leads."""

    url: str
    read_at: str
    parsed: Parsed


@dataclass(frozen=True, slots=True)
class Search:
    """What came of an address: the feeds found, the likeliest first; and of what was tried in vain, why.

    `asked` is None when the address itself is a feed, else why it is none.
    """

    found: tuple[Found, ...]
    asked: Failed | None = None
    tried: tuple[tuple[str, str], ...] = ()


async def search(fetcher: Fetcher, parser: Parser, feed: Feed) -> Search:
    """The feed at an address; or those of the web page that is there. Never raises for what the outside does."""
    first = await _read(fetcher, parser, feed, feed.url)
    if isinstance(first, Found):
        return Search((first,))
    failed, page = first
    if failed.failure is not FailureClass.NOT_A_FEED or page is None:
        return Search((), failed)
    waiting, usual = list(failed.feeds), list(usual_places(page)[:_USUAL_AFTER_PAGE])
    known, found, tried = {same_address(feed.url), same_address(page)}, list[Found](), list[tuple[str, str]]()
    asked, guessing = 0, False
    while asked < MOST_TRIED and len(found) < MOST_OFFERED:
        if not waiting and not found:
            waiting, usual, guessing = usual, [], True
        if not waiting:
            break
        url = waiting.pop(0)
        if same_address(url) in known:
            continue
        known.add(same_address(url))
        asked += 1
        result = await _read(fetcher, parser, feed, url)
        if isinstance(result, Found):
            if all(same_address(result.read_at) != same_address(other.read_at) for other in found):
                found.append(result)
            continue
        tried.append((url, f"{result[0].failure}: {result[0].reason}"))
        why = result[0].failure
        if why is FailureClass.RATE_LIMITED or (guessing and why not in _NOT_THERE):
            break  # whoever does not answer, or asks to be left alone, is not asked on
        waiting += result[0].feeds
    return Search(tuple(found), failed, tuple(tried))


async def _read(fetcher: Fetcher, parser: Parser, feed: Feed, url: str) -> Found | tuple[Failed, str | None]:
    """The feed at an address; else why there is none, and where the document was that was read."""
    # Headers may hold a key of the feed's own host.
    headers = feed.headers if urlsplit(url).netloc == urlsplit(feed.url).netloc else ()
    fetched = await fetcher.fetch(replace(feed, url=url, headers=headers), FeedState(feed_id=feed.id))
    if isinstance(fetched, NotModified):
        return Failed(failure=FailureClass.HTTP, reason="says that nothing changed, without being asked that"), None
    if isinstance(fetched, Failed):
        return fetched, None
    parsed = await parser.parse(fetched, language=feed.language or "")
    if isinstance(parsed, Failed):
        return parsed, fetched.url
    return Found(fetched.permanent_url or url, fetched.url, parsed)


def proposed(found: Found, feeds: Sequence[Feed], taken: frozenset[str]) -> Feed:
    """The entry for feeds.yaml: named by the feed's title, with an id that is free.

    The family is that of the feeds of the same host, where they have one; the language what the document says, else
    the one most of its entries say, unless their headlines cannot be in it: then what those look like.
    """
    host = (urlsplit(found.url).hostname or "feed").removeprefix("www.")
    name = line_of_text(plain_text(found.parsed.title)) or host
    feed_id = Ids(taken).take(id_of(name, found.url))
    families = {feed.family for feed in feeds if _host(feed.url) == _host(found.url)}
    said = Counter(entry.language for entry in found.parsed.entries if entry.language)
    language = language_of(found.parsed.language) or next((language_of(one) for one, _ in said.most_common(1)), None)
    headlines = ". ".join(plain_text(entry.title) for entry in found.parsed.entries[:_HEADLINES])
    if language and not may_be_in(language, headlines):
        language = detected_language(headlines)
    family = families.pop() if len(families) == 1 else feed_id
    return Feed(id=feed_id, name=name, url=found.url, family=family, language=language)


def known_as(found: Found, feeds: Sequence[Feed]) -> Feed | None:
    """The feed of feeds.yaml that has this address."""
    addresses = {same_address(found.url), same_address(found.read_at)}
    return next((feed for feed in feeds if same_address(feed.url) in addresses), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed that was found, as feeds.yaml would have it, or has it already (`known`)."""

    found: Found
    feed: Feed
    known: bool


def offers_of(searched: Search, file: FeedFile) -> tuple[Offer, ...]:
    """The feeds that a search found, each with the entry that it has in feeds.yaml, or would have."""
    taken = frozenset({feed.id for feed in file.feeds} | (file.mistaken or frozenset()))
    offers = []
    for found in searched.found:
        known = known_as(found, file.feeds)
        feed = known or proposed(found, file.feeds, taken)
        taken |= {feed.id}
        offers.append(Offer(found, feed, known is not None))
    return tuple(offers)


def feed_at(address: str, file: FeedFile) -> Feed:
    """The feed at an address that somebody typed; one that is polled keeps its headers.

    Raises:
        UsageError: it is not an http or https address.
    """
    # Ids hold neither dots nor slashes, so example.org is a place.
    url = readable_url(address if re.match(r"(?:https?|feed):", address, re.IGNORECASE) else f"https://{address}", "")
    if not url or not re.search(r"[./]", address):
        close = closest(address, [feed.id for feed in file.feeds])
        hint = f'; did you mean "{close}"?' if close else ""
        raise UsageError(f'no feed has the id "{address}", and it is not an http or https address{hint}')
    same = next((feed for feed in file.feeds if same_address(feed.url) == same_address(url)), None)
    return same or Feed(id="test", name=url, url=url, family="test")


def judged(found: Found, feed: Feed, engine: Engine, *, now: datetime) -> list[Prepared]:
    """The items of a feed as Wirewatch would keep them, with the rules they meet, the newest first."""
    entries = {entry.digest: entry for entry in found.parsed.entries}
    base_url = site_url(found.parsed.site, found.read_at)
    made = prepare(list(entries.values()), feed, engine, language=found.parsed.language, base_url=base_url, now=now)
    return made[::-1]


def oddities(found: Found, items: Sequence[Prepared]) -> list[str]:
    """What is odd in how a feed is read, a sentence each; the first two are what the ops route would be told."""
    parsed = found.parsed
    entries = parsed.entries
    dated = [(entry, [one for one in (entry.published, entry.updated, *entry.dates) if one]) for entry in entries]
    unread = [dates[0] for _, dates in dated if dates and not any(readings(one) for one in dates)]
    undated = sum(not dates for _, dates in dated)
    linkless = sum(not one.item.url for one in items)
    told = [
        f"{'The document' if parsed.doubt == BREAKS_OFF else 'The character set'}: {parsed.doubt}."
        if parsed.doubt
        else "",
        f"It has more entries than are read; the oldest are left out: {parsed.left_out}." if parsed.left_out else "",
        "It has no entries now. That is no failure: an empty feed is polled on." if not entries else "",
        _dates(unread, len(entries)),
        f"{counted(undated, 'entry has', 'entries have')} no date, and would count as published when first seen."
        if undated
        else "",
        f"{counted(linkless, 'entry has', 'entries have')} no address to open." if linkless else "",
        _twice(entries),
    ]
    return [sentence for sentence in told if sentence]


def _dates(unread: Sequence[str], entries: int) -> str:
    if not unread:
        return ""
    return f'{len(unread)} of {counted(entries, "date", "dates")} cannot be read, such as "{line_of_text(unread[0])}".'


def _twice(entries: Sequence[Entry]) -> str:
    twice = len(entries) - len({entry.digest for entry in entries})
    return f"{counted(twice, 'entry is', 'entries are')} in it more than once." if twice else ""


def _host(url: str) -> str:
    host = urlsplit(url).hostname or ""
    for prefix in ("www.", "rss.", "feeds.", "feed.", "news.rss."):
        host = host.removeprefix(prefix)
    return host

"""What somebody means who asks why the desk got an article, or did not: by its link, its id or its headline."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from courlan import extract_domain

from monitor.collect.items import title_key
from monitor.collect.links import canonical_link, readable_url
from monitor.decide.routing import passed_over
from monitor.match.engine import Engine
from monitor.match.inshort import Lacking, lacking
from monitor.match.itemtexts import ItemTexts
from monitor.model import Feed, FeedState, FoundItem, ItemFilter, ItemHistory, Routes
from monitor.model.stores import FeedsStore, ItemsStore
from monitor.wording.answer import Answer, answer_of
from monitor.wording.unseen import unseen_headline, unseen_link

LONGEST = 2_000
"""Characters of a question."""

_ALIKE = 10
_NEWEST = 500
"""So many of the newest items show which feeds have articles of a site."""

_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d{1,5})?")
_READ = 4_000
"""Characters of an article's text that are tried against the rules, so that the answer comes at once."""

_SHORT_WORD = 4
_FEWEST_WORDS = 2
_OF_WORDS = (8, 5, 3)


class InquiryStore(FeedsStore, ItemsStore, Protocol):
    """What finding an article needs of the store. Every method may raise `StoreError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What was found: the answer, and the item, None when none is meant or several may be.

    `alike` are stored articles with words like those that were asked for, `feeds` the ids of the feeds of the site.
    """

    answer: Answer
    history: ItemHistory | None = None
    is_link: bool = False
    alike: tuple[FoundItem, ...] = ()
    feeds: tuple[str, ...] = ()


def address_in(asked: str) -> str:
    """The address in what somebody pasted, as `<https://…|words>` of Slack too; "" where it is none."""
    text = asked.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].partition("|")[0]
    if any(map(str.isspace, text)):
        return ""
    if "://" in text:
        return readable_url(text, "")
    # Browsers hide the scheme, so it is often missing in what people copy.
    return readable_url(f"https://{text}", "") if _HOST.fullmatch(re.split("[/?#]", text, maxsplit=1)[0]) else ""


async def inquire(
    store: InquiryStore, asked: str, *, feeds: Sequence[Feed], routes: Routes, engine: Engine | None, now: datetime
) -> Inquiry:
    """Find the article that somebody asks for, and say why the desk got it or did not.

    Without the `engine` of the rules in use nothing is said of what an article lacks.

    Raises:
        StoreError: the store cannot be asked.
    """
    asked = asked.strip()[:LONGEST]
    link = address_in(asked)
    item_id = await store.item_id_of(link or asked, canonical_link(link) if link else "")
    if item_id and (history := await store.history(item_id)):
        return Inquiry(answer=await answered(history, routes, engine, now), history=history, is_link=bool(link))
    if link:
        states = await _of_site(store, link, feeds)
        answer = unseen_link(states, {feed.id: feed.name for feed in feeds}, now)
        return Inquiry(answer=answer, is_link=True, feeds=tuple(state.feed_id for state in states))
    alike = await _alike(store, asked)
    same = [one for one in alike if title_key(one.title) == title_key(asked)]
    if len(same) == 1 and (history := await store.history(same[0].item_id)):
        return Inquiry(answer=await answered(history, routes, engine, now), history=history)
    found = tuple(same or alike)
    matching, lacks = await _judged(engine, ItemTexts(asked)) if not found else ((), ())
    answer = unseen_headline(found, matching, [(one.title, one.words) for one in lacks])
    return Inquiry(answer=answer, alike=found)


async def answered(history: ItemHistory, routes: Routes, engine: Engine | None, now: datetime) -> Answer:
    """Why the desk got a stored article, or did not, with the routes and rules as they are now."""
    newest = history.revisions[-1]
    lacks: tuple[Lacking, ...] = ()
    if not newest.matches:
        _, lacks = await _judged(engine, ItemTexts.newest_of(history))
    over = passed_over(newest.matches, routes)
    return answer_of(history, passed_over=over, lacking=[(one.title, one.words) for one in lacks], now=now)


async def _judged(engine: Engine | None, text: ItemTexts) -> tuple[tuple[str, ...], tuple[Lacking, ...]]:
    """The titles of the rules that match a text, and what others lack; beside the loop, for a text may be long."""
    if engine is None:
        return (), ()

    def work() -> tuple[tuple[str, ...], tuple[Lacking, ...]]:
        short = replace(text, body=text.body[:_READ])
        return tuple(match.rule_title for match in engine.match(short)), lacking(engine, short)

    return await asyncio.to_thread(work)


async def _alike(store: InquiryStore, headline: str) -> Sequence[FoundItem]:
    """Stored articles with the words of a headline: with all of them, or else with the longest few."""
    words = title_key(headline).split()
    longest = sorted(dict.fromkeys(word for word in words if len(word) >= _SHORT_WORD), key=len, reverse=True)
    tries = [words, *(longest[:most] for most in _OF_WORDS)]
    for number, some in enumerate(tries):
        if (number and len(some) < _FEWEST_WORDS) or not some or some in tries[:number]:
            continue
        if found := await store.found_items(ItemFilter(words=" ".join(some)), after=None, limit=_ALIKE):
            return found
    return ()


async def _of_site(store: InquiryStore, link: str, feeds: Sequence[Feed]) -> Sequence[FeedState]:
    """The feeds that are of the site of a link, by their address or by articles that they showed lately."""
    host = _host(link)
    newest = await store.found_items(ItemFilter(), after=None, limit=_NEWEST)
    shown = {one.source for one in newest if is_same_site(_host(one.url), host)}
    ids = [feed.id for feed in feeds if is_same_site(_host(feed.url), host) or feed.name in shown]
    return await store.feed_states_of(ids) if ids else ()


def is_same_site(one: str, other: str) -> bool:
    """Whether two hosts are of one site: the same, one below the other, or below one registered name."""
    if not one or not other:
        return False
    if one == other or one.endswith(f".{other}") or other.endswith(f".{one}"):
        return True
    registered = extract_domain(f"https://{one}/")
    return registered is not None and registered == extract_domain(f"https://{other}/")


def _host(url: str) -> str:
    """The host of an address, without www; "" where there is none."""
    try:
        return (urlsplit(canonical_link(url)).hostname or "").lower()
    except ValueError:
        return ""

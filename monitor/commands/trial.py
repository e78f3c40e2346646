"""What `feeds test` does: looks for the feed, judges its items by the rules, and prints what came of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from monitor.collect.feedlist import entry_of
from monitor.commands.shell import Shell
from monitor.errors import ConfigError
from monitor.model import Feed
from monitor.wording.counts import counted
from monitor.wording.safe import safe

if TYPE_CHECKING:
    from monitor.collect.feeds import FeedFile
    from monitor.judge.prepared import Prepared
    from monitor.settings import Settings
    from monitor.workbench.trial import Offer, Search

_MOST_ITEMS = 20


@dataclass(frozen=True, slots=True)
class TrialResult:
    """All there is to show.

    `items` are those of the first feed, `odd` what is odd in how it is read. `statuses` are those of the rules by id.
    `unmatched` says why no item could be matched.
    """

    asked: Feed
    search: Search
    offers: tuple[Offer, ...]
    items: tuple[Prepared, ...]
    odd: tuple[str, ...]
    statuses: Mapping[str, str]
    unmatched: str = ""


def run(shell: Shell[Any], address: str, *, as_json: bool) -> None:
    """Try what was asked for and print it; ends with 1 when no feed was found, or a feed of feeds.yaml is none.

    Raises:
        UsageError: it is neither an address nor the id of a feed.
    """
    from monitor.app.edges import try_feed
    from monitor.collect.feeds import read_feeds
    from monitor.workbench.trial import feed_at

    options = shell.start(log_level="warning")
    file = read_feeds(options.wirewatch_feeds)
    known = {feed.id: feed for feed in file.feeds}
    asked = known.get(address) or feed_at(address, file)
    searched = asyncio.run(try_feed(options, asked))
    result = _judged(shell, options, asked, searched, file)
    if as_json:
        print(json.dumps(_as_dict(result), ensure_ascii=False, indent=2))
    else:
        for line in _lines(result):
            shell.out.print(line, markup=False, highlight=False, soft_wrap=True)
    if not result.offers or (searched.asked is not None and address in known):
        raise typer.Exit(1)


def _judged(shell: Shell[Any], options: Settings, asked: Feed, searched: Search, file: FeedFile) -> TrialResult:
    from monitor.config.configuration import read_engine
    from monitor.meaning.encoder import at_once
    from monitor.workbench.trial import judged, oddities, offers_of

    offers = offers_of(searched, file)
    if not offers:
        return TrialResult(asked, searched, (), (), (), {})
    unmatched = ""
    try:
        engine = read_engine(options.wirewatch_rules, at_once(options.wirewatch_meaning))
    except ConfigError as error:
        from monitor.match.engine import compile_rules

        engine, unmatched = compile_rules([]), f"The items were not matched: {error}."
    first = offers[0]
    items = tuple(judged(first.found, first.feed, engine, now=shell.clock()))
    statuses = {rule.id: str(rule.status) for rule in engine.rules}
    return TrialResult(asked, searched, offers, items, tuple(oddities(first.found, items)), statuses, unmatched)


# -- text --------------------------------------------------------------------------------------------------------


def _lines(result: TrialResult) -> Iterator[str]:
    search = result.search
    if search.asked is not None:
        yield f"{result.asked.url}: failed: {search.asked.failure}: {safe(search.asked.reason)}"
    if search.asked is not None and search.tried:
        yield f"looked at {counted(len(search.tried) + len(search.found), 'address', 'addresses')} for its feed:"
        yield from (f"  {url}: {safe(reason)}" for url, reason in search.tried)
    for offer in result.offers:
        parsed = offer.found.parsed
        entries = counted(len(parsed.entries), "entry", "entries", none="no")
        yield ""
        yield f"{offer.found.url}: {entries}, {safe(parsed.title) or 'without a title'}"
        if offer.known:
            yield f"feeds.yaml has this feed as {offer.feed.id}"
        else:
            yield "to poll it, add this line to feeds.yaml (kind may also be wire, ngo or official):"
            yield f"  - {entry_of(offer.feed)}"
    if not result.offers:
        return
    yield from (f"note: {sentence}" for sentence in map(safe, (*result.odd, result.unmatched)) if sentence)
    if len(result.offers) > 1:
        yield f"\nthe items of the first, {result.offers[0].found.url}:"
    for one in result.items[:_MOST_ITEMS]:
        yield ""
        yield from _item(one, result.statuses)
    if len(result.items) > _MOST_ITEMS:
        yield f"\nand {counted(len(result.items) - _MOST_ITEMS, 'older item')}, which --json shows"
    met = sum(bool(one.matches) for one in result.items)
    yield f"\n{met:,} of {counted(len(result.items), 'item')} would match a rule"


def _item(one: Prepared, statuses: Mapping[str, str]) -> Iterator[str]:
    item = one.item
    published = f"{item.published:%Y-%m-%d %H:%M} UTC" if item.published else "no date"
    yield f"{published}  {item.language or '--'}  {safe(item.title)}"
    if item.url:
        yield f"    {item.url}"
    if one.error is not None:
        yield f"    cannot be judged: {safe(str(one.error))}"
    for match in one.matches:
        note = "" if statuses.get(match.rule) == "live" else f" (this rule is on {statuses.get(match.rule)}: no alert)"
        yield f'    {match.rule}, way "{match.way}", {match.severity}{note}'


# -- JSON --------------------------------------------------------------------------------------------------------


def _as_dict(result: TrialResult) -> dict[str, Any]:
    """The object that `feeds test --json` prints."""
    failed = result.search.asked
    return {
        "address": result.asked.url,
        "error": f"{failed.failure}: {failed.reason}" if failed else None,
        "tried": [{"url": url, "error": reason} for url, reason in result.search.tried],
        "feeds": [
            {
                "url": offer.found.url,
                "title": safe(offer.found.parsed.title),
                "entries": len(offer.found.parsed.entries),
                "left_out": offer.found.parsed.left_out,
                "id": offer.feed.id,
                "known": offer.known,
                "line": None if offer.known else f"- {entry_of(offer.feed)}",
            }
            for offer in result.offers
        ],
        "notes": [sentence for sentence in (*result.odd, result.unmatched) if sentence],
        "items": [_item_as_dict(one) for one in result.items],
    }


def _item_as_dict(one: Prepared) -> dict[str, Any]:
    item = one.item
    return {
        "title": item.title,
        "published": item.published.isoformat() if item.published else None,
        "link": item.url,
        "language": item.language,
        "summary": item.summary,
        "rules": [{"rule": match.rule, "way": match.way, "severity": str(match.severity)} for match in one.matches],
        "error": str(one.error) if one.error is not None else None,
    }

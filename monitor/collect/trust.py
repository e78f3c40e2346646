"""How far a feed's keys can be trusted, by what the feed has shown: no key can be in general.

A link or guid that carried another story before proves nothing when it is met again; one that changes while its
article stays tells no articles apart. What is counted is in `monitor.model.FeedKeys`, kept with the feed's state;
docs/decisions/0006 says how it is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.collect.signs import (
    ANOTHER_DATE,
    NEXT_EDITION,
    Articles,
    Beside,
    Signs,
    dates_apart,
    own_guid,
    signs_of,
    telling,
    translation,
)
from monitor.model import FeedKeys, Item, KeyUse, KnownItem

_ENOUGH = 2
"""How often a key must have been reused or changed before that is more than an accident."""

_SHARE = 0.2
"""In what share of the entries, at least: one live page that is used every day spoils no feed's links."""

_MANY = 3
"""How many headlines at least come again under other keys when a feed changes its keys at each fetch."""

_NEARLY_ALL = 0.8
"""How many of the articles that stand under their keys must be in another language for a feed to have changed it."""

_REMEMBERED = 1_000
"""Above this many entries the counts are halved, so that what a feed does now outweighs what it did once."""


def proves(use: KeyUse) -> bool:
    """Whether two entries may be one article because they have this key in common."""
    return not _often(use.reused, use)


def tells_apart(use: KeyUse) -> bool:
    """Whether two entries may be two articles because they differ in this key."""
    return not _often(use.changed, use)


def _often(count: int, use: KeyUse) -> bool:
    return count >= _ENOUGH and count >= _SHARE * use.seen


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTrust:
    """What is known of a feed's keys once a document is read.

    `moved` are the ids of known articles that this document shows under another link than they had, `beside` are its
    other entries, and `boilerplate` is the text keys of what this feed writes under one headline after another.
    `steady`: most of the document's entries have the guids and links that they had, whatever this feed's keys did
    before. `renewed`: most of its headlines are known ones under new guids or links, as after a move. `reworded`: most
    of its articles are told in other words at the moments that they had, as in another language. `translated`: most are
    told in another language, whatever dates they have.
    """

    keys: FeedKeys = field(default_factory=FeedKeys)
    moved: frozenset[str] = frozenset()
    boilerplate: frozenset[str] = frozenset()
    steady: bool = False
    renewed: bool = False
    reworded: bool = False
    translated: bool = False
    beside: Beside = field(default_factory=Beside)


@dataclass(frozen=True, slots=True)
class _Met:
    """An article that an entry shares a key with. `beside`: another entry of the same document.

    `apart` is how far the two were published from each other. `edition`: the document shows both under one headline,
    each with a date of its own. `moment`: both were published at a moment that no other entry has.
    """

    article_id: str
    signs: Signs
    apart: timedelta | None
    beside: bool
    edition: bool
    moment: bool


def learn_keys(
    items: Sequence[Item], known: Articles[KnownItem], before: FeedKeys, beside: Beside | None = None
) -> KeyTrust:
    """Learn from a document's new entries, which are all of one feed, what its keys are worth.

    The whole document is read before any of it is judged, so that the first entry whose link was reused gains from
    what the last one shows. `beside` are its other entries.
    """
    beside = beside or Beside()
    shown: Articles[Item] = Articles()
    # Of one headline that stands in two sections, one moment is no accident.
    dates = Counter(
        published for published, _ in {(item.published, item.title_key or item.entry_digest) for item in items}
    )
    stayed: set[str] = set()
    telling_something: list[tuple[Item, list[_Met]]] = []
    for number, item in enumerate(items):
        met = _met(item, known, shown, beside, own_date=dates[item.published] == 1)
        unchanged = {one.article_id for one in met if _is_unchanged(one)}
        stayed |= unchanged
        if not unchanged:
            telling_something.append((item, met))
            shown.put(str(number), item)
    renews = _renews_all(telling_something, beside)
    reworded = _is_reworded(telling_something)
    translated = _is_translated(telling_something, known, before)
    uses = {"guid": before.guid, "link": before.link, "text": before.text, "date": before.date}
    moved: set[str] = set()
    repeated: set[str] = set()
    for item, met in telling_something:
        again = _again(item, met, renews=renews, dated=tells_apart(before.date))
        kept = [
            one
            for one in met
            if (reworded and _kept_moment(one))
            or (translated and _is_told_anew(item, one, known, dated=proves(before.date)))
        ]
        has = {"guid": own_guid(item), "link": item.link, "text": item.text_key}
        reused = {name: _is_reused(name, met, again, kept) for name, key in has.items() if key}
        if item.published is not None:
            reused["date"] = dates[item.published] > 1
        for name, was_reused in reused.items():
            uses[name] = _add(uses[name], reused=was_reused, changed=_is_changed(name, again))
        if reused.get("text"):
            repeated.add(item.text_key)
        for one in again:
            if not one.beside and one.signs.title:
                (stayed if one.signs.link else moved).add(one.article_id)
    return KeyTrust(
        keys=FeedKeys(**uses),
        moved=frozenset(moved - stayed),
        boilerplate=frozenset() if proves(uses["text"]) else frozenset(repeated),
        steady=bool(beside.stayed) and beside.stayed >= len(items),
        renewed=renews,
        reworded=reworded,
        translated=translated,
        beside=beside,
    )


def _met(
    item: Item, known: Articles[KnownItem], shown: Articles[Item], document: Beside, *, own_date: bool
) -> list[_Met]:
    found = []
    others: list[tuple[str, KnownItem | Item, bool]] = [(key, other, False) for key, other in known.related(item)]
    others += [("", other, True) for _, other in shown.related(item)]
    for key, other, beside in others:
        signs, apart = signs_of(item, other), dates_apart(item, other)
        if not signs.same_feed:
            continue
        dated = bool(signs.title) and apart is not None and apart >= ANOTHER_DATE
        edition = dated and (beside or (isinstance(other, KnownItem) and document.shows(other, by_guid=False)))
        found.append(_Met(key, signs, apart, beside, edition, moment=own_date and bool(signs.date)))
    return found


def _again(item: Item, met: Sequence[_Met], *, renews: bool, dated: bool) -> list[_Met]:
    """The article an entry plainly shows again, by what depends least on the worth of one key; mostly one, or none.

    A headline alone shows none: a wire writes the same of the next strike on the same town. It takes a text, a key or
    a moment beside it, or a document that `renews` the keys of all it shows. Another guid a day later is the next
    day's, where the feed's dates can be trusted (`dated`).
    """
    titled = [one for one in met if one.signs.title and not (dated and (one.edition or _is_next(one)))]
    for plain in (
        [one for one in titled if one.signs.text],
        [one for one in titled if telling(item) and one.signs.text is None and one.signs.date],
        [one for one in titled if one.signs.guid or one.signs.link],
        [one for one in titled if renews and _is_renewed(item, one)],
        [one for one in met if one.signs.alike and one.signs.guid and one.signs.link is not False],
    ):
        if plain:
            return plain
    return []


def _is_next(met: _Met) -> bool:
    """Whether an article of the same headline is the next day's: it has a key of its own, and was published later."""
    signs = met.signs
    other = signs.guid is False or (signs.link is False and not (signs.guid and signs.text))
    return other and met.apart is not None and met.apart >= NEXT_EDITION


def _renews_all(shown: Sequence[tuple[Item, Sequence[_Met]]], beside: Beside) -> bool:
    """Whether a document shows most of its headlines under keys that they did not have before.

    So do feeds that write new guids and links at each fetch. One article under new keys, among others that kept
    theirs, is another article.
    """
    again = {item.title_key for item, met in shown if any(not one.beside and _is_renewed(item, one) for one in met)}
    return len(again) >= max(_MANY, len({item.title_key for item, _ in shown}) / 2) and len(again) > beside.stayed


def _is_renewed(item: Item, met: _Met) -> bool:
    """Whether an article may be met under other keys: its headline says so, and neither text nor date denies it."""
    signs = met.signs
    same_time = met.apart is None or met.apart < ANOTHER_DATE
    return bool(signs.title) and telling(item) and signs.text is not False and same_time


def _is_unchanged(met: _Met) -> bool:
    """Whether an article is met as it was: then nothing is learnt, however often a feed is asked."""
    signs = met.signs
    return not met.beside and bool(signs.title) and False not in (signs.guid, signs.link, signs.text)


def _is_reworded(shown: Sequence[tuple[Item, Sequence[_Met]]]) -> bool:
    """Whether a document shows most of its articles under a key and the moment that they had, as in another language.

    One alone is rather a page that tells the next thing in the same place.
    """
    kept = sum(any(_kept_moment(one) for one in met) for _, met in shown)
    return kept >= max(_MANY, len(shown) / 2)


def _is_translated(shown: Sequence[tuple[Item, Sequence[_Met]]], known: Articles[KnownItem], before: FeedKeys) -> bool:
    """Whether a document tells most of its articles, which are known under its keys, in one other language.

    That needs no dates. Where keys were used again before, nothing is known under them.
    """
    if not (proves(before.guid) and proves(before.link)):
        return False
    dated = proves(before.date)
    holders = [(item, one) for item, met in shown for one in met if _holds_place(one, dated=dated)]
    spoken = Counter(_languages(item, one, known) for item, one in holders)
    told = {languages: count for languages, count in spoken.items() if languages is not None}
    most = max(told.values(), default=0)
    return most >= max(_MANY, len(shown) / 2) and most >= _NEARLY_ALL * len(holders)


def _holds_place(met: _Met, *, dated: bool) -> bool:
    """Whether an article had an entry's key, another headline, and no other date, if the feed is `dated`.

    A day is no other date, nor is the time of the fetch, which all entries have.
    """
    signs = met.signs
    redated = dated and bool(met.apart)
    return not met.beside and bool(signs.guid or signs.link) and not signs.title and not redated


def _is_told_anew(item: Item, met: _Met, known: Articles[KnownItem], *, dated: bool) -> bool:
    return _holds_place(met, dated=dated) and _languages(item, met, known) is not None


def _languages(item: Item, met: _Met, known: Articles[KnownItem]) -> tuple[str, str] | None:
    other = known.get(met.article_id)
    return translation(item, other) if other is not None else None


def _kept_moment(met: _Met) -> bool:
    """Whether an entry has a key of an article and the moment at which that was published, which no other entry has."""
    return met.moment and bool(met.signs.guid or met.signs.link)


def _is_reused(name: str, met: Sequence[_Met], again: Sequence[_Met], kept: Sequence[_Met]) -> bool:
    """Whether another article had an entry's key. `kept` are those that the entry may tell in other words.

    When the entry's own article is met under another key, whoever had this one is another article, however alike.
    """
    holders = [one for one in met if getattr(one.signs, name)]
    strangers = [one for one in holders if not _may_be_one(one, name, is_kept=one in kept)]
    if name == "text":  # under many headlines, one or the other is alike by chance
        return bool(strangers)
    return bool(holders) and (_is_changed(name, again) or strangers == holders)


def _is_changed(name: str, again: Sequence[_Met]) -> bool:
    """Whether an entry's own article had another key before, and never this one."""
    agree = [getattr(one.signs, name) for one in again]
    return False in agree and True not in agree


def _may_be_one(met: _Met, name: str, *, is_kept: bool) -> bool:
    """Whether an entry and an article with this key in common can be the same, going by their other keys."""
    signs = met.signs
    if met.beside and name != "text":  # two entries of one document are two articles, unless they say the same
        return bool(signs.title or signs.text) and signs.place is not False
    if signs.place is False and not signs.title and not signs.text:
        return False
    if signs.alike or met.beside:
        return signs.alike
    if name == "text":
        return bool(signs.guid or signs.link)
    if is_kept:
        return True
    return bool(signs.guid and signs.link) and signs.text is not False and signs.date is not False


def _add(use: KeyUse, *, reused: bool, changed: bool) -> KeyUse:
    grown = KeyUse(seen=use.seen + 1, reused=use.reused + reused, changed=use.changed + changed)
    if grown.seen <= _REMEMBERED:
        return grown
    return KeyUse(seen=grown.seen // 2, reused=grown.reused // 2, changed=grown.changed // 2)

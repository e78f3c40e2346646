"""Notices to ops about rules that match far less than they did: when it begins and when it is over, several in one.

A quiet holiday makes most rules match less, one after the other. So all that one look finds is one notice, and what is
found within `FOLDED` of a notice waits for the next (docs/decisions/0038).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.decide.notices.notice import notice
from monitor.model import Delivery, FeedHealth, MatchedBefore, Route, Silence, in_words
from monitor.model.languages import LANGUAGE_NAMES
from monitor.model.waits import waits
from monitor.wording.counts import counted
from monitor.wording.lists import listed
from monitor.wording.safe import safe, shortened

FOLDED = timedelta(hours=12)
"""From one notice of silences to the next, and from one that some are over to the next."""

_MOST_LINES = 8
_MOST_NAMES = 4
_NAME = 60
_DOWN = (FeedHealth.FAILING, FeedHealth.BLOCKED, FeedHealth.GONE, FeedHealth.FROZEN)
_MOST_OF = 0.5


def told(
    silences: Sequence[Silence], ops: Route | None, *, now: datetime
) -> tuple[tuple[Silence, ...], tuple[Delivery, ...]]:
    """The silences with what ops now knows of them, and the notices that say it.

    A silence that is over before ops had a notice of it gets none.
    """
    if ops is None:
        return tuple(silences), ()
    new = [one for one in silences if one.told_at is None and one.over_at is None]
    over = [one for one in silences if one.told_at and one.over_at and one.over_told_at is None]
    if any(waits(one.told_at, FOLDED, now) for one in silences):
        new = []
    if any(waits(one.over_told_at, FOLDED, now) for one in silences):
        over = []
    notices = []
    if shown := _without_parts(new):
        notices.append(
            _notice(
                "silent",
                _title(shown, "matches far less than usual", "match far less than usual"),
                [_line(one) for one in shown],
                ops,
                now,
            )
        )
    if shown := _without_parts(over):
        lines = [
            f"{_name(one)}: it matched far less for {in_words(max(timedelta(0), (one.over_at or now) - one.since))}."
            for one in shown
        ]
        notices.append(
            _notice("silent-over", _title(shown, "matches as usual again", "match as usual again"), lines, ops, now)
        )
    changed = tuple(
        replace(one, told_at=now) if one in new else replace(one, over_told_at=now) if one in over else one
        for one in silences
    )
    return changed, tuple(notices)


def _notice(kind: str, title: str, lines: Sequence[str], ops: Route, now: datetime) -> Delivery:
    more = len(lines) - _MOST_LINES
    shown = [*lines[:_MOST_LINES], *([f"and {more} more; `health` lists all"] if more > 0 else [])]
    if kind == "silent":
        shown.append("You get a message when they match as usual again.")
    return notice(f"{kind}:{now.isoformat()}", title, "\n".join(shown), ops, now=now)


def _title(silences: Sequence[Silence], one: str, many: str) -> str:
    rules = dict.fromkeys(silence.rule for silence in silences)
    return f"Rule {next(iter(rules))} {one}" if len(rules) == 1 else f"{counted(len(rules), 'rule')} {many}"


def _without_parts(silences: Sequence[Silence]) -> list[Silence]:
    """Those of a rule in a language are left out where the rule is silent in all together; the surest come first."""
    whole = {one.rule for one in silences if not one.language}
    kept = [one for one in silences if not one.language or one.rule not in whole]
    return sorted(kept, key=lambda one: (-one.expected, one.rule, one.language))


def _line(one: Silence) -> str:
    return f"{silence_words(one)}. {one.cause}"


def silence_words(one: Silence) -> str:
    """A silence in a line, without its cause and a full stop."""
    since, hours = f"{one.since:%Y-%m-%d %H:%M} UTC", in_words(timedelta(hours=one.hours))
    if not one.seen:
        return f"{_name(one)}: no match since {since}; about {one.expected:.0f} are usual in {hours}"
    matches = counted(one.seen, "match", "matches")
    return f"{_name(one)}: {matches} in {hours} from {since}; about {one.expected:.0f} are usual"


def _name(one: Silence) -> str:
    return f"{one.rule} in {LANGUAGE_NAMES.get(one.language, one.language)}" if one.language else one.rule


def cause_of(
    *,
    shares: Mapping[str, float],
    feeds: Mapping[str, tuple[FeedHealth, datetime | None] | None],
    rule_hash: str,
    terms: frozenset[str],
    before: MatchedBefore,
    edited: tuple[str, datetime] | None,
    language: tuple[int, float] | None,
) -> str:
    """The likely cause of a silence, in a sentence or two; which one is the likeliest is asked in this order.

    `shares` says which share of the matches each feed brought, `feeds` how each of them does and since when (None: it
    is polled no more). `rule_hash` and `terms` are those of the rule now, `before` what it matched by, `edited` the
    file of the rule, or of its words, that was edited last before it fell silent, and when. `language` is how many
    items feeds brought in the language, and how many are usual; None when that is as usual.
    """
    causes = []
    down = [feed for feed in shares if (how := feeds.get(feed)) is None or how[0] in _DOWN]
    if sum(shares[feed] for feed in down) >= _MOST_OF:
        causes.append(
            f"Likely cause: {_share(sum(shares[feed] for feed in down))} of its matches came from "
            f"{listed([_feed(feed, feeds[feed]) for feed in down], _MOST_NAMES)}."
        )
    if before.hashes and before.hashes[0] != rule_hash:
        causes.append(_edit(before, terms, edited))
    if language is not None and not down:
        seen, usual = language
        causes.append(
            f"Likely cause: the feeds in this language brought {counted(seen, 'item', none='no')}, about "
            f"{usual:.0f} are usual; `feeds list` shows how each does."
        )
    return " ".join(causes) or (
        "No cause is known: its feeds work, and the rule was not edited. It may be a quiet day. `explain --text` with "
        "a headline that should match shows what is missing."
    )


def _edit(before: MatchedBefore, terms: frozenset[str], edited: tuple[str, datetime] | None) -> str:
    when = f"{edited[0]} was edited on {edited[1]:%Y-%m-%d at %H:%M} UTC" if edited else "the rule was edited"
    gone = sorted((term for term in before.terms if term not in terms), key=lambda term: (-before.terms[term], term))
    if not gone:
        return f"Likely cause: {when}."
    hit = f"in {max(before.terms[term] for term in gone)} of its last {counted(before.count, 'match', 'matches')}"
    words = listed([f"“{shortened(safe(term), _NAME)}”" for term in gone], _MOST_NAMES)
    verb = "it is" if len(gone) == 1 else "they are"
    return f"Likely cause: {when}. {words} stood {hit}, and {verb} no longer among its words."


def _feed(feed: str, how: tuple[FeedHealth, datetime | None] | None) -> str:
    if how is None:
        return f"{feed} (no longer polled)"
    health, since = how
    return f"{feed} ({health}{f' since {since:%Y-%m-%d %H:%M} UTC' if since else ''})"


def _share(share: float) -> str:
    return "all" if share > 0.995 else f"{share:.0%}"

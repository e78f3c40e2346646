"""A card's lines below its headline: who says it and where, how many, who is accused, what officials say; then why.

`facts` has the claims and their words; here is in which order they stand, and how much of each there is room for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from monitor.model import Alert, Match, TollKind
from monitor.wording.doubt import rule_and_doubt
from monitor.wording.facts import CORRECTIONS, fact_lines, toll_words
from monitor.wording.messages import RULES_SHOWN, quoted, reach_words, rule_name, source
from monitor.wording.safe import isolated, safe, shortened

LINE = 100
"""About how many characters a line has at the width of a desktop."""

MOST_FACTS = 5
"""Lines of facts on a card."""

Part = tuple[str, str]
"""What a part of a line is about ("" for what needs no label), and what it says."""

_REACH, _PLACES = "Reported by", "Places"
_THINGS = ("Targets", "Weapons")
_TOLLS = tuple(kind.value.capitalize() for kind in TollKind)
_TOLL_LINES = 2
_LONGEST_PLACES = 60
_BETWEEN = len(": ") + len(" · ")
_NUMBER = re.compile(r"\d+")
_WORDS_OF_A_RULE = (3, 2, 1, 0)


def card_lines(alert: Alert, now: datetime, most: int = MOST_FACTS) -> list[list[Part]]:
    """At most so many lines of facts: sources and places; tolls; who is accused, and official reactions.

    Parts that belong together share a line as long as they fit; what was hit and with what stands there only if it
    does. That a report was corrected is never left out: it has a line behind the tolls.
    """
    facts = fact_lines(alert, now, quotes=False)
    elsewhere = (_REACH, _PLACES, *_THINGS, *CORRECTIONS)
    rest = [one for one in facts if one[0] not in elsewhere and not one[0].startswith(_TOLLS)]
    tolls = _packed(one for one in facts if one[0].startswith(_TOLLS))[:_TOLL_LINES]
    head = [_where(alert, facts), *_packed(one for one in facts if one[0] in CORRECTIONS)]
    said = _packed(rest, most=2 * LINE)
    if len(head) + len(tolls) + lines_of(said) > most:
        said = _packed(rest, most=LINE)
    if len(head) + len(tolls) + len(said) > most:
        tolls = tolls[:1]
    return [*head[:1], *tolls, *head[1:], *said[-max(1, most - len(head) - len(tolls)) :]]


def lines_of(packed: Iterable[Sequence[Part]]) -> int:
    """On how many lines of a desktop these stand."""
    return sum(-(-_length(line) // LINE) for line in packed)


def _where(alert: Alert, facts: Sequence[Part]) -> list[Part]:
    """The outlet, how widely it is reported, and where it happened."""
    reach = reach_words(alert.record)
    line = [("", f"{source(alert)} ({reach})" if reach else source(alert))]
    line += [(about, shortened(said, _LONGEST_PLACES)) for about, said in facts if about == _PLACES]
    for about, said in facts:
        if about in _THINGS and _length([*line, (about, said)]) <= LINE:
            line.append((about, said))
    return [part for part in line if part[1]]


def _packed(parts: Iterable[Part], *, most: int = LINE) -> list[list[Part]]:
    """Parts, each in at most so many characters, on as few lines as they fit on."""
    lines: list[list[Part]] = []
    for about, said in parts:
        part = about, shortened(said, most - len(about) - _BETWEEN)
        if lines and _length([*lines[-1], part]) <= LINE:
            lines[-1].append(part)
        elif said:
            lines.append([part])
    return lines


def _length(line: Iterable[Part]) -> int:
    return sum(len(about) + len(said) + _BETWEEN for about, said in line)


def short_facts(alert: Alert) -> str:
    """Where, and how many were killed, where the headline does not say so: "Idlib · at least 9 killed"."""
    title = alert.title.casefold()
    places = [safe(claim.words) for claim in alert.record.places[:1] if claim.words.casefold() not in title]
    tolls = [
        toll_words(claim, claim.kind)
        for claim in alert.record.latest[:1]
        if not {str(claim.low), str(claim.high)} & set(_NUMBER.findall(title))
    ]
    return " · ".join([*map(isolated, places), *tolls])


def why_words(matches: Sequence[Match], *, shown: Collection[str] = (), limit: int = 1_000) -> str:
    """Which rules matched, and by which words: as many as there is room for, the rules before the words.

    "Cluster munitions: “cluster munition” · Official reactions: “no comment” and 2 more". Words that are `shown` in
    bold already are not named again.
    """
    seen = {word.casefold() for word in shown}
    written = (_why(matches, seen, most) for most in _WORDS_OF_A_RULE)
    return next((words for words in written if len(words) <= limit), shortened(_why(matches, seen, 0), limit))


def _why(matches: Sequence[Match], seen: Collection[str], most: int) -> str:
    # Of an alert that is doubted as a whole the card says so once, below its headline.
    name = rule_name if all(match.doubtful for match in matches) else rule_and_doubt
    named = [": ".join(filter(None, [name(one), _words(one, seen, most)])) for one in matches[:RULES_SHOWN]]
    more = len(matches) - len(named)
    return " · ".join([*filter(None, named), *([f"and {more} more rules"] if more > 0 else [])])


def _words(match: Match, seen: Collection[str], most: int) -> str:
    texts = [piece.text for piece in match.evidence if safe(piece.text).casefold() not in seen]
    return quoted(texts, most=most) if most else ""

"""The human tolls a text claims, in six languages: how many were killed, hurt or are missing, and who says so.

Read by the roles of words, not by grammars: a number belongs to the word of harm that it stands before or after, with
nothing between them but what may stand there. Numbers of things, time, money or a part of those counted are no tolls.
"Dozens", "scores" and "tens" count as at least 20, "hundreds" as at least 100, "thousands" as at least 1,000: the least
that anyone means by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from monitor.link.tolls.claimants import speaker_in
from monitor.link.tolls.cumulative import is_cumulative, is_earlier, is_of_a_war, is_of_nature
from monitor.link.tolls.harm import Casualties, casualties_in
from monitor.link.tolls.tokens import END, Token, may_tell, tokens_of
from monitor.model import Bound, Toll, TollKind

LONGEST_QUOTE = 240
"""The most characters of a quote."""

_LONGEST_SENTENCE = 600
# The hurt of whom a sentence goes on to say that they died are no toll of the hurt.
_DIED_SINCE = re.compile(
    r"[^.!?…;:\d]{0,90}?(?:\b(?:ha(?:ve|s|d) (?:since |now |later )?died|succumbed"
    r"|died of (?:their |his |her )?(?:wounds|injuries)|(?:ont|a) succombé|sont (?:morts|décédés)"
    r"|est (?:mort|décédé)e? (?:de ses|des suites)|(?:han|ha) (?:muerto|fallecido)|murió|murieron|fallecieron"
    r"|скончал(?:ся|ась|ись)|умер(?:ла|ли)?|помер(?:ла|ли)?)\b|توفوا|توفي|فارقوا الحياة)",
    re.IGNORECASE,
)


_LEAST = (12, 20, 100, 1_000)
"""The least that "a dozen", "dozens", "hundreds" and "thousands" mean."""

_BACK, _AHEAD = 60, 100
# Beside the count of an event, one so high and so many times as high is that of a war, whatever the words around it.
_OF_MANY_EVENTS, _TIMES_AS_MANY = 1_000, 30
_MORE_THAN_ATTACKS_HARM = 10_000
"""So many dead or hurt are never of one attack: "death toll in Gaza passes 60,000"."""

_MANY, _ROUNDED = 100, 0.95
_END_OF_SENTENCE = re.compile(r"[.!?…؟;\n](?=\s|$)")


@lru_cache(maxsize=64)  # one report is asked for the tolls of its few texts several times
def tolls_in(text: str) -> tuple[Toll, ...]:
    """The tolls that a text claims, in its order. Takes time linear in the text and never raises."""
    if not may_tell(text):
        return ()
    tokens = tokens_of(text)
    sentences = _Sentences(text, tokens)
    tolls = (_toll(claim, tokens, sentences) for claim in casualties_in(tokens))
    return tuple(toll for toll in tolls if toll.kind is not TollKind.HURT or not _DIED_SINCE.match(text, toll.end))


def claimed(tolls: Iterable[Toll]) -> Mapping[TollKind, Toll]:
    """Of each kind, the toll that a report stands for: the highest, the first of equals."""
    best: dict[TollKind, Toll] = {}
    for toll in tolls:
        if toll.kind not in best or toll.high > best[toll.kind].high:
            best[toll.kind] = toll
    return best


def report_tolls(title: str, summary: str) -> Mapping[TollKind, Toll]:
    """Of each kind, the toll of its event that a report claims: its title's, or else its summary's.

    Offsets are of that text. Beside a word such as "dozens" in the title, a larger number in the summary says more. The
    total of a war or a year is the toll of no one event, and one of several counts may be of an event before.
    """
    totals = [toll.high for toll in tolls_in(summary) if _is_total(toll, summary)]
    of_it = (toll for toll in _of_the_event(title) if not any(_is_about(toll.high, total) for total in totals))
    told, more = claimed(of_it), claimed(_of_the_event(summary))
    telling = {kind: toll for kind, toll in told.items() if not (kind in more and _says_less(toll, more[kind], title))}
    return {**more, **telling}


def _is_total(toll: Toll, text: str) -> bool:
    """Whether the sentence of a toll says that it counts a war, a year or the like."""
    near = max(0, toll.start - _BACK)
    first = max((end.end() for end in _END_OF_SENTENCE.finditer(text, near, toll.start)), default=near)
    after = _END_OF_SENTENCE.search(text, toll.end, toll.end + _AHEAD)
    return is_cumulative(text[first : after.start() if after else toll.end + _AHEAD])


def _is_about(count: int, total: int) -> bool:
    """Whether a headline's count is a total that its text tells exactly: "more than 3,000" of 3,042 in a year."""
    return count >= _MANY and total * _ROUNDED <= count <= total


def _says_less(toll: Toll, other: Toll, text: str) -> bool:
    """Whether a toll is but the least that a word like "dozens" means, and another one is higher."""
    in_words = not any(map(str.isdecimal, text[toll.start : toll.end]))
    return in_words and toll.bound is Bound.AT_LEAST and toll.low in _LEAST and other.low > toll.low


def _of_the_event(text: str) -> Iterator[Toll]:
    tolls = tolls_in(text)
    counted: list[Toll] = []
    earlier: list[Toll] = []
    for number, toll in enumerate(tolls):
        first = max(tolls[number - 1].end if number else 0, toll.start - _BACK)
        last = min(tolls[number + 1].start if number + 1 < len(tolls) else len(text), toll.end + _AHEAD)
        before = max((end.end() for end in _END_OF_SENTENCE.finditer(text, first, toll.start)), default=first)
        after = _END_OF_SENTENCE.search(text, toll.end, last)
        end = after.start() if after else last
        if _is_of_many_attacks(toll, text):
            continue
        if not is_cumulative(text[before:end]) and not is_of_a_war(text[before : toll.end]):
            told = earlier if is_earlier(text[before : toll.start], text[toll.end : end]) else counted
            # Who speaks of the news need not be who counted the dead of an event before it.
            told.append(replace(toll, claimant="") if told is earlier else toll)
    for kind in TollKind:
        found = [toll for toll in counted if toll.kind is kind] or [toll for toll in earlier if toll.kind is kind]
        least = min((toll.high for toll in found), default=0)
        yield from (toll for toll in found if toll.high < _OF_MANY_EVENTS or toll.high < least * _TIMES_AS_MANY)


def _is_of_many_attacks(toll: Toll, text: str) -> bool:
    harmed = toll.kind is not TollKind.MISSING and toll.low >= _MORE_THAN_ATTACKS_HARM
    return harmed and not is_of_nature(text)


class _Sentences:
    """The sentences of a text, for quotes and for who says so; each is looked at once."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self._text = text
        self._ends = [token.start for token in tokens if token.mark == END] + [len(text)]
        self._at = 0
        self._start = 0
        self._speakers: dict[int, tuple[str, int]] = {}

    def around(self, start: int, end: int) -> tuple[str, str]:
        """The quote that holds some characters, and its claimant. To be asked for in the order of the text."""
        while self._ends[self._at] < start:
            self._start = self._ends[self._at] + 1
            self._at += 1
        stop = max(self._ends[self._at], end)
        if self._start not in self._speakers:
            sentence = self._text[self._start : min(stop, self._start + _LONGEST_SENTENCE)]
            name, told_from = speaker_in(sentence.strip())
            self._speakers[self._start] = name, self._start + len(sentence) - len(sentence.lstrip()) + told_from
        name, told_from = self._speakers[self._start]
        return self._cut(self._start, stop, start, end), name if start >= told_from else ""

    def _cut(self, first: int, stop: int, start: int, end: int) -> str:
        if stop - first > LONGEST_QUOTE:
            first = max(first, min(start, end - LONGEST_QUOTE // 2) - LONGEST_QUOTE // 4)
            stop = min(stop, first + LONGEST_QUOTE)
        return self._text[first:stop].strip(" \n\t.;!?…؟")


def _toll(claim: Casualties, tokens: Sequence[Token], sentences: _Sentences) -> Toll:
    number = claim.count.number
    start = min(tokens[claim.first].start, tokens[number.first].start)
    end = max(tokens[claim.last].end, tokens[number.after - 1].end)
    quote, claimant = sentences.around(start, end)
    return Toll(
        kind=claim.kind,
        low=number.low,
        high=number.high,
        bound=number.bound,
        start=start,
        end=end,
        quote=quote,
        claimant=claimant,
    )

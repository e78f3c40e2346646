"""Numbers of people in a text: in digits or words, as ranges, with their bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.link.tolls.lexicon import Role
from monitor.link.tolls.tokens import HYPHEN, NUMBER, Token
from monitor.model import Bound

MOST = 50_000_000
"""Larger numbers count no victims."""

_LONGEST = 12
_GROUPED = re.compile(r"\d{1,3}(?:\D\d{3})+")
_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that a text says; `first` and `after` are the tokens it begins with and ends before."""

    low: int
    high: int
    bound: Bound = Bound.EXACT
    first: int
    after: int
    like_a_year: bool = False


def number_at(tokens: Sequence[Token], at: int) -> Number | None:
    """The number or range that begins at a token, bounds included: "between 20 and 30", "at least 12", "12 or more"."""
    first = at
    bound = None
    while at < len(tokens) and tokens[at].has(Role.BOUND) and at - first < 3:
        bound = bound or tokens[at].word.bound
        at += 1
    between = at < len(tokens) and tokens[at].has(Role.BETWEEN)
    found = _range(tokens, at + 1, joined=True) if between else None
    found = found or _range(tokens, at, joined=False) or _plain(tokens, at)
    if found is None or not 0 < found.low <= found.high <= MOST:
        return None
    after = found.after
    more = after < len(tokens) and (tokens[after].mark == "+" or tokens[after].has(Role.POSTBOUND))
    if more and _plain(tokens, after + 1) is None:
        bound, after = Bound.AT_LEAST, after + 1
    return replace(found, bound=bound or found.bound, first=first, after=after)


def _range(tokens: Sequence[Token], at: int, *, joined: bool) -> Number | None:
    """A range; `joined` says that "between" stands before it, so that "and" parts its ends."""
    low = _plain(tokens, at)
    if low is None or low.after + 1 >= len(tokens):
        return None
    link = tokens[low.after]
    if not (link.mark in ("-", HYPHEN) or (link.has(Role.TO) and (joined or not link.has(Role.AND)))):
        return None
    high = _plain(tokens, low.after + 1)
    if high is None or high.low <= low.low:
        return None
    if high.low >= 1000 > low.low and tokens[high.after - 1].mark != NUMBER:
        low = replace(low, low=low.low * 1000)
    return replace(low, high=high.high, after=high.after, like_a_year=low.like_a_year and high.like_a_year)


def _plain(tokens: Sequence[Token], at: int) -> Number | None:
    """A number without bounds: digits with a scale perhaps, or words."""
    if at >= len(tokens):
        return None
    if tokens[at].mark == NUMBER:
        return _digits(tokens, at)
    return _words(tokens, at)


def _digits(tokens: Sequence[Token], at: int) -> Number | None:
    written = tokens[at].folded
    scale, after = 1, at + 1
    while after < len(tokens) and tokens[after].word.value in (1000, 1_000_000) and tokens[after].has(Role.NUMBER):
        scale, after = scale * tokens[after].word.value, after + 1
    if _GROUPED.fullmatch(written) and (scale == 1 or "," not in written):
        value = float(re.sub(r"\D", "", written))
    elif written.isdecimal():
        value = float(written) if len(written) < 10 else float(MOST + 1)
    elif scale > 1 and re.fullmatch(r"\d{1,6}[.,]\d{1,3}", written):
        value = float(written.replace(",", "."))
    else:
        return None
    whole = int(min(value * scale, MOST + 1))
    return Number(low=whole, high=whole, first=at, after=after, like_a_year=written.isdecimal() and whole in _YEARS)


def _words(tokens: Sequence[Token], at: int) -> Number | None:
    first, total, current, bound, after = at, 0, 0, None, at
    few = tokens[at].has(Role.FEW)
    if few or (tokens[at].has(Role.ARTICLE) and _counts(tokens, at + 1)):
        at += 1
    while at < len(tokens) and at - first < _LONGEST:
        token = tokens[at]
        joint = token.has(Role.AND) or token.mark == HYPHEN
        if (
            joint
            and after > first
            and at + 1 < len(tokens)
            and _adds(current, tokens, at + 1, joined=token.has(Role.AND))
        ):
            at += 1
            token = tokens[at]
        if not _is_number(tokens, at) or (current and not _adds(current, tokens, at, joined=True)):
            break
        value = token.word.value
        bound = bound or token.word.bound
        if value >= 1000:
            total, current = total + max(1, current) * value, 0
        elif current and (value == 100 or (token.word.bound and value < 100)):
            current *= value
        elif current == 4 and value == 20 and tokens[at - 1].folded in ("quatre", "-"):
            current = 80
        else:
            current += value
        at += 1
        after = at
    if after == first or not total + current:
        return None
    whole = total + current
    bound = Bound.AT_LEAST if few else bound
    return Number(low=whole, high=whole, bound=bound or Bound.EXACT, first=first, after=after)


def _is_number(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if token.has(Role.NUMBER):
        return True
    return token.has(Role.SHY) and at + 1 < len(tokens) and _foreign_victim(tokens[at + 1])


def _foreign_victim(token: Token) -> bool:
    """Whether a token is a word for victims in a language other than English."""
    return not token.word.english and (token.has(Role.PERSON) or token.has(Role.BEFORE))


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """Whether an article before this token belongs to a number: "a dozen", "a hundred"."""
    if at >= len(tokens):
        return False
    return tokens[at].has(Role.NUMBER) and (tokens[at].word.value >= 100 or tokens[at].word.bound is not None)


def _adds(current: int, tokens: Sequence[Token], at: int, *, joined: bool) -> bool:
    """Whether the number word at `at` goes on with a number that stands at `current`: "twenty" "two"."""
    word = tokens[at].word
    value = word.value
    if not tokens[at].has(Role.NUMBER) or tokens[at].has(Role.PERSON):
        return False
    if value >= 100 or (word.bound and value < 100):
        return current < value and (value >= 1000 or current < 100)
    arabic = "\u0600" <= tokens[at].folded[:1] <= "\u06ff"
    if arabic and current % 100 and current % 100 < 10:
        return value % 10 == 0 and joined
    if current == 4 and value == 20:
        return tokens[at - 1].folded in ("quatre", "-")
    rest = current % 100
    if rest in (60, 80) and 10 <= value < 20:
        return tokens[at].folded in ("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize")
    return value < 10 and rest % 10 == 0 and rest != 10 if rest else value < 100

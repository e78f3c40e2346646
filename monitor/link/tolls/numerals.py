"""Numbers of people in a text: in digits or words, as ranges, with their bounds; each is read whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.link.tolls.lexicon import Role
from monitor.link.tolls.spelled import is_number_word, spelled_at
from monitor.link.tolls.tokens import HYPHEN, NAME, NUMBER, Token
from monitor.model import Bound

MOST = 50_000_000
"""Larger numbers count no victims."""

_GROUPED = re.compile(r"\d{1,3}(?:\D\d{3})+")
_SCALES = frozenset({12, 100, 1000, 100_000, 1_000_000, 10_000_000, 1_000_000_000})
_OUT_OF = frozenset({"in", "out of", "sur", "cada", "из", "із", "з", "من", "كل"})
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
    if found is None or not 0 < found.low <= found.high <= MOST or _touches_another(tokens, found):
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
    spelled = spelled_at(tokens, at)
    if spelled is None:
        return None
    bound = spelled.bound or Bound.EXACT
    return Number(low=spelled.value, high=spelled.value, bound=bound, first=at, after=spelled.after)


def _digits(tokens: Sequence[Token], at: int) -> Number | None:
    """A number in digits, scaled by the words behind it: "12", "1.5 million", "2 thousand 500"."""
    written = tokens[at].folded
    scale, after = _scale(tokens, at + 1)
    if written.endswith("k"):
        scale, written = scale * 1000, written.removesuffix("k")
    value = _value(written, scaled=scale > 1)
    if value is None:
        return None
    whole = value * scale
    if scale >= 1000 and after < len(tokens) and tokens[after].mark == NUMBER:
        rest = _digits(tokens, after)
        if rest is None or rest.low >= scale or whole % scale:
            return None
        whole, after = whole + rest.low, rest.after
    number = int(min(whole, MOST + 1))
    return Number(low=number, high=number, first=at, after=after, like_a_year=_is_year(written, number))


def _scale(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """What the words from a token on multiply digits by, and the token after them."""
    scale, after = 1, at
    while after < len(tokens) and tokens[after].has(Role.NUMBER) and tokens[after].word.value in _SCALES:
        scale, after = scale * tokens[after].word.value, after + 1
    return scale, after


def _value(written: str, *, scaled: bool) -> float | None:
    """What digits say; None when they are no number of people: a time, a date, a decimal that nothing scales."""
    if _GROUPED.fullmatch(written) and not (scaled and re.search("[.,]", written)):
        return float(re.sub(r"\D", "", written))
    if written.isdecimal():
        return float(written) if len(written) < 10 else float(MOST + 1)
    if scaled and re.fullmatch(r"\d{1,6}[.,]\d{1,3}", written):
        return float(written.replace(",", "."))
    return None


def _is_year(written: str, number: int) -> bool:
    return written.isdecimal() and number in _YEARS


def _touches_another(tokens: Sequence[Token], found: Number) -> bool:
    """Whether a number is a part of a longer one, or beside a fraction: then it says another number."""
    first, after = found.first, found.after
    if first and tokens[first - 1].has(Role.ARTICLE) and not tokens[first].mark:
        first -= 1
    return (
        _is_out_of(tokens, first)
        or goes_on_from(tokens, first)
        or _goes_before(tokens, first - 1, tokens[found.first])
        or (first > 1 and tokens[first - 1].mark == HYPHEN and _goes_before(tokens, first - 2, tokens[found.first]))
        or _goes_after(tokens, after, tokens[after - 1])
        or (after < len(tokens) and tokens[after].mark == HYPHEN and _goes_after(tokens, after + 1, tokens[after - 1]))
        or _and_a_piece(tokens, after)
    )


def _goes_before(tokens: Sequence[Token], at: int, number: Token) -> bool:
    if at < 0:
        return False
    token = tokens[at]
    if token.mark == NUMBER:
        is_year = _is_year(token.folded, _whole(token.folded))
        return number.word.value >= 100 or (number.mark == NUMBER and not is_year)
    if token.mark == NAME and token.folded[:1].isdigit():
        return number.word.value >= 100
    # "Treinta y uno-dos": the article ends a number.
    return token.has(Role.PIECE) or is_number_word(tokens, at, inside=tokens[at + 1].mark == HYPHEN)


def _goes_after(tokens: Sequence[Token], at: int, number: Token) -> bool:
    if at >= len(tokens):
        return False
    token = tokens[at]
    if token.mark == NUMBER:
        return not _is_year(token.folded, _whole(token.folded))
    if token.has(Role.PIECE):
        return True
    return is_number_word(tokens, at) and (number.mark != NUMBER or token.word.value >= 100)


def _is_out_of(tokens: Sequence[Token], first: int) -> bool:
    """Whether a number is what a part is taken of: "one in five"."""
    return (
        first > 1
        and tokens[first - 1].folded in _OUT_OF
        and (is_number_word(tokens, first - 2, inside=True) or tokens[first - 2].mark == NUMBER)
    )


def goes_on_from(tokens: Sequence[Token], first: int) -> bool:
    """Whether a number or an article goes on with the number before an "and": "a hundred" "and one"."""
    joint = first - 1 - (first > 1 and tokens[first - 1].mark == HYPHEN)
    before = joint - 1 - (joint > 1 and tokens[joint - 1].mark == HYPHEN)  # "soixante-et-un"
    if before < 0 or not tokens[joint].has(Role.AND) or not is_number_word(tokens, before):
        return False
    if tokens[first].mark == NUMBER:
        return tokens[before].word.value >= 1000
    spelled = spelled_at(tokens, before)
    return spelled is not None and spelled.after > first


def _and_a_piece(tokens: Sequence[Token], at: int) -> bool:
    """Whether "and a half" follows."""
    if at >= len(tokens) or not tokens[at].has(Role.AND):
        return False
    at += 1 + (at + 1 < len(tokens) and tokens[at + 1].has(Role.ARTICLE))
    return at < len(tokens) and tokens[at].has(Role.PIECE)


def is_amount(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token is a number of any kind, or a piece of one, but no year: what it counts is not one."""
    token = tokens[at]
    if token.mark == NUMBER:
        return not _is_year(token.folded, _whole(token.folded))
    return token.has(Role.PIECE) or (is_number_word(tokens, at) and token.word.value != 1)


def _whole(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 10 else 0

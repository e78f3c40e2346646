"""People counted in a text: a number with the words that say what it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.link.tolls.lexicon import UNKNOWN, Role
from monitor.link.tolls.numerals import Number, goes_on_from, is_amount, number_at
from monitor.link.tolls.spelled import is_number_word
from monitor.link.tolls.tokens import END, HYPHEN, LEXICON, NAME, NUMBER, Token
from monitor.model import Bound, TollKind

_ORDINAL = re.compile(r"\d+-?(?:st|nd|rd|th|er|e|[eè]me|º|ª|й|я|е|го|ый|ая|ій|а)")
_AMOUNT = 4
_OLDEST = 120
_GROUP, _CLAUSE = 4, 10
_HEAD = 5
"""The most tokens that the words for those counted take."""

_OF = frozenset({"de", "d'", "des", "del"})
_STARTS = frozenset({Role.NUMBER, Role.SHY, Role.FEW, Role.ARTICLE, Role.BOUND, Role.BETWEEN})
_STOPS = frozenset({Role.MONTH, Role.AND, Role.PERSON})
_HALT = frozenset({Role.PREP, Role.AND, Role.BREAK, Role.AUX, Role.BEFORE, Role.AFTER, Role.PART, Role.OF, Role.TO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """People counted: their number and the token after the words that name them."""

    number: Number
    after: int
    people: bool
    single: bool = False


def count_at(tokens: Sequence[Token], at: int) -> Count | None:
    """The people counted from a token on, if it begins a number of people or names one person."""
    token = tokens[at]
    starts = token.mark == NUMBER or not token.word.roles.isdisjoint(_STARTS)
    number = number_at(tokens, at) if starts else None
    if number is None:
        return _single_at(tokens, at) if token.has(Role.ARTICLE) or token.has(Role.SINGULAR) else None
    if _is_no_count(tokens, number) or _is_a_whole(tokens, number):
        return None
    return _counted(tokens, number)


def _counted(tokens: Sequence[Token], number: Number) -> Count | None:
    """A number with the words that say what it counts; None when that is no people."""
    for at in range(number.after, min(number.after + _HEAD, len(tokens))):
        token = tokens[at]
        if is_number_word(tokens, at) or (token.by and not token.has(Role.PERSON)):
            break  # "five by a raid" counts no raids
        if token.mark in ("-", HYPHEN) and at == number.after:
            return None
        if token.has(Role.PERSON) or (token.has(Role.SINGULAR) and number.high == 1):
            return Count(number=number, after=_after_group(tokens, at + 1), people=True)
        if token.has(Role.SINGULAR):
            continue
        if token.has(Role.THING) or token.has(Role.MONTH) or token.mark in ("%", "$"):
            return None
        if token.mark not in ("", NAME, HYPHEN) or not token.word.roles.isdisjoint(_HALT):
            break
    whole = _whole_from(tokens, number.after)
    counted = _counted(tokens, whole) if whole is not None else None
    if counted is not None and counted.people and not _harmed_before(tokens, counted.after):
        return replace(counted, number=number)
    dual = tokens[number.after - 1].has(Role.PERSON)
    return None if number.like_a_year and not dual else Count(number=number, after=number.after, people=dual)


def _single_at(tokens: Sequence[Token], at: int) -> Count | None:
    """One person named by a word in the singular, with an article or without: "a young man", "woman"."""
    article = tokens[at].has(Role.ARTICLE)
    before = tokens[at - 1] if at else None
    if before and (_is_ordinal(before) or (article and before.mark == HYPHEN) or is_number_word(tokens, at - 1)):
        return None
    if goes_on_from(tokens, at):
        return None
    number = Number(low=1, high=1, first=at, after=at + 1)
    if not article:
        if _describes(tokens, at) or (at and tokens[at - 1].has(Role.NOT)):
            return None
        if _is_counted(tokens, at):
            return None
        return Count(number=number, after=_after_age(tokens, at + 1), people=True, single=True)
    for place in range(at + 1, min(at + _HEAD, len(tokens))):
        token = tokens[place]
        if token.has(Role.SINGULAR):
            follows = tokens[place + 1] if place + 1 < len(tokens) else None
            if follows is None or not (follows.has(Role.SINGULAR) or follows.has(Role.THING)):
                after = _after_age(tokens, place + 1)
                return Count(number=replace(number, after=place + 1), after=after, people=True, single=True)
        elif token.has(Role.PERSON) or token.has(Role.THING) or _is_ordinal(token):
            return None
        elif place == at + 1 and _is_one_dead(tokens, at):
            return Count(number=number, after=at + 1, people=False)
        elif token.mark not in ("", NAME, HYPHEN) or not token.word.roles.isdisjoint(_HALT):
            return None
    return None


def _after_age(tokens: Sequence[Token], at: int) -> int:
    """The token after the age of one person, where that stands in commas or brackets: "man, 43, and his daughters"."""
    marks = [token.mark for token in tokens[at : at + 3]]
    if marks not in ([",", NUMBER, ","], ["(", NUMBER, ")"]) or not tokens[at + 1].folded.isdecimal():
        return at
    return at + 3 if int(tokens[at + 1].folded) <= _OLDEST else at


def _describes(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word for one person tells more of the next word: "Palestinian children", "Palestinian family"."""
    if at + 1 >= len(tokens):
        return False
    follows = tokens[at + 1]
    return follows.has(Role.SINGULAR) or follows.has(Role.PERSON)


def _is_one_dead(tokens: Sequence[Token], at: int) -> bool:
    """Whether an article and the word behind it are one who was harmed: "un mort", "una herida"; English has no such.

    A noun of dying, which the tables have with "of", counts nobody before one: "una muerte de inocentes", "une mort
    d'innocents". In "un mort de plus" it is a dead man.
    """
    article, harm = tokens[at], tokens[at + 1]
    if not harm.has(Role.BEFORE) or harm.word.english or article.word.english:
        return False
    noun = harm.folded.removesuffix(" de").removesuffix(" d'")
    dying = LEXICON.phrase((noun, "de"))
    if dying is None or Role.AFTER not in dying.roles or (noun, article.folded) == ("mort", "un"):
        return True
    return not any(token.folded.split(" ")[-1] in _OF for token in tokens[at + 1 : at + 4])


def _is_counted(tokens: Sequence[Token], at: int) -> bool:
    """Whether an amount stands before a person, which was not read: "полтора миллиона человек" is not one of them."""
    for token_at in range(at - 1, max(at - _AMOUNT, -1), -1):
        token = tokens[token_at]
        if token.mark not in ("", NAME, NUMBER, HYPHEN) or token.word.kind or not token.word.roles.isdisjoint(_STOPS):
            return False
        if is_amount(tokens, token_at):
            return True
    return False


def _is_ordinal(token: Token) -> bool:
    """Whether a word is an ordinal number: "a third man killed" counts nobody."""
    return token.has(Role.ORDINAL) or (token.mark == NAME and _ORDINAL.fullmatch(token.folded) is not None)


def _is_no_count(tokens: Sequence[Token], number: Number) -> bool:
    before = tokens[number.first - 1] if number.first else None
    return before is not None and (
        before.mark == "$"
        or before.has(Role.UNIT_BEFORE)
        or before.has(Role.NOT)
        or (before.has(Role.MONTH) and _is_a_day(tokens, number))
    )


def _after_group(tokens: Sequence[Token], at: int) -> int:
    """The token after those that say which group people counted belong to: "of the same family", "одной семьи"."""
    if at + 1 < len(tokens) and tokens[at].has(Role.NUMBER) and tokens[at].word.value == 1:
        return at + 2 if tokens[at + 1].word is UNKNOWN else at
    if at < len(tokens) and tokens[at].has(Role.AMONG):
        for place in range(at + 1, min(at + _GROUP, len(tokens))):
            token = tokens[place]
            if token.has(Role.PERSON) and not token.has(Role.BEFORE):
                return place + 1
            if token.mark or token.word.value > 1 or not token.word.roles.isdisjoint(_HALT | {Role.BEFORE, Role.MANY}):
                break
    return at


def _whole_from(tokens: Sequence[Token], at: int) -> Number | None:
    """The number of those of whom some are counted, if a token begins to tell of them: "of the doctor's five sons"."""
    if at >= len(tokens) or not tokens[at].has(Role.AMONG):
        return None
    at += 1
    while at < len(tokens) and _says_whose(tokens[at]):
        at += 1
    return number_at(tokens, at) if at < len(tokens) else None


def _is_a_whole(tokens: Sequence[Token], number: Number) -> bool:
    """Whether a number is of those of whom some are counted before it: "two of five sons", "members of one family"."""
    at = number.first - 1
    while at >= 0 and _says_whose(tokens[at]):
        at -= 1
    if at < 1 or not tokens[at].has(Role.AMONG):
        return False
    counted = at - 2 if tokens[at - 1].has(Role.PERSON) and at > 1 else at - 1
    if not (tokens[counted].mark == NUMBER or is_number_word(tokens, counted)):
        return False
    named = _counted(tokens, number)
    return named is None or not _harmed_before(tokens, named.after)


def _harmed_before(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token says what had happened to all of whom some are counted: "one of the 12 people wounded dies"."""
    if at >= len(tokens) or tokens[at].word.kind is not TollKind.HURT:
        return False
    for token in tokens[at + 1 : at + _CLAUSE]:
        if token.mark in (END, ","):
            return False
        if token.word.kind is TollKind.KILLED:
            return True
    return False


def _says_whose(token: Token) -> bool:
    """Whether a word says whose somebody is, or which: "the", "doctor's"."""
    return token.has(Role.ARTICLE) or token.folded.endswith(("'s", "s'"))


def _is_a_day(tokens: Sequence[Token], number: Number) -> bool:
    """Whether a number behind a month is its day: "March 5", and not "on 5 March two people"."""
    dated = number.first > 1 and tokens[number.first - 2].mark == NUMBER
    return tokens[number.first].mark == NUMBER and not dated


def goes_on(tokens: Sequence[Token], one: Count, other: Count) -> bool:
    """Whether a count is added to the one before: "three women" "and two children".

    A comma joins counts only in a list that goes on with "and".
    """
    between = tokens[one.after : other.number.first]
    gap = [token for token in between if not (token.mark == NAME and token.has(Role.SINGULAR))]  # "his 2-year-old son"
    listed = other.after < len(tokens) and tokens[other.after].has(Role.AND)
    joined = 0 < len(gap) <= 2 and (gap[0].has(Role.AND) or (gap[0].mark == "," and listed))
    plain = all(token.has(Role.AND) or token.has(Role.FILLER) or token.mark == "," for token in gap)
    return joined and plain and one.people and other.people and not is_part(tokens, other)


def total(one: Count, other: Count) -> Count:
    """Two counts as one, as long as the later of them reaches."""
    bound = other.number.bound if one.number.bound is Bound.EXACT else one.number.bound
    number = replace(
        one.number,
        low=one.number.low + other.number.low,
        high=one.number.high + other.number.high,
        bound=bound,
        first=min(one.number.first, other.number.first),
        after=max(one.number.after, other.number.after),
    )
    return replace(one, number=number, after=max(one.after, other.after), single=False)


def is_part(tokens: Sequence[Token], count: Count) -> bool:
    """Whether a count is a part of another: "including 3 children", "two of them"."""
    first = count.number.first
    if any(token.has(Role.PART) for token in tokens[max(0, first - 2) : first]):
        return True
    after = tokens[count.after] if count.after < len(tokens) else None
    return after is not None and after.has(Role.OF) and not (count.people and after.has(Role.AMONG))

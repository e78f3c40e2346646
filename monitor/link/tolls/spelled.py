"""Numbers written in words, in six languages: the whole phrase is one number, or it is none.

A phrase is read from left to right: units, teens, tens and hundreds make a group below a thousand, a scale ("thousand")
ends it. Whatever word for a number does not go on with what stands so far ends the phrase; `numerals` then sees that it
touches another number, and reads neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.link.tolls.lexicon import Role
from monitor.link.tolls.tokens import HYPHEN, Token
from monitor.model import Bound

_LONGEST = 18
_ONES = frozenset({"un", "une", "uno", "una"})
"""Articles that end a number: "vingt et un", "treinta y una"."""
_TIMES_A_HUNDRED = frozenset({"en", "fr", "ar"})
"""Languages that write 300 as two words, "three hundred"; the others have a word for it, or write it as one."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number in words: its value, how it is meant, and the token after its last."""

    value: int
    bound: Bound | None
    after: int


@dataclass(frozen=True, slots=True)
class _Sum:
    """What stands so far: `total` of what scales have ended, the `group` below a thousand, and the `least` scale."""

    total: int = 0
    group: int = 0
    least: int = 0
    bound: Bound | None = None

    @property
    def value(self) -> int:
        return self.total + self.group


def spelled_at(tokens: Sequence[Token], at: int) -> Spelled | None:
    """The number in words that begins at a token: "two hundred and fifty", "a dozen", "several hundred"."""
    if tokens[at].has(Role.NUMBER) and tokens[at].has(Role.PERSON):
        return Spelled(tokens[at].word.value, None, at + 1)  # The Arabic dual: "two children".
    few = tokens[at].has(Role.FEW)
    if few or (tokens[at].has(Role.ARTICLE) and _counts(tokens, at + 1)):
        at += 1
    so_far, first = _Sum(), at
    while at < min(len(tokens), first + _LONGEST):
        step, joint = _behind_joint(tokens, at) if at > first else (at, None)
        if step >= len(tokens) or not is_number_word(tokens, step, inside=at > first):
            break
        more = _with(so_far, tokens, step, joint)
        if more is None:
            break
        so_far, at = more, step + 1
    if not so_far.value:
        return None
    return Spelled(so_far.value, Bound.AT_LEAST if few else so_far.bound, at)


def _behind_joint(tokens: Sequence[Token], at: int) -> tuple[int, Token | None]:
    """The token behind what joins two words of a number, and the "and" among that: "vingt et un", "vingt-et-un"."""
    at += tokens[at].mark == HYPHEN
    if at >= len(tokens) or not tokens[at].has(Role.AND):
        return at, None
    hyphen = at + 1 < len(tokens) and tokens[at + 1].mark == HYPHEN
    return at + 1 + hyphen, tokens[at]


def is_number_word(tokens: Sequence[Token], at: int, *, inside: bool = False) -> bool:
    """Whether a token is a word for a number.

    Some are so only beside other words of their language, for they mean other things elsewhere: "sept", "once", "cent".
    Articles count as one `inside` a number.
    """
    token = tokens[at]
    if token.has(Role.NUMBER):
        return not token.has(Role.PERSON)
    if inside and token.has(Role.ARTICLE):
        return token.folded in _ONES
    near = [at - 1, at + 1, at - 2, at + 2]
    if at + 1 < len(tokens) and tokens[at + 1].mark == HYPHEN:
        near.append(at + 3)  # "cent-un civils"
    return token.has(Role.SHY) and any(_is_beside(token, tokens[one]) for one in near if 0 <= one < len(tokens))


def _is_beside(shy: Token, other: Token) -> bool:
    """Whether another token shows that a shy word is a number: one for a number or for victims, of its language."""
    roles = (Role.NUMBER, Role.PERSON, Role.BEFORE, Role.SHY)
    return any(map(other.has, roles)) and not shy.word.languages.isdisjoint(other.word.languages)


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """Whether an article before this token belongs to a number: "a dozen", "a hundred"."""
    if at >= len(tokens):
        return False
    return tokens[at].has(Role.NUMBER) and (tokens[at].word.value >= 100 or tokens[at].word.bound is not None)


def _with(so_far: _Sum, tokens: Sequence[Token], at: int, joint: Token | None) -> _Sum | None:
    """What stands so far with one more word, behind an "and" or not; None when the word does not go on with it."""
    word = tokens[at].word
    value = word.value if not tokens[at].has(Role.ARTICLE) or tokens[at].has(Role.NUMBER) else 1
    if joint is not None and not _may_join(so_far, value, joint):
        return None
    if word.bound is not None:
        return _with_vague(so_far, value, word.bound)
    if value >= 1000:
        return _with_scale(so_far, value)
    if value >= 100:
        return _with_hundreds(so_far, value, word.languages)
    return _with_small(so_far, value, tokens, at, joined=joint is not None)


def _with_vague(so_far: _Sum, value: int, bound: Bound) -> _Sum | None:
    """Dozens, hundreds, thousands: alone they are a bound, behind a number they count: "two dozen"."""
    if not so_far.value:
        return replace(so_far, group=value, bound=bound) if value < 1000 else _Sum(value, 0, value, bound)
    if value in (1000, 1_000_000):
        return replace(_with_scale(so_far, value) or so_far, bound=so_far.bound) if so_far.group else None
    # "Five tens" is 50, but the table has twenty for it, the least that "tens" alone may mean.
    if so_far.total or so_far.bound or not 2 <= so_far.group <= 9 or (bound is Bound.AT_LEAST and value != 100):
        return None
    return replace(so_far, group=so_far.group * value, bound=Bound.ABOUT)


def _with_scale(so_far: _Sum, value: int) -> _Sum | None:
    if value == 2000:  # The Arabic dual.
        return None if so_far.group or 0 < so_far.least <= 1000 else _Sum(so_far.total + 2000, 0, 1000, so_far.bound)
    if not so_far.least or (so_far.group and value < so_far.least):
        return _Sum(so_far.total + max(1, so_far.group) * value, 0, value, so_far.bound)
    if not so_far.group and value > so_far.least:  # "mil millones"
        return _Sum(so_far.total * value, 0, value, so_far.bound)
    # "A million and a thousand", as Arabic has it.
    return None if so_far.group or value >= so_far.least else _Sum(so_far.total + value, 0, value, so_far.bound)


def _with_hundreds(so_far: _Sum, value: int, languages: frozenset[str]) -> _Sum | None:
    group = so_far.group
    if so_far.bound is not None:
        return None
    if not group:
        return replace(so_far, group=value)
    if value == 100 and not languages.isdisjoint(_TIMES_A_HUNDRED):
        dozens = "en" in languages and not so_far.total and 11 <= group <= 99 and group % 10
        return replace(so_far, group=group * 100) if group <= 9 or dozens else None
    return None


def _with_small(so_far: _Sum, value: int, tokens: Sequence[Token], at: int, *, joined: bool) -> _Sum | None:
    """A number below a hundred, behind tens, hundreds or thousands."""
    rest = so_far.group % 100
    if so_far.bound is not None:
        return None
    fits = not rest or _adds(rest, value, tokens[at], joined=joined)
    # "quatre-vingt" is four times twenty.
    gain = 76 if (rest, value) == (4, 20) and "fr" in tokens[at].word.languages else value
    return replace(so_far, group=so_far.group + gain) if fits else None


def _adds(rest: int, value: int, token: Token, *, joined: bool) -> bool:
    """Whether a number below a hundred goes on with another: "twenty" "two"."""
    languages = token.word.languages
    if "ar" in languages:
        return value % 10 == 0 and rest < 10 and (value >= 20 if joined else value == 10)
    if "fr" in languages or token.folded in _ONES:
        if rest == 60 and 10 <= value <= 16:
            return True
        if rest == 80 and 1 <= value <= 16:
            return True
        if (rest, value) == (4, 20) or (rest == 10 and 7 <= value <= 9):
            return True
    if rest == 10:
        return joined and 6 <= value <= 9  # "diez y seis"
    return value < 10 and rest % 10 == 0


def _may_join(so_far: _Sum, value: int, joint: Token) -> bool:
    """Whether this "and" may stand before a part of a number."""
    rest, languages = so_far.group % 100, joint.word.languages
    if "ar" in languages:
        return True
    if "en" in languages:
        return value < 100 and not rest and so_far.value >= 100
    if joint.folded == "et":
        return value in (1, 11) and 20 <= rest <= 60 and rest % 10 == 0
    if joint.folded == "y":
        return value < 10 and (rest == 10 or (rest >= 30 and rest % 10 == 0))
    return False

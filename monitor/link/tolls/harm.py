"""Which number of people belongs to which word of harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.link.places.words import is_cyrillic
from monitor.link.tolls.counts import Count, count_at, goes_on, is_part, total
from monitor.link.tolls.lexicon import Role
from monitor.link.tolls.numerals import Number
from monitor.link.tolls.tokens import END, NAME, NUMBER, Token
from monitor.model import Bound, TollKind

_REACH = 9
_REACH_OF_PART = 16
"""The most tokens between a count and the word of harm, and with a part of the count told between."""

_UNSURE = frozenset({"feared", "believed", "presumed", "thought"})

_OF = frozenset({"of", "de", "d'", "des", "du", "del"})

_TELLING = frozenset({Role.AUX, Role.RISE, Role.TOLL, Role.LINK})
"""What stands between a count and a word for many who were harmed, where it counts these."""

_PARTING = frozenset({Role.AFTER, Role.BREAK, Role.NUMBER, Role.AND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualties:
    """A count, the kind of harm, and the first and last token of what says so."""

    count: Count
    kind: TollKind
    first: int
    last: int


def casualties_in(tokens: Sequence[Token]) -> list[Casualties]:
    """The casualties that a text tells of, in its order; no count is in two, and parts of a count told are left out."""
    found: list[Casualties] = []
    waiting: Count | None = None
    taken = -1
    at = 0
    while at < len(tokens):
        count = count_at(tokens, at)
        if count is None:
            at += 1
            continue
        at = max(at + 1, count.after)
        follows = waiting is not None and goes_on(tokens, waiting, count)
        claim = _casualties_of(tokens, count, taken)
        if claim:
            if waiting and follows and claim.first == count.number.first:
                claim = _sum(claim, waiting, first=waiting.number.first, last=claim.last)
            found.append(claim)
            taken = max(taken, claim.last)
            at = max(at, claim.last + 1)
            waiting = None
        elif found and goes_on(tokens, found[-1].count, count) and found[-1].first < found[-1].count.number.first:
            found[-1] = _sum(found[-1], count, first=found[-1].first, last=count.after - 1)
        elif waiting and follows:
            waiting = replace(total(count, waiting), after=count.after)
        else:
            waiting = count if not is_part(tokens, count) else None
    return found


def _casualties_of(tokens: Sequence[Token], count: Count, taken: int) -> Casualties | None:
    right = _harm_after(tokens, count)
    if right is not None and count.single and tokens[right].has(Role.MANY):
        return None
    if right is not None and right == count.after and not (_of_things(tokens, right) or _acts(tokens, count, right)):
        return _casualties_on_the_right(tokens, count, right)
    if is_part(tokens, count):
        return None
    left = _harm_before(tokens, count)
    if left is not None and left > taken:
        if left - 2 > taken and _is_mixed(tokens, left - 2):
            return None
        kind = tokens[left].word.kind
        return Casualties(count=count, kind=kind, first=left, last=count.after - 1) if kind else None
    if right is not None and not _of_things(tokens, right) and not _is_actor(tokens, count, right):
        return _casualties_on_the_right(tokens, count, right)
    return None if count.single else _of_a_toll(tokens, count)


def _casualties_on_the_right(tokens: Sequence[Token], count: Count, right: int) -> Casualties | None:
    kind = tokens[right].word.kind
    if (
        kind is None
        or (_is_mixed(tokens, right) and not _counts_at(tokens, right + 3))
        or (right > count.after and _is_negated(tokens, count.number.first, right))
    ):
        return None
    if any(token.folded in _UNSURE for token in tokens[count.after : right]):
        # Of whom the worst is feared, at most so many died; of "hundreds" that says nothing.
        if count.number.bound not in (Bound.EXACT, Bound.UP_TO):
            return None
        count = replace(count, number=replace(count.number, bound=Bound.UP_TO))
    elif count.number.bound is Bound.UP_TO and _rose(tokens, count.number.first - _REACH, right):
        count = replace(count, number=replace(count.number, bound=Bound.EXACT))
    return Casualties(count=count, kind=kind, first=count.number.first, last=right)


def _harm_after(tokens: Sequence[Token], count: Count) -> int | None:
    """The word of harm that follows a count, with nothing between that parts them."""
    dual = tokens[count.number.after - 1]
    if dual.has(Role.BEFORE) and dual.has(Role.NUMBER):
        return count.number.after - 1
    part = False
    reach = 4 if count.single else _REACH
    for at in range(count.after, min(count.after + _REACH_OF_PART, len(tokens))):
        token = tokens[at]
        if token.mark == END or token.mark == ":":
            return None
        if token.has(Role.TOLL) and token.word.kind and _rose(tokens, count.number.first - 2, at):
            return at
        if token.has(Role.MANY) and token.word.english and count.people:
            return None
        if token.has(Role.BEFORE):
            return None if at > count.after and _of_others(tokens, count, at, part=part) else at
        if token.has(Role.PART) or (token.mark in (",", "(") and _opens_part(tokens, at + 1)):
            part = True
        if part:
            continue
        if _is_age(tokens, at):
            continue
        if at - count.after >= reach or token.mark in (",", "(", ")", "-", NUMBER, "%"):
            return None
        parts = not token.word.roles.isdisjoint(_PARTING) and not token.has(Role.AUX)
        if parts and not (token.has(Role.AND) and _more_people(tokens, at + 1)):
            return None
    return None


def _of_others(tokens: Sequence[Token], count: Count, harm: int, *, part: bool) -> bool:
    """Whether those harmed are others than those counted, who do something: "hundreds mourn doctor killed".

    They stand right before the word of harm, or are it: "сотни почтили память погибших". Whose kin or crowd the
    counted are counts them in: "six relatives of a doctor killed". With `part` some of the counted are told between.
    """
    led = count.number.first > 0 and tokens[count.number.first - 1].has(Role.PREP)
    if led and not count.people:
        return True
    if part:
        return False
    between = tokens[count.after : harm]
    if is_cyrillic(tokens[harm].folded) and tokens[harm].has(Role.MANY):
        return all(token.word.roles.isdisjoint(_TELLING) for token in between)
    at = harm - 1
    while at > count.after and tokens[at].has(Role.AUX):
        at -= 1
    if not (tokens[at].has(Role.PERSON) or tokens[at].has(Role.SINGULAR)) or tokens[at - 1].has(Role.AND):
        return False
    between = tokens[count.after : at]
    if any(token.has(Role.PREP) for token in between):
        return True
    theirs = bool(between) and between[0].folded in _OF
    described = not count.people and count.number.bound is Bound.EXACT  # by a name: "31 IS group militants"
    return not (theirs or described or all(token.has(Role.AUX) or token.has(Role.FILLER) for token in between))


def _more_people(tokens: Sequence[Token], at: int) -> bool:
    """Whether a further word for the same people follows: "12 pupils and teachers"."""
    return at < len(tokens) and tokens[at].has(Role.PERSON) and not tokens[at].has(Role.SINGULAR)


def _is_age(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token belongs to an age or the like: "de 34 ans", ", 34,"."""
    for number in (at - 1, at, at + 1):
        if 0 < number < len(tokens) - 1 and tokens[number].mark == NUMBER:
            before, after = tokens[number - 1], tokens[number + 1]
            if (before.mark == after.mark == ",") or (number == at and after.has(Role.THING)):
                return True
    return False


def _opens_part(tokens: Sequence[Token], at: int) -> bool:
    return any(token.has(Role.PART) for token in tokens[at : at + 2])


def _harm_before(tokens: Sequence[Token], count: Count) -> int | None:
    """The word of harm that a count follows: "killing at least 12", "dead: 12"."""
    labelled = False
    at = count.number.first - 1
    for steps, place in enumerate(range(at, max(at - 6, -1), -1)):
        token = tokens[place]
        if token.has(Role.AFTER):
            return place if not _is_negated(tokens, place - 2, place) and not _is_planned(tokens, place) else None
        if token.mark in (":", "-") and steps == 0:
            labelled = True
        elif token.has(Role.BEFORE) and ((labelled and steps == 1) or _counts_behind(token, count)):
            return place
        elif token.has(Role.FILLER) or token.has(Role.BOUND) or _qualifies(token, count, steps):
            continue
        else:
            return None
    return None


def _counts_behind(token: Token, count: Count) -> bool:
    """Whether a count may follow a word for many, as in Russian and Ukrainian: "погибших пятеро"."""
    return token.has(Role.MANY) and is_cyrillic(token.folded) and not count.single


def _qualifies(token: Token, count: Count, steps: int) -> bool:
    """Whether a word may describe the one person that follows it: "kills Palestinian boy"."""
    return count.single and steps < 3 and token.mark in ("", NAME) and token.word.roles <= {Role.AUX, Role.SINGULAR}


def _of_things(tokens: Sequence[Token], at: int) -> bool:
    """Whether things follow a word of harm: "12 dead birds"."""
    return at + 1 < len(tokens) and tokens[at + 1].has(Role.THING) and tokens[at].has(Role.BEFORE)


def _acts(tokens: Sequence[Token], count: Count, right: int) -> bool:
    """Whether one person did the harm to others: "man killed two"."""
    return count.single and _is_actor(tokens, count, right)


def _is_actor(tokens: Sequence[Token], count: Count, right: int) -> bool:
    """Whether a count names those who did it, as the word of harm has others: "two men killed three".

    Or those who say so: "dozens say air strike killed 12".
    """
    undergone = any(token.has(Role.AUX) and not token.has(Role.BREAK) for token in tokens[count.after : right])
    if not tokens[right].has(Role.AFTER) or undergone:
        return False
    other = count_at(tokens, right + 1) if right + 1 < len(tokens) else None
    return other is not None and _harm_after(tokens, other) != other.after


def _is_negated(tokens: Sequence[Token], first: int, last: int) -> bool:
    return any(tokens[at].has(Role.NOT) and not _is_numbered(tokens, at) for at in range(max(0, first), last))


def _is_numbered(tokens: Sequence[Token], at: int) -> bool:
    """Whether "no" stands for "number": "shelter No. 5"."""
    return tokens[at].has(Role.UNIT_BEFORE) and at + 1 < len(tokens) and tokens[at + 1].mark == NUMBER


def _is_planned(tokens: Sequence[Token], at: int) -> bool:
    """Whether harm is said to be possible or meant: "could kill"; forms in -ed follow no such word but tell of it."""
    if not at or not tokens[at - 1].has(Role.MODAL):
        return False
    # Arabic "qad" says "may" before the present, which begins with ya or ta, and "did" before the past.
    past = tokens[at - 1].folded.endswith("قد") and not tokens[at].folded.startswith(("ي", "ت"))
    return not past and not tokens[at].folded.endswith("ed")


def _counts_at(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and count_at(tokens, at) is not None


def _is_mixed(tokens: Sequence[Token], at: int) -> bool:
    """Whether two kinds of harm share one number, so that it is the number of neither: "12 killed and wounded"."""
    if at < 0 or at + 2 >= len(tokens) or not tokens[at + 1].has(Role.AND):
        return False
    second = at + 2 + (tokens[at + 2].has(Role.FILLER) and at + 3 < len(tokens))
    one, other = tokens[at].word.kind, tokens[second].word.kind
    return one is not None and other is not None and one is not other


def _rose(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a toll is said to have grown: what grew "up to 12" is 12."""
    return any(token.has(Role.RISE) or token.has(Role.TOLL) for token in tokens[max(0, first) : last])


def _of_a_toll(tokens: Sequence[Token], count: Count) -> Casualties | None:
    """The toll that a count is said to have reached: "the death toll from the strike rises to 44"."""
    number = count.number
    opening = tokens[number.first]
    link = opening.has(Role.LINK) or (number.first > 0 and _links(tokens[number.first - 1]))
    if not (link or (opening.has(Role.BETWEEN) and _rose(tokens, number.first - 2, number.first))):
        return None
    for at in range(number.first - 1, max(number.first - _REACH - 4, -1), -1):
        token = tokens[at]
        if token.mark in (END, ",") or (token.has(Role.MODAL) and not token.has(Role.LINK)):
            break
        if token.has(Role.TOLL):
            if kind := _kind_of_toll(tokens, at):
                bound = Bound.EXACT if number.bound is Bound.UP_TO else number.bound
                counted = replace(count, number=replace(number, low=_reached(tokens, number), bound=bound))
                return Casualties(count=counted, kind=kind, first=at, last=count.after - 1)
            break
    return None


def _reached(tokens: Sequence[Token], number: Number) -> int:
    """The low end of a number that a toll reached; "from 40 to 44" is 44."""
    before = tokens[number.first - 1] if number.first else None
    rose = tokens[number.first].has(Role.BETWEEN) or (before is not None and before.has(Role.BETWEEN))
    return number.high if rose else number.low


def _links(token: Token) -> bool:
    return token.has(Role.LINK) or token.mark in (":", "-")


def _kind_of_toll(tokens: Sequence[Token], at: int) -> TollKind | None:
    for token in tokens[at + 1 : at + 4]:
        if token.word.kind and not token.has(Role.TOLL):
            return token.word.kind
    return tokens[at].word.kind


def _sum(claim: Casualties, count: Count, *, first: int, last: int) -> Casualties:
    return replace(claim, count=total(claim.count, count), first=first, last=last)

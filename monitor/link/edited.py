"""What an edit of a headline corrects: a lower number of people, or another place, where all else stays as it was.

And an attack that was none: "Air strike on hospital kills 20" becomes "Fire at hospital kills 20", in whatever words.
What corrects nothing may tell the next attack: some publishers write it over the last one, on the same page.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.link.acts import ATTACKS, acts_of
from monitor.link.attacks import attack_of
from monitor.link.corrections import accident_in
from monitor.link.places.ids import UNLISTED, is_town
from monitor.link.places.mentions import mentions
from monitor.link.places.words import WORD
from monitor.link.reading import towns_of
from monitor.link.tolls.spelled import is_number_word
from monitor.link.tolls.tokens import NUMBER, tokens_of
from monitor.link.tolls.tolls import report_tolls
from monitor.link.whereabouts import meet
from monitor.model import EDITED, Attack, ClaimKind, Member, Report, Statement

_LEAST, _SHARE = 3, 0.5
"""A count that is lower by so many people, or by that share, is corrected; by less, outlets count differently."""

_SAME_DEAD = 3
"""From so many killed on, the same number of dead is of the same attack, wherever it is said to have been."""


def corrections_of(before: str, title: str) -> Iterator[Statement]:
    """What the headline `title` corrects in the one before it: "60 → 6 killed", "Kharkiv → Kherson", "strike → fire".

    Nothing else where other words changed too: then the headline tells something else, and what it leaves out still
    holds. A count that rises is news, and no correction.
    """
    if not before or before == title:
        return
    details = _differ_in_details(before, title)
    for change in (*_lowered(before, title), *_moved(before, title)) if details else _no_attack(before, title):
        yield Statement(kind=ClaimKind.CORRECTION, value=change, words=EDITED, quote=title)


def tells_another_attack(report: Report, title: str, before: Member) -> bool:
    """Whether an edited headline tells an attack on another town than the one that the story remembers, `before`.

    An edit that only corrects the place tells the same attack, and so does one that names a town of before, or what it
    lies in. Where two towns are in one region, or no map has one of them, the place may have been found out, and the
    dead counted, since then: an attack on fewer people, or on something else, is another one.
    """
    attack, was = report.attack, attack_of(before.title, before.summary, before.seen_at)
    there, then = report.towns, towns_of(before.title)
    if attack is None or not attack.fresh or not there or not then or _differ_in_details(before.title, title):
        return False
    if was is None:
        return not meet(there, then)
    towns = [list(filter(is_town, named)) for named in (there, then)]
    if meet(there, then) and (not all(towns) or meet(*towns)):
        return False
    if meet(there, then) or any(town.startswith(UNLISTED) for town in there | then):
        return _counts_fewer(attack, was) or _hits_another(attack, was)
    return not _may_be_the_same(attack, was)


def _counts_fewer(attack: Attack, was: Attack) -> bool:
    return (attack.killed or 0) < (was.killed or 0)


def _may_be_the_same(attack: Attack, was: Attack) -> bool:
    """Whether the same thing was hit, with no fewer dead, or as many were killed."""
    on_the_same = bool(attack.targets & was.targets) and not _counts_fewer(attack, was)
    return on_the_same or (was.killed is not None and _SAME_DEAD <= was.killed == attack.killed)


def _hits_another(attack: Attack, was: Attack) -> bool:
    return bool(attack.targets and was.targets) and attack.targets.isdisjoint(was.targets)


def _differ_in_details(before: str, title: str) -> bool:
    """Whether two headlines differ in nothing but numbers and the names of places, as where these are corrected."""
    return _without_details(before) == _without_details(title)


def _lowered(before: str, title: str) -> Iterator[str]:
    now = report_tolls(title, "")
    for kind, was in report_tolls(before, "").items():
        toll = now.get(kind)
        if toll is not None and was.high - toll.high >= min(_LEAST, was.high * _SHARE):
            yield f"{was.high} → {toll.high} {kind.value}"


def _moved(before: str, title: str) -> Iterator[str]:
    there = (one.place for one in mentions(title))
    for was, place in zip((one.place for one in mentions(before)), there, strict=False):
        if was.place_id != place.place_id:
            yield f"{was.name} → {place.name}"


def _no_attack(before: str, title: str) -> Iterator[str]:
    """The attack that an accident took the place of, with what was hit or the place still the same."""
    struck = next((word[0] for word in WORD.finditer(before) if acts_of(word[0]) & ATTACKS), "")
    accident = accident_in(title)
    if not struck or not accident or accident_in(before):
        return
    if not any("strike" in acts_of(word[0]) for word in WORD.finditer(title)) and _in_one_place(before, title):
        yield f"{struck.lower()} → {accident.lower()}"


def _in_one_place(before: str, title: str) -> bool:
    was, now = ({one.place.place_id for one in mentions(text)} for text in (before, title))
    return not was.isdisjoint(now)


def _without_details(title: str) -> str:
    """A headline with one mark in place of each number, and another in place of each name of a place."""
    tokens = tokens_of(title)
    counted = (at for at, token in enumerate(tokens) if token.mark == NUMBER or is_number_word(tokens, at))
    spans = {(tokens[at].start, tokens[at].end): "#" for at in counted}
    spans |= {(one.start, one.end): "@" for one in mentions(title)}
    parts, done = [], 0
    for (start, end), mark in sorted(spans.items()):
        if start >= done:
            parts += [title[done:start], mark]
            done = end
    return "".join([*parts, title[done:]]).casefold()

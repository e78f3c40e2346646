"""From what the desk found not relevant to examples and phrases to ignore, for ops to paste, with what they cost.

Nothing here changes a rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.errors import Level
from monitor.match.checks.lint import lint
from monitor.match.engine import Engine, compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.match.opinion import Opinion
from monitor.match.rule import ANY_LANGUAGE, Example, Rule
from monitor.match.terms import TermError, parse_term
from monitor.model import Evidence, Field, Match, RatedItem
from monitor.model.languages import LANGUAGES
from monitor.wording.counts import counted
from monitor.wording.safe import folded

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_PHRASES = 12
_LISTED = 10
# Words before and after the ones that misled the rule, in the order in which they are tried.
_AROUND = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A phrase to ignore that takes the item away from the rule.

    `killed` are the items that people found relevant which it takes away too, `broken` what `check` would say of the
    rule's own examples.
    """

    phrase: str
    language: str
    killed: tuple[RatedItem, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What may be added to a rule because of one item. `looked_at` is how many relevant items were tried.

    `example` has as much of the item as the rule needs to match it. `exclusion` is None where no phrase around the
    words is one.
    """

    rule: Rule
    item: RatedItem
    example: Example
    exclusion: Exclusion | None
    looked_at: int


def suggestions(
    rules: Sequence[Rule], opinions: Mapping[str, Opinion], rated: Sequence[RatedItem]
) -> Iterator[Suggestion]:
    """One for each item that is not relevant by a rule that still matches it, in the order given."""
    by_id = {rule.id: rule for rule in rules}
    known: dict[str, tuple[Engine, list[RatedItem]]] = {}
    for item in rated:
        rule = by_id.get(item.rule)
        if item.relevant or rule is None:
            continue
        if rule.id not in known:
            engine = compile_rules([rule], opinions)
            relevant = [one for one in rated if one.relevant and one.rule == rule.id]
            known[rule.id] = engine, [one for one in relevant if _met(engine, ItemTexts.of(one))]
        engine, true = known[rule.id]
        match = _met(engine, ItemTexts.of(item))
        if match is not None:
            yield Suggestion(
                rule=rule,
                item=item,
                example=_example(item, engine),
                exclusion=_exclusion(rule, opinions, item, match, true),
                looked_at=len(true),
            )


@dataclass(slots=True)
class WayRated:
    """How often a way of a current rule is right on what people rated, and how often it is wrong."""

    rule: str
    way: str
    right: int = 0
    wrong: int = 0


def ways_rated(engine: Engine, rated: Sequence[RatedItem]) -> list[WayRated]:
    """Each way by which a current rule still matches a rated item, by rule and way.

    What was called old or a duplicate says nothing of a rule, and is left out.
    """
    found: dict[tuple[str, str], WayRated] = {}
    for item in rated:
        about_rule = item.relevant or item.cause is None or item.cause.about_rule
        match = next((one for one in engine.match(ItemTexts.of(item)) if one.rule == item.rule), None)
        if match is not None and about_rule:
            way = found.setdefault((match.rule, match.way), WayRated(match.rule, match.way))
            way.right += item.relevant
            way.wrong += not item.relevant
    return [found[key] for key in sorted(found)]


def _exclusion(
    rule: Rule, opinions: Mapping[str, Opinion], item: RatedItem, match: Match, true: Sequence[RatedItem]
) -> Exclusion | None:
    """The phrase that costs least: relevant items first, then examples, then length."""
    language = item.language if item.language in LANGUAGES else ANY_LANGUAGE
    found: list[Exclusion] = []
    for phrase in _phrases(item, match):
        try:
            term = parse_term(phrase, language)
        except TermError:
            continue
        changed = replace(rule, ignore=(*rule.ignore, term))
        engine = compile_rules([changed], opinions)
        if _met(engine, ItemTexts.of(item)) is not None:
            continue
        killed = tuple(one for one in true if _met(engine, ItemTexts.of(one)) is None)
        broken = tuple(problem.message for problem in lint([changed], engine) if problem.level is Level.ERROR)
        found.append(Exclusion(phrase=phrase, language=language, killed=killed, broken=broken))
        if not killed and not broken:
            break
    return min(found, key=lambda one: (len(one.killed), len(one.broken), len(one.phrase)), default=None)


def _phrases(item: RatedItem, match: Match) -> Iterator[str]:
    """Stretches of the text around the words that misled the rule: those that were named, else any that it met."""
    wanted = folded(item.word)
    pieces = [piece for piece in match.evidence if not wanted or folded(piece.text) == wanted]
    texts = {Field.TITLE: item.title, Field.SUMMARY: item.summary, Field.BODY: item.body}
    around = [phrase for place in _AROUND for piece in pieces for phrase in _around(texts[piece.field], piece, *place)]
    yield from list(dict.fromkeys(around))[:_PHRASES]


def _around(text: str, piece: Evidence, before: int, after: int) -> Iterator[str]:
    """The words of a hit with so many before and after them, in small letters: capitals would make a code."""
    words = list(_WORD.finditer(text))
    inside = [number for number, word in enumerate(words) if word.start() < piece.end and word.end() > piece.start]
    if inside and inside[0] >= before and inside[-1] + after < len(words):
        yield " ".join(word[0].lower() for word in words[inside[0] - before : inside[-1] + after + 1])


def _example(item: RatedItem, engine: Engine) -> Example:
    """The headline alone if the rule matches it, else with the summary, else with all."""
    title = Example(text=item.title)
    tried = (title, replace(title, summary=item.summary), replace(title, summary=item.summary, body=item.body))
    language, kind = item.language or "", item.kind
    for one in tried:
        texts = ItemTexts(one.text, one.summary, one.body, feed_id=item.feed_id, kind=kind, language=language)
        if _met(engine, texts) is not None:
            return one
    return tried[-1]


def as_yaml(one: Suggestion) -> str:
    """The keys to add to the rule's file, as they stand there; the exclusion only where it costs nothing relevant."""
    lines = []
    if one.exclusion is not None:
        lines += ["ignore:", f"  {one.exclusion.language}: [{_quoted(one.exclusion.phrase)}]"]
    why = ": ".join(filter(None, [str(one.item.cause or "not relevant"), one.item.reason]))
    parts = {"text": one.example.text, "summary": one.example.summary, "body": one.example.body, "why": why}
    said = ", ".join(f"{name}: {_quoted(words)}" for name, words in parts.items() if words)
    return "\n".join([*lines, "examples:", "  no_match:", f"    - {{{said}}}"])


def to_paste(one: Suggestion) -> Iterator[str]:
    """A suggestion as a piece of YAML with comments, which can be pasted as it is."""
    item, exclusion = one.item, one.exclusion
    misled = f', misled by "{_line(item.word)}"' if item.word else ""
    yield f"# {item.item_id} {_line(item.title)}"
    said = f"not relevant ({item.cause or item.reason or 'no reason given'}){misled}"
    yield f"# {said}, says {_line(item.by)} {item.at:%Y-%m-%d %H:%M} UTC"
    if exclusion is None:
        yield "# no phrase around the words excludes it; until the rule is changed check fails on this"
        yield "# example: put it under known_wrong meanwhile"
    elif not exclusion.killed:
        yield f"# the phrase would lose no item that people found relevant (of {one.looked_at})"
    else:
        killed = f"{counted(len(exclusion.killed), 'item')} that people found relevant (of {one.looked_at})"
        yield f"# the phrase would have lost {killed}:"
        yield from (f"#   {lost.item_id} {_line(lost.title)}" for lost in exclusion.killed[:_LISTED])
        if len(exclusion.killed) > _LISTED:
            yield f"#   and {len(exclusion.killed) - _LISTED} more"
    for broken in exclusion.broken if exclusion else ():
        yield f"# check would say: {_line(broken)}"
    yield f"# add to {one.rule.path}:"
    yield as_yaml(one)
    yield ""


def _line(text: str) -> str:
    """Text on one line, with a blank for whatever cannot be printed."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _quoted(text: str) -> str:
    """Text in double quotes, as JSON and YAML have it, on one line and not longer than an example need be."""
    return json.dumps(_line(text), ensure_ascii=False)


def _met(engine: Engine, texts: ItemTexts) -> Match | None:
    return next(iter(engine.match(texts)), None)

"""Text with marks in it, as HTML: hits in a text that was tried, and the lines of a draft with colours.

Unlike everything else on a page this keeps spaces as they are; what hides or turns text is taken out all the same. Only
the layer with the colours of the box in which a draft is typed has the same characters as the box.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from monitor.errors import Level, Problem
from monitor.model import Field
from monitor.wording.safe import safe

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_LONGEST_SAID = 120
_LONGEST_LINE = 2_000
"""Characters of a line that has colours: to look for them in one of 500,000 took half an hour, and nothing else ran."""
_MARK = {"bad": Markup('<span class="line bad" data-said="{}">'), "warn": Markup('<span class="line warn">')}
_CODE = re.compile(
    r"""(?P<comment>(?:^|(?<=\s))\#.*)|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')"""
    r"""|(?P<key>[\w-]+(?=:(?:\s|$)))|(?P<mark>[\[\]{},]|^\s*-\ )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text: what it is ("hit", "near" or "not"), and the name that stands behind it."""

    start: int
    end: int
    kind: str
    name: str


def shown(text: str) -> Markup:
    """Text escaped, with its spaces and without characters that hide or turn what stands there."""
    return escape("".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in _HIDDEN))


def code(line: str, characters: Callable[[str], Markup] = shown) -> Markup:
    """A line of YAML with its keys, strings and comments told apart; one that nobody can read stays without colours."""
    if len(line) > _LONGEST_LINE:
        return characters(line)
    parts, at = [], 0
    for found in _CODE.finditer(line):
        part = Markup('<span class="y-{}">{}</span>').format(found.lastgroup, characters(found[0]))
        parts += [characters(line[at : found.start()]), part]
        at = found.end()
    return Markup("").join([*parts, characters(line[at:])])


def coloured(text: str, problems: Mapping[int, Sequence[Problem]]) -> Markup:
    """A draft in colours, character by character as the box shows it, with the lines marked that have a mistake.

    `problems` are what the checker says, by line; the first error stands in an attribute, so that it is no text.
    """
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.lstrip()
        made = code(bare, escape)
        if there := problems.get(number):
            wrong = next((one for one in there if one.level is Level.ERROR), None)
            mark = _MARK["warn"] if wrong is None else _MARK["bad"].format(_said(wrong))
            made = Markup("{}{}</span>").format(mark, made)
        lines.append(escape(line[: len(line) - len(bare)]) + made)
    return Markup("\n").join(lines)


def _said(wrong: Problem) -> str:
    said = safe(wrong.message)
    if wrong.suggestion:
        said += f" - did you mean “{safe(wrong.suggestion)}”?"
    return said if len(said) <= _LONGEST_SAID else f"{said[:_LONGEST_SAID]}…"


def marked(text: str, spans: Iterable[Span]) -> Markup:
    """A text with its spans marked; where some overlap, the names of all stand behind the piece they share."""
    inside = [span for span in spans if 0 <= span.start < span.end <= len(text)]
    cuts = sorted({0, len(text), *(span.start for span in inside), *(span.end for span in inside)})
    parts = []
    for start, end in pairwise(cuts):
        there = [span for span in inside if span.start <= start and end <= span.end]
        piece = shown(text[start:end])
        if there:
            kinds = {span.kind for span in there}
            kind = next(one for one in ("hit", "not", "near") if one in kinds)
            names = ", ".join(dict.fromkeys(span.name for span in there))
            piece = Markup('<mark class="{}">{}<small> {}</small></mark>').format(kind, piece, names)
        parts.append(piece)
    return Markup("").join(parts)


def spans_of(text: str, field: Field, rules: Sequence[Mapping[str, Any]]) -> list[Span]:
    """What the rules found in a field of a text, what nearly was a hit, and what stops them.

    `rules` are as `explain.as_dict` gives them.
    """
    found = []
    for rule in rules:
        hits = [hit for group in rule["groups"].values() for hit in group]
        found += [Span(hit["start"], hit["end"], "hit", hit["group"]) for hit in hits if hit["field"] == field]
        stops = [(hit, "ignored") for hit in rule["ignored"]] + [(hit, "never") for hit in rule["never"]]
        found += [Span(hit["start"], hit["end"], "not", name) for hit, name in stops if hit["field"] == field]
        for miss in rule["near"]:
            at = text.find(miss["text"])
            if at >= 0:
                found.append(Span(at, at + len(miss["text"]), "near", f"nearly {miss['group']}"))
    return list(dict.fromkeys(found))

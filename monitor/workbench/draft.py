"""A draft of a rule or word file: what `check` says of it, and what the rules with it make of a text.

A draft stands in for its file while everything else is read from the disk, so it is judged as it would be when saved.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from monitor.config.configuration import Parts, for_editors, read_parts
from monitor.errors import Level, Problem
from monitor.files.snapshot import Files
from monitor.match.checks.lint import lint
from monitor.match.checks.termlint import advise
from monitor.match.engine import Engine, compile_rules
from monitor.match.explain import as_dict, explain
from monitor.match.itemtexts import ItemTexts
from monitor.match.rule import Rule
from monitor.model import RatedItem
from monitor.settings import Settings
from monitor.workbench.suggest import WayRated, suggestions, to_paste, ways_rated

WORDS = "words"
"""The folder of word files, in that of the rules."""

_MOST_ADVICE = 30


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file would hold."""

    path: Path
    content: bytes

    @property
    def is_rule(self) -> bool:
        """Whether it is a rule; else it is a word file, which any rule may take."""
        return self.path.parent.name != WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What `check` says: of the draft itself, and the errors that are in other files when it is used.

    `rules` are the ids of the rules in it, or those that are there with a word file; `examples` is how many were run.
    """

    problems: tuple[Problem, ...]
    elsewhere: tuple[Problem, ...]
    rules: tuple[str, ...]
    examples: int

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems of the draft that keep it from being used."""
        return tuple(one for one in self.problems if one.level is Level.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How the rules with a draft fared on a text, as `explain --format json` prints a rule.

    `own` are the rules of the draft, with near misses; `others` are those of other files.
    """

    own: tuple[Mapping[str, Any], ...]
    others: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """Lines to paste into the file of a rule, because of an item that people found not relevant."""

    rule: str
    file: str
    item_id: str
    lines: str


@dataclass(frozen=True, slots=True)
class Taught:
    """What ratings say about the rules: how often each way is right, and what may be pasted."""

    ways: tuple[WayRated, ...]
    suggestions: tuple[Advice, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    draft: Draft
    files: Files
    parts: Parts
    engine: Engine


class Drafts:
    """Reads drafts. What was read last is kept: the next draft differs from it in little."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._files = Files()
        self._last: _Read | None = None

    def look(self, draft: Draft) -> Looked:
        """What `check` says of a draft. Never raises for what it holds."""
        read = self._read(draft)
        own = self._own(read)
        found = (*read.parts.rules.problems, *lint(own, read.engine), *advise(read.engine))
        problems = for_editors(dict.fromkeys(found))
        return Looked(
            problems=tuple(one for one in problems if one.path == draft.path),
            elsewhere=tuple(one for one in problems if one.path != draft.path and one.level is Level.ERROR),
            rules=tuple(rule.id for rule in own),
            examples=sum(len((*rule.match, *rule.no_match, *rule.known_wrong)) for rule in own),
        )

    def harm(self, draft: Draft) -> tuple[Problem, ...]:
        """The errors that saving a draft would bring: its own, and those in other files that are not there without."""
        new = self.look(draft)
        if not new.elsewhere:
            return new.errors
        known = {(one.path, one.message) for one in self._problems_on_disk()}
        return (*new.errors, *(one for one in new.elsewhere if (one.path, one.message) not in known))

    def tried(self, draft: Draft, texts: ItemTexts) -> Tried:
        """What the rules make of a text, those of the draft with near misses."""
        read = self._read(draft)
        own = {rule.id for rule in self._own(read)}
        ids = [rule.id for rule in read.engine.rules]
        near = [as_dict(explain(read.engine, texts, one))["rules"][0] for one in ids if one in own]
        other = [as_dict(explain(read.engine, texts))["rules"]] if own != set(ids) else []
        return Tried(own=tuple(near), others=tuple(one for found in other for one in found if one["rule"] not in own))

    def taught(self, rated: Sequence[RatedItem], since: datetime) -> Taught:
        """What ratings say about the rules on the disk; suggestions come from those since a time alone."""
        self._files = self._files.again()
        files = read_parts(self._settings, files=self._files).rules
        asked = [one for one in rated if one.relevant or one.at >= since]
        found = suggestions(files.rules, files.opinions, asked)
        return Taught(
            ways=tuple(ways_rated(compile_rules(files.rules, files.opinions), rated)),
            suggestions=tuple(
                Advice(one.rule.id, one.rule.path.name, one.item.item_id, "\n".join(to_paste(one)))
                for one in islice(found, _MOST_ADVICE)
            ),
        )

    def _read(self, draft: Draft) -> _Read:
        files, last = self._files.again(), self._last
        self._files = files
        if last and last.draft == draft and not files.differing(last.files):
            return last
        parts = read_parts(self._settings, files=files.with_instead({draft.path: draft.content}))
        rules, opinions = parts.rules.rules, parts.rules.opinions
        same = last and last.parts.rules.rules == rules and last.parts.rules.opinions == opinions
        engine = last.engine if last and same else compile_rules(rules, opinions)
        self._last = _Read(draft, files, parts, engine)
        return self._last

    def _own(self, read: _Read) -> Sequence[Rule]:
        """The rules in a draft; with a word file, all."""
        rules = read.parts.rules.rules
        return [rule for rule in rules if rule.path == read.draft.path] if read.draft.is_rule else rules

    def _problems_on_disk(self) -> tuple[Problem, ...]:
        parts = read_parts(self._settings, files=self._files)
        engine = compile_rules(parts.rules.rules, parts.rules.opinions)
        return for_editors((*parts.rules.problems, *lint(parts.rules.rules, engine)))


def diff(name: str, before: bytes, after: bytes) -> str:
    """What a draft changes, as `git apply` takes it."""
    old, new = (text.decode("utf-8", "replace").splitlines(keepends=True) for text in (before, after))
    lines = difflib.unified_diff(old, new, f"a/{name}" if old else "/dev/null", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

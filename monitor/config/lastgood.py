"""Which version of each file is live: the one on disk or, while that has a mistake, its last good one. Pure.

A file with an error is taken back to its last good version. Where a rule is wrong that was not edited, because a word
file it takes was edited or deleted, that word file is taken back. What never was good has nothing to go back to: what
is valid in it is used. docs/decisions/0008 has the odd cases.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.config.configuration import Configuration, Parts, nothing_left, put_together, read_parts
from monitor.errors import Level, Problem
from monitor.files.snapshot import Files
from monitor.files.yaml import read_yaml
from monitor.match.checks.lint import lint
from monitor.match.engine import Engine, compile_rules
from monitor.match.wordfile import taken_by
from monitor.model import ConfigFile
from monitor.settings import Settings

FEEDS, ROUTES, RULES = "feeds.yaml", "routes.yaml", "rules"
_WORDS, _OPINIONS = "words", "opinions"

Wrong = Mapping[str, tuple[Problem, ...]]
"""What is wrong with files, by name."""


@dataclass(frozen=True, slots=True)
class Live:
    """What is live, and how it came about.

    `wrong` has the errors of the files on disk, `taken_back` the names of those whose last good version is live
    instead, `good` the texts of those that are live as they are on disk and have no error. `unused` are not live at
    all. `found` is what the examples of the rules brought to light.
    """

    configuration: Configuration
    parts: Parts
    found: tuple[Problem, ...]
    wrong: Wrong
    taken_back: frozenset[str]
    unused: frozenset[str]
    good: Mapping[str, str]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the files on disk or with what is live, each once."""
        wrong = (problem for problems in self.wrong.values() for problem in problems)
        return tuple(dict.fromkeys((*wrong, *self.configuration.problems)))


class Places:
    """Where the files lie, and the names they are remembered by wherever that is."""

    def __init__(self, settings: Settings) -> None:
        self.feeds, self.routes, self.rules = (
            settings.wirewatch_feeds,
            settings.wirewatch_routes,
            settings.wirewatch_rules,
        )
        one_file = self.rules.is_file() or self.rules.suffix in (".yaml", ".yml")
        self.folder = self.rules.parent if one_file else self.rules

    def name(self, path: Path) -> str:
        """The name of a file; the folder of rules has one too."""
        if path == self.feeds:
            return FEEDS
        if path == self.routes:
            return ROUTES
        return RULES if path == self.folder else f"{RULES}/{path.relative_to(self.folder).as_posix()}"

    def path(self, name: str) -> Path:
        """The path of the file with this name."""
        known = {FEEDS: self.feeds, ROUTES: self.routes, RULES: self.folder}
        return known.get(name) or self.folder / name.removeprefix(f"{RULES}/")

    def word_file(self, name: str) -> Path:
        """The path of the word file that rules take by this name."""
        return self.folder / _WORDS / f"{name}.yaml"

    def is_rule(self, path: Path) -> bool:
        """Whether a path is that of a rule, or the folder of them."""
        return path not in (self.feeds, self.routes) and path.parent.name not in (_WORDS, _OPINIONS)

    def folders(self) -> dict[Path, tuple[int, int]]:
        """The folders to watch, and which they are on their disk: one of the same name may have taken the place."""
        of_files = [self.feeds.parent, self.routes.parent, self.feeds.resolve().parent, self.routes.resolve().parent]
        of_rules = [self.folder.parent, self.folder, self.folder / _WORDS, self.folder / _OPINIONS]
        found = {}
        for path in (*of_files, *of_rules):
            with contextlib.suppress(OSError):
                if path.is_dir():
                    status = path.stat()
                    found[path] = status.st_dev, status.st_ino
        return found


def choose_live(
    settings: Settings, files: Files, remembered: Mapping[str, ConfigFile], before: Live | None = None
) -> Live:
    """Read the files, going back to remembered versions where that is needed. Never raises for what they hold.

    `before` is what was live until now: what did not change since is not compiled again.
    """
    places = Places(settings)
    paths = places.feeds, places.routes, places.folder
    table = _Table(places, files, remembered, before)
    while True:
        version = files.with_instead(table.instead)
        parts = read_parts(settings, files=version)
        if table.take_back(parts, version):
            continue
        engine, found = _compiled(parts, before)
        if not table.take_back(parts, version, (*found, *nothing_left(*paths, parts, engine))):
            break
    configuration = put_together(parts, engine, found)
    left = _by_path((*configuration.errors, *nothing_left(*paths, parts, engine)))
    wrong = {
        path: tuple(dict.fromkeys((*table.wrong.get(path, ()), *left.get(path, ())))) for path in table.wrong | left
    }
    alive = {rule.path for rule in parts.rules.rules} | {places.feeds, places.routes}
    contents = {path: files.on_disk(path) for path in files.paths() if path not in wrong}
    return Live(
        configuration=configuration,
        parts=parts,
        found=found,
        wrong={places.name(path): problems for path, problems in wrong.items()},
        taken_back=frozenset(places.name(path) for path in table.instead),
        unused=frozenset(places.name(path) for path in left if path not in alive),
        good={
            places.name(path): _text(content, remembered.get(places.name(path)))
            for path, content in contents.items()
            if content is not None
        },
    )


class _Table:
    """The last good versions, and which of them have been taken out so far, for which errors."""

    def __init__(self, places: Places, files: Files, remembered: Mapping[str, ConfigFile], before: Live | None) -> None:
        self._places = places
        self._files = files
        self._good = {
            places.path(name): file.content.encode() for name, file in remembered.items() if file.content is not None
        }
        self._old = {(problem.path, problem.message) for problem in before.configuration.errors} if before else set()
        self.instead: dict[Path, bytes] = {}
        self.wrong: dict[Path, tuple[Problem, ...]] = {}

    def take_back(self, parts: Parts, version: Files, found: Iterable[Problem] = ()) -> bool:
        """Take back the files to blame for these errors, those that others depend on first; whether there were any."""
        alive = {rule.path for rule in parts.rules.rules}
        to_blame: dict[Path, list[Problem]] = defaultdict(list)
        examples = set(found)
        for problem in (*parts.problems, *examples):
            if problem.level is Level.ERROR:
                # A rule that names a feed or route that is gone stays alive: no word file is to blame for that.
                about_words = problem in examples or problem.path not in alive
                for path in self._blamed(problem, version, about_words=about_words):
                    to_blame[path].append(problem)
        first = [path for path in to_blame if not self._places.is_rule(path)]
        for path in first or to_blame:
            self.instead[path] = self._good[path]
            self.wrong[path] = tuple(to_blame[path])
        return bool(to_blame)

    def _blamed(self, problem: Problem, version: Files, *, about_words: bool) -> list[Path]:
        path = problem.path
        if self._edited(path):
            return [path]
        if path == self._places.folder:
            return [one for one in self._good if self._edited(one) and self._places.name(one).startswith(RULES)]
        if path not in self._good or not about_words or (path, problem.message) in self._old:
            return []
        return [one for one in self._taken_by(path, version) if self._edited(one)]

    def _edited(self, path: Path) -> bool:
        """Whether a file is not as it was when it was good, and not taken back yet."""
        return path in self._good and path not in self.instead and self._files.on_disk(path) != self._good[path]

    def _taken_by(self, rule: Path, version: Files) -> set[Path]:
        """The word files that a rule takes."""
        if not self._places.is_rule(rule):
            return set()
        return {self._places.word_file(name) for name in taken_by(read_yaml(rule, "a rule", version))}


def _compiled(parts: Parts, before: Live | None) -> tuple[Engine, tuple[Problem, ...]]:
    rules, opinions = parts.rules.rules, parts.rules.opinions
    if before and before.parts.rules.rules == rules and before.parts.rules.opinions == opinions:
        return before.configuration.engine, before.found
    engine = compile_rules(rules, opinions)
    return engine, lint(rules, engine)


def _text(content: bytes, remembered: ConfigFile | None) -> str:
    """The text of a file. Where the remembered text is equal, that object is used: both are kept, and are large."""
    text = content.decode()
    return remembered.content if remembered and remembered.content == text else text


def _by_path(problems: Iterable[Problem]) -> dict[Path, tuple[Problem, ...]]:
    found: dict[Path, tuple[Problem, ...]] = {}
    for problem in problems:
        found[problem.path] = (*found.get(problem.path, ()), problem)
    return found

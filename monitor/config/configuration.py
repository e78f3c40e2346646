"""The files that editors and admins write, read together: what is valid is used, mistakes are reported."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import structlog

from monitor.collect.feeds import FeedFile, read_feeds
from monitor.decide.routefile import RouteFile, read_routes
from monitor.errors import ConfigError, Level, Problem
from monitor.files.snapshot import Files
from monitor.match.checks.lint import lint
from monitor.match.checks.named import KnownNames
from monitor.match.checks.termlint import advise
from monitor.match.engine import Engine, compile_rules
from monitor.match.meaning import Meanings
from monitor.match.rule import Status
from monitor.match.rulefile import RuleFiles, read_rules
from monitor.match.wordfile import check_words
from monitor.meaning.encoder import encoder_of
from monitor.model import Feed, Route, Routes
from monitor.settings import Settings

log = structlog.get_logger()

_KEY = re.compile(r"^([a-z_]+)[ \t]*:", re.MULTILINE)
_KEY_IN_BRACKETS = re.compile(r"""[{,]\s*["']?([a-z_]+)["']?\s*:""")


@dataclass(frozen=True)
class Configuration:
    """Everything valid in the three kinds of files, and every problem found in them."""

    feeds: tuple[Feed, ...]
    routes: Routes
    engine: Engine
    problems: tuple[Problem, ...]

    @cached_property
    def feed_ids(self) -> frozenset[str]:
        """The ids of the feeds."""
        return frozenset(self.feeds_by_id)

    @cached_property
    def feeds_by_id(self) -> Mapping[str, Feed]:
        """The same feeds, by their ids."""
        return {feed.id: feed for feed in self.feeds}

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep something from being used."""
        return tuple(problem for problem in self.problems if problem.level is Level.ERROR)

    @cached_property
    def fingerprint(self) -> str:
        """What is the same for processes that work by the same feeds, routes and rules."""
        feeds = sorted((feed.id, feed.url) for feed in self.feeds)
        routes = sorted((route.name, route.channel) for route in self.routes.all())
        rules = sorted((rule.id, rule.hash) for rule in self.engine.rules)
        return hashlib.sha256(json.dumps([feeds, routes, rules]).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Parts:
    """What was read from the files, before the rules are compiled and their examples run."""

    feeds: FeedFile
    routes: RouteFile
    rules: RuleFiles

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with any of the files, as far as reading tells."""
        return (*self.feeds.problems, *self.routes.problems, *self.rules.problems)


def read_parts(settings: Settings, *, files: Files | None = None) -> Parts:
    """Read feeds, routes and rules. Never raises for what the files hold."""
    files = files or Files()
    feeds = read_feeds(settings.wirewatch_feeds, files)
    routes = read_routes(settings.wirewatch_routes, files)
    return Parts(
        feeds,
        routes,
        read_rules(
            settings.wirewatch_rules,
            route_names=KnownNames({route.name for route in routes.routes.all()}, routes.mistaken),
            feed_ids=_feeds_named(feeds),
            files=files,
        ),
    )


def _feeds_named(feeds: FeedFile) -> KnownNames:
    """The feeds that rules may name."""
    kinds = {feed.id: feed.kind for feed in feeds.feeds}
    return KnownNames(kinds.keys(), feeds.mistaken, kinds)


def put_together(parts: Parts, engine: Engine, found: Iterable[Problem]) -> Configuration:
    """The configuration of these parts, with their rules compiled and what was found wrong with them then."""
    problems = (*parts.problems, *found)
    return Configuration(
        feeds=tuple(feed for feed in parts.feeds.feeds if feed.enabled),
        routes=parts.routes.routes,
        engine=engine,
        problems=_in_order(problems),
    )


def read_engine(rules: Path, meanings: Meanings | None = None) -> Engine:
    """The rules alone, ready to match, with the vectors that `meanings` makes; what is wrong with some is logged.

    Raises:
        ConfigError: no rule is left; with every problem found.
    """
    files = read_rules(rules)
    if not files.rules:
        raise ConfigError("no valid rule is left to match", files.problems)
    for problem in files.problems:
        (log.error if problem.level is Level.ERROR else log.info)(
            "configuration problem", action="config_problem", problem=str(problem)
        )
    return compile_rules(files.rules, files.opinions, meanings)


def require_usable(configuration: Configuration) -> None:
    """Refuse what cannot do its job.

    Raises:
        ConfigError: there is no feed to poll, no rule to match, or no route to tell; with every problem found.
    """
    missing = []
    if not configuration.feeds:
        missing.append("no feed is left to poll")
    if not any(rule.status is not Status.OFF for rule in configuration.engine.rules):
        missing.append("no valid rule is left to match")
    if not configuration.routes.desk:
        missing.append("no valid route is left to send alerts to")
    if missing:
        raise ConfigError("; ".join(missing), configuration.problems)


def nothing_left(feeds: Path, routes: Path, rules: Path, parts: Parts, engine: Engine) -> list[Problem]:
    """The files that are valid but leave the service nothing to do; the paths are those of the files."""
    told = {problem.path for problem in parts.problems if problem.level is Level.ERROR}
    empty = {
        feeds: "no feed in it is enabled, so nothing would be polled"
        if not any(feed.enabled for feed in parts.feeds.feeds)
        else "",
        routes: "no route but ops is in it, so nobody would get alerts" if not parts.routes.routes.desk else "",
        rules: "no rule in it is valid and not off, so nothing would match" if not engine.rules else "",
    }
    return [Problem(path, 1, 1, Level.ERROR, what) for path, what in empty.items() if what and path not in told]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked (only what is valid is counted), and every problem found."""

    problems: tuple[Problem, ...]
    rules: int = 0
    examples: int = 0
    word_files: int = 0
    feeds: int = 0
    routes: int = 0
    ops: Route | None = None


def check_all(settings: Settings) -> Checked:
    """Check all files, with the warnings about terms that only an editor can act on."""
    parts = read_parts(settings)
    engine = compile_rules(parts.rules.rules, parts.rules.opinions)
    unweighed = _without_weights(parts.rules, settings)
    files = settings.wirewatch_feeds, settings.wirewatch_routes, settings.wirewatch_rules
    found = (*parts.problems, *lint(parts.rules.rules, engine), *advise(engine), *unweighed)
    wrong = {problem.path for problem in found if problem.level is Level.ERROR}
    left = nothing_left(*files, parts, engine)
    # A folder whose rules all have mistakes is not told of beside them.
    found += tuple(one for one in left if not any(path.is_relative_to(one.path) for path in wrong))
    return Checked(
        for_editors(found),
        rules=len(parts.rules.rules),
        examples=_examples(parts.rules),
        feeds=len(parts.feeds.feeds),
        routes=len(parts.routes.routes.all()),
        ops=parts.routes.routes.ops,
    )


def _without_weights(files: RuleFiles, settings: Settings) -> Iterator[Problem]:
    """A warning for each opinion that weighs the vectors of other encoders, and not of the one that is used."""
    encoder = encoder_of(settings.wirewatch_meaning)
    for rule, opinion in sorted(files.opinions.items()) if encoder else ():
        if encoder and opinion.informed and encoder.name not in opinion.informed:
            path = settings.wirewatch_rules / "opinions" / f"{rule}.json"
            message = f"has no weights for the vectors of {encoder.name}, so it judges by words alone; run `learn`"
            yield Problem(path, 1, 1, Level.WARNING, message)


def _examples(files: RuleFiles) -> int:
    """How many examples are run."""
    return sum(len((*rule.match, *rule.no_match, *rule.known_wrong)) for rule in files.rules)


def check_paths(paths: Sequence[Path], settings: Settings) -> Checked:
    """Check the given files alone: a folder holds rules, a file is recognised by its top-level key."""
    # What rules may name. The rules in use are not read: that takes longer than all else.
    feeds, routes = read_feeds(settings.wirewatch_feeds), read_routes(settings.wirewatch_routes)
    parts = [_checked(path, feeds, routes) for path in paths]
    return Checked(
        for_editors(dict.fromkeys(problem for one in parts for problem in one.problems)),
        rules=sum(one.rules for one in parts),
        examples=sum(one.examples for one in parts),
        word_files=sum(one.word_files for one in parts),
        feeds=sum(one.feeds for one in parts),
        routes=sum(one.routes for one in parts),
    )


def _checked(path: Path, feeds: FeedFile, routes: RouteFile) -> Checked:
    """What one file or folder holds; rules may name these feeds and routes."""
    match _kind(path):
        case "feeds":
            file = read_feeds(path)
            return Checked(file.problems, feeds=len(file.feeds))
        case "routes":
            found = read_routes(path)
            return Checked(found.problems, routes=len(found.routes.all()))
        case "words":
            return Checked(tuple(check_words(path)), word_files=len(list(path.glob("*.yaml"))) if path.is_dir() else 1)
    names = {route.name for route in routes.routes.all()}
    files = read_rules(
        path,
        route_names=KnownNames(names, routes.mistaken) if names else None,
        feed_ids=_feeds_named(feeds) if feeds.feeds else None,
    )
    engine = compile_rules(files.rules, files.opinions)
    advice = [problem for problem in advise(engine) if path.is_dir() or problem.path == path]
    problems = (*files.problems, *lint(files.rules, engine), *advice)
    return Checked(problems, rules=len(files.rules), examples=_examples(files))


def for_editors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems as an editor sees them: one mistake is one error, and what follows from it is a warning."""
    return _in_order(replace(one, level=Level.WARNING) if one.follows else one for one in problems)


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda one: (str(one.path), one.line, one.column)))


def _kind(path: Path) -> str:
    """Which kind of file this is, by its folder, its top-level keys or its name; a missing path counts as rules."""
    if "words" in (path.name, path.parent.name):
        return "words"
    if not path.is_file():
        return "rules"
    text = path.read_text(encoding="utf-8", errors="replace")
    # Keys begin in the first column, or, as programs write files, behind a bracket or a comma.
    keys = set(_KEY_IN_BRACKETS.findall(text)) if text.lstrip().startswith("{") else set(_KEY.findall(text))
    if keys & {"words", "find"}:
        return "rules"
    kinds = ("feeds", "routes")
    return next((kind for told in (keys, path.stem.lower()) for kind in kinds if kind in told), "rules")

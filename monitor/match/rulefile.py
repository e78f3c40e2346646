"""Rule files: read, checked as a whole, and taken apart into what the engine sees."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.errors import Level, Problem
from monitor.files.snapshot import Files
from monitor.files.validation import validate
from monitor.files.yaml import YamlFile, closest, read_yaml
from monitor.match.checks.named import KnownNames, check_feeds, known_routes
from monitor.match.checks.rulecheck import check_groups, check_names, check_references, check_rule, check_way
from monitor.match.checks.salvage import salvaged
from monitor.match.checks.unread import unread
from monitor.match.opinion import Opinion, read_opinions
from monitor.match.rule import Example, GroupPart, Rule, Term, Way, Where
from monitor.match.ruleformat import FORMAT, DoubtModel, ExampleModel, RuleModel, WayModel
from monitor.match.wordfile import (
    WordLists,
    is_known_format,
    read_words_beside,
    taken_by,
    terms_of,
    terms_of_group,
    untaken,
)
from monitor.model import Role, Severity, Unsure


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The rules that are valid, in the order of their files, and everything wrong with any of them."""

    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
    opinions: Mapping[str, Opinion] = field(default_factory=dict)


def read_rules(
    folder_or_file: Path,
    *,
    route_names: Collection[str] | KnownNames | None = None,
    feed_ids: Collection[str] | KnownNames | None = None,
    files: Files | None = None,
) -> RuleFiles:
    """Read every *.yaml of a folder (not of folders in it), or one file. Never raises for what they hold.

    Word files lie in the folder `words` beside the rules, second opinions in `opinions`; `unread` tells of any other
    file. A file with an error gives no rule and harms no other. Routes and feeds that rules name are looked up in
    `route_names` and `feed_ids`; None: not known here, so not checked. A name that does not exist is an error that
    leaves the rule alive, without that route or feed: a misspelt name, or a feed taken out, must not silence it.
    """
    files = files or Files()
    is_folder = files.is_folder(folder_or_file)
    if not is_folder and not folder_or_file.exists() and folder_or_file.suffix not in (".yaml", ".yml"):
        # A folder that is not there. What lies beside it, as where a mount went away, has nothing to do with rules.
        return RuleFiles((), tuple(read_yaml(folder_or_file, "a rule", files).problems))
    paths = files.names(folder_or_file, "*.yaml") if is_folder else [folder_or_file]
    if not paths:
        why = files.unlisted(folder_or_file)
        message = f"the folder cannot be read: {why}" if why else "the folder holds no rule (*.yaml)"
        problem = Problem(folder_or_file, 1, 1, Level.ERROR, message)
        return RuleFiles((), (problem, *unread(folder_or_file, files)))
    folder = folder_or_file if is_folder else folder_or_file.parent
    routes = KnownNames(route_names) if isinstance(route_names, Collection) else route_names
    feeds = KnownNames(feed_ids) if isinstance(feed_ids, Collection) else feed_ids
    read = [read_yaml(path, "a rule", files) for path in paths]
    astray = [file.path.stem for file in read if file.holds == "words"]
    lists, problems = read_words_beside(folder, files, astray)
    names = {path.stem for path in files.names(folder, "*.yaml")}
    rules: list[Rule] = []
    taken: set[str] | None = set()
    for file in read:
        rule = _read_rule(file, lists, names, routes, feeds) if file.data is not None else None
        taken = None if taken is None or file.data is None else taken | taken_by(file)
        problems += file.problems
        if rule is not None:
            rules.append(rule)
    if is_folder:
        good = {name for name, terms in lists.items() if terms is not None}
        problems += untaken(folder, good - taken if taken is not None else ())
        problems += unread(folder, files)
    opinions, wrong = read_opinions(folder / "opinions", files)
    return RuleFiles(tuple(rules), (*problems, *wrong), opinions)


def _read_rule(
    file: YamlFile,
    lists: WordLists,
    names: Collection[str],
    routes: KnownNames | None,
    feeds: KnownNames | None,
) -> Rule | None:
    model = validate(RuleModel, file.data, file) if is_known_format(file) else None
    if model is None:
        _tell_the_rest(file, lists, routes, feeds)
        return None
    words = {group: tuple(terms_of_group(given, lists, file, group)) for group, given in model.words.items()}
    ignore = tuple(terms_of(model.ignore, file, ("ignore",)))
    check_names(model, file, names)
    check_groups(model, file)
    for number, way in enumerate(model.find):
        check_way(way, file, ("find", number), words)
    check_rule(model, file, words)
    broken = any(problem.level is Level.ERROR for problem in file.problems)
    send_to = known_routes(model, file, routes)
    check_feeds(model, file, feeds)
    return None if broken else _rule(model, file, words, ignore, send_to)


def _tell_the_rest(
    file: YamlFile,
    lists: WordLists,
    routes: KnownNames | None,
    feeds: KnownNames | None,
) -> None:
    """The mistakes in terms and names of a rule that has others, so that all are told at once, each place once."""
    model = salvaged(file.data) if file.data.get("format") in (FORMAT, None) else None
    if model is None:
        return
    told = {(problem.line, problem.column) for problem in file.problems}
    before = len(file.problems)
    for group, given in model.words.items():
        tuple(terms_of_group(given, lists, file, group))
    tuple(terms_of(model.ignore, file, ("ignore",)))
    if _groups_are_known(file):
        check_references(model, file)
    known_routes(model, file, routes)
    check_feeds(model, file, feeds)
    file.problems[before:] = [one for one in file.problems[before:] if (one.line, one.column) not in told]


def _groups_are_known(file: YamlFile) -> bool:
    """Whether the sections of groups are there to look names up in, and none hides behind a misspelt key."""
    sections = ("words", "groups")
    misspelt = {closest(key, RuleModel.model_fields) for key in file.data.keys() - RuleModel.model_fields.keys()}
    return all(isinstance(file.data.get(section, {}), dict) and section not in misspelt for section in sections)


def _rule(
    model: RuleModel,
    file: YamlFile,
    words: dict[str, tuple[Term, ...]],
    ignore: tuple[Term, ...],
    send_to: tuple[str, ...],
) -> Rule:
    return Rule(
        id=model.id,
        title=model.title,
        path=file.path,
        owner=model.owner,
        status=model.status,
        severity=Severity.of(model.severity),
        send_to=send_to,
        unsure=Unsure(model.unsure),
        digest_below=model.digest_below,
        feeds=frozenset(model.feeds),
        kinds=frozenset(model.kinds),
        words=words,
        groups={
            name: tuple(GroupPart(any=part.any, all=part.all, within=part.within or 0) for part in parts)
            for name, parts in model.groups.items()
        },
        roles={group: role for role in Role for group in getattr(model.roles, role)},
        ways=tuple(_way(way) for way in model.find),
        never=model.never,
        never_sure=tuple(_doubt(case) for case in model.never_sure),
        ignore=ignore,
        match=_examples(model, file, "match"),
        no_match=_examples(model, file, "no_match"),
        known_wrong=_examples(model, file, "known_wrong"),
        hash=_hash(model, words),
    )


def _examples(model: RuleModel, file: YamlFile, kind: str) -> tuple[Example, ...]:
    written: tuple[ExampleModel, ...] = getattr(model.examples, kind)
    found = []
    for number, one in enumerate(written):
        line, column = file.position(("examples", kind, number))
        severity = Severity.of(one.severity) if one.severity else None
        found.append(
            Example(
                text=one.text,
                summary=one.summary,
                body=one.body,
                way=one.way,
                severity=severity,
                line=line,
                column=column,
            )
        )
    return tuple(found)


def _way(way: WayModel) -> Way:
    return Way(
        name=way.name,
        all=way.all,
        any=way.any,
        at_least=way.at_least,
        none=way.none,
        within=way.within if isinstance(way.within, int) else None,
        sentence=way.within == "sentence",
        where=way.where,
        severity=Severity.of(way.severity) if way.severity else None,
        everything=way.everything,
        needs_opinion=way.needs_opinion,
        says=way.says.reaction if way.says else None,
    )


def _doubt(case: DoubtModel) -> Way:
    return Way(name=case.name, all=case.all, any=case.any, none=case.none, where=Where.LEAD)


def _hash(model: RuleModel, words: Mapping[str, tuple[Term, ...]]) -> str:
    """Changes with whatever changes matching, facts, severity or routing; not with titles, order or examples."""
    told = model.model_dump(mode="json", exclude={"title", "owner", "examples", "words"})
    told["words"] = {group: sorted({(term.language, term.written) for term in terms}) for group, terms in words.items()}
    for terms in told["ignore"].values():
        terms.sort()
    # A rule that says nothing of facts, of digests or of doubts has the hash that it had before it could.
    roles = {role: sorted(groups) for role, groups in told.pop("roles").items() if groups}
    told |= {"roles": roles} if roles else {}
    for key in ("digest_below", "never_sure"):
        if not told[key]:
            del told[key]
    for way in told["find"]:
        if way["says"] is None:
            del way["says"]
    canonical = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:6]

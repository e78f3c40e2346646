"""Rule files: read, checked as a whole, and taken apart into what the engine sees."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.errors import Level, Problem
from monitor.files import Files
from monitor.match.opinion import Opinion, read_opinions
from monitor.match.rule import ANY_LANGUAGE, LANGUAGES, Example, Part, Rule, Status, Term, Way
from monitor.match.ruleformat import FORMAT, FROM, ExampleModel, RuleModel, WayModel, WordsModel
from monitor.match.terms import TermError, parse_term
from monitor.model import Severity
from monitor.yamlfile import Location, YamlFile, read_yaml, suggest, validate

MAX_TERMS = 5_000


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The rules that are valid, in the order of their files, and everything wrong with any of them."""

    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
    opinions: Mapping[str, Opinion] = field(default_factory=dict)


def read_rules(
    folder_or_file: Path,
    *,
    route_names: Collection[str] | None,
    feed_ids: Collection[str] | None,
    files: Files | None = None,
) -> RuleFiles:
    """Read every *.yaml of a folder (not of folders in it), or one file. Never raises for what they hold.

    Word files lie in the folder `words` beside the rules, second opinions in `opinions`. A file with an error gives
    no rule and harms no other. Routes and feeds that rules name are looked up in `route_names` and `feed_ids`; None:
    not known here, so not checked. A name that does not exist is an error that leaves the rule alive, without that
    route or feed: a misspelt name, or a feed taken out, must not silence it.
    """
    files = files or Files()
    is_folder = files.is_folder(folder_or_file)
    paths = files.names(folder_or_file, "*.yaml") if is_folder else [folder_or_file]
    if not paths:
        return RuleFiles((), (Problem(folder_or_file, 1, 1, Level.ERROR, "the folder holds no rule (*.yaml)"),))
    folder = folder_or_file if is_folder else folder_or_file.parent
    lists, problems = _read_word_files(folder / "words", files)
    rules: list[Rule] = []
    ids: dict[str, Path] = {}
    for path in paths:
        file = read_yaml(path, "a rule", files)
        rule = _read_rule(file, lists, route_names, feed_ids) if file.data is not None else None
        if rule is not None and rule.id in ids:
            file.problems.append(file.problem(("id",), f'the id "{rule.id}" is taken by {ids[rule.id]}'))
            rule = None
        problems += file.problems
        if rule is not None:
            ids[rule.id] = path
            rules.append(rule)
    opinions, wrong = read_opinions(folder / "opinions", files)
    return RuleFiles(tuple(rules), (*problems, *wrong), opinions)


def _read_word_files(folder: Path, files: Files) -> tuple[dict[str, tuple[Term, ...] | None], list[Problem]]:
    """The terms of each word file by its name, None where it has errors, and everything wrong with them."""
    lists: dict[str, tuple[Term, ...] | None] = {}
    problems: list[Problem] = []
    for path in files.names(folder, "*.yaml"):
        file = read_yaml(path, "words", files)
        model = validate(WordsModel, file.data, file) if file.data is not None and _known_format(file) else None
        terms = tuple(_terms(model.words, file, ("words",), None)) if model else ()
        good = not any(problem.level is Level.ERROR for problem in file.problems)
        lists[path.stem] = terms if good else None
        problems += file.problems
    return lists, problems


def _known_format(file: YamlFile) -> bool:
    version = file.data.get("format")
    if version in (FORMAT, None):
        return True
    message = f"format {version} is not known; this version reads format {FORMAT}"
    file.problems.append(file.problem(("format",), message))
    return False


def _read_rule(
    file: YamlFile,
    lists: Mapping[str, tuple[Term, ...] | None],
    route_names: Collection[str] | None,
    feed_ids: Collection[str] | None,
) -> Rule | None:
    model = validate(RuleModel, file.data, file) if _known_format(file) else None
    if model is None:
        return None
    words = {group: tuple(_group(given, lists, file, group)) for group, given in model.words.items()}
    ignore = tuple(_terms(model.ignore, file, ("ignore",), None))
    _check_names(model, file)
    _check_groups(model, file)
    for number, way in enumerate(model.find):
        _check_way(way, file, ("find", number), words)
    _check_rule(model, file, words)
    if any(problem.level is Level.ERROR for problem in file.problems):
        return None
    send_to = _known_routes(model, file, route_names)
    _check_feeds(model, file, feed_ids)
    return _rule(model, file, words, ignore, send_to)


def _known_routes(model: RuleModel, file: YamlFile, route_names: Collection[str] | None) -> tuple[str, ...]:
    """The routes of a rule that exist; none means every route."""
    if route_names is None:
        return model.send_to
    for number, name in enumerate(model.send_to):
        if name not in route_names:
            message = f'"{name}" is not in routes.yaml'
            suggestion = suggest(name, route_names)
            file.problems.append(file.problem(("send_to", number), message, suggestion=suggestion))
    return tuple(name for name in model.send_to if name in route_names)


def _group(
    given: dict[str, list[Any]], lists: Mapping[str, tuple[Term, ...] | None], file: YamlFile, group: str
) -> Iterator[Term]:
    """The terms of a group: those of the word files it takes, then its own."""
    for number, name in enumerate(given.get(FROM, ())):
        where = ("words", group, FROM, number)
        if name not in lists:
            suggestion = suggest(str(name), lists)
            message = f'there is no word file "{name}" in words/'
            file.problems.append(file.problem(where, message, suggestion=suggestion))
        elif (terms := lists[name]) is None:
            file.problems.append(file.problem(where, f"the word file {name}.yaml has errors"))
        else:
            yield from terms
    own = {language: terms for language, terms in given.items() if language != FROM}
    yield from _terms(own, file, ("words", group), group)


def _terms(lists: dict[str, list[Any]], file: YamlFile, location: Location, group: str | None) -> Iterator[Term]:
    """The terms of a group's language lists; mistakes go to the file's problems."""
    for language, written in lists.items():
        if language not in (*LANGUAGES, ANY_LANGUAGE):
            message = f'unknown language "{language}"; known are {", ".join(LANGUAGES)} and {ANY_LANGUAGE}'
            suggestion = suggest(language, (*LANGUAGES, ANY_LANGUAGE))
            file.problems.append(file.problem((*location, language), message, suggestion=suggestion, key=True))
            continue
        known: set[str] = set()
        for number, term in enumerate(written):
            where = (*location, language, number)
            line, column = file.position(where)
            try:
                yield parse_term(_term_text(term), language, line, column)
            except TermError as error:
                file.problems.append(file.problem(where, str(error)))
                continue
            if term in known:
                message = f'"{term}" stands twice in {f"group {group}" if group else "this list"}'
                file.problems.append(file.problem(where, message, level=Level.WARNING))
            known.add(term)


def _term_text(term: object) -> str:
    if term is None:
        raise TermError("an empty term hits nothing; a term that begins with # must be put in quotes")
    if isinstance(term, dict):
        raise TermError('a term with ": " in it must be put in quotes')
    if not isinstance(term, str):
        raise TermError(f"{term} is no text; put it in quotes")
    return term


def _check_feeds(model: RuleModel, file: YamlFile, feed_ids: Collection[str] | None) -> None:
    """The feeds of a rule; one that does not exist stays among them, or a rule for it alone would be for all."""
    for number, name in enumerate(model.feeds):
        if feed_ids is not None and name not in feed_ids:
            message = f'"{name}" is not in feeds.yaml'
            file.problems.append(file.problem(("feeds", number), message, suggestion=suggest(name, feed_ids)))


def _check_names(model: RuleModel, file: YamlFile) -> None:
    """The id, and everything a rule refers to by name, except routes and feeds."""
    if model.id != file.path.stem:
        message = f'the id "{model.id}" must be the name of the file; rename the file to {model.id}.yaml'
        file.problems.append(file.problem(("id",), message))
    used: list[tuple[Location, str]] = [(("never", number), group) for number, group in enumerate(model.never)]
    used += [
        (("find", number, key, place), group)
        for number, way in enumerate(model.find)
        for key in ("all", "any", "none")
        for place, group in enumerate(getattr(way, key))
    ]
    used += [
        (("groups", name, number, key, place), group)
        for name, parts in model.groups.items()
        for number, part in enumerate(parts)
        for key in ("any", "all")
        for place, group in enumerate(getattr(part, key))
    ]
    known = (*model.words, *model.groups)
    for location, group in used:
        if group not in known:
            message = f'group "{group}" is not in words' + (" or groups" if model.groups else "")
            file.problems.append(file.problem(location, message, suggestion=suggest(group, known)))
    for section, names in (("words", model.words), ("groups", model.groups)):
        for group in names.keys() - {group for _, group in used}:
            message = f'group "{group}" is never used in find or never'
            file.problems.append(file.problem((section, group), message, level=Level.WARNING, key=True))


def _check_groups(model: RuleModel, file: YamlFile) -> None:
    """Groups built from groups: each from such as stand before it, and with a distance where it needs one."""
    before = set(model.words)
    for name, parts in model.groups.items():
        if name in model.words:
            file.problems.append(file.problem(("groups", name), f'group "{name}" is in words as well', key=True))
        for number, part in enumerate(parts):
            location = ("groups", name, number)
            if not part.any and not part.all:
                file.problems.append(file.problem(location, "needs groups in all or any"))
            if len(part.all) > 1 and part.within is None:
                message = "all needs within: how many other words may stand between the hits"
                file.problems.append(file.problem(location, message))
            for group in (*part.any, *part.all):
                if group in model.groups and group not in before:
                    message = f'group "{group}" must stand before "{name}", which is built from it'
                    file.problems.append(file.problem(location, message))
        before.add(name)


def _check_way(way: WayModel, file: YamlFile, location: Location, words: dict[str, tuple[Term, ...]]) -> None:
    """What makes a way impossible or too easy to meet."""

    def refuse(key: str, message: str) -> None:
        file.problems.append(file.problem((*location, key), f'way "{way.name}": {message}'))

    if way.everything:
        if way.all or way.any or way.within is not None:
            refuse("everything", "everything: true needs no groups")
        return
    if not way.all and not way.any:
        refuse("name", "needs groups in all or any")
    if way.any and way.at_least > len(way.any):
        refuse("at_least", f"at least {way.at_least} of {len(way.any)} groups can never be met")
    if way.within is not None and len(way.all) + (way.at_least if way.any else 0) < 2:
        refuse("within", "within needs at least two groups to measure between")
    if any(group not in words for group in (*way.all, *way.any)):
        return
    short = all(_short(term) for group in (*way.all, *way.any) for term in words[group])
    if len(way.all) + len(way.any) == 1 and short and any(words[group] for group in (*way.all, *way.any)):
        refuse("name", "one group of words of fewer than 4 letters would match far too much")


def _short(term: Term) -> bool:
    return sum(len(re.sub(r"\W", "", word.text)) for word in term.words) < 4


def _check_rule(model: RuleModel, file: YamlFile, words: dict[str, tuple[Term, ...]]) -> None:
    """What concerns the rule as a whole."""
    if (count := sum(len(terms) for terms in words.values())) > MAX_TERMS:
        file.problems.append(file.problem(("words",), f"{count} terms are more than {MAX_TERMS}; split the rule"))
    everything = all(way.everything for way in model.find)
    for kind in ("match", "no_match"):
        if model.status is Status.LIVE and not everything and not getattr(model.examples, kind):
            message = f"a live rule needs at least one example under {kind}; set status: test while it has none"
            file.problems.append(file.problem(("examples",), message, key=True))
    names = [way.name for way in model.find]
    for number, name in enumerate(names):
        if name in names[:number]:
            file.problems.append(file.problem(("find", number, "name"), f'two ways are named "{name}"'))
    for kind in ("match", "no_match", "known_wrong"):
        for number, example in enumerate(getattr(model.examples, kind)):
            if example.way is not None and example.way not in names:
                location = ("examples", kind, number, "way")
                message = f'there is no way "{example.way}"'
                file.problems.append(file.problem(location, message, suggestion=suggest(example.way, names)))
    later = {"mention": model.mention != "none", "group_by": model.group_by != "story"}
    later["max_per_hour"] = model.max_per_hour is not None
    for key in (key for key, used in later.items() if used):
        message = f"{key} is not acted on in rules yet; routes.yaml limits and shapes what a route gets"
        file.problems.append(file.problem((key,), message, level=Level.WARNING, key=True))


def _rule(
    model: RuleModel,
    file: YamlFile,
    words: dict[str, tuple[Term, ...]],
    ignore: tuple[Term, ...],
    send_to: tuple[str, ...],
) -> Rule:
    def examples(kind: str) -> tuple[Example, ...]:
        found: tuple[ExampleModel, ...] = getattr(model.examples, kind)
        places = [file.position(("examples", kind, number)) for number in range(len(found))]
        return tuple(
            Example(
                text=one.text,
                summary=one.summary,
                body=one.body,
                way=one.way,
                severity=Severity.of(one.severity) if one.severity else None,
                why=one.why,
                line=line,
                column=column,
            )
            for one, (line, column) in zip(found, places, strict=True)
        )

    return Rule(
        id=model.id,
        title=model.title,
        path=file.path,
        owner=model.owner,
        status=model.status,
        severity=Severity.of(model.severity),
        send_to=send_to,
        unsure=model.unsure,
        mention=model.mention,
        group_by=model.group_by,
        max_per_hour=model.max_per_hour,
        feeds=frozenset(model.feeds),
        kinds=frozenset(model.kinds),
        words=words,
        groups={
            name: tuple(Part(any=part.any, all=part.all, within=part.within or 0) for part in parts)
            for name, parts in model.groups.items()
        },
        ways=tuple(_way(way) for way in model.find),
        never=model.never,
        ignore=ignore,
        match=examples("match"),
        no_match=examples("no_match"),
        known_wrong=examples("known_wrong"),
        hash=_hash(model, words),
    )


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
    )


def _hash(model: RuleModel, words: Mapping[str, tuple[Term, ...]]) -> str:
    """Changes with whatever changes matching, severity or routing; not with titles, comments, order or examples."""
    told = model.model_dump(mode="json", exclude={"title", "owner", "examples", "words"})
    told["words"] = {group: sorted({(term.language, term.written) for term in terms}) for group, terms in words.items()}
    for terms in told["ignore"].values():
        terms.sort()
    canonical = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:6]

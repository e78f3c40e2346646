"""Which terms do word files and the groups of rules have? Mistakes in them go to the problems of the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from monitor.errors import Level, Problem
from monitor.files.mistakes import REGEX_HINT, invisible, visible
from monitor.files.snapshot import Files
from monitor.files.validation import validate
from monitor.files.yaml import Location, YamlFile, closest, read_yaml
from monitor.match.checks.oneline import several_in_one
from monitor.match.checks.termlint import lint_terms
from monitor.match.rule import ANY_LANGUAGE, Term
from monitor.match.ruleformat import FORMAT, FROM, WordsModel
from monitor.match.terms import TermError, parse_term
from monitor.model.languages import LANGUAGE_NAMES, LANGUAGES

_OTHER_CODES = {"ua": "uk", "any": ANY_LANGUAGE, "all": ANY_LANGUAGE}
"""What people write for languages: the country of Ukrainian, and what stands for all."""

_NO_NAME = re.compile(r"^.*/|\.ya?ml$")
"""What people write around the name of a word file."""

WordLists = Mapping[str, tuple[Term, ...] | None]
"""The terms of each word file by its name; None where it has errors."""


class _Unlisted(dict[str, tuple[Term, ...] | None]):
    """The word files of a folder that cannot be read: any name may be one of them, and its terms are not known."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> None:
        return None


def read_words_beside(folder: Path, files: Files, astray: Collection[str]) -> tuple[WordLists, list[Problem]]:
    """As `read_word_files`, for the folder `words` beside rules, which need not be there.

    Word files that lie `astray`, among the rules, are told of there, and are not missing as well.
    """
    words = folder / "words"
    paths = files.names(words, "*.yaml")
    if not paths and files.is_folder(words) and (why := files.unlisted(words)):
        return _Unlisted(), [Problem(words, 1, 1, Level.ERROR, f"the folder cannot be read: {why}")]
    lists, problems = read_word_files(paths, files)
    return {**dict.fromkeys(astray), **lists}, problems


def check_words(folder_or_file: Path) -> tuple[Problem, ...]:
    """What is wrong with word files alone, and what is to be said of their terms."""
    files = Files()
    is_folder = files.is_folder(folder_or_file)
    paths = files.names(folder_or_file, "*.yaml") if is_folder else [folder_or_file]
    lists, problems = read_word_files(paths, files)
    for path in paths:
        problems += lint_terms(lists[path.stem] or (), path, "this list")
    return tuple(problems)


def read_word_files(paths: Sequence[Path], files: Files) -> tuple[WordLists, list[Problem]]:
    """The terms of word files, and everything wrong with them."""
    lists: dict[str, tuple[Term, ...] | None] = {}
    problems: list[Problem] = []
    for path in paths:
        file = read_yaml(path, "words", files)
        lists[path.stem], found = files.derived(path, file.keys, partial(_terms_of_file, file))
        problems += found
    return lists, problems


def _terms_of_file(file: YamlFile) -> tuple[tuple[Term, ...] | None, tuple[Problem, ...]]:
    """The terms of a word file, None when there is an error in it; and what is wrong with it."""
    model = validate(WordsModel, file.data, file) if file.data is not None and is_known_format(file) else None
    terms = tuple(replace(term, path=file.path) for term in terms_of(model.words, file, ("words",))) if model else ()
    good = not any(problem.level is Level.ERROR for problem in file.problems)
    return terms if good else None, tuple(file.problems)


def taken_by(file: YamlFile) -> set[str]:
    """The word files that a rule names, also where it has mistakes."""
    words = file.data.get("words") if isinstance(file.data, dict) else None
    groups = words.values() if isinstance(words, dict) else ()
    names = [group.get(FROM) for group in groups if isinstance(group, dict)]
    given = [name for one in names for name in (one if isinstance(one, list) else [one])]
    return {_NO_NAME.sub("", str(name)) for name in given}


def untaken(folder: Path, unused: Collection[str]) -> Iterator[Problem]:
    """Word files that look as if they did something, and do nothing."""
    for name in sorted(unused):
        message = "no rule takes these words; name the file under from: in a group, or delete it"
        yield Problem(folder / "words" / f"{name}.yaml", 1, 1, Level.WARNING, message)


def is_known_format(file: YamlFile) -> bool:
    """Whether this version reads the format that a file says it has; else that becomes one of its problems."""
    version = file.data.get("format")
    if version is None or (version == FORMAT and not isinstance(version, bool)):
        return True
    message = f"format {version} is not known; this version reads format {FORMAT}"
    if version == str(FORMAT):
        message = f'format: "{FORMAT}" is a text; write {FORMAT} without quotes'
    file.problems.append(file.problem(("format",), message))
    return False


def terms_of_group(given: dict[str, list[Any]], lists: WordLists, file: YamlFile, group: str) -> Iterator[Term]:
    """The terms of a group: those of the word files it takes, then its own."""
    for number, name in enumerate(given.get(FROM, ())):
        where = ("words", group, FROM, number)
        if not isinstance(name, str):
            message = "from: the name of a word file is expected, such as attacks; put a number in quotes"
            file.problems.append(file.problem(where, message))
        elif name not in lists:
            suggestion = closest(_NO_NAME.sub("", name), lists)
            message = f'there is no word file "{name}" in words/'
            file.problems.append(file.problem(where, message, suggestion=suggestion))
        elif (terms := lists[name]) is None:
            message = f"not used until the word file {name}.yaml is put right"
            file.problems.append(file.problem(where, message, follows=True))
        else:
            yield from terms
    own = {language: terms for language, terms in given.items() if language != FROM}
    yield from terms_of(own, file, ("words", group))


def terms_of(lists: dict[str, list[Any]], file: YamlFile, location: Location) -> Iterator[Term]:
    """The terms of a group's language lists; mistakes go to the file's problems."""
    for language, written in lists.items():
        if language == FROM:
            message = "from: a word file takes no words of other files; a group of a rule may name several: [one, two]"
            file.problems.append(file.problem((*location, language), message, key=True))
            continue
        if language not in (*LANGUAGES, ANY_LANGUAGE):
            message = f'unknown language "{language}"; known are {", ".join(LANGUAGES)} and {ANY_LANGUAGE}'
            suggestion = _language_meant(language)
            file.problems.append(file.problem((*location, language), message, suggestion=suggestion, key=True))
            continue
        for number, term in enumerate(written):
            where = (*location, language, number)
            line, column = file.position(where)
            try:
                yield parse_term(_term_text(term), language, line, column)
            except TermError as error:
                several = several_in_one(term, language) if isinstance(term, str) else None
                file.problems.append(file.problem(where, several or str(error)))
                continue
            if several := several_in_one(term, language):
                file.problems.append(file.problem(where, several, level=Level.WARNING))
            elif file.runs_on(where):
                message = (
                    f'"{term}" goes on in the next line, and is looked for as one phrase; begin each term with "- "'
                )
                file.problems.append(file.problem(where, message, level=Level.WARNING))
            if hidden := invisible(term):
                before = f'after "{term[: hidden[0]]}"' if hidden[0] else "at its beginning"
                message = f'"{visible(term)}" has an invisible character {before} ({hidden[1]}); delete it'
                file.problems.append(file.problem(where, message, level=Level.WARNING))


def _language_meant(written: str) -> str | None:
    """The language that was probably meant by its name, its country, or its code with a region; or word files."""
    code = re.split(r"[-_]", written.casefold())[0]
    if code in (*LANGUAGES, *_OTHER_CODES):
        return _OTHER_CODES.get(code, code)
    names = {name.casefold(): language for language, name in LANGUAGE_NAMES.items()}
    if name := closest(written, names):
        return names[name]
    return closest(written, (*LANGUAGES, ANY_LANGUAGE, FROM))


def _term_text(term: object) -> str:
    if term is None:
        raise TermError("an empty term hits nothing; a term that begins with # must be put in quotes")
    if isinstance(term, dict):
        raise TermError('a term with ": " in it must be put in quotes')
    if isinstance(term, list):
        raise TermError(f"there is a list where a term is expected; brackets mean a list, and {REGEX_HINT}")
    if not isinstance(term, str):
        shown = str(term).lower() if isinstance(term, bool) else term
        raise TermError(f"{shown} is not a text; put it in quotes")
    return term

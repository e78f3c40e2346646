"""YAML files that people edit: read with the position of every key and value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from monitor.errors import Level, Problem
from monitor.files import mistakes, plainyaml
from monitor.files.snapshot import Files
from monitor.files.syntax import syntax
from monitor.wording.lists import listed

Location = tuple[int | str, ...]
Node = Any
"""A node of ruamel.yaml or of PyYAML, which have their attributes in common but for the anchor."""

MAX_BYTES = 256_000
OF_TERMS = ("a rule", "words")
"""What those files are for whose texts are terms, in which a star has a meaning."""

_CLOSE_ENOUGH, _SHORTEST = 70, 3
_TAG = "tag:yaml.org,2002:"
_COLON = re.compile(r"\s*:")
_YES_NO = {"true": True, "false": False}


@dataclass(slots=True)
class YamlFile:
    """A file's data, where each part of it stands, and what is wrong with it. `data` is None when unreadable.

    `keys` and `values` are the lines and columns of both. `bare` are keys in braces with no ":" behind them, which may
    be the rest of a text that has a comma in it. `run_on` are items of lists, one a line, that go on in the next line.
    `quoted` is what is said, by where it stands, of a text with quotes around it that YAML does not know as such;
    `alike` of a key or text with a letter that looks like another. `holds` is what a file of another kind than it
    should be has in it, as "words"; empty for any other.
    """

    path: Path
    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    keys: dict[Location, tuple[int, int]] = field(default_factory=dict)
    values: dict[Location, tuple[int, int]] = field(default_factory=dict)
    bare: set[Location] = field(default_factory=set)
    run_on: set[Location] = field(default_factory=set)
    quoted: dict[tuple[int, int], str] = field(default_factory=dict)
    alike: dict[tuple[int, int], str] = field(default_factory=dict)
    holds: str = ""

    def problem(
        self,
        location: Location,
        message: str,
        *,
        level: Level = Level.ERROR,
        suggestion: str | None = None,
        key: bool = False,
        follows: bool = False,
    ) -> Problem:
        """A problem at a key or value, or at the nearest thing around it that stands in the file."""
        line, column = self.position(location, key=key)
        if level is Level.ERROR and not follows:
            quoted = self.quoted.get((line, column)) if not key and suggestion is None else None
            hints = [hint for hint in (quoted, self.alike.get((line, column))) if hint and hint not in message]
            message = "; ".join((message, *hints))
        return Problem(self.path, line, column, level, message, suggestion, follows)

    def also_in(self, locations: Iterable[Location]) -> str:
        """Where else a mistake is that is reported once: " (also in lines 7 and 9)"; nothing without further lines."""
        lines = [str(line) for line in dict.fromkeys(self.position(location)[0] for location in locations)]
        if not lines:
            return ""
        return f" (also in line{'s' if len(lines) > 1 else ''} {listed(lines)})"

    def position(self, location: Location, *, key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of a value (or of its key)."""
        places = (self.keys, self.values) if key else (self.values, self.keys)
        for end in range(len(location), -1, -1):
            for marks in places:
                if location[:end] in marks:
                    return marks[location[:end]]
        return 1, 1

    def runs_on(self, location: Location) -> bool:
        """Whether an item of a list, one a line, goes on in the next line, as where a "- " was forgotten."""
        return location in self.run_on


def read_yaml(path: Path, what: str, files: Files | None = None, *, most: int = MAX_BYTES) -> YamlFile:
    """Read a file; whatever is wrong with it is in `problems`. `what` names its purpose: "the feeds".

    `most` is how many bytes it may have.
    """
    files = files or Files()
    file = YamlFile(path)
    try:
        raw = files.read(path)
    except FileNotFoundError:
        file.problems.append(file.problem((), f"there is no such file or folder; it should hold {what}"))
        return file
    except OSError as error:
        file.problems.append(file.problem((), f"cannot be read: {error.strerror}"))
        return file
    parsed = files.made(path, raw, lambda: _parsed(path, raw, what, most))
    return replace(parsed, problems=list(parsed.problems))


def _parsed(path: Path, raw: bytes, what: str, most: int) -> YamlFile:
    file = YamlFile(path)
    if len(raw) > most:
        advice = "; split it, or move words into word files" if most == MAX_BYTES else ""
        message = f"is larger than {most // 1000} kB{advice}"
        file.problems.append(file.problem((), message))
        return file
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, message = mistakes.encoding(raw, error)
        file.problems.append(Problem(path, line, 1, Level.ERROR, message))
        return file
    if found := mistakes.control_character(text) or mistakes.conflict(text):
        file.problems.append(Problem(path, found[0], found[1], Level.ERROR, found[2]))
        return file
    try:
        node = plainyaml.compose(text) or YAML(typ="safe", pure=True).compose(text)
        file.data = None if node is None else _Builder(file, text).build(node, ())
    except YAMLError as error:
        line, column, message = syntax(error, text, of_terms=what in OF_TERMS)
        file.problems.append(Problem(path, line, column, Level.ERROR, message))
    except RecursionError:
        file.problems.append(file.problem((), "is nested too deeply: lists in lists, or an endless row of brackets"))
    except (ValueError, AttributeError, IndexError, KeyError, TypeError):
        # The YAML reader itself broke on it, as it does on some rows of signs.
        file.problems.append(file.problem((), "cannot be read; check its quotes, brackets and indentation"))
    if any(one.level is Level.ERROR for one in file.problems):
        file.data = None
    elif not isinstance(file.data, dict):
        file.problems.append(file.problem((), f"is empty, or not written as key: value; it should hold {what}"))
        file.data = None
    elif other := mistakes.of_another_kind(file.data, what):
        file.holds, key, message = other
        file.problems.append(file.problem((key,), message, key=True))
        file.data = None
    return file


def closest(wrong: str, known: Iterable[str]) -> str | None:
    """What was probably meant: a word mostly the same, in any case, or, if short, one slip of the keyboard away."""
    names, key = {name: name.casefold() for name in known}, wrong.casefold()
    if found := process.extractOne(key, names, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH):
        return found[2]
    slips = (name for name in names if len(name) >= _SHORTEST and OSA.distance(key, names[name], score_cutoff=1) == 1)
    return next(slips, None)


class _Builder:
    """Turns YAML nodes into plain data, noting where each part stands and refusing what hides meaning."""

    def __init__(self, file: YamlFile, text: str) -> None:
        self._file = file
        self._text_of_file = text
        self._seen: set[int] = set()

    def build(self, node: Node, location: Location) -> Any:
        self._file.values[location] = _mark(node)
        if id(node) in self._seen or getattr(node, "anchor", None):
            self._refuse(node, mistakes.ANCHORS)
            return None
        self._seen.add(id(node))
        if node.id == "mapping":
            return self._mapping(node, location)
        if node.id == "sequence":
            if not node.flow_style:
                self._file.run_on |= {(*location, number) for number, item in enumerate(node.value) if _runs_on(item)}
            return [self.build(item, (*location, number)) for number, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: Node, location: Location) -> dict[str, Any]:
        data: dict[str, Any] = {}
        begun_anew = False
        for key_node, value_node in node.value:
            key = str(key_node.value) if key_node.id == "scalar" else ""
            if not key:
                self._refuse(key_node, "a key must be a word")
            elif hidden := mistakes.invisible(key, blanks=True):
                message = (
                    f'the key "{mistakes.visible(key)}" has an invisible character in it ({hidden[1]}); type it again'
                )
                self._refuse(key_node, message)
            elif key in data:
                # The keys that follow are those of the item that begins here.
                if not begun_anew:
                    begun_anew = key == next(iter(data)) and bool(location) and isinstance(location[-1], int)
                    self._refuse(key_node, mistakes.twice(key, begun_anew=begun_anew))
            elif key == "<<":
                if id(value_node) not in self._seen:  # of an anchor it is told where that stands
                    self._refuse(key_node, mistakes.MERGE)
            else:
                self._file.keys[*location, key] = _mark(key_node)
                self._look_alike(key_node, key)
                nothing = value_node.id == "scalar" and not value_node.value
                if node.flow_style and nothing and not _COLON.match(self._text_of_file, key_node.end_mark.index):
                    self._file.bare.add((*location, key))
                if not data and value_node.id == "scalar":
                    self._quoted(key_node, key + str(value_node.value))
                data[key] = self.build(value_node, (*location, key))
                if data[key] is None:
                    # What is left out stands where the next thing begins.
                    self._file.values[*location, key] = _mark(key_node)
        return data

    def _scalar(self, node: Node) -> Any:
        kind, value = str(node.tag).removeprefix(_TAG), str(node.value)
        match kind:
            case "null":
                return None
            case "bool":
                return _YES_NO.get(value.lower(), value)
            case "int" | "float":
                return _number(value)
            case "str" | "timestamp" | "merge" | "value":
                return self._text(node, value)
        self._refuse(node, mistakes.tags(str(node.tag).removeprefix(_TAG)))
        return value

    def _text(self, node: Node, value: str) -> str:
        """A text, in which what programs write as two halves of a character (two surrogates) is one."""
        self._quoted(node, value)
        self._look_alike(node, value)
        try:
            whole = value.encode("utf-16", "surrogatepass").decode("utf-16") if mistakes.has_halves(value) else value
        except UnicodeDecodeError:
            self._refuse(node, mistakes.HALF)
            return ""
        if not node.style and mistakes.cut_by_comment(self._text_of_file, node.end_mark.index):
            line, column = _mark(node)
            self._file.problems.append(Problem(self._file.path, line, column, Level.WARNING, mistakes.CUT_BY_COMMENT))
        return whole

    def _quoted(self, node: Node, text: str) -> None:
        """Note quotes that YAML does not know around a text that begins here, for what else may be found wrong."""
        if not node.style and (quotes := mistakes.typed_quotes(text)):
            self._file.quoted[_mark(node)] = f'the quotes {quotes} are a part of it here: write ", or no quotes'

    def _look_alike(self, node: Node, text: str) -> None:
        """Note a word with letters of two scripts, for what else may be found wrong there."""
        if hint := mistakes.alike(text):
            self._file.alike[_mark(node)] = hint

    def _refuse(self, node: Node, message: str) -> None:
        line, column = _mark(node)
        problem = Problem(self._file.path, line, column, Level.ERROR, message)
        if problem not in self._file.problems[-1:]:  # an alias is met where its anchor stands
            self._file.problems.append(problem)


def _number(value: str) -> int | float | str:
    """A number as people write it; what only YAML takes for one (0x1f, 007, .nan) stays a text."""
    plain = value.replace("_", "")
    if re.fullmatch(r"[-+]?(0|[1-9][0-9]{0,17})", plain):
        return int(plain)
    return float(plain) if re.fullmatch(r"[-+]?[0-9]{1,17}\.[0-9]{0,17}", plain) else value


def _mark(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _runs_on(node: Node) -> bool:
    plain = node.id == "scalar" and not node.style
    return plain and bool(node.value) and node.end_mark.line > node.start_mark.line

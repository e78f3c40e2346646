"""Mistakes in files that people edit, in words for them: what the libraries' own complaints mean."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.tokens import (
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    ScalarToken,
    Token,
)

REGEX_HINT = (
    "rules have no regular expressions: write each word as a term of its own, "
    "word* for any ending, one .. two for words in between"
)

# What the YAML reader says, and what it means. {0} is the text around the place, cut short.
_MEANINGS = {
    "mapping values are not allowed": 'this ":" is not possible here: put a text that has ": " in it in quotes, '
    "and begin the keys of one level in the same column",
    "sequence entries are not allowed": 'a list item ("- ") is not possible here: put it on a line of its own',
    "mapping keys are not allowed": 'put a text that begins with "? " in quotes',
    "could not find expected ':'": 'this line has no ":"; a key and its value are written as key: value',
    "found unexpected ':'": 'put a text that has ":" in it in quotes',
    "expected the node content": "a value is missing here; a sign that is part of a text needs quotes around the text",
    "expected a single document": "a file holds one rule or list: delete this line (---) or what follows it",
    "<document start>": "this does not belong to the lines above; the keys of one level begin in the same column",
    "document end marker": "nothing can follow the line ...",
    "indentation indicator": "after | or > the text begins on the next line",
    "chomping or indentation": "after | or > the text begins on the next line",
    "incompatible YAML document": "delete this line: a file needs no %YAML",
}
_OTHERWISE = "this cannot be read; check the quotes, brackets and indentation here and in the line above"
ANCHORS = "anchors and aliases (& and *) are not used here; write the value out"
MERGE = "merge keys (<<) are not used here; write the keys and values out"
HALF = "there is half a character (\\ud800 to \\udfff) in this text; type the character itself"
CUT_BY_COMMENT = (
    "what follows # is a comment, and not read: put the whole text in quotes if it belongs to it; if not, put a blank "
    "after the #"
)
_TAGS = 'tags ({}) are not used here; put a text that begins with "!" in quotes'
_SENTENCES = {
    "int_type": "{shown} is not a whole number",
    "int_parsing": "{shown} is not a whole number",
    "int_from_float": "{shown} is not a whole number",
    "int_parsing_size": "{shown} is too large a number",
    "bool_type": "{shown} is neither true nor false",
    "bool_parsing": "{shown} is neither true nor false",
    "dict_type": "keys with values are expected: key: value",
    "model_type": "keys with values are expected: key: value",
    "model_attributes_type": "keys with values are expected: key: value",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "greater_than_equal": "{shown} is less than {ge}",
    "less_than_equal": "{shown} is more than {le}",
}
_PATTERNS = {
    "^[a-z]{2}$": "is not a language code; use two lower-case letters, such as en",
    "^[a-z0-9]+(-[a-z0-9]+)*$": "cannot be used; use lower-case letters a-z, digits, and single - between them",
}
# "-item" and "– item"; "key:value", also with the blank or the colon of another keyboard; and a line without any key.
_NO_ITEM = re.compile(r"\s*([-–—•](?=[^\s-])|[–—•](?=\s)|-(?=[^\S \t\r\n]))")
_OPENS, _CLOSES = "“„«‘‚‹”»’", "”“»’‘›«"
_OF_TERMS = re.compile(r"\bterm\b|regular expressions")
_ODD_INDENT = re.compile(r"^[ \t]*(?:- *)?([^\S \t\r\n]|[\u200b-\u200f\u2060\ufeff])", re.MULTILINE)
_NO_BLANK = re.compile(r" *(?:- +)?[\w-]+([:：](?![ \t\n/]|$)[^\S \t\n]?|：)")
_TEXT = re.compile(r" *(?!- )[^\s#:'\"\[{][^:]*$")
_LINE_BREAKS = "\x85\u2028\u2029"
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?= |\r?$)", re.MULTILINE)
_HASH = re.compile(r" +#\w")
_HALVES = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(rf"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[{_LINE_BREAKS}]")


def encoding(raw: bytes, error: UnicodeDecodeError) -> tuple[int, str]:
    """The line and the message for a file that is not UTF-8."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return 1, "is UTF-16 text; save it with the encoding UTF-8"
    message = "is not UTF-8 text from this line on (an older encoding, such as windows-1251?); save it as UTF-8"
    return raw.count(b"\n", 0, error.start) + 1, message


def control_character(text: str) -> tuple[int, int, str] | None:
    """Line, column and message for the first character that no text holds on purpose."""
    found = _CONTROL.search(text)
    if found is None:
        return None
    before = text[: found.start()]
    line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
    char = found[0]
    if char == "\0":
        return line, column, "is UTF-16 text, or no text at all; save it with the encoding UTF-8"
    kind = "line break" if char in _LINE_BREAKS else "control character"
    return line, column, f"there is an invisible {kind} (U+{ord(char):04X}) here; delete it"


def conflict(text: str) -> tuple[int, int, str] | None:
    """Line, column and message for the first mark of two versions that git could not merge."""
    found = _CONFLICT.search(text)
    if found is None:
        return None
    marks = "the lines that begin with <<<<<<<, ======= and >>>>>>>"
    message = f"git could not merge this file: keep one of the two versions that stand here, and delete {marks}"
    return text.count("\n", 0, found.start()) + 1, 1, message


def typed_quotes(text: str) -> str:
    """The quotes around a text that no keyboard has for programs: “ and ”; empty where there are none."""
    first, last = text[:1], text[-1:]
    return f"{first} and {last}" if len(text) > 1 and first in _OPENS and last in _CLOSES else ""


def has_halves(text: str) -> bool:
    """Whether a text holds surrogates: halves of characters, which no text in UTF-8 can hold."""
    return _HALVES.search(text) is not None


def cut_by_comment(end: StringMark) -> bool:
    """Whether a text ends before a # with a sign right behind it, as in TM #62, which may have been meant as text."""
    return _HASH.match(end.buffer, end.pointer) is not None


def invisible(text: str, *, blanks: bool = False) -> tuple[int, str] | None:
    """Where the first invisible character stands in a text (from 0), and what it is: "soft hyphen, U+00AD".

    With `blanks` those are meant too that are not the one of the space bar.
    """
    hidden = ("Cf", "Cc", "Zs") if blanks else ("Cf", "Cc")
    for number, char in enumerate(text):
        if char != " " and unicodedata.category(char) in hidden:
            name = unicodedata.name(char, "control character").lower()
            return number, f"{name}, U+{ord(char):04X}"
    return None


def visible(text: str) -> str:
    """A text without its invisible characters."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf").strip()


def printable(text: str) -> str:
    """A text with its control characters written out in hexadecimal."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def syntax(error: YAMLError, text: str, *, of_terms: bool) -> tuple[int, int, str]:
    """Line, column and message for a file that the YAML reader refuses; `of_terms`: its texts are terms of rules."""
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    if not isinstance(error, MarkedYAMLError) or mark is None:
        return 1, 1, "cannot be read; check its quotes, brackets and indentation"
    context, problem = error.context or "", error.problem or ""
    opened = error.context_mark
    if (opens := _left_open(text, mark)) is not None:
        where = f"and so ends at the next one, in line {mark.line + 1}"
        return *opens, f"the quote that opens here is not closed in its line, {where}"
    if "quoted scalar" in context and opened is not None and "end of stream" in problem + context:
        return *_place(opened), "the quote that opens here is never closed"
    if "quoted scalar" in context and opened is not None and "document separator" in problem:
        return *_place(opened), "the quote that opens here is never closed"
    if "while parsing a flow" in context and opened is not None:
        return _brackets(problem, opened, mark, text)
    if "expected ':'" in problem and opened is not None:
        mark = opened  # the reader notices it at the next line
    line, column, message = _slip(text, mark) or (*_place(mark), _meaning(context, problem, mark, text))
    return line, column, message if of_terms else _not_of_terms(message)


def _not_of_terms(message: str) -> str:
    """A message without what it says of terms, for a file that has none."""
    return "; ".join(part for part in message.split("; ") if not _OF_TERMS.search(part))


def _slip(text: str, mark: StringMark) -> tuple[int, int, str] | None:
    """A blank that is missing or is none in the line of a mark, or a line before it that has no key; None otherwise.

    The reader takes such a line for a text that goes on, and stumbles over what comes next.
    """
    if found := _odd_indent(text, mark):
        return found
    lines = text[: mark.index].split("\n")
    line = lines[-1] + text[mark.index :].partition("\n")[0]
    if slip := _NO_ITEM.match(line) or _NO_BLANK.match(line):
        return len(lines), slip.start(1) + 1, _blank_wanted(slip)
    before = next((number for number in range(len(lines) - 1, 0, -1) if _holds(lines[number - 1])), 0)
    indent = len(line) - len(line.lstrip())
    above = lines[before - 1] if before else ""
    if indent > len(above) - len(above.lstrip()) and (slip := _NO_ITEM.match(above) or _NO_BLANK.match(above)):
        return before, slip.start(1) + 1, _blank_wanted(slip)
    if before and _TEXT.match(lines[before - 1]) and lines[before - 1].startswith(line[:indent]):
        return before, indent + 1, _MEANINGS["could not find expected ':'"]
    return None


def _odd_indent(text: str, mark: StringMark) -> tuple[int, int, str] | None:
    """The first line up to a mark that begins with a blank which YAML takes for a letter; None without one."""
    odd = _ODD_INDENT.search(text, 0, mark.index)
    if odd is None:
        return None
    at, name = odd.start(1), unicodedata.name(odd[1], "another blank").lower()
    message = f"this is a {name} (U+{ord(odd[1]):04X}), and no blank; begin the line anew"
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), message


def _blank_wanted(found: re.Match[str]) -> str:
    wanted = "- " if found.re is _NO_ITEM else ": "
    return f'a "{wanted}" is expected here, with a blank, in place of "{found[1]}"'


def _holds(line: str) -> bool:
    """Whether a line has more than a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _left_open(text: str, mark: StringMark) -> tuple[int, int] | None:
    """Where a quote opens that ends only in a later line, in which the reader then stumbles; None for anything else.

    What follows the quote that ended it belongs to another text, so the mistake is where it opened.
    """
    last: ScalarToken | None = None
    for token in _tokens_before(text, mark):
        if isinstance(token, ScalarToken) and token.style in ("'", '"'):
            last = token
    if last is None or last.start_mark.line == last.end_mark.line or last.end_mark.line != mark.line:
        return None
    return last.start_mark.line + 1, last.start_mark.column + 1


def _tokens_before(text: str, mark: StringMark) -> Iterator[Token]:
    """The tokens of a file before a mistake, or before the reader stumbles, which it does in many ways."""
    with contextlib.suppress(YAMLError, ValueError, IndexError, AttributeError, RecursionError):
        for token in YAML(typ="safe", pure=True).scan(text):
            if token.start_mark.index >= mark.index:
                return
            yield token


def _meaning(context: str, problem: str, mark: StringMark, text: str) -> str:
    if "cannot start any token" in problem:
        return _cannot_start(text[mark.index : mark.index + 1])
    if "undefined alias" in problem:
        name = problem.removeprefix("found undefined alias ").strip("'\":")[:40]
        return f'a star goes last in a term ("{name}*"); put a text that must begin with * in quotes'
    if context.endswith(("alias", "anchor")):
        return 'put a text that begins with "*" or "&" in quotes; a star goes last in a term, right after its letters'
    if "tag" in context or "tag" in problem:
        return _TAGS.format("!")
    if "directive" in context:
        return 'a line cannot begin with "%"'
    if "escape" in problem or "escape" in context:
        return f"a backslash in double quotes has a meaning of its own; {REGEX_HINT}"
    if "block end" in problem:
        return _block_end(mark, text)
    for sign, meaning in _MEANINGS.items():
        if sign in problem or sign in context:
            return meaning
    return _OTHERWISE


def _cannot_start(char: str) -> str:
    if char == "\t":
        return "a Tab is not possible here; use spaces, not the Tab key"
    return f'put a text that begins with "{char}" in quotes'


def _block_end(mark: StringMark, text: str) -> str:
    """Something that does not fit what stands before it: after a closing sign, or in the wrong column."""
    before = text[text.rfind("\n", 0, mark.index) + 1 : mark.index].rstrip()
    if before.endswith(("]", "}", '"', "'")):
        if before.endswith("]") and text[mark.index : mark.index + 1] in "+*?{":
            return f"nothing can follow ] here; {REGEX_HINT}"
        return f"nothing can follow {before[-1]} here; put the whole text in quotes"
    return "this does not fit the lines above: keys of one level, and items of one list, begin in the same column"


def _brackets(problem: str, opened: StringMark, mark: StringMark, text: str) -> tuple[int, int, str]:
    sign = text[opened.index : opened.index + 1]
    if not sign:
        return *_place(mark), "the file ends here, after a [ or { that is never closed"
    if sign == ",":
        return *_place(mark), "nothing stands before this comma; take it away, or write what is missing"
    if sign not in "[{":
        return _never_closed(text, mark) or (*_place(mark), _OTHERWISE)
    closing = "]" if sign == "[" else "}"
    if "stream end" in problem or text[mark.index : mark.index + 1] in "]}:":
        return *_place(opened), f"the {sign} that opens here is never closed with {closing}"
    return *_place(mark), f"a comma is missing before this, or the {closing} to the {sign} in line {opened.line + 1}"


def _never_closed(text: str, mark: StringMark) -> tuple[int, int, str] | None:
    """The last [ or { before a list item of a line of its own, which is none inside of brackets; None without one."""
    opened: list[Token] = []
    for token in _tokens_before(text, mark):
        if isinstance(token, FlowSequenceStartToken | FlowMappingStartToken):
            opened.append(token)
        elif isinstance(token, FlowSequenceEndToken | FlowMappingEndToken) and opened:
            opened.pop()
    if not opened or not text[mark.index :].startswith("- "):
        return None
    sign, closing = ("[", "]") if isinstance(opened[-1], FlowSequenceStartToken) else ("{", "}")
    start = opened[-1].start_mark
    return start.line + 1, start.column + 1, f"the {sign} that opens here is never closed with {closing}"


def _place(mark: StringMark) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def tags(tag: str) -> str:
    """What is said of !tags."""
    return _TAGS.format(tag)


def expected(kind: str, context: Mapping[str, Any], value: Any) -> str:
    """What a value should have been, by the kind of error pydantic found."""
    shown = f'"{_cut(str(value))}"' if isinstance(value, str | int | float) else "this"
    if kind in ("list_type", "tuple_type"):
        if isinstance(value, str):
            if _NO_ITEM.match(value):
                return f'in a list each line begins with "- ", a blank behind it, and not with "{value[0]}" alone'
            inner = value[1:-1] if value.startswith("(") and value.endswith(")") else value
            return f"a list is expected: [{_cut(inner)}]"
        return "a list is expected: one item a line, each beginning with -, or [one, two]"
    if kind == "string_type":
        if value is None:
            return "a text is missing"
        if isinstance(value, list | dict):
            return f"one text is expected, not {'a list' if isinstance(value, list) else 'keys with values'}"
        return f"{shown} is not a text; put it in quotes"
    if kind == "string_pattern_mismatch":
        return f"{shown} {_PATTERNS.get(str(context.get('pattern')), 'cannot be used; see the docs')}"
    sentence = _SENTENCES.get(kind, "{shown} cannot be used here")
    return sentence.format(shown=shown, ge=context.get("ge"), le=context.get("le"))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"

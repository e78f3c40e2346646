"""What the YAML reader stumbles over, in words for whoever wrote the file: where the mistake is, and what to do."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.tokens import (
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    ScalarToken,
    TagToken,
    Token,
)

from monitor.files.mistakes import FENCE, NO_ITEM, REGEX_HINT, tags

# What the YAML reader says, and what it means.
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
_OF_TERMS = re.compile(r"\bterm\b|regular expressions")
_ODD_INDENT = re.compile(r"^[ \t]*(?:- *)?([^\S \t\r\n]|[\u200b-\u200f\u2060\ufeff])", re.MULTILINE)
# "key:value", also with the blank or the colon of another keyboard; and a line without any key.
_NO_BLANK = re.compile(r" *(?:- +)?[\w-]+([:：](?![ \t\n/]|$)[^\S \t\n]?|：)")
_TEXT = re.compile(r" *(?!- )[^\s#:'\"\[{][^:]*$")


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
    ends = "end of stream" in problem + context or "document separator" in problem
    if "quoted scalar" in context and opened is not None and ends:
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
    if slip := NO_ITEM.match(line) or _NO_BLANK.match(line):
        return len(lines), slip.start(1) + 1, _blank_wanted(slip)
    before = next((number for number in range(len(lines) - 1, 0, -1) if _holds(lines[number - 1])), 0)
    indent = len(line) - len(line.lstrip())
    above = lines[before - 1] if before else ""
    if indent >= len(above) - len(above.lstrip()) and (slip := NO_ITEM.match(above) or _NO_BLANK.match(above)):
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
    wanted = "- " if found.re is NO_ITEM else ": "
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
    if "expected ':'" in problem and text.startswith("{", mark.index):
        return 'an item of a list begins with "- ", and this one does not'
    if "cannot start any token" in problem:
        if text.startswith("```", mark.index):
            return FENCE
        return _cannot_start(text[mark.index : mark.index + 1])
    if "undefined alias" in problem:
        name = problem.removeprefix("found undefined alias ").strip("'\":")[:40]
        return f'a star goes last in a term ("{name}*"); put a text that must begin with * in quotes'
    if context.endswith(("alias", "anchor")):
        return 'put a text that begins with "*" or "&" in quotes; a star goes last in a term, right after its letters'
    if "tag" in context or "tag" in problem:
        return tags("!")
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
    if (tag := _tag_within(opened, mark, text)) is not None:
        return *tag, tags("!")
    if (word := _key_behind_a_text(mark, text)) is not None:
        return mark.line + 1, word + 1, "a comma is missing before this; or put the whole text in quotes"
    if "stream end" in problem or text[mark.index : mark.index + 1] in "]}:":
        return *_place(opened), f"the {sign} that opens here is never closed with {closing}"
    return *_place(mark), f"a comma is missing before this, or the {closing} to the {sign} in line {opened.line + 1}"


def _tag_within(opened: StringMark, mark: StringMark, text: str) -> tuple[int, int] | None:
    """Where a "!" begins an item between a [ or { and a mistake: it takes the sign that closes them along."""
    marks = (one.start_mark for one in _tokens_before(text, mark) if isinstance(one, TagToken))
    return next(((one.line + 1, one.column + 1) for one in marks if one.index > opened.index), None)


def _key_behind_a_text(mark: StringMark, text: str) -> int | None:
    """The column, from 0, of a key that stands behind a text without a comma: {name: desk channel: C1}.

    None where the mistake is another one: a text that goes on over lines stands in brackets that are not closed.
    """
    if text[mark.index : mark.index + 1] != ":":
        return None
    last = next((one for one in reversed([*_tokens_before(text, mark)]) if isinstance(one, ScalarToken)), None)
    if last is None or last.start_mark.line != mark.line or " " not in str(last.value):
        return None
    return mark.column - len(str(last.value).rpartition(" ")[2])


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

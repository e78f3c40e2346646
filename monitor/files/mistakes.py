"""Mistakes in the texts and values of files that people edit, in words for them. `syntax` has those of YAML itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

REGEX_HINT = (
    "rules have no regular expressions: write each word as a term of its own, "
    "word* for any ending, one .. two for words in between"
)

ANCHORS = "anchors and aliases (& and *) are not used here; write the value out"
MERGE = "merge keys (<<) are not used here; write the keys and values out"
NOTHING = "a key without a value has no effect; write the value, or delete the line"
FENCE = "delete this line: ``` marks code in chats and on pages, and does not belong to a file"
HALF = "there is half a character (\\ud800 to \\udfff) in this text; type the character itself"
CUT_BY_COMMENT = (
    "what follows # is a comment, and not read: put the whole text in quotes if it belongs to it; if not, put a blank "
    "after the #"
)
_PLACES = {
    "a rule": "rules lie in the folder of rules itself",
    "words": "word files lie in the folder words beside the rules",
    "routes": "the setting WIREWATCH_ROUTES says which file has the routes, and it is none of the rules",
    "feeds": "the setting WIREWATCH_FEEDS says which file has the feeds, and it is none of the rules",
}
"""Where a file of each kind belongs."""
_OF_RULES = ("a rule", "words")
"""What files are for that lie in the folder of rules."""

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
_KEYS_WANTED = ("dict_type", "model_type", "model_attributes_type")
_PATTERNS = {
    "^[a-z]{2}$": "is not a language code; use two lower-case letters, such as en",
    "^[a-z0-9]+(-[a-z0-9]+)*$": "cannot be used; use lower-case letters a-z, digits, and single - between them",
}
NO_ITEM = re.compile(r"\s*([-–—•](?=[^\s-])|[–—•](?=\s)|-(?=[^\S \t\r\n]))")
"""An item of a list, as people write it who forget the blank or have another sign at hand: "-item", "– item"."""

_OPENS, _CLOSES = "“„«‘‚‹”»’", "”“»’‘›«"
_LINE_BREAKS = "\x85\u2028\u2029"
_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?= |\r?$)", re.MULTILINE)
_HASH = re.compile(r" +#\w")
_HALVES = re.compile("[\ud800-\udfff]")
_LETTERS = re.compile(r"[^\W_]+")
_SCRIPTS = frozenset("Latin Greek Cyrillic Arabic Hebrew Armenian Georgian Devanagari Bengali Thai Hangul Cjk".split())
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


def twice(key: str, *, begun_anew: bool) -> str:
    """What is said of a key that its mapping has already; `begun_anew`: it is the first key of an item of a list."""
    begin = 'write "- " before it if a further item of the list begins here, or ' if begun_anew else ""
    return f'the key "{key}" appears twice; {begin}merge the two'


def typed_quotes(text: str) -> str:
    """The quotes around a text that no keyboard has for programs: “ and ”; empty where there are none."""
    first, last = text[:1], text[-1:]
    return f"{first} and {last}" if len(text) > 1 and first in _OPENS and last in _CLOSES else ""


@lru_cache(maxsize=1024)  # files have a few hundred letters, a hundred thousand times
def _script(char: str) -> str | None:
    """The script of a letter, as its name begins: Latin, Cyrillic, Arabic; None for what belongs to none."""
    name = unicodedata.name(char, "").split(" ", maxsplit=1)[0].capitalize() if char.isalpha() else ""
    return name if name in _SCRIPTS else None


def scripts(word: str) -> dict[str, str]:
    """The scripts of a word's letters, each with the first letter of it."""
    found: dict[str, str] = {}
    for char in word:
        if name := _script(char):
            found.setdefault(name, char)
    return found


def mixed(word: str) -> str:
    """What is said of a word with letters of several scripts, which people cannot tell apart: the fewest are odd."""
    found = scripts(word)
    other = min(found, key=lambda name: (sum(_script(char) == name for char in word), name == "Latin"))
    return f'the {other} "{found[other]}" in it may look like another letter; type the word again'


def alike(text: str) -> str:
    """The same of the first word of a text that has letters of two scripts; empty where none has."""
    words = [] if text.isascii() else _LETTERS.findall(text)
    return next((mixed(word) for word in words if len(scripts(word)) > 1), "")


def has_halves(text: str) -> bool:
    """Whether a text holds surrogates: halves of characters, which no text in UTF-8 can hold."""
    return _HALVES.search(text) is not None


def cut_by_comment(text: str, end: int) -> bool:
    """Whether what ends there in a file ends before a # with a sign right behind it, maybe meant as text: TM #62."""
    return _HASH.match(text, end) is not None


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


def tags(tag: str) -> str:
    """What is said of !tags."""
    return _TAGS.format(tag)


def expected(kind: str, context: Mapping[str, Any], value: Any) -> str:
    """What a value should have been, by the kind of error pydantic found."""
    shown = f'"{_cut(str(value))}"' if isinstance(value, str | int | float) else "this"
    if value is None and kind in _KEYS_WANTED:
        return "nothing stands under it: indent the lines that belong to it"
    if kind in ("list_type", "tuple_type"):
        if isinstance(value, str):
            if NO_ITEM.match(value):
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


def of_another_kind(data: Mapping[str, Any], what: str) -> tuple[str, str, str] | None:
    """Of a file that is of another kind than `what`: its kind, a key of it, and what is said there of all its keys."""
    words = data.get("words")
    found = {
        "a rule": "find" in data,
        "words": "id" not in data and isinstance(words, dict) and any(isinstance(one, list) for one in words.values()),
        "routes": "routes" in data,
        "feeds": "feeds" in data and not data.keys() & {"id", "title", "words"},
    }
    kind = next((kind for kind, is_it in found.items() if is_it), None)
    if kind is None or kind in what:
        return None
    key = "find" if kind == "a rule" else kind
    where = _PLACES[kind] if what in _OF_RULES else _PLACES[kind].partition(",")[0]
    return kind, key, f"holds {kind}, and should hold {what.partition(',')[0]}: {where}"

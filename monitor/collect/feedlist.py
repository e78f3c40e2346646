"""Entries for feeds.yaml: how a feed is written there, and how feeds are added to a file that people wrote.

What is added is put in as text, behind the last feed: every character of the file that was there stays, its comments
and its layout with it. What comes out is read back before anybody writes it (docs/decisions/0025).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.collect.feeds import FeedFile, read_feeds, same_address
from monitor.collect.text import clean, shorten
from monitor.errors import ConfigError, Level
from monitor.files.snapshot import Files
from monitor.model import Feed

_LONGEST_NAME = 100
_LONGEST_ID = 40
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ .'&-]{1,3}[A-Za-z0-9]+)*")
_NO_TEXT = frozenset("true false yes no on off null y n".split())


@dataclass(frozen=True, slots=True)
class Merged:
    """A feeds.yaml with feeds added. `passed` are those that it has already, each with the id it has them under."""

    content: bytes
    added: tuple[Feed, ...]
    passed: tuple[tuple[Feed, str], ...]


def merged(path: Path, content: bytes, feeds: Iterable[Feed]) -> Merged:
    """The file with these feeds behind its own, but for those whose address it has; an id that is taken gets a number.

    `content` is what the file at `path` holds.

    Raises:
        ConfigError: the file has errors, or cannot be added to; with what is wrong and where.
    """
    before = _read(path, content)
    if wrong := [problem for problem in before.problems if problem.level is Level.ERROR]:
        raise ConfigError(f"{path.name} has mistakes; fix them first. Nothing was changed", wrong)
    known = {same_address(feed.url): feed.id for feed in before.feeds}
    ids = Ids(feed.id for feed in before.feeds)
    added, passed = [], []
    for feed in feeds:
        address = same_address(feed.url)
        if address in known:
            passed.append((feed, known[address]))
            continue
        known[address] = feed_id = ids.take(feed.id)
        family = feed_id if feed.family == feed.id else feed.family
        added.append(replace(feed, id=feed_id, family=family))
    if not added:
        return Merged(content, (), tuple(passed))
    text = _with_entries(content.decode("utf-8"), added)
    if text is None or not _holds(_read(path, text.encode()), before, added):
        raise ConfigError(f"{path.name} is written in a way that nothing can be added to; nothing was changed")
    return Merged(text.encode(), tuple(added), tuple(passed))


def _read(path: Path, content: bytes) -> FeedFile:
    return read_feeds(path, Files({path: content}))


def _holds(after: FeedFile, before: FeedFile, added: Sequence[Feed]) -> bool:
    """Whether a file has the feeds it had, as they were, the new ones behind them, and no new mistakes."""
    count = len(before.feeds)
    same = after.feeds[:count] == before.feeds and len(after.problems) == len(before.problems)
    return same and [(one.id, one.name, one.url) for one in after.feeds[count:]] == [
        (one.id, one.name, one.url) for one in added
    ]


def _with_entries(text: str, feeds: Sequence[Feed]) -> str | None:
    """The text with entries behind the last of its list `feeds`; None when that list cannot be found."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix("\ufeff")
    listed = _list_of_feeds(text)
    if listed is None:
        return None
    end = _end_of(listed.value[-1])
    newline = "\r\n" if "\r\n" in text else "\n"
    entries = [entry_of(feed, kind=False) for feed in feeds]
    if listed.flow_style:
        return mark + text[:end] + "".join(f",{newline}  {entry}" for entry in entries) + text[end:]
    # Behind the line, and what is said of it there.
    stop = text.find("\n", max(0, end - 1))
    first, rest = (text[: stop + 1], text[stop + 1 :]) if stop >= 0 else (text + newline, "")
    indent = " " * listed.value[0].start_mark.column
    dash = indent[: max(0, listed.start_mark.column)]
    if listed.start_mark.column >= len(indent):  # a reader that marks the list by what its first entry holds
        dash = indent[:-2]
    return mark + first + "".join(f"{dash}- {entry}{newline}" for entry in entries) + rest


def _list_of_feeds(text: str) -> SequenceNode | None:
    root = YAML(typ="safe", pure=True).compose(text)
    for key, value in root.value if isinstance(root, MappingNode) else ():
        if key.value == "feeds" and isinstance(value, SequenceNode) and value.value:
            return value
    return None


def _end_of(node: Node) -> int:
    """Where what a node holds ends; the reader's own mark of a block is where the next thing begins."""
    while isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        key, node = last if isinstance(last, tuple) else (None, last)
        if key is not None and isinstance(node, ScalarNode) and not node.value and not node.style:
            node = key  # nothing stands there
    return int(node.end_mark.index)


# -- one entry ---------------------------------------------------------------------------------------------------


def entry_of(feed: Feed, *, kind: bool = True) -> str:
    """A feed as an entry of feeds.yaml, in one line: `{id: wire, name: The Wire, url: "https://wire.example/rss"}`."""
    values = {
        "id": _scalar(feed.id),
        "name": _scalar(feed.name),
        "url": json.dumps(feed.url),
        "kind": str(feed.kind) if kind else "",
        "language": _scalar(feed.language) if feed.language else "",
        "family": _scalar(feed.family) if feed.family != feed.id else "",
        "tags": f"[{', '.join(map(_scalar, feed.tags))}]" if feed.tags else "",
    }
    return f"{{{', '.join(f'{key}: {value}' for key, value in values.items() if value)}}}"


def _scalar(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXT
    return text if plain else json.dumps(text, ensure_ascii=False)


def line_of_text(text: str) -> str:
    """A name or label as one line without invisible characters, at most 100 long."""
    return shorten(" ".join(clean(text).split()), _LONGEST_NAME)


def language_of(code: str) -> str | None:
    """The two letters of a language, as feeds.yaml has it: of en-us, EN and eng-GB; None for what is no such code."""
    found = re.match(r"([a-z]{2,3})(?:[-_]|$)", code.strip().casefold())
    if not found:
        return None
    return found[1] if len(found[1]) == 2 else _OF_THREE.get(found[1])


def id_of(name: str, url: str) -> str:
    """An id from a name, or from the host where a name has no letter of ours."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    slugs = (re.sub(r"[^a-z0-9]+", "-", _in_latin(text)).strip("-")[:_LONGEST_ID].strip("-") for text in (name, host))
    return next((slug for slug in slugs if any(char.isalpha() for char in slug)), "feed")


class Ids:
    """Ids that are taken; `take` gives a free one."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._numbers: dict[str, int] = {}

    def take(self, base: str) -> str:
        """This id, or with the next number that is free: wire-2."""
        feed_id = base
        while feed_id in self._taken:
            self._numbers[base] = self._numbers.get(base, 1) + 1
            feed_id = f"{base}-{self._numbers[base]}"
        self._taken.add(feed_id)
        return feed_id


def _in_latin(name: str) -> str:
    """A name in letters a to z as far as it goes: "Été – Radio" is "ete - radio", "Новини" is "novyny"."""
    letters = (_CYRILLIC.get(char) or _LATIN.get(char, char) for char in name.casefold())
    return "".join(char for char in unicodedata.normalize("NFKD", "".join(letters)) if not unicodedata.combining(char))


_CYRILLIC = dict(
    zip(
        "абвгґдеёєжзиіїйклмнопрстуўфхцчшщъыьэюя",
        "a b v h g d e e ie zh z y i i i k l m n o p r s t u u f kh ts ch sh shch  y  e iu ia".split(" "),
        strict=True,
    )
)
_LATIN = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_OF_THREE = {
    "eng": "en", "fra": "fr", "fre": "fr", "spa": "es", "ara": "ar", "rus": "ru", "ukr": "uk", "deu": "de", "ger": "de",
    "fas": "fa", "per": "fa", "ita": "it", "por": "pt", "tur": "tr", "heb": "he", "pol": "pl",
}  # fmt: skip

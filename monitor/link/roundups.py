"""Whether a report is a round-up or a live page, which goes on from event to event (docs/decisions/0018).

Told by several signs: the words of its headline and the folders of its address (`roundups.toml`, six languages), days
of a war that are counted, several events after a live page's tag, and tags with no event after them.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

_MARK = r"[:;|.,!?«»\"“”()\[\]–—]|\s-|-\s"
_BEFORE, _AFTER = rf"(?:^|{_MARK})\W*", rf"(?=\W*(?:$|{_MARK}))"
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = r"(\d+(?:[,.\s]\d{3})*)"
_LONG_AGO = 20
_YEAR = re.compile(r"\b20\d\d\b")
_NEXT_EVENT = re.compile(r";\s")
_LEAST_SAID = 15
_TAG_WORDS = 5


class Scope(Enum):
    """How many events a report is about, as far as its headline and address say.

    `ONE` is any ordinary report. `LIVE` goes on from event to event and speaks of one in its headline now. `SEVERAL`
    names no single event.
    """

    ONE = "one"
    LIVE = "live"
    SEVERAL = "several"


def scope_of(title: str, link: str = "", *, towns: int = 0) -> Scope:
    """The scope of a report. `towns` is how many towns, none within another, its headline names.

    Takes time linear in the headline and the address.
    """
    headline = " ".join(title.casefold().split())
    words = frozenset(_WORD.findall(headline))
    if not words.isdisjoint(_phrases("never")) and (said := _first("never", headline, words)):
        headline = f"{headline[: said.start()]} {headline[said.end() :]}"
    address = _folders(link)
    if _first("several", headline, words) or address & _addresses("several") or _counts_days(headline, words):
        return Scope.SEVERAL
    if towns > 1 and _first("explained", headline, words):
        return Scope.SEVERAL
    tag = _first("live", headline, words)
    if not (tag or address & _addresses("live")):
        return Scope.ONE
    several = towns > 1 or _NEXT_EVENT.search(headline) or (tag and _says_no_event(headline, tag))
    return Scope.SEVERAL if several else Scope.LIVE


def _counts_days(headline: str, words: frozenset[str]) -> bool:
    """Whether a headline counts the days of something that goes on for weeks; the third day of a trial is one event."""
    found = _first("days", headline, words)
    number = next((group for group in found.groups() if group), "0") if found else "0"
    return int("".join(filter(str.isdecimal, number))) >= _LONG_AGO


def _says_no_event(headline: str, tag: re.Match[str]) -> bool:
    """Whether a live page's headline is its tag alone: "Ukraine war live", "Live updates: war, 7 May 2026"."""
    rest = (headline[: tag.start()], headline[tag.end() :])
    longest = max((part.strip(" :|-–—,.") for part in rest), key=len)
    return len(longest) < _LEAST_SAID or len(longest.split()) < _TAG_WORDS or bool(_YEAR.search(longest))


def _folders(link: str) -> frozenset[str]:
    """The folders of an address."""
    try:
        path = urlsplit(link).path
    except ValueError:
        return frozenset()
    return frozenset(path.casefold().split("/")[1:-1])


def _first(kind: str, headline: str, words: frozenset[str]) -> re.Match[str] | None:
    """Where the first phrase of a kind stands; only those are sought whose longest word the headline has."""
    phrases = _phrases(kind)
    found = (pattern.search(headline) for word in words & phrases.keys() for pattern in phrases[word])
    return min(filter(None, found), key=lambda one: (one.start(), -one.end()), default=None)


@cache
def _phrases(kind: str) -> Mapping[str, Sequence[re.Pattern[str]]]:
    """The phrases of a kind, by their longest word."""
    found: defaultdict[str, list[re.Pattern[str]]] = defaultdict(list)
    for phrase in (phrase for listed in _data()[kind].values() for phrase in _listed(listed)):
        found[max(_WORD.findall(phrase.replace("N", "")), key=len)].append(re.compile(_pattern(phrase)))
    return found


@cache
def _addresses(kind: str) -> frozenset[str]:
    return frozenset(_listed(_data()["addresses"][kind]))


def _pattern(phrase: str) -> str:
    """A phrase of the file as a regular expression for a headline in lower case."""
    words = (re.escape(word).replace("N", _NUMBER) for word in phrase.strip("^$").split())
    before, after = (_BEFORE if phrase[0] == "^" else r"(?<!\w)"), (_AFTER if phrase[-1] == "$" else r"(?!\w)")
    return before + r"\s+".join(words) + after


def _listed(text: str) -> Iterable[str]:
    return (" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip())


@cache
def _data() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("monitor.link").joinpath("roundups.toml").read_text("utf-8"))

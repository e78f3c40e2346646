"""Whether a report is a round-up or a live page, which goes on from event to event (docs/decisions/0018).

Told by several signs: the words of its headline and the folders of its address (`roundups.toml`, six languages), days
of a war that are counted, several events after a live page's tag, and tags with no event after them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from enum import Enum
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

_MARK = r"[:;|.,!?«»\"“”()\[\]–—]|\s-|-\s"
_BEFORE, _AFTER = rf"(?:^|{_MARK})\W*", rf"(?=\W*(?:$|{_MARK}))"
_BETWEEN = r"\s+(?:\S+\s+){0,3}?"
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
    headline = _words("never").sub(" ", " ".join(title.casefold().split()))
    address = _folders(link)
    if _words("several").search(headline) or address & _addresses("several") or _counts_days(headline):
        return Scope.SEVERAL
    if not (_words("live").search(headline) or address & _addresses("live")):
        return Scope.ONE
    several = towns > 1 or _NEXT_EVENT.search(headline) or _says_no_event(headline)
    return Scope.SEVERAL if several else Scope.LIVE


def _counts_days(headline: str) -> bool:
    """Whether a headline counts the days of something that goes on for weeks; the third day of a trial is one event."""
    found = _words("days").search(headline)
    number = next((group for group in found.groups() if group), "0") if found else "0"
    return int("".join(filter(str.isdecimal, number))) >= _LONG_AGO


def _says_no_event(headline: str) -> bool:
    """Whether a live page's headline is its tag alone: "Ukraine war live", "Live updates: war, 7 May 2026"."""
    tag = _words("live").search(headline)
    if tag is None:
        return False
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


@cache
def _words(kind: str) -> re.Pattern[str]:
    phrases = [phrase for listed in _data()[kind].values() for phrase in _listed(listed)]
    return re.compile("|".join(map(_pattern, sorted(phrases, key=len, reverse=True))))


@cache
def _addresses(kind: str) -> frozenset[str]:
    return frozenset(_listed(_data()["addresses"][kind]))


def _pattern(phrase: str) -> str:
    """A phrase of the file as a regular expression for a headline in lower case."""
    first, last = phrase.startswith("^"), phrase.endswith("$")
    words = phrase.strip("^$").split()
    between = " ".join(words).split(" .. ")
    inner = _BETWEEN.join(r"\s+".join(map(_word, part.split())) for part in between)
    return (_BEFORE if first else r"(?<!\w)") + inner + (_AFTER if last else r"(?!\w)")


def _word(word: str) -> str:
    written = re.escape(word.rstrip("*")).replace("N", _NUMBER)
    return written + (r"\w*" if word.endswith("*") else "")


def _listed(text: str) -> Iterable[str]:
    return (" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip())


@cache
def _data() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("monitor.link").joinpath("roundups.toml").read_text("utf-8"))

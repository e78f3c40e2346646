"""That an item may be off topic, and which of its words speak for it and against.

The doubt is about the topic: whether the item is what its rule is for. It says nothing of a toll or a claim, and so it
never stands beside one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from monitor.model import LIKE, Alert, DigestReason, Match
from monitor.model.languages import LANGUAGES
from monitor.wording.messages import WORDS_SHOWN, quoted, rule_name, severity_words
from monitor.wording.safe import safe, shortened
from monitor.wordlists import places_of

# Zipf frequency (log10 of occurrences per billion words), in hundredths, from which a word only holds a sentence
# together, as "and", "за" and "في" do. Some content words are as common ("people", "war"); they are no reason anybody
# needs either.
_COMMON = 590
# Words of one or two letters are articles, prepositions and bits of names; "UN" and "US" are written in capitals.
_SHORTEST = 3
_APOSTROPHES = re.compile("['’]")
_PARTS = re.compile(r"[^\W_]+")


def load() -> None:
    """Read which words those are before the first match needs it."""
    for language in LANGUAGES:
        _common(language)


@lru_cache(maxsize=20_000)
def is_function_word(word: str) -> bool:
    """Whether a word says nothing about a topic: "a", "the", "is", "its", "and", in any of the six languages."""
    shown = safe(word)
    if len(shown) < _SHORTEST and not shown.isupper():
        return True
    folded = shown.casefold()
    return any(_is_common(folded, language) for language in LANGUAGES)


def _is_common(word: str, language: str) -> bool:
    """Whether a language has a word often enough; one of several, as "l'on", is less frequent than each of them."""
    common = _common(language)
    whole = _APOSTROPHES.sub("'", word)
    parts = [whole] if whole in common else _PARTS.findall(word)
    known = [common[part] for part in parts if part in common]
    if not known or len(known) < len(parts):
        return False
    return round(100 * (math.log10(1 / sum(1 / share for share in known)) + 9)) >= _COMMON


@cache
def _common(language: str) -> Mapping[str, float]:
    """The words that are so common, each with its share of all words; about a hundred."""
    # The list has a place for each hundredth, from the most frequent on.
    places = places_of(language)[: 900 - _COMMON + 1]
    return {word: 10 ** (-place / 100) for place, words in enumerate(places) for word in words}


def doubt_words(alert: Alert) -> str:
    """That an alert may be off topic: "Maybe off topic (41 % match)"; empty when it is not doubted."""
    return f"Maybe off topic{_in_brackets(match.confidence for match in alert.matches)}" if alert.doubtful else ""


def line_lead(alert: Alert, why: DigestReason | None) -> str:
    """What a line begins with: how urgent it is, "HIGH"; in a digest of what may be off topic "14 % match".

    `why` is the digest's reason, None where it is of none. How urgent such a text would be says nothing: it very likely
    is about something else.
    """
    if why is not DigestReason.UNSURE or not alert.doubtful:
        return severity_words(alert)
    return _percentage(match.confidence for match in alert.matches) or "unsure"


def doubt_of(match: Match) -> str:
    """The same for one rule of several: "maybe off topic, 41 % match"; empty when it is not doubted."""
    if not match.doubtful:
        return ""
    return ", ".join(["maybe off topic", *filter(None, [_percentage([match.confidence])])])


def reasons_words(matches: Iterable[Match], *, limit: int = 1_000) -> str:
    """What speaks against the topic and for it: "against: “drill”, like news of sport · for it: “bombs”".

    As many words as fit into `limit` characters. What raises the doubt stands first. Empty without any.
    """
    doubted = [match for match in matches if match.doubtful]
    written = (_reasons(doubted, most) for most in range(WORDS_SHOWN, 0, -1))
    return next((words for words in written if len(words) <= limit), shortened(_reasons(doubted, 1), limit))


def _reasons(doubted: Sequence[Match], most: int) -> str:
    sides = [(name, signed_words(doubted, sign, most=most)) for name, sign in (("against", "-"), ("for it", "+"))]
    return " · ".join(f"{name}: {words}" for name, words in sides if words)


def rule_and_doubt(match: Match) -> str:
    """A rule as cards name it, with the doubt about it: "Strikes on civilians (maybe off topic, 41 % match)"."""
    doubt = doubt_of(match)
    return f"{rule_name(match)} ({doubt})" if doubt else rule_name(match)


def _in_brackets(confidences: Iterable[float | None]) -> str:
    known = _percentage(confidences)
    return f" ({known})" if known else ""


def _percentage(confidences: Iterable[float | None]) -> str:
    known = [confidence for confidence in confidences if confidence is not None]
    return f"{max(known) * 100:.0f} % match" if known else ""


def signed_words(matches: Iterable[Match], sign: str, *, most: int = WORDS_SHOWN) -> str:
    """What speaks for the topic ("+") or against it ("-"): the first words in quotes, then the kinds of news like it.

    A word that stands in a longer one is not named beside it, and what speaks against is not named as for it too.
    """
    reasons = [reason for match in matches for reason in match.reasons]
    kinds = dict.fromkeys(reason[1:] for reason in reasons if reason[:1] == sign and reason[1:].startswith(LIKE))
    told = [(reason[:1], _telling(reason[1:])) for reason in reasons if _names_a_topic(reason[1:])]
    against = {_spaced(word) for side, word in told if side == "-" != sign}
    own = [(word, _spaced(word)) for side, word in told if side == sign]
    words = [
        word
        for word, spaced in own
        if spaced not in against and not any(spaced in longer and spaced != longer for _, longer in own)
    ]
    return ", ".join(filter(None, [quoted(list(dict.fromkeys(words))[:most]), *map(safe, kinds)]))


def _names_a_topic(reason: str) -> bool:
    return not reason.startswith(LIKE) and not is_function_word(reason)


def _spaced(words: str) -> str:
    return f" {safe(words).casefold()} "


def _telling(phrase: str) -> str:
    """A phrase without the words at its ends that say nothing: "Bombing of" is "Bombing" once more."""
    words = phrase.split()
    telling = [place for place, word in enumerate(words) if not is_function_word(word)]
    return " ".join(words[telling[0] : telling[-1] + 1]) if telling else phrase

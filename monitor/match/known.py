"""How common words are: what tells a typing error from another word, and a form from a leaking stem."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from monitor import wordlists
from monitor.match.text import fold, script_of
from monitor.model.languages import LANGUAGES_OF

# The lists hold every word of at least one in a million (zipf 3), about 30,000 to 60,000 a language. A word that is
# in none of them is taken for half as common as the rarest that is.
_UNLISTED = 5e-7
_MUCH_COMMONER = 30
_COMMON = 3e-5


def is_known(folded: str) -> bool:
    """Whether the word is a common one of any language of its script."""
    return any(folded in _frequencies(language) for language in LANGUAGES_OF.get(script_of(folded), ()))


def is_common(folded: str) -> bool:
    """Whether the word is one of the commonest of any language of its script: every word of more than 3 in 100,000."""
    return any(_frequencies(language).get(folded) > _COMMON for language in LANGUAGES_OF.get(script_of(folded), ()))


def is_known_in(folded: str, language: str) -> bool:
    """Whether the word is a common one of this language."""
    return folded in _frequencies(language)


def much_commoner(form: str, word: str, language: str) -> bool:
    """Whether a supposed form (folded) is so much commoner than the word that it must be another one: посла/после."""
    frequencies = _frequencies(language)
    return frequencies.get(form) > _MUCH_COMMONER * frequencies.get(word, _UNLISTED)


def foreign(form: str, language: str) -> bool:
    """Whether a supposed form (folded) is so much commoner in another language of its script that it is that one's.

    English *here* has the stem of Spanish *herido*, and *visit* that of French *visé*.
    """
    return at_home_in(form, language) is not None


def shares_in(folded: str, script: str) -> dict[str, float]:
    """How much of each language of a script a word is; 0 where it is no common word."""
    return {language: _frequencies(language).get(folded) for language in LANGUAGES_OF.get(script, ())}


def at_home(shares: Mapping[str, float]) -> list[str]:
    """The languages to which a supposed form with such `shares_in` them is not `foreign`."""
    highest = max(shares.values(), default=0.0)
    if not highest:
        return list(shares)
    return [language for language, own in shares.items() if highest <= _MUCH_COMMONER * (own or _UNLISTED)]


def at_home_in(form: str, language: str) -> str | None:
    """The other language whose word a supposed form (folded) is, see `foreign`; None when it may be this one's."""
    own = _frequencies(language).get(form, _UNLISTED)
    others = (other for other in LANGUAGES_OF.get(script_of(form), ()) if other != language)
    return next((other for other in others if _frequencies(other).get(form) > _MUCH_COMMONER * own), None)


def commoner_elsewhere(folded: str, language: str) -> bool:
    """Whether another language of the script has a word more often than this one does: "visa", "mate"."""
    own = share(folded, language)
    return any(share(folded, other) > own for other in LANGUAGES_OF.get(script_of(folded), ()) if other != language)


@cache
def listed_words(language: str) -> Mapping[str, float]:
    """All words seen in a language, also those too rare to be known, as they are written, with their shares."""
    return wordlists.listed(language, "large")


def share_if_rare(word: str, language: str) -> float:
    """How much of a language a word (lower case, with its accents) is, however rare; 0 for one that was never seen."""
    return _rarities(language).share(word)


@cache
def _rarities(language: str) -> wordlists.PackedWords:
    return wordlists.PackedWords(language)


@cache
def _frequencies(language: str) -> wordlists.WordShares:
    """Folded words of a language, each with its share of all words."""
    return wordlists.folded_shares(language, lambda words: map(fold, words))


@cache
def common_words(script: str) -> Mapping[str, tuple[str, float]]:
    """The commonest words of a script as they are written (lower case), with their language and share of all words.

    A word that several languages have is that of the one where it is commonest. Every word of more than 3 in 100,000.
    """
    found: dict[str, tuple[str, float]] = {}
    for language in LANGUAGES_OF.get(script, ()):
        for word, share in wordlists.listed(language).items():
            if share < _COMMON:
                break  # they come in the order of their frequency
            if share > found.get(word, ("", 0.0))[1] and script_of(fold(word)) == script:
                found[word] = language, share
    return found


def share(folded: str, language: str) -> float:
    """How much of a language a word (folded) is; words in no list count as half the rarest that is."""
    return _frequencies(language).get(folded, _UNLISTED)


def words_ending(language: str, ends: tuple[str, ...]) -> list[str]:
    """The common words of a language, as they are written, that end like this."""
    return [word for word in wordlists.listed(language) if word.endswith(ends)]


def share_as_written(word: str, language: str) -> float:
    """The same as `share` for a word in lower case with its accents."""
    return wordlists.shares(language).get(word, _UNLISTED)


def forget_lists() -> None:
    """Give back the memory of the long lists, some 100 MB; they are read again when one is asked for."""
    listed_words.cache_clear()
    _rarities.cache_clear()

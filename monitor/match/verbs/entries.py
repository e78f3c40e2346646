"""What a dictionary has of a verb: its forms, for terms that are verbs and for lists that have some of the forms.

docs/decisions/0020 says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from monitor.match.dictionary import verb_in_dictionary
from monitor.match.known import commoner_elsewhere, is_known_in, share, share_as_written, words_ending
from monitor.match.stems import term_stems
from monitor.match.text import fold
from monitor.match.verbs import arabic, french, spanish

VERB_LANGUAGES = ("fr", "es", "ar", "ru", "uk")
"""The languages of which verbs are looked up; English verbs have few forms, which share a stem or are irregular."""

# Where the forms of a verb that is known at all are all known.
_WHOLE = ("fr", "es", "ru")
_KNOWN_FORMS = 2
# How many times as common as the other usual forms a form may be, before it is taken for another word that is written
# like it; and how many times as common a word that differs in its accents may be.
_MUCH_COMMONER = {"fr": 8, "es": 8, "ar": 30, "ru": 30, "uk": 30}
_COMMONER_SPELLING = 30
_INFINITIVES = {"es": ("ar", "er", "ir", "ír"), "fr": ("er", "ir", "re")}
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: `name` is its infinitive, or in Arabic the past of "he".

    `usual` are the forms that news has most, as they are written; `forms` all forms, folded, but with their accents
    where only these tell them from another word ("touchés" and English "touches"). Those that are more likely another
    word are in neither.
    """

    name: str
    usual: tuple[str, ...]
    forms: frozenset[str]


@cache
def verb_of(word: str, language: str) -> Verb | None:
    """The verb that a word of a term (lower case) is; None when it is none.

    In Russian and Ukrainian the word may be any form that is likely a verb's, in Arabic one that is plainly a verb's,
    in Spanish and French the infinitive.
    """
    match language:
        case "ru" | "uk":
            found = verb_in_dictionary(word, language)
        case "es" | "fr":
            found = _named(word, _conjugated(word, language))
        case "ar":
            found = _named(word, arabic.conjugated(fold(word), lambda form: is_known_in(form, "ar")))
        case _:
            return None
    if found is None or not found[1]:  # such as a gerund that a dictionary has as a word of its own: "знаючи"
        return None
    if language in _INFINITIVES and not _is_used(found[1], language):
        return None
    return _own(*found, language)


def forget_verbs() -> None:
    """Give back the memory of the verbs looked up so far, some 5 MB; they are worked out again when asked for."""
    verb_of.cache_clear()
    _infinitives.cache_clear()


def verb_forms(word: str, language: str) -> frozenset[str]:
    """The forms of the verb that a word of a term is, see `Verb`; none when it is no verb."""
    verb = verb_of(word, language)
    return verb.forms if verb else frozenset()


def stems_of_term(word: str, language: str) -> frozenset[str]:
    """The stems that make a word a form of a term's word: none for a verb of which all forms are known.

    The stem of a verb is often that of other words too: of "exploser" and "explosif".
    """
    whole = language in _WHOLE and verb_of(word, language)
    return frozenset() if whole else term_stems(word, language)


def verbs_with(word: str, language: str) -> tuple[Verb, ...]:
    """The verbs that have a word (lower case) among their forms."""
    if language in _INFINITIVES:
        folded = fold(word)
        likely = (verb_of(name, language) for name in _infinitives(language).get(folded, ()))
        return tuple(verb for verb in likely if verb and folded in map(fold, verb.forms))
    verb = verb_of(word, language)
    return (verb,) if verb else ()


def _named(word: str, forms: tuple[list[str], list[str]] | None) -> tuple[str, Sequence[str], Sequence[str]] | None:
    return None if forms is None else (forms[0][0] if forms[0] else word, forms[0], [*forms[0], *forms[1]])


def _conjugated(word: str, language: str) -> tuple[list[str], list[str]] | None:
    """The usual forms and all others that a word of Spanish or French has if it is an infinitive."""
    if language == "es":
        return spanish.conjugated(word, lambda form: share_as_written(form, "es"))
    return french.conjugated(word)


def _is_used(usual: Sequence[str], language: str) -> bool:
    """Whether texts have a verb: "lugar" has the look of an infinitive, but there is no "lugó" and no "lugado"."""
    name, *others = usual
    known = {form for form in others if share_as_written(form, language) > share_as_written("", language)}
    present = others[:2]
    enough = len(known - {name + "s", name + "es"}) >= _KNOWN_FORMS
    return len(name) >= _SHORTEST and enough and not known.isdisjoint(present)


def _own(name: str, usual: Iterable[str], forms: Iterable[str], language: str) -> Verb:
    """A verb without the forms that are more likely another word: "entre" is seldom a form of "entrar"."""
    shares = {folded: share(folded, language) for folded in map(fold, usual)}
    ordered = sorted(shares.values(), reverse=True)
    highest, next_highest = ordered[0], ordered[min(1, len(ordered) - 1)]

    def is_own(form: str, folded: str) -> bool:
        others = next_highest if shares.get(folded) == highest else highest
        common = share(folded, language)
        if common > _MUCH_COMMONER[language] * others:
            return False
        if language not in _INFINITIVES:
            return True
        as_written = share_as_written(form, language)
        return common <= _COMMONER_SPELLING * as_written and not commoner_elsewhere(folded, language)

    own: dict[str, str] = {}
    for form in dict.fromkeys((*usual, *forms)):
        folded = fold(form)
        if is_own(form, folded):
            own[form] = folded
        elif form != folded and language in _INFINITIVES:
            own[form] = form
    return Verb(name, tuple(form for form in dict.fromkeys(usual) if form in own), frozenset(own.values()))


@cache
def _infinitives(language: str) -> Mapping[str, Sequence[str]]:
    """By form (folded), the words that have it if they are infinitives of verbs at all: `verb_of` says whether."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in words_ending(language, _INFINITIVES[language]):
        usual, others = _conjugated(word, language) or ((), ())
        for form in {fold(form) for form in (*usual, *others)}:
            found[form].append(word)
    return found

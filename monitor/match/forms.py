"""What a term hits: the forms of each of its words among the known words, those dropped, and how it may be misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from monitor.errors import UsageError
from monitor.match.engine import hits_of_lists
from monitor.match.itemtexts import ItemTexts
from monitor.match.known import is_known, is_known_in, listed_words
from monitor.match.lexicon import MIN_PART, MIN_SPLIT
from monitor.match.refused import Unit, not_a_form, units_of
from monitor.match.rule import ANY_LANGUAGE, Term, WordMode
from monitor.match.stems import bases_of, dictionary_forms, languages_for, stems
from monitor.match.terms import TermError, parse_term
from monitor.match.text import fold, lower, script_of
from monitor.match.verbs.entries import stems_of_term, verb_forms, verb_of
from monitor.model import How
from monitor.model.languages import LANGUAGE_NAMES, LANGUAGES, LANGUAGES_OF

_SHOWN = 20
_SHORT = "too short for one"
# Arabic letters that have variants, or that stemming may add and take away.
_VARIED = "اأإآىيئوؤةه"

_MODES = {
    WordMode.FORMS: "with its forms",
    WordMode.EXACT: "only this form",
    WordMode.ENDING: "any ending",
    WordMode.ACRONYM: "an acronym: in capitals only, without forms and typing errors",
}


@dataclass(frozen=True, slots=True)
class Form:
    """A known word, its language, and how often it occurs per million words there; `why` it was dropped, if it was."""

    word: str
    language: str
    per_million: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class WordReport:
    """What one word of a term hits.

    `stems` by language. `used` are the words that hit it and `dropped` those with its stem that do not, the
    commonest first, of all languages of its script. `protected` are known words so few letters away (`typos`) that
    they would be typing errors of it, if they were not known. `apart` is how it may be written in two words.
    """

    word: str
    mode: str
    stems: dict[str, tuple[str, ...]]
    typos: int
    used: tuple[Form, ...]
    dropped: tuple[Form, ...]
    protected: tuple[Form, ...]
    apart: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermReport:
    """What a term of a language's list hits, word by word; `joined` is how several words are written together."""

    term: str
    language: str
    words: tuple[WordReport, ...]
    joined: str


def explain_term(written: str, language: str) -> TermReport:
    """Look a term up in the lists of known words.

    Raises:
        UsageError: there is no such language, or no rule file could have this term in its list.
    """
    if language not in (*LANGUAGES, ANY_LANGUAGE):
        raise UsageError(f"there is no language {language}; there are {', '.join(LANGUAGES)} and {ANY_LANGUAGE}")
    try:
        term = parse_term(written, language)
    except TermError as error:
        raise UsageError(str(error)) from None
    units = units_of(term)
    together = len(units) > 1 and all(unit.mode is WordMode.FORMS and not unit.gap for unit in units)
    joined = "".join(unit.written for unit in units) if together else ""
    return TermReport(written, language, tuple(_word(unit, alone=len(units) == 1) for unit in units), joined)


def _word(unit: Unit, *, alone: bool) -> WordReport:
    languages = languages_for(unit.language, unit.folded)
    of_unit = {language: stems_of_term(unit.lower, language) for language in languages}
    stemmed = of_unit if unit.mode in (WordMode.FORMS, WordMode.EXACT) else {}
    used, dropped, protected = _known(unit, stemmed)
    return WordReport(
        word=unit.written + ("*" if unit.mode is WordMode.ENDING else ""),
        mode=_MODES[unit.mode],
        stems={language: tuple(sorted(of_unit[language])) for language in languages}
        if unit.mode is WordMode.FORMS
        else {},
        typos=unit.typos,
        used=_commonest(used),
        dropped=_commonest(dropped),
        protected=_commonest(protected),
        apart=_apart(unit, languages) if alone else (),
    )


def _known(unit: Unit, of_unit: Mapping[str, frozenset[str]]) -> tuple[list[Form], list[Form], list[Form]]:
    """The words that hit a term's word, those with its stem that do not, and known ones kept from being typos."""
    used, dropped, protected = [], [], []
    for language in LANGUAGES_OF.get(script_of(unit.folded), ()):
        words = _likely(unit, language, of_unit)
        alike = {folded: shared for folded, word in words.items() if (shared := _alike(unit, folded, word, of_unit))}
        hitting = hit_by([Term(unit.written, unit.language, (unit.word,))], [words[folded] for folded in alike])
        near = [folded for folded in _near(unit, list(words)) if is_known(folded)] if unit.typos else []
        for folded in dict.fromkeys((*alike, *near)):
            form = Form(words[folded], language, 1e6 * listed_words(language)[words[folded]])
            if form.word in hitting:
                used.append(form)
            elif folded in alike:
                dropped.append(replace(form, why=_why_dropped(unit, folded, alike[folded])))
            else:
                protected.append(form)
    return used, dropped, protected


def _likely(unit: Unit, language: str, of_unit: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """The words of a language that may have to do with a term's word, by how they are compared.

    Of the 300,000 to 700,000 words most are left out by a glance at their letters. A word of several languages is told
    once, where it is most common.
    """
    listed = listed_words(language)
    script = script_of(unit.folded)
    others = [listed_words(other) for other in LANGUAGES_OF[script] if other != language]
    if script == "arabic":
        # A form may begin with an article or a conjunction, but it has the letters of the stem that have no variants.
        needed = [[char for char in stem if char not in _VARIED] for stem in of_unit.get(language, [unit.folded])]
        forms = verb_forms(unit.lower, language)
        kept = [_with_letters(listed, letters) for letters in needed]
        # What is left of a word without what is written before it is its end: a look at that spares taking it apart.
        ends = tuple(forms)
        inflected = [
            word
            for word in (listed if forms else ())
            if (folded := fold(word)).endswith(ends) and not forms.isdisjoint(bases_of(folded))
        ]
        chosen = {*inflected, *chain.from_iterable(kept)}
        likely = [word for word in listed if word in chosen]
    else:
        initials = {char for char in {word[0] for word in listed} if fold(char) == unit.folded[0]}
        likely = [word for word in listed if word[0] in initials]
    words: dict[str, str] = {}
    for word in likely:
        # Words with hyphens and apostrophes are several words to the engine.
        if word.isalpha() and all(listed[word] >= other.get(word, 0.0) for other in others):
            words.setdefault(fold(word), word)
    return words


def _with_letters(words: Iterable[str], letters: Iterable[str]) -> list[str]:
    """The words that have all of some letters, wherever; letter by letter, as few words are left after the second."""
    found = list(words)
    for letter in set(letters):
        found = [word for word in found if letter in word]
    return found


def _alike(unit: Unit, folded: str, word: str, of_unit: Mapping[str, frozenset[str]]) -> str | None:
    """The language in which a known word may be taken for a term's word; None when in none."""
    if unit.mode is WordMode.ENDING:
        return unit.language if folded.startswith(unit.folded) else None
    if folded == unit.folded:
        return unit.language
    for language, own in of_unit.items():
        forms = verb_forms(unit.lower, language)
        if forms and not forms.isdisjoint(bases_of(folded) if language == "ar" else {folded, lower(word)}):
            return language
        if _may_share(unit, folded, language) and own & stems(lower(word), language):
            return language
    return None


def _may_share(unit: Unit, folded: str, language: str) -> bool:
    """Whether a word may have the stem of a term's word, to look closely at few: stemming all would take a minute."""
    if language == "uk":
        return folded[:4] == unit.folded[:4] or folded in dictionary_forms(unit.lower)
    return language == "ar" or folded[:2] == unit.folded[:2] or len(folded) <= MIN_SPLIT


def _why_dropped(unit: Unit, folded: str, language: str) -> str:
    if unit.mode is WordMode.ACRONYM:
        return "it counts only in capitals, or in a text that is all capitals"
    return not_a_form(folded, unit.folded, language) or "it is not the form that is written"


def hit_by(terms: Sequence[Term], words: Sequence[str]) -> set[str]:
    """Those of some words that terms hit, typing errors aside, by the engine itself."""
    # A line apart, so that no two of them are one word written apart.
    texts = ItemTexts("\n\n".join(dict.fromkeys(words)))
    found = hits_of_lists({"terms": tuple(terms)}, texts).get("terms", ())
    return {hit.text for hit in found if hit.how is not How.TYPO}


def _near(unit: Unit, words: Sequence[str]) -> list[str]:
    """The words as few letters away as typing errors are allowed, from the word or its plural."""
    plural = [unit.folded + "s"] if script_of(unit.folded) == "latin" else []
    same_start = [folded for folded in words if folded[0] == unit.folded[0]]
    return [
        folded
        for spelling in (unit.folded, *plural)
        for folded, _, _ in process.extract(
            spelling, same_start, scorer=OSA.distance, score_cutoff=unit.typos, limit=None
        )
    ]


def _apart(unit: Unit, languages: Sequence[str]) -> tuple[str, ...]:
    """How a word may be written as two, where both are known words."""
    word = unit.folded
    if unit.mode is not WordMode.FORMS or len(word) < MIN_SPLIT:
        return ()
    cuts = [(word[:cut], word[cut:]) for cut in range(MIN_PART, len(word) - MIN_PART + 1)]
    return tuple(
        f"{one} {two}"
        for one, two in cuts
        if any(is_known_in(one, language) and is_known_in(two, language) for language in languages)
    )


def _commonest(forms: Iterable[Form]) -> tuple[Form, ...]:
    return tuple(sorted(forms, key=lambda form: (-form.per_million, form.language, form.word)))


# -- text and JSON -----------------------------------------------------------------------------------------------


def as_text(report: TermReport) -> str:
    """The report as lines, of long lists the commonest words."""
    lines = []
    for word in report.words:
        lines.append(f"{word.word} ({report.language}): {word.mode}")
        if word.stems and word.mode == _MODES[WordMode.FORMS]:
            found = (
                f"{', '.join(some) or _no_stem(word, language)} ({language})" for language, some in word.stems.items()
            )
            lines.append(f"  stem: {', '.join(found)}")
        elif word.mode == _MODES[WordMode.FORMS]:
            lines.append(f"  no stem: the word is not in the script of {report.language}, so only itself is hit")
        lines.append(f"  typing errors: {_typos(word.typos)}")
        lines.append(f"  words that hit it: {_listed(word.used, report.language) or 'none'}")
        if word.dropped:
            lines.append(f"  dropped: {_listed(word.dropped, report.language)}")
        if word.protected:
            listed = _listed(word.protected, report.language)
            lines.append(f"  so near that they would be typing errors, but are known words: {listed}")
        if word.apart:
            lines.append(f"  also written apart: {', '.join(word.apart)}")
    if report.joined:
        lines.append(f"also written together: {report.joined}, and its forms without typing errors")
    return "\n".join([*lines, "(n): so many times in a million words of its language"])


def _no_stem(word: WordReport, language: str) -> str:
    return "none is asked for, as all forms of the verb are known" if verb_of(word.word.lower(), language) else _SHORT


def _typos(typos: int) -> str:
    if not typos:
        return "none"
    return f"{'one letter' if typos == 1 else 'up to two letters'}, not the first, in words that are not known"


def _listed(forms: Sequence[Form], language: str) -> str:
    shown = [_form(form, language) for form in forms[:_SHOWN]]
    more = f" and {len(forms) - _SHOWN} more" if len(forms) > _SHOWN else ""
    return ", ".join(shown) + more


def _form(form: Form, language: str) -> str:
    where = "" if form.language == language else f"{LANGUAGE_NAMES[form.language]}, "
    why = f": {form.why}" if form.why else ""
    return f"{form.word} ({where}{_number(form.per_million)}{why})"


def _number(per_million: float) -> str:
    return f"{per_million:,.0f}" if per_million >= 10 else f"{per_million:.1g}"


def as_dict(report: TermReport) -> dict[str, Any]:
    """The report as JSON, with whole lists."""
    return asdict(report)

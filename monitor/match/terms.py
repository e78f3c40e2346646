"""Terms as editors write them: words, and the marks that say how a word may differ from the text's."""

from __future__ import annotations

import re
from itertools import pairwise

from monitor.files.mistakes import REGEX_HINT, mixed, printable, scripts, visible
from monitor.match.rule import Term, TermWord, WordMode
from monitor.match.text import words_in
from monitor.model.languages import SCRIPTS

DEFAULT_GAP = 3
_MAX_GAP = 20
_MIN_BEFORE_STAR = 4
_MAX_LETTERS = 200

_WORD = re.compile(r"[^\W_]+")
_GAP = re.compile(r"\.\.(\d*)")
_DOTS = re.compile(r"(\.{3,}|…)\d*")
_TYPOS = re.compile(r"(.+)~(\d*)")
_ACRONYM = re.compile(r"[^\W_a-z][\w.\-–'’]*")
# What people write who know regular expressions, or the wildcards of other programs.
_REGEX = re.compile(
    r"\\|\||\^|[^\W\d_]\$|\(\?|[.\])][*+]|(?:[^\W_]|[)\]])\?|\[[^\]]*\]|\{[\d,]+\}|^/.+/[a-z]*$|[\x00-\x08\x0b\x0c\x0e-\x1f]"
)


class TermError(ValueError):
    """A term cannot be used; the message is for the person who wrote it."""


def parse_term(written: str, language: str, line: int = 1, column: int = 1) -> Term:
    """Take a term apart.

    `cluster .. warhead` allows up to 3 other words in between, `..5` up to 5; `word*` any ending; `=word` only this
    form; `word~1` so many typing errors; all capitals an acronym; capitals inside a word a code, which has no forms.

    Raises:
        TermError: it cannot be used as it is written.
    """
    if len(written) > _MAX_LETTERS:
        raise TermError(f'"{written[:20]}…" is longer than {_MAX_LETTERS} characters')
    if _REGEX.search(written):
        raise TermError(f'"{printable(written)}" looks like a regular expression; {REGEX_HINT}')
    words: list[TermWord] = []
    gap: int | None = None
    parts = visible(written).split()
    exact_all = bool(parts) and parts[0].startswith("=")
    for part in parts:
        if found := _GAP.fullmatch(part):
            if not words or gap is not None:
                raise TermError(f'"{written}": ".." belongs between two words')
            gap = int(found[1][:3]) if found[1] else DEFAULT_GAP
            if gap > _MAX_GAP:
                raise TermError(f'"{written}": at most {_MAX_GAP} other words in between')
            continue
        if part in ("=", "~", "*"):
            raise TermError(f'"{written}": no blank stands between {part} and its word')
        if _DOTS.fullmatch(part):
            raise TermError(f'"{written}": for other words in between write two dots: .. for up to 3, ..5 for up to 5')
        words.append(_word(part, written, gap or 0, exact=exact_all))
        gap = None
    if gap is not None:
        raise TermError(f'"{written}": ".." belongs between two words')
    if not words:
        raise TermError("an empty term hits nothing")
    _check_script(written, language)
    return Term(written, language, tuple(words), line, column)


def _word(part: str, written: str, gap: int, *, exact: bool) -> TermWord:
    text = part.removeprefix("=")
    typos: int | None = None
    if found := _TYPOS.fullmatch(text):
        text = found[1]
        if found[2] not in ("0", "1", "2"):
            raise TermError(f'"{written}": after ~ write 0, 1 or 2, the number of typing errors allowed')
        typos = int(found[2])
    if text.startswith("*"):
        letters = text.strip("*")
        raise TermError(f'"{written}": the star goes last: "{letters}*" hits any ending')
    ending = text.endswith("*")
    text = text.removesuffix("*")
    for mark in "*~=":
        if mark in text:
            raise TermError(f'"{written}": {mark} is in the middle of a word')
    letters = "".join(piece.folded for _, piece in words_in(text))
    if not letters:
        if any(char.isalnum() for char in text):
            raise TermError(
                f'"{written}": single letters beside an apostrophe ("{part}") are no words, so nothing hits it'
            )
        raise TermError(f'"{written}": "{part}" has no letter or digit')
    if ending:
        if len(letters) < _MIN_BEFORE_STAR:
            raise TermError(f'"{written}": at least {_MIN_BEFORE_STAR} letters before *')
        if exact or typos is not None:
            raise TermError(f'"{written}": * cannot be combined with = or ~')
        return TermWord(text, WordMode.ENDING, None, gap)
    if exact or part.startswith("="):
        return TermWord(text, WordMode.EXACT, None, gap)
    return TermWord(text, WordMode.FORMS if typos is not None else _mode(text), typos, gap)


def _mode(text: str) -> WordMode:
    """How an unmarked word is looked for, by its capitals."""
    if is_acronym(text):
        return WordMode.ACRONYM
    return WordMode.EXACT if is_code(text) else WordMode.FORMS


def is_acronym(text: str) -> bool:
    """Whether a word is written in capitals, so that only capitals hit it: DPICM, U.N., TOS-1A."""
    letters = [char for char in text if char.isalpha()]
    capitals = bool(letters) and all(char.isupper() for char in letters)
    return capitals and sum(char.isalnum() for char in text) > 1 and _ACRONYM.fullmatch(text) is not None


def is_code(text: str) -> bool:
    """Whether a word mixes cases inside, as names of weapons do (ShOAB, БпЛА): it has no forms, whatever its case."""
    return any(before.islower() and char.isupper() for before, char in pairwise(text))


def _check_script(written: str, language: str) -> None:
    """Refuse letters of another script, which mostly look alike, and would never be hit."""
    home = SCRIPTS.get(language, "").capitalize()
    for word in () if written.isascii() else _WORD.findall(written):
        found = scripts(word)
        if len(found) > 1:
            one, other = list(found)[:2]
            raise TermError(f'"{word}" mixes {one} and {other} letters: {mixed(word)}')
        for script in found:
            if home and script not in (home, "Latin"):
                raise TermError(f'"{written}" is in {script} letters, but is in the {language} list')

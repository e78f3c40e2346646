"""Characters that are not seen: which vanish, which stand for a blank, and which part words though they should not.

docs/decisions/0020 says why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model.languages import LANGUAGES
from monitor.wordlists import shares

# These part words: the zero-width space, which allows a line to break there, the place of a picture, and letters that
# are drawn as a blank. Beside a space, or before a comma, there is nothing to part.
_BLANKS = "\u115f\u1160\u200b\u2800\u3164\uffa0\ufffc"
# All that Unicode calls "default ignorable", and what annotates, but for the blanks: what joins letters, keeps a line
# from breaking, or turns the direction of writing. They stand inside of words, so nothing takes their place. Joiners
# stay, as Persian and pictures need them.
_VANISHING = (
    "\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
# These choose how the sign before them is drawn. Pictures need them, letters do not.
_VARIANTS = "\ufe00-\ufe0f\U000e0000-\U000e0fff"
# Letters of ASCII that nobody sees, which some tools leave in what is copied; behind a black flag they say whose it is.
_TAGS = "\U000e0000-\U000e007f"
_UNSEEN_LETTERS = re.compile(
    f"(?<![\\w\U0001f3f4{_TAGS}])[{_TAGS}]+|(?<![\U0001f3f4{_TAGS}])[{_TAGS}]+(?![\\w{_TAGS}])"
)
_JOINERS, _TATWEEL = "\u200c\u200d", "\u0640"

_ANY = re.compile(f"[{_BLANKS}{_VANISHING}{_VARIANTS}{_JOINERS}{_TATWEEL}]")
_PARTING = re.compile(rf"(?<=[\w.,;:!?…؟،؛»”)])[{_BLANKS}]+(?=[\w«“(])")
_GONE = re.compile(f"[{_BLANKS}{_VANISHING}]")
_VARIANTS_OF_LETTERS = re.compile(rf"(?<=\w)[{_VARIANTS}]+(?=\w)")
# A run of letters with such characters in it; the soft hyphen, which says where a word may be cut, never parts two. It
# is looked for from its beginning alone: from each letter of a run of 100,000 it would take minutes.
_WITHIN = f"[{_VANISHING.removeprefix(chr(0xAD))}{_VARIANTS}{_JOINERS}{_TATWEEL}]+"
_GLUED = re.compile(rf"(?<![^\W\d_])[^\W\d_]{{2,}}(?:{_WITHIN}[^\W\d_]+)+")
_BETWEEN = re.compile(_WITHIN)

# What a zero-width space may have cut into pieces.
_ZERO_WIDTH = "\u200b"
_CUT = re.compile(rf"(?<![^\W\d_])[^\W\d_]++(?:{_ZERO_WIDTH}[^\W\d_]++)+")

_LONG, _TOO_LONG_FOR_A_PIECE, _MOST = 4, 6, 200
_ARTICLE = "ال"


def without_unseen(text: str) -> str:
    """A text without characters that are not seen; with spaces for those that stand between words.

    A zero-width space is a space, and so is whatever else is a blank; but within a word that it cuts into pieces it
    vanishes. What belongs inside of words, such as a joiner, is a space where the letters around it are words and
    together none.
    """
    if text.isascii() or not _ANY.search(text):
        return text
    text = _CUT.sub(_mended, _UNSEEN_LETTERS.sub("", text))
    seen = _GONE.sub("", _GLUED.sub(_parted, _PARTING.sub(" ", text)))
    seen = _VARIANTS_OF_LETTERS.sub("", seen)
    # Letters that something stood between may now be one run, in which a joiner is judged anew.
    return _GLUED.sub(_parted, seen)


def _mended(found: re.Match[str]) -> str:
    """Letters with zero-width spaces, without those that cut a word into pieces: the longest words are taken first.

    Pieces are of one word if they are one together, and not two long ones by themselves; and if neither is a word and
    no capital begins the second.
    """
    if len(found[0]) > _MOST:
        return found[0]
    pieces = found[0].split(_ZERO_WIDTH)
    words: list[str] = []
    while pieces:
        last = next(last for last in range(len(pieces), 0, -1) if last == 1 or _is_one_word(pieces[:last]))
        words.append("".join(pieces[:last]))
        pieces = pieces[last:]
    return _ZERO_WIDTH.join(words)


def _is_one_word(pieces: Sequence[str]) -> bool:
    together = "".join(pieces)
    if len(together) < _LONG:
        return False
    known = [_is_listed(piece) for piece in pieces]
    if _is_listed(together):
        return not all(known) or min(map(len, pieces)) < _LONG
    return not any(known) and not any(piece[:1].isupper() for piece in pieces[1:])


def _parted(found: re.Match[str]) -> str:
    """A run of letters with spaces for what parts it, if words show that it does; otherwise as it is."""
    written = found[0]
    parts = _BETWEEN.split(written)
    if len(written) > _MOST or _is_listed("".join(parts)):
        return written
    long = [part for part in parts if len(part) >= _LONG]
    known = [part for part in long if _is_word(part)]
    # A word that no list has is more than a piece of one when it is long.
    words = all(_is_word(part) or len(part) >= _TOO_LONG_FOR_A_PIECE for part in parts)
    return " ".join(parts) if len(long) > 1 and known and words else written


def _is_word(letters: str) -> bool:
    """Whether letters are a word of one of the languages; an Arabic one may only be known by its article."""
    return _is_listed(letters) or (letters.startswith(_ARTICLE) and len(letters) >= _TOO_LONG_FOR_A_PIECE)


def _is_listed(letters: str) -> bool:
    small = letters.lower()
    return any(small in shares(language) for language in LANGUAGES)

"""Several terms written as one: "landmine field, mined road". Together they are a phrase that no text holds."""

from __future__ import annotations

import re

_COMMAS = ",،，、"
# A comma between digits is part of a number: 1,000.
_SIGNS = re.compile(r"(?<!\d)[,،，、]|[,،，、](?!\d)|[;؛；]|\s[/|+&•·]\s")
# Two words that a stroke joins; abbreviations, codes and numbers are joined so by themselves: HIV/AIDS, km/h, 24/7.
_STROKE = re.compile(r"(?<=[^\W\d_]{3})/(?=[^\W\d_]{3})")
_OR = {
    "en": ("or", "and/or"),
    "fr": ("ou", "et/ou"),
    "es": ("o", "u", "ó", "y/o"),
    "ar": ("أو", "او"),
    "ru": ("или", "либо", "и/или"),
    "uk": ("або", "чи", "і/або", "та/або"),
}
# Phrases that are said as they stand.
_SAYINGS = frozenset(
    """life or death; dead or alive; alive or dead; more or less; sooner or later; all or nothing; do or die;
    make or break; win or lose; vie ou mort; vie ou de mort; mort ou vif; morts ou vifs; tôt ou tard; plus ou moins;
    vivo o muerto; vivos o muertos; vida o muerte; más o menos; tarde o temprano; жизнь или смерть; рано или поздно;
    более или менее; живым или мёртвым; життя або смерть; рано чи пізно; більш чи менш""".replace("\n", " ").split("; ")
)
_AND = frozenset("and et y e и та й і".split())
_SMALL = _AND | frozenset("of the for de la le les du des del los las el für".split())


def several_in_one(written: str, language: str) -> str | None:
    """What is wrong with a term that looks like several, and what to write instead; None for any other.

    A comma in a title of many capitals ("Women, Peace and Security") is part of it. Where a comma belongs to a phrase
    it can be left out: punctuation does not count in terms.
    """
    written = " ".join(written.split())
    inner = written.removeprefix("[").removesuffix("]") if written.startswith("[") else written
    ors = _OR.get(language) or tuple(one for words in _OR.values() for one in words)
    listed = [inner] if _is_title(inner) else _SIGNS.split(inner)
    parts = [term for part in listed for term in _either(part.strip(), ors) if any(map(str.isalnum, term))]
    if len(parts) > 1:
        comma = len(listed) > 1 and any(sign in written for sign in _COMMAS)
        return _message(written, parts, "; if it is one phrase, leave out the comma" if comma else "")
    if written.islower() and len(parts := _STROKE.split(written)) > 1:
        return _message(written, _whole(written, parts), "; if it is one phrase, write a space for the /")
    return None


def _message(written: str, parts: list[str], otherwise: str) -> str:
    return (
        f'"{written}" is looked for as one phrase, with all of its words side by side; '
        f"write each term as an item of its own: [{', '.join(parts)}]{otherwise}"
    )


def _either(text: str, ors: tuple[str, ...]) -> list[str]:
    """The text taken apart at each "or"; in one piece where it is a saying."""
    if text.casefold() in _SAYINGS:
        return [text]
    found: list[list[str]] = [[]]
    for word in text.split():
        if word in ors:
            found.append([])
        else:
            found[-1].append(word)
    return [" ".join(words) for words in found if words]


def _whole(written: str, parts: list[str]) -> list[str]:
    """Both readings of "rocket/missile attack" as whole terms; more than one stroke is left as it is."""
    words = written.split()
    joined = [number for number, word in enumerate(words) if _STROKE.search(word)]
    if len(joined) != 1:
        return parts
    place = joined[0]
    return [" ".join((*words[:place], one, *words[place + 1 :])) for one in _STROKE.split(words[place])]


def _is_title(written: str) -> bool:
    """Whether this is a name such as "Women, Peace and Security": all in capitals, with an "and" at its end."""
    words = re.findall(r"[^\W\d_]+", written)
    return (
        len(words) > 2
        and words[-2] in _AND
        and words[0][0].isupper()
        and all(word[0].isupper() or word in _SMALL for word in words)
    )

"""What names of towns sound like, the same in every script, and which town of the map has a name that sounds so.

News spells towns in more ways than any list has: كيسمايو is Kismayo, "Qamishli" is Al Qamishli
(docs/decisions/0069).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rapidfuzz import fuzz

from monitor.link.places.gazetteer import gazetteer
from monitor.link.places.senses import LEAST
from monitor.link.places.words import WORD, fold, is_arabic
from monitor.model import Place, PlaceKind
from monitor.model.hashed import Hashed, Hashing

DOUBLED = re.compile(r"(.)\1+")
_LEAST = 3
"""The fewest consonants by which a name is known."""

_ALIKE, _SAME = 80.0, 100.0
"""From this likeness on of their letters two names of one sound are one in Arabic, which leaves out short vowels.

In other scripts all vowels must agree too: Bohorodychne is not Bohorodchany.
"""

# Letters that are written for one sound, in Latin ones; those that are not written everywhere are left out. Arabic has
# neither v nor p: Kostiantynivka is كوستيانتينيفكا there, and Poltava بولتافا.
_LETTERS = str.maketrans(
    dict(zip("بتثجدذرزسشصضطظغفقكلمن", "bttjddrzsssdtzgvkklmn", strict=True))
    | dict(zip("бвгґджзклмнпрстфхцчшщ", "bvggdzzklmnbrstvkkkss", strict=True))
    | dict(zip("аеэєиіїыйоуюяاىيو", "aiiiiiiiiuuuaaaiu", strict=True))
    | dict(zip("eoyw", "iuiu", strict=True))
    | {
        "c": "k",
        "q": "k",
        "f": "v",
        "p": "b",
        "h": None,
        "ح": None,
        "ع": None,
        "ه": None,
        "ء": None,
        "ь": None,
        "ъ": None,
    }
)
_VOWELS = re.compile("[aiu]+")
# The article, which Arabic writes as part of a name, and Latin letters before it or not at all.
_ARTICLE = re.compile(r"^(?:ال|(?:al|el|ad|ed|an|en|ar|er|as|es|ash|esh|at|et|az|ez)(?=[ -])[ -])", re.IGNORECASE)


def sound(name: str) -> str:
    """What a name sounds like in any script, by its consonants; "" when they are too few."""
    consonants = DOUBLED.sub(r"\1", _VOWELS.sub("", name.translate(_LETTERS)))
    return consonants if len(consonants) >= _LEAST else ""


def town_called(name: str, countries: Sequence[str] = ()) -> Place | None:
    """The town of a country at war that has a name which sounds so; None for none.

    `countries` are the codes of those that it may well lie in.
    """
    written, known = _spelled(name), gazetteer()
    least = _ALIKE if is_arabic(name) else _SAME
    found: list[tuple[bool, float, int, int]] = []
    for number in set(_by_sound().all(sound(written))):
        place = known.places[number]
        if (likeness := fuzz.ratio(written, _spelled(place.name))) >= least:
            found.append((place.country in countries, likeness, known.populations[number], number))
    return known.places[max(found)[-1]] if found else None


def _spelled(name: str) -> str:
    """A name in Latin letters, one for each sound, without its article."""
    letters = "".join(fold(word) for word in WORD.findall(_ARTICLE.sub("", name)))
    return DOUBLED.sub(r"\1", letters.translate(_LETTERS))


@cache
def _by_sound() -> Hashed[int]:
    """The numbers of the towns of countries at war, by what their names sound like."""
    known, found = gazetteer(), Hashing("i", 0)
    for number, place in enumerate(known.places):
        if place.kind is PlaceKind.CITY and place.country in LEAST and (heard := sound(_spelled(place.name))):
            found.add(heard, number)
    return found.done()

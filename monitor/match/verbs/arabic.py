"""The forms of an Arabic verb, from one that is plainly a verb's, in letters as they are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

_PAST, _PRESENT = ("", "ت", "وا", "ا", "تا", "ن", "نا"), ("", "ون", "ين", "ان", "وا", "ن")
_PERSONS = tuple("يتنا")
_OBJECTS = ("", "ه", "ها", "هم")
_OF_PARTICIPLES = ("", "ه", "ون", "ين", "ات", "ان")
_LEAST = 3
# Forms that name something else: Palmyra.
_NAMES = frozenset({"تدمر"})


def conjugated(word: str, is_known: Callable[[str], bool]) -> tuple[list[str], list[str]] | None:
    """The forms that news has most, and all others, of a verb; None when the word is not plainly one.

    A bare word of three letters may be a noun as well, so a verb shows by its ending (قصفت) or beginning (يقصف), or is
    a longer one that begins with alef (استهدف); and texts must know it with several endings and beginnings. Passives
    have the letters of the other forms, but for hollow verbs.
    """
    for base in _bases(word):
        if is_known(base) and is_known(_past(base, "ت")) and any(is_known("ي" + rest) for rest in _presents(base)):
            core, more = _forms(base, is_known)
            return [one for one in core if one not in _NAMES], [one for one in more if one not in _NAMES]
    return None


def _bases(word: str) -> Iterator[str]:
    """The pasts of "he" that a word may be a form of."""
    if word.startswith("ا") and not word.startswith("ال") and len(word) > _LEAST:
        yield word
    if word.endswith("ت") and len(word) > _LEAST:
        yield word[:-1]
        yield word[:-1] + "ي"
    if word.endswith("وا") and len(word) > _LEAST + 1:
        yield word[:-2]
    if word[:1] in ("ي", "ت") and len(word) > _LEAST:
        rest = word[1:]
        yield rest
        yield "ا" + rest
        if len(rest) >= _LEAST and rest[-2] in "يو":
            yield "ا" + rest[:-2] + "ا" + rest[-1]
            yield rest[:-2] + "ا" + rest[-1]


def _forms(base: str, is_known: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    likely = [rest for rest in _presents(base) if is_known("ي" + rest) or is_known("ت" + rest)]
    core = [base, _past(base, "ت"), _past(base, "وا")]
    core += [person + rest for rest in likely[:1] for person in "يت"]
    more = [_past(base, ending) + of for ending in _PAST for of in _OBJECTS]
    for rest in likely:
        present = [person + rest + ending for person in _PERSONS for ending in _PRESENT]
        more += [will + one + of for one in present for will in ("", "س") for of in _OBJECTS]
        if base != rest:
            more += ["م" + rest + ending for ending in _OF_PARTICIPLES]
    if len(base) == _LEAST and base[1] not in "اوي" and base[2] not in "اوي":
        more += ["م" + base[:2] + "و" + base[2] + ending for ending in _OF_PARTICIPLES]
    if len(base) > _LEAST and base[-2] == "ا":
        more += [base[:-2] + "ي" + base[-1] + ending for ending in _PAST]
    return list(dict.fromkeys(core)), more


def _past(base: str, ending: str) -> str:
    """The last letter of a weak verb gives way: ألقى, ألقت."""
    return base[:-1] + ending if base[-1] in "يا" and ending[:1] in ("ت", "و") else base + ending


def _presents(base: str) -> list[str]:
    """What may follow the letter of the person: the alef of a longer verb goes, that of a hollow one changes."""
    rest = base[1:] if base[0] == "ا" and len(base) > _LEAST else base
    if len(rest) >= _LEAST - 1 and rest[-2:-1] == "ا":
        return [rest[:-2] + "ي" + rest[-1], rest, rest[:-2] + "و" + rest[-1]]
    return [rest]

"""Who may speak in a sentence: offices and states, those that a rule names, and others who are no officials."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import pairwise

from monitor.link.phrases import MARKS, Folded, Hit, folded, table
from monitor.link.places.ids import countries
from monitor.link.places.mentions import mentions
from monitor.model import PlaceKind, PlaceMention

_words = partial(table, "reactions")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who may speak, in characters of the folded text: `name` is "" for one who is no official.

    `oblique` says that by its form it is no subject: "Россию", "لإيران".
    """

    name: str
    start: int
    end: int
    state: bool = False
    oblique: bool = False


NOBODY = Speaker("", 0, 0)
"""Somebody who is no official, as far as is known."""


_OBLIQUE = ("у", "ю")
"""What accusatives and datives end in that Russian and Ukrainian tell from nominatives."""

_FIRST_NAMES = 2
"""The most words of a name before the one by which somebody is known."""

_INDECLINABLE = frozenset({"перу", "баку", "вануату", "науру", "палау", "тувалу"})
_ARABIC_PREPOSITIONS = frozenset("لب")
"""To and by, as Arabic writes them: as one with the next word."""


def official(speaker: Speaker) -> Speaker:
    """A speaker who is an official, or `NOBODY`."""
    return speaker if speaker.name else NOBODY


def speakers_in(
    text: Folded, named: Sequence[tuple[int, int]], also_states: Sequence[tuple[int, int]]
) -> list[Speaker]:
    """Who may speak in a text, in its order: offices, states, those a rule names, and others, who are no officials."""
    states: list[Speaker] = []
    people: list[Speaker] = []
    named_places = mentions(text.written)
    for mention in named_places:
        if mention.place.kind is PlaceKind.COUNTRY:
            end = text.text.index(" ", text.place(mention.end - 1))
            name, start = _of(mention.place.name), text.place(mention.start)
            oblique = _is_oblique(text, start, mention.start)
            state = Speaker(name, start, end, state=not mention.adjective, oblique=oblique)
            (people if mention.adjective else states).append(state)
    states = _more(states, [_written(text, span, state=True) for span in also_states])
    offices = [
        _with_state(
            Speaker(hit.kind, hit.start, hit.end, oblique=hit.kind[:1].islower() and _is_oblique(text, hit.start)),
            text,
            (*states, *people),
        )
        for hit in (*_words("offices").find(text), *_of_country(text, named_places))
    ]
    known = _more(offices, states)
    # An adjective makes no speaker of the noun behind it, which a rule may name.
    known = _more(known, [_written(text, span, state=False) for span in named])
    others = [Speaker("", hit.start, hit.end) for hit in _words("others").find(text)]
    return sorted(_more(known, others), key=lambda one: (one.start, one.end))


@lru_cache(maxsize=4096)
def names_in(claimant: str) -> tuple[str, ...]:
    """The names of the officials that a few words name, in English: "president of Iran", "Zelensky"."""
    return tuple(one.name for one in speakers_in(folded(claimant), (), ()) if one.name)


@lru_cache(maxsize=4096)
def offices_held(sentence: str) -> tuple[tuple[str, str], ...]:
    """The offices of a sentence with who holds each, who is named right behind: "Iranian President Masoud Pezeshkian".

    Takes time linear in the sentence.
    """
    text = folded(sentence)
    speakers = speakers_in(text, (), ())
    return tuple((one.name, other.name) for one, other in pairwise(speakers) if _holds(one, other, text))


def _holds(office: Speaker, person: Speaker, text: Folded) -> bool:
    """Whether who is named behind an office holds it: nothing but first names stands between."""
    first, last = bisect_left(text.at, office.end), bisect_left(text.at, person.start)
    named = office.name[:1].islower() and not office.state and person.name[:1].isupper() and not person.state
    return (
        named
        and 0 <= last - first <= _FIRST_NAMES
        and all(_may_be_name(text.written[text.starts[number]]) for number in range(first, last))
    )


def _may_be_name(letter: str) -> bool:
    """Whether a name may begin with a letter: a capital, or one of a script that has none."""
    return letter.isalpha() and not letter.islower()


def _is_oblique(text: Folded, start: int, named_from: int | None = None) -> bool:
    """Whether the word that begins at `start` is, by its form, no subject: whom something is done or said to.

    `named_from` is the character of the written text where its name begins, behind what Arabic writes before it.
    """
    word = text.text[start : text.text.index(" ", start)]
    before = text.written[text.span(start, start + 1)[0] : named_from] if named_from is not None else ""
    return (word.endswith(_OBLIQUE) and word not in _INDECLINABLE) or not _ARABIC_PREPOSITIONS.isdisjoint(before)


def _of_country(text: Folded, named: Sequence[PlaceMention]) -> Iterator[Hit]:
    """The bodies that acronyms stand for in a text that names a place of their country: RSF is also another."""
    for hit in _words("of_country").find(text):
        country, _, name = hit.kind.partition(" ")
        if country in countries(frozenset(one.place.place_id for one in named)):
            yield Hit(name, hit.start, hit.end)


def peoples_in(text: Folded) -> list[Speaker]:
    """The states of which a text names only what is theirs: "Israeli denial"."""
    named = (one for one in mentions(text.written) if one.adjective and one.place.kind is PlaceKind.COUNTRY)
    return [
        Speaker(_of(one.place.name), text.place(one.start), text.text.index(" ", text.place(one.end - 1)))
        for one in named
    ]


def _more(known: Sequence[Speaker], more: Sequence[Speaker]) -> list[Speaker]:
    """Speakers with those of others that stand in none of them."""
    return [*known, *(one for one in more if not any(one.start < of.end and of.start < one.end for of in known))]


def _written(text: Folded, span: tuple[int, int], *, state: bool) -> Speaker:
    """A speaker under the name that the text has."""
    start, end = span
    return Speaker(text.written[start:end], text.place(start), text.text.index(" ", text.place(end - 1)), state=state)


def _of(name: str) -> str:
    """The name of a state as it stands in a sentence: "the United States", "the Netherlands"."""
    if name.startswith("The "):
        return f"the {name.removeprefix('The ')}"
    return f"the {name}" if name.startswith("United ") else name


def _with_state(office: Speaker, text: Folded, states: Sequence[Speaker]) -> Speaker:
    """An office with the state it is said to be of, beside it: "foreign ministry of Russia"; bodies have none."""
    if office.name[:1].isupper():
        return office
    for state in states:
        if _belongs(office, state, text):
            start, end = min(state.start, office.start), max(state.end, office.end)
            return replace(office, name=f"{office.name} of {state.name}", start=start, end=end)
    return office


def _belongs(office: Speaker, state: Speaker, text: Folded) -> bool:
    """Whether an office is of a state: "Iranian deputy minister", "МИД России", "ministère de l'Iran"."""
    if office.start <= state.start < office.end:
        return True
    if state.end <= office.start:
        words = text.text[state.end : office.start].split()
        return not words or (len(words) == 1 and not state.state and words[0] not in MARKS)
    between = text.text[office.end : state.start]
    return not between.strip() or any(
        hit.end + 1 >= state.start and hit.start <= office.end + 1
        for hit in _words("of").find(text, office.end, state.start)
    )

"""Which official says or does what about an event: read from the words of the sentence, whatever a rule calls its way.

A reaction needs an official, or a state, as its subject; what is not, or is only to be, said is none. Words that can
mean several things are a statement (docs/decisions/0019).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from monitor.link.ownattacks import says_of_own_act
from monitor.link.phrases import MARKS, Folded, Hit, folded, table
from monitor.link.places.words import is_arabic
from monitor.link.speakers import NOBODY, Speaker, peoples_in, speakers_in
from monitor.link.subjects import (
    REACH,
    SPEECH,
    agent_of,
    clause_start,
    first_word,
    is_of,
    named_behind,
    subject_of,
)
from monitor.link.verdicts import judges
from monitor.model import Reaction

_words = partial(table, "reactions")

_MAY, _LONGEST_MAY = 4, 60
"""The most words, and characters, between "could" and what is only possible."""

_OVER = 12
"""Between a step, such as sanctions, and the event that it answers."""

_STEPS = frozenset({Reaction.SANCTION, Reaction.SUMMONS, Reaction.LEGAL_STEP, Reaction.INQUIRY})
_TELLING_OF_ANOTHER = frozenset({Reaction.DENIAL, Reaction.ACCUSATION, Reaction.CALL, Reaction.WARNING})
_STANDS = frozenset({"denial", "admission", "apology", "regret", "condemnation", "concern", "justification"})
_UNCLEAR, _NOTHING, _NAMING = "unclear", "nothing", "naming"
_INQUIRY = "inquiry"
_ENGLISH_NOUNS = ("ation", "ations", "denial", "denials", "apology", "apologies", "warning", "call")
"""What ends so between its owner and the end of what is said of it is a noun: "denounces US warning"."""

_INFINITIVE_ENDS = ("ть", "ти", "er", "ir", "re", "ar")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Reacts:
    """A reaction, who makes it, and the characters of the text that say what it is.

    `speaker` is in English, `written` as the text has it; both are "" where nobody is named, which `Heard.known` may
    hold. `state` says that it is a state as such, which also acts, and no office of it, `speech` that
    it only says something, `withheld` that it does not do what would take a stand: "refuses to condemn", `own`
    that it speaks of an attack of its own: "says it did not strike".
    """

    reaction: Reaction
    speaker: str
    written: str
    state: bool
    speech: bool
    start: int
    end: int
    withheld: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a sentence holds of reactions: those with a subject, and the words that could be one, whoever says them."""

    reacts: tuple[Reacts, ...]
    known: tuple[Reacts, ...]
    _spans: tuple[tuple[int, int], ...]

    def knows(self, start: int, end: int) -> bool:
        """Whether some characters are known for what they say, or for being unclear."""
        return any(first < end and start < last for first, last in self._spans)

    def only_says(self, start: int, end: int) -> bool:
        """Whether some characters are a word for saying, which tells nothing of what is said."""
        return any(one.speech and one.start < end and start < one.end for one in self.known)


_NOTHING_HEARD = Heard(reacts=(), known=(), _spans=())


def heard_in(sentence: str, named: Sequence[tuple[int, int]] = (), states: Sequence[tuple[int, int]] = ()) -> Heard:
    """Who reacts how in a sentence.

    `named` are the characters of further officials, and `states` those of further states, as a rule names them. Takes
    time linear in the sentence, and never raises.
    """
    text = folded(sentence)
    said = list(_words("verbs").find(text))
    if not said and ":" not in text.text:
        return _NOTHING_HEARD
    speakers = speakers_in(text, named, states)
    verbs = sorted([*said, *_colons(text, speakers)], key=lambda verb: verb.start)
    read: list[Reacts | None] = []
    for verb in verbs:
        read.append(_gone_on(_read(verb, text, speakers), verb, read, text))
    known = tuple(
        one
        for number, one in enumerate(read)
        if one is not None
        if not _is_told(number, verbs, read, text)
        if not (_is_asked(number, verbs, text, speakers) or _is_object(number, verbs, text, speakers))
    )
    reacts = tuple(one for one in known if one.speaker)
    return Heard(reacts=reacts, known=known, _spans=tuple(text.span(verb.start, verb.end) for verb in verbs))


def _colons(text: Folded, speakers: Sequence[Speaker]) -> list[Hit]:
    """The colon behind an office that a headline begins with, which stands for a word for saying: "Army: no strike"."""
    first = next((one for one in speakers if one.name and not one.state), None)
    if first is None or first.start > 1 or not text.text.startswith(": ", first.end + 1):
        return []
    return [Hit(SPEECH, first.end + 1, first.end + 2)]


def is_known(term: str) -> bool:
    """Whether a term of a rule is a word whose meaning the tables know."""
    return _words("verbs").any(folded(term))


def tells_of_event(sentence: str) -> bool:
    """Whether a sentence names an event that officials react to: a strike, a blast, an assassination."""
    return _words("events").any(folded(sentence))


def is_only_possible(text: str, start: int) -> bool:
    """Whether the words before a character say that what follows may be so, or is to be: "could be war crimes"."""
    before = folded(text[max(0, start - _LONGEST_MAY) : start])
    return _words("may").any(before, before.at[-_MAY:][0], len(before.text)) if before.at else False


def _read(verb: Hit, text: Folded, speakers: Sequence[Speaker]) -> Reacts | None:
    """What a word says and who says it, or nobody; None when it says no reaction, or another's than an official's."""
    own = says_of_own_act(verb, text) if verb.kind == SPEECH else None
    reaction = own or (_reaction(verb, text) if verb.kind not in (_UNCLEAR, _NOTHING) else None)
    speaker = subject_of(verb, text, speakers) if reaction else NOBODY
    if reaction is None or speaker is NOBODY:
        return None
    start, end = text.span(verb.start, verb.end)
    speech = verb.kind == SPEECH and reaction is Reaction.STATEMENT
    withheld = reaction is Reaction.NO_COMMENT or (reaction is Reaction.STATEMENT and verb.kind in _STANDS)
    if speaker is None:
        return Reacts(reaction, "", "", False, speech, start, end, withheld)
    first, last = text.span(speaker.start, speaker.end)
    written = _bare(text.written[first:last])
    return Reacts(reaction, speaker.name, written, speaker.state, speech, start, end, withheld, own is not None)


def _gone_on(read: Reacts | None, verb: Hit, before: Sequence[Reacts | None], text: Folded) -> Reacts | None:
    """What a word says, by who says what stands before it, if it goes on from that: "condemns Israel and urges".

    Who is named last before it is then whom that is about. What somebody says that another did goes on with the other.
    """
    earlier = before[-1] if before else None
    if read is None or earlier is None or not earlier.speaker or earlier.speech or agent_of(verb, text):
        return read
    number = text.at.index(verb.start)
    first = first_word(verb, text)
    goes_on = _words("also").any(text, text.at[number - 1], verb.start) or (is_arabic(first) and first[0] == "و")
    if not goes_on:
        return read
    return replace(read, speaker=earlier.speaker, written=earlier.written, state=earlier.state)


def _is_asked(number: int, verbs: Sequence[Hit], text: Folded, speakers: Sequence[Speaker]) -> bool:
    """Whether somebody only asks for it: "Иран призвал ООН осудить удар", "appelle le gouvernement à reconnaître"."""
    one = verbs[number]
    asks = [before for before in verbs[:number] if before.kind == "call"]
    if not asks or not first_word(one, text).endswith(_INFINITIVE_ENDS):
        return False
    between = text.text[asks[-1].end : one.start].split()
    asked = any(asks[-1].start <= speaker.start and speaker.end <= one.start for speaker in speakers)
    return asked and MARKS.isdisjoint(between)


def _is_told(number: int, verbs: Sequence[Hit], known: Sequence[Reacts | None], text: Folded) -> bool:
    """Whether a word is what another denies, calls for or accuses somebody of: "denies that he justified it"."""
    one, before = known[number], known[number - 1] if number else None
    if one is None or before is None or one.speaker != before.speaker or before.reaction not in _TELLING_OF_ANOTHER:
        return False
    between = verbs[number - 1].end, verbs[number].start
    marked = not MARKS.isdisjoint(text.text[slice(*between)].split())
    return not marked and not _words("also").any(text, *between)


def _bare(name: str) -> str:
    """A name without the ending of its possessive."""
    return _POSSESSIVE.sub("", name)


def _reaction(verb: Hit, text: Folded) -> Reaction | None:
    """What is said; a statement where it is not said after all, None where it is only to be, or of no event."""
    if verb.kind in (SPEECH, _NAMING):
        judged = judges(verb, text)
        if verb.kind == _NAMING and not judged:
            return None
        reaction = Reaction.CONDEMNATION if judged else Reaction.STATEMENT
    else:
        reaction = Reaction[verb.kind.upper()]
    if reaction is not Reaction.NO_COMMENT:
        before = max(0, text.at.index(verb.start) - 4)
        first = clause_start(text, text.at[before], verb.start)
        if _words("not").any(text, first, verb.start):
            return Reaction.STATEMENT
        if first_word(verb, text).startswith("لل"):
            return None  # Arabic: "in order to warn".
        if _words("may").any(text, text.at[max(0, text.at.index(verb.start) - 2)], verb.start):
            return None
    return reaction if reaction not in _STEPS or _answers(verb, text) else None


def _answers(step: Hit, text: Folded) -> bool:
    """Whether a step is said to answer an event: "summons ambassador over drone strike", "investigates strike"."""
    number = text.at.index(step.start)
    end = text.at[number + _OVER] if number + _OVER < len(text.at) else len(text.text)
    if step.kind == _INQUIRY and _words("events").any(text, step.end, max(step.end, end)):
        return True
    over = _words("over").first(text, step.end, max(step.end, end))
    if over is None:
        over = _words("over").first(text, step.start, step.end)
    return over is not None and _words("events").any(text, over.end)


def _is_object(number: int, verbs: Sequence[Hit], text: Folded, speakers: Sequence[Speaker]) -> bool:
    """Whether a noun, of somebody, is what another verb is about: "condemned Pakistan's admission", "US warning"."""
    noun = verbs[number]
    first = clause_start(text, text.at[max(0, text.at.index(noun.start) - REACH)], noun.start)
    verb = verbs[number - 1] if number else None
    if verb is None or verb.start < first:
        return False
    owners = sorted([*speakers, *peoples_in(text)], key=lambda one: one.start)
    owner = next((one for one in reversed(owners) if one.end <= noun.start), NOBODY)
    if verb.end <= owner.start and not text.words(owner.end, noun.start):
        possessive = _POSSESSIVE.search(text.written[slice(*text.span(owner.start, owner.end))])
        return possessive is not None or first_word(noun, text).endswith(_ENGLISH_NOUNS)
    between = text.text[verb.end : noun.start].strip()
    behind = named_behind(noun, text, owners)
    beside = not between or (len(between.split()) == 1 and _words("articles").any(text, verb.end, noun.start))
    return beside and behind is not None and is_of(noun, behind, text)

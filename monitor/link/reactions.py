"""Which official says or does what about an event: read from the words of the sentence, whatever a rule calls its way.

A reaction needs an official, or a state, as its subject; what is not, or is only to be, said is none. Words that can
mean several things are a statement (docs/decisions/0019).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.link.ownacts import says_of_own_act
from monitor.link.phrases import Folded, Hit, folded
from monitor.link.reactionwords import MARKS, QUOTE, any_of, tables
from monitor.link.speakers import NOBODY, Speaker, official, peoples_in, speakers_in
from monitor.link.verdicts import judges
from monitor.model import Reaction

_REACH = 8
"""The most words between a speaker and what it says."""

_REACH_OF_STATE = 4
_MAY, _LONGEST_MAY = 4, 60
"""The most words, and characters, between "could" and what is only possible."""

_AFTER = 3
"""The most words between what is said and a speaker named behind it: "..., said the minister"."""

_AFTER_BY = 2
"""The most words between "by" and who did it."""

_OVER = 12
"""Between a step, such as sanctions, and the event that it answers."""

_STEPS = frozenset({Reaction.SANCTION, Reaction.SUMMONS, Reaction.LEGAL_STEP, Reaction.INQUIRY})
_TELLING_OF_ANOTHER = frozenset({Reaction.DENIAL, Reaction.ACCUSATION, Reaction.CALL, Reaction.WARNING})
_STANDS = frozenset({"denial", "admission", "apology", "regret", "condemnation", "concern", "justification"})
_UNCLEAR, _NOTHING, _SPEECH, _NAMING = "unclear", "nothing", "speech", "naming"
_INQUIRY = "inquiry"
_THAT, _NOT_IT = frozenset({"que", "что", "що"}), frozenset({"no", "не"})
_CONDEMNED = ("осужден", "засуджен")
_ENGLISH_NOUNS = ("ation", "ations", "denial", "denials", "apology", "apologies", "warning", "call")
"""What ends so between its owner and the end of what is said of it is a noun: "denounces US warning"."""
_NOUNS = ("ation", "ations", "ión", "ion")
_PASSIVE_ENDS = tuple("ed e ee es ees ado ada ados adas ен ена ены ено ані".split())
_INFINITIVE_ENDS = ("ть", "ти", "er", "ir", "re", "ar")
_ENGLISH_ENDS = ("ing", "ed", "es", "s")
_ARABIC_PRESENT = frozenset("يت")
_SPANISH_ENDS = ("ado", "ada", "ados", "adas", "ion")
_LONGEST_BY = 16
_POSSESSIVE = re.compile(r"['’]s?$")
_ARABIC = range(0x600, 0x700)


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
    known: tuple[Reacts | None, ...]
    _spans: tuple[tuple[int, int], ...]

    def knows(self, start: int, end: int) -> bool:
        """Whether some characters are known for what they say, or for being unclear."""
        return any(first < end and start < last for first, last in self._spans)


_NOTHING_HEARD = Heard(reacts=(), known=(), _spans=())


def heard_in(sentence: str, named: Sequence[tuple[int, int]] = (), states: Sequence[tuple[int, int]] = ()) -> Heard:
    """Who reacts how in a sentence.

    `named` are the characters of further officials, and `states` those of further states, as a rule names them. Takes
    time linear in the sentence, and never raises.
    """
    text = folded(sentence)
    said = list(tables()["verbs"].find(text))
    if not said and ":" not in text.text:
        return _NOTHING_HEARD
    speakers = speakers_in(text, named, states)
    verbs = sorted([*said, *_colons(text, speakers)], key=lambda verb: verb.start)
    known: list[Reacts | None] = []
    for verb in verbs:
        known.append(_gone_on(_read(verb, text, speakers), verb, known, text))
    known = [
        None
        if _is_told(number, verbs, known, text)
        or _is_asked(number, verbs, text, speakers)
        or _is_object(number, verbs, text, speakers)
        else one
        for number, one in enumerate(known)
    ]
    reacts = tuple(one for one in known if one is not None and one.speaker)
    return Heard(reacts=reacts, known=tuple(known), _spans=tuple(text.span(verb.start, verb.end) for verb in verbs))


def _colons(text: Folded, speakers: Sequence[Speaker]) -> list[Hit]:
    """The colon behind an office that a headline begins with, which stands for a word for saying: "Army: no strike"."""
    first = next((one for one in speakers if one.name and not one.state), None)
    if first is None or first.start > 1 or not text.text.startswith(": ", first.end + 1):
        return []
    return [Hit(_SPEECH, first.end + 1, first.end + 2)]


def is_known(term: str) -> bool:
    """Whether a term of a rule is a word whose meaning the tables know."""
    return tables()["verbs"].any(folded(term))


def tells_of_event(sentence: str) -> bool:
    """Whether a sentence names an event that officials react to: a strike, a blast, an assassination."""
    return tables()["events"].any(folded(sentence))


def is_only_possible(text: str, start: int) -> bool:
    """Whether the words before a character say that what follows may be so, or is to be: "could be war crimes"."""
    before = folded(text[max(0, start - _LONGEST_MAY) : start])
    return any_of("may", before, before.at[-_MAY:][0], len(before.text)) if before.at else False


def _read(verb: Hit, text: Folded, speakers: Sequence[Speaker]) -> Reacts | None:
    """What a word says and who says it, or nobody; None when it says no reaction, or another's than an official's."""
    own = says_of_own_act(verb, text) if verb.kind == _SPEECH else None
    reaction = own or (_reaction(verb, text) if verb.kind not in (_UNCLEAR, _NOTHING) else None)
    speaker = _subject(verb, text, speakers) if reaction else NOBODY
    if reaction is None or speaker is NOBODY:
        return None
    start, end = text.span(verb.start, verb.end)
    speech = verb.kind == _SPEECH and reaction is Reaction.STATEMENT
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
    if read is None or earlier is None or not earlier.speaker or earlier.speech or _agent(verb, text):
        return read
    number = text.at.index(verb.start)
    first = _first_word(verb, text)
    goes_on = any_of("also", text, text.at[number - 1], verb.start) or (
        _is_arabic(text, verb.start) and first[0] == "و"
    )
    if not goes_on or first.endswith("ing") or read.start <= earlier.end:
        return read
    return replace(read, speaker=earlier.speaker, written=earlier.written, state=earlier.state)


def _is_asked(number: int, verbs: Sequence[Hit], text: Folded, speakers: Sequence[Speaker]) -> bool:
    """Whether somebody only asks for it: "Иран призвал ООН осудить удар", "appelle le gouvernement à reconnaître"."""
    one = verbs[number]
    asks = [before for before in verbs[:number] if before.kind == "call"]
    if not asks or not _first_word(one, text).endswith(_INFINITIVE_ENDS):
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
    return not marked and not any_of("also", text, *between)


def _bare(name: str) -> str:
    """A name without the ending of its possessive."""
    return _POSSESSIVE.sub("", name)


def _reaction(verb: Hit, text: Folded) -> Reaction | None:
    """What is said; a statement where it is not said after all, None where it is only to be, or of no event."""
    if verb.kind in (_SPEECH, _NAMING):
        judged = judges(verb, text, tables())
        if verb.kind == _NAMING and not judged:
            return None
        reaction = Reaction.CONDEMNATION if judged else Reaction.STATEMENT
    else:
        reaction = Reaction[verb.kind.upper()]
    if reaction is not Reaction.NO_COMMENT:
        before = max(0, text.at.index(verb.start) - 4)
        first = _clause_start(text, text.at[before], verb.start)
        if any_of("not", text, first, verb.start):
            return Reaction.STATEMENT
        if _first_word(verb, text).startswith("لل") and reaction is not Reaction.INQUIRY:
            return None  # Arabic: "in order to warn".
        if any_of("may", text, text.at[max(0, text.at.index(verb.start) - 2)], verb.start):
            return None
    return reaction if reaction not in _STEPS or _answers(verb, text) else None


def _answers(step: Hit, text: Folded) -> bool:
    """Whether a step is said to answer an event: "summons ambassador over drone strike", "investigates strike"."""
    number = text.at.index(step.start)
    end = text.at[number + _OVER] if number + _OVER < len(text.at) else len(text.text)
    if step.kind == _INQUIRY and tables()["events"].any(text, step.end, max(step.end, end)):
        return True
    over = next(tables()["over"].find(text, step.end, max(step.end, end)), None)
    if over is None:
        over = next((hit for hit in tables()["over"].find(text, step.start, step.end)), None)
    return over is not None and tables()["events"].any(text, over.end)


def _subject(verb: Hit, text: Folded, speakers: Sequence[Speaker]) -> Speaker | None:
    """Who says it: who is named last before it in its clause; by whom it is said; or, behind a quote, who follows.

    `NOBODY` when it is somebody who is no official, None when nobody is named.
    """
    number = text.at.index(verb.start)
    behind = _behind(verb, text, speakers)
    if any_of("silence", text, verb.start, verb.end + 1) and " " not in text.text[verb.start : verb.end]:
        return _whose(verb, behind, text, speakers)
    if agent := _agent(verb, text):
        by = next((one for one in speakers if agent <= one.start and text.words(agent, one.start) <= _AFTER_BY), None)
        return official(by) if by else NOBODY
    if _first_word(verb, text).startswith(_CONDEMNED) and verb.kind != "nothing":
        # Russian and Ukrainian name who did it right behind, without "by".
        return official(behind) if behind is not None and not text.words(verb.end, behind.start) else NOBODY
    inverted = behind is not None and _is_inverted(verb, behind, text)
    if behind is not None and inverted and _is_arabic(text, verb.start) and not text.words(verb.end, behind.start):
        return official(behind)
    if number and _is_participle(verb, text) and any_of("passive", text, text.at[number - 1], verb.start):
        return NOBODY
    if (said := _said_before(number, text)) is not None:
        return _subject(said, text, speakers)
    first = _clause_start(text, text.at[max(0, number - _REACH - 4)], verb.start)
    before = [one for one in speakers if first <= one.start and one.end <= verb.start]
    for place, one in reversed(list(enumerate(before))):
        if _may_say(one, verb, text):
            beside = before[place - 1] if place else NOBODY
            # "Army and rebels trade blame"
            both = not one.name and beside.name and _is_and(text.text[beside.end : one.start], text, beside.end)
            return official(beside if both else one)
    return official(behind) if behind is not None and inverted else None


def _whose(noun: Hit, behind: Speaker | None, text: Folded, speakers: Sequence[Speaker]) -> Speaker:
    """Whose silence a noun speaks of: "silence de l'ONU", "UN's silence"; `NOBODY` where another speaks of it.

    Who breaks a silence, or is told of before it, is not the one who is silent.
    """
    before = [one for one in speakers if one.end <= noun.start]
    if any_of("breaking", text, text.at[max(0, text.at.index(noun.start) - 2)], noun.start):
        return NOBODY
    if before:
        return official(before[0]) if len(before) == 1 and not text.words(before[0].end, noun.start) else NOBODY
    return official(behind) if behind is not None and _is_of(noun, behind, text) else NOBODY


def _is_of(noun: Hit, behind: Speaker, text: Folded) -> bool:
    """Whether a noun is of the speaker named behind it: "aveu du Pakistan", "признание Израиля"."""
    of = [hit for hit in tables()["of"].find(text, noun.end, behind.start) if hit.end + 1 >= behind.start]
    return bool(of) or not text.words(noun.end, behind.start)


def _is_object(number: int, verbs: Sequence[Hit], text: Folded, speakers: Sequence[Speaker]) -> bool:
    """Whether a noun, of somebody, is what another verb is about: "condemned Pakistan's admission", "US warning"."""
    noun = verbs[number]
    first = _clause_start(text, text.at[max(0, text.at.index(noun.start) - _REACH)], noun.start)
    verb = verbs[number - 1] if number else None
    if verb is None or verb.start < first:
        return False
    owners = sorted([*speakers, *peoples_in(text)], key=lambda one: one.start)
    owner = next((one for one in reversed(owners) if one.end <= noun.start), NOBODY)
    if verb.end <= owner.start and not text.words(owner.end, noun.start):
        possessive = _POSSESSIVE.search(text.written[slice(*text.span(owner.start, owner.end))])
        return possessive is not None or _first_word(noun, text).endswith(_ENGLISH_NOUNS)
    between = text.text[verb.end : noun.start].strip()
    behind = _behind(noun, text, owners)
    beside = not between or (len(between.split()) == 1 and any_of("articles", text, verb.end, noun.start))
    return beside and behind is not None and _is_of(noun, behind, text)


def _is_and(between: str, text: Folded, start: int) -> bool:
    """Whether nothing but a word for "and" stands between two speakers."""
    return len(between.split()) == 1 and any_of("also", text, start, start + len(between) + 1)


def _said_before(number: int, text: Folded) -> Hit | None:
    """The verb of saying that a verb goes on from without a subject: "dice que no investiga", "заявил, что сожалеет".

    `number` is that of the verb's first word in the text. Spanish, Russian and Ukrainian leave the subject out.
    """
    words = text.text.split()
    that = next((at for at in range(number - 1, -1, -1) if words[at] not in _NOT_IT), -1)
    last = that - 2 if that > 1 and words[that - 1] == "," else that - 1
    if that < 1 or words[that] not in _THAT:
        return None
    said = tables()["verbs"].find(text, text.at[max(0, last - 1)], text.at[last] + len(words[last]) + 1)
    return next((hit for hit in said if hit.kind == _SPEECH), None)


def _may_say(speaker: Speaker, verb: Hit, text: Folded) -> bool:
    """Whether one who is named before a verb may be its subject: near enough, and not "in Israel" or "US soldiers"."""
    if text.words(speaker.end, verb.start) > (_REACH_OF_STATE if speaker.state else _REACH):
        return False
    number = text.at.index(speaker.start)
    near = text.at[max(0, number - 2)]
    there = list(tables()["there"].find(text, near, speaker.start))
    between = text.text[there[-1].end : speaker.start].strip() if there else ""
    return not there or (between != "" and not any_of("articles", text, there[-1].end, speaker.start))


def _agent(verb: Hit, text: Folded) -> int | None:
    """Where the words begin that say by whom it is done: "condemned by", "condemnation from"."""
    if not (_is_participle(verb, text) or _first_word(verb, text).endswith(_NOUNS)):
        return None
    by = next(tables()["by"].find(text, verb.end, min(len(text.text), verb.end + _LONGEST_BY)), None)
    if by is None or by.start > verb.end + 1:
        return None
    # Spanish "por" is also "for": "se disculpa por el ataque".
    spanish = text.text[by.start : by.end].startswith("por")
    return None if spanish and not _first_word(verb, text).endswith(_SPANISH_ENDS) else by.end


def _is_inverted(verb: Hit, behind: Speaker, text: Folded) -> bool:
    """Whether who is named behind a verb may be its subject: ', a dénoncé le ministre', "أدانت الوزارة"."""
    first = _first_word(verb, text)
    if _is_arabic(text, verb.start):
        # In "X accuses Y" the verb has the prefix of the present; nouns, too, have their speaker before them.
        starts = not text.at.index(verb.start) or _opens_a_clause(verb, text)
        return (starts or first[0] not in _ARABIC_PRESENT) and text.words(verb.end, behind.start) <= 1
    english = first.isascii() and first.endswith(_ENGLISH_ENDS) and verb.kind != _SPEECH
    return _opens_a_clause(verb, text) and not english


def _behind(verb: Hit, text: Folded, speakers: Sequence[Speaker]) -> Speaker | None:
    """The speaker named right behind a verb, with no mark between."""
    after = next((one for one in speakers if one.start >= verb.end), None)
    if after is None or text.words(verb.end, after.start) > _AFTER:
        return None
    return after if MARKS.isdisjoint(text.text[verb.end : after.start].split()) else None


def _opens_a_clause(verb: Hit, text: Folded) -> bool:
    """Whether a verb stands at the start of a clause, or one word behind it: ', a dénoncé le ministre'."""
    number = text.at.index(verb.start)
    if not number:
        return False
    near = [text.text[text.at[place]] for place in (number - 1, number - 2) if place >= 0]
    return any(mark in MARKS for mark in near)


def _clause_start(text: Folded, first: int, end: int) -> int:
    """Where the clause begins that ends before a verb: behind the last mark, or the last word that begins one."""
    start = first
    for at, word in zip(text.at, text.text.split(), strict=True):
        if first <= at < end and word in MARKS and word != QUOTE:
            start = at + len(word) + 1
    for hit in tables()["clause"].find(text, start, end):
        start = hit.end
    return start


def _is_participle(verb: Hit, text: Folded) -> bool:
    """Whether the first word of a verb may be passive: "condemned", "condamnée", "condenado"."""
    return _first_word(verb, text).endswith(_PASSIVE_ENDS)


def _first_word(verb: Hit, text: Folded) -> str:
    return text.text[verb.start : verb.end].split(" ")[0]


def _is_arabic(text: Folded, at: int) -> bool:
    return ord(text.text[at]) in _ARABIC

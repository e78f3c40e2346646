"""Who a verb of saying or reacting has as its subject, as the words around it stand: docs/decisions/0019, 0069."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import partial

from monitor.link.phrases import MARKS, QUOTE, Folded, Hit, table
from monitor.link.places.words import is_arabic
from monitor.link.speakers import NOBODY, Speaker, official

_words = partial(table, "reactions")

SPEECH = "speech"
"""The kind of a verb that says nothing of what is said."""

REACH, _REACH_OF_STATE = 8, 4
"""The most words between a speaker, or a state, and what it says."""

_AFTER = 3
"""The most words between what is said and a speaker named behind it: "..., said the minister"."""

_AFTER_BY, _LONGEST_BY = 2, 16
"""The most words between "by" and who did it, and characters of the words for "by"."""

_THAT, _NOT_IT = frozenset({"que", "что", "що"}), frozenset({"no", "не"})
_CONDEMNED_BY_OTHERS = ("ed", "é", "ée", "és", "ées", "ado", "ada", "ados", "adas")
_CONDEMNED = ("осужден", "засуджен")
_CONDEMNING, _GENITIVE = ("осуждени", "засудженн"), ("а", "и", "ы", "я", "і", "ї")
_ARABIC_CONDEMNING, _ARABIC_ITS = ("ادانه", "تنديد", "استنكار"), ("ها", "هم")
_OF_OBJECT, _SHORT = 2, 3
"""How many words behind who condemns, and of more than how many letters, what is condemned may follow in Arabic."""

_PLURAL_ENDS = ("ли", "ют", "ят", "ють", "ять")
_MASCULINE = frozenset("бвгґджзйклмнпрстфхцчшщь")
"""What names end in whose accusatives are as their nominatives: "Иран", "Израиль"."""

_NOUNS = ("ation", "ations", "ión", "ion")
_PASSIVE_ENDS = tuple("ed e ee es ees ado ada ados adas ен ена ены ено ані".split())
_ENGLISH_ENDS = ("ing", "ed", "es", "s")
_ARABIC_PRESENT = frozenset("يت")
_SPANISH_ENDS = ("ado", "ada", "ados", "adas", "ion")


def subject_of(verb: Hit, text: Folded, speakers: Sequence[Speaker]) -> Speaker | None:
    """Who says it: who is named last before it in its clause; by whom it is said; or, behind a quote, who follows.

    `NOBODY` when it is somebody who is no official, None when nobody is named.
    """
    number = text.at.index(verb.start)
    behind = named_behind(verb, text, speakers)
    if _words("silence").any(text, verb.start, verb.end + 1):
        return _whose(verb, behind, text, speakers)
    if agent := agent_of(verb, text):
        by = next((one for one in speakers if agent <= one.start and text.words(agent, one.start) <= _AFTER_BY), None)
        return official(by) if by else NOBODY
    if first_word(verb, text).startswith(_CONDEMNED):
        # Russian and Ukrainian name who did it right behind, without "by".
        by_them = behind is not None and not text.words(verb.end, behind.start) and not _is_judged(verb, behind, text)
        return official(behind) if behind is not None and by_them else NOBODY
    if behind is not None and (behind.oblique or _is_judged(verb, behind, text)):
        behind = None
    inverted = behind is not None and _is_inverted(verb, behind, text)
    if behind is not None and inverted and is_arabic(text.text[verb.start]) and not text.words(verb.end, behind.start):
        return official(behind)
    if _is_undergone(verb, text, number):
        return NOBODY
    if (said := _said_before(number, text)) is not None:
        return subject_of(said, text, speakers)
    first = clause_start(text, text.at[max(0, number - REACH - 4)], verb.start)
    before = [one for one in speakers if first <= one.start and one.end <= verb.start]
    for place, one in reversed(list(enumerate(before))):
        beside = before[place - 1] if place else NOBODY
        if _may_say(one, verb, text) and not _is_accusative(one, beside, verb, text):
            # "Army and rebels trade blame"
            both = not one.name and beside.name and _is_and(text.text[beside.end : one.start], text, beside.end)
            return official(beside if both else one)
    # "Россию осудил генсек ООН"
    turned = behind is not None and not text.words(verb.end, behind.start) and any(one.oblique for one in before)
    return official(behind) if behind is not None and (inverted or turned) else None


def _is_undergone(verb: Hit, text: Folded, number: int) -> bool:
    """Whether who is named before a verb, the `number`th word, is whom it is done to.

    "is condemned"; "Iran condemned over strike"; "Israel faces condemnation".
    """
    if not number:
        return False
    before = text.at[number - 1]
    if not _is_participle(verb, text):
        return first_word(verb, text).endswith(_NOUNS) and _words("undergoing").any(text, before, verb.start)
    if _words("passive").any(text, before, verb.start):
        return True
    behind = bisect_left(text.at, verb.end)
    written = text.written[slice(*text.span(verb.start, verb.end))]
    if verb.kind != "condemnation" or behind == len(text.at) or not written.lower().endswith(_CONDEMNED_BY_OTHERS):
        return False
    at = text.at[behind]
    return _words("over").any(text, at, text.text.index(" ", at) + 1)


def _is_judged(noun: Hit, behind: Speaker, text: Folded) -> bool:
    """Whether a noun of condemnation names behind it whom it is of: "осуждение России", "إدانة إيران بعد القصف".

    In Arabic it is of who condemns if what is condemned follows: "إدانة إيران للقصف", but not "لقصفها", its own act.
    """
    first = first_word(noun, text)
    if noun.kind != "condemnation":
        return False
    if first.startswith(_CONDEMNING):
        written = text.written[slice(*text.span(behind.start, behind.end))]
        return behind.state and not written.isupper() and text.text[behind.start : behind.end].endswith(_GENITIVE)
    if not first.endswith(_ARABIC_CONDEMNING):
        return False
    number = bisect_left(text.at, behind.end)
    return not any(
        len(word) > _SHORT and word.startswith(("ل", "بال")) and not word.endswith(_ARABIC_ITS)
        for word in text.pieces[number : number + _OF_OBJECT]
    )


def _is_accusative(one: Speaker, beside: Speaker, verb: Hit, text: Folded) -> bool:
    """Whether a state before a Russian or Ukrainian verb is whom it is about: "Россию осудил", "Иран осудили".

    `beside` is who is named before it, with whom it may do something: "Россия и Иран осудили".
    """
    if one.oblique:
        return True
    number = text.at.index(one.start)
    acronym = text.written[slice(*text.span(one.start, one.end))].isupper()
    alike = one.state and not acronym and text.text[one.end - 1] in _MASCULINE
    listed = number > 0 and _words("also").any(text, text.at[number - 1], one.start) and not beside.oblique
    return alike and not listed and first_word(verb, text).endswith(_PLURAL_ENDS)


def _whose(noun: Hit, behind: Speaker | None, text: Folded, speakers: Sequence[Speaker]) -> Speaker:
    """Whose silence a noun speaks of: "silence de l'ONU", "UN's silence"; `NOBODY` where another speaks of it.

    Who breaks a silence, or is told of before it, is not the one who is silent.
    """
    before = [one for one in speakers if one.end <= noun.start]
    if _words("breaking").any(text, text.at[max(0, text.at.index(noun.start) - 2)], noun.start):
        return NOBODY
    if before:
        return official(before[0]) if len(before) == 1 and not text.words(before[0].end, noun.start) else NOBODY
    return official(behind) if behind is not None and is_of(noun, behind, text) else NOBODY


def is_of(noun: Hit, behind: Speaker, text: Folded) -> bool:
    """Whether a noun is of the speaker named behind it: "aveu du Pakistan", "признание Израиля"."""
    of = [hit for hit in _words("of").find(text, noun.end, behind.start) if hit.end + 1 >= behind.start]
    return bool(of) or not text.words(noun.end, behind.start)


def _is_and(between: str, text: Folded, start: int) -> bool:
    """Whether nothing but a word for "and" stands between two speakers."""
    return len(between.split()) == 1 and _words("also").any(text, start, start + len(between) + 1)


def _said_before(number: int, text: Folded) -> Hit | None:
    """The verb of saying that a verb goes on from without a subject: "dice que no investiga", "заявил, что сожалеет".

    `number` is that of the verb's first word in the text. Spanish, Russian and Ukrainian leave the subject out.
    """
    words = text.text.split()
    that = next((at for at in range(number - 1, -1, -1) if words[at] not in _NOT_IT), -1)
    last = that - 2 if that > 1 and words[that - 1] == "," else that - 1
    if that < 1 or words[that] not in _THAT:
        return None
    said = _words("verbs").find(text, text.at[max(0, last - 1)], text.at[last] + len(words[last]) + 1)
    return next((hit for hit in said if hit.kind == SPEECH), None)


def _may_say(speaker: Speaker, verb: Hit, text: Folded) -> bool:
    """Whether one who is named before a verb may be its subject: near enough, and not "in Israel" or "US soldiers"."""
    if text.words(speaker.end, verb.start) > (_REACH_OF_STATE if speaker.state else REACH):
        return False
    number = text.at.index(speaker.start)
    near = text.at[max(0, number - 2)]
    there = list(_words("there").find(text, near, speaker.start))
    between = text.text[there[-1].end : speaker.start].strip() if there else ""
    return not there or (between != "" and not _words("articles").any(text, there[-1].end, speaker.start))


def agent_of(verb: Hit, text: Folded) -> int | None:
    """Where the words begin that say by whom it is done: "condemned by", "condemnation from"."""
    if not (_is_participle(verb, text) or first_word(verb, text).endswith(_NOUNS)):
        return None
    by = _words("by").first(text, verb.end, min(len(text.text), verb.end + _LONGEST_BY))
    if by is None or by.start > verb.end + 1:
        return None
    # Spanish "por" is also "for": "se disculpa por el ataque".
    spanish = text.text[by.start : by.end].startswith("por")
    return None if spanish and not first_word(verb, text).endswith(_SPANISH_ENDS) else by.end


def _is_inverted(verb: Hit, behind: Speaker, text: Folded) -> bool:
    """Whether who is named behind a verb may be its subject: ', a dénoncé le ministre', "أدانت الوزارة"."""
    first = first_word(verb, text)
    if is_arabic(text.text[verb.start]):
        # In "X accuses Y" the verb has the prefix of the present; nouns, too, have their speaker before them.
        starts = not text.at.index(verb.start) or _opens_a_clause(verb, text)
        return (starts or first[0] not in _ARABIC_PRESENT) and text.words(verb.end, behind.start) <= 1
    english = first.isascii() and first.endswith(_ENGLISH_ENDS) and verb.kind != SPEECH
    return _opens_a_clause(verb, text) and not english


def named_behind(verb: Hit, text: Folded, speakers: Sequence[Speaker]) -> Speaker | None:
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


def clause_start(text: Folded, first: int, end: int) -> int:
    """Where the clause begins that ends before a verb: behind the last mark, or the last word that begins one."""
    start = first
    for at, word in zip(text.at, text.text.split(), strict=True):
        if first <= at < end and word in MARKS and word != QUOTE:
            start = at + len(word) + 1
    for hit in _words("clause").find(text, start, end):
        start = hit.end
    return start


def _is_participle(verb: Hit, text: Folded) -> bool:
    """Whether the first word of a verb may be passive: "condemned", "condamnée", "condenado"."""
    return first_word(verb, text).endswith(_PASSIVE_ENDS)


def first_word(verb: Hit, text: Folded) -> str:
    """The first of the words of a verb, as they are compared."""
    return text.text[verb.start : verb.end].split(" ")[0]

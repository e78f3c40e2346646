"""What a report says: tolls, places, weapons, targets, accusations, reactions; each with the words that say it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from monitor.link.accusations import accusations_in
from monitor.link.acts import ATTACKS, acts_of
from monitor.link.corrections import what_it_corrects
from monitor.link.datelines import dateline_end
from monitor.link.reactions import Reacts, heard_in, is_known, is_only_possible, tells_of_event
from monitor.link.targets import in_full, is_other, kinds_of_weapon, struck_in, targets_in, weapons_in
from monitor.link.tolls.tolls import LONGEST_QUOTE, report_tolls
from monitor.link.whereabouts import event_places, names_of_towns, toll_places
from monitor.model import (
    Bound,
    ClaimKind,
    Evidence,
    FeedKind,
    Field,
    How,
    Item,
    Match,
    Reaction,
    Role,
    Statement,
)
from monitor.wording.sentences import sentence_ends

_LONGEST_SUMMARY = 2_000
_LEAD = 400
"""Characters of a summary that tell the news, and what officials say of it."""

_QUOTED_FROM = 600
_THINGS = {Role.WEAPON: ClaimKind.WEAPON, Role.TARGET: ClaimKind.TARGET}
_PLAIN = frozenset(
    {
        Reaction.REGRET,
        Reaction.APOLOGY,
        Reaction.DENIAL,
        Reaction.ADMISSION,
        Reaction.CONDEMNATION,
        Reaction.ACCUSATION,
    }
)
_OF_AN_EVENT = frozenset({Reaction.CONDEMNATION, Reaction.ACCUSATION})
"""What may be said of anything, and counts further down only where the sentence names an event."""

_SPEAKERS = (Role.OFFICIAL, Role.COUNTRY)
_MOST_REACTIONS = 3
_BOUNDS = {Bound.EXACT: "", Bound.AT_LEAST: "at least ", Bound.UP_TO: "up to ", Bound.ABOUT: "about "}


def statements_of(item: Item, matches: Sequence[Match]) -> tuple[Statement, ...]:
    """What an item's text says, as far as it can be quoted. Rules on test and unsure matches add nothing."""
    reader = _Reader(item)
    told = [match for match in matches if match.live and not match.doubtful]
    found = (
        *reader.tolls(),
        *reader.places(),
        *reader.things(told),
        *reader.reactions(told),
        *(reader.spoken() if any(match.live for match in matches) else ()),
        *accusations_in(item.title),
        *reader.corrections(),
    )
    # The first of those that say the same counts.
    distinct = {(said.kind, said.value, said.claimant): said for said in reversed(found) if said.quote}
    return tuple(distinct.values())[::-1]


class _Reader:
    """One revision of an item, read for what it says."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._summary = (item.summary or item.body)[:_LONGEST_SUMMARY]
        self._texts = {Field.TITLE: item.title, Field.SUMMARY: item.summary, Field.BODY: item.body}

    def tolls(self) -> Iterator[Statement]:
        for kind, toll in report_tolls(self._item.title, self._summary).items():
            number = str(toll.low) if toll.low == toll.high else f"{toll.low} to {toll.high}"
            value = f"{_BOUNDS[toll.bound]}{number}"
            claimant = toll.claimant or self._official_source()
            yield Statement(
                kind=ClaimKind(kind.value),
                value=value,
                low=toll.low,
                high=toll.high,
                words=toll_places(toll.quote),
                quote=toll.quote,
                claimant=claimant,
            )

    def places(self) -> Iterator[Statement]:
        """Where it happened: a country only when nothing closer is named, and where it is no one who acts."""
        for text, mention in event_places((self._item.title, self._summary), english=self._in_english):
            place = mention.place
            quote = quote_at(text, mention.start, mention.end)
            yield Statement(kind=ClaimKind.PLACE, value=place.place_id, words=place.name, quote=quote)

    def things(self, matches: Iterable[Match]) -> Iterator[Statement]:
        """Weapons and what was hit: as the rules met it, and what else the headline says was struck, and with what.

        A word that is part of the name of a place, or of one who speaks, is neither. Nor is in English what names an
        attack there and in another language what may be hit: "barrages", which are dams in French.
        """
        pieces = [piece for match in matches for piece in match.evidence]
        met = [(piece, _THINGS[piece.role]) for piece in pieces if piece.role in _THINGS]
        names = {(one.field, one.start, one.end) for one in pieces if one.role is Role.OFFICIAL}
        for field in {piece.field for piece, _ in met}:
            names |= {(field, start, end) for start, end in names_of_towns(self._texts[field])}
        told: set[str] = set()
        for piece, thing in met:
            named = any(piece.field is of and start <= piece.start and piece.end <= end for of, start, end in names)
            attack = thing is ClaimKind.TARGET and self._in_english and bool(acts_of(piece.text) & ATTACKS)
            if not (named or attack or is_other(self._text_of(piece), piece.start, piece.end)):
                told |= targets_in(piece.text) if thing is ClaimKind.TARGET else kinds_of_weapon(piece.text)
                term = piece.term.strip("=*").casefold()
                text = self._text_of(piece)
                words = text[piece.start : in_full(text, piece.start, piece.end)]
                yield Statement(kind=thing, value=term, words=words, quote=self._quote(piece))
        if pieces:
            yield from self._by_the_headline(ClaimKind.WEAPON, weapons_in(self._item.title), told)
            yield from self._by_the_headline(ClaimKind.TARGET, struck_in(self._item.title), told)

    def _by_the_headline(
        self, thing: ClaimKind, named: Iterable[tuple[str, int, int]], told: Collection[str]
    ) -> Iterator[Statement]:
        """What the headline names, once for each kind that is not `told` yet."""
        for kind, span in {kind: (start, end) for kind, start, end in named}.items():
            if kind not in told:
                start, end = span
                words = self._item.title[start : in_full(self._item.title, start, end)]
                quote = quote_at(self._item.title, start, end)
                value = self._item.title[start:end].casefold()
                yield Statement(kind=thing, value=value, words=words, quote=quote)

    def reactions(self, matches: Iterable[Match]) -> Iterator[Statement]:
        """What officials say, as the words of the sentence have it that holds what met a way that is a reaction.

        Of a broad way that met an official, only what that sentence plainly says.
        """
        for match in matches:
            said = next((piece for piece in match.evidence if piece.role is Role.SAID), None)
            if match.says is not None and match.evidence:
                yield from self._reactions_of(match, said or match.evidence[0])
            elif match.broad and (official := self._official_of(match)):
                yield from self._reactions_of(match, said or official)

    def _reactions_of(self, match: Match, said: Evidence) -> Iterator[Statement]:
        text = self._text_of(said)
        start, end = sentence_at(text, said.start, said.end)
        named = {
            role: [
                (piece.start - start, piece.end - start)
                for piece in match.evidence
                if piece.role is role and piece.field is said.field and piece.how is not How.TYPO
                if start <= piece.start and piece.end <= end
            ]
            for role in _SPEAKERS
        }
        heard = heard_in(text[start:end], named[Role.OFFICIAL], named[Role.COUNTRY])
        reacts = heard.reacts
        plainly = match.says is None
        if plainly:
            reacts = tuple(one for one in reacts if one.reaction is not Reaction.STATEMENT and not one.state)
        elif not reacts and (source := self._official_before(match, said, start) or self._official_source()):
            reacts = tuple(replace(one, speaker=source, written=source) for one in heard.known)
        met = [piece for piece in match.evidence if piece.role is Role.SAID]
        said_more = any(not heard.only_says(piece.start - start, piece.end - start) for piece in met)
        told = _most_telling([one for one in reacts if said_more or not one.speech])
        yield from (self._heard(one, text, start) for one in told)
        known = heard.knows(said.start - start, said.end - start) or is_known(said.term)
        if not plainly and not told and not known and said.how is not How.TYPO:
            yield from self._as_the_rule_says(match, said)

    def spoken(self) -> Iterator[Statement]:
        """What an official plainly says by the headline or the lead: "Pope condemns it", "Hungary refuses to".

        Rules look for it neither in all its forms nor by everybody.
        """
        title, lead = self._item.title, self._summary[:_LEAD]
        heard = [one for one in heard_in(title).reacts if one.withheld or one.own or one.reaction in _PLAIN]
        yield from (self._heard(one, title, 0) for one in heard)
        start = dateline_end(lead)
        for end in [*sentence_ends(lead, start, len(lead), semicolons=False), len(lead)]:
            heard = list(heard_in(lead[start:end]).reacts)
            of_event = bool(heard) and tells_of_event(lead[start:end])
            said = (one for one in heard if one.own or one.reaction in (_PLAIN if of_event else _PLAIN - _OF_AN_EVENT))
            yield from (self._heard(one, lead, start) for one in said)
            start = end

    def _heard(self, reacts: Reacts, text: str, start: int) -> Statement:
        """A reaction that was heard in the sentence of a text that begins at `start`."""
        written = reacts.written if self._in_english and not reacts.state else reacts.speaker
        span = start + reacts.start, start + reacts.end
        return self._reaction(reacts.reaction, text[slice(*span)], text, span, written)

    @staticmethod
    def _official_of(match: Match) -> Evidence | None:
        return next((piece for piece in match.evidence if piece.role is Role.OFFICIAL), None)

    def _official_before(self, match: Match, said: Evidence, start: int) -> str:
        """The official of the sentences before, for one that names nobody: "The ministry was asked. It denies it."."""
        before = [piece for piece in match.evidence if piece.role is Role.OFFICIAL and piece.field is said.field]
        return next((piece.text for piece in before if piece.end <= start and piece.how is not How.TYPO), "")

    def _as_the_rule_says(self, match: Match, said: Evidence) -> Iterator[Statement]:
        """What a way says of words that no table knows: those who wrote the rule do."""
        officials = any(piece.role is Role.OFFICIAL for piece in match.evidence)
        claimant = _speaker(match, said) or self._official_source()
        text = self._text_of(said)
        if is_only_possible(text, said.start):
            return
        if match.says and claimant and (officials or not match.says.needs_official):
            yield self._reaction(match.says, said.text, text, (said.start, said.end), claimant)

    def _reaction(self, reaction: Reaction, words: str, text: str, span: tuple[int, int], claimant: str) -> Statement:
        quote = quote_at(text, *span)
        return Statement(kind=ClaimKind.REACTION, value=reaction.value, words=words, quote=quote, claimant=claimant)

    def corrections(self) -> Iterator[Statement]:
        title = self._item.title[:LONGEST_QUOTE]
        if (corrects := what_it_corrects(title)) is not None:
            yield Statement(kind=ClaimKind.CORRECTION, value=title, words=corrects, quote=title)

    def _official_source(self) -> str:
        return self._item.source if self._item.kind is FeedKind.OFFICIAL else ""

    @property
    def _in_english(self) -> bool:
        return (self._item.language or "en").partition("-")[0].lower() == "en"

    def _text_of(self, piece: Evidence) -> str:
        return self._texts[piece.field]

    def _quote(self, piece: Evidence) -> str:
        return quote_at(self._text_of(piece), piece.start, piece.end)


def _speaker(match: Match, said: Evidence) -> str:
    """Who reacts; a country named after what is said ("accuses Russia") may be whom it is said of."""
    speakers = [piece for piece in match.evidence if piece.role in _SPEAKERS]
    return next((one.text for one in speakers if one.role is Role.OFFICIAL or one.start < said.start), "")


def _most_telling(reacts: Sequence[Reacts]) -> list[Reacts]:
    """The reactions of a sentence that are told: each once; a bare statement only where there is nothing else.

    A state acts and is spoken of, so that it makes no statement, and calls for nothing; but it may withhold its word.
    """
    told = [one for one in reacts if one.withheld or not (one.state and one.reaction.needs_official)]
    telling = [one for one in told if one.reaction is not Reaction.STATEMENT]
    found: dict[tuple[Reaction, str], Reacts] = {}
    for one in telling or told:
        found.setdefault((one.reaction, one.speaker), one)
    return list(found.values())[:_MOST_REACTIONS]


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence begins and ends that holds `text[start:end]`, with 600 characters on each side at most."""
    near = max(0, start - _QUOTED_FROM)
    first = max(sentence_ends(text, near, start, semicolons=False), default=near)
    last = min(len(text), end + _QUOTED_FROM)
    return first, next(sentence_ends(text, end, last, semicolons=False), last)


def quote_at(text: str, start: int, end: int) -> str:
    """The sentence that holds `text[start:end]`; of one longer than 240 characters the part around them."""
    first, stop = sentence_at(text, start, end)
    if stop - first > LONGEST_QUOTE:
        first = max(first, min(start, stop - LONGEST_QUOTE) - LONGEST_QUOTE // 4)
        stop = min(stop, first + LONGEST_QUOTE)
    return text[first:stop].strip(" \n\t.;")

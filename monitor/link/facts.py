"""From the claims and members of a story to what it says by now (docs/decisions/0010)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from monitor.link.acts import acts_of
from monitor.link.attacks import attack_of, is_attack
from monitor.link.corrections import accident_in
from monitor.link.origins import reach_of
from monitor.link.places.ids import UNLISTED, countries, is_country, is_known, meet, name_of
from monitor.link.places.unlisted import sound_of
from monitor.link.places.words import WORD
from monitor.link.speakers import names_in, offices_held
from monitor.link.targets import kinds_of_weapon, only_mourns, targets_in
from monitor.link.whereabouts import LISTED
from monitor.model import EDITED, TOLLS, WITHDRAWN, Claim, ClaimKind, Member, Reaction, StoryFacts
from monitor.wording.safe import folded

_ONE_OF_A_KIND = frozenset({"drone", "missile", "air artillery cluster missile"})
"""The kinds of weapons that are the same whatever they are called, in any language; one is of all that carries it."""

_MOST_PLACES = 2
_NO_SOURCES: Mapping[str, str] = MappingProxyType({})


def facts_of(
    claims: Sequence[Claim], members: Iterable[Member], *, sources: Mapping[str, str] = _NO_SOURCES
) -> StoryFacts:
    """What a story says by now. `claims` are in the order they were made; see `StoryFacts`.

    `sources` are outlets by item; of others, those are known that claim something.
    """
    members = tuple(members)
    outlets = _outlets(claims, members, sources)
    reach = reach_of(
        members, only_reacting=_only_reacting(claims, members) | _telling_nothing(members), outlets=outlets
    )
    scene = _Scene(claims)
    reactions = _of(claims, ClaimKind.REACTION)
    who = _speakers(reactions)
    corrections = _of(claims, ClaimKind.CORRECTION)
    tolls = [scene.tolls(_upheld(_standing(_of(claims, kind)), corrections)) for kind in TOLLS]
    return StoryFacts(
        outlets=reach.outlets,
        origins=reach.origins,
        second=outlets.get(reach.second, ""),
        latest=tuple(max(reversed(made), key=lambda claim: claim.seen_at) for made in tolls if made),
        highest=tuple(max(made, key=lambda claim: claim.high) for made in tolls if made),
        places=_most_reported(sorted(_of(claims, ClaimKind.PLACE), key=lambda claim: is_country(claim.value)), _place),
        weapons=_most_reported(_telling(_of(claims, ClaimKind.WEAPON)), _kind_of_weapon),
        targets=_most_reported(_telling(_of(claims, ClaimKind.TARGET)), _kind_of_target),
        accusations=_first(_of(claims, ClaimKind.ACCUSED), lambda claim: (folded(claim.claimant), folded(claim.value))),
        reactions=_first(reactions, lambda claim: (claim.value, who.get(claim.claimant) or folded(claim.claimant))),
        corrections=_first(corrections, lambda claim: claim.correction),
    )


def _speakers(reactions: Sequence[Claim]) -> Mapping[str, str]:
    """Who those are that are named by their office, and who holds it: "President" may be Pezeshkian.

    Only the reports say who holds which office: "President Masoud Pezeshkian". What two may hold is of neither.
    """
    named = {claim.claimant: names_in(claim.claimant) for claim in reactions}
    if len(named) <= 1:
        return {}
    held = {pair for claim in reactions for pair in offices_held(claim.quote) if pair[1] in named[claim.claimant]}
    who = {claimant: name for claimant, names in named.items() for _, name in held if name in names}
    for claimant, names in named.items():
        holders = {name for office, name in held if len(names) == 1 and _is_office(names[0], office)}
        if len(holders) == 1 and claimant not in who:
            who[claimant] = holders.pop()
    return who


def _is_office(some: str, other: str) -> bool:
    """Whether two offices may be one: of one kind, and not of two states."""
    (kind, _, state), (same, _, of) = some.partition(" of "), other.partition(" of ")
    return kind == same and (not state or not of or state == of)


def _outlets(claims: Iterable[Claim], members: Iterable[Member], sources: Mapping[str, str]) -> Mapping[str, str]:
    """The outlet of each item, or else its family."""
    named = {member.item_id: member.family for member in members}
    named |= {claim.item_id: claim.source for claim in claims if claim.source}
    return named | {item_id: source for item_id, source in sources.items() if source}


class _Scene:
    """Where a story's event was, by the first of its reports that says so: what tolls have to agree with.

    Reports of one event name other places too, and stories may hold what is of another event (docs/decisions/0019).
    """

    def __init__(self, claims: Sequence[Claim]) -> None:
        self._named: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for claim in _of(claims, ClaimKind.PLACE):
            if claim.value.startswith(UNLISTED):
                continue  # one town may have several names, which no map brings together
            self._named[claim.item_id].setdefault(claim.value, claim.words)
        self._first = next(iter(self._named), "")
        self._event = frozenset(self._named.get(self._first, ()))

    def tolls(self, claims: Sequence[Claim]) -> list[Claim]:
        """Those tolls that are of this event; others, with their places, when there are no more.

        Others are those of another country, and those that count the dead of several towns together. A toll of another
        place in the same country is shown with that place.
        """
        placed = [self._placed(claim) for claim in claims]
        here = [claim for claim, other in placed if not other]
        return here or [claim for claim, _ in placed]

    def _placed(self, claim: Claim) -> tuple[Claim, bool]:
        """A toll with words for where it was, if that is another place; and whether it is of another event, or more."""
        words = claim.words.split()
        read = {place_id: name_of(place_id) for place_id in words if is_known(place_id)}
        listed = [word.removeprefix(LISTED) for word in words if word.startswith(LISTED)]
        said = read or self._named.get(claim.item_id, {})
        if not said or not self._event or claim.item_id == self._first:
            return replace(claim, words=""), False
        if any(not meet([town], self._event) for town in listed):
            return replace(claim, words=" and ".join(list(said.values())[:_MOST_PLACES])), True
        if meet(said, self._event):
            return replace(claim, words=""), False
        where = replace(claim, words=" and ".join(list(said.values())[:_MOST_PLACES]))
        own, other = countries(self._event), countries(said)
        return where, bool(own and other) and own.isdisjoint(other)


def _only_reacting(claims: Iterable[Claim], members: Iterable[Member]) -> frozenset[str]:
    """The items that deny an event, take a report of it back, or react to it without a count: no reports of it.

    A report whose headline tells the attack is one, whatever officials say further down.
    """
    claims = list(claims)
    counting = {claim.item_id for claim in claims if claim.kind in TOLLS}
    headlines = {member.item_id: member for member in members}
    against = {
        claim.item_id
        for claim in claims
        if claim.kind is ClaimKind.REACTION and (claim.value == Reaction.DENIAL or claim.item_id not in counting)
        if not _beside_the_news(claim, headlines.get(claim.item_id))
    }
    return frozenset(against | {claim.item_id for claim in claims if claim.words == WITHDRAWN})


def _beside_the_news(reaction: Claim, member: Member | None) -> bool:
    """Whether a reaction stands below a headline whose news is the attack itself."""
    if member is None or reaction.quote in member.title:
        return False
    attack = attack_of(member.title, member.summary, member.seen_at)
    return attack is not None and attack.fresh


def _telling_nothing(members: Sequence[Member]) -> frozenset[str]:
    """The reports that confirm nothing: by their headlines somebody denies or mourns, or another thing happened.

    An accident confirms no attack, and does confirm an accident, for which a desk may have a rule.
    """
    accidents = [bool(accident_in(member.title)) and not is_attack(member.title) for member in members]
    other = accidents if accidents and not accidents[0] else [False] * len(members)
    return frozenset(
        member.item_id
        for member, elsewhere in zip(members, other, strict=True)
        if elsewhere
        or any("deny" in acts_of(word[0]) for word in WORD.finditer(member.title))
        or only_mourns(member.title)
    )


def _value_of(claim: Claim) -> str:
    return claim.value


def _place(claim: Claim) -> str:
    """The place of a claim; one that no map has by what its name sounds like, the same in every script."""
    return (sound_of(claim.value) if claim.value.startswith(UNLISTED) else "") or claim.value


def _kind_of_target(claim: Claim) -> str:
    """What was hit, the same in every language: a mosque is no other target as "mezquita"."""
    return min(targets_in(claim.words), default=claim.value)


def _kind_of_weapon(claim: Claim) -> str:
    """Drones, missiles and cluster bombs are one kind in all languages; of bombs there are several: glide, barrel."""
    return next(iter(kinds_of_weapon(claim.words) & _ONE_OF_A_KIND), claim.value)


def _telling(claims: Sequence[Claim]) -> list[Claim]:
    """Those whose words are no part of another's: beside "cluster bombs" no "bombs"."""
    spaced = {f" {claim.words.casefold()} " for claim in claims}
    parts = {one for one in spaced for other in spaced if one != other and one in other}
    return [claim for claim in claims if f" {claim.words.casefold()} " not in parts]


def _of(claims: Iterable[Claim], kind: ClaimKind) -> list[Claim]:
    return [claim for claim in claims if claim.kind is kind]


def _standing(claims: Iterable[Claim]) -> list[Claim]:
    """Of each item the claim of its latest revision: what an edit replaced is claimed no more."""
    latest: dict[str, Claim] = {}
    for claim in claims:
        other = latest.get(claim.item_id)
        if other is None or (claim.revision, claim.high) > (other.revision, other.high):
            latest[claim.item_id] = claim
    return sorted(latest.values(), key=lambda claim: claim.seen_at)


def _upheld(tolls: Sequence[Claim], corrections: Sequence[Claim]) -> list[Claim]:
    """Without what an outlet took back: its higher counts when it corrects itself, all when it withdraws its report.

    The headline of a withdrawal may repeat the count that it takes back.
    """
    lowered = [
        (correction, toll)
        for correction in corrections
        for toll in tolls
        if toll.item_id == correction.item_id and correction.words not in (WITHDRAWN, EDITED)
    ]
    withdrawn = [correction for correction in corrections if correction.words == WITHDRAWN]
    return [
        toll
        for toll in tolls
        if not any(_is_before(toll, one) for one in withdrawn)
        and not any(_is_before(toll, one) and toll.high > instead.high for one, instead in lowered)
    ]


def _is_before(claim: Claim, correction: Claim) -> bool:
    """Whether an outlet claimed something before, or when, it corrected itself."""
    return claim.family == correction.family and claim.seen_at <= correction.seen_at


def _most_reported(claims: Iterable[Claim], what: Callable[[Claim], str] = _value_of) -> tuple[Claim, ...]:
    """The first claim of each value (`what`), those of the most publisher families first."""
    by_value: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_value[what(claim)].append(claim)
    ranked = sorted(by_value.values(), key=lambda same: -len({claim.family for claim in same}))
    return tuple(same[0] for same in ranked)


def _first(claims: Iterable[Claim], what: Callable[[Claim], Hashable]) -> tuple[Claim, ...]:
    found: dict[Hashable, Claim] = {}
    for claim in claims:
        found.setdefault(what(claim), claim)
    return tuple(found.values())

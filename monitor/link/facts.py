"""From the claims and members of a story to what it says by now (docs/decisions/0010)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from monitor.link.origins import reach_of
from monitor.model import Claim, ClaimKind, Member, Reaction, StoryFacts
from monitor.wording.safe import folded

_TOLLS = (ClaimKind.KILLED, ClaimKind.HURT, ClaimKind.MISSING)


def facts_of(claims: Sequence[Claim], members: Iterable[Member]) -> StoryFacts:
    """What a story says by now. `claims` are in the order they were made; see `StoryFacts`."""
    reach = reach_of(members, only_reacting=_only_reacting(claims))
    tolls = [_standing(_of(claims, kind)) for kind in _TOLLS]
    return StoryFacts(
        outlets=reach.outlets,
        origins=reach.origins,
        latest=tuple(max(reversed(made), key=lambda claim: claim.seen_at) for made in tolls if made),
        highest=tuple(max(made, key=lambda claim: claim.high) for made in tolls if made),
        places=_most_reported(sorted(_of(claims, ClaimKind.PLACE), key=_is_country)),
        weapons=_most_reported(_of(claims, ClaimKind.WEAPON)),
        targets=_most_reported(_of(claims, ClaimKind.TARGET)),
        accusations=_first(_of(claims, ClaimKind.ACCUSED), lambda claim: (folded(claim.claimant), folded(claim.value))),
        reactions=_first(_of(claims, ClaimKind.REACTION), lambda claim: (claim.value, folded(claim.claimant))),
        corrections=_first(_of(claims, ClaimKind.CORRECTION), lambda claim: claim.item_id),
    )


def _only_reacting(claims: Iterable[Claim]) -> frozenset[str]:
    """The items that deny an event, or react to it without a count of their own: they are no reports of it."""
    claims = list(claims)
    counting = {claim.item_id for claim in claims if claim.kind in _TOLLS}
    reactions = [claim for claim in claims if claim.kind is ClaimKind.REACTION]
    return frozenset(
        claim.item_id for claim in reactions if claim.value == Reaction.DENIAL or claim.item_id not in counting
    )


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


def _most_reported(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The first claim of each value, those of the most publisher families first."""
    by_value: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_value[claim.value].append(claim)
    ranked = sorted(by_value.values(), key=lambda same: -len({claim.family for claim in same}))
    return tuple(same[0] for same in ranked)


def _first(claims: Iterable[Claim], what: Callable[[Claim], Hashable]) -> tuple[Claim, ...]:
    found: dict[Hashable, Claim] = {}
    for claim in claims:
        found.setdefault(what(claim), claim)
    return tuple(found.values())


def _is_country(claim: Claim) -> bool:
    return claim.value.startswith("country:")

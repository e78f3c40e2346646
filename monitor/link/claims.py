"""What a story's reports claim, one after the other: what each of them says, who says it and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.model import Claim, Identity, Item, Statement


def claims_of(statements: Iterable[Statement], item: Item, identity: Identity) -> tuple[Claim, ...]:
    """What one revision of an item claims: its statements, and who makes them when."""
    return tuple(
        Claim(
            item_id=identity.item_id,
            revision=identity.revision,
            kind=said.kind,
            value=said.value,
            low=said.low,
            high=said.high,
            words=said.words,
            quote=said.quote,
            claimant=said.claimant,
            source=item.source,
            family=item.family,
            language=item.language or "",
            seen_at=item.seen_at,
        )
        for said in statements
    )


def merged(known: Iterable[Claim], more: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims of a story with those of a further report or revision, as they are stored: oldest first."""
    claims = {claim.key: claim for claim in known}
    for claim in more:
        before = claims.get(claim.key)
        claims[claim.key] = replace(before, revision=claim.revision) if before else claim
    return tuple(sorted(claims.values(), key=lambda claim: claim.seen_at))


def added(claims: Sequence[Claim], known: Iterable[Claim]) -> tuple[Claim, ...]:
    """Those claims of a copy that its story does not hold yet: what it repeats is no claim of its own."""
    held = {(claim.kind, claim.value) for claim in known}
    return tuple(claim for claim in claims if (claim.kind, claim.value) not in held)

"""*Stories*: the list with its filters, and a story's page with its reports, facts, messages and acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.console import acts, edits
from monitor.console.filters import query
from monitor.console.gists import gists_of
from monitor.console.page import Console, page, session_of
from monitor.console.timeline import WIDTH, timeline
from monitor.console.wanted import (
    HOURS,
    days_of,
    feed_named,
    filter_of,
    offered,
    part_of,
    place_after,
    places_named,
)
from monitor.decide.mutes import touching
from monitor.model import Claim, ClaimKind, DeskCard, Severity, StoryDetails
from monitor.model.ids import line_of
from monitor.model.languages import LANGUAGE_NAMES
from monitor.wording.answer import match_words
from monitor.wording.desk import CAUSES, matched_words
from monitor.wording.history import edit_line

_SHOWN = 40
_FACTS = 20
_CLAIMS = 20
_REPORTS = 200
_LONGEST = 100

_KINDS = {kind: kind.replace("_", " ").capitalize() for kind in ClaimKind}


def routes(console: Console) -> list[Route]:
    """The list, and the page of a story."""

    async def listed(request: Request) -> Response:
        given = {name: value.strip()[:_LONGEST] for name, value in request.query_params.items()}
        now = console.clock()
        wanted = filter_of(given, now, acts.person_of(session_of(request)).user_id)
        since, until = days_of(given)
        newest = [moment for moment in (since, wanted.since) if moment]
        feed, like = feed_named(wanted.feed, console.live.feeds)
        wanted = replace(
            wanted,
            feed=feed,
            places=await places_named(wanted.place),
            since=max(newest, default=None),
            until=until,
        )
        titles = {rule.id: rule.title for rule in console.live.engine.rules}
        found = await console.store.story_lines(wanted, now=now, after=place_after(given), limit=_SHOWN + 1)
        shown, after = part_of(found, _SHOWN, lambda one: (one.summary.last_seen_at, one.summary.story_id))
        kept = {name: value for name, value in given.items() if name != "after"}
        return page(
            console,
            request,
            "stories.html",
            stories=shown,
            gists=await gists_of(
                console, {one.summary.story_id: (one.summary.headline, one.summary.language) for one in shown}
            ),
            hours=HOURS,
            given=defaultdict(str, given),
            filtered=any(kept.values()),
            severities=[str(one) for one in reversed(Severity)],
            rules=[(rule.id, rule.title) for rule in console.live.engine.rules],
            named=lambda rules: [titles.get(rule, rule) for rule in rules],
            languages=defaultdict(str, LANGUAGE_NAMES),
            feeds=offered(console.live.feeds),
            like=[(one.name, query(**{**kept, "feed": one.id})) for one in like],
            more=query(**kept, after=after) if after else "",
        )

    async def story(request: Request) -> Response:
        asked = request.path_params["story"]
        found = await console.store.story(asked)
        if found is None:
            raise HTTPException(404)
        if found.summary.story_id != asked:
            return RedirectResponse(f"/stories/{found.summary.story_id}", 303)
        return await show(console, request, found)

    return [
        Route("/stories", listed),
        Route("/stories/{story}", story),
        *edits.routes(console, show),
        *acts.routes(console, show),
    ]


async def show(
    console: Console, request: Request, found: StoryDetails, *, said: str = "", status: int = 200
) -> Response:
    """The page of a story; `said` is what came of an act."""
    now = console.clock()
    claims = await console.store.claims_of_story(found.summary.story_id)
    facts = [(_KINDS[kind], facts_of_kind([one for one in claims if one.kind is kind])) for kind in ClaimKind]
    cards = [one for card in found.cards if (one := await card_of(console, card.delivery_id, found.summary.story_id))]
    titles = {report.item_id: report.title for report in found.reports}
    summary = found.summary
    gists = await gists_of(console, {summary.story_id: (summary.headline, summary.language)})
    return page(
        console,
        request,
        "story.html",
        status=status,
        story=found,
        gist=gists[summary.story_id],
        said=said,
        reports=found.reports[-_REPORTS:],
        left_out=max(0, len(found.reports) - _REPORTS),
        titles=titles,
        course=timeline(found.reports, claims),
        width=WIDTH,
        facts=[(kind, made) for kind, made in facts if made],
        cards=[(card, acts.mutings(card), [one.mute for one in touching(card, now)]) for card in cards],
        causes=[(cause.value, words) for cause, words in CAUSES.items()],
        why_of=lambda card: [match_words(match) for match in card.alert.matches] if card.alert else [],
        words_of=lambda card: matched_words(card.alert) if card.alert else (),
        edits=[(edit.at, edit_line(edit)) for edit in found.edits],
    )


@dataclass(frozen=True)
class Fact:
    """What one or more outlets report in the same way: the claims, the first one first, and how many outlets it is."""

    claims: Sequence[Claim]
    outlets: int
    left_out: int

    @property
    def words(self) -> str:
        """The value of a toll, and of anything else the words of whoever said it first."""
        first = self.claims[0]
        return first.value if first.high else first.words or first.value


def facts_of_kind(claims: Sequence[Claim]) -> list[Fact]:
    """Claims of one kind, each value once for each one who makes it, in the order in which they were first reported."""
    same: dict[tuple[str, str], list[Claim]] = {}
    for claim in sorted(claims, key=lambda one: one.seen_at):
        who = claim.claimant if claim.kind in {ClaimKind.ACCUSED, ClaimKind.REACTION} else ""
        same.setdefault((claim.value, who), []).append(claim)
    return [
        Fact(made[:_CLAIMS], len({one.family for one in made}), max(0, len(made) - _CLAIMS))
        for made in list(same.values())[-_FACTS:]
    ]


async def card_of(console: Console, delivery_id: str, story_id: str) -> DeskCard | None:
    """A story's card as it is acted on, or its line in a digest."""
    return await console.store.desk_card(delivery_id) or await console.store.desk_card(line_of(delivery_id, story_id))

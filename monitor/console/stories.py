"""*Stories*: the list with its filters, and a story's page with its reports, facts, messages and acts."""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.console import acts, edits
from monitor.console.filters import query
from monitor.console.page import Console, page, session_of
from monitor.console.timeline import WIDTH, timeline
from monitor.console.wanted import days_of, feed_named, offered, places_named
from monitor.decide.mutes import touching
from monitor.link.join import WINDOW
from monitor.model import Claim, ClaimKind, DeskCard, ListPlace, Severity, StoryDetails, StoryFilter
from monitor.model.ids import line_of
from monitor.wording.answer import match_words
from monitor.wording.desk import CAUSES, matched_words
from monitor.wording.history import edit_line

_SHOWN = 40
_FACTS = 20
_CLAIMS = 20
_REPORTS = 200
_LONGEST = 100

LANGUAGES = {
    "en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic", "ru": "Russian", "uk": "Ukrainian",
}  # fmt: skip
"""The names of the languages that rules are written in."""
_KINDS = {kind: kind.replace("_", " ").capitalize() for kind in ClaimKind}


def routes(console: Console) -> list[Route]:
    """The list, and the page of a story."""

    async def listed(request: Request) -> Response:
        given = {name: value.strip()[:_LONGEST] for name, value in request.query_params.items()}
        now = console.clock()
        wanted = filter_of(given, now, acts.person_of(session_of(request)).user_id)
        since, until = days_of(given)
        newest = [moment for moment in (since, wanted.since) if moment]
        wanted = replace(
            wanted,
            feed=feed_named(wanted.feed, console.live.feeds),
            places=await places_named(wanted.place),
            since=max(newest, default=None),
            until=until,
        )
        after = place_after(given)
        found = await console.store.story_lines(wanted, now=now, after=after, limit=_SHOWN + 1)
        shown = found[:_SHOWN]
        kept = {name: value for name, value in given.items() if name != "after"}
        last = shown[-1].summary if len(found) > _SHOWN else None
        return page(
            console,
            request,
            "stories.html",
            stories=shown,
            given=defaultdict(str, given),
            filtered=any(kept.values()),
            severities=[str(one) for one in reversed(Severity)],
            rules=[(rule.id, rule.title) for rule in console.live.engine.rules],
            titles=defaultdict(str, {rule.id: rule.title for rule in console.live.engine.rules}),
            languages=defaultdict(str, LANGUAGES),
            feeds=offered(console.live.feeds),
            more=query(**kept, after=cursor_of((last.last_seen_at, last.story_id))) if last else "",
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
    facts = [(_KINDS[kind], facts_of([one for one in claims if one.kind is kind])) for kind in ClaimKind]
    cards = [one for card in found.cards if (one := await card_of(console, card.delivery_id, found.summary.story_id))]
    titles = {report.item_id: report.title for report in found.reports}
    return page(
        console,
        request,
        "story.html",
        status=status,
        story=found,
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


def facts_of(claims: Sequence[Claim]) -> list[Fact]:
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


def filter_of(given: Mapping[str, str], now: datetime, user_id: str) -> StoryFilter:
    """What the list's form asks for.

    Raises:
        HTTPException: it names a severity that there is none of.
    """
    severity = given.get("severity", "")
    if severity and severity not in [str(one) for one in Severity]:
        raise HTTPException(400)
    return StoryFilter(
        words=given.get("words", ""),
        rule=given.get("rule", ""),
        severity=next((one for one in Severity if str(one) == severity), None),
        language=given.get("language", "").casefold(),
        place=given.get("place", ""),
        feed=given.get("feed", ""),
        muted=bool(given.get("muted")),
        held_by=user_id if given.get("mine") else "",
        since=now - WINDOW if given.get("open") else None,
    )


def cursor_of(place: ListPlace) -> str:
    """Where a list goes on, for the address of the next page."""
    at, story_id = place
    microseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{microseconds}:{story_id}".encode()).decode().rstrip("=")


def place_after(given: Mapping[str, str]) -> ListPlace | None:
    """After which line the page of a list begins.

    Raises:
        HTTPException: the address names no such line.
    """
    try:
        return place_of(given["after"]) if given.get("after") else None
    except ValueError:
        raise HTTPException(400) from None


def place_of(cursor: str) -> ListPlace:
    """The place that a cursor names.

    Raises:
        ValueError: it is none.
    """
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
        microseconds, _, story_id = text.partition(":")
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(microseconds)), story_id
    except (ValueError, binascii.Error, OverflowError):
        raise ValueError("it is no `next` of a page") from None

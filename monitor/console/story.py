"""A story's page with its reports, facts, messages and acts, and where its forms are sent."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.console import acts, edits
from monitor.console.gists import gists_of
from monitor.console.page import Console, form_of, page, session_of
from monitor.console.timeline import WIDTH, timeline
from monitor.decide.mutes import touching
from monitor.errors import EditRefused
from monitor.link.join import WINDOW
from monitor.model import Claim, ClaimKind, DeskAct, DeskCard, StoryDetails, StoryEdit, StoryFilter
from monitor.model.ids import line_of
from monitor.wording.answer import match_words
from monitor.wording.desk import CAUSES, LONGEST_REASON, judged_words, kept_words, word_options
from monitor.wording.history import edit_line

_FACTS = 20
_CLAIMS = 20
_REPORTS = 200
_OTHERS = 100
"""Stories that one may be merged into, as the form lists them."""
_CHOSEN = "item-"

_KINDS = {kind: kind.replace("_", " ").capitalize() for kind in ClaimKind}


def routes(console: Console) -> list[Route]:
    """The page, and its forms."""
    return [
        Route("/stories/{story}", partial(_story, console)),
        Route("/stories/{story}/merge", partial(_merge, console), methods=["POST"]),
        Route("/stories/{story}/split", partial(_split, console), methods=["POST"]),
        Route("/stories/{story}/{what}", partial(_act, console), methods=["POST"]),
    ]


async def _story(console: Console, request: Request) -> Response:
    asked = request.path_params["story"]
    found = await _found(console, asked)
    if found.summary.story_id != asked:
        return RedirectResponse(f"/stories/{found.summary.story_id}", 303)
    return await _page(console, request, found)


async def _act(console: Console, request: Request) -> Response:
    form, what = form_of(request), request.path_params["what"]
    key, target = form.get("key", "")[: acts.LONGEST_ID], form.get("card", "")[: acts.LONGEST_ID]
    if what not in acts.ACTS or not key or not target:
        raise HTTPException(404 if what not in acts.ACTS else 400)
    found = await _found(console, request.path_params["story"])
    if not acts.is_of(target, found):
        raise HTTPException(400)
    by = acts.person_of(session_of(request))
    made = DeskAct(key=f"console:{key}", what=what, target=target, by=by, at=console.clock())
    done = await acts.perform(console, made, form)
    if done is not None and not done.reply:
        return RedirectResponse(f"/stories/{found.summary.story_id}", 303)
    now = await console.store.story(found.summary.story_id)
    return await _page(console, request, now or found, said=done.reply if done else acts.TWICE)


async def _merge(console: Console, request: Request) -> Response:
    # An id, or the address of the other story's page.
    into = form_of(request).get("into", "").strip().rstrip("/").rpartition("/")[2][: edits.LONGEST]
    if await console.store.story(into) is None:
        wrong = f"there is no story {into}; open the other story and copy the address of its page"
        return await _refused(console, request, wrong)
    return await _ended(console, request, edits.merge(console, request.path_params["story"], into, **_said(request)))


async def _split(console: Console, request: Request) -> Response:
    chosen = [name.removeprefix(_CHOSEN) for name in form_of(request) if name.startswith(_CHOSEN)]
    if not chosen:
        return await _refused(console, request, "choose the reports that are to be split off")
    return await _ended(console, request, edits.split(console, request.path_params["story"], chosen, **_said(request)))


def _said(request: Request) -> dict[str, str]:
    return {"by": acts.person_of(session_of(request)).user_id, "reason": form_of(request).get("reason", "")}


async def _ended(console: Console, request: Request, edit: Awaitable[StoryEdit]) -> Response:
    try:
        done = await edit
    except EditRefused as error:
        return await _refused(console, request, str(error))
    return RedirectResponse(f"/stories/{done.other_id}", 303)


async def _refused(console: Console, request: Request, wrong: str) -> Response:
    found = await _found(console, request.path_params["story"])
    return await _page(console, request, found, said=f"Nothing was changed: {wrong}", status=409)


async def _found(console: Console, story_id: str) -> StoryDetails:
    """A story by its id, or by that of one which was merged into it.

    Raises:
        HTTPException: there is none.
    """
    found = await console.store.story(story_id)
    if found is None:
        raise HTTPException(404)
    return found


async def _page(
    console: Console, request: Request, found: StoryDetails, *, said: str = "", status: int = 200
) -> Response:
    """The page of a story; `said` is what came of an act."""
    now = console.clock()
    claims = await console.store.claims_of_story(found.summary.story_id)
    facts = [(_KINDS[kind], facts_of_kind([one for one in claims if one.kind is kind])) for kind in ClaimKind]
    cards = [one for card in found.cards if (one := await card_of(console, card.delivery_id, found.summary.story_id))]
    titles = {report.item_id: report.title for report in found.reports}
    summary = found.summary
    newest = await console.store.story_lines(StoryFilter(since=now - WINDOW), now=now, after=None, limit=_OTHERS)
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
        others=[one for one in newest if one.summary.story_id != summary.story_id],
        causes=[(cause.value, words) for cause, words in CAUSES.items()],
        why_of=lambda card: [match_words(match) for match in card.alert.matches] if card.alert else [],
        words_of=lambda card: word_options(card.alert) if card.alert else (),
        judged_words=lambda desk: judged_words(desk, LONGEST_REASON),
        kept_words=kept_words,
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

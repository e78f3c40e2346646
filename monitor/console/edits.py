"""Merging and splitting stories on a story's page, as `stories merge` and `stories split` do it."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.console.acts import Show, person_of
from monitor.console.page import Console, form_of, session_of
from monitor.errors import EditRefused
from monitor.link.facts import facts_of
from monitor.model import StoryEdit
from monitor.wording.history import edit_line

log = structlog.get_logger()

_CHOSEN = "item-"
_LONGEST = 400


def routes(console: Console, show: Show) -> list[Route]:
    """Where the two forms are sent."""

    async def merging(request: Request) -> Response:
        # An id, or the address of the other story's page.
        into = form_of(request).get("into", "").strip().rstrip("/").rpartition("/")[2][:_LONGEST]
        if await console.store.story(into) is None:
            wrong = f"there is no story {into}; open the other story and copy the address of its page"
            return await refused(request, wrong)
        return await ended(request, merge(console, request.path_params["story"], into, **said(request)))

    async def splitting(request: Request) -> Response:
        chosen = [name.removeprefix(_CHOSEN) for name in form_of(request) if name.startswith(_CHOSEN)]
        if not chosen:
            return await refused(request, "choose the reports that are to be split off")
        return await ended(request, split(console, request.path_params["story"], chosen, **said(request)))

    def said(request: Request) -> dict[str, str]:
        return {"by": person_of(session_of(request)).user_id, "reason": form_of(request).get("reason", "")}

    async def ended(request: Request, edit: Awaitable[StoryEdit]) -> Response:
        try:
            done = await edit
        except EditRefused as error:
            return await refused(request, str(error))
        return RedirectResponse(f"/stories/{done.other_id}", 303)

    async def refused(request: Request, wrong: str) -> Response:
        found = await console.store.story(request.path_params["story"])
        if found is None:
            raise HTTPException(404)
        return await show(console, request, found, said=f"Nothing was changed: {wrong}", status=409)

    return [
        Route("/stories/{story}/merge", merging, methods=["POST"]),
        Route("/stories/{story}/split", splitting, methods=["POST"]),
    ]


async def merge(console: Console, story_id: str, into: str, *, by: str, reason: str) -> StoryEdit:
    """Move all reports of a story into another one.

    Raises:
        EditRefused: it cannot be done; nothing was changed.
        StoreError: the store cannot be asked.
    """
    kept = _kept(reason)
    done = await console.store.merge_stories(story_id, into, by=by, reason=kept, at=console.clock(), facts_of=facts_of)
    return _edited(console, done, by)


async def split(console: Console, story_id: str, items: Sequence[str], *, by: str, reason: str) -> StoryEdit:
    """Move some reports of a story into a new one.

    Raises:
        EditRefused: it cannot be done; nothing was changed.
        StoreError: the store cannot be asked.
    """
    kept = _kept(reason)
    done = await console.store.split_story(story_id, items, by=by, reason=kept, at=console.clock(), facts_of=facts_of)
    return _edited(console, done, by)


def _kept(reason: str) -> str:
    return reason.strip()[:_LONGEST]


def _edited(console: Console, done: StoryEdit, by: str) -> StoryEdit:
    log.info("somebody edited stories in the console", action="console_story_edited", user=by, edit=edit_line(done))
    console.service.wake()
    return done

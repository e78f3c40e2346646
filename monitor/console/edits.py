"""Merging and splitting stories on a story's page, as `stories merge` and `stories split` do it."""

from __future__ import annotations

from collections.abc import Sequence

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

    async def merge(request: Request) -> Response:
        # An id, or the address of the other story's page.
        into = form_of(request).get("into", "").strip().rstrip("/").rpartition("/")[2][:_LONGEST]
        return await edited(request, into=into)

    async def split(request: Request) -> Response:
        chosen = [name.removeprefix(_CHOSEN) for name in form_of(request) if name.startswith(_CHOSEN)]
        return await edited(request, items=chosen)

    async def edited(request: Request, *, into: str = "", items: list[str] | None = None) -> Response:
        story_id = request.path_params["story"]
        by, reason = person_of(session_of(request)).user_id, form_of(request).get("reason", "")
        wrong = ""
        if items is not None and not items:
            wrong = "choose the reports that are to be split off"
        elif items is None and await console.store.story(into) is None:
            wrong = f"there is no story {into}; open the other story and copy the address of its page"
        try:
            if not wrong:
                done = await edit(console, story_id, into=into, items=items, by=by, reason=reason)
                return RedirectResponse(f"/stories/{done.other_id}", 303)
        except EditRefused as error:
            wrong = str(error)
        found = await console.store.story(story_id)
        if found is None:
            raise HTTPException(404)
        return await show(console, request, found, said=f"Nothing was changed: {wrong}", status=409)

    return [
        Route("/stories/{story}/merge", merge, methods=["POST"]),
        Route("/stories/{story}/split", split, methods=["POST"]),
    ]


async def edit(
    console: Console, story_id: str, *, into: str = "", items: Sequence[str] | None = None, by: str, reason: str
) -> StoryEdit:
    """Merge a story into another, or split some of its items off into a new one.

    Raises:
        EditRefused: it cannot be done; nothing was changed.
        StoreError: as above.
    """
    store, at, reason = console.store, console.clock(), reason.strip()[:_LONGEST]
    done: StoryEdit
    if items is None:
        done = await store.merge_stories(story_id, into, by=by, reason=reason, at=at, facts_of=facts_of)
    else:
        done = await store.split_story(story_id, items, by=by, reason=reason, at=at, facts_of=facts_of)
    log.info("somebody edited stories in the console", action="console_story_edited", user=by, edit=edit_line(done))
    console.service.wake()
    return done

"""What people do on a story's page: the acts of Slack's buttons, decided and written as those are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.console.access import Session
from monitor.console.page import Console, form_of, session_of
from monitor.decide import acts, mutes
from monitor.decide.mutes import wish_of
from monitor.model import Cause, DeskAct, DeskCard, DeskDone, HeldBack, Person, StoryDetails
from monitor.model.ids import delivery_of_line
from monitor.wording.desk import matched_words

log = structlog.get_logger()

_NO_CARD = "This card is not known any more. Nothing was changed."
_TWICE = "That was done already, when the form was sent before."
_LONGEST_ID = 400

Act = Callable[[DeskCard, DeskAct, Request], DeskDone]


class Show(Protocol):
    """How the page of a story is made."""

    async def __call__(
        self, console: Console, request: Request, found: StoryDetails, *, said: str = "", status: int = 200
    ) -> Response:
        """The page, with what came of an act."""


def routes(console: Console, show: Show) -> list[Route]:
    """Where the forms of a story's page are sent."""

    async def act(request: Request) -> Response:
        form, what = form_of(request), request.path_params["what"]
        decided = _ACTS.get(what)
        key, target = form.get("key", "")[:_LONGEST_ID], form.get("card", "")[:_LONGEST_ID]
        if decided is None or not key or not target:
            raise HTTPException(404 if decided is None else 400)
        story = await console.store.story(request.path_params["story"])
        if story is None:
            raise HTTPException(404)
        if delivery_of_line(target) not in {card.delivery_id for card in story.cards}:
            raise HTTPException(400)
        by = person_of(session_of(request))
        made = DeskAct(key=f"console:{key}", what=what, target=target, by=by, at=console.clock())

        def decide(card: DeskCard | None, _: HeldBack | None) -> DeskDone:
            return DeskDone(reply=_NO_CARD) if card is None else decided(card, made, request)

        done = await console.store.act(made, decide, mutes.shown_on)
        if done is not None:
            log.info(
                "somebody acted in the console",
                action="console_act_done",
                what=what,
                target=target,
                user=by.user_id,
                told=done.reply,
            )
            console.app.outbox.wake()
        if done is not None and not done.reply:
            return RedirectResponse(f"/stories/{story.summary.story_id}", 303)
        now = await console.store.story(story.summary.story_id)
        return await show(console, request, now or story, said=done.reply if done else _TWICE)

    return [Route("/stories/{story}/{what}", act, methods=["POST"])]


def person_of(session: Session) -> Person:
    """Who acts. The words behind the name keep it from being taken for the id of somebody in Slack."""
    return acts.person(f"{session.name} (console)", session.name)


def _not_relevant(card: DeskCard, act: DeskAct, request: Request) -> DeskDone:
    form = form_of(request)
    cause = next((one for one in Cause if one.value == form.get("cause")), None)
    if cause is None:
        return DeskDone(reply="Say why it is not relevant. Nothing was changed.")
    words = matched_words(card.alert) if card.alert else ()
    word = form.get("word", "")
    said = acts.NotRelevant(cause, form.get("rule") or None, word if word in words else "", form.get("note", ""))
    return acts.not_relevant(card, act, said)


def _mute(card: DeskCard, act: DeskAct, request: Request) -> DeskDone:
    wish = wish_of(form_of(request).get("what", ""))
    return DeskDone(reply="Say what to mute. Nothing was changed.") if wish is None else mutes.mute(card, act, wish)


def _unmute(card: DeskCard, act: DeskAct, _: Request) -> DeskDone:
    return mutes.unmute(act, mutes.touching(card, act.at))


_ACTS: dict[str, Act] = {
    "claim": lambda card, act, _: acts.take(card, act),
    "unclaim": lambda card, act, _: acts.give_back(card, act),
    "not_relevant": _not_relevant,
    "relevant": lambda card, act, _: acts.relevant(card, act),
    "mute": _mute,
    "unmute": _unmute,
}
"""What can be done to a card, by the names that Slack's buttons have."""

"""What does each slash command answer?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from monitor.decide import mutes
from monitor.decide.heldback import dismissed_line
from monitor.deliver.slack.blocks import Json
from monitor.desk import views
from monitor.desk.answers import Answers
from monitor.desk.payloads import Question
from monitor.link.join import WINDOW
from monitor.model import DeskAct, DeskDone
from monitor.model.stores import ActStore

log = structlog.get_logger()

Tell = Callable[[Json], Awaitable[None]]
"""Shows something to the person who acted."""

_USAGE = (
    "/wirewatch why LINK or HEADLINE: whether the desk got an article, and why\n"
    "/wirewatch status: how the service does\n"
    "/wirewatch mutes: what is muted, with undo, and which stories are not relevant\n"
    "/wirewatch find WORDS: stored articles with these words in the headline\n"
    "/wirewatch drill [ROUTE]: a marked test alert through the whole chain to each route"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommands:
    """Answers what people ask with /wirewatch."""

    store: ActStore
    answers: Answers
    clock: Callable[[], datetime]

    async def answer(self, question: Question, tell: Tell) -> None:
        """Do what a command asks for, and tell its result to whoever gave it.

        Raises:
            StoreError: the database cannot be asked.
        """
        about = question.about
        match question.what:
            case "why" if about:
                said, stages = await self.answers.why(about)
                await tell(views.page(f"Why: {about}", stages, said=said))
            case "find" if about:
                await tell(views.page(f"Articles with: {about}", await self.answers.find(about)))
            case "drill":
                await self._drill(question, tell)
            case "status":
                await tell(views.page("Wirewatch", await self.answers.status()))
            case "mutes":
                now = self.clock()
                live = [one for one in await self.store.mutes() if now < one.until]
                dismissed = await self.store.dismissed_stories(now - WINDOW)
                lines = [dismissed_line(one, now) for one in dismissed]
                await tell(views.mute_list([(one, mutes.mute_line(one, now)) for one in live], lines))
            case _:
                await tell(views.page("What /wirewatch can do", _USAGE))

    async def _drill(self, question: Question, tell: Tell) -> None:
        """Test the routes, once however often Slack delivers the command."""
        act = DeskAct(key=question.key, what="drill", target=question.about[:100], by=question.by, at=self.clock())
        if await self.store.act(act, lambda _card, _mute: DeskDone(reply=""), mutes.shown_on) is None:
            return
        log.info("somebody asked for a drill", action="drill_started", routes=question.about, user=question.by.user_id)
        await tell(views.note("A drill is under way. Its result will be here within a minute."))
        await tell(views.page("Drill", await self.answers.drill(question.about.split())))

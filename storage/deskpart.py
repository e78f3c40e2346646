"""The part of the store that the desk's hands use. It has the shape of `monitor.desk.actions.DeskStore`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from monitor.model import Delivery, DeskAct, DeskCard, DeskDone, FoundItem, HeldBack, Mute, RatedItem, RuleWeek
from storage import desk, history, mutes, ruleweeks
from storage.mutes import Show
from storage.part import Part


class DeskPart(Part):
    """Cards as people act on them, what they did, and mutes. Every method is one transaction, as those of `Store`."""

    async def act(
        self, done_by: DeskAct, decide: Callable[[DeskCard | None, HeldBack | None], DeskDone], show: Show
    ) -> DeskDone | None:
        """Write what somebody did, once; None when it was done before (see `desk.act`)."""
        return await self._database.write(lambda c: desk.act(c, done_by, decide, show))

    async def desk_card(self, delivery_id: str) -> DeskCard | None:
        """A card as somebody finds it who acts on it; None when there is none with this id."""
        return await self._database.read(lambda c: desk.card(c, delivery_id))

    async def find(self, words: Sequence[str], *, limit: int) -> Sequence[FoundItem]:
        """The newest items whose folded headline holds all of these folded words, in any order."""
        return await self._database.read(lambda c: history.find(c, words, limit=limit))

    async def claimed_items(self) -> Sequence[RatedItem]:
        """The items of stories that somebody works on and that nobody judged, as if they had been found relevant."""
        return await self._database.read(ruleweeks.claimed_items)

    async def rule_weeks(self, since: datetime, until: datetime) -> Sequence[RuleWeek]:
        """What became of each rule's alerts in a period, its end left out; rules without any are left out."""
        return await self._database.read(lambda c: ruleweeks.rule_weeks(c, since, until))

    async def mutes(self) -> Sequence[Mute]:
        """The mutes that were not ended, oldest first."""
        return await self._database.read(mutes.open_mutes)

    async def end_mutes(self, now: datetime, tell: Callable[[HeldBack], Delivery], show: Show) -> int:
        """End the mutes whose time is over, and put what `tell` says of each into the outbox; how many.

        Their cards show what `show` says of the mutes that are left.
        """
        if not await self._database.read(lambda c: mutes.are_due(c, now)):
            return 0
        return await self._database.write(lambda c: mutes.end_due(c, now, tell, show))

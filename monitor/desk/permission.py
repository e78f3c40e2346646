"""Who may act: the members of a Slack user group, or everybody when there is none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta

from monitor.model.waits import waits

KEPT = timedelta(minutes=5)
"""How long a list of members is used before it is asked for again."""


class Permission:
    """Asks for the members of a group, at most every five minutes. A list that cannot be renewed stays in use."""

    def __init__(
        self,
        group: str | None,
        members: Callable[[str], Awaitable[Collection[str]]],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._group = group
        self._members = members
        self._clock = clock
        self._known: frozenset[str] | None = None
        self._asked_at: datetime | None = None

    async def refusal(self, user_id: str) -> str:
        """Why somebody may not act; empty when they may."""
        if self._group is None:
            return ""
        now = self._clock()
        if not waits(self._asked_at, KEPT, now):
            try:
                self._known = frozenset(await self._members(self._group))
                self._asked_at = now
            except PermissionUnknown as error:
                if self._known is None:
                    return f"Nobody may do that now: who is in the desk's user group cannot be read ({error})."
        if user_id in (self._known or ()):
            return ""
        return "Only members of the desk's user group may do that. Ask whoever looks after Wirewatch."


class PermissionUnknown(Exception):
    """The members of the group cannot be read; the words say why."""

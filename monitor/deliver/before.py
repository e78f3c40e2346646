"""What was posted to a channel and is unknown to the database, which may be new or an old copy (decision 0029).

Before a process posts to a channel for the first time, it reads what of ours was posted there since the last message
that its database knows of. Usually that is nothing, and costs one call.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.decide.notices.channels import UNREAD
from monitor.deliver.sink import Limited, NotPosted, Posted, Refused, Sent, Sink, Unreadable
from monitor.model import Attempt, CardMessage, DigestMessage

log = structlog.get_logger()

INSIST_FOR = timedelta(seconds=60)
"""For so many seconds nothing is posted to a channel whose history cannot be read. After that, an alert that comes late
is worse than one that may come twice."""


class KnownStore(Protocol):
    """What this needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def known_until(self, channel: str, now: datetime) -> str | None:
        """The timestamp of the newest message before which the database knows of everything in a channel."""

    async def not_known(
        self, channel: str, deliveries: Collection[str], until: str | None, now: datetime
    ) -> Mapping[str, bool]:
        """Those of the deliveries that were not posted as far as the database knows, and whether it has them at all.

        When there are any, `until` is remembered for a week as what `known_until` says of the channel.
        """


@dataclass(frozen=True, slots=True)
class UnknownMessages:
    """Messages in a channel that are unknown to the database: timestamps by delivery id and by story id.

    `taken` are the stories for which such a message took the place of a delivery: by that delivery, which alone it
    stands for. A later card of the story, as when somebody deleted that message, is a new one.
    """

    deliveries: Mapping[str, str] = field(default_factory=dict)
    stories: Mapping[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)

    def shows(self, story_id: str, delivery_id: str) -> bool:
        """Whether a message shows a story, as this delivery would."""
        return story_id in self.stories and self.taken.setdefault(story_id, delivery_id) == delivery_id


class PostedBefore:
    """Asks each channel once. `uptime` is how long the machine has run, in seconds."""

    def __init__(
        self, store: KnownStore, sink: Sink, *, clock: Callable[[], datetime], uptime: Callable[[], float]
    ) -> None:
        self._store = store
        self._sink = sink
        self._clock = clock
        self._uptime = uptime
        self._unknown: dict[str, UnknownMessages] = {}
        self._asked_since: dict[str, float] = {}

    def forget(self) -> None:
        """Ask every channel again: the database is another one."""
        self._unknown.clear()
        self._asked_since.clear()

    async def look(self, attempt: Attempt) -> Attempt | Sent | Limited | NotPosted:
        """The attempt, without what is in the channel already; `Sent` when all of it is.

        `Limited` and `NotPosted` when the channel cannot be asked now.
        """
        unknown = await self._of(attempt.delivery.channel)
        return without_posted(attempt, unknown) if isinstance(unknown, UnknownMessages) else unknown

    async def _of(self, channel: str) -> UnknownMessages | Limited | NotPosted:
        if (found := self._unknown.get(channel)) is not None:
            return found
        until = await self._store.known_until(channel, self._clock())
        answer = await self._sink.history(channel, until)
        match answer:
            case Limited() if self._insists(channel):
                return answer
            case Refused():
                # A post is refused too, and says what is wrong; the channel is asked when it takes messages again.
                return UnknownMessages()
            case Unreadable(reason, lasting=False) if self._insists(channel):
                return NotPosted(f"{UNREAD}: {reason}")
            case Limited(reason=reason) | Unreadable(reason):
                log.warning(
                    "a channel's history cannot be read; what an earlier database posted may be posted again",
                    action="history_not_read",
                    channel=channel,
                    reason=reason,
                )
                answer = ()
        self._unknown[channel] = unknown = await self._unknown_of(channel, answer, until)
        if unknown.deliveries:
            log.warning(
                "a channel has messages that the database does not know of; they are not posted again",
                action="posted_before",
                channel=channel,
                messages=len(unknown.deliveries),
            )
        return unknown

    async def _unknown_of(self, channel: str, posted: Sequence[Posted], until: str | None) -> UnknownMessages:
        if not posted:
            return UnknownMessages()
        ids = {one.delivery_id for one in posted}
        not_known = await self._store.not_known(channel, ids, until, self._clock())
        left = [one for one in posted if one.delivery_id in not_known]
        # The first message of a story is the one that replies belong to. What the database has itself is found by its
        # own name, and says nothing of other messages.
        strange = [one for one in left if not not_known[one.delivery_id]]
        stories = {story_id: one.ts for one in reversed(strange) for story_id in one.story_ids}
        return UnknownMessages({one.delivery_id: one.ts for one in left}, stories)

    def _insists(self, channel: str) -> bool:
        since = self._asked_since.setdefault(channel, self._uptime())
        return self._uptime() - since < INSIST_FOR.total_seconds()


def without_posted(attempt: Attempt, posted: UnknownMessages) -> Attempt | Sent:
    """The attempt without the stories that are in the channel; `Sent` when nothing is left of it."""
    delivery = attempt.delivery
    if ts := posted.deliveries.get(delivery.delivery_id):
        return Sent(ts)
    match delivery.message:
        case CardMessage(alert=alert) if posted.shows(alert.story_id, delivery.delivery_id):
            return Sent(posted.stories[alert.story_id])
        case DigestMessage(alerts=alerts) as digest:
            left = tuple(alert for alert in alerts if not posted.shows(alert.story_id, delivery.delivery_id))
            if not left:
                return Sent(posted.stories[alerts[0].story_id])
            if len(left) < len(alerts):
                return replace(attempt, delivery=replace(delivery, message=replace(digest, alerts=left)))
    return attempt

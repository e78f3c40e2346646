"""What more than one part asks of the store, said once: the store of each part has these among its bases.

There they stand last and in the order of their names, also those that another base has: Python wants one order of
bases for all classes. Every method is one transaction and may raise `StoreError`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.model.claimed import Claim, StoryFacts
from monitor.model.configured import ANY_ROUTES, ConfigFile, RoutesNow
from monitor.model.desk import DeskAct, DeskCard, DeskDone, HeldBack, Mute, RuleWeek
from monitor.model.edited import StoryDetails, StoryEdit
from monitor.model.history import FoundItem, ItemHistory
from monitor.model.linked import Member
from monitor.model.listed import DismissedStory, ItemFilter, ListPlace
from monitor.model.messages import Delivery, Shown
from monitor.model.polled import FeedState
from monitor.model.pushed import Subscription
from monitor.model.rated import RatedItem
from monitor.model.silences import Silence
from monitor.model.vitals import Beat, Room, Stored, VitalSigns

Decide = Callable[[DeskCard | None, HeldBack | None], DeskDone]
"""What an act comes to, by the card it is done to and the mute that it names."""

Show = Callable[[Shown, Sequence[Mute], str], Shown]
"""A card or digest as it shows the mutes that are left."""

FactsOf = Callable[[Sequence[Claim], Sequence[Member]], StoryFacts]
"""What a story says by its claims and its reports."""


class ActStore(Protocol):
    """What people of the desk do, and what they muted."""

    async def act(
        self, done_by: DeskAct, decide: Decide, show: Show, facts_of: FactsOf | None = None
    ) -> DeskDone | None:
        """Read what is acted on, ask `decide` and write what it says in one transaction; None: it was done before.

        Cards and digests whose mutes end are then what `show` says, those of stories that are merged or split what
        `facts_of` does. Raises `EditRefused` too, where a story cannot be changed so.
        """

    async def desk_card(self, target: str) -> DeskCard | None:
        """A card, or a line of a digest, as it is found by whoever acts on it."""

    async def mutes(self) -> Sequence[Mute]:
        """The mutes that were not ended."""

    async def dismissed_stories(self, since: datetime) -> Sequence[DismissedStory]:
        """The stories with a report since then that somebody found not relevant, on each route; the last said first."""


class DiskStore(Protocol):
    """What the database takes, and how it does."""

    async def room(self) -> Room | None:
        """How much room the disk with the SQLite file has; None where there is no file."""

    async def stored(self) -> Stored:
        """How much the database holds."""

    async def upkeep_problems(self) -> Mapping[str, str]:
        """What is wrong with each part of the upkeep that did not go well."""


class EnqueueStore(Protocol):
    """The way into the outbox."""

    async def enqueue(self, deliveries: Sequence[Delivery]) -> int:
        """Put messages into the outbox; those whose key is there are left alone. How many were new."""


class FeedsStore(Protocol):
    """What is known of feeds, and when they are due."""

    async def feed_state(self, feed_id: str) -> FeedState:
        """What is known of a feed; an empty state for one never polled."""

    async def feed_states(self) -> Sequence[FeedState]:
        """What is known of every feed that was ever polled."""

    async def feed_states_of(self, feed_ids: Sequence[str]) -> Sequence[FeedState]:
        """What is known of each of these feeds, in their order; an empty state for one never polled."""

    async def poll_anew(self, feed_ids: Collection[str], moved: Collection[str], now: datetime) -> None:
        """Make changed feeds due; of those `moved` to another URL, forget what the old one said."""

    async def poll_by(self, feed_id: str, at: datetime) -> None:
        """Let a feed wait until this time at most, whatever else it waits for."""


class FilesStore(Protocol):
    """The files that people edit."""

    async def config_files(self) -> Sequence[ConfigFile]:
        """What is remembered of each."""


class HeartbeatStore(Protocol):
    """The signs of life of processes."""

    async def heartbeat(self, service: str, beat: Beat) -> None:
        """Write what a process of the service says of itself."""


class ItemsStore(Protocol):
    """Stored items, as people look for them."""

    async def item_id_of(self, url_or_id: str, link: str = "") -> str | None:
        """The item with this id, address or canonical link."""

    async def history(self, item_id: str) -> ItemHistory | None:
        """Every stage an item went through; None when there is no such item."""

    async def found_items(self, wanted: ItemFilter, *, after: ListPlace | None, limit: int) -> Sequence[FoundItem]:
        """Items that fit, the newest first, from behind a place on."""


class RatingsStore(Protocol):
    """What people said of items and rules."""

    async def rated_items(self, *, limit: int | None = None) -> Sequence[RatedItem]:
        """What people said of items, with their texts: the last word on each item and rule, the newest first."""

    async def claimed_items(self) -> Sequence[RatedItem]:
        """The items of stories that somebody works on and that nobody rated."""

    async def rule_weeks(self, since: datetime, until: datetime) -> Sequence[RuleWeek]:
        """What became of each rule's alerts in a period, its end left out."""


class SilencesStore(Protocol):
    """Rules that fell silent."""

    async def silences(self) -> Sequence[Silence]:
        """Every silence of a rule that is remembered."""


class StoryEditsStore(Protocol):
    """Stories, as people look at them and mend them."""

    async def story(self, story_id: str) -> StoryDetails | None:
        """All that is known of a story, or of the one it was merged into."""

    async def merge_stories(
        self, story_id: str, into: str, *, by: str, reason: str, at: datetime, facts_of: FactsOf
    ) -> StoryEdit:
        """Move all items of a story into another, and let cards show what it says then. Raises `EditRefused` too."""

    async def split_story(
        self, story_id: str, item_ids: Sequence[str], *, by: str, reason: str, at: datetime, facts_of: FactsOf
    ) -> StoryEdit:
        """Move some items into a new story, and let cards show what each says then. Raises `EditRefused` too."""


class SubscriptionsStore(Protocol):
    """What was agreed with the hubs of feeds."""

    async def subscriptions(self) -> Sequence[Subscription]:
        """Every subscription, by feed."""


class VitalsStore(Protocol):
    """Whether the chain works."""

    async def vital_signs(
        self, now: datetime, feed_ids: Collection[str] | None = None, routes: RoutesNow = ANY_ROUTES
    ) -> VitalSigns:
        """The facts a health check judges by; `feed_ids` are the feeds that count, None for every one ever polled."""

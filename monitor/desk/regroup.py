"""Merging and splitting stories from a card: the forms that ask for it, and what comes of them when they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.decide import storyedits
from monitor.deliver.slack.blocks import Json
from monitor.deliver.slack.desk import SPLIT
from monitor.desk import views
from monitor.desk.payloads import Submission
from monitor.link.join import WINDOW
from monitor.model import DeskAct, DeskCard, DeskDone, HeldBack, StorySummary
from monitor.model.stores import ActStore, Decide, StoryEditsStore

MOST_CHOICES = 100
"""Options of a menu in Slack, at most."""

_UNKNOWN = "This card is not known here any more. Nothing was changed."
_ONE_REPORT = "This story has one report only, so there is nothing to split off."
_NO_OTHER = "There is no other story in this channel that reports still join."


class RegroupStore(ActStore, StoryEditsStore, Protocol):
    """What merging and splitting need of the store. Every method may raise `StoreError`."""

    async def stories_of_channel(self, channel: str, since: datetime, *, limit: int) -> Sequence[StorySummary]:
        """The stories with a report since then that have a card in a channel, the one with the newest report first."""


@dataclass(frozen=True, slots=True)
class Regroup:
    """Reads what the forms and the decisions need."""

    store: RegroupStore

    async def form_of(self, what: str, card: DeskCard, now: datetime) -> Json | str:
        """The form that asks what to merge or split, or why there is none.

        Raises:
            StoreError: the database cannot be asked.
        """
        story = await self.store.story(card.story_id)
        if story is None:
            return _UNKNOWN
        if refusal := storyedits.cannot_change(story, card.story_id, WINDOW, now):
            return refusal
        if what == SPLIT:
            several = len(story.reports) > 1
            return views.split_form(card, story, story.reports[-MOST_CHOICES:], now) if several else _ONE_REPORT
        found = await self.store.stories_of_channel(card.channel, now - WINDOW, limit=MOST_CHOICES + 1)
        others = [one for one in found if one.story_id != card.story_id][:MOST_CHOICES]
        return views.merge_form(card, story, others, now) if others else _NO_OTHER

    async def wish_of(self, sent: Submission, act: DeskAct) -> Decide:
        """What a form that was sent comes to, by the stories as they are now.

        Raises:
            StoreError: the database cannot be asked.
        """
        story = await self.store.story(sent.story)
        target = await self.store.story(sent.into) if sent.form == views.MERGE_FORM else None

        def decide(card: DeskCard | None, _: HeldBack | None) -> DeskDone:
            if card is None or story is None:
                return DeskDone(reply=_UNKNOWN)
            if refusal := storyedits.cannot_change(story, sent.story, WINDOW, act.at):
                return DeskDone(reply=refusal)
            if sent.form == views.MERGE_FORM:
                return storyedits.merge(card, act, story, target)
            return storyedits.split(card, act, story, sent.items)

        return decide

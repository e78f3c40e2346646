"""What the API is asked: the parameters of lists, and the bodies of acts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from monitor.console.api.shape import shape
from monitor.console.wanted import place_of
from monitor.model import Cause

LONGEST_CURSOR = 500


def _checked(cursor: str) -> str:
    if cursor:
        place_of(cursor)
    return cursor


def _usual(moment: datetime) -> datetime:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"a year from {_FIRST_YEAR} to {_LAST_YEAR} is expected")
    return moment


_FIRST_YEAR, _LAST_YEAR = 1971, 2999
_Moment = Annotated[AwareDatetime, AfterValidator(_usual)]
_Words = Annotated[str, Field(max_length=300)]
_Name = Annotated[str, Field(max_length=100)]
_Id = Annotated[str, Field(min_length=1, max_length=400)]
_Limit = Annotated[int, Field(ge=1, le=200)]
_Cursor = Annotated[str, Field(max_length=LONGEST_CURSOR), AfterValidator(_checked)]


@shape
class StoriesWanted:
    """Which stories are wanted; what is left out leaves all in."""

    words: _Words = ""
    """Words that a report of the story has to hold; `"in this order"`, `begin*`."""
    rule: _Name = ""
    """The id of a rule that a report matches."""
    severity: Literal["", "low", "medium", "high", "critical"] = ""
    """The least severity."""
    language: Annotated[str, Field(max_length=20)] = ""
    """A language of a report, such as `uk`."""
    place: _Name = ""
    """A place by its name in any language, or by its id; stories of what lies in it are given too."""
    feed: _Name = ""
    """The id of a feed that a report is of."""
    muted: bool = False
    """Only those that are muted."""
    mine: bool = False
    """Only those that the owner of the token works on."""
    free: bool = False
    """Only those that nobody works on, that are not muted and that nobody judged not relevant."""
    open: bool = False
    """Only those that reports may still join."""
    since: _Moment | None = None
    """Only those whose newest report came then or later."""
    until: _Moment | None = None
    """Only those whose newest report came before."""
    after: _Cursor = ""
    """Where to go on: `next` of the page before."""
    limit: _Limit = 50
    """How many at most."""


@shape
class ItemsWanted:
    """Which items are wanted; what is left out leaves all in."""

    words: _Words = ""
    """Words that the item has to hold; `"in this order"`, `begin*`."""
    feed: _Name = ""
    """The id of a feed."""
    rule: _Name = ""
    """The id of a rule that the item matches."""
    since: _Moment | None = None
    """Only those that were found then or later."""
    until: _Moment | None = None
    """Only those that were found before."""
    after: _Cursor = ""
    """Where to go on: `next` of the page before."""
    limit: _Limit = 50
    """How many at most."""


@shape
class WhyWanted:
    """Which article is meant."""

    about: Annotated[str, Field(min_length=1, max_length=2_000)]
    """Its link, as people share it, its headline, or the id of an item."""


@shape
class FeedsWanted:
    """Which feeds are wanted."""

    failing: bool = False
    """Only those whose last poll failed."""


@shape
class DeliveriesWanted:
    """How much is wanted."""

    limit: _Limit = 50
    """How many of each kind at most."""


@shape
class OfCard:
    """The card that something is done to."""

    card: _Id
    """The id of one of the story's `cards`."""


@shape
class NotRelevant:
    """Why a story is not relevant."""

    card: _Id
    """The id of one of the story's `cards`."""
    cause: Cause
    """Why, in a word."""
    rule: _Name = ""
    """The rule that should not have matched; empty for the card as a whole."""
    word: Annotated[str, Field(max_length=100)] = ""
    """The matched words that misled the rule."""
    note: _Words = ""
    """Anything else, for those who work on the rules."""


@shape
class Muted:
    """What is to be muted."""

    card: _Id
    """The id of one of the story's `cards`."""
    what: _Id
    """One of what the card `can_mute`."""


@shape
class Merge:
    """Another story."""

    into: _Id
    """The id of the story that takes the reports."""
    reason: _Words = ""


@shape
class Split:
    """Items of a story."""

    items: Annotated[list[_Id], Field(min_length=1, max_length=1000)]
    """The ids of those that begin a story of their own."""
    reason: _Words = ""

"""Whether all that a round-up tells is in open stories, and in which of them it brings news (docs/decisions/0067)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.link.join import WINDOW, join
from monitor.link.places.ids import UNLISTED, is_settlement
from monitor.link.reading import events_of, without_tolls
from monitor.link.recurrence import another_attack
from monitor.link.storyattack import attacks_of
from monitor.model import Claim, ClaimKind, Link, Member, Report, Statement, Story

_A_DAY = timedelta(hours=24)
"""For how long an attack on a town is taken for the one that a round-up names, unless the text says otherwise."""

_MORE = 3
"""So many more dead than an earlier round-up counted are news."""


@dataclass(frozen=True, slots=True)
class _Event:
    """What an event may be: a story, or one of the events of a `roundup`, told as `story`."""

    story: Story
    roundup: Report | None = None


@dataclass(frozen=True, slots=True)
class _Retold:
    """A story that has an event, or one of the towns of an event, and what the round-up says of it there."""

    story_id: str
    said: tuple[Statement, ...]


class Retelling:
    """What a report that tells of several events repeats of open stories.

    `alike` gives the stories that something may belong to, `claims_of` what a story claims by now.
    """

    def __init__(
        self,
        member: Member,
        alike: Callable[[Member], Iterable[Story]],
        claims_of: Callable[[str], Sequence[Claim]],
        *,
        now: datetime,
    ) -> None:
        self._member, self._alike, self._claims_of, self._now = member, alike, claims_of, now

    def link(self, events: Iterable[tuple[str, Report]], own: str = "") -> Link | None:
        """The story that the report joins if all of its events are in one; None when one is not.

        It is the one of which it says something that its reports did not, else that of the event which it names first;
        or its `own`, if that has one of its events.
        """
        told: list[_Retold] = []
        for text, event in events:
            if not (found := list(self._known(text, event))):
                return None
            told += found
        if not told:
            return None
        repeats = tuple(dict.fromkeys(one.story_id for one in told))
        best = max(repeats, key=lambda story_id: _news_in(_said(told, story_id), self._claims_of(story_id)))
        story_id = own if own in repeats else best
        several = len(repeats) > 1
        reason = f"all {len(repeats)} events" if several else "the event"
        reason = f"{reason} that it tells {'are in open stories' if several else 'is in an open story'}"
        said = _said(told, story_id)
        return Link(story_id, new=False, reason=reason, score=1.0, several=True, repeats=repeats, said=said)

    def _known(self, text: str, event: Report) -> Iterator[_Retold]:
        """The stories that have an event, one for each of its towns; none when one of these is in none."""
        one = replace(
            self._member, title=text, summary="", keys=event.keys, profile=event.profile, credit="", copy_of=None
        )
        parts = [part for story in self._alike(one) for part in _parts_of(story)]
        if len(event.settled) > 1:
            found = [self._of_town({town}, event, one, parts) for town in sorted(event.settled)]
            if all(found):
                yield from (_Retold(part.story.story_id, without_tolls(event.statements)) for part in found if part)
            return
        towns = {town for town in event.towns if is_settlement(town) or town.startswith(UNLISTED)}
        part = self._joined(event, one, parts) or self._of_town(towns, event, one, parts)
        if part is None or (part.roundup and _killed(event) - _killed(part.roundup) >= _MORE):
            return
        # The card of a round-up has no tolls: they would be those of one of its events.
        yield _Retold(part.story.story_id, without_tolls(event.statements) if part.roundup else event.statements)

    def _joined(self, event: Report, member: Member, parts: Sequence[_Event]) -> _Event | None:
        """The story that an event would join as a report of its own."""
        joined = join(event, member, [part.story for part in parts if not part.roundup], now=self._now)
        if not joined.new:
            return next(part for part in parts if part.story.story_id == joined.story_id)
        told = (part for part in parts if part.roundup)
        return next((part for part in told if not join(event, member, [part.story], now=self._now).new), None)

    def _of_town(self, towns: Iterable[str], event: Report, member: Member, parts: Sequence[_Event]) -> _Event | None:
        """The newest story of a day that tells an attack on one of some towns, which may be the event's."""
        for part in sorted(parts, key=lambda one: one.story.started_at, reverse=True):
            story = part.story
            of_it = any(map(story.profile.is_of, towns))
            if not of_it or self._now - story.started_at >= _A_DAY or self._now - story.updated_at > WINDOW:
                continue
            if any(one.fresh for one in attacks_of(story)) and not another_attack(event, member, story):
                return part
        return None


def _parts_of(story: Story) -> Iterator[_Event]:
    """A story as it is; of one that is a round-up, each of its events as if it were a story of its own."""
    if story.profile.reports or not story.members:
        yield _Event(story)
        return
    for member in story.members:
        for text, event in events_of(member.title, member.summary, member.seen_at):
            one = replace(member, title=text, summary="", profile=event.profile)
            yield _Event(replace(story, members=(one,), profile=event.profile), event)


def _said(told: Iterable[_Retold], story_id: str) -> tuple[Statement, ...]:
    said = [statement for one in told if one.story_id == story_id for statement in one.said]
    return tuple({(one.kind, one.value, one.claimant): one for one in said}.values())


def _killed(report: Report) -> int:
    return max((said.high for said in report.statements if said.kind is ClaimKind.KILLED), default=0)


def _news_in(said: Iterable[Statement], claims: Iterable[Claim]) -> int:
    """How many more dead than a story's reports some statements count, or 1 for a reaction that none of them has."""
    counted = max((claim.high for claim in claims if claim.kind is ClaimKind.KILLED), default=0)
    reactions = {claim.value for claim in claims if claim.kind is ClaimKind.REACTION}
    news = [one.high - counted for one in said if one.kind is ClaimKind.KILLED]
    news += [1 for one in said if one.kind is ClaimKind.REACTION and one.value not in reactions]
    return max(0, 0, *news)

"""What a story's reports tell of its attack, all together, and in what a report's attack differs from that.

docs/decisions/0057 says which signs count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.link.attacks import attack_of, differ
from monitor.model import Attack, Member, Story

_COUNTED, _WEAPON = timedelta(hours=1), timedelta(hours=3)
"""From how long after a story's first report on another weapon counts: with fewer dead, and alone."""

_HOURS = ("morning", "afternoon", "evening")

_FIRST, _NEWEST = 4, 12
"""How many of a story's reports are looked at."""

_TELLING = 5
"""From so many killed on, the same number is the same event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryAttack:
    """What a story's reports tell of its attack, all together.

    `days`, `hours` and `lately`, when the last one was published, are of those whose news is the attack. `most` is the
    highest toll, `least` the lowest that is counted, None where none is. `victims` are the traits by report.
    """

    again: bool
    wide: bool
    days: frozenset[date]
    hours: frozenset[str]
    lately: datetime
    targets: frozenset[str]
    weapons: frozenset[str]
    victims: Sequence[frozenset[str]]
    counted_in: frozenset[str]
    most: int
    least: int | None

    @classmethod
    def of(cls, known: Sequence[Attack]) -> StoryAttack:
        """What some attacks tell, of which one is fresh."""
        fresh = [one for one in known if one.fresh]
        counted = [one.killed for one in known if one.killed is not None]
        return cls(
            again=any(one.again for one in known),
            wide=any(one.wide for one in known),
            days=frozenset(day for one in fresh for day in one.days),
            hours=frozenset(hour for one in fresh for hour in one.hours),
            lately=max(one.told_at for one in fresh),
            targets=frozenset(target for one in known for target in one.targets),
            weapons=frozenset(weapon for one in known for weapon in one.all_weapons),
            victims=[one.victims for one in known if one.victims],
            counted_in=frozenset(country for one in known for country in one.counted_in),
            most=max(counted, default=0),
            least=min(counted, default=None),
        )

    def has_other_means(self, attack: Attack, since_then: timedelta) -> bool:
        """Whether an attack was with a weapon that none of the reports may mean, and so is another one.

        First reports mistake weapons. So at first something else has to differ too, and later the dead must not be as
        many.
        """
        if not attack.weapons or not self.weapons or attack.weapons & self.weapons:
            return False
        if self.has_other_targets(attack) or (since_then >= _COUNTED and self.counts_more(attack)):
            return True
        return since_then >= _WEAPON and not (self.is_on_the_same(attack) or self.counts_as_many(attack))

    def names_another(self, attack: Attack) -> bool:
        """Whether the one who was killed is none of those that the reports name: a girl, and not a medic."""
        return bool(attack.victims and self.victims) and all(differ(attack.victims, one) for one in self.victims)

    def is_of_earlier_hours(self, attack: Attack) -> bool:
        """Whether an attack was in a later part of the day than those that the reports name."""
        both = attack.hours and self.hours
        return bool(both) and min(map(_HOURS.index, attack.hours)) > max(map(_HOURS.index, self.hours))

    def counts_as_many(self, attack: Attack) -> bool:
        """Whether the reports count as many dead, and more than attacks mostly kill."""
        return _TELLING <= killed_in(attack) == self.most

    def counts_more(self, attack: Attack) -> bool:
        """Whether all the reports count more dead."""
        return attack.killed is not None and self.least is not None and attack.killed < self.least

    def is_on_the_same(self, attack: Attack) -> bool:
        """Whether an attack hit something that the reports tell of too, with no fewer dead."""
        return bool(attack.targets & self.targets) and killed_in(attack) >= self.most

    def has_other_targets(self, attack: Attack) -> bool:
        """Whether the reports tell of other things that were hit."""
        return bool(attack.targets and self.targets) and not attack.targets & self.targets


def attacks_of(story: Story) -> list[Attack]:
    """The attacks that a story's reports tell; none when the story is of something else."""
    found = [attack_of(one.title, one.summary, one.seen_at) for one in some_of(story.members)]
    return [one for one in found if one is not None]


def some_of(members: Sequence[Member]) -> Sequence[Member]:
    """The reports of a story that are looked at: the first ones, which tell the event, and the newest ones."""
    return members if len(members) <= _FIRST + _NEWEST else (*members[:_FIRST], *members[-_NEWEST:])


def killed_in(attack: Attack) -> int:
    """How many an attack killed as far as its report counts them, else 0."""
    return attack.killed or 0

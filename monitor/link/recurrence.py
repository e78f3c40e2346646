"""Whether a report tells another attack than the story that it is like: a town that is struck again is news.

docs/decisions/0057 says which signs count, and which error is worse.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.link.places.ids import UNLISTED, is_settlement, is_town, meet
from monitor.link.places.unlisted import script_of_unlisted, sound_of
from monitor.link.similarity import are_elsewhere
from monitor.link.storyattack import StoryAttack, attacks_of, killed_in
from monitor.link.whereabouts import scene_countries
from monitor.model import TOLLS, Attack, Member, PlaceKind, Report, Story

_COUNTED, _AGAIN, _DAYS_APART, _OTHERWISE, _SAME_OUTLET, _LONG_SINCE = (
    timedelta(hours=hours) for hours in (1, 4, 6, 10, 12, 16)
)
"""From how long after a story's first report on a sign counts: another part of the town or another victim, "again",
another day, other facts; and a report that says nothing of the time, by an outlet that told the story before, or by
any."""

_SILENCE = timedelta(hours=8)
"""How long no report told the story's attack as news, before one that does is of the next."""

_LOOKS_BACK = timedelta(hours=30)
"""The same for what a round-up names among other things, which looks back on a day and a night."""

_EVE = timedelta(days=1)

_FIRST = 4
"""How many of a story's first reports, which tell the event, are asked which country it was in."""

EARLIER = "it comes back to an attack of an earlier day"
"""Why a report that may be of another attack is still of a story's if no other is alike."""

_SAID_BY = 4
"""By so many reports a story would have named the town that was hit."""

_REGION = f"{PlaceKind.REGION}:"

_TELLING = 5
"""From so many killed on, the same number is the same event."""

_SOME, _NEWS_OF_A_DAY = 3, timedelta(hours=20)
"""From so many killed on, and for so long, exactly the same number is the same event."""

_RISEN = 1.6
"""How many times as high a telling toll of one event may be a day later."""


def another_attack(report: Report, member: Member, story: Story) -> str:
    """Why a report is of another attack than a story's: words for people; "" when it is not, or nothing shows it.

    Only a report whose news is an attack can be, or one that comes back to an earlier one. Takes time linear in the
    texts of the few reports looked at.
    """
    attack = report.attack
    if attack is None or report.many_events:
        return ""
    known = attacks_of(story) if attack.fresh or attack.days or attack.past else []
    if known and attack.past != all(one.past for one in known):
        return "it tells of an attack of years before" if attack.past else "it tells of an attack, and no old one"
    told = StoryAttack.of(known) if any(one.fresh for one in known) else None
    if attack.fresh and (why := _of_none_there(report, attack, told, story)):
        return why
    return _told_apart(report, attack, told, member, story) if told else ""


def _of_none_there(report: Report, attack: Attack, told: StoryAttack | None, story: Story) -> str:
    """Why a story is of no attack where a report tells one: of a decision, of what somebody said, of who was shot.

    Reports of such a story may name weapons, but no town that was hit, no dead, and nothing else. The first reports of
    an attack may not either: "Army says it killed a commander".
    """
    if attack.wide and not (told and told.wide) and _is_of_a_town(story):
        return "it tells of a whole region, and the story of a town in it"
    if story.profile.reports < _SAID_BY or (told and (told.most or told.targets or _is_of_a_town(story))):
        return ""
    towns = report.settled
    known = meet(towns, story.profile.towns) or any(f"@{town}" in story.profile.words for town in towns)
    return "it tells an attack on a town, and the story of none there" if towns and not known else ""


def _told_apart(report: Report, attack: Attack, told: StoryAttack, member: Member, story: Story) -> str:
    """The first sign that an attack is another one than those that a story's reports tell; "" for none."""
    since_then = attack.told_at - story.started_at
    if since_then >= _AGAIN and attack.days and told.days and max(attack.days) < min(told.days):
        return EARLIER
    if not attack.fresh:
        return ""
    if _in_another_country(report, attack, told, story):
        return "it tells of the dead or hurt of another country"
    if _on_another_town(report, attack, told, story):
        return "it tells an attack on another town"
    here = _in_one_place(report, story)
    if here and (other := _other_in_one_place(attack, told, since_then, elsewhere=_in_another_part(report, story))):
        return other
    if since_then < _AGAIN:
        return ""
    later = _by_day(attack, told, story.started_at)
    if later is not None:
        return "it names a later day" if later and since_then >= _DAYS_APART else ""
    again = attack.again and not told.again
    if again and not (since_then < _NEWS_OF_A_DAY and _is_of_a_country(report, attack, told, member, story)):
        return "it says that the place was struck again"
    if since_then < _OTHERWISE or not here or _is_the_same(attack, told, report, since_then):
        return ""
    if told.counts_more(attack) or told.has_other_targets(attack):
        return "it tells other facts, many hours later"
    silent = _SAME_OUTLET if any(one.family == member.family for one in story.members) else _LONG_SINCE
    silence = _LOOKS_BACK if report.retold else _SILENCE
    next_one = since_then >= max(silent, silence) and attack.told_at - told.lately >= silence
    return "it tells an attack on the same place as news, after hours of silence" if next_one else ""


def _other_in_one_place(attack: Attack, told: StoryAttack, since_then: timedelta, *, elsewhere: bool) -> str:
    """What tells an attack from others on the same place, on the same day too; "" when nothing does.

    `elsewhere`: it was on another part of the place.
    """
    if told.has_other_means(attack, since_then):
        return "it tells of another weapon and other facts"
    if since_then >= _COUNTED and elsewhere and not killed_in(attack) == told.most > 0:
        return "it names another part of the town"
    if since_then >= _COUNTED and told.names_another(attack):
        return "it tells of somebody else who was killed"
    if told.is_of_earlier_hours(attack):
        return "it names a later part of the day"
    if since_then >= _AGAIN and told.has_other_targets(attack) and told.counts_more(attack):
        return "it tells of something else that was hit, and of fewer dead"
    return ""


def _is_of_a_town(story: Story) -> bool:
    """Whether a third or more of the headlines that name places name one town."""
    return any(is_town(town) and story.profile.is_of(town) for town in story.profile.towns)


def _on_another_town(report: Report, attack: Attack, told: StoryAttack, story: Story) -> bool:
    """Whether a headline names another town than most of the story's, and neither what was hit nor the dead agree.

    Headlines of local news differ in the town alone: "Shelling of Horlivka: two dead".
    """
    theirs = [town for town in story.profile.towns if is_settlement(town) and story.profile.is_of(town)]
    same = attack.targets & told.targets or _SOME <= killed_in(attack) == told.most
    return bool(report.settled and theirs) and not same and not meet(report.settled, theirs)


def _is_of_a_country(report: Report, attack: Attack, told: StoryAttack, member: Member, story: Story) -> bool:
    """Whether a headline names no place but the country of a story, and as many dead, of weapons that may be the same.

    "New" then sets the attack that the story tells off those of the days before: "Russia pounds Ukraine in new air
    attack, killing 9". Of a town at war the same words may tell the next attack.
    """
    if report.towns or not told.counts_as_many(attack) or told.is_of_earlier_hours(attack):
        return False
    if attack.all_weapons and told.weapons and not attack.all_weapons & told.weapons:
        return False
    ours, titles = scene_countries(member.title), (one.title for one in story.members[:_FIRST])
    return bool(ours) and any(ours & scene_countries(title) for title in titles)


def _in_another_country(report: Report, attack: Attack, told: StoryAttack, story: Story) -> bool:
    """Whether a report counts dead or hurt, and where it says that it happened is no country of the story.

    The parties of a war are named in all that is told of it: two that strike each other are told apart by where their
    headlines say that the dead or hurt were counted.
    """
    if any(said.kind in TOLLS for said in report.statements) and are_elsewhere(report.countries, story.profile):
        return True
    if not report.towns and _SOME <= killed_in(attack) == told.most:
        return False
    return bool(attack.counted_in and told.counted_in) and attack.counted_in.isdisjoint(told.counted_in)


def _in_one_place(report: Report, story: Story) -> bool:
    """Whether a headline names a place below a country that headlines of the story name too."""
    return any(place in story.profile.towns for place in report.towns)


def _in_another_part(report: Report, story: Story) -> bool:
    """Whether a report and a story both name parts of a town that no map has, and none of them may be the same."""
    ours, theirs = (
        [name for name in towns if name.startswith(UNLISTED)] for towns in (report.towns, story.profile.towns)
    )
    pairs = [(one, other) for one in ours for other in theirs if _comparable(one, other)]
    return bool(pairs) and not any(one == other or sound_of(one) == sound_of(other) != "" for one, other in pairs)


def _comparable(one: str, other: str) -> bool:
    """Whether two names are of one script, or long enough to be told apart by what they sound like."""
    return script_of_unlisted(one) == script_of_unlisted(other) or bool(sound_of(one) and sound_of(other))


def _by_day(attack: Attack, told: StoryAttack, started_at: datetime) -> bool | None:
    """Whether the days that a report and a story's reports name make it another attack; None when they do not tell.

    What is said to have begun after the story's first report is another one. What was on a day that the story's reports
    name, or on the day of the first one or the eve of it, is the same.
    """
    if attack.since is not None and attack.since > started_at:
        return True
    if not attack.days:
        return None
    latest = max(attack.days)
    if told.days:
        return latest > max(told.days) if attack.days.isdisjoint(told.days) else False
    return False if started_at.date() - _EVE <= latest <= started_at.date() else None


def _is_the_same(attack: Attack, told: StoryAttack, report: Report, since_then: timedelta) -> bool:
    """Whether a report tells what a story's reports tell: the same thing hit, or a telling number of dead.

    Within a day's news so many dead as the story counts by now, and not one or two, are the same dead, told anew. What
    a round-up names beside other things may be an earlier count.
    """
    if told.is_on_the_same(attack) or (report.retold and attack.targets & told.targets):
        return True
    if since_then < _NEWS_OF_A_DAY and _SOME <= killed_in(attack) == told.most:
        return True
    in_a_town = not all(place.startswith(_REGION) for place in report.towns)
    return in_a_town and _TELLING <= told.most <= killed_in(attack) <= told.most * _RISEN

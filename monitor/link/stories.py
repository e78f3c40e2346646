"""What is known of stories while a batch is judged: the store's answer, growing with each report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.link.additions import added_to, matches_of
from monitor.link.candidates import Candidates
from monitor.link.claims import added, merged
from monitor.link.edited import tells_another_attack
from monitor.link.join import PLAINLY, WINDOW, join
from monitor.link.reading import towns_of
from monitor.link.retold import Retelling
from monitor.link.whereabouts import meet
from monitor.model import Addition, Claim, Context, Link, Match, Member, Profile, Report, Story
from monitor.model.ids import story_id_of


class Stories:
    """The stories that reports may join, with the reports that joined them so far.

    `asked` are the signs of the reports to be linked (see `candidates.signs_of`).
    """

    def __init__(self, context: Context, asked: frozenset[str], *, now: datetime) -> None:
        self._now = now
        self._candidates = Candidates(context.stories, asked)
        self._story_of = dict(context.story_of)
        self._stored_claims = context.claims
        self._claims: dict[str, tuple[Claim, ...]] = {}
        self._changed: dict[str, Story] = {}

    @property
    def changed(self) -> tuple[Story, ...]:
        """The stories that reports started or joined, as they are now."""
        return tuple(self._changed.values())

    def own(self, item_id: str) -> Link | None:
        """The story that an item is in already; None when it is in none."""
        story_id = self._story_of.get(item_id)
        reason = "an earlier revision is in this story"
        return Link(story_id, new=False, reason=reason, score=1.0, own=True) if story_id else None

    def link(self, report: Report, member: Member, *, same_address: Iterable[str] = (), left: str = "") -> Link:
        """The story of a report: the one its item is in already, else the one that it joins or starts.

        `same_address` are the items of its feed that stand under its address, newest first: what one page holds is one
        story, as long as that is open and the page was not rewritten for an event that is plainly another one's. `left`
        is the story that its page goes on from (see `left_by`), which it does not join.
        """
        linked = self._linked(report, member, same_address, left)
        return replace(linked, several=True) if report.events else linked

    def _linked(self, report: Report, member: Member, same_address: Iterable[str], left: str) -> Link:
        if own := self.own(member.item_id):
            return self._still(report, member, own)
        joined = self._joined(report, member, left=left)
        if left:
            reason = "its page goes on with an event in another place"
            stays = joined.new or joined.story_id == left
            return Link(story_id_of(member.item_id), new=True, reason=reason) if stays else joined
        page = None if joined.score >= PLAINLY else self._under(same_address, report, member)
        return page or joined

    def left_by(self, report: Report, member: Member) -> str:
        """The story of a known article whose page goes on with another event under another headline; "" for none.

        A live page goes on with whatever has a story, and with what is elsewhere; any other article is rewritten for an
        attack on another town.
        """
        own, before = self.own(member.item_id), self._before(member.item_id)
        if own is None or before is None or before.title == member.title:
            return ""
        if report.many_events and self._is_elsewhere(report, member, before.title):
            return own.story_id
        if not (report.many_events or tells_another_attack(report, member.title, before)):
            return ""
        other = self._joined(report, member, own.story_id)
        # Its own text as it was in a story that it left is no sign of that one.
        stays = report.many_events if other.new or other.copy_of else other.story_id == own.story_id
        return "" if stays else own.story_id

    def added(self, addition: Addition, member: Member) -> Link | None:
        """The story that a headline adds to which met no rule: the one its item is in, or a told one of its town."""
        alike = self._candidates.alike(member)
        return self.own(member.item_id) or added_to(addition, member, alike, self.claims_of, now=self._now)

    def matches_of(self, addition: Addition, rules: Iterable[Match], story_id: str) -> tuple[Match, ...]:
        """The rules that a story was told by, as matching what adds to it; none when it is not at hand."""
        story = self._candidates.get(story_id)
        return matches_of(addition, rules, story) if story is not None else ()

    def title_of(self, item_id: str) -> str:
        """The headline that the story of an item remembers of it; "" when none does."""
        before = self._before(item_id)
        return before.title if before is not None else ""

    def _before(self, item_id: str) -> Member | None:
        """What the story of an item remembers of it."""
        story = self._candidates.get(self._story_of.get(item_id, ""))
        members = story.members if story is not None else ()
        return next((known for known in reversed(members) if known.item_id == item_id), None)

    def add(self, member: Member, linked: Link, said: Sequence[Claim]) -> tuple[Story, Member, tuple[Claim, ...]]:
        """Let a report join or start the story it is linked to.

        Returns:
            The story with it, the report as the story remembers it, and those of its claims that the story keeps.
        """
        before = self._candidates.get(linked.story_id) or Story(
            story_id=linked.story_id, started_at=self._now, updated_at=self._now, members=()
        )
        known = () if linked.new else self.claims_of(linked.story_id)
        claims = added(said, known) if linked.copy_of else tuple(said)
        earlier = next((other.copy_of for other in before.members if other.item_id == member.item_id), None)
        member = replace(member, copy_of=linked.copy_of or earlier)
        story = self._with(before, member, linked)
        self._candidates.put(story, member)
        self._changed[story.story_id] = story
        self._claims[story.story_id] = merged(known, claims)
        self._story_of[member.item_id] = story.story_id
        return story, member, claims

    def claims_of(self, story_id: str) -> tuple[Claim, ...]:
        """What a story claims by now: with this batch's reports, where there were any."""
        claims = self._claims.get(story_id)
        return self._stored_claims[story_id] if claims is None else claims

    def _joined(self, report: Report, member: Member, own: str = "", *, left: str = "") -> Link:
        # The text of a page that goes on is often still that of the story it left: it would be a copy of itself.
        alike = [story for story in self._candidates.alike(member) if story.story_id != left]
        joined = join(report, member, alike, now=self._now)
        if not (joined.new and report.events):
            return joined
        return self._retelling(member).link(report.events, own) or joined

    def _retelling(self, member: Member) -> Retelling:
        return Retelling(member, self._candidates.alike, self.claims_of, now=self._now)

    def _still(self, report: Report, member: Member, own: Link) -> Link:
        """The link of a report that stays in its story; of a round-up in the story of one event, what it says of it."""
        story = self._candidates.get(own.story_id)
        if not report.events or story is None or not story.profile.reports:
            return own
        told = self._retelling(member).link(report.events, own.story_id)
        if told is None or told.story_id != own.story_id:
            return replace(own, said=())
        return replace(own, repeats=told.repeats, said=told.said)

    def _under(self, same_address: Iterable[str], report: Report, member: Member) -> Link | None:
        """The newest open story of the items that stand under one address, if it may be the report's."""
        for item_id in same_address:
            story, before = self._candidates.get(self._story_of.get(item_id, "")), self._before(item_id)
            if story is None or self._now - story.updated_at > WINDOW:
                continue
            if before is None or not tells_another_attack(report, member.title, before):
                reason = "has the same address as a report of this story"
                return Link(story.story_id, new=False, reason=reason, score=1.0)
        return None

    def _is_elsewhere(self, report: Report, member: Member, before: str) -> bool:
        """Whether a page goes on with an event elsewhere; of several events one that is in no story is enough.

        It does if it names towns, as its headline `before` did, and none of them is or lies in one of those.
        """
        towns = towns_of(before)
        if not towns:
            return False
        if not report.events:
            return bool(report.towns) and not meet(report.towns, towns)
        retelling = self._retelling(member)
        return any(
            event.towns and not meet(event.towns, towns) and retelling.link([(text, event)]) is None
            for text, event in report.events
        )

    def _with(self, story: Story, member: Member, linked: Link) -> Story:
        """A story with one more report, or with a later revision of one it has."""
        others = tuple(other for other in story.members if other.item_id != member.item_id)
        # An edit adds nothing, unless it is the first that is of one event: its story has the first revision's words.
        known = linked.own and story.profile.words
        profile = story.profile if known else Profile.of((story.profile, member.profile))
        return replace(story, members=(*others, member), updated_at=self._now, profile=profile)

"""Items judged one after another, inside the one transaction: identity -> link -> decide (docs/decisions/0001).

One bad item harms no other: what a stage raises on it becomes its verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.collect import course, rhythm
from monitor.collect.identity import identify, known_item, next_on_page, same_address, unjudged
from monitor.collect.signs import Articles, Beside
from monitor.collect.trust import learn_keys
from monitor.decide.decider import Decider, no_match, suppressed_by_error
from monitor.decide.notices.feeds import feed_missed
from monitor.decide.notices.notice import feed_flood
from monitor.decide.policy import Policy
from monitor.judge.prepared import Prepared, read_item
from monitor.link.candidates import signs_of
from monitor.link.claims import claims_of
from monitor.link.edited import corrections_of
from monitor.link.facts import facts_of
from monitor.link.join import REMEMBERED, WINDOW, member_of
from monitor.link.reading import without_tolls
from monitor.link.stories import Stories
from monitor.model import (
    Batch,
    ClaimKind,
    Context,
    Delivery,
    Feed,
    FeedState,
    Identity,
    Judgement,
    Link,
    Lookup,
    Match,
    Member,
    Observation,
    Report,
)

_ALONE = Beside()


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """What of a document is judged in one transaction: items in the order in which they are judged.

    `beside` are the other entries of the document, `new_before` is how many new articles were in the parts of it that
    were judged before, and after the `last` part none is left.
    """

    prepared: Sequence[Prepared]
    beside: Beside = _ALONE
    new_before: int = 0
    last: bool = True


@dataclass(frozen=True, slots=True)
class Poll:
    """The poll or push that items come from: the feed's state after it, and the notices that it causes.

    `plan` says when the feed is polled next, once all else is known of its state.
    """

    state: FeedState
    plan: Callable[[FeedState], FeedState] = lambda state: state
    notices: tuple[Delivery, ...] = ()


def lookup_of(feed: Feed, prepared: Sequence[Prepared], *, now: datetime) -> Lookup:
    """What judging these items needs to know from the store."""
    items = [one.item for one in prepared]
    reports = [one.report for one in prepared if one.report is not None]
    return Lookup(
        feed_id=feed.id,
        family=feed.family,
        guids=frozenset(item.guid for item in items if item.guid),
        links=frozenset(item.link for item in items if item.link),
        titles=frozenset(item.title_key for item in items if item.title_key),
        texts=frozenset(item.text_key for item in items if item.text_key),
        story_keys=tuple(dict.fromkeys(one.keys for report in reports for one in _with_events(report))),
        stories_since=now - WINDOW,
        now=now,
    )


def judge(context: Context, part: DocumentPart, poll: Poll, *, policy: Policy, now: datetime) -> Batch:
    """Identity, link and verdict for each item, from what the store knows and from the items before it.

    With the last part the poll ends: its feed is a known one from then on.
    """
    judging = _Judging(context, policy, part, now)
    observations = tuple(map(judging.observe, part.prepared, judging.trimmed))
    state = poll.state
    flood = feed_flood(state.feed_id, policy.routes.ops, now=now) if judging.decider.flooded else ()
    if part.last:
        new = [one.item.published for one in observations if one.identity.judgement is Judgement.NEW]
        state = poll.plan(_with_course(state, context.state, part.new_before, new, now))
        flood += feed_missed(state.feed_id, part.prepared[0].item.kind, state, policy.routes.ops, now=now)
    baselined_at = context.state.baselined_at or (now if part.last else None)
    return Batch(
        state=replace(state, baselined_at=baselined_at, keys=judging.trust.keys),
        observations=observations,
        stories=judging.stories.changed,
        deliveries=(*judging.decider.deliveries, *poll.notices, *flood),
        cards=judging.decider.cards,
        muted=judging.decider.muted,
        changes=judging.decider.changes,
    )


def _with_course(
    state: FeedState, before: FeedState, new_before: int, new: Sequence[datetime | None], now: datetime
) -> FeedState:
    """The feed's state once it is known how much of what it shows is new, and when that appeared."""
    count = new_before + len(new)
    state = replace(state, course=course.judged(state.course, before, new=count, now=now))
    if before.succeeded_at is None or not count:
        return state
    return replace(
        state,
        course=course.rate(state.course, count, now - before.succeeded_at),
        rhythm=rhythm.learnt(state.rhythm, [*new, *[None] * new_before], after=before.succeeded_at, now=now),
    )


class _Judging:
    """Judges the items of a batch, one after another: each adds to what is known of items, stories and cards.

    `trimmed` are the items without boilerplate, as linking reads them; `trust` says how far each key of their feed can
    be trusted.
    """

    def __init__(self, context: Context, policy: Policy, part: DocumentPart, now: datetime) -> None:
        self._now = now
        self._known = Articles((known.item_id, known) for known in context.known)
        self.trust = learn_keys([one.item for one in part.prepared], self._known, context.state.keys, part.beside)
        self.trimmed = [_without_boilerplate(one, self.trust.boilerplate) for one in part.prepared]
        self.stories = Stories(context, _signs_in(self.trimmed), now=now)
        self.decider = Decider(policy, context, now=now)

    def observe(self, one: Prepared, trimmed: Prepared) -> Observation:
        """One item, judged: by its own words it is told apart, and by the `trimmed` ones linked."""
        try:
            identity = identify(one.item, self._known, trust=self.trust, now=self._now)
        except Exception as error:  # noqa: BLE001 - one bad item must not cost the others of its feed
            return Observation(item=one.item, identity=unjudged(one.item), verdict=suppressed_by_error(error))
        if identity.judgement is Judgement.SEEN:
            return Observation(item=one.item, identity=identity, link=self.stories.own(identity.item_id))
        left = self._left_by(trimmed, identity) if identity.judgement is Judgement.REVISION else ""
        if left:
            identity = next_on_page(one.item, identity)
        self._known.put(identity.item_id, known_item(one.item, identity, self._known.get(identity.item_id)))
        if trimmed.error is not None:
            return _failed(one, identity, trimmed.error)
        try:
            return self._decide(one, trimmed, identity, left)
        except Exception as error:  # noqa: BLE001 - as above
            return _failed(one, identity, error)

    def _left_by(self, trimmed: Prepared, identity: Identity) -> str:
        """The story that a known page leaves for another event, of which it is another article; "" when it does not."""
        report = trimmed.report
        return self.stories.left_by(report, member_of(report, trimmed.item, identity.item_id)) if report else ""

    def _decide(self, one: Prepared, trimmed: Prepared, identity: Identity, left: str) -> Observation:
        report = trimmed.report
        if report is None:
            return self._unmatched(one, identity)
        member = member_of(report, trimmed.item, identity.item_id)
        added, matches = self._added(trimmed, member)
        if not matches:
            return self._unmatched(one, identity)
        counted = trimmed.addition is None or added is not None or report.attack is not None
        edited = corrections_of(self.stories.title_of(identity.item_id), trimmed.item.title)
        shared = same_address(trimmed.item, self._known, self.trust, besides=identity.item_id)
        linked = added or self.stories.link(report, member, same_address=shared, left=left)
        statements = report.statements if linked.said is None else linked.said
        statements = statements if counted else without_tolls(statements)
        said = claims_of((*statements, *edited), one.item, identity)
        if not counted:
            linked = replace(linked, several=True)
        story, member, claims = self.stories.add(member, linked, said)
        sources = {identity.item_id: one.item.source}
        facts = facts_of(self.stories.claims_of(story.story_id), story.members, sources=sources)
        places = frozenset(claim.value for claim in said if claim.kind is ClaimKind.PLACE)
        verdict = self.decider.decide(one.item, identity, matches, linked, facts, places=places, gist=report.gist)
        return Observation(
            item=one.item,
            identity=identity,
            matches=matches,
            link=linked,
            member=member,
            claims=claims,
            verdict=verdict,
        )

    def _added(self, trimmed: Prepared, member: Member) -> tuple[Link | None, tuple[Match, ...]]:
        """The story that an item adds to, with the rules by which that was told; else None, with the item's own."""
        added = self.stories.added(trimmed.addition, member) if trimmed.addition else None
        if trimmed.addition and added:
            rules = self.stories.matches_of(trimmed.addition, trimmed.rules, added.story_id)
            if rules:
                return added, rules
        return None, trimmed.matches

    def _unmatched(self, one: Prepared, identity: Identity) -> Observation:
        return Observation(
            item=one.item, identity=identity, verdict=no_match(identity, self.stories.own(identity.item_id))
        )


def _without_boilerplate(one: Prepared, boilerplate: Collection[str]) -> Prepared:
    """An item without a text that its feed writes under every headline: by that text, all would be copies.

    Only here a report is read again. That is rare: only the known items show which texts are boilerplate.
    """
    if one.report is None or one.item.text_key not in boilerplate:
        return one
    return read_item(replace(one.item, summary=""), one.matches, one.rules)


def _signs_in(prepared: Sequence[Prepared]) -> frozenset[str]:
    """The signs by which the stories of these reports are found."""
    return frozenset[str]().union(
        *(
            signs_of(report.keys, one.item.title, one.item.summary[:REMEMBERED])
            for one in prepared
            if one.report is not None
            for report in _with_events(one.report)
        )
    )


def _with_events(report: Report) -> tuple[Report, ...]:
    """A report, and each event that it tells if it tells several: each of them may be in a story of its own."""
    return report, *(event for _, event in report.events)


def _failed(one: Prepared, identity: Identity, error: Exception) -> Observation:
    return Observation(item=one.item, identity=identity, matches=one.matches, verdict=suppressed_by_error(error))

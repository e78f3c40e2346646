"""The pure middle of a poll: from entries to a batch, item by item, so that one bad item harms no other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.collect.identity import identify
from monitor.collect.items import item_of
from monitor.collect.signs import Articles
from monitor.collect.trust import learn_keys
from monitor.decide.decider import Decider, Policy, suppressed_by_error
from monitor.link import claims
from monitor.link.candidates import Candidates
from monitor.link.facts import facts_of
from monitor.link.join import WINDOW, link, member_of, story_keys
from monitor.link.origins import credit_of
from monitor.link.reading import of_many_events
from monitor.match.engine import Document, Engine
from monitor.model import (
    Batch,
    Claim,
    ClaimKind,
    Context,
    Delivery,
    Entry,
    Feed,
    FeedState,
    Identity,
    Item,
    Judgement,
    KnownItem,
    Link,
    Lookup,
    Match,
    Member,
    Observation,
    Profile,
    Story,
    StoryFacts,
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An item and the rules it meets; `error` when a stage raised on it."""

    item: Item
    matches: tuple[Match, ...] = ()
    error: Exception | None = None


def prepare(
    entries: Sequence[Entry], feed: Feed, engine: Engine, *, language: str, base_url: str, now: datetime
) -> list[Prepared]:
    """Clean and match entries, oldest first (feeds list the newest first)."""
    prepared = [_prepare(entry, feed, engine, language, base_url, now) for entry in reversed(entries)]
    return sorted(prepared, key=lambda one: one.item.published or now)


def match_item(item: Item, engine: Engine) -> Prepared:
    """Match one item; a programming error in the engine is kept with it."""
    document = Document(
        item.title,
        item.summary,
        item.body,
        feed_id=item.feed_id,
        kind=item.kind,
        language=item.language or "",
    )
    try:
        return Prepared(item, engine.match(document))
    except Exception as error:  # noqa: BLE001 - one bad item must not cost the others of its feed
        return Prepared(item, error=error)


def _prepare(entry: Entry, feed: Feed, engine: Engine, language: str, base_url: str, now: datetime) -> Prepared:
    try:
        item = item_of(entry, feed, feed_language=language, base_url=base_url, seen_at=now)
    except Exception as error:  # noqa: BLE001 - see match_item
        return Prepared(_bare_item(entry, feed, now), error=error)
    return match_item(item, engine)


def lookup_of(feed: Feed, prepared: Sequence[Prepared], *, now: datetime) -> Lookup:
    """What judging these items needs to know from the store."""
    items = [one.item for one in prepared]
    matched = [one.item for one in prepared if one.matches]
    return Lookup(
        feed_id=feed.id,
        family=feed.family,
        guids=frozenset(item.guid for item in items if item.guid),
        links=frozenset(item.link for item in items if item.link),
        titles=frozenset(item.title_key for item in items if item.title_key),
        texts=frozenset(item.text_key for item in items if item.text_key),
        story_keys=tuple(dict.fromkeys(story_keys(item.title, item.summary) for item in matched)),
        stories_since=now - WINDOW,
        now=now,
    )


def judge(
    context: Context,
    *,
    prepared: Sequence[Prepared],
    state: FeedState,
    policy: Policy,
    notices: tuple[Delivery, ...] = (),
    now: datetime,
) -> Batch:
    """Identity, link and verdict for each item, in the light of what the store knows and of the items before it."""
    bench = _Bench(context, policy, [one.item for one in prepared], now)
    observations = tuple(bench.observe(one) for one in prepared)
    return Batch(
        state=replace(state, baselined_at=context.state.baselined_at or now, keys=bench.trust.keys),
        observations=observations,
        stories=bench.changed_stories,
        deliveries=(*bench.decider.deliveries, *notices),
        cards=bench.decider.cards,
        muted=bench.decider.muted,
        changes=bench.decider.changes,
    )


class _Bench:
    """What is known while a batch is judged: the store's answer, growing with each item."""

    def __init__(self, context: Context, policy: Policy, items: Sequence[Item], now: datetime) -> None:
        self.decider = Decider(policy, context, now=now)
        self._now = now
        self._known = Articles((known.item_id, known) for known in context.known)
        self.trust = learn_keys(items, self._known, context.state.keys)
        self._stories = Candidates(context.stories)
        self._story_of = dict(context.story_of)
        self._changed: dict[str, Story] = {}
        self._stored_claims = context.claims
        self._claims: dict[str, tuple[Claim, ...]] = {}

    @property
    def changed_stories(self) -> tuple[Story, ...]:
        """The stories that reports started or joined, as they are now."""
        return tuple(self._changed.values())

    def observe(self, one: Prepared) -> Observation:
        try:
            identity = identify(one.item, self._known, trust=self.trust, now=self._now)
        except Exception as error:  # noqa: BLE001 - one bad item must not cost the others of its feed
            return Observation(item=one.item, identity=_unjudged(one.item), verdict=suppressed_by_error(error))
        if identity.judgement is Judgement.SEEN:
            return Observation(item=one.item, identity=identity, link=self._own_story(identity))
        self._known.put(identity.item_id, _known(one.item, identity, self._known.get(identity.item_id)))
        if one.error is not None:
            return Observation(item=one.item, identity=identity, verdict=suppressed_by_error(one.error))
        try:
            return self._decide(one, identity)
        except Exception as error:  # noqa: BLE001 - as above
            verdict = suppressed_by_error(error)
            return Observation(item=one.item, identity=identity, matches=one.matches, verdict=verdict)

    def _decide(self, one: Prepared, identity: Identity) -> Observation:
        member, linked = self._link(one, identity)
        if not one.matches or linked is None or member is None:
            verdict = self.decider.decide(one.item, identity, one.matches, linked, StoryFacts())
            return Observation(item=one.item, identity=identity, verdict=verdict)
        story = self._stories.get(linked.story_id) or self._new_story(linked.story_id)
        known = self._claims_of(linked)
        said = named = claims.claims_of(self._told_by(one.item), identity.item_id, identity.revision, one.matches)
        if linked.copy_of:
            said = claims.added(said, known)
        member = replace(member, copy_of=linked.copy_of or _copied(member.item_id, story))
        story, claimed = self._joined(story, member, linked), claims.merged(known, said)
        facts = facts_of(claimed, story.members)
        places = frozenset(claim.value for claim in named if claim.kind is ClaimKind.PLACE)
        verdict = self.decider.decide(one.item, identity, one.matches, linked, facts, places=places)
        self._stories.put(story, member)
        self._changed[story.story_id] = story
        self._claims[story.story_id] = claimed
        self._story_of[member.item_id] = story.story_id
        return Observation(
            item=one.item,
            identity=identity,
            matches=one.matches,
            link=linked,
            member=member,
            claims=said,
            verdict=verdict,
        )

    def _link(self, one: Prepared, identity: Identity) -> tuple[Member | None, Link | None]:
        """The story of an item: the one it is in already, else, when a rule matched, the one it is linked to."""
        own = self._own_story(identity)
        if own is None and not one.matches:
            return None, None
        item = self._told_by(one.item)
        member = replace(member_of(item, identity.item_id), credit=credit_of(item.title, item.summary, item.body))
        if own is None:
            return member, link(member, self._stories.alike(member), now=self._now)
        if one.matches and of_many_events(member.title) and self._turned(member, own):
            # A live page that goes on with another event is a report of that one from now on.
            other = link(member, self._stories.alike(member), now=self._now)
            return member, own if other.new else other
        return member, own

    def _turned(self, member: Member, own: Link) -> bool:
        """Whether a report has another headline than its story remembers."""
        story = self._stories.get(own.story_id)
        return story is not None and all(
            known.title != member.title for known in story.members if known.item_id == member.item_id
        )

    def _told_by(self, item: Item) -> Item:
        """An item without a text that its feed writes under every headline: by that, all of them would be copies."""
        return replace(item, summary="") if item.text_key in self.trust.boilerplate else item

    def _own_story(self, identity: Identity) -> Link | None:
        story_id = self._story_of.get(identity.item_id)
        reason = "an earlier revision is in this story"
        return Link(story_id, new=False, reason=reason, score=1.0, own=True) if story_id else None

    def _new_story(self, story_id: str) -> Story:
        return Story(story_id=story_id, started_at=self._now, updated_at=self._now, members=())

    def _joined(self, story: Story, member: Member, linked: Link) -> Story:
        """A story with one more report, or with a later revision of one it has."""
        others = tuple(other for other in story.members if other.item_id != member.item_id)
        # An edit adds nothing, unless it is the first that is of one event: its story has the first revision's words.
        known = linked.own and story.profile.words
        profile = story.profile if known else Profile.of((story.profile, member.profile))
        return replace(story, members=(*others, member), updated_at=self._now, profile=profile)

    def _claims_of(self, linked: Link) -> tuple[Claim, ...]:
        """What the story claims before this report: by this poll's reports, else by what is stored."""
        claims = self._claims.get(linked.story_id)
        return self._stored_claims[linked.story_id] if claims is None else claims


def _copied(item_id: str, story: Story) -> str | None:
    """The item that an earlier revision of a member was a copy of."""
    return next((member.copy_of for member in story.members if member.item_id == item_id), None)


def _known(item: Item, identity: Identity, before: KnownItem | None) -> KnownItem:
    return KnownItem(
        item_id=identity.item_id,
        revision=identity.revision,
        feed_id=item.feed_id,
        family=item.family,
        guid=item.guid,
        link=item.link,
        title=item.title,
        title_key=item.title_key,
        text_key=item.text_key,
        content_hash=item.content_hash,
        published=item.published,
        first_seen_at=before.first_seen_at if before else item.seen_at,
        last_seen_at=item.seen_at,
    )


def _unjudged(item: Item) -> Identity:
    """The identity of an item whose identity could not be judged: its own entry, nothing else."""
    digest = hashlib.sha256(f"{item.feed_id}\n{item.entry_digest}\n{item.title}".encode()).hexdigest()
    return Identity(f"i{digest[:16]}", Judgement.NEW, 1, "identity could not be judged")


def _bare_item(entry: Entry, feed: Feed, now: datetime) -> Item:
    """An entry that could not be cleaned, kept by what cannot fail."""
    return Item(
        feed_id=feed.id,
        family=feed.family,
        kind=feed.kind,
        source=feed.name,
        title="(an entry that could not be read)",
        guid=entry.guid.encode("utf-8", "replace").decode()[:500],
        seen_at=now,
        content_hash=f"0:{entry.digest}",
        entry_digest=entry.digest,
    )

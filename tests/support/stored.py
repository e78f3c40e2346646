"""Made-up feeds, items, stories and deliveries, with every field a test does not care about filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import create_engine, text

from monitor.model import (
    Action,
    Alert,
    Attempt,
    Batch,
    Card,
    CardMessage,
    Claim,
    Context,
    Delivery,
    DeliveryState,
    DigestMessage,
    DigestReason,
    Evidence,
    FeedKind,
    FeedState,
    Field,
    FollowUpMessage,
    How,
    Identity,
    Item,
    ItemHistory,
    Judgement,
    Link,
    Lookup,
    Match,
    Member,
    Message,
    NoticeMessage,
    Observation,
    Profile,
    Reason,
    Settlement,
    Severity,
    Story,
    StoryFacts,
    Verdict,
    VerdictHistory,
)
from storage import cardedits, deliveries
from storage.store import Store
from tests.support.builders import NOW

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def counted_record(claims: Sequence[Claim], members: Sequence[Member]) -> StoryFacts:
    return StoryFacts(outlets=len(members))


def lookup(feed_id: str = "bbc", /, **changed: object) -> Lookup:
    return replace(Lookup(feed_id=feed_id, family="bbc", stories_since=NOW - 7 * DAY, now=NOW), **changed)  # type: ignore[arg-type]


def item(name: str = "a", **changed: object) -> Item:
    made = Item(
        feed_id="bbc",
        family="bbc",
        kind=FeedKind.WIRE,
        source="BBC News",
        title=f"Title {name}",
        summary=f"Summary {name}",
        body=f"Body {name}",
        guid=f"guid-{name}",
        link=f"https://example.org/{name}",
        url=f"https://example.org/{name}?ref=rss",
        language="en",
        published=NOW - HOUR,
        seen_at=NOW,
        content_hash=f"1:{name}",
        title_key=f"title {name}",
        text_key=f"text-{name}",
        entry_digest=f"digest-{name}",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


EVIDENCE = Evidence(field=Field.TITLE, start=0, end=5, text="Title", term="title*", how=How.ENDING, group="weapons")


def match(rule: str = "cluster-munitions", **changed: object) -> Match:
    made = Match(
        rule=rule,
        rule_title=rule.replace("-", " "),
        rule_hash="1f0c9a",
        engine="1",
        way="use",
        severity=Severity.HIGH,
        send_to=("desk", "night"),
        evidence=(EVIDENCE,),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def alert(item_id: str = "i-a", story_id: str = "s-a", **changed: object) -> Alert:
    made = Alert(
        story_id=story_id,
        item_id=item_id,
        severity=Severity.HIGH,
        title="Title",
        summary="Summary",
        url="https://example.org/a",
        source="BBC News",
        language="en",
        published=NOW - HOUR,
        seen_at=NOW,
        matches=(match(),),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def delivery(name: str = "a", message: Message | None = None, **changed: object) -> Delivery:
    made = Delivery(
        delivery_id=f"d-{name}",
        key=f"key:{name}",
        route="desk",
        channel="C1",
        severity=Severity.HIGH,
        message=message or CardMessage(alert=alert(f"i-{name}", f"s-{name}")),
        created_at=NOW,
        not_before=NOW,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def follow_up(name: str, parent: str, **changed: object) -> Delivery:
    return delivery(
        name, FollowUpMessage(alert=alert(f"i-{name}"), news="also strikes"), parent_id=f"d-{parent}", **changed
    )


def digest(name: str, *alerts: Alert, **changed: object) -> Delivery:
    return delivery(name, DigestMessage(why=DigestReason.BUSY, alerts=alerts), **changed)


def notice(name: str = "n", **changed: object) -> Delivery:
    return delivery(name, NoticeMessage(title="A feed is down", text="bbc: timeout"), route="ops", **changed)


def new(name: str = "a", **changed: object) -> Observation:
    """An item judged new, that met nothing; its id is `i-NAME`."""
    made = Observation(
        item=item(name),
        identity=Identity(f"i-{name}", Judgement.NEW, 1, "never seen"),
        verdict=Verdict(Action.NONE, Reason.NO_MATCH, "no rule matched"),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def revised(name: str, revision: int, shown: Item, **changed: object) -> Observation:
    made = Observation(
        item=shown,
        identity=Identity(f"i-{name}", Judgement.REVISION, revision, "same guid, other title"),
        verdict=Verdict(Action.NONE, Reason.NO_MATCH),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def seen_again(name: str, shown: Item) -> Observation:
    return Observation(item=shown, identity=Identity(f"i-{name}", Judgement.SEEN, 1, "same words"))


def matched(
    name: str, story: str, keys: Iterable[str] = ("homs", "200"), *, fresh: bool = True, at: datetime = NOW
) -> Observation:
    """A new item that met a rule and starts (`fresh`) or joins the story `s-STORY`."""
    return new(
        name,
        item=item(name, seen_at=at),
        matches=(match(),),
        link=Link(f"s-{story}", new=fresh, reason="first of its kind" if fresh else "shares homs", score=0.5),
        member=Member(
            item_id=f"i-{name}",
            family="bbc",
            title=f"Title {name}",
            summary=f"Summary {name}",
            keys=frozenset(keys),
            seen_at=at,
        ),
        verdict=Verdict(Action.ALERT, Reason.NEW_STORY, "first report", f"s-{story}"),
    )


def as_kept(verdict: Verdict | None) -> VerdictHistory:
    """A verdict as the history of its item has it."""
    assert verdict is not None
    return VerdictHistory(verdict.action, verdict.reason.value, verdict.detail, verdict.story_id)


def card(story: str = "a", delivery_name: str = "a", route: str = "desk", **changed: object) -> Card:
    made = Card(
        story_id=f"s-{story}",
        route=route,
        delivery_id=f"d-{delivery_name}",
        rules=frozenset({"cluster-munitions"}),
        severity=Severity.HIGH,
        channel="C1",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def stories_of(observations: Iterable[Observation]) -> tuple[Story, ...]:
    """The stories that observations start or join, with the profile of these reports only."""
    stories: dict[str, Story] = {}
    for one in observations:
        if one.member is None or one.link is None:
            continue
        seen_at, story_id = one.member.seen_at, one.link.story_id
        known = stories.get(story_id) or Story(story_id=story_id, started_at=seen_at, updated_at=seen_at, members=())
        stories[story_id] = replace(
            known,
            updated_at=max(known.updated_at, seen_at),
            members=(*known.members, one.member),
            profile=Profile.of((known.profile, one.member.profile)),
        )
    return tuple(stories.values())


def batch(
    *observations: Observation,
    deliveries: Iterable[Delivery] = (),
    cards: Iterable[Card] = (),
    state: FeedState | None = None,
) -> Callable[[Context], Batch]:
    """A `build` that gives these whatever the context."""
    made = Batch(
        state=state or FeedState(feed_id="bbc"),
        observations=observations,
        stories=stories_of(observations),
        deliveries=tuple(deliveries),
        cards=tuple(cards),
    )

    def build(context: Context) -> Batch:
        return made

    return build


def settlement(state: DeliveryState, **changed: object) -> Settlement:
    made = Settlement(
        state=state,
        reason="ok",
        not_before=NOW,
        channel_ready_at=NOW,
        ts="1764000000.000100" if state is DeliveryState.SENT else None,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


async def taken(
    store: Store, channel: str = "C1", *, owner: str = "me", now: datetime = NOW, lease: timedelta = MINUTE
) -> Attempt:
    """What is due in a channel, taken to be tried."""
    attempt = await store.take_delivery(channel, owner=owner, now=now, lease=lease)
    assert attempt is not None
    return attempt


async def tried(
    store: Store, channel: str = "C1", *, now: datetime = NOW, state: DeliveryState = DeliveryState.SENT
) -> str:
    """Try what is due in a channel, and let it end so; the id of the delivery."""
    attempt = await taken(store, channel, now=now)
    await store.settle(attempt, settlement(state), owner="me", now=now)
    return attempt.delivery.delivery_id


async def history_of(store: Store, item_id: str) -> ItemHistory:
    history = await store.history(item_id)
    assert history is not None
    return history


def written_by_hand(url: str, *statements: str) -> None:
    """Change a database as no version of ours would."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


async def context_of(store: Store, asked: Lookup) -> Context:
    """What a judgement of nothing is shown, but that a rule matched: of what is told, others are shown nothing."""
    shown: list[Context] = []
    asked = replace(asked, story_keys=asked.story_keys or (frozenset({"no-such-key"}),))

    def build(context: Context) -> Batch:
        shown.append(context)
        return Batch(state=context.state)

    await store.judge(asked, build)
    return shown[0]


async def refresh_cards(
    store: Store, story_id: str, change: cardedits.Change, now: datetime, *, at_once: bool = False
) -> int:
    """Change what the cards of a story say, `at_once` as after a click; how many edits that led to."""
    return await store._database.write(lambda c: cardedits.refresh(c, story_id, change, now, at_once=at_once))


async def outbox_counts(store: Store) -> dict[DeliveryState, int]:
    """How many deliveries there are in each state; every state is named."""
    return await store._database.read(deliveries.counts)


async def states(database: Store) -> dict[str, int]:
    counts = await outbox_counts(database)
    return {str(state): count for state, count in counts.items() if count}

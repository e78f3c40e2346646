"""The endpoints: what the console's pages show and do, with the same functions behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from monitor.app.inquiry import inquire
from monitor.console import acts, edits, judgements, now, pollnow
from monitor.console.api import answers, item_shapes, service_answers, service_shapes, story_shapes
from monitor.console.api.endpoint import Call, endpoint
from monitor.console.api.problems import Refused
from monitor.console.api.questions import (
    DeliveriesWanted,
    FeedsWanted,
    ItemsWanted,
    Merge,
    Muted,
    NotRelevant,
    OfCard,
    Split,
    StoriesWanted,
    WhyWanted,
)
from monitor.console.api.tokens import TokenScope
from monitor.console.gists import gists_of
from monitor.console.story import card_of
from monitor.console.wanted import filter_of, part_of, place_of, places_named
from monitor.errors import EditRefused
from monitor.model import DeskAct, ItemFilter, StoryDetails, StoryEdit

_NOT_THERE = MappingProxyType({404: "There is none of this id."})
_NOT_POLLED = MappingProxyType({404: "No feed of this id is polled."})
_CHANGES = MappingProxyType({404: "There is no such story.", 409: "It cannot be done; nothing was changed."})
_MATCHED_WITHIN = timedelta(days=30)
_MATCHES = 100
_NEWEST = 50
_SAID = 200


@endpoint("GET", "/stories")
async def list_stories(call: Call, asked: StoriesWanted) -> story_shapes.StoryList:
    """Stories, the one with the newest report first."""
    given = {name: str(getattr(asked, name)) for name in ("words", "rule", "severity", "language", "place", "feed")}
    given |= {name: "1" for name in ("muted", "mine", "free", "open") if getattr(asked, name)}
    wanted = filter_of(given, call.now, call.holder.person.user_id)
    newest = [moment for moment in (asked.since, wanted.since) if moment]
    places = await places_named(wanted.place)
    wanted = replace(wanted, since=max(newest, default=None), until=asked.until, places=places)
    begin = place_of(asked.after) if asked.after else None
    found = await call.console.store.story_lines(wanted, now=call.now, after=begin, limit=asked.limit + 1)
    shown, after = part_of(found, asked.limit, lambda one: (one.summary.last_seen_at, one.summary.story_id))
    headlines = {one.summary.story_id: (one.summary.headline, one.summary.language) for one in shown}
    gists = await gists_of(call.console, headlines)
    return story_shapes.StoryList(
        stories=tuple(answers.story_line(one, gists[one.summary.story_id]) for one in shown),
        next=after or None,
    )


@endpoint("GET", "/stories/{story}", fails=_NOT_THERE)
async def get_story(call: Call, story: str) -> story_shapes.Story:
    """All that is known of a story.

    The id of a story that was merged into another one gives that one.
    """
    found = await _story(call, story)
    story_id = found.summary.story_id
    claims = await call.console.store.claims_of_story(story_id)
    cards = [one for card in found.cards if (one := await card_of(call.console, card.delivery_id, story_id))]
    return answers.story(found, claims, cards, call.now)


@endpoint("POST", "/stories/{story}/claim", scope=TokenScope.ACT, fails=_CHANGES, keyed=True)
async def claim(call: Call, story: str, asked: OfCard) -> story_shapes.Done:
    """Take a story: the owner of the token works on it."""
    return await _act(call, story, asked.card, "claim")


@endpoint("POST", "/stories/{story}/unclaim", scope=TokenScope.ACT, fails=_CHANGES, keyed=True)
async def unclaim(call: Call, story: str, asked: OfCard) -> story_shapes.Done:
    """Give a story back. Undoes `claim`."""
    return await _act(call, story, asked.card, "unclaim")


@endpoint("POST", "/stories/{story}/not_relevant", scope=TokenScope.ACT, fails=_CHANGES, keyed=True)
async def not_relevant(call: Call, story: str, asked: NotRelevant) -> story_shapes.Done:
    """Say that what a card shows is not relevant."""
    given = {"cause": asked.cause.value, "rule": asked.rule, "word": asked.word, "note": asked.note}
    return await _act(call, story, asked.card, "not_relevant", given)


@endpoint("POST", "/stories/{story}/relevant", scope=TokenScope.ACT, fails=_CHANGES, keyed=True)
async def relevant(call: Call, story: str, asked: OfCard) -> story_shapes.Done:
    """Say that what a card shows is relevant. Undoes `not_relevant`."""
    return await _act(call, story, asked.card, "relevant")


@endpoint("POST", "/stories/{story}/mute", scope=TokenScope.ACT, fails=_CHANGES, keyed=True)
async def mute(call: Call, story: str, asked: Muted) -> story_shapes.Done:
    """Mute something that a card shows, on its route."""
    return await _act(call, story, asked.card, "mute", {"what": asked.what})


@endpoint("POST", "/stories/{story}/unmute", scope=TokenScope.ACT, fails=_CHANGES, keyed=True)
async def unmute(call: Call, story: str, asked: OfCard) -> story_shapes.Done:
    """End the mutes of what a card shows. Undoes `mute`."""
    return await _act(call, story, asked.card, "unmute")


@endpoint("POST", "/stories/{story}/merge", scope=TokenScope.ACT, fails=_CHANGES)
async def merge(call: Call, story: str, asked: Merge) -> story_shapes.Edit:
    """Move all reports of a story into another one.

    Splitting the `items` of the answer off the other story undoes it, with a new id.
    """
    await _story(call, story)
    by = call.holder.person.user_id
    return await _edited(edits.merge(call.console, story, asked.into, by=by, reason=asked.reason))


@endpoint("POST", "/stories/{story}/split", scope=TokenScope.ACT, fails=_CHANGES)
async def split(call: Call, story: str, asked: Split) -> story_shapes.Edit:
    """Move some reports of a story into a new one.

    Merging the new story (`other`) into the old one undoes it.
    """
    await _story(call, story)
    by = call.holder.person.user_id
    return await _edited(edits.split(call.console, story, asked.items, by=by, reason=asked.reason))


@endpoint("GET", "/items")
async def list_items(call: Call, asked: ItemsWanted) -> item_shapes.ItemList:
    """Items, the newest first."""
    begin = place_of(asked.after) if asked.after else None
    wanted = ItemFilter(words=asked.words, feed=asked.feed, rule=asked.rule, since=asked.since, until=asked.until)
    found = await call.console.store.found_items(wanted, after=begin, limit=asked.limit + 1)
    shown, after = part_of(found, asked.limit, lambda one: (one.first_seen_at, one.item_id))
    return item_shapes.ItemList(items=tuple(map(answers.item_line, shown)), next=after or None)


@endpoint("GET", "/items/{item}", fails=_NOT_THERE)
async def get_item(call: Call, item: str) -> item_shapes.Item:
    """An item and its path: every stage that it went through, with the reasons."""
    found = await call.console.store.history(item)
    if found is None:
        raise Refused(404)
    return answers.item(found)


@endpoint("GET", "/why")
async def get_why(call: Call, asked: WhyWanted) -> service_shapes.Why:
    """Whether the desk got an article, and why.

    Also of an article that no feed has shown: then it says how the feeds of its site do.
    """
    console = call.console
    live = console.live
    found = await inquire(
        console.store, asked.about, feeds=live.feeds, routes=live.routes, engine=live.engine, now=call.now
    )
    return service_answers.why(found)


@endpoint("GET", "/feeds")
async def list_feeds(call: Call, asked: FeedsWanted) -> service_shapes.FeedList:
    """The feeds that are polled, and how each does."""
    store = call.console.store
    known = await (store.troubled_feeds() if asked.failing else store.feed_standings())
    # To look at thousands of feeds takes some tens of milliseconds.
    polled = call.console.live.feed_ids
    return await asyncio.to_thread(service_answers.feed_list, known, polled, call.now, failing=asked.failing)


@endpoint("GET", "/feeds/{feed}", fails=_NOT_THERE)
async def get_feed(call: Call, feed: str) -> service_shapes.Feed:
    """A feed, how it does, and its newest items."""
    store = call.console.store
    items, state = await store.newest_of_feed(feed, limit=_NEWEST), await store.feed_state(feed)
    enabled = feed in call.console.live.feed_ids
    if not enabled and not items and state.polled_at is None:
        raise Refused(404)
    return service_shapes.Feed(
        feed=service_answers.feed_line(state, call.now), enabled=enabled, items=tuple(map(answers.item_line, items))
    )


@endpoint("POST", "/feeds/{feed}/poll", scope=TokenScope.ACT, fails=_NOT_POLLED)
async def poll_feed(call: Call, feed: str) -> service_shapes.PollAsked:
    """Have a feed polled now.

    The service polls it within seconds, or when its publisher allows it.
    """
    asked = await pollnow.ask(call.console, feed, call.holder.person.user_id)
    if asked is None:
        raise Refused(404)
    return service_shapes.PollAsked(feed=feed, at=asked.at, said=asked.words)


@endpoint("GET", "/rules")
async def list_rules(call: Call) -> service_shapes.RuleList:
    """The rules that the service uses."""
    return service_shapes.RuleList(rules=tuple(map(service_answers.rule_line, call.console.live.engine.rules)))


@endpoint("GET", "/rules/{rule}", fails=_NOT_THERE)
async def get_rule(call: Call, rule: str) -> service_shapes.Rule:
    """A rule, and what it matched in the last 30 days, also on test."""
    found, ways = await call.console.store.rule_matches(rule, call.now - _MATCHED_WITHIN, limit=_MATCHES)
    known = next((one for one in call.console.live.engine.rules if one.id == rule), None)
    if known is None and not found:
        raise Refused(404)
    return service_shapes.Rule(
        id=rule,
        rule=service_answers.rule_line(known) if known else None,
        ways=ways,
        matches=tuple(map(service_answers.matched_item, found)),
    )


@endpoint("GET", "/judgements")
async def list_judgements(call: Call) -> service_shapes.Judgements:
    """How often each rule was right, week by week, and what people said."""
    weeks = await judgements.Weeks(call.console).all()
    said = await call.console.store.rated_items(limit=_SAID)
    return service_shapes.Judgements(
        weeks=tuple(service_answers.week(name, rules) for name, rules in weeks),
        said=tuple(map(service_answers.judgement, said)),
    )


@endpoint("GET", "/deliveries")
async def list_deliveries(call: Call, asked: DeliveriesWanted) -> service_shapes.Deliveries:
    """The last alerts, with when each was published, found and posted; and what waits."""
    store = call.console.store
    return service_shapes.Deliveries(
        alerts=tuple(map(service_answers.alert_line, await store.told_alerts(limit=asked.limit))),
        waiting=tuple(map(service_answers.waiting_message, await store.waiting_deliveries(limit=asked.limit))),
    )


@endpoint("GET", "/health")
async def get_health(call: Call) -> service_shapes.Health:
    """Whether everything works, and what needs a person."""
    found = await now.overview_of(call.console)
    return service_shapes.Health(
        healthy=not found.troubles,
        said=found.healthy,
        troubles=found.troubles,
        degraded=found.degraded,
        needs=tuple(need.words for need in found.needs),
        feeds=len(call.console.live.feed_ids),
        failing=len(found.failing),
        last_beat=found.signs.last_heartbeat(call.now),
        outbox={str(state): count for state, count in found.signs.outbox.items() if state != "sent"},
        channels={name: words for name, words in found.signs.channel_problems.items() if words},
        files=tuple(map(service_answers.file, found.files)),
        mutes=tuple(map(answers.mute, found.mutes)),
    )


async def _story(call: Call, story_id: str) -> StoryDetails:
    found = await call.console.store.story(story_id)
    if found is None:
        raise Refused(404)
    return found


async def _act(
    call: Call, story_id: str, card: str, what: str, given: Mapping[str, str] = MappingProxyType({})
) -> story_shapes.Done:
    found = await _story(call, story_id)
    if not acts.is_of(card, found):
        raise Refused(409, "The story has no such card. Nothing was changed; `cards` of the story lists them.")
    key = f"api:{call.holder.name}:{call.key}"
    act = DeskAct(key=key, what=what, target=card, by=call.holder.person, at=call.now)
    done = await acts.perform(call.console, act, given)
    if done is None:
        return story_shapes.Done(changed=False, repeated=True, said=acts.TWICE)
    changed = done.released or any((done.assignment, done.rating, done.mute, done.ended, done.deliveries))
    return story_shapes.Done(changed=changed, repeated=False, said=done.reply)


async def _edited(edit: Awaitable[StoryEdit]) -> story_shapes.Edit:
    try:
        return answers.edit(await edit)
    except EditRefused as error:
        raise Refused(409, f"Nothing was changed: {error}") from None

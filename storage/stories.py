"""Stories: which items belong together, and by which rare words they are found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import chain, islice, zip_longest
from typing import Any

from sqlalchemy import Connection, Select, case, select

from monitor.model import (
    Card,
    KnownItem,
    Link,
    Lookup,
    Member,
    Observation,
    Profile,
    Story,
)
from storage import candidates, storycards
from storage.candidates import story_key
from storage.rows import row_of
from storage.statements import Upsert, among_newest, insert, listed, upsert, write
from storage.tables.base import table
from storage.tables.items import ItemRow
from storage.tables.stories import StoryItemRow, StoryKeyRow, StoryRow
from storage.tables.types import as_json

_MOST = 2_000
"""How many stories one poll is told of; one that brings hundreds of matches at once is told of the likeliest."""

_NEWEST_MEMBERS = 50


class Loaded:
    """The stories that one transaction has read or written: each is read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stories: dict[str, Story] = {}

    def get(self, story_ids: Sequence[str]) -> tuple[Story, ...]:
        """The stories of these ids that exist, in that order (see `load`)."""
        missing = [story_id for story_id in story_ids if story_id not in self._stories]
        self._stories |= {story.story_id: story for story in load(self._connection, missing)}
        return tuple(self._stories[story_id] for story_id in story_ids if story_id in self._stories)

    def keep(self, stories: Iterable[Story], cards: Iterable[Card]) -> None:
        """Know stories as they were just written, with these of their cards, without reading them again.

        They are as `load` would give them, the newest members in its order, but for the profiles of members: those of
        stored ones nobody asks for.
        """
        for story in stories:
            members = sorted(story.members, key=lambda member: (member.seen_at, member.item_id))
            first = members[-_NEWEST_MEMBERS].seen_at if len(members) > _NEWEST_MEMBERS else None
            newest = tuple(member for member in members if first is None or member.seen_at >= first)
            self._stories[story.story_id] = replace(story, members=newest)
        for card in cards:
            if known := self._stories.get(card.story_id):
                by_route = {one.route: one for one in known.cards} | {card.route: card}
                cards_now = tuple(by_route[route] for route in sorted(by_route))
                self._stories[card.story_id] = replace(known, cards=cards_now)


def related(
    connection: Connection, lookup: Lookup, known: Sequence[KnownItem], loaded: Loaded
) -> tuple[tuple[Story, ...], dict[str, str]]:
    """The stories a poll may add to, and the story of each known item that is in one."""
    story_of = of_items(connection, [item.item_id for item in known])
    found = [candidates.alike(connection, keys, lookup.stories_since) for keys in lookup.story_keys]
    likeliest_first = filter(None, chain.from_iterable(zip_longest(*found)))
    ids = dict.fromkeys(story_of.values()) | dict.fromkeys(islice(likeliest_first, _MOST))
    return loaded.get(list(ids)), story_of


def current_id(connection: Connection, story_id: str) -> str | None:
    """The story of this id, or the one it was merged into; None when there is none."""
    row = connection.execute(select(StoryRow.id, StoryRow.merged_into).where(StoryRow.id == story_id)).first()
    return None if row is None else row.merged_into or row.id


def first_title(connection: Connection, story_id: str) -> str:
    """The headline of a story's first report; "" when it has none."""
    titles = select(StoryItemRow.title).where(StoryItemRow.story_id == story_id)
    return connection.scalar(titles.order_by(StoryItemRow.seen_at, StoryItemRow.item_id).limit(1)) or ""


def merged_into(connection: Connection, story_id: str) -> tuple[str, ...]:
    """The stories merged into this one, by id."""
    return tuple(connection.scalars(select(StoryRow.id).where(StoryRow.merged_into == story_id).order_by(StoryRow.id)))


def of_items(connection: Connection, item_ids: Collection[str]) -> dict[str, str]:
    """Item id to story id, for those of the items that are in a story."""
    if not item_ids:
        return {}
    rows = connection.execute(_of_items(connection.dialect.name), {"items": as_json(sorted(item_ids))})
    return dict(rows.all())


@cache
def _of_items(dialect: str) -> Select[str, str]:
    items = listed("items", dialect)
    return select(StoryItemRow.item_id, StoryItemRow.story_id).join_from(
        items, table(StoryItemRow), StoryItemRow.item_id == items.c.value
    )


def load(connection: Connection, story_ids: Sequence[str]) -> tuple[Story, ...]:
    """The stories of these ids that exist, in that order, each with its cards and newest members."""
    if not story_ids:
        return ()
    parameters = {"stories": as_json(list(story_ids))}
    stories, members = _load(connection.dialect.name)
    members_of: dict[str, list[Member]] = {}
    for story_id, item_id, family, title, summary, keys, seen_at, credit, copy_of in connection.execute(
        members, parameters
    ):
        member = Member(
            item_id=item_id,
            family=family,
            title=title,
            summary=summary,
            keys=frozenset(keys),
            seen_at=seen_at,
            credit=credit,
            copy_of=copy_of,
        )
        members_of.setdefault(story_id, []).append(member)
    cards_of: dict[str, list[Card]] = {}
    for card in storycards.of_stories(connection, story_ids):
        cards_of.setdefault(card.story_id, []).append(card)
    found = {
        story_id: Story(
            story_id=story_id,
            started_at=started_at,
            updated_at=updated_at,
            members=tuple(members_of.get(story_id, ())),
            cards=tuple(cards_of.get(story_id, ())),
            profile=profile,
        )
        for story_id, started_at, updated_at, profile in connection.execute(stories, parameters)
    }
    return tuple(found[story_id] for story_id in story_ids if story_id in found)


# Not the profile: its story has it.
_OF_MEMBER = (
    StoryItemRow.story_id,
    StoryItemRow.item_id,
    StoryItemRow.family,
    StoryItemRow.title,
    StoryItemRow.summary,
    StoryItemRow.keys,
    StoryItemRow.seen_at,
    StoryItemRow.credit,
    StoryItemRow.copy_of,
)


@cache
def _load(dialect: str) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    ids = listed("stories", dialect)
    columns = StoryRow.id, StoryRow.started_at, StoryRow.updated_at, StoryRow.profile
    stories = select(*columns).join_from(ids, table(StoryRow), StoryRow.id == ids.c.value)
    newest = among_newest(StoryItemRow.story_id, StoryItemRow.seen_at, ids.c.value, newest=_NEWEST_MEMBERS - 1)
    members = select(*_OF_MEMBER).join_from(ids, table(StoryItemRow), newest)
    return stories, members.order_by(StoryItemRow.seen_at, StoryItemRow.item_id)


def write_members(connection: Connection, observations: Iterable[Observation], changed: Sequence[Story]) -> None:
    """Write the stories that items start or join, and the keys by which they will be found."""
    joined = [(one.member, one.link) for one in observations if one.member is not None and one.link is not None]
    if not joined:
        return
    keys: dict[tuple[str, str], dict[str, Any]] = {}
    for member, link in joined:
        for stored in map(story_key, sorted(member.keys)):
            keys[stored, link.story_id] = {"key": stored, "story_id": link.story_id, "seen_at": member.seen_at}
    rows = [
        {"id": one.story_id, "started_at": one.started_at, "updated_at": one.updated_at, "profile": one.profile}
        for one in changed
    ]
    connection.execute(_write_stories(connection.dialect.name), rows)
    # A later observation of the same item in the same document holds.
    members = {member.item_id: (member, link) for member, link in joined}
    for own in (False, True):
        # Why an item once joined its story stays written when a later revision finds itself there.
        rows = [_member_row(member, link) for member, link in members.values() if link.own is own]
        write(connection, StoryItemRow, rows, keep=frozenset({"reason", "score", "copy_of"} if own else ()))
    write(connection, StoryKeyRow, list(keys.values()))


@cache
def _write_stories(dialect: str) -> Upsert:
    statement = upsert(StoryRow, dialect)
    newer = statement.excluded.updated_at
    latest = case((newer > StoryRow.updated_at, newer), else_=StoryRow.updated_at)
    changed = {"updated_at": latest, "profile": statement.excluded.profile}
    return statement.on_conflict_do_update(index_elements=[StoryRow.id], set_=changed)


def rebuild(connection: Connection, story_ids: Collection[str]) -> None:
    """Give stories the times, keys and profile that their members say, after members came or went.

    A story without members keeps its times and is found by no key.
    """
    ids = sorted(set(story_ids))
    connection.execute(table(StoryKeyRow).delete().where(StoryKeyRow.story_id.in_(ids)))
    times: dict[str, list[datetime]] = {}
    keys: dict[tuple[str, str], datetime] = {}
    profiles: dict[str, list[Profile]] = {}
    columns = StoryItemRow.story_id, StoryItemRow.keys, StoryItemRow.seen_at, StoryItemRow.profile
    members = select(*columns, ItemRow.first_seen_at).join_from(
        table(StoryItemRow), table(ItemRow), ItemRow.id == StoryItemRow.item_id
    )
    found = connection.execute(members.where(StoryItemRow.story_id.in_(ids)))
    for story_id, words, seen_at, profile, first_seen_at in found:
        profiles.setdefault(story_id, []).append(profile)
        times.setdefault(story_id, []).extend((first_seen_at, seen_at))
        for key in words:
            where = story_key(key), story_id
            keys[where] = max(keys.get(where, seen_at), seen_at)
    for story_id, seen in sorted(times.items()):
        values = {"started_at": min(seen), "updated_at": max(seen), "profile": Profile.of(profiles[story_id])}
        connection.execute(table(StoryRow).update().where(StoryRow.id == story_id).values(values))
    rows = [{"key": key, "story_id": story_id, "seen_at": at} for (key, story_id), at in keys.items()]
    insert(connection, StoryKeyRow, rows)


def _member_row(member: Member, link: Link) -> dict[str, Any]:
    why = {"reason": link.reason, "score": link.score, "copy_of": link.copy_of}
    return row_of(StoryItemRow, member, keys=tuple(sorted(member.keys)), story_id=link.story_id, **why)

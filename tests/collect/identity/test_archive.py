"""A feed that shows its archive: nothing is lost, and the desk is not flooded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.support.fakes.feed_server import FeedEntry
from tests.support.newsroom import START, Newsroom, dated, headline, newsroom, text
from tests.support.rules import rule

HALF_A_DAY = timedelta(hours=12)


def article(number: int, *, age: timedelta, guid: str = "") -> FeedEntry:
    return FeedEntry(
        headline(number),
        f"https://wire.example/{number}",
        guid or f"guid-{number}",
        dated(START - age),
        text(number) + (" They were cluster munitions." if number in TELLING else ""),
    )


RULE = rule({"weapon": ["cluster munitions"]})
TELLING = range(0, 600, 10)


NEWS = tuple(article(number, age=timedelta(minutes=number)) for number in range(10))
ARCHIVE = tuple(article(number, age=timedelta(days=number)) for number in range(100, 600))


async def posts(room: Newsroom) -> dict[str, str | None]:
    """The messages that tell of what matched: each with the one whose thread it goes to."""
    found: dict[str, str | None] = {}
    for item_id in {one.item_id for one in await room.revisions() if one.matches}:
        history = await room.store.history(item_id)
        assert history is not None
        found |= {delivery.delivery_id: delivery.parent_id for delivery in history.deliveries}
    return found


async def test_an_archive_of_a_known_feed_is_one_digest_in_one_thread(sqlite_url: str) -> None:
    async with newsroom(sqlite_url, rules=[RULE], catch_up=HALF_A_DAY) as room:
        await room.show(*NEWS)
        (first_digest,) = await posts(room)
        await room.show(*NEWS, *ARCHIVE)
        assert len({one.item_id for one in await room.revisions()}) == 510
        assert len(room.alerts) == 1 + 50
        archive = {post: parent for post, parent in (await posts(room)).items() if post != first_digest}
        in_channel = [post for post, parent in archive.items() if parent is None]
        assert (len(in_channel), len(archive)) == (1, 3)
        assert {parent for parent in archive.values() if parent} == set(in_channel)
        reasons = {one.verdict.reason for one in room.observations[10:] if one.verdict}
        assert reasons == {"late_digest", "no_match"}


async def test_an_archive_that_is_known_is_told_to_nobody_whatever_its_guids(sqlite_url: str) -> None:
    async with newsroom(sqlite_url, rules=[RULE], catch_up=HALF_A_DAY) as room:
        await room.show(*NEWS, *ARCHIVE)
        assert len(room.alerts) == 1
        told = await posts(room)
        renamed = [replace(one, guid=f"re-issued-{one.guid}") for one in (*NEWS, *ARCHIVE)]
        await room.show(*renamed, after=timedelta(days=400))
        await room.show(*reversed(renamed))
        assert len(await room.revisions()) == 510
        assert (len(room.alerts), await posts(room)) == (1, told)


async def test_news_among_an_archive_is_a_card_of_its_own(sqlite_url: str) -> None:
    async with newsroom(sqlite_url, rules=[RULE], catch_up=HALF_A_DAY) as room:
        await room.show(*NEWS)
        young = article(90, age=timedelta(minutes=1))
        await room.show(*ARCHIVE, young, *NEWS)
        verdict = next(one.verdict for one in room.observations if one.item.title == young.title)
        assert verdict is not None
        assert verdict.reason == "new_story"

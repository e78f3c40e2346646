"""The console's lists on both kinds of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.model import FoundItem, ItemFilter, ListPlace, Match, Severity, StoryFilter, Unsure
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import batch, delivery, item, lookup, match, matched, new


async def test_every_filter_is_a_question_that_both_databases_answer(store: Store) -> None:
    wanted = StoryFilter(
        words="100% bomb",
        rule="cluster-munitions",
        severity=Severity.HIGH,
        language="en",
        place="Homs",
        feed="wire",
        muted=True,
        held_by="Ann (console)",
        free=True,
        since=NOW - timedelta(days=7),
        until=NOW,
        places=("geo:1", "geo:2"),
    )
    assert list(await store.story_lines(wanted, now=NOW, after=(NOW, "s1"), limit=10)) == []
    assert list(await store.story_lines(StoryFilter(), now=NOW, after=None, limit=10)) == []
    assert list(await store.told_alerts(limit=10)) == []
    assert list(await store.sent_alerts("desk", limit=10)) == []
    assert list(await store.found_items(ItemFilter(words="bomb*", feed="wire"), after=(NOW, "i1"), limit=10)) == []
    assert list(await store.found_items(ItemFilter(feed="wire"), after=(NOW, "i1"), limit=10)) == []
    assert list(await store.waiting_deliveries(limit=10)) == []
    assert list(await store.newest_of_feed("wire", limit=10)) == []
    assert list(await store.claims_of_story("s1")) == []
    assert await store.places_and_tolls(["s1", "s2"]) == {"s1": (), "s2": ()}


async def test_items_are_chosen_by_rule_feed_time_and_words_together(store: Store) -> None:
    hour = timedelta(hours=1)
    for number in range(8):
        name = f"{number}"
        feed = "wire" if number % 2 else "post"
        made = item(name, feed_id=feed, seen_at=NOW + number * hour, title=f"Raid {number}", entry_digest=name)
        rules = (match("raids"),) if number >= 4 else ()
        await store.judge(lookup(feed), batch(new(name, item=made, matches=rules)))
    while await store.read_for_search(NOW):
        pass

    async def found(after: ListPlace | None = None, limit: int = 20, **given: object) -> list[FoundItem]:
        wanted = ItemFilter(**given)  # type: ignore[arg-type]
        return list(await store.found_items(wanted, after=after, limit=limit))

    for words in ("", "raid"):
        for given, numbers in (
            ({}, "76543210"),
            ({"feed": "wire"}, "7531"),
            ({"rule": "raids"}, "7654"),
            ({"since": NOW + 2 * hour}, "765432"),
            ({"until": NOW + 2 * hour}, "10"),
            ({"since": NOW + 3 * hour, "until": NOW + 6 * hour}, "543"),
            ({"rule": "raids", "feed": "post", "until": NOW + 6 * hour}, "4"),
            ({"rule": "nothing"}, ""),
        ):
            all_of_them = await found(words=words, **given)
            assert "".join(one.item_id[-1] for one in all_of_them) == numbers, (words, given)
            # The same page by page: no item twice, and none left out.
            seen, after = "", None
            while part := await found(after, 2, words=words, **given):
                seen += "".join(one.item_id[-1] for one in part)
                after = part[-1].first_seen_at, part[-1].item_id
            assert seen == numbers, (words, given)


async def test_what_may_be_off_topic_is_marked_and_urgent_only_by_what_need_not_wait(store: Store) -> None:
    faint = match("strikes", sure=False, unsure=Unsure.FAINT, severity=Severity.CRITICAL)
    kinds: dict[str, tuple[Match, ...]] = {
        "a": (match(),),
        "b": (faint,),
        "c": (match(severity=Severity.MEDIUM), faint),
        "d": (match(sure=False, unsure=Unsure.MARK),),
    }
    told = [replace(matched(name, name), matches=made) for name, made in kinds.items()]
    sent = [delivery(name) for name in kinds]
    await store.judge(lookup(), batch(*told, deliveries=sent))
    urgent = StoryFilter(severity=Severity.HIGH)
    lines, high = [
        {one.summary.story_id[2:]: (one.summary.severity, one.summary.doubtful) for one in found}
        for found in [await store.story_lines(one, now=NOW, after=None, limit=9) for one in (StoryFilter(), urgent)]
    ]
    assert lines == {
        "a": (Severity.HIGH, False),
        "b": (Severity.CRITICAL, True),
        "c": (Severity.MEDIUM, False),
        "d": (Severity.HIGH, True),
    }
    assert sorted(high) == ["a", "d"]
    alerts = await store.told_alerts(limit=9)
    assert {one.item_id[2:] for one in alerts if one.doubtful} == {"b", "d"}

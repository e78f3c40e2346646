"""The console's lists on both kinds of database."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import ItemFilter, Severity, StoryFilter
from storage.store import Store
from tests.support.builders import NOW


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
        since=NOW - timedelta(days=7),
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

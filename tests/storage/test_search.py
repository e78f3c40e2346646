"""The search over items, on both kinds of database: what finds what, and that it follows what changes."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from monitor.model import ItemFilter, StoryFilter
from storage.searchtext import as_fts5, as_tsquery, as_tsvector, terms_of, words_of
from storage.store import Store
from tests.support.builders import NOW
from tests.support.stored import DAY, batch, item, lookup, matched, new, revised

TEXTS = {
    "en": ("Cluster-munition raids kill 200", "Naïve café owners in Homs fled. Bombs fell."),
    "fr": ("L'armée déploie des bombes à sous-munitions", "Œuvres détruites à l’hôpital"),
    "es": ("El ejército bombardeó un mercado en Odesa", "Murieron niños"),
    "ar": ("الجيش يقصف السوق بالقنابل العنقودية", "قُتِلَ ٢٠ مدنيًا في إدلب وقرية"),
    "ru": ("Кассетные бомбы: ещё шестеро погибших", "Армия всё отрицает"),
    "uk": ("Касетні бомби: п’ятеро загиблих", "Ґанок будинку, їхній об'єкт"),
}
FOUND = [
    ("kill", "en"),
    ("KILL cluster", "en"),
    ("munition", "en"),
    ("cluster-munition", "en"),
    ('"munition cluster"', ""),
    ('"raids kill 200"', "en"),
    ("“raids kill”", "en"),
    ('"kill raids"', ""),
    ("kil", ""),
    ("kil*", "en"),
    ("naive CAFE", "en"),
    ("bomb*", "en fr es"),
    ('"bombs fel*"', ""),
    ('"bombs fel"*', "en"),
    ("armee", "fr"),
    ("l’armée", "fr"),
    ("oeuvres hopital", "fr"),
    ("ejercito ninos", "es"),
    ("قنابل", "ar"),
    ("القنابل عنقودية", "ar"),
    ("القنا*", "ar"),
    ("قتل ادلب", "ar"),
    ("قريه 20", "ar"),
    ("سوق", "ar"),
    ("кассетные", "ru"),
    ("еще", "ru"),
    ("бомб*", "ru uk"),
    ("п'ятеро", "uk"),
    ("п’ятеро", "uk"),
    ("пʼят*", "uk"),
    ("ганок", "uk"),
    ("объект", ""),
    ("kill погибших", ""),
    ('"kill raids', ""),
    ('raids" kill', "en"),
    ("AND", ""),
    ("kill AND OR NOT", ""),
    ("kill -raids", "en"),
    ("words:kill", ""),
    ("kill*)", "en"),
    ("^kill", "en"),
    ("kill' OR '1'='1", ""),
    ("kill & raids | !", "en"),
    ("kill\0", "en"),
    ("kill:*", "en"),
    ("***", ""),
    ('"', ""),
    ("''", ""),
    ("NEAR(kill raids)", ""),
    ("{kill}", "en"),
    ("\ud800", ""),
    ("   ", ""),
]


async def stocked(store: Store) -> Store:
    """An item in each language, each an hour after the one before, and one in a story."""
    for hour, (language, (title, summary)) in enumerate(TEXTS.items()):
        at = NOW + timedelta(hours=hour)
        shown = item(language, title=title, summary=summary, body="", language=language, seen_at=at)
        one = matched(language, language, at=at) if language in ("en", "uk") else new(language)
        await store.judge(lookup(now=at), batch(replace(one, item=shown)))
    await read_all(store)
    return store


async def read_all(store: Store) -> None:
    while await store.read_for_search(NOW):
        pass


async def found(store: Store, words: str, **more: object) -> list[str]:
    items = await store.found_items(ItemFilter(words=words, **more), after=None, limit=20)  # type: ignore[arg-type]
    return [one.item_id.removeprefix("i-") for one in items]


async def test_words_are_found_whatever_their_accents_and_signs_are_no_commands(store: Store) -> None:
    await stocked(store)
    told = {words: " ".join(reversed(await found(store, words))) for words, _ in FOUND}
    assert told == dict(FOUND)


async def test_stories_are_found_by_the_words_of_a_report(store: Store) -> None:
    await stocked(store)

    async def told(words: str) -> list[str]:
        lines = await store.story_lines(StoryFilter(words=words), now=NOW, after=None, limit=5)
        return [line.summary.story_id for line in lines]

    assert await told("homs fled") == ["s-en"]
    assert await told("п'ятеро") == ["s-uk"]
    assert await told("бомбы") == [], "that item is in no story"
    assert await told("!!!") == []


async def test_a_search_gives_the_newest_first_page_by_page_also_of_one_moment(store: Store) -> None:
    for name in "abcdefg":
        await store.judge(lookup(), batch(new(name)))
    await store.judge(lookup(now=NOW + DAY), batch(new("z", item=item("z", seen_at=NOW + DAY, feed_id="other"))))
    await read_all(store)
    read, after = [], None
    while items := await store.found_items(ItemFilter(words="title"), after=after, limit=3):
        read += [one.item_id for one in items]
        after = items[-1].first_seen_at, items[-1].item_id
    assert read[0] == "i-z"
    assert sorted(read) == sorted(f"i-{name}" for name in "abcdefgz"), "each once"
    assert await found(store, "title", feed="other") == ["z"]


async def test_no_place_and_no_feed_is_an_error(store: Store) -> None:
    await stocked(store)
    for year in (1, 2262, 9999):
        place = datetime(year, 4, 12, tzinfo=UTC), "i-nothing"
        found_there = await store.found_items(ItemFilter(words="kill"), after=place, limit=5)
        assert [one.item_id for one in found_there] == (["i-en"] if year > 2026 else [])
    assert await found(store, "kill", feed="\0") == []
    assert sum(day.items for day in await store.feed_days("\0", NOW, days=3)) == 0


async def test_a_changed_item_is_found_by_its_new_words_alone(store: Store) -> None:
    await store.judge(lookup(), batch(new("a", item=item("a", title="Minister denies raid"))))
    await read_all(store)
    shown = item("a", title="Minister admits raid", content_hash="1:b", seen_at=NOW + DAY)
    await store.judge(lookup(now=NOW + DAY), batch(revised("a", 2, shown)))
    await read_all(store)
    assert (await found(store, "denies"), await found(store, "admits raid")) == ([], ["a"])
    assert not await store.search_is_behind(NOW + 2 * DAY)


async def test_deleted_texts_leave_the_search_and_headlines_stay(store: Store) -> None:
    await stocked(store)
    assert await found(store, "fled") == ["en"]
    await store.prune(NOW + timedelta(minutes=30), now=NOW + 100 * DAY)
    assert (await found(store, "fled"), await found(store, "kill raids"), await found(store, "niños")) == (
        [],
        ["en"],
        ["es"],
    )


async def test_items_from_before_the_search_are_read_for_it_a_few_at_a_time(migrated_url: str) -> None:
    store = Store.open(migrated_url)
    long = {"body": "Rain in town. " * 350}
    items = {f"{number:04}": item(f"{number:04}", **long) for number in range(120)}
    await store.judge(lookup(), batch(*(new(name, item=one) for name, one in items.items())))
    await read_all(store)
    await store.close()
    engine = create_engine(migrated_url)
    with engine.begin() as connection:  # as after an upgrade, or in a copy from before
        if engine.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO item_search (item_search) VALUES ('delete-all')"))
        connection.execute(text("DELETE FROM item_words"))
    engine.dispose()
    store = Store.open(migrated_url)
    steps, behind = [], []
    while read := await store.read_for_search(NOW):
        steps.append(read)
        behind.append(await store.search_is_behind(NOW + timedelta(minutes=2)))
    assert max(steps) <= 50
    assert (behind[0], behind[-1]) == (True, False)
    assert len(await store.found_items(ItemFilter(words="title"), after=None, limit=200)) == 120
    await store.close()


async def test_two_services_keep_up_one_search(migrated_url: str) -> None:
    first, second = Store.open(migrated_url), Store.open(migrated_url)
    await first.judge(lookup(), batch(*(new(f"{number:03}") for number in range(60))))
    await asyncio.gather(read_all(first), read_all(second), read_all(second))
    await read_all(first)
    assert len(await second.found_items(ItemFilter(words="title"), after=None, limit=100)) == 60
    await first.close()
    await second.close()


async def test_sqlites_index_and_its_words_agree_whatever_happened(sqlite_url: str) -> None:
    store = await stocked(Store.open(sqlite_url))
    shown = item("en", title="Other words", content_hash="1:x", seen_at=NOW + DAY)
    await store.judge(lookup(now=NOW + DAY), batch(revised("en", 2, shown)))
    await read_all(store)
    await store.prune(NOW + 2 * DAY, now=NOW + 100 * DAY)
    await store.close()
    with sqlite3.connect(Path(sqlite_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("INSERT INTO item_search (item_search, rank) VALUES ('integrity-check', 1)")
    connection.close()


@given(st.text(max_size=60) | st.text(alphabet="\"'*()&|!:-^{}\\ aбق\0", max_size=40))
def test_whatever_is_typed_is_a_search_and_no_error(sought: str) -> None:
    terms = terms_of(sought)
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE f USING fts5(words, tokenize='unicode61 remove_diacritics 2')")
        if terms:
            connection.execute("SELECT * FROM f WHERE f MATCH ?", (as_fts5(terms),)).fetchall()
    connection.close()
    words = words_of(sought)
    assert all(word.isalnum() for word in words)
    assert all(word.isalnum() for term in terms for word in term.words)
    assert set("'\\\0").isdisjoint(as_tsvector(words).replace("'", "", 2 * len(set(words))))
    assert as_tsquery(terms).count("'") == 2 * sum(len(one) for term in terms for one in term.spellings)


async def test_whatever_is_typed_is_a_search_and_no_error_in_postgresql(postgresql_url: str) -> None:
    store = await stocked(Store.open(postgresql_url))
    hostile = ["'", "\\", "a\\'b", "a' | 'b", "\U0001d7d8x", "①", "ﬃ", "ß", "İ", "x" * 5_000, "a b " * 500, "𐍈*", "٣*"]
    for words in hostile:
        assert await found(store, words) == [], words
    await store.judge(lookup(), batch(new("h", item=item("h", title=" ".join(hostile)[:2_000]))))
    await read_all(store)
    assert await found(store, "ffi ss") == ["h"]
    await store.close()

"""What a feed shows of its keys, and what that makes them worth."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.collect.identity import identify, known_item
from monitor.collect.items import title_key
from monitor.collect.signs import Articles, Beside, own_guid
from monitor.collect.trust import KeyTrust, learn_keys, proves, tells_apart
from monitor.model import Entry, FeedKeys, Identity, Item, Judgement, KeyUse, KnownItem
from tests.support.builders import NOW, hours, item

HEADLINES = (
    "Nine killed as drone hits bus in Kherson",
    "Parliament passes the budget after a long night",
    "Storm cuts power to half of the island",
    "Court orders retrial of former minister",
    "Scientists find oldest known cave painting",
    "Doctors strike over pay enters second week",
)


def entry(number: int, **over: Any) -> Item:
    title = HEADLINES[number]
    values = {"guid": "", "link": f"https://wire.example/{number}", "title_key": title_key(title), "published": None}
    return item(title, **(values | {"content_hash": title} | over))


def known(before: Item) -> KnownItem:
    identity = Identity(f"i{HEADLINES.index(before.title)}", Judgement.NEW, 1, "new")
    return known_item(replace(before, seen_at=NOW - hours(1)), identity, None)


def among(*before: Item) -> Articles[KnownItem]:
    return Articles((one.item_id, one) for one in map(known, before))


def at(place: int) -> str:
    return f"https://wire.example/news_{place}.html"


def moved_by_one() -> tuple[list[Item], Articles[KnownItem]]:
    """A feed whose links are places: five stories, each a place further than an hour ago, and a new one."""
    before = [entry(number, link=at(5 - number)) for number in range(5)]
    return [entry(number, link=at(6 - number)) for number in range(6)], among(*before)


def test_a_feed_never_seen_is_trusted() -> None:
    assert proves(KeyUse())
    assert tells_apart(KeyUse())


@pytest.mark.parametrize(
    ("use", "trusted"),
    [
        (KeyUse(seen=3, reused=1), True),
        (KeyUse(seen=4, reused=2), False),
        (KeyUse(seen=10, reused=2), False),
        (KeyUse(seen=11, reused=2), True),
    ],
)
def test_a_key_is_trusted_until_it_was_reused_more_than_once_and_in_a_fifth_of_the_entries(
    use: KeyUse, trusted: bool
) -> None:
    assert proves(use) is trusted


def test_links_that_are_places_are_reused_and_change() -> None:
    items, before = moved_by_one()
    trust = learn_keys(items, before, FeedKeys())
    assert trust.keys.link == KeyUse(seen=6, reused=5, changed=5)
    assert trust.moved == {"i0", "i1", "i2", "i3", "i4"}


def test_what_was_learnt_before_counts_on() -> None:
    items, before = moved_by_one()
    learnt = learn_keys(items, before, FeedKeys(link=KeyUse(seen=10, reused=1), guid=KeyUse(seen=7))).keys
    assert (learnt.link.seen, learnt.link.reused, learnt.guid) == (16, 6, KeyUse(seen=7))


def test_what_was_long_ago_counts_less_and_less() -> None:
    items, before = moved_by_one()
    assert learn_keys(items, before, FeedKeys(link=KeyUse(seen=999, reused=600))).keys.link == KeyUse(
        seen=504, reused=304, changed=4
    )


def test_an_edit_under_its_own_keys_speaks_for_them() -> None:
    edited = item("Ten killed as drone hits bus in Kherson", guid="g", link="https://wire.example/0")
    keys = learn_keys([edited], among(entry(0, guid="g")), FeedKeys()).keys
    assert (keys.guid, keys.link) == (KeyUse(seen=1), KeyUse(seen=1))


def test_guids_that_change_are_counted_where_link_and_headline_stay() -> None:
    again = [entry(number, guid=f"new-{number}") for number in range(5)]
    trust = learn_keys(again, among(*(entry(number, guid=f"old-{number}") for number in range(5))), FeedKeys())
    assert (trust.keys.guid, trust.keys.link) == (KeyUse(seen=5, changed=5), KeyUse(seen=5))
    assert trust.moved == frozenset()


RENEWED = {"guid": "new", "link": "https://wire.example/new"}


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        pytest.param({}, {}, False, id="a headline alone"),
        pytest.param({"published": NOW - hours(2)}, {"published": NOW}, False, id="another date"),
        pytest.param({"published": NOW - hours(2)}, {"published": NOW - hours(2)}, True, id="the same moment"),
        pytest.param({"text_key": "t"}, {"text_key": "t"}, True, id="the same text"),
        pytest.param(
            {"text_key": "t", "published": NOW - hours(26)},
            {"text_key": "t", "published": NOW},
            False,
            id="the same text a day later",
        ),
        pytest.param({"link": RENEWED["link"]}, {}, True, id="the same link"),
        pytest.param(
            {"link": RENEWED["link"], "published": NOW - hours(26)},
            {"published": NOW},
            False,
            id="the same link a day later",
        ),
    ],
)
def test_a_guid_has_changed_where_more_than_the_headline_shows_the_article(
    old: dict[str, Any], new: dict[str, Any], *, changed: bool
) -> None:
    before = among(entry(0, **({"guid": "old"} | old)))
    assert learn_keys([entry(0, **(RENEWED | new))], before, FeedKeys()).keys.guid.changed == changed


@pytest.mark.parametrize(("headlines", "kept", "changed"), [(2, 0, 0), (3, 0, 3), (5, 4, 5), (5, 5, 0)])
def test_a_document_that_renews_most_headlines_changes_its_keys(headlines: int, kept: int, changed: int) -> None:
    before = among(*(entry(number, guid=f"old-{number}") for number in range(headlines)))
    again = [entry(n, guid=f"new-{n}", link=f"https://wire.example/new/{n}") for n in range(headlines)]
    beside = Beside(tuple(Entry(digest=str(n), title=f"Kept {n}") for n in range(kept)))
    assert learn_keys(again, before, FeedKeys(), beside).keys.guid.changed == changed


def test_in_a_document_whose_entries_kept_their_keys_another_guid_and_link_are_another_article() -> None:
    changing = FeedKeys(guid=KeyUse(seen=10, changed=9), link=KeyUse(seen=10, changed=9))
    before, again = among(entry(0, guid="old")), entry(0, **RENEWED)
    kept = Beside((Entry(digest="k", title="Kept"),))
    for beside, judgement in ((Beside(), Judgement.SEEN), (kept, Judgement.NEW)):
        trust = learn_keys([again], before, changing, beside)
        assert identify(again, before, trust=trust, now=NOW).judgement is judgement


def test_one_text_under_many_headlines_is_boilerplate() -> None:
    trust = learn_keys([entry(number, text_key="t") for number in range(4)], among(), FeedKeys())
    assert not proves(trust.keys.text)
    assert trust.boilerplate == {"t"}


def test_dates_that_all_entries_share_are_not_theirs() -> None:
    assert not proves(learn_keys([entry(number, published=NOW) for number in range(4)], among(), FeedKeys()).keys.date)


def test_the_reason_names_the_keys_that_were_not_trusted() -> None:
    items, before = moved_by_one()
    trust = learn_keys(items, before, FeedKeys())
    stayed = identify(items[2], before, trust=trust, now=NOW)
    assert (stayed.item_id, stayed.judgement) == ("i2", Judgement.SEEN)
    assert stayed.reason == ("same headline; it has no guid of its own, this feed reuses links (5 of 6): not trusted")
    alike = item("Scientists find oldest known cave", link=at(1), guid="", title_key="x", published=None)
    new = identify(alike, before, trust=trust, now=NOW)
    assert new.judgement is Judgement.NEW
    assert new.reason == "same link as i4, but another headline; this feed reuses links (5 of 6): not trusted"


def test_a_feed_that_changes_its_guids_is_judged_by_link_and_headline() -> None:
    trust = KeyTrust(keys=FeedKeys(guid=KeyUse(seen=40, changed=20)))
    edited = item("Ten killed as drone hits bus in Kherson", guid="g7", link="https://wire.example/0")
    found = identify(edited, among(entry(0, guid="g1")), trust=trust, now=NOW)
    assert (found.item_id, found.judgement) == ("i0", Judgement.REVISION)


def test_a_feed_asked_again_and_again_shows_nothing_new_of_its_keys() -> None:
    """`replay` judges every entry of every capture, polling only those in words not known."""
    before = FeedKeys(link=KeyUse(seen=10, reused=3))
    assert learn_keys([entry(0)], among(entry(0)), before) == KeyTrust(keys=before)


@pytest.mark.parametrize(
    ("guid", "own"),
    [
        ("https://wire.example/1", False),
        ("http://www.wire.example/1/", False),
        (" HTTPS://wire.example/1?utm_source=rss", False),
        ("https&colon;//wire.example/1", False),
        ("https://wire.example/1#2", True),
        ("https://wire.example/2", True),
        ("wire.example/1", True),
        ("tag:wire.example,2026:1", True),
        ("4711", True),
        ("", False),
    ],
)
def test_a_guid_counts_when_it_is_more_than_the_link_again(guid: str, *, own: bool) -> None:
    one = item(guid=guid, link="https://wire.example/1")
    assert own_guid(one) == (guid if own else "")

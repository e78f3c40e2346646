"""Which article an entry is: the traps measured on real feeds, each as a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.collect.identity import identify, known_item
from monitor.collect.items import title_key
from monitor.collect.links import canonical_link
from monitor.collect.signs import Articles, Beside
from monitor.collect.trust import KeyTrust
from monitor.model import Entry, Identity, Item, Judgement, KnownItem
from tests.support.builders import NOW, hours, item

TITLE = "Nine killed as drone hits bus in Kherson"


def entry(title: str = TITLE, **over: Any) -> Item:
    values = {"guid": "g1", "link": "https://wire.example/a", "title_key": title_key(title)}
    return item(title, **(values | {"content_hash": f"1:{title_key(title)}"} | over))


def known(before: Item, *, ago: timedelta = timedelta(hours=1)) -> KnownItem:
    return known_item(replace(before, seen_at=NOW - ago), Identity("i1", Judgement.NEW, 3, "new"), None)


def among(*articles: KnownItem) -> Articles[KnownItem]:
    return Articles((one.item_id, one) for one in articles)


CASES = {
    "the same again": (entry(), Judgement.SEEN),
    "an edited headline": (entry("Ten killed as drone hits bus in Kherson"), Judgement.REVISION),
    "punctuation only": (entry(content_hash=entry().content_hash, title_key=title_key(TITLE)), Judgement.SEEN),
    "a changed guid": (entry(guid="g1#1"), Judgement.SEEN),
    "a changed guid and headline": (entry("Drone hits bus in Kherson, nine dead", guid="g2"), Judgement.REVISION),
    "another link, same guid": (entry(link="https://wire.example/section/a"), Judgement.SEEN),
    "another guid and link, same headline": (entry(guid="g9", link="https://wire.example/z"), Judgement.SEEN),
    "the same link in a sister feed": (entry(feed_id="wire-europe", guid="x"), Judgement.SEEN),
    "a link used again for another story": (
        entry("Parliament passes budget after long night", guid="", link="https://wire.example/a"),
        Judgement.NEW,
    ),
    "a link that is its own guid, used again": (
        entry("Parliament passes budget", guid="https://wire.example/a", published=NOW - hours(9)),
        Judgement.NEW,
    ),
    "a guid kept for a new story": (
        entry("Parliament passes budget", link="https://wire.example/budget"),
        Judgement.NEW,
    ),
    "the same guid in another publisher's feed": (
        entry("Parliament passes budget", feed_id="post", family="post", link="https://post.example/b"),
        Judgement.NEW,
    ),
    "the same headline from another publisher": (
        entry(feed_id="post", family="post", guid="p", link="https://post.example/b"),
        Judgement.NEW,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_entry_is_judged_by_two_signs_that_agree(case: str) -> None:
    entry_now, judgement = CASES[case]
    found = identify(entry_now, among(known(entry())), now=NOW)
    assert found.judgement is judgement
    assert found.reason
    assert (found.item_id == "i1") is (judgement is not Judgement.NEW)
    if judgement is Judgement.REVISION:
        assert found.revision == 4


def test_a_short_headline_stands_for_no_article() -> None:
    live = entry("Live updates", guid="g5", link="https://wire.example/5")
    assert identify(live, among(known(entry("Live updates"))), now=NOW).judgement is Judgement.NEW


def test_the_same_headline_days_later_is_another_article() -> None:
    again = entry(guid="g9", link="https://wire.example/z", published=NOW)
    assert identify(again, among(known(entry(), ago=hours(60))), now=NOW).judgement is Judgement.NEW


def test_the_same_headline_of_the_same_moment_is_one_article_whatever_its_keys_and_words() -> None:
    """As an aggregator shows it at each fetch."""
    again = entry(guid="g9", link="https://wire.example/z", text_key="others")
    before = known(entry(text_key="some"), ago=hours(60))
    assert identify(again, among(before), now=NOW).item_id == "i1"


LIVE = "https://wire.example/live"
POSTS: dict[str, dict[str, Any]] = {
    "another guid": {"guid": "g2"},
    "another guid, no date": {"guid": "g2", "published": None},
    "another place on the page, no guid": {"guid": "", "url": f"{LIVE}#post-2"},
    "a key that names the article, no guid": {"guid": "", "url": f"{LIVE}?ref=1002"},
}


@pytest.mark.parametrize("case", POSTS)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Airstrike on a hospital in Kharkiv kills three", "Airstrike on a hospital in Kherson kills twelve"),
        ("Удар по больнице в Харькове: погибли трое", "Удар по больнице в Херсоне: погибли двенадцать"),
        ("غارة على مستشفى في إدلب تقتل ثلاثة", "غارة على مستشفى في حلب تقتل اثني عشر"),
    ],
    ids=["en", "ru", "ar"],
)
def test_posts_of_one_page_are_articles_of_their_own(case: str, before: str, after: str) -> None:
    """A headline alike says no more for one article than another key says against it."""
    first = entry(before, guid=POSTS[case]["guid"] and "g1", link=LIVE, url=f"{LIVE}?ref=1001#post-1")
    post: dict[str, Any] = {"published": NOW - hours(2), "url": first.url, "link": LIVE} | POSTS[case]
    assert identify(entry(after, **post), among(known(first)), now=NOW).judgement is Judgement.NEW


@pytest.mark.parametrize(
    "written",
    ["?cid={}", "?eid={}", "?uid={}&lang=en", "?keyword=k-{}", "?source={}", "?session={}", "?reference=R/{}",
     "?partnerid={}", "?{}", "?page-{}", "?{}=", "?utm_source=rss&cid={}", "#id={}", "#post={}&x=y", "#!/{}"],
)  # fmt: skip
def test_whatever_an_address_has_besides_its_page_may_name_the_article(written: str) -> None:
    """Addresses are compared without what mostly says where a reader came from; it still counts against one article."""
    first, second = (LIVE + written.format(number) for number in (1001, 1002))
    before = entry("Airstrike on a hospital in Kharkiv kills three", guid=first, link=canonical_link(first), url=first)
    after = entry(
        "Airstrike on a hospital in Kherson kills twelve",
        guid=second,
        link=canonical_link(second),
        url=second,
        published=NOW - hours(2),
    )
    assert identify(after, among(known(before)), now=NOW).judgement is Judgement.NEW


def test_an_address_that_changes_at_each_fetch_makes_no_edit_another_article() -> None:
    first = entry("Airstrike on a hospital kills three", guid="", link=LIVE, url=f"{LIVE}?cid=1001", text_key="t")
    after = entry("Airstrike on a hospital kills ten", guid="", link=LIVE, url=f"{LIVE}?cid=1002", text_key="t")
    assert identify(after, among(known(first)), now=NOW).judgement is Judgement.REVISION


@pytest.mark.parametrize(
    ("over", "judgement"),
    [
        ({}, Judgement.NEW),
        ({"link": "https://wire.example/a"}, Judgement.REVISION),
        ({"text_key": "before"}, Judgement.REVISION),
        ({"published": NOW - hours(5)}, Judgement.NEW),
        ({"published": NOW - hours(24)}, Judgement.REVISION),
        ({"published": None}, Judgement.REVISION),
        ({"title_key": title_key("Airstrike on a hospital kills three")}, Judgement.NEW),
    ],
)
def test_a_guid_that_is_used_again_is_another_article_when_all_else_differs(
    over: dict[str, Any], judgement: Judgement
) -> None:
    """As of feeds that number the entries of each day."""
    first = entry("Airstrike on a hospital kills three", guid="1", text_key="before", published=NOW - hours(24))
    again = {"guid": "1", "link": "https://wire.example/b", "text_key": "after", "published": NOW} | over
    after = entry("Airstrike on a hospital kills twelve", **again)
    assert identify(after, among(known(first, ago=hours(24))), now=NOW).judgement is judgement


def test_an_article_that_is_still_shown_is_not_what_else_its_document_shows() -> None:
    before, after = "Airstrike on a hospital kills three", "Airstrike on a hospital kills twelve"
    post = entry(after, guid="", published=NOW - hours(2))
    still = KeyTrust(beside=Beside((Entry(digest="d", title=before),)))
    known_one = among(known(entry(before, guid="")))
    assert identify(post, known_one, trust=still, now=NOW).judgement is Judgement.NEW
    assert identify(post, known_one, now=NOW).judgement is Judgement.REVISION


def test_a_guid_with_a_revision_mark_and_a_new_headline_is_an_edit() -> None:
    before = entry("Old words entirely", guid="https://wire.example/a#0")
    after = entry("Something else now", guid="https://wire.example/a#1")
    assert identify(after, among(known(before)), now=NOW).judgement is Judgement.REVISION


def test_an_id_depends_on_what_the_entry_says_and_nothing_else() -> None:
    assert identify(entry(), among(), now=NOW) == identify(entry(), among(), now=NOW + hours(5))
    assert identify(entry(), among(), now=NOW).item_id != identify(entry(guid="g2"), among(), now=NOW).item_id

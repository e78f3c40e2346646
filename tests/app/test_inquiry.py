"""Why the desk got an article, or did not: found by whatever people paste, and answered in their words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from monitor.app.inquiry import Inquiry, address_in, inquire, is_same_site
from monitor.collect.items import title_key
from monitor.match.rule import Way
from monitor.model import (
    CardMessage,
    Feed,
    FeedCourse,
    FeedKind,
    FeedState,
    Routes,
    Severity,
)
from storage.store import Store
from tests.support.builders import NOW, hours, minutes, route
from tests.support.rules import engine
from tests.support.stored import alert, batch, card, delivery, item, lookup, matched, new, tried

pytestmark = pytest.mark.asyncio(loop_scope="module")
ENGINE = engine({"raid": ["air raid"], "harm": ["kill"]}, Way(name="deadly", all=("raid", "harm")))
FEEDS = tuple(
    Feed(id=name, name=name.upper(), url=f"https://{host}/rss", kind=FeedKind.OUTLET, interval=minutes(5), family=name)
    for name, host in (("wire", "rss.wire.co.uk"), ("post", "post.net"), ("far", "feeds.far-cdn.net"))
)
ROUTES = Routes((route("desk"), route("loud", min_severity=Severity.CRITICAL)), ops=route("ops"))


@pytest.mark.parametrize(
    ("pasted", "address"),
    {
        "an address": (" https://a.example/x?y=1 ", "https://a.example/x?y=1"),
        "as Slack sends it": ("<https://a.example/x|a.example/x>", "https://a.example/x"),
        "as browsers show it": ("a.example/x", "https://a.example/x"),
        "with letters of any script": ("https://مثال.example/خبر", "https://xn--mgbh0fb.example/%D8%AE%D8%A8%D8%B1"),
        "a headline": ("Strike hits U.S. base", ""),
        "a word": ("Idlib.", ""),
        "an id": ("i6f594c989eecae2f", ""),
        "a script": ("javascript:alert(1)", ""),
        "no address": ("http://[::1", ""),
        "nothing": ("", ""),
    }.values(),
)
async def test_an_address_is_known_from_a_headline(pasted: str, address: str) -> None:
    assert address_in(pasted) == address


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("wire.co.uk", "wire.co.uk", True),
        ("rss.wire.co.uk", "wire.co.uk", True),
        ("rss.wire.co.uk", "news.wire.co.uk", True),
        ("wire.co.uk", "post.co.uk", False),
        ("a.gov.ua", "b.gov.ua", False),
        ("mywire.co.uk", "wire.co.uk", False),
        ("", "wire.co.uk", False),
    ],
)
async def test_hosts_are_of_one_site(one: str, other: str, same: bool) -> None:
    assert is_same_site(one, other) is same


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stored(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    """A store with an article that was posted, a copy, one that nothing matched, and feeds in several states."""
    folder: Path = tmp_path_factory.mktemp("asked")
    store = Store.open(f"sqlite:///{folder / 'w.db'}")
    await store.upgrade()
    sent = delivery("a", message=CardMessage(alert=alert("i-a", "s-a")), channel="C1", route="desk")
    await store.judge(lookup(), batch(matched("a", "a"), deliveries=[sent], cards=[card(delivery_name="a")]))
    await tried(store)
    title = "Council debates an air raid shelter"
    plain = item("c", title=title, title_key=title_key(title), url="https://post.net/c", link="https://post.net/c")
    await store.judge(lookup(), batch(new("c", item=plain)))
    state = FeedState(feed_id="wire", polled_at=NOW, succeeded_at=NOW - minutes(2), next_poll_at=NOW + minutes(3))
    await store.save_feed(replace(state, baselined_at=NOW - hours(1), course=FeedCourse(shown=30)))
    failing = FeedState(feed_id="post", polled_at=NOW, failures=3, failing_since=NOW - hours(2), reason="HTTP 503")
    await store.save_feed(failing)
    while await store.read_for_search(NOW):
        pass
    yield store
    await store.close()


async def asked(store: Store, what: str, **over: Any) -> Inquiry:
    given: dict[str, Any] = {"feeds": FEEDS, "routes": ROUTES, "engine": ENGINE, "now": NOW} | over
    return await inquire(store, what, **given)


async def test_what_was_posted_is_found_by_any_form_of_its_link(stored: Store) -> None:
    url = (await asked(stored, "i-a")).history.url  # type: ignore[union-attr]
    for form in (
        url,
        f"<{url}|it>",
        f"{url}{'&' if '?' in url else '?'}utm_source=slack",
        url.removeprefix("https://"),
    ):
        found = await asked(stored, form)
        assert found.history is not None, form
        assert found.answer.said == "Yes, the desk got it: desk as a card at 12:00 UTC."
    steps = {step.name: step for step in (await asked(stored, "i-a")).answer.steps}
    assert steps["desk"].words == "Posted as a card at 12:00 UTC."
    assert (steps["desk"].channel, bool(steps["desk"].ts)) == ("C1", True)
    assert steps["Not in loud"].words == "The rule is not for this route: cluster munitions."


async def test_what_nothing_matched_says_what_it_lacks(stored: Store) -> None:
    for form in ("https://post.net/c#comments", "council debates an AIR-RAID shelter!"):
        found = await asked(stored, form)
        assert found.answer.said == "No, the desk did not get it. No rule matched."
        assert [(step.name, step.words) for step in found.answer.steps if step.stopped][:2] == [
            ("Rules", "No rule matched its text."),
            ("R", "It has no word for “harm”, though it has “air raid”."),
        ]


async def test_what_no_feed_showed_says_how_the_feeds_of_its_site_do(stored: Store) -> None:
    found = await asked(stored, "https://news.wire.co.uk/other")
    assert found.answer.said == (
        "No: Wirewatch has not seen this article. The feed of its site did not show it at this address."
    )
    assert found.answer.steps[0].words == (
        "It was read 2 min ago and is read again in 3 min; it listed 30 articles. "
        "Wirewatch has polled it since 11:00 UTC, and may not know older articles."
    )
    assert found.feeds == ("wire",)
    found = await asked(stored, "post.net/2026/other")
    assert found.answer.said == "No: Wirewatch has not seen this article; the feed of its site cannot be read now."
    assert found.answer.steps[0].words == "It cannot be read since 10:00 UTC: HTTP 503."
    found = await asked(stored, "https://elsewhere.example/1")
    assert found.answer.said == "No: Wirewatch has not seen this article, because it polls no feed of this site."


async def test_headlines_that_are_not_quite_the_same_offer_what_is_alike(stored: Store) -> None:
    found = await asked(stored, "Council debates the shelter for an air raid again")
    assert found.history is None
    assert [one.item_id for one in found.alike] == ["i-c"]
    found = await asked(stored, "Air raid kills nine in Sarmada")
    assert found.answer.said.startswith("No: Wirewatch has not seen an article with this headline.")
    assert found.answer.steps[-1].words == "The headline alone would match: R."
    found = await asked(stored, "Air raid sirens in Sarmada")
    assert found.answer.steps[-1].words == "It has no word for “harm”, though it has “Air raid”."
    assert (await asked(stored, "Air raid sirens", engine=None)).answer.steps


@pytest.mark.parametrize(
    "hostile", ["", "   ", "<>", "%", '"', "*", "\x00", "\ud800", "http://", "x" * 5_000, "<script>", "\u202eabc"]
)
async def test_whatever_is_asked_is_answered(stored: Store, hostile: str) -> None:
    found = await asked(stored, hostile)
    assert found.history is None
    assert found.answer.said

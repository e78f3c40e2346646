"""One event from its first report to the last, on a clock of its own: who is told what, and with which reason."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from monitor.decide.policy import Policy
from monitor.judge.batch import DocumentPart, Poll, judge, lookup_of
from monitor.judge.prepared import match_item
from monitor.link.join import join
from monitor.model import (
    Delivery,
    Feed,
    FeedKind,
    FeedState,
    FollowUpMessage,
    Item,
    Link,
    Member,
    Observation,
    Report,
    Route,
    Routes,
    Story,
)
from storage.store import Store
from tests.support.builders import NOW, hours, minutes
from tests.support.rules import shipped_rules

DESK = Route(name="weapons-desk", channel="C1DESK")


@dataclass
class Desk:
    """A store, and everything that was to be sent."""

    store: Store
    sent: list[Delivery]

    async def hears(self, source: str, title: str, summary: str, *, at: timedelta, **over: Any) -> Observation:
        """One item of one feed, judged; what an observation says of it."""
        now = NOW + at
        family = source.casefold().replace(" ", "-")
        item = _item(source, family, title, summary, now, **over)
        feed = Feed(id=family, name=source, url=f"https://{family}.example", family=family)
        prepared = [match_item(item, shipped_rules(frozenset({DESK.name})))]
        state = FeedState(feed_id=feed.id, baselined_at=NOW - hours(99))
        policy = Policy(routes=Routes((DESK,)), catch_up=None)
        build = partial(judge, part=DocumentPart(prepared), poll=Poll(state), policy=policy, now=now)
        batch = await self.store.judge(lookup_of(feed, prepared, now=now), build)
        self.sent += batch.deliveries
        return batch.observations[0]

    def news(self) -> str:
        """What the last message says is new."""
        message = self.sent[-1].message
        assert isinstance(message, FollowUpMessage)
        return message.news


def _item(source: str, family: str, title: str, summary: str, now: datetime, **over: Any) -> Item:
    values: dict[str, Any] = {
        "feed_id": family,
        "family": family,
        "kind": FeedKind.WIRE,
        "source": source,
        "title": title,
        "summary": summary,
        "guid": title,
        "link": f"https://{family}.example/{len(title)}",
        "url": f"https://{family}.example/{len(title)}",
        "language": "en",
        "published": now - minutes(3),
        "seen_at": now,
        "content_hash": f"1:{title}{summary}",
        "title_key": title.casefold(),
        "entry_digest": title + summary,
    }
    return Item(**values | over)


def _one_story(report: Report, member: Member, stories: Iterable[Story], *, now: datetime) -> Link:
    """Linking is tested elsewhere: all of these reports are of one event."""
    stories = list(stories)
    found = join(report, member, stories, now=now)
    return replace(found, story_id=stories[0].story_id, new=False) if found.new and stories else found


@pytest.fixture
async def desk(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr("monitor.link.stories.join", _one_story)
    store = Store.open(sqlite_url)
    await store.upgrade()
    yield Desk(store, [])
    await store.close()


def verdict(observation: Observation) -> tuple[str, str]:
    assert observation.verdict is not None
    return str(observation.verdict.action), observation.verdict.reason


FIRST = "Cluster munitions hit market in Idlib, killing 3 civilians, rights group says"
TEXT = (
    "Cluster munitions hit the market in Idlib on Wednesday morning and killed 3 civilians, the Rightsline group said."
)


async def test_an_event_is_told_once_and_then_only_what_is_new(desk: Desk) -> None:
    first = await desk.hears("The Wire", FIRST, TEXT, at=hours(0))
    assert verdict(first) == ("alert", "new_story")

    copied = await desk.hears("Harbour Post", FIRST, TEXT, at=hours(1))
    assert verdict(copied) == ("duplicate", "copy")

    counted = await desk.hears(
        "Fieldwatch",
        "Cluster munitions on Idlib market: Fieldwatch counts 4 civilians killed",
        "The organisation Fieldwatch says that cluster munitions killed 4 civilians in the market in Idlib.",
        at=hours(2),
    )
    assert verdict(counted) == ("update", "confirmed")
    assert desk.news().startswith("second source")

    denied = await desk.hears(
        "Северный вестник",
        "Минобороны опровергло удар кассетными бомбами по рынку в Идлибе",
        "Ведомство заявило, что удара по Идлибу (Idlib) не было.",
        at=hours(4),
        language="ru",
    )
    assert verdict(denied) == ("update", "reaction")
    assert desk.news().startswith("official reaction: denial by defence ministry")

    again = await desk.hears(
        "Le Courrier",
        "Cluster munitions on Idlib market: death toll is 5 civilians, medics say",
        "Medics say that cluster munitions killed 5 civilians in the market in Idlib.",
        at=hours(5),
    )
    assert verdict(again) == ("follow-up", "further_report")

    higher = await desk.hears(
        "The Wire",
        "Death toll of cluster munitions on Idlib market rises to 9 civilians killed, rights group says",
        "The Rightsline group said that cluster munitions on the market in Idlib killed 9 civilians.",
        at=hours(6),
    )
    assert verdict(higher) == ("update", "toll")
    assert desk.news().startswith("death toll 4 → 9 (rights group)")
    assert [one.broadcast for one in desk.sent] == [False, True, True, False, True]
    assert len({one.link.story_id for one in (first, copied, counted, denied, again, higher) if one.link}) == 1


async def test_an_edit_of_an_item_can_bring_news_too(desk: Desk) -> None:
    await desk.hears("The Wire", FIRST, TEXT, at=hours(0), guid="1")
    link_of_article = {"guid": "1", "link": "https://the-wire.example/1", "url": "https://the-wire.example/1"}
    first = await desk.hears(
        "The Wire", FIRST.replace("3", "4"), TEXT.replace("3", "4"), at=hours(1), **link_of_article
    )
    assert verdict(first) == ("duplicate", "revision")
    raised = await desk.hears(
        "The Wire", FIRST.replace("3", "11"), TEXT.replace("3", "11"), at=hours(2), **link_of_article
    )
    assert verdict(raised) == ("update", "toll")
    corrected = await desk.hears("The Wire", f"CORRECTION: {FIRST}", TEXT, at=hours(3), **link_of_article)
    assert verdict(corrected) == ("update", "correction")
    assert desk.news() == "corrected: 11 → 3 killed"
    withdrawn = await desk.hears("The Wire", f"WITHDRAWN: {FIRST}", TEXT, at=hours(4), **link_of_article)
    assert verdict(withdrawn) == ("update", "correction")
    assert desk.news() == "withdrawn"


async def test_an_edit_that_lowers_a_toll_is_told_and_what_rises_again_too(desk: Desk) -> None:
    link_of_article = {"guid": "1", "link": "https://the-wire.example/1", "url": "https://the-wire.example/1"}
    for at, (number, reason) in enumerate([("60", "new_story"), ("6", "correction"), ("20", "toll")]):
        title = FIRST.replace("3", number)
        told = await desk.hears("The Wire", title, TEXT.replace("3", number), at=hours(at), **link_of_article)
        assert verdict(told)[1] == reason


async def test_a_live_page_that_goes_on_elsewhere_gets_a_card_of_its_own(desk: Desk) -> None:
    page = {"guid": "1", "link": "https://the-wire.example/1", "url": "https://the-wire.example/1"}
    title = "War live: cluster munitions kill civilians in market in {}"
    first = await desk.hears("The Wire", title.format("Idlib"), "", at=hours(0), **page)
    second = await desk.hears("The Wire", title.format("Kherson"), "", at=hours(5), **page)
    assert [verdict(one) for one in (first, second)] == [("alert", "new_story")] * 2
    again = await desk.hears("The Wire", title.format("Kherson").replace("market", "a market"), "", at=hours(6), **page)
    assert verdict(again)[0] == "duplicate"


KRAMATORSK = "Росіяни вдарили по Краматорську, двоє загиблих"
SARMADA = "Six killed as cluster bombs hit market in Sarmada"
DERHACHI = "Russian bomb hits house in Derhachi, killing six"


@pytest.mark.parametrize(
    ("first", "later", "after", "news"),
    [
        (KRAMATORSK, "У Краматорську кількість загиблих зросла до п'яти", 60, "death toll 2 → 5"),
        (KRAMATORSK, "Краматорськ: уже п'ятеро загиблих", 2, "death toll 2 → 5"),
        (DERHACHI, "Derhatchi: le bilan passe à neuf morts", 6, "death toll 6 → 9"),
        (SARMADA, "ارتفاع حصيلة قتلى سرمدا إلى 12", 3, "death toll 6 → 12"),
        (DERHACHI, "Death toll in Derhachi climbs to nine, officials say", 6, "death toll 6 → 9"),
        (DERHACHI, "Синєгубов: У Дергачах уже дев'ятеро загиблих", 6, "death toll 6 → 9"),
        (KRAMATORSK, "У Краматорську кількість загиблих зросла до п'яти", 80, ""),
        (KRAMATORSK, "Краматорськ: уже п'ятеро загиблих", 13, ""),
        (KRAMATORSK, "У Дергачах кількість загиблих зросла до п'яти", 6, ""),
        (KRAMATORSK, "Death toll in Kramatorsk bus crash rises to nine", 6, ""),
        (DERHACHI, "Derhatchi: le bilan passe à deux morts", 6, ""),
        (DERHACHI, "Derhatchi: le bilan passe à 700 morts", 6, ""),
    ],
)
async def test_a_toll_of_its_town_is_told_with_a_known_story_though_no_rule_is_sure_of_it(
    desk: Desk, first: str, later: str, after: int, news: str
) -> None:
    assert verdict(await desk.hears("The Wire", first, "", at=hours(0)))[0] == "alert"
    told = await desk.hears("Other Wire", later, "", at=hours(after))
    assert verdict(told) == ("update", "toll") if news else verdict(told)[0] in ("none", "follow-up")
    assert ("a later toll of its story" in {match.way for match in told.matches}) == bool(news)
    assert not news or desk.news().startswith(news)


async def test_an_edit_that_makes_an_accident_of_an_attack_is_told_though_no_rule_matches(desk: Desk) -> None:
    page = {"guid": "1", "link": "https://the-wire.example/1", "url": "https://the-wire.example/1"}
    await desk.hears("The Wire", "Air strike on Nyala clinic kills nine", "", at=hours(0), **page)
    edited = await desk.hears("The Wire", "Fire in Nyala kills nine", "", at=hours(1), **page)
    assert verdict(edited) == ("update", "correction")
    assert desk.news() == "corrected: strike → fire"

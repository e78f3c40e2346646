"""Alerts, messages, deliveries and claims for tests."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from monitor.model import (
    Alert,
    Attempt,
    CardMessage,
    Claim,
    ClaimKind,
    Delivery,
    DeskCard,
    EditAttempt,
    Evidence,
    Field,
    FollowUpMessage,
    How,
    Message,
    NoticeMessage,
    Route,
    Routes,
    Severity,
    StoryFacts,
)
from monitor.model.ids import delivery_id_of
from tests.support.builders import NOW, match, minutes
from tests.support.fakes.slack import FakeSlack

SUMMARY = (
    "The group Rightsline says it has checked films and fragments. At least 14 people were killed when a cluster "
    "munition hit a crowded market and a school in Idlib. The ministry had no immediate comment."
)


class Clock:
    """A clock that stands still unless somebody waits."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


def evidence(text: str, field: Field = Field.SUMMARY, within: str = SUMMARY) -> Evidence:
    """The words `text` where they stand in a field."""
    start = within.index(text)
    return Evidence(field=field, start=start, end=start + len(text), text=text, term=text, how=How.SAME, group="words")


def alert(**over: Any) -> Alert:
    values: dict[str, Any] = {
        "story_id": "s81",
        "item_id": "i9f3c",
        "severity": Severity.CRITICAL,
        "title": "14 killed as cluster munition hits market & school, group says",
        "summary": SUMMARY,
        "url": "https://wire.example/news/idlib-market?ref=rss",
        "source": "The Wire",
        "language": "en",
        "published": NOW - minutes(3),
        "seen_at": NOW,
        "matches": (
            match(way="use", evidence=(evidence("cluster munition"),)),
            match(
                "civilian-strikes",
                Severity.CRITICAL,
                rule_title="Strikes on civilians",
                way="mass casualties",
                evidence=(evidence("killed"), evidence("market"), evidence("school")),
            ),
            match(
                "official-reactions",
                Severity.MEDIUM,
                rule_title="Official reactions",
                way="no comment",
                evidence=(evidence("ministry"), evidence("no immediate comment")),
            ),
        ),
    }
    return Alert(**values | over)


def story_claim(kind: ClaimKind, value: str, claimant: str = "", number: int = 0, **over: Any) -> Claim:
    values: dict[str, Any] = {
        "item_id": "i1",
        "revision": 1,
        "kind": kind,
        "value": value,
        "claimant": claimant,
        "low": number,
        "high": number,
        "words": value,
        "quote": f"{value}, it says",
        "source": "The Wire",
        "family": "wire",
        "language": "en",
        "seen_at": NOW,
    }
    return Claim(**values | over)


def record(**over: Any) -> StoryFacts:
    """A story with claims of every kind that cards show."""
    latest = story_claim(ClaimKind.KILLED, "at least 9", "medics", 9, quote="Medics counted at least 9 dead & 20 hurt")
    values: dict[str, Any] = {
        "outlets": 9,
        "origins": 2,
        "latest": (latest, story_claim(ClaimKind.HURT, "20", "", 20, quote="Medics counted at least 9 dead & 20 hurt")),
        "highest": (
            story_claim(
                ClaimKind.KILLED, "14", "the group Rightsline", 14, quote="14 were killed", source="Le Courrier"
            ),
            story_claim(ClaimKind.HURT, "20", "", 20),
        ),
        "places": tuple(story_claim(ClaimKind.PLACE, f"geo:{name}", words=name) for name in ("Idlib", "Sarmin")),
        "weapons": (
            story_claim(ClaimKind.WEAPON, "cluster munition"),
            story_claim(ClaimKind.WEAPON, "кассетная бомба"),
        ),
        "targets": (story_claim(ClaimKind.TARGET, "market"),),
        "accusations": (story_claim(ClaimKind.ACCUSED, "Northland", "Rights group"),),
        "reactions": (
            story_claim(ClaimKind.REACTION, "no comment", "Ministry"),
            story_claim(ClaimKind.REACTION, "denial", "Минобороны", source="Вестник", seen_at=NOW - minutes(9)),
        ),
    }
    return StoryFacts(**values | over)


def card(**over: Any) -> CardMessage:
    return CardMessage(alert=alert(**over))


def further(news: str = "", *, also: str = "", **over: Any) -> FollowUpMessage:
    return FollowUpMessage(alert=alert(**over), news=news, also=also)


def notice_message() -> NoticeMessage:
    return NoticeMessage(title="Feed wire is failing", text="The Wire has failed 3 times.\nIt goes on being tried.")


def delivery(name: str = "a", message: Message | None = None, **over: Any) -> Delivery:
    """One for the desk; in another channel than the desk's it is of a route that is in no file."""
    message = message or card(story_id=f"s-{name}", title=f"Story {name}")
    values: dict[str, Any] = {
        "delivery_id": delivery_id_of(name),
        "key": name,
        "route": "desk" if over.get("channel", "C1DESK") == "C1DESK" else f"of-{over['channel']}",
        "channel": "C1DESK",
        "severity": Severity.HIGH,
        "message": message,
        "created_at": NOW,
        "not_before": NOW,
    }
    return Delivery(**values | over)


def attempt(of: Delivery | None = None, **over: Any) -> Attempt:
    values: dict[str, Any] = {
        "delivery": of or delivery(),
        "number": 1,
        "look_up": False,
        "lookups": 0,
        "first_attempt_at": NOW,
    }
    return Attempt(**values | over)


def look_up(of: Delivery | None = None, *, lookups: int = 0, after: timedelta = timedelta(0), **over: Any) -> Attempt:
    """An attempt for a look-up, made `after` its first attempt when that was not at NOW."""
    return replace(attempt(of, look_up=True, lookups=lookups, **over), first_attempt_at=NOW - after)


DESK = Route(name="desk", channel="C1DESK")
OPS = Route(name="ops", channel="C9OPS")
ROUTES = Routes((DESK,), OPS)


def desk_card(**over: Any) -> DeskCard:
    shown = alert(story_id="s1", item_id="i1", title="Six killed in Homs", source="The Wire")
    values: dict[str, Any] = {
        "delivery_id": "d1",
        "story_id": "s1",
        "route": "desk",
        "channel": "C1",
        "alert": shown,
        "feed_id": "wire",
        "revision": 3,
    }
    return DeskCard(**values | over)


def edit_attempt(**over: Any) -> EditAttempt:
    values: dict[str, Any] = {"delivery": delivery(), "ts": "1.0", "posted_at": NOW, "version": 1}
    return EditAttempt(**values | over)


def stories(count: int, **over: Any) -> list[Delivery]:
    return [delivery(f"{over.get('channel', DESK.channel)}-{number}", **over) for number in range(count)]


def texts(slack: FakeSlack, channel: str = DESK.channel) -> list[str]:
    return [message["text"].partition(" - ")[0] for message in slack.messages(channel)]


HOSTILE = alert(
    title="<!channel> <https://evil.example|Reuters>: *14* `killed` & <@U1> \u202emoc.live\u202c @here",
    summary="<!here> & <b>killed</b>\u200b in *Idlib* &amp; :bomb:",
    url="https://wire.example/a|<!channel> b",
    source="<!everyone> Wire",
    language="en<script>",
    matches=(match(evidence=(evidence("killed", Field.SUMMARY, "<!here> & <b>killed"),)),),
)


RIGHT_TO_LEFT = alert(
    title="مقتل 14 شخصا في قصف بقنابل عنقودية على سوق في إدلب",
    summary="قتل 14 شخصا على الأقل في قصف بالقنابل العنقودية على سوق. ولم تعلق الوزارة.",
    source="وكالة الأنباء",
    language="ar",
    published=None,
    matches=(
        match(
            evidence=(evidence("بالقنابل العنقودية", Field.SUMMARY, "قتل 14 شخصا على الأقل في قصف بالقنابل العنقودية"),)
        ),
    ),
)


UNSURE = alert(
    severity=Severity.HIGH,
    matches=(
        match(
            "civilian-strikes",
            rule_title="Strikes on civilians",
            way="deadly attack",
            evidence=(evidence("killed"), evidence("market")),
            confidence=0.4137,
            sure=False,
            reasons=("-films", "+Idlib", "-<!channel> *drill*", "+market"),
            opinion="3501e4",
        ),
        match(
            "official-reactions",
            Severity.MEDIUM,
            rule_title="Official reactions",
            way="no comment",
            evidence=(evidence("no immediate comment"),),
            confidence=0.08,
            sure=False,
            reasons=(),
            opinion="f3131c",
        ),
    ),
)

"""The whole chain over real sockets: feeds in, one explained alert out, and never a second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.support.fakes.feed_server import FeedEntry, atom, rss
from tests.support.fakes.slack import Fault
from tests.support.world import DESK, World

pytestmark = pytest.mark.usefixtures("unpaced")

SUMMARY = (
    "At least 200 civilians were killed in six air raids with cluster munitions in Homs, Idlib and Aleppo, the group "
    "Rightsline said. A week ago another group had counted at least 20 uses of the weapon. The defence ministry had no "
    "immediate comment; the foreign ministry said it would first study the report."
)
ORDINARY = (
    FeedEntry("Parliament passes the budget after a long night", "https://wire.example/budget", "o1"),
    FeedEntry("New trial offers hope to patients with cluster headaches", "https://wire.example/headache", "o2"),
    FeedEntry("", "", "", summary="A short note without a headline, a link or a date."),
)


def ago(minutes: float) -> str:
    return format_datetime(datetime.now(UTC) - timedelta(minutes=minutes))


def report(**over: str) -> FeedEntry:
    values = {
        "title": "Syria: 200 civilians killed by cluster munitions in six attacks, study finds",
        "link": "https://wire.example/syria-study",
        "guid": "wire-1",
        "published": ago(12),
        "summary": SUMMARY,
    }
    return FeedEntry(**(values | over))


@pytest.fixture
def world(world: World) -> World:
    world.poll_feeds("wire", "post")
    world.feeds.serve("/wire.xml", rss(report(), *ORDINARY))
    world.feeds.serve("/post.xml", rss(FeedEntry("Election results due on Sunday", "https://post.example/vote", "p1")))
    return world


async def test_one_event_is_one_message_with_metadata_and_every_rule(world: World) -> None:
    """A report, its syndicated copy, an edited headline, a changed guid and ordinary news: one card, once."""
    reports = await world.poll()
    assert {one.id: one.status for one in reports} == {"wire": "ok", "post": "ok"}
    assert next(one for one in reports if one.id == "wire").entries == 4

    copy = report(
        title="Study counts 200 civilians killed by cluster munitions in six attacks in Syria",
        link="https://post.example/world/77",
        guid="post-77",
        summary=f"DAMASCUS (The Wire) - {SUMMARY}",
    )
    world.feeds.serve("/post.xml", atom(copy))
    await world.poll()

    edited = report(title="Cluster munitions killed 200 civilians in six attacks in Syria, study finds")
    world.feeds.serve("/wire.xml", rss(edited, *ORDINARY))
    await world.poll()

    renamed = report(guid="wire-1#1", title=edited.title, link=f"{edited.link}?utm_source=rss")
    world.feeds.serve("/wire.xml", rss(renamed, *ORDINARY))
    await world.poll()
    await world.poll()

    posts = [body for method, body in world.slack.requests if method == "chat.postMessage"]
    assert len(posts) == 1
    message = posts[0]
    assert message["channel"] == DESK
    assert message["metadata"]["event_type"] == "wirewatch_alert"
    assert message["metadata"]["event_payload"]["alert_id"]
    rules = {rule.partition("@")[0] for rule in message["metadata"]["event_payload"]["rules"]}
    assert rules == {"cluster-munitions", "civilian-strikes", "official-reactions"}
    for title in ("Cluster munitions", "Strikes on civilians", "Official reactions"):
        assert title in str(message["blocks"])
    assert message["text"].startswith("CRITICAL: Syria: 200 civilians killed")


async def test_a_first_poll_is_one_digest_of_young_matches(world: World) -> None:
    """Two young stories share one message; one of last week is stored in silence."""
    world.environment["WIREWATCH_CATCH_UP"] = "12h"
    world.feeds.serve(
        "/wire.xml",
        rss(
            report(),
            report(
                title="Drone strike on bus in Kherson kills five passengers",
                link="https://wire.example/b",
                guid="b",
                summary="Five civilians died when a drone hit a bus in Kherson.",
            ),
            report(
                title="Missile hits school in Taiz, killing nine children",
                link="https://wire.example/c",
                guid="c",
                summary="Nine children were killed when a missile hit a school in Taiz.",
                published=ago(60 * 24 * 7),
            ),
        ),
    )
    await world.poll()
    (message,) = world.slack.messages(DESK)
    assert "2 stories" in message["text"]
    assert "Taiz" not in str(message)


async def test_a_later_report_threads_under_the_card_and_news_bumps_the_channel(world: World) -> None:
    world.feeds.serve("/wire.xml", rss(report(summary="", title="Cluster munitions found in Idlib and Aleppo fields")))
    await world.poll()
    later = report(
        title="Cluster munitions in Idlib and Aleppo fields kill nine civilians",
        link="https://post.example/9",
        guid="p9",
        summary="Nine civilians were killed by cluster munitions in fields in Idlib and Aleppo.",
    )
    world.feeds.serve("/post.xml", rss(later))
    await world.poll()
    card, reply = world.slack.messages(DESK)
    assert reply["thread_ts"] == card["ts"]
    assert str(reply["reply_broadcast"]).lower() in ("true", "1")
    assert "severity raised from high to critical" in reply["text"]


async def test_that_nobody_answers_is_told_once_whatever_restarts(world: World) -> None:
    title = "Cluster munitions kill nine civilians in Idlib"
    world.feeds.serve("/wire.xml", rss(report(summary="", title=title)))
    world.write(
        "rules/killed.yaml",
        "format: 1\nid: killed\ntitle: Killed\nstatus: live\nseverity: critical\n"
        "words: {harm: {en: [kill]}, arms: {en: [cluster munition]}}\nroles: {weapons: [arms]}\n"
        "find: [{name: any mention, all: [harm, arms]}]\n"
        "examples: {match: [Nine killed by cluster munitions], no_match: [nothing]}\n",
    )
    world.environment |= {"WIREWATCH_UNANSWERED": "1ms", "WIREWATCH_RULES": str(world.folder / "rules")}
    for _ in range(3):
        status, _, err = await world.run("poll")
        assert status == 0, err
    card, reply = world.slack.messages(DESK)
    assert reply["thread_ts"] == card["ts"]
    assert reply["text"] == f"No official response for 0 h: {title}"


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.HTML, Fault.INVALID_JSON, Fault.ERROR_AFTER])
async def test_a_reply_that_is_lost_is_looked_up_and_not_posted_again(
    world: World, fault: Fault, quick_look_ups: None
) -> None:
    world.slack.faults.append(fault)
    await world.poll()
    assert len(world.slack.messages(DESK)) == 1
    methods = [method for method, _ in world.slack.requests if not method.startswith("auth.")]
    before, look_up = "conversations.history", "conversations.history"
    assert methods == [before, "chat.postMessage", look_up]


@pytest.mark.parametrize("fault", [Fault.CLOSED, Fault.LIMITED, Fault.ERROR_BEFORE])
async def test_a_message_that_never_arrived_is_posted_again(world: World, fault: Fault, quick_look_ups: None) -> None:
    world.slack.faults.append(fault)
    await world.poll()
    assert len(world.slack.messages(DESK)) == 1
    assert [method for method, _ in world.slack.requests].count("chat.postMessage") == 2


@pytest.fixture
def quick_look_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for a message 5 s after an attempt is right on Slack and long in a test."""
    monkeypatch.setattr("monitor.deliver.retries.LOOK_UP_AFTER", timedelta(milliseconds=50))


async def test_an_item_that_makes_a_stage_raise_is_kept_and_harms_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.match.engine import Engine  # noqa: PLC0415 - to break it
    from monitor.match.itemtexts import ItemTexts  # noqa: PLC0415
    from monitor.model import Match  # noqa: PLC0415

    match = Engine.match

    def poisoned(self: Engine, texts: ItemTexts, *given: Any) -> tuple[Match, ...]:
        if "budget" in texts.title:
            raise ZeroDivisionError("poison")
        return match(self, texts, *given)

    monkeypatch.setattr(Engine, "match", poisoned)
    reports = await world.poll()
    verdicts = {one.item.title: one.verdict for report in reports for one in report.observations}
    poison = verdicts["Parliament passes the budget after a long night"]
    assert poison is not None
    assert (str(poison.action), poison.reason, poison.detail) == ("suppressed", "error", "ZeroDivisionError: poison")
    assert len(world.slack.messages(DESK)) == 1


async def test_feeds_that_report_what_many_report_are_in_a_hurry(world: World) -> None:
    names = ["wire", "post", "echo", "radio"]
    world.poll_feeds(*names)
    for name in names:
        world.feeds.serve(f"/{name}.xml", rss(report(link=f"https://{name}.example/syria", guid=f"{name}-1")))
    reports = await world.poll()
    assert {one.busy for one in reports} == {frozenset(), frozenset(names)}
    assert sum(bool(one.busy) for one in reports) == 1, "the last of them is the fourth"

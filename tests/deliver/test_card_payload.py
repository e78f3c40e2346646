"""Cards and replies as Slack gets them: what they say first and last, to whom they speak, and their buttons."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from monitor.deliver.slack.payload import payload
from monitor.deliver.slack.text import TEXT
from monitor.model import (
    CardMessage,
    ClaimKind,
    Desk,
    DigestMessage,
    DigestReason,
    FollowUpMessage,
    Gist,
    Message,
    Unsure,
    VanishedMessage,
)
from tests.support.builders import NOW, hours, minutes
from tests.support.everymessage import DESK, EDITED, LIVE, PARTLY_UNSURE
from tests.support.messages import RIGHT_TO_LEFT, UNSURE, alert, card, further, notice_message, record, story_claim
from tests.support.payloads import ID, edited, elements, words_of


def test_the_buttons_name_the_card_and_are_there_only_while_somebody_listens() -> None:
    (row,) = [block for block in edited(LIVE)["blocks"] if block["type"] == "actions"]
    assert row["block_id"] == f"desk:{ID}:7"
    assert [one["action_id"] for one in row["elements"]] == ["claim", "not_relevant", "mute", "regroup"]
    assert {one.get("value", ID) for one in row["elements"]} == {ID}
    options = [one["value"] for one in row["elements"][2]["options"]]
    assert options == ["story:24h", "source:24h", "rule:1h", "rule:8h", "place:24h"]
    row = edited(EDITED["edited-card-claimed-judged-and-muted"])["blocks"][-2]
    assert [one["action_id"] for one in row["elements"]] == ["unclaim", "relevant", "unmute", "regroup"]
    for message in EDITED.values():
        assert not [block for block in edited(message, buttons=False)["blocks"] if block["type"] == "actions"]
    assert not [block for block in edited(EDITED["edited-card-merged"])["blocks"] if block["type"] == "actions"]


def test_only_what_looks_like_a_slack_user_is_one() -> None:
    of_users = [one["user_id"] for one in elements(edited(replace(LIVE, desk=DESK))["blocks"]) if "user_id" in one]
    assert of_users == ["U0ANNA", "U0BORIS", "W0CLARA"]
    hostile = edited(EDITED["edited-card-with-a-hostile-desk"])
    assert not [one for one in elements(hostile["blocks"]) if one.get("type") == "user"]


def test_screen_readers_hear_what_the_desk_did() -> None:
    text = edited(replace(LIVE, desk=DESK))["text"]
    assert text.endswith(
        ". Somebody is on it (since 12:20 UTC); judged not relevant (other weapon); "
        "muted (source The Wire) until 2026-03-05 12:00 UTC"
    )
    assert edited(EDITED["edited-card-merged"])["text"].endswith(". Now in story s99")


def plain(message: Message) -> str:
    made = payload(message, delivery_id=ID, now=NOW, plain=True)
    assert "blocks" not in made
    return str(made["text"])


def test_the_plain_fallback_has_the_headline_and_the_address() -> None:
    text = plain(card(title="A & B", url="https://wire.example/a?b=1&c=2"))
    assert text == (
        "CRITICAL: A &amp; B - The Wire (Cluster munitions; Strikes on civilians; Official reactions)\nhttps://wire.example/a?b=1&amp;c=2"
    )
    assert plain(further(title="A")) == ("A - The Wire\nhttps://wire.example/news/idlib-market?ref=rss")
    digest = DigestMessage(why=DigestReason.BUSY, alerts=(alert(title="A"), alert(title="B", url="mailto:x")))
    assert plain(digest) == (
        "2 stories held back in a busy hour\n"
        "CRITICAL: A - The Wire https://wire.example/news/idlib-market?ref=rss\n"
        "CRITICAL: B - The Wire"
    )
    assert plain(notice_message()) == "Feed wire is failing\nThe Wire has failed 3 times.\nIt goes on being tried."


def test_an_unsure_alert_says_so_to_screen_readers_and_a_sure_one_does_not() -> None:
    """The doubt is about the topic: it comes last, and beside no number of the news."""
    text = payload(CardMessage(alert=UNSURE), delivery_id=ID, now=NOW)["text"]
    assert text == (
        "HIGH: 14 killed as cluster munition hits market &amp; school, group says - The Wire "
        "(Strikes on civilians; Official reactions). Maybe off topic (41 % match)"
    )
    text = payload(CardMessage(alert=PARTLY_UNSURE), delivery_id=ID, now=NOW)["text"]
    assert "off topic" not in text
    told_as_sure = replace(UNSURE, matches=tuple(replace(one, unsure=Unsure.ALERT) for one in UNSURE.matches))
    assert "off topic" not in json.dumps(payload(CardMessage(alert=told_as_sure), delivery_id=ID, now=NOW))
    reply = FollowUpMessage(alert=UNSURE, news="toll 8 → at least 20 killed, says The Hindu", also="also Strikes")
    text = payload(reply, delivery_id=ID, now=NOW)["text"]
    assert text.startswith("Toll 8 → at least 20 killed, says The Hindu - The Wire: 14 killed as")
    assert text.endswith("group says (also Strikes). Maybe off topic (41 % match)")


def test_a_card_begins_with_the_news_and_ends_with_the_small_print() -> None:
    head, quote, facts, small = words_of(payload(card(record=record()), delivery_id=ID, now=NOW)["blocks"])
    assert head == " CRITICAL  14 killed as cluster munition hits market & school, group says"
    assert quote.startswith("…At least 14 people were killed when a cluster munition hit")
    assert facts.splitlines()[0].startswith("The Wire (9 outlets, 2 independent texts) · Places: Idlib, Sarmin")
    assert [line.partition(":")[0] for line in facts.splitlines()[1:]] == [
        "Killed (latest)", "Killed (highest)", "Accused", "Official reaction",
    ]  # fmt: skip
    assert small.startswith("Cluster munitions · Strikes on civilians · Official reactions: “ministry”, “no immediate")
    assert small.endswith(f"alert {ID} · story s81")


def lines_at_desktop_width(blocks: list[dict[str, Any]]) -> int:
    """How many lines of text these take, at 100 characters a line and 115 of small print."""
    count = 0
    for block, words in zip(blocks, words_of(blocks), strict=True):
        shown = re.sub(r"<!date[^|]*\|(\d\d:\d\d)[^>]*>", r"\1", words)
        width = 115 if block["type"] == "context" else 100
        count += sum(-(-len(line) // width) for line in shown.splitlines()) if block["type"] != "actions" else 0
    return count


CORRECTED = record(corrections=(story_claim(ClaimKind.CORRECTION, "Correction: nine were killed, not 14"),))
LONG = "Dozens are feared dead after warplanes struck a crowded market in the old town, a rescue group says on Monday"


@pytest.mark.parametrize(
    "message",
    [
        card(),
        card(record=record()),
        card(title=LONG, record=record()),
        CardMessage(alert=UNSURE),
        CardMessage(alert=replace(UNSURE, record=record(), title=LONG)),
        CardMessage(alert=replace(RIGHT_TO_LEFT, record=record())),
        replace(card(record=record()), updates=12, updated_at=NOW + minutes(31)),
        card(record=CORRECTED),
    ],
    ids=["plain", "facts", "long headline", "unsure", "all of it", "right to left", "updates", "corrected"],
)
def test_a_card_has_nine_lines_at_most_on_a_desktop(message: CardMessage) -> None:
    assert lines_at_desktop_width(payload(message, delivery_id=ID, now=NOW, buttons=True)["blocks"]) <= 9


@pytest.mark.parametrize("title", ["Nine killed", LONG, LONG * 2], ids=["short", "long", "longest"])
def test_that_a_report_was_corrected_stands_on_a_card_whatever_else_does(title: str) -> None:
    facts = words_of(payload(card(title=title, record=CORRECTED), delivery_id=ID, now=NOW)["blocks"])[-2]
    about = [line.partition(":")[0] for line in facts.splitlines()[1:]]
    assert about.index("Killed (latest)") < about.index("Corrected") < about.index("Official reaction")
    assert "Corrected: “Correction: nine were killed, not 14” – The Wire" in facts.splitlines()


@pytest.mark.parametrize(("updates", "said"), [(1, "1 update, "), (2, "2 updates, the last ")])
def test_a_card_says_how_often_it_was_updated_and_when_last(updates: int, said: str) -> None:
    message = replace(card(), updates=updates, updated_at=NOW + minutes(31))
    assert f"{said}<!date^" in json.dumps(payload(message, delivery_id=ID, now=NOW)["blocks"][-1])


def test_times_are_tokens_in_the_zone_of_the_reader_with_utc_for_who_cannot_read_them() -> None:
    small = payload(card(), delivery_id=ID, now=NOW)["blocks"][-1]
    (times,) = [one["text"] for one in small["elements"] if one["type"] == "mrkdwn"]
    at = int(NOW.timestamp())
    assert times == (
        f"published <!date^{at - 180}^{{time}}|11:57 UTC> · found <!date^{at}^{{time}}|12:00 UTC> · "
        f"posted <!date^{at}^{{time}}|12:00 UTC>"
    )
    old = payload(card(published=NOW - hours(30)), delivery_id=ID, now=NOW)["blocks"][-1]
    assert f"<!date^{at - 30 * 3600}^{{date_short}} {{time}}|2026-03-03 06:00 UTC>" in json.dumps(old)
    antique = payload(card(published=NOW.replace(year=1907)), delivery_id=ID, now=NOW)["blocks"][-1]
    assert "published 1907-03-04 12:00 UTC · found <!date" in json.dumps(antique, ensure_ascii=False)


def test_what_was_noticed_on_another_day_says_on_which() -> None:
    note = VanishedMessage(story_id="s81", title="Nine killed", source="The Wire", since=NOW - hours(13))
    made = payload(note, delivery_id=ID, now=NOW)
    assert "(noticed 2026-03-03 23:00 UTC): Nine killed" in made["text"]
    (time,) = [one for one in elements(made["blocks"]) if one.get("type") == "date"]
    assert (time["timestamp"], time["format"]) == (int(note.since.timestamp()), "{date_short} {time}")


def test_a_reply_begins_with_the_news_and_says_last_what_it_means_to_the_machine() -> None:
    reply = FollowUpMessage(
        alert=alert(source="Reuters", title="Toll of market strike rises", record=record()),
        news="death toll 8 → 20 (medics, via The Hindu)",
        also="severity raised from high to critical; also Strikes on civilians",
    )
    said, small = words_of(payload(reply, delivery_id=ID, now=NOW)["blocks"])
    assert said == "Death toll 8 → 20 (medics, via The Hindu) — Reuters: Toll of market strike rises"
    assert small.startswith("severity raised from high to critical; also Strikes on civilians · 9 outlets")
    said, small = words_of(payload(replace(reply, news=""), delivery_id=ID, now=NOW)["blocks"])
    assert said == "Toll of market strike rises — Reuters"
    assert small.startswith("severity raised")
    strike = Gist(topics=("strike",), places=("Homs",))
    foreign = replace(reply.alert, title="Удар по рынку", language="ru", gist=strike)
    told = payload(FollowUpMessage(alert=foreign), delivery_id=ID, now=NOW)
    assert words_of(told["blocks"])[0] == "Удар по рынку — Reuters\nStrike · Homs"
    assert told["text"] == "[Strike · Homs] Удар по рынку - Reuters"


def test_the_metadata_holds_ids_and_nothing_a_workspace_should_not_read() -> None:
    made = payload(card(), delivery_id=ID, now=NOW)["metadata"]
    assert made == {
        "event_type": "wirewatch_alert",
        "event_payload": {
            "v": 1,
            "alert_id": ID,
            "story_id": "s81",
            "rules": ["cluster-munitions@1f0c9a", "civilian-strikes@1f0c9a", "official-reactions@1f0c9a"],
        },
    }


def test_what_does_not_fit_into_the_line_for_screen_readers_is_counted() -> None:
    """And the headline goes before the rules when there is room for one only."""
    many = DigestMessage(why=DigestReason.CATCH_UP, alerts=tuple(alert(title=f"Story {n} of many") for n in range(20)))
    assert re.search(r"; and 1[0-9] more$", payload(many, delivery_id=ID, now=NOW)["text"])
    text = payload(card(title="Ninety people " * 30), delivery_id=ID, now=NOW)["text"]
    assert text.startswith("CRITICAL: Ninety people Ninety")
    assert "… - The Wire (Cluster munitions; Strikes" in text
    assert len(text) <= TEXT


@pytest.mark.parametrize(
    ("desk", "shrinks"),
    [
        (Desk(judged_by="U1", judged="sport"), True),
        (Desk(muted_by="U1", muted="story", muted_until=NOW + hours(24)), True),
        (Desk(claimed_by="U1", claimed_at=NOW), False),
        (Desk(claimed_by="U2", muted_by="U1", muted="story", muted_until=NOW + hours(24)), False),
    ],
    ids=["not relevant", "muted", "somebody is on it", "muted, and somebody is on it"],
)
def test_a_card_that_is_done_with_shrinks_to_its_headline_and_how_that_is_undone(desk: Desk, shrinks: bool) -> None:
    of_one = DigestMessage(why=DigestReason.BUSY, alerts=(alert(record=record()),), desks={"s81": desk})
    for message in (replace(LIVE, desk=desk), of_one):
        made = edited(message)["blocks"]
        assert (len([block for block in made if block["type"] != "actions"]) == 3) is shrinks
        assert ("At least 14 people" in json.dumps(made)) is not shrinks
        assert "14 killed as cluster munition" in json.dumps(made)
        buttons = [one["text"]["text"] for one in elements(made) if one.get("type") == "button"]
        assert ("Undo: mark as relevant again" in buttons) is bool(desk.judged_by)
        assert ("Undo mute" in buttons) is bool(desk.muted_by)
        assert ("Release" in buttons) is bool(desk.claimed_by)

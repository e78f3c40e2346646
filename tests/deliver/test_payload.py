"""Messages as Slack gets them: golden payloads, the limits for any input, and no way out of the text for a feed."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from monitor.decide.digest import ALERTS_PER_PART
from monitor.deliver.slack.blocks import MOST_CHARACTERS, size
from monitor.deliver.slack.payload import payload
from monitor.deliver.slack.text import MOST_EDITED_TEXT, PLAIN_TEXT, TEXT
from monitor.model import (
    Alert,
    CardMessage,
    ClaimKind,
    Desk,
    DeskMessage,
    DigestMessage,
    DigestReason,
    Field,
    FollowUpMessage,
    Gist,
    Message,
    MutedReport,
    NoticeMessage,
    Severity,
    StoryFacts,
    UnansweredMessage,
    Unsure,
    VanishedMessage,
)
from tests.support.builders import NOW, hours, match, minutes
from tests.support.fakes.workspace import wrong_parts
from tests.support.messages import (
    HOSTILE,
    RIGHT_TO_LEFT,
    UNSURE,
    alert,
    card,
    evidence,
    further,
    notice_message,
    record,
    story_claim,
)

GOLDEN = Path(__file__).parent / "golden"
ID = "d0123456789abcdef"

HOSTILE_CLAIM = story_claim(
    ClaimKind.KILLED,
    "9 <!here>",
    "<!channel> *medics*",
    9,
    quote="<https://evil.example|9> killed & <@U1> \u202emoc.live\u202c",
    source="<!everyone> Wire",
    words="<!here> _Idlib_",
)
HOSTILE_RECORD = StoryFacts(
    outlets=2,
    origins=2,
    latest=(HOSTILE_CLAIM,),
    highest=(HOSTILE_CLAIM,),
    places=(HOSTILE_CLAIM,),
    weapons=(HOSTILE_CLAIM,),
    targets=(HOSTILE_CLAIM,),
    accusations=(HOSTILE_CLAIM,),
    reactions=(HOSTILE_CLAIM,),
)
FAINT = replace(UNSURE, matches=tuple(replace(one, unsure=Unsure.FAINT) for one in UNSURE.matches))
PARTLY_UNSURE = replace(UNSURE, matches=(match(way="use", evidence=(evidence("cluster munition"),)), *UNSURE.matches))
MESSAGES: dict[str, Message] = {
    "card": card(),
    "card-unsure": CardMessage(alert=UNSURE),
    "card-partly-unsure": CardMessage(alert=PARTLY_UNSURE),
    "follow-up-unsure": FollowUpMessage(alert=UNSURE, also="also Strikes on civilians"),
    "digest-unsure": DigestMessage(why=DigestReason.UNSURE, alerts=(UNSURE, replace(UNSURE, story_id="s82"))),
    "digest-unsure-alone": DigestMessage(why=DigestReason.UNSURE, alerts=(FAINT,)),
    "card-late-and-without-date": card(published=None, seen_at=NOW - minutes(42)),
    "card-of-hostile-text": CardMessage(alert=HOSTILE),
    "card-right-to-left": CardMessage(alert=RIGHT_TO_LEFT),
    "follow-up": further(also="severity raised from high to critical", source="Le Courrier", language="fr"),
    "follow-up-plain": further(),
    "digest": DigestMessage(
        why=DigestReason.CATCH_UP,
        alerts=(alert(), RIGHT_TO_LEFT, alert(severity=Severity.LOW, title="A & B", url="", published=NOW - hours(30))),
    ),
    "digest-of-one": DigestMessage(why=DigestReason.QUIET_HOURS, alerts=(alert(),)),
    "notice": notice_message(),
    "unanswered": UnansweredMessage(story_id="s81", title="14 killed & 20 hurt", silent_for=hours(26)),
    "desk-muted": DeskMessage(
        story_id="s81", words="Anna muted the source The Wire here until 18:00 UTC (24 h).", mute_id="m0123456789abcdef"
    ),
    "desk-mute-ended": DeskMessage(
        story_id="s81",
        words="<!channel> *Anna* ended the mute (the source <!here> \u202eWire): 12 reports came meanwhile.",
        reports=(
            MutedReport(title=HOSTILE.title, source=HOSTILE.source, url=HOSTILE.url),
            MutedReport(title=RIGHT_TO_LEFT.title, source=RIGHT_TO_LEFT.source, url="https://wire.example/b"),
            MutedReport(title="", source="", url="javascript:alert(1)"),
        ),
        more=9,
    ),
    "vanished": VanishedMessage(story_id="s81", title="14 killed & 20 hurt", source="The Wire", since=NOW),
    "card-with-facts": card(record=record()),
    "card-with-facts-unanswered": card(record=record(reactions=(), accusations=(), outlets=1, origins=1)),
    "card-of-hostile-facts": card(record=HOSTILE_RECORD),
    "follow-up-with-facts": further("toll 3 → at least 9 killed, says medics, The Wire", record=record()),
    "follow-up-plain-with-reach": further(record=record()),
    "follow-up-of-hostile-text": FollowUpMessage(alert=HOSTILE, news="also <!channel> *rule* \u202emoc\u200b.live"),
    "digest-of-hostile-text": DigestMessage(why=DigestReason.BUSY, alerts=(HOSTILE, HOSTILE)),
    "notice-of-hostile-text": NoticeMessage(
        title="Feed <!here> fails", text="<@U1> & <https://evil.example|x>\n*b*\u202e"
    ),
    "unanswered-of-hostile-text": UnansweredMessage(
        story_id="s81", title="<!channel> <https://evil.example|Reuters> *14* & \u202ekilled", silent_for=hours(26)
    ),
    "digest-backlog": DigestMessage(
        why=DigestReason.BACKLOG,
        alerts=(alert(severity=Severity.HIGH, seen_at=NOW - hours(2)), alert(severity=Severity.LOW, title="B")),
        later=(Severity.LOW,) * 3,
    ),
    "digest-backlog-in-its-thread": DigestMessage(
        why=DigestReason.BACKLOG, alerts=(alert(severity=Severity.LOW), alert(severity=Severity.LOW, title="C")), part=2
    ),
}
DESK = Desk(
    claimed_by="U0ANNA",
    claimed_at=NOW + minutes(20),
    judged_by="U0BORIS",
    judged_at=NOW + minutes(22),
    judged="other weapon",
    muted_by="W0CLARA",
    muted_until=NOW + hours(24),
    muted="source The Wire",
)
LIVE = replace(card(record=record()), updates=2, updated_at=NOW + minutes(31))
# Cards as chat.update shows them, where somebody listens for clicks.
EDITED: dict[str, CardMessage] = {
    "edited-card": LIVE,
    "edited-card-claimed": replace(LIVE, desk=Desk(claimed_by="U0ANNA", claimed_at=NOW + minutes(20))),
    "edited-card-claimed-judged-and-muted": replace(LIVE, desk=DESK),
    "edited-card-merged": replace(LIVE, merged_into="s99"),
    "edited-card-with-a-hostile-desk": replace(
        card(record=HOSTILE_RECORD),
        desk=Desk(
            claimed_by="<!channel>",
            judged_by="U1> <!here>",
            judged="<!here> *x*",
            muted_by="u1",
            muted="source <!everyone>",
            muted_until=NOW,
        ),
    ),
}


CONSOLE = "https://wirewatch.example"
# Where nobody listens for clicks, links lead to the console.
IN_CONSOLE: dict[str, Message] = {
    "card-with-a-console": MESSAGES["card"],
    "card-not-relevant-with-a-console": CardMessage(
        alert=MESSAGES["card"].alert,  # type: ignore[union-attr]
        desk=Desk(judged_by="U1", judged="sport", judged_at=NOW),
    ),
    "card-merged-with-a-console": CardMessage(alert=MESSAGES["card"].alert, merged_into="s-other"),  # type: ignore[union-attr]
    "digest-with-a-console": MESSAGES["digest"],
    "digest-of-one-with-a-console": MESSAGES["digest-of-one"],
}


def edited(
    message: Message, *, buttons: bool = True, version: int = 7, as_plain: bool = False, console: str = ""
) -> dict[str, Any]:
    return payload(message, delivery_id=ID, now=NOW, buttons=buttons, version=version, plain=as_plain, console=console)


MADE = {
    **{name: payload(message, delivery_id=ID, now=NOW) for name, message in MESSAGES.items()},
    **{name: edited(message) for name, message in EDITED.items()},
    **{name: edited(message, buttons=False, console=CONSOLE) for name, message in IN_CONSOLE.items()},
}


@pytest.mark.parametrize("name", MADE)
def test_the_payload_is_the_golden_one_and_slack_sdk_finds_no_fault_with_it(name: str) -> None:
    """To take over a change on purpose: UPDATE_GOLDEN=1, and look at the diff."""
    path = GOLDEN / f"{name}.json"
    made = json.dumps(MADE[name], ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")
    blocks = MADE[name]["blocks"]
    for given_block, block in zip(blocks, Block.parse_all(blocks), strict=True):
        block.validate_json()
        assert block.to_dict() == given_block


@pytest.mark.parametrize("name", IN_CONSOLE)
def test_buttons_need_no_links_to_the_console(name: str) -> None:
    assert CONSOLE not in str(edited(IN_CONSOLE[name], console=CONSOLE))


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


def words_of(blocks: list[dict[str, Any]]) -> list[str]:
    """What each block says, without its buttons; times as their fallback."""
    said = []
    for block in blocks:
        parts = [one.get("text") or one.get("fallback") or "" for one in elements(block) if one.get("type") in TEXTS]
        said.append("".join(part for part in parts if isinstance(part, str)))
    return said


TEXTS = ("text", "link", "plain_text", "mrkdwn", "date")


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


def test_no_message_asks_for_a_command_of_the_shell() -> None:
    for message in (*MESSAGES.values(), *EDITED.values()):
        for as_plain in (False, True):
            assert "service.py" not in json.dumps(edited(message, as_plain=as_plain))


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


def shown(element: dict[str, Any]) -> str:
    """What a reader sees of an element of rich text; of a time nothing."""
    return str(element.get("text", element.get("user_id", "")))


def lines_of(blocks: list[dict[str, Any]]) -> list[str]:
    """The lines of a digest, headings of rules included."""
    found = []
    for part in (part for block in blocks if block["type"] == "rich_text" for part in block["elements"]):
        sections = part["elements"] if part["type"] == "rich_text_list" else [part]
        found += ["".join(map(shown, each["elements"])) for each in sections]
    return found


STRIKES = (match("civilian-strikes", rule_title="Strikes on civilians"),)


@pytest.mark.parametrize("length", [1, 5, ALERTS_PER_PART])
@pytest.mark.parametrize("buttons", [True, False])
def test_a_digest_shows_every_alert_with_its_link_while_that_fits(length: int, buttons: bool) -> None:
    alerts = tuple(
        alert(title=f"Story {n}: {'w' * 60}", story_id=f"s{n}", url=f"https://wire.example/{n:060}")
        for n in range(length)
    )
    message = DigestMessage(why=DigestReason.BUSY, alerts=alerts)
    text = json.dumps(payload(message, delivery_id=ID, now=NOW, buttons=buttons)["blocks"])
    assert all(f"https://wire.example/{n:060}" in text for n in range(length))
    assert text.count("Strikes on civilians") == 1, "the rule is named once"


SHUFFLED = tuple(
    alert(title=f"{severity}: {number}", story_id=f"s{number}", severity=severity, matches=matches)
    for number, (severity, matches) in enumerate(
        [
            (Severity.LOW, STRIKES),
            (Severity.HIGH, (match(),)),
            (Severity.MEDIUM, STRIKES),
            (Severity.CRITICAL, STRIKES),
            (Severity.HIGH, STRIKES),
            (Severity.HIGH, (match(),)),
        ]
    )
)


@pytest.mark.parametrize("why", DigestReason)
@pytest.mark.parametrize("part", [1, 2])
def test_a_digest_of_any_kind_begins_with_what_is_most_urgent_and_names_a_rule_as_seldom_as_it_can(
    why: DigestReason, part: int
) -> None:
    message = DigestMessage(why=why, alerts=SHUFFLED, part=part)
    head, *lines = lines_of(payload(message, delivery_id=ID, now=NOW)["blocks"])
    assert head.startswith("6 stories ")
    assert [line.split(" — ")[0] for line in lines] == [
        "Strikes on civilians",
        "🔴 CRITICAL  critical: 3",
        "🟠 HIGH  high: 4",
        "Cluster munitions",
        "🟠 HIGH  high: 1",
        "🟠 HIGH  high: 5",
        "Strikes on civilians",
        "🟡 MEDIUM  medium: 2",
        "⚪ LOW  low: 0",
    ]
    text = payload(message, delivery_id=ID, now=NOW)["text"]
    assert [text.index(f"{name}: {name.lower()}") for name in ("CRITICAL", "HIGH", "MEDIUM", "LOW")] == sorted(
        text.index(f"{name}: {name.lower()}") for name in ("CRITICAL", "HIGH", "MEDIUM", "LOW")
    )


def test_what_may_be_off_topic_is_listed_last_and_among_its_like_by_how_likely_it_is_on_topic() -> None:
    doubted = [
        replace(UNSURE, title=f"{likely:.0%}", story_id=f"d{likely}", matches=(match(sure=False, confidence=likely),))
        for likely in (0.1, 0.2)
    ]
    listed = (*doubted, alert(title="sure", severity=Severity.HIGH))
    (_, *mixed), (_, *alike) = (
        lines_of(payload(DigestMessage(why=why, alerts=alerts), delivery_id=ID, now=NOW)["blocks"])
        for why, alerts in ((DigestReason.QUIET_HOURS, listed), (DigestReason.UNSURE, tuple(doubted)))
    )
    assert [line.split(" — ")[0] for line in mixed if " — " in line] == [
        "🟠 HIGH  sure",
        "🟠 HIGH  20%",
        "🟠 HIGH  10%",
    ]
    assert [line.split(" — ")[0] for line in alike if " — " in line] == ["20 % match  20%", "10 % match  10%"]


def test_one_story_that_may_be_off_topic_is_a_line_with_the_buttons_of_a_card_until_it_is_surely_on_topic() -> None:
    line, card = (
        payload(DigestMessage(why=DigestReason.UNSURE, alerts=(one,)), delivery_id=ID, now=NOW, buttons=True)
        for one in (FAINT, replace(FAINT, matches=(match(), *FAINT.matches)))
    )
    assert line["text"].startswith("1 story that may be off topic. 41 % match: ")
    assert card["text"].startswith("HIGH: ")
    actions = [[one["action_id"] for one in body["blocks"][-2]["elements"]] for body in (line, card)]
    assert actions == [["claim", "not_relevant", "mute", "regroup"]] * 2


def test_what_may_be_off_topic_is_late_only_once_it_waited_longer_than_such_a_digest_gathers() -> None:
    message = DigestMessage(why=DigestReason.UNSURE, alerts=(FAINT, replace(FAINT, story_id="s82")))
    on_time, late = (json.dumps(payload(message, delivery_id=ID, now=NOW + minutes(wait))) for wait in (31, 45))
    assert "delayed" not in on_time
    assert "delayed by up to 45 min" in late


def test_a_line_of_a_digest_says_where_and_how_many_if_its_headline_does_not() -> None:
    said = record(outlets=1, highest=(), accusations=(), reactions=())
    alerts = (
        alert(title="Market hit", story_id="s1", record=said),
        alert(title="9 dead in Idlib", story_id="s2", record=said, seen_at=NOW - minutes(42)),
    )
    _, _, first, second = lines_of(
        payload(DigestMessage(why=DigestReason.BACKLOG, alerts=alerts), delivery_id=ID, now=NOW)["blocks"]
    )
    assert first == "🔴 CRITICAL  Market hit — The Wire · Idlib · at least 9 killed"
    assert second == "🔴 CRITICAL  9 dead in Idlib — The Wire"


def test_a_story_of_a_digest_is_chosen_from_a_menu_and_its_line_says_what_people_did() -> None:
    message = DigestMessage(why=DigestReason.BACKLOG, alerts=SHUFFLED, desks={"s3": DESK, "s1": Desk(claimed_by="U1")})
    made = payload(message, delivery_id=ID, now=NOW, buttons=True, version=2)["blocks"]
    (row,) = [block for block in made if block["type"] == "actions"]
    assert row["block_id"] == f"desk:{ID}:2"
    (menu,) = row["elements"]
    assert menu["action_id"] == "pick"
    assert [(one["value"], one["text"]["text"]) for one in menu["options"]][:2] == [
        ("s3", "1. critical: 3"),
        ("s4", "2. high: 4"),
    ]
    lines = lines_of(made)
    assert "U0ANNA is on it · not relevant, says U0BORIS · muted until  by W0CLARA" in lines[2]
    assert lines[5].endswith(" · U1 is on it")
    struck = [one["text"] for one in elements(made) if one.get("style", {}) == {"strike": True}]
    assert struck == ["critical: 3"]
    assert not [one for one in payload(message, delivery_id=ID, now=NOW)["blocks"] if one["type"] == "actions"]


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


def test_a_digest_of_long_entries_shows_less_of_each_before_it_leaves_one_out() -> None:
    alerts = tuple(
        alert(title=f"{n} " + "кинджал " * 40, story_id=f"s{n}", url=f"https://wire.example/{n}/{'й' * 90}")
        for n in range(20)
    )
    for buttons in (False, True):
        message = DigestMessage(why=DigestReason.BUSY, alerts=alerts)
        _, _, *lines = lines_of(payload(message, delivery_id=ID, now=NOW, buttons=buttons)["blocks"])
        assert [line.split()[2] for line in lines] == [str(n) for n in range(20)]
    more = DigestMessage(why=DigestReason.BUSY, alerts=replace_each(alerts, times=10))
    _, _, *lines = lines_of(payload(more, delivery_id=ID, now=NOW)["blocks"])
    assert lines[-1] == f"and {200 - len(lines) + 1} more"


@pytest.mark.parametrize("buttons", [True, False])
@pytest.mark.parametrize("words", ['said "no" ' * 50, "ضربة على سوق " * 20, "w" * 200])
def test_a_digest_keeps_every_story_whatever_people_did_to_it(words: str, buttons: bool) -> None:
    """An edit that left one out would take it from the channel."""
    alerts = tuple(
        alert(title=f"{n} {words}", story_id=f"s{n:016}", source="A newspaper with quite a long name " * 2)
        for n in range(ALERTS_PER_PART)
    )
    by = "U0123456789"
    judged = Desk(claimed_by=by, claimed_at=NOW, judged_by=by, judged_at=NOW, judged="old")
    whole = replace(judged, muted_by=by, muted_until=NOW, muted="story")
    for desk in (Desk(), Desk(claimed_by=by, claimed_at=NOW), whole):
        message = DigestMessage(why=DigestReason.BUSY, alerts=alerts, desks={one.story_id: desk for one in alerts})
        made = payload(message, delivery_id=ID, now=NOW, buttons=buttons, version=2, console="https://wire.example")
        _, _, *lines = lines_of(made["blocks"])
        numbers = [re.search("  \u2068?([0-9]+)", line) for line in lines]
        assert [found and found[1] for found in numbers] == [str(n) for n in range(ALERTS_PER_PART)]
        assert all(("taken" in line or "is on it" in line) is bool(desk.claimed_by) for line in lines)


@pytest.mark.parametrize("length", [1, 10, ALERTS_PER_PART])
@pytest.mark.parametrize("address", ["", "a" * 2_600, "й" * 80])
def test_a_digest_as_plain_text_has_every_story(length: int, address: str) -> None:
    alerts = tuple(
        alert(
            title=f"{n} {'word ' * 40}", story_id=f"s{n}", url=f"https://wire.example/{n}/{address}", source="The " * 20
        )
        for n in range(length)
    )
    text = payload(DigestMessage(why=DigestReason.BUSY, alerts=alerts), delivery_id=ID, now=NOW, plain=True)["text"]
    assert all(f"CRITICAL: {n} word" in text for n in range(length))
    assert len(text) <= PLAIN_TEXT


def replace_each(alerts: tuple[Alert, ...], *, times: int) -> tuple[Alert, ...]:
    return tuple(replace(one, story_id=f"{one.story_id}-{n}") for n in range(times) for one in alerts)


# -- any input ---------------------------------------------------------------------------------------------------

MARK = "FEED"
HIDDEN = "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2067\ufeff]"
SNIPPETS = [
    "<!channel>",
    "<@U1>",
    "<https://e.example|x>",
    "&",
    "&lt;",
    ">",
    "*b*",
    "`c`",
    "\u202e",
    '"',
    "\\",
    "\n",
    "é",
]
texts = st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=30)), max_size=30).map(
    lambda parts: MARK + " ".join(parts)
)


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    summary = draw(texts) * draw(st.integers(1, 8))
    cuts = draw(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 30)), max_size=40))
    pieces = tuple(
        evidence(summary[start : start + length], Field.SUMMARY, summary)
        for start, length in cuts
        if start < len(summary)
    )
    rules = [
        match(
            f"rule-{number}",
            rule_title=draw(texts),
            way=draw(texts),
            evidence=pieces,
            sure=draw(st.booleans()),
            unsure=draw(st.sampled_from(Unsure)),
            confidence=draw(st.none() | st.floats(0, 1)),
            reasons=tuple(draw(st.lists(st.tuples(st.sampled_from("+-"), texts).map("".join), max_size=7))),
        )
        for number in range(draw(st.integers(0, 9)))
    ]
    claims = [
        story_claim(kind, draw(texts), draw(texts), draw(st.integers(0, 10**6)), words=draw(texts), quote=draw(texts))
        for kind in draw(st.lists(st.sampled_from(ClaimKind), max_size=4))
    ]
    said = StoryFacts(
        outlets=draw(st.integers(0, 3)),
        origins=1,
        second=draw(texts),
        **{
            name: tuple(claims)
            for name in ("latest", "highest", "places", "weapons", "targets", "accusations", "reactions")
        },
    )
    return alert(
        record=said,
        title=draw(texts) * draw(st.sampled_from([1, 1, 20])),
        summary=summary,
        url=draw(
            st.one_of(texts, texts.map("https://wire.example/".__add__), st.just("https://w.example/" + "a" * 2_900))
        ),
        source=draw(texts),
        language=draw(st.one_of(st.none(), texts)),
        published=draw(
            st.one_of(
                st.none(),
                st.datetimes(max_value=NOW.replace(tzinfo=None)).map(lambda at: at.replace(tzinfo=NOW.tzinfo)),
            )
        ),
        seen_at=NOW - timedelta(minutes=draw(st.integers(0, 100_000))),
        severity=draw(st.sampled_from(Severity)),
        matches=tuple(rules),
    )


desks = st.builds(
    Desk,
    claimed_by=st.sampled_from(["", "U1", "<!channel>"]),
    claimed_at=st.just(NOW),
    judged_by=st.sampled_from(["", "W1", "<@U1>"]),
    judged=texts,
    muted_by=st.sampled_from(["", "U1", "U1|x"]),
    muted=texts,
    muted_until=st.none() | st.just(NOW + hours(24)),
)
cards = st.builds(
    CardMessage,
    alert=alerts(),
    desk=desks,
    updates=st.just(3),
    updated_at=st.none() | st.just(NOW),
    merged_into=st.sampled_from(["", "s9"]),
)
messages: st.SearchStrategy[Message] = st.one_of(
    cards,
    st.builds(FollowUpMessage, alert=alerts(), news=texts, also=texts),
    st.builds(
        DigestMessage,
        why=st.sampled_from(DigestReason),
        alerts=st.lists(alerts(), min_size=1, max_size=3).map(lambda some: tuple(some) * 7),
        desks=desks.map(lambda desk: {"s81": desk}),
    ),
    st.builds(UnansweredMessage, story_id=st.just("s1"), title=texts, silent_for=st.timedeltas(min_value=timedelta(0))),
    st.builds(VanishedMessage, story_id=st.just("s1"), title=texts, source=texts, since=st.just(NOW)),
    st.builds(NoticeMessage, title=texts, text=st.lists(texts, max_size=40).map("\n".join)),
)


def elements(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in the blocks."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from elements(child)


def hidden(text: str) -> bool:
    """Whether a text has an invisible character, but for our mark before a line that begins from right to left."""
    return re.search(HIDDEN, re.sub("^\u200e", "", text, flags=re.MULTILINE)) is not None


def no_feed_text_gets_out_of_the_text(message: Message, *, as_plain: bool, version: int) -> None:
    """Every & < > in `text` is one of Slack's three escapes, so that nothing in it is a mention or a link."""
    made = edited(message, version=version, as_plain=as_plain)
    assert not set(made["text"]) & set("<>")
    assert not hidden(made["text"])
    assert not re.search(r"&(?!(amp|lt|gt);)", made["text"])
    shown = made["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert 0 < len(shown) <= (PLAIN_TEXT if as_plain else TEXT)
    # Slack makes links and formats of words unless it is told not to, each method in its own way.
    if version:
        assert len(made["text"]) <= MOST_EDITED_TEXT
        assert made["parse"] == "none"
    else:
        assert made["unfurl_links"] is made["unfurl_media"] is False
        assert made.get("mrkdwn", True) is not as_plain


OUR_TIMES = (
    r"((published|found|posted|no date given|1 update,|\d+ updates, the last) ?"
    r"(<!date\^\d+\^[^^|<>]*\|[-0-9: ]+ UTC>|[-0-9: ]+ UTC)?( · )?)+(, delayed [0-9a-z ]+)?"
)
"""All that stands in an element that Slack interprets: our own words, and times."""


@given(messages, st.booleans(), st.integers(0, 2))
def test_whatever_feeds_write_stays_text_and_within_slacks_limits(
    message: Message, as_plain: bool, version: int
) -> None:
    # To make up a message takes longer than to look at it, so that both are asked of one.
    no_feed_text_gets_out_of_the_text(message, as_plain=as_plain, version=version)
    blocks_keep_to_the_limits_and_feed_text_out_of_markup(message, version=version)


def blocks_keep_to_the_limits_and_feed_text_out_of_markup(message: Message, *, version: int) -> None:
    made = edited(message, version=version)["blocks"]
    assert 0 < len(made) <= 12
    assert size(made) <= MOST_CHARACTERS
    assert not wrong_parts(made)
    for element in elements(made):
        assert element.get("type") not in ("broadcast", "usergroup", "channel")
        if element.get("type") == "mrkdwn":
            assert re.fullmatch(OUR_TIMES, element["text"]), element["text"]
        assert element.get("type") != "user" or element["user_id"] in ("U1", "W1")
        if element.get("type") in ("text", "link", "plain_text"):
            assert not hidden(element["text"])
        if element.get("type") == "link":
            assert re.fullmatch(r"https?://[^\s<>|]{1,2990}", element["url"])

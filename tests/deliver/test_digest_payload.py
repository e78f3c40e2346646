"""Digests as Slack gets them: every story in its place, with its link and what people did."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from monitor.decide.digest import ALERTS_PER_PART
from monitor.deliver.slack.payload import payload
from monitor.deliver.slack.text import PLAIN_TEXT
from monitor.model import Alert, Desk, DigestMessage, DigestReason, Severity
from tests.support.builders import NOW, match, minutes
from tests.support.everymessage import DESK, FAINT
from tests.support.messages import UNSURE, alert, record
from tests.support.payloads import ID, elements, lines_of

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


def test_the_numbers_of_a_part_go_on_after_the_parts_before_it() -> None:
    """In its list and its menu alike, so that a number is one story's in the whole digest."""
    message = DigestMessage(why=DigestReason.BACKLOG, alerts=SHUFFLED, part=2, earlier=10)
    made = payload(message, delivery_id=ID, now=NOW, buttons=True, version=1)["blocks"]
    assert min(one["offset"] for one in elements(made) if one.get("type") == "rich_text_list") == 10
    (menu,) = [one for one in elements(made) if one.get("type") == "static_select"]
    numbers = [one["text"]["text"].partition(".")[0] for one in menu["options"]]
    assert numbers == [str(11 + place) for place in range(len(SHUFFLED))]


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

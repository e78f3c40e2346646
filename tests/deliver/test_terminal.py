"""The console sink: the same messages as cards a person reads on a terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from monitor.deliver.sink import NotFound, Sent
from monitor.deliver.terminal import TerminalSink
from monitor.model import (
    DigestMessage,
    DigestReason,
    FollowUpMessage,
    Gist,
    Message,
    NoticeMessage,
    Severity,
    UnansweredMessage,
    VanishedMessage,
)
from tests.support.builders import NOW, hours, match, minutes
from tests.support.messages import alert, attempt, card, delivery, further, notice_message, record


async def shown(message: Message, *, width: int = 100, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None)
    sent = attempt(delivery("a", message))
    assert await TerminalSink(console).post(sent) == Sent(f"terminal-{sent.delivery.delivery_id}")
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


CARD = """\
╭─ CRITICAL → desk ────────────────────────────────────────────────────────────────────────────────╮
│ 14 killed as cluster munition hits market & school, group says                                   │
│                                                                                                  │
│ …At least 14 people were killed when a cluster munition hit a crowded market and a school in     │
│ Idlib. The ministry had no immediate comment.                                                    │
│                                                                                                  │
│ Cluster munitions: “cluster munition” · Strikes on civilians: “killed”, “market”, “school” ·     │
│ Official reactions: “ministry”, “no immediate comment”                                           │
│ The Wire · published 11:57 · found 12:00 · posted 12:00 UTC                                      │
│                                                                                                  │
│ https://wire.example/news/idlib-market?ref=rss                                                   │
╰──────────────────────────────────────────────────────────── alert dca978112ca1bbdca · story s81 ─╯
"""


async def test_a_card_shows_what_slack_shows() -> None:
    assert await shown(card()) == CARD


FACTS = """\
│ Idlib. The ministry had no immediate comment.                                                    │
│                                                                                                  │
│ Killed (latest): at least 9 – medics, via The Wire: “Medics counted at least 9 dead & 20 hurt”   │
│ Killed (highest): 14 – the group Rightsline, via Le Courrier: “14 were killed”                   │
│ Hurt: 20 – The Wire: “Medics counted at least 9 dead & 20 hurt”                                  │
│ Places: Idlib, Sarmin                                                                            │
│ Weapons: “cluster munition”, “кассетная бомба”                                                   │
│ Targets: “market”                                                                                │
│ Accused: Northland (by Rights group, via The Wire)                                               │
│ Reported by: 9 outlets, 2 independent texts                                                      │
│ Official reaction: no comment by Ministry, via The Wire (12:00 UTC): “no comment, it says”;      │
│ denial by Минобороны, via Вестник (11:51 UTC): “denial, it says”                                 │
│                                                                                                  │
│ Cluster munitions: “cluster munition” · Strikes on civilians: “killed”, “market”, “school” ·     │
"""


async def test_a_card_says_what_is_claimed_and_by_whom() -> None:
    assert FACTS in await shown(card(record=record()))
    assert "Official reaction: none seen" in await shown(card(record=record(reactions=())))


async def test_news_comes_with_the_facts_and_a_plain_report_with_its_reach() -> None:
    news = await shown(further("toll 3 → 9", record=record()))
    assert "Killed (latest): at least 9 – medics" in news
    plain = await shown(further(record=record()))
    assert "9 outlets, 2 independent texts → desk" in " ".join(plain.split())
    assert "Killed" not in plain


async def test_an_unsure_card_says_so_with_words_for_and_against() -> None:
    unsure = match(way="use", confidence=0.41, sure=False, reasons=("+market", "-and", "-[bold]drill\x1b[2J"))
    text = " ".join((await shown(card(matches=(unsure,)))).replace("│", " ").split())
    assert text.startswith("╭─ CRITICAL → desk")
    assert "Maybe off topic (41 % match) · against: “[bold]drill" in text
    assert "for it: “market”" in text
    assert "“and”" not in text
    assert "\x1b" not in text
    assert "group says Maybe off topic (41 % match) ·" in " ".join(
        (await shown(further("9 dead", matches=(unsure,)))).split()
    )


async def test_a_late_alert_says_so() -> None:
    late = await shown(card(seen_at=NOW - minutes(42)))
    assert "published 11:57 · found 11:18 · posted 12:00 UTC, delayed 42 min" in late


async def test_a_further_report_says_what_is_new_and_where_it_belongs() -> None:
    text = await shown(further("toll 3 → 9", also="also Official reactions", source="Le Courrier", language="fr"))
    assert " ".join(text.split()) == (
        "↳ Toll 3 → 9 - Le Courrier: 14 killed as cluster munition hits market & school, group says "
        "also Official reactions · in French · published 11:57 · found 12:00 · posted 12:00 UTC → desk, story s81"
    )


async def test_what_is_in_another_language_has_a_line_in_english() -> None:
    told: dict[str, Any] = {
        "title": "Удар по рынку",
        "language": "ru",
        "gist": Gist(topics=("strike",), places=("Homs",)),
    }
    reply = await shown(FollowUpMessage(alert=replace(alert(), **told)))
    assert "Strike · Homs" in map(str.strip, reply.splitlines())
    news = FollowUpMessage(alert=replace(alert(), **told), news="toll 3 → 9")
    assert "Strike · Homs" not in await shown(news)
    digest = DigestMessage(why=DigestReason.BUSY, alerts=(alert(), replace(alert(), **told)))
    assert "Strike · Homs" in await shown(digest)


async def test_a_silence_is_one_line() -> None:
    text = await shown(UnansweredMessage(story_id="s81", title=HOSTILE, silent_for=hours(26)))
    assert text.startswith("    ↳ No official response for 26 h: [bold]x[/bold]")
    assert not set(text) & set("\x1b\x07\r\u202e")


async def test_a_vanished_report_is_one_line() -> None:
    text = await shown(VanishedMessage(story_id="s81", title=HOSTILE, source="The Wire", since=NOW))
    assert text.startswith("    ↳ The Wire took this report out of its feed (noticed 12:00 UTC): [bold]x[/bold]")


async def test_a_digest_lists_its_stories_and_one_of_one_is_a_card_that_says_why() -> None:
    two = DigestMessage(why=DigestReason.BUSY, alerts=(alert(), alert(title="Other", severity=Severity.LOW)))
    text = await shown(two)
    assert "2 stories held back in a busy hour" in text
    assert "CRITICAL 14 killed" in text
    assert "LOW Other" in text
    assert text.count("Cluster munitions") == 2
    assert text.count("https://wire.example/news/idlib-market?ref=rss") == 2
    one = await shown(DigestMessage(why=DigestReason.QUIET_HOURS, alerts=(alert(),)))
    assert "…At least 14 people were killed" in one
    assert "held back in the quiet hours" in one


async def test_a_notice_keeps_its_lines() -> None:
    text = await shown(notice_message())
    assert "Feed wire is failing → desk" in text
    assert [line for line in text.splitlines() if "The Wire has failed 3 times." in line]
    assert [line for line in text.splitlines() if "It goes on being tried." in line]


HOSTILE = "[bold]x[/bold] \x1b]0;title\x07 \x1b[2J\u202ecod.exe\r\n:bomb:"


@pytest.mark.parametrize(
    "message",
    [
        card(title=HOSTILE, summary=HOSTILE, source=HOSTILE, language=HOSTILE, url=f"https://wire.example/{HOSTILE}"),
        further(HOSTILE, title=HOSTILE, source=HOSTILE),
        DigestMessage(why=DigestReason.BUSY, alerts=(alert(title=HOSTILE), alert(source=HOSTILE))),
        NoticeMessage(title=HOSTILE, text=HOSTILE),
    ],
    ids=["card", "follow-up", "digest", "notice"],
)
async def test_hostile_text_cannot_steer_the_terminal(message: Message) -> None:
    """No escape sequence but rich's own, and markup is shown and not obeyed."""
    text = await shown(message)
    assert not set(text) & set("\x1b\x07\r\u202e")
    assert "[bold]x[/bold]" in text
    assert ":bomb:" in text


async def test_a_narrow_terminal_wraps_the_card() -> None:
    assert max(map(len, (await shown(card(), width=50)).splitlines())) == 50


async def test_there_is_no_history_to_find_a_message_in() -> None:
    assert await TerminalSink(Console(file=io.StringIO())).find(attempt()) == NotFound()

"""A story's page says each thing once, with who reports it, however many do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.console.filters import later, slack_link
from monitor.console.now import together
from monitor.console.story import facts_of_kind
from monitor.model import Claim, ClaimKind, DeliveryState, Severity, ToldAlert

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def claim(value: str, outlet: str, minute: int, kind: ClaimKind = ClaimKind.PLACE, claimant: str = "") -> Claim:
    return Claim(
        item_id=f"i{outlet}{minute}", revision=1, kind=kind, value=value, words=value, quote=value, source=outlet,
        family=outlet, claimant=claimant, seen_at=NOON + timedelta(minutes=minute),
    )  # fmt: skip


def test_a_value_that_several_outlets_report_is_one_line_by_the_first() -> None:
    claims = [claim("Homs", "b", 2), claim("Idlib", "a", 0), claim("Homs", "c", 1), claim("Homs", "c", 3)]
    idlib, homs = facts_of_kind(claims)
    assert (idlib.words, idlib.outlets, idlib.claims[0].source) == ("Idlib", 1, "a")
    assert (homs.words, homs.outlets, homs.claims[0].source) == ("Homs", 2, "c")


def test_the_same_reaction_of_two_speakers_is_two_lines() -> None:
    claims = [claim("denial", "a", n, ClaimKind.REACTION, who) for n, who in enumerate(("army", "ministry", "army"))]
    assert [(fact.claims[0].claimant, len(fact.claims)) for fact in facts_of_kind(claims)] == [
        ("army", 2),
        ("ministry", 1),
    ]


def test_what_many_say_is_counted_whole_and_shown_in_part() -> None:
    (fact,) = facts_of_kind([claim("Homs", f"o{n}", n) for n in range(50)])
    assert (fact.outlets, len(fact.claims), fact.left_out) == (50, 20, 30)


def test_of_many_values_the_latest_are_shown() -> None:
    assert facts_of_kind([claim(f"p{n}", "a", n) for n in range(30)])[-1].words == "p29"


@pytest.mark.parametrize(
    ("channel", "ts", "is_one"),
    [
        ("C0DESK", "1764.000100", True),
        ("C0DESK", None, False),
        ("terminal", "1764.000100", False),
        ("webhook:https://hook.example", "x", False),
        ("C0DESK&a=b", "1764.000100", False),
    ],
)
def test_only_what_stands_in_slack_has_an_address_there(channel: str, ts: str | None, is_one: bool) -> None:
    assert bool(slack_link(channel, ts)) is is_one


@pytest.mark.parametrize(
    ("earlier", "said"),
    [
        (NOON - timedelta(milliseconds=400), "at once"),
        (NOON - timedelta(minutes=4), "4 min later"),
        (NOON - timedelta(hours=1, seconds=10), "1 h later"),
        (NOON + timedelta(minutes=4), "12:00 UTC"),
        (None, "12:00 UTC"),
    ],
)
def test_a_time_is_said_by_how_much_later_it_was(earlier: datetime | None, said: str) -> None:
    """Where an article claims to be published later than it was found, nothing can be said of that."""
    made = later({"now": NOON}, NOON, earlier)  # type: ignore[arg-type]  # all that it asks a template for
    assert re.sub("<[^>]*>", "", made) == said
    assert 'datetime="2026-05-04T12:00:00Z"' in made


def test_an_article_on_several_routes_is_one_line_on_the_first_page() -> None:
    def told(delivery: str, route: str, item: str = "i1", **changed: Any) -> ToldAlert:
        given: dict[str, Any] = {"kind": "card", "severity": Severity.HIGH, "state": DeliveryState.SENT} | changed
        return ToldAlert(
            delivery_id=delivery, route=route, decided_at=NOON, items=1, item_id=item, title="T", language=None,
            source="S", published=None, found_at=NOON, story_id="s1", **({"posted_at": NOON} | given),
        )  # fmt: skip

    later_on = NOON + timedelta(seconds=3)
    found = together(
        [
            told("d1", "a"),
            told("d2", "b", "i2"),
            told("d3", "c", posted_at=later_on, severity=Severity.CRITICAL),
            told("d4", "d", state=DeliveryState.HELD, posted_at=None),
            told("d5", "e", kind="digest"),
            told("d6", "f", ""),
            told("d7", "g", ""),
        ]
    )
    assert [one.route for one in found] == ["a, c", "b", "d", "e", "f", "g"]
    assert (found[0].posted_at, found[0].severity) == (later_on, Severity.CRITICAL)

"""How many outlets and origins a story has: copies, agencies' texts and sister feeds are nobody's own report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.link.facts import facts_of
from monitor.link.origins import Reach, credit_of, reach_of
from monitor.model import Claim, ClaimKind, Member
from tests.support.builders import NOW

CREDITS = {
    "in brackets": ("Raid on Idlib (Reuters)", "", "reuters"),
    "a dateline": ("Raid on Idlib", "DAMASCUS (AP) - Jets struck a market.", "ap"),
    "after a dash": ("Raid on Idlib - AFP", "", "afp"),
    "at the end of a text": ("Raid", "Jets struck a market. © AFP", "afp"),
    "with an agency": ("Frappe sur Idlib (avec AFP)", "", "afp"),
    "between slashes": ("Удар по Идлибу", "МОСКВА, 4 марта. /ТАСС/. Авиация нанесла удар.", "tass"),
    "reported by": ("Удар по Идлибу", "Погибли девять человек, сообщает Рейтер.", "reuters"),
    "an agency by its name": ("Удар по рынку", "Об этом пишет агентство «Интерфакс».", "interfax"),
    "in Ukrainian": ("Удар по ринку, повідомляє Укрінформ", "", "ukrinform"),
    "in French": ("Frappe", "Neuf morts, selon l'AFP", "afp"),
    "in Arabic": ("قصف على سوق", "قتل تسعة (رويترز)", "reuters"),
    "spoken of": ("Strike hits the Reuters office in Gaza", "", ""),
    "a word that looks like one": ("Unions in Gap (AP-style) talks", "", ""),
    "none": ("Raid on Idlib", "Jets struck a market.", ""),
}


@pytest.mark.parametrize(("title", "summary", "agency"), CREDITS.values(), ids=CREDITS)
def test_the_agency_a_text_credits(title: str, summary: str, agency: str) -> None:
    assert credit_of(title, summary) == agency


def test_of_a_body_only_its_ends_are_read() -> None:
    inside = "x " * 400 + "(AFP)" + " y" * 400
    assert credit_of("Raid", "", inside) == ""
    assert credit_of("Raid", "", inside + "\n\nReuters") == "reuters"


def member(item_id: str, family: str, **over: Any) -> Member:
    values: dict[str, Any] = {"title": "t", "keys": frozenset(), "seen_at": NOW}
    return Member(item_id=item_id, family=family, **values | over)


STORIES: dict[str, tuple[list[Member], Reach]] = {
    "one report": ([member("1", "a")], Reach(1, 1)),
    "two outlets of their own": ([member("1", "a"), member("2", "b")], Reach(2, 2)),
    "one family": ([member("1", "a"), member("2", "a")], Reach(1, 1)),
    "a copy": ([member("1", "a"), member("2", "b", copy_of="1")], Reach(2, 1)),
    "a copy of a copy": (
        [member("1", "a"), member("2", "b", copy_of="1"), member("3", "c", copy_of="2")],
        Reach(3, 1),
    ),
    "copies of what is not known any more": (
        [member("2", "b", copy_of="1"), member("3", "c", copy_of="1"), member("4", "d")],
        Reach(3, 2),
    ),
    "a circle of copies has an end": ([member("1", "a", copy_of="2"), member("2", "b", copy_of="1")], Reach(2, 2)),
    "one agency": ([member("1", "a", credit="reuters"), member("2", "b", credit="reuters")], Reach(2, 1)),
    "two agencies": ([member("1", "a", credit="reuters"), member("2", "b", credit="afp")], Reach(2, 2)),
    "the agency itself": ([member("1", "reuters.com"), member("2", "b", credit="reuters")], Reach(2, 1)),
    "a copy credits what its original does not": (
        [member("1", "a"), member("2", "b", copy_of="1", credit="afp"), member("3", "c", credit="afp")],
        Reach(3, 1),
    ),
    "never more origins than outlets": ([member("1", "a"), member("2", "a", credit="afp")], Reach(1, 1)),
    "nine outlets, two origins": (
        [member("0", "ngo")]
        + [member(str(n), f"paper{n}", credit="reuters") for n in range(1, 5)]
        + [member(str(n), f"site{n}", copy_of="0") for n in range(5, 9)],
        Reach(9, 2),
    ),
    "none": ([], Reach(0, 0)),
}


@pytest.mark.parametrize(("members", "reach"), STORIES.values(), ids=STORIES)
def test_reports_of_one_source_count_as_one_origin(members: list[Member], reach: Reach) -> None:
    found = reach_of(members)
    assert (found.outlets, found.origins) == (reach.outlets, reach.origins)


@pytest.mark.parametrize(
    ("members", "second"),
    [
        ([member("1", "a"), member("2", "b")], "2"),
        ([member("1", "a"), member("2", "b", copy_of="1"), member("3", "c")], "3"),
        ([member("1", "a", credit="afp"), member("2", "b", credit="afp"), member("3", "c")], "3"),
        ([member("1", "a"), member("2", "b", copy_of="1")], ""),
        ([member("1", "a")], ""),
        ([], ""),
    ],
    ids=["another", "not a copy", "not one that credits the same agency", "a copy alone", "one", "none"],
)
def test_the_second_source_is_the_first_that_does_not_copy_the_first(members: list[Member], second: str) -> None:
    assert reach_of(members).second == second


@pytest.mark.parametrize(
    ("summary", "origins"),
    [
        ("Kalam News said jets struck a market.", 1),
        ("Jets struck a market, selon Kalam News.", 1),
        ("Jets struck a market.", 2),
        ("Kalam Newsroom staff saw it.", 2),
    ],
    ids=["says so", "in French", "names nobody", "another word"],
)
def test_who_names_an_earlier_outlet_has_the_news_from_there(summary: str, origins: int) -> None:
    members = [member("1", "a"), member("2", "b", summary=summary, seen_at=NOW + timedelta(minutes=5))]
    record = facts_of([], members, sources={"1": "Kalam News - World", "2": "The Wire"})
    assert record.origins == origins


def claim(item_id: str, kind: ClaimKind, value: str) -> Claim:
    return Claim(item_id=item_id, revision=1, kind=kind, value=value, quote="q", source="s", family="f", seen_at=NOW)


@pytest.mark.parametrize(
    ("claims", "title", "origins"),
    [
        ([claim("2", ClaimKind.REACTION, "denial")], "t", 1),
        ([claim("2", ClaimKind.REACTION, "condemnation")], "t", 1),
        ([claim("2", ClaimKind.REACTION, "no comment"), claim("2", ClaimKind.KILLED, "9")], "t", 2),
        ([claim("2", ClaimKind.REACTION, "denial"), claim("2", ClaimKind.KILLED, "9")], "t", 1),
        ([claim("2", ClaimKind.KILLED, "6")], "Sumy buries six killed in school strike", 1),
        ([claim("2", ClaimKind.KILLED, "6")], "Drone strike on funeral in Sumy kills six", 2),
        ([claim("2", ClaimKind.KILLED, "6")], "Suben a seis los muertos por una intoxicación en Sumy", 1),
    ],
    ids=[
        "denies",
        "condemns",
        "counts, and has no comment",
        "denies a count",
        "buries the dead",
        "on a funeral",
        "another cause",
    ],
)
def test_who_only_reacts_or_mourns_or_tells_of_an_accident_is_no_origin(
    claims: list[Claim], title: str, origins: int
) -> None:
    record = facts_of(claims, [member("1", "a"), member("2", "b", title=title)])
    assert (record.outlets, record.origins) == (2, origins)

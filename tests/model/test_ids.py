"""Ids and keys stand in databases: whoever changes how they are made makes alerts come twice."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine, select

from monitor.model import ids

KEYS = {
    "a card": (ids.card_key("s1", "desk"), "card:s1:desk"),
    "a card instead of another": (ids.card_key("s1", "desk", instead_of="d1"), "card:s1:desk:d1"),
    "a further report": (ids.follow_up_key("i1", 2, "desk"), "follow-up:i1:2:desk"),
    "a digest": (ids.digest_key("quiet hours", "desk", "s1", 1), "digest:quiet hours:desk:s1:1"),
    "a notice": (ids.notice_key("feed-failing:bbc"), "notice:feed-failing:bbc"),
    "a story unanswered": (ids.unanswered_key("s1", "desk"), "unanswered:s1:desk"),
    "a report taken out": (ids.vanished_key("i1", "desk"), "vanished:i1:desk"),
    "a mute that is over": (ids.mute_ended_key("m1"), "mute-ended:m1"),
    "what somebody did": (ids.desk_key("U1:1.5:claim"), "desk:U1:1.5:claim"),
}
IDS = {
    "a delivery": (ids.delivery_id_of("card:s1:desk"), "df7161de21cf34ea4"),
    "a story of its first item": (ids.story_id_of("i1"), "s4cd9b7672d7f"),
    "a story split off": (ids.story_id_of("split", "s1", "i1", "i2", "2026-03-04T00:00:00+00:00"), "scf7aca3f5ade"),
    "an item": (ids.item_id_of("bbc", "g1", "https://bbc.example/1"), "i91bf005b0ed72cfe"),
    "a mute": (ids.mute_id_of("U1:1.5:mute", "story", "s1"), "m3bae9f3f6ac26f84"),
}


@pytest.mark.parametrize(("made", "stored"), [*KEYS.values(), *IDS.values()], ids=[*KEYS, *IDS])
def test_what_is_made_is_what_databases_hold(made: str, stored: str) -> None:
    assert made == stored


def test_an_id_is_made_of_anything_that_outlets_write() -> None:
    assert ids.item_id_of("\ud800", "") != ids.item_id_of("", "\ud800")


@pytest.mark.parametrize("key_of", [ids.unanswered_key, ids.vanished_key])
def test_sql_makes_the_same_keys(key_of) -> None:  # type: ignore[no-untyped-def]  # each takes strings and columns
    table = Table("told", MetaData(), Column("subject", String), Column("route", String))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), {"subject": "x1", "route": "desk"})
        (made,) = connection.scalars(select(key_of(table.c.subject, table.c.route))).all()
    engine.dispose()
    assert made == key_of("x1", "desk")

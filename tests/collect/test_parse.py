"""Documents as they come: what is a feed, what only looks like one, and what would hang a reader."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from monitor.collect.parse import Parser, parse_document
from monitor.model import Failed, FailureClass, Fetched, Parsed
from tests.support.fakes.feed_server import FeedEntry, atom, rss

ENTRY = FeedEntry("Nine killed", "https://wire.example/1", "g1", "Wed, 04 Mar 2026 11:00:00 GMT", "A summary.")


def parse(body: bytes | str, content_type: str | None = None) -> Parsed | Failed:
    raw = body.encode() if isinstance(body, str) else body
    return parse_document(raw, content_type=content_type)


def parsed(body: bytes | str, content_type: str | None = None) -> Parsed:
    result = parse(body, content_type)
    assert isinstance(result, Parsed), result
    return result


@pytest.mark.parametrize(
    "document", [rss(ENTRY), atom(ENTRY), "\n  " + rss(ENTRY)], ids=["rss", "atom", "leading space"]
)
def test_rss_and_atom_give_the_same_entry(document: str) -> None:
    (entry,) = parsed(document).entries
    assert (entry.title, entry.link, entry.guid, entry.summary) == (
        "Nine killed", "https://wire.example/1", "g1", "A summary.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "an empty body"),
        ("  \n", "an empty body"),
        ("<!doctype html><html><head><title>Home</title></head></html>", 'an HTML page titled "Home", not a feed'),
        ("<html><body>Moved</body></html>", "an HTML page, not a feed"),
        (
            "<html><head><title>Just a moment...</title></head></html>",
            'a challenge or refusal page, not a feed ("Just a moment...")',
        ),
        ('{"error": "no"}', "JSON, not an RSS or Atom feed"),
        ("not found", "no RSS or Atom feed"),
    ],
)
def test_what_is_no_feed_fails_with_what_it_is(body: str, reason: str) -> None:
    assert parse(body) == Failed(failure=FailureClass.NOT_A_FEED, reason=reason)


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parsed(rss()).entries == ()


@pytest.mark.parametrize("reference", ["&#1114112;", "&#55296;", "&#x110000;", "&#0;"])
def test_references_to_characters_that_do_not_exist_cost_no_entry(reference: str) -> None:
    (entry,) = parsed(rss(ENTRY).replace("Nine killed", f"Nine {reference} killed")).entries
    assert entry.title.startswith("Nine")


def test_a_document_cut_off_in_the_middle_keeps_what_came() -> None:
    whole = rss(ENTRY, FeedEntry("Second", "https://wire.example/2", "g2"))
    entries = parsed(whole[: whole.index("Second") - 20]).entries
    assert entries[0].title == "Nine killed"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "cp1251"])
def test_encodings_that_are_declared_wrongly_are_read(encoding: str) -> None:
    document = rss(FeedEntry("Удар по рынку в Идлибе", "https://wire.example/1", "g1"))
    (entry,) = parsed(document.encode(encoding)).entries
    assert entry.title == "Удар по рынку в Идлибе"


def test_a_bare_ampersand_and_an_unknown_entity_lose_no_text() -> None:
    (entry,) = parsed(rss(ENTRY).replace("Nine killed", "Tom & Ann&nbsp;– nine killed")).entries
    assert entry.title.endswith("nine killed")
    assert entry.title.startswith("Tom & Ann")


def test_a_digest_depends_on_the_words_and_not_on_the_date() -> None:
    """Some feeds rewrite every date on every answer; that makes no entry new."""
    first = parsed(rss(ENTRY)).entries[0].digest
    redated = FeedEntry(ENTRY.title, ENTRY.link, ENTRY.guid, "Wed, 04 Mar 2026 12:00:00 GMT", ENTRY.summary)
    edited = FeedEntry("Ten killed", ENTRY.link, ENTRY.guid, ENTRY.published, ENTRY.summary)
    assert parsed(rss(redated)).entries[0].digest == first
    assert parsed(rss(edited)).entries[0].digest != first


@settings(max_examples=60)
@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda text: rss(ENTRY).replace("Nine", text).encode()))
def test_nothing_makes_parsing_raise(body: bytes) -> None:
    assert isinstance(parse(body), Parsed | Failed)


async def test_a_hung_parse_is_ended_and_the_next_document_is_read() -> None:
    """A limit no parse can keep stands for a document that never ends."""
    fetched = Fetched(url="https://wire.example/rss", body=rss(*[ENTRY] * 3_000).encode())
    async with Parser(time_limit=0.05) as hasty:
        result = await hasty.parse(fetched)
    assert result == Failed(failure=FailureClass.PARSE, reason="took longer than 0.05 s to parse")
    async with Parser() as patient:
        assert isinstance(
            await patient.parse(Fetched(url="https://wire.example/rss", body=rss(ENTRY).encode())), Parsed
        )


async def test_a_parser_that_broke_is_started_anew() -> None:
    """Its pool ends for good when one of its threads does, as when the clock jumps while that sleeps."""
    fetched = Fetched(url="https://wire.example/rss", body=rss(ENTRY).encode())
    async with Parser() as parser:
        assert isinstance(await parser.parse(fetched), Parsed)
        assert parser._pool is not None
        parser._pool.stop()  # type: ignore[no-untyped-call]
        with capture_logs() as logs:
            assert isinstance(await parser.parse(fetched), Parsed)
        assert [line["action"] for line in logs] == ["parser_broken"]
        assert isinstance(await parser.parse(fetched), Parsed)

"""Feeds of alerts: valid Atom at a secret address, fetched anew only when something changed, and revocable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from monitor.console.atom import document
from monitor.console.door import shown
from monitor.model import CardMessage, DigestMessage, DigestReason, FollowUpMessage, SentAlert
from tests.console.conftest import Desk, opened
from tests.support.stored import alert

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET, OTHER = "desk-secret-0123456789", "ops-secret-0123456789x"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    tokens = f"desk:{SECRET} ops:{OTHER}"
    async with opened(
        tmp_path_factory.mktemp("atom"), WIREWATCH_ATOM_TOKENS=tokens, WIREWATCH_CONSOLE_TOKEN="x" * 20
    ) as made:
        yield made


async def test_a_feed_reader_gets_the_alerts_of_its_route(desk: Desk) -> None:
    address = f"{desk.url}atom/desk/{SECRET}"
    async with desk.browser.get(address) as answer:
        assert (answer.status, answer.content_type) == (200, "application/atom+xml")
        assert answer.headers["Link"] == f'<{address}>; rel="self"'
        assert "Set-Cookie" not in answer.headers
        body = await answer.read()
    found = feedparser.parse(body)
    assert (found.bozo, found.version, found.feed.title) == (False, "atom10", "Wirewatch: desk")
    assert {link["rel"]: link["href"] for link in found.feed.links}["self"] == address
    titles = {entry.title for entry in found.entries}
    assert any(title.startswith("HIGH: ") and "kill seven" in title for title in titles)
    [entry] = [entry for entry in found.entries if "kill" in entry.title]
    assert entry.id.startswith("urn:uuid:")
    assert entry.link == "https://wire.example/0"
    assert "<script>" not in body.decode()
    assert "\u202e" not in body.decode()
    assert f"{desk.url}stories/{entry.links[1]['href'].rpartition('/')[2]}" == entry.links[1]["href"]


async def test_what_has_not_changed_is_not_sent_again(desk: Desk) -> None:
    address = f"{desk.url}atom/desk/{SECRET}"
    async with desk.browser.get(address) as answer:
        tag = answer.headers["ETag"]
    for header, status in ((tag, 304), (f'"x", W/{tag}', 304), ("*", 304), ('"x"', 200), ("", 200)):
        async with desk.browser.get(address, headers={"If-None-Match": header}) as answer:
            assert (answer.status, answer.headers["ETag"]) == (status, tag)
            assert (await answer.read() == b"") == (status == 304)
    async with desk.browser.head(address) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "path",
    [f"desk/{OTHER}", f"desk/{SECRET[:-1]}", f"ops/{SECRET}", f"nothing/{SECRET}", "desk/é", "desk/", "desk", ""],
)
async def test_who_does_not_know_the_address_finds_nothing(desk: Desk, path: str) -> None:
    assert "There is nothing at this address" in await desk.get(f"atom/{path}", status=404)


async def test_an_address_is_revoked_when_its_entry_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"desk:{SECRET}")
    monkeypatch.setenv("WIREWATCH_ATOM_TOKENS_FILE", str(file))
    more = {"WIREWATCH_CONSOLE_URL": "https://wirewatch.example/"}
    async with opened(tmp_path / "desk", **more) as made:
        page = await made.get(f"atom/desk/{SECRET}", headers={"Host": "wirewatch.example"})
        assert f"https://wirewatch.example/atom/desk/{SECRET}" in page
        file.write_text(f"desk:{OTHER}")
        await made.get(f"atom/desk/{SECRET}", status=404)
        await made.get(f"atom/desk/{OTHER}")


async def test_a_fault_is_logged_without_the_secret(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.console.atom.document", None)
    with capture_logs() as seen:
        await desk.get(f"atom/desk/{SECRET}", status=500)
    assert [line["path"] for line in seen] == ["/atom/…"]
    assert shown("/stories/s1") == "/stories/s1"


async def test_messages_become_entries_each_once_and_the_same_alerts_the_same_bytes() -> None:
    at = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
    one, other = (
        alert("i-1", "s-1", title="One \x00\ufffe<b>&"),
        alert("i-2", "s-2", url="javascript:x", published=None),
    )
    messages = [
        SentAlert(delivery_id="d1", message=CardMessage(alert=one), posted_at=at),
        SentAlert(delivery_id="d2", message=FollowUpMessage(alert=one, news="also strikes"), posted_at=at),
        SentAlert(delivery_id="d3", message=FollowUpMessage(alert=one, news=""), posted_at=at),
        SentAlert(
            delivery_id="d4", message=DigestMessage(why=DigestReason.BUSY, alerts=(one, other, one)), posted_at=at
        ),
    ]
    made = document("desk", messages, address="http://x/atom", base="http://x")
    assert made == document("desk", messages, address="http://x/atom", base="http://x")
    root = ET.fromstring(made)  # noqa: S314 - our own
    titles = [node.text for node in root.iterfind(f"{ATOM}entry/{ATOM}title")]
    assert titles == ["HIGH: One <b>&", "Also strikes - BBC News: One <b>&", "HIGH: One <b>&", "HIGH: Title"]
    ids = [node.text for node in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) == 5
    assert root.findall(f"{ATOM}entry")[3].find(f"{ATOM}link").attrib["href"] == "http://x/stories/s-2"  # type: ignore[union-attr]
    empty = feedparser.parse(document("desk", [], address="http://x/atom", base="http://x"))
    assert (empty.bozo, empty.entries) == (False, [])

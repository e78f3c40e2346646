"""What people are answered who type a command or click: to them alone, in words that are never live."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import structlog.testing

from monitor.model import Evidence, Field, How
from storage.store import Store
from tests.support.builders import NOW, match
from tests.support.clicks import ANN, DESK, connected, muted, posted, said
from tests.support.fakes.socketmode import FakeSocketMode
from tests.support.messages import Clock


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("why https://example.org/a?ref=rss", "verdict alert (new_story)"),
        ("why <https://example.org/a?ref=rss|example.org/a>", "verdict alert (new_story)"),
        ("why https://example.org/none", "No: Wirewatch has not seen this article"),
        ("why\u00a0“Title A”", "Not yet: its message for desk waits to be posted."),
        ("why an unheard headline", "has not seen an article with this headline"),
        ("why", "/wirewatch why LINK"),
        ("", "/wirewatch why LINK"),
        ("STATUS", "trouble: the service has never run on this database"),
        ("status", "read in the last 24 h; no alert was posted so far"),
        ("mutes", "Nothing is muted."),
        ("find TITLE a", "BBC News, seen 2026-03-04 12:00 UTC: first report of its story"),
        ("find 100%", "no stored article has all of these words"),
        ("find ...", "no stored article has all of these words"),
        ("drill", "A drill is under way."),
        ("explode now", "/wirewatch why LINK"),
    ],
)
async def test_a_command_is_answered_to_whoever_typed_it_alone(
    slack: FakeSocketMode, one_store: Store, clock: Clock, text: str, shown: str
) -> None:
    await posted(one_store)
    while await one_store.read_for_search(NOW):
        pass
    async with connected(slack, one_store, clock):
        await slack.command(ANN, text)
        await slack.until(lambda: slack.answers)
    assert shown in str(slack.answers[0]["blocks"])
    assert slack.answers[0]["response_type"] == "ephemeral"
    assert slack.answers[0]["text"]


async def test_hostile_words_are_never_live(slack: FakeSocketMode, one_store: Store, clock: Clock) -> None:
    """Names, headlines and words that people typed reach Slack in elements that it does not interpret."""
    evil = "<!channel> <@U1> <https://evil.example|Reuters> *b* \u202e"
    piece = Evidence(field=Field.TITLE, start=0, end=4, text=evil, term=evil, how=How.SAME, group="g")
    rules = tuple(match(f"r{number}", rule_title=evil, evidence=(piece,)) for number in range(3))
    message = await posted(one_store, title=evil, source=evil, matches=rules)
    async with connected(slack, one_store, clock):
        await slack.press(ANN, message, "not_relevant", message["card"])
        await slack.until(lambda: slack.views)
        await slack.choose(ANN, message, "mute", "rule:8h", card=message["card"])
        await said(slack)
        await slack.choose(ANN, message, "mute", "story:24h", card=message["card"])
        await muted(one_store, 1)
        await slack.press(ANN, message, f"{evil}", evil)
        await said(slack, 2)
        await slack.command(ANN, "mutes")
        await slack.command(ANN, f"find {evil}")
        await slack.command(ANN, f"why {evil}")
        await slack.until(lambda: len(slack.answers) == 3)
    for seen in (*slack.views, *slack.ephemeral, *slack.answers):
        assert "mrkdwn" not in json.dumps(seen)
        assert "\u202e" not in json.dumps(seen, ensure_ascii=False)
        for live in ("<!channel>", "<@U1>", "<https://"):
            assert live not in seen.get("text", "")


async def test_who_cannot_be_told_in_the_channel_is_told_by_slacks_address_and_the_other_way_round(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    """As somebody of another organisation, or where cards are posted to a channel that the app is not in."""
    message = await posted(one_store)
    async with connected(slack, one_store, clock):
        slack.says_no = {"chat.postEphemeral": "user_not_in_channel"}
        await slack.press(ANN, message, "unclaim", message["card"])
        await slack.until(lambda: len(slack.answers) == 1)
        await slack.press(ANN, message, "not_relevant", message["card"])
        await slack.until(lambda: slack.views)
        await slack.submit(ANN, slack.views[0], {"cause": "other", "note": "x"})
        await slack.until(lambda: len(slack.answers) == 2)
        slack.says_no = {"response": "used_url"}
        await slack.command(ANN, "mutes")
        await slack.until(lambda: slack.ephemeral)
    assert [one["text"][:12] for one in slack.answers] == ["Nobody has t", "Noted: not r"]
    assert {(one["response_type"], one["replace_original"]) for one in slack.answers} == {("ephemeral", False)}
    assert [one["text"] for one in slack.ephemeral] == ["Nothing is muted."]


async def test_who_clicks_is_told_of_a_form_only_that_it_may_be_missing_and_of_one_that_is_open_nothing(
    slack: FakeSocketMode, one_store: Store, clock: Clock
) -> None:
    message = await posted(one_store)
    async with connected(slack, one_store, clock), connected(slack, one_store, clock):
        await slack.press(ANN, message, "not_relevant", message["card"], twice=True)
        await slack.until(lambda: len(slack.calls("views.open")) == 2)
        for count, (code, told) in enumerate(
            {"expired_trigger_id": "That took too long", "view_too_large": "If no form opens"}.items(), start=1
        ):
            slack.says_no = {"views.open": code}
            await slack.press(ANN, message, "not_relevant", message["card"])
            assert (await said(slack, count)).startswith(told)
    assert len(slack.views) == 1
    assert len(slack.ephemeral) == 2


async def test_trouble_with_the_database_is_told_to_who_clicked_and_to_the_admin(
    slack: FakeSocketMode, tmp_path: Path, clock: Clock
) -> None:
    """The database has no tables."""
    store = Store.open(f"sqlite:///{tmp_path}/empty.db")
    with structlog.testing.capture_logs() as logged:
        async with connected(slack, store, clock):
            await slack.press(ANN, {"channel": DESK, "ts": "1.1"}, "claim", "d-a")
            assert await said(slack) == (
                "That did not work: Wirewatch cannot reach its database. Nothing was changed; try again in a minute."
            )
            await slack.command(ANN, "mutes")
            await slack.until(lambda: slack.answers)
            assert slack.answers[0]["text"].startswith("That did not work")
    await store.close()
    errors = [line for line in logged if line["log_level"] == "error"]
    assert [line["what"] for line in errors] == ["claim", "mutes"]
    assert "run `service.py db upgrade`" in errors[0]["error"]

"""The answer to why the desk got an article, or did not: for every reason that there is, and every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.model import (
    Action,
    CardMessage,
    DeliveryHistory,
    DeliveryState,
    FeedKind,
    FollowUpMessage,
    ItemHistory,
    Reason,
    RevisionHistory,
    Severity,
    Story,
    VerdictHistory,
)
from monitor.wording.answer import answer_of, match_words
from monitor.wording.lists import listed
from monitor.wording.reasons import because, in_short
from tests.support.builders import NOW, minutes
from tests.support.stored import alert, match, matched

COPIED = "It repeats a report that the desk has, so it gets no message of its own."


def revision(verdict: VerdictHistory | None, **over: Any) -> RevisionHistory:
    given: dict[str, Any] = {"matches": (match(),), "decided_at": NOW} | over
    return RevisionHistory(
        revision=1, title="T", summary="", body="", content_hash="1", published=None, seen_at=NOW, reason="never seen",
        verdict=verdict, **given,
    )  # fmt: skip


def history(verdict: VerdictHistory | None = None, *deliveries: DeliveryHistory, **over: Any) -> ItemHistory:
    member = matched("a", "a").member
    assert member is not None
    first = replace(member, item_id="i-first", title="The first", seen_at=NOW - minutes(9))
    story = Story(story_id="s-a", started_at=NOW, updated_at=NOW, members=(first, member))
    given: dict[str, Any] = {
        "revisions": (revision(verdict),), "story": story, "story_reason": "shares Homs", "copy_of": None,
    } | over  # fmt: skip
    return ItemHistory(
        item_id="i-a", feed_id="bbc", family="bbc", kind=FeedKind.WIRE, source="BBC News", guid="g", url="u", title="T",
        language="en", published=NOW - minutes(4), first_seen_at=NOW, ratings=(),
        deliveries=deliveries, **given,
    )  # fmt: skip


def delivery(route: str, state: DeliveryState, **over: Any) -> DeliveryHistory:
    given: dict[str, Any] = {
        "kind": "card", "created_at": NOW, "not_before": NOW, "reason": None, "message": CardMessage(alert=alert()),
        "sent_at": NOW + minutes(1) if state is DeliveryState.SENT else None,
    } | over  # fmt: skip
    return DeliveryHistory(
        delivery_id=f"d-{route}", route=route, channel="C1", severity=Severity.HIGH, state=state, parent_id=None,
        ts=None, attempts=(), **given,
    )  # fmt: skip


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_without_its_name(reason: Reason) -> None:
    said = answer_of(history(VerdictHistory(Action.SUPPRESSED, reason, "its detail")), now=NOW)
    decision = {step.name: step.words for step in said.steps}.get("Decision", said.said)
    assert reason.value not in decision or "_" not in reason.value
    assert decision.endswith(".")
    assert ".." not in said.text


def test_a_detail_that_says_what_the_reason_says_is_left_out() -> None:
    told = VerdictHistory(Action.UPDATE, Reason.CONFIRMED, "second source")
    assert because(told) == "It is the second source of a story that the desk has."
    assert because(replace(told, detail="second source: BBC News")).endswith("the desk has: second source: BBC News.")


def test_a_reason_of_another_version_is_said_by_its_detail() -> None:
    said = answer_of(history(VerdictHistory(Action.SUPPRESSED, "brand_new", "the moon was full")), now=NOW)
    assert said.said == "No, the desk did not get it. The moon was full."
    assert (
        answer_of(history(VerdictHistory(Action.NONE, "brand_new")), now=NOW).said
        == "No, the desk did not get it. Brand new."
    )


@pytest.mark.parametrize(
    ("deliveries", "said"),
    {
        "posted": ([delivery("desk", DeliveryState.SENT)], "Yes, the desk got it: desk as a card at 12:01 UTC."),
        "to several": (
            [delivery("a", DeliveryState.SENT), delivery("b", DeliveryState.SENT), delivery("c", DeliveryState.HELD)],
            "Yes, the desk got it: a and b as a card at 12:01 UTC.",
        ),
        "waiting": (
            [delivery("desk", DeliveryState.PENDING, not_before=NOW + timedelta(hours=6))],
            "Not yet: its message for desk waits to be posted, at 18:00 UTC at the earliest.",
        ),
        "rejected": (
            [delivery("desk", DeliveryState.REJECTED)], "No: its message for desk was rejected by Slack.",
        ),
        "its story alone": (
            [delivery("desk", DeliveryState.SENT, message=CardMessage(alert=alert("i-first")))],
            f"Not by itself: desk got its story, at 12:01 UTC. {COPIED}",
        ),
        "its text was deleted": (
            [delivery("desk", DeliveryState.SENT, message=None)], "Yes, the desk got it: desk as a card at 12:01 UTC.",
        ),
        "a reply": (
            [delivery("desk", DeliveryState.SENT, kind="follow-up", message=FollowUpMessage(alert=alert()))],
            "Yes, the desk got it: desk as a reply in the thread of its story at 12:01 UTC.",
        ),
        "nothing": ([], f"No, the desk did not get it. {COPIED}"),
    }.values(),
)  # fmt: skip
def test_the_first_sentence_answers(deliveries: list[DeliveryHistory], said: str) -> None:
    verdict = VerdictHistory(Action.DUPLICATE, Reason.COPY, "repeats i-first (1.00)")
    assert answer_of(history(verdict, *deliveries), now=NOW).said == said


def test_the_way_is_told_step_by_step() -> None:
    verdict = VerdictHistory(Action.SUPPRESSED, Reason.MUTED, "story muted on desk by Ann until 18:00 UTC", "s-a")
    told = answer_of(history(verdict), passed_over=[("loud", "severity high is below critical")], now=NOW)
    assert told.text.splitlines() == [
        "No, the desk did not get it. Somebody had muted it: story muted on desk by Ann until 18:00 UTC.",
        "Found: The feed of BBC News showed it at 12:00 UTC, 4 min after it was published.",
        "Rules: cluster munitions (high) matched by “Title”.",
        "Story: It joined the story “The first”: shares Homs.",
        "Decision: Somebody had muted it: story muted on desk by Ann until 18:00 UTC.",
        "Not in loud: Severity high is below critical.",
    ]
    copy = answer_of(history(verdict, copy_of="i-first"), now=NOW)
    assert [(step.words, step.item_id) for step in copy.steps if step.name == "Story"] == [
        ("It repeats the report “The first”.", "i-first")
    ]


def test_what_no_rule_matched_says_which_rules_came_near() -> None:
    verdict = VerdictHistory(Action.NONE, Reason.NO_MATCH, "no rule matched")
    told = answer_of(
        history(revisions=(revision(verdict, matches=()),)), lacking=[("Raids", "It lacks a word.")], now=NOW
    )
    assert [(step.name, step.words) for step in told.steps[1:]] == [
        ("Rules", "No rule matched its text."),
        ("Raids", "It lacks a word."),
    ]
    assert answer_of(history(), now=NOW).said == "Wirewatch has it, and has not decided about it yet."


def test_a_match_says_what_speaks_for_the_topic_and_against() -> None:
    doubted = match(confidence=0.41, sure=False, reasons=("+market", "-films", "-like news of sport"), live=False)
    assert match_words(doubted) == (
        "cluster munitions (high) matched by “Title”. This rule is on test, so it posts nothing. "
        "Maybe off topic (41 % match); for it: “market”; against it: “films”, like news of sport."
    )
    assert match_words(match(confidence=1.0)).endswith("On topic (100 % match).")
    sure = match(confidence=0.97, reasons=("+bombs", "-drill"))
    assert match_words(sure).endswith("On topic (97 % match); for it: “bombs”.")


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [listed(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_few_words_for_lists(reason: Reason) -> None:
    said = in_short(VerdictHistory(Action.NONE, reason))
    assert said
    assert "_" not in said
    assert in_short(VerdictHistory(Action.NONE, "brand_new")) == "brand new"

"""What Slack sends is read as if anybody could have written it; what people read is never interpreted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.slack import blocks
from monitor.desk import views
from monitor.desk.payloads import click_of, question_of, submission_of
from monitor.model import Cause
from tests.support.messages import alert, desk_card

ACTION = {"action_id": "claim", "value": "d1", "action_ts": "1.5", "block_id": "desk:d1:1"}
CLICK: dict[str, Any] = {
    "user": {"id": "U1", "username": "ann"},
    "channel": {"id": "C1"},
    "trigger_id": "t",
    "actions": [ACTION],
}
VIEW: dict[str, Any] = {
    "user": {"id": "U1", "name": "ann"},
    "view": {
        "id": "V1",
        "callback_id": "not_relevant",
        "private_metadata": '{"card": "d1", "channel": "C1"}',
        "state": {
            "values": {
                "cause": {"cause": {"selected_option": {"value": "wrong place"}}},
                "note": {"note": {"value": "x" * 9_000}},
            }
        },
    },
}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["user", "id", "actions", "action_id", "value", "view", "state", "values", "private_metadata", "channel",
         "selected_option", "block_id", "command", "text", "user_id", "container", "message", "username"]
    ), inner, max_size=6),
    max_leaves=20,
)  # fmt: skip


@given(JUNK)
def test_no_shape_makes_reading_raise(body: object) -> None:
    for read in (click_of, submission_of, question_of):
        read(body)


def test_a_click_says_who_clicked_what_on_which_card() -> None:
    click = click_of(CLICK)
    assert click is not None
    assert (click.key, click.action_id, click.value, click.card) == ("U1:1.5:claim", "claim", "d1", "d1")
    assert (click.by.name, click.channel, click.thread_ts, click.link) == ("ann", "C1", "", False)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        CLICK | {"actions": []},
        CLICK | {"actions": "claim"},
        CLICK | {"actions": [{"value": "d1"}]},
        CLICK | {"actions": [{"action_id": ["claim"]}]},
        CLICK | {"user": None},
        CLICK | {"user": {"id": ""}},
    ],
)
def test_what_is_no_click_is_read_as_none(body: object) -> None:
    assert click_of(body) is None


def test_a_click_without_a_time_has_a_key_of_its_own() -> None:
    action = {name: value for name, value in ACTION.items() if name != "action_ts"}
    keys = {getattr(click_of(CLICK | {"actions": [action], "trigger_id": trigger}), "key", "") for trigger in "aab"}
    assert len(keys) == 2


def test_long_values_are_cut_and_names_kept_on_a_line() -> None:
    user = {"id": "U" * 999, "username": "a\nb" + "x" * 999}
    click = click_of(CLICK | {"user": user, "actions": [ACTION | {"value": "v" * 9_999}]})
    assert click is not None
    assert (len(click.value), len(click.by.user_id), len(click.by.name)) == (400, 40, 80)
    assert click.by.name.startswith("a b")


def test_a_form_says_who_sent_it_of_which_card_and_what_was_filled_in() -> None:
    sent = submission_of(VIEW)
    assert sent is not None
    assert (sent.key, sent.card, sent.channel, sent.cause) == ("U1:V1:view", "d1", "C1", Cause.WRONG_PLACE)
    assert (sent.rule, sent.word, len(sent.note)) == (None, "", 3_000)


@pytest.mark.parametrize("metadata", ["", "null", "[]", "{", '{"card": 1}', "[" * 9_999])
def test_a_form_whose_card_cannot_be_read_names_none(metadata: str) -> None:
    sent = submission_of(VIEW | {"view": VIEW["view"] | {"private_metadata": metadata}})
    assert sent is not None
    assert sent.card == ""


@pytest.mark.parametrize(
    ("text", "what", "about"),
    [("", "", ""), ("  WHY  https://a.example/x y ", "why", "https://a.example/x y"), ("mutes", "mutes", "")],
)
def test_a_command_is_read_as_what_is_asked_and_about_what(text: str, what: str, about: str) -> None:
    question = question_of({"command": "/wirewatch", "user_id": "U1", "text": text})
    assert question is not None
    assert (question.what, question.about, question.by.name) == (what, about, "U1")


@given(st.text(max_size=5_000))
def test_what_people_read_is_never_interpreted_and_fits(words: str) -> None:
    shown = alert(title=words, source=words)
    for made in (views.note(words), views.page(words, words), views.form(desk_card(alert=shown), shown)):
        assert '"type": "mrkdwn"' not in json.dumps(made), "what people wrote has its quotes escaped there"
        assert blocks.size(made["blocks"]) <= 13_000
        text = made.get("text", "")
        assert not any(live in text for live in "<>")
        assert len(text) <= 1_600


def test_a_page_is_cut_between_lines_and_says_so() -> None:
    made = views.page("Why", "\n".join(f"  line {number}" for number in range(999)))
    words = made["blocks"][0]["elements"][1]["elements"][0]["text"]
    assert words.startswith("  line 0\n  line 1\n")
    left = 999 - words.count("\n")
    assert words.endswith(f"… and {left} more lines; who runs Wirewatch can see them all")

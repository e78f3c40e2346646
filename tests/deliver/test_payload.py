"""Messages as Slack gets them: golden payloads of every kind of message."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from slack_sdk.models.blocks import Block

from monitor.deliver.slack.payload import payload
from tests.support.builders import NOW
from tests.support.everymessage import CONSOLE, EDITED, IN_CONSOLE, MESSAGES
from tests.support.payloads import ID, edited

GOLDEN = Path(__file__).parent / "golden"
MADE = {
    **{name: payload(message, delivery_id=ID, now=NOW) for name, message in MESSAGES.items()},
    **{name: edited(message) for name, message in EDITED.items()},
    **{name: edited(message, buttons=False, console=CONSOLE) for name, message in IN_CONSOLE.items()},
}


@pytest.mark.parametrize("name", MADE)
def test_the_payload_is_the_golden_one_and_slack_sdk_finds_no_fault_with_it(name: str) -> None:
    """To take over a change on purpose: UPDATE_GOLDEN=1, and look at the diff."""
    path = GOLDEN / f"{name}.json"
    made = json.dumps(MADE[name], ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")
    blocks = MADE[name]["blocks"]
    for given_block, block in zip(blocks, Block.parse_all(blocks), strict=True):
        block.validate_json()
        assert block.to_dict() == given_block


@pytest.mark.parametrize("name", IN_CONSOLE)
def test_buttons_need_no_links_to_the_console(name: str) -> None:
    assert CONSOLE not in str(edited(IN_CONSOLE[name], console=CONSOLE))


def test_no_message_asks_for_a_command_of_the_shell() -> None:
    for message in (*MESSAGES.values(), *EDITED.values()):
        for as_plain in (False, True):
            assert "service.py" not in json.dumps(edited(message, as_plain=as_plain))

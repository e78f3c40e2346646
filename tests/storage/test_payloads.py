"""What is kept as JSON: a database holds what earlier versions wrote, without the fields that came since."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from monitor.model import CardMessage, Evidence, Reaction, Role
from storage.tables.deliveries import AnyMessage
from storage.tables.types import pack, unpack
from tests.support.stored import EVIDENCE, alert, match

SINCE = {"says", "role", "gist"}
"""What matches, their words and alerts did not have at first."""


def before(value: Any) -> Any:
    """A value of JSON as it was written at first."""
    if isinstance(value, dict):
        return {key: before(part) for key, part in value.items() if key not in SINCE}
    return [before(part) for part in value] if isinstance(value, list) else value


def test_a_message_of_before_rules_said_what_ways_are_is_read() -> None:
    message = CardMessage(alert=alert(matches=(match(evidence=(EVIDENCE, EVIDENCE)),)))
    packed = pack(AnyMessage, message)
    old = json.dumps(before(json.loads(packed)))
    assert SINCE.isdisjoint(old.split('"'))
    assert not SINCE.isdisjoint(packed.split('"'))
    assert unpack(AnyMessage, old) == message


def test_evidence_of_before_groups_had_roles_is_read() -> None:
    old = json.dumps(before(json.loads(pack(tuple[Evidence, ...], (EVIDENCE,)))))
    assert unpack(tuple[Evidence, ...], old) == (EVIDENCE,)


def test_what_a_way_says_and_the_roles_of_its_words_are_kept_with_the_card() -> None:
    told = match(says=Reaction.CONFIRMATION, evidence=(replace(EVIDENCE, role=Role.WEAPON),))
    message = CardMessage(alert=alert(matches=(told,)))
    assert unpack(AnyMessage, pack(AnyMessage, message)) == message

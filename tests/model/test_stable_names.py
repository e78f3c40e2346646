"""Names that stay: databases keep them for good, and logs, `poll --json`, `replay` and dashboards go by them."""

from __future__ import annotations

import ast

from monitor.decide import teller
from monitor.model import DigestReason, PollStatus, Reason
from tests.support.tree import ROOT

MONITOR = ROOT / "monitor"
NAMES = """
new_story catch_up_digest late_digest quiet_hours_digest unsure_digest busy_digest flood_digest
severity_raised correction reaction toll confirmed new_rule new_way now_sure
further_report in_digest not_relevant copy round_up revision
no_match rule_on_test catch_up no_route flood muted error
""".split()


def test_no_reason_changes_its_name() -> None:
    """Whoever adds a reason adds it here too; whoever would change one adds another."""
    assert [reason.value for reason in Reason] == NAMES


def test_no_status_of_a_poll_changes_its_name() -> None:
    assert [status.value for status in PollStatus] == ["ok", "not_modified", "failed"]


def test_every_reason_is_given_somewhere() -> None:
    given = {
        node.attr
        for path in MONITOR.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Reason"
    }
    assert given == set(Reason.__members__)


def test_every_digest_that_a_verdict_can_name_has_its_reason() -> None:
    """Each but the backlog, which is put together only when it is delivered."""
    assert set(teller._DIGEST_REASONS) == set(DigestReason) - {DigestReason.BACKLOG}
    assert len(set(teller._DIGEST_REASONS.values())) == len(teller._DIGEST_REASONS)

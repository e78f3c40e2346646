"""JSON lines of items: what cannot be read is said by line and in plain words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.errors import InputError
from monitor.workbench.inputs import read_item

WRONG = {
    "a year before all years": ('{"id": "a", "seen_at": "0001-01-01T00:00:00+14:00"}', "seen_at: a time between"),
    "a year after all years": ('{"id": "a", "seen_at": "9999-12-31T23:59:59-14:00"}', "seen_at: a time between"),
    "an endless number": ('{"id": 1' + "9" * 5000 + "}", "not a JSON object: a number in it is too long"),
    "brackets without end": ("[" * 100_000, "not a JSON object: it is nested too deeply"),
    "no JSON": ("{", "not a JSON object: "),
}


@pytest.mark.parametrize(("line", "told"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_read_is_told_in_words(line: str, told: str) -> None:
    with pytest.raises(InputError, match=f"^line 3: {told}"):
        read_item(3, line.encode())


def test_a_time_without_a_zone_is_utc() -> None:
    item = read_item(1, b'{"id": "a", "seen_at": "2026-11-28T10:00:00"}')
    assert item.seen_at == datetime(2026, 11, 28, 10, tzinfo=UTC)

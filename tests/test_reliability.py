"""The page on faults names the test of each: a test that is there."""

from __future__ import annotations

import re

from tests.support.tree import ROOT

PAGE = (ROOT / "docs/reliability.md").read_text(encoding="utf-8").partition("## How soon somebody knows")[2]
"""What stands above that is for admins, without the tests."""


def test_every_fault_of_the_page_has_a_test_of_that_name() -> None:
    """A row ends with the names of tests or files of tests, or with "the same"."""
    defined = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(
            r"^ *(?:async )?(?:def|class) ([Tt]est_?\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    rows = [line.rstrip("| ").rpartition("| ")[2] for line in PAGE.splitlines() if line.startswith("| ")]
    named = [re.findall(r"`([^`]+)`", row) for row in rows if row not in ("test", "the same")]
    assert len(named) > 40
    assert all(named)
    assert [one for row in named for one in row if one not in defined and not (ROOT / one).is_file()] == []


def test_the_page_has_each_of_the_28_faults_and_what_held() -> None:
    """The numbers are those of the trial that found them."""
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)]
    assert numbers == list(range(1, 29))
    held = PAGE.partition("## What held from the start")[2]
    assert len(re.findall(r"^\| (?!fault)", held, re.MULTILINE)) == 27, "what was mended since stands above"

"""Signs of work on a clock of the seconds awake, and the watchdog that ends the process by them."""

from __future__ import annotations

import pytest

from monitor.health.signs import LIMITS, Part, WorkSigns, dead, late
from monitor.health.watchdog import STOP_LIMIT, Watchdog
from tests.support.builders import NOW


def silent(signs: WorkSigns, part: Part) -> float | None:
    return next(sign.silent for sign in signs.read() if sign.part is part)


def test_a_part_with_nothing_to_do_is_never_late() -> None:
    signs = WorkSigns()
    signs.advance(10_000)
    assert late(signs.read(), owner="w1", now=NOW) == []
    signs.begin(Part.MATCHER)
    signs.end(Part.MATCHER)
    signs.advance(10_000)
    assert silent(signs, Part.MATCHER) is None


def test_a_part_that_goes_on_with_other_work_is_alive() -> None:
    signs = WorkSigns()
    signs.begin(Part.PARSER)
    signs.begin(Part.PARSER)
    signs.advance(50)
    signs.end(Part.PARSER)
    signs.advance(30)
    assert silent(signs, Part.PARSER) == 30


def test_what_was_not_done_is_no_sign_of_life_however_often_it_is_tried() -> None:
    """A poll that cannot be written is tried again and again; the wait began with the first."""
    signs = WorkSigns()
    for _ in range(4):
        signs.begin(Part.POLLS)
        signs.advance(15)
        signs.end(Part.POLLS, done=False)
        signs.advance(15)
    (trouble,) = late(signs.read(), owner="w1", now=NOW)
    assert (trouble.name, (NOW - (trouble.since or NOW)).total_seconds()) == ("polls@w1", 120)
    assert dead(signs.read()) == [], "a new process would write no better"
    signs.begin(Part.POLLS)
    signs.end(Part.POLLS)
    assert silent(signs, Part.POLLS) is None


def test_a_part_that_refuses_is_late_and_ends_nothing_but_what_hangs_in_it_does() -> None:
    """A parser that cannot be started answers so at once, each time; a new process would start it no better."""
    signs = WorkSigns()
    for _ in range(100):
        signs.begin(Part.PARSER)
        signs.refuse(Part.PARSER)
        signs.advance(5)
    (trouble,) = late(signs.read(), owner="w1", now=NOW)
    assert (trouble.name, (NOW - (trouble.since or NOW)).total_seconds()) == ("parser@w1", 500)
    assert dead(signs.read()) == []
    signs.begin(Part.PARSER)
    signs.advance((LIMITS[Part.PARSER].dead or 0) + 1)
    assert [sign.part for sign in dead(signs.read())] == [Part.PARSER]
    signs.end(Part.PARSER)
    assert silent(signs, Part.PARSER) is None


def test_work_that_raises_is_out_of_hand() -> None:
    signs = WorkSigns()
    with pytest.raises(OSError, match="no disk"), signs.at_work(Part.FILES):
        raise OSError("no disk")
    signs.advance(500)
    assert silent(signs, Part.FILES) is None


class Ended:
    """What the watchdog ended the process with."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.words: list[str] = []

    def __call__(self, status: int) -> None:
        self.statuses.append(status)


@pytest.fixture
def ended() -> Ended:
    return Ended()


@pytest.fixture
def signs() -> WorkSigns:
    return WorkSigns()


@pytest.fixture
def watchdog(signs: WorkSigns, ended: Ended) -> Watchdog:
    return Watchdog(signs, end=ended, tell=ended.words.append)


@pytest.mark.parametrize("part", [part for part in Part if LIMITS[part].dead is not None])
def test_the_process_ends_when_a_part_is_dead_and_not_before(
    watchdog: Watchdog, signs: WorkSigns, ended: Ended, part: Part
) -> None:
    signs.did(part)
    limit = LIMITS[part].dead or 0
    for _ in range(int(limit)):
        watchdog.look(1)
    assert ended.statuses == []
    watchdog.look(1)
    assert (ended.statuses, len(ended.words)) == ([1], 1)
    assert f"{part} has done nothing for {int(limit) + 1} s" in ended.words[0]


def test_a_process_that_was_asked_to_stop_is_ended_when_it_does_not(
    watchdog: Watchdog, signs: WorkSigns, ended: Ended
) -> None:
    signs.did(Part.LOOP)
    for _ in range(40):
        watchdog.look(1)
    watchdog.stopping()
    watchdog.stopping(1)
    for _ in range(int(STOP_LIMIT)):
        watchdog.look(1)
    assert ended.statuses == []
    watchdog.look(1)
    assert (ended.statuses, ended.words) == ([0], [])

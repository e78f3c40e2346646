"""One call after the other, and what hangs is given up."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest

from monitor.health.onethread import OneThread


def test_calls_run_one_after_the_other_in_one_thread() -> None:
    with OneThread("one") as executor:
        names = [executor.submit(lambda: threading.current_thread().name).result(20) for _ in range(3)]
    assert names == ["one"] * 3


class Hang:
    """A call that hangs until it is released."""

    def __init__(self) -> None:
        self.going_on, self.released = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.thread = threading.current_thread()
        self.going_on.set()
        self.released.wait(60)
        return "too late"


def test_what_hangs_fails_and_what_waits_behind_it_goes_on() -> None:
    out: list[bool] = []
    executor, hang = OneThread("one", ended=out.append), Hang()
    hung, behind = executor.submit(hang), executor.submit(lambda: "done")
    assert hang.going_on.wait(20)
    assert executor.give_up("it took too long") == 1
    with pytest.raises(TimeoutError, match="it took too long"):
        hung.result(20)
    assert behind.result(20) == "done"
    assert executor.give_up("nothing runs") == 1, "the thread that hangs is still counted"
    hang.released.set()
    assert executor.submit(lambda: "on").result(20) == "on"
    assert out == [True, True, True]


def test_what_ends_after_it_was_given_up_hides_no_other_call_that_hangs() -> None:
    executor, first, second = OneThread("one"), Hang(), Hang()
    executor.submit(first)
    assert first.going_on.wait(20)
    executor.give_up("the first took too long")
    hung = executor.submit(second)
    assert second.going_on.wait(20)
    first.released.set()
    first.thread.join(20)
    assert executor.give_up("the second took too long") == 1
    with pytest.raises(TimeoutError, match="the second took too long"):
        hung.result(20)
    second.released.set()


def test_an_error_belongs_to_whoever_waits_and_a_cancelled_call_is_not_run() -> None:
    release = threading.Event()
    out: list[bool] = []
    executor = OneThread("one", ended=out.append)
    first = executor.submit(release.wait, 20)
    cancelled = executor.submit(lambda: 1 / 0)
    assert cancelled.cancel()
    failing = executor.submit(lambda: 1 / 0)
    release.set()
    assert first.result(20)
    with pytest.raises(ZeroDivisionError):
        failing.result(20)
    with pytest.raises(CancelledError):
        cancelled.result(20)
    assert sorted(out) == [False, True, True]

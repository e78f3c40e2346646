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


def test_what_hangs_fails_and_what_waits_behind_it_goes_on() -> None:
    going_on, release = threading.Event(), threading.Event()
    out: list[bool] = []

    def hang() -> str:
        going_on.set()
        release.wait(60)
        return "too late"

    executor = OneThread("one", ended=out.append)
    hung, behind = executor.submit(hang), executor.submit(lambda: "done")
    assert going_on.wait(20)
    assert executor.give_up("it took too long") == 1
    with pytest.raises(TimeoutError, match="it took too long"):
        hung.result(20)
    assert behind.result(20) == "done"
    assert executor.give_up("nothing runs") == 1, "the thread that hangs is still counted"
    release.set()
    assert executor.submit(lambda: "on").result(20) == "on"
    assert out == [True, True, True]


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

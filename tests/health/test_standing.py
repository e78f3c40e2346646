"""/healthz: anybody learns whether the service is in trouble and which parts are; nothing more."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.health.onethread import OneThread
from monitor.health.scrapes import answered
from monitor.health.signs import LIMITS, Part, WorkSigns
from monitor.health.standing import FRESH, Standing
from monitor.metrics import Metrics
from monitor.model import Trouble
from tests.support.builders import NOW
from tests.support.patience import PATIENCE
from tests.support.ports import free_port

OWNER = "host-7.internal:41:a1b2c3"
PUBLIC = {
    "matcher@host-7.internal:41:a1b2c3": "matcher",
    "store@host-7.internal:41:a1b2c3": "store",
    "canary@host-7.internal:41:a1b2c3": "canary",
    "channel C0SECRET": "channel",
    "channel webhook:hooks.internal/1a2b": "channel",
    "outbox C0SECRET": "outbox",
    "outbox webhook:hooks.internal/1a2b@x": "outbox",
    "slack": "slack",
    "no life": "no life",
    "polls not tried": "polls not tried",
    "every feed fails": "every feed fails",
    "alert waits": "alert waits",
    "a part of a later version C0SECRET": "something else",
    "": "something else",
}
"""By the name of a trouble, what anybody may read of it."""


def standing_of(*troubles: Trouble, signs: WorkSigns | None = None) -> Standing:
    made = Standing(signs or WorkSigns(), lambda: NOW, OWNER)
    made.judged(troubles, "healthy: last sign of life 1 s ago")
    return made


@pytest.mark.parametrize(("name", "part"), PUBLIC.items())
def test_everybody_reads_the_part_and_nothing_secret(name: str, part: str) -> None:
    trouble = Trouble(name=name, what="no token xoxb-1 fits C0SECRET", since=NOW - timedelta(minutes=2))
    standing = standing_of(trouble)
    assert standing.answer() == (503, f"trouble\n{part}\n")
    assert standing.answer(whole=True) == (503, "unhealthy: no token xoxb-1 fits C0SECRET for 2 min\n")


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_whatever_a_trouble_is_called_only_known_words_are_read(names: list[str]) -> None:
    _, text = standing_of(*(Trouble(name=name, what="x") for name in names)).answer()
    known = {*PUBLIC.values(), *(part.name.lower() for part in LIMITS), "start", "trouble"}
    assert set(text.splitlines()) <= known


def test_a_service_that_works_says_ok_and_to_those_who_may_know_how() -> None:
    assert standing_of().answer() == (200, "ok\n")
    assert standing_of().answer(whole=True) == (200, "healthy: last sign of life 1 s ago\n")


def test_a_service_that_was_not_judged_yet_is_not_called_healthy() -> None:
    assert Standing(WorkSigns(), lambda: NOW).answer() == (503, "trouble\nstart\n")


def test_a_judgement_that_got_old_says_nothing_for_the_database_hangs() -> None:
    signs = WorkSigns()
    standing = standing_of(signs=signs)
    signs.advance(FRESH)
    assert standing.answer() == (200, "ok\n")
    signs.advance(1)
    assert standing.answer() == (503, "trouble\nstore\n")
    standing.judged(())
    assert standing.answer() == (200, "ok\n")


def test_a_part_that_hangs_is_seen_over_a_socket_between_two_judgements_and_so_is_its_end() -> None:
    signs, release = WorkSigns(), threading.Event()
    standing = standing_of(signs=signs)
    port = free_port()

    def ask(path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    ended = threading.Event()

    def end(done: bool) -> None:
        signs.end(Part.MATCHER, done=done)
        ended.set()

    matcher = OneThread("match", began=lambda: signs.begin(Part.MATCHER), ended=end)
    with answered(f"127.0.0.1:{port}", Metrics().registry, standing.answer), matcher:
        assert ask("/healthz") == (200, "ok\n")
        assert "wirewatch_polls_total" in ask("/metrics")[1]
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as probe:
            probe.sendall(b"HEAD /healthz HTTP/1.0\r\n\r\n")
            head = b"".join(iter(partial(probe.recv, 4096), b""))
        assert head.startswith(b"HTTP/1.0 200 OK\r\n")
        assert head.endswith(b"\r\n\r\n"), "a probe that wants no text gets none"
        matcher.submit(release.wait)
        signs.advance(LIMITS[Part.MATCHER].late + 1)
        standing.judged(())
        assert ask("/healthz") == (503, "trouble\nmatcher\n")
        release.set()
        assert ended.wait(10)
        assert ask("/healthz") == (200, "ok\n")


def test_who_may_read_all_reads_a_note_too_and_others_do_not() -> None:
    working, broken = standing_of(), standing_of(Trouble(name="slack", what="no token fits"))
    working.note = broken.note = lambda: "nobody gets a message"
    assert working.answer() == (200, "ok\n")
    assert working.answer(whole=True) == (
        200,
        "healthy: last sign of life 1 s ago\nnote: nobody gets a message\n",
    )
    assert broken.answer(whole=True) == (503, "unhealthy: no token fits\nnote: nobody gets a message\n")

"""How the service stands, for whoever asks at /healthz: what was judged last, and which parts are silent right now.

It asks neither database nor network, so that anybody may ask it at any time, also while those hang. Any thread may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from monitor.health.signs import LIMITS, WorkSigns, late
from monitor.model import Trouble

FRESH = 35.0
"""Seconds for which a judgement says how the service stands; one is made every ten, unless the database hangs."""

OK, IN_TROUBLE = 200, 503
_OTHER = "something else"
_OWN = (
    "no life",
    "polls not tried",
    "every feed fails",
    "alert waits",
    "slack",
    "channel",
    "outbox",
    "canary",
    "start",
)
_NAMES = frozenset((*_OWN, *(part.name.lower() for part in LIMITS)))
"""The parts by which anybody may know what is wrong: no channel, process, host or address is among them."""


class Standing:
    """`judged` is called with each judgement. `own` is the process, as troubles name it; its parts leave `signs`.

    `note` gives what else who may read all is told, empty for nothing.
    """

    def __init__(self, signs: WorkSigns, clock: Callable[[], datetime], own: str = "") -> None:
        self.signs = signs
        self._clock = clock
        self._judged: tuple[float, tuple[Trouble, ...], str] | None = None
        self.own = own
        self.note: Callable[[], str] = str

    def judged(self, troubles: Sequence[Trouble], healthy: str = "") -> None:
        """Take a judgement: what is wrong, and the line to show when nothing is."""
        self._judged = self.signs.awake, tuple(troubles), healthy

    def troubles(self) -> list[Trouble]:
        """What is wrong now."""
        now, awake = self._clock(), self.signs.awake
        silent = late(self.signs.read(), owner=self.own, now=now)
        if self._judged is None:
            start = Trouble(name="start", what="the service has just started, and nothing was judged yet")
            return [start, *silent]
        at, judged, _ = self._judged
        if awake - at > FRESH:
            since = now - timedelta(seconds=round(awake - at))
            what, remedy = "the vital signs have not been read", "look at the database and its disk"
            unread = Trouble(name="store", what=what, since=since, remedy=remedy)
            # What was judged before that may be over, or not: nobody knows.
            return [unread, *(one for one in silent if one.name.partition("@")[0] != "store")]
        known = {one.name for one in judged}
        return [*judged, *(one for one in silent if one.name not in known)]

    def answer(self, *, whole: bool = False) -> tuple[int, str]:
        """The status and the text of an answer: for everybody the names of parts, `whole` all that `health` says."""
        troubles = self.troubles()
        notes = [f"note: {words}"] if whole and (words := self.note()) else []
        if not troubles:
            line = self._judged[2] if self._judged else ""
            return OK, "\n".join([line if whole and line else "ok", *notes]) + "\n"
        now = self._clock()
        lines = [f"unhealthy: {one.line(now)}" for one in troubles] if whole else ["trouble", *_parts(troubles)]
        lines += notes
        return IN_TROUBLE, "\n".join(lines) + "\n"


def _parts(troubles: Sequence[Trouble]) -> list[str]:
    """The names of the parts in trouble, each once; one that is not known to be fit for everybody has no name."""
    found = (_part(one.name) for one in troubles)
    return list(dict.fromkeys(found))


def _part(name: str) -> str:
    whole = name.partition("@")[0]
    first = whole.partition(" ")[0]
    return whole if whole in _NAMES else first if first in _NAMES else _OTHER

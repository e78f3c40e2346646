"""What the service uses while a file is broken, as a command beside it can tell from the store: nothing is compiled.

docs/decisions/0021 has the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.collect.feeds import read_feeds
from monitor.config.lastgood import FEEDS, ROUTES
from monitor.decide.routefile import read_routes
from monitor.errors import Level, Problem
from monitor.files.snapshot import Files
from monitor.model import ConfigFile, Feed, Routes
from monitor.settings import Settings
from monitor.wording.counts import counted
from monitor.wording.messages import clock

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class InUse:
    """The feeds that a running service polls, enabled or not, its routes, and a line for each file not used as it is.

    `instead` is when the version of feeds.yaml went live that stands in for the one on disk; None when that is used.
    """

    feeds: tuple[Feed, ...]
    routes: Routes
    broken: tuple[str, ...]
    instead: datetime | None = None

    @property
    def feed_ids(self) -> list[str]:
        """The feeds that are polled."""
        return [feed.id for feed in self.feeds if feed.enabled]


def in_use(settings: Settings, remembered: Sequence[ConfigFile], *, now: datetime) -> InUse:
    """Read feeds.yaml and routes.yaml, and what is remembered of all files, as `lastgood.choose_live` would take them.

    What is wrong with rules is taken from what is remembered, as reading them takes seconds.
    """
    files, known = Files(), {file.name: file for file in remembered}
    on_disk = read_feeds(settings.wirewatch_feeds, files)
    feeds, instead = on_disk.feeds, None
    wrong = _errors(on_disk.problems)
    if not wrong and not any(feed.enabled for feed in feeds):
        wrong = [f"{settings.wirewatch_feeds}:1:1: error: no feed in it is enabled, so nothing would be polled"]
    good = known.get(FEEDS)
    if wrong and good and good.content is not None:
        path = settings.wirewatch_feeds
        feeds, instead = read_feeds(path, Files({path: good.content.encode()})).feeds, good.good_since
    path = settings.wirewatch_routes
    routes = read_routes(path, files)
    found = {FEEDS: wrong, ROUTES: _errors(routes.problems)}
    if found[ROUTES] and (good := known.get(ROUTES)) and good.content is not None:
        routes = read_routes(path, Files({path: good.content.encode()}))
    found |= {file.name: file.wrong.splitlines() for file in remembered if file.name not in found}
    broken = [_line(name, lines, known, len(feeds), now) for name, lines in sorted(found.items()) if lines]
    return InUse(feeds, routes.routes, tuple(broken), instead)


def _errors(problems: Sequence[Problem]) -> list[str]:
    return [str(problem) for problem in problems if problem.level is Level.ERROR]


def broken_line(file: ConfigFile, feeds: int, now: datetime) -> str:
    """What is remembered of a file with a mistake, in a line; `feeds` is how many feeds are polled."""
    return _line(file.name, file.wrong.splitlines(), {file.name: file}, feeds, now)


def _line(name: str, wrong: Sequence[str], known: Mapping[str, ConfigFile], feeds: int, now: datetime) -> str:
    """One file: what is used instead of it, since when it is broken, and its first mistakes."""
    file = known.get(name) or ConfigFile(name=name)
    if file.content is None:
        used = "the service uses what is valid in it" if name in (FEEDS, ROUTES) else "the service leaves it out"
    else:
        count = f" ({counted(feeds, 'feed')})" if name == FEEDS else ""
        since = f" of {clock(file.good_since, now)}" if file.good_since else ""
        used = f"the service goes on with its last good version{since}{count}"
    told = f", broken since {clock(file.told_at, now)}" if file.wrong and file.told_at else ""
    more = f" (and {len(wrong) - _SHOWN} more; `check` lists all)" if len(wrong) > _SHOWN else ""
    return f"{name} has a mistake{told}; {used}: {'; '.join(wrong[:_SHOWN])}{more}"

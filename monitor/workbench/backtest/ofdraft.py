"""A backtest of a draft of a rule or word file, step by step: items come from whoever has the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from monitor.config.configuration import Parts, read_parts
from monitor.errors import ConfigError, Level
from monitor.files.snapshot import Files
from monitor.model import ItemRevision
from monitor.settings import Settings
from monitor.workbench.backtest.result import Backtest
from monitor.workbench.backtest.run import BothSides, Compared
from monitor.workbench.backtest.sides import Side
from monitor.workbench.draft import Draft


class DraftBacktest:
    """Compares the rules with a draft to those on the disk; where the draft changes nothing, to what was stored.

    Who saved a file asks next what it finds in the items that are there: against the file itself that is nothing.

    Raises:
        ConfigError: the draft has mistakes, or there is no route; with every problem found.
    """

    def __init__(self, settings: Settings, draft: Draft, *, samples: int) -> None:
        files = Files()
        before = read_parts(settings, files=files)
        after = read_parts(settings, files=files.with_instead({draft.path: draft.content}))
        if wrong := [one for one in after.rules.problems if one.path == draft.path and one.level is Level.ERROR]:
            raise ConfigError("the draft has mistakes; correct them first", wrong)
        if not after.routes.routes.desk:
            raise ConfigError("no valid route is left to send alerts to", after.routes.problems)
        self._retention = settings.wirewatch_retention
        sides = _side("the draft", after), _side("the files on the disk", before)
        changed = sides[0].rules != sides[1].rules or sides[0].opinions != sides[1].opinions
        self._both = BothSides(Compared(sides[0], sides[1] if changed else None, after.routes.routes), samples=samples)

    def compare(self, items: Sequence[ItemRevision]) -> None:
        """Match some more items on both sides."""
        self._both.compare(items)

    def result(self, period: timedelta) -> Backtest:
        """What came of it, for the items of the last `period`."""
        return self._both.result_of_stored(period, self._retention)


def _side(name: str, parts: Parts) -> Side:
    errors = tuple(one for one in parts.rules.problems if one.level is Level.ERROR)
    return Side(name, parts.rules.rules, parts.rules.opinions, errors)

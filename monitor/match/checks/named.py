"""Routes and feeds that rules name: those that exist, and those that do not, told once where the mistake is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from monitor.files.yaml import YamlFile, closest
from monitor.match.ruleformat import RuleModel


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that rules may use, of routes or feeds.

    `mistaken` stand in their file as well, with a mistake that is told there; None: the whole file could not be read.
    """

    good: Collection[str]
    mistaken: Collection[str] | None = ()

    def follows(self, name: str) -> bool:
        """Whether a name that is not good may be so once a mistake that is told elsewhere is put right."""
        return self.mistaken is None or name in self.mistaken


def known_routes(model: RuleModel, file: YamlFile, routes: KnownNames | None) -> tuple[str, ...]:
    """The routes of a rule that exist; none means every route."""
    if routes is None:
        return model.send_to
    _check(model.send_to, file, "send_to", routes, "route")
    return tuple(name for name in model.send_to if name in routes.good)


def check_feeds(model: RuleModel, file: YamlFile, feeds: KnownNames | None) -> None:
    """The feeds of a rule; one that does not exist stays among them, or a rule for it alone would be for all."""
    if feeds is not None:
        _check(model.feeds, file, "feeds", feeds, "feed")


def _check(names: Sequence[str], file: YamlFile, key: str, known: KnownNames, what: str) -> None:
    for number, name in enumerate(names):
        if name in known.good:
            continue
        follows = known.follows(name)
        message = f'{what}s.yaml has no {what} "{name}"'
        if follows:
            message = f'the {what} "{name}" has a mistake in {what}s.yaml'
        suggestion = None if follows else closest(name, known.good)
        file.problems.append(file.problem((key, number), message, suggestion=suggestion, follows=follows))

"""Routes and feeds that rules name: those that exist, and those that do not, told once where the mistake is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from monitor.files.yaml import YamlFile, closest
from monitor.match.ruleformat import RuleModel


@dataclass(frozen=True, slots=True)
class Named:
    """Names that rules may use, of routes or feeds.

    `mistaken` stand in their file as well, with a mistake that is told there; None: the whole file could not be read.
    """

    good: Collection[str]
    mistaken: Collection[str] | None = ()

    def follows(self, name: str) -> bool:
        """Whether a name that is not good may be so once a mistake that is told elsewhere is put right."""
        return self.mistaken is None or name in self.mistaken


def known_routes(model: RuleModel, file: YamlFile, routes: Named | None) -> tuple[str, ...]:
    """The routes of a rule that exist; none means every route."""
    if routes is None:
        return model.send_to
    for number, name in enumerate(model.send_to):
        if name not in routes.good:
            follows = routes.follows(name)
            message = (
                f'the route "{name}" has a mistake in routes.yaml' if follows else f'routes.yaml has no route "{name}"'
            )
            suggestion = None if follows else closest(name, routes.good)
            file.problems.append(file.problem(("send_to", number), message, suggestion=suggestion, follows=follows))
    return tuple(name for name in model.send_to if name in routes.good)


def check_feeds(model: RuleModel, file: YamlFile, feeds: Named | None) -> None:
    """The feeds of a rule; one that does not exist stays among them, or a rule for it alone would be for all."""
    for number, name in enumerate(model.feeds):
        if feeds is not None and name not in feeds.good:
            follows = feeds.follows(name)
            message = (
                f'the feed "{name}" has a mistake in feeds.yaml' if follows else f'feeds.yaml has no feed "{name}"'
            )
            suggestion = None if follows else closest(name, feeds.good)
            file.problems.append(file.problem(("feeds", number), message, suggestion=suggestion, follows=follows))

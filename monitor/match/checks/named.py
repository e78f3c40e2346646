"""Routes and feeds that rules name: those that exist, and those that do not, told once where the mistake is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.errors import Level
from monitor.files.yaml import YamlFile, closest
from monitor.match.ruleformat import RuleModel
from monitor.model import FeedKind


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that rules may use, of routes or feeds.

    `mistaken` stand in their file as well, with a mistake that is told there; None: a mistake hides which those are.
    `kinds` are those of the feeds among them, as far as they are known.
    """

    good: Collection[str]
    mistaken: Collection[str] | None = ()
    kinds: Mapping[str, FeedKind] = field(default_factory=dict)

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
    if feeds is None:
        return
    _check(model.feeds, file, "feeds", feeds, "feed")
    kinds = {feeds.kinds.get(one) for one in model.feeds}
    if model.kinds and kinds and kinds.isdisjoint((*model.kinds, None)):
        message = "kinds: no feed under feeds is of these kinds, and both must be true, so the rule matches nothing"
        file.problems.append(file.problem(("kinds",), message, level=Level.WARNING))


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

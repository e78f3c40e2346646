"""The command `rate`: what people think of an item."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Protocol

import typer

from monitor.commands.explain import history_of
from monitor.commands.shell import Shell, user_name
from monitor.model import ItemHistory, Rating
from monitor.model.stores import ItemsStore
from monitor.settings import Settings
from monitor.wording.history import rating_line


class Relevance(StrEnum):
    """What a person may say of an item."""

    RELEVANT = "relevant"
    NOT_RELEVANT = "not-relevant"


class RatingStore(ItemsStore, Protocol):
    """What rating needs of the store."""

    async def rate(self, rating: Rating) -> None:
        """Keep what a person says of an item."""


def add_command(app: typer.Typer, shell: Shell[RatingStore]) -> None:
    """Give the command line the command `rate`."""

    @app.command()
    def rate(
        item: Annotated[str, typer.Argument(help="The id or the address of a stored item.")],
        relevance: Annotated[Relevance, typer.Argument(help="What the desk thinks of it.")],
        rule: Annotated[str | None, typer.Option(help="The rule it is about; default: the item as a whole.")] = None,
        why: Annotated[str, typer.Option(help="The reason, or the word that misled the rule.")] = "",
        by: Annotated[str, typer.Option(help="Your name; default: the user of this machine.")] = "",
    ) -> None:
        """Record whether an item is relevant; `backtest` then shows which edits would lose relevant ones."""
        options = shell.start(log_level="warning")
        history = shell.ask(options, lambda store: history_of(store, item))
        if history is None:
            typer.echo(f"no stored item has the id or address {item}")
            raise typer.Exit(1)
        _require_rule(rule, history, options)
        rating = Rating(
            item_id=history.item_id,
            revision=history.revisions[-1].revision,
            rule=rule,
            relevant=relevance is Relevance.RELEVANT,
            reason=why.strip(),
            by=by.strip() or user_name(),
            at=shell.clock(),
        )
        shell.ask(options, lambda store: store.rate(rating))
        typer.echo(f"{history.item_id}: {history.title}")
        typer.echo(rating_line(rating))


def _require_rule(rule: str | None, history: ItemHistory, options: Settings) -> None:
    """A rating by a rule that neither exists nor ever met the item is a slip of the keyboard."""
    met = {match.rule for revision in history.revisions for match in revision.matches}
    if rule is None or rule in met:
        return
    from monitor.match.rulefile import read_rules

    known = met | {one.id for one in read_rules(options.wirewatch_rules).rules}
    if rule not in known:
        raise typer.BadParameter(f"there is no rule {rule}; there are {', '.join(sorted(known))}")

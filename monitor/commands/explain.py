"""The command `explain`: why a text or a stored item matched, or what was missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.shell import Format, FormatOption, Shell
from monitor.model import ItemHistory
from monitor.model.stores import ItemsStore
from monitor.wording.history import history_text, not_stored

if TYPE_CHECKING:
    from monitor.match.explain import Explanation


def add_command(app: typer.Typer, shell: Shell[ItemsStore]) -> None:
    """Give the command line the command `explain`."""

    @app.command()
    def explain(
        text: Annotated[str | None, typer.Option(help="A text, to be matched as a headline.")] = None,
        url: Annotated[str | None, typer.Option(help="The address of a stored item.")] = None,
        item: Annotated[str | None, typer.Option(help="The id of a stored item.")] = None,
        term: Annotated[str | None, typer.Option(help="A term as in a rule file, to see its forms.")] = None,
        rule: Annotated[str | None, typer.Option(help="Only this rule, with near misses.")] = None,
        lang: Annotated[str, typer.Option(help="The language of the text, or of the list that the term is for.")] = "",
        wanted: FormatOption = Format.TEXT,
    ) -> None:
        """Explain why a text or a stored item matched, or what was missing; for an item, with all its stages."""
        given = [one for one in (text, url, item, term) if one is not None]
        if len(given) != 1:
            raise typer.BadParameter("give exactly one of --text, --url, --item and --term")
        options = shell.start(log_level="warning")
        if term is not None:
            print(term_explained(term, lang, wanted))
            return
        from monitor.collect.items import language_of_item
        from monitor.config.configuration import read_engine
        from monitor.match.explain import explain as explain_texts
        from monitor.match.itemtexts import ItemTexts
        from monitor.meaning.encoder import at_once

        if text is not None:
            texts, history = ItemTexts(text, language=language_of_item(text, "", lang) or ""), None
        else:
            history = shell.ask(options, lambda store: history_of(store, given[0]))
            if history is None:
                print(not_stored(given[0], is_url=url is not None))
                raise typer.Exit(1)
            texts = ItemTexts.newest_of(history)
        engine = read_engine(options.wirewatch_rules, at_once(options.wirewatch_meaning))
        print(explained(explain_texts(engine, texts, rule), wanted, history))


async def history_of(store: ItemsStore, url_or_id: str) -> ItemHistory | None:
    """Every stage that the item with this id or address went through; of an address, as people share it."""
    from monitor.collect.links import canonical_link

    item_id = await store.item_id_of(url_or_id, canonical_link(url_or_id))
    return await store.history(item_id) if item_id else None


def explained(explanation: Explanation, wanted: Format, history: ItemHistory | None = None) -> str:
    """How rules fared on an item; for a stored item after every stage it went through."""
    from monitor.match.explain import as_dict, as_text

    if wanted is Format.JSON:
        about = {"item": history.item_id, "history": history_text(history).splitlines()} if history else {}
        return json.dumps(about | as_dict(explanation), ensure_ascii=False, indent=2)
    if history is None:
        return as_text(explanation)
    latest = history.revisions[-1]
    words = "" if latest.summary or latest.body else ", from its headline alone"
    return f"{history_text(history)}\n\nwith the current rules{words}:\n{as_text(explanation)}"


def term_explained(term: str, language: str, wanted: Format) -> str:
    """What a term of a language's list hits; of `any_language` unless one is given.

    Raises:
        UsageError: there is no such language, or no rule file could have this term in its list.
    """
    from monitor.match import forms
    from monitor.match.rule import ANY_LANGUAGE

    told = forms.explain_term(term, language or ANY_LANGUAGE)
    if wanted is Format.JSON:
        return json.dumps(forms.as_dict(told), ensure_ascii=False, indent=2)
    return forms.as_text(told)

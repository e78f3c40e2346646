"""The command `matches`: what a rule found, also one on test."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from monitor.commands.shell import Shell, length_of
from monitor.errors import UsageError
from monitor.model import RuleMatch
from monitor.wording.counts import counted
from monitor.wording.safe import safe

if TYPE_CHECKING:
    from monitor.match.rule import Rule

_SHOWN = 50


class MatchesStore(Protocol):
    """What this command needs of the store."""

    async def rule_matches(
        self, rule: str, since: datetime, *, way: str | None = None, limit: int
    ) -> tuple[Sequence[RuleMatch], dict[str, int]]:
        """The newest matches of a rule since then, by one way or by any; and how many there are of each way in all."""


def add_command(app: typer.Typer, shell: Shell[MatchesStore]) -> None:
    """Give the command line the command `matches`."""

    @app.command()
    def matches(
        rule: Annotated[str, typer.Option(help="The id of a rule; it may be on test, off or deleted.")],
        since: Annotated[str, typer.Option(help="Items found within this time, such as 12h or 30d.")] = "7d",
        way: Annotated[str | None, typer.Option(help="Only matches by this way of the rule.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=10_000, help="Show the newest ones, up to so many.")] = _SHOWN,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print one JSON object for each match, a line each.")
        ] = False,
    ) -> None:
        """List the items that a rule matched, the newest first, with its way and words; also for a rule on test."""
        options = shell.start(log_level="warning")
        begin = shell.clock() - length_of(since)
        found, counts = shell.ask(options, lambda store: store.rule_matches(rule, begin, way=way, limit=limit))
        if as_json:
            for one in found:
                print(json.dumps(_as_dict(one), ensure_ascii=False))
            return
        if not found:
            from monitor.match.rulefile import read_rules

            _require(rule, way, read_rules(options.wirewatch_rules).rules)
        print("\n".join(_lines(rule, since, found, counts)))


def _require(rule: str, way: str | None, rules: Sequence[Rule]) -> None:
    """Nothing found may be a slip of the keyboard.

    Raises:
        UsageError: there is no such rule, or it has no such way.
    """
    from monitor.files.yaml import closest

    known = {one.id: one for one in rules}
    if rule not in known:
        close = closest(rule, known)
        hint = f'did you mean "{close}"?' if close else f"there are {', '.join(sorted(known)) or 'no rules'}"
        raise UsageError(f'there is no rule "{rule}", and none of this name matched anything; {hint}')
    ways = [one.name for one in known[rule].ways]
    if way is not None and way not in ways:
        raise UsageError(f'the rule {rule} has no way "{way}"; it has {", ".join(ways)}')


def _lines(rule: str, since: str, found: Sequence[RuleMatch], counts: Mapping[str, int]) -> Iterator[str]:
    total = sum(counts.values())
    shown = f", of which the newest {len(found)} are shown" if len(found) < total else ""
    yield f"{rule}: {counted(total, 'match', 'matches', none='no')} in the last {since}{shown}"
    yield from (f"  {count} by {way}" for way, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))
    for one in found:
        match = one.match
        words = ", ".join(dict.fromkeys(f'"{safe(piece.text)}"' for piece in match.evidence))
        about = [str(match.severity), *(() if match.sure else ("unsure",)), *(() if match.live else ("on test",))]
        yield ""
        yield f"{safe(one.title)}"
        yield f"  {one.seen_at:%Y-%m-%d %H:%M} UTC, {safe(one.source)}, item {one.item_id}, revision {one.revision}"
        yield f"  {match.way} ({', '.join(about)}){f': {words}' if words else ''}"
        if one.verdict:
            yield f"  {one.verdict.action}: {one.verdict.detail}"
        if one.url:
            yield f"  {safe(one.url)}"


def _as_dict(one: RuleMatch) -> dict[str, Any]:
    match = one.match
    return {
        "rule": match.rule,
        "way": match.way,
        "severity": str(match.severity),
        "live": match.live,
        "sure": match.sure,
        "confidence": match.confidence,
        "words": list(dict.fromkeys(piece.text for piece in match.evidence)),
        "item": one.item_id,
        "revision": one.revision,
        "title": one.title,
        "source": one.source,
        "url": one.url,
        "language": one.language,
        "seen_at": one.seen_at.isoformat(),
        "action": str(one.verdict.action) if one.verdict else None,
        "reason": one.verdict.detail if one.verdict else None,
    }

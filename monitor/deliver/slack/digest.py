"""A digest on Slack: the most urgent stories first, a line for each, under the rule that matched.

🔴 CRITICAL  headline — outlet · place · toll        and who is on it, or that it is not relevant, or muted
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from monitor.decide.digest import lead_rule, most_urgent_first
from monitor.deliver.slack import blocks
from monitor.deliver.slack.blocks import Json
from monitor.deliver.slack.desk import briefly, desk_buttons, in_console, on_line
from monitor.deliver.slack.text import digest_lead
from monitor.model import Alert, DigestMessage, DigestReason, Severity
from monitor.wording.card import short_facts
from monitor.wording.doubt import line_lead, reasons_words
from monitor.wording.gist import gist
from monitor.wording.lists import within
from monitor.wording.messages import LONGEST_RULE, headline, longest_delay_words, rest_words, severity_words, source
from monitor.wording.safe import isolated, safe, shortened, web_address

PICK = "pick"
"""The action of the menu by which one of a digest's stories is chosen; its value is the story's id."""

# As a character, where cards have an element: twenty lines and their menu have to fit into a message.
_COLOUR = {
    Severity.LOW: "\N{MEDIUM WHITE CIRCLE}",
    Severity.MEDIUM: "\N{LARGE YELLOW CIRCLE}",
    Severity.HIGH: "\N{LARGE ORANGE CIRCLE}",
    Severity.CRITICAL: "\N{LARGE RED CIRCLE}",
}
_FACTS = 50
_OPTION = 30
_REASONS = 150
_OLD = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much of each alert a digest shows, in characters; whether people's names, and a link to the console."""

    headline: int
    facts: int
    url: int
    source: int = 60
    names: bool = True
    page: bool = True


_DETAILS = (
    _Detail(110, _FACTS, 500),
    _Detail(90, 30, 300),
    _Detail(80, 0, 200),
    _Detail(60, 0, 120),
    _Detail(60, 0, 0),
    _Detail(60, 0, 120, names=False),
    _Detail(60, 0, 0, names=False),
    _Detail(40, 0, 0, source=25, names=False),
    _Detail(40, 0, 0, source=25, names=False, page=False),
)


def digest(
    message: DigestMessage, delivery_id: str, now: datetime, *, buttons: bool, version: int, console: str = ""
) -> Iterator[list[Json]]:
    """Versions of a digest: with less and less on each alert, and at last with fewer alerts, saying how many.

    With `buttons` it has a menu to choose a story to act on, in a row of the id "desk:DELIVERY:VERSION"; where there is
    but one story, the buttons of a card.
    With a `console` each story has a link to its page there.
    """
    listed = most_urgent_first(message.alerts)
    head = blocks.rich_text(blocks.section([blocks.text(digest_lead(message), bold=True)]))
    doubts = reasons_words(listed[0].matches, limit=_REASONS) if len(listed) == 1 else ""
    small = list(filter(None, [rest_words(message), doubts, longest_delay_words(message, now)]))
    footer = blocks.context(*small, f"alert {delivery_id}")
    for detail in _DETAILS:
        menu = [_acts(message, listed, delivery_id, version)] if buttons else []
        yield [head, blocks.rich_text(*_groups(message, listed, detail, now, console)), *menu, footer]
    shown = len(listed)
    while shown > 1:
        shown = shown * 9 // 10
        menu = [_menu(message, listed[:shown], delivery_id, version)] if buttons else []
        more = blocks.section([blocks.text(f"and {len(listed) - shown} more")])
        yield [
            head,
            blocks.rich_text(*_groups(message, listed[:shown], _DETAILS[-1], now, console), more),
            *menu,
            footer,
        ]


def _groups(
    message: DigestMessage, listed: Sequence[Alert], detail: _Detail, now: datetime, console: str
) -> Iterator[Json]:
    """The stories in their order, with the name of a rule before those that it leads."""
    number = message.earlier
    for rule, group in groupby(listed, key=lead_rule):
        entries = list(group)
        if name := isolated(shortened(safe(rule), LONGEST_RULE)):
            yield blocks.section([blocks.text(name, bold=True)])
        lines = [_entry(alert, message, detail, now, console) for alert in entries]
        yield blocks.numbered(lines, after=number)
        number += len(entries)


def _entry(alert: Alert, message: DigestMessage, detail: _Detail, now: datetime, console: str) -> Json:
    """One story: severity, headline, outlet, what it says in short, and what people did to it."""
    url = web_address(alert.url)
    desk = message.desk(alert.story_id)
    page = in_console(console, alert.story_id) if detail.page else None
    told = gist(alert) or short_facts(alert)
    maybe = "maybe off topic" if alert.doubtful and message.why is not DigestReason.UNSURE else ""
    said = [
        f" — {shortened(source(alert), detail.source)}",
        within(told, detail.facts) if detail.facts else "",
        maybe,
        "" if detail.names else briefly(desk),
    ]
    return blocks.section(
        [
            blocks.text(f"{_lead(alert, message.why)}  "),
            blocks.link(
                headline(alert, detail.headline),
                url if url and len(url) <= detail.url else None,
                strike=desk.is_dismissed,
            ),
            blocks.text(" · ".join(filter(None, said))),
            *_published(alert, now),
            *(on_line(desk, now) if detail.names else []),
            *([blocks.text(" · "), blocks.link("act on it", page)] if page else []),
        ]
    )


def _lead(alert: Alert, why: DigestReason) -> str:
    """How urgent it is, with its colour, or how likely it is on topic, without."""
    lead = line_lead(alert, why)
    return f"{_COLOUR[alert.severity]} {lead}" if lead == severity_words(alert) else lead


def _published(alert: Alert, now: datetime) -> list[Json]:
    """The day of an old one."""
    if alert.published is None or now - alert.published < _OLD:
        return []
    return [blocks.text(" · "), blocks.moment(alert.published, now)]


def _acts(message: DigestMessage, listed: Sequence[Alert], delivery_id: str, version: int) -> Json:
    if len(listed) > 1:
        return _menu(message, listed, delivery_id, version)
    buttons = desk_buttons(message.desk(listed[0].story_id), delivery_id)
    return blocks.actions(f"desk:{delivery_id}:{version}", *buttons)


def _menu(message: DigestMessage, listed: Sequence[Alert], delivery_id: str, version: int) -> Json:
    options = {}
    for number, alert in enumerate(listed, start=message.earlier + 1):
        options[alert.story_id] = f"{number}. {headline(alert, _OPTION)}"
    return blocks.actions(f"desk:{delivery_id}:{version}", blocks.select(PICK, "Act on a story\u2026", options))

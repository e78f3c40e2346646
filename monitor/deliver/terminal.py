"""The console sink: the same messages as readable cards on a terminal, for people who run Wirewatch without Slack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.text import Text

from monitor.decide.digest import most_urgent_first
from monitor.deliver.sink import NotFound, Posted, Sent
from monitor.model import (
    Alert,
    Attempt,
    CardMessage,
    Delivery,
    DeskMessage,
    DigestMessage,
    DigestReason,
    EditAttempt,
    FollowUpMessage,
    Message,
    NoticeMessage,
    Severity,
    UnansweredMessage,
    VanishedMessage,
)
from monitor.wording.card import why_words
from monitor.wording.desk import line_words, more_words, report_words
from monitor.wording.doubt import doubt_words, line_lead, reasons_words
from monitor.wording.excerpt import excerpt
from monitor.wording.facts import fact_lines
from monitor.wording.gist import gist
from monitor.wording.messages import (
    alone_words,
    digest_words,
    headline,
    language_words,
    news_words,
    note_words,
    reach_words,
    report_line,
    rules_words,
    severity_words,
    source,
    time_words,
)
from monitor.wording.safe import safe, web_address

_STYLES = {
    Severity.LOW: "white",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "dark_orange",
    Severity.CRITICAL: "bold red",
}
_NOTICE_STYLE = "cyan"
_WIDTH = 100
_HEADLINE = 250


class TerminalSink:
    """Prints each message; what is printed has arrived."""

    name = "terminal"
    pace = timedelta(0)

    def __init__(self, console: Console) -> None:
        self._console = console

    async def post(self, attempt: Attempt) -> Sent:
        """Print a card, a further report, a digest or a notice."""
        delivery = attempt.delivery
        # A delivery that is posted for the first time was taken just now.
        card = _card(delivery.message, delivery, max(attempt.first_attempt_at, delivery.created_at))
        self._console.print(card, width=min(_WIDTH, self._console.width))
        return Sent(f"terminal-{delivery.delivery_id}")

    async def find(self, attempt: Attempt) -> NotFound:  # noqa: ARG002 - the interface's
        """A terminal has no history to look into; a message cut off by a crash is printed again."""
        return NotFound()

    async def history(self, channel: str, after_ts: str | None) -> Sequence[Posted]:  # noqa: ARG002 - the interface's
        """A terminal has no history to look into."""
        return ()

    async def edit(self, edit: EditAttempt) -> Sent:
        """What is printed stays as it is: all that is news since then was printed below it."""
        return Sent(edit.ts)


def _card(message: Message, delivery: Delivery, now: datetime) -> RenderableType:
    match message:
        case CardMessage(alert=alert) | DigestMessage(as_card=Alert() as alert):
            why = [Text(alone_words(message), style="dim")] if isinstance(message, DigestMessage) else []
            footer = f"alert {delivery.delivery_id} · story {alert.story_id}"
            return _panel(
                f"{severity_words(alert)} → {delivery.route}", [*_alert(alert, now), *why], footer, alert.severity
            )
        case DigestMessage(alerts=alerts):
            entries = [line for alert in most_urgent_first(alerts) for line in _entry(alert, message.why, now)]
            title = f"{digest_words(message)} → {delivery.route}"
            return _panel(title, entries, f"alert {delivery.delivery_id}", delivery.severity)
        case FollowUpMessage(alert=alert):
            return _follow_up(message, alert, delivery, now)
        case UnansweredMessage() | VanishedMessage():
            line = Text("↳ ")
            line.append(f"{note_words(message, now)}: ", style="bold yellow")
            line.append(headline(message, _HEADLINE))
            line.append(f" → {delivery.route}, story {message.story_id}", style="dim")
            return Padding(line, (0, 0, 0, 4))
        case DeskMessage(reports=reports):
            about = Text(f"↳ {line_words(message)}", style="cyan")
            about.append(f" → {delivery.route}, story {message.story_id}", style="dim")
            listed = [Text(f"  {words}") for words in (*map(report_words, reports), *more_words(message))]
            return Padding(Group(about, *listed), (0, 0, 0, 4))
        case NoticeMessage(title=title, text=text):
            lines = [Text(safe(line)) for line in text.splitlines()]
            return _panel(f"{safe(title)} → {delivery.route}", lines, f"notice {delivery.delivery_id}", None)


def _panel(title: str, lines: list[Text], footer: str, severity: Severity | None) -> Panel:
    style = _NOTICE_STYLE if severity is None else _STYLES[severity]
    return Panel(
        Group(*lines),
        title=Text(title, style=style),
        title_align="left",
        subtitle=Text(footer, style="dim"),
        subtitle_align="right",
        border_style=style,
    )


def _alert(alert: Alert, now: datetime) -> Iterator[Text]:
    """The news first: headline, excerpt, facts; then which rules matched, and the times, in UTC."""
    yield Text(headline(alert, _HEADLINE), style="bold")
    if told := gist(alert):
        yield Text(told)
    if doubt := _doubt(alert):
        yield Text(doubt, style="italic")
    if runs := excerpt(alert):
        quote = Text()
        for run in runs:
            quote.append(run.text, style="bold" if run.matched else "default")
        yield Text()
        yield quote
    if facts := _facts(alert, now):
        yield Text()
        yield from facts
    yield Text()
    if why := why_words(alert.matches):
        yield Text(why, style="yellow")
    yield Text(_about(alert, now), style="dim")
    if url := web_address(alert.url):
        yield Text()
        yield Text(url, style=Style(color="blue", link=url))


def _about(alert: Alert, now: datetime) -> str:
    return " · ".join(filter(None, [source(alert), language_words(alert), time_words(alert, now)]))


def _doubt(alert: Alert) -> str:
    doubt = doubt_words(alert)
    return " · ".join(filter(None, [doubt, reasons_words(alert.matches) if doubt else ""]))


def _facts(alert: Alert, now: datetime) -> list[Text]:
    return [Text.assemble((f"{about}: ", "cyan"), claimed) for about, claimed in fact_lines(alert, now)]


def _entry(alert: Alert, why: DigestReason, now: datetime) -> Iterator[Text]:
    line = Text(f"{line_lead(alert, why)} ", style=_STYLES[alert.severity])
    line.append(headline(alert, _HEADLINE), style="bold")
    yield line
    yield from _gist(alert)
    yield Text(f"  {_about(alert, now)}", style="dim")
    yield Text(f"  {rules_words(alert.matches)}", style="yellow")
    if url := web_address(alert.url):
        yield Text(f"  {url}", style=Style(color="blue", link=url))


def _follow_up(message: FollowUpMessage, alert: Alert, delivery: Delivery, now: datetime) -> Padding:
    line = Text(f"↳ {report_line(message, _HEADLINE)}")
    line.stylize("bold yellow", len("↳ "), len("↳ ") + len(news_words(message)))
    facts = _facts(alert, now) if message.news else []
    # As in Slack: where nothing is new, no other word is in English.
    told = [] if message.news else _gist(alert)
    reach = "" if facts else reach_words(alert.record)
    small = [safe(message.also), doubt_words(alert), language_words(alert), time_words(alert, now), reach]
    line.append(f"  {' · '.join(filter(None, small))} → {delivery.route}, story {alert.story_id}", style="dim")
    return Padding(Group(line, *told, *facts), (0, 0, 0, 4))


def _gist(alert: Alert) -> list[Text]:
    return [Text(f"  {told}")] if (told := gist(alert)) else []

"""The console sink: the same alert as a card on the terminal, for who runs Wirewatch without Slack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from monitor.alerts.excerpt import excerpt, safe, shortened
from monitor.alerts.sink import Absent, Sent
from monitor.alerts.words import digest_words, rule_words, time_words
from monitor.model import Alert, CardMessage, Claim, DigestMessage, FollowUpMessage, NoticeMessage, Severity

_STYLES = {
    Severity.LOW: "white",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "dark_orange",
    Severity.CRITICAL: "bold red",
}
_WIDTH = 100


class TerminalSink:
    """Prints each message; what is printed has arrived."""

    name = "terminal"
    pace = timedelta(0)

    def __init__(self, console: Console) -> None:
        self._console = console

    async def post(self, claim: Claim) -> Sent:
        """Print a card, a further report, a digest or a notice."""
        message, route = claim.delivery.message, claim.delivery.route
        now = max(claim.first_attempt_at, claim.delivery.created_at).astimezone(UTC)
        match message:
            case CardMessage(alert=alert):
                self._print(_card(alert, route, now))
            case DigestMessage(alerts=(alert,)):
                self._print(_card(alert, route, now, why=digest_words(message)))
            case DigestMessage(alerts=alerts):
                lines = [line for one in alerts for line in (_headline(one), _line(_rules(one)))]
                self._print(Panel(Group(*lines), title=Text(f"{digest_words(message)} → {route}"), width=self._width))
            case FollowUpMessage(alert=alert):
                self._print(_follow_up(alert, route, message.news))
            case NoticeMessage(title=title, text=text):
                self._print(Panel(Text(text), title=Text(f"{title} → {route}"), width=self._width, style="cyan"))
        return Sent(f"terminal-{claim.delivery.delivery_id}")

    async def find(self, claim: Claim) -> Absent:  # noqa: ARG002 - the interface's
        """A terminal has no history to look into; a message cut off by a crash is printed again."""
        return Absent()

    @property
    def _width(self) -> int:
        return min(_WIDTH, self._console.width)

    def _print(self, what: Panel | Padding) -> None:
        if isinstance(what, Panel):
            what.width = self._width
        self._console.print(what)


def _card(alert: Alert, route: str, now: datetime, *, why: str = "") -> Panel:
    title = Text(f" {str(alert.severity).upper()} → {route} ", style=_STYLES[alert.severity])
    body = [Text(shortened(safe(alert.title), 300), style="bold"), _line(safe(alert.url), style="blue")]
    language = f" · {alert.language}" if alert.language else ""
    body += [_line(f"{safe(alert.source)}{language} · {time_words(alert, now)}"), Text()]
    body += [Text(rule_words(match), style="yellow") for match in alert.matches]
    body += [_line(f"matched: {words}") for match in alert.matches if (words := _words(alert, match.rule))][:6]
    if runs := excerpt(alert):
        quote = Text("  ")
        for run in runs:
            quote.append(run.text, style="bold" if run.matched else "")
        body += [Text(), quote]
    if why:
        body.append(_line(why))
    footer = Text(f" story {alert.story_id} · item {alert.item_id} ", style="dim")
    return Panel(Group(*body), title=title, title_align="left", subtitle=footer, border_style=_STYLES[alert.severity])


def _follow_up(alert: Alert, route: str, news: str) -> Padding:
    line = Text("↳ ")
    if news:
        line.append(f"{safe(news)}: ", style="bold yellow")
    line.append(safe(alert.title))
    line.append(f"  {safe(alert.source)} → {route}, story {alert.story_id}", style="dim")
    return Padding(line, (0, 0, 0, 4))


def _headline(alert: Alert) -> Text:
    line = Text(f"{str(alert.severity).upper()} ", style=_STYLES[alert.severity])
    line.append(shortened(safe(alert.title), 160), style="bold")
    line.append(f"  {safe(alert.source)}", style="dim")
    return line


def _rules(alert: Alert) -> str:
    return "  " + "; ".join(map(rule_words, alert.matches))


def _words(alert: Alert, rule: str) -> str:
    pieces = (piece.text for match in alert.matches if match.rule == rule for piece in match.evidence)
    words = ", ".join(dict.fromkeys(f'"{safe(piece)}"' for piece in pieces if piece))
    return f"{words} ({rule})" if words else ""


def _line(text: str, *, style: str = "dim") -> Text:
    return Text(text, style=style)

"""Messages as Slack payloads: feed text only where Slack does not interpret it, and everything said in `text` too.

Limits and escaping: https://docs.slack.dev/messaging/formatting-message-text and the reference of Block Kit. Feed text
stands only in rich_text elements, which are not parsed; mrkdwn is for our own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.alerts.excerpt import EXCERPT, excerpt, isolated, safe, shortened
from monitor.alerts.words import EMOJI, digest_words, rule_words, time_words
from monitor.model import Alert, CardMessage, DigestMessage, FollowUpMessage, Message, NoticeMessage

TEXT = 300
_PLAIN_TEXT = 2_000
HEADLINE = 250
URL = 3_000
_RULES_SHOWN = 6
_DIGEST_BUDGET = 7_000

Json = dict[str, Any]


def payload(message: Message, *, delivery_id: str, now: datetime, plain: bool = False) -> Json:
    """The body of a chat.postMessage, without channel and thread. `plain` leaves the blocks out.

    `text` alone is the whole alert, because screen readers read it instead of the blocks; links are never unfurled.
    """
    text, blocks, about = _parts(message, delivery_id, now)
    body: Json = {
        "text": _escaped(shortened(safe(text), _PLAIN_TEXT if plain else TEXT)),
        "metadata": {"event_type": "wirewatch_alert", "event_payload": _metadata(delivery_id, about)},
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return body if plain else body | {"blocks": blocks}


def _parts(message: Message, delivery_id: str, now: datetime) -> tuple[str, list[Json], Sequence[Alert]]:
    """The text, the blocks, and the alerts a message is about."""
    if isinstance(message, CardMessage):
        return _alert_text(message.alert), _card(message.alert, delivery_id, now), (message.alert,)
    if isinstance(message, FollowUpMessage):
        return _follow_up_text(message), _follow_up(message, now), (message.alert,)
    if isinstance(message, NoticeMessage):
        return f"{message.title}: {message.text}", _notice(message), ()
    if len(message.alerts) == 1:
        blocks = _card(message.alerts[0], delivery_id, now, why=digest_words(message))
        return _alert_text(message.alerts[0]), blocks, message.alerts
    return _digest_text(message), _digest(message, delivery_id), message.alerts


def _metadata(delivery_id: str, alerts: Sequence[Alert]) -> Json:
    """Ids only: metadata can be read by every app of the workspace."""
    about: Json = {"v": 1, "alert_id": delivery_id}
    if len(alerts) == 1:
        about["story_id"] = alerts[0].story_id
    rules = dict.fromkeys(f"{match.rule}@{match.rule_hash}" for alert in alerts for match in alert.matches)
    return about | ({"rules": list(rules)[:20]} if rules else {})


# -- text --------------------------------------------------------------------------------------------------------


def _alert_text(alert: Alert) -> str:
    rules = "; ".join(map(rule_words, alert.matches[:_RULES_SHOWN]))
    ending = f" - {alert.source} ({rules})"
    room = max(60, TEXT - len(ending) - len(str(alert.severity)) - 2)
    return f"{str(alert.severity).upper()}: {shortened(safe(alert.title), room)}{ending}"


def _follow_up_text(message: FollowUpMessage) -> str:
    alert = message.alert
    news = f"{message.news}: " if message.news else ""
    return f"Further report: {news}{shortened(safe(alert.title), 180)} - {alert.source}"


def _digest_text(message: DigestMessage) -> str:
    titles = "; ".join(f"{str(alert.severity).upper()}: {safe(alert.title)}" for alert in message.alerts)
    return f"{digest_words(message)}. {titles}"


# -- blocks ------------------------------------------------------------------------------------------------------


def _card(alert: Alert, delivery_id: str, now: datetime, *, why: str = "") -> list[Json]:
    head = [_emoji(alert), _text(f" {str(alert.severity).upper()}  ", bold=True), *_headline(alert, bold=True)]
    blocks = [_rich([_section(head)], block_id=f"head:{delivery_id}")]
    blocks.append(_context([_about(alert, now)]))
    rules = [_text(line, bold=True) for line in _joined(map(rule_words, alert.matches[:_RULES_SHOWN]), "\n")]
    if len(alert.matches) > _RULES_SHOWN:
        rules.append(_text(f"\nand {len(alert.matches) - _RULES_SHOWN} more rules"))
    blocks.append(_rich([_section(rules)]))
    if runs := [_text(run.text, bold=run.matched) for run in excerpt(alert)]:
        blocks.append(_rich([{"type": "rich_text_quote", "elements": runs}]))
    if title_words := _title_words(alert):
        blocks.append(_rich([_section([_text(f"matched in the headline: {title_words}", italic=True)])]))
    footer = [why] if why else []
    blocks.append(_context([*footer, f"alert {delivery_id} · story {alert.story_id}"]))
    return blocks


def _follow_up(message: FollowUpMessage, now: datetime) -> list[Json]:
    alert = message.alert
    line: list[Json] = [_text(f"{message.news}: ", bold=True)] if message.news else []
    line += [*_headline(alert), _text(f" - {isolated(safe(alert.source))}")]
    return [_rich([_section(line)]), _context([_about(alert, now, with_source=False)])]


def _digest(message: DigestMessage, delivery_id: str) -> list[Json]:
    entries: list[Json] = []
    budget = _DIGEST_BUDGET
    for alert in message.alerts:
        rules = shortened("; ".join(map(rule_words, alert.matches[:_RULES_SHOWN])), 120)
        source = shortened(isolated(safe(alert.source)), 60)
        entry = [
            _emoji(alert),
            _text(f" {str(alert.severity).upper()} ", bold=True),
            *_headline(alert, limit=140),
            _text(f" - {source} · {rules}"),
        ]
        budget -= sum(len(str(part.get("text", ""))) + len(str(part.get("url", ""))) for part in entry)
        if budget < 0:
            entry = [_emoji(alert), _text(f" {str(alert.severity).upper()} {shortened(safe(alert.title), 60)}")]
        entries.append(_section(entry))
    listed = {"type": "rich_text_list", "style": "bullet", "elements": entries}
    return [
        _rich([_section([_text(digest_words(message), bold=True)])], block_id=f"head:{delivery_id}"),
        _rich([listed]),
        _context([f"alert {delivery_id}"]),
    ]


def _notice(message: NoticeMessage) -> list[Json]:
    words = [_text(safe(message.title), bold=True), _text("\n" + "\n".join(map(_line, message.text.splitlines())))]
    return [_rich([_section(words)])]


def _line(text: str) -> str:
    return shortened(safe(text), EXCERPT)


def _about(alert: Alert, now: datetime, *, with_source: bool = True) -> str:
    said = [shortened(safe(alert.source), 80)] if with_source else []
    said += [alert.language] if alert.language else []
    return " · ".join([*said, time_words(alert, now)])


def _title_words(alert: Alert) -> str:
    """The matched words of the headline, which a link cannot show in bold one by one."""
    words = (safe(piece.text) for match in alert.matches for piece in match.evidence if piece.field == "title")
    return shortened(", ".join(dict.fromkeys(word for word in words if word)), 200)


def _headline(alert: Alert, *, bold: bool = False, limit: int = HEADLINE) -> list[Json]:
    """The headline, as a link when the item has a usable address."""
    title = isolated(shortened(safe(alert.title), limit)) or "(no title)"
    url = _link_target(alert.url)
    if url is None:
        return [_text(title, bold=bold)]
    return [{"type": "link", "url": url, "text": title} | ({"style": {"bold": True}} if bold else {})]


def _link_target(url: str) -> str | None:
    """An http or https address that cannot break out of a link; None when there is none."""
    try:
        usable = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return None
    encoded = re.sub(r"[|<>\s\"]", lambda found: f"%{ord(found[0]):02X}", url)
    return encoded if usable and len(encoded) <= URL else None


def _emoji(alert: Alert) -> Json:
    return {"type": "emoji", "name": EMOJI[alert.severity]}


def _text(text: str, *, bold: bool = False, italic: bool = False) -> Json:
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def _section(elements: Iterable[Json]) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def _rich(elements: Sequence[Json], *, block_id: str | None = None) -> Json:
    return {"type": "rich_text", "elements": list(elements)} | ({"block_id": block_id} if block_id else {})


def _context(lines: Sequence[str]) -> Json:
    return {"type": "context", "elements": [{"type": "plain_text", "text": line, "emoji": False} for line in lines]}


def _joined(lines: Iterable[str], separator: str) -> Iterable[str]:
    for number, line in enumerate(lines):
        yield (separator if number else "") + line


def _escaped(text: str) -> str:
    """Slack's three characters, last of all and once."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

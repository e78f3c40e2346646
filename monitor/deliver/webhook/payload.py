"""What a webhook is sent: one JSON object for each message. Names are stable, and only ever added to.

docs/how-to/receive-webhooks.md describes them for those who write receivers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitor.decide.digest import most_urgent_first
from monitor.model import (
    Alert,
    CardMessage,
    Delivery,
    DeskMessage,
    DigestMessage,
    FollowUpMessage,
    Match,
    Message,
    NoticeMessage,
    UnansweredMessage,
    VanishedMessage,
)
from monitor.wording.desk import line_words, report_words
from monitor.wording.facts import fact_lines
from monitor.wording.gist import gist
from monitor.wording.messages import digest_words, headline, news_words, note_words, report_line, severity_words, source
from monitor.wording.safe import safe, web_address

_HEADLINE = 500
_TEXT = 2_000


def payload(delivery: Delivery, *, now: datetime) -> dict[str, Any]:
    """The body of a delivery; `now` is when it is sent."""
    kind, about = _about(delivery.message, now)
    data = {
        "id": delivery.delivery_id,
        "route": delivery.route,
        "severity": str(delivery.severity),
        "created": _time(delivery.created_at),
        "follows": delivery.parent_id,
        **about,
    }
    return {"type": kind, "timestamp": _time(now), "data": data}


def _about(message: Message, now: datetime) -> tuple[str, dict[str, Any]]:
    match message:
        case CardMessage(alert=alert):
            text = f"{severity_words(alert)}: {headline(alert, _HEADLINE)} - {source(alert)}"
            return "story.alert", {"text": text, "story": alert.story_id, "alerts": [_alert(alert, now)]}
        case FollowUpMessage(alert=alert):
            news, text = news_words(message), report_line(message, _HEADLINE)
            about = {"text": text, "news": news or None, "story": alert.story_id, "alerts": [_alert(alert, now)]}
            return "story.report", about
        case DigestMessage(alerts=alerts):
            listed = [_alert(alert, now) for alert in most_urgent_first(alerts)]
            return "stories.digest", {"text": digest_words(message), "why": str(message.why), "alerts": listed}
        case UnansweredMessage() | VanishedMessage():
            kind = "story.unanswered" if isinstance(message, UnansweredMessage) else "story.vanished"
            text = f"{note_words(message, now)}: {headline(message, _HEADLINE)}"
            return kind, {"text": text, "story": message.story_id}
        case DeskMessage(reports=reports):
            text = "\n".join((line_words(message), *map(report_words, reports)))
            return "story.desk", {"text": text, "story": message.story_id}
        case NoticeMessage(title=title, text=text):
            lines = "\n".join(safe(line) for line in text.splitlines())
            return "service.notice", {"title": safe(title), "text": lines}


def _alert(alert: Alert, now: datetime) -> dict[str, Any]:
    return {
        "story": alert.story_id,
        "item": alert.item_id,
        "severity": str(alert.severity),
        "title": headline(alert, _HEADLINE),
        "summary": safe(alert.summary[:_TEXT]),
        "gist": gist(alert) or None,
        "url": web_address(alert.url) or None,
        "source": source(alert),
        "language": alert.language,
        "published": _time(alert.published),
        "found": _time(alert.seen_at),
        "unsure": alert.doubtful,
        "rules": [_rule(match) for match in alert.matches],
        "facts": [{"about": about, "claimed": claimed} for about, claimed in fact_lines(alert, now)],
    }


def _rule(match: Match) -> dict[str, Any]:
    return {
        "rule": match.rule,
        "title": match.rule_title,
        "way": match.way,
        "severity": str(match.severity),
        "sure": match.sure,
        "confidence": match.confidence,
        "words": list(dict.fromkeys(evidence.text for evidence in match.evidence)),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")

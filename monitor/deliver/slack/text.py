"""Messages as the `text` of Slack payloads: all there is for screen readers and notifications, which read no blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.decide.digest import most_urgent_first
from monitor.deliver.slack import blocks
from monitor.model import (
    Alert,
    CardMessage,
    DeskMessage,
    DigestMessage,
    DigestReason,
    FollowUpMessage,
    Message,
    NoticeMessage,
    UnansweredMessage,
    VanishedMessage,
)
from monitor.wording.desk import desk_words, line_words, more_words, report_words
from monitor.wording.doubt import doubt_words, line_lead
from monitor.wording.facts import fact_lines
from monitor.wording.gist import gist_before
from monitor.wording.messages import (
    digest_words,
    headline,
    merged_words,
    news_words,
    note_words,
    rest_words,
    rules_words,
    sentence,
    severities_words,
    severity_words,
    source,
)
from monitor.wording.safe import left_to_right, safe, shortened, web_address

TEXT = 300
PLAIN_TEXT = 3_000
"""Characters of `text` before escaping: beside blocks, and alone. Slack splits or cuts what is over 4,000."""

MOST_EDITED_TEXT = 4_000
"""Characters of `text` after escaping that chat.update takes: https://docs.slack.dev/reference/methods/chat.update"""

LONGEST_LINE = 300
"""Characters of a line of a notice."""

_LINES = ((120, PLAIN_TEXT), (120, 500), (120, 200), (90, 120), (90, 0), (60, 0), (40, 0))
"""How long a headline and an address may be on a line of a digest that is plain text, from the best on."""

_SHORTEST_WHY = 20
_NEWS = 160
_ROOM_FOR_GIST = 90


def text_of(message: Message, now: datetime) -> str:
    """The message in one line of at most TEXT characters, made of parts so that none is cut off at the end."""
    match message:
        case CardMessage(alert=alert):
            done = _done(message, now)
            return _alert_line(alert, TEXT - len(done)) + done
        case DigestMessage(as_card=Alert() as alert):
            return _alert_line(alert)
        case FollowUpMessage():
            return _reply_line(message)
        case DigestMessage(alerts=alerts, why=why):
            lines = [_short_line(alert, why) for alert in most_urgent_first(alerts)]
            return listing(f"{digest_lead(message)}. ", lines, "; ", TEXT)
        case UnansweredMessage() | VanishedMessage():
            return f"{note_words(message, now)}: {headline(message, TEXT - 150)}"
        case NoticeMessage(title=title, text=text):
            return shortened(f"{safe(title)}: {safe(text)}", TEXT)
        case DeskMessage():
            return shortened(line_words(message), TEXT)


def plain_text_of(message: Message, now: datetime) -> str:
    """The message in lines of text, with its links as they are."""
    match message:
        case CardMessage(alert=alert) | DigestMessage(as_card=Alert() as alert):
            facts = [f"{about}: {claimed}" for about, claimed in fact_lines(alert, now)]
            line = text_of(message, now)
            whole, short = [line, *facts, *_address(alert)], [line, *_address(alert)]
            return "\n".join(whole if sum(map(len, whole)) + len(whole) <= PLAIN_TEXT else short)
        case FollowUpMessage(alert=alert):
            return "\n".join([text_of(message, now), *_address(alert)])
        case UnansweredMessage() | VanishedMessage():
            return text_of(message, now)
        case DigestMessage():
            return _plain_digest(message)
        case NoticeMessage(title=title, text=text):
            return listing(f"{shortened(safe(title), LONGEST_LINE)}\n", text_lines(text), "\n", PLAIN_TEXT)
        case DeskMessage(reports=reports):
            lines = [*map(report_words, reports), *more_words(message)]
            return listing(f"{line_words(message)}\n", lines, "\n", PLAIN_TEXT).strip()


def _done(message: CardMessage, now: datetime) -> str:
    """What became of a card since it was posted, at the end of its line; empty when nothing did."""
    said = f"now in {merged_words(message)}" if message.merged_into else desk_words(message.desk, now)
    return f". {sentence(said)}" if said else ""


def _alert_line(alert: Alert, limit: int = TEXT) -> str:
    """What, who, why: "HIGH: headline - source (rule; rule). Maybe off topic (41 % match)"; the headline goes before.

    The gist in English stands before a headline in another language: a telephone shows the first hundred characters.
    """
    severity, said_by, rules = severity_words(alert), source(alert), rules_words(alert.matches)
    doubt = f". {words}" if (words := doubt_words(alert)) else ""
    told = gist_before(alert)
    room = limit - len(f"{severity}: {told}\u2068\u2069 - {said_by} (){doubt}")
    title = headline(alert, min(room, max(120, room - len(rules))))
    left = room - len(title)
    why = f" ({shortened(rules, left)})" if rules and left >= min(len(rules), _SHORTEST_WHY) else ""
    return f"{severity}: {told}{title} - {said_by}{why}{doubt}"


def _reply_line(message: FollowUpMessage) -> str:
    """What is new, who says it, the headline; then what Wirewatch makes of it, as far as there is room.

    Where nothing is new, the gist in English stands before a headline in another language.
    """
    alert = message.alert
    news = shortened(news_words(message), _NEWS)
    lead = f"{news} - {source(alert)}: " if news else gist_before(alert)
    end = "" if news else f" - {source(alert)}"
    doubt = f". {words}" if (words := doubt_words(alert)) else ""
    room = TEXT - len(f"{lead}\u2068\u2069{end} (){doubt}")
    title, also = headline(alert, room), safe(message.also)
    left = room - len(title)
    shown = f" ({shortened(also, left)})" if also and left >= min(len(also), _SHORTEST_WHY) else ""
    return f"{lead}{title}{end}{shown}{doubt}"


def _short_line(alert: Alert, why: DigestReason, limit: int = 120) -> str:
    told = gist_before(alert) if limit >= _ROOM_FOR_GIST else ""
    said_by = shortened(source(alert), max(20, limit // 2))
    return f"{line_lead(alert, why)}: {told}{headline(alert, limit)} - {said_by}"


def _plain_digest(message: DigestMessage) -> str:
    """Its stories in a line each: with shorter and shorter headlines and addresses before one is left out."""
    lead, listed = f"{digest_lead(message)}\n", most_urgent_first(message.alerts)
    rest = f"\n{words}" if (words := rest_words(message)) else ""
    room, lines = PLAIN_TEXT - len(rest), list[str]()
    for words_of, longest in _LINES:
        shown = [(_short_line(alert, message.why, words_of), *_address(alert)) for alert in listed]
        lines = [" ".join([line, *(url for url in urls if len(url) <= longest)]) for line, *urls in shown]
        if len(lead) + sum(len(line) + 1 for line in lines) <= room:
            break
    return listing(lead, lines, "\n", room) + rest


def listing(lead: str, lines: Sequence[str], separator: str, limit: int) -> str:
    """As many lines as there is room for, and how many more there are."""
    ending = f"{separator}and {len(lines)} more"
    room = limit - len(lead) - len(ending)
    shown: list[str] = []
    for line in lines:
        room -= len(line) + len(separator)
        if room < 0:
            break
        shown.append(line)
    left = len(lines) - len(shown)
    return lead + separator.join([*shown, *([f"and {left} more"] if left else [])])


def _address(alert: Alert) -> list[str]:
    url = web_address(alert.url)
    return [url] if url and len(url) < PLAIN_TEXT - TEXT else []


def text_lines(text: str) -> list[str]:
    """The lines of a notice that say something."""
    return [left_to_right(shortened(line, LONGEST_LINE)) for line in map(safe, text.splitlines()) if line]


def shortened_to_escape(text: str, limit: int) -> str:
    """The beginning of a text that has at most `limit` characters once it is escaped."""
    room = limit - 1 - (len(blocks.escaped(text)) - len(text)) if len(blocks.escaped(text)) > limit else len(text)
    while len(blocks.escaped(text)) > limit:
        text, room = shortened(text, max(1, room)), room * 9 // 10
    return text


def digest_lead(message: DigestMessage) -> str:
    """What a digest is, and how many of which severity."""
    return ": ".join([digest_words(message), *filter(None, [severities_words(message)])])

"""Messages as Slack payloads: every one complete in its `text`, because screen readers read that and not the blocks.

https://docs.slack.dev/reference/methods/chat.postMessage says what the arguments mean, and
https://docs.slack.dev/messaging/formatting-message-text which three characters of `text` are escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.deliver.slack import blocks
from monitor.deliver.slack.blocks import Json
from monitor.deliver.slack.desk import desk_blocks, line_blocks
from monitor.deliver.slack.text import (
    LONGEST_LINE,
    MOST_EDITED_TEXT,
    digest_lead,
    listing,
    plain_text_of,
    shortened_to_escape,
    text_lines,
    text_of,
    told_news,
    unsure_parts,
)
from monitor.model import (
    Alert,
    CardMessage,
    DeskMessage,
    DigestMessage,
    FollowUpMessage,
    Message,
    NoticeMessage,
    Severity,
    UnansweredMessage,
    VanishedMessage,
)
from monitor.wording.excerpt import excerpt
from monitor.wording.facts import fact_lines
from monitor.wording.messages import (
    RULES_SHOWN,
    about_words,
    clock_words,
    delay_words,
    digest_words,
    doubt_words,
    headline,
    matched_words,
    note_words,
    reach_words,
    rest_words,
    rule_words,
    rules_words,
    sentence,
    severity_words,
    source,
)
from monitor.wording.safe import safe, shortened, web_address

EVENT_TYPE = "wirewatch_alert"
"""Marks our messages in Slack's history; their `event_payload.alert_id` is the delivery's id."""

_HEADLINE = 250
_NEWS_IN_BLOCKS = 500
_RULES_IN_METADATA = 20

_EMOJI = {
    Severity.LOW: "white_circle",
    Severity.MEDIUM: "large_yellow_circle",
    Severity.HIGH: "large_orange_circle",
    Severity.CRITICAL: "red_circle",
}


def payload(
    message: Message,
    *,
    delivery_id: str,
    now: datetime,
    plain: bool = False,
    buttons: bool = False,
    version: int = 0,
    belongs: str = "",
) -> Json:
    """The arguments of a chat.postMessage, but for channel and thread; or of a chat.update, but for channel and ts.

    Args:
        message: what to say.
        delivery_id: goes into the metadata, by which the message is found again.
        now: when it is posted (UTC), or was posted when it is edited; alerts that are late say so.
        plain: for a message whose blocks Slack refused: only `text`, with the links in it.
        buttons: whether somebody listens for clicks, so that a card has buttons.
        version: which edit of a card this is; 0 for the post.
        belongs: what a reply that stands by itself belongs to.
    """
    about = _alerts(message)
    text = plain_text_of(message, now) if plain else text_of(message, now)
    text += f"{chr(10) if plain else '. '}{belongs}" if belongs else ""
    body: Json = {
        "text": blocks.escaped(shortened_to_escape(text, MOST_EDITED_TEXT) if version else text),
        "metadata": {"event_type": EVENT_TYPE, "event_payload": _metadata(delivery_id, about)},
    }
    # Without it an edit makes links of what looks like an address, a name or a channel; a post does not.
    body |= {"parse": "none"} if version else {"unfurl_links": False, "unfurl_media": False}
    if plain:
        # Alone the text is shown, and asterisks of a headline must stay asterisks; chat.update does not know of this.
        return body if version else body | {"mrkdwn": False}
    shown = _blocks(message, delivery_id, now, buttons=buttons, version=version)
    return body | {"blocks": [*shown, *([blocks.context(belongs)] if belongs else [])]}


def _alerts(message: Message) -> tuple[Alert, ...]:
    match message:
        case CardMessage(alert=alert) | FollowUpMessage(alert=alert):
            return (alert,)
        case DigestMessage(alerts=alerts):
            return alerts
        case UnansweredMessage() | VanishedMessage() | NoticeMessage() | DeskMessage():
            return ()


def _metadata(delivery_id: str, alerts: Sequence[Alert]) -> Json:
    """Ids only: every app and user of the workspace can read metadata."""
    about: Json = {"v": 1, "alert_id": delivery_id}
    if len(alerts) == 1:
        about["story_id"] = alerts[0].story_id
    rules = dict.fromkeys(f"{match.rule}@{match.rule_hash}" for alert in alerts for match in alert.matches)
    return about | ({"rules": list(rules)[:_RULES_IN_METADATA]} if rules else {})


# -- blocks ------------------------------------------------------------------------------------------------------


def _blocks(message: Message, delivery_id: str, now: datetime, *, buttons: bool, version: int) -> list[Json]:
    match message:
        case CardMessage(alert=alert):
            done = desk_blocks(message, delivery_id, now, buttons=buttons, version=version)
            return blocks.first_fitting(_card(alert, delivery_id, now, why=_since(message, now), done=done))
        case DigestMessage(alerts=(alert,)):
            return blocks.first_fitting(_card(alert, delivery_id, now, why=digest_words(message)))
        case DigestMessage():
            return blocks.first_fitting(_digest(message, delivery_id, now))
        case FollowUpMessage():
            return _follow_up(message, now)
        case UnansweredMessage() | VanishedMessage():
            note = blocks.text(f"{note_words(message)}: ", bold=True)
            return [blocks.rich_text(blocks.section([note, blocks.text(headline(message, _HEADLINE))]))]
        case NoticeMessage():
            return blocks.first_fitting(_notice(message))
        case DeskMessage():
            return blocks.first_fitting(line_blocks(message, delivery_id))


def _since(message: CardMessage, now: datetime) -> str:
    """How the story went on: "3 updates, the last 09:31 UTC"; empty when it did not."""
    if message.merged_into:
        return f"This story is part of story {message.merged_into} now, whose card shows what comes in."
    if message.updated_at is None:
        return ""
    count = f"{message.updates} {'update' if message.updates == 1 else 'updates'}"
    return f"{count} in the thread, the last {clock_words(message.updated_at, now)} UTC"


def _card(
    alert: Alert, delivery_id: str, now: datetime, *, why: str = "", done: Sequence[Json] = ()
) -> Iterator[list[Json]]:
    """Versions of a card: as it should be; without bold words, the excerpt, the facts, for a very long address."""
    severity = blocks.text(f" {str(alert.severity).upper()}  ", bold=True)
    title = blocks.link(headline(alert, _HEADLINE), web_address(alert.url), bold=True)
    doubt = [blocks.text(f"{words.capitalize()}  ", bold=True) for words in unsure_parts(alert)]
    head = blocks.rich_text(blocks.section([blocks.emoji(_EMOJI[alert.severity]), severity, *doubt, title]))
    about = blocks.context(about_words(alert, now))
    footer = blocks.context(*([why] if why else []), f"alert {delivery_id} · story {alert.story_id}")
    runs = excerpt(alert)
    bold = [blocks.rich_text(blocks.quote(blocks.text(run.text, bold=run.matched) for run in runs))] if runs else []
    quiet = [blocks.rich_text(blocks.quote([blocks.text("".join(run.text for run in runs))]))] if runs else []
    facts = _facts(alert, now)
    yield [head, about, *_rules(alert, with_words=True), *bold, *facts, *done, footer]
    yield [head, about, *_rules(alert, with_words=True), *quiet, *facts, *done, footer]
    yield [head, about, *_rules(alert, with_words=False), *facts, *done, footer]
    yield [head, about, *_rules(alert, with_words=False), *done, footer]


def _facts(alert: Alert, now: datetime) -> list[Json]:
    """What the story says by now, a line for each fact."""
    elements: list[Json] = []
    for about, claimed in fact_lines(alert, now):
        label = f"{about}: " if not elements else f"\n{about}: "
        elements += [blocks.text(label, bold=True), blocks.text(claimed)]
    return [blocks.rich_text(blocks.section(elements))] if elements else []


def _rules(alert: Alert, *, with_words: bool) -> list[Json]:
    """Why this is an alert: a line for each rule with its way and the words that met it."""
    line_by_line: list[Json] = []
    for match in alert.matches[:RULES_SHOWN]:
        line_by_line.append(blocks.text(("\n" if line_by_line else "") + rule_words(match), bold=True))
        if with_words and (words := matched_words(match)):
            line_by_line.append(blocks.text(f"  {words}"))
        if doubt := doubt_words(match, reasons=with_words):
            line_by_line.append(blocks.text(f"  {doubt}"))
    if len(alert.matches) > RULES_SHOWN:
        line_by_line.append(blocks.text(f"\nand {len(alert.matches) - RULES_SHOWN} more rules"))
    return [blocks.rich_text(blocks.section(line_by_line))] if line_by_line else []


def _follow_up(message: FollowUpMessage, now: datetime) -> list[Json]:
    """A line for the thread: what is new, the headline, who, and in small print when. The card has the rest."""
    alert = message.alert
    news = [blocks.text(sentence(told_news(message, _NEWS_IN_BLOCKS)), bold=True)] if message.news else []
    title = blocks.link(headline(alert, _HEADLINE), web_address(alert.url))
    said = blocks.text(" · ".join([f" - {source(alert)}", *unsure_parts(alert)]))
    reach = [words] if (words := reach_words(alert.record)) else []
    small_print = blocks.context(" · ".join([about_words(alert, now, with_source=False), *reach]))
    return [blocks.rich_text(blocks.section([*news, title, said])), small_print]


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much of each alert a digest shows, in characters."""

    headline: int
    rules: int
    url: int


_DETAILS = (_Detail(160, 120, 500), _Detail(100, 60, 300), _Detail(80, 0, 200), _Detail(60, 0, 0))


def _digest(message: DigestMessage, delivery_id: str, now: datetime) -> Iterator[list[Json]]:
    """Versions of a digest: with less and less on each alert, and at last with fewer alerts, saying how many."""
    head = blocks.rich_text(blocks.section([blocks.text(digest_lead(message), bold=True)]))
    footer = blocks.context(*filter(None, [rest_words(message, now)]), f"alert {delivery_id}")
    for detail in _DETAILS:
        yield [head, blocks.rich_text(blocks.bullets(_entry(alert, detail, now) for alert in message.alerts)), footer]
    entries = [_entry(alert, _DETAILS[-1], now) for alert in message.alerts]
    shown = len(entries)
    while shown > 1:
        shown = shown * 9 // 10
        more = blocks.section([blocks.text(f"and {len(entries) - shown} more")])
        yield [head, blocks.rich_text(blocks.bullets([*entries[:shown], more])), footer]


def _entry(alert: Alert, detail: _Detail, now: datetime) -> Json:
    """One alert of a digest: severity, headline, source, time, rules."""
    url = web_address(alert.url)
    when = clock_words(alert.published, now) if alert.published else f"seen {clock_words(alert.seen_at, now)}"
    rules = [shortened(rules_words(alert.matches), detail.rules)] if detail.rules and alert.matches else []
    return blocks.section(
        [
            blocks.text(f"{severity_words(alert)} ", bold=alert.severity is Severity.CRITICAL),
            blocks.link(headline(alert, detail.headline), url if url and len(url) <= detail.url else None),
            blocks.text(
                " · ".join([f" - {source(alert)}", f"{when} UTC", *filter(None, [delay_words(alert, now)]), *rules])
            ),
        ]
    )


def _notice(message: NoticeMessage) -> Iterator[list[Json]]:
    """Versions of a notice: with fewer and fewer of its lines."""
    title = blocks.text(shortened(safe(message.title), LONGEST_LINE) or "Notice", bold=True)
    for characters in (5_000, 2_500):
        words = listing("", text_lines(message.text), "\n", characters)
        yield [blocks.rich_text(blocks.section([title, *([blocks.text(f"\n{words}")] if words else [])]))]

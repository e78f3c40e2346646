"""Messages as Slack payloads: every one complete in its `text`, because screen readers read that and not the blocks.

https://docs.slack.dev/reference/methods/chat.postMessage says what the arguments mean, and
https://docs.slack.dev/messaging/formatting-message-text which three characters of `text` are escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.deliver.slack import blocks
from monitor.deliver.slack.blocks import Json
from monitor.deliver.slack.card import HEADLINE, card, follow_up, is_over, shrunk
from monitor.deliver.slack.desk import desk_blocks, in_console, line_blocks
from monitor.deliver.slack.digest import digest
from monitor.deliver.slack.text import (
    LONGEST_LINE,
    MOST_EDITED_TEXT,
    listing,
    plain_text_of,
    shortened_to_escape,
    text_lines,
    text_of,
)
from monitor.model import (
    Alert,
    CardMessage,
    Desk,
    DeskMessage,
    DigestMessage,
    FollowUpMessage,
    Message,
    NoticeMessage,
    UnansweredMessage,
    VanishedMessage,
)
from monitor.wording.counts import counted
from monitor.wording.messages import alone_words, clock, headline, merged_words, note_words
from monitor.wording.safe import safe, shortened

EVENT_TYPE = "wirewatch_alert"
"""Marks our messages in Slack's history; their `event_payload.alert_id` is the delivery's id."""

_RULES_IN_METADATA = 20
_STORIES_IN_METADATA = 100


def payload(
    message: Message,
    *,
    delivery_id: str,
    now: datetime,
    plain: bool = False,
    buttons: bool = False,
    version: int = 0,
    belongs: str = "",
    translate: str = "",
    console: str = "",
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
        translate: the address of a translator, for links on cards in other languages (see `wording.translate`).
        console: the address of the console, to which links lead where there are no buttons; "" for none.
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
    how = _How(buttons=buttons, version=version, translate=translate, console="" if buttons else console)
    shown = _blocks(message, delivery_id, now, how)
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
    elif alerts:
        about["story_ids"] = list(dict.fromkeys(alert.story_id for alert in alerts))[:_STORIES_IN_METADATA]
    rules = dict.fromkeys(f"{match.rule}@{match.rule_hash}" for alert in alerts for match in alert.matches)
    return about | ({"rules": list(rules)[:_RULES_IN_METADATA]} if rules else {})


# -- blocks ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """What a message has besides its words; see `payload`."""

    buttons: bool
    version: int
    translate: str
    console: str


def _blocks(message: Message, delivery_id: str, now: datetime, how: _How) -> list[Json]:
    match message:
        case CardMessage(alert=alert, desk=desk):
            listens = how.buttons and not message.merged_into
            how = replace(how, buttons=listens)
            return _card(alert, desk, delivery_id, now, how, since=_since(message, now), story=message.merged_into)
        case DigestMessage(as_card=Alert() as alert):
            desk = message.desk(alert.story_id)
            return _card(alert, desk, delivery_id, now, how, since=[alone_words(message)])
        case DigestMessage():
            made = digest(message, delivery_id, now, buttons=how.buttons, version=how.version, console=how.console)
            return blocks.first_fitting(made)
        case FollowUpMessage():
            return follow_up(message, now)
        case UnansweredMessage() | VanishedMessage():
            return [blocks.rich_text(blocks.section([*_note(message, now), blocks.text(headline(message, HEADLINE))]))]
        case NoticeMessage():
            return blocks.first_fitting(_notice(message))
        case DeskMessage():
            return blocks.first_fitting(line_blocks(message, delivery_id))


def _card(
    alert: Alert,
    desk: Desk,
    delivery_id: str,
    now: datetime,
    how: _How,
    *,
    since: Sequence[Json | str],
    story: str | None = None,
) -> list[Json]:
    page = in_console(how.console, story or alert.story_id)
    done = desk_blocks(desk, delivery_id, now, buttons=how.buttons, version=how.version, page=page)
    if is_over(desk):
        return blocks.first_fitting(shrunk(alert, desk, delivery_id, done))
    shown = card(alert, delivery_id, now, since=since, done=done, translate=how.translate)
    return blocks.first_fitting(shown)


def _since(message: CardMessage, now: datetime) -> list[Json | str]:
    """How the story went on: "1 update, 09:12", "3 updates, the last 09:31"; nothing when it did not."""
    if message.merged_into:
        return [f"This story is part of {merged_words(message)} now, whose card shows what comes in."]
    if message.updated_at is None:
        return []
    count = counted(message.updates, "update")
    which = "" if message.updates == 1 else "the last "
    return [blocks.times([(f"{count}, {which}", message.updated_at)], now)]


def _note(message: UnansweredMessage | VanishedMessage, now: datetime) -> list[Json]:
    """What a note says, with its time in the zone of whoever reads it."""
    words = f"{note_words(message, now)}: "
    if isinstance(message, UnansweredMessage):
        return [blocks.text(words, bold=True)]
    before, _, after = words.rpartition(clock(message.since, now))
    return [blocks.text(before, bold=True), blocks.moment(message.since, now), blocks.text(after, bold=True)]


def _notice(message: NoticeMessage) -> Iterator[list[Json]]:
    """Versions of a notice: with fewer and fewer of its lines."""
    title = blocks.text(shortened(safe(message.title), LONGEST_LINE) or "Notice", bold=True)
    for characters in (5_000, 2_500):
        words = listing("", text_lines(message.text), "\n", characters)
        yield [blocks.rich_text(blocks.section([title, *([blocks.text(f"\n{words}")] if words else [])]))]

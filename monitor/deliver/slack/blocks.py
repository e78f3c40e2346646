"""The few parts of Slack's Block Kit that messages are built from.

Feed text stands only in `rich_text` and `plain_text` elements, which Slack does not interpret. The one kind of `mrkdwn`
element (`times`) holds words of ours and times, and nothing of a feed.
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.wording.messages import clock

Json = dict[str, Any]

MOST_CHARACTERS = 8_000
"""For all blocks of a message, as compact JSON.

Slack refuses more than "12,000 text characters with a buffer for block containers" (`msg_blocks_too_long`) and does
not say how it counts: https://github.com/slackapi/bolt-js/issues/2509
"""

_SAME_DAY = timedelta(hours=12)
_USER = re.compile(r"[UW][A-Z0-9]+")


def escaped(text: str) -> str:
    """The `text` of a message with Slack's three characters written out: last of all, and once.

    https://docs.slack.dev/messaging/formatting-message-text
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def size(blocks: Sequence[Json]) -> int:
    """The characters of blocks as compact JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def first_fitting(versions: Iterable[list[Json]]) -> list[Json]:
    """The first of several versions, richest first, that is not too long; the last one when none is."""
    version: list[Json] = []
    for version in versions:
        if size(version) <= MOST_CHARACTERS:
            break
    return version


def text(words: str, *, bold: bool = False, strike: bool = False) -> Json:
    """A stretch of text."""
    return {"type": "text", "text": words} | _style(bold=bold, strike=strike)


def link(words: str, url: str | None, *, bold: bool = False, strike: bool = False) -> Json:
    """Text that leads to a safe address, or stands by itself when there is none."""
    if url is None:
        return text(words, bold=bold, strike=strike)
    return {"type": "link", "url": url, "text": words} | _style(bold=bold, strike=strike)


def _style(**wanted: bool) -> Json:
    on = {name: True for name, is_on in wanted.items() if is_on}
    return {"style": on} if on else {}


def moment(at: datetime, now: datetime) -> Json:
    """A time in rich text, which Slack shows in the zone of whoever reads it; where it cannot, in UTC.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block#date-element-type
    """
    if at.timestamp() < 0:
        return text(clock(at, now))
    return {"type": "date", "timestamp": int(at.timestamp()), "format": _format(at, now), "fallback": clock(at, now)}


def times(said: Sequence[tuple[str, datetime | None]], now: datetime, *, more: str = "") -> Json:
    """Words of ours with times that Slack shows in the zone of whoever reads them: "published 11:57 · found 12:00".

    Neither `more` nor any other word here may come from a feed: this is the one element that Slack interprets.
    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    shown = " · ".join(f"{words}{_token(at, now) if at else ''}" for words, at in said)
    return {"type": "mrkdwn", "text": ", ".join(filter(None, [shown, more])), "verbatim": True}


def _token(at: datetime, now: datetime) -> str:
    if at.timestamp() < 0:
        return clock(at, now)
    return f"<!date^{int(at.timestamp())}^{_format(at, now)}|{clock(at, now)}>"


def _format(at: datetime, now: datetime) -> str:
    """With the day where the time of day alone could be taken for another one, in any zone."""
    return "{time}" if abs(at - now) < _SAME_DAY else "{date_short} {time}"


def emoji(name: str) -> Json:
    """One of Slack's emoji by its name."""
    return {"type": "emoji", "name": name}


def section(elements: Iterable[Json]) -> Json:
    """A line or paragraph; part of a rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(elements: Iterable[Json]) -> Json:
    """Quoted text; part of a rich text."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def numbered(sections: Iterable[Json], *, after: int = 0) -> Json:
    """A list of sections with numbers that go on after so many; part of a rich text."""
    made = {"type": "rich_text_list", "style": "ordered", "elements": list(sections)}
    return made | ({"offset": after} if after else {})


def bullets(sections: Iterable[Json]) -> Json:
    """A list of sections; part of a rich text."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(sections)}


def rich_text(*parts: Json) -> Json:
    """A block of rich text."""
    return {"type": "rich_text", "elements": list(parts)}


def context(*parts: str | Json) -> Json:
    """A block of small print: text that is shown as it is, and `times`."""
    return {"type": "context", "elements": [_plain(part) if isinstance(part, str) else part for part in parts]}


def _plain(words: str) -> Json:
    return {"type": "plain_text", "text": words, "emoji": False}


def user(user_id: str) -> Json:
    """A Slack user by id, as Slack shows people; the id itself when it is none."""
    return {"type": "user", "user_id": user_id} if _USER.fullmatch(user_id) else text(user_id or "somebody")


def button(action: str, words: str, value: str, **more: str) -> Json:
    """A button; `action` is what its click is called."""
    return {"type": "button", "action_id": action, "text": _plain(words), "value": value} | more


def select(action: str, words: str, options: dict[str, str]) -> Json:
    """A menu of values and what each is called."""
    shown = [{"text": {"type": "plain_text", "text": named}, "value": value} for value, named in options.items()]
    placeholder = {"type": "plain_text", "text": words}
    return {"type": "static_select", "action_id": action, "placeholder": placeholder, "options": shown}


def overflow(action: str, options: dict[str, str]) -> Json:
    """A menu behind three dots, for what is done seldom."""
    shown = [{"text": {"type": "plain_text", "text": named}, "value": value} for value, named in options.items()]
    return {"type": "overflow", "action_id": action, "options": shown}


def actions(block_id: str, *of: Json) -> Json:
    """A row of buttons and menus. A message that is edited needs another `block_id`."""
    return {"type": "actions", "block_id": block_id, "elements": list(of)}

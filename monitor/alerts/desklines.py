"""What people of the desk did, as a message for the card's thread."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.alerts import blocks
from monitor.alerts.blocks import Json
from monitor.model import DeskMessage, MutedReport
from monitor.wording.desk import line_words, more_words, report_words
from monitor.wording.safe import web_address

_URL = 500
UNMUTE = "unmute"
"""The action of the button that ends a mute; its value is a mute's id, or the id of a card whose mutes are meant."""


def line_blocks(message: DeskMessage, delivery_id: str) -> Iterator[list[Json]]:
    """Versions of it: with the addresses of what was held back, and without."""
    line = blocks.rich_text(blocks.section([blocks.text(line_words(message))]))
    undo = [_undo(message.mute_id, delivery_id)] if message.mute_id else []
    more = [blocks.section([blocks.text(words)]) for words in more_words(message)]
    for with_links in (True, False):
        listed = [_entry(report, with_link=with_links) for report in message.reports]
        reports = [blocks.rich_text(blocks.bullets([*listed, *more]))] if listed else []
        yield [line, *reports, *undo]


def _entry(report: MutedReport, *, with_link: bool) -> Json:
    url = web_address(report.url) if with_link else None
    return blocks.section([blocks.link(report_words(report), url if url and len(url) <= _URL else None)])


def _undo(mute_id: str, delivery_id: str) -> Json:
    text = {"type": "plain_text", "text": "Undo mute", "emoji": False}
    button = {"type": "button", "action_id": UNMUTE, "value": mute_id, "text": text}
    return {"type": "actions", "block_id": f"undo:{delivery_id}", "elements": [button]}

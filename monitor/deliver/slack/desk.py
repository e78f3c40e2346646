"""The desk's part of a card: what people did, and the buttons by which they do it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from monitor.deliver.slack import blocks
from monitor.deliver.slack.blocks import Json
from monitor.model import Desk, DeskMessage, MutedReport
from monitor.wording.desk import (
    LONGEST_REASON,
    judged_words,
    kept_words,
    line_words,
    more_words,
    reason_words,
    report_words,
)
from monitor.wording.messages import sentence
from monitor.wording.safe import web_address

MUTES = {
    "story:24h": "This story for 24 hours",
    "source:24h": "This source for 24 hours",
    "rule:1h": "This rule here for 1 hour",
    "rule:8h": "This rule here for 8 hours",
    "place:24h": "This place for 24 hours",
}
"""What can be muted from a card, and what the menu calls it."""

REGROUP, MERGE, SPLIT = "regroup", "merge", "split"
"""The action of the menu that merges and splits stories, and the values of its options."""

_REGROUP = {MERGE: "Merge into another story\u2026", SPLIT: "Split reports off\u2026"}

UNMUTE = "unmute"
"""The action of the button that ends a mute; its value is a mute's id, or the id of a card whose mutes are meant."""

IN_CONSOLE = "Act on this story in the console"
"""The link that cards have where nobody listens for clicks."""

_LONGEST_URL = 500


def in_console(console: str, story_id: str) -> str | None:
    """The address of a story in the console; None when nobody said where that is."""
    return f"{console}/stories/{quote(story_id)}" if console else None


def desk_blocks(
    desk: Desk, delivery_id: str, now: datetime, *, buttons: bool, version: int, page: str | None = None
) -> list[Json]:
    """What people did, a line each, and the buttons, when somebody listens for clicks (`buttons`).

    Where nobody does, a link to the story's page in the console has their place, if there is a `page`.

    A button's value is the delivery's id, and the row's id is "desk:DELIVERY:VERSION".
    """
    lines = _done(desk, now)
    joined = [element for number, line in enumerate(lines) for element in ([blocks.text("\n")] * (number > 0) + line)]
    said = [blocks.rich_text(blocks.section(joined))] if joined else []
    if not buttons:
        return [*said, *([blocks.rich_text(blocks.section([blocks.link(IN_CONSOLE, page)]))] if page else [])]
    return [*said, blocks.actions(f"desk:{delivery_id}:{version}", *desk_buttons(desk, delivery_id))]


def briefly(desk: Desk) -> str:
    """What people did to a story, on a line of a digest that has no room for who did it and when."""
    done = {"taken": desk.claimed_by, "not relevant": desk.judged_by, "muted": desk.muted_by}
    return " · ".join(what for what, by in done.items() if by)


def on_line(desk: Desk, now: datetime) -> list[Json]:
    """What people did to a story, at the end of its line in a digest."""
    said: list[Json] = []
    if desk.claimed_by:
        said += [blocks.text(" · "), blocks.user(desk.claimed_by), blocks.text(" is on it")]
    if desk.judged_by:
        said += [blocks.text(" · not relevant, says "), blocks.user(desk.judged_by)]
    if desk.muted_by:
        said += [blocks.text(" · muted"), *_time(" until ", desk.muted_until, now), blocks.text(" by ")]
        said.append(blocks.user(desk.muted_by))
    return said


def _done(desk: Desk, now: datetime) -> list[list[Json]]:
    lines = []
    if desk.claimed_by:
        since = [*_time(" (since ", desk.claimed_at, now), blocks.text(")")] if desk.claimed_at else []
        lines.append([blocks.user(desk.claimed_by), blocks.text(" is on it"), *since])
    if desk.judged_by:
        what, first = sentence(judged_words(desk, LONGEST_REASON)), len("Not relevant")
        by = [blocks.text(what[:first], bold=True), blocks.text(f"{what[first:]}, says "), blocks.user(desk.judged_by)]
        kept = [blocks.text(f" · {told}")] if (told := kept_words(desk.kept)) else []
        lines.append([*by, *_time(", ", desk.judged_at, now), *kept])
    if desk.muted_by:
        words = [blocks.text(f" ({shown})")] if (shown := reason_words(desk.muted, LONGEST_REASON)) else []
        until = _time(" until ", desk.muted_until, now)
        by = [blocks.text(", by "), blocks.user(desk.muted_by)]
        lines.append([blocks.text("Muted", bold=True), *words, *until, *by])
    return lines


def desk_buttons(desk: Desk, delivery_id: str) -> Sequence[Json]:
    """What can be done to a story now. The value of a button is the card that is meant, or the line of a digest."""
    claim = (
        blocks.button("unclaim", "Release", delivery_id, accessibility_label="Release: nobody is on it any more")
        if desk.claimed_by
        else blocks.button("claim", "I'm on it", delivery_id)
    )
    judge = (
        blocks.button("relevant", "Undo: mark as relevant again", delivery_id)
        if desk.judged_by
        else blocks.button("not_relevant", "Not relevant", delivery_id)
    )
    mute = (
        blocks.button(UNMUTE, "Undo mute", delivery_id) if desk.muted_by else blocks.select("mute", "Mute\u2026", MUTES)
    )
    return [claim, judge, mute, blocks.overflow(REGROUP, _REGROUP)]


def _time(before: str, at: datetime | None, now: datetime) -> list[Json]:
    return [blocks.text(before), blocks.moment(at, now)] if at else []


def line_blocks(message: DeskMessage, delivery_id: str) -> Iterator[list[Json]]:
    """Versions of a desk message: with the addresses of what was held back, and without."""
    line = blocks.rich_text(blocks.section([blocks.text(line_words(message))]))
    button = blocks.button(UNMUTE, "Undo mute", message.mute_id)
    undo = [blocks.actions(f"undo:{delivery_id}", button)] if message.mute_id else []
    more = [blocks.section([blocks.text(words)]) for words in more_words(message)]
    for with_links in (True, False):
        listed = [_entry(report, with_link=with_links) for report in message.reports]
        reports = [blocks.rich_text(blocks.bullets([*listed, *more]))] if listed else []
        yield [line, *reports, *undo]


def _entry(report: MutedReport, *, with_link: bool) -> Json:
    url = web_address(report.url) if with_link else None
    return blocks.section([blocks.link(report_words(report), url if url and len(url) <= _LONGEST_URL else None)])

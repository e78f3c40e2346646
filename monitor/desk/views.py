"""What people see besides the card: the forms, and notes that only the person who acted can see.

Names, headlines and what people typed stand in `rich_text` and `plain_text` only, which Slack does not interpret.
https://docs.slack.dev/reference/views/modal-views
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.decide.acts import LONGEST_NOTE
from monitor.decide.mutes import Subject
from monitor.deliver.slack import blocks
from monitor.deliver.slack.blocks import Json
from monitor.deliver.slack.desk import desk_buttons
from monitor.model import Alert, DeskCard, Mute, StoryDetails, StoryReport, StorySummary
from monitor.wording.counts import counted
from monitor.wording.desk import CAUSES, LONGEST_OPTION, word_options
from monitor.wording.messages import clock
from monitor.wording.safe import safe, shortened

FORM, MERGE_FORM, SPLIT_FORM = "not_relevant", "merge", "split"
"""What the forms are called when they are sent."""

_TEXT = 300
_PREFORMATTED = 5_000
_SAID = 600
_MOST_SAID = 40
_BUTTON = 70
_MOST_BUTTONS = 20


def form(card: DeskCard, alert: Alert) -> Json:
    """The form that asks which word or why."""
    words = word_options(alert)
    rules = {match.rule: match.rule_title for match in alert.matches}
    fields = [_select("cause", "Why?", [(cause.value, words) for cause, words in CAUSES.items()])]
    if len(rules) > 1:
        fields.append(_select("rule", "Which rule is wrong? (none: all of them)", rules.items(), optional=True))
    if words:
        fields.append(_select("word", "Which words misled it?", [(word, word) for word in words], optional=True))
    noted = {
        "type": "input",
        "block_id": "note",
        "optional": True,
        "label": _plain("Anything ops should know?"),
        "element": {
            "type": "plain_text_input",
            "action_id": "note",
            "multiline": True,
            "max_length": LONGEST_NOTE,
        },
    }
    return _modal(FORM, "Not relevant", "Send", card, alert.title, [*fields, noted])


def merge_form(card: DeskCard, story: StoryDetails, others: Sequence[StorySummary], now: datetime) -> Json:
    """The form that asks which story a card's is the same as."""
    options = [_option(one.story_id, one.headline, _about(one, now)) for one in others]
    field = _input("into", "Which story is it part of?", {"type": "static_select", "options": options})
    field["hint"] = _plain(
        "Its reports move to that story, in every channel. Later reports go to the thread of that card."
    )
    return _modal(MERGE_FORM, "Merge stories", "Merge", card, story.summary.headline, [field])


def split_form(card: DeskCard, story: StoryDetails, reports: Sequence[StoryReport], now: datetime) -> Json:
    """The form that asks which of a story's reports are of another event."""
    options = [
        _option(one.item_id, one.title, f"{safe(one.source)} · {clock(one.first_seen_at, now)}") for one in reports
    ]
    field = _input("items", "Which reports are of another event?", {"type": "multi_static_select", "options": options})
    field["hint"] = _plain("They become a story of their own, in every channel, and what is like them joins that.")
    return _modal(SPLIT_FORM, "Split reports off", "Split off", card, story.summary.headline, [field])


def _about(story: StorySummary, now: datetime) -> str:
    severity = f"{str(story.severity).upper()} · " if story.severity is not None else ""
    which = "" if story.items == 1 else "the last "
    return f"{severity}{counted(story.items, 'report')}, {which}{clock(story.last_seen_at, now)}"


def _modal(form: str, title: str, submit: str, card: DeskCard, headline: str, fields: Sequence[Json]) -> Json:
    about = {"card": card.delivery_id, "channel": card.channel, "story": card.story_id}
    return {
        "type": "modal",
        "callback_id": form,
        "private_metadata": json.dumps(about),
        "title": _plain(title),
        "submit": _plain(submit),
        "close": _plain("Cancel"),
        "blocks": [
            {"type": "section", "text": _plain(shortened(safe(headline), _TEXT) or "(no headline)")},
            *fields,
        ],
    }


def answered_at(form: Json, response_url: str) -> Json:
    """A form that brings back the address by which whoever sends it can be answered."""
    about = json.loads(form["private_metadata"]) | ({"response_url": response_url} if response_url else {})
    return form | {"private_metadata": json.dumps(about)}


def note(words: str, *more: Json) -> Json:
    """A few words for one person; `more` are blocks below them."""
    shown = shortened(safe(words), 1_000)
    block = blocks.rich_text(blocks.section([blocks.text(shown)]))
    return {"text": blocks.escaped(shortened(safe(words), _TEXT)), "blocks": [block, *more]}


def page(title: str, text: str, *, said: str = "") -> Json:
    """Lines for one person as they are, cut off by whole lines when there are too many.

    Lines that are `said` stand above them, as people write.
    """
    lines = [shortened(safe(line), _TEXT) if len(line) > _TEXT else _kept(line) for line in text.splitlines()]
    shown: list[str] = []
    room = _PREFORMATTED
    for line in lines:
        room -= len(line) + 2
        if room < 0:
            break
        shown.append(line)
    if left := len(lines) - len(shown):
        shown.append(f"… and {left} more lines; who runs Wirewatch can see them all")
    parts = [blocks.section([blocks.text(safe(title), bold=True)])] if title else []
    first = [shortened(safe(line), _SAID) for line in said.splitlines()[:_MOST_SAID]]
    if first:
        parts.append(blocks.section([blocks.text("\n".join(["", *first, ""]))]))
    body = {"type": "rich_text_preformatted", "elements": [blocks.text("\n".join(shown) or "(nothing)")]}
    if not first or shown:
        parts.append(body)
    summary = shortened(" · ".join(filter(None, [safe(title), *(first or map(safe, lines[:3]))])), _TEXT)
    return {"text": blocks.escaped(summary), "blocks": [blocks.rich_text(*parts)]}


def choices(card: DeskCard, lasting: str, found: Sequence[Subject]) -> Json:
    """Buttons to say which of several rules or places is meant."""
    elements = [
        {
            "type": "button",
            "action_id": f"mute_this:{number}",
            "value": f"{one.scope}:{lasting}:{one.id}"[:400],
            "text": _plain(shortened(safe(one.words), _BUTTON) or one.id[:_BUTTON]),
        }
        for number, one in enumerate(found[:_MOST_BUTTONS])
    ]
    return {"type": "actions", "block_id": f"desk:{card.delivery_id}:which", "elements": elements}


def story(card: DeskCard, alert: Alert) -> Json:
    """What can be done to one story of a digest, for whoever chose it: the buttons of a card."""
    row = blocks.actions(f"desk:{card.delivery_id}:story", *desk_buttons(card.desk, card.delivery_id))
    return note(f"{safe(alert.title) or '(no headline)'} - {safe(alert.source)}", row)


def take_back(card: DeskCard) -> Json:
    """A button to take "not relevant" back."""
    button = {
        "type": "button",
        "action_id": "relevant",
        "value": card.delivery_id,
        "text": _plain("Undo: mark as relevant again"),
    }
    return {"type": "actions", "block_id": f"desk:{card.delivery_id}:back", "elements": [button]}


def mute_list(mutes: Iterable[tuple[Mute, str]], dismissed: Sequence[str] = ()) -> Json:
    """The live mutes, each with a button to end it, and a line for each story that somebody found not relevant."""
    listed, below = list(mutes), _dismissed(dismissed)
    if not listed:
        return note("Nothing is muted.", *below)
    shown = listed[:_MOST_BUTTONS]
    lines = [blocks.section([blocks.text(line)]) for _, line in shown]
    buttons = [
        {
            "type": "button",
            "action_id": "unmute" if len(shown) == 1 else f"unmute:{number}",
            "value": mute.mute_id,
            "text": _plain(f"Undo {number + 1}"),
        }
        for number, (mute, _) in enumerate(shown)
    ]
    more = f" ({len(listed) - len(shown)} more are not shown)" if len(listed) > len(shown) else ""
    head = f"{counted(len(listed), 'mute')}{more}"
    numbered = {"type": "rich_text_list", "style": "ordered", "elements": lines}
    return {
        "text": blocks.escaped(shortened(": ".join([head, *(line for _, line in shown)]), _TEXT)),
        "blocks": [
            blocks.rich_text(blocks.section([blocks.text(head, bold=True)]), numbered),
            {"type": "actions", "block_id": "mutes", "elements": buttons},
            *below,
        ],
    }


def _dismissed(lines: Sequence[str]) -> list[Json]:
    """The stories that were found not relevant, the last said first."""
    if not lines:
        return []
    shown = [blocks.section([blocks.text(line)]) for line in lines[:_MOST_BUTTONS]]
    more = f"; the last {len(shown)}" if len(lines) > len(shown) else ""
    head = f"{counted(len(lines), 'story', 'stories')} not relevant{more} (undo it on the card)"
    return [blocks.rich_text(blocks.section([blocks.text(head, bold=True)]), blocks.bullets(shown))]


def _kept(line: str) -> str:
    """A line with its indent, without what could disguise it."""
    return line[: len(line) - len(line.lstrip(" "))] + safe(line)


def _select(name: str, label: str, options: Iterable[tuple[str, str]], *, optional: bool = False) -> Json:
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": _plain(label),
        "element": {
            "type": "static_select",
            "action_id": name,
            "options": [_option(value, words) for value, words in options],
        },
    }


def _input(name: str, label: str, element: Json) -> Json:
    return {"type": "input", "block_id": name, "label": _plain(label), "element": {"action_id": name, **element}}


def _option(value: str, words: str, more: str = "") -> Json:
    shown = _plain(shortened(safe(words), LONGEST_OPTION) or value[:LONGEST_OPTION])
    below = {"description": _plain(shortened(more, LONGEST_OPTION))} if more else {}
    return {"text": shown, "value": value[:150], **below}


def _plain(words: str) -> Json:
    return {"type": "plain_text", "text": words, "emoji": False}

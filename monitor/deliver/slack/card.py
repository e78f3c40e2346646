"""A card on Slack, and the replies in its thread: the news first, the machine's words last and small.

docs/decisions/0022 has the reasons.

what      how urgent, and the headline with its link
excerpt   the words that matched, bold in their sentence
facts     who says it and where, how many, who is accused, what officials say
desk      what people did, and their buttons
small     which rules matched and by which words, times, ids
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from monitor.deliver.slack import blocks
from monitor.deliver.slack.blocks import Json
from monitor.model import Alert, Desk, FollowUpMessage, Severity
from monitor.wording.card import LINE, MOST_FACTS, Part, card_lines, lines_of, why_words
from monitor.wording.doubt import doubt_words, reasons_words
from monitor.wording.excerpt import excerpt
from monitor.wording.gist import gist
from monitor.wording.messages import (
    delay_words,
    headline,
    language_words,
    news_words,
    reach_words,
    severity_words,
    source,
    times_of,
)
from monitor.wording.safe import safe, shortened, web_address
from monitor.wording.translate import translated_at

HEADLINE = 250
"""Characters of a headline on a card."""

EMOJI = {
    Severity.LOW: "white_circle",
    Severity.MEDIUM: "large_yellow_circle",
    Severity.HIGH: "large_orange_circle",
    Severity.CRITICAL: "red_circle",
}
"""The colour of each severity, which stands beside its word and never alone."""

LINES = 9
"""A card has at most so many lines of text at the width of a desktop, so that Slack folds nothing of it away."""

_EXCERPT_LINES = 3
_LEAST_FACTS = 3
_SMALL_LINES = 2
_SHORT_HEADLINE = 90
_SEVERITY = 12
_ELLIPSIS = 8
_NEWS = 200
_WHY = 150
_REASONS = 90


def card(
    alert: Alert,
    delivery_id: str,
    now: datetime,
    *,
    since: Sequence[Json | str] = (),
    done: Sequence[Json] = (),
    translate: str = "",
) -> Iterator[list[Json]]:
    """Versions of a card: as it should be; without bold words, the excerpt, the facts, for a very long address.

    `since` says in small print how the story went on, `done` is the desk's part. The excerpt has the lines that the
    rest leaves.
    """
    title, told, english = headline(alert, HEADLINE), gist(alert) or "", translated_at(alert, translate)
    head = [_head(alert, title, told, english), *_doubt(alert)]
    heading = -(-(len(title) + _SEVERITY) // LINE) + bool(told or english) + len(head) - 1
    room = LINES - heading - len([one for one in done if one["type"] == "rich_text"]) - _SMALL_LINES
    lines = card_lines(alert, now, max(_LEAST_FACTS, min(MOST_FACTS, room - 1)))
    runs = excerpt(alert, max(1, min(_EXCERPT_LINES, room - lines_of(lines))) * LINE - _ELLIPSIS)
    bold = [blocks.rich_text(blocks.quote(blocks.text(run.text, bold=run.matched) for run in runs))] if runs else []
    quiet = [blocks.rich_text(blocks.quote([blocks.text("".join(run.text for run in runs))]))] if runs else []
    facts, small = _facts(lines), _small(alert, delivery_id, now, since)
    marked = {run.text.strip() for run in runs if run.matched}
    yield [*head, *bold, *facts, *done, _small(alert, delivery_id, now, since, shown=marked)]
    yield [*head, *quiet, *facts, *done, small]
    yield [*head, *facts, *done, small]
    yield [_head(alert, title, told, None), *head[1:], *done, small]


def _head(alert: Alert, title: str, told: str, english: str | None) -> Json:
    """How urgent, and the headline; below one in another language what it says, and where it can be translated."""
    severity = blocks.text(f" {str(alert.severity).upper()}  ", bold=True)
    linked = blocks.link(title, web_address(alert.url), bold=True)
    below = [blocks.text(f"\n{told}{'  ' if told and english else ''}")] if told or english else []
    below += [blocks.link("Translate", english)] if english else []
    return blocks.rich_text(blocks.section([blocks.emoji(EMOJI[alert.severity]), severity, linked, *below]))


def shrunk(alert: Alert, desk: Desk, delivery_id: str, done: Sequence[Json]) -> Iterator[list[Json]]:
    """A card that somebody found not relevant, or muted: its headline, who did it, and how it is undone."""
    for url in (web_address(alert.url), None):
        said = blocks.text(f"{severity_words(alert)}  ")
        title = blocks.link(headline(alert, _SHORT_HEADLINE), url, strike=desk.is_dismissed)
        head = blocks.rich_text(blocks.section([said, title, blocks.text(f" — {source(alert)}")]))
        yield [head, *done, blocks.context(f"alert {delivery_id} · story {alert.story_id}")]


def is_over(desk: Desk) -> bool:
    """Whether a card has done its work: nobody is on it, and somebody found it not relevant or muted it."""
    return bool(desk.is_dismissed or desk.muted_by) and not desk.claimed_by


def _doubt(alert: Alert) -> list[Json]:
    """That the item may be off topic: below the headline, where it is not taken to be about a number."""
    if not (doubt := doubt_words(alert)):
        return []
    reasons = reasons_words(alert.matches, limit=_REASONS)
    return [blocks.context(" · ".join(filter(None, [doubt, reasons])))]


def _facts(lines: Sequence[Sequence[Part]]) -> list[Json]:
    """What the story says by now."""
    elements: list[Json] = []
    for line in lines:
        for place, (about, said) in enumerate(line):
            before = " · " if place else "\n" if elements else ""
            if about:
                elements += [*([blocks.text(before)] if before else []), blocks.text(f"{about}: ", bold=True)]
                elements.append(blocks.text(said))
            else:
                elements.append(blocks.text(f"{before}{said}"))
    return [blocks.rich_text(blocks.section(elements))] if elements else []


def _small(
    alert: Alert, delivery_id: str, now: datetime, since: Sequence[Json | str], *, shown: Collection[str] = ()
) -> Json:
    why = why_words(alert.matches, shown=shown, limit=_WHY)
    ids = " · ".join(filter(None, [language_words(alert), f"alert {delivery_id}", f"story {alert.story_id}"]))
    times = blocks.times(times_of(alert, now), now, more=delay_words(alert, now))
    return blocks.context(*filter(None, [why]), times, *since, ids)


def follow_up(message: FollowUpMessage, now: datetime) -> list[Json]:
    """A reply for the thread: what is new, who says so and the headline; in small print the rest. The card has more.

    Below a headline in another language that brings nothing new stands what it says: no other word is in English.
    """
    alert = message.alert
    news = shortened(news_words(message), _NEWS)
    title = blocks.link(headline(alert, HEADLINE), web_address(alert.url))
    said = [blocks.text(news, bold=True), blocks.text(f" — {source(alert)}: "), title]
    told = f"\n{in_english}" if (in_english := gist(alert)) else ""
    plain = [title, blocks.text(f" — {source(alert)}{told}")]
    small = [language_words(alert), shortened(safe(message.also), _NEWS), doubt_words(alert), reach_words(alert.record)]
    words = " · ".join(filter(None, small))
    times = blocks.times(times_of(alert, now), now, more=delay_words(alert, now))
    return [blocks.rich_text(blocks.section(said if news else plain)), blocks.context(*filter(None, [words]), times)]

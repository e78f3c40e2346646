"""Why the desk got an article, or did not: the way it took, in sentences for people who know no rule and no id.

docs/decisions/0032 has the reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import (
    CardMessage,
    DeliveryHistory,
    DeliveryState,
    DigestMessage,
    FollowUpMessage,
    ItemHistory,
    Match,
    Reason,
    RevisionHistory,
    Story,
    VerdictHistory,
    in_words,
)
from monitor.wording.counts import counted
from monitor.wording.doubt import signed_words
from monitor.wording.history import edit_line, rating_line
from monitor.wording.lists import listed
from monitor.wording.messages import clock, matched_words, sentence
from monitor.wording.reasons import because
from monitor.wording.safe import isolated, safe, shortened

_HEADLINE = 160

_AS = {"card": "as a card", "digest": "in a digest", "follow-up": "as a reply in the thread of its story"}
_STATE = {
    DeliveryState.PENDING: "waits to be posted",
    DeliveryState.SENDING: "is being posted",
    DeliveryState.UNKNOWN: "may be posted; Wirewatch is finding out",
    DeliveryState.HELD: "may be posted, which Wirewatch cannot find out, so it was not posted again",
    DeliveryState.REJECTED: "was rejected by Slack",
    DeliveryState.FOLDED: "became a part of a digest",
}
_WAITING = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStep:
    """One step of the way: its name and what happened, as a sentence. `stopped` says that the way ends here.

    `channel` and `ts` say where a message stands, `item_id` and `story_id` which other article or which story
    is meant; empty when none.
    """

    name: str
    words: str
    stopped: bool = False
    channel: str = ""
    ts: str | None = None
    item_id: str = ""
    story_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether the desk got an article, in a sentence or two, and the way it took."""

    said: str
    steps: tuple[AnswerStep, ...]

    @property
    def text(self) -> str:
        """The same as lines of text."""
        return "\n".join([self.said, *(f"{step.name}: {step.words}" for step in self.steps)])


def answer_of(
    history: ItemHistory,
    *,
    passed_over: Sequence[tuple[str, str]] = (),
    lacking: Sequence[tuple[str, str]] = (),
    now: datetime,
) -> Answer:
    """Why the desk got a stored article, or did not.

    `passed_over` are the routes that do not take it as they are now, each with why; `lacking` are the rules that come
    nearest, as they are now, each with what is missing.
    """
    newest = history.revisions[-1]
    own = [one for one in history.deliveries if _shows(one, history)]
    steps = [_found(history, now), *_rules(newest)]
    if not newest.matches:
        steps += nearest(lacking)
    if newest.matches and history.story:
        steps.append(_story(history, history.story))
    if newest.verdict and newest.verdict.reason != Reason.NO_MATCH:
        steps.append(_decision(newest.verdict))
    steps += [_posted(one, now) for one in own]
    if newest.matches:
        steps += [AnswerStep(name=f"Not in {route}", words=sentence(f"{why}.")) for route, why in passed_over]
    steps += [AnswerStep(name="Desk", words=f"{sentence(rating_line(one))}.") for one in history.ratings]
    steps += [AnswerStep(name="Desk", words=f"{sentence(edit_line(one))}.") for one in history.edits]
    return Answer(said=_short(history, newest, own, now), steps=tuple(steps))


def _shows(delivery: DeliveryHistory, history: ItemHistory) -> bool:
    """Whether a message shows the item itself, and not only its story."""
    match delivery.message:
        case CardMessage(alert=alert) | FollowUpMessage(alert=alert):
            return alert.item_id == history.item_id
        case DigestMessage(alerts=alerts):
            return any(alert.item_id == history.item_id for alert in alerts)
        case None:  # its text was deleted
            return delivery.created_at >= history.first_seen_at
        case _:
            return False


def _short(history: ItemHistory, newest: RevisionHistory, own: Sequence[DeliveryHistory], now: datetime) -> str:
    sent = [one for one in own if one.state is DeliveryState.SENT]
    if sent:
        # Each route once, by the message that told it first; routes that were told in the same way together.
        first = {one.route: one for one in sorted(sent, key=lambda one: one.created_at, reverse=True)}
        told: dict[str, list[str]] = {}
        for route, one in sorted(first.items()):
            told.setdefault(f"{_AS.get(one.kind, 'in a message')} {at(one.sent_at, now)}", []).append(route)
        return f"Yes, the desk got it: {'; '.join(f'{listed(routes)} {how}' for how, routes in told.items())}."
    waiting = [one for one in own if one.state in _WAITING]
    if waiting:
        return f"Not yet: its message for {waiting[0].route} {_STATE[waiting[0].state]}{_until(waiting[0], now)}."
    if own:
        return f"No: its message for {own[-1].route} {_STATE.get(own[-1].state, 'was not posted')}."
    if newest.verdict is None:
        return "Wirewatch has it, and has not decided about it yet."
    cards = [one for one in history.deliveries if one.state is DeliveryState.SENT]
    why = because(newest.verdict)
    if cards and newest.matches:
        routes = ", ".join(dict.fromkeys(one.route for one in cards))
        return f"Not by itself: {routes} got its story, {at(cards[0].sent_at, now)}. {why}"
    return f"No, the desk did not get it. {why}"


def _found(history: ItemHistory, now: datetime) -> AnswerStep:
    source, found = called(history.source), at(history.first_seen_at, now)
    if history.published is None:
        words = f"The feed of {source} showed it {found}; it does not say when it was published."
    elif history.published > history.first_seen_at:
        words = f"The feed of {source} showed it {found}; it says that it is published {at(history.published, now)}."
    else:
        late = in_words(history.first_seen_at - history.published)
        words = f"The feed of {source} showed it {found}, {late} after it was published."
    edits = len(history.revisions) - 1
    if edits:
        last = at(history.revisions[-1].seen_at, now)
        words += f" Its text was changed {counted(edits, 'time')} since, the last time {last}."
    return AnswerStep(name="Found", words=words)


def _rules(revision: RevisionHistory) -> list[AnswerStep]:
    if not revision.matches:
        edited = ", as it was edited" if revision.revision > 1 else ""
        return [AnswerStep(name="Rules", words=f"No rule matched its text{edited}.", stopped=True)]
    return [AnswerStep(name="Rules", words=match_words(one), stopped=not one.live) for one in revision.matches]


def nearest(lacking: Sequence[tuple[str, str]]) -> list[AnswerStep]:
    """What each of the rules that come nearest lacks."""
    return [AnswerStep(name=called(title), words=words, stopped=True) for title, words in lacking]


def match_words(match: Match) -> str:
    """What matched, by which words, whether it counts, and how sure that is, for and against: as sentences."""
    words = matched_words(match)
    said = [f"{called(match.rule_title)} ({match.severity}) matched{f' by {words}' if words else ''}."]
    if not match.live:
        said.append("This rule is on test, so it posts nothing.")
    if match.confidence is not None:
        # What speaks against a topic that is beyond doubt would only raise one.
        signs = [("for it:", "+"), *([] if match.sure else [("against it:", "-")])]
        sides = [f"{name} {found}" for name, sign in signs if (found := signed_words([match], sign))]
        sure = "On topic" if match.sure else "Maybe off topic"
        said.append(f"{sure} ({match.confidence * 100:.0f} % match){'; ' if sides else ''}{'; '.join(sides)}.")
    return " ".join(said)


def _story(history: ItemHistory, story: Story) -> AnswerStep:
    copied = next((one for one in story.members if one.item_id == history.copy_of), None)
    if copied:
        return AnswerStep(
            name="Story", words=f"It repeats the report “{headline(copied.title)}”.", item_id=copied.item_id
        )
    others = [one for one in story.members if one.item_id != history.item_id]
    first = min(story.members, key=lambda one: one.seen_at, default=None)
    if first is None or first.item_id == history.item_id or not others:
        count = f"; {counted(len(others), 'report')} joined it" if others else ""
        return AnswerStep(name="Story", words=f"It began a story{count}.", story_id=story.story_id)
    why = f": {safe(history.story_reason)}" if history.story_reason else ""
    return AnswerStep(
        name="Story", words=f"It joined the story “{headline(first.title)}”{why}.", story_id=story.story_id
    )


def _decision(verdict: VerdictHistory) -> AnswerStep:
    return AnswerStep(
        name="Decision", words=because(verdict), stopped=verdict.action in ("none", "suppressed", "duplicate")
    )


def _posted(one: DeliveryHistory, now: datetime) -> AnswerStep:
    """What became of a message that shows the item."""
    if one.state is DeliveryState.SENT:
        said = f"Posted {_AS.get(one.kind, 'in a message')} {at(one.sent_at, now)}"
        late = one.sent_at - one.created_at if one.sent_at else timedelta(0)
        said += f", {in_words(late)} after the decision" if late > timedelta(minutes=1) else ""
        return AnswerStep(name=one.route, words=f"{said}.", channel=one.channel, ts=one.ts)
    why = f": {safe(one.reason)}" if one.reason else ""
    stopped = one.state not in (*_WAITING, DeliveryState.FOLDED)
    words = f"Its message {_STATE.get(one.state, str(one.state))}{_until(one, now)}{why}."
    return AnswerStep(name=one.route, words=words, stopped=stopped)


def _until(one: DeliveryHistory, now: datetime) -> str:
    waits = one.state is DeliveryState.PENDING and one.not_before > now
    return f", {at(one.not_before, now)} at the earliest" if waits else ""


def at(moment: datetime | None, now: datetime) -> str:
    """When something was: "at 15:18 UTC", with the day when it is another."""
    return f"at {clock(moment, now)}" if moment else "at an unknown time"


def headline(title: str) -> str:
    """A headline, made safe and not too long."""
    return isolated(shortened(safe(title), _HEADLINE)) or "(no headline)"


def called(text: str) -> str:
    """What a feed, outlet or rule is called, made safe and not too long."""
    return isolated(shortened(safe(text), 80)) or "(no name)"

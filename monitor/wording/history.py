"""What happened to an item, stage by stage, as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.model import LIKE, DeliveryState, EditKind, ItemHistory, Match, Rating, StoryEdit, Unsure
from monitor.wording.counts import counted
from monitor.wording.safe import safe

_UNSURE = {
    Unsure.ALERT: "it alerts as any other",
    Unsure.MARK: "its alert is marked unsure",
    Unsure.DIGEST: "it goes out in a digest, unless critical",
    Unsure.FAINT: "below the rule's digest_below, so it goes out in a digest",
}


def history_text(history: ItemHistory) -> str:
    """Every stage an item went through, as lines."""
    lines = [
        f"item {history.item_id} from {history.feed_id} ({history.source}, {history.kind})",
        f"  {history.title}",
        f"  {safe(history.url) or 'no link'}",
        f"  published {_moment(history.published)}, first seen {_moment(history.first_seen_at)}",
    ]
    for revision in history.revisions:
        lines.append(f"revision {revision.revision}, seen {_moment(revision.seen_at)}: {revision.reason}")
        if revision.title != history.title:
            lines.append(f"  headline then: {revision.title}")
        for match in revision.matches:
            words = ", ".join(dict.fromkeys(f'"{piece.text}"' for piece in match.evidence))
            lines.append(f'  matched {match.rule}@{match.rule_hash} by "{match.way}", {match.severity}: {words}')
            if opinion := opinion_words(match):
                lines.append(f"    {opinion}")
        if revision.verdict:
            verdict = revision.verdict
            lines.append(f"  verdict {verdict.action} ({verdict.reason}): {verdict.detail}")
    lines += [f"{rating_line(rating)}, {_moment(rating.at)}" for rating in history.ratings]
    lines += [f"taken by {one.by.name} for {one.route}, {_moment(one.at)}" for one in history.assignments]
    if history.story:
        others = [member for member in history.story.members if member.item_id != history.item_id]
        lines.append(f"story {history.story.story_id}: {history.story_reason or 'its first report'}")
        lines += [f"  with {member.item_id} ({member.family}): {member.title}" for member in others[:10]]
    lines += [f"{edit_line(edit)}, {_moment(edit.at)}" for edit in history.edits]
    for delivery in history.deliveries:
        folded = f", {delivery.reason}" if delivery.state is DeliveryState.FOLDED else ""
        lines.append(f"{delivery.kind} {delivery.delivery_id} to {delivery.route}: {delivery.state}{folded}")
        for attempt in delivery.attempts:
            what = "look-up" if attempt.look_up else "attempt"
            lines.append(
                f"  {what} {attempt.attempt} at {_moment(attempt.started_at)}: {attempt.reason or 'no end known'}"
            )
    return "\n".join(lines)


def not_stored(asked: str, *, is_url: bool) -> str:
    """That no stored item is meant, and what to do."""
    lines = [f"no stored item has the {'address' if is_url else 'id'} {asked}"]
    if is_url:
        lines.append("either no feed of feeds.yaml has shown it, or under another address (a redirect, another host)")
        lines.append("what a feed shows now: feeds test FEED; when each was polled last: feeds list")
    else:
        lines.append("an item is found by its address too: explain --url ADDRESS")
    lines.append('what the rules say of its words: explain --text "its headline"')
    return "\n".join(lines)


def rating_line(rating: Rating) -> str:
    """A rating as a line for people."""
    word = "relevant" if rating.relevant else "not relevant"
    about = f"for {rating.rule}" if rating.rule else "as a whole"
    misled = f'misled by "{rating.word}"' if rating.word else ""
    why = "; ".join(filter(None, [str(rating.cause or ""), misled, rating.reason]))
    return f"rated {word} {about} by {rating.by}" + (f": {why}" if why else "")


def edit_line(edit: StoryEdit) -> str:
    """A merge or split as a line for people."""
    count = counted(len(edit.item_ids), "item")
    what = (
        f"merged {edit.story_id} ({count}) into {edit.other_id}"
        if edit.kind is EditKind.MERGE
        else f"split {count} off {edit.story_id} into {edit.other_id}"
    )
    return f"{what} by {edit.by}" + (f": {edit.reason}" if edit.reason else "")


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "at an unknown time"


def opinion_words(match: Match) -> str:
    """How sure a match is: the confidence, the words for and against it, and what follows."""
    if match.confidence is None:
        return ""
    sides = (("for", "+"), ("against", "-"))
    said = [f"{side} it {words}" for side, sign in sides if (words := _signed(match.reasons, sign))]
    verdict = "sure" if match.sure else f"unsure, {_UNSURE[match.unsure]}"
    because = f": {'; '.join(said)}" if said else ""
    version = f" (version {match.opinion})" if match.opinion else ""
    return f"second opinion{version}: {match.confidence:.0%}, {verdict}{because}"


def _signed(reasons: Iterable[str], sign: str) -> str:
    """Words of the text in quotes, and kinds of news that it is like."""
    signed = (reason[1:] for reason in reasons if reason[:1] == sign)
    return ", ".join(reason if reason.startswith(LIKE) else f'"{reason}"' for reason in signed)

"""What people do about mutes: how they are made, lengthened, undone and ended. What they hold back says `heldback`.

docs/decisions/0013 has the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.decide.heldback import live
from monitor.model import (
    Alert,
    CardMessage,
    Delivery,
    Desk,
    DeskAct,
    DeskCard,
    DeskDone,
    DeskMessage,
    HeldBack,
    Mute,
    MuteScope,
    Route,
    Severity,
    Shown,
    duration,
    in_words,
)
from monitor.model.ids import desk_key, mute_ended_key, mute_id_of
from monitor.wording.counts import counted
from monitor.wording.people import name_of, until
from monitor.wording.safe import isolated, safe, shortened

LONGEST_MUTE = timedelta(days=7)
"""No mute is longer: people forget mutes."""

LISTED = 10
"""How many of the items that a mute held back are named when it ends."""

_WORDS = 80
_LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a card lets its people mute: its id, and what people call it."""

    scope: MuteScope
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants muted, for how long. `subject` is None where the card must say which."""

    scope: MuteScope
    lasting: timedelta
    subject: str | None = None


def wish_of(value: str) -> Wish | None:
    """What the option of a mute asks for: "rule:8h", "rule:8h:cluster-munitions"; None when it asks for nothing."""
    scope, _, rest = value.partition(":")
    lasting, _, subject = rest.partition(":")
    try:
        asked = Wish(MuteScope(scope), duration(lasting), subject or None)
    except (ValueError, OverflowError):
        return None
    return asked if asked.lasting > timedelta(0) else None


def subjects(card: DeskCard, scope: MuteScope) -> tuple[Subject, ...]:
    """What a card offers to mute in a scope; several rules or places are several subjects."""
    alert = card.alert
    if alert is None:
        return ()
    match scope:
        case MuteScope.STORY:
            return (Subject(scope, card.story_id, alert.title),)
        case MuteScope.SOURCE:
            return (Subject(scope, card.feed_id, alert.source),) if card.feed_id else ()
        case MuteScope.RULE:
            return tuple(Subject(scope, match.rule, match.rule_title) for match in alert.matches)
        case MuteScope.PLACE:
            return tuple(Subject(scope, place.value, place.words) for place in alert.record.places)


def chosen(card: DeskCard, wish: Wish) -> tuple[Subject, ...]:
    """The subjects that a wish may mean: one is clear, several must be asked about, with none nothing is muted."""
    return tuple(one for one in subjects(card, wish.scope) if wish.subject in (None, one.id))


def mute(card: DeskCard, act: DeskAct, wish: Wish) -> DeskDone:
    """Mute what a card shows, on its route; the same muted already is lengthened, never shortened."""
    found = chosen(card, wish)
    if not found:
        return DeskDone(reply=_nothing_to_mute(card, wish))
    if len(found) > 1:
        return DeskDone(reply=f"Which {wish.scope}?")
    subject, end = found[0], act.at + min(wish.lasting, LONGEST_MUTE)
    known = next((one for one in _live(card, act.at) if (one.scope, one.subject) == (subject.scope, subject.id)), None)
    if known is not None and known.until >= end:
        return DeskDone(reply=f"{name_of(known.by)} has muted it {until(known.until, act.at)}.")
    made = replace(known, until=end, by=act.by) if known else _new(card, act, subject, end)
    comma = "," if made.scope is MuteScope.STORY else ""
    when = f"{until(end, act.at)} ({in_words(end - act.at)})"
    words = f"{name_of(act.by)} muted {subject_words(made)}{comma} here {when}."
    words += " A story that becomes critical is posted anyway. When the mute ends, this thread says what was held back."
    said = line(card, act, words, mute_id=made.mute_id)
    others = [one.mute for one in card.mutes if one.mute.mute_id != made.mute_id]
    desk = shown(card.desk, [one for one in [*others, made] if _shows(card, one)])
    return DeskDone(reply="", mute=made, deliveries=(said,), desk=desk)


def unmute(act: DeskAct, found: Sequence[HeldBack]) -> DeskDone:
    """End the live ones of some mutes early, and tell their threads what they held back."""
    going = [one for one in found if one.mute.ended_at is None and act.at < one.mute.until]
    if not going:
        by = next((one.mute.ended_by for one in found if one.mute.ended_by), None)
        over = f"This mute is over already{f', {name_of(by)} ended it' if by else ''}."
        return DeskDone(reply=over if found else "Nothing of this card is muted.")
    ended = [replace(one, mute=replace(one.mute, ended_at=act.at, ended_by=act.by)) for one in going]
    return DeskDone(
        reply="",
        ended=tuple(one.mute for one in ended),
        deliveries=tuple(end_of(one, now=act.at) for one in ended),
    )


def shown(desk: Desk, mutes: Iterable[Mute]) -> Desk:
    """What a card shows of the desk, with the last to end of those mutes that were not ended."""
    last = max((mute for mute in mutes if mute.ended_at is None), key=lambda mute: mute.until, default=None)
    if last is None:
        return replace(desk, muted_by="", muted_until=None, muted="")
    about = "" if last.scope is MuteScope.STORY else f" {shortened(safe(last.words), _WORDS)}"
    return replace(desk, muted_by=last.by.user_id, muted_until=last.until, muted=f"{last.scope}{about}")


def shown_on(message: Shown, mutes: Iterable[Mute], delivery_id: str) -> Shown:
    """A card with those of the mutes that were made on it, or a digest with each on the lines of what is muted."""
    made = [mute for mute in mutes if mute.delivery_id == delivery_id]
    if isinstance(message, CardMessage):
        return replace(message, desk=shown(message.desk, made))
    lines = {
        alert.story_id: shown(message.desk(alert.story_id), [mute for mute in made if _is_of(mute, alert)])
        for alert in message.alerts
    }
    return replace(message, desks={story_id: desk for story_id, desk in lines.items() if desk != Desk()})


def _is_of(mute: Mute, alert: Alert) -> bool:
    """Whether a mute is of something that this line of a digest shows."""
    match mute.scope:
        case MuteScope.STORY:
            return mute.subject == alert.story_id
        case MuteScope.SOURCE:
            return mute.words == alert.source[:_LONGEST_SUBJECT]
        case MuteScope.RULE:
            return any(match.rule == mute.subject for match in alert.matches)
        case MuteScope.PLACE:
            return any(place.value == mute.subject for place in alert.record.places)


def _shows(card: DeskCard, mute: Mute) -> bool:
    """Whether a card or line says that this is muted: what was made on it, and on a line only what is of its story."""
    of_line = card.delivery_id == card.posted_as or card.alert is None or _is_of(mute, card.alert)
    return mute.delivery_id == card.posted_as and of_line


def touching(card: DeskCard, now: datetime) -> tuple[HeldBack, ...]:
    """The live mutes on a card's route: of anything that the card shows, and those that were made on it."""
    offered = {(one.scope, one.id) for scope in MuteScope for one in subjects(card, scope)}
    alive = _live(card, now)
    return tuple(
        one
        for one in card.mutes
        if one.mute in alive and ((one.mute.scope, one.mute.subject) in offered or _shows(card, one.mute))
    )


def subject_words(mute: Mute) -> str:
    """What is muted, in words that are safe: "the rule Cluster munitions", "this story, “Six killed in Homs”"."""
    words = isolated(shortened(safe(mute.words), _WORDS)) or safe(mute.subject)
    match mute.scope:
        case MuteScope.STORY:
            return f"this story, “{words}”"
        case scope:
            return f"the {scope} {words}"


def mute_line(mute: Mute, now: datetime) -> str:
    """A live mute in a line: what, where, by whom, until when."""
    what = f"story “{_title(mute)}”" if mute.scope is MuteScope.STORY else subject_words(mute)
    left = in_words(mute.until - now)
    return f"{what} on {mute.route}, by {name_of(mute.by)} {until(mute.until, now)} ({left} left)"


def end_of(ended: HeldBack, *, now: datetime) -> Delivery:
    """The message in the thread when a mute is over: how it ended, and what it held back."""
    mute = ended.mute
    how = f"{name_of(mute.ended_by)} ended the mute" if mute.ended_by else "Mute ended"
    count = f"{counted(ended.count, 'report')} came meanwhile"
    words = f"{how} ({subject_words(mute)}): {count if ended.count else 'nothing came meanwhile'}."
    message = DeskMessage(
        story_id=mute.subject if mute.scope is MuteScope.STORY else "",
        words=words,
        reports=ended.newest[-LISTED:],
        more=max(0, ended.count - LISTED),
    )
    return in_thread(mute_ended_key(mute.mute_id), mute.route, ended.channel, mute.delivery_id, message, now)


def _new(card: DeskCard, act: DeskAct, subject: Subject, end: datetime) -> Mute:
    return Mute(
        mute_id=mute_id_of(act.key, subject.scope, subject.id),
        scope=subject.scope,
        subject=subject.id,
        words=subject.words[:_LONGEST_SUBJECT],
        route=card.route,
        delivery_id=card.posted_as,
        by=act.by,
        began_at=act.at,
        until=end,
    )


def _live(card: DeskCard, now: datetime) -> tuple[Mute, ...]:
    return live((one.mute for one in card.mutes), card.route, now)


def _title(mute: Mute) -> str:
    return isolated(shortened(safe(mute.words), _WORDS)) or mute.subject


def _nothing_to_mute(card: DeskCard, wish: Wish) -> str:
    if card.alert is None:
        return "What this card shows is too old: its text was dropped, so nothing of it can be muted."
    if wish.subject is not None:
        return f"This card does not show that {wish.scope}."
    return f"This card names no {wish.scope}, so there is nothing to mute."


def line(card: DeskCard, act: DeskAct, words: str, *, mute_id: str = "") -> Delivery:
    """What somebody did, in words for the thread of a card."""
    message = DeskMessage(story_id=card.story_id, words=words, mute_id=mute_id)
    return in_thread(desk_key(act.key), card.route, card.channel, card.posted_as, message, act.at)


def in_thread(key: str, route: str, channel: str, parent: str, message: DeskMessage, now: datetime) -> Delivery:
    """A line for the thread of the card `parent`, which stands in `channel` whatever routes.yaml says by now."""
    where = Route(name=route, channel=channel)
    return Delivery.new(key, where, message, severity=Severity.LOW, now=now, parent_id=parent)

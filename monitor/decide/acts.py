"""What an act of the desk leads to: pure decisions over a card as it stands, who acts, and when.

Each gives words for the person who acted; one that comes too late says who was first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.decide.mutes import in_thread, line
from monitor.model import (
    Assignment,
    CardMessage,
    Cause,
    Delivery,
    DeskAct,
    DeskCard,
    DeskDone,
    DeskMessage,
    Dismissal,
    Person,
    Rating,
)
from monitor.model.ids import desk_key
from monitor.wording.counts import counted
from monitor.wording.desk import desk_words, word_options
from monitor.wording.messages import clock, rule_name, sentence
from monitor.wording.people import name_of, since
from monitor.wording.safe import safe, shortened

LONGEST_NOTE = 300
_HEADLINE = 80
_NOT_SHOWN = "Its card is too old to show it."
_PRUNED = "What this card shows is too old: its text was dropped, so it cannot be rated any more."


def take(card: DeskCard, act: DeskAct) -> DeskDone:
    """Take a story. A story that somebody has stays theirs."""
    held = card.assignment
    if held is not None:
        who = "You have" if held.by.user_id == act.by.user_id else f"{name_of(held.by)} has"
        return DeskDone(reply=f"{who} had this story {since(held.at, act.at)}.")
    made = Assignment(story_id=card.story_id, route=card.route, by=act.by, at=act.at)
    reply = f"You have this story now. {_IN_ITS_THREAD}" if card.desk.is_dismissed else ""
    reply = reply if card.alert else f"You have this story now. {_NOT_SHOWN}"
    desk = replace(card.desk, claimed_by=act.by.user_id, claimed_at=act.at)
    return DeskDone(reply=reply, assignment=made, desk=desk, deliveries=_said(card, act, "is on it"))


def give_back(card: DeskCard, act: DeskAct) -> DeskDone:
    """Release a story. Anybody allowed may, because the person who has it may have gone home."""
    held = card.assignment
    if held is None:
        return DeskDone(reply="Nobody has this story.")
    mine = held.by.user_id == act.by.user_id
    reply = "" if mine else f"Released: {name_of(held.by)} had it {since(held.at, act.at)}."
    reply = reply if card.alert or reply else f"Nobody has this story now. {_NOT_SHOWN}"
    desk = replace(card.desk, claimed_by="", claimed_at=None)
    said = _said(card, act, "released this story: nobody is on it")
    return DeskDone(reply=reply, released=True, desk=desk, deliveries=said)


@dataclass(frozen=True, slots=True)
class NotRelevant:
    """What somebody says of a card: why it is not relevant, by which rule (None: as a whole), which words misled."""

    cause: Cause
    rule: str | None = None
    word: str = ""
    note: str = ""


def not_relevant(card: DeskCard, act: DeskAct, said: NotRelevant) -> DeskDone:
    """Judge what the card shows. A later judgement takes the place of an earlier one, and both are kept.

    A rule or word that the card does not show is left out. Later reports by the rules that are not relevant stay in the
    thread, unless the desk had the story already: then it is theirs, and what happens next is news.
    docs/decisions/0068 has the reasons.
    """
    if card.alert is None:
        return DeskDone(reply=_PRUNED)
    rules = {match.rule: rule_name(match) for match in card.alert.matches}
    wrong = said.rule if said.rule in rules else None
    others_hold = wrong is not None and len(rules) > 1
    rating = Rating(
        item_id=card.alert.item_id,
        revision=card.revision,
        rule=wrong,
        relevant=False,
        reason=_clean(said.note, LONGEST_NOTE),
        by=act.by.name,
        at=act.at,
        cause=said.cause,
        word=said.word if said.word in word_options(card.alert) else "",
    )
    about = rules[wrong] if wrong and others_hold else ""
    desk = replace(
        card.desk.relevant(),
        judged_by=act.by.user_id,
        judged_at=act.at,
        judged=str(said.cause),
        judged_rule=about,
    )
    by_rule = f", by {about}" if about else ""
    reply = f"Noted: not relevant ({said.cause}{by_rule}). Ops will see it when they work on the rules."
    said_so = _said(card, act, f"found this not relevant ({said.cause}{by_rule})")
    if said.cause is Cause.DUPLICATE:
        stays, reply = frozenset[str](), reply + _HAD_ALREADY
    elif wrong and others_hold:
        stays, reply = frozenset({wrong}), reply + _ONE_RULE_DISMISSED
    else:
        stays, reply = frozenset(rules) | card.rules, reply + _DISMISSED
    dismissed = Dismissal(
        rules=stays,
        item_id=card.alert.item_id,
        by=act.by.name,
        at=act.at,
        cause=said.cause,
    )
    return DeskDone(reply=reply, rating=rating, dismissal=dismissed, desk=desk, deliveries=said_so)


def relevant(card: DeskCard, act: DeskAct) -> DeskDone:
    """Take "not relevant" back."""
    if card.alert is None:
        return DeskDone(reply=_PRUNED)
    if card.rating is not None and card.rating.relevant and not card.desk.judged_by:
        return DeskDone(reply=f"{card.rating.by} said so at {clock(card.rating.at, act.at)}.")
    rating = Rating(
        item_id=card.alert.item_id,
        revision=card.revision,
        rule=card.rating.rule if card.rating else None,
        relevant=True,
        by=act.by.name,
        at=act.at,
    )
    said = _said(card, act, "found this relevant after all")
    reply = "Noted: it is relevant."
    if card.desk.kept:
        came = counted(card.desk.kept, "report")
        reply += f" {came} stayed in the thread meanwhile; the next one says in the channel what they brought."
    desk = card.desk.relevant()
    return DeskDone(reply=reply, rating=rating, desk=desk, deliveries=said, reopened=True)


def _said(card: DeskCard, act: DeskAct, what: str) -> tuple[Delivery, ...]:
    """What somebody did, for the thread of a card that cannot show it."""
    if not card.closed:
        return ()
    in_digest = card.delivery_id != card.posted_as
    about = f"“{shortened(safe(card.alert.title), _HEADLINE)}”: " if card.alert and in_digest else ""
    return (line(card, act, f"{about}{name_of(act.by)} {what}."),)


def closed(card: Delivery, now: datetime) -> tuple[Delivery, ...]:
    """What people did to a card, for its thread, when Slack does not let anybody edit it any more."""
    if not isinstance(card.message, CardMessage) or not (done := desk_words(card.message.desk, now)):
        return ()
    words = f"Slack does not let this card be edited any more. {sentence(done)}. What people do is said here now."
    message = DeskMessage(story_id=card.message.alert.story_id, words=words)
    key = desk_key(f"closed:{card.delivery_id}")
    return (in_thread(key, card.route, card.channel, card.delivery_id, message, now),)


def _clean(text: str, limit: int) -> str:
    return " ".join(text.split())[:limit]


def person(user_id: str, name: str) -> Person:
    """Somebody as Slack names them; a name that is no more than spaces gives way to the id."""
    return Person(_clean(user_id, 40), _clean(name, 80) or _clean(user_id, 40) or "somebody")


_DISMISSED = (
    " Later reports of this story stay in its thread, unless another rule finds them or the story becomes critical."
)
_ONE_RULE_DISMISSED = " Later reports that only this rule finds stay in the thread."
_HAD_ALREADY = " What happens next in this story is still told."
_IN_ITS_THREAD = (
    "Somebody found it not relevant, so later reports stay in its thread. Mark it as relevant again to get them in the "
    "channel."
)
_NOT_SHOWN = "Its card is too old to show it."
_PRUNED = "What this card shows is too old: its text was dropped, so it cannot be rated any more."

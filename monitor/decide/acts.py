"""What an act of the desk leads to: pure decisions over a card as it stands, who acts, and when.

Each gives words for the person who acted; one that comes too late says who was first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.model import Assignment, Cause, DeskAct, DeskCard, DeskDone, Person, Rating
from monitor.wording.people import name_of, since

LONGEST_WORD = 100
LONGEST_NOTE = 300


def take(card: DeskCard, act: DeskAct) -> DeskDone:
    """Take a story. A story that somebody has stays theirs."""
    held = card.assignment
    if held is not None:
        who = "You have" if held.by.user_id == act.by.user_id else f"{name_of(held.by)} has"
        return DeskDone(reply=f"{who} had this story {since(held.at, act.at)}.")
    made = Assignment(story_id=card.story_id, route=card.route, by=act.by, at=act.at)
    reply = "" if card.alert else f"You have this story now. {_NOT_SHOWN}"
    return DeskDone(reply=reply, assignment=made, desk=replace(card.desk, claimed_by=act.by.user_id, claimed_at=act.at))


def give_back(card: DeskCard, act: DeskAct) -> DeskDone:
    """Release a story. Anybody allowed may, because the person who has it may have gone home."""
    held = card.assignment
    if held is None:
        return DeskDone(reply="Nobody has this story.")
    mine = held.by.user_id == act.by.user_id
    reply = "" if mine else f"Released: {name_of(held.by)} had it {since(held.at, act.at)}."
    reply = reply if card.alert or reply else f"Nobody has this story now. {_NOT_SHOWN}"
    return DeskDone(reply=reply, released=True, desk=replace(card.desk, claimed_by="", claimed_at=None))


@dataclass(frozen=True, slots=True)
class NotRelevant:
    """What somebody says of a card: why it is not relevant, by which rule (None: as a whole), which words misled."""

    cause: Cause
    rule: str | None = None
    word: str = ""
    note: str = ""


def not_relevant(card: DeskCard, act: DeskAct, said: NotRelevant) -> DeskDone:
    """Judge what the card shows. A later judgement takes the place of an earlier one, and both are kept."""
    if card.alert is None:
        return DeskDone(reply=_PRUNED)
    rules = {match.rule for match in card.alert.matches}
    rating = Rating(
        item_id=card.alert.item_id,
        revision=card.revision,
        rule=said.rule if said.rule in rules else None,
        relevant=False,
        reason=_clean(said.note, LONGEST_NOTE),
        by=act.by.name,
        at=act.at,
        cause=said.cause,
        word=_clean(said.word, LONGEST_WORD),
    )
    desk = replace(card.desk, judged_by=act.by.user_id, judged_at=act.at, judged=str(said.cause))
    reply = f"Noted: not relevant ({said.cause}). Ops will see it when they work on the rules."
    return DeskDone(reply=reply, rating=rating, desk=desk)


def relevant(card: DeskCard, act: DeskAct) -> DeskDone:
    """Take "not relevant" back."""
    if card.alert is None:
        return DeskDone(reply=_PRUNED)
    if card.rating is not None and card.rating.relevant:
        return DeskDone(reply=f"{card.rating.by} has said so {since(card.rating.at, act.at)}.")
    rating = Rating(
        item_id=card.alert.item_id,
        revision=card.revision,
        rule=card.rating.rule if card.rating else None,
        relevant=True,
        by=act.by.name,
        at=act.at,
    )
    desk = replace(card.desk, judged_by="", judged_at=None, judged="")
    return DeskDone(reply="Noted: it is relevant.", rating=rating, desk=desk)


def _clean(text: str, limit: int) -> str:
    return " ".join(text.split())[:limit]


def person(user_id: str, name: str) -> Person:
    """Somebody as Slack names them; a name that is no more than spaces gives way to the id."""
    return Person(_clean(user_id, 40), _clean(name, 80) or _clean(user_id, 40) or "somebody")


_NOT_SHOWN = "Its card is too old to show it."
_PRUNED = "What this card shows is too old: its text was dropped, so it cannot be rated any more."

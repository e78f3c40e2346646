"""What people do to a story, on its page or by the API: Slack's buttons, decided and written as those are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from monitor.console.access import Session
from monitor.console.page import Console
from monitor.decide import acts, mutes
from monitor.decide.mutes import subjects, wish_of
from monitor.deliver.slack.desk import MUTES
from monitor.model import Cause, DeskAct, DeskCard, DeskDone, HeldBack, MuteScope, Person, StoryDetails
from monitor.model.ids import delivery_of_line

log = structlog.get_logger()

_NO_CARD = "This card is not known any more. Nothing was changed."
TWICE = "That was done already, when the form was sent before."
LONGEST_ID = 400
"""Characters of an id that are looked at."""

Act = Callable[[DeskCard, DeskAct, Mapping[str, str]], DeskDone]
"""What an act leads to, by what its form says."""


def is_of(target: str, story: StoryDetails) -> bool:
    """Whether a card, or a line of a digest, shows this story."""
    return delivery_of_line(target) in {card.delivery_id for card in story.cards}


async def perform(console: Console, act: DeskAct, given: Mapping[str, str]) -> DeskDone | None:
    """Do what somebody wants done to a card, as Slack's buttons do; None when it was done before.

    `given` is what the act needs besides, by the names of the forms' fields.

    Raises:
        StoreError: nothing was changed.
    """
    decided = ACTS[act.what]

    def decide(card: DeskCard | None, _: HeldBack | None) -> DeskDone:
        return DeskDone(reply=_NO_CARD) if card is None else decided(card, act, given)

    done = await console.store.act(act, decide, mutes.shown_on)
    if done is not None:
        log.info(
            "somebody acted in the console",
            action="console_act_done",
            what=act.what,
            target=act.target,
            user=act.by.user_id,
            told=done.reply,
        )
        console.service.wake()
    return done


def mutings(card: DeskCard) -> list[tuple[str, str]]:
    """What may be muted from a card, as in Slack's menu, with each rule and place by its name."""
    offered = []
    for value, words in MUTES.items():
        scope, _, lasting = value.partition(":")
        found = subjects(card, MuteScope(scope))
        if len(found) == 1 or (found and scope == MuteScope.STORY):
            offered.append((f"{value}:{found[0].id}", words))
        else:
            offered += [(f"{scope}:{lasting}:{one.id}", f"{words}: {one.words}") for one in found]
    return offered


def person_of(session: Session) -> Person:
    """Who acts. The words behind the name keep it from being taken for the id of somebody in Slack."""
    return acts.person(f"{session.name} (console)", session.name)


def _not_relevant(card: DeskCard, act: DeskAct, form: Mapping[str, str]) -> DeskDone:
    cause = next((one for one in Cause if one.value == form.get("cause")), None)
    if cause is None:
        return DeskDone(reply="Say why it is not relevant. Nothing was changed.")
    said = acts.NotRelevant(cause, form.get("rule") or None, form.get("word", ""), form.get("note", ""))
    return acts.not_relevant(card, act, said)


def _mute(card: DeskCard, act: DeskAct, form: Mapping[str, str]) -> DeskDone:
    wish = wish_of(form.get("what", ""))
    return DeskDone(reply="Say what to mute. Nothing was changed.") if wish is None else mutes.mute(card, act, wish)


def _unmute(card: DeskCard, act: DeskAct, _: Mapping[str, str]) -> DeskDone:
    return mutes.unmute(act, mutes.touching(card, act.at))


ACTS: dict[str, Act] = {
    "claim": lambda card, act, _: acts.take(card, act),
    "unclaim": lambda card, act, _: acts.give_back(card, act),
    "not_relevant": _not_relevant,
    "relevant": lambda card, act, _: acts.relevant(card, act),
    "mute": _mute,
    "unmute": _unmute,
}
"""What can be done to a card, by the names that Slack's buttons have."""

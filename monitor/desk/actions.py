"""What each click and form does, and what the person who acted gets to read; `slash` has the commands.

Slack has had its answer before anything here begins. Whatever is clicked twice, or delivered twice, is done once: the
store decides, for all processes. Nothing here raises.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

import structlog

from monitor.decide import acts, mutes, storyedits
from monitor.decide.mutes import wish_of
from monitor.deliver.slack import desk as slack_desk
from monitor.deliver.slack import digest
from monitor.deliver.slack.blocks import Json
from monitor.desk import views
from monitor.desk.answers import Answers
from monitor.desk.payloads import Addressee, Click, Question, Submission
from monitor.desk.permission import Permission
from monitor.desk.regroup import Regroup, RegroupStore
from monitor.desk.slash import SlashCommands, Tell
from monitor.errors import EditRefused, StoreError
from monitor.link.facts import facts_of
from monitor.model import Alert, DeskAct, DeskCard, DeskDone, HeldBack, Person
from monitor.model.ids import line_of
from monitor.model.stores import Decide

log = structlog.get_logger()

_DecideOnCard = Callable[[DeskCard, DeskAct], DeskDone]
_NO_CARD = "This card is not known here. Was the database replaced, or does the card show several stories?"
_ELSEWHERE = "This button belongs to another channel."
_TROUBLE = "That did not work: Wirewatch cannot reach its database. Nothing was changed; try again in a minute."
_MISTAKE = "Something went wrong in Wirewatch; see its log."
_LATE = "That took too long for Slack. Please click again."
_NO_FORM = "If no form opens, Slack did not take it: click again. If that does not help, Wirewatch's log says why."


class Opened(Enum):
    """Whether Slack opened a form: YES, not because the click was too long ago, or MAYBE, because of something else."""

    YES = auto()
    LATE = auto()
    MAYBE = auto()


class Voice(Protocol):
    """How people are answered. No method raises; what Slack refuses is logged."""

    async def tell(self, to: Addressee, note: Json) -> None:
        """Show something to the person who acted alone."""

    async def open(self, trigger_id: str, view: Json) -> Opened:
        """Open a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskActions:
    """Carries out what people of the desk do. `wake` is called when there is something new in the outbox."""

    store: RegroupStore
    voice: Voice
    answers: Answers
    permission: Permission
    clock: Callable[[], datetime]
    wake: Callable[[], None] = lambda: None

    async def clicked(self, click: Click) -> None:
        """A button pressed or an option chosen."""

        async def tell(note: Json) -> None:
            await self.voice.tell(click.addressee, note)

        if click.link:
            return
        await self._guarded(click.by, tell, lambda: self._click(click, tell), what=click.action_id)

    async def submitted(self, sent: Submission) -> None:
        """A form, sent."""

        async def tell(note: Json) -> None:
            await self.voice.tell(sent.addressee, note)

        await self._guarded(sent.by, tell, lambda: self._submission(sent, tell), what=sent.form)

    async def asked(self, question: Question) -> None:
        """A slash command."""

        async def tell(note: Json) -> None:
            await self.voice.tell(question.addressee, note)

        commands = SlashCommands(store=self.store, answers=self.answers, clock=self.clock)
        await self._guarded(question.by, tell, lambda: commands.answer(question, tell), what=question.what)

    async def _guarded(self, by: Person, tell: Tell, work: Callable[[], Awaitable[None]], *, what: str) -> None:
        """Do something if the person may, and tell them when it cannot be done."""
        try:
            if refusal := await self.permission.refusal(by.user_id):
                log.info(
                    "an act without permission was refused", action="permission_denied", user=by.user_id, what=what
                )
                await tell(views.note(refusal))
                return
            await work()
        except StoreError as error:
            log.error(
                "what somebody did could not be written",
                action="desk_act_not_written",
                user=by.user_id,
                what=what,
                error=str(error),
            )
            await tell(views.note(_TROUBLE))
        except Exception:
            log.exception("a bug in handling what somebody did", action="desk_act_failed", user=by.user_id, what=what)
            await tell(views.note(_MISTAKE))

    # -- buttons

    async def _click(self, click: Click, tell: Tell) -> None:
        name = click.action_id.partition(":")[0]
        match name:
            case "claim":
                await self._act(click, tell, click.value, acts.take)
            case "unclaim":
                await self._act(click, tell, click.value, acts.give_back)
            case "relevant":
                await self._act(click, tell, click.value, acts.relevant)
            case "not_relevant":
                await self._open_form(click, tell)
            case slack_desk.REGROUP:
                await self._regroup(click, tell)
            case digest.PICK:
                await self._pick(click, tell)
            case "mute" | "mute_this":
                await self._mute(click, tell)
            case "unmute":
                await self._unmute(click, tell)
            case _:
                log.warning(
                    "somebody pressed an unknown button",
                    action="unknown_button",
                    button=click.action_id,
                    user=click.by.user_id,
                )
                await tell(views.note("This button does nothing here; it may be of another version of Wirewatch."))

    async def _act(self, click: Click, tell: Tell, card_id: str, decide: _DecideOnCard) -> None:
        """Carry out what is decided on a card, and tell what is to be told."""
        act = self._made(click, card_id)
        await self._written(act, lambda card, _: _decided(click, card, act, decide), tell)

    async def _written(self, act: DeskAct, decide: Decide, tell: Tell, *more: Json) -> None:
        try:
            done = await self.store.act(act, decide, mutes.shown_on, facts_of)
        except EditRefused as error:
            # Somebody was faster, between what was read and what was written.
            await tell(views.note(storyedits.unchanged(f"{error}.")))
            return
        if done is None:
            log.info(
                "Slack delivered an action again; it was done before",
                action="desk_act_repeated",
                what=act.what,
                user=act.by.user_id,
            )
            return
        log.info(
            "somebody of the desk acted",
            action="desk_act_done",
            what=act.what,
            target=act.target,
            user=act.by.user_id,
            told=done.reply,
        )
        self.wake()
        if done.reply:
            await tell(views.note(done.reply, *(more if done.rating else ())))

    async def _open_form(self, click: Click, tell: Tell) -> None:
        found = await self._acted_on(click, tell, click.value)
        if found:
            await self._open(click, tell, views.form(*found))

    async def _open(self, click: Click, tell: Tell, form: Json) -> None:
        """Open a form for whoever clicked, or tell them that there may be none."""
        opened = await self.voice.open(click.trigger_id, views.answered_at(form, click.response_url))
        if opened is not Opened.YES:
            await tell(views.note(_LATE if opened is Opened.LATE else _NO_FORM))

    async def _regroup(self, click: Click, tell: Tell) -> None:
        """Open the form of a merge or a split."""
        card = await self.store.desk_card(click.card)
        if card is None or not _is_here(click, card.channel):
            await tell(views.note(_NO_CARD if card is None else _ELSEWHERE))
            return
        form = await Regroup(self.store).form_of(click.value, card, self.clock())
        if isinstance(form, str):
            await tell(views.note(form))
        else:
            await self._open(click, tell, form)

    async def _pick(self, click: Click, tell: Tell) -> None:
        """Offer what can be done to one story of a digest, to whoever chose it."""
        if found := await self._acted_on(click, tell, line_of(click.card, click.value)):
            await tell(views.story(*found))

    async def _acted_on(self, click: Click, tell: Tell, card_id: str) -> tuple[DeskCard, Alert] | None:
        """The card that a click is about, with its alert; None when the click has no say there, which is told."""
        card = await self.store.desk_card(card_id)
        if card is None or card.alert is None:
            await tell(views.note(_NO_CARD))
            return None
        if not _is_here(click, card.channel):
            await tell(views.note(_ELSEWHERE))
            return None
        return card, card.alert

    async def _submission(self, sent: Submission, tell: Tell) -> None:
        act = DeskAct(key=sent.key, what=sent.form, target=sent.card, by=sent.by, at=self.clock())
        if sent.form in (views.MERGE_FORM, views.SPLIT_FORM):
            await self._written(act, await Regroup(self.store).wish_of(sent, act), tell)
            return
        card = await self.store.desk_card(sent.card)
        if sent.form != views.FORM or sent.cause is None or card is None:
            log.warning(
                "somebody sent an unknown form",
                action="unknown_form",
                form=sent.form,
                user=sent.by.user_id,
            )
            await tell(views.note(_NO_CARD if sent.form == views.FORM and card is None else _MISTAKE))
            return
        said = acts.NotRelevant(sent.cause, sent.rule, sent.word, sent.note)

        def decide(found: DeskCard | None, _: HeldBack | None) -> DeskDone:
            return DeskDone(reply=_NO_CARD) if found is None else acts.not_relevant(found, act, said)

        await self._written(act, decide, tell, views.take_back(card))

    # -- mutes

    async def _mute(self, click: Click, tell: Tell) -> None:
        """Mute what the option says, once it is clear what that is on this card."""
        wish = wish_of(click.value)
        if wish is None:
            log.warning(
                "somebody chose an unknown mute",
                action="unknown_mute",
                value=click.value,
                user=click.by.user_id,
            )
            await tell(views.note("This cannot be muted so; it may be of another version of Wirewatch."))
            return
        card = await self.store.desk_card(click.card)
        found = mutes.chosen(card, wish) if card is not None and _is_here(click, card.channel) else ()
        if card is not None and len(found) > 1:
            lasting = click.value.split(":")[1]
            await tell(views.note(f"Mute which {wish.scope}?", views.choices(card, lasting, found)))
            return
        await self._act(click, tell, click.card, lambda card, act: mutes.mute(card, act, wish))

    async def _unmute(self, click: Click, tell: Tell) -> None:
        """End one mute, or those of what a card shows."""
        act = self._made(click, click.value)

        def decide(card: DeskCard | None, muted: HeldBack | None) -> DeskDone:
            if muted is not None:
                return mutes.unmute(act, [muted])
            return _decided(click, card, act, lambda found, _: mutes.unmute(act, mutes.touching(found, act.at)))

        await self._written(act, decide, tell)

    def _made(self, click: Click, target: str) -> DeskAct:
        return DeskAct(key=click.key, what=click.action_id, target=target, by=click.by, at=self.clock())


def _decided(click: Click, card: DeskCard | None, act: DeskAct, decide: _DecideOnCard) -> DeskDone:
    """What a click leads to where its card is known and stands in its channel; else why it leads to nothing."""
    if card is None:
        return DeskDone(reply=_NO_CARD)
    return decide(card, act) if _is_here(click, card.channel) else DeskDone(reply=_ELSEWHERE)


def _is_here(click: Click, channel: str) -> bool:
    """Whether a click was made where its card stands; a message that was shared elsewhere has no say."""
    return click.channel == channel

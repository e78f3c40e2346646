"""What an edit of a card leads to: pure decisions by its result.

An edit that is made twice is made once, so an unknown outcome is simply tried again, with what the card is to show by
then. Edits are never urgent: while they fail, posts to the channel go on.

Sent             shown
Limited          waiting, and so does every edit in the channel
NotPosted        waiting, and every edit in the channel backs off; longer than the others from the second time on
Unknown          as NotPosted
Refused deleted  gone; a card that is wanted again is a new message
        closed   ended; what people did is said in the thread
        message  waiting as plain text; then ten minutes with its blocks again, and after a few such rounds as closed
        channel  as NotPosted
        app      as NotPosted
        unclear  waiting, longer and longer
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.decide.acts import closed
from monitor.deliver import retries
from monitor.deliver.sink import Limited, NotPosted, Outcome, Refused, Scope, Sent, Unknown
from monitor.model import EDIT_EVERY, EditAttempt, EditSettlement, EditState

# https://docs.slack.dev/reference/methods/chat.update#errors
_DELETED = {"message_not_found"}
_CLOSED = {"cant_update_message", "edit_window_closed"}
_OTHER_BLOCKS = {"block_mismatch"}

FORM_TRIES = 12
"""After so many tries in vain a card that Slack takes in no form is edited no more.

Slack may be refusing every form for a while. A change of the card is tried with its blocks again: without them it has
no buttons.
"""

_FORM_AGAIN = timedelta(minutes=10)
_NOW = timedelta(0)


def settle_edit(edit: EditAttempt, result: Outcome, *, pace: timedelta, now: datetime) -> EditSettlement:
    """The next state of a card; `pace` is the sink's, `now` (UTC) the time after the call."""
    return _Settling(edit, pace, now).by(result)


@dataclass(frozen=True, slots=True)
class _Settling:
    edit: EditAttempt
    pace: timedelta
    now: datetime

    def by(self, result: Outcome) -> EditSettlement:
        back_off = retries.back_off(self.edit.tries)
        match result:
            case Sent():
                return self._next(EditState.SHOWN, "edited", wait=EDIT_EVERY, plain=False)
            case Limited(wait, reason):
                return self._next(EditState.WAITING, reason, pause=min(wait, retries.LONGEST_LIMIT))
            case NotPosted(reason) | Unknown(reason):
                return self._in_vain(reason, back_off)
            case Refused(code) if code in _DELETED:
                return self._next(EditState.GONE, f"{code}: somebody deleted the card")
            case Refused(code) if code in _CLOSED:
                return self._ended(f"{code}: Slack does not let anybody edit the card any more")
            case Refused(scope=Scope.CHANNEL | Scope.APP):
                return self._in_vain(result.words, retries.BROKEN_RETRY)
            case Refused(code, scope=Scope.UNCLEAR) if code not in _OTHER_BLOCKS:
                return self._next(EditState.WAITING, result.words, wait=back_off)
            case Refused():
                return self._refused_form(result)

    def _in_vain(self, reason: str, pause: timedelta) -> EditSettlement:
        """Every edit in the channel waits. A card that fails again waits longer, to let the others have their turn."""
        return self._next(EditState.WAITING, reason, wait=pause * min(self.edit.tries, 2), pause=pause)

    def _refused_form(self, refused: Refused) -> EditSettlement:
        """Slack does not take the card as it is, for now or for good."""
        if not self.edit.plain:
            return self._next(EditState.WAITING, f"{refused.words}; edited as plain text", plain=True)
        if self.edit.tries < FORM_TRIES:
            return self._next(EditState.WAITING, f"{refused.words}; edited again later", wait=_FORM_AGAIN, plain=False)
        return self._ended(f"{refused.words}; the card stays as it is")

    def _ended(self, reason: str) -> EditSettlement:
        """It is edited no more, and what people did is said in its thread."""
        return replace(self._next(EditState.ENDED, reason), notices=closed(self.edit.delivery, self.now))

    def _next(
        self,
        state: EditState,
        reason: str,
        *,
        wait: timedelta = _NOW,
        pause: timedelta = _NOW,
        plain: bool | None = None,
    ) -> EditSettlement:
        """`wait` is until this card is edited again, `pause` until any card in its channel is.

        `plain` says whether it is tried as plain text then; None for as it was tried now.
        """
        return EditSettlement(
            state=state,
            reason=reason,
            not_before=self.now + wait,
            channel_ready_at=self.now + self.pace,
            edits_ready_at=self.now + max(pause, self.pace),
            plain=self.edit.plain if plain is None else plain,
        )

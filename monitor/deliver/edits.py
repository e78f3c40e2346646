"""What an edit of a card leads to: pure decisions by its result.

An edit that is made twice is made once, so an unknown outcome is simply tried again, with what the card is to show by
then. Edits are never urgent: while they fail, posts to the channel go on.

Sent             shown
Limited          waiting, and so does every edit in the channel
NotPosted        waiting, and every edit in the channel backs off; longer than the others from the second time on
Unknown          as NotPosted
Refused deleted  gone; a card that is wanted again is a new message
        closed   ended; what people did is said in the thread
        message  waiting as plain text, then ended
        channel  as NotPosted
        app      as NotPosted
        unclear  waiting, longer and longer
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.decide.acts import closed
from monitor.deliver import retries
from monitor.deliver.sink import Limited, NotPosted, Outcome, Refused, Scope, Sent, Unknown
from monitor.model import EDIT_EVERY, EditAttempt, EditSettlement, EditState

# https://docs.slack.dev/reference/methods/chat.update#errors
_DELETED = {"message_not_found"}
_CLOSED = {"cant_update_message", "edit_window_closed"}
_OTHER_BLOCKS = {"block_mismatch"}

_NOW = timedelta(0)


def settle_edit(edit: EditAttempt, result: Outcome, *, pace: timedelta, now: datetime) -> EditSettlement:
    """The next state of a card; `pace` is the sink's, `now` (UTC) the time after the call."""

    def settled(
        state: EditState, reason: str, *, wait: timedelta = _NOW, pause: timedelta = _NOW, plain: bool = False
    ) -> EditSettlement:
        """`wait` is until this card is edited again, `pause` until any card in its channel is."""
        return EditSettlement(
            state=state,
            reason=reason,
            not_before=now + wait,
            channel_ready_at=now + pace,
            edits_ready_at=now + max(pause, pace),
            plain=plain or edit.plain,
        )

    def in_vain(reason: str, pause: timedelta) -> EditSettlement:
        """Every edit in the channel waits. A card that fails again waits longer, to let the others have their turn."""
        return settled(EditState.WAITING, reason, wait=pause * min(edit.tries, 2), pause=pause)

    back_off = retries.back_off(edit.tries)
    match result:
        case Sent():
            return settled(EditState.SHOWN, "edited", wait=EDIT_EVERY)
        case Limited(wait, reason):
            return settled(EditState.WAITING, reason, pause=min(wait, retries.LONGEST_LIMIT))
        case NotPosted(reason) | Unknown(reason):
            return in_vain(reason, back_off)
        case Refused(code) if code in _DELETED:
            return settled(EditState.GONE, f"{code}: somebody deleted the card")
        case Refused(code) if code in _CLOSED:
            ended = settled(EditState.ENDED, f"{code}: Slack does not let anybody edit the card any more")
            return replace(ended, notices=closed(edit.delivery, now))
        case Refused(scope=Scope.CHANNEL | Scope.APP):
            return in_vain(result.words, retries.BROKEN_RETRY)
        case Refused(code, scope=Scope.UNCLEAR) if code not in _OTHER_BLOCKS:
            return settled(EditState.WAITING, result.words, wait=back_off)
        case Refused() if not edit.plain:
            return settled(EditState.WAITING, f"{result.words}; edited as plain text", plain=True)
        case Refused():
            return settled(EditState.ENDED, f"{result.words}; the card stays as it is")

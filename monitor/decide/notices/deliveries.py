"""What is reported to ops about a message that was not posted, or that may or may not have been.

Without an ops route, or when its channel does not work, the route of the message itself gets the notice, else the desk.
Nothing is reported of a notice: a notice about a notice could go on for ever.

`known` is what is wrong with other channels than that of the message.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.decide.notices.notice import notice
from monitor.model import (
    Delivery,
    DeskMessage,
    DigestMessage,
    NoticeMessage,
    Routes,
    UnansweredMessage,
    VanishedMessage,
)
from monitor.model.configured import is_webhook
from monitor.wording.desk import line_words
from monitor.wording.messages import digest_words, headline, note_words
from monitor.wording.safe import safe, shortened

_HEADLINE = 120
_NONE: Mapping[str, str] = {}


def in_doubt(
    delivery: Delivery, tries: int, reason: str, routes: Routes, *, known: Mapping[str, str] = _NONE, now: datetime
) -> tuple[Delivery, ...]:
    """It was sent again and again, every answer was lost, and it is not in the channel."""
    text = (
        f"{_named(delivery)} for {delivery.route} was sent {tries} times, and is not in the channel: {reason}. "
        "Wirewatch keeps trying."
    )
    return _notices("in-doubt", "An alert could not be posted yet", text, delivery, routes, known, now)


def held(
    delivery: Delivery, reason: str, routes: Routes, *, known: Mapping[str, str] = _NONE, now: datetime
) -> tuple[Delivery, ...]:
    """It may have been posted, nobody can look, and its route wants no second one."""
    text = (
        f"{_named(delivery)} for {delivery.route} may or may not have been posted, and the history of "
        f"{delivery.channel} cannot be read: {reason}. It is held and not posted again: look into the channel."
    )
    return _notices("held", "An alert is held", text, delivery, routes, known, now)


def rejected(
    delivery: Delivery,
    reason: str,
    routes: Routes,
    *,
    final: bool = True,
    known: Mapping[str, str] = _NONE,
    now: datetime,
) -> tuple[Delivery, ...]:
    """It was refused for what it says, in whatever form. Not `final`: nothing else was posted there since either."""
    then = "It is not tried again." if final else "It is tried again until another message is posted there."
    text = f"{_named(delivery)} for {delivery.route} was refused, as plain text too: {reason}. {then}"
    about = "rejected" if final else "rejected-so-far"
    return _notices(about, "An alert could not be posted", text, delivery, routes, known, now)


def refused_alone(
    delivery: Delivery, reason: str, routes: Routes, *, known: Mapping[str, str] = _NONE, now: datetime
) -> tuple[Delivery, ...]:
    """It is refused by a code that nobody knows, while other messages are posted."""
    whose = "The webhook" if is_webhook(delivery.channel) else "Slack"
    text = (
        f"{whose} does not take {_named(delivery)} for {delivery.route}, though it takes other messages: {reason}. "
        "Wirewatch keeps it and tries again."
    )
    return _notices("refused", "An alert could not be posted yet", text, delivery, routes, known, now)


def _notices(
    about: str, title: str, text: str, delivery: Delivery, routes: Routes, known: Mapping[str, str], now: datetime
) -> tuple[Delivery, ...]:
    if isinstance(delivery.message, NoticeMessage):
        return ()
    own = next((route for route in routes.all() if route.name == delivery.route), None)
    listeners = [route for route in (routes.ops, own, *routes.desk) if route is not None]
    if not listeners:
        return ()
    listener = next((route for route in listeners if route.channel not in known), listeners[0])
    text = f"{text} (alert {delivery.delivery_id})"
    return (notice(f"{about}:{delivery.delivery_id}", title, text, listener, now=now),)


def _named(delivery: Delivery) -> str:
    """The message, so that a person who looks for it recognises it."""
    message = delivery.message
    if isinstance(message, UnansweredMessage | VanishedMessage):
        return f"“{note_words(message, delivery.created_at)}: {headline(message, _HEADLINE)}”"
    if isinstance(message, DeskMessage):
        return f"“{shortened(line_words(message), _HEADLINE)}”"
    if isinstance(message, NoticeMessage):
        return f"The notice “{message.title}”"
    if isinstance(message, DigestMessage):
        return f"The digest “{digest_words(message)}”"
    return f"“{shortened(safe(message.alert.title), _HEADLINE)}”"

"""What is wrong with the channels of routes, found out before an alert needs them, and who gets a notice.

A channel that cannot be posted to keeps its alerts; meanwhile ops is shown them, one by one up to a number.
docs/decisions/0014 has the reasons.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.decide.notices.notice import notice
from monitor.model import (
    Alert,
    CardMessage,
    Delivery,
    DigestMessage,
    DigestReason,
    FollowUpMessage,
    Route,
    Routes,
    Severity,
    in_words,
)
from monitor.model.ids import card_key, delivery_id_of
from monitor.wording.doubt import line_lead
from monitor.wording.gist import gist_before
from monitor.wording.messages import headline, sentence, source
from monitor.wording.safe import web_address

SHOWN_TO_OPS = 10
"""So many of the alerts that wait for one channel are shown to ops, and every critical one."""

TOKEN_REJECTED = "Slack rejected the token"  # noqa: S105 - no token
ALL_REJECTED = "Slack rejected every message"
NOT_EVEN_ASKED = "Slack rejected the question whose token this is"
UNREACHABLE = "Slack cannot be reached"
UNREAD = "its history cannot be read"
_EVERYWHERE = (TOKEN_REJECTED, ALL_REJECTED, NOT_EVEN_ASKED, UNREACHABLE, "the app is refused: ")
"""How problems begin that are about every channel; the last was written by Wirewatch before December 2026."""

_ONCE = "refused once"
_HEADLINE = 200
_NONE: Mapping[str, str] = {}
_CODE = re.compile(r"(?:^|[(])([a-z0-9_]+)(?:[)]|: )")

# What a look at a channel sees. Of all else (a channel in which bots may not post) only a post tells that it is over.
_SEEN_BY_LOOKING = {
    *("is_archived", "channel_is_archived", "not_in_channel", "channel_not_found"),
    *("secret_missing", "secret_unusable"),
    *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope"),
}


@dataclass(frozen=True, slots=True)
class Inspection:
    """What Slack says of routes' channels: `broken` cannot be posted to, `weak` can, but lack something.

    Values are for a person: what is wrong and what to do. `unseen` is why nothing, or not everything, could be found
    out; what it left out is in neither of the others, and `seen` are the channels that were looked at.
    """

    broken: Mapping[str, str] = field(default_factory=dict)
    weak: Mapping[str, str] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    unseen: str | None = None

    @property
    def found(self) -> Mapping[str, str | None]:
        """For each channel that was looked at what is wrong with it, None when nothing is."""
        return {channel: self.broken.get(channel) for channel in sorted(self.seen | self.broken.keys())}


Inspect = Callable[[Routes], Awaitable[Inspection]]
"""Looks at the channels of routes."""


def of_channel(problem: str) -> bool:
    """Whether a problem is its channel's own, and not one of every channel."""
    return not problem.startswith(_EVERYWHERE)


def code_of(problem: str) -> str:
    """Slack's code in a problem; the empty text when there is none."""
    found = _CODE.search(problem.removeprefix("the app is refused: "))
    return found.group(1) if found else ""


def refused_once(code: str, reason: str) -> str:
    """The problem of a channel that was refused once by a code that nobody knows: it is not told yet.

    What lies between here and Slack may refuse one call and take the next one.
    """
    return f"{_ONCE} ({code}): {reason}"


def is_told(problem: str | None) -> bool:
    """Whether ops got a notice of a problem, which then is told to be over too."""
    return problem is not None and of_channel(problem) and not _is_untold(problem)


def _is_untold(problem: str) -> bool:
    """Whether a channel has a problem that may be over before anybody has read of it."""
    return problem.startswith((_ONCE, UNREAD))


def is_first(problem: str | None) -> bool:
    """Whether a problem is a first refusal, see `refused_once`."""
    return problem is not None and problem.startswith(_ONCE)


def token_rejected(code: str, reason: str) -> str:
    """The problem of every channel when Slack does not take the token."""
    return f"{TOKEN_REJECTED} ({code}). {sentence(reason)}."


def can_see(problem: str) -> bool:
    """Whether this problem is over when a look at its channel finds none.

    A history that cannot be read keeps posts waiting for a minute only (decision 29), so it is over as soon as Slack
    answers at all: when the last message was found in the channel, nothing is left that a post could show it by.
    """
    return problem.startswith((UNREACHABLE, UNREAD, NOT_EVEN_ASKED)) or code_of(problem) in _SEEN_BY_LOOKING


def everywhere(channel: str, code: str, elsewhere: Mapping[str, str], routes: Routes) -> bool:
    """Whether a code that nobody knows, and by which a channel was refused, is about every channel.

    That is so when the channel of the notice to ops, for this channel or another one, is refused by it too.
    """
    refused = {other for other, problem in elsewhere.items() if code_of(problem) == code}
    if any(not of_channel(elsewhere[other]) for other in refused):
        return True
    listener = _listener(channel, routes)
    if listener is not None and listener.channel in refused:
        return True
    listeners = (_listener(other, routes) for other in refused)
    return any(one is not None and one.channel == channel for one in listeners)


def channel_notices(
    inspection: Inspection,
    found: Mapping[str, str | None],
    known: Mapping[str, str],
    routes: Routes,
    *,
    now: datetime,
) -> tuple[Delivery, ...]:
    """The notices for ops about channels that broke, work again or lack something; `known` are the problems so far.

    `found` is what an inspection found of channels, as far as that decides. A lack is reported once a week while it
    lasts, because it is not stored. That everything is refused cannot be reported on Slack.
    """
    notices: list[Delivery] = []
    for channel, problem in found.items():
        before = known.get(channel)
        if problem and (not before or _is_untold(before)) and of_channel(problem):
            notices += broken(channel, problem, routes, known=known, now=now)
        elif before and not problem and can_see(before) and not _is_untold(before):
            notices += works_again(channel, before, routes, now=now)
    for channel, lack in inspection.weak.items():
        text = f"{_named(channel, routes)} can be posted to, but {lack}"
        key = f"weak:{channel}:{now:%G-%V}:{lack}"
        if listener := _listener(channel, routes):
            title = f"Route {_route_names(channel, routes)} lacks something"
            notices.append(notice(key, title, text, listener, now=now))
    return tuple(notices)


def broken(
    channel: str,
    problem: str,
    routes: Routes,
    *,
    known: Mapping[str, str] = _NONE,
    asks: timedelta | None = None,
    now: datetime,
) -> tuple[Delivery, ...]:
    """The notice that a channel cannot be posted to; none when nobody is left to be told.

    `known` is what is wrong with other channels, where nobody would read it now. `asks` is how long it asks to wait
    each time; None when it does not.
    """
    tries = "tries again every half minute" if asks is None else f"does as it asks, and tries again in {in_words(asks)}"
    listener = _listener(channel, routes, known=known)
    if listener is None:
        return ()
    # What waits for a channel is shown to ops, and where ops cannot see it to nobody (`stand_ins`).
    shown = " and are shown here meanwhile" if listener == routes.ops else ""
    text = (
        f"Wirewatch cannot post to {_named(channel, routes)}: {problem}. Its alerts wait{shown}. "
        f"Wirewatch {tries}, and posts them as soon as the channel works."
    )
    title = f"Route {_route_names(channel, routes)} is broken"
    key = f"channel:{channel}:{problem}:{now.isoformat()}"
    return (notice(key, title, text, listener, now=now),)


def works_again(channel: str, problem: str, routes: Routes, *, waiting: int = 0, now: datetime) -> tuple[Delivery, ...]:
    """The notice that a channel can be posted to again; there is one notice about trouble of all channels.

    `waiting` is how many more messages go out now.
    """
    everywhere = not of_channel(problem)
    what = "Slack takes messages again" if everywhere else f"{_named(channel, routes)} works again"
    title = "Slack works again" if everywhere else f"Route {_route_names(channel, routes)} works again"
    # Of what is over everywhere, several channels may give the notice at about the same time.
    when = f"{now:%Y-%m-%dT%H:%M}" if everywhere else now.isoformat()
    key = f"works-again:{'' if everywhere else channel}:{problem}:{when}"
    posted = {0: "", 1: " One more message that waited is being posted now."}
    more = posted.get(waiting, f" {waiting} more messages that waited are being posted now.")
    text = f"{what}. What was wrong: {problem.rstrip('.')}.{more}"
    listener = _listener(None, routes)
    return () if listener is None else (notice(key, title, text, listener, now=now),)


def stand_ins(
    waiting: Sequence[Delivery], problems: Mapping[str, str], routes: Routes, *, now: datetime
) -> tuple[Delivery, ...]:
    """Alerts that wait for broken channels, as notices for ops, each once; `waiting` is oldest first."""
    ops = routes.ops
    if ops is None or ops.channel in problems:
        return ()
    notices: list[Delivery] = []
    counted: dict[str, int] = {}
    for delivery in waiting:
        for key, severity, lines in _shown(delivery) if delivery.channel in problems else ():
            number = counted[delivery.channel] = counted.get(delivery.channel, 0) + 1
            if number <= SHOWN_TO_OPS or severity is Severity.CRITICAL:
                title = f"For {delivery.route}, whose channel is broken"
                notices.append(notice(f"stand-in:{key}", title, "\n".join(lines), ops, now=now))
            elif number == SHOWN_TO_OPS + 1:
                title = f"More alerts wait for {delivery.route}"
                text = "Those that are not critical are no longer shown here; none is lost."
                notices.append(notice(f"stand-in-more:{key}", title, text, ops, now=now))
    return tuple(notices)


def _shown(delivery: Delivery) -> Iterator[tuple[str, Severity, list[str]]]:
    """What ops is shown of a delivery, one by one: by which key once, how urgent it is, and two lines for each alert.

    What is put together because too much waits is shown as the cards that it was, and has their keys.
    """
    match delivery.message:
        case CardMessage(alert=alert):
            yield delivery.delivery_id, delivery.severity, [*_line(alert)]
        case DigestMessage(why=DigestReason.BACKLOG, alerts=alerts):
            for alert in alerts:
                yield delivery_id_of(card_key(alert.story_id, delivery.route)), alert.severity, [*_line(alert)]
        case DigestMessage(alerts=alerts, why=why):
            lines = [line for alert in alerts for line in _line(alert, why=why)]
            yield delivery.delivery_id, delivery.severity, lines
        case FollowUpMessage(alert=alert, news=news, also=also) if (words := news or also) and (
            delivery.broadcast or delivery.parent_id is None
        ):
            yield delivery.delivery_id, delivery.severity, [*_line(alert, f"{words}: ")]


def _line(alert: Alert, before: str = "", *, why: DigestReason | None = None) -> Iterator[str]:
    yield f"{line_lead(alert, why)}: {before}{gist_before(alert)}{headline(alert, _HEADLINE)} - {source(alert)}"
    if url := web_address(alert.url):
        yield url


def _named(channel: str, routes: Routes) -> str:
    return f"{channel} (route {_route_names(channel, routes)})"


def _route_names(channel: str, routes: Routes) -> str:
    return ", ".join(route.name for route in routes.all() if route.channel == channel) or "no longer there"


def _listener(broken_channel: str | None, routes: Routes, *, known: Mapping[str, str] = _NONE) -> Route | None:
    """Ops, or any other route when ops is missing or is what is broken; rather one whose channel works."""
    listeners: list[Route] = [*([routes.ops] if routes.ops else []), *routes.desk]
    others = [route for route in listeners if route.channel != broken_channel]
    return next((route for route in others if route.channel not in known), next(iter(others), None))

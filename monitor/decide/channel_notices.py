"""What is wrong with the channels of routes, found out before an alert needs them, and who is told of it.

A channel that cannot be posted to keeps its alerts; meanwhile ops is shown them, one by one up to a number.
docs/decisions/0014 has the reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.decide.notices import notice
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
)
from monitor.model.ids import card_key, delivery_id_of
from monitor.wording.messages import headline, severity_words, source
from monitor.wording.safe import web_address

SHOWN_TO_OPS = 10
"""So many of the alerts that wait for one channel are shown to ops, and every critical one."""

REFUSED_APP = "the app is refused: "
UNREACHABLE = "Slack cannot be reached"
_HEADLINE = 200

# What a look at a channel sees. Of all else (a channel in which bots may not post) only a post tells that it is over.
_SEEN_BY_LOOKING = {
    *("is_archived", "channel_is_archived", "not_in_channel", "channel_not_found"),
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


def of_channel(problem: str) -> bool:
    """Whether a problem is of its channel alone, not of Slack or the whole app."""
    return not problem.startswith((REFUSED_APP, UNREACHABLE))


def can_see(problem: str) -> bool:
    """Whether a look at its channel would find this problem, so that it is over when none is found."""
    return problem.startswith(UNREACHABLE) or problem.removeprefix(REFUSED_APP).partition(":")[0] in _SEEN_BY_LOOKING


def channel_notices(
    inspection: Inspection, known: Mapping[str, str], routes: Routes, *, now: datetime
) -> tuple[Delivery, ...]:
    """The notices for ops about channels that broke, work again or lack something; `known` are the problems so far.

    A lack is told once a week while it lasts, for nothing remembers it. That the app is refused cannot be told.
    """
    notices: list[Delivery | None] = []
    for channel, problem in inspection.found.items():
        before = known.get(channel)
        if problem and not before and not problem.startswith(REFUSED_APP):
            notices.append(broken(channel, problem, routes, now=now))
        elif before and not problem and can_see(before):
            notices.append(works_again(channel, before, routes, now=now))
    for channel, lack in inspection.weak.items():
        text = f"{_named(channel, routes)} can be posted to, but {lack}"
        key = f"weak:{channel}:{now:%G-%V}:{lack}"
        notices.append(
            _notice(key, f"Route {_route_names(channel, routes)} lacks something", text, routes, channel, now)
        )
    return tuple(one for one in notices if one is not None)


def broken(channel: str, problem: str, routes: Routes, *, now: datetime) -> Delivery | None:
    """The notice that a channel cannot be posted to; None when nobody is left to be told."""
    text = (
        f"Nothing can be posted to {_named(channel, routes)}: {problem}. Its alerts are kept and tried again every 10 "
        "minutes; meanwhile they are shown here."
    )
    title = f"Route {_route_names(channel, routes)} is broken"
    return _notice(f"channel:{channel}:{problem}:{now:%Y-%m-%dT%H:%M}", title, text, routes, channel, now)


def works_again(channel: str, problem: str, routes: Routes, *, now: datetime) -> Delivery | None:
    """The notice that a channel can be posted to again; what kept every channel from it is told once for all."""
    everywhere = not of_channel(problem)
    what = "Slack takes messages again" if everywhere else f"{_named(channel, routes)} can be posted to again"
    title = "Slack works again" if everywhere else f"Route {_route_names(channel, routes)} works again"
    key = f"works-again:{'' if everywhere else channel}:{problem}:{now:%Y-%m-%dT%H}"
    text = f"{what}. What was wrong: {problem}. What waited goes out now."
    return _notice(key, title, text, routes, None, now)


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
        case DigestMessage(alerts=alerts):
            lines = [line for alert in alerts for line in _line(alert)]
            yield delivery.delivery_id, delivery.severity, lines
        case FollowUpMessage(alert=alert, news=words) if words and (delivery.broadcast or delivery.parent_id is None):
            yield delivery.delivery_id, delivery.severity, [*_line(alert, f"{words}: ")]


def _line(alert: Alert, before: str = "") -> Iterator[str]:
    yield f"{severity_words(alert)}: {before}{headline(alert, _HEADLINE)} - {source(alert)}"
    if url := web_address(alert.url):
        yield url


def _named(channel: str, routes: Routes) -> str:
    return f"{channel} (route {_route_names(channel, routes)})"


def _route_names(channel: str, routes: Routes) -> str:
    return ", ".join(route.name for route in routes.all() if route.channel == channel) or "no longer there"


def _notice(
    key: str, title: str, text: str, routes: Routes, broken_channel: str | None, now: datetime
) -> Delivery | None:
    """A notice to ops, or to any other route when ops is missing or is what is broken."""
    listeners: list[Route] = [*([routes.ops] if routes.ops else []), *routes.desk]
    listener = next((route for route in listeners if route.channel != broken_channel), None)
    return None if listener is None else notice(key, title, text, listener, now=now)

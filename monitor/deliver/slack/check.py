"""Looks at the channels of routes on Slack: whether the token is good, and the bot where it is needed.

https://docs.slack.dev/reference/methods/auth.test names the token's scopes in a header of its answer;
https://docs.slack.dev/reference/methods/conversations.info says what the bot is to a channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.decide.notices.channels import NOT_EVEN_ASKED, Inspection, token_rejected
from monitor.deliver.sink import Limited, NotPosted, Outcome, Refused, Scope, Unknown
from monitor.deliver.slack.codes import CHANNEL
from monitor.deliver.slack.sink import SlackSink
from monitor.model import Routes

_REINSTALL = "add it under OAuth & Permissions of the app and install the app again"


async def inspect(sink: SlackSink, routes: Routes) -> Inspection:
    """What is wrong with the channels of these routes. Never raises for what Slack does."""
    channels = list(dict.fromkeys(route.channel for route in routes.all() if route.webhook is None))
    about = await sink.about_token()
    if isinstance(about, Refused):
        known = about.scope is Scope.APP
        problem = (
            token_rejected(about.code, about.reason) if known else f"{NOT_EVEN_ASKED} ({about.code}): {about.reason}"
        )
        return Inspection(broken=dict.fromkeys(channels, problem))
    if not isinstance(about, frozenset):
        return Inspection(unseen=_why(about))
    if about and "chat:write" not in about:
        problem = token_rejected("missing_scope", f"the token lacks the scope chat:write; {_REINSTALL}")
        return Inspection(broken=dict.fromkeys(channels, problem))
    found = _Found()
    for channel in channels:
        found.add(channel, await sink.about_channel(channel), scopes=about)
    return Inspection(found.broken, found.weak, frozenset(found.seen), found.unseen)


@dataclass
class _Found:
    broken: dict[str, str] = field(default_factory=dict)
    weak: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    unseen: str | None = None

    def add(self, channel: str, about: Mapping[str, Any] | Outcome, *, scopes: frozenset[str]) -> None:
        """`scopes` is empty when Slack does not name them."""
        if isinstance(about, Refused) and about.scope is Scope.CHANNEL:
            self.broken[channel] = about.words
        elif not isinstance(about, Mapping):
            self.unseen = _why(about)
        elif about.get("is_archived"):
            self.broken[channel] = f"is_archived: {CHANNEL['is_archived']}"
        elif not about.get("is_member") and (about.get("is_private") or "chat:write.public" not in scopes):
            self.broken[channel] = f"not_in_channel: {CHANNEL['not_in_channel']}"
        else:
            self.seen.add(channel)
            self._look_for_lacks(channel, about, scopes)

    def _look_for_lacks(self, channel: str, about: Mapping[str, Any], scopes: frozenset[str]) -> None:
        needed = "groups:history" if about.get("is_private") else "channels:history"
        lack = None
        if not about.get("is_member"):
            lack = "the bot is not in it; invite it"
        elif scopes and needed not in scopes:
            lack = f"the token lacks the scope {needed}; {_REINSTALL}"
        if lack:
            self.weak[channel] = f"a message whose reply is lost cannot be looked up: {lack}"


def _why(outcome: Outcome) -> str:
    match outcome:
        case Refused():
            return outcome.words
        case Limited(_, reason) | NotPosted(reason) | Unknown(reason):
            return reason
        case _:
            return "Slack's answer cannot be read"

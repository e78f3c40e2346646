"""Who may use the API: tokens with a name and a scope, as WIREWATCH_API_TOKENS has them when one is used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.console.entries import Entries, same
from monitor.decide import acts
from monitor.model import Person
from monitor.model.tokens import api_tokens
from monitor.settings import Settings


class TokenScope(StrEnum):
    """What a token lets its owner do."""

    READ = "read"
    ACT = "act"
    """All that `read` does, and acts."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever has a token: the name that others see beside what they do, and what they may do."""

    name: str
    scope: TokenScope

    def may(self, scope: TokenScope) -> bool:
        """Whether the token is good for this."""
        return self.scope is TokenScope.ACT or scope is TokenScope.READ

    @property
    def person(self) -> Person:
        """Who acts. The words behind the name keep it from being taken for the id of somebody in Slack."""
        return acts.person(f"{self.name} (API)", self.name)


class Tokens:
    """The tokens of now."""

    def __init__(self, settings: Settings) -> None:
        self._entries = Entries("WIREWATCH_API_TOKENS", settings.wirewatch_api_tokens, api_tokens)

    def holder_of(self, given: str) -> Holder | None:
        """Whose token this is; None when it is nobody's. All are compared, so that the time tells nothing."""
        found = [Holder(name, TokenScope(scope)) for name, scope, token in self._entries() if same(given, token)]
        return found[0] if found else None

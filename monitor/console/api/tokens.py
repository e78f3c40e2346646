"""Who may use the API: tokens with a name and a scope, as WIREWATCH_API_TOKENS has them when one is used."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from enum import StrEnum

import structlog

from monitor.decide import acts
from monitor.errors import SettingsError
from monitor.model import Person
from monitor.settings import Settings, api_tokens, secret_named

log = structlog.get_logger()

_NAME = "WIREWATCH_API_TOKENS"


class Scope(StrEnum):
    """What a token lets its owner do."""

    READ = "read"
    ACT = "act"
    """All that `read` does, and acts."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever has a token: the name that others see beside what they do, and what they may do."""

    name: str
    scope: Scope

    def may(self, scope: Scope) -> bool:
        """Whether the token is good for this."""
        return self.scope is Scope.ACT or scope is Scope.READ

    @property
    def person(self) -> Person:
        """Who acts. The words behind the name keep it from being taken for the id of somebody in Slack."""
        return acts.person(f"{self.name} (API)", self.name)


class Tokens:
    """The tokens of now. From a file they are read again at each request, so that one can be revoked at once."""

    def __init__(self, settings: Settings) -> None:
        self._value = settings.wirewatch_api_tokens
        self._unusable = ""

    def holder_of(self, given: str) -> Holder | None:
        """Whose token this is, compared in constant time with each; None when it is nobody's."""
        digest, found = _digest(given), None
        for name, scope, token in self._now():
            if hmac.compare_digest(_digest(token), digest):
                found = Holder(name, Scope(scope))
        return found

    def _now(self) -> list[tuple[str, str, str]]:
        if os.environ.get(f"{_NAME}_FILE"):
            try:
                return api_tokens(secret_named(_NAME) or "")
            except (SettingsError, ValueError) as error:
                # Never the value, which the error may quote.
                why = str(error) if isinstance(error, SettingsError) else "an entry in it is not NAME:SCOPE:TOKEN"
                if why != self._unusable:
                    log.error(
                        "the file of tokens for the API cannot be used; nobody is let in by it",
                        action="api_tokens_unusable",
                        error=why,
                    )
                self._unusable = why
                return []
        return api_tokens(self._value.get_secret_value()) if self._value else []


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()

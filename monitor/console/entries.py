"""Settings that list tokens: as they are when one is used, and read again where they stand in a file."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import structlog
from pydantic import SecretStr

from monitor.errors import SettingsError
from monitor.settings import secret_named

log = structlog.get_logger()
T = TypeVar("T")


class Entries(Generic[T]):
    """The entries of a setting; `parse` reads them, and raises `ValueError` for what is none.

    From a file they are read again at each use, so that a token can be revoked at once. A file that cannot be used lets
    nobody in.
    """

    def __init__(self, name: str, value: SecretStr | None, parse: Callable[[str], Sequence[T]]) -> None:
        self._name = name
        self._value = value
        self._parse = parse
        self._unusable = ""

    def __call__(self) -> Sequence[T]:
        """The entries of now."""
        if not os.environ.get(f"{self._name}_FILE"):
            return self._parse(self._value.get_secret_value()) if self._value else ()
        try:
            found = self._parse(secret_named(self._name) or "")
        except (SettingsError, ValueError) as error:
            # Never the value, which the error of a parser may quote.
            why = str(error) if isinstance(error, SettingsError) else "what stands in it cannot be read"
            if why != self._unusable:
                log.error(
                    "the file of a setting with tokens cannot be used; nobody is let in by it",
                    action="tokens_unusable",
                    setting=f"{self._name}_FILE",
                    error=why,
                )
            self._unusable = why
            return ()
        self._unusable = ""
        return found


def same(given: str, token: str) -> bool:
    """Whether two tokens are the same, in a time that tells nothing of them."""
    return hmac.compare_digest(*(hashlib.sha256(one.encode("utf-8", "replace")).digest() for one in (given, token)))

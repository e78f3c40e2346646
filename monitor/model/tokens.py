"""How settings list tokens: entries with blanks between them, each with what its token is for."""

from __future__ import annotations

import re

_API_TOKEN = re.compile(r"([a-z0-9][a-z0-9-]{0,27}):(read|act):([A-Za-z0-9._~+/=-]{20,200})")
_ATOM_TOKEN = re.compile(r"([a-z0-9][a-z0-9-]*):([A-Za-z0-9._~=-]{20,200})")


def api_tokens(value: str) -> list[tuple[str, str, str]]:
    """Name, scope and secret of each token for the API; entries NAME:SCOPE:TOKEN have blanks between them.

    Raises:
        ValueError: an entry is none; or two have one secret, so that nobody knows who acts.
    """
    found = [match.groups() for one in value.split() if (match := _API_TOKEN.fullmatch(one))]
    if len(found) != len(value.split()) or len({secret for _, _, secret in found}) != len(found):
        raise ValueError("no tokens")
    return [(name, scope, secret) for name, scope, secret in found]


def atom_tokens(value: str) -> list[tuple[str, str]]:
    """Route and secret of each feed of alerts; entries ROUTE:TOKEN have blanks between them.

    Raises:
        ValueError: an entry is none.
    """
    found = [match.groups() for one in value.split() if (match := _ATOM_TOKEN.fullmatch(one))]
    if len(found) != len(value.split()):
        raise ValueError("no tokens")
    return [(route, secret) for route, secret in found]

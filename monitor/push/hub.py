"""How a hub is asked for pushes, over the network."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import aiohttp

from monitor.collect.fetching.outgoing import Outgoing
from monitor.collect.fetching.unreachable import failure_of, shown

_PATIENCE = aiohttp.ClientTimeout(total=20)
_LONGEST_ADDRESS = 2000
_REDIRECTS, _MOST_REDIRECTS = (301, 302, 307, 308), 3


async def ask_hub(outgoing: Outgoing, hub: str, form: Mapping[str, str]) -> str:
    """Why the hub at an address did not take what it was asked; empty when it did."""
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            session, proxy = await outgoing.to(hub)
            # Followed by hand: aiohttp goes on with GET after most of them, and that asks a hub for nothing.
            async with session.post(hub, data=form, timeout=_PATIENCE, proxy=proxy, allow_redirects=False) as answer:
                location = answer.headers.get("Location") if answer.status in _REDIRECTS else None
                if location is None:
                    return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"
                hub, before = urljoin(hub, location), hub
            if not is_web(hub) or (before.startswith("https:") and not hub.startswith("https:")):
                return f"it redirects to {shown(hub)}"  # the secret is sent to no less secure address
    except TimeoutError:
        return "no answer in time"
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return failure_of(error, urlsplit(hub).hostname or "the hub").reason
    return "too many redirects"


def is_web(address: str) -> bool:
    """Whether a hub or a topic can be at this address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(address) <= _LONGEST_ADDRESS

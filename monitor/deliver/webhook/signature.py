"""Signatures as Standard Webhooks wants them, and the secrets they are made with.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


def keys_of(secret: str) -> tuple[bytes, ...]:
    """The keys in a secret: one, or several with blanks between them while it is exchanged for another.

    Raises:
        ValueError: there is none, or one is not 24 to 64 bytes in base64. The text never repeats the secret.
    """
    keys = tuple(_key(one) for one in secret.split())
    if not keys:
        raise ValueError("it is empty")
    return keys


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("it is not whsec_ and base64; `openssl rand -base64 32` makes what follows whsec_") from None
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError(f"it has {len(key)} bytes, and {_SHORTEST} to {_LONGEST} are needed")
    return key


def headers(message_id: str, body: bytes, keys: tuple[bytes, ...], *, now: datetime) -> dict[str, str]:
    """The headers that sign a body: `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`."""
    stamp = str(int(now.timestamp()))
    signed = f"{message_id}.{stamp}.".encode() + body
    made = (base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in made),
    }

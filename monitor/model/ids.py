"""The identity of a delivery."""

from __future__ import annotations

import hashlib


def delivery_id_of(key: str) -> str:
    """The id of the delivery with this key: the same wherever and whenever it is decided."""
    return "d" + hashlib.sha256(key.encode()).hexdigest()[:16]


def card_key(story_id: str, route: str) -> str:
    """The key of the first card that a route gets of a story."""
    return f"card:{story_id}:{route}"

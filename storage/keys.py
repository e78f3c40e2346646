"""The keys that stories are found by, as they are stored."""

from __future__ import annotations

import hashlib

from storage.types import storable

_LONGEST_KEY = 64


def story_key(key: str) -> str:
    """A key as it is stored: itself, or its hash when a hostile headline made a "word" too long for an index."""
    key = storable(key)
    return key if len(key) <= _LONGEST_KEY else hashlib.blake2b(key.encode(), digest_size=16).hexdigest()

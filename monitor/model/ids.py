"""How ids and the keys of deliveries are made: in one place, because they are what makes "once" true.

An id is a letter for what it names and the beginning of a hash, so that the same thing decided twice, here or in
another process, has the same id. A delivery's id comes from its key, and a key names what is said and to whom. Where
SQL asks for what was posted, the same functions take columns instead of strings.

    i  item      s  story      d  delivery      m  mute
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, TypeVar, cast

Words = TypeVar("Words")
"""A string, or a column of strings."""

_LONG, _SHORT = 16, 12


def item_id_of(*words: str) -> str:
    """The id of an item that these words distinguish from all others."""
    return "i" + _hashed("\n".join(words), _LONG)


def story_id_of(*words: str) -> str:
    """The id of a story: of the item that starts it, or of the edit that splits it off."""
    return "s" + _hashed("\n".join(words), _SHORT)


def mute_id_of(act: str, scope: str, subject: str) -> str:
    """The id of what one act of somebody mutes."""
    return "m" + _hashed(f"{act}:{scope}:{subject}", _LONG)


def delivery_id_of(key: str) -> str:
    """The id of the delivery with this key: the same wherever and whenever it is decided."""
    return "d" + _hashed(key, _LONG)


def line_of(delivery_id: str, story_id: str) -> str:
    """A story's line in a digest, as what people act on: the digest's delivery and the story."""
    return f"{delivery_id}.{story_id}"


def delivery_of_line(card: str) -> str:
    """The delivery of a card, or of the digest that a line is in."""
    return card.partition(".")[0]


def story_of_line(card: str) -> str:
    """The story of a line in a digest; empty for a card."""
    return card.partition(".")[2]


def card_key(story_id: str, route: str, *, instead_of: str = "") -> str:
    """The first card that a route gets of a story, or the one that takes the place of the delivery `instead_of`."""
    return _key("card", story_id, route, *([instead_of] if instead_of else []))


def follow_up_key(item_id: str, revision: int, route: str) -> str:
    """A further report of a story, one for each revision of its item."""
    return _key("follow-up", item_id, str(revision), route)


def digest_key(why: str, route: str, begins: str, part: int) -> str:
    """A part of a digest, by the reason it gathers for and the story or card that it begins with."""
    return _key("digest", why, route, begins, str(part))


BUSY_DIGESTS = "digest:busy:"
"""How the keys of busy digests begin."""


def notice_key(key: str) -> str:
    """A notice to ops; `key` names it and what it is about."""
    return _key("notice", key)


def trouble_key(name: str, told_at: datetime) -> str:
    """That ops is told at a time of a trouble of that name."""
    return notice_key(f"trouble:{name}:{told_at.isoformat()}")


def unanswered_key(story_id: Words, route: Words) -> Words:
    """That no official has answered a story."""
    return _key("unanswered", story_id, route)


def vanished_key(item_id: Words, route: Words) -> Words:
    """That a feed took a report out again."""
    return _key("vanished", item_id, route)


def mute_ended_key(mute_id: str) -> str:
    """That a mute is over."""
    return _key("mute-ended", mute_id)


def desk_key(act: str) -> str:
    """What somebody did, told in the thread of a card."""
    return _key("desk", act)


def _key(kind: str, *parts: Words) -> Words:
    """The words with colons between them. Added up one by one, which columns can be too."""
    key: Any = kind
    for part in parts:
        key = key + ":" + part
    return cast("Words", key)


def _hashed(words: str, length: int) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:length]

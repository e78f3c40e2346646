"""How soon is what was not posted tried again, or looked for?"""

from __future__ import annotations

from datetime import timedelta

LOOK_UP_AFTER = timedelta(seconds=5)
"""How long after an attempt of unknown outcome it is looked for, and how long after that once more.

So a message is posted again 10 s after the first call ended, at the earliest: the client has given that call up, and
Slack's history has had time to show what arrived after all.
"""

LONGEST_BACK_OFF = timedelta(seconds=60)
LONGEST_LIMIT = timedelta(hours=1)
BROKEN_RETRY = timedelta(seconds=30)
"""How soon one message is tried again while a channel, or every one, is refused: what waits is posted within a minute
of the end of the trouble."""

REFUSED_MESSAGE_RETRY = timedelta(seconds=90)
"""How soon a message is tried again that is refused by a code nobody knows, while others are posted."""

_FURTHER_APART, _GROWING = 1.25, 20


def back_off(tries: int) -> timedelta:
    """How long nothing is tried after so many tries in vain: longer and longer."""
    return min(timedelta(seconds=2 ** min(tries, 10)), LONGEST_BACK_OFF)


def in_doubt(tries: int) -> timedelta:
    """How long a channel rests after so many posts of a message that ended in doubt, when nothing else arrives.

    No longer than after a refusal: it may be about this message alone, and others wait with it.
    """
    return min(back_off(tries), BROKEN_RETRY)


def next_look(looks: int) -> timedelta:
    """How long after so many look-ups the next one is: longer and longer."""
    return min(LOOK_UP_AFTER * _FURTHER_APART ** min(looks, _GROWING), LONGEST_BACK_OFF)


def waited(looks: int) -> timedelta:
    """How long was waited, at least, for and between so many look-ups and this one."""
    apart = sum((next_look(number) for number in range(min(looks, _GROWING))), LOOK_UP_AFTER)
    return apart + max(0, looks - _GROWING) * LONGEST_BACK_OFF

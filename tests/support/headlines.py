"""Words for headlines that no other headline has and no language knows."""

from __future__ import annotations

import random

_SYLLABLES = ("ba", "do", "fe", "gu", "ki", "lo", "mu", "na", "pe", "ri", "sto", "tra", "vel", "zan", "wix", "yol")


def invented_word(rng: random.Random) -> str:
    """A word with a capital, of five syllables."""
    return "".join(rng.choice(_SYLLABLES) for _ in range(5)).capitalize()

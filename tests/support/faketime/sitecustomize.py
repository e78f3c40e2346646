"""Loaded by every interpreter whose clock libfaketime moves: lets threads sleep by `select`, which it leaves alone.

Its own `clock_nanosleep` fails with EINVAL (0.9.10) when a busy machine reaches the end of a sleep before its beginning
was reckoned. That is no fault that a real clock has, and it ends whatever thread sleeps.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep

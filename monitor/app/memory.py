"""How this process's memory is managed: what is freed goes back to the system, and what stays is not looked through."""

from __future__ import annotations

import contextlib
import ctypes
import gc

# From <malloc.h> of glibc.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8

_OPTIONS = {_ARENA_MAX: 2, _MMAP_THRESHOLD: 128 << 10, _TRIM_THRESHOLD: 1 << 20}
"""By default glibc has eight arenas a core, and once a large block was freed it takes blocks of that size from arenas
too. Documents of megabytes that are read in many threads then leave holes everywhere: of the 580 MB that the service
took among hostile feeds, 220 MB were such holes (docs/decisions/0039)."""


def starting() -> None:
    """Have freed memory given back, and do not look for garbage among what a start loads. Call it before threads start.

    Other C libraries than glibc know no such options, and manage memory in other ways.
    """
    gc.disable()
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in _OPTIONS.items():
            mallopt(option, value)


def started() -> None:
    """Look for garbage once, then among what comes alone: what was loaded stays, and takes long to look through."""
    gc.collect()
    gc.freeze()
    gc.enable()

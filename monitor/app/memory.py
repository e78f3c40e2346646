"""How the C library manages this process's memory: so that what is freed goes back to the system."""

from __future__ import annotations

import ctypes

# From <malloc.h> of glibc.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8

_OPTIONS = {_ARENA_MAX: 2, _MMAP_THRESHOLD: 128 << 10, _TRIM_THRESHOLD: 1 << 20}
"""By default glibc has eight arenas a core, and once a large block was freed it takes blocks of that size from arenas
too. Documents of megabytes that are read in many threads then leave holes everywhere: of the 580 MB that the service
took among hostile feeds, 220 MB were such holes (docs/decisions/0039)."""


def keep_little() -> bool:
    """Have freed memory given back. Call it before threads are started; whether the C library can do so.

    Other C libraries than glibc know no such options, and manage memory in other ways.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    taken = [mallopt(option, value) for option, value in _OPTIONS.items()]
    return all(taken)

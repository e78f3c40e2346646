"""`python -m tests.support.afflicted run`: the service, with names below news.test that hang while `hang` is there."""

from __future__ import annotations

import sys

from tests.support import harm

if __name__ == "__main__":
    import service

    harm.names_hang()
    sys.argv[0] = "service.py"
    service.main()

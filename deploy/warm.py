"""Imports all of Wirewatch, so that Python keeps the compiled form of what it reads, and of nothing else.

Run by the Dockerfile after `pip install --no-compile`: three quarters of what libraries bring are never imported.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil

ALSO = ("pymorphy3", "ftfy", "feedparser", "slack_sdk.socket_mode.aiohttp", "uvicorn.lifespan.off")
"""What is imported when it is first needed."""


def warm() -> int:
    """Import it; how many modules that were."""
    import monitor  # noqa: PLC0415 - the folder it is in is the current one, not that of this file
    import storage  # noqa: PLC0415

    count = 0
    for package in (monitor, storage):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." in module.name or module.name.endswith("build"):
                continue  # alembic runs the former, and developers the latter
            with contextlib.suppress(ImportError):  # an extra that is not installed
                importlib.import_module(module.name)
                count += 1
    for name in ALSO:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    return count


if __name__ == "__main__":
    print(f"{warm()} modules imported")

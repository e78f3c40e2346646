"""While the file of a database is gone, no connection is opened to what is at its path: it would be an empty one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from monitor.errors import StoreUnavailable
from monitor.model import FeedState
from storage.store import Store
from tests.support.builders import NOW


def _unlink_log(path: Path) -> None:
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink()


def _replace(path: Path) -> None:
    path.unlink()
    path.touch()


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.exists() else None


LOSSES: dict[str, Callable[[Path], None]] = {
    "deleted but for its log": Path.unlink,
    "without its log": _unlink_log,
    "replaced by an empty one": _replace,
}


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
async def test_no_new_connection_is_opened_until_the_file_is_put_back(
    migrated_url: str, lose: Callable[[Path], None]
) -> None:
    """Readers open their connections when they are first needed, which may be just then."""
    url = make_url(migrated_url)
    if url.get_backend_name() != "sqlite":
        return
    path, store = Path(str(url.database)), Store.open(migrated_url)
    try:
        await store.save_feed(FeedState(feed_id="wire", failures=3))
        lose(path)
        size = _size(path)
        for _ in range(3):
            read = await asyncio.gather(*(store.feed_states() for _ in range(8)), return_exceptions=True)
            assert all(isinstance(one, StoreUnavailable | list) for one in read), read
            assert all([state.feed_id for state in one] == ["wire"] for one in read if isinstance(one, list))
        assert _size(path) == size, "nothing was made there"
        await store.save_feed(FeedState(feed_id="ngo"))
        assert await store.mend_file(NOW) is not None
        assert [state.feed_id for state in await store.feed_states()] == ["ngo", "wire"]
        assert await store.mend_file(NOW) is None, "it is the file that is open"
    finally:
        await store.close()
    again = Store.open(migrated_url)
    assert [state.feed_id for state in await again.feed_states()] == ["ngo", "wire"]
    await again.close()

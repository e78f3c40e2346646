"""The locks among processes: what only one transaction at a time may do, in all of them."""

from __future__ import annotations

import zlib
from collections.abc import Collection

from sqlalchemy import Connection, text

# "wire" in ASCII, then a count.
STORY_LOCK = 0x77697265_01
UPGRADE_LOCK = 0x77697265_02
SEARCH_LOCK = 0x77697265_03
QUEUE_LOCK = 0x77697265_04
NOTICE_LOCK = 0x77697265_05


def lock(connection: Connection, number: int) -> None:
    """Wait until this transaction is the only one, in all processes, that holds lock `number`.

    SQLite needs nothing: a write transaction is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


_NAMED = 0x77697265
_LOCK_NAMED = text(
    "SELECT pg_advisory_xact_lock(:kind, one) FROM "
    # In one order, so that nobody waits for somebody who waits for him.
    "(SELECT unnest(CAST(:numbers AS integer[])) AS one ORDER BY one OFFSET 0) AS in_order"
)


def lock_named(connection: Connection, names: Collection[str]) -> None:
    """Wait until this transaction is the only one, in all processes, that holds a lock of any of these names.

    Whoever needs more names afterwards gives these back first, or two may wait for each other. SQLite needs nothing.
    """
    if connection.dialect.name == "postgresql" and names:
        numbers = sorted({zlib.crc32(name.encode()) & 0x7FFF_FFFF for name in names})
        connection.execute(_LOCK_NAMED, {"kind": _NAMED, "numbers": numbers})

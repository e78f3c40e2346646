"""Whether the database beside the service can be used, for `health`, which has to say why when it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from monitor.decide.notices.database import LITTLE_ROOM, NO_ROOM, room_words
from monitor.errors import StoreBusy, StoreError
from monitor.model import Room
from monitor.model.stores import DiskStore

_UPKEEP = {
    "check": "the database is damaged, so stop the service and run `db restore BACKUP`",
    "prune": "old texts could not be deleted",
    "backup": "the daily backup failed",
}


class StoreToAskAbout(DiskStore, Protocol):
    """What this needs of the store. Every method may raise `StoreError`."""

    async def probe(self) -> None:
        """Find out whether the database can be written to, without writing anything."""


@dataclass(frozen=True, slots=True)
class AboutStore:
    """What is wrong with the database, in words: what stops the chain, and what does not yet."""

    troubles: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()


async def about_store(store: StoreToAskAbout) -> AboutStore:
    """Ask whether it can be written to, has room, and was looked after.

    Raises:
        StoreError: it cannot even be read.
    """
    cannot = busy = ""
    try:
        await store.probe()
    except StoreBusy as error:
        busy = str(error)
    except StoreError as error:
        cannot = str(error)
    return about_database(cannot, await store.room(), await store.upkeep_problems(), busy=busy)


def about_database(cannot: str, room: Room | None, upkeep: Mapping[str, str], *, busy: str = "") -> AboutStore:
    """What the facts come to. `cannot` is why nothing can be written, "" when it can. Pure.

    `busy` is why it could not at once: the service itself may be at work, and its heartbeat says how that goes.
    """
    troubles = [cannot] if cannot else []
    degraded = [busy] if busy else []
    if room is not None and room.free < NO_ROOM:
        troubles.append(f"{room_words(room)} Nothing more can be stored: make room on it.")
    elif room is not None and room.free < LITTLE_ROOM:
        degraded.append(f"{room_words(room)} Make room on it.")
    for name, problem in upkeep.items():
        words = f"{_UPKEEP.get(name, name)}: {problem}"
        (troubles if name == "check" else degraded).append(words)
    return AboutStore(tuple(troubles), tuple(degraded))

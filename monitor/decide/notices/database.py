"""Notices to ops about the database: that it cannot be used, that it can again, and what was wrong with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.decide.notices.notice import to_ops
from monitor.model import Delivery, FileChange, PastOutage, Room, Route, in_words

TOLD_AFTER = timedelta(seconds=45)
"""An outage of the database that lasts so long is reported while it lasts."""

WORTH_TELLING = timedelta(seconds=20)
"""A shorter outage is in the log only."""

LITTLE_ROOM = 100_000_000
"""Bytes that are free on the database's disk below which ops is warned."""

NO_ROOM = 1_000_000
"""Bytes below which nothing of any size can be written."""

_WHY = 600


def outage(problem: PastOutage, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """That the database cannot be used; posted without it, so nothing remembers it."""
    if problem.seconds < TOLD_AFTER.total_seconds():
        return ()
    text = (
        f"Since {_ago(problem.seconds, now)} ({in_words(timedelta(seconds=problem.seconds))}) Wirewatch cannot use its "
        f"database: {problem.problem[:_WHY]}. Until it can, no feed is read and no alert is posted. It tries again by "
        "itself, and says when it is over."
    )
    key = f"database-out:{now - timedelta(seconds=problem.seconds):%Y-%m-%dT%H:%M}"
    return to_ops(key, "The database cannot be used", text, ops, now=now)


def outages_over(past: tuple[PastOutage, ...], ops: Route | None, *, told: bool, now: datetime) -> tuple[Delivery, ...]:
    """That the database works again; nothing when it was away too shortly for anybody to care.

    `told`: ops knows of it.
    """
    longest = max(past, key=lambda one: one.seconds, default=None)
    if longest is None or not (told or longest.seconds >= WORTH_TELLING.total_seconds()):
        return ()
    more = "" if len(past) == 1 else f" It was away {len(past)} times; this was the longest."
    text = (
        f"Wirewatch can use its database again. It could not for {in_words(timedelta(seconds=longest.seconds))}: "
        f"{longest.problem[:_WHY]}.{more} What was not written is being read from the feeds again, and what waited is "
        "being posted now."
    )
    return to_ops(f"database-back:{now:%Y-%m-%dT%H:%M:%S}", "The database works again", text, ops, now=now)


_CHANGES = {
    FileChange.GONE: (
        "The database file was deleted",
        (
            "The database {path} was deleted while Wirewatch had it open. Wirewatch put it back as it was: nothing is "
            "lost. Find out who deletes files there; `db backup` makes a copy."
        ),
    ),
    FileChange.OTHER: (
        "The database file was replaced",
        (
            "The database {path} was replaced by another file while Wirewatch had it open. Wirewatch uses the new file "
            "from now on, and kept what it had as {kept}. To go back, stop the service and `db restore` that file. "
            "Before it posts again, it looks into the channels for what the new file does not know of."
        ),
    ),
    FileChange.LOG_GONE: (
        "A part of the database was deleted",
        (
            "The write-ahead log of the database {path} ({path}-wal or -shm) was deleted while Wirewatch had it open. "
            "Wirewatch wrote what was in it into the database: nothing is lost. Never delete these files beside it."
        ),
    ),
}


def file_changed(change: FileChange, path: str, kept: str, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """That somebody deleted or replaced the file, and what was done about it."""
    if change not in _CHANGES:
        return ()
    title, text = _CHANGES[change]
    return to_ops(f"database-file:{now:%Y-%m-%dT%H:%M:%S}", title, text.format(path=path, kept=kept), ops, now=now)


def little_room(room: Room, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """That the disk is nearly full, once a day while it is."""
    if room.free >= LITTLE_ROOM:
        return ()
    text = f"{room_words(room)} Make room before it is full: then no feed is read and no alert is posted."
    return to_ops(f"database-room:{now:%Y-%m-%d}", "The disk with the database is nearly full", text, ops, now=now)


def room_words(room: Room) -> str:
    """How much room there is, in a sentence."""
    free, size = size_words(room.free), size_words(room.size)
    return f"The disk with the database {room.path} has {free} free; the database has {size}."


_UPKEEP = {
    "check": (
        "The database is damaged",
        (
            "The daily check of the database found that it is damaged: {problem}. Wirewatch keeps working as well as "
            "it can. Stop the service and run `db restore BACKUP` with a copy from before."
        ),
        "The database is sound again",
        "The check of the database finds no damage any more.",
    ),
    "backup": (
        "The daily backup failed",
        "No backup of the database was made: {problem}. It is tried again every hour.",
        "The daily backup works again",
        "A backup of the database was made, and it can be opened.",
    ),
    "prune": (
        "Old texts could not be deleted",
        (
            "The texts that are older than WIREWATCH_RETENTION could not be deleted: {problem}. It is tried again "
            "every hour; meanwhile the database grows."
        ),
        "Old texts are deleted again",
        "The texts that are older than WIREWATCH_RETENTION were deleted.",
    ),
}


def upkeep(name: str, problem: str, before: str, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """That a part of the upkeep went wrong, or well again; nothing when that is no news."""
    if bool(problem) == bool(before):
        return ()
    wrong, why, well, how = _UPKEEP[name]
    title, text = (wrong, why.format(problem=problem[:_WHY])) if problem else (well, how)
    return to_ops(f"upkeep:{name}:{now:%Y-%m-%dT%H:%M:%S}", title, text, ops, now=now)


def _ago(seconds: float, now: datetime) -> str:
    return f"{now - timedelta(seconds=seconds):%H:%M} UTC"


def size_words(count: int) -> str:
    """A number of bytes, for a person."""
    return f"{count / 1_000_000_000:.1f} GB" if count >= 1_000_000_000 else f"{count / 1_000_000:.1f} MB"

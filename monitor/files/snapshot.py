"""What the files people edit hold: each read once, so that everything read from them is of one moment."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

MOST_BYTES = 32_000_000
"""No more of a file is read."""
MOST_FILES = 10_000
"""No more files of a folder are listed by name."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files on disk as they were when first asked for; what `instead` holds stands in for some of them."""

    instead: Mapping[Path, bytes] = field(default_factory=dict)
    _on_disk: dict[Path, bytes | OSError] = field(default_factory=dict)
    _listed: dict[tuple[Path, str], tuple[Path, ...]] = field(default_factory=dict)
    _below: dict[Path, tuple[Path, ...]] = field(default_factory=dict)
    _made: dict[Path, tuple[bytes, Any]] = field(default_factory=dict)
    _derived: dict[Path, tuple[object, Any]] = field(default_factory=dict)

    def with_instead(self, instead: Mapping[Path, bytes]) -> Files:
        """The same moment, with these in the place of what is on disk."""
        return replace(self, instead=dict(instead))

    def again(self) -> Files:
        """The files asked for so far, as they are on disk now; what was made of those that did not change is kept."""
        listed = {asked: _listing(*asked) for asked in self._listed}
        alone = self._on_disk.keys() - {path for paths in self._listed.values() for path in paths}
        on_disk = {path: _read(path) for path in sorted(alone.union(*listed.values()))}
        below = {folder: _below(folder) for folder in self._below}
        made = {path: made for path, made in self._made.items() if path in on_disk}
        derived = {path: derived for path, derived in self._derived.items() if path in made}
        return Files(_on_disk=on_disk, _listed=listed, _below=below, _made=made, _derived=derived)

    def differing(self, other: Files) -> tuple[Path, ...]:
        """The files that do not hold the same on disk in both, and those that are there in one alone."""
        paths = self._on_disk.keys() | other._on_disk.keys()
        held = {path for path in paths if self._told(path) != other._told(path)}
        return tuple(sorted(held | (self._listed_below() ^ other._listed_below())))

    def paths(self) -> list[Path]:
        """The files asked for that are or should be on disk."""
        return sorted(self._on_disk)

    def on_disk(self, path: Path) -> bytes | None:
        """What a file held, None when it could not be read or is not known."""
        found = self._on_disk.get(path)
        return found if isinstance(found, bytes) else None

    def is_folder(self, path: Path) -> bool:
        """Whether a path is a folder, or one that was and of which files are in `instead`."""
        return path.is_dir() or any(one.parent == path for one in self.instead)

    def names(self, folder: Path, pattern: str) -> list[Path]:
        """The files in a folder (not in folders in it) whose name matches, sorted, without those that are hidden."""
        if (folder, pattern) not in self._listed:
            self._listed[folder, pattern] = _listing(folder, pattern)
        stand_ins = {path for path in self.instead if path.parent == folder and path.match(pattern)}
        return sorted(stand_ins.union(self._listed[folder, pattern]))

    @staticmethod
    def unlisted(folder: Path) -> str:
        """Why the names in a folder cannot be read, "" when they can."""
        try:
            next(folder.iterdir(), None)
        except OSError as error:
            return error.strerror or type(error).__name__
        return ""

    def below(self, folder: Path) -> tuple[Path, ...]:
        """Every file in a folder and in the folders in it, by name alone, sorted; not those that stand in."""
        if folder not in self._below:
            self._below[folder] = _below(folder)
        return self._below[folder]

    def read(self, path: Path) -> bytes:
        """What a file holds.

        Raises:
            OSError: it could not be read.
        """
        if path in self.instead:
            return self.instead[path]
        if path not in self._on_disk:
            self._on_disk[path] = _read(path)
        found = self._on_disk[path]
        if isinstance(found, OSError):
            raise found
        return found

    def made(self, path: Path, content: bytes, make: Callable[[], T]) -> T:
        """What `make` makes of a file's content; made once as long as that stays the same."""
        known = self._made.get(path)
        if known is None or known[0] != content:
            known = self._made[path] = content, make()
        result: T = known[1]
        return result

    def derived(self, path: Path, read: object, make: Callable[[], T]) -> T:
        """What `make` makes of what was read of a file; made once as long as that is the same object, as `made` gives.

        `make` must not change it.
        """
        known = self._derived.get(path)
        if known is None or known[0] is not read:
            known = self._derived[path] = read, make()
        result: T = known[1]
        return result

    def _listed_below(self) -> set[Path]:
        return {path for listed in self._below.values() for path in listed}

    def _told(self, path: Path) -> bytes | str | None:
        found = self._on_disk.get(path)
        return str(found) if isinstance(found, OSError) else found


def _listing(folder: Path, pattern: str) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.glob(pattern) if not path.name.startswith(".")))


def _below(folder: Path) -> tuple[Path, ...]:
    """Links to folders are not followed, and folders that a system or tool hides are not looked into."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        found += (Path(place, name) for name in names)
        if len(found) > MOST_FILES:
            break
    return tuple(sorted(found[:MOST_FILES]))


def _read(path: Path) -> bytes | OSError:
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            return OSError(errno.EINVAL, "it is not a file")  # a pipe would be waited for
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES)
    except OSError as error:
        return error

"""The errors of the project, and the problems people find in their files.

    WirewatchError
    ├── SettingsError      a setting has a value that cannot be used
    ├── ConfigError        nothing usable is left in feeds, routes or rules
    ├── InputError         a line of JSON input cannot be read
    ├── UsageError         a command was asked for something that does not exist
    ├── ModelError         a file of a sentence encoder is another than was expected
    ├── EditRefused        a story cannot be merged or split as asked
    ├── PartEnded          a part of the service ended by itself, and the service with it
    └── StoreError         the database refused
        ├── StoreBusy      it is locked by somebody else; trying again may help
        ├── StoreNewer     a newer version of Wirewatch wrote it
        ├── StoreUnavailable  it cannot be opened, reached, read or written at all
        │   └── StoreFailing  its disk is full or fails, or it is damaged
        └── StoreRefused   what was to be written is at fault, not the database

Seven are caught beside where they are raised and never reach a person as they are:

    AddressRefused (OSError)       a feed's address may not be connected to
    NotUnpacked (ValueError)       a document that a server packed cannot be unpacked
    TooLarge (ValueError)          a document is larger than it may be
    PermissionUnknown (Exception)  Slack does not tell who is in the desk's group
    NotCertain (ValueError)        a document cannot be split into its entries for certain
    BuildRaised (StoreRefused)     what was judged together with others raised; each is judged alone
    TermError (ValueError)         a term of a rule cannot be used; it becomes a `Problem`

Failures of the outside world (a feed that is down, Slack saying no) are values, not exceptions: see `model`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    """How bad a problem in a file is: an `ERROR` makes (that part of) the file unusable."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file somebody edits, worded for that person.

    `line` and `column` count from 1; both are 1 when the file as a whole is meant. `suggestion` is what was
    probably intended ("severity"), without "did you mean". `follows` says that it comes from another problem, told
    where it is: what takes a file with a mistake, or names something that has one.
    """

    path: Path
    line: int
    column: int
    level: Level
    message: str
    suggestion: str | None = None
    follows: bool = False

    def __str__(self) -> str:
        hint = f' - did you mean "{self.suggestion}"?' if self.suggestion else ""
        return f"{self.path}:{self.line}:{self.column}: {self.level}: {self.message}{hint}"


class WirewatchError(Exception):
    """Anything Wirewatch raises on purpose. `str()` is fit to be shown to a person."""


class SettingsError(WirewatchError):
    """One or more settings cannot be used; the text has a line for each."""


class ConfigError(WirewatchError):
    """A file cannot be used at all, or too little is left of it. Carries every problem found."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class InputError(WirewatchError):
    """A line of JSON input cannot be read.

    `line` counts from 1.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


class UsageError(WirewatchError):
    """A command was asked for something that does not exist; the text names what does."""


class EditRefused(WirewatchError):
    """A story cannot be edited as asked; the text says why, and what to do."""


class PartEnded(WirewatchError):
    """A part of the service ended though nobody asked it to; what is left of the service would be half alive."""


class StoreError(WirewatchError):
    """The database could not do what was asked of it."""


class StoreUnavailable(StoreError):
    """The database cannot be used at all: not there, not reachable, damaged, without room. The store logs it."""


class StoreBusy(StoreError):
    """The database stayed locked by another process for longer than the time limit."""


class StoreNewer(StoreError):
    """The database has the tables of a newer version of Wirewatch, which this one does not know."""

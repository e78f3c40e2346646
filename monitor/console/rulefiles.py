"""Which files of rules are there, and when is a draft written into one?

The files stay the truth: one is written only where WIREWATCH_CONSOLE_WRITES allows it, and nobody else changed it.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import structlog
from starlette.exceptions import HTTPException

from monitor.config.lastgood import Places
from monitor.console.page import Console
from monitor.console.worker import DraftWorker, NotDone
from monitor.errors import ConfigError
from monitor.files.replace import create_file, replace_file
from monitor.wording.counts import counted
from monitor.workbench.draft import WORDS, Draft

log = structlog.get_logger()

LARGEST_DRAFT = 512 * 1024
"""Bytes; the largest rule file that comes with Wirewatch has 28 KB."""

NEW = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}\.yaml")
"""What the file of a new rule may be called."""

_BEGUN = """format: 1
id: {id}
title: {id}
status: test
severity: medium
words:
  what:
    en: [ ]
find:
  - name: any mention
    all: [what]
examples:
  match: [ ]
  no_match: [ ]
"""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file of rules: its name in the folder, and what it holds; `there` is whether it is on the disk."""

    name: str
    path: Path
    content: bytes
    there: bool = True

    @property
    def version(self) -> str:
        """What a draft remembers of the content that it began from."""
        return hashlib.sha256(self.content).hexdigest() if self.there else ""

    def with_ends(self, text: str) -> str:
        """What a browser sent, with the ends of lines that the file has; browsers make each of them CRLF."""
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        return plain.replace("\n", "\r\n") if b"\r\n" in self.content else plain


def names_of_files(places: Places) -> list[str]:
    """The rule files by name, then the word files."""
    one_file = places.rules != places.folder
    rules = [places.rules] if one_file else sorted(places.folder.glob("*.yaml"))
    files = [*rules, *sorted((places.folder / WORDS).glob("*.yaml"))]
    return [path.relative_to(places.folder).as_posix() for path in files if not path.name.startswith(".")]


def file_named(places: Places, name: str) -> RuleFile:
    """A file by its name; one that is not there may begin as a new rule.

    Raises:
        HTTPException: there is none, and none may be begun by this name; or it cannot be read.
    """
    path = places.folder / name
    if name in names_of_files(places):
        try:
            content = path.read_bytes()
        except OSError:
            raise HTTPException(404) from None
        if len(content) > LARGEST_DRAFT:
            raise HTTPException(413)
        return RuleFile(name, path, content)
    if places.rules == places.folder and NEW.fullmatch(name):
        return RuleFile(name, path, _BEGUN.format(id=path.stem).encode(), there=False)
    raise HTTPException(404)


async def saved(
    console: Console, worker: DraftWorker, file: RuleFile, draft: Draft, *, began: str, user: str
) -> RuleFile | str:
    """Write a draft if that is allowed, harmless, and the file is as when it `began`: the file then, or why not."""
    if not console.settings.wirewatch_console_writes:
        return "This console does not write files (WIREWATCH_CONSOLE_WRITES). Take the file or the diff."
    if began != file.version:
        return "Somebody changed this file since you opened it. Nothing was written: take the diff, load it again."
    harm = await worker.harm(draft)
    if isinstance(harm, NotDone):
        return f"{harm.words} Nothing was written."
    if harm:
        first = "; ".join(f"{one.path.name}:{one.line}: {one.message}" for one in harm[:3])
        return f"Nothing was written: {counted(len(harm), 'error')} with this draft: {first}"
    try:
        if file.there:
            await asyncio.to_thread(replace_file, draft.path, draft.content, expected=file.content)
        else:
            await asyncio.to_thread(create_file, draft.path, draft.content)
    except ConfigError as error:
        return str(error)
    log.info("a rule file was written from the console", action="console_file_written", file=file.name, user=user)
    return RuleFile(file.name, file.path, draft.content)

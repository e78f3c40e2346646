"""*Workbench*: the files of rules, a draft of one with what `check` says as one types, and texts tried against it.

The files stay the truth: a draft lives in the browser, and is written only where WIREWATCH_CONSOLE_WRITES allows it.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.collect.items import language_of_item
from monitor.config.lastgood import RULES, Places
from monitor.console.backtests import DAYS, Backtests
from monitor.console.marked import code, coloured, marked, shown, spans_of
from monitor.console.page import Console, as_typed, form_of, page, session_of
from monitor.console.worker import NotDone, Worker
from monitor.errors import ConfigError, Level, Problem
from monitor.files.replace import create_file, replace_file
from monitor.match.scan import Document
from monitor.model import Field
from monitor.model.languages import LANGUAGES
from monitor.wording.counts import counted
from monitor.workbench.draft import WORDS, Draft, Looked, Tried

log = structlog.get_logger()

LARGEST_DRAFT = 512 * 1024
"""Bytes; the largest rule file that comes with Wirewatch has 28 KB."""

_MOST_LINES = 3_000
_MOST_LISTED = 500
_LONGEST_TEXT = 20_000
_NEW = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}\.yaml")
_TEXTS = ("title", "summary", "body")
_WRITTEN = "Written. The service uses it within a few seconds."
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
class _File:
    """A file of rules: its name in the folder, and what it holds; `there` is whether it is on the disk."""

    name: str
    path: Path
    content: bytes
    there: bool = True

    @property
    def version(self) -> str:
        """What a draft remembers of the content that it began from."""
        return hashlib.sha256(self.content).hexdigest() if self.there else ""


def routes(console: Console, worker: Worker, backtests: Backtests) -> list[Route]:
    """The list of files, and the page of a draft."""
    places = Places(console.settings)

    async def listed(request: Request) -> Response:
        if new := request.query_params.get("new", "").strip().casefold():
            name = new if new.endswith(".yaml") else f"{new}.yaml"
            if _NEW.fullmatch(name):
                return RedirectResponse(f"/workbench/{name}", 303)
        names = await asyncio.to_thread(_names, places)
        files = {file.name: file for file in await console.store.config_files()}
        item = request.query_params.get("item", "")[:_LONGEST_TEXT]
        headline = request.query_params.get("text", "")[:_LONGEST_TEXT]
        return page(
            console,
            request,
            "workbench.html",
            files=[(name, files.get(f"{RULES}/{name}")) for name in names[:_MOST_LISTED]],
            left_out=max(0, len(names) - _MOST_LISTED),
            item=item,
            headline=headline,
            wrong="A name has small letters, digits, - and _, such as my-rule.yaml." if new else "",
        )

    async def show(request: Request) -> Response:
        file = await asyncio.to_thread(_file, places, request.path_params["name"])
        given = await _texts_of_item(console, request.query_params.get("item", ""))
        given["title"] = given["title"] or _text(request.query_params.get("text", ""))
        draft = Draft(file.path, file.content)
        return _draft_page(console, request, file, draft, given, await _results(worker, draft, given))

    async def change(request: Request) -> Response:
        form = form_of(request)
        file = await asyncio.to_thread(_file, places, request.path_params["name"])
        content = _as_on_disk(form.get("content", ""), file).encode("utf-8", "surrogatepass")
        if len(content) > LARGEST_DRAFT:
            raise HTTPException(413)
        draft, given = Draft(file.path, content), {name: _text(form.get(name, "")) for name in (*_TEXTS, "language")}
        said = await _done(console, worker, backtests, request, file, draft)
        if isinstance(said, Response):
            return said
        if said == _WRITTEN:
            file = _File(file.name, file.path, content)
        results = await _results(worker, draft, given)
        if form.get("part"):
            return page(console, request, "found.html", **results)
        return _draft_page(console, request, file, draft, given, results, said=said)

    return [
        Route("/workbench", listed),
        Route("/workbench/{name:path}", show, methods=["GET"]),
        Route("/workbench/{name:path}", change, methods=["POST"]),
    ]


def _names(places: Places) -> list[str]:
    """The rule files by name, then the word files."""
    one_file = places.rules != places.folder
    rules = [places.rules] if one_file else sorted(places.folder.glob("*.yaml"))
    files = [*rules, *sorted((places.folder / WORDS).glob("*.yaml"))]
    return [path.relative_to(places.folder).as_posix() for path in files if not path.name.startswith(".")]


def _file(places: Places, name: str) -> _File:
    """A file by its name; one that is not there may begin as a new rule.

    Raises:
        HTTPException: there is none, and none may be begun by this name; or it cannot be read.
    """
    path = places.folder / name
    if name in _names(places):
        try:
            content = path.read_bytes()
        except OSError:
            raise HTTPException(404) from None
        if len(content) > LARGEST_DRAFT:
            raise HTTPException(413)
        return _File(name, path, content)
    if places.rules == places.folder and _NEW.fullmatch(name):
        return _File(name, path, _BEGUN.format(id=path.stem).encode(), there=False)
    raise HTTPException(404)


def _as_on_disk(text: str, file: _File) -> str:
    """What a browser sent, with the ends of lines that the file has; browsers make each of them CRLF."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace("\n", "\r\n") if b"\r\n" in file.content else plain


def _days(given: str) -> timedelta:
    return timedelta(days=int(given) if given in map(str, DAYS) else DAYS[0])


def _text(given: str) -> str:
    return given.replace("\r\n", "\n")[:_LONGEST_TEXT]


def _sent(content: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=kind, headers=headers)


async def _texts_of_item(console: Console, item: str) -> dict[str, str]:
    """The texts of a stored item, to be tried."""
    history = await console.store.history(item) if item else None
    if history is None:
        return dict.fromkeys((*_TEXTS, "language"), "")
    newest = history.revisions[-1]
    texts = {"title": newest.title, "summary": newest.summary, "body": newest.body, "language": history.language or ""}
    return {name: _text(text) for name, text in texts.items()}


async def _tried(worker: Worker, draft: Draft, given: Mapping[str, str]) -> Tried | NotDone | None:
    """What the rules make of the text that was given; None when there is none."""
    if not any(given[name].strip() for name in _TEXTS):
        return None
    language = language_of_item(given["title"], given["summary"], given["language"]) or ""
    document = Document(given["title"], given["summary"], given["body"], language=language)
    return await worker.tried(draft, document)


async def _done(
    console: Console, worker: Worker, backtests: Backtests, request: Request, file: _File, draft: Draft
) -> Response | str:
    """What a button does besides checking and trying: an answer of its own, or what came of it."""
    form = form_of(request)
    match form.get("do"):
        case "download":
            return _sent(draft.content, file.path.name, "application/yaml")
        case "diff":
            changes = await worker.diff(f"{RULES}/{file.name}", file.content, draft.content)
            if isinstance(changes, NotDone):
                return changes.words
            return _sent(changes.encode("utf-8", "replace"), f"{file.path.stem}.diff", "text/x-diff")
        case "backtest":
            begun = backtests.begin(file.name, draft, _days(form.get("days", "")))
            if begun is None:
                return "Another backtest runs. Wait for it, or cancel it."
            return RedirectResponse(f"/backtests/{begun}", 303)
        case "save":
            return await _saved(console, worker, request, file, draft)
        case _:
            return ""


async def _saved(console: Console, worker: Worker, request: Request, file: _File, draft: Draft) -> str:
    """Write a draft if that is allowed, harmless, and nobody else wrote the file; what came of it."""
    if not console.settings.wirewatch_console_writes:
        return "This console does not write files (WIREWATCH_CONSOLE_WRITES). Take the file or the diff."
    if form_of(request).get("began", "") != file.version:
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
    user = session_of(request).name
    log.info("a rule file was written from the console", action="console_file_written", file=file.name, user=user)
    return _WRITTEN


def _draft_page(
    console: Console,
    request: Request,
    file: _File,
    draft: Draft,
    given: Mapping[str, str],
    results: Mapping[str, Any],
    *,
    said: str = "",
) -> Response:
    text = draft.content.decode("utf-8", "replace")
    return page(
        console,
        request,
        "draft.html",
        file=file,
        content=as_typed(text),
        given=given,
        texts={name: as_typed(given[name]) for name in _TEXTS},
        languages=LANGUAGES,
        said=said,
        writes=console.settings.wirewatch_console_writes,
        days=DAYS,
        undecodable="\ufffd" in text and file.there and b"\xef\xbf\xbd" not in file.content,
        **results,
    )


async def _results(worker: Worker, draft: Draft, given: Mapping[str, str]) -> dict[str, Any]:
    """What both the page and the part that is sent while one types show."""
    found, tried = await worker.look(draft), await _tried(worker, draft, given)
    text = draft.content.decode("utf-8", "replace")
    lines = text.splitlines()
    problems = found.problems if isinstance(found, Looked) else ()
    at: dict[int, list[Problem]] = {}
    for one in problems:
        at.setdefault(one.line, []).append(one)
    own = tried.own if isinstance(tried, Tried) else ()
    return {
        "failed": found.words if isinstance(found, NotDone) else "",
        "summary": _summary(found) if isinstance(found, Looked) else "",
        "usable": isinstance(found, Looked) and not found.errors,
        "problems": [(one, code(lines[one.line - 1].strip()) if one.line <= len(lines) else "") for one in problems],
        "elsewhere": found.elsewhere if isinstance(found, Looked) else (),
        "lines": [(number, code(line), at.get(number, ())) for number, line in enumerate(lines[:_MOST_LINES], 1)],
        "more_lines": max(0, len(lines) - _MOST_LINES),
        # As the box has it: browsers end all lines alike.
        "coloured": "" if len(lines) > _MOST_LINES else coloured(re.sub(r"\r\n?", "\n", text), at),
        "not_tried": tried.words if isinstance(tried, NotDone) else "",
        "tried": isinstance(tried, Tried),
        "own": own,
        "others": tried.others if isinstance(tried, Tried) else (),
        "read": [
            (name, marked(given[name], spans_of(given[name], Field(name), own))) for name in _TEXTS if given[name]
        ],
        "quoted": shown,
    }


def _summary(found: Looked) -> str:
    """What was checked and what came of it, as `check` says it."""
    errors: Sequence[Problem] = found.errors
    warnings = sum(one.level is Level.WARNING for one in found.problems)
    what = f"{counted(len(found.rules), 'rule')} with {counted(found.examples, 'example')}"
    told = f"{counted(len(errors), 'error', none='no')}, {counted(warnings, 'warning', none='no')}"
    return f"checked {what}: {told}"

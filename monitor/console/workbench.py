"""*Workbench*: the files of rules, a draft of one with what `check` says as one types, and texts tried against it.

The files stay the truth: a draft lives in the browser, and is written only where WIREWATCH_CONSOLE_WRITES allows it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.collect.items import language_of_item
from monitor.config.lastgood import RULES, Places
from monitor.console.backtests import DAYS, Backtests
from monitor.console.marked import code, coloured, marked, shown, spans_of
from monitor.console.page import Console, as_typed, form_of, page, session_of
from monitor.console.rulefiles import LARGEST_DRAFT, NEW, RuleFile, file_named, names_of_files, saved
from monitor.console.worker import DraftWorker, NotDone
from monitor.errors import Level, Problem
from monitor.match.itemtexts import ItemTexts
from monitor.model import Field
from monitor.model.languages import LANGUAGES
from monitor.wording.counts import counted
from monitor.workbench.draft import Draft, Looked, Tried

_MOST_LINES = 3_000
_MOST_LISTED = 500
_LONGEST_TEXT = 20_000
_TEXTS = ("title", "summary", "body")
_WRITTEN = "Written. The service uses it within a few seconds."


def routes(console: Console, worker: DraftWorker, backtests: Backtests) -> list[Route]:
    """The list of files, and the page of a draft."""
    pages = _Pages(console, worker, backtests, Places(console.settings))
    return [
        Route("/workbench", pages.listed),
        Route("/workbench/{name:path}", pages.show, methods=["GET"]),
        Route("/workbench/{name:path}", pages.change, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class _Pages:
    """The pages, with what they need."""

    console: Console
    worker: DraftWorker
    backtests: Backtests
    places: Places

    async def listed(self, request: Request) -> Response:
        """The files."""
        if new := request.query_params.get("new", "").strip().casefold():
            name = new if new.endswith(".yaml") else f"{new}.yaml"
            if NEW.fullmatch(name):
                return RedirectResponse(f"/workbench/{name}", 303)
        names = await asyncio.to_thread(names_of_files, self.places)
        files = {file.name: file for file in await self.console.store.config_files()}
        item = request.query_params.get("item", "")[:_LONGEST_TEXT]
        headline = request.query_params.get("text", "")[:_LONGEST_TEXT]
        return page(
            self.console,
            request,
            "workbench.html",
            files=[(name, files.get(f"{RULES}/{name}")) for name in names[:_MOST_LISTED]],
            left_out=max(0, len(names) - _MOST_LISTED),
            item=item,
            headline=headline,
            wrong="A name has small letters, digits, - and _, such as my-rule.yaml." if new else "",
        )

    async def show(self, request: Request) -> Response:
        """A file as a draft, and what it makes of the text of an item."""
        file = await asyncio.to_thread(file_named, self.places, request.path_params["name"])
        given = await _texts_of_item(self.console, request.query_params.get("item", ""))
        given["title"] = given["title"] or _text(request.query_params.get("text", ""))
        draft = Draft(file.path, file.content)
        return self._page(request, file, draft, given, await _results(self.worker, draft, given))

    async def change(self, request: Request) -> Response:
        """A draft that was changed, or what its buttons do."""
        form = form_of(request)
        file = await asyncio.to_thread(file_named, self.places, request.path_params["name"])
        content = file.with_ends(form.get("content", "")).encode("utf-8", "surrogatepass")
        if len(content) > LARGEST_DRAFT:
            raise HTTPException(413)
        draft, given = Draft(file.path, content), {name: _text(form.get(name, "")) for name in (*_TEXTS, "language")}
        done = await self._done(request, file, draft)
        if isinstance(done, Response):
            return done
        said, file = (_WRITTEN, done) if isinstance(done, RuleFile) else (done, file)
        results = await _results(self.worker, draft, given)
        if form.get("part"):
            return page(self.console, request, "found.html", **results)
        return self._page(request, file, draft, given, results, said=said)

    async def _done(self, request: Request, file: RuleFile, draft: Draft) -> Response | RuleFile | str:
        """What a button does besides checking and trying: an answer of its own, the file written, or words."""
        form = form_of(request)
        match form.get("do"):
            case "download":
                return _sent(draft.content, file.path.name, "application/yaml")
            case "diff":
                changes = await self.worker.diff(f"{RULES}/{file.name}", file.content, draft.content)
                if isinstance(changes, NotDone):
                    return changes.words
                return _sent(changes.encode("utf-8", "replace"), f"{file.path.stem}.diff", "text/x-diff")
            case "backtest":
                begun = self.backtests.begin(file.name, draft, _days(form.get("days", "")))
                if begun is None:
                    return "Another backtest runs. Wait for it, or cancel it."
                return RedirectResponse(f"/backtests/{begun}", 303)
            case "save":
                began, user = form.get("began", ""), session_of(request).name
                return await saved(self.console, self.worker, file, draft, began=began, user=user)
            case _:
                return ""

    def _page(
        self,
        request: Request,
        file: RuleFile,
        draft: Draft,
        given: Mapping[str, str],
        results: Mapping[str, Any],
        *,
        said: str = "",
    ) -> Response:
        text = draft.content.decode("utf-8", "replace")
        return page(
            self.console,
            request,
            "draft.html",
            file=file,
            content=as_typed(text),
            given=given,
            texts={name: as_typed(given[name]) for name in _TEXTS},
            languages=LANGUAGES,
            said=said,
            writes=self.console.settings.wirewatch_console_writes,
            days=DAYS,
            undecodable="\ufffd" in text and file.there and b"\xef\xbf\xbd" not in file.content,
            **results,
        )


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


async def _tried(worker: DraftWorker, draft: Draft, given: Mapping[str, str]) -> Tried | NotDone | None:
    """What the rules make of the text that was given; None when there is none."""
    if not any(given[name].strip() for name in _TEXTS):
        return None
    language = language_of_item(given["title"], given["summary"], given["language"]) or ""
    texts = ItemTexts(given["title"], given["summary"], given["body"], language=language)
    return await worker.tried(draft, texts)


async def _results(worker: DraftWorker, draft: Draft, given: Mapping[str, str]) -> dict[str, Any]:
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

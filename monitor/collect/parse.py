"""A document becomes entries, in a process that can be ended when it hangs.

    decode (charset) -> repaired -> read_xml or read_json -> entries

docs/decisions/0004 says why in a process, 0024 how documents are read.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import multiprocessing
import re
import resource
import signal
from collections.abc import Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog
from pebble import ProcessExpired, ProcessPool

from monitor.collect.charset import decode
from monitor.collect.dates import rough_time, settled
from monitor.collect.feedxml import read_xml
from monitor.collect.jsonfeed import read_json
from monitor.collect.newest import newest, without_oldest
from monitor.collect.rawfeed import RawEntry, RawFeed
from monitor.collect.repair import repaired
from monitor.collect.text import plain_text, shorten
from monitor.collect.turns import Turns
from monitor.model import Entry, Failed, FailureClass, Fetched, Parsed

log = structlog.get_logger()

TIME_LIMIT = 20.0
"""Seconds a document may take before its parse is ended."""

QUICK = 3.0
"""Seconds a document is given at first; what needs more is read beside others like it."""

WORKERS = 2

MEMORY = 200 << 20
"""Bytes that reading a document may take."""

_GLANCE = 1.0

_GLANCED_AT = 200_000
"""Characters of a document in which it is looked what it is when it is no feed."""

_NO_TEXT = [chr(code) for code in (*range(9), 11, 12, *range(14, 32))]

_LONGEST = {"guid": 10_000, "title": 100_000, "summary": 1_000_000, "body": 2_000_000, "author": 1_000}
"""Characters of an entry's texts, markup included, that are handed on: many times what an item keeps of them."""
_LONGEST_LINK = 10_000
_END = 25
_LONGEST_DATE = 200

_TOO_DEAR = Failed(failure=FailureClass.TOO_LARGE, reason="to be read it needs more memory than one document may take")
_TITLE = re.compile(r"<title[^<>]*>", re.IGNORECASE)
_TITLE_END = re.compile("</title>", re.IGNORECASE)
_CHALLENGES = ("just a moment", "attention required", "checking your browser", "captcha", "access denied")
# UTF-8 that was read as windows-1252 or windows-1251, and written as UTF-8 once more.
_MISREAD = re.compile(
    "[\u00c2-\u00f4\u0420\u0421\u0432][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u0402-\u045f\u0490\u0491\u2013-\u2122]"
)


class Parser:
    """Parses documents in worker processes, started when first needed.

    Every document is given a short time first. One that needs more is taken up again among those that are known to
    take long, which never have all workers (docs/decisions/0027).
    """

    def __init__(self, *, time_limit: float = TIME_LIMIT, quick: float = QUICK) -> None:
        self._time_limit = time_limit
        self._quick = min(quick, time_limit)
        self._pool: ProcessPool | None = None
        self._turns = Turns(WORKERS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._pool is not None:
            pool, self._pool = self._pool, None
            pool.stop()  # type: ignore[no-untyped-call]  # pebble ships no signature for it
            await asyncio.to_thread(pool.join)

    async def parse(self, fetched: Fetched, *, language: str = "") -> Parsed | Failed:
        """The entries of a document; a hung or crashed parse is ended and is this document's failure alone.

        `language` is what feeds.yaml says of the feed's.
        """
        expected = self._turns.expected(fetched.url, len(fetched.body))
        for limit in (self._quick, self._time_limit):
            if limit == self._quick < min(expected, self._time_limit):
                continue  # its last document took longer
            async with self._turns.turn(fetched.url, expected=expected, slow=limit > self._quick):
                began = asyncio.get_running_loop().time()
                got = await self._within(limit, fetched, language)
                expected = asyncio.get_running_loop().time() - began
                self._turns.took(fetched.url, expected)
            if got is not None:
                return got
        return Failed(failure=FailureClass.PARSE, reason=f"took longer than {self._time_limit:g} s to parse")

    async def _within(self, seconds: float, fetched: Fetched, language: str) -> Parsed | Failed | None:
        """What a document says; None when it takes longer."""
        for last_try in (False, True):
            pool, began = self._running_pool(), asyncio.get_running_loop().time()
            try:
                return await self._parsed(pool, fetched, language, seconds)
            except RuntimeError as error:
                # Its threads may die, as when the clock jumps while they sleep; what they had in hand is lost.
                log.warning("the parser broke; it is started anew", action="parser_broken", error=str(error))
                self._drop(pool)
                if last_try:
                    raise
            except (TimeoutError, FutureTimeoutError):
                # The pool counts by the clock on the wall, which may have been put forward.
                if last_try or asyncio.get_running_loop().time() - began >= seconds:
                    break
            except ProcessExpired:
                return Failed(failure=FailureClass.PARSE, reason="the document crashed the parser")
        return None

    def _running_pool(self) -> ProcessPool:
        if self._pool is None:
            # Workers come from a process that has feedparser loaded: after a hang the next one is there at once.
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([__name__])
            self._pool = ProcessPool(max_workers=WORKERS, initializer=_begin_worker, context=context)
        return self._pool

    def _drop(self, pool: ProcessPool) -> None:
        if self._pool is pool:
            self._pool = None
        with contextlib.suppress(Exception):
            pool.stop()  # type: ignore[no-untyped-call]  # as above

    async def _parsed(self, pool: ProcessPool, fetched: Fetched, language: str, seconds: float) -> Parsed | Failed:
        """What the pool makes of a document; it is looked after, for it may break, and wait by a clock that jumps.

        Raises:
            RuntimeError: the pool is broken.
            TimeoutError: it took too long.
            ProcessExpired: it crashed the parser.
        """
        future = pool.schedule(
            _parse_in_worker,
            args=(fetched.body, fetched.content_type, language),
            timeout=seconds,
        )
        waited, running_since = asyncio.wrap_future(future), None
        try:
            while not (await asyncio.wait([waited], timeout=_GLANCE))[0]:
                now = asyncio.get_running_loop().time()
                running_since = running_since or (now if future.running() else None)
                if not pool.active:
                    raise RuntimeError("its threads have ended")
                if running_since is not None and now - running_since > seconds + _GLANCE:
                    raise TimeoutError
            return await waited
        finally:
            waited.cancel()


def parse_document(body: bytes, *, content_type: str | None, language: str = "") -> Parsed | Failed:
    """Take a document apart, whatever it is. What is no feed is a failure that says what it seems to be.

    `language` is what is known of the feed's, a two-letter code, for a document that does not say it.
    """
    if not body.strip(b"\0 \t\r\n"):
        return Failed(failure=FailureClass.NOT_A_FEED, reason="an empty body")
    if b"<" not in body and b"{" not in body:  # whatever its character set, no format of feeds
        return Failed(
            failure=FailureClass.NOT_A_FEED, reason=_what_it_is(body[:_GLANCED_AT].decode("ascii", "replace"))
        )
    try:
        decoded = decode(body, content_type=content_type, language=language)
        if _is_rubbish(decoded.text):
            return Failed(failure=FailureClass.NOT_A_FEED, reason="control characters, and no text")
        raw, left_out = _read(decoded.text)
    except MemoryError:
        return _TOO_DEAR
    except Exception as error:  # noqa: BLE001 - readers raise what they like on hostile documents
        return Failed(failure=FailureClass.PARSE, reason=f"cannot be parsed: {type(error).__name__}")
    if raw is None:
        return Failed(failure=FailureClass.NOT_A_FEED, reason=_what_it_is(decoded.text))
    entries = newest(raw.entries, lambda entry: (*entry.published, *entry.updated))
    # What is left out proves nothing that the rest does not.
    dates = [date for entry in entries for date in (*entry.published, *entry.updated)]
    meant = dict(zip(dates, settled(dates, raw.language or language), strict=True))
    return Parsed(
        entries=tuple(_entry(entry, meant) for entry in entries),
        title=_readable(raw.title),
        language=raw.language,
        ttl=raw.ttl,
        site=raw.site,
        left_out=left_out + len(raw.entries) - len(entries),
        doubt=decoded.doubt,
        times=tuple(filter(None, (rough_time((*one.published, *one.updated)) for one in _ends(entries)))),
    )


def _ends(entries: Sequence[RawEntry]) -> Sequence[RawEntry]:
    """The first and last entries of a document: the newest are at one of its ends."""
    return entries if len(entries) <= 2 * _END else [*entries[:_END], *entries[-_END:]]


def _is_rubbish(text: str) -> bool:
    """Whether so much of a long text is no text that to repair it would cost much, for nothing."""
    return len(text) > _GLANCED_AT and sum(map(text.count, _NO_TEXT)) > len(text) // 10


def _read(text: str) -> tuple[RawFeed | None, int]:
    """What a document says, and how many of its entries were left out to get at it."""
    if text.lstrip()[:1] in ("{", "["):
        with contextlib.suppress(ValueError):  # what is no JSON may be a feed behind something else
            return read_json(text), 0
    text, left_out = without_oldest(text)
    return read_xml(repaired(text)), left_out


def _entry(raw: RawEntry, meant: Mapping[str, str]) -> Entry:
    """An entry in our words. Dates do not count for the digest: some feeds rewrite them on every answer."""
    texts = {"title": _readable(raw.title), "summary": _readable(raw.summary), "body": _readable(raw.body)}
    words = {"guid": raw.guid, "link": raw.link, **texts}
    published = [meant[date][:_LONGEST_DATE] for date in raw.published]
    updated = [meant[date][:_LONGEST_DATE] for date in raw.updated]
    kept = {name: value[: _LONGEST[name]] for name, value in words.items() if name != "link"}
    return Entry(
        digest=hashlib.sha256("\x1f".join(words.values()).encode("utf-8", "replace")).hexdigest()[:32],
        published=next(iter(published), ""),
        updated=next(iter(updated), ""),
        dates=(*published[1:], *updated),
        language=raw.language,
        author=_readable(raw.author[: _LONGEST["author"]]),
        link=raw.link if len(raw.link) <= _LONGEST_LINK else "",
        **kept,
    )


def _readable(text: str) -> str:
    """A text without the traces of a character set that was misread before it was published."""
    if text.isascii() or not _MISREAD.search(text):
        return text
    # Takes a moment to import, and few feeds need it.
    import ftfy  # noqa: PLC0415

    return ftfy.fix_encoding(text)


def _what_it_is(text: str) -> str:
    text = text[:_GLANCED_AT]
    title = _TITLE.search(text)
    # Its end is looked for once, not from each place where a title begins.
    end = _TITLE_END.search(text, title.end()) if title else None
    name = shorten(plain_text(text[title.end() : end.start()]).replace("\n", " "), 80) if title and end else ""
    if any(sign in text[:20_000].casefold() for sign in _CHALLENGES):
        return f'a challenge or refusal page, not a feed ("{name}")' if name else "a challenge or refusal page"
    if re.search(r"<(?:!doctype html|html|head|body)\b", text, re.IGNORECASE):
        return f'an HTML page titled "{name}", not a feed' if name else "an HTML page, not a feed"
    if text.lstrip().startswith(("{", "[")):
        return "JSON, but no JSON Feed"
    return "no RSS, Atom or JSON feed"


def _begin_worker() -> None:
    """Leave signals to the service, which alone decides when its worker ends; and see how much memory it begins with.

    Ctrl-C and SIGTERM reach the whole process group.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(OSError, IndexError, ValueError):  # where it is not told, the time limit is left
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        _Worker.memory = pages * resource.getpagesize() + MEMORY


class _Worker:
    """What a worker knows of itself: the bytes it may have while it reads a document, 0 for no limit."""

    memory = 0


def _parse_in_worker(body: bytes, content_type: str | None, language: str) -> Parsed | Failed:
    """`parse_document` in bounded memory: a document that asks for more fails by itself.

    The limit holds for this alone, because a worker that cannot take its next document breaks all of them.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    try:
        if _Worker.memory:
            with contextlib.suppress(ValueError, OSError):  # an admin may have set less
                resource.setrlimit(resource.RLIMIT_DATA, (_Worker.memory, hard))
        return parse_document(body, content_type=content_type, language=language)
    except MemoryError:
        return _TOO_DEAR
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))

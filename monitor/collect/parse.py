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
import signal
from collections.abc import Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import structlog
from pebble import ProcessExpired, ProcessPool

from monitor.collect.charset import decode
from monitor.collect.dates import rough_time, settled
from monitor.collect.discover import Named, feeds_named
from monitor.collect.feedxml import read_xml
from monitor.collect.jsonfeed import read_json
from monitor.collect.rawfeed import RawEntry, RawFeed
from monitor.collect.repair import repaired
from monitor.collect.text import plain_text, shorten
from monitor.model import Entry, Failed, FailureClass, Fetched, Parsed

log = structlog.get_logger()

TIME_LIMIT = 20.0
"""Seconds a document may take before its parse is ended."""

_GLANCE = 1.0

MAX_ENTRIES = 2_000
"""How many entries of a document are read, the newest of them."""

_CHALLENGES = ("just a moment", "attention required", "checking your browser", "captcha", "access denied")
# UTF-8 that was read as windows-1252 or windows-1251, and written as UTF-8 once more.
_MISREAD = re.compile(
    "[\u00c2-\u00f4\u0420\u0421\u0432][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u0402-\u045f\u0490\u0491\u2013-\u2122]"
)


class Parser:
    """Parses documents in a worker process, started when first needed."""

    def __init__(self, *, time_limit: float = TIME_LIMIT) -> None:
        self._time_limit = time_limit
        self._pool: ProcessPool | None = None

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
        for last_try in (False, True):
            pool, began = self._running_pool(), asyncio.get_running_loop().time()
            try:
                return await self._parsed(pool, fetched, language)
            except RuntimeError as error:
                # Its threads may die, as when the clock jumps while they sleep; what they had in hand is lost.
                log.warning("the parser broke; it is started anew", action="parser_broken", error=str(error))
                self._drop(pool)
                if last_try:
                    reason = f"the parser cannot be started: {error}"
                    return Failed(failure=FailureClass.INTERNAL, reason=reason)
            except (TimeoutError, FutureTimeoutError):
                # The pool counts by the clock on the wall, which may have been put forward.
                if last_try or asyncio.get_running_loop().time() - began >= self._time_limit:
                    break
            except ProcessExpired:
                return Failed(failure=FailureClass.PARSE, reason="the document crashed the parser")
            except OSError as error:  # no descriptor or no memory is left for a worker
                self._drop(pool)
                reason = f"the parser cannot be started: {error.strerror or type(error).__name__}"
                return Failed(failure=FailureClass.INTERNAL, reason=reason)
        return Failed(failure=FailureClass.PARSE, reason=f"took longer than {self._time_limit:g} s to parse")

    def renew(self) -> None:
        """Give the worker up for a new one; what it has in hand is parsed once more."""
        if self._pool is not None:
            self._drop(self._pool)

    def _running_pool(self) -> ProcessPool:
        if self._pool is None:
            # Workers come from a process that has feedparser loaded: after a hang the next one is there at once.
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([__name__])
            self._pool = ProcessPool(max_workers=1, initializer=_leave_signals_to_the_service, context=context)
        return self._pool

    def _drop(self, pool: ProcessPool) -> None:
        if self._pool is pool:
            self._pool = None
        with contextlib.suppress(Exception):
            pool.stop()  # type: ignore[no-untyped-call]  # as above

    async def _parsed(self, pool: ProcessPool, fetched: Fetched, language: str) -> Parsed | Failed:
        """What the pool makes of a document; it is looked after, for it may break, and wait by a clock that jumps.

        Raises:
            RuntimeError: the pool is broken.
            TimeoutError: it took too long.
            ProcessExpired: it crashed the parser.
        """
        future = pool.schedule(
            parse_document,
            args=(fetched.body,),
            kwargs={"content_type": fetched.content_type, "language": language, "address": fetched.url},
            timeout=self._time_limit,
        )
        waited, running_since = asyncio.wrap_future(future), None
        try:
            while not (await asyncio.wait([waited], timeout=_GLANCE))[0]:
                now = asyncio.get_running_loop().time()
                running_since = running_since or (now if future.running() else None)
                if not pool.active:
                    raise RuntimeError("its threads have ended")
                if running_since is not None and now - running_since > self._time_limit + _GLANCE:
                    raise TimeoutError
            return await waited
        except asyncio.CancelledError:
            if pool is self._pool or (task := asyncio.current_task()) is None or task.cancelling():
                raise
            # Somebody else gave the pool up, and with it all that waited in it.
            raise RuntimeError("it was given up while this document waited") from None
        finally:
            waited.cancel()


def parse_document(body: bytes, *, content_type: str | None, language: str = "", address: str = "") -> Parsed | Failed:
    """Take a document apart, whatever it is. What is no feed is a failure that says what it seems to be.

    `language` is what is known of the feed's, a two-letter code, for a document that does not say it. `address` is
    where the document was read, for the feeds that a web page in the place of a feed names.
    """
    if not body.strip(b"\0 \t\r\n"):
        return Failed(failure=FailureClass.NOT_A_FEED, reason="an empty body")
    decoded = decode(body, content_type=content_type, language=language)
    try:
        raw = _read(decoded.text)
    except Exception as error:  # noqa: BLE001 - readers raise what they like on hostile documents
        return Failed(failure=FailureClass.PARSE, reason=f"cannot be parsed: {type(error).__name__}")
    if raw is None:
        return _no_feed(decoded.text, address)
    entries = _newest(raw.entries)
    # What is left out proves nothing that the rest does not.
    dates = [date for entry in entries for date in (*entry.published, *entry.updated)]
    meant = dict(zip(dates, settled(dates, raw.language or language), strict=True))
    return Parsed(
        entries=tuple(_entry(entry, meant) for entry in entries),
        title=_readable(raw.title),
        language=raw.language,
        ttl=raw.ttl,
        site=raw.site,
        left_out=len(raw.entries) - len(entries),
        doubt=decoded.doubt,
    )


def _read(text: str) -> RawFeed | None:
    if text.lstrip()[:1] in ("{", "["):
        try:
            return read_json(text)
        except ValueError:  # what is no JSON may be a feed behind something else
            return read_xml(repaired(text))
    return read_xml(repaired(text))


def _newest(entries: Sequence[RawEntry]) -> Sequence[RawEntry]:
    """As many entries as are read at most, in the document's order: the newest, wherever in it they stand.

    An entry without a date is as old as the one before it. Where none has one, the first are the newest, as in nearly
    all feeds.
    """
    if len(entries) <= MAX_ENTRIES:
        return entries
    last, ages = datetime.max.replace(tzinfo=UTC), []
    for entry in entries:
        last = rough_time((*entry.published, *entry.updated)) or last
        ages.append(last)
    kept = set(sorted(range(len(entries)), key=lambda place: ages[place], reverse=True)[:MAX_ENTRIES])
    return [entry for place, entry in enumerate(entries) if place in kept]


def _entry(raw: RawEntry, meant: Mapping[str, str]) -> Entry:
    """An entry in our words. Dates do not count for the digest: some feeds rewrite them on every answer."""
    texts = {"title": _readable(raw.title), "summary": _readable(raw.summary), "body": _readable(raw.body)}
    words = {"guid": raw.guid, "link": raw.link, **texts}
    published = [meant[date] for date in raw.published]
    updated = [meant[date] for date in raw.updated]
    return Entry(
        digest=hashlib.sha256("\x1f".join(words.values()).encode("utf-8", "replace")).hexdigest()[:32],
        published=next(iter(published), ""),
        updated=next(iter(updated), ""),
        dates=(*published[1:], *updated),
        language=raw.language,
        author=_readable(raw.author),
        **words,
    )


def _readable(text: str) -> str:
    """A text without the traces of a character set that was misread before it was published."""
    if text.isascii() or not _MISREAD.search(text):
        return text
    # Takes a moment to import, and few feeds need it.
    import ftfy  # noqa: PLC0415

    return ftfy.fix_encoding(text)


def _no_feed(text: str, address: str) -> Failed:
    """The failure of what is no feed; of a web page with the feeds that it names."""
    head = text[:200_000]
    title = re.search(r"<title[^>]*>(.*?)</title>", head, re.IGNORECASE | re.DOTALL)
    name = shorten(plain_text(title[1]).replace("\n", " "), 80) if title else ""
    is_page = re.search(r"<(?:!doctype html|html|head|body)\b", head, re.IGNORECASE)
    named = _named(text, address) if is_page else Named()
    if not named.declared and any(sign in head[:20_000].casefold() for sign in _CHALLENGES):
        reason = f'a challenge or refusal page, not a feed ("{name}")' if name else "a challenge or refusal page"
        return Failed(failure=FailureClass.NOT_A_FEED, reason=reason)
    if is_page:
        reason = f'an HTML page titled "{name}", not a feed' if name else "an HTML page, not a feed"
        if named.declared:
            reason += f"; it says that its feed is at {named.declared[0]}"
        elif named.linked:
            reason += f"; it links to {named.linked[0]}, which may be a feed"
        return Failed(failure=FailureClass.NOT_A_FEED, reason=reason, feeds=(*named.declared, *named.linked))
    json = head.lstrip().startswith(("{", "["))
    reason = "JSON, but no JSON Feed" if json else "no RSS, Atom or JSON feed"
    return Failed(failure=FailureClass.NOT_A_FEED, reason=reason)


def _named(html: str, address: str) -> Named:
    try:
        return feeds_named(html, address)
    except Exception:  # noqa: BLE001 - a hint at most, and the page is whatever somebody serves
        return Named()


def _leave_signals_to_the_service() -> None:
    """Ctrl-C and SIGTERM reach the whole process group; only the service decides when its worker ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

"""A document becomes entries. The one place that calls feedparser, in a process that can be ended when it hangs.

docs/decisions/0004 says why.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import multiprocessing
import re
import signal
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import feedparser
import structlog
from pebble import ProcessExpired, ProcessPool

from monitor.collect.text import plain_text, shorten
from monitor.model import Entry, Failed, FailureClass, Fetched, Parsed

log = structlog.get_logger()

TIME_LIMIT = 20.0
"""Seconds a document may take before its parse is ended."""

_GLANCE = 1.0

MAX_ENTRIES = 2_000
_CHALLENGES = ("just a moment", "attention required", "checking your browser", "captcha", "access denied")
# feedparser raises on references to characters that do not exist (kurtmckee/feedparser#599).
_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_DECLARED = re.compile(rb"^(\s*<\?xml[^>]*encoding=[\"'])([\w.-]+)([\"'])", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# By the mark at the beginning, or, without one, by how "<?" looks.
_UTF16 = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
_LAST_CHARACTER = 0x10FFFF


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

    async def parse(self, fetched: Fetched) -> Parsed | Failed:
        """The entries of a document; a hung or crashed parse is ended and is this document's failure alone."""
        for last_try in (False, True):
            pool, began = self._running_pool(), asyncio.get_running_loop().time()
            try:
                return await self._parsed(pool, fetched)
            except RuntimeError as error:
                # Its threads may die, as when the clock jumps while they sleep; what they had in hand is lost.
                log.warning("the parser broke; it is started anew", action="parser_broken", error=str(error))
                self._drop(pool)
                if last_try:
                    raise
            except (TimeoutError, FutureTimeoutError):
                # The pool counts by the clock on the wall, which may have been put forward.
                if last_try or asyncio.get_running_loop().time() - began >= self._time_limit:
                    break
            except ProcessExpired:
                return Failed(failure=FailureClass.PARSE, reason="the document crashed the parser")
        return Failed(failure=FailureClass.PARSE, reason=f"took longer than {self._time_limit:g} s to parse")

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

    async def _parsed(self, pool: ProcessPool, fetched: Fetched) -> Parsed | Failed:
        """What the pool makes of a document; it is looked after, for it may break, and wait by a clock that jumps.

        Raises:
            RuntimeError: the pool is broken.
            TimeoutError: it took too long.
            ProcessExpired: it crashed the parser.
        """
        future = pool.schedule(
            parse_document,
            args=(fetched.body,),
            kwargs={"content_type": fetched.content_type},
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
        finally:
            waited.cancel()


def parse_document(body: bytes, *, content_type: str | None) -> Parsed | Failed:
    """Take a document apart, whatever it is. What is no feed is a failure that says what it seems to be."""
    if not body.strip():
        return Failed(failure=FailureClass.NOT_A_FEED, reason="an empty body")
    # Without an address to resolve against, guids stay as they are; links are resolved when items are made.
    headers = {"content-type": content_type or "application/xml"}
    # Anything but a stream feedparser first takes for an address or the name of a file, and opens what is there.
    content = io.BytesIO(_mended(body))
    try:
        document = feedparser.parse(content, response_headers=headers, resolve_relative_uris=False)
    except Exception as error:  # noqa: BLE001 - feedparser raises what it likes on hostile documents
        return Failed(failure=FailureClass.PARSE, reason=f"cannot be parsed: {type(error).__name__}")
    if not document.get("version") and not document.entries:
        return Failed(failure=FailureClass.NOT_A_FEED, reason=_what_it_is(body))
    about = document.get("feed", {})
    return Parsed(
        entries=tuple(_entry(raw) for raw in document.entries[:MAX_ENTRIES]),
        title=_text(about.get("title")),
        language=_text(about.get("language")),
        ttl=_ttl(about.get("ttl")),
    )


def _entry(raw: Any) -> Entry:
    """Feedparser's entry in our words. Dates do not count for the digest: some feeds rewrite them on every answer."""
    content = [_text(part.get("value")) for part in raw.get("content", ()) if isinstance(part, dict)]
    entry = {
        "guid": _text(raw.get("id")),
        "link": _text(raw.get("link")) or _first_link(raw),
        "title": _text(raw.get("title")),
        "summary": _text(raw.get("summary")),
        "body": max(content, key=len, default=""),
    }
    words = "\x1f".join(entry.values())
    return Entry(
        digest=hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32],
        published=_text(raw.get("published")),
        # Through dict, because feedparser's own get stands in the published date for a missing one, and warns of it.
        updated=_text(dict.get(raw, "updated")),
        language=_text(raw.get("language")),
        author=_text(raw.get("author")),
        **entry,
    )


def _first_link(raw: Any) -> str:
    return next((_text(link.get("href")) for link in raw.get("links", ()) if link.get("href")), "")


def _text(value: object) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _ttl(value: object) -> timedelta | None:
    """RSS 2.0: minutes the channel may be cached (https://www.rssboard.org/rss-specification)."""
    text = _text(value).strip()
    return timedelta(minutes=int(text)) if text.isdigit() and len(text) < 6 else None


def _mended(body: bytes) -> bytes:
    """The document without what makes feedparser raise, stop early or guess an encoding wrongly."""
    for mark, encoding in _UTF16:
        if body.startswith(mark):
            body = _DECLARED.sub(rb"\1utf-8\3", body.decode(encoding, "replace").encode())
    body = _CONTROLS.sub(b" ", body)
    declared = _DECLARED.match(body)
    if declared is None or declared[2].lower() in (b"utf-8", b"utf8"):
        body = _really_utf8(body)
    return _REFERENCE.sub(_possible_reference, body)


def _really_utf8(body: bytes) -> bytes:
    """Bytes that call themselves UTF-8 and are not: Cyrillic ones are read as windows-1251, what they mostly are."""
    try:
        body.decode("utf-8-sig")
    except UnicodeDecodeError:
        guess = body.decode("cp1251", "replace")
        letters = [char for char in guess if ord(char) > 0x7F]
        cyrillic = sum("\u0410" <= char <= "\u044f" for char in letters)
        if letters and cyrillic > 0.7 * len(letters):
            return guess.encode()
    return body


def _possible_reference(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2])
    possible = 0 < number <= _LAST_CHARACTER and not 0xD800 <= number <= 0xDFFF
    return found[0] if possible else b"\xef\xbf\xbd"


def _what_it_is(body: bytes) -> str:
    text = body[:200_000].decode("utf-8", "replace")
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    name = shorten(plain_text(title[1]).replace("\n", " "), 80) if title else ""
    if any(sign in text[:20_000].casefold() for sign in _CHALLENGES):
        return f'a challenge or refusal page, not a feed ("{name}")' if name else "a challenge or refusal page"
    if re.search(r"<(?:!doctype html|html|head|body)\b", text, re.IGNORECASE):
        return f'an HTML page titled "{name}", not a feed' if name else "an HTML page, not a feed"
    if text.lstrip().startswith(("{", "[")):
        return "JSON, not an RSS or Atom feed"
    return "no RSS or Atom feed"


def _leave_signals_to_the_service() -> None:
    """Ctrl-C and SIGTERM reach the whole process group; only the service decides when its worker ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

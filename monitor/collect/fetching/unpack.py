"""What a server packed, unpacked: by what the bytes are, since labels are left out, put on plain text, or wrong.

A packed document is read and given out in chunks, so that neither it nor what it unpacks to is ever in memory whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

import brotli

_GZIP = b"\x1f\x8b"
_NAMES = {"br": "brotli", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "zstd": "zstd"}
_DEFLATED, _LEAST_HEAD, _BEHIND = 8, 10, 8
"""gzip's number for deflate, and how many bytes its head has at least, and what stands behind the data."""
_CHECKED, _EXTRA, _NAME, _COMMENT = 2, 4, 8, 16
"""What gzip's head says that it has more."""
_ZLIB = (b"x\x01", b"x\x9c", b"x\xda")
"""How the zlib format begins, at any level but the one at which it begins as text can: `x^`."""
_ZSTD = b"\x28\xb5\x2f\xfd"
# Documents of text begin with these, behind a byte-order mark and blanks; no packed one does.
_PLAIN = (b"<", b"{", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b" ", b"\r", b"\n", b"\t", b"\x00<", b"\x00{")
_HEAD = 4
"""Bytes that tell what something is."""
_LAYERS = 2
"""A file that is packed already is often packed again on its way."""
_CHUNK = 65_536
"""Bytes that are unpacked at a time."""


class NotUnpacked(ValueError):
    """A packed document cannot be read; the text says why."""


class TooLarge(ValueError):
    """A document is larger than it may be once it is unpacked."""


class _Unpacker(Protocol):
    def take(self, packed: bytes) -> Iterator[bytes]:
        """What the next bytes of the packed document unpack to, in pieces of about `_CHUNK` bytes."""

    def done(self) -> bool:
        """Whether all of it was there."""


class _Deflate:
    """deflate with or without the zlib format around it; servers send both by that name (RFC 9110, 8.4.1.2)."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(zlib.MAX_WBITS)
        self._begun = False

    def take(self, packed: bytes) -> Iterator[bytes]:
        try:
            out = self._inner.decompress(packed, _CHUNK)
        except zlib.error:
            if self._begun:
                raise
            self._inner = zlib.decompressobj(-zlib.MAX_WBITS)
            out = self._inner.decompress(packed, _CHUNK)
        self._begun = True
        yield from _all(self._inner, out)

    def done(self) -> bool:
        return self._inner.eof


def _all(inner: zlib._Decompress, out: bytes) -> Iterator[bytes]:
    """What was given to it, from the first piece on; it may keep some of that when no packed byte is left."""
    while out:
        yield out
        out = b"" if inner.eof else inner.decompress(inner.unconsumed_tail, _CHUNK)


class _Gzip:
    """Several gzip members in a row are one document (RFC 1952, 2.2).

    What stands behind the data of a member, its checksum and its size, is passed over, as browsers do: where it is
    wrong or left out, only the frame is damaged, and the document is all there.
    """

    def __init__(self) -> None:
        self._inner: zlib._Decompress | None = None
        self._kept = b""
        self._behind = 0
        self._done = False

    def take(self, packed: bytes) -> Iterator[bytes]:
        packed, self._kept = self._kept + packed, b""
        while packed:
            if self._inner is not None:
                yield from _all(self._inner, self._inner.decompress(packed, _CHUNK))
                if not self._inner.eof:
                    return
                packed, self._inner = self._inner.unused_data, None
                self._done, self._behind = True, _BEHIND
            skipped = packed[: self._behind]
            packed, self._behind = packed[len(skipped) :], self._behind - len(skipped)
            length = _head_of_gzip(packed)
            if length is None and len(packed) <= _CHUNK:
                self._kept = packed
                return
            if not length:
                if self._done:
                    return  # padding behind the document
                raise zlib.error("no head of gzip")
            packed = packed[length:]
            self._inner, self._done = zlib.decompressobj(-zlib.MAX_WBITS), False

    def done(self) -> bool:
        return self._done


def _head_of_gzip(packed: bytes) -> int | None:
    """How many bytes the head of a member has that begins here; 0 where none does, None while more of it is to come."""
    if not packed.startswith(_GZIP):
        return None if _GZIP.startswith(packed) else 0
    if len(packed) < _LEAST_HEAD:
        return None
    if packed[2] != _DEFLATED:
        return 0
    flags, end = packed[3], _LEAST_HEAD
    if flags & _EXTRA:
        end += 2 + int.from_bytes(packed[end : end + 2], "little")
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            end = packed.find(b"\0", end) + 1
            if not end:
                return None
    end += 2 if flags & _CHECKED else 0
    return end if len(packed) >= end else None


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def take(self, packed: bytes) -> Iterator[bytes]:
        if self._inner.is_finished():
            return  # padding behind the document
        out = self._inner.process(packed, output_buffer_limit=_CHUNK)
        while out or not (self._inner.is_finished() or self._inner.can_accept_more_data()):
            yield out
            out = b"" if self._inner.is_finished() else self._inner.process(b"", output_buffer_limit=_CHUNK)

    def done(self) -> bool:
        return bool(self._inner.is_finished())


def unpacked(chunks: Iterable[bytes], label: str, *, most: int) -> Iterator[bytes]:
    """The document in `chunks`, which its Content-Encoding calls `label`; as it is when it is not packed.

    `most` is the largest size allowed, in bytes; little more than that is ever unpacked. gzip and the zlib
    format are known by their first bytes, with and without a label (https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1).
    brotli and bare deflate have no such bytes: their label counts, unless the document is plain text to see.

    Raises:
        NotUnpacked: it is packed in a way that is not known, is damaged, or ends early.
        TooLarge: it is larger than `most`.
    """
    for _ in range(_LAYERS):
        head, chunks = _head(chunks)
        kind = _kind(head, label)
        if kind is None:
            break
        chunks = _bounded(_unpack(chunks, head, kind), most)
        label = label.rpartition(",")[0]
    yield from _bounded(chunks, most)


def is_packed(head: bytes, label: str) -> bool:
    """Whether there is anything to unpack, by how it begins; what a few bytes unpack to can be large, and take long."""
    return _kind(head, label) is not None


def _head(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """How something begins, and all of it."""
    rest, head = iter(chunks), b""
    for chunk in rest:
        head += chunk
        if len(head) >= _HEAD:
            break
    return head[:_HEAD], chain([head], rest)


def _bounded(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise TooLarge(f"the document is larger than {most / 1_000_000:g} MB")
        yield chunk


def _kind(head: bytes, label: str) -> str | None:
    if head.startswith(_GZIP):
        return "gzip"
    if head.startswith(_ZSTD):
        return "zstd"
    last = label.rpartition(",")[2].strip().lower()
    if head.startswith(_ZLIB) and last != "br":
        return "deflate"
    if not head or last in ("", "identity") or head.startswith(_PLAIN):
        return None
    return _NAMES.get(last)


def _unpack(chunks: Iterable[bytes], head: bytes, kind: str) -> Iterator[bytes]:
    if kind == "zstd":
        raise NotUnpacked("the server packs its answer as zstd, which was not asked for (Content-Encoding)")
    damaged = f"the answer is labelled {kind} and is damaged, or is not {kind} (Content-Encoding)"
    if kind == "gzip" and not head.startswith(_GZIP):
        raise NotUnpacked(damaged)
    unpacker: _Unpacker = _Gzip() if kind == "gzip" else _Deflate() if kind == "deflate" else _Brotli()
    try:
        for chunk in chunks:
            # Of a packed chunk too little is taken at a time to matter.
            for start in range(0, len(chunk), _CHUNK):
                yield from unpacker.take(chunk[start : start + _CHUNK])
    except (zlib.error, brotli.error) as error:
        raise NotUnpacked(damaged) from error
    if not unpacker.done():
        raise NotUnpacked(f"the {kind} data of the answer ends early (Content-Encoding)")

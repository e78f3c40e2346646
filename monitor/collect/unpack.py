"""What a server packed, unpacked: by what the bytes are, since labels are left out, put on plain text, or wrong."""

from __future__ import annotations

import zlib
from typing import Protocol

import brotli

_GZIP = b"\x1f\x8b"
_NAMES = {"br": "brotli", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "zstd": "zstd"}
_ZSTD = b"\x28\xb5\x2f\xfd"
# Documents of text begin with these, behind a byte-order mark and blanks; no packed one does.
_PLAIN = (b"<", b"{", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b" ", b"\r", b"\n", b"\t", b"\x00<", b"\x00{")
_LAYERS = 2
"""A file that is packed already is often packed again on its way."""


class NotUnpacked(ValueError):
    """A packed document cannot be read; the text says why."""


class TooLarge(ValueError):
    """A document is larger than it may be once it is unpacked."""


class _Unpacker(Protocol):
    def take(self, packed: bytes, most: int) -> bytes:
        """At most about `most` bytes of what `packed` holds."""

    def done(self) -> bool:
        """Whether all of it was there."""


class _Zlib:
    """gzip and deflate. Several gzip members in a row are one document (RFC 1952, 2.2)."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._inner = zlib.decompressobj(wbits)

    def take(self, packed: bytes, most: int) -> bytes:
        out = bytearray()
        while packed and len(out) <= most:
            if self._inner.eof:
                if not packed.startswith(_GZIP):
                    break  # padding behind the document
                self._inner = zlib.decompressobj(self._wbits)
            out += self._inner.decompress(packed, most + 1 - len(out))
            packed = self._inner.unconsumed_tail or self._inner.unused_data
        return bytes(out)

    def done(self) -> bool:
        return self._inner.eof


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def take(self, packed: bytes, most: int) -> bytes:
        out = bytearray(self._inner.process(packed, output_buffer_limit=most + 1))
        while not self._inner.is_finished() and not self._inner.can_accept_more_data() and len(out) <= most:
            out += self._inner.process(b"", output_buffer_limit=most + 1 - len(out))
        return bytes(out)

    def done(self) -> bool:
        return bool(self._inner.is_finished())


def unpacked(body: bytes, label: str, *, most: int) -> bytes:
    """The document in `body`, which its Content-Encoding calls `label`; as it is when it is not packed.

    `most` is the largest size allowed, in bytes; no more than that is ever unpacked. gzip is known by its first bytes,
    with and without a label (https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1). brotli and deflate have no such
    bytes: their label counts, unless the document is plain text to see.

    Raises:
        NotUnpacked: it is packed in a way that is not known, is damaged, or ends early.
        TooLarge: it is larger than `most`.
    """
    for _ in range(_LAYERS):
        kind = _kind(body, label)
        if kind is None:
            break
        body = _unpack(body, kind, most)
        label = label.rpartition(",")[0]
    if len(body) > most:
        raise TooLarge(f"the document is larger than {most / 1_000_000:g} MB")
    return body


def is_packed(body: bytes, label: str) -> bool:
    """Whether there is anything to unpack; what a few bytes unpack to can be large, and take long."""
    return _kind(body, label) is not None


def _kind(body: bytes, label: str) -> str | None:
    if body.startswith(_GZIP):
        return "gzip"
    if body.startswith(_ZSTD):
        return "zstd"
    last = label.rpartition(",")[2].strip().lower()
    if not body or last in ("", "identity") or body.startswith(_PLAIN):
        return None
    return _NAMES.get(last)


def _unpack(body: bytes, kind: str, most: int) -> bytes:
    if kind == "zstd":
        raise NotUnpacked("the server packs its answer as zstd, which was not asked for (Content-Encoding)")
    failed: Exception | None = None
    for unpacker in _unpackers(body, kind):
        try:
            out = unpacker.take(body, most)
        except (zlib.error, brotli.error) as error:
            failed = error
            continue
        if len(out) > most:
            raise TooLarge(f"the document is larger than {most / 1_000_000:g} MB")
        if not unpacker.done():
            raise NotUnpacked(f"the {kind} data of the answer ends early (Content-Encoding)")
        return out
    raise NotUnpacked(f"the answer is labelled {kind} and is damaged, or is not {kind} (Content-Encoding)") from failed


def _unpackers(body: bytes, kind: str) -> list[_Unpacker]:
    if kind == "brotli":
        return [_Brotli()]
    if kind == "gzip":
        return [_Zlib(zlib.MAX_WBITS | 16)] if body.startswith(_GZIP) else []
    # RFC 9110, 8.4.1.2: deflate means the zlib format; some servers send the data without its wrapper.
    return [_Zlib(zlib.MAX_WBITS), _Zlib(-zlib.MAX_WBITS)]

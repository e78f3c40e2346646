"""Packed documents: known by their bytes, whatever their label says; bounded; and named when they are broken."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.fetching import unpack
from monitor.collect.fetching.unpack import NotUnpacked, TooLarge

DOCUMENT = b'<?xml version="1.0"?><rss version="2.0"/>' * 40
MOST = 1_000_000


def unpacked(body: bytes, label: str, *, most: int, size: int = 1 << 16) -> bytes:
    """What a body unpacks to that comes in chunks of a size."""
    return b"".join(unpack.unpacked((body[at : at + size] for at in range(0, len(body), size)), label, most=most))


def packed(data: bytes) -> bytes:
    """As gzip packs it, at no time: the names of tests must be the same in all processes."""
    return gzip.compress(data, mtime=0)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
@pytest.mark.parametrize(
    ("body", "label"),
    [
        (DOCUMENT, ""),
        (DOCUMENT, "identity"),
        (DOCUMENT, "gzip"),
        (DOCUMENT, "br"),
        (DOCUMENT, "deflate"),
        (DOCUMENT, "utf-8"),
        (DOCUMENT.decode().encode("utf-16"), "gzip"),
        (b"  \r\n" + DOCUMENT, "gzip"),
        (packed(DOCUMENT), "gzip"),
        (packed(DOCUMENT), "x-gzip"),
        (packed(DOCUMENT), "GZIP"),
        (packed(DOCUMENT), ""),
        (packed(DOCUMENT), "br"),
        (packed(DOCUMENT), "deflate"),
        (packed(DOCUMENT[:90]) + packed(DOCUMENT[90:]), "gzip"),
        (packed(DOCUMENT) + b"\0" * 20, "gzip"),
        (packed(DOCUMENT)[:-8] + b"\0" * 8, "gzip"),
        (packed(DOCUMENT)[:-5], "gzip"),
        (packed(DOCUMENT)[:-8], ""),
        (b"\x1f\x8b\x08\x1e\0\0\0\0\0\xff\x02\0xyname\0comment\0cc" + raw_deflate(DOCUMENT) + b"\0" * 8, "gzip"),
        (packed(packed(DOCUMENT)), "gzip"),
        (packed(packed(DOCUMENT)), "gzip, gzip"),
        (zlib.compress(DOCUMENT), "deflate"),
        (zlib.compress(DOCUMENT, 1), ""),
        (zlib.compress(DOCUMENT, 9), "gzip"),
        (raw_deflate(DOCUMENT), "deflate"),
        (brotli.compress(DOCUMENT), "br"),
        (packed(brotli.compress(DOCUMENT)), "br, gzip"),
    ],
)
def test_a_document_comes_out_as_it_was_written(body: bytes, label: str, size: int) -> None:
    assert unpacked(body, label, most=MOST, size=size).lstrip(b" \r\n") in (
        DOCUMENT,
        DOCUMENT.decode().encode("utf-16"),
    )


@pytest.mark.parametrize(
    ("body", "label", "why"),
    [
        (packed(DOCUMENT)[:-20], "gzip", "gzip data of the answer ends early"),
        (packed(DOCUMENT)[:-20], "", "gzip data of the answer ends early"),
        (packed(DOCUMENT)[:7], "", "gzip data of the answer ends early"),
        (b"\x1f\x8b\x08\x08" + b"\xff" * 100_000, "", "labelled gzip and is damaged"),
        (packed(DOCUMENT) + packed(DOCUMENT)[:-20], "", "gzip data of the answer ends early"),
        (brotli.compress(DOCUMENT)[:-5], "br", "brotli data of the answer ends early"),
        (b"\x1f\x8b" + b"\xff" * 40, "gzip", "labelled gzip and is damaged"),
        (b"\xff" * 40, "gzip", "labelled gzip and is damaged, or is not gzip"),
        (b"\xff" * 40, "deflate", "labelled deflate and is damaged"),
        (b"\x28\xb5\x2f\xfd" + DOCUMENT, "zstd", "zstd"),
    ],
)
def test_what_cannot_be_unpacked_is_named(body: bytes, label: str, why: str) -> None:
    with pytest.raises(NotUnpacked, match=why) as raised:
        unpacked(body, label, most=MOST)
    assert "Content-Encoding" in str(raised.value)


@pytest.mark.parametrize(
    ("label", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate), ("br", brotli.compress)],
)
def test_no_more_is_unpacked_than_a_document_may_have(label: str, pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(TooLarge, match="larger than 1 MB"):
        unpacked(pack(b"x" * 5_000_000), label, most=MOST)
    assert len(unpacked(pack(b"x" * MOST), label, most=MOST)) == MOST


@given(st.binary(max_size=300), st.sampled_from(["", "gzip", "br", "deflate", "gzip, br", "nonsense"]))
def test_any_bytes_come_out_or_are_named(body: bytes, label: str) -> None:
    with contextlib.suppress(NotUnpacked, TooLarge):
        assert len(unpacked(body, label, most=MOST)) <= MOST


@given(st.binary(min_size=1, max_size=300))
def test_gzip_needs_no_label(document: bytes) -> None:
    assert unpacked(gzip.compress(b"<" + document), "", most=MOST) == b"<" + document

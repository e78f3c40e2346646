"""A document taken apart into its head and its entries as bytes, so that only what is new in it need be read.

A strict reader (expat) finds the bounds, so that CDATA sections, comments and quotes cannot deceive it. Where it is not
certain that each entry can be read beside the head alone, nothing is split. docs/decisions/0035 has the argument.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.parsers import expat

from monitor.collect.parsing.newest import MAX_ENTRIES

LARGEST = 300_000
"""Bytes up to which a document is split: it is done on the event loop, at 10 to 50 MB a second."""

_ATOM = "http://www.w3.org/2005/Atom"
_ROOTS = {"rss": (("rss", "channel"), "item"), f"{_ATOM} feed": ((f"{_ATOM} feed",), f"{_ATOM} entry")}
"""The elements that entries stand in, and their own name, by the root."""

_ENTRIES = ("item", "entry")
_MOMENTS = ("lastBuildDate", "pubDate", f"{_ATOM} updated")
"""Elements of the head that say when the document was written; nothing that is kept of a document depends on them."""

_UNKNOWN = "com-wordpress:"
_BASE_OR_LANG = ("base", "lang")


# Well-formed as it is, a document can have little else behind its last entry.
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ENDS = re.compile(rb"(?:\s{0,1000}</[^<>]{1,100}>){1,2}\s*")


class NotCertain(ValueError):
    """It is not certain where the entries of a document begin and end, or that each reads the same alone."""


@dataclass(frozen=True, slots=True)
class Split:
    """A document's head, entries and end, which are all its bytes; `hashes` has one for each entry.

    `head_hash` does not count when the document says that it was written.
    """

    head: bytes
    entries: tuple[bytes, ...]
    end: bytes
    hashes: tuple[bytes, ...]
    head_hash: bytes

    def with_only(self, places: Collection[int]) -> bytes:
        """The document as if it had those of its entries alone."""
        return b"".join([self.head, *(self.entries[place] for place in sorted(places)), self.end])


def split(body: bytes, known: Collection[bytes] = ()) -> Split | None:
    """A document in RSS or Atom by its entries; None where that is not certain.

    `known` are hashes of entries of an earlier document with the same head, which need not be read once more. Whoever
    passes them must see that the head is the same.
    """
    if len(body) > LARGEST or not _is_plain(body):
        return None
    try:
        return (_split_beside(body, known) if known else None) or _split_whole(body)
    except (expat.ExpatError, ValueError):
        return None


def _split_whole(body: bytes) -> Split:
    bounds = _bounds(body)
    return _as_split(body, bounds.spans, bounds.moments, {})


def _split_beside(body: bytes, known: Collection[bytes]) -> Split | None:
    """A document by its entries, of which expat reads one of each row of known ones; None where that is no gain.

    Where expat finds the first of a row at the place at which it was looked for, that is no part of a comment or a
    text. Behind it expat is between two entries, as it was in front of it, and each further one of the row leaves it
    so: it did when it was read in an earlier document.
    """
    found = _known_spans(body, known)
    rows = _rows(body, list(found))
    if sum(map(len, rows)) == len(rows):
        return None
    pieces, at = [], 0
    for row in rows:
        pieces.append(body[at : row[0][1]])
        at = row[-1][1]
    bounds = _bounds(b"".join([*pieces, body[at:]]))
    # Back to the places that they have in the whole.
    spans: list[tuple[int, int]] = []
    cut, left = 0, list(reversed(rows))
    for start, stop in bounds.spans:
        span = start + cut, stop + cut
        if left and span == left[-1][0]:
            row = left.pop()
            spans += row
            cut += row[-1][1] - row[0][1]
        else:
            spans.append(span)
    return None if left else _as_split(body, spans, bounds.moments, found)


def _known_spans(body: bytes, known: Collection[bytes]) -> dict[tuple[int, int], bytes]:
    """Where a document has the bytes of known entries, and their hashes."""
    name = b"item" if b"</item>" in body else b"entry"
    begin, end, at = b"<" + name, b"</" + name + b">", 0
    found: dict[tuple[int, int], bytes] = {}
    while (start := body.find(begin, at)) >= 0 and (stop := body.find(end, start)) >= 0:
        at = stop + len(end)
        of_bytes = _hash(body[start:at])
        if of_bytes in known:
            found[start, at] = of_bytes
    return found


def _rows(body: bytes, spans: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Entries in rows in which nothing but space is between them."""
    rows: list[list[tuple[int, int]]] = []
    for span in spans:
        between = body[rows[-1][-1][1] : span[0]] if rows else b"the head"
        if between and not between.isspace():
            rows.append([span])
        else:
            rows[-1].append(span)
    return rows


def _bounds(body: bytes) -> _Bounds:
    bounds = _Bounds(body)
    bounds.reader.Parse(body, True)
    return bounds


def _as_split(
    body: bytes,
    spans: Sequence[tuple[int, int]],
    moments: Sequence[tuple[int, int]],
    hashes: Mapping[tuple[int, int], bytes],
) -> Split:
    """A document by its entries. `hashes` are those that are known."""
    if not spans:
        raise NotCertain
    between = [body[before[1] : after[0]] for before, after in pairwise(spans)]
    end = body[spans[-1][1] :]
    if any(one and not one.isspace() for one in between) or not _ENDS.fullmatch(_COMMENT.sub(b"", end)):
        raise NotCertain
    head = body[: spans[0][0]]
    entries = tuple(body[start:stop] for start, stop in spans)
    of_entries = tuple(hashes.get(span) or _hash(entry) for span, entry in zip(spans, entries, strict=True))
    return Split(head, entries, end, of_entries, _hash(_lasting(head, moments)))


def _lasting(head: bytes, moments: Sequence[tuple[int, int]]) -> bytes:
    """The head without the moments at which the document says that it was written."""
    pieces, at = [], 0
    for start, stop in moments:
        pieces.append(head[at:start])
        at = stop
    return b"".join([*pieces, head[at:]])


def _is_plain(body: bytes) -> bool:
    """Whether a document is UTF-8 of which each part is read as it is read in the whole."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return False
    if b"![CDATA[" in body and b"]]&" in body:  # a CDATA section that was escaped once more is repaired
        return False
    if body.isascii():
        if b"\x1b" in body or b"~{" in body:  # a character set that switches by escapes
            return False
    else:
        try:
            body.decode()
        except UnicodeDecodeError:
            return False
    # Of more entries than that the oldest are left out.
    return body.count(b"<item") + body.count(b"<entry") + body.count(b":item") <= MAX_ENTRIES


class _Bounds:
    """Where the entries of a document begin and end, as expat meets them."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._depth = 0
        self._parents: tuple[str, ...] = ()
        self._name = ""
        self.spans: list[tuple[int, int]] = []
        self.moments: list[tuple[int, int]] = []
        self._began = self._moment_began = 0
        self._among_entries = self._declared = False
        self.reader = expat.ParserCreate("utf-8", " ")
        self.reader.StartElementHandler = self._start
        self.reader.EndElementHandler = self._end
        self.reader.StartNamespaceDeclHandler = self._declare
        self.reader.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise NotCertain

    def _declare(self, prefix: str | None, address: str | None) -> None:
        """A namespace that an entry declares stays declared for feedparser, also in the entries behind it.

        But one without prefix means nothing to it, unless it knows the address, and none that it knows begins like
        that which WordPress declares in each entry.
        """
        if not prefix and (address or "").startswith(_UNKNOWN):
            return
        if self._among_entries:
            raise NotCertain
        self._declared = True

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        depth, level = self._depth, len(self._parents)
        self._depth = depth + 1
        if depth > level > 0:  # within an entry, or within an element of the head
            self._moment_began = 0
            if _is_entry(name):
                raise NotCertain
        elif depth >= level > 0:
            self._start_in_feed(name, attributes)
        elif depth == 0 and name in _ROOTS:
            self._parents, self._name = _ROOTS[name]
        elif depth == 0 or name != self._parents[depth] or self._among_entries:
            raise NotCertain
        self._declared = False
        if attributes and self._among_entries and any(_local(one) in _BASE_OR_LANG for one in attributes):
            raise NotCertain

    def _start_in_feed(self, name: str, attributes: dict[str, str]) -> None:
        """An entry, or an element that says something of the feed; behind the first entry there is to be none."""
        if name == self._name:
            if self._declared and not self._among_entries:
                raise NotCertain
            self._among_entries = True
            self._began = self.reader.CurrentByteIndex
        elif self._among_entries or _is_entry(name):
            raise NotCertain
        else:
            self._moment_began = 0 if attributes else self.reader.CurrentByteIndex

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._depth != len(self._parents):
            return
        if name == self._name:
            self.spans.append((self._began, self._behind_end()))
        elif self._moment_began and name in _MOMENTS:
            self.moments.append((self._moment_began, self._behind_end()))

    def _behind_end(self) -> int:
        at = self.reader.CurrentByteIndex
        if self._body[at : at + 2] != b"</":  # an empty element has no end of its own
            raise NotCertain
        return self._body.index(b">", at) + 1


def _local(name: str) -> str:
    return name.rpartition(" ")[2].lower()


def _is_entry(name: str) -> bool:
    return name.lower().endswith(_ENTRIES) and _local(name) in _ENTRIES


def _hash(part: bytes) -> bytes:
    return hashlib.blake2b(part, digest_size=16).digest()

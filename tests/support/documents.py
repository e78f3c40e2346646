"""Documents read in this process, as the parser's workers read them."""

from __future__ import annotations

from monitor.collect.document import Read, read_document
from monitor.model import Failed, Parsed


def parse_document(body: bytes, *, content_type: str | None, language: str = "", address: str = "") -> Parsed | Failed:
    """What a document says, or why it is no feed."""
    read = read_document(body, content_type=content_type, language=language, address=address)
    return read.parsed if isinstance(read, Read) else read

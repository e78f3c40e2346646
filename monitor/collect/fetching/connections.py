"""Connections on which an answer is read as the same, whether it comes at once or in pieces.

Servers count the characters of a document for its Content-Length, and not its bytes. aiohttp takes what stands behind
the announced length for the next answer, which it is not; and when all of it came at once, it gave up both. Browsers
read what was announced. When the head had come alone, a body that is not as announced was waited for until the time
was over, and nobody was told what was wrong with it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

_HEAD_ENDS = b"\r\n\r\n"
# Behind a 304 there is to be nothing; a document there belies it, and is to be seen with it.
_WITH_BODY = re.compile(rb"HTTP/\d\.\d [2-5](?!04\b)")


class _Patient(ResponseHandler):
    """Takes the head of an answer before its body, so that what is wrong behind the body no longer matters to it."""

    def data_received(self, data: bytes) -> None:
        end = data.find(_HEAD_ENDS) + len(_HEAD_ENDS) if _WITH_BODY.match(data) else len(data)
        super().data_received(data[:end])
        if rest := data[end:]:
            super().data_received(rest)
        wrong, body = self.exception(), self._payload
        if wrong is not None and body is not None and not body.is_eof() and body.exception() is None:
            body.set_exception(aiohttp.ClientError(getattr(wrong, "message", "")))


class Connector(aiohttp.TCPConnector):
    """aiohttp's pool of connections, with the above."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = partial(_Patient, loop=self._loop)  # type: ignore[assignment]  # a kind of the same

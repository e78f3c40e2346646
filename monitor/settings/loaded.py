"""What the admin sets: the environment, a `.env` file beside it, or a mounted secret file named by `NAME_FILE`."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import structlog
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.errors import SettingsError
from monitor.model.tokens import api_tokens, atom_tokens
from monitor.settings import proxies as proxying
from monitor.settings import values
from monitor.settings.expected import explain
from monitor.settings.proxies import Proxies
from monitor.settings.values import OFF, CatchUp, LogFormat, Requests

log = structlog.get_logger()

_CLOSE_ENOUGH, _NEARLY = 60, 80
_ENV_FILE = Path(".env")


class Settings(BaseSettings):
    """Every setting, read at the start; `Token` reads tokens again. Names are the environment's, in lower case."""

    model_config = SettingsConfigDict(env_file=_ENV_FILE, extra="ignore", frozen=True, case_sensitive=False)

    database_url: Annotated[str, AfterValidator(values.database_url), Field(repr=False)] = "sqlite:///data/wirewatch.db"
    slack_bot_token: Annotated[SecretStr | None, AfterValidator(values.bot_token)] = None
    slack_app_token: Annotated[SecretStr | None, AfterValidator(values.app_token)] = None
    slack_api_url: Annotated[str, AfterValidator(values.http_url)] = "https://slack.com/api/"
    https_proxy: Annotated[str, AfterValidator(proxying.with_scheme), Field(repr=False)] = ""
    http_proxy: Annotated[str, AfterValidator(proxying.with_scheme), Field(repr=False)] = ""
    no_proxy: str = ""
    wirewatch_feeds: Annotated[Path, BeforeValidator(values.path)] = Path("feeds.yaml")
    wirewatch_rules: Annotated[Path, BeforeValidator(values.path)] = Path("rules")
    wirewatch_routes: Annotated[Path, BeforeValidator(values.path)] = Path("routes.yaml")
    wirewatch_catch_up: Annotated[timedelta | CatchUp, BeforeValidator(values.catch_up)] = timedelta(hours=12)
    wirewatch_unanswered: Annotated[timedelta | None, BeforeValidator(values.unanswered)] = timedelta(hours=24)
    wirewatch_canary: Annotated[timedelta | None, BeforeValidator(values.canary)] = timedelta(minutes=30)
    wirewatch_meaning: Annotated[str, AfterValidator(values.meaning)] = "auto"
    wirewatch_allow_private_addresses: bool = False
    wirewatch_log: Annotated[LogFormat, BeforeValidator(values.in_small_letters)] = LogFormat.AUTO
    wirewatch_translate_url: Annotated[str, AfterValidator(values.template)] = ""
    wirewatch_contact: Annotated[str, Field(pattern=r"^[^\r\n]*$")] = ""
    wirewatch_fetch_timeout: Annotated[timedelta, BeforeValidator(values.any_duration), Field(gt=timedelta(0))] = (
        timedelta(seconds=30)
    )
    wirewatch_max_body_mb: Annotated[int, Field(ge=1, le=2000)] = 25
    wirewatch_concurrency: Annotated[int, Field(ge=1, le=1000)] = 50
    wirewatch_requests_per_hour: Annotated[int | Requests, BeforeValidator(values.requests)] = Requests.AUTO
    wirewatch_requests_per_host: Annotated[int, Field(ge=1, le=100_000)] = 240
    wirewatch_retention: Annotated[timedelta, BeforeValidator(values.any_duration), Field(ge=timedelta(days=1))] = (
        timedelta(days=90)
    )
    wirewatch_backups: Annotated[Path | None, BeforeValidator(values.backups)] = Path("backups")
    wirewatch_desk_group: Annotated[str | None, Field(pattern=r"^S[A-Z0-9]{2,}$")] = None
    wirewatch_metrics: Annotated[str, AfterValidator(values.address)] = OFF
    wirewatch_ops_url: Annotated[SecretStr | None, AfterValidator(values.ops_url)] = None
    wirewatch_heartbeat_url: Annotated[SecretStr | None, AfterValidator(values.heartbeat_url)] = None
    wirewatch_push: Annotated[str, AfterValidator(values.address)] = OFF
    wirewatch_public_url: Annotated[str, AfterValidator(lambda value: value and values.http_url(value))] = ""
    wirewatch_console: Annotated[str, AfterValidator(values.address)] = "127.0.0.1:8080"
    wirewatch_console_token: Annotated[SecretStr | None, AfterValidator(values.console_token)] = None
    wirewatch_api_tokens: Annotated[SecretStr | None, AfterValidator(values.list_of(api_tokens))] = None
    wirewatch_atom_tokens: Annotated[SecretStr | None, AfterValidator(values.list_of(atom_tokens))] = None
    wirewatch_console_url: Annotated[str, AfterValidator(values.origin)] = ""
    wirewatch_console_names: Annotated[str, AfterValidator(values.names)] = ""
    wirewatch_console_writes: bool = False

    @model_validator(mode="before")
    @classmethod
    def _as_meant(cls, given: Any) -> Any:
        """Values without what the way here leaves around them: blanks, line ends of Windows, and quotes.

        `docker run --env-file` keeps the quotes and line ends of a file; shells and Compose do not.
        """
        return {name: values.unwrapped(value) for name, value in given.items()} if isinstance(given, dict) else given

    @property
    def proxies(self) -> Proxies:
        """The proxies that connections to the outside go by.

        Raises:
            SettingsError: one is no http or https proxy. What connects to nothing does not ask: the environment of a
                machine is not written for Wirewatch alone.
        """
        found = {}
        for name in ("https_proxy", "http_proxy"):
            value = getattr(self, name)
            try:
                found[name] = proxying.checked(value)
            except ValueError as error:
                raise SettingsError(explain({"loc": (name,), "input": value, "msg": str(error)})) from None
        return Proxies(https=found["https_proxy"], http=found["http_proxy"], no=self.no_proxy)

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
            given = SecretStr(_secret_file(self._name) or "")
            checked = values.bot_token(given) if self._name == "slack_bot_token" else values.app_token(given)
            token = checked.get_secret_value() if checked else ""
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
        return Path(path).read_text(encoding="utf-8-sig").rstrip("\r\n")
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
    _require_readable_env_file()
    try:
        return Settings(**(overrides or {}))  # type: ignore[arg-type]  # names are checked by pydantic
    except ValidationError as error:
        raise SettingsError("\n".join(explain(dict(problem)) for problem in error.errors())) from None


def _require_readable_env_file() -> None:
    """Refuse a `.env` that would be read in part only: a secret that is missing would not be noticed."""
    from dotenv.parser import parse_stream  # pydantic-settings reads `.env` by it

    try:
        text = _ENV_FILE.read_text(encoding="utf-8-sig") if _ENV_FILE.is_file() else ""
    except UnicodeDecodeError as error:
        raise SettingsError(f"{_ENV_FILE} is not UTF-8 text (byte {error.start + 1}): save it as UTF-8") from None
    except OSError as error:
        raise SettingsError(f"cannot read {_ENV_FILE}: {error.strerror}") from None
    if "\0" in text:
        raise SettingsError(f"{_ENV_FILE} is not UTF-8 text (it has null characters): save it as UTF-8")
    wrong = [binding.original.line for binding in parse_stream(io.StringIO(text)) if binding.error]
    if wrong:
        raise SettingsError(
            "\n".join(
                f"{_ENV_FILE}:{line}: this line cannot be read; NAME=value is wanted, and a quote that begins must end"
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
            hint = f"; did you mean {meant}{ending}?" if meant else "; `service.py config` shows all settings"
            told.append(f"{name}, set in {where}, is not a setting of Wirewatch{hint}")
    return told


def _meant(wrong: str, names: Sequence[str]) -> str | None:
    """The setting that was probably meant. What the names of ours have in common says nothing: it is not compared."""
    from rapidfuzz import fuzz, process

    prefix, at_least = ("WIREWATCH_", _CLOSE_ENOUGH) if wrong.startswith("WIREWATCH_") else ("", _NEARLY)
    compared = {name: name.removeprefix(prefix) for name in names}
    found = process.extractOne(wrong.removeprefix(prefix), compared, scorer=fuzz.ratio, score_cutoff=at_least)
    return found[2] if found else None

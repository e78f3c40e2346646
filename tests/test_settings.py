"""Settings come from the environment, `.env` and secret files; a wrong one is told in words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from monitor import settings
from monitor.errors import SettingsError
from monitor.settings import CatchUp, Token

SECRET = "xoxb-not-to-be-seen-anywhere"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_defaults_hold() -> None:
    loaded = settings.load()
    assert loaded.database_url == "sqlite:///data/wirewatch.db"
    assert loaded.slack_bot_token is None
    assert loaded.wirewatch_catch_up == timedelta(hours=12)
    assert loaded.wirewatch_unanswered == timedelta(hours=24)
    assert not loaded.wirewatch_allow_private_addresses


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WIREWATCH_FEEDS=from-file.yaml\nWIREWATCH_RULES=from-file\nUNKNOWN_KEY=1\n")
    monkeypatch.setenv("WIREWATCH_FEEDS", "from-environment.yaml")
    loaded = settings.load()
    assert (loaded.wirewatch_feeds, loaded.wirewatch_rules) == (Path("from-environment.yaml"), Path("from-file"))


def test_a_secret_file_gives_the_value_without_its_line_break(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    loaded = settings.load()
    assert loaded.slack_bot_token is not None
    assert loaded.slack_bot_token.get_secret_value() == SECRET
    assert SECRET not in repr(loaded)


def test_a_token_in_a_file_is_the_one_that_stands_there_now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """While the file is being replaced, or holds no token, the last one holds; why is logged once."""
    file = tmp_path / "token"
    file.write_text("xoxb-first\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(file))
    token = Token(settings.load(), "slack_bot_token")
    assert token() == "xoxb-first"
    with capture_logs() as logs:
        file.unlink()
        assert [token(), token()] == ["xoxb-first"] * 2
        for unusable in ("", "xapp-of-an-app"):
            file.write_text(unusable)
            assert token() == "xoxb-first"
        # As editors of Windows save it, and as it is pasted.
        file.write_text("\ufeff xoxb-second \r\n\r\n")
        assert [token(), token()] == ["xoxb-second"] * 2
    assert [line["action"] for line in logs] == ["token_unusable", "token_unusable", "token_replaced"]
    assert "xoxb-" not in str(logs)


def test_a_token_of_the_environment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-first")
    loaded = settings.load()
    assert Token(loaded, "slack_app_token")() == "xapp-first"
    assert Token(loaded, "slack_bot_token")() == ""


def test_a_secret_file_that_is_not_there_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "missing/token")
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN_FILE: cannot read the file missing/token: No such file"):
        settings.load()


@pytest.mark.parametrize(
    ("address", "taken_apart"),
    [("127.0.0.1:9464", ("127.0.0.1", 9464)), ("[::1]:0", ("::1", 0)), ("metrics.local:80", ("metrics.local", 80))],
)
def test_an_address_is_a_host_and_a_port(address: str, taken_apart: tuple[str, int]) -> None:
    assert settings.host_and_port(address) == taken_apart


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("WIREWATCH_CATCH_UP", '"36h"', timedelta(hours=36)),
        ("WIREWATCH_CATCH_UP", "1d12h", timedelta(hours=36)),
        ("WIREWATCH_CATCH_UP", "none", CatchUp.NONE),
        ("WIREWATCH_CATCH_UP", "ALL", CatchUp.ALL),
        ("WIREWATCH_UNANSWERED", "36h", timedelta(hours=36)),
        ("WIREWATCH_UNANSWERED", "None", None),
        ("WIREWATCH_FEEDS", "'my feeds.yaml'\r", Path("my feeds.yaml")),
        ("WIREWATCH_ALLOW_PRIVATE_ADDRESSES", " yes ", True),
        ("WIREWATCH_LOG", "TEXT", "text"),
        ("WIREWATCH_METRICS", " OFF\r", "off"),
        ("WIREWATCH_MEANING", "Off", "off"),
        ("WIREWATCH_CONTACT", 'the "desk"', 'the "desk"'),
        ("SLACK_API_URL", " https://slack.com/api ", "https://slack.com/api/"),
        ("DATABASE_URL", '"Postgres://h/n"\r\n', "postgresql+psycopg://h/n"),
        ("DATABASE_URL", "postgresql://desk:pw@h/n", "postgresql+psycopg://desk:pw@h/n"),
        (
            "DATABASE_URL",
            "postgres://d:pw@h:5432/n?sslmode=require",
            "postgresql+psycopg://d:pw@h:5432/n?sslmode=require",
        ),
        ("DATABASE_URL", "postgresql+psycopg://desk:pw@h/n", "postgresql+psycopg://desk:pw@h/n"),
        ("DATABASE_URL", "sqlite:////data/wirewatch.db", "sqlite:////data/wirewatch.db"),
        ("SLACK_BOT_TOKEN", f" {SECRET}\n", SecretStr(SECRET)),
    ],
)
def test_a_value_means_what_people_mean_by_it(
    name: str, value: str, meant: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands around it: line ends of Windows and quotes, which `docker run --env-file` keeps, and blanks."""
    monkeypatch.setenv(name, value)
    assert getattr(settings.load(), name.lower()) == meant


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("WIREWATCH_FEEDS", "", "cannot use an empty value; expected the path of a file such as feeds.yaml"),
        ("WIREWATCH_CATCH_UP", "soon", "expected a duration such as 12h, or none, or all"),
        ("WIREWATCH_CATCH_UP", "12", "expected a duration such as 12h, or none, or all"),
        ("WIREWATCH_UNANSWERED", "soon", "expected a duration such as 24h, or none"),
        ("WIREWATCH_ALLOW_PRIVATE_ADDRESSES", "maybe", "expected true or false"),
        ("WIREWATCH_LOG", "loud", "expected text, json or auto"),
        ("WIREWATCH_MAX_BODY_MB", "0", "expected a whole number of megabytes from 1 to 2000"),
        ("WIREWATCH_CONTACT", "a\nb", "expected an address or URL without line breaks"),
        ("DATABASE_URL", "mysql://a:b@c/d", "expected sqlite:///path/to/file.db or postgresql"),
        ("DATABASE_URL", "nonsense", "expected sqlite:///path/to/file.db or postgresql"),
        (
            "HTTPS_PROXY",
            "socks5://u:p@proxy.example:1080",
            "31 characters; expected the address of an http or",
        ),
        ("HTTP_PROXY", "http://proxy.example/page", "expected the address of an http or https proxy such as http://"),
        ("HTTP_PROXY", "proxy.example:port", "expected the address of an http or https proxy such as http://proxy"),
        ("WIREWATCH_RETENTION", "23h", "expected a duration of at least a day, such as 90d"),
        ("SLACK_API_URL", "slack.com", "expected an http or https address"),
        (
            "SLACK_BOT_TOKEN",
            "xapp-no-bot-token",
            "which looks like an app-level token; expected a bot token, which begins with xoxb- (",
        ),
        ("SLACK_BOT_TOKEN", "", "cannot use an empty value; expected a bot token"),
        (
            "SLACK_APP_TOKEN",
            "xoxb-no-app-token",
            "which looks like a bot token; expected an app-level token, which begins with xapp- (",
        ),
        ("SLACK_BOT_TOKEN", "abc", "cannot use a value of 3 characters; expected a bot token, which begins with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxp-1-2", "which looks like a user token; expected a bot token"),
        ("SLACK_BOT_TOKEN", "https://hooks.slack.com/x", "which looks like an address; expected a bot token"),
        ("SLACK_APP_TOKEN", "", "cannot use an empty value; expected an app-level token"),
        ("DATABASE_URL", "postgresql+asyncpg://a:b@c/d", "expected sqlite:///path/to/file.db or postgresql"),
        ("DATABASE_URL", "postgresql://a:b@c:port/d", "expected sqlite:///path/to/file.db or postgresql"),
        ("DATABASE_URL", "sqlite://data/wirewatch.db", "expected sqlite:///path/to/file.db or postgresql"),
        (
            "WIREWATCH_TRANSLATE_URL",
            "https://translate.example/",
            "expected a web address with {text} or {url}, such as",
        ),
        ("WIREWATCH_DESK_GROUP", "@desk", "expected the id of a Slack user group such as S0123456789"),
        ("WIREWATCH_METRICS", "9464", "expected HOST:PORT such as 127.0.0.1:9464, or off"),
        ("WIREWATCH_METRICS", "localhost:", "expected HOST:PORT such as 127.0.0.1:9464, or off"),
        ("WIREWATCH_METRICS", "127.0.0.1:94640", "expected HOST:PORT such as 127.0.0.1:9464, or off"),
        ("WIREWATCH_METRICS", "::1:9464", "expected HOST:PORT such as 127.0.0.1:9464, or off"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_expected(
    name: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        _ = settings.load().proxies  # which are looked at by what connects, and not before
    assert str(caught.value).startswith(f"{name}: cannot use ")
    assert expected in str(caught.value)


def test_every_wrong_value_is_told_at_once_and_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://user:hunter2@host/name")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xapp-hunter2")
    monkeypatch.setenv("WIREWATCH_LOG", "loud")
    with pytest.raises(SettingsError) as caught:
        settings.load()
    database, token, log = str(caught.value).splitlines()
    assert database.startswith("DATABASE_URL: cannot use a value of 30 characters; expected sqlite:///")
    assert token.startswith("SLACK_BOT_TOKEN: cannot use a value of 12 characters, which looks like an app-")
    assert log == 'WIREWATCH_LOG: cannot use "loud"; expected text, json or auto'
    assert "hunter2" not in str(caught.value)


# A name that is set, and the setting that was meant; "-": none, but told; "": nothing is said of it.
UNKNOWN = {
    "WIREWATCH_FEED": "WIREWATCH_FEEDS",
    "wirewatch_feed": "WIREWATCH_FEEDS",
    "WIREWATCH_FEEDS_PATH": "WIREWATCH_FEEDS",
    "WIREWATCH_ROUTE": "WIREWATCH_ROUTES",
    "WIREWATCH_CATCHUP": "WIREWATCH_CATCH_UP",
    "WIREWATCH_FEED_FILE": "WIREWATCH_FEEDS_FILE",
    "WIREWATCH_COLOUR": "-",
    "WIREWACH_FEEDS": "WIREWATCH_FEEDS",
    "SLACK_TOKEN": "SLACK_BOT_TOKEN",
    "SLACK_BOTTOKEN": "SLACK_BOT_TOKEN",
    "DATABASE_URI": "DATABASE_URL",
    "DATABSE_URL": "DATABASE_URL",
    "SLACK_WEBHOOK_URL": "",
    "DATADOG_SITE": "",
    "WIREWATCH_FEEDS": "",
    "WIREWATCH_FEEDS_FILE": "",
    "database_url": "",
    "PATH_TO_FEEDS": "",
}


@pytest.mark.parametrize("where", ["the environment", ".env"])
@pytest.mark.parametrize("name", UNKNOWN)
def test_a_name_that_is_no_setting_is_told(name: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if where == ".env":
        Path(".env").write_text(f"{name}=x\n")
    else:
        monkeypatch.setenv(name, "x")
    meant = UNKNOWN[name]
    hint = {"": None, "-": "; `service.py config` shows all settings"}.get(meant, f"; did you mean {meant}?")
    assert settings.unknown() == ([f"{name}, set in {where}, is not a setting of Wirewatch{hint}"] if hint else [])


ENV_FILES = {
    "Latin-1": ("# café\nWIREWATCH_LOG=text\n".encode("latin-1"), r"^\.env is not UTF-8 text \(byte 6\)"),
    "UTF-16": ("WIREWATCH_LOG=text\n".encode("utf-16"), r"^\.env is not UTF-8 text"),
    "UTF-16 without a mark": ("WIREWATCH_LOG=text\n".encode("utf-16-le"), r"^\.env is not UTF-8 text \(it has null"),
    "a quote that does not end": (
        b'A=1\nSLACK_BOT_TOKEN="xoxb-secret\nWIREWATCH_LOG=text\n',
        r"^\.env:2: this line can",
    ),
    "two such lines": (b"A='1\nB=2\nC='3\n", r"^\.env:1: this line cannot be read.*"),
}


@pytest.mark.parametrize(("content", "told"), ENV_FILES.values(), ids=ENV_FILES)
def test_an_env_file_that_cannot_be_read_is_refused_in_words(
    content: bytes, told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was left out of it would be noticed by nobody: alerts without a token go to the terminal."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError, match=told) as refused:
        settings.load()
    assert "xoxb-" not in str(refused.value)


def test_an_env_file_with_a_byte_order_mark_and_quotes_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("\ufeffWIREWATCH_LOG='text'\n# no more\n", encoding="utf-8")
    assert settings.load().wirewatch_log == "text"


@pytest.mark.parametrize("name", ["FETCH_TIMEOUT", "CATCH_UP", "UNANSWERED", "RETENTION", "MAX_BODY_MB", "CONCURRENCY"])
@pytest.mark.parametrize("value", ["9" * 30 + "d", "9" * 400 + "w", "9" * 5000, "1e400", "-1d"])
def test_a_value_out_of_range_is_a_mistake_in_words(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"WIREWATCH_{name}", value)
    with pytest.raises(SettingsError, match=f"^WIREWATCH_{name}: cannot use .*; expected a "):
        settings.load()


def test_proxies_are_taken_as_other_programs_take_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In small letters too, without a scheme, or from a file that holds the password."""
    (tmp_path / "proxy").write_text("https://desk:s3cret@proxy.example:3129\n")
    monkeypatch.setenv("HTTPS_PROXY_FILE", str(tmp_path / "proxy"))
    monkeypatch.setenv("http_proxy", " proxy.example:3128 ")
    monkeypatch.setenv("no_proxy", "house.example")
    loaded = settings.load()
    assert "s3cret" not in repr(loaded) + repr(loaded.proxies)
    assert loaded.proxies.environment() == {
        "HTTPS_PROXY": "https://desk:s3cret@proxy.example:3129",
        "HTTP_PROXY": "http://proxy.example:3128",
        "NO_PROXY": "house.example,localhost,127.0.0.1,::1",
    }
    monkeypatch.setenv("HTTPS_PROXY_FILE", "")
    monkeypatch.setenv("http_proxy", "")
    assert settings.load().proxies.environment() == {}

"""Settings come from the environment, `.env` and secret files; a wrong one is told in words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor import settings
from monitor.errors import SettingsError
from monitor.settings import CatchUp

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
    assert not loaded.wirewatch_allow_private_addresses


@pytest.mark.parametrize(("value", "meaning"), [("36h", timedelta(hours=36)), ("None", None)])
def test_silence_takes_a_duration_or_none(
    value: str, meaning: timedelta | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.load().wirewatch_unanswered == timedelta(hours=24)
    monkeypatch.setenv("WIREWATCH_UNANSWERED", value)
    assert settings.load().wirewatch_unanswered == meaning
    monkeypatch.setenv("WIREWATCH_UNANSWERED", "soon")
    with pytest.raises(SettingsError, match="a duration such as 24h, or none"):
        settings.load()


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


def test_a_secret_file_that_is_not_there_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "missing/token")
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN_FILE: cannot read the file missing/token: No such file"):
        settings.load()


@pytest.mark.parametrize(
    ("value", "meaning"),
    [("90m", timedelta(minutes=90)), ("1d12h", timedelta(hours=36)), ("none", CatchUp.NONE), ("ALL", CatchUp.ALL)],
)
def test_catch_up_takes_a_duration_or_a_word(
    value: str, meaning: timedelta | CatchUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_CATCH_UP", value)
    assert settings.load().wirewatch_catch_up == meaning


@pytest.mark.parametrize(
    ("address", "taken_apart"),
    [("127.0.0.1:9464", ("127.0.0.1", 9464)), ("[::1]:0", ("::1", 0)), ("metrics.local:80", ("metrics.local", 80))],
)
def test_an_address_is_a_host_and_a_port(address: str, taken_apart: tuple[str, int]) -> None:
    assert settings.host_and_port(address) == taken_apart


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("WIREWATCH_CATCH_UP", "soon", "expected a duration such as 12h, or none, or all"),
        ("WIREWATCH_CATCH_UP", "12", "expected a duration such as 12h, or none, or all"),
        ("WIREWATCH_ALLOW_PRIVATE_ADDRESSES", "maybe", "expected true or false"),
        ("WIREWATCH_LOG", "loud", "expected text, json or auto"),
        ("WIREWATCH_MAX_BODY_MB", "0", "expected a whole number of megabytes, 1 or more"),
        ("WIREWATCH_CONTACT", "a\nb", "expected an address or URL without line breaks"),
        ("DATABASE_URL", "mysql://a:b@c/d", "expected sqlite:///path/to/file.db or postgresql"),
        ("DATABASE_URL", "nonsense", "expected sqlite:///path/to/file.db or postgresql"),
        ("SLACK_API_URL", "slack.com", "expected an http or https address"),
        ("SLACK_BOT_TOKEN", "xapp-no-bot-token", "expected a bot token, which begins with xoxb-; without one"),
        ("SLACK_BOT_TOKEN", "", "cannot use an empty value; expected a bot token"),
        ("SLACK_APP_TOKEN", "xoxb-no-app-token", "expected an app-level token; it begins with xapp-"),
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
        settings.load()
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
    assert token.startswith("SLACK_BOT_TOKEN: cannot use a value of 12 characters; expected a bot token")
    assert log == 'WIREWATCH_LOG: cannot use "loud"; expected text, json or auto'
    assert "hunter2" not in str(caught.value)

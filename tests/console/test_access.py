"""Tokens, sessions, tries, and the names of this machine."""

from __future__ import annotations

import pytest

from monitor.console.access import SESSION, TRIES, TRIES_WITHIN, Access, Address, address_of
from monitor.errors import SettingsError
from monitor.settings import load


def test_sessions_end_and_cannot_be_forged() -> None:
    now = 100.0
    access = Access("secret", lambda: now, "Vera")
    session = access.begin("Ann")
    cookie = access.cookie_of(session)
    assert access.session_of(cookie) == session
    for forged in ("", ".", cookie + "0", cookie[1:], "é", Access("secret", lambda: now, "Vera").cookie_of(session)):
        assert access.session_of(forged) is None
    now += SESSION
    assert access.session_of(cookie) is None


def test_tries_are_counted_by_address_and_forgotten() -> None:
    now = 0.0
    access = Access("secret", lambda: now, "")
    for _ in range(TRIES):
        assert not access.is_token("guess", "10.0.0.1")
    assert access.has_to_wait("10.0.0.1")
    assert not access.has_to_wait("10.0.0.2")
    now += TRIES_WITHIN
    assert not access.has_to_wait("10.0.0.1")
    assert access.is_token(" secret\n", "10.0.0.1")
    assert not Access("", lambda: now, "").is_token("", "10.0.0.1")


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.168.1.5", "wirewatch.example", "[::ffff:10.0.0.1]"])
def test_on_any_other_address_a_token_is_needed(host: str) -> None:
    with pytest.raises(SettingsError, match="WIREWATCH_CONSOLE_TOKEN"):
        address_of(load({"wirewatch_console": f"{host}:8080"}))
    assert address_of(load({"wirewatch_console": f"{host}:8080", "wirewatch_console_token": "x"})) is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]", "localhost"])
def test_on_loopback_none_is_needed(host: str) -> None:
    assert address_of(load({"wirewatch_console": f"{host}:8080"})) is not None
    assert address_of(load({"wirewatch_console": "off"})) is None


def test_names_are_added_by_the_admin() -> None:
    found = address_of(
        load({"wirewatch_console": "127.0.0.1:1", "wirewatch_console_names": "desk.example, other.example"})
    )
    assert isinstance(found, Address)
    assert found.serves("DESK.example:443")
    assert not found.serves("evil.desk.example")

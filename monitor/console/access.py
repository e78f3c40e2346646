"""Who may look and act: the token, signed sessions that end, the tokens of forms, tries, and names of this machine."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import secrets
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.console.entries import same
from monitor.errors import SettingsError
from monitor.settings import OFF, Settings, host_and_port

SESSION = 12 * 3600.0
"""Seconds after which one has to log in again."""

TRIES, TRIES_WITHIN = 5, 60.0
"""So many wrong tokens from one address in so many seconds; then it has to wait."""

_MOST_ADDRESSES = 1_000
_MOST_ENDED = 10_000
_LONGEST_COOKIE = 1_000


@dataclass(frozen=True, slots=True)
class Session:
    """A browser of somebody: `name` is what they call themselves, "" before they logged in.

    `until` is when it ends, in seconds of uptime.
    """

    id: str
    name: str
    until: float


@dataclass(slots=True)
class Access:
    """Sessions are signed and kept in the browser, so that no number of visitors fills the memory.

    The key is of this process: a restart ends every session. `uptime` gives seconds that no clock changes.
    """

    token: str
    uptime: Callable[[], float]
    visitor: str
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _ended: dict[str, float] = field(default_factory=dict)
    _tries: dict[str, deque[float]] = field(default_factory=dict)

    @property
    def needs_token(self) -> bool:
        """Whether one has to log in at all: on loopback nobody has to, unless a token is set."""
        return bool(self.token)

    def begin(self, name: str = "") -> Session:
        """A new session. Where no token is needed, everybody is the user of this machine."""
        return Session(secrets.token_urlsafe(16), name or ("" if self.token else self.visitor), self.uptime() + SESSION)

    def cookie_of(self, session: Session) -> str:
        """The session as its browser keeps it."""
        body = base64.urlsafe_b64encode(json.dumps([session.id, session.name, session.until]).encode()).decode()
        return f"{body}.{self._sign('session', body)}"

    def session_of(self, cookie: str) -> Session | None:
        """The session that a cookie holds; None when it is forged, over, or ended by logging out."""
        body, _, signature = cookie.partition(".")
        if len(cookie) > _LONGEST_COOKIE or not hmac.compare_digest(
            signature.encode(), self._sign("session", body).encode()
        ):
            return None
        try:
            found = Session(*json.loads(base64.urlsafe_b64decode(body)))
        except (ValueError, TypeError, binascii.Error):
            return None
        return None if found.id in self._ended or found.until <= self.uptime() else found

    def end(self, session: Session) -> None:
        """Log out: its cookie is worth nothing from now on."""
        now = self.uptime()
        if len(self._ended) >= _MOST_ENDED:
            self._ended = {name: until for name, until in self._ended.items() if until > now}
        self._ended[session.id] = session.until

    def form_token(self, session: Session) -> str:
        """What each form of a session sends with it, and no other site can know."""
        return self._sign("form", session.id)

    def is_form_token(self, session: Session, given: str) -> bool:
        """Whether a form was one of this session's."""
        return hmac.compare_digest(given.encode(), self.form_token(session).encode())

    def has_to_wait(self, address: str) -> bool:
        """Whether too many wrong tokens came from an address lately."""
        tries = self._tries.get(address, deque())
        while tries and tries[0] <= self.uptime() - TRIES_WITHIN:
            tries.popleft()
        return len(tries) >= TRIES

    def is_token(self, given: str, address: str) -> bool:
        """Whether this is the token, compared in constant time; wrong ones are counted for the address."""
        if same(given.strip(), self.token.strip()) and self.token:
            self._tries.pop(address, None)
            return True
        self.missed(address)
        return False

    def missed(self, address: str) -> None:
        """Count a wrong token for an address."""
        if len(self._tries) >= _MOST_ADDRESSES:
            self._tries.pop(next(iter(self._tries)))
        self._tries.setdefault(address, deque(maxlen=TRIES)).append(self.uptime())

    def _sign(self, what: str, text: str) -> str:
        return hmac.new(self._key, f"{what}:{text}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Address:
    """Where the console listens, and the names besides numbers by which browsers may ask for it."""

    host: str
    port: int
    names: frozenset[str]

    def serves(self, host: str) -> bool:
        """Whether a Host header names this machine. A number always may: to rebind DNS takes a name."""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() and not host.endswith("]") else host
        return is_number(name.strip("[]")) or name.casefold().rstrip(".") in self.names


def address_of(settings: Settings) -> Address | None:
    """Where the console listens; None when it is off.

    Raises:
        SettingsError: others could reach it, and there is no token.
    """
    if settings.wirewatch_console == OFF:
        return None
    host, port = host_and_port(settings.wirewatch_console)
    if not is_loopback(host) and settings.wirewatch_console_token is None:
        raise SettingsError(
            f"WIREWATCH_CONSOLE: {settings.wirewatch_console} can be reached from other machines, so it needs "
            "WIREWATCH_CONSOLE_TOKEN; set one, or let it listen on 127.0.0.1, or set it to off"
        )
    named = settings.wirewatch_console_names.replace(",", " ").split()
    public = urlsplit(settings.wirewatch_console_url).hostname
    named += [public] if public else []
    names = ["localhost", host, *named, *([] if is_loopback(host) else [socket.gethostname()])]
    return Address(host, port, frozenset(name.casefold() for name in names))


def is_number(host: str) -> bool:
    """Whether a host is an IP address as numbers."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host. An address of IPv4 that is written in IPv6 is one since Python 3.13."""
    if not is_number(host):
        return host == "localhost"
    number = ipaddress.ip_address(host)
    mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    return (mapped or number).is_loopback

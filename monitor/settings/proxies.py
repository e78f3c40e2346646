"""By which proxy does a request leave? As the environment says it to every program (docs/decisions/0065)."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from pydantic import HttpUrl, TypeAdapter

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_SECURE = {"https": 443, "wss": 443}
_PLAIN = {"http": 80, "ws": 80}
_THIS_MACHINE = "localhost,127.0.0.1,::1"


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies of `HTTPS_PROXY` and `HTTP_PROXY`, "" for none, and what `NO_PROXY` takes out.

    As in slack_sdk, `HTTP_PROXY` alone is for https too.
    """

    https: str = field(default="", repr=False)
    http: str = field(default="", repr=False)
    no: str = ""

    def of(self, url: str) -> str | None:
        """The proxy for an address; None where it is asked directly, as this machine always is."""
        parts = urlsplit(url)
        proxy = (self.https or self.http) if parts.scheme in _SECURE else self.http
        if not proxy:
            return None
        port = parts.port or (_SECURE | _PLAIN).get(parts.scheme, 0)
        return None if _is_direct((parts.hostname or "").rstrip("."), port, self.no) else proxy

    def environment(self) -> dict[str, str]:
        """The same for libraries that read the environment themselves; empty where there is no proxy."""
        named = {"HTTPS_PROXY": self.https or self.http, "HTTP_PROXY": self.http}
        found = {name: value for name, value in named.items() if value}
        return found | {"NO_PROXY": ",".join(filter(None, [self.no, _THIS_MACHINE]))} if found else {}


DIRECT = Proxies()
"""No proxy for anything."""


def with_scheme(value: str) -> str:
    """The address of a proxy, or nothing; one without a scheme speaks http, as everywhere."""
    return f"http://{value}" if value and "://" not in value else value


def checked(address: str) -> str:
    """The same, if it is the address of an http or https proxy, or nothing.

    Raises:
        ValueError: it is something else.
    """
    if address:
        parts = urlsplit(TypeAdapter(HttpUrl).validate_python(address).unicode_string())
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError("not the address of a proxy")
    return address


def _is_direct(host: str, port: int, no: str) -> bool:
    names, networks = _without_proxy(no)
    number = _number(host)
    if number is not None and (number.is_loopback or any(number in network for network in networks)):
        return True
    return any(f".{host.lower()}{end}".endswith(name) for name in names for end in ("", f":{port}"))


@lru_cache(maxsize=16)
def _without_proxy(no: str) -> tuple[Sequence[str], Sequence[_Network]]:
    """What NO_PROXY takes out: the ends of names, each with a dot before it or empty for all; and networks."""
    names, networks = [".localhost"], []
    for one in no.lower().replace(",", " ").split():
        try:
            networks.append(ipaddress.ip_network(one.strip("[]"), strict=False))
        except ValueError:
            names.append("" if one == "*" else "." + one.removeprefix("*").removeprefix("."))
    return names, networks


def _number(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None

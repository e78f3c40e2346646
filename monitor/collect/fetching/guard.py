"""Which addresses a feed may make the service connect to: public ones, unless private ones are allowed."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from aiohttp import AddrInfoType

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# RFC 6052: IPv6 addresses that stand for an IPv4 address behind a translator.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


_NUMBER = re.compile(r"[\d.]+|.*:.*")


class AddressRefused(OSError):
    """A connection to an address that feeds may not use; the text says why."""


def is_number(host: str) -> bool:
    """Whether the host of an address is written as a number, right or wrong, and not as a name."""
    return _NUMBER.fullmatch(host) is not None


@lru_cache(maxsize=10_000)
def refusal(address: str, *, allow_private: bool) -> str | None:
    """Why this IP address may not be connected to, None when it may.

    Link-local addresses are refused always: cloud machines hand out credentials on 169.254.169.254. IPv4 addresses
    inside IPv6 ones (mapped, 6to4, NAT64) are judged as what they stand for.
    """
    try:
        ip = _standing_for(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return f"{address} is not an IP address"
    if ip.is_link_local:
        return f"{ip} is link-local"
    if ip.is_multicast or ip.is_unspecified:
        return f"{ip} is not the address of one machine"
    if ip.is_global or (allow_private and (ip.is_private or ip.is_loopback)):
        return None
    kind = "loopback" if ip.is_loopback else "private or reserved"
    return f"{ip} is {kind}; WIREWATCH_ALLOW_PRIVATE_ADDRESSES=true allows private addresses"


def guarded_sockets(*, allow_private: bool) -> Callable[[AddrInfoType], socket.socket]:
    """A socket factory for aiohttp that sees the very address of each connection, literal or from DNS, on every hop.

    A guard on names or on the resolver alone is bypassed by literal addresses and by DNS answers that change.
    """

    def open_socket(info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, target = info
        address: Any = target[0]
        if reason := refusal(str(address), allow_private=allow_private):
            raise AddressRefused(reason)
        return socket.socket(family, kind, protocol)

    return open_socket


def _standing_for(ip: Address) -> Address:
    if isinstance(ip, ipaddress.IPv6Address):
        if embedded := ip.ipv4_mapped or ip.sixtofour:
            return embedded
        if ip in _NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip

"""Why a feed's address gave no answer, in words that a person can act on, without names of classes and secrets."""

from __future__ import annotations

import os
import re
import socket
import ssl
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from monitor.collect.fetching.guard import AddressRefused
from monitor.collect.text import clean, shorten
from monitor.model import Failed, FailureClass, Feed

_NO_ISSUER = (
    "no trusted issuer confirms its certificate: its issuer is unknown, or the server leaves out a part of the chain"
)
# https://docs.openssl.org/3.0/man1/openssl-verification-options/ and x509_vfy.h: the numbers are stable, the words not.
_NOT_TRUSTED = {
    9: "its certificate is not valid yet; is the clock of this machine right?",
    10: "its certificate has expired",
    18: "its certificate is self-signed, so no issuer confirms it",
    19: "its certificate ends in a self-signed one that is not trusted here",
    20: _NO_ISSUER,
    21: _NO_ISSUER,
    23: "its certificate was revoked",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
# What OpenSSL calls the other failures of a handshake.
_HANDSHAKE = {
    "WRONG_VERSION_NUMBER": "it does not speak TLS at this port; is it http and not https?",
    "HTTP_REQUEST": "it does not speak TLS at this port; is it http and not https?",
    "UNSUPPORTED_PROTOCOL": "it speaks only versions of TLS that are too old",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it refuses the versions of TLS that are spoken here",
    "NO_APPLICATION_PROTOCOL": "it refuses HTTP/1.1; it may speak HTTP/2 only",
    "TLSV1_ALERT_NO_APPLICATION_PROTOCOL": "it refuses HTTP/1.1; it may speak HTTP/2 only",
    "TLSV1_UNRECOGNIZED_NAME": "it does not know this name",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "it accepts none of the ciphers that are offered, or needs a client certificate",
    "DH_KEY_TOO_SMALL": "its keys are too small to be safe",
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": "it speaks only an unsafe form of TLS",
}
# The parser quotes what it stumbled over. HTTP/2 begins with a frame of settings: its length in three octets, the type
# 4, and the flags (RFC 9113, 4.1 and 6.5).
_HTTP2 = re.compile(r"b['\"]\\x00\\x00(?:\\x[0-9a-f]{2}|\\?.)\\x04\\x00")


def failure_of(error: Exception, host: str) -> Failed:
    """The failure behind what aiohttp or the system raised."""
    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, AddressRefused):
            return Failed(failure=FailureClass.BLOCKED_ADDRESS, reason=str(cause))
        if isinstance(cause, socket.gaierror | aiohttp.ClientConnectorDNSError):
            sought = _proxy_of(error, host) or f"name {host}"
            return Failed(failure=FailureClass.DNS, reason=f"the {sought} cannot be found{_unnamed(causes)}")
    for cause in causes:
        # Errors of aiohttp are errors of ssl too, but do not say what happened.
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, aiohttp.ClientError):
            return Failed(failure=FailureClass.TLS, reason=f"no secure connection to {host}: {_insecure(cause)}")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Failed(failure=FailureClass.TLS, reason=f"no secure connection to {host}: the handshake failed")
    if broken := _broken(error, causes, host):
        return Failed(failure=FailureClass.CONNECT, reason=broken)
    return Failed(failure=FailureClass.HTTP, reason=_unreadable(error, host))


def _proxy_of(error: Exception, host: str) -> str:
    """The proxy whose name was looked up in place of the host's; empty where none was."""
    sought = error.host if isinstance(error, aiohttp.ClientConnectorDNSError) else host
    return f"proxy {sought}" if host.isascii() and sought.lower() != host.lower() else ""


def _broken(error: Exception, causes: list[BaseException], host: str) -> str:
    """Why there was no connection, or none until the end; nothing of what was answered on one that was sound."""
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"cannot connect to the proxy {error.host}: {_system(causes)}"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return readable(f"the proxy refuses to connect to {host}: HTTP {error.status} {error.message}")
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionRefusedError):
        return f"cannot connect to {host}: {_system(causes)}"
    if isinstance(error, aiohttp.ClientPayloadError):
        return f"{host} closed the connection in the middle of the answer"
    if isinstance(error, aiohttp.ServerDisconnectedError) or any(isinstance(one, ConnectionError) for one in causes):
        return f"{host} closed the connection before it had answered"
    return f"the connection to {host} broke: {_system(causes)}" if isinstance(error, aiohttp.ClientOSError) else ""


_DEFAULT_PORTS = {"http": 80, "https": 443}


def shown(url: str) -> str:
    """An address without what may be secret: user, password and query; a port that is usual is left out too."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    try:
        port = f":{parts.port}" if parts.port not in (None, _DEFAULT_PORTS.get(parts.scheme)) else ""
    except ValueError:
        port = ""  # no number, or none that a port has
    return readable(urlunsplit((parts.scheme, host + port, parts.path, "", "")))


def led_to(failed: Failed, url: str, feed: Feed) -> Failed:
    """A failure, with where it was met if that is not the feed's address in feeds.yaml: there is what to look at."""
    there = shown(url)
    if there == shown(feed.url):
        return failed
    return replace(failed, reason=f"{failed.reason} (its address redirects to {there})")


def readable(words: str) -> str:
    """What a server wrote in its status line or headers, as a line: bytes that are no text come as half characters."""
    return shorten(" ".join(clean(words).split()), 200)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    following: list[BaseException | None] = [error]
    while following:
        one = following.pop(0)
        if one is None or one in found:
            continue
        found.append(one)
        following += [getattr(one, "os_error", None), getattr(one, "certificate_error", None), one.__cause__]
    return found


def _insecure(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _NOT_TRUSTED.get(error.verify_code, f"its certificate is not trusted ({readable(error.verify_message)})")
    name = str(getattr(error, "reason", "") or "")
    return _HANDSHAKE.get(
        name, f"the handshake failed ({readable(name.replace('_', ' ').lower()) or 'no reason given'})"
    )


def _unnamed(causes: list[BaseException]) -> str:
    """What is said of a name beyond that it is not found: nothing, unless nobody says whether there is such a name."""
    numbers = [one.errno for one in causes if isinstance(one, socket.gaierror)]
    return ": no nameserver answers for it" if numbers and numbers[0] in _NOBODY_SAYS else ""


_NOBODY_SAYS = (socket.EAI_AGAIN, socket.EAI_FAIL)


def _system(causes: list[BaseException]) -> str:
    """What the operating system says, such as "Connection refused"."""
    if any(isinstance(cause, ConnectionResetError | ConnectionAbortedError | BrokenPipeError) for cause in causes):
        return "it closes the connection at once"
    numbers = (cause.errno or 0 for cause in causes if isinstance(cause, OSError))
    return next((os.strerror(number) for number in numbers if number > 0), "no connection")


def _unreadable(error: Exception, host: str) -> str:
    message = str(getattr(error, "message", "") or error)
    if _HTTP2.search(message):
        return f"{host} does not answer in HTTP/1.1; it seems to speak HTTP/2 only, which is not supported"
    if isinstance(error, aiohttp.InvalidURL):
        return f"{host} redirects to an address that is none"
    lowered = message.lower()
    if "bytes when reading" in lowered or "too many" in lowered:
        return f"{host} sends larger headers than are read"
    if "content-length" in lowered:
        return f"{host} sends a Content-Length that is not a length, more than one, or one beside a Transfer-Encoding"
    if "chunk" in lowered:
        return f"{host} says that it sends its answer in chunks, and does not (Transfer-Encoding)"
    if "header" in lowered:
        return f"{host} sends a header that is not well-formed{_quoted(message)}"
    if "status line" in lowered or "expected http" in lowered or "invalid http version" in lowered:
        return f"{host} sends something other than HTTP/1.1"
    if "content-encoding" in lowered or "decode" in lowered:
        return f"{host} sends an answer that is not packed as its Content-Encoding says"
    return f"{host} gives an answer that is not valid HTTP"


# Of what the parser quotes only the name of a header is shown: what it says may be secret.
_NAME = re.compile(r"b['\"]([A-Za-z][\w-]{0,60}) ?:")


def _quoted(message: str) -> str:
    found = _NAME.search(message)
    return f": {readable(found[1])}" if found else ""

"""The second way to ops, for when Slack or the database is the trouble; and the address called while all is well.

Everything here waits where it is called, and is called on threads of its own: it must work while the event loop, the
resolver of the feeds or the database hangs. Addresses hold secrets: of one, only its kind and host are ever said.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from monitor.errors import SettingsError
from monitor.model import Route
from monitor.model.configured import is_webhook
from monitor.settings import Settings

TIMEOUT = 10.0
_WEB = ("http://", "https://")
_MOST_READ = 4096


class OpsAddress(Protocol):
    """One address that ops can be reached at."""

    shown: str

    def tell(self, title: str, text: str) -> str | None:
        """Send a message; why it was not taken, None when it was. Never raises for what the other side does."""


class OpsWebhook:
    """A web address that takes JSON by POST: `title`, `text`, and `source`, which is "wirewatch".

    Slack, Mattermost, Rocket.Chat and others show the `text` of such a message.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.shown = _shown(url)

    def tell(self, title: str, text: str) -> str | None:
        """Post the message."""
        body = json.dumps({"source": "wirewatch", "title": title, "text": f"{title}\n{text}"}).encode()
        return _asked(urllib.request.Request(self._url, body, {"Content-Type": "application/json"}))  # noqa: S310 - checked


class Apprised:
    """An address of Apprise, such as `mailto://`, `ntfy://` or `tgram://`."""

    def __init__(self, url: str) -> None:
        self.shown = _shown(url)
        try:
            import apprise  # noqa: PLC0415 - an extra, and large
        except ImportError:
            raise SettingsError(
                f"WIREWATCH_OPS_URL: an address of {self.shown} needs Apprise, which is not installed: "
                "pip install -r requirements-ops.txt, or use an https address"
            ) from None
        self._apprise: Any = apprise.Apprise()
        if not self._apprise.add(url):
            raise SettingsError(f"WIREWATCH_OPS_URL: Apprise knows no address of {self.shown} that is written so")

    def tell(self, title: str, text: str) -> str | None:
        """Have Apprise send the message."""
        try:
            taken = self._apprise.notify(title=title, body=text)
        except Exception as error:  # noqa: BLE001 - a hundred services, each with its own
            return type(error).__name__
        return None if taken else "it was not taken; the log of Apprise says more"


def addresses(setting: str) -> list[OpsAddress]:
    """The addresses of `WIREWATCH_OPS_URL`, which blanks separate.

    Raises:
        SettingsError: one cannot be used.
    """
    return [OpsWebhook(url) if url.startswith(_WEB) else Apprised(url) for url in setting.split()]


def lacking(options: Settings, ops: Route | None) -> str:
    """What to set so that somebody gets to know when something does not work, Slack too; empty when somebody does."""
    if options.slack_bot_token is None:
        return ""
    missing = []
    elsewhere = ops is not None and is_webhook(ops.channel)
    if not (options.wirewatch_ops_url or options.wirewatch_heartbeat_url or elsewhere):
        missing.append(
            "nobody gets a message while Slack does not work: set WIREWATCH_OPS_URL to another way to reach you, or "
            "WIREWATCH_HEARTBEAT_URL to an address that notices when it is called no more"
        )
    if ops is None:
        missing.append(
            "nobody gets a message about failing feeds, files with mistakes or broken channels: name a route for them "
            "in routes.yaml, as ops: NAME"
        )
    return "; ".join(missing)


def all_is_well(url: str) -> str | None:
    """Call an address, to say that all is well; why it could not be, None when it could."""
    return _asked(urllib.request.Request(url))  # noqa: S310 - settings took no other kind


def _shown(url: str) -> str:
    parts = urlsplit(url)
    try:
        return (
            f"{parts.scheme}://{parts.hostname or '…'}" if parts.scheme in ("http", "https") else f"{parts.scheme}://"
        )
    except ValueError:
        return "an address that cannot be read"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A message for ops goes where the admin said, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none."""


def _asked(request: urllib.request.Request) -> str | None:
    """Why the other side did not say yes; None when it did."""
    request.add_header("User-Agent", "wirewatch")
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=TIMEOUT) as reply:
            cast("http.client.HTTPResponse", reply).read(_MOST_READ)
    except urllib.error.HTTPError as error:
        with error:
            return f"HTTP {error.code}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason: object = getattr(error, "reason", None) or error
        return str(getattr(reason, "strerror", None) or type(reason).__name__)
    return None


def tell_all(where: Sequence[OpsAddress], title: str, text: str) -> dict[str, str]:
    """Send a message to each address; why those that did not take it did not, by what is shown of them."""
    return {one.shown: why for one in where if (why := one.tell(title, text)) is not None}

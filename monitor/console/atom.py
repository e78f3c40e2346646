"""Feeds of alerts for feed readers: one per route, as Atom (RFC 4287), at an address that only its readers know."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import __version__
from monitor.console.entries import Entries, same
from monitor.console.page import Console
from monitor.model import Alert, CardMessage, DigestMessage, FollowUpMessage, SentAlert
from monitor.model.tokens import atom_tokens
from monitor.wording.facts import fact_lines
from monitor.wording.messages import headline, matched_words, report_line, rule_name, severity_words, source
from monitor.wording.safe import safe, web_address

BELOW = "/atom/"
MEDIA_TYPE = "application/atom+xml"
_ALERTS = 50
_HEADLINE = 300
_SUMMARY = 1_000
_IDS = uuid.UUID("6f6e7f86-51b0-5e0c-9d0f-2f9c4d2f6a51")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def routes(console: Console) -> list[Route]:
    """The address of each route's feed."""
    entries = Entries("WIREWATCH_ATOM_TOKENS", console.settings.wirewatch_atom_tokens, atom_tokens)

    async def feed(request: Request) -> Response:
        route, given = request.path_params["route"], request.path_params["token"]
        let_in = [name for name, token in entries() if same(given, token)]
        if route not in let_in:
            raise HTTPException(404)
        base = console.settings.wirewatch_console_url or f"http://{request.headers['host']}"
        alerts = await console.store.sent_alerts(route, limit=_ALERTS)
        address = f"{base}{BELOW}{quote(route)}/{quote(given)}"
        body = document(route, alerts, address=address, base=base)
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"etag": tag, "cache-control": "private, no-cache", "link": f'<{address}>; rel="self"'}
        if _has(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=MEDIA_TYPE, headers=headers)

    return [Route(f"{BELOW}{{route}}/{{token}}", feed, methods=["GET"])]


def document(route: str, alerts: Sequence[SentAlert], *, address: str, base: str) -> bytes:
    """The feed of a route's alerts, newest first. The same alerts give the same bytes."""
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    _add(root, "id", _id(f"route:{route}"))
    _add(root, "title", f"Wirewatch: {route}")
    _add(root, "updated", _time(max((one.posted_at for one in alerts), default=_NEVER)))
    _add(root, "generator", "Wirewatch", version=__version__)
    _add(root, "link", rel="self", type=MEDIA_TYPE, href=address)
    _add(root, "link", rel="alternate", type="text/html", href=f"{base}/stories")
    for one in alerts:
        for alert, title in _told(one):
            entry = ET.SubElement(root, "entry")
            _add(entry, "id", _id(f"alert:{one.delivery_id}:{alert.item_id}"))
            _add(entry, "title", title)
            _add(entry, "updated", _time(one.posted_at))
            if alert.published is not None:
                _add(entry, "published", _time(alert.published))
            _add(ET.SubElement(entry, "author"), "name", source(alert) or "unknown")
            story = f"{base}/stories/{quote(alert.story_id)}"
            _add(entry, "link", rel="alternate", href=web_address(alert.url) or story)
            _add(entry, "link", rel="related", title="The story in Wirewatch", href=story)
            _add(entry, "category", term=str(alert.severity))
            for match in alert.matches:
                _add(entry, "category", term=match.rule, label=rule_name(match))
            _add(entry, "summary", "\n".join(_lines(alert, one.posted_at)), type="text")
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _told(one: SentAlert) -> Iterator[tuple[Alert, str]]:
    """The alerts of a message, each with the title of its entry; of follow-ups those that bring news."""
    match one.message:
        case CardMessage(alert=alert):
            yield alert, f"{severity_words(alert)}: {headline(alert, _HEADLINE)}"
        case FollowUpMessage(alert=alert, news=news) if news:
            yield alert, report_line(one.message, _HEADLINE)
        case DigestMessage(alerts=alerts):
            for alert in {alert.item_id: alert for alert in alerts}.values():
                yield alert, f"{severity_words(alert)}: {headline(alert, _HEADLINE)}"


def _lines(alert: Alert, posted_at: datetime) -> Iterator[str]:
    """What a card says, in lines: the summary, what is claimed, and which rules matched by which words."""
    if alert.summary:
        yield safe(alert.summary[:_SUMMARY])
    for about, claimed in fact_lines(alert, posted_at):
        yield f"{about}: {claimed}"
    for match in alert.matches:
        words = matched_words(match)
        yield f"{rule_name(match)}{f': {words}' if words else ''}"


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> None:
    made = ET.SubElement(parent, name, {key: _NO_XML.sub("", value) for key, value in attributes.items()})
    if text:
        made.text = _NO_XML.sub("", text)


def _id(of: str) -> str:
    """An id that never changes, whatever address the feed is at."""
    return uuid.uuid5(_IDS, of).urn


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _has(header: str, tag: str) -> bool:
    tags = [one.strip().removeprefix("W/") for one in header.split(",")]
    return tag in tags or "*" in tags

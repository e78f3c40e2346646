"""Payloads for Slack, and what people read in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.deliver.slack.payload import payload
from monitor.model import Message
from tests.support.builders import NOW

ID = "d0123456789abcdef"
TEXTS = ("text", "link", "plain_text", "mrkdwn", "date")


def edited(
    message: Message, *, buttons: bool = True, version: int = 7, as_plain: bool = False, console: str = ""
) -> dict[str, Any]:
    """A message as Slack gets it; with a version, as an edit of one that it has."""
    return payload(message, delivery_id=ID, now=NOW, buttons=buttons, version=version, plain=as_plain, console=console)


def words_of(blocks: list[dict[str, Any]]) -> list[str]:
    """What each block says, without its buttons; times as their fallback."""
    said = []
    for block in blocks:
        parts = [one.get("text") or one.get("fallback") or "" for one in elements(block) if one.get("type") in TEXTS]
        said.append("".join(part for part in parts if isinstance(part, str)))
    return said


def shown(element: dict[str, Any]) -> str:
    """What a reader sees of an element of rich text; of a time nothing."""
    return str(element.get("text", element.get("user_id", "")))


def lines_of(blocks: list[dict[str, Any]]) -> list[str]:
    """The lines of a digest, headings of rules included."""
    found = []
    for part in (part for block in blocks if block["type"] == "rich_text" for part in block["elements"]):
        sections = part["elements"] if part["type"] == "rich_text_list" else [part]
        found += ["".join(map(shown, each["elements"])) for each in sections]
    return found


def elements(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in the blocks."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from elements(child)

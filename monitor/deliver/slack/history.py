"""What Slack shows of a channel's or thread's history, of which nothing is trusted: neither its form nor its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from monitor.deliver.sink import Posted, Unreadable
from monitor.deliver.slack.payload import EVENT_TYPE

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Page:
    """Messages of a history, and where it goes on, if it does.

    `lacking` is set where that is not said: then of no message it is proven that it is not there.
    """

    messages: Sequence[dict[str, Any]]
    next: str = ""
    lacking: Unreadable | None = None


def page_of(result: dict[str, Any]) -> Page:
    """What a reply shows of a history."""
    messages, about = result.get("messages"), result.get("response_metadata")
    if not isinstance(messages, list):
        return Page((), lacking=Unreadable("the reply shows no messages", lasting=False))
    cursor = about.get("next_cursor") if isinstance(about, dict) else None
    page = Page([one for one in messages if isinstance(one, dict)], str(cursor or ""))
    if len(page.messages) < len(messages) or (result.get("has_more") and not page.next):
        return replace(page, lacking=Unreadable("the reply shows only a part of the messages", lasting=False))
    return page


def ts_of(message: dict[str, Any]) -> str | None:
    """The name of a message: seconds and a number, as text."""
    ts = message.get("ts")
    return ts if isinstance(ts, str) and _TS.fullmatch(ts) else None


def _about(message: dict[str, Any]) -> dict[str, Any]:
    """What we wrote into the metadata of a message; empty for one that is not ours."""
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return {}
    about = metadata.get("event_payload")
    return about if isinstance(about, dict) else {}


def alert_id_of(message: dict[str, Any]) -> str | None:
    """The delivery that a message of ours is; None for one of somebody else."""
    found = _about(message).get("alert_id")
    return str(found) if found else None


def posted_in(message: dict[str, Any]) -> Posted | None:
    """A message of ours in a history; None for one of somebody else."""
    about, alert_id, ts = _about(message), alert_id_of(message), ts_of(message)
    if alert_id is None or ts is None:
        return None
    several = about.get("story_ids")
    named = [about.get("story_id"), *(several if isinstance(several, list) else ())]
    return Posted(ts, alert_id, tuple(name for name in named if isinstance(name, str)))

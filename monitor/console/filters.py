"""Times and links as templates show them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from monitor.model import in_words
from monitor.wording.safe import web_address

_SLACK_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")
_SLACK_TS = re.compile(r"\d+\.\d+")
_MINUTE = timedelta(minutes=1)


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago a time was, or in how long it will be; "never" of none."""
    if moment is None:
        return "never"
    return f"{_about(now - moment)} ago" if moment <= now else f"in {_about(moment - now)}"


def _about(span: timedelta) -> str:
    """A duration for people: without the seconds where it has ten minutes or more."""
    return in_words(span // _MINUTE * _MINUTE if span >= 10 * _MINUTE else span)


@pass_context
def moment_in(context: Context, moment: datetime | None) -> str:
    """A time in UTC; its date only where that is not today."""
    if moment is None:
        return "unknown"
    utc, whole = moment.astimezone(UTC), f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    words = f"{utc:%H:%M} UTC" if utc.date() == context["now"].astimezone(UTC).date() else whole
    return Markup('<time datetime="{}" title="{}">{}</time>').format(f"{utc:%Y-%m-%dT%H:%M:%SZ}", whole, words)


@pass_context
def later(context: Context, moment: datetime, earlier: datetime | None) -> str:
    """How long after something else something was, with its time behind; its time where that cannot be said."""
    if earlier is None or moment < earlier:
        return moment_in(context, moment)
    words, whole = _about(moment - earlier), f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    at_once = moment - earlier < timedelta(seconds=1)
    said = "at once" if at_once else f"{words} later"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", whole, said
    )


def address(url: str) -> str:
    """An http or https address that is fit to be linked to; "" when it is none."""
    return web_address(url) or ""


def slack_link(channel: str, ts: str | None) -> str:
    """Where a message stands in Slack, in the app or the browser of whoever follows it; "" when it is not there."""
    if ts is None or not _SLACK_CHANNEL.fullmatch(channel) or not _SLACK_TS.fullmatch(ts):
        return ""
    return f"https://slack.com/app_redirect?{urlencode({'channel': channel, 'message_ts': ts})}"


def query(**given: object) -> str:
    """The query of a link, without what is empty."""
    kept = {name: value for name, value in given.items() if value not in ("", None, False)}
    return f"?{urlencode(kept)}" if kept else ""

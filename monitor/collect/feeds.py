"""feeds.yaml: which feeds there are, every mistake in it reported at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from monitor.errors import Level, Problem
from monitor.files.snapshot import Files
from monitor.files.validation import unknown_keys, validate
from monitor.files.yaml import YamlFile, read_yaml
from monitor.model import Feed, FeedKind, duration

MOST_BYTES = 2_000_000
"""How large feeds.yaml may be: some 15,000 feeds."""

SHORTEST, LONGEST = timedelta(seconds=1), timedelta(days=7)


def _interval(value: object) -> timedelta:
    wait = value if isinstance(value, timedelta) else duration(str(value))
    if not SHORTEST <= wait <= LONGEST:
        raise ValueError(f"{value} is not between 1s and 7d")
    return wait


def _http_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        port_is_number = False
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_number or " " in value:
        raise ValueError(f'"{value}" is no http or https address')
    return value


def _feed_id(value: object) -> str:
    text = str(value)
    if not text or set(text) - set("abcdefghijklmnopqrstuvwxyz0123456789-") or text.startswith("-"):
        raise ValueError(f'"{text}" may hold only a-z, 0-9 and -')
    return text


Interval = Annotated[timedelta, BeforeValidator(_interval)]
Url = Annotated[str, AfterValidator(_http_url)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DefaultsModel(_Model):
    """What holds for feeds that do not say it themselves."""

    interval: Interval = timedelta(minutes=5)
    kind: FeedKind = FeedKind.OUTLET
    language: str | None = None


class FeedModel(_Model):
    """One feed."""

    id: Annotated[str, BeforeValidator(_feed_id)]
    name: Annotated[str, Field(min_length=1)] | None = None
    url: Url
    kind: FeedKind | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None
    family: Annotated[str, Field(min_length=1)] | None = None
    interval: Interval | None = None
    tags: tuple[str, ...] = ()
    headers: dict[str, str] = {}
    enabled: bool = True
    proxy: Url | None = None


@dataclass(frozen=True, slots=True)
class FeedFile:
    """The valid feeds of a file, also those that are not enabled, and everything wrong with it.

    `mistaken` are the ids of those left out for a mistake; None when the whole file cannot be used.
    """

    feeds: tuple[Feed, ...]
    problems: tuple[Problem, ...]
    mistaken: frozenset[str] | None = frozenset()


def read_feeds(path: Path, files: Files | None = None) -> FeedFile:
    """Read feeds.yaml. A feed with a mistake is left out and harms no other. Never raises for what the file holds."""
    files = files or Files()
    try:
        raw = files.read(path)
    except OSError:
        return _read(path, files)
    # What came of it is kept for the next time, and not where in the file each word stands: of 10,000 feeds that is
    # five times as much.
    return files.made(path, raw, lambda: _read(path, Files({path: raw})))


def _read(path: Path, files: Files) -> FeedFile:
    file = read_yaml(path, "the feeds to poll, under feeds:", files, most=MOST_BYTES)
    if file.data is None:
        return FeedFile((), tuple(file.problems), mistaken=None)
    misspelt = unknown_keys(file, ("defaults", "feeds"))
    defaults = validate(DefaultsModel, file.data.get("defaults") or {}, file, ("defaults",)) or DefaultsModel()
    entries = file.data.get("feeds")
    if not isinstance(entries, list) or not entries:
        if "feeds" not in misspelt:
            file.problems.append(file.problem(("feeds",), "feeds: must be a list of at least one feed"))
        return FeedFile((), tuple(file.problems), mistaken=None)
    feeds: dict[str, Feed] = {}
    addresses: dict[str, str] = {}
    for number, entry in enumerate(entries):
        feed = _feed(entry, file, number, defaults)
        if feed is None:
            continue
        if feed.id in feeds:
            file.problems.append(file.problem(("feeds", number, "id"), f'the id "{feed.id}" appears twice'))
            continue
        feeds[feed.id] = feed
        first = addresses.setdefault(same_address(feed.url), feed.id)
        if first != feed.id:
            message = f'url: the feed "{first}" has this address too, so each of its items would be polled twice'
            file.problems.append(file.problem(("feeds", number, "url"), message, level=Level.WARNING))
    named = {str(entry.get("id")) for entry in entries if isinstance(entry, dict)}
    return FeedFile(tuple(feeds.values()), tuple(file.problems), frozenset(named - feeds.keys()))


def same_address(url: str) -> str:
    """An address in one form for all that lead to the same: http or https, www or not, a slash at the end or none."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return f"{host}{port}{parts.path.rstrip('/')}?{parts.query}"


def _feed(entry: Any, file: YamlFile, number: int, defaults: DefaultsModel) -> Feed | None:
    model = validate(FeedModel, entry, file, ("feeds", number))
    if model is None:
        return None
    return Feed(
        id=model.id,
        name=model.name or model.id,
        url=model.url,
        kind=model.kind or defaults.kind,
        language=model.language or defaults.language,
        family=model.family or model.id,
        interval=model.interval or defaults.interval,
        promised=model.interval is not None,
        tags=model.tags,
        headers=tuple(model.headers.items()),
        enabled=model.enabled,
        proxy=model.proxy,
    )

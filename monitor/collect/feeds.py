"""feeds.yaml: which feeds there are, every mistake in it reported at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from monitor.errors import Level, Problem
from monitor.files import mistakes
from monitor.files.snapshot import Files
from monitor.files.validation import no_keys, unknown_keys, validate
from monitor.files.yaml import YamlFile, read_yaml
from monitor.model import Feed, FeedKind, duration

MOST_BYTES = 2_000_000
"""How large feeds.yaml may be: some 15,000 feeds."""

_SHOWN = 200
_LONGEST_ID = 100
_ACCOUNT = re.compile(r"//.*@", re.DOTALL)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_OUR_HEADERS = frozenset({"content-length", "transfer-encoding"})

SHORTEST, LONGEST = timedelta(seconds=1), timedelta(days=7)


def _interval(value: object) -> timedelta:
    wait = value if isinstance(value, timedelta) else duration(str(value))
    if not SHORTEST <= wait <= LONGEST:
        raise ValueError(f"{value} is not between 1s and 7d")
    return wait


def _http_url(value: str) -> str:
    if wrong := wrong_with(value):
        raise ValueError(f'"{mistakes.printable(_ACCOUNT.sub("//…@", value)[:_SHOWN])}" {wrong}')
    return value


def wrong_with(url: str) -> str:
    """What makes a text no address that can be asked, and what to do; empty where nothing does."""
    plain = url.isascii() and url.isprintable()
    if not plain and (hidden := mistakes.invisible(url)):
        return f"has an invisible character in it ({hidden[1]}); type it again"
    if " " in url or not (plain or url.isprintable()):
        return "has a blank in it; take it out, or write %20 for one that belongs there"
    none = "is not an http or https address"
    try:
        parts = urlsplit(url)
    except ValueError:
        return none
    if parts.scheme not in ("http", "https"):
        if url.startswith("feed:"):
            return f"{none}; write https: in the place of feed:"
        has_host = "://" not in url and "." in url.partition("/")[0]
        return f"{none}; write https:// (or http://) before it" if has_host else none
    try:
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        port_is_number = False
    if not port_is_number and "@" in parts.path + parts.query + parts.fragment:
        return f"{none}; write each / ? # and @ of a password as %2F %3F %23 and %40"
    if not port_is_number:
        return f"{none}; a port is a number from 1 to 65535"
    if odd := mistakes.alike(parts.hostname or ""):
        return f"{none}; {odd}"
    return "" if _ascii_host(parts.hostname or "") else f"{none}; a host, such as wire.example, follows the //"


def _ascii_host(host: str) -> str:
    """A host as it is looked up; empty for one that cannot be: a label is missing or too long."""
    if ":" in host:
        return host  # an IPv6 address, as urlsplit has made sure
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""


def _feed_id(value: object) -> str:
    if value is None:
        raise ValueError("a text is missing")
    text = str(value)
    if not text or set(text) - set("abcdefghijklmnopqrstuvwxyz0123456789-") or text.startswith("-"):
        raise ValueError(f'"{text[:_SHOWN]}" may hold only a-z, 0-9 and -')
    if len(text) > _LONGEST_ID:
        raise ValueError(f'"{text[:_SHOWN]}…" is longer than {_LONGEST_ID} characters')
    return text


def _headers(value: object) -> object:
    """Headers as they can be sent. What is wrong is told without the values, which may be secret."""
    if not isinstance(value, dict):
        return value
    for name, content in value.items():
        if not _HEADER.fullmatch(name) or name.lower() in _OUR_HEADERS:
            odd = mistakes.alike(name)
            raise ValueError(f'"{name[:_SHOWN]}" is no header that can be set here' + (f"; {odd}" if odd else ""))
        if content is None or not isinstance(content, str):
            what = "missing" if content is None else "not a text; put it in quotes"
            raise ValueError(f'the value of "{name}" is {what}')
        if quotes := mistakes.typed_quotes(content):
            raise ValueError(f'the quotes {quotes} are a part of the value of "{name}": write ", or no quotes')
        if mistakes.invisible(content):
            raise ValueError(f'the value of "{name}" has a line break or another invisible character in it')
    if len({name.lower() for name in value}) < len(value):
        raise ValueError("one header appears twice; capital and small letters are the same in their names")
    return value


Interval = Annotated[timedelta, BeforeValidator(_interval)]
Url = Annotated[str, AfterValidator(_http_url)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DefaultsModel(_Model):
    """What holds for feeds that do not say it themselves."""

    interval: Interval = timedelta(minutes=5)
    kind: FeedKind = FeedKind.OUTLET
    language: Language | None = None


class FeedModel(_Model):
    """One feed."""

    id: Annotated[str, BeforeValidator(_feed_id)]
    name: Annotated[str, Field(min_length=1)] | None = None
    url: Url
    kind: FeedKind | None = None
    language: Language | None = None
    family: Annotated[str, Field(min_length=1)] | None = None
    interval: Interval | None = None
    tags: tuple[str, ...] = ()
    headers: Annotated[dict[str, str], BeforeValidator(_headers)] = {}
    enabled: bool = True
    proxy: Url | None = None

    @model_validator(mode="after")
    def _one_account(self) -> Self:
        if "@" in urlsplit(self.url).netloc and any(name.lower() == "authorization" for name in self.headers):
            raise ValueError("the address has a user, and the headers have Authorization; only one of them can be sent")
        return self


@dataclass(frozen=True, slots=True)
class FeedFile:
    """The valid feeds of a file, also those that are not enabled, and everything wrong with it.

    `mistaken` are the ids of those left out for a mistake; None when they cannot be known.
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
    given = file.data.get("defaults", {})
    defaults = validate(DefaultsModel, given, file, ("defaults",)) or DefaultsModel()
    entries = file.data.get("feeds")
    if not isinstance(entries, list) or not entries:
        if "feeds" not in misspelt:
            dashes = '; each begins with "- "' if isinstance(entries, dict) else ""
            file.problems.append(file.problem(("feeds",), f"feeds: must be a list of at least one feed{dashes}"))
        return FeedFile((), tuple(file.problems), mistaken=None)
    feeds: dict[str, Feed] = {}
    lines: dict[str, int] = {}
    addresses: dict[str, str] = {}
    twice = False
    no_keys(file, "feeds", entries, 'a feed has keys with values: {id: wire, url: "https://wire.example/rss"}')
    for number, entry in enumerate(entries):
        feed = _feed(entry, file, number, defaults) if isinstance(entry, dict) else None
        if feed is None:
            continue
        if feed.id in feeds:
            message = f'the id "{feed.id}" appears twice; the feed in line {lines[feed.id]} has it too'
            file.problems.append(file.problem(("feeds", number, "id"), message))
            twice = True
            continue
        feeds[feed.id] = feed
        lines[feed.id] = file.position(("feeds", number, "id"))[0]
        first = addresses.setdefault(same_address(feed.url), feed.id)
        if first != feed.id:
            message = f'url: the feed "{first}" has this address too, so each of its items would be polled twice'
            file.problems.append(file.problem(("feeds", number, "url"), message, level=Level.WARNING))
        if "&amp;" in feed.url:
            message = 'url: it has "&amp;" in it, as the source of a page has; the address itself has "&"'
            file.problems.append(file.problem(("feeds", number, "url"), message, level=Level.WARNING))
    named = {str(entry.get("id")) for entry in entries if isinstance(entry, dict)}
    # Rules may name the feeds whose ids cannot be read.
    known = not twice and all(_has_id(entry) for entry in entries)
    return FeedFile(tuple(feeds.values()), tuple(file.problems), frozenset(named - feeds.keys()) if known else None)


def _has_id(entry: Any) -> bool:
    try:
        return isinstance(entry, dict) and bool(_feed_id(entry.get("id")))
    except ValueError:
        return False


def same_address(url: str) -> str:
    """An address in one form for all that lead to the same: http or https, www or not, a slash at the end or none."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    host = _ascii_host(host) or host
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return f"{host}{port}{unquote(parts.path).rstrip('/')}?{parts.query}"


def _feed(entry: dict[str, Any], file: YamlFile, number: int, defaults: DefaultsModel) -> Feed | None:
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

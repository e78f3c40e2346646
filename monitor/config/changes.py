"""What changed about the files: what of it is stored, reported to ops and logged. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.config.configuration import Configuration
from monitor.config.lastgood import FEEDS, ROUTES, Live
from monitor.decide.notices.notice import FileNotice, files_mended, files_wrong
from monitor.model import ConfigFile, Delivery, Route
from monitor.wording.messages import clock

_PROBLEMS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be written: files that changed, names to be forgotten, and the notices for ops."""

    files: tuple[ConfigFile, ...]
    gone: frozenset[str]
    notices: tuple[Delivery, ...]


def changes(live: Live, remembered: Mapping[str, ConfigFile], ops: Route | None, *, now: datetime) -> Changes:
    """Which files are valid again, and which mistakes are new or fixed since the last notice to ops.

    Without an ops route there is no notice: mistakes are stored, for `health`, and reported once there is one.
    """
    files, gone = [], set()
    wrong: list[FileNotice] = []
    fixed: list[FileNotice] = []
    for name in sorted(live.good.keys() | live.wrong.keys() | remembered.keys()):
        old = remembered.get(name) or ConfigFile(name=name)
        new = _kept(old, live.good.get(name), now)
        found = tuple(str(problem) for problem in live.wrong.get(name, ()))
        told = "\n".join(found)
        key = f"{told} {old.told_at or old.good_since or now.date()}"
        if told and ops and (told != old.wrong or old.told_at is None):
            wrong.append(FileNotice(name, (*_shown(found), _used_instead(name, live, new, now)), key))
        elif not told and old.wrong and old.told_at:
            fixed.append(FileNotice(name, (_fixed(name, live, new, now),), key))
        if told != old.wrong or (told and ops and old.told_at is None):
            new = replace(new, wrong=told, told_at=now if ops or not told else None)
        if name not in live.good and name not in live.wrong:
            gone.add(name)
        elif new != ConfigFile(name=name) and new != remembered.get(name):
            files.append(new)
    notices = (*files_wrong(wrong, ops, now=now), *files_mended(fixed, ops, now=now))
    return Changes(tuple(files), frozenset(gone), notices)


def _kept(old: ConfigFile, content: str | None, now: datetime) -> ConfigFile:
    return old if content in (None, old.content) else replace(old, content=content, good_since=now)


def _shown(found: Sequence[str]) -> tuple[str, ...]:
    more = len(found) - _PROBLEMS_SHOWN
    return (*found[:_PROBLEMS_SHOWN], f"and {more} more") if more > 0 else tuple(found)


def _used_instead(name: str, live: Live, kept: ConfigFile, now: datetime) -> str:
    """What is in use while a file has a mistake."""
    if name in live.taken_back and kept.good_since:
        return f"{name}: still using the version of {clock(kept.good_since, now)}"
    if name in live.unused:
        return f"{name}: not in use until it is fixed"
    if name in (FEEDS, ROUTES):
        return f"{name}: its valid parts are in use; there is no earlier good version"
    return f"{name}: its valid parts are still in use"


def _fixed(name: str, live: Live, kept: ConfigFile, now: datetime) -> str:
    if name not in live.good:
        return f"{name}: deleted, and its mistake with it"
    since = f"; in use since {clock(kept.good_since, now)}" if kept.good_since else ""
    return f"{name}: fixed{since}"


def differences(before: Configuration, after: Configuration) -> dict[str, list[str]]:
    """The rules by id and hash and the feeds and routes by name that came, went or changed, as far as any did."""
    old, new = ({rule.id: rule.hash for rule in one.engine.rules} for one in (before, after))
    told = {
        "rules_added": [f"{rule}@{new[rule]}" for rule in new if rule not in old],
        "rules_removed": [f"{rule}@{old[rule]}" for rule in old if rule not in new],
        "rules_changed": [f"{rule}@{old[rule]}->{new[rule]}" for rule in new if old.get(rule, new[rule]) != new[rule]],
    }
    feeds = before.feeds_by_id, after.feeds_by_id
    routes, routes_now = ({route.name: route for route in one.routes.all()} for one in (before, after))
    for kind, (was, now) in {"feeds": feeds, "routes": (routes, routes_now)}.items():
        told[f"{kind}_added"] = [name for name in now if name not in was]
        told[f"{kind}_removed"] = [name for name in was if name not in now]
        told[f"{kind}_changed"] = [name for name in now if was.get(name, now[name]) != now[name]]
    return {what: names for what, names in told.items() if names}

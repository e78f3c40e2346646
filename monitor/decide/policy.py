"""Which settings does deciding depend on?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from monitor.model import Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The settings that deciding depends on.

    `catch_up`: on a feed's first poll, matches that are younger go out as one digest per route, and older ones are
    stored without an alert; None alerts on each, as for a known feed. Of a known feed, new articles
    that are older than this (and than `timing.LATE_AFTER`) share a digest too, so that an archive that a feed shows
    again floods no channel. `digest_wait`: how long these digests wait for other feeds.
    """

    routes: Routes
    catch_up: timedelta | None = timedelta(hours=12)
    digest_wait: timedelta = timedelta(0)

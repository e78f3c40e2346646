"""When a route wants to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import QuietHours


def quiet_until(hours: QuietHours | None, now: datetime) -> datetime | None:
    """The end (UTC) of the quiet hours that `now` falls into, None outside of them."""
    if hours is None:
        return None
    zone = ZoneInfo(hours.timezone)
    local = now.astimezone(zone)
    for day in (local.date() - timedelta(days=1), local.date()):
        start = datetime.combine(day, hours.start, zone)
        last_day = day if hours.end > hours.start else day + timedelta(days=1)
        end = datetime.combine(last_day, hours.end, zone)
        if start <= local < end:
            return end.astimezone(UTC)
    return None

"""Reads the reports of open stories that an earlier version stored without what linking compares them by."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import structlog

from monitor.link.join import WINDOW
from monitor.link.reading import read_report
from monitor.model import Item, Report

log = structlog.get_logger()


class RereadStore(Protocol):
    """What reading again needs of the store. Every method is one transaction and may raise `StoreError`."""

    async def unread_reports(self, since: datetime) -> Mapping[str, Item]:
        """The reports, by item id, of which nothing is kept that stories which took one since then are found by."""

    async def write_reports(self, reports: Mapping[str, Report]) -> None:
        """Keep what these reports say, by item id, and let their stories be found by it."""


async def reread(store: RereadStore, now: datetime) -> int:
    """Read what open stories hold unread, so that the next report of one finds it; how many reports that were.

    Without it the first report after an upgrade would begin its story anew, with a second card.
    """
    items = await store.unread_reports(now - WINDOW)
    if not items:
        return 0
    reports = await asyncio.to_thread(lambda: {item_id: read_report(item, ()) for item_id, item in items.items()})
    await store.write_reports(reports)
    log.info("reports of an earlier version were read for linking", action="reports_reread", reports=len(reports))
    return len(reports)

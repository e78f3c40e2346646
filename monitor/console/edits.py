"""Merging and splitting stories, as `stories merge` and `stories split` do it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from monitor.console.page import Console
from monitor.link.facts import facts_of
from monitor.model import StoryEdit
from monitor.wording.history import edit_line

log = structlog.get_logger()

LONGEST = 400


async def merge(console: Console, story_id: str, into: str, *, by: str, reason: str) -> StoryEdit:
    """Move all reports of a story into another one.

    Raises:
        EditRefused: it cannot be done; nothing was changed.
        StoreError: the store cannot be asked.
    """
    kept = _kept(reason)
    done = await console.store.merge_stories(story_id, into, by=by, reason=kept, at=console.clock(), facts_of=facts_of)
    return _edited(console, done, by)


async def split(console: Console, story_id: str, items: Sequence[str], *, by: str, reason: str) -> StoryEdit:
    """Move some reports of a story into a new one.

    Raises:
        EditRefused: it cannot be done; nothing was changed.
        StoreError: the store cannot be asked.
    """
    kept = _kept(reason)
    done = await console.store.split_story(story_id, items, by=by, reason=kept, at=console.clock(), facts_of=facts_of)
    return _edited(console, done, by)


def _kept(reason: str) -> str:
    return reason.strip()[:LONGEST]


def _edited(console: Console, done: StoryEdit, by: str) -> StoryEdit:
    log.info("somebody edited stories in the console", action="console_story_edited", user=by, edit=edit_line(done))
    console.service.wake()
    return done

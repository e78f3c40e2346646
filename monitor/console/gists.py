"""What do lists say of a story in English: where it is, and how many people it befell by now?

A headline alone may be in a language that nobody on the desk reads, and is that of the first report: tolls rise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from monitor.console.page import Console
from monitor.link.facts import facts_of
from monitor.link.gist import topics_of
from monitor.model import Claim
from monitor.wording.gist import is_foreign, story_gist

Headlines = Mapping[str, tuple[str, str | None]]
"""By the id of its story a headline, and its language."""


async def gists_of(console: Console, headlines: Headlines) -> Mapping[str, str]:
    """The gist of each of these stories; "" where nothing is known.

    Raises:
        StoreError: the store cannot be asked.
    """
    claims = await console.store.places_and_tolls(tuple(headlines))
    # To read a page of stories takes some milliseconds, and the first one reads the tables of words.
    return await asyncio.to_thread(_gists, headlines, claims)


def _gists(headlines: Headlines, claims: Mapping[str, Sequence[Claim]]) -> dict[str, str]:
    return {
        story_id: story_gist(facts_of(claims[story_id], ()), topics_of(title) if is_foreign(language) else ())
        for story_id, (title, language) in headlines.items()
    }

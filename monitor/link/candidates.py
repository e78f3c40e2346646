"""Which of the stories at hand a report is compared with: those that share its keys, the rarest keys counting most.

Storage asks the same of all open stories before a poll is judged; this is for the stories that it gave and those the
poll itself starts, so that a poll of hundreds of reports does not compare each with every other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from monitor.model import COMMON_KEY, MOST_CANDIDATES, NEWEST_OF_A_KEY, Member, Story


class Candidates:
    """Stories by id, found by what their members say; the one put last is taken for the newest.

    `asked` are the signs of all reports that will be compared (see `signs_of`): stories are found by no others, so that
    a poll of one report costs little however much its candidates say.
    """

    def __init__(self, stories: Iterable[Story], asked: frozenset[str]) -> None:
        self._asked = asked
        self._stories: dict[str, Story] = {}
        # Signs to story ids, in the order they came; the values mean nothing.
        self._by_sign: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for story in sorted(stories, key=lambda one: (one.updated_at, one.story_id)):
            self._stories[story.story_id] = story
            for member in story.members:
                for sign in self._signs(member):
                    self._by_sign[sign][story.story_id] = None

    def get(self, story_id: str) -> Story | None:
        """The story of this id, as it was put last."""
        return self._stories.get(story_id)

    def put(self, story: Story, member: Member) -> None:
        """Add a story, or what became of it with this report."""
        self._stories[story.story_id] = story
        for sign in self._signs(member):
            found = self._by_sign[sign]
            found.pop(story.story_id, None)
            found[story.story_id] = None

    def alike(self, member: Member) -> list[Story]:
        """At most `MOST_CANDIDATES` stories that say something a report says too, those that share most first.

        A sign leads to the newest `NEWEST_OF_A_KEY` of its stories, and counts the less the more it has, so that a
        report costs the same however many stories there are.
        """
        weights: defaultdict[str, float] = defaultdict(float)
        for sign in sorted(signs_of(member.keys, member.title, member.summary)):
            newest = list(islice(reversed(self._by_sign.get(sign, {})), NEWEST_OF_A_KEY))
            for story_id in newest:
                weights[story_id] += 1 / (COMMON_KEY + len(newest))
        ranked = sorted(weights, key=lambda one: (-weights[one], one))
        return [self._stories[story_id] for story_id in ranked[:MOST_CANDIDATES]]

    def _signs(self, member: Member) -> frozenset[str]:
        """Those of the asked signs that a member shows."""
        texts = (_exact(member.title), _exact(member.summary)) if member.summary else (_exact(member.title),)
        return (self._asked & member.keys).union(text for text in texts if text in self._asked)


def signs_of(keys: Iterable[str], title: str, summary: str) -> frozenset[str]:
    """What a report is found by: its keys, and for copies, which may say nothing rare, the headline and the text."""
    return frozenset((*keys, _exact(title), *((_exact(summary),) if summary else ())))


def _exact(text: str) -> str:
    return f"={text}"

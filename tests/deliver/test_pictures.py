"""The pictures of cards show what the blocks say, and what is hostile in them stays text."""

from __future__ import annotations

import pytest

from monitor.model import CardMessage
from tests.deliver.test_payload import HOSTILE
from tests.pictures import PICTURES, Picture, document


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_can_be_drawn(name: str) -> None:
    page = document(PICTURES[name])
    assert page.count('class="message"') == 1 + len(PICTURES[name].thread)
    assert ("I&#x27;m on it" in page) == (name in ("critical", "right-to-left", "unsure", "thread", "muted"))


def test_feed_text_is_no_markup_in_a_picture() -> None:
    page = document(Picture(CardMessage(alert=HOSTILE)))
    assert "<!channel>" not in page
    assert "&lt;!channel&gt; &lt;https://evil.example|Reuters&gt;" in page

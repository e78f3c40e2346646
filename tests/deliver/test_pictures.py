"""The pictures of cards show what the blocks say, and what is hostile in them stays text."""

from __future__ import annotations

import pytest

from monitor.model import CardMessage
from tests.pictures import PHONE, PICTURES, WIDTH, Picture, document
from tests.support.messages import HOSTILE

WITH_BUTTONS = ("critical", "languages", "unsure", "thread", "later", "muted")


@pytest.mark.parametrize("width", [WIDTH, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_can_be_drawn(name: str, width: int) -> None:
    picture = PICTURES[name]
    page = document(picture, width)
    assert page.count('class="message"') == 1 + len(picture.thread) + len(picture.beside)
    assert ("I&#x27;m on it" in page) == (name in WITH_BUTTONS)
    assert ("Translate" in page) == picture.translate
    assert "<!date" not in page


def test_feed_text_is_no_markup_in_a_picture() -> None:
    page = document(Picture(CardMessage(alert=HOSTILE)))
    assert "<!channel>" not in page
    assert "&lt;!channel&gt; &lt;https://evil.example|Reuters&gt;" in page

"""Links to a translator: only where the admin wants them, and only to what is a web address."""

from __future__ import annotations

import json

import pytest

from monitor.deliver.slack.payload import payload
from monitor.model import CardMessage, Gist
from monitor.wording.translate import is_template, translated_at
from tests.support.builders import NOW
from tests.support.messages import alert

TEXT, URL = "https://translate.example/?text={text}&to=en", "https://translate.example/page?u={url}"


@pytest.mark.parametrize(
    ("template", "over", "address"),
    [
        (TEXT, {"title": "Удар & <x>"}, "?text=%D0%A3%D0%B4%D0%B0%D1%80%20%26%20%3Cx%3E&to=en"),
        (URL, {"url": "https://wire.example/a?b=1&c=2"}, "page?u=https%3A%2F%2Fwire.example%2Fa%3Fb%3D1%26c%3D2"),
        (URL, {"url": "javascript:alert(1)"}, None),
        (TEXT, {"title": "{url} {text} &to=xx"}, "?text=%7Burl%7D%20%7Btext%7D%20%26to%3Dxx&to=en"),
        (TEXT, {"language": "en"}, None),
        (TEXT, {"language": "en-GB"}, None),
        (TEXT, {"language": None}, None),
        ("", {}, None),
    ],
    ids=["a headline", "an address", "no address", "a template in a headline", "English", "its kind", "unknown", "off"],
)  # fmt: skip
def test_an_item_in_another_language_leads_to_the_translator(
    template: str, over: dict[str, str | None], address: str | None
) -> None:
    found = translated_at(alert(**{"language": "ru", **over}), template)
    assert found == (f"https://translate.example/{address}" if address else None)


def test_the_card_has_the_gist_and_the_link_below_its_headline_and_the_text_the_gist() -> None:
    shown = alert(
        language="uk", title="Удар по Харкову", gist=Gist(topics=("strike",), places=("Kharkiv",), tolls=("10 killed",))
    )
    made = payload(CardMessage(alert=shown), delivery_id="d1", now=NOW, translate=TEXT)
    head = made["blocks"][0]["elements"][0]["elements"]
    assert [one.get("text") for one in head[2:]] == ["Удар по Харкову", "\nStrike · Kharkiv · 10 killed  ", "Translate"]
    assert head[-1]["url"].startswith("https://translate.example/?text=%D0%A3")
    assert made["text"].startswith("CRITICAL: [Strike · Kharkiv · 10 killed] Удар по Харкову - The Wire")
    assert "Translate" not in json.dumps(payload(CardMessage(alert=shown), delivery_id="d1", now=NOW))


@pytest.mark.parametrize(
    ("value", "usable"),
    [
        (TEXT, True),
        (URL, True),
        ("https://translate.example/", False),
        ("ftp://x/{text}", False),
        ("{text}", False),
        ("https://{text}/", False),
    ],
)
def test_a_template_is_a_web_address_with_a_place_for_what_is_translated(value: str, usable: bool) -> None:
    assert is_template(value) is usable

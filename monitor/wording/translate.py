"""Where a headline can be read in English: a link to a translator of the desk's own choice."""

from __future__ import annotations

from urllib.parse import quote

from monitor.model import Alert
from monitor.wording.messages import language_words
from monitor.wording.safe import safe, shortened, web_address

PLACES = ("{text}", "{url}")
"""What stands in the address of a translator for the headline, or for the article's address."""

_LONGEST_TEXT = 250


def translated_at(alert: Alert, template: str) -> str | None:
    """The address at which an item in another language can be read; None in English, and where no address comes out.

    `template` is a web address with one of PLACES in it, which the headline or the article's address takes the place
    of, percent-encoded. Empty: nobody wants such links.
    """
    if not template or not language_words(alert):
        return None
    article = web_address(alert.url)
    if "{url}" in template and article is None:
        return None
    address = template.replace("{url}", quote(article or "", safe=""))
    return web_address(address.replace("{text}", quote(shortened(safe(alert.title), _LONGEST_TEXT), safe="")))


def is_template(value: str) -> bool:
    """Whether an address can be used as a template."""
    return (
        any(place in value for place in PLACES)
        and web_address(value.replace("{text}", "").replace("{url}", "")) is not None
    )

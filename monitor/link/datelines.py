"""Datelines: where a report was filed from, when and by whom. They are the same for all that a bureau files.

TEHRAN, Aug. 11 (MNA) –
МОСКВА, 12 авг - РИА Новости.
Kyiv, Ukraine —
LONDON:
عمان في 02 مارس /بترا/
"""

from __future__ import annotations

import re

_UPPER = "A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ"
_DATE = r"(?:,\s?[^–—:()\n]{1,30}?)?"
_DATELINE = re.compile(
    rf"\s*(?:(?=[^\W\d_])[\w.'’/ -]{{2,40}}{_DATE}\s*\([^()\n]{{2,40}}\)\s*[–—:.-]+\s*"
    rf"|[{_UPPER}][{_UPPER}.'’ -]{{2,40}}{_DATE}\s*(?:[–—:]|\s-)\s+"
    rf"|[{_UPPER}][^\W\d_]+(?:,?\s[{_UPPER}][^\W\d_]+){{0,2}}\s—\s"
    r"|[\u0621-\u064a ]{2,30}(?: \d{1,2} [\u0621-\u064a ]{2,20} ?(?:/[^/\n]{2,20}/|\([^()\n]{2,20}\))"
    r"|/[^/\n]{2,20}/| ?\([^()\n]{2,20}\) ?[–—-]) ?[–—:-]*\s+)"
    r"(?:(?:РИА Новости|ТАСС|Интерфакс|Укринформ)[./]?\s+[–—-]?\s*)?"
)


def dateline_end(text: str) -> int:
    """The first character after the dateline that a text begins with; 0 when it has none."""
    found = _DATELINE.match(text)
    return found.end() if found else 0

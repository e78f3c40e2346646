"""What a benchmark tells."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """What was measured, the figure with its unit, and how it stands to ours."""

    what: str
    figure: str
    ratio: str = ""

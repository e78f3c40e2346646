"""Draw how figures grow, from the tables in docs/benchmarks.md, into docs/pictures.

python -m benchmarks.pictures
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from benchmarks.__main__ import PAGE

FOLDER = PAGE.parent / "pictures"
_SIZE = (7.2, 3.6)
_OURS, _OTHERS = "#1f5fa8", "#8a8a8a"

Points = Sequence[tuple[float, float]]


def main() -> None:
    """Draw each picture anew."""
    page = PAGE.read_text(encoding="utf-8")
    FOLDER.mkdir(exist_ok=True)
    for name, draw in {"matching": _matching, "linking": _linking, "schedule": _schedule}.items():
        figure, axes = _begun()
        draw(axes, page)
        axes.grid(visible=True, color="#dddddd", linewidth=0.6)
        figure.tight_layout()
        path = FOLDER / f"growth-{name}.png"
        figure.savefig(path, dpi=110, metadata={"Software": None})
        print(f"written to {path}")


def _begun() -> tuple[Any, Any]:
    import matplotlib as mpl  # noqa: PLC0415 - only this needs it

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=_SIZE)
    return figure, axes


def _matching(axes: Any, page: str) -> None:
    first = re.search(r"\*\*headline and summary\*\*[^|]*\| ([\d,]+) items/s", page)
    assert first
    points = [(3.0, _number(first[1]))]
    points += [
        (_number(rules), _number(rate))
        for rules, rate in re.findall(r"headline and summary, ([\d,]+) rules[^|]*\| ([\d,]+) items/s", page)
    ]
    axes.plot(*zip(*points, strict=True), marker="o", color=_OURS)
    axes.set(xscale="log", xlabel="rules", ylabel="items a second, one core", ylim=(0, None))
    axes.set_title("Matching: headline and summary", fontsize=10)


def _linking(axes: Any, page: str) -> None:
    points = [
        (_number(items), _number(cost))
        for items, cost in re.findall(r"a report among ([\d,]+) open items[^|]*\| ([\d.]+) ms", page)
    ]
    axes.plot(*zip(*points, strict=True), marker="o", color=_OURS)
    axes.set(xscale="log", xlabel="open items", ylabel="ms for a report that matched", ylim=(0, None))
    axes.set_title("Linking", fontsize=10)


def _schedule(axes: Any, page: str) -> None:
    figures = r"([\d,]+) requests/h, waits ([\d.]+) min"
    fixed = re.findall(rf"^\| fixed, \d+ min \| {figures}", page, re.MULTILINE)
    ours = re.findall(rf"^\| \*\*ours\*\*, interval \d+ min \| {figures}", page, re.MULTILINE)
    for name, rows, colour in (("a fixed interval", fixed, _OTHERS), ("ours", ours, _OURS)):
        points = sorted((_number(requests), _number(wait)) for requests, wait in rows)
        axes.plot(*zip(*points, strict=True), marker="o", color=colour, label=name)
    for name, marker in (("Miniflux's entry_frequency", "s"), ("Media Cloud's doubling", "^")):
        found = re.search(rf"^\| {name}[^|]*\| {figures}", page, re.MULTILINE)
        assert found, name
        axes.plot([_number(found[1])], [_number(found[2])], marker, color=_OTHERS, label=name)
    axes.set(xscale="log", yscale="log", xlabel="requests an hour, 500 feeds", ylabel="minutes the median entry waits")
    axes.set_title("Schedule: a month of 500 invented feeds", fontsize=10)
    axes.set_xticks([500, 1000, 2000, 4000, 6000], ["500", "1,000", "2,000", "4,000", "6,000"])
    axes.set_yticks([1, 2, 5, 10, 20, 30], ["1", "2", "5", "10", "20", "30"])
    axes.minorticks_off()
    axes.legend(fontsize=8)


def _number(text: str) -> float:
    return float(text.replace(",", ""))


if __name__ == "__main__":
    main()

"""What a bench finds: figures beside their floors and bars, as a table and as JSON, and the comparison of two runs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

LEAST_CHANGE, UNKNOWN_NOISE = 0.05, 0.1
"""Smaller changes between two runs are never called a change; what is assumed of a figure that was taken once."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; `floor` is what the same run measured as the least possible, and then `ratio` is judged.

    `most` and `least` are the bar for what is judged: the ratio, or the value where there is no floor. `noise` is half
    the distance of the quartiles as a share of the median. A figure without a value was not measured; `note` says why.
    """

    bar: str
    name: str
    engine: str = ""
    orders: int = 0
    value: float | None = None
    unit: str = "ms"
    floor: float | None = None
    floor_name: str = ""
    most: float | None = None
    least: float | None = None
    noise: float = 0.0
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return the figure as a multiple of its floor."""
        return self.value / self.floor if self.value is not None and self.floor else None

    @property
    def judged(self) -> float | None:
        """Return what the bar is about."""
        return self.value if self.floor is None else self.ratio

    @property
    def verdict(self) -> str:
        """Return whether the bar is met, empty where there is none."""
        if self.value is None:
            return "not measured"
        if self.judged is None or (self.most is None and self.least is None):
            return ""
        too_much = self.most is not None and self.judged > self.most
        too_little = self.least is not None and self.judged < self.least
        return "SHORT" if too_much or too_little else "met"

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Return what the same figure of another run has too."""
        return self.bar, self.name, self.engine, self.orders


_LINEAR = ("all ids",)
_LOGARITHMIC = ("one order",)
UNNOTICED_MS = 0.5
"""What takes no longer may grow."""
CONSTANT_MOST, LOGARITHMIC_MOST, LINEAR_MOST, L2_MOST = 1.5, 2.0, 1.2, 1.15


def with_growth(figures: Sequence[Figure]) -> list[Figure]:
    """Give each figure about growth the same one of the smallest store as its floor, and its law as the bar."""
    least: dict[tuple[str, str, str], Figure] = {}
    for figure in sorted(figures, key=lambda figure: figure.orders):
        least.setdefault(figure.key[:3], figure)
    return [_grown(figure, least[figure.key[:3]]) for figure in figures]


def _grown(figure: Figure, first: Figure) -> Figure:
    grows = figure.bar in ("growth", "L2") and figure.floor is None and figure.value is not None and first.value
    if not grows or figure.orders == first.orders:
        return figure
    if figure.bar == "L2":
        most = L2_MOST
    elif figure.name.startswith(_LINEAR):
        most = LINEAR_MOST * figure.orders / first.orders
    else:
        most = LOGARITHMIC_MOST if figure.name.startswith(_LOGARITHMIC) else CONSTANT_MOST
    if figure.unit == "ms" and first.value:
        most = max(most, UNNOTICED_MS / first.value)
    return replace(figure, floor=first.value, floor_name=f"at {first.orders:,}", most=most)


def unmeasured(bar: str, name: str, note: str, engine: str = "", orders: int = 0) -> Figure:
    """Return a row that says why there is no figure."""
    return Figure(bar, name, engine, orders, note=note)


def middle(found: Sequence[float]) -> tuple[float, float]:
    """Return the median of some measurements and their noise."""
    value = median(found)
    if len(found) < 4 or not value:
        return value, 0.0
    first, _, third = quantiles(found, n=4)
    return value, abs((third - first) / 2 / value)


def percentile(found: Sequence[float], share: float) -> float:
    """Return the value that a share of some measurements does not exceed."""
    ordered = sorted(found)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(figures: Iterable[Figure]) -> str:
    """Return the table of all figures, in the order of their bars."""
    head = ("bar", "figure", "database", "orders", "value", "floor", "ratio", "bar", "verdict", "±", "note")
    return _aligned([head, *(_cells(figure) for figure in figures)])


def _cells(figure: Figure) -> tuple[str, ...]:
    value = "–" if figure.value is None else f"{_number(figure.value)} {figure.unit}".strip()
    floor = "" if figure.floor is None else f"{_number(figure.floor)} {figure.floor_name}".strip()
    sign = "x" if figure.floor is not None else ""
    bounds = [f"≤ {_number(figure.most)}{sign}"] if figure.most is not None else []
    bounds += [f"≥ {_number(figure.least)}{sign}"] if figure.least is not None else []
    return (
        figure.bar,
        figure.name,
        figure.engine,
        f"{figure.orders:,}" if figure.orders else "",
        value,
        floor,
        f"{figure.ratio:.2f}x" if figure.ratio is not None else "",
        " and ".join(bounds),
        figure.verdict,
        f"{figure.noise:.0%}" if figure.noise else "",
        figure.note,
    )


def _number(value: float) -> str:
    if abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def write(file: Path, figures: Iterable[Figure], about: Mapping[str, Any]) -> None:
    """Write a run as JSON; `about` says on what and of which commit."""
    found = [{**asdict(figure), "ratio": figure.ratio, "verdict": figure.verdict} for figure in figures]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"about": about, "figures": found}, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read(file: Path) -> tuple[dict[str, Any], list[Figure]]:
    """Read back what `write` wrote."""
    kept = json.loads(file.read_text("utf-8"))
    return kept["about"], [from_json(values) for values in kept["figures"]]


def from_json(values: Mapping[str, Any]) -> Figure:
    """Return the figure of a JSON object."""
    names = {field.name for field in fields(Figure)}
    return Figure(**{name: value for name, value in values.items() if name in names})


def comparison(before: Path, after: Path) -> str:
    """Return the table of two runs: what is judged of each, the change, and whether it is more than noise."""
    (about_before, old), (about_after, new) = read(before), read(after)
    known = {figure.key: figure for figure in old}
    names = [f"{about.get('commit', '')[:8]}" for about in (about_before, about_after)]
    rows: list[tuple[str, ...]] = [("bar", "figure", "database", "orders", *names, "change", "noise", "")]
    for figure in new:
        was = known.get(figure.key)
        if was is None or not was.value or figure.value is None:
            continue
        # A floor that is the smallest store's is there only if the run had one.
        is_ratio = figure.floor is not None and was.floor is not None and was.bar != "growth"
        first, second = (was.ratio, figure.ratio) if is_ratio else (was.value, figure.value)
        assert first is not None
        assert second is not None
        change = second / first - 1
        noise = max(LEAST_CHANGE, sum(one.noise or UNKNOWN_NOISE for one in (was, figure)))
        sign = "x" if is_ratio else f" {figure.unit}"
        told = "" if abs(change) <= noise else "more" if change > 0 else "less"
        place = figure.engine, f"{figure.orders:,}" if figure.orders else ""
        pair = f"{_number(first)}{sign}", f"{_number(second)}{sign}"
        rows.append((figure.bar, figure.name, *place, *pair, f"{change:+.0%}", f"±{noise:.0%}", told))
    return _aligned(rows)

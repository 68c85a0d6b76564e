"""Line charts, as inline SVG: by month, and by number of segments."""

from __future__ import annotations

import math
from collections.abc import Callable

from markupsafe import Markup, escape

from segmentation.report.pictures import picture, rule, ticks
from segmentation.wording.dates import MONTHS

WIDTH, HEIGHT = 430, 270
LEFT, RIGHT, TOP, BOTTOM = 66, 392, 14, 240
# Least distance of two letters at the ends of lines, and most months named below.
LETTER_GAP, MONTH_LABELS = 17, 5


def spread(values: list[float], *, gap: float) -> list[float]:
    """`values` moved apart to at least `gap`, as little as one pass can."""
    order = sorted(range(len(values)), key=lambda n: (values[n], n))
    moved = list(values)
    for before, after in zip(order, order[1:], strict=False):
        moved[after] = max(moved[after], moved[before] + gap)
    over = moved[order[-1]] - max(values) if order else 0
    return [value - over / 2 for value in moved]


def lines_by_month(
    points: list[dict], *, name: str, label: str, say: Callable[[float], str]
) -> Markup:
    """One line a segment over months, each marked by its letter at the end.

    Parameters
    ----------
    points : list of dict
        month (datetime.date), value, letter, number (of the segment), by month.
    say
        Writes the values at the axis.
    """
    values = [point["value"] for point in points]
    y, parts = _axis(ticks(min(0, *values), max(4, *values)), say)
    months = sorted({point["month"] for point in points})
    days = max((months[-1] - months[0]).days, 1)
    x = {
        month: LEFT + 14 + (RIGHT - LEFT - 14) * (month - months[0]).days / days
        for month in months
    }
    named = months[:: -math.ceil(len(months) / MONTH_LABELS)]
    for month in named:
        words = f"{MONTHS[month.month - 1]} {month:%y}"
        parts.append(_under(x[month], words))
    lines: dict[tuple[int, str], list[dict]] = {}
    for point in points:
        lines.setdefault((point["number"], point["letter"]), []).append(point)
    ends = []
    for (number, letter), line in sorted(lines.items()):
        at = [(x[point["month"]], y(point["value"])) for point in line]
        parts.append(_line(at, f"var(--s{number})"))
        if line[-1]["month"] == months[-1]:
            ends.append((number, letter, at[-1][1]))
    heights = spread([end[2] for end in ends], gap=LETTER_GAP)
    for (number, letter, _), height in zip(ends, heights, strict=True):
        parts.append(
            f'<text x="{RIGHT + 8}" y="{height + 4.5:.1f}" font-weight="bold" '
            f'fill="var(--s{number})">{escape(letter)}</text>'
        )
    return picture(name, label, WIDTH, HEIGHT, parts, css="chart fine")


def measure_by_count(
    points: list[dict], *, name: str, label: str, say: Callable[[float, int], str]
) -> Markup:
    """A quality measure by number of segments, the choice marked.

    Parameters
    ----------
    points : list of dict
        segment_count, value, is_selected.
    say
        Writes a value at the axis with so many decimals.
    """
    values = [point["value"] for point in points]
    marks = ticks(min(values), max(values))
    decimals = max(0, -math.floor(math.log10(marks[1] - marks[0]) + 1e-9))
    y, parts = _axis(marks, lambda value: say(value, decimals))
    step = (RIGHT - LEFT - 40) / max(len(points) - 1, 1)
    at = [(LEFT + 20 + n * step, y(value)) for n, value in enumerate(values)]
    parts.append(_line(at, "var(--mute)"))
    for point, (x, height) in zip(points, at, strict=True):
        radius, fill = (7, "mark") if point["is_selected"] else (3.8, "mute")
        parts.append(
            f'<circle cx="{x:.1f}" cy="{height:.1f}" r="{radius}" '
            f'fill="var(--{fill})"/>{_under(x, str(point["segment_count"]))}'
        )
    parts.append(_under((LEFT + RIGHT) / 2, "segments", below=42))
    return picture(name, label, WIDTH, HEIGHT + 20, parts)


def _axis(
    marks: list[float], say: Callable[[float], str]
) -> tuple[Callable[[float], float], list[str]]:
    """Where a value stands, and a line and a number for each mark."""
    low, high = marks[0], marks[-1]

    def y(value: float) -> float:
        return BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP)

    return y, [rule(y(mark), say(mark), left=LEFT, right=RIGHT) for mark in marks]


def _line(at: list[tuple[float, float]], colour: str) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
    )


def _under(x: float, words: str, *, below: int = 22) -> str:
    return (
        f'<text x="{x:.1f}" y="{BOTTOM + below}" text-anchor="middle" '
        f'fill="var(--mute)">{escape(words)}</text>'
    )

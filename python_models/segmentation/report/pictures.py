"""Small drawings of the first screen and of value, as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from segmentation.wording.dates import MONTHS

WIDTH, HEIGHT = 430, 236
LEFT, RIGHT, TOP, BOTTOM = 66, 340, 34, 202
TODAY = 392  # where today's forecast stands


@dataclass(frozen=True)
class Forecast:
    """One forecast: made on a day, and what came or the range of what may."""

    day: date
    predicted: float
    actual: float | None = None
    low: float | None = None
    high: float | None = None


def ticks(low: float, high: float, *, most: int = 4) -> list[float]:
    """Round values that enclose low to high: at most `most` and one more."""
    span = max(high - low, abs(high) * 0.02, 1e-9)
    power = 10 ** math.floor(math.log10(span / most))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= span / most)
    first, last = math.floor(low / step), math.ceil(high / step)
    if first == last:
        first, last = first - 1, last + 1
    return [number * step for number in range(first, last + 1)]


def draw_forecasts(
    forecasts: list[Forecast],
    *,
    money: Callable[[float], str],
    name: str,
    label: str,
) -> Markup:
    """Forecasts as circles beside what came as diamonds; the last is today's."""
    values = [
        value
        for one in forecasts
        for value in (one.predicted, one.actual, one.low, one.high)
        if value is not None
    ]
    marks = ticks(min(values), max(values))
    low, high = marks[0], marks[-1]

    def y(value: float) -> float:
        return BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP)

    parts = [rule(y(mark), money(mark), left=LEFT, right=418) for mark in marks]
    *past, today = forecasts
    step = (RIGHT - LEFT - 30) / max(len(past) - 1, 1)
    for number, one in enumerate(past):
        x = LEFT + 20 + number * step
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y(one.predicted):.1f}" '
            f'y2="{y(one.actual):.1f}" stroke="var(--mute)" stroke-width="2"/>'
            f"{_circle(x, y(one.predicted), 'var(--card)')}"
            f'<path d="M{x:.1f} {y(one.actual) - 5.6:.1f}l5.6 5.6l-5.6 5.6l-5.6 '
            f'-5.6Z" fill="var(--ink)"/>{_under(x, _when(one.day), "var(--mute)")}'
        )
    parts.append(
        f'<rect x="{TODAY - 28}" y="6" width="56" height="{BOTTOM}" rx="6" '
        'fill="var(--soft)"/>'
    )
    if today.low is not None:
        parts.append(
            f'<rect x="{TODAY - 6}" y="{y(today.high):.1f}" width="12" '
            f'height="{y(today.low) - y(today.high):.1f}" rx="3" fill="var(--hi)" '
            'opacity=".35"/>'
        )
    parts.append(
        f"{_circle(TODAY, y(today.predicted), 'var(--card)')}"
        f"{_under(TODAY, _when(today.day), 'var(--ink)')}"
        f'<text x="{TODAY}" y="22" text-anchor="middle" fill="var(--ink)">next</text>'
    )
    return picture(name, label, WIDTH, HEIGHT, parts)


def draw_curve(
    points: list[tuple[float, float]],
    dots: list[tuple[float, float, str]],
    *,
    share: Callable[[float], str],
    name: str,
    label: str,
) -> Markup:
    """Share of a sum over share of customers, the largest first; dots with words."""

    def x(value: float) -> float:
        return 56 + value * 340

    def y(value: float) -> float:
        return 250 - value * 228

    parts = [
        rule(y(mark), share(mark), left=56, right=396)
        for mark in (0, 0.25, 0.5, 0.75, 1)
    ]
    parts += [
        f'<text x="{x(mark):.0f}" y="268" text-anchor="middle" fill="var(--mute)">'
        f"{escape(share(mark))}</text>"
        for mark in (0, 0.5, 1)
    ]
    line = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
    parts.append(
        f'<path d="M{x(0):.1f} {y(0):.1f}L{x(1):.1f} {y(1):.1f}" stroke="var(--edge)" '
        'stroke-dasharray="3 3" fill="none"/>'
        f'<polyline points="{line}" fill="none" stroke="var(--hi)" '
        'stroke-width="2.2"/>'
    )
    for a, b, words in dots:
        is_left = a > 0.55
        parts.append(
            f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="4.5" fill="var(--hi)"/>'
            f'<text x="{x(a) + (-2 if is_left else 9):.1f}" '
            f'y="{y(b) + (20 if is_left else 14):.1f}" '
            f'text-anchor="{"end" if is_left and a > 0.85 else "start"}" '
            f'fill="var(--ink)">{escape(words)}</text>'
        )
    return picture(name, label, 430, 276, parts)


def draw_bar(parts: list[tuple[str, float]], *, height: int = 14) -> Markup:
    """A bar of shares (class of its colour, 0 to 1): it stretches and has no text."""
    found, x = [], 0.0
    for css, share in parts:
        if share > 0:
            width = max(share * 1000 - 1.5, 1)
            found.append(
                f'<rect class="{css}" x="{x:.1f}" width="{width:.1f}" '
                f'height="{height}"/>'
            )
        x += share * 1000
    return Markup(
        f'<svg class="bar" viewBox="0 0 1000 {height}" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{"".join(found)}</svg>'
    )


def draw_interval(
    low: float, middle: float, high: float, *, marks: list[float], css: str
) -> Markup:
    """An interval and its middle over round marks: it stretches and has no text.

    What is beyond the marks ends at them.
    """
    first, last = marks[0], marks[-1]

    def x(value: float) -> float:
        inside = min(max(value, first), last)
        return (inside - first) / (last - first) * 1000

    lines = "".join(
        f'<line class="{"zero" if abs(mark) < 1e-9 else "mark"}" x1="{x(mark):.1f}" '
        f'x2="{x(mark):.1f}" y1="0" y2="22"/>'
        for mark in marks
    )
    return Markup(
        '<svg class="bar ci" viewBox="0 0 1000 22" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{lines}<line class="{css}" '
        f'x1="{x(low):.1f}" x2="{x(high):.1f}" y1="11" y2="11"/><rect class="{css}" '
        f'x="{x(middle) - 6:.1f}" y="5" width="12" height="12"/></svg>'
    )


def rule(y: float, words: str, *, left: int, right: int) -> str:
    """A line across a picture with its value on the left."""
    return (
        f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" '
        f'stroke="var(--line)"/><text x="{left - 7}" y="{y + 4:.1f}" '
        f'text-anchor="end" fill="var(--mute)">{escape(words)}</text>'
    )


def picture(
    name: str, label: str, width: int, height: int, parts: list, *, css: str = "chart"
) -> Markup:
    """An SVG of these parts, with one label for a screen reader."""
    return Markup(
        f'<svg id="{name}" class="{css}" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


def _circle(x: float, y: float, fill: str) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}" stroke="var(--hi)" '
        'stroke-width="2"/>'
    )


def _under(x: float, words: str, fill: str) -> str:
    return (
        f'<text x="{x:.1f}" y="222" text-anchor="middle" fill="{fill}">'
        f"{escape(words)}</text>"
    )


def _when(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"

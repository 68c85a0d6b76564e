"""Line charts: described in Vega-Lite, drawn by vl-convert as inline SVG.

Colours are written as placeholders and replaced by CSS variables, so one drawing
serves light, dark and print. Ids get the chart's name in front.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

import vl_convert
from markupsafe import Markup, escape

# Placeholder colours: no palette has these.
INK, MUTE, LINE, ACCENT = "#010203", "#010204", "#010205", "#010206"
VARIABLES = {INK: "--ink", MUTE: "--mute", LINE: "--line", ACCENT: "--mark"}
FONT = "sans-serif"
FONT_SIZE = 13
# The look shared by all charts.
LOOK = {
    "autosize": {"type": "fit"},
    "config": {
        "font": FONT,
        "background": "transparent",
        "padding": 4,
        "axis": {
            "labelColor": MUTE,
            "titleColor": MUTE,
            "titleFontWeight": "normal",
            "labelFontSize": FONT_SIZE,
            "titleFontSize": FONT_SIZE,
            "gridColor": LINE,
            "domainColor": LINE,
            "tickColor": LINE,
            "tickSize": 4,
            "labelPadding": 4,
        },
        "view": {"stroke": None},
    },
}


def segment_colour(number: int) -> str:
    """Placeholder of the colour of segment `number` (0 to 239)."""
    return f"#0101{16 + number % 240:02x}"


def _variable(match: re.Match) -> str:
    colour = match.group(0)
    if colour in VARIABLES:
        return f"var({VARIABLES[colour]})"
    return f"var(--s{int(colour[5:], 16) - 16})"


@lru_cache(maxsize=32)
def drawn(specification: str) -> str:
    """The raw SVG of a chart; the slow step, so the same chart is drawn once."""
    return vl_convert.vegalite_to_svg(specification, vl_version="6.4")


def to_svg(chart: dict, *, name: str, label: str) -> Markup:
    """The chart as SVG to be put into a page.

    Parameters
    ----------
    chart : dict
        In Vega-Lite.
    name : str
        Prefix of every id inside.
    label : str
        What a screen reader says instead of the drawing.
    """
    svg = drawn(json.dumps(chart | LOOK))
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    body = svg[svg.index(">") + 1 :]
    body = re.sub(r'<rect width="[\d.]+" height="[\d.]+" fill="white"/>', "", body)
    # The drawing is one picture with one label: its inner roles are noise.
    body = re.sub(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", body)
    body = re.sub(r'<path d=""[^>]*/>|<path d="M0,0h0v0h0Z"[^>]*/>', "", body)
    body = re.sub(r' (?:opacity|stroke-miterlimit)="1"', "", body)
    body = re.sub(r"<g></g>", "", re.sub(r"<g></g>", "", body))
    body = re.sub(r"#0101[0-9a-f]{2}|#01020[3-6]", _variable, body)
    # A tenth of a unit is enough for a drawing; labels between tags stay as they are.
    body = re.sub(
        r"<[^>]+>", lambda tag: re.sub(r"(\d+\.\d)\d+", r"\1", tag.group(0)), body
    )
    body = body.replace(f' font-family="{FONT}"', "")
    body = re.sub(r'id="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', body)
    return Markup(
        f'<svg id="{name}" class="chart" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {width} {height}">{body}'
    )


def spread(values: list[float], *, gap: float) -> list[float]:
    """`values` moved apart to at least `gap`, as little as one pass can."""
    order = sorted(range(len(values)), key=lambda n: (values[n], n))
    moved = list(values)
    for before, after in zip(order, order[1:], strict=False):
        moved[after] = max(moved[after], moved[before] + gap)
    over = moved[order[-1]] - max(values) if order else 0
    return [value - over / 2 for value in moved]


def lines_by_month(
    points: list[dict], *, name: str, label: str, y_format: str, height: int = 255
) -> Markup:
    """One line a segment over months, each marked by its letter at the end.

    Parameters
    ----------
    points : list of dict
        month (datetime.date), value, letter, number (of the segment), order.
    """
    rows = [point | {"month": f"{point['month']}T00:00:00"} for point in points]
    numbers = sorted({row["number"] for row in rows})
    top = float(max(row["value"] for row in rows)) or 1.0
    newest = max(row["month"] for row in rows)
    last = sorted(
        (row for row in rows if row["month"] == newest), key=lambda row: row["number"]
    )
    places = spread([float(row["value"]) for row in last], gap=top * 18 / height)
    last = [row | {"place": place} for row, place in zip(last, places, strict=True)]
    scale = {"domain": [0, top * 1.05], "nice": True}
    x = {
        "field": "month",
        "type": "temporal",
        "title": None,
        "axis": {"format": "%b %y", "tickCount": 4, "grid": False},
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "scale": scale,
        "axis": {
            "format": y_format,
            "tickMinStep": 1,
            "labelExpr": "datum.value === 0 ? '0' : datum.label",
            "tickCount": 5,
            "domain": False,
            "ticks": False,
        },
    }
    colour = {
        "field": "number",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": numbers, "range": [segment_colour(n) for n in numbers]},
    }
    lines = {
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {"x": x, "y": y, "color": colour},
    }
    letters = {
        "data": {"values": last},
        "mark": {
            "type": "text",
            "align": "left",
            "dx": 6,
            "fontSize": FONT_SIZE,
            "fontWeight": "bold",
        },
        "encoding": {
            "x": x,
            "y": {"field": "place", "type": "quantitative", "scale": scale},
            "text": {"field": "letter", "type": "nominal"},
            "color": colour,
        },
    }
    chart = {"width": 430, "height": height, "layer": [lines, letters]}
    return to_svg(chart, name=name, label=label)


def measure_by_count(
    points: list[dict], *, name: str, label: str, y_format: str
) -> Markup:
    """A quality measure by number of segments, the choice marked.

    Parameters
    ----------
    points : list of dict
        segment_count, value, is_selected.
    """
    x = {
        "field": "segment_count",
        "type": "ordinal",
        "title": "Number of segments",
        "axis": {"labelAngle": 0, "grid": False},
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "scale": {"zero": False, "nice": True},
        "axis": {"format": y_format, "tickCount": 4, "domain": False, "ticks": False},
    }
    chosen = [point for point in points if point["is_selected"]]
    dot = {"type": "circle", "opacity": 1}
    layers = [
        (points, {"type": "line", "color": MUTE, "strokeWidth": 2}),
        (points, dot | {"color": MUTE, "size": 45}),
        (chosen, dot | {"color": ACCENT, "size": 170}),
    ]
    chart = {
        "width": 320,
        "height": 215,
        "layer": [
            {"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": y}}
            for rows, mark in layers
        ],
    }
    return to_svg(chart, name=name, label=label)

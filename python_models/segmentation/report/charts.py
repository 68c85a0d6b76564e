"""Line charts: altair describes them, vl-convert draws them as inline SVG.

Colours are written as placeholders and replaced by CSS variables, so one drawing
serves light, dark and print. Ids get the chart's name in front.
"""

from __future__ import annotations

import re
from functools import lru_cache

import altair as alt
import pandas as pd
import vl_convert
from markupsafe import Markup, escape

# Placeholder colours: no palette has these.
INK, MUTE, LINE, ACCENT = "#010203", "#010204", "#010205", "#010206"
VARIABLES = {INK: "--ink", MUTE: "--mute", LINE: "--line", ACCENT: "--mark"}
FONT = "sans-serif"
FONT_SIZE = 13


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


def to_svg(chart: alt.TopLevelMixin, *, name: str, label: str) -> Markup:
    """The chart as SVG to be put into a page.

    Parameters
    ----------
    chart : altair chart
    name : str
        Prefix of every id inside.
    label : str
        What a screen reader says instead of the drawing.
    """
    svg = drawn(chart.to_json())
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


def themed(chart: alt.TopLevelMixin) -> alt.TopLevelMixin:
    """The look shared by all charts."""
    return (
        chart.configure(font=FONT, background="transparent", padding=4)
        .configure_axis(
            labelColor=MUTE,
            titleColor=MUTE,
            titleFontWeight="normal",
            labelFontSize=FONT_SIZE,
            titleFontSize=FONT_SIZE,
            gridColor=LINE,
            domainColor=LINE,
            tickColor=LINE,
            tickSize=4,
            labelPadding=4,
        )
        .configure_view(stroke=None)
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
    data = pd.DataFrame(points).assign(month=lambda f: pd.to_datetime(f["month"]))
    numbers = sorted(data["number"].unique().tolist())
    colour = alt.Color(
        "number:N",
        legend=None,
        scale=alt.Scale(domain=numbers, range=[segment_colour(n) for n in numbers]),
    )
    top = float(data["value"].max()) or 1.0
    last = data[data["month"] == data["month"].max()].sort_values("number")
    last = last.assign(
        place=spread(last["value"].astype(float).tolist(), gap=top * 18 / height)
    )
    x = alt.X(
        "month:T", title=None, axis=alt.Axis(format="%b %y", tickCount=4, grid=False)
    )
    scale = alt.Scale(domain=[0, top * 1.05], nice=True)
    y = alt.Y(
        "value:Q",
        title=None,
        scale=scale,
        axis=alt.Axis(
            format=y_format,
            tickMinStep=1,
            labelExpr="datum.value === 0 ? '0' : datum.label",
            tickCount=5,
            domain=False,
            ticks=False,
        ),
    )
    base = alt.Chart(data).encode(x=x, y=y, color=colour)
    marks = (
        alt.Chart(last)
        .mark_text(align="left", dx=6, fontSize=FONT_SIZE, fontWeight="bold")
        .encode(x=x, y=alt.Y("place:Q", scale=scale), text="letter:N", color=colour)
    )
    drawing = (base.mark_line(strokeWidth=2) + marks).properties(
        width=430, height=height, autosize=alt.AutoSizeParams(type="fit")
    )
    return to_svg(themed(drawing), name=name, label=label)


def measure_by_count(
    points: list[dict], *, name: str, label: str, y_format: str
) -> Markup:
    """A quality measure by number of segments, the choice marked.

    Parameters
    ----------
    points : list of dict
        segment_count, value, is_selected.
    """
    data = pd.DataFrame(points)
    x = alt.X(
        "segment_count:O",
        title="Number of segments",
        axis=alt.Axis(labelAngle=0, grid=False),
    )
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(format=y_format, tickCount=4, domain=False, ticks=False),
    )
    base = alt.Chart(data).encode(x=x, y=y)
    chosen = alt.Chart(data[data["is_selected"]]).encode(x=x, y=y)
    drawing = (
        base.mark_line(color=MUTE, strokeWidth=2)
        + base.mark_circle(color=MUTE, size=45, opacity=1)
        + chosen.mark_circle(color=ACCENT, size=170, opacity=1)
    ).properties(width=320, height=215, autosize=alt.AutoSizeParams(type="fit"))
    return to_svg(themed(drawing), name=name, label=label)

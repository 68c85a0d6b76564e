"""Line charts: what is given to the program that draws, and where labels stand."""

from __future__ import annotations

import json
from datetime import date

from segmentation.report import charts
from segmentation.report.charts import spread
from snapshots import hold_text, rounded


def test_charts_are_described_as_they_were(monkeypatch):
    """Held as they are given to the program that draws: it asks the machine's fonts."""
    given = []

    def drawn(specification: str) -> str:
        given.append(json.dumps(rounded(json.loads(specification)), indent=1))
        return '<svg viewBox="0 0 9 8"></svg>'

    monkeypatch.setattr(charts, "drawn", drawn)
    values = {0: (100, 140), 1: (50, 150), 2: (20, 0)}
    points = [
        {"month": date(2024, 1 + month, 28), "value": float(value),
         "letter": "ABC"[number], "number": number}
        for number, two in values.items()
        for month, value in enumerate(two)
    ]  # fmt: skip
    charts.lines_by_month(points, name="m", label="by month", y_format="d")
    flat = [{**point, "value": 0.0} for point in points]
    svg = charts.lines_by_month(flat, name="z", label="nothing", y_format="d")
    assert svg == (
        '<svg id="z" class="chart" role="img" aria-label="nothing" '
        'viewBox="0 0 9 8"></svg>'
    )
    counts = [
        {"segment_count": count, "value": value, "is_selected": count == 4}
        for count, value in ((3, 0.25), (4, 0.5), (5, 0.375))
    ]
    charts.measure_by_count(counts, name="k", label="by count", y_format=".2f")
    hold_text("charts", "\n".join(given) + "\n")


def test_labels_are_spread_and_keep_their_order():
    found = spread([10.0, 11.0, 50.0], gap=8)
    assert found[1] - found[0] >= 8 and found[2] > found[1]
    assert spread([], gap=8) == []

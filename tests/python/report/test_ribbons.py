"""Bands between segments: positions worked out by hand."""

import re

from segmentation.report.ribbons import draw_ribbons


def test_bands_lie_one_below_the_other():
    svg = draw_ribbons(
        flows=[(0, 0, 20), (0, 1, 10), (1, 1, 30)],
        letters={0: "A", 1: "B"},
        after={0: 20, 1: 40},
        name="flows",
        label="who went where",
        count=str,
    )
    # 330 high, 10 above and below and between: 5 a customer.
    bands = re.findall(r'd="M([\d.]+) ([\d.]+)C[^V]* ([\d.]+) ([\d.]+)V([\d.]+)', svg)
    assert sorted(tuple(map(float, band)) for band in bands) == [
        (106, 10, 348, 10, 110),
        (106, 110, 348, 120, 170),
        (106, 170, 348, 170, 320),
    ]

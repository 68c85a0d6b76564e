"""Where the report draws what: positions worked out by hand."""

import re

import numpy as np
import pytest
from report_fixture import make_tables

from segmentation.inputs.files.text import _names_are_seen
from segmentation.report import render_report
from segmentation.report.ribbons import draw_ribbons
from segmentation.report.sections.cloud import principal_components


def test_principal_components_of_a_line_and_its_breadth():
    along, across = np.array([3.0, 4.0]) / 5, np.array([-4.0, 3.0]) / 5
    steps = np.array([[-3, -1], [-3, 1], [3, -1], [3, 1]], float)
    points, shares, loadings = principal_components(steps @ [along, across] + [7, -2])
    # The largest loading of each is positive.
    np.testing.assert_allclose(loadings, [along, -across])
    np.testing.assert_allclose(points, steps * [1, -1], atol=1e-12)
    np.testing.assert_allclose(shares, [0.9, 0.1])


def test_the_map_fills_its_frame():
    html = render_report(tables=make_tables(count=300), settings={})
    drawn = html.split('id="chart-map"')[1].split("</svg>")[0]
    dots = np.array(re.findall(r"M(-?\d+) (-?\d+)h0", drawn), dtype=int)
    assert len(dots) > 100
    assert dots.min(axis=0).tolist() == [14, 14]
    assert dots.max(axis=0).tolist() == [520 - 14, 400 - 14]


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


@pytest.mark.parametrize(
    "options, are_seen",
    [
        ({}, True),
        ({"header": True}, True),
        ({"header": False}, False),
        ({"names": ["a"]}, False),
    ],
)
def test_names_are_in_the_first_line_unless_something_says_otherwise(options, are_seen):
    assert _names_are_seen(options) is are_seen
